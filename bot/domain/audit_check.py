"""Whether an audit trail still holds: the first entry that does not fit, in the database or in an exported file."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from bot.domain.audit import GENESIS, HASH_ALGORITHM, SEGMENT_CLOSED, Head, Link, canonical, entry_hash

UNREADABLE = (ValueError, KeyError, TypeError, RecursionError)


@dataclass(frozen=True, slots=True)
class Misfit:
    """The first entry that does not fit, and in words why."""

    seq: int
    reason: str

    def __str__(self) -> str:
        return f"entry {self.seq} does not fit: {self.reason}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a check: the entries looked at, and the first that does not fit."""

    first_seq: int | None
    head: Head | None
    """The last link that fits."""
    misfit: Misfit | None

    @property
    def holds(self) -> bool:
        return self.misfit is None


class ChainCheck:
    """Looks at one link after the other, the oldest first; :meth:`verdict` once all were shown.

    ``heads`` were written down elsewhere, and have to be found in the chain. ``segments`` are the last links of what
    the database says was closed: an entry behind each has to tell of it.
    """

    def __init__(self, heads: Iterable[Head] = (), segments: Iterable[Head] = ()) -> None:
        written = sorted(heads, key=lambda head: head.seq)
        self._heads = [head for head in written if head.seq]
        self._hashes = {head.entry_hash for head in written if not head.seq}
        """Written down without their numbers, and not found yet."""
        self._segments = sorted(segments, key=lambda head: head.seq)
        self._first: Link | None = None
        self._last: Link | None = None
        self._closed: dict[int, str] = {}
        self._misfit: Misfit | None = None

    @property
    def next_seq(self) -> int:
        """The number that the next link ought to have."""
        return self._last.seq + 1 if self._last else 1

    @property
    def head(self) -> Head | None:
        return self._last.head if self._last else None

    def take(self, link: Link) -> bool:
        """Look at the next link; False, from then on, where it does not fit."""
        if self._misfit is None:
            reason = self._reason(link) or self._written_down(link) or self._told(link)
            if reason:
                self.fail(reason, link.seq)
            else:
                self._first = self._first or link
                self._last = link
        return self._misfit is None

    def fail(self, reason: str, seq: int | None = None) -> None:
        """Something else does not fit, at the next link or at ``seq``."""
        self._misfit = self._misfit or Misfit(self.next_seq if seq is None else seq, reason)

    def verdict(self) -> Verdict:
        """What became of it, now that there are no more links."""
        if self._misfit is None:
            self._misfit = self._beginning() or self._ending()
        return Verdict(self._first.seq if self._first else None, self.head, self._misfit)

    def _reason(self, link: Link) -> str | None:
        if self._last and link.seq > self.next_seq:
            return f"{_missing(self.next_seq, link.seq - 1)} before it"
        if link.seq < self.next_seq:
            return "it is out of order"
        previous = self._last.entry_hash if self._last else GENESIS if link.seq == 1 else link.previous_hash
        if link.previous_hash != previous:
            return "it does not continue the entry before it"
        if not link.content:
            return "what it tells of is missing"
        made = entry_hash(link.previous_hash, link.seq, link.entry_id, link.content)
        if made != link.entry_hash:
            return "it was changed after it was chained"
        return None

    def _written_down(self, link: Link) -> str | None:
        self._hashes = {written for written in self._hashes if not link.entry_hash.startswith(written)}
        if any(
            head.seq == link.seq and not link.entry_hash.startswith(head.entry_hash) for head in self._heads
        ):
            return "another entry stood here when the head was written down"
        return None

    def _told(self, link: Link) -> str | None:
        """Learn what the entry itself tells of the trail."""
        try:
            content = json.loads(link.content)
            if content["at"] != link.at:
                return "its time was changed after it was chained"
            if content["action"] == SEGMENT_CLOSED:
                self._closed[content["detail"]["last_seq"]] = str(content["detail"]["last_hash"])
        except UNREADABLE:
            return "what it tells of cannot be read"
        return None

    def _beginning(self) -> Misfit | None:
        first = self._first
        if first is None or first.seq == 1:
            return None
        before = first.seq - 1
        # A segment may be removed in part: what is left of it is still in the chain that leads to its end.
        if self._closed.get(before) == first.previous_hash or any(last > before for last in self._closed):
            return None
        return Misfit(first.seq, f"{_missing(1, before)} before it, and no closed segment accounts for them")

    def _ending(self) -> Misfit | None:
        # What told of an earlier one may itself have been closed by the newest.
        for segment in self._segments[-1:]:
            if self._closed.get(segment.seq) != segment.entry_hash:
                return Misfit(
                    segment.seq + 1,
                    f"what ends with entry {segment.seq} was closed, and no entry behind it tells of that",
                )
        closed = self._closed.values()
        for written in sorted(self._hashes):
            if not any(last_hash.startswith(written) for last_hash in closed):
                return Misfit(
                    self.next_seq,
                    f"no entry has the hash {written[:16]}… that was written down; if it was moved to a file, show "
                    "that file too, before this one",
                )
        for head in self._heads:
            if head.seq >= self.next_seq:
                return Misfit(self.next_seq, f"{_missing(self.next_seq, head.seq)} at the end")
            before = self._first is not None and head.seq < self._first.seq
            if before and not self._closed.get(head.seq, "").startswith(head.entry_hash):
                return Misfit(head.seq, "it was moved to a file; show that file too, before this one")
        return None


def verify(links: Iterable[Link], heads: Iterable[Head] = ()) -> Verdict:
    """Whether these links, the oldest first, are an unbroken chain in which each of ``heads`` stands."""
    check = ChainCheck(heads)
    for link in links:
        if not check.take(link):
            break
    return check.verdict()


def last_line(first_seq: int, head: Head | None) -> str:
    """The line that ends an export, so that one cut off shows. ``first_seq`` is the export's own first number."""
    head = head or Head(0, GENESIS)
    return canonical(
        {
            "first_seq": first_seq,
            "hash_alg": HASH_ALGORITHM,
            "head_hash": head.entry_hash,
            "head_seq": head.seq,
        }
    )


def verify_export(lines: Iterable[bytes], heads: Iterable[Head] = ()) -> Verdict:
    """Whether exported lines hold, with nothing but themselves; several exports may follow one another.

    Each line has to be the very bytes that an export writes, its newline with them.
    """
    check = ChainCheck(heads)
    first_seq: int | None = None
    ended = False
    for number, line in enumerate(lines, 1):
        try:
            read = _read(line)
        except UNREADABLE:
            check.fail(f"line {number} is not as an export writes it")
            break
        if isinstance(read, Link):
            ended = False
            first_seq = read.seq if first_seq is None else first_seq
            if not check.take(read):
                break
        elif line != _written(last_line(first_seq or check.next_seq, check.head)):
            check.fail(f"line {number} ends an export, but not the one above it")
            break
        else:
            ended, first_seq = True, None
    if not ended:
        check.fail("the export ends without its last line: it was cut off")
    return check.verdict()


def _read(line: bytes) -> Link | dict[str, Any]:
    told = json.loads(line)
    if "head_seq" in told:
        return dict(told)
    if type(told["seq"]) is not int or type(told["id"]) is not int:
        raise ValueError("a number that is none")
    link = Link(
        told["seq"],
        told["id"],
        told["content"]["at"],
        canonical(told["content"]),
        told["previous_hash"],
        told["entry_hash"],
    )
    if _written(link.line) != line:
        raise ValueError("other bytes than an export writes")
    return link


def _written(line: str) -> bytes:
    return line.encode() + b"\n"


def _missing(first: int, last: int) -> str:
    return f"entry {first} is missing" if first == last else f"entries {first} to {last} are missing"
