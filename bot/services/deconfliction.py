"""Comparing what was flagged with what its flagger may not see, and having the coordinators of both hear of it."""

from collections.abc import Callable
from datetime import datetime

from bot.domain.alerts import DeliveryKind
from bot.domain.audit import AuditEntry
from bot.domain.deconfliction import COMPARED_FOR, Outcome, Record, fingerprint, key_name, meets, outcome_of
from bot.domain.people import Person
from bot.domain.roles import Role
from storage.database import Database, Transaction
from storage.meetings import Uncompared

BATCH = 50
"""Flags compared in one transaction: whoever changes the lists waits for no longer."""


class Deconfliction:
    """Runs in the worker: no answer to a flagger waits for it, or is different for it."""

    def __init__(
        self, database: Database, now: Callable[[], datetime], key: bytes, wake: Callable[[], None]
    ) -> None:
        self._database = database
        self._now = now
        self._key = key
        self._wake = wake
        self._knows_its_key = False

    @property
    def is_on(self) -> bool:
        """Whether there is a key to compare with."""
        return bool(self._key)

    async def compare_due(self) -> int:
        """Compare every flag that waits; how many. Several workers may do so at once, one after the other."""
        if not self._key:
            return 0
        if not self._knows_its_key:
            async with self._database.begin() as tx:
                await tx.members.lock()
                await tx.meetings.forget_other_keys(key_name(self._key))
            self._knows_its_key = True
        async with self._database.read() as tx:
            if not await tx.meetings.waiting():
                return 0
        done, last = 0, BATCH
        while last == BATCH:
            async with self._database.begin() as tx:
                last = await self._compare(tx)
            done += last
        self._wake()
        return done

    async def _compare(self, tx: Transaction) -> int:
        await tx.members.lock()
        organisations = await tx.members.organisations()
        willing = frozenset(each.key for each in organisations if each.deconfliction)
        flags = await tx.meetings.uncompared(BATCH)
        for flag in flags:
            made = fingerprint(self._key, flag.subject)
            await tx.meetings.give(flag.flag_id, made)
            if flag.record is not None and flag.raised_at > self._now() - COMPARED_FOR:
                await self._look_around(tx, flag, flag.record, made, willing)
        return len(flags)

    async def _look_around(
        self, tx: Transaction, flag: Uncompared, record: Record, made: str, willing: frozenset[str]
    ) -> None:
        for other in await tx.meetings.alike(record, made):
            if meets(record, other, willing) and not await tx.meetings.known(record, other):
                await self._meet(tx, record, other, flag.raised_at)

    async def _meet(self, tx: Transaction, flag: Record, other: Record, raised_at: datetime) -> None:
        """Write it down, and tell who is to hear of it: both sides' coordinators, or once the admins."""
        outcome = outcome_of(await tx.meetings.spent(flag, raised_at))
        is_reported = await tx.meetings.is_reported(flag, outcome, raised_at)
        meeting = await tx.meetings.add(flag, other, outcome, raised_at)
        now = self._now()
        detail = {
            "flag": flag.flag_id,
            "met": other.flag_id,
            "organisations": [flag.organisation, other.organisation],
            "outcome": outcome.value,
            "user": flag.author.slack_user,
        }
        await tx.audit.write(AuditEntry(now, "deconfliction.met", str(meeting), detail=detail))
        if outcome is Outcome.TOLD:
            for side in (flag, other):
                own = side.organisation
                coordinators = await _people(tx, Role.COORDINATOR, own, but=flag.author)
                await tx.meetings.tell(DeliveryKind.MEETING, meeting, own, side.case_id, coordinators, now)
        elif not is_reported:
            admins = await _people(tx, Role.ADMIN, None, but=flag.author)
            await tx.meetings.tell(DeliveryKind.PROBING, meeting, flag.organisation, None, admins, now)
            reported = AuditEntry(now, "deconfliction.reported", str(meeting), detail=detail)
            await tx.audit.write(reported)


async def _people(tx: Transaction, role: Role, organisation: str | None, *, but: Person) -> list[Person]:
    """Those of that role, without the flagger, who learns nothing whatever else they are."""
    members = await tx.members.with_role([role], organisation)
    return [Person(m.slack_team, m.slack_user) for m in members if m.slack_user != but.slack_user]
