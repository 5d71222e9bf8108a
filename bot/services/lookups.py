"""Asking partners what is due to be asked, within what they allow."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from bot.domain.alerts import next_attempt
from bot.domain.errors import ClientError
from bot.domain.facts import NO_QUESTIONS, Fact, Outcome, Partner
from bot.domain.people import Person
from bot.domain.roles import Role
from bot.domain.subjects import Subject
from storage.database import Database, Transaction
from storage.facts import Allowance, Lookup, Question

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=25)
"""Longer than the slowest answer we wait for, and no longer than that needs: a question whose worker died is asked again
after it, and whoever flagged a parcel at the hub waits for that."""

WAIT_AFTER_REFUSAL = timedelta(minutes=15)
"""A bad key is mended by a person; asking every minute meanwhile would only be noise."""

WAIT_AFTER_QUOTA = timedelta(minutes=1)
"""Where a 429 does not say how long to wait."""

MOST_ATTEMPTS = 8


class PartnerClient(Protocol):
    """One partner's API."""

    @property
    def partner(self) -> Partner: ...

    async def look_up(self, subject: Subject, now: datetime) -> Fact:
        """What the partner says, or :class:`ClientError`."""
        ...


class Lookups:
    """The worker's side of look-ups: claim → ask → keep the fact."""

    def __init__(
        self,
        database: Database,
        now: Callable[[], datetime],
        clients: Sequence[PartnerClient],
        allowed: Allowance,
        wake: Callable[[], None],
    ) -> None:
        self._database = database
        self._now = now
        self._clients = clients
        self._allowed = allowed
        self._wake = wake

    async def ask_due(self) -> None:
        """Ask each partner the questions that are due, one after the other, until it allows no more for now."""
        for client in self._clients:
            while await self._ask_one(client):
                pass

    async def try_keys_again(self) -> None:
        """At a start: a key that was refused may have been mended."""
        async with self._database.begin() as tx:
            for client in self._clients:
                await tx.facts.ask_again(client.partner, Outcome.BAD_KEY, self._now())

    async def _ask_one(self, client: PartnerClient) -> bool:
        now = self._now()
        async with self._database.read() as tx:
            if not await tx.facts.any_due(client.partner, now):
                return False
        async with self._database.begin() as tx:
            lookup = await tx.facts.claim(client.partner, now, LEASE, self._allowed)
            put_off = [] if lookup else await tx.facts.without_turn(client.partner, now, self._allowed)
        if lookup is None:
            await self._tell_each(put_off)
            return False
        try:
            fact = await client.look_up(lookup.subject, self._now())
        except ClientError as error:
            await self._failed(lookup, error)
        else:
            async with self._database.begin() as tx:
                await tx.facts.answered(lookup, fact)
                await _tell(tx, lookup, self._now(), answered=True)
                if lookup.trouble is Outcome.BAD_KEY:
                    await tx.outbox.trouble_is_over(lookup.partner)
            self._wake()
        return True

    async def _failed(self, lookup: Lookup, error: ClientError) -> None:
        now = self._now()
        trouble = Outcome(error.outcome)
        log.warning("%s gave no fact: %s (%s)", lookup.partner, trouble, error.detail)
        again = (
            next_attempt(now, lookup.attempts, error.retry_after) if lookup.attempts < MOST_ATTEMPTS else None
        )
        put_off: Sequence[Question] = ()
        async with self._database.begin() as tx:
            if trouble is Outcome.BAD_KEY:
                again = now + WAIT_AFTER_REFUSAL
            elif trouble is Outcome.QUOTA:
                again = now + (
                    timedelta(seconds=error.retry_after) if error.retry_after else WAIT_AFTER_QUOTA
                )
            await tx.facts.failed(lookup, trouble, now, again)
            if again is not None and trouble in NO_QUESTIONS:
                await tx.facts.hold(lookup.partner, again)
                put_off = await tx.facts.put_off(lookup.partner, trouble, now, again)
            if lookup.attempts == 1 or trouble is not lookup.trouble:
                await _tell(tx, lookup, now)
            if trouble is Outcome.BAD_KEY:
                members = await tx.members.with_role([Role.ADMIN], None)
                admins = [Person(member.slack_team, member.slack_user) for member in members]
                await tx.outbox.trouble(lookup.partner, None, trouble, admins, now)
        self._wake()
        await self._tell_each(put_off)

    async def _tell_each(self, put_off: Sequence[Question]) -> None:
        """Nobody reads that the answer follows where nothing is asked for a while. One by one: there may be many."""
        for question in put_off:
            async with self._database.begin() as tx:
                await _tell(tx, question, self._now())
        if put_off:
            self._wake()


async def _tell(tx: Transaction, lookup: Lookup | Question, now: datetime, *, answered: bool = False) -> None:
    """Have those shown what a partner said, or that it says nothing, whose circle asked."""
    await tx.outbox.refresh(await tx.cases.touch_open(lookup.subject_id, lookup.circle, now), now)
    asked_about = await tx.cases.about(lookup.subject_id, lookup.circle)
    await tx.outbox.follow_up(asked_about, now, answered=answered)
