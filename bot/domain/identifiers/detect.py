"""From what someone typed, pasted or scanned to what it means."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from bot.domain.errors import InvalidIdentifier
from bot.domain.identifiers.amazon_links import is_amazon, read_amazon_link
from bot.domain.identifiers.cleaning import plain, unwrapped
from bot.domain.identifiers.links import Link, read_link
from bot.domain.identifiers.marketplaces import read_marketplace_link, read_typed
from bot.domain.identifiers.numbers import read_number
from bot.domain.identifiers.ranking import Candidate, Check, ranked
from bot.domain.identifiers.refusals import names_several, refusal, refusal_of_anything
from bot.domain.identifiers.running_text import Found, Readings, scan
from bot.domain.identifiers.tracking_links import is_tracking, read_tracking_link
from bot.domain.identifiers.web import is_shortened, read_site
from bot.domain.subjects import SubjectKind

LONGEST_IDENTIFIER = 2_000
"""Longer than any link that browsers pass on; a text beyond it is no identifier."""


def candidates(text: str, kind: SubjectKind | None = None) -> Readings:
    """Every reading of one identifier as it was typed, best first; with `kind`, only readings of that kind.

    Takes numbers with any separators, quotes and label brackets around them, `Tracking no. 3318810025`, links of
    marketplaces and of tracking pages, defanged ones too, and `ebay:name`. Never raises.
    """
    if len(text) > LONGEST_IDENTIFIER:
        return ()
    if text.isalnum() and text.isascii():
        return read_number(text, kind)
    typed = unwrapped(plain(text))
    if kind in (None, SubjectKind.SELLER, SubjectKind.LISTING) and (named := read_typed(typed, kind)):
        return ranked(_only(tuple(named), kind))
    link = read_link(typed.partition("|")[0]) if "." in typed else None
    if link:
        readings = read_any_link(link, kind)
        return _only(readings[0], kind) if readings else ()
    whole = read_number(typed, kind)
    if typed.isalnum() or (whole and whole[0].check is Check.PASSED):
        return whole
    return _labelled(typed, kind, whole)


def _labelled(typed: str, kind: SubjectKind | None, whole: Readings) -> Readings:
    """The one identifier among other words, as labels and lists have it: `AWB: 020-81140743`.

    The words may spell something together with the number (AWB02081140743 has a seller's shape), unless they are
    a known label's.
    """
    found = [each for each in find_in(typed) if _only(each.readings, kind)]
    if len({each.readings[0].subject.key for each in found}) != 1 or (
        whole and not _is_a_label(typed, found[0].start)
    ):
        return whole
    return _only(found[0].readings, kind)


def _is_a_label(text: str, end: int) -> bool:
    return end > 0 and _LABEL.fullmatch(text, 0, end) is not None


def _only(found: Readings, kind: SubjectKind | None) -> Readings:
    return found if kind is None else tuple([each for each in found if each.subject.kind is kind])


def read_any_link(link: Link, kind: SubjectKind | None = None) -> list[Readings]:
    """What a link points to, each with its ranked readings.

    An address on a site that no rule knows counts only where the person said that it is a seller or a listing.
    """
    if is_tracking(link):
        return read_tracking_link(link)
    found = read_amazon_link(link) if is_amazon(link) else read_marketplace_link(link)
    if found is None and kind in (SubjectKind.SELLER, SubjectKind.LISTING) and not is_shortened(link):
        found = read_site(link, kind)
    return [ranked(found)] if found else []


def find_in(text: str) -> list[Found]:
    """Every identifier in plain text with the place where it stands."""
    return scan(text, read_any_link)


def find_identifiers(text: str) -> tuple[Readings, ...]:
    """Every identifier in free text, in the order in which they stand there, each with its ranked readings.

    Stricter than `candidates`: what may as well be a telephone number, a price, a date or a word is left out.
    The same thing named twice is given once.
    """
    return _once([each.readings for each in find_in(plain(text))])


def _once(found: Sequence[Readings]) -> tuple[Readings, ...]:
    if len(found) < 2:
        return tuple(found)
    once: dict[str, Readings] = {}
    for readings in found:
        once.setdefault(readings[0].subject.key, readings)
    return tuple(once.values())


@dataclass(frozen=True, slots=True)
class Head:
    """What a line starts with."""

    typed: str
    """The identifiers, to the letter."""
    things: tuple[Readings, ...]
    """Each thing that is named there with its ranked readings; empty where none was recognised."""
    words: str
    """The rest of the line, to the letter."""


def read_head(text: str, kind: SubjectKind | None = None) -> Head:
    """The identifiers that a line starts with, and the words after them; with `kind`, only those of that kind.

    `33 1881 0025, 7777777770 fake earbuds` → two parcels and `fake earbuds`. Where none is recognised, the first word,
    or what stands in quotes, is taken for one: `refusal` will say what is wrong with it.
    """
    text = text.strip()
    if text[:1] in _QUOTES and (closing := text.find(_QUOTES[text[0]], 1)) > 0:
        typed, words = text[1:closing].strip(), text[closing + 1 :].strip()
        return Head(typed, things_in(typed, kind), words)
    things, end, words_at = _beginning(text, kind)
    typed, words = text[:end], text[words_at:].strip()
    return Head(typed, _several_or_one(things, typed, kind), words)


def split_identifier(text: str) -> tuple[str, str]:
    """What a line starts with, as typed, and the words after it."""
    head = read_head(text)
    return head.typed, head.words


def things_in(text: str, kind: SubjectKind | None = None) -> tuple[Readings, ...]:
    """Each thing that is named where one was expected: one, as `candidates` reads it, or several side by side."""
    if len(text) > LONGEST_IDENTIFIER or (text.isalnum() and text.isascii()):
        return _alone(text, kind)
    typed = unwrapped(text)
    things, end, _ = _beginning(typed, kind)
    return _several_or_one(things if end == len(typed) else (), text, kind)


def _several_or_one(
    things: tuple[Readings, ...], typed: str, kind: SubjectKind | None
) -> tuple[Readings, ...]:
    """Several, unless all together are one number whose check digit is right, and each by itself is not."""
    if len(things) < 2:
        return _alone(typed, kind) or things
    whole = read_number(unwrapped(plain(typed)), kind)
    is_one = bool(whole) and whole[0].check is Check.PASSED
    return (whole,) if is_one and any(each[0].check is not Check.PASSED for each in things) else things


def _alone(text: str, kind: SubjectKind | None) -> tuple[Readings, ...]:
    readings = candidates(text, kind)
    return (readings,) if readings else ()


def _beginning(text: str, kind: SubjectKind | None) -> tuple[tuple[Readings, ...], int, int]:
    """What a text starts with, where that ends, and where the words begin."""
    words = [word.end() for word in islice(_WORD.finditer(text), _MOST_WORDS)] or [0]
    while True:
        line = plain(text[: words[-1]])
        row = _row(line, find_in(line), kind)
        # Where all that was looked at is one row, it may go on.
        if not row or len(line) > row[-1].end or words[-1] == len(text):
            break
        words = [word.end() for word in islice(_WORD.finditer(text), 4 * len(words))]
    if not row:
        return (), words[0], words[0]
    return _once([each.readings for each in row]), *_ends_at(text, line, words, row[-1].end)


def _row(line: str, found: list[Found], kind: SubjectKind | None) -> list[Found]:
    """Those of what was found that stand at the beginning, side by side."""
    row: list[Found] = []
    for each in found:
        readings = _only(each.readings, kind) or candidates(line[each.start : each.end], kind)
        if not readings or not _goes_on(line, row, each):
            break
        row.append(each._replace(readings=readings))
    return row


def _goes_on(line: str, row: list[Found], found: Found) -> bool:
    """Whether it stands at the line's beginning, behind a label perhaps, or right behind what stands there."""
    if not row:
        return found.start == 0 or _is_a_label(line, found.start)
    if found.start == row[-1].start:  # a link may hold several
        return True
    return _BETWEEN.fullmatch(line, row[-1].end, found.start) is not None


def _ends_at(text: str, line: str, words: list[int], end: int) -> tuple[int, int]:
    """Where in the text an end in its plain form is, and where words begin that may hang on it: `3318810025,fake`."""
    word = next((at for at in words if len(plain(text[:at])) >= end), words[-1])
    at = end
    if text[:word] != line[:word]:  # the plain form may be longer or shorter than the text itself
        at = bisect_left(range(word), end, key=lambda at: len(plain(text[:at])))
    hanging = _HANGING.match(text, at, word)
    return (at, hanging.end()) if hanging else (word, word)


_QUOTES = {'"': '"', "'": "'", "“": "”", "„": "“", "«": "»", "‘": "’"}
_WORD = re.compile(r"\S+")
_MOST_WORDS = 14
_BETWEEN = re.compile(r"(?:[\s,;:·•+|/&<>()\[\]\"'`*“”„.-]|\band\b)*+", re.IGNORECASE)
_HANGING = re.compile(r"(?:[^\w\s'’\"“”(\[{<]|_)*+(?=[(\[{<]?[^\W_])")
# One word or one sign at a time, and no way back: there is one way alone to read any of it.
_LABEL = re.compile(
    r"(?:[\s.:#=<>()\[\]\"'`*•·|“„-]|\d{1,2}[.)](?=\s)|00(?=\s)|j(?=\))|tracking|track|number|nr|no|num|id|code|awb|mawb|hawb|waybill|parcel|package|shipment|container"
    r"|sendungsnummer|sendung|paket|bestellnummer|token|isbn-10|isbn|seller|storefront|merchant|listing|asin|order|dhl|express|ups|usps|fedex|ground|amazon)*+",
    re.IGNORECASE,
)


def identify(kind: SubjectKind, text: str) -> Candidate:
    """The best reading of that kind.

    Raises `InvalidIdentifier` with a sentence that says what is wrong and what it looks like when right.
    """
    return read_one(kind, text)[0]


def read_one(kind: SubjectKind, text: str) -> Readings:
    """The ranked readings, of that kind, of the one thing that is named. Raises `InvalidIdentifier` as `identify` does."""
    things = things_in(text, kind)
    if len(things) > 1:
        raise InvalidIdentifier(names_several(things))
    if not things:
        raise InvalidIdentifier(refusal(kind, text, candidates))
    return things[0]


def why_not(text: str, hint: str) -> str:
    """What is wrong with an identifier of which nobody said what it is, and where nothing can be told, what to do."""
    return refusal_of_anything(text, candidates, hint)
