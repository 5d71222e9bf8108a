"""Looking who reads along, before anything is posted to a channel."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from bot.domain.audiences import GOOD_FOR, Audience, ChannelPeople, others_in, reader_of
from bot.domain.audit import AuditEntry
from bot.domain.errors import DeliveryError, NotAllowed
from bot.domain.organisations import Organisation
from bot.domain.roles import Action, Actor
from bot.domain.sharing import Reader
from bot.services.access import require
from storage.database import Database, Transaction


class ChannelDirectory(Protocol):
    """Where it is asked. Raises :class:`DeliveryError` where it cannot be read."""

    async def people_in(self, channel: str) -> ChannelPeople: ...


class Audiences:
    """Knows who is in the channels we post in; says so in a channel that others have come into."""

    def __init__(
        self,
        database: Database,
        now: Callable[[], datetime],
        directory: ChannelDirectory,
        installed_team: Callable[[], str],
        wake: Callable[[], None],
    ) -> None:
        self._database = database
        self._now = now
        self._directory = directory
        self._installed_team = installed_team
        self._wake = wake

    async def reader(self, channel: str, home: str) -> Reader:
        """Who will read what is posted to an organisation's channel now. Asks Slack where the last look is old."""
        async with self._database.read() as tx:
            known = await tx.audiences.get(channel)
        if known is None or self._now() - known.checked_at > GOOD_FOR:
            known = await self._look(channel, home, known)
        return reader_of(known, home)

    async def _look(self, channel: str, home: str, before: Audience | None) -> Audience:
        try:
            people = await self._directory.people_in(channel)
        except DeliveryError:
            people = None
        async with self._database.begin() as tx:
            audience = await self._audience(tx, channel, people, before)
            await tx.audiences.put(audience)
            if (
                others_in(audience, home)
                and audience.readable
                and (before is None or not others_in(before, home))
            ):
                await tx.outbox.others_came(channel, home, self._now())
                await tx.outbox.refresh_address(channel, self._now())
            elif before is not None and others_in(before, home) and not others_in(audience, home):
                await tx.outbox.refresh_address(channel, self._now())
                await tx.outbox.resume(self._now(), address=channel)
        self._wake()
        return audience

    async def _audience(
        self, tx: Transaction, channel: str, people: ChannelPeople | None, before: Audience | None
    ) -> Audience:
        accepted = before.accepted if before else frozenset[str]()
        if people is None:
            return Audience(channel, frozenset(), False, False, accepted, self._now())
        known = await tx.audiences.organisations_of(people.users)
        organisations = await tx.members.organisations()
        guests = people.teams - {self._installed_team()}
        shared_with = {o.key for o in organisations if o.slack_team in guests}
        unknown_teams = guests - {o.slack_team for o in organisations}
        outsiders = bool(people.users - known.keys()) or bool(unknown_teams)
        return Audience(
            channel, frozenset(known.values()) | shared_with, outsiders, True, accepted, self._now()
        )

    async def accept(self, actor: Actor, channel: str) -> None:
        """A coordinator of the channel's organisation says yes to the organisations that read along there now."""
        require(actor, Action.ACCEPT_AUDIENCE)
        async with self._database.begin() as tx:
            home = _home(channel, await tx.members.organisations())
            if home is None or home.key != actor.organisation:
                raise NotAllowed("Only a coordinator of the channel’s own organisation may decide this.")
            audience = await tx.audiences.get(channel)
            if audience is not None:
                await tx.audiences.accept(channel, audience.organisations - {home.key})
            await tx.audit.write(AuditEntry.by(actor, "channel.accepted", channel, self._now()))
            await tx.outbox.refresh_address(channel, self._now())
            await tx.outbox.resume(self._now(), address=channel)
        self._wake()

    async def outdate(self, channel: str) -> None:
        """Somebody came or left, or the channel was shared: the worker looks again, and so does the next message."""
        async with self._database.begin() as tx:
            await tx.audiences.outdate(channel)
        self._wake()

    async def look_again(self) -> None:
        """The worker's part: look into the alerts channels where something has changed."""
        async with self._database.read() as tx:
            homes = {o.alerts_channel: o.key for o in await tx.members.organisations()}
            outdated = [channel for channel in await tx.audiences.outdated() if channel in homes]
        for channel in outdated:
            await self.reader(channel, homes[channel])


def _home(channel: str, organisations: tuple[Organisation, ...]) -> Organisation | None:
    return next((o for o in organisations if o.alerts_channel == channel), None)
