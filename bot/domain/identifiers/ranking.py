"""A reading of what someone typed, and which of several readings is the better one."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from bot.domain.subjects import Subject


class Check(StrEnum):
    """What the check digit says."""

    PASSED = "passed"
    FAILED = "failed"
    NONE = "none"  # numbers of this kind carry none


class Candidate(NamedTuple):
    """One thing that what was typed can mean. A tuple for the reason that a subject is one."""

    subject: Subject
    check: Check

    name: str
    """What people call such a number: `DHL Express waybill`."""

    why: str
    """One sentence on why it was read so, for the person who typed it. Not escaped."""

    weight: int = 0
    """What speaks against this reading beside its check digit: 0 for nothing; see `BEHIND_*`."""


BEHIND_ITS_EQUALS = 1
"""Weight of a reading that is the poorer one among those with the same result of the check."""

BEHIND_RIGHT_NUMBERS = 20
"""Weight of a reading that, though its check digit is right, is no better than another's wrong one."""


def _rank(candidate: Candidate) -> int:
    if candidate.check is Check.PASSED:
        return candidate.weight
    return candidate.weight + (10 if candidate.check is Check.NONE else 20)


def ranked(candidates: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """Best first: a right check digit, then those that carry none, then a wrong one; equals stay as they came."""
    return tuple(sorted(candidates, key=_rank) if len(candidates) > 1 else candidates)


def tie(candidates: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
    """Those of ranked candidates that rank as well as the first; where there is more than one, a person is asked.

    Readings that make the same thing of it, of which the same carrier would be asked, are one.
    """
    level: dict[tuple[str, str | None], Candidate] = {}
    for each in candidates:
        if _rank(each) == _rank(candidates[0]):
            level.setdefault((each.subject.key, each.subject.carrier), each)
    return tuple(level.values())
