"""The few Block Kit pieces this bot speaks in, with Slack's limits and escaping in one place.

Plain dictionaries: the SDK's classes do not check what matters (docs.slack.dev/reference/block-kit/blocks).
Every text is ``verbatim``, so that nothing somebody typed becomes a link, a mention or a channel.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from bot.domain.disclosures import Shown
from bot.domain.identifiers import defanged_in
from bot.domain.people import Person
from bot.domain.text import shortened

Block = dict[str, Any]

SECTION_LIMIT = 3000
HEADER_LIMIT = 150
BLOCKS_LIMIT = 50
TEXT_LIMIT = 11_000
"""All the text of a message's blocks together. Slack says nowhere how much it takes: 11,341 characters were refused with
``msg_blocks_too_long`` (github.com/slackapi/bolt-js/issues/2867)."""

FALLBACK_LIMIT = 3000
SPOKEN_LIMIT = 75
BUTTON_LIMIT = 75
LABEL_LIMIT = 75


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent: ``text`` is what a notification and a screen reader get, and says all that matters."""

    text: str
    blocks: list[Block] = field(default_factory=list)
    shows: tuple[Shown, ...] = ()
    """Which cases it shows, for the register of what was shown."""

    @property
    def content(self) -> dict[str, Any]:
        """As keyword arguments for Slack's methods."""
        return {"text": _cut(self.text, FALLBACK_LIMIT), "blocks": _within_limit(self.blocks[:BLOCKS_LIMIT])}


def escape(text: str, limit: int | None = None) -> str:
    """Somebody's text, harmless in mrkdwn (docs.slack.dev/messaging/formatting-message-text).

    Links in it are shown so that nobody follows one by accident: whoever runs a shop sees who visits it. What was typed
    stays stored to the letter. With ``limit`` it is shortened, so that no more characters than that come out.
    """
    text = defanged_in(text)
    kept = text if limit is None else shortened(text, limit)
    made = _escaped(kept)
    while limit is not None and len(made) > limit:
        # One sign becomes five at most: this takes away no more than must go.
        kept = shortened(kept, len(kept) - max(1, (len(made) - limit) // LONGEST_SIGN))
        made = _escaped(kept)
    return made


LONGEST_SIGN = len("&amp;")


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


_BROKEN_SIGN = re.compile(r"(?:&[a-z]{0,3}|<[^<>]*)…\Z")


def _cut(text: str, limit: int) -> str:
    """Ready mrkdwn with at most ``limit`` characters, never cut inside ``&amp;`` or ``<@U…>``: last resort."""
    cut = shortened(text, limit)
    return text if cut == text else _BROKEN_SIGN.sub("…", cut)


def length(part: Any) -> int:
    """How many characters stand in the texts of blocks."""
    if isinstance(part, dict):
        return sum(len(v) if k == "text" and isinstance(v, str) else length(v) for k, v in part.items())
    return sum(map(length, part)) if isinstance(part, list) else 0


def _within_limit(blocks: list[Block]) -> list[Block]:
    """The blocks with the longest sections shortened until Slack takes them all: last resort."""
    while (over := length(blocks) - TEXT_LIMIT) > 0:
        longest = max((block for block in blocks if block["type"] == "section"), key=length)
        text = longest["text"]["text"]
        shorter = longest | {"text": mrkdwn(_cut(text, max(len(text) - over, len(text) // 2)))}
        blocks = [shorter if block is longest else block for block in blocks]
    return blocks


def quoted(text: str, limit: int = 600) -> str:
    """Somebody's words as a block quote, escaped and cut to what fits a phone."""
    return "\n".join(f"> {line}" for line in escape(text, limit).splitlines())


def quoted_in_full(text: str, limit: int) -> list[str]:
    """The same in lines that :func:`sections` has room for, for a modal, where there is more of it than in a message."""
    return [f"> {part}" for line in escape(text, limit).splitlines() for part in _parts(line)]


_BEGUN_SIGN = re.compile(r"&[a-z]{0,3}\Z")


def _parts(line: str, limit: int = SECTION_LIMIT - 2) -> Iterator[str]:
    """An escaped line in parts that fit, cut after a word where there is one, and never inside ``&amp;``."""
    while len(line) > limit:
        end = line.rfind(" ", 0, limit) + 1 or len(_BEGUN_SIGN.sub("", line[:limit]))
        yield line[:end]
        line = line[end:]
    yield line


def mention(person: Person) -> str:
    """A person's name as Slack shows it; of an API key its own, which Slack does not know."""
    return f"API key {escape(person.slack_user)}" if person.is_api_key else f"<@{person.slack_user}>"


def when(moment: datetime) -> str:
    """A moment in the reader's own zone; where a client cannot do that, in UTC and saying so."""
    moment = moment.astimezone(UTC)
    return f"<!date^{int(moment.timestamp())}^{{date_short_pretty}} {{time}}|{moment:%Y-%m-%d %H:%M} UTC>"


def ago(moment: datetime) -> str:
    """How long ago, kept true by the reader's client as time goes by; the fallback is the moment itself."""
    moment = moment.astimezone(UTC)
    return f"<!date^{int(moment.timestamp())}^{{ago}}|at {moment:%Y-%m-%d %H:%M} UTC>"


def mrkdwn(text: str) -> Block:
    return {"type": "mrkdwn", "text": _cut(text, SECTION_LIMIT), "verbatim": True}


def plain(text: str, limit: int = LABEL_LIMIT) -> Block:
    return {"type": "plain_text", "text": shortened(text, limit), "emoji": False}


def section(text: str) -> Block:
    return {"type": "section", "text": mrkdwn(text)}


def sections(lines: Iterable[str]) -> list[Block]:
    """Lines in as few sections as hold them all."""
    texts: list[str] = []
    for line in lines:
        if texts and len(texts[-1]) + 1 + len(line) <= SECTION_LIMIT:
            texts[-1] += f"\n{line}"
        else:
            texts.append(line)
    return [section(text) for text in texts]


def header(text: str) -> Block:
    return {"type": "header", "text": plain(text, HEADER_LIMIT)}


def context(text: str) -> Block:
    return {"type": "context", "elements": [mrkdwn(text)]}


def actions(buttons: list[Block]) -> list[Block]:
    """A row of buttons; no row where there is none."""
    return [{"type": "actions", "elements": buttons}] if buttons else []


def button(
    label: str,
    action: str,
    value: str,
    *,
    style: str | None = None,
    confirm: Block | None = None,
    about: str = "",
) -> Block:
    """A button. ``value`` tells what was clicked, never what may be done: that is checked at the click.

    ``about``: where several of the same stand in a list, what a screen reader says to tell them apart.
    """
    made: Block = {
        "type": "button",
        "text": plain(label, BUTTON_LIMIT),
        "action_id": action,
        "value": value,
    }
    spoken = shortened(f"{label}: {about}", SPOKEN_LIMIT) if about else ""
    more = (("style", style), ("confirm", confirm), ("accessibility_label", spoken))
    return made | {name: given for name, given in more if given}


def confirm(title: str, text: str, yes: str, no: str = "Cancel") -> Block:
    """The question that is asked before something that cannot simply be undone."""
    return {
        "title": plain(title, 100),
        "text": plain(text, 300),
        "confirm": plain(yes, 30),
        "deny": plain(no, 30),
        "style": "danger",
    }


def option(label: str, value: str) -> Block:
    return {"text": plain(label), "value": value}


def field_input(
    block_id: str, label: str, element: Block, *, optional: bool = False, hint: str | None = None
) -> Block:
    """A field of a form. Its element's action id is the block's id too: one name for one thing."""
    made: Block = {
        "type": "input",
        "block_id": block_id,
        "label": plain(label, 2000),
        "element": element | {"action_id": block_id},
        "optional": optional,
    }
    return made | ({"hint": plain(hint, 2000)} if hint else {})


def modal(
    callback: str, title: str, blocks: list[Block], *, submit: str | None = None, metadata: str = ""
) -> Block:
    """A form or a notice that opens over Slack."""
    made: Block = {
        "type": "modal",
        "callback_id": callback,
        "title": plain(title, 24),
        "close": plain("Cancel" if submit else "Close", 24),
        "blocks": blocks,
        "private_metadata": metadata,
    }
    return made | ({"submit": plain(submit, 24)} if submit else {})


def notice(title: str, blocks: list[Block]) -> Block:
    """A modal that only says something."""
    return modal("notice", title, blocks)


def chosen_values(view: Block, block_id: str) -> frozenset[str]:
    """What a field of several choices holds: the options' values, or user ids."""
    element = view["state"]["values"].get(block_id, {}).get(block_id, {})
    options = element.get("selected_options") or []
    return frozenset([option["value"] for option in options] + list(element.get("selected_users") or []))


def field_value(view: Block, block_id: str) -> str | None:
    """What a form's field holds: a text, or the value of the chosen option."""
    element = view["state"]["values"].get(block_id, {}).get(block_id, {})
    if "selected_option" in element:
        chosen = element["selected_option"]
        return str(chosen["value"]) if chosen else None
    value = element.get("value")
    return None if value is None else str(value)
