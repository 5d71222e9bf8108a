"""What, in running text, is more likely something else than an identifier of this shape."""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.domain.identifiers.ranking import Candidate, Check

_TELEPHONE = re.compile(r"(?:1[ -])?\(?\d{3}\)?[ -]{1,2}\d{3}[ -]\d{4}")
_TIME = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])[0-5]\d[0-5]\d")
_ORDER = re.compile(r"\d{3}-\d{7}-\d{7}")
# A word with a year or a version behind it (AIRPODS2024) has its letters before its digits; ids mix them.
_MIXED_SELLER = re.compile(r"A(?=(?:[A-Z]*\d){2})[A-Z]*\d+[A-Z][0-9A-Z]*")
_DIGITS = re.compile(r"\d")
_LETTERS = re.compile(r"[A-Z]")


def is_telephone(typed: str) -> bool:
    """Whether digits are grouped as North American telephone numbers are."""
    return not typed.isalnum() and _TELEPHONE.fullmatch(typed) is not None


def is_plausible(candidate: Candidate, typed: str) -> bool:
    """Whether this reading is likely enough where nobody said that an identifier stands here."""
    test = _TESTS.get(candidate.subject.scheme)
    return test is None or test(candidate, typed)


def _is_like_a_seller(_: Candidate, typed: str) -> bool:
    return len(typed) >= 12 and _in_one_case(typed) and _MIXED_SELLER.fullmatch(typed.upper()) is not None


def _is_like_an_asin(_: Candidate, typed: str) -> bool:
    return _in_one_case(typed) and (typed[1] == "0" or len(_DIGITS.findall(typed)) >= 3)


def _is_like_a_unit_label(_: Candidate, typed: str) -> bool:
    """In small letters only with a digit after `x00`, as nearly all have."""
    return _in_one_case(typed) and (typed.isupper() or typed[3].isdigit())


def _is_like_an_order(_: Candidate, typed: str) -> bool:
    return _ORDER.fullmatch(typed) is not None


def _is_like_a_book(candidate: Candidate, typed: str) -> bool:
    """Of ten digits it is only ever the second reading; where an X ends them, that must not be an accident."""
    return not typed[-1].isalpha() or candidate.check is Check.PASSED


def _is_like_dhl_ecommerce(_: Candidate, typed: str) -> bool:
    if not typed[0].isalpha():
        return _TIME.fullmatch(typed) is None
    return len(_DIGITS.findall(typed)) >= 8 and len(_LETTERS.findall(typed.upper())) <= 6


_TESTS: dict[str, Callable[[Candidate, str], bool]] = {
    "amazon-seller": _is_like_a_seller,
    "amazon-asin": _is_like_an_asin,
    "amazon-fnsku": _is_like_a_unit_label,
    "amazon-order": _is_like_an_order,
    "isbn-10": _is_like_a_book,
    "dhl-ecommerce": _is_like_dhl_ecommerce,
}


def _in_one_case(typed: str) -> bool:
    return typed.isalnum() and (typed.isupper() or typed.islower())
