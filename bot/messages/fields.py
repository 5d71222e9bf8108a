"""Fields that several forms have."""

from bot.domain.markings import Tlp
from bot.messages.blocks import Block, field_input, option

BY_DEFAULT = "default"
"""Chosen where nobody says who may know: as the flagger's organisation usually marks."""


def marking_field(chosen: str, hint: str | None = None) -> Block:
    """Who may know of a flag; ``chosen``: a marking's value, or BY_DEFAULT."""
    options = {BY_DEFAULT: option("As my organisation usually does", BY_DEFAULT)}
    options |= {tlp.value: option(tlp.label, tlp.value) for tlp in Tlp}
    select = {
        "type": "static_select",
        "options": list(options.values()),
        "initial_option": options[chosen],
    }
    return field_input("tlp", "Who may know?", select, hint=hint)
