"""Names that are offered while somebody types: how one is found by its beginning, and by whose keys."""

import re
from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import NamedTuple

from bot.domain.cases import SHARED_CIRCLE
from bot.domain.flag_details import Details
from bot.domain.markings import Marking, Tlp
from bot.domain.people import Person
from bot.domain.sharing import reader_keys
from bot.domain.subjects import Subject, SubjectKind

LONGEST_BEGINNING = 100
MOST_BEGINNINGS = 6
_WORD = re.compile(r"[^\W_]+")


class Field(StrEnum):
    """The fields that are filled by typing."""

    BRAND = "brand"
    PORT = "port"
    SELLER = "seller"


class Saying(NamedTuple):
    """A flag, as far as it says names."""

    details: Details
    marking: Marking
    organisation: str
    author: Person


def folded(text: str) -> str:
    """What is compared: in small letters, with single blanks, and nothing that a database would refuse."""
    printable = "".join(letter for letter in " ".join(text.split()).casefold() if letter.isprintable())
    return printable[:LONGEST_BEGINNING]


def beginnings(name: str) -> frozenset[str]:
    """What a name is found by: itself, and turned so that each of its words is the first.

    Turned and not cut off: `audio` would be the same of two brands, and one would hide the other.
    """
    name = " ".join(name.split()).casefold()
    starts = [0, *(word.start() for word in _WORD.finditer(name))][: MOST_BEGINNINGS + 1]
    return frozenset(filter(None, (folded(f"{name[at:]} {name[:at]}") for at in starts)))


def begins_with(name: str, typed: str) -> bool:
    """Whether one of the words of a name begins what was typed."""
    return any(beginning.startswith(folded(typed)) for beginning in beginnings(name))


def seller_name(subject: Subject) -> str:
    """What a seller is looked for by: `ebay:techshop`, of which both halves are words."""
    return f"{subject.platform}:{subject.number}"


def keys_for_beginnings(
    subject: Subject, marking: Marking, owner: str, opener: Person, sayings: Iterable[Saying]
) -> frozenset[tuple[str, Field, str]]:
    """By which keys of a reader the names of a case are found, with their fields and beginnings.

    Whoever is found something by a key may see it: what another must not know neither fills nor shortens the list.
    """
    if marking.tlp is Tlp.RED:
        return frozenset()
    opens_case = reader_keys(marking, owner, opener)
    found = set[tuple[str, Field, str]]()
    if subject.kind is SubjectKind.SELLER:
        found |= {
            (key, Field.SELLER, each) for key in opens_case for each in beginnings(seller_name(subject))
        }
    for said in sayings:
        if said.marking.tlp is not Tlp.RED:
            keys = _of_both(opens_case, reader_keys(said.marking, said.organisation, said.author))
            found |= {(key, field, each) for key in keys for field, each in _names_of(said.details)}
    return frozenset(found)


def _of_both(one: frozenset[str], other: frozenset[str]) -> frozenset[str]:
    """The keys that open both, where one key opens something for all."""
    if SHARED_CIRCLE in one:
        return other
    return one if SHARED_CIRCLE in other else one & other


def _names_of(details: Details) -> Iterator[tuple[Field, str]]:
    for field, name in ((Field.BRAND, details.brand), (Field.PORT, details.port)):
        if name:
            yield from ((field, each) for each in beginnings(name))
