"""Identifiers among other words: in messages, mails pasted into them, and lists.

Ten digits in a message may be a telephone number, and eleven letters a word. So what stands alone on a line of a
command is read generously (`detect.candidates`), and what stands in running text strictly, here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bot.domain.identifiers.cleaning import compact
from bot.domain.identifiers.containers import read_container
from bot.domain.identifiers.links import Link, read_link
from bot.domain.identifiers.marketplaces import read_typed
from bot.domain.identifiers.numbers import LONGEST, SHORTEST, read_number
from bot.domain.identifiers.parcels import read_parcel
from bot.domain.identifiers.plausible import is_plausible, is_telephone
from bot.domain.identifiers.ranking import Candidate, Check, ranked

Readings = tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """An identifier and where it stands in the text."""

    start: int
    end: int
    readings: Readings


_SOMETHING = re.compile(r"[0-9/:]")
_SLACK_MENTION = re.compile(r"<[@#!][^>\s]*>")
_WORD = re.compile(r"[^\s<>|\"“”„«»]+")
# Runs joined by dashes that hold a digit, or may be the letters before or after a number: RB, CSQU, GB.
_UNIT = re.compile(
    r"(?<![0-9A-Za-z])(?=[A-Za-z-]*[0-9]|[A-Z]{2,4}(?![0-9A-Za-z-]))[0-9A-Za-z]+(?:-[0-9A-Za-z]+)*"
)
_WORDS_BEFORE = re.compile(r"(?:[A-Za-z]+-)+")
_JOINS = re.compile(r" {1,2}|\) ?| ?\(")
_WHOLE_WORDS = re.compile(r"[.@]|[a-zA-Z]:\S")
_AROUND_LINKS = ".,;:!?'*_~()[]{}"
_MOST_GROUPS = 10
_BEFORE_OTHER_NUMBERS = "+$€£¥"


def scan(text: str, read_any_link: Callable[[Link], list[Readings]]) -> list[Found]:
    """Everything in plain text that is in all likelihood an identifier, in its order."""
    if not _SOMETHING.search(text):
        return []
    if text.isalnum() and text.isascii():
        readings = _plausible(text) if len(text) >= SHORTEST else ()
        return [Found(0, len(text), readings)] if readings else []
    found: list[Found] = []
    if "<" in text:
        text = _SLACK_MENTION.sub(lambda mention: "\n" * len(mention[0]), text)
    if _WHOLE_WORDS.search(text):
        rest = list(text)
        for start, end, all_readings in _whole_words(text, read_any_link):
            rest[start:end] = "\n" * (end - start)
            found += [Found(start, end, readings) for readings in all_readings]
        text = "".join(rest)
    found += _Units(text).identifiers()
    return sorted(found, key=lambda each: each.start)


def _whole_words(
    text: str, read_any_link: Callable[[Link], list[Readings]]
) -> Iterator[tuple[int, int, list[Readings]]]:
    """Links, `ebay:name`, and mail addresses (whose digits mean nothing), each with what it holds."""
    for match in _WORD.finditer(text):
        word = match[0]
        bare = word.rstrip(_AROUND_LINKS)
        start = match.start() + len(bare) - len(bare := bare.lstrip(_AROUND_LINKS))
        if ":" in bare and (typed := read_typed(bare, None)):
            yield start, start + len(bare), [ranked(typed)]
        elif "." in bare and (link := read_link(bare)):
            yield start, start + len(bare), read_any_link(link)
        elif "@" in bare:
            yield start, start + len(bare), []


def _plausible(typed: str) -> Readings:
    return tuple([each for each in read_number(typed) if is_plausible(each, typed)])


def _is_shipped(typed: str) -> bool:
    """Whether groups make a parcel's or container's number; nothing else is written in groups."""
    number = compact(typed)
    if not SHORTEST <= len(number) <= LONGEST:
        return False
    return bool(read_parcel(number, typed) or read_container(number))


class _Units:
    """The runs of letters and digits of a text, each with what dashes join to it, and how they group."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._units = [(match.start(), match.end()) for match in _UNIT.finditer(text)]

    def identifiers(self) -> Iterator[Found]:
        at = 0
        while at < len(self._units):
            start, end = self._units[at]
            if start and self._text[start - 1] in _BEFORE_OTHER_NUMBERS:
                at = self._after_digits(at)
                continue
            found = self._alone(start, end) or self._grouped(at) or self._in_a_dashed_word(start, end)
            if found:
                yield found
            while at < len(self._units) and self._units[at][0] < (found.end if found else end):
                at += 1

    def _alone(self, start: int, end: int) -> Found | None:
        if end - start < SHORTEST or self._is_part_of_a_decimal(start, end):
            return None
        typed = self._text[start:end]
        readings = () if is_telephone(typed) else _plausible(typed)
        return Found(start, end, readings) if readings else None

    def _is_part_of_a_decimal(self, start: int, end: int) -> bool:
        before, after = self._text[max(start - 2, 0) : start], self._text[end : end + 2]
        return (before[-1:] == "." and before[:1].isdigit()) or (after[:1] == "." and after[1:].isdigit())

    def _in_a_dashed_word(self, start: int, end: int) -> Found | None:
        """`DHL-3318810025`: a number behind words; a chain of numbers, as in a UUID, is something else."""
        words = _WORDS_BEFORE.match(self._text, start, end)
        return self._alone(words.end(), end) if words else None

    def _after_digits(self, at: int) -> int:
        at += 1
        while (
            at < len(self._units)
            and self._joins(at)
            and self._text[slice(*self._units[at])].replace("-", "").isdigit()
        ):
            at += 1
        return at

    def _joins(self, at: int) -> bool:
        """Whether this unit may belong to the one before it: a single blank or a label's bracket lies between."""
        return _JOINS.fullmatch(self._text, self._units[at - 1][1], self._units[at][0]) is not None

    def _grouped(self, at: int) -> Found | None:
        """A number in groups, as labels print it: `1Z 5R8 939 03 5756 712 7`.

        A shape that cannot be an accident wins, the longest first, the right ones before the mistyped.
        """
        start = self._units[at][0]
        digits: Found | None = None
        shaped: Found | None = None
        for position, typed in self._runs(at):
            readings = _plausible(typed)
            if not readings:
                continue
            found = Found(start, self._units[position][1], readings)
            if _has_a_shape(readings[0], typed):
                better = shaped is None or readings[0].check is not Check.FAILED
                shaped = found if better else shaped
            elif digits is None and self._are_grouped_digits(at, position, typed, readings[0]):
                digits = found
        return shaped or digits

    def _runs(self, at: int) -> Iterator[tuple[int, str]]:
        """The runs of groups from here that may be something shipped: where each ends, and how it was typed."""
        start, first_end = self._units[at]
        is_prefix = self._text[start:first_end].isalpha()
        for position in range(at + 1, min(at + _MOST_GROUPS, len(self._units))):
            group_start, end = self._units[position]
            if not self._joins(position) or end - start > 2 * LONGEST:
                return
            if not is_prefix and self._alone(group_start, end):
                return
            typed = self._text[start:end].replace("(", " ").replace(")", " ")
            if len(typed) > SHORTEST and _is_shipped(typed):
                yield position, typed

    def _are_grouped_digits(self, at: int, position: int, typed: str, best: Candidate) -> bool:
        """Bare digits are a number where all groups of a run together have a right check digit, or where their
        grouping is a carrier's own and no like group stands beside them, as one does on a credit card.
        """
        if is_telephone(typed):
            return False
        before, after = self._digits_joined(at - 1, at), self._digits_joined(position + 1, position + 1)
        if best.check is Check.PASSED and not before and not after:
            return True
        return before < 3 and after < 3 and _CARRIERS_GROUPING.fullmatch(typed) is not None

    def _digits_joined(self, position: int, join: int) -> int:
        """How many digits the neighbouring group has, if it is one of digits and joined at `join`; else 0."""
        if not (0 <= position < len(self._units) and join > 0 and self._joins(join)):
            return 0
        group = self._text[slice(*self._units[position])]
        return len(group) if group.isdigit() else 0


_SHAPED = frozenset({"ups", "usps-impb", "dhl-paket", "gs1-sscc", "s10", "iso6346"})
_PREFIXED = frozenset({"dhl-express-piece", "amazon-logistics", "yunexpress", "gofo", "dhl-ecommerce"})
_CARRIERS_GROUPING = re.compile(r"\d{2} \d{4} \d{4}|\d{4} \d{4} \d{4}|\d{3} \d{8}|\d{3}[ -]\d{4} \d{4}")


def _has_a_shape(best: Candidate, typed: str) -> bool:
    scheme = best.subject.scheme
    if scheme in _PREFIXED:
        return typed[:2].isalpha() and (scheme != "dhl-ecommerce" or typed.startswith("GM"))
    return scheme in _SHAPED
