"""Fields that several forms have."""

from bot.domain.markings import Pap, Tlp
from bot.messages.blocks import Block, field_input, field_value, option

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


def pap_field(chosen: Pap) -> Block:
    """What may be done with it (PAP)."""
    options = {pap: option(f"{pap.label} · {_PAP_WORDS[pap]}", pap.value) for pap in Pap}
    select = {
        "type": "static_select",
        "options": list(options.values()),
        "initial_option": options[chosen],
    }
    return field_input("pap", "What may be done?", select)


_PAP_WORDS = {
    Pap.CLEAR: "whatever helps",
    Pap.GREEN: "test buys and takedowns too",
    Pap.AMBER: "look-ups, no test buy",
    Pap.RED: "nothing it could notice: no look-up",
}


def read_pap_field(view: Block) -> Pap:
    """What was chosen there; a form without the field limits nothing."""
    value = field_value(view, "pap")
    return Pap(value) if value in set(Pap) else Pap.CLEAR
