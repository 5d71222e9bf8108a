"""Traffic Light Protocol 2.0 (FIRST, August 2022): how far a piece of information may travel."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.domain.errors import InvalidInput
from bot.domain.people import Person


class Tlp(StrEnum):
    """The five labels, from the widest to the strictest. The label is never translated."""

    CLEAR = "clear"
    GREEN = "green"
    AMBER = "amber"
    AMBER_STRICT = "amber+strict"
    RED = "red"

    @property
    def label(self) -> str:
        """As it stands on a message: ``TLP:AMBER+STRICT``."""
        return f"TLP:{self.value.upper()}"

    @property
    def is_shared(self) -> bool:
        """Whether every organisation of the operation may see what carries it (our community, in TLP's words)."""
        return self in (Tlp.CLEAR, Tlp.GREEN)


ORDER = tuple(Tlp)


@dataclass(frozen=True, slots=True)
class Marking:
    """A label and whom its owner has released the thing to."""

    tlp: Tlp
    releases: frozenset[str] = frozenset()
    """Keys of the organisations that an AMBER thing is released to, besides its owner's."""
    people: frozenset[Person] = frozenset()
    """Those named, besides its author, who may see a RED thing."""
    apart: bool = field(default=False, compare=False)
    """Of a part of a case: it was marked by itself, stricter than its case, and does not go along with the case's marking."""


def for_both(one: Marking, other: Marking) -> Marking:
    """One label's marking for all whom either of two lets know."""
    return Marking(one.tlp, one.releases | other.releases, one.people | other.people)


def strictest(first: Tlp, *others: Tlp) -> Tlp:
    """The strictest of any number of labels."""
    return max([first, *others], key=ORDER.index)


def read_tlp(text: str) -> Tlp:
    """A label as people type it: any case, with or without ``TLP:``; WHITE is CLEAR's old name."""
    word = text.strip().lower().removeprefix("tlp:").strip().replace("_", "+").replace(" ", "+")
    if word == "white":
        return Tlp.CLEAR
    try:
        return Tlp(word)
    except ValueError:
        known = ", ".join(tlp.value for tlp in Tlp)
        raise InvalidInput(
            f"“{text.strip()[:40]}” is not a marking. The markings are {known}.", "tlp"
        ) from None


def stored_tlp(text: str | None) -> Tlp:
    """A label out of storage; one that cannot be read counts as the strictest, so that nothing leaks by a typo."""
    try:
        return Tlp(text or "")
    except ValueError:
        return Tlp.RED


class Pap(StrEnum):
    """Permissible Actions Protocol (MISP taxonomy): what may be done with a piece of information.

    RED: nothing that its subject could notice; here, no look-up at any partner's API.
    """

    CLEAR = "clear"
    GREEN = "green"
    AMBER = "amber"
    RED = "red"

    @property
    def label(self) -> str:
        """As it stands on a message: ``PAP:RED``."""
        return f"PAP:{self.value.upper()}"


def read_pap(text: str) -> Pap:
    """A label as people type it."""
    word = text.strip().lower().removeprefix("pap:").strip()
    try:
        return Pap("clear" if word == "white" else word)
    except ValueError:
        known = ", ".join(Pap)
        raise InvalidInput(f"“{text.strip()[:40]}” is no PAP label. They are {known}.", "pap") from None


def stored_pap(text: str | None) -> Pap:
    """A label out of storage; one that cannot be read forbids the most."""
    try:
        return Pap(text or "")
    except ValueError:
        return Pap.RED


def labels(marking: Marking, pap: Pap, names: Mapping[str, str]) -> str:
    """What a case is marked, in words: ``TLP:AMBER, released to DHL, PAP:RED``."""
    released = ", ".join(names.get(key, key) for key in sorted(marking.releases))
    parts = [marking.tlp.label, f"released to {released}" if released else ""]
    return ", ".join(filter(None, [*parts, pap.label if pap is not Pap.CLEAR else ""]))


def strictest_pap(first: Pap, second: Pap) -> Pap:
    """The stricter of two labels."""
    return max(first, second, key=tuple(Pap).index)
