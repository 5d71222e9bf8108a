"""What rendering a delivery leads to: a message, or a reason why there is none now."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.sharing import Reader
from bot.messages.blocks import Message


class NothingToTell(Exception):
    """The delivery has lost its reader or its reason."""


class NotForThem(NothingToTell):
    """The reader may not see it, now: a message that stands is taken back, one that does not is never sent."""


class NotYet(Exception):
    """The delivery has to wait: for the alert it stands below, or for its turn in the channel."""

    def __init__(self, reason: str, until: datetime | None = None) -> None:
        super().__init__(reason)
        self.until = until


class Held(Exception):
    """The delivery waits for one that is paused."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message, whose eyes it is for, and the message it stands below, if it stands below one."""

    message: Message
    reader: Reader
    thread_ts: str | None = None
    lasting: Message | None = None
    """The same without what ends by itself: nothing new has happened as long as this is the same."""
