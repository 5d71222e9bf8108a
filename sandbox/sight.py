"""What somebody sees in a message, a modal or the Home tab: its words as shown, and its buttons and fields by name."""

import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sandbox.elements import walk
from sandbox.state import Json

_MARKUP = re.compile(r"<(?P<sign>[@#!]?)(?P<target>[^|>]*)(?:\|(?P<label>[^>]*))?>")


@dataclass(frozen=True, slots=True)
class Seen:
    """A message, a modal, the Home tab, or the dialog that asks once more."""

    raw: Json
    """As the control API shows it."""
    text: str
    """All words, as a person reads them: mentions by name, links by label, dates as their fallback."""
    names: Json = field(default_factory=dict, repr=False)

    @property
    def ts(self) -> str:
        return str(self.raw["ts"])

    @property
    def channel(self) -> str:
        return str(self.raw["channel"])

    @property
    def blocks(self) -> list[Json]:
        return list(all_blocks(self.raw))

    @property
    def only_visible_to(self) -> str | None:
        shown: str | None = self.raw.get("only_visible_to")
        return shown

    @property
    def where(self) -> Json:
        """How the control API is told where something is done."""
        if "ts" in self.raw:
            return {"channel": self.raw["channel"], "ts": self.raw["ts"]}
        return {"view_id": self.raw["id"]}

    @property
    def title(self) -> str:
        return str(self.raw.get("title", {}).get("text", ""))

    @property
    def errors(self) -> dict[str, str]:
        """What stands in red below fields: block_id → sentence."""
        return dict(self.raw.get("errors", {}))

    @property
    def buttons(self) -> list[str]:
        return [element["text"]["text"] for _, element in walk(self.blocks) if element["type"] == "button"]

    def shows(self, wanted: str | re.Pattern[str]) -> bool:
        if isinstance(wanted, re.Pattern):
            return wanted.search(self.text) is not None
        return wanted in self.text or plain(wanted) in plain(self.text)

    def element(self, name: str) -> tuple[Json, Json] | None:
        """(block, element) of a button by its text, of a field by its label or placeholder, of either by an id."""
        found = list(walk(self.blocks))
        for matches in (_by_words, _by_id):
            for block, element in found:
                if matches(block, element, name):
                    return block, element
        return None

    def option(self, text: str) -> tuple[Json, Json] | None:
        """(block, element) of the first element that has such an option."""
        for block, element in walk(self.blocks):
            if any(text in (o.get("value"), o["text"]["text"]) for o in options_of(element)):
                return block, element
        return None


def see(raw: Json, names: Json) -> Seen:
    """``names``: user, channel and user group ids → what is shown for them."""
    words = list(_words(raw))
    return Seen(raw, "\n".join(shown(word, names) for word in words if word), names)


def shown(text: str, names: Json) -> str:
    """Mrkdwn as a reader sees it, formatting signs left standing."""

    def label(found: re.Match[str]) -> str:
        sign, target, named = found["sign"], found["target"], found["label"]
        if sign in ("@", "#"):
            return f"{sign}{names.get(target) or named or target}"
        if sign == "!":
            return str(named) if named else f"@{target.split('^')[0]}"
        return str(named or target)

    return html.unescape(_MARKUP.sub(label, text))


def plain(text: str) -> str:
    """Without the signs of bold, italics, strikes and code, and with single spaces."""
    return re.sub(r"\s+", " ", re.sub(r"[*_~`]", "", text))


def options_of(element: Json) -> list[Json]:
    return [*element.get("options", []), *(o for g in element.get("option_groups", []) for o in g["options"])]


def all_blocks(raw: Json) -> Iterator[Json]:
    yield from raw.get("blocks", [])
    for attachment in raw.get("attachments", []):
        yield from attachment.get("blocks", [])


def _words(raw: Json) -> Iterator[str]:
    """Blocks if there are any, else the text; a modal's title and buttons; attachments."""
    for part in ("title", "submit", "close"):
        if isinstance(raw.get(part), dict):
            yield raw[part]["text"]
    yield from (str(sentence) for sentence in raw.get("errors", {}).values())
    if not raw.get("blocks"):
        yield raw.get("text", "") if isinstance(raw.get("text"), str) else ""
    for block in raw.get("blocks", []):
        yield from _in_part(block)
    for attachment in raw.get("attachments", []):
        for part in ("pretext", "author_name", "title", "text", "footer"):
            if isinstance(attachment.get(part), str):
                yield attachment[part]
        for block in attachment.get("blocks", []):
            yield from _in_part(block)
    yield from (file.get("title", "") for file in raw.get("files", []))


_NOT_SHOWN = {
    "block_id",
    "action_id",
    "type",
    "value",
    "url",
    "image_url",
    "style",
    "confirm",
    "initial_option",
}


def _in_part(part: Any) -> Iterator[str]:
    if isinstance(part, list):
        for item in part:
            yield from _in_part(item)
    elif isinstance(part, dict):
        if part.get("type") in ("rich_text_section", "rich_text_quote", "rich_text_preformatted"):
            yield "".join(_rich(element) for element in part.get("elements", []))
            return
        for key, item in part.items():
            if key in ("text", "alt_text", "fallback") and isinstance(item, str):
                yield item
            elif key not in _NOT_SHOWN:
                yield from _in_part(item)


_RICH: dict[str, Callable[[Json], str]] = {
    "text": lambda element: html.escape(element["text"], quote=False),
    "link": lambda element: f"<{element['url']}|{element.get('text') or element['url']}>",
    "user": lambda element: f"<@{element['user_id']}>",
    "usergroup": lambda element: f"<@{element['usergroup_id']}>",
    "channel": lambda element: f"<#{element['channel_id']}>",
    "broadcast": lambda element: f"@{element['range']}",
    "emoji": lambda element: f":{element['name']}:",
    "date": lambda element: str(element.get("fallback", "")),
}
"""Elements of rich text, as mrkdwn."""


def _rich(element: Json) -> str:
    form = _RICH.get(element["type"])
    return form(element) if form else ""


def _by_words(block: Json, element: Json, name: str) -> bool:
    words = {block["label"]["text"]} if block["type"] == "input" else set()
    words |= {element[key]["text"] for key in ("text", "placeholder") if isinstance(element.get(key), dict)}
    if block["type"] == "section" and "text" in block:
        words.add(plain(block["text"]["text"]))
    return name in words


def _by_id(block: Json, element: Json, name: str) -> bool:
    return name in (block.get("block_id"), element.get("action_id"))
