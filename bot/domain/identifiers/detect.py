"""From what someone typed, pasted or scanned to what it means."""

from __future__ import annotations

import re
from itertools import islice

from bot.domain.errors import InvalidIdentifier
from bot.domain.identifiers.amazon_links import is_amazon, read_amazon_link
from bot.domain.identifiers.cleaning import plain, unwrapped
from bot.domain.identifiers.links import Link, read_link
from bot.domain.identifiers.marketplaces import read_marketplace_link, read_typed
from bot.domain.identifiers.numbers import read_number
from bot.domain.identifiers.ranking import Candidate, Check, ranked
from bot.domain.identifiers.refusals import refusal
from bot.domain.identifiers.running_text import Found, scan
from bot.domain.identifiers.tracking_links import is_tracking, read_tracking_link
from bot.domain.identifiers.web import is_shortened, read_site
from bot.domain.subjects import SubjectKind

LONGEST_IDENTIFIER = 2_000
"""Longer than any link that browsers pass on; a text beyond it is no identifier."""


def candidates(text: str, kind: SubjectKind | None = None) -> tuple[Candidate, ...]:
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


def _labelled(typed: str, kind: SubjectKind | None, whole: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
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


def _only(found: tuple[Candidate, ...], kind: SubjectKind | None) -> tuple[Candidate, ...]:
    return found if kind is None else tuple([each for each in found if each.subject.kind is kind])


def read_any_link(link: Link, kind: SubjectKind | None = None) -> list[tuple[Candidate, ...]]:
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


def find_identifiers(text: str) -> tuple[tuple[Candidate, ...], ...]:
    """Every identifier in free text, in the order in which they stand there, each with its ranked readings.

    Stricter than `candidates`: what may as well be a telephone number, a price, a date or a word is left out.
    The same thing named twice is given once.
    """
    found = [each.readings for each in find_in(plain(text))]
    if len(found) < 2:
        return tuple(found)
    once: dict[str, tuple[Candidate, ...]] = {}
    for readings in found:
        once.setdefault(readings[0].subject.key, readings)
    return tuple(once.values())


def split_identifier(text: str) -> tuple[str, str]:
    """The identifier that a line starts with, as typed, and the words after it, untouched.

    `33 1881 0025 fake earbuds` → (`33 1881 0025`, `fake earbuds`). Where none is recognised, the first word, or
    what stands in quotes, is taken for it: `identify` will say what is wrong with it.
    """
    text = text.strip()
    if text[:1] in _QUOTES and (closing := text.find(_QUOTES[text[0]], 1)) > 0:
        return text[1:closing].strip(), text[closing + 1 :].strip()
    ends = [word.end() for word in islice(_WORD.finditer(text), _MOST_WORDS)] or [0]
    # What is found stands in the plain form of the text, which may be longer or shorter than the text itself.
    beginnings = [plain(text[:end]) for end in ends]
    first = next(iter(find_in(beginnings[-1])), None)
    end = ends[0]
    if first and (first.start == 0 or _is_a_label(beginnings[-1], first.start)):
        end = next((end for end, words in zip(ends, beginnings, strict=True) if len(words) >= first.end), end)
    return text[:end], text[end:].strip()


_QUOTES = {'"': '"', "'": "'", "“": "”", "„": "“", "«": "»", "‘": "’"}
_WORD = re.compile(r"\S+")
_MOST_WORDS = 14
_LABEL = re.compile(
    r"(?:(?:tracking|track|number|nr|no|num|id|code|awb|mawb|hawb|waybill|parcel|package|shipment|container|seller"
    r"|storefront|merchant|listing|asin|order|dhl|express|ups|usps|fedex|ground|amazon)?[\s.:#=()\[\]-]*)*",
    re.IGNORECASE,
)


def identify(kind: SubjectKind, text: str) -> Candidate:
    """The best reading of that kind.

    Raises `InvalidIdentifier` with a sentence that says what is wrong and what it looks like when right.
    """
    found = candidates(text, kind)
    if not found:
        raise InvalidIdentifier(refusal(kind, text, candidates))
    return found[0]
