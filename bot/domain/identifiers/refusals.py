"""The sentences for what cannot be right: what is wrong, and what it looks like when right."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.domain.identifiers.amazon import MARKETPLACES
from bot.domain.identifiers.amazon_links import is_amazon, marketplace_named
from bot.domain.identifiers.cleaning import compact, plain, quoted, unwrapped
from bot.domain.identifiers.links import Link, read_link
from bot.domain.identifiers.ranking import Candidate, Check
from bot.domain.identifiers.tracking_links import is_tracking
from bot.domain.identifiers.web import LONGEST_ADDRESS, is_shortened
from bot.domain.subjects import SubjectKind

Candidates = Callable[[str, SubjectKind | None], tuple[Candidate, ...]]


@dataclass(frozen=True, slots=True)
class _Kind:
    called: str
    when_right: str
    lengths: tuple[int, int]


_KINDS = {
    SubjectKind.PARCEL: _Kind(
        "a tracking number", "A DHL Express waybill has 10 digits, for example 3318810025.", (10, 41)
    ),
    SubjectKind.CONTAINER: _Kind(
        "a container number",
        "It has 4 letters, the last U, J or Z, and 7 digits, for example CSQU3054383.",
        (11, 11),
    ),
    SubjectKind.SELLER: _Kind(
        "a seller id",
        "Amazon’s start with A and have 9 to 21 letters and digits, for example A2L77EE7U53NWQ; "
        "for other marketplaces paste the seller’s link, or write ebay:name.",
        (9, 21),
    ),
    SubjectKind.LISTING: _Kind(
        "a listing",
        "An ASIN starts with B and has 10 letters and digits, for example B0EXAMPLE1; "
        "for other marketplaces paste the listing’s link.",
        (10, 10),
    ),
    SubjectKind.ORDER: _Kind("an order id", "It has 17 digits, for example 112-1234567-1234567.", (17, 17)),
}

_LOOKALIKES = str.maketrans("OQILSB", "001158")


def refusal(kind: SubjectKind, text: str, candidates: Candidates) -> str:
    """Why `text` is nothing of that kind, for the person who typed it; at most 60 characters of it are repeated."""
    typed = unwrapped(plain(text))
    right = _KINDS[kind]
    if not typed:
        return f"There is no {right.called.partition(' ')[2]} here. {right.when_right}"
    link = read_link(typed)
    if other := _another_kind(kind, text, candidates):
        named = "This link leads to" if link else f"{quoted(typed)} looks like"
        instead = _with_article(other.subject.kind)
        return f"{named} {_with_article(other.name)}, not {right.called}. Flag it as {instead} instead."
    if said := _whatever_it_is(typed, link):
        return said
    if link:
        return _about_a_link(kind, typed, link)
    return _about_a_number(kind, typed, candidates)


def refusal_of_anything(text: str, candidates: Candidates, hint: str) -> str:
    """The same where nobody said what `text` is; `hint` says what to do where it is like nothing that is known here."""
    typed = unwrapped(plain(text))
    link, number = read_link(typed), compact(typed)
    if said := _whatever_it_is(typed, link):
        return said
    if link and is_tracking(link):
        return "No known number stands in this tracking link. Type the number itself."
    if link and is_amazon(link):
        return "This Amazon link names no seller, no listing and no order. Type the id itself."
    if link:
        return (
            "This link leads to no marketplace and no tracking page known here. "
            "Say before it what it is: a seller or a listing."
        )
    if number and not number.strip("0"):
        return f"{quoted(typed)} has only zeros, so it is no number of anything."
    if said := _about_letters_and_length(None, typed, candidates):
        return said
    strange = _strange_letter(typed) if any(c.isdigit() for c in typed) else ""
    because = f": “{strange}” is a letter of another alphabet" if strange else ""
    return f"{quoted(typed)} is no number or link known here{because}. {hint}"


def names_several(things: Sequence[Sequence[Candidate]]) -> str:
    """Where one thing is asked for."""
    named = [each[0].subject.label for each in things[:_MOST_NAMED]]
    more = f" and {len(things) - _MOST_NAMED} more" if len(things) > _MOST_NAMED else ""
    return f"These are {len(things)} things: {', '.join(named)}{more}. Flag each by itself."


_MOST_NAMED = 5


def _whatever_it_is(typed: str, link: Link | None) -> str | None:
    """What is wrong with it, whatever kind it was said to be."""
    if link and is_shortened(link):
        return (
            f"{quoted(typed)} is a shortened link, and this bot never opens links. "
            "Paste the address to which it leads, or the id itself."
        )
    marketplace = marketplace_named(link) if link else compact(typed)
    if country := MARKETPLACES.get(marketplace):
        return (
            f"“{marketplace}” is the id of Amazon’s marketplace in {country}, not of a seller. "
            "The seller’s id starts with A too, and stands in the storefront’s link after “seller=”."
        )
    return None


def _another_kind(kind: SubjectKind, text: str, candidates: Candidates) -> Candidate | None:
    found = candidates(text, None)
    return next(
        (each for each in found if each.subject.kind is not kind and each.check is not Check.FAILED), None
    )


def _about_a_link(kind: SubjectKind, typed: str, link: Link) -> str:
    called = _KINDS[kind].called
    if is_tracking(link):
        return f"No known number stands in this tracking link. {_KINDS[kind].when_right}"
    if is_amazon(link) and kind is SubjectKind.SELLER:
        return "This Amazon link names no seller. A link that does has “seller=” or “me=” and an id such as A2L77EE7U53NWQ in it."
    if is_amazon(link) and kind is SubjectKind.LISTING:
        return "This Amazon link leads to no listing. A link that does has “/dp/” and an ASIN such as B0EXAMPLE1 in it."
    if len(typed) > LONGEST_ADDRESS:
        return f"This link is too long to be {called}. Cut off what follows the question mark, or paste the id itself."
    return f"This link does not lead to {called}. {_KINDS[kind].when_right}"


def _about_a_number(kind: SubjectKind, typed: str, candidates: Candidates) -> str:
    number, right = compact(typed), _KINDS[kind]
    if said := _about_letters_and_length(kind, typed, candidates):
        return said
    if number:
        return f"{quoted(typed)} {_fault(kind, number)}. {right.when_right}"
    strange = _strange_letter(typed)
    because = f": “{strange}” is a letter of another alphabet" if strange else ""
    return f"{quoted(typed)} is not {right.called}{because}. {right.when_right}"


def _about_letters_and_length(kind: SubjectKind | None, typed: str, candidates: Candidates) -> str | None:
    number = compact(typed)
    if meant := _misread_digits(kind, number, candidates):
        return f"{quoted(typed)} has a letter where a digit belongs: did you mean {meant.subject.number}?"
    if kind in (None, SubjectKind.PARCEL) and number.startswith("1Z") and len(number) > 2:
        return (
            f"{quoted(typed)} has {len(number)} letters and digits. A UPS tracking number has 18 and ends "
            "with a digit, for example 1Z5R89390357567127."
        )
    return None


def _strange_letter(typed: str) -> str:
    return next((c for c in typed if c.isalpha() and not c.isascii()), "")


def _fault(kind: SubjectKind, number: str) -> str:
    called, (shortest, longest) = _KINDS[kind].called, _KINDS[kind].lengths
    faults = (
        (number.isalpha() and kind is not SubjectKind.SELLER, f"has no digits, so it is not {called}"),
        (not number.strip("0"), f"has only zeros, so it is not {called}"),
        (len(number) < shortest, f"is too short for {called}"),
        (len(number) > longest, f"is too long for {called}"),
        (
            kind is SubjectKind.PARCEL and number.isdigit(),
            f"has {len(number)} digits, and no tracking number known here has that many and starts so",
        ),
    )
    return next((fault for holds, fault in faults if holds), f"is not {called} of a shape known here")


def _misread_digits(kind: SubjectKind | None, number: str, candidates: Candidates) -> Candidate | None:
    """What the number would be if O were a zero, I and L a one, and so on, if its check digit is then right."""
    found = candidates(number.translate(_LOOKALIKES), kind) if number and not number.isalpha() else ()
    return found[0] if found and found[0].check is Check.PASSED else None


def _with_article(name: str) -> str:
    return f"{'an' if name[0] in 'AEIaeio' else 'a'} {name}"
