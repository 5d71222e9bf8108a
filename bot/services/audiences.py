"""Looking who reads along, before anything is posted to a channel."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from bot.domain.audiences import GOOD_FOR, Audience, ChannelPeople, newly_in, others_in, reader_of
from bot.domain.audit import AuditEntry
from bot.domain.errors import DeliveryError, NotAllowed
from bot.domain.organisations import Organisation
from bot.domain.roles import Action, Actor
from bot.domain.sharing import Reader
from bot.services.access import require
from storage.database import Database, Transaction

LOOKS = 3
"""How often a look is taken again that somebody's coming or going overtook; after that the channel counts as unreadable."""


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

    async def reader(self, channel: str, home: str) -> tuple[Reader, DeliveryError | None]:
        """Who will read what is posted to an organisation's channel now, and why Slack does not say so, if it does not.

        Asks Slack where the last look is old, or has shown nothing.
        """
        async with self._database.read() as tx:
            known = await tx.audiences.get(channel)
        if known is None or not known.readable or self._now() - known.checked_at > GOOD_FOR:
            try:
                known = await self._look(channel, home, known)
            except DeliveryError as error:  # it passes: nothing is known, and nothing is written down
                return Reader(frozenset({home}), home=home, narrowed=True), error
        return reader_of(known, home), known.refusal

    async def _look(self, channel: str, home: str, before: Audience | None) -> Audience:
        for _ in range(LOOKS):
            audience = await self._look_once(channel, home, before)
            async with self._database.begin() as tx:
                stored = await tx.audiences.get(channel, change=True)
                if (stored.changes if stored else 0) == (before.changes if before else 0):
                    await self._keep(tx, home, stored, replace(audience, accepted=_accepted(stored)))
                    break
            before = stored  # somebody came or went while Slack was asked
        else:
            audience = replace(audience, readable=False)
        self._wake()
        return replace(audience, accepted=_accepted(stored))

    async def _look_once(self, channel: str, home: str, before: Audience | None) -> Audience:
        try:
            people = await self._directory.people_in(channel)
        except DeliveryError as error:
            if error.passing:
                raise
            return _unreadable(channel, before, self._now(), error)
        async with self._database.read() as tx:
            known = await tx.audiences.organisations_of(people.users)
            organisations = await tx.members.organisations()
        guests = people.teams - {self._installed_team()}
        shared_with = {o.key for o in organisations if o.slack_team in guests}
        unknown_teams = guests - {o.slack_team for o in organisations}
        outsiders = bool(people.users - known.keys()) or bool(unknown_teams)
        present = frozenset(known.values()) | shared_with
        return Audience(channel, present, outsiders, True, _accepted(before), self._now())

    async def _keep(self, tx: Transaction, home: str, before: Audience | None, audience: Audience) -> None:
        """Store a look, and see to what has changed since the last."""
        channel, now = audience.channel, self._now()
        await tx.audiences.put(audience)
        came = newly_in(before, audience, home)
        # Of a channel whose organisation has another by now nobody can accept anything: nothing more comes there.
        if came is not None and _home(channel, await tx.members.organisations()) is not None:
            await tx.outbox.others_came(channel, home, came, now)
        was_narrow, is_narrow = before is not None and others_in(before, home), others_in(audience, home)
        if was_narrow != is_narrow or came is not None:
            await tx.outbox.refresh_address(channel, now)
        if was_narrow and not is_narrow:
            await tx.outbox.resume(now, address=channel)

    async def accept(self, actor: Actor, channel: str, organisations: frozenset[str]) -> None:
        """A coordinator of the channel's organisation says yes to organisations that read along there.

        Only to those that were named when they were asked: who has come since is asked about by itself.
        """
        require(actor, Action.ACCEPT_AUDIENCE)
        async with self._database.begin() as tx:
            home = _home(channel, await tx.members.organisations())
            if home is None or home.key != actor.organisation:
                raise NotAllowed("Only a coordinator of the channel’s own organisation may decide this.")
            audience = await tx.audiences.get(channel, change=True)
            if audience is not None:
                accepted = audience.accepted | (organisations & audience.organisations)
                await tx.audiences.accept(channel, accepted - {home.key})
            detail = {"organisations": sorted(organisations)}
            await tx.audit.write(AuditEntry.by(actor, "channel.accepted", channel, self._now(), **detail))
            await tx.outbox.refresh_address(channel, self._now())
            await tx.outbox.resume(self._now(), address=channel)
        self._wake()

    async def outdate(self, channel: str) -> None:
        """Somebody came or left, or the channel was shared: the worker looks again, and so does the next message."""
        async with self._database.begin() as tx:
            await tx.audiences.outdate(channel)
        self._wake()

    async def look_again(self) -> None:
        """The worker's part: look into the channels where something has changed, and in which alerts come or stand."""
        async with self._database.read() as tx:
            outdated = await tx.audiences.outdated()
            homes = await tx.outbox.homes_of(outdated)
            homes |= {o.alerts_channel: o.key for o in await tx.members.organisations()}
        for channel in filter(homes.__contains__, outdated):
            await self.reader(channel, homes[channel])


def _unreadable(channel: str, before: Audience | None, now: datetime, refusal: DeliveryError) -> Audience:
    """As it was last seen, so that nobody has to be accepted again once it can be read; until then it is narrowed."""
    seen = before or Audience(channel, frozenset(), False, False, frozenset(), now)
    return replace(seen, readable=False, checked_at=now, refusal=refusal)


def _accepted(audience: Audience | None) -> frozenset[str]:
    return audience.accepted if audience else frozenset()


def _home(channel: str, organisations: tuple[Organisation, ...]) -> Organisation | None:
    return next((o for o in organisations if o.alerts_channel == channel), None)
