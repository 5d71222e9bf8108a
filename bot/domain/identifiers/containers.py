"""Freight containers by ISO 6346: `CSQU3054383`."""

from __future__ import annotations

import re

from bot.domain.identifiers import checks
from bot.domain.identifiers.ranking import Candidate
from bot.domain.identifiers.rules import Rule
from bot.domain.subjects import SubjectKind

CONTAINER = Rule(
    "iso6346",
    "container number",
    "an owner’s 3 letters, U, J or Z, and 7 digits",
    re.compile(r"([A-Z]{3}[UJZ]\d{7})"),
    checks.iso6346_container,
    kind=SubjectKind.CONTAINER,
)


def read_container(compact: str) -> list[Candidate]:
    """The reading of a compact number as a container's, if it has that shape."""
    candidate = CONTAINER.read(compact)
    return [candidate] if candidate else []
