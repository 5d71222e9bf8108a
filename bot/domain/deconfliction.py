"""Blind deconfliction: two organisations hold records of one thing, and neither may see the other's.

Their coordinators learn that they should speak, and with whom; whoever flagged learns nothing. What is compared are
keyed hashes. TLP:RED takes no part: it is one person's, and no organisation can agree to having it hinted at.
"""

import hmac
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from hashlib import sha256

from bot.domain.markings import Marking, Tlp
from bot.domain.people import Person
from bot.domain.sharing import Reader, may_see

SHORTEST_KEY = 32
"""Bytes: as many as SHA-256 gives (RFC 2104, section 3)."""

COMPARED_FOR = timedelta(days=1)
"""An older flag is a record that others may meet, but meets nothing itself: else switching this on would set off
everything that was ever flagged, and whoever flagged it would count as probing."""

WINDOW = timedelta(days=1)
MEETINGS_OF_A_PERSON = 5
MEETINGS_OF_AN_ORGANISATION = 20
"""Who works on what they have seen meets a hidden record now and then; who tries numbers meets them in a row. Within
``WINDOW`` so many are answered."""

FLAGS_AN_HOUR = 200
"""Flagging itself has no limit; what is flagged faster than this is a list being tried, and meets nothing."""


class Outcome(StrEnum):
    """What became of a meeting."""

    TOLD = "told"
    PERSON = "person"
    """Not answered: the person's budget is used up."""
    ORGANISATION = "organisation"
    """Not answered: their organisation's is."""
    PACE = "pace"
    """Not answered: the person flags faster than people do."""


@dataclass(frozen=True, slots=True)
class Record:
    """A flag that stands, as much of it as a comparison needs."""

    flag_id: int
    case_id: int
    organisation: str
    author: Person
    marking: Marking
    case_marking: Marking
    case_owner: str
    case_opener: Person


@dataclass(frozen=True, slots=True)
class Spent:
    """What a flagger has used up so far."""

    person: int
    """Meetings within ``WINDOW``, answered or not."""
    organisation: int
    flags: int
    """Flags of the person in the hour up to this one."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """A flag met a record that its flagger may not see."""

    id: int
    organisation: str
    person: Person
    case_id: int
    other_organisation: str
    other_case_id: int
    outcome: Outcome


def key_name(key: bytes) -> str:
    """Eight digits that say which key made a fingerprint, and nothing of the key."""
    return hmac.new(key, b"name of this key", sha256).hexdigest()[:8]


def fingerprint(key: bytes, subject: str) -> str:
    """HMAC-SHA256 of a subject's key, with the name of the operation's key before it."""
    return f"{key_name(key)}:{hmac.new(key, subject.encode(), sha256).hexdigest()}"


def meets(flag: Record, other: Record, willing: frozenset[str]) -> bool:
    """Whether ``flag`` is of one organisation and met a record of another that its author may not see.

    ``willing``: the organisations that have deconfliction switched on.
    """
    if flag.organisation == other.organisation or not {flag.organisation, other.organisation} <= willing:
        return False
    if Tlp.RED in {each.tlp for record in (flag, other) for each in (record.marking, record.case_marking)}:
        return False
    reader = Reader(frozenset({flag.organisation}), flag.author)
    sees_case = may_see(other.case_marking, other.case_owner, other.case_opener, reader)
    return not (sees_case and may_see(other.marking, other.organisation, other.author, reader))


def outcome_of(spent: Spent) -> Outcome:
    """What becomes of the next meeting of somebody who has used up so much."""
    if spent.flags > FLAGS_AN_HOUR:
        return Outcome.PACE
    if spent.person >= MEETINGS_OF_A_PERSON:
        return Outcome.PERSON
    if spent.organisation >= MEETINGS_OF_AN_ORGANISATION:
        return Outcome.ORGANISATION
    return Outcome.TOLD
