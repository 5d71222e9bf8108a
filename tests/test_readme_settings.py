"""The README's table of settings says what the program reads, with the defaults it has."""

import re
from pathlib import Path
from typing import Any

from bot.config import Settings

README = Path(__file__).parents[1] / "README.md"


def table() -> dict[str, str]:
    """Each setting of the table with its default as it is written there."""
    text = README.read_text(encoding="utf-8").partition("### Settings")[2].partition("\n## ")[0]
    found: dict[str, str] = {}
    for line in text.splitlines():
        if line.startswith("| `"):
            _, names, defaults, *_ = line.split("|")
            written = re.findall(r"`([^`]*)`", defaults)
            for place, name in enumerate(re.findall(r"`([A-Z_]+)`", names)):
                found[name] = written[place] if written else ""
    return found


def default_of(name: str) -> Any:
    default = Settings.model_fields[name.lower()].default
    return default.get_secret_value() if hasattr(default, "get_secret_value") else default


def test_it_names_every_setting_and_no_other() -> None:
    assert set(table()) == {name.upper() for name in Settings.model_fields}


def test_the_defaults_are_those_of_the_program() -> None:
    for name, written in table().items():
        assert written == str(default_of(name)).removesuffix(".0"), name
