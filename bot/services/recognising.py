"""Answering somebody who writes to the bot: what was recognised in it, and a button for each."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Any

from bot.domain.errors import InvalidInput
from bot.domain.flag_lines import read_labels
from bot.domain.flags import FlagDraft
from bot.domain.identifiers import Candidate
from bot.domain.markings import Tlp
from bot.domain.people import Person
from bot.messages.blocks import Block, Message
from bot.messages.flags import MOST_ASKED, Choice
from bot.messages.found import RED_STANDS_IN_NO_MESSAGE, identifiers_in, not_marked_so, recognised
from bot.services.flag_drafts import content_of
from storage.database import Database, Transaction

NOTHING: dict[str, Any] = {"things": [], "more": 0}


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
            content = await self._recognise(tx, person, written, now) if is_member else NOTHING
            content = content | {"thread_ts": written.thread_ts}
            answer_id = await tx.drafts.keep(person.slack_team, person.slack_user, content, now)
            await tx.outbox.recognised(answer_id, written.channel, person, now)
        self._wake()

    async def _recognise(
        self, tx: Transaction, person: Person, written: Written, now: datetime
    ) -> dict[str, Any]:
        """What was found, or what is wrong with how the message says that it is marked."""
        things = identifiers_in(written.message)
        if not things:
            return NOTHING
        try:
            marking, pap, words = read_labels(written.words)
        except InvalidInput as error:
            return NOTHING | {"refused": error.sentence}
        if marking and marking.tlp is Tlp.RED:
            return NOTHING | {"refused": RED_STANDS_IN_NO_MESSAGE}
        said = FlagDraft(things[0][0].subject, words, marking, pap)
        return {
            "things": await self._keep(tx, person, things[:MOST_ASKED], said, now),
            "more": max(0, len(things) - MOST_ASKED),
        }

    async def _keep(
        self,
        tx: Transaction,
        person: Person,
        things: Sequence[Sequence[Candidate]],
        said: FlagDraft,
        now: datetime,
    ) -> list[list[dict[str, Any]]]:
        """A draft for each reading of each thing; what its button says, in JSON's types."""
        drafts = [content_of(replace(said, subject=each.subject)) for thing in things for each in thing]
        keys = iter(await tx.drafts.keep_all(person.slack_team, person.slack_user, drafts, now))
        return [
            [asdict(Choice.of(each, key)) for each, key in zip(thing, islice(keys, len(thing)), strict=True)]
            for thing in things
        ]


def answer_of(content: dict[str, Any]) -> Message:
    """The answer, out of storage."""
    if "refused" in content:
        return not_marked_so(content["refused"])
    things = [[Choice(**each) for each in thing] for thing in content["things"]]
    return recognised(things, content["more"])
