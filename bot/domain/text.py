"""What people type, as Slack hands it over, turned back into what they typed."""

import re

from bot.domain.identifiers.links import looks_like_a_link

_LINK = re.compile(r"<((?:https?|mailto|tel):[^|<>\s]+)(?:\|([^<>]*))?>")
_PERSON = re.compile(r"<[@#]([A-Z0-9]+)(?:\|([^<>]*))?>")


def as_typed(text: str) -> str:
    """Undo Slack's encoding: ``<url|label>``, ``<@U…|name>``, ``<#C…|name>``, and the three entities, in this order.

    Everything else stays to the letter (docs.slack.dev/messaging/formatting-message-text).
    """
    text = _LINK.sub(_link, text)
    text = _PERSON.sub(lambda match: match[0][1] + (match[2] or match[1]), text)
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def links_apart(text: str) -> str:
    """Slack's ``<url|label>`` as the address and, where it is no address too, what is shown in its place."""
    return _LINK.sub(_address_and_label, text)


def _address_and_label(match: re.Match[str]) -> str:
    url, label = match[1], match[2]
    if not label or _link(match) == label or looks_like_a_link(label):
        return match[0]
    return f"<{url}> {label}"


def _link(match: re.Match[str]) -> str:
    """The label where it is the address as somebody typed it (``example.com`` for ``http://example.com``)."""
    url, label = match[1], match[2]
    return label if label and url.partition(":")[2].lstrip("/").rstrip("/") == label.rstrip("/") else url


_PHONE = str.maketrans({"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "—": "--", "–": "--"})


def plain_punctuation(text: str) -> str:
    """A phone's curly quotes and long dashes as the keyboard has them. For reading options, never for storing."""
    return text.translate(_PHONE)


def shortened(text: str, limit: int) -> str:
    """``text`` with at most ``limit`` characters, cut at a word where one ends near, with an ellipsis."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    head, space, tail = cut.rpartition(" ")
    return (head if space and len(tail) < 30 else cut).rstrip() + "…"


def in_parts(text: str, limit: int) -> list[str]:
    """``text`` whole, in parts of at most ``limit`` characters, each cut after a word where one ends near."""
    parts = []
    while len(text) > limit:
        space = text.rfind(" ", max(0, limit - 30), limit)
        end = space + 1 if space > 0 else limit
        parts.append(text[:end])
        text = text[end:]
    return [*parts, text] if text else parts
