"""Every reading of one number, without looking at what stands around it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot.domain.identifiers import amazon
from bot.domain.identifiers.cleaning import compact
from bot.domain.identifiers.containers import read_container
from bot.domain.identifiers.parcels import read_parcel
from bot.domain.identifiers.ranking import BEHIND_ITS_EQUALS, Candidate, Check, ranked
from bot.domain.subjects import SubjectKind

SHORTEST, LONGEST = 9, 41
"""How many letters and digits an identifier may have (Amazon's oldest seller ids, DHL eCommerce)."""


def read_number(typed: str, kind: SubjectKind | None = None) -> tuple[Candidate, ...]:
    """The ranked readings of a number, of one kind or of all, typed with or without separators."""
    number = compact(typed)
    if not SHORTEST <= len(number) <= LONGEST or not number.strip("0"):
        return ()
    return ranked(_of_any_kind(number, typed) if kind is None else _READERS[kind](number, typed))


_READERS: dict[SubjectKind, Callable[[str, str], list[Candidate]]] = {
    SubjectKind.PARCEL: read_parcel,
    SubjectKind.CONTAINER: lambda number, _: read_container(number),
    SubjectKind.SELLER: lambda number, _: amazon.read_seller(number),
    SubjectKind.LISTING: lambda number, _: amazon.read_listing(number),
    SubjectKind.ORDER: lambda number, _: amazon.read_order(number),
}


def _of_any_kind(number: str, typed: str) -> list[Candidate]:
    """Where nobody said what it is, a word without a digit is a word."""
    if number.isalpha():
        return []
    shipped = read_parcel(number, typed) + read_container(number)
    found = shipped + amazon.read_listing(number) + amazon.read_order(number)
    # The check digit of the post or of containers, right or mistyped, shows the shape to be no accident.
    if not any(each.check is not Check.NONE and each.weight == 0 for each in shipped):
        sellers = amazon.read_seller(number)
        found += [replace(each, weight=BEHIND_ITS_EQUALS) for each in sellers] if shipped else sellers
    return found
