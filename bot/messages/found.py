"""Flagging what stands in a message: what was found in it, and the form to tick it in."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.domain.errors import InvalidInput
from bot.domain.flag_details import NOTHING_MORE
from bot.domain.flags import FlagDraft
from bot.domain.identifiers import Candidate, Check, find_identifiers, tie
from bot.domain.markings import Marking, Pap, read_tlp
from bot.domain.subjects import Subject, SubjectKind
from bot.domain.text import as_typed, links_apart, shortened
from bot.messages.blocks import (
    Block,
    Message,
    chosen_values,
    escape,
    field_input,
    field_value,
    modal,
    option,
    plain,
    section,
)
from bot.messages.fields import BY_DEFAULT, marking_field, pap_field, read_pap_field
from bot.messages.flag_form import LONGEST_WORDS
from bot.messages.flags import Thing, thing_blocks

FLAG_MESSAGE = "flag.message"
FOUND_FORM = "flag.found"
FOUND = "found"
IN_A_GROUP = 10
"""Options of a group of checkboxes (docs.slack.dev/reference/block-kit/block-elements/checkboxes-element)."""

MOST_FOUND = 5 * IN_A_GROUP

_TEXTS = frozenset(
    (
        *("text", "url", "fallback", "pretext", "title", "title_link", "from_url", "original_url"),
        *("author_name", "author_link", "footer", "alt_text"),
    )
)
_RUNS = frozenset({"rich_text_section", "rich_text_preformatted", "rich_text_quote"})
"""What a client shows as one text, whatever parts of it are bold or a link."""

_MARKED = re.compile(r"([*~`])([^*~`\n]+)\1")
_IN_A_NAME = re.compile(r"[._]+|-(?=[A-Za-z])|(?<=[A-Za-z])-")
"""What stands between words there."""
_ADDRESS = re.compile(r"https://[\w.-]+/archives/[A-Z0-9]+/p\d+")


@dataclass(frozen=True, slots=True)
class FoundForm:
    """What was ticked, and what is said of it."""

    subjects: tuple[Subject, ...]
    words: str
    marking: Marking | None
    pap: Pap
    source: str
    """The message's address; empty where it has none."""
    response_url: str

    def drafts(self) -> list[FlagDraft]:
        """The flags that it says."""
        details = replace(NOTHING_MORE, source=self.source)
        return [FlagDraft(subject, self.words, self.marking, self.pap, details) for subject in self.subjects]


def identifiers_in(message: Block) -> tuple[tuple[Candidate, ...], ...]:
    """Everything that can be flagged in a message: its text, its blocks, attachments and files, and their links.

    Each thing with the readings that are as good as each other, mostly one.
    """
    found: dict[str, tuple[Candidate, ...]] = {}
    for text in _texts_of(message):
        for readings in find_identifiers(text):
            found.setdefault(readings[0].subject.key, tie(readings))
    return tuple(found.values())


def _texts_of(message: Block) -> Iterator[str]:
    """Every text in which something may stand, as it is read: what is bold in it parts nothing."""
    for text in _texts({name: message.get(name) for name in ("text", "blocks", "attachments")}):
        yield _MARKED.sub(r"\2", as_typed(links_apart(text)))
    for file in message.get("files") or []:
        # A dot would make the whole name a web address.
        yield from (_IN_A_NAME.sub(" ", text) for text in _named(file, "title", "name"))
        yield from _named(file, "plain_text", "preview")


def _named(part: Any, *names: str) -> Iterator[str]:
    if isinstance(part, dict):
        yield from (part[name] for name in names if isinstance(part.get(name), str))


def _texts(part: Any) -> Iterator[str]:
    if isinstance(part, list):
        for each in part:
            yield from _texts(each)
    elif isinstance(part, dict) and part.get("type") in _RUNS:
        elements = part.get("elements") or []
        yield "".join(_shown(each) for each in elements)
        for each in elements:
            yield from _named(each, "url")
    elif isinstance(part, dict):
        for name, value in part.items():
            if isinstance(value, str) and (name in _TEXTS or (name == "value" and "text" not in part)):
                yield value
            else:
                yield from _texts(value)


def _shown(element: Any) -> str:
    """What a part of a run shows; whatever is no text stands between two."""
    return next(_named(element, "text"), "\n")


NOTHING_FOUND_IN_IT = Message(
    "I find nothing in this message that can be flagged: no tracking number, no seller, no listing.",
    [
        section(
            "I find *nothing* in this message *that can be flagged*: no tracking number, no seller, no listing.\n"
            "If you see one, type `/flag` and what it is."
        )
    ],
)


def recognised(things: Sequence[Thing], more: int = 0) -> Message:
    """The answer to somebody who wrote to the bot; ``more``: how many things are left out here."""
    if not things:
        return NOTHING_RECOGNISED
    labels = ", ".join(escape(thing[0].label, 80) for thing in things)
    lead = "Your message goes with it, as the reason. Nothing is stored yet."
    blocks = [section(f"*I recognise this.* {lead}"), *thing_blocks(things, more)]
    return Message(f"I recognise {labels}.", blocks)


NOTHING_RECOGNISED = Message(
    "I recognise no tracking number, seller or listing in this. Type /flag help for what I understand.",
    [
        section(
            "I recognise *no tracking number, seller or listing* in this.\n"
            "Write me a number or a link, or type `/flag help` for what I understand."
        )
    ],
)


RED_STANDS_IN_NO_MESSAGE = (
    "What is TLP:RED is flagged from no message. Type /flag and the same words instead."
)


def not_marked_so(sentence: str) -> Message:
    """The answer where it is not clear how a message is marked: it would be flagged to others than was meant."""
    safe = escape(sentence)
    return Message(safe, [section(f"{safe} Nothing is stored yet.")])


def found_form(things: Sequence[Sequence[Candidate]], message: Block, response_url: str) -> Block:
    """The form. Whatever leaves nothing to ask is ticked already; the options themselves say what is flagged."""
    shown = [(each, len(thing) > 1) for thing in things[:MOST_FOUND] for each in thing]
    groups = [shown[start : start + IN_A_GROUP] for start in range(0, len(shown), IN_A_GROUP)]
    said = shortened(as_typed(str(message.get("text") or "")), LONGEST_WORDS)
    words: Block = {"type": "plain_text_input", "multiline": True, "max_length": LONGEST_WORDS}
    metadata = {"response_url": response_url, "source": str(message.get("permalink") or "")}
    more = len(things) - MOST_FOUND
    left = f"{more} more stand in the message. Flag them by `/flag` and their numbers."
    return modal(
        FOUND_FORM,
        "Flag this",
        [
            *(_group(place, group, len(groups)) for place, group in enumerate(groups)),
            *([section(left)] if more > 0 else []),
            field_input(
                "words",
                "What looks wrong?",
                words | ({"initial_value": said} if said else {}),
                optional=True,
                hint="These words go to everyone who may know of the flag.",
            ),
            marking_field(BY_DEFAULT),
            pap_field(Pap.CLEAR),
        ],
        submit="Flag",
        metadata=json.dumps(metadata),
    )


def _group(place: int, found: Sequence[tuple[Candidate, bool]], groups: int) -> Block:
    options = [_option(candidate, tied=tied) for candidate, tied in found]
    ticked = [
        each
        for each, (candidate, tied) in zip(options, found, strict=True)
        if not tied and candidate.check is not Check.FAILED
    ]
    boxes: Block = {"type": "checkboxes", "options": options}
    return field_input(
        f"{FOUND}_{place}" if place else FOUND,
        f"And of these? ({place + 1} of {groups})" if place else "What is to be flagged?",
        boxes | ({"initial_options": ticked} if ticked else {}),
        optional=groups > 1,
    )


def read_found_form(view: Block) -> FoundForm:
    """The submitted form. Raises :class:`InvalidInput` with the field it belongs to."""
    metadata = json.loads(view["private_metadata"])
    groups = [name for name in view["state"]["values"] if name.startswith(FOUND)]
    chosen = [value for name in groups for value in sorted(chosen_values(view, name))]
    subjects = [subject for value in chosen if (subject := _subject(value))]
    if not subjects:
        raise InvalidInput("Tick what is to be flagged.", FOUND)
    tlp = field_value(view, "tlp") or BY_DEFAULT
    source = str(metadata.get("source") or "")
    return FoundForm(
        subjects=tuple(subjects),
        words=(field_value(view, "words") or "").strip(),
        marking=None if tlp == BY_DEFAULT else Marking(read_tlp(tlp)),
        pap=read_pap_field(view),
        source=source if _ADDRESS.fullmatch(source) else "",
        response_url=str(metadata.get("response_url") or ""),
    )


def _option(candidate: Candidate, *, tied: bool) -> Block:
    """Its value is the subject itself: nothing need be stored before the form opens."""
    subject = candidate.subject
    label = f"{subject.label} · {candidate.name}" if tied else subject.label
    value = json.dumps(
        [subject.kind, subject.scheme, subject.number, subject.platform], separators=(",", ":")
    )
    made = option(label, value)
    said = "It may be this or the other one: tick which you mean." if tied else candidate.why
    if tied or candidate.check is Check.FAILED:
        made["description"] = plain(said)
    return made


def _subject(value: str) -> Subject | None:
    try:
        kind, scheme, number, platform = json.loads(value)
        return Subject(SubjectKind(kind), str(scheme), str(number), platform and str(platform))
    except (ValueError, TypeError):
        return None
