"""Answering somebody who writes to the bot: what was recognised in it, and a button for each."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from bot.domain.flags import FlagDraft
from bot.domain.identifiers import Candidate
from bot.domain.people import Person
from bot.messages.blocks import Block
from bot.messages.flags import MOST_ASKED, Choice
from bot.messages.found import identifiers_in
from bot.services.flag_drafts import content_of
from storage.database import Database, Transaction


@dataclass(frozen=True, slots=True)
class Written:
    """What somebody wrote to the bot: where, in which thread, in which words, and the whole message."""

    channel: str
    thread_ts: str
    words: str
    message: Block


class Recognising:
    """Keeps what was found until its author says what to do with it, and has them told."""

    def __init__(
        self,
        database: Database,
        now: Callable[[], datetime],
        installed_team: Callable[[], str],
        wake: Callable[[], None],
    ) -> None:
        self._database = database
        self._now = now
        self._installed_team = installed_team
        self._wake = wake

    async def answer(self, person: Person, written: Written, *, received: str) -> None:
        """Keep a draft for each thing found, and have the person told; what a stranger wrote is not even read."""
        now = self._now()
        async with self._database.begin() as tx:
            if not await tx.receipts.take(received, now):
                return
            is_member = await tx.members.actor(person, self._installed_team()) is not None
            things = identifiers_in(written.message) if is_member else ()
            content = {
                "things": await self._keep(tx, person, things[:MOST_ASKED], written.words, now),
                "more": max(0, len(things) - MOST_ASKED),
                "thread_ts": written.thread_ts,
            }
            answer_id = await tx.drafts.keep(person.slack_team, person.slack_user, content, now)
            await tx.outbox.recognised(answer_id, written.channel, person, now)
        self._wake()

    async def _keep(
        self,
        tx: Transaction,
        person: Person,
        things: Sequence[Sequence[Candidate]],
        words: str,
        now: datetime,
    ) -> list[list[dict[str, Any]]]:
        """A draft for each reading of each thing; what its button says, in JSON's types."""
        drafts = [content_of(FlagDraft(each.subject, words)) for thing in things for each in thing]
        keys = iter(await tx.drafts.keep_all(person.slack_team, person.slack_user, drafts, now))
        return [
            [asdict(Choice.of(each, key)) for each, key in zip(thing, islice(keys, len(thing)), strict=True)]
            for thing in things
        ]


def choices_in(content: dict[str, Any]) -> tuple[list[list[Choice]], int]:
    """The same out of storage, and how many things were left out."""
    return [[Choice(**each) for each in thing] for thing in content["things"]], content["more"]
