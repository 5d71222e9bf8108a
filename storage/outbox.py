"""The outbox: what is to be told to whom, written in the transaction of what it tells of.

A row holds ids and a version, never text. How a worker sends it is in :mod:`storage.sending`.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, and_, delete, or_, select, text, update
from sqlalchemy import insert as plain_insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.alerts import DeliveryKind, Destination
from bot.domain.people import Person
from storage.sql import insert, joined
from storage.tables import cases, deliveries, digest_runs
from storage.visibility import holds_something_strict

CARD_LIVES = timedelta(minutes=29)
"""Slack takes a response URL for 30 minutes …"""

CARD_UPDATES = 4
"""… and five times; one is kept for a direct answer (docs.slack.dev/interactivity/handling-user-interaction)."""

Row = dict[str, Any]
"""A delivery that is to be added, by its columns."""

NEW_DELIVERY = plain_insert(deliveries)

NO_ANSWER = "no answer"
"""What a follow-up was about that told of trouble: the answer is still to come."""

CARDS_WAIT = timedelta(seconds=1)
"""So that a card is drawn once for all the channels of a case, and not once for each."""


class Outbox:
    """Adds deliveries, and makes them due again where there is something new."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def hold(self, case_ids: Iterable[int]) -> None:
        """Lock these cases' rows, in one order for everybody.

        Whoever changes several deliveries of a case holds the case first: two who took them one by one, in
        different orders, would wait for each other for ever. The lock leaves the row's key free (``FOR NO KEY
        UPDATE``), so that writing down what refers to the case, such as who was shown it, never waits for it.
        """
        query = select(cases.c.id).where(cases.c.id.in_(list(case_ids))).order_by(cases.c.id)
        await self._connection.execute(query.with_for_update(key_share=True))

    async def alert(self, case_id: int, to: Iterable[Destination], now: datetime) -> None:
        """Have each destination's standing alert show the case's newest version; the first time, post it."""
        rows = _alerts(case_id, to, now)
        if not rows:
            return
        statement = insert(self._connection, deliveries)
        newer = {
            # Counted here alone: it has been raised by more than the case's own changes.
            "wanted_version": deliveries.c.wanted_version + 1,
            "due_at": now,
            "attempts": 0,
            "paused": False,
        }
        await self._connection.execute(
            statement.on_conflict_do_update(
                index_elements=["case_id", "organisation"],
                # To the letter: once a statement is prepared, PostgreSQL cannot tell from a parameter which index is meant.
                index_where=text("kind = 'alert'"),
                set_=newer,
            ),
            rows,
        )

    async def announce(
        self, case_id: int, to: Iterable[Destination], more: Sequence[Row], now: datetime
    ) -> None:
        """Have each destination told of a new case, of which nothing was told before; and add these rows as well."""
        await self.add([*_alerts(case_id, to, now), *more])

    async def refresh(self, case_ids: Sequence[int], now: datetime) -> None:
        """Have every alert and every card in use show these cases anew, those that had to come by message too."""
        if not case_ids:
            return
        await self.hold(case_ids)
        by_message = and_(deliveries.c.kind == DeliveryKind.CARD_BY_MESSAGE.value, stands_soon())
        in_use = or_(deliveries.c.kind == DeliveryKind.ALERT.value, _card_in_use(now), by_message)
        await self._connection.execute(
            update(deliveries)
            .where(deliveries.c.case_id.in_(case_ids), in_use)
            .values(wanted_version=deliveries.c.wanted_version + 1, due_at=now, attempts=0)
        )

    async def take_back(self, case_ids: Sequence[int], since: datetime | None, now: datetime) -> None:
        """Have everything that was ever told of these cases look again who may read it: replies, direct messages, and
        the digests of ``since``; none of them where no digest can have told of it.
        """
        await self.hold(case_ids)
        of_a_case = and_(deliveries.c.case_id.in_(case_ids), deliveries.c.kind != DeliveryKind.ALERT.value)
        told = [of_a_case]
        if since is not None:
            is_digest = deliveries.c.kind == DeliveryKind.DIGEST.value
            told.append(and_(is_digest, deliveries.c.created_at >= since))
        await self._read_again(or_(*told), now)

    async def take_back_from(self, person: Person, now: datetime) -> None:
        """Have everything that one person was sent look again whether they may read it."""
        theirs = and_(deliveries.c.slack_user == person.slack_user, deliveries.c.address == person.slack_user)
        await self._read_again(theirs, now)

    async def _read_again(self, condition: ColumnElement[bool], now: datetime) -> None:
        await self._connection.execute(
            update(deliveries)
            .where(condition, stands_soon())
            .values(wanted_version=deliveries.c.wanted_version + 1, due_at=now, attempts=0)
        )

    async def follow_up(self, case_ids: Sequence[int], now: datetime, *, answered: bool) -> None:
        """Tell those who have asked about these cases what a partner has just said; once each.

        Not ``answered``: that it says nothing, and why. Its answer follows all the same.
        """
        if case_ids:
            await self.hold(case_ids)
            unsaid = deliveries.c.times_sent == 0
            if answered:
                unsaid = or_(unsaid, deliveries.c.about == NO_ANSWER)
            await self._connection.execute(
                update(deliveries)
                .where(deliveries.c.case_id.in_(case_ids), deliveries.c.kind == DeliveryKind.FOLLOW_UP.value)
                .where(unsaid)
                .values(due_at=now + CARDS_WAIT, about="" if answered else NO_ANSWER)
            )

    async def note(self, case_id: int, entry_id: int, organisations: Sequence[str], now: datetime) -> None:
        """Tell of one change below each organisation's alert, wherever that alert stands."""
        query = select(deliveries.c.organisation, deliveries.c.address).where(
            deliveries.c.case_id == case_id,
            deliveries.c.kind == DeliveryKind.ALERT.value,
            deliveries.c.organisation.in_(organisations),
        )
        rows = [
            _row(DeliveryKind.NOTE, alert.address, now)
            | {"case_id": case_id, "entry_id": entry_id, "organisation": alert.organisation, "due_at": now}
            for alert in await self._connection.execute(query)
        ]
        await self.add(rows)

    async def refresh_notes(self, entry_ids: Sequence[int], now: datetime) -> None:
        """Have what was told below the alerts of these entries say what became of them."""
        notes = and_(deliveries.c.kind == DeliveryKind.NOTE.value, deliveries.c.entry_id.in_(entry_ids))
        await self._read_again(notes, now)

    async def show(
        self, kind: DeliveryKind, case_id: int, person: Person, response_url: str, now: datetime
    ) -> None:
        """Show one person the case: its card at once, or a follow-up when a partner has answered."""
        await self.add([to_card(kind, case_id, person, response_url, now)])

    async def digest(self, run_id: int, channel: str, now: datetime) -> None:
        """Have a digest posted."""
        row = _row(DeliveryKind.DIGEST, channel, now) | {"digest_run_id": run_id, "due_at": now}
        await self.add([row])

    async def others_came(self, channel: str, organisation: str, came: frozenset[str], now: datetime) -> None:
        """Tell a channel that these organisations, or people of none, read along there now."""
        row = _row(DeliveryKind.OTHERS_CAME, channel, now) | {
            "organisation": organisation,
            "about": joined(came),
            "due_at": now,
        }
        await self.add([row])

    async def refresh_address(self, channel: str, now: datetime) -> None:
        """Have everything told in a channel shown as its readers may see it now."""
        query = select(cases.c.id).where(
            cases.c.id.in_(select(deliveries.c.case_id).where(deliveries.c.address == channel)),
            holds_something_strict(),
        )
        strict = list((await self._connection.execute(query)).scalars())
        await self.hold(strict)
        await self._read_again(and_(deliveries.c.address == channel, deliveries.c.case_id.in_(strict)), now)

    async def homes_of(self, channels: Sequence[str]) -> dict[str, str]:
        """The organisation whose alerts stand in each of these channels, where some do."""
        query = select(deliveries.c.address, deliveries.c.organisation).where(
            deliveries.c.kind == DeliveryKind.ALERT.value,
            deliveries.c.message_ts.is_not(None),
            deliveries.c.organisation.is_not(None),
            deliveries.c.address.in_(channels),
        )
        rows = await self._connection.execute(query.distinct())
        return {row.address: row.organisation for row in rows}

    async def trouble(
        self, address: str, organisation: str | None, reason: str, to: Iterable[Person], now: datetime
    ) -> None:
        """Tell these people that a destination of an organisation cannot be reached; once, until it is tried again."""
        for person in to:
            already = select(deliveries.c.id).where(
                deliveries.c.kind == DeliveryKind.TROUBLE.value,
                deliveries.c.about == f"{address} {reason}",
                deliveries.c.slack_user == person.slack_user,
            )
            if (await self._connection.execute(already.limit(1))).first() is None:
                row = _row(DeliveryKind.TROUBLE, person.slack_user, now) | {
                    "organisation": organisation,
                    "slack_team": person.slack_team,
                    "slack_user": person.slack_user,
                    "about": f"{address} {reason}",
                    "due_at": now,
                }
                await self.add([row])

    async def trouble_is_over(self, address: str | None) -> None:
        """Be ready to tell of trouble anew (anywhere, or with one address); word that is still on its way is not sent."""
        told = deliveries.c.kind == DeliveryKind.TROUBLE.value
        if address is not None:
            told = and_(told, deliveries.c.about.startswith(f"{address} ", autoescape=True))
        await self._connection.execute(update(deliveries).where(told).values(about=""))

    async def access_request(self, request_id: int, to: Iterable[Person], now: datetime) -> None:
        """Tell each of those who may decide it of a request for access."""
        rows = [
            to_person(DeliveryKind.ACCESS_REQUEST, person, now) | {"about": str(request_id)} for person in to
        ]
        await self.add(rows)

    async def request_decided(self, request_id: int, now: datetime) -> None:
        """Have everybody who was told of a request for access read that it is decided."""
        of_it = and_(
            deliveries.c.kind == DeliveryKind.ACCESS_REQUEST.value, deliveries.c.about == str(request_id)
        )
        await self._read_again(of_it, now)

    async def recognised(self, answer_id: str, channel: str, person: Person, now: datetime) -> None:
        """Tell somebody, where they wrote to the bot, what it has recognised."""
        row = to_person(DeliveryKind.RECOGNISED, person, now) | {
            "address": channel,
            "about": answer_id,
            "expires_at": now + CARD_LIVES,
        }
        await self.add([row])

    async def point(self, case_id: int, to: Iterable[Person], now: datetime) -> None:
        """Tell people that there is a case for them, which stands in no message."""
        rows = [to_person(DeliveryKind.POINTER, person, now) | {"case_id": case_id} for person in to]
        await self.add(rows)

    async def welcome(self, person: Person, now: datetime) -> None:
        """Tell somebody that they are on a list now."""
        row = to_person(DeliveryKind.WELCOME, person, now)
        await self.add([row])

    async def introduction(self, channel: str, organisation: str, by: Person, now: datetime) -> None:
        """Tell a channel that an organisation's alerts come there from now on, and who has decided so."""
        row = _row(DeliveryKind.INTRODUCTION, channel, now) | {
            "organisation": organisation,
            "slack_team": by.slack_team,
            "slack_user": by.slack_user,
            "due_at": now,
        }
        await self.add([row])

    async def readdress(self, organisation: str, channel: str, now: datetime) -> None:
        """Send what has not been posted yet to an organisation's new channel. What stands in the old one stays."""
        ours = deliveries.c.organisation == organisation
        unposted = and_(
            ours, deliveries.c.kind == DeliveryKind.ALERT.value, deliveries.c.message_ts.is_(None)
        )
        held = (await self._connection.execute(select(deliveries.c.case_id).where(unposted))).scalars().all()
        await self.hold(held)
        below = and_(ours, deliveries.c.kind == DeliveryKind.NOTE.value, deliveries.c.message_ts.is_(None))
        await self._connection.execute(
            update(deliveries)
            .where(
                or_(unposted, and_(below, deliveries.c.case_id.in_(held))), deliveries.c.due_at.is_not(None)
            )
            .values(address=channel, paused=False, attempts=0, due_at=now)
        )

    async def readdress_digest(self, key: str, channel: str, now: datetime) -> None:
        """Send what has not been posted yet of a digest to its new channel."""
        runs = select(digest_runs.c.id).where(digest_runs.c.key == key)
        await self._connection.execute(
            update(deliveries)
            .where(
                deliveries.c.kind == DeliveryKind.DIGEST.value,
                deliveries.c.digest_run_id.in_(runs),
                deliveries.c.message_ts.is_(None),
                deliveries.c.due_at.is_not(None),
            )
            .values(address=channel, paused=False, attempts=0, due_at=now)
        )

    async def forget_organisation(self, organisation: str, now: datetime) -> None:
        """Nothing more is told to an organisation that has left; what stands in its channel is nobody's, and taken back."""
        ours = deliveries.c.organisation == organisation
        in_channel = deliveries.c.kind.in_([DeliveryKind.ALERT.value, DeliveryKind.NOTE.value])
        standing = and_(ours, in_channel, stands_soon())
        held = select(deliveries.c.case_id).where(standing)
        await self.hold((await self._connection.execute(held)).scalars().all())
        await self._read_again(standing, now)
        await self._connection.execute(
            update(deliveries).where(standing).values(organisation=None, paused=False)
        )
        await self._connection.execute(delete(deliveries).where(ours))

    async def add(self, rows: Sequence[Row]) -> None:
        """Add rows as :func:`to_card` and :func:`to_person` make them."""
        if rows:
            await self._connection.execute(NEW_DELIVERY, rows)

    async def refresh_cards(self, case_id: int, now: datetime) -> None:
        """Have the cards in use show the case anew, now that somebody has been told of it."""
        await self.hold([case_id])
        await self._connection.execute(
            update(deliveries)
            .where(deliveries.c.case_id == case_id, _card_in_use(now))
            .values(wanted_version=deliveries.c.wanted_version + 1, due_at=now + CARDS_WAIT)
        )

    async def resume(self, now: datetime, *, address: str | None = None) -> int:
        """Try what is paused again (all, or what goes to one address), and be ready to tell of trouble anew."""
        is_paused = deliveries.c.paused
        paused = is_paused if address is None else and_(is_paused, deliveries.c.address == address)
        held = select(deliveries.c.case_id).where(paused, deliveries.c.case_id.is_not(None))
        await self.hold((await self._connection.execute(held)).scalars())
        statement = update(deliveries).where(paused).values(paused=False, attempts=0, due_at=now)
        resumed = (await self._connection.execute(statement)).rowcount
        if resumed:
            await self.trouble_is_over(address)
        return int(resumed)


def stands_soon() -> ColumnElement[bool]:
    """What stands already, or was read a moment ago and is on its way: it would arrive as things were.

    What nobody has claimed yet is read when it is sent.
    """
    return or_(deliveries.c.message_ts.is_not(None), deliveries.c.leased_until.is_not(None))


def _card_in_use(now: datetime) -> ColumnElement[bool]:
    return and_(
        deliveries.c.kind == DeliveryKind.CARD.value,
        deliveries.c.expires_at > now,
        deliveries.c.times_sent < CARD_UPDATES,
    )


def _alerts(case_id: int, to: Iterable[Destination], now: datetime) -> list[Row]:
    return [
        _row(DeliveryKind.ALERT, place.channel, now)
        | {"case_id": case_id, "organisation": place.organisation, "wanted_version": 1, "due_at": now}
        for place in to
    ]


def _row(kind: DeliveryKind, address: str, now: datetime) -> Row:
    """A new row with every column that any kind sets, so that all kinds are one statement to the database."""
    return {
        "id": str(uuid4()),
        "kind": kind.value,
        "address": address,
        "organisation": None,
        "case_id": None,
        "entry_id": None,
        "digest_run_id": None,
        "slack_team": "",
        "slack_user": "",
        "about": "",
        "wanted_version": 0,
        "due_at": None,
        "created_at": now,
        "expires_at": None,
    }


def to_card(
    kind: DeliveryKind, case_id: int, person: Person, response_url: str, now: datetime, about: str = ""
) -> Row:
    """A row that shows one person the case; ``about``: what their flag came to, which the card says first."""
    return _row(kind, response_url, now) | {
        "case_id": case_id,
        "about": about,
        "slack_team": person.slack_team,
        "slack_user": person.slack_user,
        "due_at": None if kind is DeliveryKind.FOLLOW_UP else now,
        "expires_at": now + CARD_LIVES,
    }


def to_person(kind: DeliveryKind, person: Person, now: datetime) -> Row:
    """A row that brings one person a direct message at once."""
    return _row(kind, person.slack_user, now) | {
        "slack_team": person.slack_team,
        "slack_user": person.slack_user,
        "due_at": now,
    }
