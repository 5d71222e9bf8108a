"""Delivering what the outbox holds: claim → read and render now → send → settle."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

from bot.domain.alerts import TO_ONE_PERSON, Delivery, DeliveryKind, next_attempt
from bot.domain.errors import DeliveryError
from bot.domain.people import Person
from bot.domain.roles import Role
from bot.domain.sharing import CaseView, Reader, reader_for, view_of
from bot.messages import alerts as render
from bot.messages.blocks import Message
from bot.messages.cases import case_card, case_news
from bot.messages.digests import digest
from bot.services.digests import Digests
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

    async def respond(self, delivery: Delivery, message: Message, *, replace: bool) -> None:
        """Show one person a message by a response URL, in place of the one they clicked in or below it."""
        ...


class NothingToTell(Exception):
    """The delivery has lost its reader or its reason."""


class NotYet(Exception):
    """The delivery has to wait: for the alert it stands below, or for its turn in the channel."""

    def __init__(self, reason: str, until: datetime | None = None) -> None:
        super().__init__(reason)
        self.until = until


class Held(Exception):
    """The delivery waits for one that is paused."""


class Alerts:
    """The worker's side of the outbox."""

    def __init__(
        self,
        database: Database,
        now: Callable[[], datetime],
        transport: Transport,
        digests: Digests,
        installed_team: Callable[[], str],
    ) -> None:
        self._database = database
        self._now = now
        self._transport = transport
        self._digests = digests
        self._installed_team = installed_team
        self._next_post: dict[str, datetime] = {}

    async def deliver_due(self) -> int:
        """Send everything that is due; returns how many were taken on. Several workers may do this at once."""
        async with self._database.begin() as tx:
            batch = await tx.outbox.claim(self._now(), LEASE, BATCH)
        await asyncio.gather(*map(self._deliver, batch))
        return len(batch)

    async def _deliver(self, delivery: Delivery) -> None:
        try:
            message, thread_ts = await self._render(delivery)
            ts = await self._send(delivery, message, thread_ts)
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
            await self._arrived(delivery, ts)

    async def _arrived(self, delivery: Delivery, ts: str | None) -> None:
        now = self._now()
        async with self._database.begin() as tx:
            await tx.outbox.settle(delivery, ts)
            if (
                delivery.kind is DeliveryKind.ALERT
                and delivery.message_ts is None
                and delivery.case_id is not None
            ):
                await tx.outbox.refresh_cards(delivery.case_id, now)
                if delivery.was_late:  # the other copies may say that it could not be reached
                    await tx.outbox.refresh([delivery.case_id], now)

    async def _send(self, delivery: Delivery, message: Message, thread_ts: str | None) -> str | None:
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

    # -- what is sent, as it stands now -----------------------------------------------------------------------

    async def _render(self, delivery: Delivery) -> tuple[Message, str | None]:
        async with self._database.read() as tx:
            match delivery.kind:
                case DeliveryKind.ALERT:
                    view = await self._view(tx, delivery, _channel_reader(delivery))
                    if view is None and delivery.message_ts is None:
                        raise NothingToTell("the reader may not see the case")
                    return (render.alert(view) if view else render.withheld()), None
                case DeliveryKind.NOTE:
                    return await self._note(tx, delivery)
                case DeliveryKind.CARD | DeliveryKind.NEW_CARD:
                    return case_card(await self._for_person(tx, delivery)), None
                case DeliveryKind.FOLLOW_UP:
                    return case_news(await self._for_person(tx, delivery)), None
                case DeliveryKind.DIGEST:
                    return digest(await self._digests.report(tx, delivery.digest_run_id or 0)), None
                case DeliveryKind.TROUBLE:
                    address, _, reason = delivery.about.rpartition(" ")
                    return render.trouble(address, reason), None

    async def _view(self, tx: Transaction, delivery: Delivery, reader: Reader) -> CaseView | None:
        case = await tx.cases.get(delivery.case_id or 0)
        return view_of(case, await tx.members.names(), reader)

    async def _note(self, tx: Transaction, delivery: Delivery) -> tuple[Message, str]:
        alert = await tx.outbox.standing_alert(delivery.case_id or 0, delivery.organisation)
        if alert.message_ts is None:
            # Where the alert is paused, what resumes it resumes this too: both go to one address.
            raise Held("waits for its alert") if alert.paused else NotYet("waits for its alert")
        view = await self._view(tx, delivery, _channel_reader(delivery))
        timeline = view.timeline if view else ()
        entry = next((entry for entry in timeline if entry.id == delivery.entry_id), None)
        if view is None or entry is None:
            raise NothingToTell("the reader may not see the change")
        return render.note(view, entry), alert.message_ts

    async def _for_person(self, tx: Transaction, delivery: Delivery) -> CaseView:
        """What the person may see now, whatever they might when the delivery was written."""
        person = Person(delivery.slack_team, delivery.slack_user)
        actor = await tx.members.actor(person, self._installed_team())
        if actor is None:
            raise NothingToTell("the reader has left")
        view = await self._view(tx, delivery, reader_for(actor))
        if view is None:
            raise NothingToTell("the reader may not see the case")
        return view

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
                await tx.outbox.drop(delivery, error.reason)
                return
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


def _channel_reader(delivery: Delivery) -> Reader:
    """An alerts channel counts as its organisation's."""
    return Reader(frozenset({delivery.organisation} if delivery.organisation else ()))
