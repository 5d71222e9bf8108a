"""What a reader may see of a case: the one door between what is stored and what is shown.

Only this module makes a :class:`CaseView`, and renderers take nothing else. The rules are TLP 2.0's, with the
operation's organisations as TLP's "community". What is not allowed is refused: a reader of no organisation sees
nothing, and an unreadable marking counts as RED.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bot.domain.cases import (
    SHARED_CIRCLE,
    Case,
    Change,
    CloseReason,
    Entry,
    Reached,
    Status,
    flags_of,
    is_for_all,
    organisations_that_may_close,
)
from bot.domain.facts import PartnerView
from bot.domain.flag_details import NOTHING_MORE, Details
from bot.domain.flags import CorrectReason, Flag
from bot.domain.markings import Marking, Pap, Tlp, strictest
from bot.domain.people import Person
from bot.domain.roles import Action, Actor, may
from bot.domain.subjects import Subject


@dataclass(frozen=True, slots=True)
class Reader:
    """Who will read a message: a person, or everybody in a channel."""

    organisations: frozenset[str]
    """Every organisation that reads along. What is shown is what each of them may see."""
    person: Person | None = None
    rights: frozenset[Action] = frozenset()
    """What the person may do, which decides the buttons they are offered; a channel has none."""
    home: str | None = None
    """Whose channel it is, where others read along: its buttons are for that organisation's people."""
    narrowed: bool = False
    """Somebody reads along of whom we know no organisation, or we cannot tell who does: GREEN and CLEAR only."""

    @property
    def eyes(self) -> Person | None:
        """Whose eyes TLP:RED may be for: an API key has none."""
        return None if self.person is None or self.person.is_api_key else self.person

    @property
    def organisation(self) -> str | None:
        """The one organisation the message is for, where there is just one."""
        return self.home or (next(iter(self.organisations)) if len(self.organisations) == 1 else None)


def reader_for(actor: Actor) -> Reader:
    """The person who asks, reading for themselves."""
    return Reader(
        organisations=frozenset({actor.organisation}),
        person=Person(actor.slack_team, actor.slack_user),
        rights=frozenset(action for action in Action if may(actor, action)),
    )


def may_see(marking: Marking, owner: str, author: Person | None, reader: Reader) -> bool:
    """Whether everyone behind ``reader`` may see a thing that ``owner`` marked."""
    if not reader.organisations or (reader.narrowed and not marking.tlp.is_shared):
        return False
    match marking.tlp:
        case Tlp.CLEAR | Tlp.GREEN:
            return True
        case Tlp.AMBER:
            return reader.organisations <= marking.releases | {owner}
        case Tlp.AMBER_STRICT:
            return reader.organisations <= {owner}
        case Tlp.RED:
            return reader.eyes is not None and reader.eyes in marking.people | {author}


def reader_keys(marking: Marking, owner: str, author: Person) -> frozenset[str]:
    """The keys that open a case of this marking, for storage to find it by; :func:`keys_of` has them for a reader."""
    match marking.tlp:
        case Tlp.CLEAR | Tlp.GREEN:
            return frozenset({SHARED_CIRCLE})
        case Tlp.AMBER:
            return marking.releases | {owner}
        case Tlp.AMBER_STRICT:
            return frozenset({owner})
        case Tlp.RED:
            return frozenset(person.key for person in marking.people | {author})


def keys_of(reader: Reader) -> tuple[frozenset[str], ...]:
    """Sets of keys, of each of which a case must have one: one set for each organisation that reads along."""
    if not reader.organisations:
        return (frozenset(),)
    shared = {SHARED_CIRCLE} | ({reader.eyes.key} if reader.eyes else set())
    if reader.narrowed:
        return (frozenset({SHARED_CIRCLE}),)
    return tuple(frozenset(shared | {organisation}) for organisation in sorted(reader.organisations))


class Standing(StrEnum):
    """Where an organisation stands on a case, as its line in the ledger says."""

    FLAGGED = "flagged"
    ACKNOWLEDGED = "acknowledged"
    WAITING = "waiting"
    BEING_TOLD = "being told"
    NOT_REACHED = "not reached"
    UNANSWERED = "unanswered"
    """It had not acknowledged when the case was closed: nothing is asked of it any more."""


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One organisation in the ledger of who knows and who has answered."""

    organisation: str
    name: str
    standing: Standing
    at: datetime | None = None
    person: Person | None = None


@dataclass(frozen=True, slots=True)
class FlagView:
    """A flag as this reader may see it."""

    id: int
    organisation: str
    name: str
    person: Person
    words: str
    tlp: Tlp
    raised_at: datetime
    stands: bool
    details: Details = NOTHING_MORE


@dataclass(frozen=True, slots=True)
class OwnFlag:
    """A flag of the reader's own that stands, and what they may do about it at this moment."""

    number: int
    """Which of their flags on this case it is, from 1: what a button names it by. Its id would count others' flags."""
    flag_id: int
    words: str
    details: Details
    tlp: Tlp
    is_for_all: bool
    """Whoever may see the case may know of it."""
    may_undo: bool
    """Its ten minutes are not over; afterwards it is withdrawn with a reason."""


class Fate(StrEnum):
    """What became of the words that an entry brought."""

    STANDS = "stands"
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class EntryView:
    """A line of the timeline as this reader may see it."""

    id: int
    at: datetime
    change: Change
    name: str
    person: Person
    words: str
    tlp: Tlp
    reason: CloseReason | None
    fate: Fate = Fate.STANDS
    correction: CorrectReason | None = None


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case as one reader may see it. Nothing in it needs a further check before it is shown."""

    id: int
    """For the register of what was shown; people read the reference."""
    reference: str
    subject: Subject
    tlp: Tlp
    pap: Pap
    released_to: tuple[str, ...]
    """Names of the organisations that an AMBER case is released to."""
    status: Status
    reason: CloseReason | None
    version: int
    opened_at: datetime
    closed_at: datetime | None
    owner_name: str
    flags: tuple[FlagView, ...]
    ledger: tuple[LedgerLine, ...]
    timeline: tuple[EntryView, ...]
    partners: tuple[PartnerView, ...]
    may_acknowledge: bool
    """The reader's organisation has been asked and has not answered."""
    may_close: bool
    own_flags: tuple[OwnFlag, ...]
    """The reader's own that stand, where they may still flag; the newest last."""
    may_mark: bool
    """The reader's organisation has marked the case, and may mark it otherwise."""
    may_note: bool

    @property
    def latest_closing(self) -> EntryView | None:
        """The last time that it was closed."""
        return next((entry for entry in reversed(self.timeline) if entry.change is Change.CLOSED), None)


def view_of(
    case: Case, names: Mapping[str, str], reader: Reader, now: datetime | None = None
) -> CaseView | None:
    """What ``reader`` may see of ``case``; None where they may not know of it.

    ``names``: organisation key to name. ``now`` decides what can be undone; without it, nothing can.
    """
    if not may_see(case.marking, case.owner, case.opener, reader):
        return None
    flags = tuple(
        FlagView(
            id=flag.id,
            organisation=flag.organisation,
            name=names.get(flag.organisation, flag.organisation),
            person=Person(flag.slack_team, flag.slack_user),
            words="" if _is_taken_back(flag, reader) else flag.words,
            tlp=flag.marking.tlp,
            raised_at=flag.raised_at,
            stands=flag.stands,
            details=NOTHING_MORE if _is_taken_back(flag, reader) else _details(flag, reader),
        )
        for flag in case.flags
        if may_see(flag.marking, flag.organisation, Person(flag.slack_team, flag.slack_user), reader)
    )
    ledger = _ledger(case, flags, names, reader)
    is_open = case.status is Status.OPEN
    mine = reader.organisation
    return CaseView(
        id=case.id,
        reference=case.reference,
        subject=case.subject,
        tlp=case.marking.tlp,
        pap=case.pap,
        released_to=tuple(names.get(key, key) for key in sorted(case.marking.releases)),
        status=case.status,
        reason=case.reason,
        version=case.version,
        opened_at=case.opened_at,
        closed_at=case.closed_at,
        owner_name=names.get(case.owner, case.owner),
        flags=flags,
        ledger=ledger,
        timeline=_timeline(case, names, reader),
        partners=case.partners,
        may_acknowledge=is_open
        and any(line.organisation == mine and line.standing in ASKED for line in ledger)
        and (reader.person is None or Action.ACKNOWLEDGE in reader.rights),
        may_close=is_open and mine in organisations_that_may_close(case) and Action.CLOSE in reader.rights,
        own_flags=_own_flags(case, flags, reader, now),
        may_mark=is_open and mine == case.owner and Action.CLOSE in reader.rights,
        may_note=is_open and Action.NOTE in reader.rights,
    )


def _own_flags(
    case: Case, visible: tuple[FlagView, ...], reader: Reader, now: datetime | None
) -> tuple[OwnFlag, ...]:
    if reader.person is None or Action.FLAG not in reader.rights:
        return ()
    seen = {flag.id for flag in visible}
    return tuple(
        OwnFlag(
            number,
            flag.id,
            flag.words,
            flag.details,
            flag.marking.tlp,
            is_for_all(flag.marking, case.marking),
            now is not None and flag.may_be_undone(now),
        )
        for number, flag in enumerate(flags_of(case, reader.person), 1)
        if flag.stands and flag.id in seen and flag.organisation == reader.organisation
    )


ASKED = frozenset({Standing.WAITING, Standing.BEING_TOLD, Standing.NOT_REACHED})
"""Standings of an organisation that has yet to answer."""

_REACHED = {
    Reached.BEING_TOLD: Standing.BEING_TOLD,
    Reached.TOLD: Standing.WAITING,
    Reached.NOT_REACHED: Standing.NOT_REACHED,
}


def _ledger(
    case: Case, flags: tuple[FlagView, ...], names: Mapping[str, str], reader: Reader
) -> tuple[LedgerLine, ...]:
    """Those who flagged, then those who are asked, each with how far they are.

    A stricter part is no answer to those who may not know of it: its organisation is still asked, and still answers.
    """
    lines: dict[str, LedgerLine] = {}
    for flag in flags:
        if flag.stands and (flag.tlp.is_shared or strictest(flag.tlp, case.marking.tlp) is case.marking.tlp):
            lines.setdefault(
                flag.organisation,
                LedgerLine(flag.organisation, flag.name, Standing.FLAGGED, flag.raised_at, flag.person),
            )
    for answer in case.acknowledgements:
        if not _stands_in_it(case, answer.organisation, reader):
            continue
        person = Person(answer.slack_team, answer.slack_user)
        name = names.get(answer.organisation, answer.organisation)
        line = LedgerLine(answer.organisation, name, Standing.ACKNOWLEDGED, answer.at, person)
        lines.setdefault(answer.organisation, line)
    for told in case.told:
        if not _may_know(case, told.organisation):
            continue  # told once, and not asked any more: the case has been marked otherwise
        name = names.get(told.organisation, told.organisation)
        standing = _REACHED[told.reached]
        if case.status is Status.CLOSED and standing is not Standing.NOT_REACHED:
            standing = Standing.UNANSWERED
        lines.setdefault(told.organisation, LedgerLine(told.organisation, name, standing))
    return tuple(lines.values())


def _may_know(case: Case, organisation: str) -> bool:
    """Whether an organisation may see the case as it is marked now."""
    return may_see(case.marking, case.owner, None, Reader(frozenset({organisation})))


def _stands_in_it(case: Case, organisation: str, reader: Reader) -> bool:
    """Whether an organisation's answer stands in the ledger. Of one that may not see the case any more, those alone know
    who may see in the timeline that it has answered.
    """
    answers = (
        entry
        for entry in case.timeline
        if entry.change is Change.ACKNOWLEDGED and entry.organisation == organisation
    )
    return _may_know(case, organisation) or all(
        may_see(entry.marking, organisation, Person(entry.slack_team, entry.slack_user), reader)
        for entry in answers
    )


def _is_taken_back(flag: Flag, reader: Reader) -> bool:
    """What was said by a slip, and undone, nobody reads any more but who said it; the trail keeps it."""
    return flag.was_undone and reader.person != Person(flag.slack_team, flag.slack_user)


def _details(flag: Flag, reader: Reader) -> Details:
    """The address of a message tells of a channel: it is for those whose channel it is."""
    at_home = reader.organisations == {flag.organisation} and not reader.narrowed
    return flag.details if at_home else replace(flag.details, source="")


def _fate(case: Case, entry: Entry) -> Fate:
    """Of words that were said with a flag: whether they still hold."""
    if entry.flag_id is None or entry.change not in (Change.FLAGGED, Change.CORRECTED):
        return Fate.STANDS
    if any(flag.id == entry.flag_id and not flag.stands for flag in case.flags):
        return Fate.WITHDRAWN
    later = (other for other in case.timeline if other.id > entry.id and other.flag_id == entry.flag_id)
    corrected = any(other.change is Change.CORRECTED for other in later)
    return Fate.CORRECTED if corrected else Fate.STANDS


def _timeline(case: Case, names: Mapping[str, str], reader: Reader) -> tuple[EntryView, ...]:
    return tuple(
        EntryView(
            id=entry.id,
            at=entry.at,
            change=entry.change,
            name=names.get(entry.organisation, entry.organisation),
            person=Person(entry.slack_team, entry.slack_user),
            words=entry.words,
            tlp=entry.marking.tlp,
            reason=entry.reason,
            fate=_fate(case, entry),
            correction=entry.correction,
        )
        for entry in case.timeline
        if may_see(entry.marking, entry.organisation, Person(entry.slack_team, entry.slack_user), reader)
    )
