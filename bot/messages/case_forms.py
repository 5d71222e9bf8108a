"""The forms on a case's card, and their readers."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.cases import CHOOSABLE_REASONS, CloseReason
from bot.domain.errors import InvalidInput
from bot.domain.markings import Tlp, read_tlp
from bot.messages.blocks import (
    Block,
    chosen_values,
    field_input,
    field_value,
    modal,
    option,
    plain,
    section,
)

CLOSE_FORM = "case.close.form"
NOTE_FORM = "case.note.form"
MARK_FORM = "case.mark.form"


@dataclass(frozen=True, slots=True)
class CloseDraft:
    """What the form for closing a case says."""

    reference: str
    reason: CloseReason
    words: str
    response_url: str
    """Of the card that the form was opened from; it is brought up to date."""


def close_form(reference: str, response_url: str) -> Block:
    """The form that asks why, and thereby once more."""
    options = [option(reason.words, reason.value) for reason in CHOOSABLE_REASONS]
    reasons = {"type": "static_select", "options": options, "placeholder": plain("Choose a reason", 150)}
    words = {"type": "plain_text_input", "multiline": True, "max_length": 3000}
    return modal(
        CLOSE_FORM,
        "Close the case?",
        [
            section(f"*{reference}* is closed for everyone, and everyone who was told hears why."),
            field_input("reason", "Reason", reasons),
            field_input("words", "In your words", words, optional=True),
        ],
        submit="Close the case",
        metadata=json.dumps({"reference": reference, "response_url": response_url}),
    )


def read_close_form(view: Block) -> CloseDraft:
    """The submitted form. Only its values are taken from it; who may close is asked of the members' list."""
    metadata = json.loads(view["private_metadata"])
    chosen = field_value(view, "reason")
    if chosen not in {reason.value for reason in CHOOSABLE_REASONS}:
        raise InvalidInput("Choose a reason.", "reason")
    words = (field_value(view, "words") or "").strip()
    if chosen == CloseReason.OTHER and not words:
        raise InvalidInput("Say in a few words why.", "words")
    return CloseDraft(metadata["reference"], CloseReason(chosen), words, metadata["response_url"])


@dataclass(frozen=True, slots=True)
class NoteDraft:
    """What the form for a note says."""

    reference: str
    words: str
    tlp: Tlp | None
    """None: as the case is marked."""
    response_url: str


AS_THE_CASE = "case"


def note_form(reference: str, response_url: str) -> Block:
    """The form for a note."""
    options = [option("As the case is marked", AS_THE_CASE), *(option(tlp.label, tlp.value) for tlp in Tlp)]
    return modal(
        NOTE_FORM,
        "Add a note",
        [
            field_input("words", "Note", {"type": "plain_text_input", "multiline": True, "max_length": 3000}),
            field_input(
                "tlp",
                "Who may see it?",
                {"type": "static_select", "options": options, "initial_option": options[0]},
            ),
        ],
        submit="Add",
        metadata=json.dumps({"reference": reference, "response_url": response_url}),
    )


def read_note_form(view: Block) -> NoteDraft:
    """The submitted form."""
    metadata = json.loads(view["private_metadata"])
    words = (field_value(view, "words") or "").strip()
    if not words:
        raise InvalidInput("Write something.", "words")
    chosen = field_value(view, "tlp") or AS_THE_CASE
    tlp = None if chosen == AS_THE_CASE else read_tlp(chosen)
    return NoteDraft(metadata["reference"], words, tlp, metadata["response_url"])


@dataclass(frozen=True, slots=True)
class MarkDraft:
    """What the form for a case's marking says. The people are known by user id until their team is looked up."""

    reference: str
    tlp: Tlp
    releases: frozenset[str]
    users: frozenset[str]
    response_url: str


def mark_form(reference: str, organisations: Sequence[tuple[str, str]], response_url: str) -> Block:
    """The form for a case's marking; ``organisations`` are the others, key and name."""
    options = [option(tlp.label, tlp.value) for tlp in Tlp]
    releases = [option(name, key) for key, name in organisations]
    blocks = [
        section(f"Who may see *{reference}*? Those who may no longer see it find their alert taken back."),
        field_input(
            "tlp", "Marking", {"type": "static_select", "options": options, "placeholder": plain("Choose")}
        ),
    ]
    if releases:
        blocks.append(
            field_input(
                "release",
                "AMBER: released to",
                {"type": "multi_static_select", "options": releases, "placeholder": plain("Nobody else")},
                optional=True,
            )
        )
    people = {"type": "multi_users_select", "placeholder": plain("You alone")}
    blocks.append(field_input("people", "RED: these people", people, optional=True))
    metadata = json.dumps({"reference": reference, "response_url": response_url})
    return modal(MARK_FORM, "Marking", blocks, submit="Mark", metadata=metadata)


def read_mark_form(view: Block) -> MarkDraft:
    """The submitted form."""
    metadata = json.loads(view["private_metadata"])
    chosen = field_value(view, "tlp")
    if chosen is None:
        raise InvalidInput("Choose a marking.", "tlp")
    tlp, releases, users = read_tlp(chosen), chosen_values(view, "release"), chosen_values(view, "people")
    if releases and tlp is not Tlp.AMBER:
        raise InvalidInput(f"{tlp.label} is not released to single organisations.", "release")
    if users and tlp is not Tlp.RED:
        raise InvalidInput(f"{tlp.label} names no people.", "people")
    return MarkDraft(metadata["reference"], tlp, releases, users, metadata["response_url"])
