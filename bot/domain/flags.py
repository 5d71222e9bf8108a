"""A flag: one person's word, on behalf of their organisation, that a subject looks wrong."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.flag_details import NOTHING_MORE, Details
from bot.domain.markings import Marking, Pap
from bot.domain.subjects import Subject

UNDO_FOR = timedelta(minutes=10)
"""How long **Undo** takes a flag back as if it were a slip of the finger."""


class WithdrawReason(StrEnum):
    """Why somebody no longer stands by their flag."""

    MISTAKEN = "mistaken"
    UNFOUNDED = "unfounded"
    ELSEWHERE = "elsewhere"
    OTHER = "other"

    @property
    def words(self) -> str:
        """As people read and choose it."""
        return _WITHDRAW_WORDS[self]


_WITHDRAW_WORDS = {
    WithdrawReason.MISTAKEN: "A wrong number or link",
    WithdrawReason.UNFOUNDED: "It turned out to be in order",
    WithdrawReason.ELSEWHERE: "It is dealt with elsewhere",
    WithdrawReason.OTHER: "Other, see the words",
}


class CorrectReason(StrEnum):
    """Why somebody says something else with their flag now."""

    MORE = "more"
    WRONG = "wrong"
    CHANGED = "changed"

    @property
    def words(self) -> str:
        """As people read and choose it."""
        return _CORRECT_WORDS[self]


_CORRECT_WORDS = {
    CorrectReason.MORE: "There is more to say",
    CorrectReason.WRONG: "Something in it was wrong",
    CorrectReason.CHANGED: "Things have changed since",
}


class FlagOutcome(StrEnum):
    """What a flag came to."""

    NEW = "new"
    """It has opened a case."""
    JOINED = "joined"
    """The case was open."""
    REOPENED = "reopened"
    """The case was closed."""
    WIDENED = "widened"
    """The same as below, but marked so that the case itself is marked otherwise now."""
    SAME = "same"
    """The same person had said the same before, and stands by it: nothing was added."""


@dataclass(frozen=True, slots=True)
class FlagDraft:
    """What somebody wants to flag, before it is stored."""

    subject: Subject
    words: str
    marking: Marking | None = None
    """None: the organisation's default."""
    pap: Pap = Pap.CLEAR
    details: Details = NOTHING_MORE
    named: frozenset[str] = frozenset()
    """TLP:RED: user ids of those who may see it too; who they are is looked up when it is stored."""


@dataclass(frozen=True, slots=True)
class Flag:
    """A flag as stored."""

    id: int
    organisation: str
    slack_team: str
    slack_user: str
    words: str
    marking: Marking
    raised_at: datetime
    withdrawn_at: datetime | None = None
    withdraw_words: str = ""
    pap: Pap = Pap.CLEAR
    details: Details = NOTHING_MORE

    def may_be_undone(self, now: datetime) -> bool:
        """Whether its author may still take it back without giving a reason."""
        return self.stands and now - self.raised_at < UNDO_FOR

    def saying(self, words: str, details: Details) -> "Flag":
        """The flag with other words and details; where it was seen stays as it is."""
        return replace(self, words=words, details=replace(details, source=self.details.source))

    def marked(self, marking: Marking) -> "Flag":
        """The flag, marked otherwise."""
        return replace(self, marking=marking)

    @property
    def stands(self) -> bool:
        """Whether it has not been withdrawn."""
        return self.withdrawn_at is None

    @property
    def was_undone(self) -> bool:
        """Whether it was taken back as a slip: to withdraw it later takes a reason."""
        return self.withdrawn_at is not None and not self.withdraw_words
