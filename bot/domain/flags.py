"""A flag: one person's word, on behalf of their organisation, that a subject looks wrong."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.flag_details import NOTHING_MORE, Details
from bot.domain.markings import Marking, Pap
from bot.domain.subjects import Subject


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

    @property
    def stands(self) -> bool:
        """Whether it has not been withdrawn."""
        return self.withdrawn_at is None
