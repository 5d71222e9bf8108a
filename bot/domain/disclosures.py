"""What was shown to whom: the entries of the register."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.markings import Tlp
from bot.domain.people import Person
from bot.domain.sharing import CaseView, Reader


@dataclass(frozen=True, slots=True)
class Shown:
    """What a message or a modal shows of one case."""

    case_id: int
    version: int
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Disclosure:
    """One showing: to a person, or to the organisations that read a channel."""

    at: datetime
    shown: Shown
    organisations: frozenset[str]
    person: Person | None
    channel: str
    through: str
    """By what: ``/case``, ``alert``, ``note``, ``digest``, the action's or form's name."""


def showing(reader: Reader, shown: Shown, through: str, now: datetime, channel: str = "") -> Disclosure:
    """A showing ``now``, to a person or in a channel."""
    return Disclosure(now, shown, reader.organisations, reader.person, channel, through)


def card_of(view: CaseView) -> Shown:
    """A card: everything, or of a TLP:RED case its reference alone."""
    return name_of(view) if view.tlp is Tlp.RED else all_of(view)


def all_of(view: CaseView) -> Shown:
    """An alert or a sheet: everything in the view."""
    return Shown(view.id, view.version, (*state_of(view).fields, "timeline"))


def state_of(view: CaseView) -> Shown:
    """An answer over HTTP: everything but the timeline."""
    flags = tuple(f"flag {flag.id}" for flag in view.flags)
    facts = tuple(f"{known.partner} fact" for known in view.partners if known.fact)
    return Shown(view.id, view.version, ("subject", "status", *flags, *facts, "ledger"))


def line_of(view: CaseView) -> Shown:
    """A line in a list or a digest."""
    facts = tuple(f"{known.partner} fact" for known in view.partners if known.fact)
    return Shown(view.id, view.version, ("subject", "status", "owner", *facts))


def name_of(view: CaseView) -> Shown:
    """A pointer: that there is a case of this reference."""
    return Shown(view.id, view.version, ("reference",))
