"""What does not have the shape that is asked for, in sentences."""

from collections.abc import Mapping
from typing import Any

from bot.domain.api_keys import RED_IS_FOR_PEOPLE
from bot.domain.markings import Tlp

LONGEST_QUOTE = 40

NO_TEXT = "“{name}” holds a character that is no text."
TOO_LONG = "“{name}” is too long: at most {max_length} are taken."
UNKNOWN = "“{input}” is no {name} known here. Choose one of {expected}."
NO_OBJECT = "This must be a JSON object."

SENTENCES = {
    "missing": "“{name}” is missing.",
    "extra_forbidden": "There is no field “{name}” here.",
    "string_type": "“{name}” must be a text.",
    "string_too_short": "“{name}” is empty.",
    "string_too_long": TOO_LONG,
    "too_long": TOO_LONG,
    "string_pattern_mismatch": NO_TEXT,
    "string_unicode": NO_TEXT,
    "bool_type": "“{name}” must be true or false.",
    "list_type": "“{name}” must be a list of texts.",
    "enum": UNKNOWN,
    "literal_error": UNKNOWN,
    "model_attributes_type": NO_OBJECT,
}
"""By pydantic's names for mistakes (docs.pydantic.dev/latest/errors/validation_errors)."""


def sentence(mistake: Mapping[str, Any]) -> str:
    """One of pydantic's mistakes as people read it."""
    name, given = str(mistake["loc"][-1])[:LONGEST_QUOTE], str(mistake["input"])[:LONGEST_QUOTE]
    if (name, given) == ("tlp", Tlp.RED):
        return RED_IS_FOR_PEOPLE
    template = SENTENCES.get(mistake["type"])
    if template is None:
        return f"“{name}”: {mistake['msg']}."
    return template.format_map({**(mistake.get("ctx") or {}), "name": name, "input": given})
