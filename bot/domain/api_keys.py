"""API keys: how they are named, made and recognised, whom one acts for, and how often it may ask.

A key is 256 random bits behind ``ofa_``. Only its SHA-256 is kept: against a random number of that size a plain hash
is as good as a slow one, which is for passwords.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256

from bot.domain.errors import InvalidInput
from bot.domain.people import API_TEAM, Person
from bot.domain.roles import Actor, Role

TOKEN_PREFIX = "ofa_"  # noqa: S105  # what every key begins with, so that people and scanners know one when they see it
TOKEN_BYTES = 32
HINT_LENGTH = len(TOKEN_PREFIX) + 4

LONGEST_NAME = 20
"""Characters: it stands wherever a Slack user's id can."""

RED_IS_FOR_PEOPLE = (
    "TLP:RED is for the eyes of one person, and an API key is none. Mark it amber+strict to keep it in your "
    "organisation, or have a person flag it in Slack."
)

_NAME = re.compile(r"[a-z][a-z0-9_-]{0,19}")


@dataclass(frozen=True, slots=True)
class ApiKey:
    """What is known of a key; the key itself nobody has but the partner."""

    id: int
    name: str
    """Never given twice, not even after the key was revoked: it is the author of what came by it."""
    organisation: str
    organisation_name: str
    hint: str
    """How the key begins, to tell which one lies in a configuration: ``ofa_x7Qd``."""
    made_by: Person | None
    """None: by the operator, on the command line."""
    made_at: datetime
    last_used_on: date | None
    """The day, in UTC."""
    revoked_at: datetime | None

    @property
    def actor(self) -> Actor:
        """Whom it acts as: an analyst of its organisation, who is no person."""
        return Actor(
            API_TEAM, self.name, self.organisation, self.organisation_name, frozenset({Role.ANALYST})
        )


def new_token(random: Callable[[int], str]) -> str:
    """A fresh key; ``random`` makes a text of that many random bytes (``secrets.token_urlsafe``)."""
    return TOKEN_PREFIX + random(TOKEN_BYTES)


def digest_of(token: str) -> str:
    """What is kept of a key."""
    return sha256(token.encode("utf-8", "surrogateescape")).hexdigest()


def read_key_name(text: str) -> str:
    """A name for a key. Raises :class:`InvalidInput` for the field ``name``."""
    name = text.strip().lower()
    if not _NAME.fullmatch(name):
        raise InvalidInput(
            f"Name the key after the system that uses it: lower-case letters, digits, - and _, "
            f"at most {LONGEST_NAME}, a letter first, such as dhl-screening.",
            "name",
        )
    return name


# -- how often it may ask -------------------------------------------------------------------------------------

AT_ONCE = 120
"""Requests that a key may make in one moment after a pause."""

EACH = timedelta(seconds=0.5)
"""What each request costs: two in a second go on for ever."""


def spend(paid_until: datetime | None, now: datetime) -> tuple[datetime, timedelta]:
    """One more request: until when its key's requests are paid for then, and how long to wait first, if at all.

    The generic cell rate algorithm: each request moves ``paid_until`` on by its cost, and no further than
    ``AT_ONCE`` of them ahead of the clock. A request that has to wait costs nothing.
    """
    start = max(paid_until or now, now)
    wait = start - now - EACH * (AT_ONCE - 1)
    if wait > timedelta(0):
        return start, wait
    return start + EACH, timedelta(0)
