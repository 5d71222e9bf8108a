"""Flagging what stands in a message: what was found in it, and the form to tick it in."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.domain.errors import InvalidInput
from bot.domain.flags import FlagDraft
from bot.domain.identifiers import Candidate, Check, find_identifiers
from bot.domain.markings import Marking, read_tlp
from bot.domain.text import as_typed, shortened
from bot.messages.blocks import (
    Block,
    Message,
    button,
    chosen_values,
    escape,
    field_input,
    field_value,
    modal,
    option,
    section,
)
from bot.messages.fields import BY_DEFAULT, marking_field
from bot.messages.flag_form import LONGEST_WORDS
from bot.messages.flags import FLAG_ANYWAY

FLAG_MESSAGE = "flag.message"
FOUND_FORM = "flag.found"
MOST_FOUND = 10
"""Options of a group of checkboxes (docs.slack.dev/reference/block-kit/block-elements/checkboxes-element)."""

_TEXTS = frozenset({"text", "url", "fallback", "pretext", "title", "title_link", "from_url", "value"})
_ADDRESS = re.compile(r"https://[\w.-]+/archives/[A-Z0-9]+/p\d+")


@dataclass(frozen=True, slots=True)
class FoundForm:
    """What was ticked, and what is said of it."""

    draft_ids: tuple[str, ...]
    words: str
    marking: Marking | None
    source: str
    """The message's address; empty where it has none."""
    response_url: str

    def completed(self, draft: FlagDraft) -> FlagDraft:
        """The kept draft with what the form says."""
        details = replace(draft.details, source=self.source)
        return replace(draft, words=self.words, marking=self.marking, details=details)


def identifiers_in(message: Block) -> tuple[Candidate, ...]:
    """Everything that can be flagged in a message: its text, its blocks, its attachments and their links."""
    found: dict[str, Candidate] = {}
    for text in _texts({name: message.get(name) for name in ("text", "blocks", "attachments")}):
        for readings in find_identifiers(as_typed(text)):
            found.setdefault(readings[0].subject.key, readings[0])
    return tuple(found.values())[:MOST_FOUND]


def _texts(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        for name, value in part.items():
            if isinstance(value, str) and name in _TEXTS:
                yield value
            else:
                yield from _texts(value)
    elif isinstance(part, list):
        for each in part:
            yield from _texts(each)


NOTHING_FOUND_IN_IT = Message(
    "I find nothing in this message that can be flagged: no tracking number, no seller, no listing.",
    [
        section(
            "I find *nothing* in this message *that can be flagged*: no tracking number, no seller, no listing.\n"
            "If you see one, type `/flag` and what it is."
        )
    ],
)


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that was recognised, and the id of the draft by which it can be flagged."""

    draft_id: str
    label: str
    why: str


def recognised(choices: Sequence[Choice]) -> Message:
    """The answer to somebody who wrote to the bot."""
    if not choices:
        return NOTHING_RECOGNISED
    rows = [
        section(f"*{escape(each.label, 200)}*\n{escape(each.why, 300)}")
        | {"accessory": button("Flag this", FLAG_ANYWAY, each.draft_id)}
        for each in choices
    ]
    labels = ", ".join(escape(each.label, 80) for each in choices)
    lead = "Your message goes with it, as the reason. Nothing is stored yet."
    return Message(f"I recognise {labels}.", [section(f"*I recognise this.* {lead}"), *rows])


NOTHING_RECOGNISED = Message(
    "I recognise no tracking number, seller or listing in this. Type /flag help for what I understand.",
    [
        section(
            "I recognise *no tracking number, seller or listing* in this.\n"
            "Write me a number or a link, or type `/flag help` for what I understand."
        )
    ],
)


def found_form(choices: Sequence[tuple[Candidate, str]], message: Block, response_url: str) -> Block:
    """The form; each choice with its draft's id. What fits is ticked already."""
    options = [(candidate, _option(candidate, draft_id)) for candidate, draft_id in choices]
    ticked = [each for candidate, each in options if candidate.check is not Check.FAILED]
    boxes: Block = {"type": "checkboxes", "options": [each for _, each in options]}
    said = shortened(as_typed(str(message.get("text") or "")), LONGEST_WORDS)
    words: Block = {"type": "plain_text_input", "multiline": True, "max_length": LONGEST_WORDS}
    metadata = {"response_url": response_url, "source": str(message.get("permalink") or "")}
    return modal(
        FOUND_FORM,
        "Flag this",
        [
            field_input(
                "found", "What is to be flagged?", boxes | ({"initial_options": ticked} if ticked else {})
            ),
            field_input(
                "words",
                "What looks wrong?",
                words | ({"initial_value": said} if said else {}),
                optional=True,
                hint="These words go to everyone who may know of the flag.",
            ),
            marking_field(BY_DEFAULT),
        ],
        submit="Flag",
        metadata=json.dumps(metadata),
    )


def read_found_form(view: Block) -> FoundForm:
    """The submitted form. Raises :class:`InvalidInput` with the field it belongs to."""
    metadata = json.loads(view["private_metadata"])
    draft_ids = chosen_values(view, "found")
    if not draft_ids:
        raise InvalidInput("Tick what is to be flagged.", "found")
    chosen = field_value(view, "tlp") or BY_DEFAULT
    source = metadata["source"] if _ADDRESS.fullmatch(metadata["source"]) else ""
    return FoundForm(
        draft_ids=tuple(sorted(draft_ids)),
        words=(field_value(view, "words") or "").strip(),
        marking=None if chosen == BY_DEFAULT else Marking(read_tlp(chosen)),
        source=source,
        response_url=metadata["response_url"],
    )


def _option(candidate: Candidate, draft_id: str) -> Block:
    made = option(candidate.subject.label, draft_id)
    if candidate.check is Check.FAILED:
        made["description"] = {"type": "plain_text", "text": shortened(candidate.why, 75), "emoji": False}
    return made
