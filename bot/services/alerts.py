"""Delivering what the outbox holds: claim → read and render now → send → settle."""

import asyncio
import hashlib
import json
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

from bot.domain.alerts import TO_ONE_PERSON, Delivery, DeliveryKind, next_attempt
from bot.domain.errors import DeliveryError
from bot.domain.people import Person
from bot.domain.roles import Role
from bot.messages.blocks import Message
from bot.services.disclosures import Disclosures
from bot.services.rendered import Held, NothingToTell, NotYet, Rendered
from bot.services.renderings import Renderings
from storage.database import Database, Transaction

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=15)
"""How long a worker may be at one batch; after that another takes it on. Longer than a call to Slack may take."""

BATCH = 20

BETWEEN_POSTS = timedelta(seconds=1.1)
"""Between two posts to one channel: Slack allows one a second (docs.slack.dev/apis/web-api/rate-limits)."""

ATTEMPTS_AT_THE_UNKNOWN = 5
"""How often a refusal that nobody has a name for is tried before it counts as final."""


class Transport(Protocol):
    """Where messages go. Returns the message's id once it has arrived, or raises :class:`DeliveryError`."""

    async def post(self, delivery: Delivery, message: Message, thread_ts: str | None) -> str: ...

    async def edit(self, delivery: Delivery, message: Message) -> str: ...

    async def whisper(self, delivery: Delivery, message: Message, thread_ts: str | None) -> str:
        """Show a message to one person in a channel, or in their conversation with the bot."""
        ...

    async def respond(self, delivery: Delivery, message: Message, *, replace: bool) -> None:
        """Show one person a message by a response URL, in place of the one they clicked in or below it."""
        ...


class Alerts:
    """The worker's side of the outbox."""

    def __init__(
        self,
        database: Database,
        now: Callable[[], datetime],
        transport: Transport,
        renderings: Renderings,
        disclosures: Disclosures,
    ) -> None:
        self._database = database
        self._now = now
        self._transport = transport
        self._renderings = renderings
        self._disclosures = disclosures
        self._next_post: dict[str, datetime] = {}

    async def deliver_due(self) -> int:
        """Send everything that is due; returns how many were taken on. Several workers may do this at once."""
        async with self._database.begin() as tx:
            batch = await tx.outbox.claim(self._now(), LEASE, BATCH)
        await asyncio.gather(*map(self._deliver, batch))
        return len(batch)

    async def _deliver(self, delivery: Delivery) -> None:
        try:
            rendered = await self._renderings.of(delivery)
            digest = digest_of(rendered.message)
            ts = await self._send_news(delivery, rendered, digest)
        except NothingToTell as reason:
            async with self._database.begin() as tx:
                await tx.outbox.drop(delivery, str(reason))
        except NotYet as reason:
            later = reason.until or self._now() + timedelta(seconds=1)
            await self._retry(delivery, later, str(reason), counts=False)
        except Held as reason:
            async with self._database.begin() as tx:
                await tx.outbox.pause(delivery, str(reason))
        except DeliveryError as error:
            await self._failed(delivery, error)
        except Exception:
            # One broken delivery must not hold up the others of its batch; it is tried again, and seen in the log.
            log.exception("delivery %s (%s) failed", delivery.id, delivery.kind)
            await self._retry(
                delivery, next_attempt(self._now(), delivery.attempts, None), "unexpected", counts=True
            )
        else:
            await self._arrived(delivery, ts, digest)

    async def _arrived(self, delivery: Delivery, ts: str | None, digest: str) -> None:
        now = self._now()
        async with self._database.begin() as tx:
            if delivery.case_id is not None:
                await tx.outbox.hold([delivery.case_id])
            await tx.outbox.settle(delivery, ts, digest)
            if (
                delivery.kind is DeliveryKind.ALERT
                and delivery.message_ts is None
                and delivery.case_id is not None
            ):
                await tx.outbox.refresh_cards(delivery.case_id, now)
                if delivery.was_late:  # the other copies may say that it could not be reached
                    await tx.outbox.refresh([delivery.case_id], now)

    async def _send_news(self, delivery: Delivery, rendered: Rendered, digest: str) -> str | None:
        """Send it, having written down what it shows; the same once more is not sent.

        An edit that shows nothing new would still tell its readers that something has happened.
        """
        if digest == delivery.sent_digest and delivery.message_ts is not None:
            return delivery.message_ts
        channel = "" if rendered.reader.person else delivery.address
        await self._disclosures.shown_to(rendered.reader, rendered.message.shows, delivery.kind, channel)
        return await self._send(delivery, rendered.message, rendered.thread_ts)

    async def _send(self, delivery: Delivery, message: Message, thread_ts: str | None) -> str | None:
        if delivery.kind is DeliveryKind.RECOGNISED:
            return await self._transport.whisper(delivery, message, thread_ts)
        if delivery.kind in TO_ONE_PERSON:
            await self._transport.respond(delivery, message, replace=delivery.kind is DeliveryKind.CARD)
            return None
        if delivery.message_ts is None:
            return await self._post(delivery, message, thread_ts)
        try:
            return await self._transport.edit(delivery, message)
        except DeliveryError as error:
            if error.reason != "message_not_found":
                raise
            # Somebody deleted our message: what it tells must still be told.
            return await self._post(delivery, message, thread_ts)

    async def _post(self, delivery: Delivery, message: Message, thread_ts: str | None) -> str:
        """Post at the channel's pace: who comes too early gives up their turn instead of waiting with a lease."""
        now = self._now()
        free_at = self._next_post.get(delivery.address, now)
        if free_at > now:
            raise NotYet("waits for its turn", free_at)
        self._next_post[delivery.address] = now + BETWEEN_POSTS
        return await self._transport.post(delivery, message, thread_ts)

    # -- what did not arrive ----------------------------------------------------------------------------------

    async def _failed(self, delivery: Delivery, error: DeliveryError) -> None:
        now = self._now()
        final = error.permanent or (not error.passing and delivery.attempts >= ATTEMPTS_AT_THE_UNKNOWN)
        log.warning(
            "delivery %s (%s): %s%s", delivery.id, delivery.kind, error.reason, ", paused" if final else ""
        )
        if not final:
            at = next_attempt(now, delivery.attempts, error.retry_after)
            await self._retry(delivery, at, error.reason, counts=error.retry_after is None)
            return
        async with self._database.begin() as tx:
            if delivery.kind in TO_ONE_PERSON:
                await tx.outbox.give_up(delivery, error.reason)
                return
            if delivery.case_id is not None:
                await tx.outbox.hold([delivery.case_id])
            await tx.outbox.pause(delivery, error.reason)
            if delivery.kind is DeliveryKind.ALERT and delivery.case_id is not None:
                await tx.outbox.refresh([delivery.case_id], now)
            if delivery.kind is not DeliveryKind.TROUBLE:
                await tx.outbox.trouble(delivery, error.reason, await self._menders(tx, delivery), now)

    async def _menders(self, tx: Transaction, delivery: Delivery) -> list[Person]:
        """The coordinators of the organisation that cannot be reached; where it has none, everybody's; else admins."""
        for roles, organisation in (
            ([Role.COORDINATOR], delivery.organisation),
            ([Role.COORDINATOR], None),
            ([Role.ADMIN], None),
        ):
            members = await tx.members.with_role(roles, organisation)
            if members:
                return [Person(member.slack_team, member.slack_user) for member in members]
        return []

    async def _retry(self, delivery: Delivery, at: datetime, reason: str, *, counts: bool) -> None:
        async with self._database.begin() as tx:
            await tx.outbox.retry(delivery, at, reason, counts=counts)

    async def resume(self, address: str | None = None) -> int:
        """Try again what was paused: all of it, or what goes to one address."""
        async with self._database.begin() as tx:
            return await tx.outbox.resume(self._now(), address=address)


def digest_of(message: Message) -> str:
    """What a message shows, in 64 characters."""
    return hashlib.sha256(json.dumps(message.content, sort_keys=True).encode()).hexdigest()
