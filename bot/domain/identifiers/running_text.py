"""Identifiers among other words: in messages, mails pasted into them, and lists.

Ten digits in a message may be a telephone number, and eleven letters a word. So what stands alone on a line of a
command is read generously (`detect.candidates`), and what stands in running text strictly, here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bot.domain.identifiers.links import Link, read_link
from bot.domain.identifiers.numbers import LONGEST, read_number
from bot.domain.identifiers.plausible import is_plausible, is_telephone
from bot.domain.identifiers.ranking import Candidate, Check

Readings = tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """An identifier and where it stands in the text."""

    start: int
    end: int
    readings: Readings


_SOMETHING = re.compile(r"[0-9/]")
_SLACK_MENTION = re.compile(r"<[@#!][^>\s]*>")
_WORD = re.compile(r"[^\s<>|\"“”„«»]+")
_UNIT = re.compile(r"[0-9A-Za-z]+(?:-[0-9A-Za-z]+)*")
_JOINS = re.compile(r" {1,2}|\) ?| ?\(")
_AROUND_LINKS = ".,;:!?'*_~()[]{}"
_MOST_GROUPS = 10
_BEFORE_OTHER_NUMBERS = "+$€£¥"


def scan(text: str, read_any_link: Callable[[Link], list[Readings]]) -> list[Found]:
    """Everything in plain text that is in all likelihood an identifier, in its order."""
    if not _SOMETHING.search(text):
        return []
    found: list[Found] = []
    if "<" in text:
        text = _SLACK_MENTION.sub(_blank, text)
    if "." in text or "@" in text:
        links = list(_links(text))
        for start, end, link in links:
            text = text[:start] + "\n" * (end - start) + text[end:]
            found += [Found(start, end, readings) for readings in read_any_link(link)] if link else []
    found += _Units(text).identifiers()
    return sorted(found, key=lambda each: each.start)


def _blank(match: re.Match[str]) -> str:
    return "\n" * len(match[0])


def _links(text: str) -> Iterator[tuple[int, int, Link | None]]:
    """The links of a text; without a link, the words that are mail addresses, whose digits mean nothing here."""
    for match in _WORD.finditer(text):
        word = match[0]
        if "." in word:
            bare = word.rstrip(_AROUND_LINKS)
            start = match.start() + len(bare) - len(bare := bare.lstrip(_AROUND_LINKS))
            if link := read_link(bare):
                yield start, start + len(bare), link
                continue
        if "@" in word:
            yield match.start(), match.end(), None


class _Units:
    """The runs of letters and digits of a text, each with what dashes join to it, and how they group."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._units = [(match.start(), match.end()) for match in _UNIT.finditer(text)]

    def identifiers(self) -> Iterator[Found]:
        at = 0
        while at < len(self._units):
            start, end = self._units[at]
            if self._text[start - 1 : start] in tuple(_BEFORE_OTHER_NUMBERS):
                at = self._after_digits(at)
                continue
            found = self._alone(start, end) or self._grouped(at) or self._in_a_dashed_word(start, end)
            if found:
                yield found
            while at < len(self._units) and self._units[at][0] < (found.end if found else end):
                at += 1

    def _alone(self, start: int, end: int) -> Found | None:
        if end - start < 9 or self._is_part_of_a_decimal(start, end):
            return None
        typed = self._text[start:end]
        if typed.isalpha() or is_telephone(typed):
            return None
        readings = tuple(each for each in read_number(typed) if is_plausible(each, typed))
        return Found(start, end, readings) if readings else None

    def _is_part_of_a_decimal(self, start: int, end: int) -> bool:
        before, after = self._text[max(start - 2, 0) : start], self._text[end : end + 2]
        return (before[-1:] == "." and before[:1].isdigit()) or (after[:1] == "." and after[1:].isdigit())

    def _in_a_dashed_word(self, start: int, end: int) -> Found | None:
        """`DHL-3318810025`: the number among letters; a chain of numbers, as in a UUID, is something else."""
        parts = [
            (start + m.start(), start + m.end()) for m in re.finditer(r"[0-9A-Za-z]+", self._text[start:end])
        ]
        numbers = [part for part in parts if any(c.isdigit() for c in self._text[part[0] : part[1]])]
        return self._alone(*numbers[0]) if len(parts) > 1 and len(numbers) == 1 else None

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

        A shape that cannot be an accident wins, the longest first; bare digits only where the whole run of groups
        has a right check digit or the grouping is a carrier's own.
        """
        start = self._units[at][0]
        accepted: Found | None = None
        for end, typed, is_last in self._runs(at):
            readings = tuple(each for each in read_number(typed) if is_plausible(each, typed))
            if readings and is_telephone(typed):
                continue
            if readings and _is_accepted(readings[0], typed, is_last):
                better = accepted is None or readings[0].check is not Check.FAILED
                accepted = Found(start, end, readings) if better else accepted
        return accepted

    def _runs(self, at: int) -> Iterator[tuple[int, str, bool]]:
        start, first_end = self._units[at]
        first = self._text[start:first_end]
        is_prefix = 2 <= len(first) <= 4 and first.isalpha() and first.isupper()
        if not (is_prefix or any(c.isdigit() for c in first)):
            return
        for position in range(at + 1, min(at + _MOST_GROUPS, len(self._units))):
            end = self._units[position][1]
            if not self._joins(position) or end - start > 2 * LONGEST:
                return
            group = self._text[self._units[position][0] : end]
            if group.isalpha() and not (len(group) <= 3 and group.isupper()):
                return
            if not is_prefix and self._alone(*self._units[position]):
                return
            yield end, self._text[start:end], self._is_last_of_its_run(position)

    def _is_last_of_its_run(self, position: int) -> bool:
        following = position + 1
        return following == len(self._units) or not (
            self._joins(following)
            and self._text[self._units[following][0] : self._units[following][1]].isdigit()
        )


_SHAPED = frozenset({"ups", "usps-impb", "dhl-paket", "gs1-sscc", "s10", "iso6346"})
_PREFIXED = frozenset({"dhl-express-piece", "amazon-logistics", "yunexpress", "gofo", "dhl-ecommerce"})
_CARRIERS_GROUPING = re.compile(
    r"\d{2} \d{4} \d{4}|\d{4} \d{4} \d{4}|\d{3} \d{8}|\d{3} \d{4} \d{4}|\d{3}-\d{4} \d{4}"
)


def _is_accepted(best: Candidate, typed: str, is_last: bool) -> bool:
    scheme = best.subject.scheme
    if scheme in _SHAPED:
        return True
    if scheme in _PREFIXED:
        return typed[:2].isalpha() and (scheme != "dhl-ecommerce" or typed.startswith("GM"))
    return is_last and (best.check is Check.PASSED or _CARRIERS_GROUPING.fullmatch(typed) is not None)
