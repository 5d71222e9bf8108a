"""What one rule for a kind of number holds, and how it reads a number."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from bot.domain.identifiers.ranking import Candidate, Check
from bot.domain.subjects import Subject, SubjectKind


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of number that things carry while they travel."""

    scheme: str
    name: str
    """What people call it, singular, without an article."""

    looks: str
    """How such a number looks, as the end of a sentence: `10 digits`."""

    pattern: re.Pattern[str]
    """Matches the whole of a compact number; its group 1 is the canonical one, without what labels put around it."""

    expected: Callable[[str], str] | None = None
    """Gives the check digit that belongs to the characters from `body_start` up to it; None where such numbers carry none."""

    body_start: int = 0
    check_at: int = -1
    kind: SubjectKind = SubjectKind.PARCEL

    def read(self, compact: str) -> Candidate | None:
        """The candidate that this rule makes of a compact number, or None where its shape is another."""
        match = self.pattern.fullmatch(compact)
        return self.candidate(match[1]) if match else None

    def candidate(self, number: str, shown: str | None = None, weight: int = 0) -> Candidate:
        """The candidate for a canonical number that has this rule's shape."""
        check, why = self._judge(number)
        return Candidate(Subject(self.kind, self.scheme, shown or number), check, self.name, why, weight)

    def _judge(self, number: str) -> tuple[Check, str]:
        if self.expected is None:
            return Check.NONE, f"It looks like this: {self.looks}; such numbers carry no check digit."
        expected, found = self.expected(number[self.body_start : self.check_at]), number[self.check_at]
        if expected == found:
            return Check.PASSED, f"It looks like this: {self.looks}; and its check digit is right."
        return (
            Check.FAILED,
            f"Its check digit should be {expected} but is {found}, so a digit may be mistyped.",
        )
