"""The record of every request between the bot and Slack, both ways, with a sentence where something was wrong."""

import re
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from sandbox.reading import read_json
from sandbox.state import Json

KEPT = 20_000

Headers = list[tuple[str, str]]

_TOKEN = re.compile(r"\b(xox[a-z]|xapp|xwfp|xoxe\.xox[bp])-[A-Za-z0-9-]+")


@dataclass(slots=True)
class Record:
    """One request and its answer. ``direction`` is ``to_bot`` or ``to_slack``; ``ms`` the time to the answer."""

    id: int
    at: float
    direction: str
    kind: str
    name: str
    user: str | None = None
    method: str = "POST"
    url: str = ""
    status: int | None = None
    ms: float | None = None
    error: str | None = None
    sentence: str | None = None
    notes: list[str] = field(default_factory=list)
    meant: bool = False
    """Somebody asked for this failure with a switch."""
    retry: int = 0
    request_headers: Headers = field(default_factory=list)
    request_body: str = ""
    response_headers: Headers = field(default_factory=list)
    response_body: str = ""

    def summary(self) -> Json:
        return {
            "id": self.id,
            "at": self.at,
            "direction": self.direction,
            "kind": self.kind,
            "name": self.name,
            "user": self.user,
            "method": self.method,
            "url": self.url,
            "status": self.status,
            "ms": None if self.ms is None else round(self.ms, 2),
            "ok": self.error is None,
            "error": self.error,
            "sentence": self.sentence,
            "notes": self.notes,
            "meant": self.meant,
            "retry": self.retry,
        }

    def payload(self) -> Json:
        """What the bot was sent: a command's fields, an interaction's or an event's payload."""
        data: Any = parsed(self.request_headers, self.request_body) or {}
        if self.method == "WS":
            data = data.get("payload", {})
        elif "payload" in data and self.kind not in ("command", "event"):
            data = data["payload"]
        found: Json = data
        return found

    def whole(self) -> Json:
        return {
            **self.summary(),
            "request": _side(self.request_headers, self.request_body),
            "response": _side(self.response_headers, self.response_body),
        }


class Traffic:
    def __init__(self, tell: Callable[[Json], None]) -> None:
        """``tell`` hears the summary of each record once it is finished."""
        self._records: deque[Record] = deque(maxlen=KEPT)
        self._tell = tell
        self._next = 1

    def open(self, direction: str, kind: str, name: str, at: float, **fields: Any) -> Record:
        """Begin a record; ``close`` it when the answer is known."""
        record = Record(self._next, at, direction, kind, name, **fields)
        self._next += 1
        self._records.append(record)
        return record

    def close(self, record: Record) -> None:
        self._tell(record.summary())

    def clear(self) -> None:
        self._records.clear()

    def find(self, record_id: int) -> Record | None:
        return next((r for r in reversed(self._records) if r.id == record_id), None)

    def list(
        self, after: int = 0, limit: int = 200, name: str | None = None, refused: bool = False
    ) -> list[Record]:
        """Oldest first, the newest ``limit`` of those that fit."""
        found: list[Record] = []
        for record in reversed(self._records):
            if record.id <= after or len(found) >= limit:
                break
            if (name is None or record.name == name) and (not refused or record.error is not None):
                found.append(record)
        found.reverse()
        return found


def shown_headers(headers: Iterable[tuple[bytes, bytes]] | Iterable[tuple[str, str]]) -> Headers:
    """Header lines for the record, tokens shortened: somebody may have given the bot a real one."""
    lines: Headers = []
    for name, value in headers:
        text_name = name.decode("latin-1") if isinstance(name, bytes) else name
        text_value = value.decode("latin-1") if isinstance(value, bytes) else value
        lines.append((text_name, shortened(text_value)))
    return lines


def shortened(text: str) -> str:
    return _TOKEN.sub(lambda found: f"{found.group(1)}-…", text)


def _side(headers: Headers, body: str) -> Json:
    return {"headers": [list(line) for line in headers], "body": body, "json": parsed(headers, body)}


def parsed(headers: Headers, body: str) -> Any:
    """The body as data: JSON, or a form's fields with their JSON parsed; None if it is neither."""
    kind = next((value for name, value in headers if name.lower() == "content-type"), "")
    if "x-www-form-urlencoded" in kind:
        return {name: _maybe_json(value) for name, value in parse_qsl(body, keep_blank_values=True)}
    try:
        return read_json(body) if body else None
    except ValueError:
        return None


def _maybe_json(value: str) -> Any:
    if value[:1] in ("{", "["):
        try:
            return read_json(value)
        except ValueError:
            return value
    return value
