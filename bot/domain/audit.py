"""The audit trail's rules: what an entry says, how entries are chained, and whether a chain still holds.

An entry is kept as canonical JSON, and each link of the chain holds the SHA-256 of its entry, of its own place and of
the hash before it. So a changed, missing, added or moved entry shows; entries cut off at the end show against a head
that was written down elsewhere, such as in a digest.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from bot.domain.errors import BotError, InvalidInput, NotAllowed, NotAMember, NotFound
from bot.domain.roles import Actor

GENESIS = "0" * 64
"""The hash before the first entry."""

HASH_ALGORITHM = "sha256-v1"
"""Stands in every exported line: SHA-256 of that line without its ``entry_hash``, in canonical JSON, UTF-8."""

SEGMENT_CLOSED = "audit.segment_closed"
"""The action of the entry with which retention accounts for the entries it has moved to a file."""


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One thing that was done or refused.

    It outlives what it tells of and is read by auditors of every organisation: ids, keys and references, never what
    somebody typed.
    """

    at: datetime
    action: str
    """What was done to what: ``case.closed``, ``member.removed``, ``case.refused``."""
    about: str
    """Reference or key of what it was done to."""
    slack_team: str = ""
    slack_user: str = ""
    """Who did it, as Slack asserted it; empty where it was the program or its operator."""
    organisation: str = ""
    """Theirs at that moment; empty where they were on no list."""
    detail: Mapping[str, object] = field(default_factory=dict)

    @classmethod
    def by(cls, actor: Actor, action: str, about: str, at: datetime, **detail: object) -> "AuditEntry":
        """What a member did."""
        return cls(at, action, about, actor.slack_team, actor.slack_user, actor.organisation, detail)

    @property
    def content(self) -> str:
        """The canonical JSON that is stored and hashed."""
        return canonical(
            {
                "about": self.about,
                "action": self.action,
                "actor": {
                    "organisation": self.organisation,
                    "team": self.slack_team,
                    "user": self.slack_user,
                },
                "at": self.at,
                "detail": self.detail,
            }
        )


MARKING_FIELDS = frozenset({"tlp", "release", "people", "pap"})
"""Fields that say who may know something, and what may be done with it."""


def goes_into_the_trail(refusal: BotError) -> bool:
    """Whether a refusal is kept: one of somebody's rights, or of a marking that is none. A mistyped number is not."""
    if isinstance(refusal, InvalidInput):
        return refusal.field in MARKING_FIELDS
    return isinstance(refusal, NotAMember | NotAllowed | NotFound)


def canonical(value: object) -> str:
    """The one way to write a value as JSON: keys sorted, no spaces, nothing escaped that need not be.

    Times become text (:func:`moment`), sets become sorted lists. Raises :class:`ValueError` for what has no one way,
    such as a float; write an amount as text.
    """
    return json.dumps(_plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def moment(at: datetime) -> str:
    """A time in UTC, always with microseconds: ``2026-11-20T09:15:02.000000Z``."""
    if at.tzinfo is None:
        raise ValueError("a time without a zone cannot be audited")
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _plain(value: object) -> Any:
    match value:
        case None | bool() | int():
            return value
        case str():
            # Half a surrogate pair is no text: neither UTF-8 nor PostgreSQL can hold it.
            return value.encode("utf-8", "replace").decode()
        case datetime():
            return moment(value)
        case Mapping() if all(isinstance(key, str) for key in value):
            return {_plain(key): _plain(part) for key, part in value.items()}
        case set() | frozenset() if all(isinstance(part, str) for part in value):
            return sorted(map(_plain, value))
        case list() | tuple():
            return [_plain(part) for part in value]
    raise ValueError(f"a {type(value).__name__} has no canonical form")


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a chain at some moment; whoever has written it down can tell later whether it was cut or rewritten."""

    seq: int
    """0 where only the hash was written down."""
    entry_hash: str

    def __str__(self) -> str:
        return f"{self.seq}:{self.entry_hash}"

    @classmethod
    def read(cls, text: str) -> "Head":
        """A head as it was written down, with its number or, as in a digest, without.

        The hash may be shortened to 16 digits. Raises :class:`ValueError`.
        """
        written = re.fullmatch(r"(?:([1-9]\d{0,17}):)?([0-9a-f]{16,64})…?", text.strip().lower())
        if written is None:
            raise ValueError(
                f"“{text}” is no head; it is written like 118:c1a0… or c1a0… with 16 to 64 digits of the hash"
            )
        return cls(int(written[1] or 0), written[2])


@dataclass(frozen=True, slots=True)
class Link:
    """An entry in its place in the chain."""

    seq: int
    """1, 2, 3 … without gaps."""
    entry_id: int
    """The entry's id; entries are chained in the order in which they were committed, which need not be theirs."""
    at: str
    content: str
    previous_hash: str
    entry_hash: str

    @property
    def head(self) -> Head:
        return Head(self.seq, self.entry_hash)

    @property
    def line(self) -> str:
        """The link as exported: canonical JSON, one line."""
        return (
            f'{{"content":{self.content},"entry_hash":"{self.entry_hash}","hash_alg":"{HASH_ALGORITHM}",'
            f'"id":{self.entry_id},"previous_hash":"{self.previous_hash}","seq":{self.seq}}}'
        )


def entry_hash(previous_hash: str, seq: int, entry_id: int, content: str) -> str:
    """The hash of an entry in its place: of its exported line without ``entry_hash``."""
    hashed = (
        f'{{"content":{content},"hash_alg":"{HASH_ALGORITHM}",'
        f'"id":{entry_id},"previous_hash":"{previous_hash}","seq":{seq}}}'
    )
    return sha256(hashed.encode("utf-8", "surrogateescape")).hexdigest()


def link_after(head: Head | None, entry_id: int, at: str, content: str) -> Link:
    """The link that puts an entry behind ``head``; first in the chain where there is none."""
    previous = head or Head(0, GENESIS)
    seq = previous.seq + 1
    made = entry_hash(previous.entry_hash, seq, entry_id, content)
    return Link(seq, entry_id, at, content, previous.entry_hash, made)


def chained(head: Head | None, entries: Iterable[tuple[int, str, str]]) -> list[Link]:
    """The links that put entries (id, at, content) behind ``head``, in the order given."""
    links: list[Link] = []
    for entry_id, at, content in entries:
        links.append(link_after(head, entry_id, at, content))
        head = links[-1].head
    return links
