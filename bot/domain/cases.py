"""A case: everything the operation knows and does about one subject, in one circle of readers."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import reduce

from bot.domain.errors import Conflict
from bot.domain.facts import PartnerView
from bot.domain.flags import CorrectReason, Flag
from bot.domain.markings import Marking, Pap, Tlp, strictest, strictest_pap
from bot.domain.people import Person
from bot.domain.subjects import Subject


class Status(StrEnum):
    """Where a case stands."""

    OPEN = "open"
    CLOSED = "closed"


class CloseReason(StrEnum):
    """Why a case was closed. No value states that anybody sold counterfeits: that is for customs and courts to say."""

    ACTED_ON = "acted_on"
    NOT_CONFIRMED = "not_confirmed"
    GENUINE = "genuine"
    DUPLICATE = "duplicate"
    TOO_LATE = "too_late"
    OTHER = "other"
    WITHDRAWN = "withdrawn"
    """Every flag was withdrawn; set by the program, never chosen."""

    @property
    def words(self) -> str:
        """As people read and choose it."""
        return _REASON_WORDS[self]


_REASON_WORDS = {
    CloseReason.ACTED_ON: "Acted on: held, removed or handed over",
    CloseReason.NOT_CONFIRMED: "Suspicion not confirmed",
    CloseReason.GENUINE: "Genuine goods",
    CloseReason.DUPLICATE: "The same as another case",
    CloseReason.TOO_LATE: "Too late to act: delivered or gone",
    CloseReason.OTHER: "Other, see the words",
    CloseReason.WITHDRAWN: "Every flag was withdrawn",
}


class AfterClosing(StrEnum):
    """What a new flag does to a case that was closed."""

    REOPENED = "reopened"
    """It is opened again, with its history."""
    ASKED = "asked"
    """Whoever flags is told how it ended, and asked whether they mean it."""


AFTER_CLOSING: dict[CloseReason, AfterClosing] = {
    CloseReason.ACTED_ON: AfterClosing.REOPENED,
    CloseReason.NOT_CONFIRMED: AfterClosing.REOPENED,
    # Somebody has looked and found it in order: most who flag it again do not know that.
    CloseReason.GENUINE: AfterClosing.ASKED,
    # What is known of it stands in another case.
    CloseReason.DUPLICATE: AfterClosing.ASKED,
    CloseReason.TOO_LATE: AfterClosing.REOPENED,
    CloseReason.OTHER: AfterClosing.REOPENED,
    CloseReason.WITHDRAWN: AfterClosing.REOPENED,
}


CHOOSABLE_REASONS = tuple(reason for reason in CloseReason if reason is not CloseReason.WITHDRAWN)


class Change(StrEnum):
    """What can happen to a case; also the kinds of its timeline's entries."""

    FLAGGED = "flagged"
    ACKNOWLEDGED = "acknowledged"
    WITHDRAWN = "withdrawn"
    CORRECTED = "corrected"
    NOTED = "noted"
    MARKED = "marked"
    CLOSED = "closed"
    CLOSED_AGAIN = "closed_again"
    """What had opened it again was withdrawn: it is as it was. Nobody has decided anything."""


CLOSINGS = frozenset({Change.CLOSED, Change.CLOSED_AGAIN})

TRANSITIONS: dict[tuple[Status, Change], Status] = {
    (Status.OPEN, Change.FLAGGED): Status.OPEN,
    (Status.OPEN, Change.ACKNOWLEDGED): Status.OPEN,
    (Status.OPEN, Change.WITHDRAWN): Status.OPEN,
    (Status.OPEN, Change.CORRECTED): Status.OPEN,
    (Status.OPEN, Change.NOTED): Status.OPEN,
    (Status.OPEN, Change.MARKED): Status.OPEN,
    (Status.OPEN, Change.CLOSED): Status.CLOSED,
    (Status.OPEN, Change.CLOSED_AGAIN): Status.CLOSED,
    # A new flag opens a closed case again, with its history.
    (Status.CLOSED, Change.FLAGGED): Status.OPEN,
    (Status.CLOSED, Change.WITHDRAWN): Status.CLOSED,
}
"""What may follow what; a pair that is not here is refused."""

REFUSALS = {
    Change.ACKNOWLEDGED: "This case is closed; there is nothing left to acknowledge.",
    Change.CORRECTED: "This case is closed. A new flag opens it again.",
    Change.NOTED: "This case is closed. A new flag opens it again.",
    Change.MARKED: "This case is closed. A new flag opens it again.",
    Change.CLOSED: "This case is closed already.",
    Change.CLOSED_AGAIN: "This case is closed already.",
}


def next_status(status: Status, change: Change) -> Status:
    """Where ``change`` leads, or :class:`Conflict` with the reason it leads nowhere."""
    try:
        return TRANSITIONS[status, change]
    except KeyError:
        raise Conflict(REFUSALS[change]) from None


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """An organisation's word that it has seen the alert and takes it on; the first person's stands for all."""

    organisation: str
    slack_team: str
    slack_user: str
    at: datetime


class Reached(StrEnum):
    """How far an alert has come on its way to an organisation."""

    BEING_TOLD = "being told"
    TOLD = "told"
    NOT_REACHED = "not reached"


@dataclass(frozen=True, slots=True)
class Told:
    """One organisation that an alert goes to, and whether it is there."""

    organisation: str
    reached: Reached


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a case's timeline."""

    id: int
    at: datetime
    change: Change
    organisation: str
    slack_team: str
    slack_user: str
    words: str
    marking: Marking
    reason: CloseReason | None = None
    flag_id: int | None = None
    """The flag that was raised, corrected or withdrawn."""
    correction: CorrectReason | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """A case as stored: whole, and therefore never handed to a renderer (see :mod:`bot.domain.sharing`)."""

    id: int
    reference: str
    subject_id: int
    subject: Subject
    circle: str
    owner: str
    """Key of the organisation that opened it."""
    opener: Person
    """Who opened it: a TLP:RED case is theirs."""
    marking: Marking
    pap: Pap
    status: Status
    reason: CloseReason | None
    version: int
    """Grows by one with every change."""
    opened_at: datetime
    closed_at: datetime | None
    flags: tuple[Flag, ...]
    acknowledgements: tuple[Acknowledgement, ...]
    told: tuple[Told, ...]
    timeline: tuple[Entry, ...]
    partners: tuple[PartnerView, ...]


SHARED_CIRCLE = "*"
"""The circle of the cases that every organisation of the operation may see."""


def circle_of(tlp: Tlp, organisation: str, author: Person) -> str:
    """The circle in which a flag of this marking lives: the shared one, its organisation's own, or one person's."""
    if tlp.is_shared:
        return SHARED_CIRCLE
    return author.key if tlp is Tlp.RED else organisation


def beside(circle: str, case_id: int) -> str:
    """A circle of the same readers in which only this case stands."""
    return f"{circle} {case_id}"


def is_for_all(part: Marking, case: Marking) -> bool:
    """Whether everybody who may see a case may know of this part of it. What another part does must not show on the case."""
    if part.tlp.is_shared:
        return True
    if part.tlp is case.tlp:
        return part.releases >= case.releases and part.people >= case.people
    # Those named in a RED case may be of any organisation.
    return strictest(part.tlp, case.tlp) is case.tlp and not case.people


def is_for_more(one: Marking, other: Marking) -> bool:
    """Whether one marking lets all know whom the other does, and others besides."""
    return is_for_all(one, other) and not is_for_all(other, one)


def as_part(part: Marking, case: Marking) -> Marking:
    """The marking of a part of a case, and whether it stands apart; what once did still does."""
    return replace(part, apart=part.apart or not is_for_all(part, case))


def keeps_open(flag: Flag, case: Case) -> bool:
    """Whether the case stands by this flag. A part stricter than its case neither keeps it open nor closes it:
    either would tell those who may not know of the part.

    A flag by which the case stood still does when a further one has released the case to more.
    """
    return flag.stands and _carries(flag.marking, case.marking)


def _carries(part: Marking, case: Marking) -> bool:
    return is_for_all(part, case) or goes_along(part, case)


def goes_along(part: Marking, case: Marking) -> bool:
    """Whether a part was marked as its case was, and goes along when the case is marked otherwise."""
    return part.tlp is case.tlp and not part.apart


def labels_without(flag: Flag, case: Case) -> tuple[Marking, Pap] | None:
    """A case's labels without what this flag has done to them when it was raised; None where it has done nothing, or where
    they have been changed since.
    """
    places = [place for place, entry in enumerate(case.timeline) if entry.change is Change.MARKED]
    if (
        case.status is Status.CLOSED
        or not places
        or not _was_marked_by(flag, case.timeline[: places[-1] + 1])
    ):
        return None
    before = case.timeline[places[-2] if len(places) > 1 else 0].marking
    others = [other for other in case.flags if other.id != flag.id and not other.was_undone]
    alike = [other.marking for other in others if other.stands and other.marking.tlp is case.marking.tlp]
    marking = replace(
        case.marking,
        releases=case.marking.releases & before.releases.union(*(each.releases for each in alike)),
        people=case.marking.people & before.people.union(*(each.people for each in alike)),
    )
    asked = [other.pap for other in others if _carries(other.marking, marking)]
    pap = reduce(strictest_pap, asked, Pap.CLEAR) if flag.pap is case.pap else case.pap
    return None if (marking, pap) == (case.marking, case.pap) else (marking, pap)


def _was_marked_by(flag: Flag, timeline: Sequence[Entry]) -> bool:
    """Whether the last of these entries is what the flag has done to the labels: it was written with the flag's own."""
    if len(timeline) < 2:
        return False
    raised, marked = timeline[-2:]
    mine = raised.change is Change.FLAGGED and raised.flag_id == flag.id
    return mine and (raised.at, raised.slack_user) == (marked.at, marked.slack_user)


def flags_of(case: Case, person: Person) -> tuple[Flag, ...]:
    """Somebody's flags on a case, withdrawn ones too; a button names one by its place among them, from 1."""
    return tuple(flag for flag in case.flags if Person(flag.slack_team, flag.slack_user) == person)


def ends_with(flag: Flag, case: Case) -> tuple[Change, CloseReason] | None:
    """How the case is closed when this flag is withdrawn, and with which reason; None where it goes on without it.

    A case that only this flag has opened again is closed again, as it was before.
    """
    if case.status is Status.CLOSED or not keeps_open(flag, case):
        return None
    standing = {other.id for other in case.flags if other.id != flag.id and keeps_open(other, case)}
    if not standing:
        return Change.CLOSED, CloseReason.WITHDRAWN
    closing = next((entry for entry in reversed(case.timeline) if entry.change in CLOSINGS), None)
    if closing is None or not isinstance(closing.reason, CloseReason):
        return None
    since = [entry for entry in case.timeline if entry.id > closing.id and entry.change is Change.FLAGGED]
    # Where an entry does not say whose flag it is of, somebody may stand by it.
    others = any(entry.flag_id is None or entry.flag_id in standing for entry in since)
    return None if others else (Change.CLOSED_AGAIN, closing.reason)


def organisations_that_may_close(case: Case) -> frozenset[str]:
    """Its owner, while one of the owner's flags stands; after that, whoever still stands by theirs."""
    standing = frozenset(flag.organisation for flag in case.flags if keeps_open(flag, case))
    return frozenset({case.owner}) if case.owner in standing or not standing else standing
