"""API keys: made, listed and revoked by admins in Slack and by the operator, and recognised when one is used."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.api_keys import HINT_LENGTH, ApiKey, digest_of, new_token, read_key_name, spend
from bot.domain.audit import AuditEntry
from bot.domain.errors import Conflict, InvalidInput, NotAMember, NotFound, TooMany
from bot.domain.organisations import Organisation
from bot.domain.people import Person
from bot.domain.roles import Action, Actor
from bot.messages.api_keys import ApiKeyPage
from bot.services.access import require
from bot.services.lists import known_organisation
from bot.services.members import page_of
from storage.database import Database

PAGE = 20

TOLD_AGAIN_AFTER = timedelta(hours=1)
"""Between two entries in the trail for requests with one revoked key."""

NO_SUCH_KEY = "There is no such API key."
UNKNOWN_KEY = (
    "This request has no valid API key. Send one as “Authorization: Bearer ofa_…”; "
    "an admin of the operation makes one with /op keys."
)


@dataclass(frozen=True, slots=True)
class MadeKey:
    """A key that was made just now, with the one copy of it that there ever is."""

    key: ApiKey
    token: str

    def __repr__(self) -> str:
        return f"MadeKey({self.key.name})"


class ApiKeys:
    """``by`` is None where the operator does it, on the command line."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    # -- in use -----------------------------------------------------------------------------------------------

    async def caller(self, token: str) -> Actor:
        """Whom the key acts as. Counts the request.

        Raises :class:`NotAMember` for whatever is no key in use, and :class:`TooMany` beyond the key's budget.
        """
        async with self._database.read() as tx:
            key = await tx.keys.of_digest(digest_of(token))
        now = self._now()
        if key is not None and key.revoked_at is not None:
            await self._refuse_revoked(key, now)
        if key is None or key.revoked_at is not None:
            raise NotAMember(UNKNOWN_KEY)
        async with self._database.begin() as tx:
            paid_until, wait = spend(await tx.keys.budget(key.id), now)
            if not wait:
                await tx.keys.used(key.id, paid_until, now)
        if wait:
            raise TooMany("This API key asks more often than it may. Wait a moment.", wait.total_seconds())
        return key.actor

    async def _refuse_revoked(self, key: ApiKey, now: datetime) -> None:
        """Once a while: a system that goes on asking with it would fill the trail, from which nothing is taken away."""
        async with self._database.begin() as tx:
            told_until = await tx.keys.budget(key.id)
            if told_until is None or told_until <= now:
                await tx.keys.refused(key.id, now + TOLD_AGAIN_AFTER)
                await tx.audit.write(AuditEntry.by(key.actor, "request.refused", "API", now, why="revoked"))

    # -- the list ---------------------------------------------------------------------------------------------

    async def all(self) -> tuple[ApiKey, ...]:
        """Every key, for the operator."""
        async with self._database.read() as tx:
            return await tx.keys.all()

    async def page(self, actor: Actor, start: int = 0) -> ApiKeyPage:
        """A part of the list, for admins."""
        require(actor, Action.MANAGE)
        keys = await self.all()
        start = page_of(start, len(keys), PAGE)
        return ApiKeyPage(keys[start : start + PAGE], start, len(keys), PAGE)

    async def organisations(self, actor: Actor) -> tuple[Organisation, ...]:
        """For whom a key can be made, to one who may make it."""
        require(actor, Action.MANAGE)
        async with self._database.read() as tx:
            return await tx.members.organisations()

    async def make(self, by: Actor | None, organisation: str, name: str, *, received: str = "") -> MadeKey:
        """Make a key for an organisation. It is shown by whoever calls this, once: only its digest is kept.

        Raises :class:`InvalidInput` for a bad or taken name and for an unknown organisation.
        """
        if by is not None:
            require(by, Action.MANAGE)
        name = read_key_name(name)
        token, now = new_token(secrets.token_urlsafe), self._now()
        async with self._database.begin() as tx:
            await tx.members.lock()
            if received and not await tx.receipts.take(received, now):
                raise Conflict("This key has been made and shown already. If nobody has it, revoke it.")
            known = await known_organisation(tx, organisation)
            if await tx.keys.named(name) is not None:
                raise InvalidInput(f"There is or was a key “{name}”, and no name is given twice.", "name")
            made_by = Person(by.slack_team, by.slack_user) if by else None
            await tx.keys.add(name, known.key, digest_of(token), token[:HINT_LENGTH], made_by, now)
            await tx.audit.write(_entry(by, "made", name, known.key, now))
            key = await tx.keys.named(name)
        if key is None:
            raise NotFound(NO_SUCH_KEY)
        return MadeKey(key, token)

    async def revoke(self, by: Actor | None, name: str, *, received: str = "") -> ApiKey:
        """End a key: its next request is a stranger's. Revoking it again changes nothing."""
        if by is not None:
            require(by, Action.MANAGE)
        now = self._now()
        async with self._database.begin() as tx:
            await tx.members.lock()
            key = await tx.keys.named(name)
            if key is None:
                raise NotFound(NO_SUCH_KEY)
            if received and not await tx.receipts.take(received, now):
                return key
            if key.revoked_at is None:
                await tx.keys.revoke([name], now)
                await tx.audit.write(_entry(by, "revoked", name, key.organisation, now))
        return key


def _entry(by: Actor | None, what: str, name: str, organisation: str, now: datetime) -> AuditEntry:
    detail = {"organisation": organisation}
    if by is None:
        return AuditEntry(now, f"api_key.{what}", name, detail=detail | {"by": "command line"})
    return AuditEntry.by(by, f"api_key.{what}", name, now, organisation=organisation)
