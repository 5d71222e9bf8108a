"""Numbers of parcels: the carriers', the postal union's, GS1's and the airlines'.

Shapes and check digits after the carriers' own publications as gathered by the open tracking number data set
(github.com/jkeen/tracking_number_data), UPU standard S10, GS1 General Specifications and IATA Resolution 600a.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.domain.identifiers import checks
from bot.domain.identifiers.airlines import AIRLINE_PREFIXES
from bot.domain.identifiers.countries import COUNTRIES
from bot.domain.identifiers.ranking import BEHIND_ITS_EQUALS, Candidate, Check
from bot.domain.identifiers.rules import Rule

DHL_EXPRESS = Rule("dhl-express", "DHL Express waybill", "10 digits", re.compile(r"(\d{10})"), checks.mod7)
DHL_EXPRESS_11 = Rule("dhl-express", "DHL Express waybill", "11 digits", re.compile(r"(\d{11})"), checks.mod7)
DHL_PIECE = Rule(
    "dhl-express-piece",
    "DHL piece id",
    "J, two or three letters and 9 or 10 digits, or JD01 and 16 or 18 digits",
    # A scanner reads a further J before JD01: the data identifier for a licence plate (ISO/IEC 15434), no part of it.
    # Published are 18 digits behind JD01; what shops and their customers copy has 16.
    re.compile(r"(?:J(?=JD01))?(J[A-Z]{2,3}\d{9,10}|JD01\d{16}(?:\d\d)?)"),
)
DHL_ECOMMERCE = Rule(
    "dhl-ecommerce",
    "DHL eCommerce number",
    "14 digits, or GM, LX, RX, UV, CN, SG, TH, IN, HK or MY and at least 10 digits or letters",
    re.compile(r"(\d{14}|(?:GM|LX|RX|UV|CN|SG|TH|IN|HK|MY)(?=[A-Z]*\d)[0-9A-Z]{10,39})"),
)
DHL_PAKET = Rule(
    "dhl-paket",
    "DHL Paket number",
    "20 digits that start with 0034043",
    re.compile(r"(0034043\d{13})"),
    checks.gs1_mod10,
)
SSCC = Rule("gs1-sscc", "SSCC", "00 and 18 digits", re.compile(r"(00\d{18})"), checks.gs1_mod10)
UPS = Rule(
    "ups",
    "UPS tracking number",
    "1Z and 16 digits or letters, the last a digit",
    re.compile(r"(1Z[A-Z0-9]{15}\d)"),
    checks.ups,
    body_start=2,
)
USPS = Rule(
    "usps-impb",
    "USPS tracking number",
    "20 to 26 digits that start with 91 to 95",
    re.compile(r"(9[1-5]\d{18,24})"),
    checks.gs1_mod10,
)
S10 = Rule(
    "s10",
    "postal item number",
    "two letters, 9 digits and the two letters of a country",
    re.compile(r"([A-Z]{2}\d{9}[A-Z]{2})"),
    checks.s10,
    body_start=2,
    check_at=10,
)
FEDEX_EXPRESS = Rule(
    "fedex-express",
    "FedEx Express tracking number",
    "12 digits",
    # The 34 digits of a label's barcode end in the tracking number.
    re.compile(r"(?:100\d{17}00|96[23]2\d{16}00)?(\d{12})"),
    checks.fedex_express,
)
FEDEX_GROUND = Rule(
    "fedex-ground",
    "FedEx Ground tracking number",
    "15 digits",
    # The 22 digits of a label's barcode, 96 and 20 more, end in the tracking number.
    re.compile(r"(?:96\d{5})?(\d{15})"),
    checks.gs1_mod10,
)
AMAZON_LOGISTICS = Rule(
    "amazon-logistics",
    "Amazon Logistics tracking number",
    "TBA, TBC or TBM and 12 digits, or A, F or C and 10 digits",
    re.compile(r"(TB[ACM]\d{12}|[AFC]\d{10})"),
)
YUNEXPRESS = Rule("yunexpress", "YunExpress number", "YT and 16 digits", re.compile(r"(YT\d{16})"))
GOFO = Rule("gofo", "GOFO number", "GFUS and 14 digits", re.compile(r"(GFUS\d{14})"))
AIR_WAYBILL = Rule(
    "iata-awb",
    "air waybill",
    "an airline’s 3 digits, a dash and 8 digits",
    re.compile(r"(\d{11})"),
    checks.mod7,
    body_start=3,
)

_BY_FIRST: dict[str, tuple[Rule, ...]] = {
    **dict.fromkeys("ACFT", (AMAZON_LOGISTICS,)),
    "1": (UPS,),
    "G": (GOFO,),
    "J": (DHL_PIECE,),
    "Y": (YUNEXPRESS,),
}
_BY_LENGTH: dict[int, tuple[Rule, ...]] = {
    **dict.fromkeys(range(20, 27), (USPS,)),
    10: (DHL_EXPRESS,),
    12: (FEDEX_EXPRESS,),
    14: (DHL_ECOMMERCE,),
    15: (FEDEX_GROUND,),
    22: (FEDEX_GROUND, USPS),
    34: (FEDEX_EXPRESS,),
}
_AIR_WAYBILL_FORM = re.compile(r"\D*\d{3}\s?-\s?\d{4}[\s-]?\d{4}\D*|\D*\d{3}\s\d{8}\D*")


def read_parcel(compact: str, typed: str) -> list[Candidate]:
    """Every reading of a compact number as a parcel's; `typed` tells by its dash an air waybill from a waybill."""
    if not compact.isdigit():
        return _with_letters(compact)
    if len(compact) == 11:
        return _eleven_digits(compact, typed)
    if len(compact) == 18:  # an SSCC without the application identifier that labels print before it
        compact = f"00{compact}"
    if len(compact) >= 28 and compact.startswith("420"):
        return _routed_usps(compact)
    if len(compact) == 20 and compact.startswith("00"):
        return [(DHL_PAKET if compact.startswith("0034043") else SSCC).candidate(compact)]
    return _read_by(_BY_LENGTH.get(len(compact), ()), compact)


def _read_by(rules: Iterable[Rule], number: str) -> list[Candidate]:
    return [candidate for rule in rules if (candidate := rule.read(number))]


def _with_letters(compact: str) -> list[Candidate]:
    if len(compact) == 13 and S10.pattern.fullmatch(compact):
        if compact[-2:] in COUNTRIES:
            return [S10.candidate(compact)]
        return [S10.candidate(compact, weight=BEHIND_ITS_EQUALS), *_read_by((DHL_ECOMMERCE,), compact)]
    return _read_by(_BY_FIRST.get(compact[0], ()), compact) or _read_by((DHL_ECOMMERCE,), compact)


def _eleven_digits(compact: str, typed: str) -> list[Candidate]:
    """One in seven air waybills is also a right DHL waybill of 11 digits; an airline's form settles it."""
    air = AIR_WAYBILL.candidate(compact, f"{compact[:3]}-{compact[3:]}")
    if "-" in typed or compact[:3] in AIRLINE_PREFIXES or _AIR_WAYBILL_FORM.fullmatch(typed):
        return [air]
    return [air, DHL_EXPRESS_11.candidate(compact)]


def _routed_usps(compact: str) -> list[Candidate]:
    """Without 420 and the ZIP code of five or nine digits; where both readings are possible, the one that checks."""
    numbers = [compact[length:] for length in (8, 12)]
    found = [candidate for number in numbers for candidate in _read_by((USPS,), number)]
    passed = [candidate for candidate in found if candidate.check is Check.PASSED]
    return (passed or found)[-1:]
