"""Answering somebody who writes to the bot: what was recognised in it, and a button for each."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.domain.flags import FlagDraft
from bot.domain.identifiers import Candidate
from bot.domain.people import Person
from bot.services.flag_drafts import content_of
from storage.database import Database


@dataclass(frozen=True, slots=True)
class Written:
    """What somebody wrote to the bot: where, in which thread, and what was found in it."""

    channel: str
    thread_ts: str
    words: str
    found: tuple[Candidate, ...]


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
        """Keep a draft for each thing found, and have the person told; a stranger's drafts are not kept."""
        now = self._now()
        async with self._database.begin() as tx:
            if not await tx.receipts.take(received, now):
                return
            is_member = await tx.members.actor(person, self._installed_team()) is not None
            team, user = person.slack_team, person.slack_user
            choices: list[dict[str, Any]] = []
            for candidate in written.found if is_member else ():
                draft = content_of(FlagDraft(candidate.subject, written.words))
                choices.append(
                    {
                        "draft": await tx.drafts.keep(team, user, draft, now),
                        "label": candidate.subject.label,
                        "why": candidate.why,
                    }
                )
            content = {"choices": choices, "thread_ts": written.thread_ts}
            answer_id = await tx.drafts.keep(team, user, content, now)
            await tx.outbox.recognised(answer_id, written.channel, person, now)
        self._wake()
