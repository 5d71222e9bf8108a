"""The digest: what a period brought, for those who steer the operation."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from cronsim import CronSim

from bot.domain.audit import Head
from bot.domain.sharing import CaseView


@dataclass(frozen=True, slots=True)
class DigestPlan:
    """A digest as the operation file asks for it."""

    key: str
    channel: str
    cron: str
    timezone: str


@dataclass(frozen=True, slots=True)
class Period:
    """From (included) to (excluded), both UTC."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class DigestReport:
    """Everything one digest says; each case has passed the sharing door for the digest's channel."""

    key: str
    run_id: int
    period: Period
    timezone: str
    operation: str
    opened: Sequence[CaseView]
    closed: Sequence[CaseView]
    unanswered: Sequence[CaseView]
    """Open cases of whatever age for which an organisation has yet to acknowledge; the oldest first."""
    audit_head: Head | None
    """The audit trail's newest link: printed here, it shows later whether anything before it was changed."""
    flags: int
    """Flags raised in the period on cases that the channel may see."""


def next_due(cron: str, timezone: str, after: datetime) -> datetime:
    """The first moment after ``after`` (aware) at which the cron expression fires in its zone, in UTC.

    crontab's rules: Sunday is 0 and 7, day of month and day of week are joined by "or" where both are given, and
    a time that an autumn night has twice fires once.
    """
    local = after.astimezone(ZoneInfo(timezone))
    # In the second of an autumn night's two hours, cronsim takes the time for one in the first: what it finds there is past.
    return next(due for moment in CronSim(cron, local) if (due := moment.astimezone(UTC)) > after)
