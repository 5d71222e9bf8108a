"""A recorded workspace: what a seed's ``[recording]`` names, with its times moved so that it has just happened.

A seed names two files beside it: ``workspace`` is ours, ``operation`` is the bot's own and only handed to it. Both are
moved by the same number of whole days, so that every message is still the one the bot knows, and nobody works by night.
"""

import json
import lzma
import re
import tomllib
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sandbox.partners.parcels import SEED_FILE

Json = dict[str, Any]

SECONDS_A_DAY = 86_400

ADDRESS = "http://127.0.0.1:0"
"""Stands in a recording wherever a workspace names its own address."""

# Each begins with a literal where it can: a search runs through megabytes many times faster so.
_DATE = re.compile(r"20\d\d-\d\d-\d\d(?=[T ]\d\d:\d\d)")
_SECONDS = re.compile(r"1(?<!\d1)\d{9}(?=\.\d{6}(?!\d)|\^)")
_READ_BY_PEOPLE = re.compile(r"[A-Z][a-z]{2} (\d\d [A-Z][a-z]{2})(?= \d\d:\d\d)")


class RecordingError(Exception):
    """The recording cannot be used; the text says why."""


@dataclass(frozen=True, slots=True)
class Recording:
    """One that was found, and by how many days it is moved."""

    operation: Path
    """What the bot is to be filled with."""
    days: int
    partners: Json
    last_id: int
    _workspace: str

    def workspace(self, address: str) -> Json:
        """As ``saving`` writes it, reached at ``address``; each time a fresh one."""
        built: Json = json.loads(self._workspace.replace(ADDRESS, address))
        return built


def of(seed: Json, now: float) -> Recording | None:
    """The recording that a seed names, moved so that its end lies within the last 24 hours. Raises RecordingError."""
    files = seed.get("recording")
    return _opened(Path(files["workspace"]), Path(files["operation"]), now) if files else None


def _opened(workspace: Path, operation: Path, now: float) -> Recording:
    try:
        text = lzma.decompress(workspace.read_bytes()).decode()
    except (OSError, lzma.LZMAError) as error:
        raise RecordingError(f"{workspace} cannot be read: {error}.") from None
    head, _, body = text.partition("\n")
    try:
        ends = datetime.fromisoformat(json.loads(head)["ends"])
    except (KeyError, TypeError, ValueError) as error:
        raise RecordingError(f"{workspace} is no recording: {error!r}.") from None
    days = (datetime.fromtimestamp(now, UTC) - ends).days
    facts = json.loads(moved(head, days, ends))
    partners = _as_seeded(facts["partners"], ends + timedelta(days=days))
    return Recording(operation, days, partners, int(facts["last_id"]), moved(body, days, ends))


def _as_seeded(partners: Json, ends: datetime) -> Json:
    """Parcels that had no part in it were seeded by the recorder's own clock, after its end: they are seeded anew."""
    with SEED_FILE.open("rb") as file:
        seeded = {(one["number"], one["service"]): one for one in tomllib.load(file)["parcels"]}
    parcels = [
        seeded.get((one["number"], one["service"]), one)
        if datetime.fromisoformat(one["moments"][-1]) > ends
        else one
        for one in partners["dhl"]["parcels"]
    ]
    return {**partners, "dhl": {**partners["dhl"], "parcels": parcels}}


def moved(text: str, days: int, ends: datetime) -> str:
    """JSON with every time in it moved: ISO times, Slack's ``ts`` and ``<!date^…>``, and days as people read them.

    ``ends`` says of which year a day without one is.
    """
    by = timedelta(days=days)

    def iso(found: re.Match[str]) -> str:
        return (date.fromisoformat(found.group()) + by).isoformat()

    def seconds(found: re.Match[str]) -> str:
        return str(int(found.group()) + days * SECONDS_A_DAY)

    def named(found: re.Match[str]) -> str:
        day = datetime.strptime(f"{found.group(1)} {ends.year}", "%d %b %Y").replace(tzinfo=UTC)
        return f"{day + by:%a %d %b}"

    return _READ_BY_PEOPLE.sub(named, _SECONDS.sub(seconds, _DATE.sub(iso, text)))
