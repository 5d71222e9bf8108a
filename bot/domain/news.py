"""What somebody is told of a flag of theirs: that others joined, took it on, or closed the case."""

from collections.abc import Sequence
from datetime import timedelta
from enum import StrEnum

from bot.domain.cases import CLOSINGS, Change
from bot.domain.people import Person
from bot.domain.sharing import EntryView


class News(StrEnum):
    """A kind of news; each is one message for a flagger, which gathers all that follows of its kind."""

    JOINED = "joined"
    ACKNOWLEDGED = "acknowledged"
    CLOSED = "closed"

    @property
    def change(self) -> Change:
        """The change that it tells of."""
        return _CHANGES[self]


_CHANGES = {
    News.JOINED: Change.FLAGGED,
    News.ACKNOWLEDGED: Change.ACKNOWLEDGED,
    News.CLOSED: Change.CLOSED,
}

NEWS_OF = {change: news for news, change in _CHANGES.items()}

GATHERED_FOR = timedelta(minutes=1)
"""A message that stands is edited at most so often: the first of fifty who join is told at once, the rest together."""


def told_together(
    timeline: Sequence[EntryView], news: News, first: int, reader: Person
) -> tuple[EntryView, ...]:
    """The entries that one message tells of: from entry ``first`` on, of one kind, up to the case's next closing.

    What the reader did themselves is no news to them. A closing is told by itself.
    """
    told: list[EntryView] = []
    for entry in timeline:
        if entry.id < first:
            continue
        if entry.change is news.change and entry.person != reader:
            told.append(entry)
        if entry.change in CLOSINGS:
            break
    return tuple(told)
