"""What somebody does about a flag of their own: undo it, correct it, withdraw it."""

from collections.abc import Callable
from datetime import datetime

from bot.domain.cases import (
    Case,
    Change,
    as_part,
    ends_with,
    flags_of,
    goes_along,
    keeps_open,
    labels_without,
    next_status,
)
from bot.domain.errors import Conflict, InvalidInput, NotFound
from bot.domain.flag_details import Details
from bot.domain.flags import CorrectReason, Flag
from bot.domain.markings import Marking, Tlp, labels, strictest
from bot.domain.people import Person
from bot.domain.roles import Action, Actor
from bot.domain.sharing import CaseView, OwnFlag, reader_for
from bot.services.access import require
from bot.services.markings import Markings
from bot.services.telling import record, redraw, seen_by, tell_others
from storage.database import Database, Transaction

NO_SUCH_FLAG = "There is no such flag of yours."


class UndoIsOver(Conflict):
    """The ten minutes have passed: the flag can still be withdrawn, with a reason."""


class Amendments:
    """Every method names a flag by its case's reference and its number among the actor's own there.

    ``number``: None means the latest that stands. Whether they still may is asked each time.
    """

    def __init__(
        self,
        database: Database,
        now: Callable[[], datetime],
        markings: Markings,
        wake: Callable[[], None],
    ) -> None:
        self._database = database
        self._now = now
        self._markings = markings
        self._wake = wake

    async def own(self, actor: Actor, reference: str, number: int | None) -> tuple[CaseView, OwnFlag]:
        """The flag as it stands, for a form. Raises :class:`NotFound`, :class:`Conflict`."""
        async with self._database.read() as tx:
            _, view, flag = await self._own(tx, actor, reference, number)
        return view, next(own for own in view.own_flags if own.flag_id == flag.id)

    async def undo(
        self, actor: Actor, reference: str, number: int | None, *, received: str, response_url: str
    ) -> None:
        """Take a flag back within its ten minutes. Raises :class:`UndoIsOver` afterwards.

        What was posted because of it is edited; those alone hear of it anew who have acknowledged, and act on it. What it has
        done to the case's own labels is undone too, where nobody has changed them since.
        """
        now = self._now()
        async with self._database.begin() as tx:
            if not await tx.receipts.take(received, now):
                return
            case, _, flag = await self._own(tx, actor, reference, number, change=True)
            if not flag.may_be_undone(now):
                raise UndoIsOver("The ten minutes for Undo are over.")
            case = await self._without_its_labels(tx, actor, case, flag, now)
            entry = await self._take_back(tx, actor, case, flag, "", now)
            acting = await tx.cases.acknowledged_by(case.id) - {actor.organisation}
            await tx.outbox.note(case.id, entry, sorted(acting), now)
            await redraw(tx, case.id, actor, response_url, now)
        self._wake()

    async def withdraw(
        self,
        actor: Actor,
        reference: str,
        number: int | None,
        words: str,
        *,
        received: str,
        response_url: str,
    ) -> None:
        """Take a flag back, with a reason that everyone who was told hears."""
        now = self._now()
        async with self._database.begin() as tx:
            if not await tx.receipts.take(received, now):
                return
            case, _, flag = await self._own(tx, actor, reference, number, change=True)
            entry = await self._take_back(tx, actor, case, flag, words, now)
            await tell_others(tx, case, entry, actor, now)
            await redraw(tx, case.id, actor, response_url, now)
        self._wake()

    async def _without_its_labels(
        self, tx: Transaction, actor: Actor, case: Case, flag: Flag, now: datetime
    ) -> Case:
        """The case, as it is marked without the flag."""
        without = labels_without(flag, case)
        if without is None:
            return case
        head = await tx.cases.label(await tx.cases.lock(case.id), *without)
        words = labels(*without, await tx.members.names())
        await record(tx, head, Change.MARKED, actor, now, words=words)
        await tx.outbox.take_back([case.id], None, now)
        return await tx.cases.get(case.id)

    async def _take_back(
        self, tx: Transaction, actor: Actor, case: Case, flag: Flag, words: str, now: datetime
    ) -> int:
        head = await tx.cases.lock(case.id)
        await tx.flags.withdraw(flag.id, words, now)
        entry = await record(
            tx, head, Change.WITHDRAWN, actor, now, words=words, marking=flag.marking, flag_id=flag.id
        )
        end = ends_with(flag, case)
        if end is not None:
            change, reason = end
            await record(tx, head, change, actor, now, reason=reason)
        await self._retell(tx, case.id, flag.id, now)
        return entry

    async def _retell(self, tx: Transaction, case_id: int, flag_id: int, now: datetime) -> None:
        """Have what was posted because of a flag say what became of it."""
        await tx.outbox.refresh_notes(await tx.flags.notes_of(flag_id), now)
        await tx.news.refresh(case_id, now)

    async def correct(
        self,
        actor: Actor,
        reference: str,
        number: int | None,
        words: str,
        tlp: Tlp,
        *,
        details: Details | None = None,
        reason: CorrectReason = CorrectReason.MORE,
        received: str,
        response_url: str,
    ) -> None:
        """Have a flag say something else, or mark it otherwise; its words before stay in the timeline.

        ``details``: None leaves them as they are. Everyone who was told hears of it, and of the ``reason``.

        The marking of who opened the case is the case's own, and marks it otherwise; another's is that part's alone.
        """
        now = self._now()
        async with self._database.begin() as tx:
            if not await tx.receipts.take(received, now):
                return
            case, _, flag = await self._own(tx, actor, reference, number, change=True)
            next_status(case.status, Change.CORRECTED)
            wanted = flag.marking if tlp is flag.marking.tlp else Marking(tlp)
            marks_case = wanted != flag.marking and _carries_the_case(flag, case)
            marking = flag.marking if marks_case else as_part(wanted, case.marking)
            said = flag.saying(words, flag.details if details is None else details)
            if said == flag and wanted == flag.marking:
                raise InvalidInput("Nothing is different yet. Change what it says, or its marking.", "words")
            _check(case, flag, said, marking)
            if said != flag or marking != flag.marking:
                await self._correct(tx, actor, case, said, marking, reason, now)
            if marks_case:
                await self._markings.change(tx, case, wanted, actor, response_url, now)
            else:
                await redraw(tx, case.id, actor, response_url, now)
        self._wake()

    async def _correct(
        self,
        tx: Transaction,
        actor: Actor,
        case: Case,
        flag: Flag,
        marking: Marking,
        reason: CorrectReason,
        now: datetime,
    ) -> None:
        head = await tx.cases.lock(case.id)
        await tx.flags.correct(flag.id, flag.words, flag.details, marking)
        await tx.flags.tighten(flag.id, marking)
        entry = await record(
            tx,
            head,
            Change.CORRECTED,
            actor,
            now,
            words=flag.words,
            marking=marking,
            reason=reason,
            flag_id=flag.id,
        )
        await tell_others(tx, case, entry, actor, now)
        await self._retell(tx, case.id, flag.id, now)

    async def _own(
        self, tx: Transaction, actor: Actor, reference: str, number: int | None, *, change: bool = False
    ) -> tuple[Case, CaseView, Flag]:
        """The flag, where it stands and the actor may still flag; ``change``: with its case and subject locked."""
        require(actor, Action.FLAG)
        case_id = await tx.cases.find_reference(reference, reader_for(actor))
        if case_id is None:
            raise NotFound(NO_SUCH_FLAG)
        if change:
            await tx.cases.lock_with_subject(case_id)
        case, view = await seen_by(tx, actor, case_id, self._now())
        mine = flags_of(case, Person(actor.slack_team, actor.slack_user))
        if view is None or not mine or (number is not None and not 1 <= number <= len(mine)):
            raise NotFound(NO_SUCH_FLAG)
        standing = {own.flag_id for own in view.own_flags}
        wanted = mine if number is None else mine[number - 1 : number]
        found = next((flag for flag in reversed(wanted) if flag.id in standing), None)
        if found is None and any(flag.stands for flag in wanted):  # raised for another organisation of theirs
            raise NotFound(NO_SUCH_FLAG)
        if found is None:
            raise Conflict("You have withdrawn this flag already.")
        return case, view, found


def _carries_the_case(flag: Flag, case: Case) -> bool:
    opener = Person(flag.slack_team, flag.slack_user) == case.opener and flag.organisation == case.owner
    return opener and goes_along(flag.marking, case.marking)


def _check(case: Case, flag: Flag, said: Flag, marking: Marking) -> None:
    mine = flags_of(case, Person(flag.slack_team, flag.slack_user))
    same = (other for other in mine if (other.words, other.details) == (said.words, said.details))
    if any(other.stands and other.id != flag.id for other in same):
        raise InvalidInput("Another flag of yours says the same here. Withdraw this one instead.", "words")
    if marking.tlp is flag.marking.tlp:
        return
    if strictest(marking.tlp, case.marking.tlp) is not marking.tlp:
        raise InvalidInput(
            f"The case is marked {case.marking.tlp.label}; a part of it is marked the same or stricter.",
            "tlp",
        )
    others = any(keeps_open(other, case) for other in case.flags if other.id != flag.id)
    if keeps_open(flag, case) and not others and not keeps_open(flag.marked(marking), case):
        raise InvalidInput(
            "Your flag alone keeps this case open. Withdraw it, and flag it anew with the stricter marking.",
            "tlp",
        )
