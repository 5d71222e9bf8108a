"""From what someone typed to what it means: one identifier, or every identifier in a text."""

from __future__ import annotations

from bot.domain.errors import InvalidIdentifier
from bot.domain.identifiers import amazon, containers, parcels
from bot.domain.identifiers.cleaning import compact, plain, quoted, unwrapped
from bot.domain.identifiers.ranking import Candidate, ranked
from bot.domain.subjects import SubjectKind

_LONGEST = 2_000


def candidates(text: str, kind: SubjectKind | None = None) -> tuple[Candidate, ...]:
    """Every reading of one identifier as it was typed, best first; with `kind`, only readings of that kind."""
    if len(text) > _LONGEST:
        return ()
    typed = unwrapped(plain(text))
    return _numbers(typed, kind)


def _numbers(typed: str, kind: SubjectKind | None) -> tuple[Candidate, ...]:
    number = compact(typed)
    if not 9 <= len(number) <= 41:
        return ()
    found: list[Candidate] = []
    if kind in (None, SubjectKind.PARCEL):
        found += parcels.read_parcel(number, typed)
    if kind in (None, SubjectKind.CONTAINER):
        found += containers.read_container(number)
    if kind is SubjectKind.SELLER or (kind is None and not found):
        found += amazon.read_seller(number)
    if kind in (None, SubjectKind.LISTING):
        found += amazon.read_listing(number)
    if kind in (None, SubjectKind.ORDER):
        found += amazon.read_order(number)
    return ranked(found)


def find_identifiers(text: str) -> tuple[tuple[Candidate, ...], ...]:
    """Every identifier in free text, in the order in which they stand there, each with its ranked readings."""
    return tuple(found for word in plain(text).split() if (found := candidates(word)))


def identify(kind: SubjectKind, text: str) -> Candidate:
    """The best reading of that kind.

    Raises `InvalidIdentifier` with a sentence that says what is wrong and what it looks like when right.
    """
    found = candidates(text, kind)
    if found:
        return found[0]
    raise InvalidIdentifier(f"{quoted(text)} is no {kind} number.")
