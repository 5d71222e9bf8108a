"""Every reading of one number, without looking at what stands around it."""

from __future__ import annotations

from collections.abc import Callable

from bot.domain.identifiers import amazon
from bot.domain.identifiers.cleaning import compact, joined
from bot.domain.identifiers.containers import read_container
from bot.domain.identifiers.parcels import read_parcel
from bot.domain.identifiers.plausible import is_plausible
from bot.domain.identifiers.ranking import Candidate, Check, ranked
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
    SubjectKind.SELLER: amazon.read_seller,
    SubjectKind.LISTING: lambda number, _: amazon.read_listing(number),
    SubjectKind.ORDER: lambda number, _: amazon.read_order(number),
}


def _of_any_kind(number: str, typed: str) -> list[Candidate]:
    """Where nobody said what it is, a word is a word, also with a year or a version behind it."""
    if number.isdigit():
        return [*read_parcel(number, typed), *amazon.read_listing(number), *amazon.read_order(number)]
    if number.isalpha():
        return []
    found = read_parcel(number, typed) + read_container(number)
    # The shape of a postal item's number or of a container's is no accident, and a mistyped one no seller's id.
    if not any(each.check is not Check.NONE and not each.weight for each in found):
        found += amazon.read_seller(number, typed)
    found += amazon.read_listing(number)
    if not found:
        return found
    word = typed if typed.isalnum() else joined(typed)
    return found if word.isupper() else [each for each in found if is_plausible(each, word)]
