"""The carrier's stand-in: DHL Shipment Tracking – Unified, pull, after its contract 1.5.8.

State and rules only; ``web.py`` puts them on the wire. Where the contract is silent (it knows 200 and 404 alone)
the answers follow what has been seen of the real service: problem details for 401 and 429, too.
"""

import re
import uuid
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from sandbox.partners.answers import shipment
from sandbox.partners.faults import Switch, Switches
from sandbox.partners.parcels import CODES, SERVICES, Json, Parcel, Step, read_parcel, read_world

KEY: Final = "sandbox-dhl-key"
CALLS_A_DAY: Final = 250
"""The initial service level; it starts anew at 00:00 GMT."""

CALLS_KEPT: Final = 500
MEASURES: Final = ("limit", "used", "calls", "seconds")


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: Json
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def media_type(self) -> str:
        return "application/problem+json" if "title" in self.body else "application/json"


def problem(status: int, title: str, detail: str, **more: Any) -> Answer:
    """An answer after the contract's schema ProblemDetail."""
    return Answer(status, {"title": title, "detail": detail, "status": status, **more})


TOO_MANY: Final = problem(
    429,
    "Too Many Requests",
    "Too many requests within defined time period, please try again later.",
)
UNAUTHORISED: Final = problem(401, "Unauthorized", "Unauthorized for given resource.")


@dataclass(slots=True)
class Limits:
    """The day's quota and the spike limit: ``calls`` within any ``seconds``."""

    limit: int = CALLS_A_DAY
    used: int = 0
    calls: int = 1
    seconds: float = 1.0
    enabled: bool = True
    day: str = ""
    recent: deque[float] = field(default_factory=deque)

    def admit(self, now: float) -> bool:
        """Counts a call in, or says no."""
        self.turn_day(now)
        if not self.enabled:
            self.used += 1
            return True
        while self.recent and self.recent[0] <= now - self.seconds:
            self.recent.popleft()
        if self.used >= self.limit or len(self.recent) >= self.calls:
            return False
        self.used += 1
        self.recent.append(now)
        return True

    def turn_day(self, now: float) -> None:
        today = datetime.fromtimestamp(now, UTC).date().isoformat()
        if self.day != today:
            self.day, self.used = today, self.used if not self.day else 0

    def shown(self, now: float) -> Json:
        self.turn_day(now)
        midnight = datetime.fromisoformat(self.day).replace(tzinfo=UTC) + timedelta(days=1)
        return {
            "limit": self.limit,
            "used": self.used,
            "left": max(0, self.limit - self.used),
            "resets_at": midnight.timestamp(),
            "calls": self.calls,
            "seconds": self.seconds,
            "enabled": self.enabled,
        }


class Dhl:
    """Parcels, quota, switches and the calls that came in. ``now`` gives Unix seconds."""

    def __init__(self, seed: Mapping[str, Any], now: Callable[[], float]) -> None:
        self._seed = dict(seed)
        self._now = now
        self.changed: Callable[[], None] = lambda: None
        self.reset()

    def reset(self, seed: Mapping[str, Any] | None = None) -> None:
        """Everything as seeded; from now on in ``seed``, if there is one."""
        self._seed = self._seed if seed is None else dict(seed)
        self._load(self._seed)

    def _load(self, seed: Mapping[str, Any]) -> None:
        world = read_world(seed, self.moment())
        self.key = str(seed.get("key", KEY))
        self.places, self.parcels = dict(world.places), world.parcels
        self.limits = Limits(**{name: seed[name] for name in (*MEASURES, "enabled", "day") if name in seed})
        self.switches = Switches()
        self.calls: deque[Json] = deque(maxlen=CALLS_KEPT)

    def saved(self) -> Json:
        """A seed that brings all this back (switches and calls are not kept)."""
        limits = {name: getattr(self.limits, name) for name in (*MEASURES, "enabled", "day")}
        return {"key": self.key, **limits, "parcels": [parcel.saved() for parcel in self.parcels]}

    def restore(self, saved: Mapping[str, Any]) -> None:
        self._load(saved)
        self.changed()

    def moment(self) -> datetime:
        return datetime.fromtimestamp(self._now(), UTC)

    def found(self, number: str, service: str | None = None) -> list[Parcel]:
        return [one for one in self.parcels if one.number == number and service in (None, one.service)]

    def fault(self, number: str) -> Switch | None:
        return self.switches.hit(number, self._now())

    # -------------------------------------------------------------------------------------------- what is asked

    def track(self, query: Mapping[str, str], headers: Mapping[str, str]) -> Answer:
        """``GET /shipments``; the key first, then the limits, then the question."""
        if headers.get("dhl-api-key") != self.key or "authorization" in headers:
            return UNAUTHORISED
        if not self.limits.admit(self._now()):
            return TOO_MANY
        number = query.get("trackingNumber", "")
        if not number:
            return problem(400, "Bad Request", "Required parameter 'trackingNumber' is not present.")
        service = query.get("service")
        if service is not None and service not in SERVICES:
            return problem(400, "Bad Request", f"Unknown value '{service}' of parameter 'service'.")
        try:
            offset, limit = int(query.get("offset", 0)), int(query.get("limit", 5))
        except ValueError:
            return problem(400, "Bad Request", "Parameters 'offset' and 'limit' must be numbers.")
        return self._page(number, service, query, max(0, offset), max(1, limit))

    def _page(
        self, number: str, service: str | None, query: Mapping[str, str], offset: int, limit: int
    ) -> Answer:
        parcels = self.found(number, service)
        shown = parcels[:1] if service is None else parcels
        page = shown[offset : offset + limit]
        if not page:
            says = "No shipment with given tracking number found."
            return problem(404, "No result found", says, instance=f"/shipment/{number}")
        elsewhere = [parcel.service for parcel in parcels if parcel not in shown] + list(page[0].also_at)
        link = "/track/shipments?" + urlencode({**query, "offset": offset, "limit": limit})
        body: Json = {
            **dict.fromkeys(("url", "firstUrl", "prevUrl", "nextUrl", "lastUrl"), link),
            "shipments": [shipment(parcel, self.places, query.get("recipientPostalCode")) for parcel in page],
            "possibleAdditionalShipmentsUrl": [
                "/track/shipments?" + urlencode({"trackingNumber": number, "service": other})
                for other in elsewhere
            ],
        }
        return Answer(200, body, {"Content-Language": "en"})

    def remember(self, query: Mapping[str, str], status: int | None, fault: str | None) -> str:
        """Notes a call (``status`` None: no answer went out) and gives its correlation id."""
        correlation = str(uuid.uuid4())
        call = {"at": self._now(), "query": dict(query), "status": status, "fault": fault}
        self.calls.append({**call, "correlation_id": correlation})
        self.changed()
        return correlation

    # -------------------------------------------------------------------------------------------- what is turned

    def add(self, wanted: Mapping[str, Any]) -> Parcel:
        """A parcel of one's own, whole or ``like`` another. Raises ValueError with a sentence."""
        given = dict(wanted)
        model = given.pop("like", None)
        if model is not None:
            models = self.found(str(model))
            if not models:
                raise ValueError(f"There is no parcel {model} to make another like.")
            given = {**models[0].saved(), "bare_number": False, **given}
            if "happened" in wanted or "hours_ago" in wanted:
                del given["moments"]
        number = str(given.get("number", ""))
        if not re.fullmatch(r"[0-9A-Z]{5,40}", number):
            raise ValueError("`number` must be 5 to 40 digits and capital letters.")
        parcel = read_parcel(given, self.places, self.moment())
        if self.found(number, parcel.service):
            raise ValueError(f"{parcel.service} already has a parcel {number}.")
        self.parcels.append(parcel)
        self.changed()
        return parcel

    def move(self, parcel: Parcel, by: str) -> int:
        """Moves a parcel on by a step, a day, or to its end; how many events happened."""
        now, before = self.moment(), len(parcel.moments)
        match by:
            case "step":
                parcel.move_step(now)
            case "day":
                parcel.move_day(now)
            case "end":
                while parcel.move_step(now):
                    pass
            case _:
                raise ValueError(f"A parcel moves `by` step, day or end, not {by!r}.")
        self.changed()
        return len(parcel.moments) - before

    def add_event(self, parcel: Parcel, wanted: Mapping[str, Any]) -> None:
        """Something unforeseen, now, where the parcel is. Raises ValueError with a sentence."""
        known = {"status", "code", "description", "remark", "next_steps", "at"}
        if unknown := wanted.keys() - known:
            raise ValueError(
                f"An event has no {', '.join(sorted(unknown))}; it has {', '.join(sorted(known))}."
            )
        if no_text := [name for name, value in wanted.items() if not isinstance(value, str)]:
            raise ValueError(f"Of an event, {', '.join(sorted(no_text))} must be text.")
        last = parcel.happened[-1][0]
        step = Step(**{"at": last.at, "code": last.code, "status": "", **wanted})
        if not step.status or step.code not in CODES or step.at not in self.places:
            places = ", ".join(self.places)
            raise ValueError(f"An event needs a status; code is one of {CODES}, at one of {places}.")
        parcel.add_event(step, self.moment())
        self.changed()

    def set_limits(self, wanted: Mapping[str, Any]) -> None:
        """Any of limit, used, calls, seconds, enabled. Raises ValueError with a sentence."""
        if unknown := wanted.keys() - {*MEASURES, "enabled"}:
            raise ValueError(
                f"There is no {', '.join(sorted(unknown))}; there are {', '.join(MEASURES)}, enabled."
            )
        for name, value in wanted.items():
            right = isinstance(value, bool) == (name == "enabled") and isinstance(value, int | float)
            if not right or value < 0:
                raise ValueError(f"`{name}` cannot be {value!r}.")
        for name, value in wanted.items():
            setattr(self.limits, name, value)
        self.changed()

    def add_switch(self, wanted: Json) -> Switch:
        """Raises ValueError with a sentence."""
        switch = self.switches.add(wanted, self._now())
        self.changed()
        return switch

    def shown(self) -> Json:
        now = self._now()
        return {
            "key": self.key,
            "limits": self.limits.shown(now),
            "switches": self.switches.shown(now),
            "parcels": [self.parcel_shown(parcel) for parcel in self.parcels],
            "calls": list(self.calls),
        }

    def parcel_shown(self, parcel: Parcel) -> Json:
        """As the carrier tells it to who knows the postal code, and how far its journey is."""
        code = self.places[parcel.destination].postal
        steps = {"happened": len(parcel.moments), "steps": len(parcel.steps)}
        coming = parcel.steps[len(parcel.moments)].status if len(parcel.moments) < len(parcel.steps) else None
        return {
            "number": parcel.number,
            "service": parcel.service,
            **steps,
            "next": coming,
            "shipment": shipment(parcel, self.places, code),
        }
