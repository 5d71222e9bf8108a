"""What is flagged and looked up, and how people type it."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.identifiers import identify
from bot.domain.subjects import Subject, SubjectKind

PARCELS_IN_FOUR = 3
WORDS = "counterfeit earbuds, sealed box, wrong font on the label"


@dataclass(frozen=True, slots=True)
class Stored:
    """One case that is there: what it is called and what it is about."""

    reference: str
    number: str


def subject(number: int) -> Subject:
    """The ``number``-th thing, beginning with 1: three parcels and a seller, in turn. Check digits are right."""
    if number % 4 >= PARCELS_IN_FOUR:
        return identify(SubjectKind.SELLER, f"A{number:09}XYZW").subject
    digits = 331_000_000 + number
    return identify(SubjectKind.PARCEL, f"{digits}{digits % 7}").subject


def flag_text(about: Subject) -> str:
    """What is typed after ``/flag``."""
    return f"{about.kind.value} {about.number} {WORDS}"


def case_texts(stored: Sequence[Stored], how_many: int, dice: random.Random) -> list[tuple[str, Stored]]:
    """What is typed after ``/case``, by reference and by number in turn, and the case that it has to find."""
    chosen = [dice.choice(stored) for _ in range(how_many)]
    return [(case.reference if place % 2 else case.number, case) for place, case in enumerate(chosen)]
