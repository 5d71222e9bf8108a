"""From what people type, paste and scan to plain capital letters and digits."""

from __future__ import annotations

import re
import unicodedata

from bot.domain.identifiers.links import defanged_in

_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffc]"
)
_DASHES = re.compile("[\u2010-\u2015\u2212\ufe58\ufe63]")
_LABEL_BRACKETS = re.compile(r"\((00|420|\d{2})\)")
_SEPARATORS = re.compile(r"[\s\-._/·•]+")
_BETWEEN_GROUPS = re.compile(r"[\s\-._/·•,+]+")
_LONGEST_GROUP = 8
_WRAPPING = " \t\r\n\"'`´“”„‟‘’‚«»‹›<>()[]{}*_~.,;:!?#|"


def plain(text: str) -> str:
    """The same characters as a keyboard would have given them.

    Full-width letters and digits, digits of other scripts and typographic dashes become ASCII ones; invisible
    characters go.
    """
    if text.isascii():
        return text
    folded = _DASHES.sub("-", _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)))
    if folded.isascii():
        return folded
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() and not c.isascii() else c for c in folded)


def unwrapped(text: str) -> str:
    """Without the quotes, brackets and punctuation around it; a label's `(00)` at its start stays."""
    if text[:1] == "(" and _LABEL_BRACKETS.match(text):
        return text.rstrip(_WRAPPING)
    return text.strip(_WRAPPING)


def compact(text: str) -> str:
    """Capital letters and digits only, of plain text; the empty string where anything else remains."""
    if not text.isalnum():
        text = joined(text)
    return text.upper() if text.isascii() and text.isalnum() else ""


def joined(text: str) -> str:
    """Without the separators between groups and a label's brackets, in the case in which it was typed."""
    text = _LABEL_BRACKETS.sub(r"\1", text) if "(" in text else text
    if "," in text or "+" in text:
        # These stand between numbers too: they are taken away only where no group is a number by itself.
        groups = _BETWEEN_GROUPS.split(text)
        return "".join(groups) if len(max(groups, key=len)) <= _LONGEST_GROUP else text
    return _SEPARATORS.sub("", text)


def quoted(text: str, limit: int = 60) -> str:
    """What was typed, in quotes, its links defanged, on one line and no longer than `limit` characters."""
    printable = "".join(c if c.isprintable() else " " for c in text[: limit * 4])
    line = " ".join(defanged_in(printable).split())
    return f"“{line}”" if len(line) <= limit else f"“{line[: limit - 1].rstrip()}…”"
