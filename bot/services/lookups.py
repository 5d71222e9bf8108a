"""Asking partners what is due to be asked, within what they allow."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from bot.domain.alerts import next_attempt
from bot.domain.errors import ClientError
from bot.domain.facts import Fact, Outcome, Partner
from bot.domain.subjects import Subject
from storage.database import Database, Transaction
from storage.facts import Allowance, Lookup

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
"""Longer than the slowest answer we wait for; a question whose worker died is asked again after it."""

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

    async def _ask_one(self, client: PartnerClient) -> bool:
        now = self._now()
        async with self._database.read() as tx:
            if not await tx.facts.any_due(client.partner, now):
                return False
        async with self._database.begin() as tx:
            lookup = await tx.facts.claim(client.partner, now, LEASE, self._allowed)
        if lookup is None:
            return False
        try:
            fact = await client.look_up(lookup.subject, self._now())
        except ClientError as error:
            await self._failed(lookup, error)
        else:
            async with self._database.begin() as tx:
                await tx.facts.answered(lookup, fact)
                await _tell(tx, lookup, self._now())
            self._wake()
        return True

    async def _failed(self, lookup: Lookup, error: ClientError) -> None:
        now = self._now()
        trouble = Outcome(error.outcome)
        log.warning("%s gave no fact: %s (%s)", lookup.partner, trouble, error.detail)
        again = (
            next_attempt(now, lookup.attempts, error.retry_after) if lookup.attempts < MOST_ATTEMPTS else None
        )
        async with self._database.begin() as tx:
            if trouble is Outcome.BAD_KEY:
                again = now + WAIT_AFTER_REFUSAL
                await tx.facts.hold(lookup.partner, again)
            elif trouble is Outcome.QUOTA:
                again = now + (
                    timedelta(seconds=error.retry_after) if error.retry_after else WAIT_AFTER_QUOTA
                )
                await tx.facts.hold(lookup.partner, again)
            await tx.facts.failed(lookup, trouble, now, again)
            if lookup.attempts == 1:
                await _tell(tx, lookup, now)
        self._wake()


async def _tell(tx: Transaction, lookup: Lookup, now: datetime) -> None:
    """Have those shown what a partner said, or that it says nothing, whose circle asked."""
    await tx.outbox.refresh(await tx.cases.touch_open(lookup.subject_id, lookup.circle, now), now)
    await tx.outbox.follow_up(await tx.cases.about(lookup.subject_id, lookup.circle), now)
