"""The words in which the table of block rules is written: what a field may hold.

They are values without behaviour; ``walk.py`` reads them.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeAlias

from sandbox.rules.verdict import Problem

Surface: TypeAlias = Literal["M", "V", "H", "U"]
"""Where blocks are shown: a message, a modal view, a Home tab, an unfurl."""

EVERYWHERE: Final = "MVHU"
NOWHERE: Final = ""


@dataclass(frozen=True, slots=True)
class String:
    """A bare string of ``least`` to ``most`` characters, perhaps one of ``words``, perhaps of a ``form``."""

    least: int = 0
    most: int | None = None
    words: tuple[str, ...] = ()
    form: str | None = None
    """A name in ``walk.FORMS``: uri, https, date, time, zone, colour."""


@dataclass(frozen=True, slots=True)
class Integer:
    least: int | None = None
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Number:
    above: float | None = None
    """The number must be greater than this one."""


@dataclass(frozen=True, slots=True)
class Boolean:
    pass


@dataclass(frozen=True, slots=True)
class Text:
    """A text object with at most ``most`` characters."""

    most: int
    formats: tuple[str, ...] = ("plain_text", "mrkdwn")


@dataclass(frozen=True, slots=True)
class One:
    """One object of a group of the table, of one of the types named."""

    group: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Many:
    """An array of ``least`` to ``most`` items; ``gaps`` allows null between them."""

    of: "Kind"
    least: int = 0
    most: int | None = None
    gaps: bool = False


Kind: TypeAlias = String | Integer | Number | Boolean | Text | One | Many


Bond: TypeAlias = Callable[[dict[str, Any], str], Iterator[Problem]]
"""A rule between the fields of one object, asked only once each field alone is right; see ``bonds.py``."""


@dataclass(frozen=True, slots=True)
class Shape:
    """One type of block, element or object."""

    page: str
    """The page of Slack's documentation that decides, below ``docs.slack.dev/reference/``."""

    must: Mapping[str, Kind] = field(default_factory=dict)
    may: Mapping[str, Kind] = field(default_factory=dict)
    on: str = EVERYWHERE
    """The surfaces that take it."""
    bonds: tuple[Bond, ...] = ()
    typed: bool = True
    """Whether objects of this shape carry their name in ``type``."""
