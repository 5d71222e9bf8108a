"""Identifiers among other words: in messages, mails pasted into them, and lists.

Ten digits in a message may be a telephone number, and eleven letters a word. So what stands alone on a line of a
command is read generously (`detect.candidates`), and what stands in running text strictly, here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from bot.domain.identifiers.links import Link, read_link
from bot.domain.identifiers.marketplaces import read_typed
from bot.domain.identifiers.numbers import LONGEST, SHORTEST, read_number
from bot.domain.identifiers.plausible import is_plausible, is_telephone
from bot.domain.identifiers.ranking import Candidate, Check, ranked
from bot.domain.subjects import SubjectKind

Readings = tuple[Candidate, ...]


class Found(NamedTuple):
    """An identifier and where it stands in the text."""

    start: int
    end: int
    readings: Readings


_SOMETHING = re.compile(r"[0-9/:]")
_DIGIT = re.compile(r"[0-9]")
_SLACK_MENTION = re.compile(r"<(?:[@#][^<>\s]*|![^<>]*)>")
_WORD = re.compile(r"[^\s<>|\"“”„«»]+")
# Runs joined by dashes, and the letters before or after a number: RB, CSQU, GB. What is looked ahead at ends with the
# first group, and a run is taken whole or not at all: each character is read a few times, however long the text is.
_UNIT = re.compile(
    r"(?<![0-9A-Za-z])(?=[A-Za-z]*(?:[0-9]|-[0-9A-Za-z])|[A-Z]{2,4}(?![0-9A-Za-z-]))[0-9A-Za-z]++(?:-[0-9A-Za-z]++)*+"
)
_LETTERS_AFTER_A_DASH = re.compile(r"-([A-Z]{2,4})\Z")
_WORDS_BEFORE = re.compile(r"(?:[A-Za-z]+-)+")
_JOINS = re.compile(r" {1,2}|\) ?| ?\(")
_LONGEST_JOIN = 2
# What a link, a mail address or `ebay:name` has in it, and prices, dates and the ends of sentences have not.
_WHOLE_WORDS = re.compile(r"@|\.\S?[a-zA-Z]|[a-zA-Z]:\S")
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
    if "<" in text:
        text = _SLACK_MENTION.sub(lambda mention: "\n" * len(mention[0]), text)
    if not (("." in text or ":" in text or "@" in text) and _WHOLE_WORDS.search(text)):
        return list(_Units(text).identifiers())
    found: list[Found] = []
    rest, at = "", 0
    for start, end, all_readings in _whole_words(text, read_any_link):
        rest += text[at:start] + "\n" * (end - start)
        at = end
        found += [Found(start, end, readings) for readings in all_readings]
    found += _Units(rest + text[at:]).identifiers()
    return sorted(found, key=lambda each: each.start)


def _whole_words(
    text: str, read_any_link: Callable[[Link], list[Readings]]
) -> Iterator[tuple[int, int, list[Readings]]]:
    """Links, `ebay:name`, and mail addresses (whose digits mean nothing), each with what it holds."""
    for match in _WORD.finditer(text):
        word = match[0]
        if not ("." in word or ":" in word or "@" in word):
            continue
        bare = word.rstrip(_AROUND_LINKS)
        start = match.start() + len(bare) - len(bare := bare.lstrip(_AROUND_LINKS))
        if ":" in bare and (typed := read_typed(bare, None)):
            yield start, start + len(bare), [ranked(typed)]
        elif "." in bare and (link := read_link(bare)):
            found = read_any_link(link)
            if found or "/" in bare or "@" in bare:  # `3318810025.pdf` and `3318810025.Please` are none
                yield start, start + len(bare), found
        elif "@" in bare:
            yield start, start + len(bare), []


def _plausible(typed: str) -> Readings:
    return tuple([each for each in read_number(typed) if is_plausible(each, typed)])


class _Units:
    """The runs of letters and digits of a text, each with what dashes join to it, and how they group."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._found_until = 0
        self._units = [
            unit
            for match in _UNIT.finditer(text)
            if (unit := self._dashed(match) if "-" in match[0] else match.span())
        ]

    def _dashed(self, match: re.Match[str]) -> tuple[int, int] | None:
        """Where it stands; of words that hold no digit, only the letters that may stand before a number."""
        start, end, run = match.start(), match.end(), match[0]
        if _DIGIT.search(run):
            return start, end
        letters = _LETTERS_AFTER_A_DASH.search(run)
        if letters and self._text[end : end + 1] != "-":
            return start + letters.start(1), end
        return None

    def identifiers(self) -> Iterator[Found]:
        at = 0
        while at < len(self._units):
            start, end = self._units[at]
            if start and self._is_another_number(start):
                at = self._after_digits(at)
                continue
            found = self._alone(start, end)
            if not found and at + 1 < len(self._units) and self._joins(at + 1):
                found = self._grouped(at)
            found = found or self._in_a_dashed_word(start, end)
            if found:
                self._found_until = found.end
                yield found
            while at < len(self._units) and self._units[at][0] < (found.end if found else end):
                at += 1

    def _is_another_number(self, start: int) -> bool:
        """A telephone number or a price; a plus behind a number only stands between two."""
        before = self._text[start - 1]
        return before in _BEFORE_OTHER_NUMBERS and not (
            before == "+" and start > 1 and self._text[start - 2].isalnum()
        )

    def _alone(self, start: int, end: int) -> Found | None:
        if end - start < SHORTEST or self._is_part_of_a_decimal(start, end):
            return None
        typed = self._text[start:end]
        readings = () if is_telephone(typed) else _plausible(typed)
        return Found(start, end, readings) if readings else None

    def _is_part_of_a_decimal(self, start: int, end: int) -> bool:
        text = self._text
        return (start > 1 and text[start - 1] == "." and text[start - 2].isdigit()) or (
            text[end : end + 1] == "." and text[end + 1 : end + 2].isdigit()
        )

    def _in_a_dashed_word(self, start: int, end: int) -> Found | None:
        """`DHL-3318810025`: a number behind words; a chain of numbers, as in a UUID, is something else."""
        words = _WORDS_BEFORE.match(self._text, start, end) if end - start > SHORTEST else None
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
        end, start = self._units[at - 1][1], self._units[at][0]
        return start - end <= _LONGEST_JOIN and _JOINS.fullmatch(self._text, end, start) is not None

    def _grouped(self, at: int) -> Found | None:
        """A number in groups, as labels print it: `1Z 5R8 939 03 5756 712 7`.

        A shape that cannot be an accident wins, the longest first, the right ones before the mistyped.
        """
        start = self._units[at][0]
        digits: Found | None = None
        shaped: Found | None = None
        for position, typed in self._runs(at):
            readings = _plausible(typed)
            if not any(
                each.subject.kind in _SHIPPED for each in readings
            ):  # nothing else is written in groups
                continue
            found = Found(start, self._units[position][1], readings)
            if _has_a_shape(readings[0], typed):
                better = shaped is None or readings[0].check is not Check.FAILED
                shaped = found if better else shaped
            elif digits is None and self._are_grouped_digits(at, position, typed, readings[0]):
                digits = found
        return shaped or digits

    def _runs(self, at: int) -> Iterator[tuple[int, str]]:
        """The runs of groups from here that are long enough: where each ends, and how it was typed."""
        start, first_end = self._units[at]
        is_prefix = self._text[start:first_end].isalpha()
        characters = first_end - start
        for position in range(at + 1, min(at + _MOST_GROUPS, len(self._units))):
            group_start, end = self._units[position]
            if not self._joins(position) or end - start > 2 * LONGEST:
                return
            if not is_prefix and self._alone(group_start, end):
                return
            characters += end - group_start
            if characters < SHORTEST:
                continue
            yield position, self._text[start:end].replace("(", " ").replace(")", " ")

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
        """How many digits the neighbouring group has, if it is one of digits, joined at `join` and no part of a number
        before; else 0.
        """
        if not (0 <= position < len(self._units) and join > 0 and self._joins(join)):
            return 0
        if self._units[position][0] < self._found_until:
            return 0
        group = self._text[slice(*self._units[position])]
        return len(group) if group.isdigit() else 0


_SHIPPED = frozenset({SubjectKind.PARCEL, SubjectKind.CONTAINER})
_SHAPED = frozenset({"ups", "usps-impb", "dhl-paket", "gs1-sscc", "s10", "iso6346"})
_PREFIXED = frozenset({"dhl-express-piece", "amazon-logistics", "yunexpress", "gofo", "dhl-ecommerce"})
_CARRIERS_GROUPING = re.compile(r"\d{2} \d{4} \d{4}|\d{4} \d{4} \d{4}|\d{3} \d{8}|\d{3}[ -]\d{4} \d{4}")


def _has_a_shape(best: Candidate, typed: str) -> bool:
    scheme = best.subject.scheme
    if scheme in _PREFIXED:
        return typed[:2].isalpha() and (scheme != "dhl-ecommerce" or typed.startswith("GM"))
    return scheme in _SHAPED
