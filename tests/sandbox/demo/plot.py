"""What happens in the demo operation's four weeks: who flags what, who takes it on, how it ends. Chance, but the same each time."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

from bot.domain.cases import CloseReason
from bot.domain.facts import partner_for
from bot.domain.markings import Marking, Tlp
from bot.domain.subjects import Subject
from tests.sandbox.demo.subjects import subject
from tests.sandbox.demo.words import CHAT, CLOSINGS, MARKS, NOTES, SIGNS

ENDS = datetime(2026, 11, 23, tzinfo=UTC)
LASTS = timedelta(days=28)
CASES = 260
BEGINS = ENDS - LASTS
ORGANISATIONS = ("amazon", "dhl", "cbp", "iprc")
FLAGS_OF = (60, 18, 12, 10)
"""How much of the flagging each organisation does, as weights."""


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that somebody does about one of the plot's cases."""

    at: datetime
    what: str
    """``flag``, ``acknowledge``, ``note``, ``look up``, ``move``, ``close`` or ``withdraw``."""
    who: str
    """An organisation's key."""
    words: str = ""
    reason: CloseReason | None = None


@dataclass(slots=True)
class Story:
    """One case from its first flag to its end."""

    subject: Subject
    marking: Marking | None
    deeds: list[Deed] = field(default_factory=list)
    reference: str = ""

    @property
    def is_parcel_of_dhl(self) -> bool:
        return partner_for(self.subject) is not None


@dataclass(frozen=True, slots=True)
class Said:
    """Something said in a channel, by the ``number``-th of its people."""

    at: datetime
    channel: str
    words: str
    number: int


def stories(chance: Random) -> list[Story]:
    return [_story(chance, number) for number in range(CASES)]


def chatter(chance: Random) -> Iterator[Said]:
    for channel, lines in CHAT.items():
        for place, words in enumerate(lines):
            day = LASTS * (place + 0.5) / len(lines)
            at = (BEGINS + day).replace(hour=13, minute=chance.randrange(60))
            yield Said(at, channel, words, place)


def _story(chance: Random, number: int) -> Story:
    owner = chance.choices(ORGANISATIONS, FLAGS_OF)[0]
    opened = _moment(chance)
    marking, readers = _marking(chance, owner)
    story = Story(subject(chance, number), marking)
    story.deeds.append(Deed(opened, "flag", owner, _what_is_seen(chance)))
    ends = _end(chance, opened, owner, story)
    others = [one for one in ORGANISATIONS if one != owner and one in readers]
    chance.shuffle(others)
    if marking is None and chance.random() < 0.22:
        joined = opened + timedelta(hours=chance.uniform(1, 40))
        if joined < ends:
            story.deeds.append(Deed(joined, "flag", others.pop(), _what_is_seen(chance)))
    for one in others:
        answered = opened + timedelta(minutes=5 + chance.expovariate(1 / 200))
        if chance.random() < 0.86 and answered < ends:
            story.deeds.append(Deed(answered, "acknowledge", one))
            if chance.random() < 0.3:
                noted = answered + timedelta(hours=chance.uniform(0.3, 20))
                if noted < ends:
                    story.deeds.append(Deed(noted, "note", one, chance.choice(NOTES)))
    if story.is_parcel_of_dhl:
        _journey(chance, story, opened, ends, owner)
    return story


def _moment(chance: Random) -> datetime:
    """More by day than by night, and more towards the end than at the beginning."""
    share = chance.random() ** 0.8
    day = BEGINS + timedelta(days=int(share * LASTS.days))
    return day + timedelta(hours=min(23.5, max(0.2, chance.gauss(15.5, 4.2))), seconds=chance.randrange(1500))


def _marking(chance: Random, owner: str) -> tuple[Marking | None, set[str]]:
    """A marking, None for the organisation's own default, and who may read under it."""
    kind = chance.random()
    if kind < 0.10:
        releases = frozenset(chance.sample([one for one in ORGANISATIONS if one != owner], 2))
        return Marking(Tlp.AMBER, releases), set(releases)
    if kind < 0.13:
        return Marking(Tlp.AMBER_STRICT), set()
    return None, set(ORGANISATIONS)


def _end(chance: Random, opened: datetime, owner: str, story: Story) -> datetime:
    """Closes it, most of the time, after hours or days; when it has ended, or the end of the four weeks."""
    closed = opened + timedelta(hours=6 + chance.expovariate(1 / 75))
    if closed >= ENDS or chance.random() < 0.12:
        return ENDS
    if chance.random() < 0.06:
        story.deeds.append(Deed(closed, "withdraw", owner, "A colleague had this one in hand already."))
        return closed
    reason = chance.choices(list(CLOSINGS), (52, 20, 14, 10, 4))[0]
    words = chance.choice(CLOSINGS[reason])
    story.deeds.append(Deed(closed, "close", owner, words, CloseReason(reason)))
    return closed


def _journey(chance: Random, story: Story, opened: datetime, ends: datetime, owner: str) -> None:
    """The parcel goes on, and now and then somebody looks where it is."""
    at = opened + timedelta(hours=chance.uniform(4, 20))
    while at < min(ends, opened + timedelta(days=5)):
        story.deeds.append(Deed(at, "move", "dhl"))
        if chance.random() < 0.5:
            story.deeds.append(Deed(at + timedelta(minutes=20), "look up", owner))
        at += timedelta(hours=24)


def _what_is_seen(chance: Random) -> str:
    mark = chance.choice(list(MARKS))
    goods, sign = chance.choice(MARKS[mark]), chance.choice(SIGNS)
    return chance.choice(
        [
            f"{goods} under the mark {mark}: {sign}",
            f"fake {mark} {goods}, {sign}",
            f"{chance.randrange(4, 400)} × {goods} ({mark}); {sign}",
        ]
    )
