"""What goes wrong with a partner on purpose: switches, on for so many calls or for a time."""

import itertools
from dataclasses import asdict, dataclass
from typing import Any, Final

from sandbox.reading import check_fields

Json = dict[str, Any]

FAULTS: Final = {
    "quota": "429 as when the day's calls are used up; retry_after adds the header",
    "bad_key": "401 as with a wrong key",
    "server_error": "a 5xx problem; status chooses which (500)",
    "not_json": "200 with a page of HTML",
    "empty": "200 without a body",
    "slow": "the right answer, seconds later (30)",
    "reset": "the connection is reset without an answer",
}
"""Every fault, and what the asker gets."""


@dataclass(slots=True, kw_only=True)
class Switch:
    id: int
    fault: str
    number: str | None = None
    """Only calls for this tracking number; None means all."""
    status: int = 500
    retry_after: int | None = None
    seconds: float = 30
    times: int | None = None
    for_seconds: float | None = None
    hits: int = 0
    ends_at: float | None = None

    def shown(self) -> Json:
        return asdict(self)


class Switches:
    def __init__(self) -> None:
        self._ids = itertools.count(1)
        self._on: list[Switch] = []

    def add(self, wanted: Json, now: float) -> Switch:
        """Raises ValueError with a sentence where ``wanted`` is no switch."""
        given = {name: value for name, value in wanted.items() if value is not None}
        check_fields(given, {"fault": "a string", "number": "a string"})
        if given.get("fault") not in FAULTS:
            faults = "; ".join(f"{name}: {what}" for name, what in FAULTS.items())
            raise ValueError(f"`fault` must be one of these. {faults}.")
        known = {"fault", "number", "status", "retry_after", "seconds", "times", "for_seconds"}
        if unknown := given.keys() - known:
            raise ValueError(
                f"A switch has no {', '.join(sorted(unknown))}; it has {', '.join(sorted(known))}."
            )
        for name in ("status", "retry_after", "seconds", "times", "for_seconds"):
            value = given.get(name, 1)
            if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
                raise ValueError(f"`{name}` must be a number above 0, not {value!r}.")
        switch = Switch(id=next(self._ids), **given)
        if switch.for_seconds is not None:
            switch.ends_at = now + switch.for_seconds
        self._on.append(switch)
        return switch

    def hit(self, number: str, now: float) -> Switch | None:
        """The first switch that is on for a call about ``number``; counts the call."""
        self._drop_ended(now)
        for switch in self._on:
            if switch.number in (None, number):
                switch.hits += 1
                if switch.times is not None and switch.hits >= switch.times:
                    self._on.remove(switch)
                return switch
        return None

    def remove(self, switch_id: int | None = None) -> bool:
        """One, or all. False if there was none of that id."""
        left = [] if switch_id is None else [switch for switch in self._on if switch.id != switch_id]
        gone = switch_id is None or len(left) < len(self._on)
        self._on = left
        return gone

    def shown(self, now: float) -> list[Json]:
        self._drop_ended(now)
        return [switch.shown() for switch in self._on]

    def _drop_ended(self, now: float) -> None:
        self._on = [switch for switch in self._on if switch.ends_at is None or switch.ends_at > now]
