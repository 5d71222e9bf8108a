"""Parcels on their journey, as the carrier's stand-in knows them. No HTTP, no clock of its own."""

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

Json = dict[str, Any]
Times = Literal["naive", "zoned", "utc", "date"]

SEED_FILE: Final = Path(__file__).parent.parent / "seeds" / "parcels.toml"

SERVICES: Final = (
    "dgf",
    "dsc",
    "ecommerce",
    "ecommerce-apac",
    "ecommerce-europe",
    "ecommerce-ppl",
    "ecommerce-iberia",
    "express",
    "freight",
    "parcel-de",
    "parcel-nl",
    "parcel-pl",
    "parcel-uk",
    "post-de",
    "post-international",
    "sameday",
    "svb",
)
"""The units of the carrier that its contract names."""

CODES: Final = ("pre-transit", "transit", "delivered", "failure", "unknown")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    locality: str
    country: str
    zone: str
    servicing: str | None = None
    postal: str | None = None
    region: str | None = None
    street: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One event of a journey, ``hours`` after the one before it."""

    at: str
    code: str
    status: str
    hours: float = 0
    description: str | None = None
    remark: str | None = None
    next_steps: str | None = None


@dataclass(slots=True, kw_only=True)
class Parcel:
    """A parcel, the steps it will take, and the moments (UTC) of those it has taken."""

    number: str
    service: str
    product: str
    origin: str
    destination: str
    shipper: str
    receiver: tuple[str, str]
    steps: list[Step]
    moments: list[datetime]
    pieces: int = 1
    kilograms: float = 1.0
    references: tuple[tuple[str, str, str], ...] = ()
    also_at: tuple[str, ...] = ()
    times: Times = "naive"
    returned: bool = False
    bare_number: bool = False
    """Its ``id`` comes as a JSON number, as the carrier has been seen to send it."""
    one_reference: bool = False
    """Its ``references`` come as one object instead of an array, as in older answers."""

    @property
    def happened(self) -> list[tuple[Step, datetime]]:
        """Oldest first."""
        return list(zip(self.steps, self.moments, strict=False))

    def move_step(self, now: datetime) -> bool:
        """The next event happens now, but never before the last. False at the end of the journey."""
        if len(self.moments) == len(self.steps):
            return False
        self.moments.append(max(now, self.moments[-1] + timedelta(seconds=1)))
        return True

    def move_day(self, now: datetime) -> None:
        """All that the next 24 hours would bring happens now, a minute apart; at least one event."""
        ahead = self.steps[len(self.moments) :]
        hours, due = 0.0, 0
        for step in ahead:
            hours += step.hours
            if due and hours > 24:
                break
            due += 1
        for left in reversed(range(due)):
            self.move_step(now - timedelta(minutes=left))

    def add_event(self, step: Step, now: datetime) -> None:
        """Something the journey did not foresee happens now; the rest of the journey follows later."""
        self.steps.insert(len(self.moments), step)
        self.move_step(now)

    def saved(self) -> Json:
        return {**asdict(self), "moments": [moment.isoformat() for moment in self.moments]}


@dataclass(frozen=True, slots=True)
class World:
    """What a seed holds: the places by name, and the parcels."""

    places: Mapping[str, Place]
    parcels: list[Parcel] = field(default_factory=list)


def written(moment: datetime, place: Place, times: Times) -> str:
    """A moment as a service of the carrier writes it: the time of the place, with or without its zone."""
    local = moment.astimezone(ZoneInfo(place.zone))
    match times:
        case "naive":
            return local.replace(tzinfo=None).isoformat(timespec="seconds")
        case "zoned":
            return local.isoformat(timespec="seconds")
        case "utc":
            return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        case "date":
            return local.date().isoformat()


def read_parcel(seeded: Mapping[str, Any], places: Mapping[str, Place], now: datetime) -> Parcel:
    """A parcel of a seed or of the control API. Raises ValueError with a sentence where it cannot be one."""
    given = dict(seeded)
    happened, hours_ago = int(given.pop("happened", 1)), float(given.pop("hours_ago", 1))
    moments = given.pop("moments", None)
    try:
        steps = [Step(**step) for step in given.pop("steps")]
        given["receiver"] = tuple(given["receiver"])
        given["references"] = tuple(tuple(one) for one in given.get("references", ()))
        given["also_at"] = tuple(given.get("also_at", ()))
        parcel = Parcel(steps=steps, moments=[], **given)
    except (KeyError, TypeError) as error:
        raise ValueError(f"This is no parcel: {error}.") from error
    if not 1 <= happened <= len(steps):
        raise ValueError(f"{parcel.number} has {len(steps)} steps; 1 to all of them can have happened.")
    if moments is not None:
        parcel.moments = [datetime.fromisoformat(moment) for moment in moments]
    else:
        parcel.moments = _past(steps, happened, now - timedelta(hours=hours_ago))
    _check(parcel, places)
    return parcel


def _past(steps: list[Step], happened: int, newest: datetime) -> list[datetime]:
    """The moments of the first ``happened`` steps, counted back from the newest of them."""
    moments = [newest.replace(microsecond=0)]
    for step in reversed(steps[1:happened]):
        moments.insert(0, moments[0] - timedelta(hours=step.hours))
    return moments


def _check(parcel: Parcel, places: Mapping[str, Place]) -> None:
    if parcel.service not in SERVICES:
        raise ValueError(f"There is no service {parcel.service!r}; there are {', '.join(SERVICES)}.")
    for name in (parcel.origin, parcel.destination, *(step.at for step in parcel.steps)):
        if name not in places:
            raise ValueError(f"There is no place {name!r}; there are {', '.join(places)}.")
    for step in parcel.steps:
        if step.code not in CODES:
            raise ValueError(f"There is no code {step.code!r}; there are {', '.join(CODES)}.")


def read_world(seed: Mapping[str, Any], now: datetime) -> World:
    """The parcels of a seed; where it has none, those of ``seeds/parcels.toml``, whose places are always there."""
    with SEED_FILE.open("rb") as file:
        default = tomllib.load(file)
    places = {name: Place(**place) for name, place in {**default["places"], **seed.get("places", {})}.items()}
    seeded = seed.get("parcels", default["parcels"])
    return World(places, [read_parcel(parcel, places, now) for parcel in seeded])
