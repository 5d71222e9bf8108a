"""Delivering what the outbox holds: claim → read and render now → send → settle."""

import asyncio
import hashlib
import json
import logging
from collections.abc import Callable, Coroutine, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from bot.domain.alerts import (
    OTHERS_READ_ALONG,
    TO_ONE_PERSON,
    Delivery,
    DeliveryKind,
    next_attempt,
)
from bot.domain.audit import AuditEntry
from bot.domain.errors import DeliveryError, NotAllowed, NotReady
from bot.domain.people import Person
from bot.domain.roles import Action, Actor, Role, may
from bot.messages.blocks import Message
from bot.services.access import require
from bot.services.disclosures import Disclosures
from bot.services.rendered import Held, NothingToTell, NotYet, Rendered
from bot.services.renderings import Renderings
from storage.database import Database, Transaction

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=15)
"""How long a worker may be at one batch; after that another takes it on. Longer than a call to Slack may take."""

SENDING = timedelta(seconds=7)
"""How much of its lease a delivery needs to be sent in: what is read no sooner is left for another turn."""

BATCH = 20

BETWEEN_POSTS = timedelta(seconds=1.1)
"""Between two posts to one channel: Slack allows one a second (docs.slack.dev/apis/web-api/rate-limits)."""

NOBODYS = ""
"""Key of no organisation."""

CANNOT_BE_EDITED = frozenset({"message_not_found", "cant_update_message", "edit_window_closed"})
"""Somebody deleted our message, or it is of an app that we were before, or of a time whose messages the workspace lets
nobody change (docs.slack.dev/reference/methods/chat.update)."""

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
        self._busy: dict[str, tuple[datetime, datetime]] = {}
        """Channels, since when and until when nothing more may be posted there: both, as the clock may be set back."""
        self._unsettled: dict[str, tuple[Delivery, str | None, str]] = {}

    async def deliver_due(self) -> int:
        """Send what is due and has its turn; returns how many were taken on. Several workers may do this at once.

        What has arrived while the database was away is settled first, so that it is not sent again.
        """
        unsettled, self._unsettled = self._unsettled, {}
        try:
            await _all_of(self._arrived(*each) for each in unsettled.values())
        finally:
            taken_on = await self._take_on()
        return taken_on

    async def _take_on(self) -> int:
        now = self._now()
        self._busy = {
            address: (since, until) for address, (since, until) in self._busy.items() if since <= now < until
        }
        async with self._database.read() as tx:
            if not await tx.sending.any_due(now, self._busy):
                return 0
        async with self._database.begin() as tx:
            claimed = await tx.sending.claim(now, LEASE, BATCH, self._busy)
            batch, early = _in_turn(claimed)
            await tx.sending.defer(early, now + BETWEEN_POSTS)
        await _all_of(self._deliver(delivery, now + LEASE - SENDING) for delivery in batch)
        return len(batch)

    async def _deliver(self, delivery: Delivery, begin_by: datetime) -> None:
        try:
            rendered = await self._renderings.of(delivery)
            if self._now() > begin_by:
                return  # Slack was slow to say who reads along, and another worker may be at it before this one is done
            digest = digest_of(rendered.lasting or rendered.message)
            ts = await self._send_news(delivery, rendered, digest)
        except NothingToTell as reason:
            async with self._database.begin() as tx:
                await tx.sending.drop(delivery, str(reason))
        except NotYet as reason:
            later = reason.until or self._now() + timedelta(seconds=1)
            await self._retry(delivery, later, str(reason), counts=False)
        except NotReady as reason:
            await self._retry(delivery, self._now() + timedelta(seconds=1), str(reason), counts=False)
        except Held as reason:
            async with self._database.begin() as tx:
                await tx.sending.pause(delivery, str(reason))
        except DeliveryError as error:
            await self._failed(delivery, error)
        except Exception:
            # One broken delivery must not hold up the others of its batch; it is tried again, and seen in the log.
            # Not where the database is away: then the job itself fails.
            await self._retry(
                delivery, next_attempt(self._now(), delivery.attempts, None), "unexpected", counts=True
            )
            log.exception("delivery %s (%s) failed", delivery.id, delivery.kind)
        else:
            await self._arrived(delivery, ts, digest)

    async def _arrived(self, delivery: Delivery, ts: str | None, digest: str) -> None:
        """Settle it, or remember that it is to be settled."""
        try:
            await self._settle(delivery, ts, digest)
        except Exception:
            self._unsettled[delivery.id] = (delivery, ts, digest)
            raise

    async def _settle(self, delivery: Delivery, ts: str | None, digest: str) -> None:
        """Write down that it stands. What was paused where an alert has just been posted is tried again: it works once more."""
        now = self._now()
        works_again = False
        async with self._database.begin() as tx:
            if delivery.case_id is not None:
                await tx.outbox.hold([delivery.case_id])
            await tx.sending.settle(delivery, ts, digest)
            if (
                delivery.kind is DeliveryKind.ALERT
                and delivery.message_ts is None
                and delivery.case_id is not None
            ):
                await tx.outbox.refresh_cards(delivery.case_id, now)
                if delivery.was_late:  # the other copies may say that it could not be reached
                    await tx.outbox.refresh([delivery.case_id], now)
                works_again = await tx.sending.any_paused(delivery.address, but_for=OTHERS_READ_ALONG)
        if works_again:
            await self.resume(delivery.address)

    async def _send_news(self, delivery: Delivery, rendered: Rendered, digest: str) -> str | None:
        """Send it, having written down what it shows; the same once more is not sent.

        An edit that shows nothing new would still tell its readers that something has happened, and a card can be
        drawn anew five times only.
        """
        if digest == delivery.sent_digest and (
            delivery.message_ts is not None or delivery.kind is DeliveryKind.CARD
        ):
            raise NothingToTell("it shows this already")
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
            if error.reason not in CANNOT_BE_EDITED:
                raise
            # What it tells must still be told.
            return await self._post(delivery, message, thread_ts)

    async def _post(self, delivery: Delivery, message: Message, thread_ts: str | None) -> str:
        """Post at the channel's pace. What was to be an edit may come too early: it gives up its turn."""
        now = self._now()
        _, free_at = self._busy.get(delivery.address, (now, now))
        if free_at > now:
            raise NotYet("waits for its turn", free_at)
        self._busy[delivery.address] = (now, now + BETWEEN_POSTS)
        try:
            return await self._transport.post(delivery, message, thread_ts)
        except DeliveryError as error:
            if error.retry_after is not None:  # there are too many in the channel, not this one
                self._busy[delivery.address] = (now, now + timedelta(seconds=error.retry_after))
            raise

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
            if delivery.kind is DeliveryKind.NEW_CARD:
                await tx.sending.bring_by_message(delivery, now)
                return
            if delivery.kind in TO_ONE_PERSON:
                await tx.sending.give_up(delivery, error.reason)
                return
            if delivery.case_id is not None:
                await tx.outbox.hold([delivery.case_id])
            await tx.sending.pause(delivery, error.reason)
            if delivery.kind is DeliveryKind.ALERT and delivery.case_id is not None:
                await tx.outbox.refresh([delivery.case_id], now)
            if delivery.kind is not DeliveryKind.TROUBLE:
                concerned = await self._concerned(tx, delivery)
                menders = await self._menders(tx, delivery)
                await tx.outbox.trouble(delivery.address, concerned, error.reason, menders, now)

    async def _menders(self, tx: Transaction, delivery: Delivery) -> list[Person]:
        """Who can mend it: the coordinators of the organisation that is not reached, or its admins; else all admins.

        A digest is everybody's, and so are its menders.
        """
        organisation = await self._concerned(tx, delivery)
        everybodys = delivery.kind is DeliveryKind.DIGEST
        for role, of in (
            (Role.COORDINATOR, None if everybodys else organisation or NOBODYS),
            (Role.ADMIN, organisation or NOBODYS),
            (Role.ADMIN, None),
        ):
            members = await tx.members.with_role([role], of)
            if members:
                return [Person(member.slack_team, member.slack_user) for member in members]
        return []

    async def _concerned(self, tx: Transaction, delivery: Delivery) -> str | None:
        """The organisation that is not reached: the row's own, or that of the person it is for."""
        if delivery.organisation is not None or not delivery.slack_user:
            return delivery.organisation
        found = await tx.members.of_user(delivery.slack_user)
        return found[0].organisation if found else None

    async def _retry(self, delivery: Delivery, at: datetime, reason: str, *, counts: bool) -> None:
        async with self._database.begin() as tx:
            await tx.sending.retry(delivery, at, reason, counts=counts)

    async def try_again(self, actor: Actor, address: str) -> None:
        """Try what is paused there again, for one whose organisation it concerns, or an admin; how much, they are not told."""
        require(actor, Action.RESUME_DELIVERY)
        now = self._now()
        async with self._database.begin() as tx:
            manages = may(actor, Action.MANAGE)
            if not (manages or await _concerns(tx, actor, address)):
                raise NotAllowed(
                    "Only the organisation whose channel this is, or an admin, can have it tried again."
                )
            await tx.outbox.resume(now, address=address)
            await tx.audit.write(AuditEntry.by(actor, "delivery.resumed", address, now))

    async def resume(self, address: str | None = None) -> int:
        """Try again what was paused: all of it, or what goes to one address."""
        async with self._database.begin() as tx:
            return await tx.outbox.resume(self._now(), address=address)


async def _concerns(tx: Transaction, actor: Actor, address: str) -> bool:
    """Whether an address is a channel or a person of the actor's organisation, or a digest's channel."""
    channels = {
        each.alerts_channel for each in await tx.members.organisations() if each.key == actor.organisation
    }
    digests = {digest.plan.channel for digest in await tx.digests.all()}
    people = {member.organisation for member in await tx.members.of_user(address)}
    return address in channels | digests or actor.organisation in people


def _in_turn(claimed: Sequence[Delivery]) -> tuple[list[Delivery], list[Delivery]]:
    """Those to be sent now, and those that come too early: of several posts to one channel, all but the first."""
    batch: list[Delivery] = []
    early: list[Delivery] = []
    posted_to = set[str]()
    for delivery in claimed:
        is_post = delivery.message_ts is None and delivery.kind not in TO_ONE_PERSON
        (early if is_post and delivery.address in posted_to else batch).append(delivery)
        if is_post:
            posted_to.add(delivery.address)
    return batch, early


async def _all_of(work: Iterable[Coroutine[Any, Any, None]]) -> None:
    """Do all of it, to the end; raise the first error only then."""
    ended = await asyncio.gather(*work, return_exceptions=True)
    for error in filter(None, ended):
        raise error


def digest_of(message: Message) -> str:
    """What a message shows, in 64 characters."""
    return hashlib.sha256(json.dumps(message.content, sort_keys=True).encode()).hexdigest()
