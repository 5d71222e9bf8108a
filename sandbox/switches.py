"""What goes wrong on purpose: faults that a tester turns on, once or for a time."""

import itertools
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from sandbox.clock import Clock
from sandbox.reading import check_fields
from sandbox.state import Json

API_FAULTS = ("error", "slow", "html", "empty", "nothing", "reset")
DELIVERY_FAULTS = ("twice", "lost_ack", "unreachable", "slow", "reconnect")
DELIVERIES = (
    "command",
    "event",
    "block_actions",
    "block_suggestion",
    "view_submission",
    "view_closed",
    "shortcut",
    "message_action",
)
"""Kinds of what the bot is sent."""

_FIELDS = {
    "error": "a string",
    "status": "a whole number",
    "retry_after": "a whole number",
    "seconds": "a number above 0",
    "carried_out": "true or false",
    "channel": "a string",
    "times": "a number above 0",
    "for_seconds": "a number above 0",
}


@dataclass(slots=True)
class Switch:
    """``on`` a method, ``*``, ``response_url``, ``files``, or ``deliver:<kind>``; README says what each fault does."""

    id: int
    on: str
    fault: str
    error: str = "internal_error"
    status: int = 200
    retry_after: int | None = None
    seconds: float | None = None
    carried_out: bool = False
    channel: str | None = None
    times: int | None = None
    for_seconds: float | None = None
    hits: int = 0
    ends_at: float | None = None

    def shown(self) -> Json:
        return asdict(self)


class Switches:
    def __init__(self, clock: Clock, used: Callable[[], None] = lambda: None) -> None:
        """``used`` hears that a switch was hit: it may be gone."""
        self._clock, self._used = clock, used
        self._ids = itertools.count(1)
        self._on: list[Switch] = []

    def add(self, wanted: Json) -> Switch:
        """Raises ValueError with a sentence if ``wanted`` is no switch."""
        check_fields(wanted, {"on": "a string", "fault": "a string"})
        on, fault = str(wanted.get("on", "")), str(wanted.get("fault", ""))
        faults = DELIVERY_FAULTS if on.startswith("deliver:") else API_FAULTS
        if not on:
            raise ValueError(
                "A switch needs `on`: a method of the Web API, `*`, `response_url`, `files` or `deliver:<kind>`."
            )
        if fault not in faults:
            raise ValueError(f"`fault` on `{on}` must be one of {', '.join(faults)}, not {fault!r}.")
        known = _FIELDS.keys()
        if unknown := set(wanted) - known - {"on", "fault", "id", "hits"}:
            raise ValueError(
                f"A switch has no {', '.join(sorted(unknown))}; it has {', '.join(sorted(known))}."
            )
        fields: dict[str, Any] = {
            name: value for name, value in wanted.items() if name in known and value is not None
        }
        check_fields(fields, _FIELDS)
        switch = Switch(next(self._ids), on, fault, **fields)
        if switch.for_seconds is not None:
            switch.ends_at = self._clock.now() + switch.for_seconds
        self._on.append(switch)
        return switch

    def hit(self, *names: str, channel: str | None = None) -> Switch | None:
        """The first switch that is on for any of ``names``; counts it."""
        self._drop_ended()
        for switch in self._on:
            if switch.on in names and switch.channel in (None, channel):
                switch.hits += 1
                if switch.times is not None and switch.hits >= switch.times:
                    self._on.remove(switch)
                self._used()
                return switch
        return None

    def remove(self, switch_id: int | None = None) -> None:
        self._on = [] if switch_id is None else [s for s in self._on if s.id != switch_id]

    def shown(self) -> list[Json]:
        self._drop_ended()
        return [switch.shown() for switch in self._on]

    def _drop_ended(self) -> None:
        if self._on:
            now = self._clock.now()
            self._on = [s for s in self._on if s.ends_at is None or s.ends_at > now]
