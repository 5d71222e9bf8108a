"""Stand-ins for what is outside: small classes that remember what was asked of them."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.domain.alerts import Delivery
from bot.domain.audiences import ChannelPeople
from bot.domain.errors import ClientError, DeliveryError
from bot.domain.facts import Fact, Outcome, Partner
from bot.domain.subjects import Subject
from bot.messages.blocks import Message


class Clock:
    """A clock that stands still until it is told to go on. It begins on Monday 5 January 2026, noon UTC."""

    def __init__(self) -> None:
        self._now = datetime(2026, 1, 5, 12, tzinfo=UTC)

    def now(self) -> datetime:
        return self._now

    def advance(self, **passing: float) -> None:
        """Let time pass, in the words of ``timedelta``: ``clock.advance(minutes=5)``."""
        self._now += timedelta(**passing)

    def set(self, moment: datetime) -> None:
        self._now = moment


class Nudges:
    """Counts how often the worker was woken."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self) -> None:
        self.count += 1


@dataclass(frozen=True, slots=True)
class Sent:
    """One message that arrived."""

    how: str
    """``post``, ``edit``, ``replace`` or ``add``: the last two by a response URL."""
    delivery: Delivery
    message: Message
    thread_ts: str | None
    ts: str | None


@dataclass
class RememberingTransport:
    """Takes every message in, and refuses what it was told to refuse."""

    sent: list[Sent] = field(default_factory=list)
    refusals: dict[str, list[DeliveryError]] = field(default_factory=dict)
    """By address: what to answer next, one after the other."""
    deleted: set[str] = field(default_factory=set)
    """Messages that somebody has deleted, by their ts."""
    meanwhile: Callable[[Delivery], Awaitable[None]] | None = None
    """What happens while a message is on its way."""
    posted: int = 0

    def refuse(self, address: str, *errors: DeliveryError) -> None:
        self.refusals.setdefault(address, []).extend(errors)

    def to(self, address: str) -> list[Sent]:
        """What arrived there, the oldest first."""
        return [sent for sent in self.sent if sent.delivery.address == address]

    async def post(self, delivery: Delivery, message: Message, thread_ts: str | None) -> str:
        self.posted += 1
        return await self._take("post", delivery, message, thread_ts, f"1767614400.{self.posted:06}")

    async def edit(self, delivery: Delivery, message: Message) -> str:
        if delivery.message_ts in self.deleted:
            raise DeliveryError("message_not_found")
        return await self._take("edit", delivery, message, None, delivery.message_ts or "")

    async def whisper(self, delivery: Delivery, message: Message, thread_ts: str | None) -> str:
        return await self._take("whisper", delivery, message, thread_ts, "1767614400.000001")

    async def respond(self, delivery: Delivery, message: Message, *, replace: bool) -> None:
        await self._take("replace" if replace else "add", delivery, message, None, "")

    async def _take(
        self, how: str, delivery: Delivery, message: Message, thread_ts: str | None, ts: str
    ) -> str:
        if self.meanwhile:
            await self.meanwhile(delivery)
        if self.refusals.get(delivery.address):
            raise self.refusals[delivery.address].pop(0)
        self.sent.append(Sent(how, delivery, message, thread_ts, ts))
        return ts


@dataclass
class RememberingPartner:
    """A carrier that answers what it was told to answer; "not found" where it was told nothing."""

    answers: list[Fact | ClientError] = field(default_factory=list)
    asked: list[tuple[Subject, datetime]] = field(default_factory=list)
    partner: Partner = Partner.DHL

    async def look_up(self, subject: Subject, now: datetime) -> Fact:
        self.asked.append((subject, now))
        answer = self.answers.pop(0) if self.answers else Fact(self.partner, Outcome.NOT_FOUND, now)
        if isinstance(answer, ClientError):
            raise answer
        return answer


@dataclass
class RememberingChannels:
    """Knows who is in each channel; cannot read the ones it was told nothing of."""

    people: dict[str, ChannelPeople] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    refusals: dict[str, list[DeliveryError]] = field(default_factory=dict)
    """By channel: what to answer next, one after the other."""

    def refuse(self, channel: str, *errors: DeliveryError) -> None:
        self.refusals.setdefault(channel, []).extend(errors)

    def put(self, channel: str, *users: str, teams: frozenset[str] = frozenset({"T0OPS"})) -> None:
        self.people[channel] = ChannelPeople(frozenset(users), teams)

    async def people_in(self, channel: str) -> ChannelPeople:
        self.asked.append(channel)
        if self.refusals.get(channel):
            raise self.refusals[channel].pop(0)
        if channel not in self.people:
            raise DeliveryError("channel_not_found", permanent=True)
        return self.people[channel]
