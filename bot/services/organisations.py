"""The organisations of the operation, as admins change them in Slack."""

from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import datetime

from bot.domain.audit import AuditEntry
from bot.domain.errors import Conflict, InvalidInput, NotFound
from bot.domain.organisations import Organisation
from bot.domain.people import Person
from bot.domain.roles import Action, Actor, Role
from bot.messages.organisations import OrganisationPage
from bot.services.access import require
from bot.services.lists import NO_ORGANISATION, keep_an_admin, look_again
from bot.services.members import PAGE, page_of
from storage.database import Database, Transaction


class Organisations:
    """Lists and changes them; the operation file is the other door to the same table."""

    def __init__(self, database: Database, now: Callable[[], datetime], wake: Callable[[], None]) -> None:
        self._database = database
        self._now = now
        self._wake = wake

    async def page(self, actor: Actor, start: int = 0) -> OrganisationPage:
        """A part of the list, in its order, with how many people each has."""
        async with self._database.read() as tx:
            organisations = await tx.members.organisations()
            people = Counter(member.organisation for member in await tx.members.all_members())
        start = page_of(start, len(organisations), PAGE)
        shown = organisations[start : start + PAGE]
        return OrganisationPage(
            shown, dict(people), start, len(organisations), PAGE, Role.ADMIN in actor.roles
        )

    async def one(self, actor: Actor, key: str) -> Organisation:
        """The organisation as it is now, for one who may change it."""
        require(actor, Action.MANAGE)
        async with self._database.read() as tx:
            return await _organisation(tx, key)

    async def add(self, actor: Actor, organisation: Organisation, *, received: str) -> None:
        """Add an organisation; its channel is told so, which also shows whether the bot is there."""
        require(actor, Action.MANAGE)
        now = self._now()
        async with self._database.begin() as tx:
            await tx.members.lock()
            if not await tx.receipts.take(received, now):
                return
            known = await tx.members.organisation(organisation.key)
            if known is not None:
                raise InvalidInput(f"{known.name} has this short name already. Choose another.", "key")
            await tx.members.add_organisation(organisation)
            await tx.members.decide(now, organisations=[organisation.key])
            await self._introduce(tx, actor, organisation, now)
            await tx.audit.write(AuditEntry.by(actor, "organisation.added", organisation.key, now))
        self._wake()

    async def change(self, actor: Actor, wanted: Organisation, *, received: str) -> bool:
        """Give an organisation another name, kind, channel or marking; whether its channel is a new one."""
        require(actor, Action.MANAGE)
        now = self._now()
        async with self._database.begin() as tx:
            await tx.members.lock()
            known = await _organisation(tx, wanted.key)
            moved = known.alerts_channel != wanted.alerts_channel
            if not await tx.receipts.take(received, now):
                return False
            changed = replace(wanted, slack_team=known.slack_team)  # the form does not ask for it
            await tx.members.update_organisation(changed)
            await tx.members.decide(now, organisations=[changed.key])
            if moved:
                # Channels before cases: so does whoever looks into a channel, and neither waits for the other for ever.
                await self._introduce(tx, actor, changed, now)
                await tx.outbox.readdress(changed.key, changed.alerts_channel, now)
            detail = _differences(known, changed)
            await tx.audit.write(AuditEntry.by(actor, "organisation.changed", changed.key, now, **detail))
        self._wake()
        return moved

    async def remove(self, actor: Actor, key: str, *, received: str) -> Organisation | None:
        """Remove an organisation that has no part in any case, and its people with it; None where that is done.

        Raises :class:`Conflict` where it has a part, or where the last admin is one of its people.
        """
        require(actor, Action.MANAGE)
        now = self._now()
        async with self._database.begin() as tx:
            await tx.members.lock()
            if not await tx.receipts.take(received, now):
                return None
            organisation = await _organisation(tx, key)
            if await tx.members.has_history(key):
                raise Conflict(
                    f"{organisation.name} has cases or has acted on some, and cannot be removed. "
                    "Take its people off the list instead, with /op members."
                )
            gone = [member for member in await tx.members.all_members() if member.organisation == key]
            await look_again(tx)
            keys = await tx.keys.forget_organisation(key)
            await tx.members.remove_organisation(key)
            await tx.members.decide(now, members=[member.slack_user for member in gone], organisations=[key])
            for member in gone:
                await tx.outbox.take_back_from(Person(member.slack_team, member.slack_user), now)
            await keep_an_admin(tx)
            await tx.outbox.forget_organisation(key, now)
            entries = [
                AuditEntry.by(actor, "member.removed", member.slack_user, now, organisation=key)
                for member in gone
            ]
            entries += [AuditEntry.by(actor, "api_key.revoked", name, now, organisation=key) for name in keys]
            await tx.audit.write(*entries, AuditEntry.by(actor, "organisation.removed", key, now))
        self._wake()
        return organisation

    async def _introduce(
        self, tx: Transaction, actor: Actor, organisation: Organisation, now: datetime
    ) -> None:
        by = Person(actor.slack_team, actor.slack_user)
        await look_again(tx)
        await tx.outbox.introduction(organisation.alerts_channel, organisation.key, by, now)


def _differences(before: Organisation, now: Organisation) -> dict[str, dict[str, object]]:
    """What is different, field by field."""
    old, new = asdict(before), asdict(now)
    return {field: {"from": old[field], "to": new[field]} for field in old if old[field] != new[field]}


async def _organisation(tx: Transaction, key: str) -> Organisation:
    organisation = await tx.members.organisation(key)
    if organisation is None:
        raise NotFound(NO_ORGANISATION)
    return organisation
