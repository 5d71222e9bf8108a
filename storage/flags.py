"""Flags by themselves: raised, corrected, withdrawn, moved, and found by who raised them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.cases import as_part, is_for_more
from bot.domain.flag_details import Details
from bot.domain.flags import FlagDraft
from bot.domain.markings import ORDER, Marking
from bot.domain.offered_names import Saying, keys_for_beginnings
from bot.domain.people import Person
from bot.domain.roles import Actor
from storage.cases import CaseHead
from storage.flag_columns import digest_of, flag_columns, said_columns
from storage.names import add_names, set_names
from storage.sql import insert_new, marking_of, part_columns
from storage.tables import cases, entries, flags, subjects

FIRST_FLAG = insert(flags).inline()
"""Its id is drawn."""


class FlagStore:
    """Writes flags; whoever does holds the case's row."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(
        self, head: CaseHead, actor: Actor, draft: FlagDraft, marking: Marking, now: datetime
    ) -> int | None:
        """Store a flag; None where the same person's same flag stands there already."""
        row = {
            "case_id": head.id,
            "organisation": actor.organisation,
            "slack_team": actor.slack_team,
            "slack_user": actor.slack_user,
            "raised_at": now,
            **flag_columns(draft, as_part(marking, head.marking)),
        }
        if head.drawn:  # a new case has no other flag
            await self._connection.execute(FIRST_FLAG, row | {"id": head.drawn.flag_id})
            flag_id: int | None = head.drawn.flag_id
        else:
            added = await self._connection.execute(insert_new(self._connection, flags, flags.c.id), row)
            flag_id = added.scalar_one_or_none()
        if flag_id is not None:
            await self._add_names(head, actor, draft, marking)
        return flag_id

    async def _add_names(self, head: CaseHead, actor: Actor, draft: FlagDraft, marking: Marking) -> None:
        author = Person(actor.slack_team, actor.slack_user)
        said = Saying(draft.details, marking, actor.organisation, author)
        found = keys_for_beginnings(draft.subject, head.marking, head.owner, head.opener, [said])
        await add_names(self._connection, head.id, found)

    async def standing(self, head: CaseHead, actor: Actor, draft: FlagDraft) -> tuple[int, Marking]:
        """The person's own flag that says the same, and how it is marked."""
        query = select(flags.c.id, flags.c.marking, flags.c.releases).where(
            flags.c.case_id == head.id,
            flags.c.organisation == actor.organisation,
            flags.c.slack_team == actor.slack_team,
            flags.c.slack_user == actor.slack_user,
            flags.c.words_digest == digest_of(draft.words, draft.details),
            flags.c.withdrawn_at.is_(None),
        )
        row = (await self._connection.execute(query)).one()
        return row.id, marking_of(row)

    async def mark(self, flag_id: int, marking: Marking) -> None:
        """Have a flag be marked otherwise; what was said with it before stays as it was marked."""
        await self._change(flag_id, part_columns(marking))

    async def withdraw(self, flag_id: int, words: str, now: datetime) -> None:
        """Mark a flag as withdrawn; it stays in the case's history."""
        await self._change(flag_id, {"withdrawn_at": now, "withdraw_words": words})

    async def correct(self, flag_id: int, words: str, details: Details, marking: Marking) -> None:
        """Have a flag say something else, or mark it otherwise. Its words before stand in the case's timeline."""
        values = {**said_columns(words, details), **part_columns(marking)}
        await self._change(flag_id, values)

    async def _change(self, flag_id: int, values: dict[str, Any]) -> None:
        changed = update(flags).where(flags.c.id == flag_id).values(values).returning(flags.c.case_id)
        await set_names(self._connection, (await self._connection.execute(changed)).scalar_one())

    async def tighten(self, flag_id: int, marking: Marking) -> None:
        """Have what was said with a flag before be no wider than the flag is now; what is stricter stays so."""
        strictness = case({tlp.value: place for place, tlp in enumerate(ORDER)}, value=entries.c.marking)
        wider = and_(entries.c.flag_id == flag_id, strictness < ORDER.index(marking.tlp))
        await self._connection.execute(update(entries).where(wider).values(part_columns(marking)))

    async def move(self, source: int, target: int, *, only: int | None = None) -> None:
        """Have a case's flags stand in another; what the same person has said there already counts once, for the more
        people of the two.

        ``only``: this one flag, with the lines of the timeline that it has brought.
        """
        moved = flags.c.case_id == source if only is None else flags.c.id == only
        await self._say_once(moved, target)
        await self._connection.execute(update(flags).where(moved).values(case_id=target))
        if only is not None:
            brought = update(entries).where(entries.c.flag_id == only)
            await self._connection.execute(brought.values(case_id=target))
        await set_names(self._connection, source, target)

    async def _say_once(self, moved: ColumnElement[bool], target: int) -> None:
        """Of what the same person says in both, one gives way: the flag there, where it is for fewer."""
        there = flags.alias()
        same = and_(
            there.c.organisation == flags.c.organisation,
            there.c.slack_team == flags.c.slack_team,
            there.c.slack_user == flags.c.slack_user,
            there.c.words_digest == flags.c.words_digest,
            there.c.withdrawn_at.is_(None),
        )
        twice = select(flags.c.id, there.c.id.label("there")).join(there, same)
        query = twice.where(moved, flags.c.withdrawn_at.is_(None), there.c.case_id == target)
        for row in (await self._connection.execute(query)).all():
            both = select(flags).where(flags.c.id.in_([row.id, row.there]))
            said = {each.id: marking_of(each) for each in await self._connection.execute(both)}
            coming, there_now = said[row.id], said[row.there]
            gone = row.there if is_for_more(coming, there_now) else row.id
            given_way = update(flags).where(flags.c.id == gone)
            await self._connection.execute(given_way.values(withdrawn_at=flags.c.raised_at))
            if gone == row.there:  # what was said with it stays said
                told = update(entries).where(entries.c.flag_id == gone)
                await self._connection.execute(told.values(flag_id=row.id))

    async def set_apart(self, flag_id: int, *, apart: bool) -> None:
        """Whether a flag, with what was said with it, stays as it is marked when the case is marked otherwise."""
        for of_it in (
            update(flags).where(flags.c.id == flag_id),
            update(entries).where(entries.c.flag_id == flag_id),
        ):
            await self._connection.execute(of_it.values(apart=apart))

    async def of_person(self, person: Person, before: int | None, limit: int) -> Sequence[tuple[int, int]]:
        """A person's flags, the newest first, as ids of flag and case; ``before``: only those older than that flag."""
        query = (
            select(flags.c.id, flags.c.case_id)
            .where(flags.c.slack_user == person.slack_user, flags.c.slack_team == person.slack_team)
            .order_by(flags.c.id.desc())
            .limit(limit)
        )
        if before is not None:
            query = query.where(flags.c.id < before)
        return [(row.id, row.case_id) for row in await self._connection.execute(query)]

    async def case_of(self, person: Person, key: str) -> int | None:
        """The case of a person's newest flag of a subject, which has this key."""
        query = (
            select(flags.c.case_id)
            .join(cases, cases.c.id == flags.c.case_id)
            .join(subjects, subjects.c.id == cases.c.subject_id)
            .where(flags.c.slack_user == person.slack_user, flags.c.slack_team == person.slack_team)
            .where(subjects.c.key == key)
            .order_by(flags.c.id.desc())
            .limit(1)
        )
        return (await self._connection.execute(query)).scalar_one_or_none()

    async def notes_of(self, flag_id: int) -> list[int]:
        """The timeline's entries that a flag has brought."""
        query = select(entries.c.id).where(entries.c.flag_id == flag_id)
        return list((await self._connection.execute(query)).scalars())
