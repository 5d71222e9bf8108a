"""The numbers in links to the tracking pages of carriers, airlines and those who track for all of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qsl

from bot.domain.identifiers.amazon_links import ENDS
from bot.domain.identifiers.cleaning import compact
from bot.domain.identifiers.containers import read_container
from bot.domain.identifiers.links import Link, owner_of
from bot.domain.identifiers.parcels import read_parcel
from bot.domain.identifiers.ranking import Candidate, Check, ranked

_ANYONE = ""
_TRACKERS = {
    "dhl.com": "DHL",
    "dhl.de": "DHL",
    "dhl.co.uk": "DHL",
    "dhl.nl": "DHL",
    "dhl": "DHL",  # mydhl.express.dhl
    "dhl-usa.com": "DHL",
    "dhlecs.com": "DHL",
    "dhlecommerce.com": "DHL",
    "dhlglobalmail.com": "DHL",
    "dhlparcel.nl": "DHL",
    "dhlparcel.co.uk": "DHL",
    "ups.com": "UPS",
    "fedex.com": "FedEx",
    "usps.com": "USPS",
    **dict.fromkeys((f"track.amazon.{end}" for end in ENDS), "Amazon Logistics"),
    "yuntrack.com": "YunExpress",
    "yunexpress.com": "YunExpress",
    "gofo.com": "GOFO",
    "gofoexpress.com": "GOFO",
} | dict.fromkeys(
    (
        *(
            "17track.net",
            "parcelsapp.com",
            "aftership.com",
            "track-trace.com",
            "trackingmore.com",
            "ship24.com",
        ),
        *("packagetrackr.com", "parcelmonitor.com", "ordertracker.com", "cainiao.com", "searates.com"),
        *(
            "royalmail.com",
            "parcelforce.com",
            "deutschepost.de",
            "laposte.fr",
            "auspost.com.au",
            "ems.com.cn",
        ),
        *(
            "canadapost-postescanada.ca",
            "postnl.nl",
            "bpost.be",
            "post.ch",
            "singpost.com",
            "hongkongpost.hk",
        ),
        *("maersk.com", "msc.com", "hapag-lloyd.com", "cma-cgm.com", "one-line.com", "evergreen-line.com"),
        *(
            "lufthansa-cargo.com",
            "skycargo.com",
            "cathaycargo.com",
            "qrcargo.com",
            "afklcargo.com",
            "iagcargo.com",
        ),
    ),
    _ANYONE,
)

_NAMES = frozenset(
    (
        *(
            "tracking-id",
            "trackingid",
            "tracking_id",
            "tracking",
            "trackingnumber",
            "tracking_number",
            "tracking-number",
        ),
        *(
            "trackingnumbers",
            "awb",
            "awbnumber",
            "piececode",
            "idc",
            "id",
            "tracknum",
            "tracknums",
            "tracknumber",
        ),
        *(
            "trknbr",
            "tracknumbers",
            "tracknumber_list",
            "inquirynumber",
            "inquirynumber1",
            "tlabels",
            "qtc_tlabels1",
        ),
        *(
            "origtracknum",
            "strorigtracknum",
            "nums",
            "number",
            "numbers",
            "mailnolist",
            "barcode",
            "code",
            "parcel",
        ),
        *("shipmentid", "values", "container", "containers", "containernumber", "q", "query", "parcelnumber"),
    )
)
_BETWEEN = re.compile(r"[,;|/\s]+")
"""Between several numbers under one name, and before what else hangs there: `?tracknum=1Z…/trackdetails`."""


def is_tracking(link: Link) -> bool:
    """Whether the link leads to a page that tracks parcels or containers."""
    return owner_of(link.host, _TRACKERS) is not None


def read_tracking_link(link: Link) -> list[tuple[Candidate, ...]]:
    """Every number in the link with its ranked readings: some pages track many at once.

    The host is evidence: on a carrier's own page, another carrier's reading of the digits is left out.
    """
    carrier = owner_of(link.host, _TRACKERS)
    if carrier is None:
        return []
    for pieces, certain in ((_named(link), True), (_others(link), False)):
        found = [readings for piece in pieces if (readings := _readings(piece, carrier, certain))]
        if found:
            return found
    return []


def _named(link: Link) -> Iterator[str]:
    """What stands under a name by which pages take numbers, in the query or in the fragment's own query."""
    inner = link.fragment.rpartition("?")[2]
    for name, value in (*link.query, *parse_qsl(inner, max_num_fields=None)):
        if name.lower() in _NAMES:
            yield from _BETWEEN.split(value)


def _others(link: Link) -> Iterator[str]:
    for part in (
        *link.fragment.split("/"),
        *reversed(link.path.split("/")),
        *(value for _, value in link.query),
    ):
        yield from _BETWEEN.split(part)


def _readings(piece: str, carrier: str, certain: bool) -> tuple[Candidate, ...]:
    number = compact(piece)
    if not 9 <= len(number) <= 41:
        return ()
    found = read_parcel(number, piece) + read_container(number)
    if carrier:
        found = [each for each in found if each.subject.carrier in (None, carrier)]
    if not certain:
        found = [each for each in found if each.check is Check.PASSED or not number.isdigit()]
    return ranked(found)
