"""What Amazon calls things: sellers, listings (ASIN, or ISBN-10 of a book), unit labels and orders."""

from __future__ import annotations

import re

from bot.domain.identifiers import checks
from bot.domain.identifiers.ranking import BEHIND_ITS_EQUALS, BEHIND_RIGHT_NUMBERS, Candidate, Check
from bot.domain.subjects import Subject, SubjectKind

MARKETPLACES = {
    "ATVPDKIKX0DER": "the United States",
    "A2EUQ1WTGCTBG2": "Canada",
    "A1AM78C64UM0Y8": "Mexico",
    "A2Q3Y263D00KWC": "Brazil",
    "A1F83G8C2ARO7P": "the United Kingdom",
    "A1PA6795UKMFR9": "Germany",
    "A13V1IB3VIYZZH": "France",
    "APJ6JRA9NG5V4": "Italy",
    "A1RKKUPIHCS9HS": "Spain",
    "A1805IZSGTT6HS": "the Netherlands",
    "AMEN7PMS3EDWL": "Belgium",
    "A28R8C7NBKEWEA": "Ireland",
    "A2NODRKZP88ZB9": "Sweden",
    "A1C3SOZRARQ6R3": "Poland",
    "A33AVAJ2PDY3EV": "Türkiye",
    "A17E79C6D8DWNP": "Saudi Arabia",
    "A2VIGQ35RCS4UG": "the United Arab Emirates",
    "ARBP9OOSHTCHU": "Egypt",
    "AE08WJ6YKNBMC": "South Africa",
    "A21TJRUUN4KGV": "India",
    "A1VC38T7YXB528": "Japan",
    "A39IBJ37TRP1C6": "Australia",
    "A19VAU5U5O7RUS": "Singapore",
    "AAHKV2X7AFYLW": "China",
}
"""Ids of Amazon's marketplaces (SP-API, Marketplace IDs): they look like a seller's and stand in the same links."""

SELLER_SHAPE = re.compile(r"A[A-Z0-9]{8,20}")
ASIN_SHAPE = re.compile(r"B[0-9A-Z]{9}")
_ISBN = re.compile(r"\d{9}[\dX]")
_FNSKU = re.compile(r"X00[0-9A-Z]{7}")
_ORDER = re.compile(r"(\d{3})(\d{7})(\d{7})")


def seller(identifier: str, why: str, weight: int = 0) -> Candidate:
    """A seller whose id has the right shape."""
    subject = Subject(SubjectKind.SELLER, "amazon-seller", identifier, "amazon")
    return Candidate(subject, Check.NONE, "Amazon seller id", why, weight)


def listing(asin: str, why: str, weight: int = 0) -> Candidate:
    """A listing by its ASIN."""
    subject = Subject(SubjectKind.LISTING, "amazon-asin", asin, "amazon")
    return Candidate(subject, Check.NONE, "Amazon listing (ASIN)", why, weight)


def read_seller(compact: str, typed: str) -> list[Candidate]:
    """The reading as a seller's id; a marketplace's own id is none.

    Letters alone are an id only as Amazon writes it, in capitals: `ankerdirect` is what a shop calls itself.
    """
    if compact[0] != "A" or not SELLER_SHAPE.fullmatch(compact) or compact in MARKETPLACES:
        return []
    if compact.isalpha() and typed != compact:
        return []
    return [
        seller(compact, "It starts with A and has 9 to 21 letters and digits, as Amazon’s seller ids do.")
    ]


def read_listing(compact: str) -> list[Candidate]:
    """The readings as a listing: ASIN, the label of one seller's unit (FNSKU), or a book's ISBN-10."""
    if len(compact) != 10:
        return []
    if _ISBN.fullmatch(compact):
        return [_book(compact)]
    if ASIN_SHAPE.fullmatch(compact):
        return [
            listing(
                compact, "It starts with B and has 10 letters and digits, as Amazon’s listings (ASINs) do."
            )
        ]
    if _FNSKU.fullmatch(compact):
        subject = Subject(SubjectKind.LISTING, "amazon-fnsku", compact, "amazon")
        why = "It starts with X00 and has 10 letters and digits, as the labels on units in Amazon’s warehouses do."
        return [Candidate(subject, Check.NONE, "Amazon unit label (FNSKU)", why)]
    return []


def _book(isbn: str) -> Candidate:
    """Behind every carrier's right number, and level with a wrong one.

    One in eleven mistyped waybills is a right ISBN-10: only the person knows which of the two they hold.
    """
    expected = checks.isbn10(isbn[:9])
    subject = Subject(SubjectKind.LISTING, "isbn-10", isbn, "amazon")
    if expected == isbn[9]:
        why = "It has 10 digits and the check digit of an ISBN-10, by which Amazon lists books."
        return Candidate(
            subject, Check.PASSED, "Amazon listing of a book (ISBN-10)", why, BEHIND_RIGHT_NUMBERS
        )
    why = f"As an ISBN-10 its check digit should be {expected} but is {isbn[9]}."
    return Candidate(subject, Check.FAILED, "Amazon listing of a book (ISBN-10)", why, BEHIND_ITS_EQUALS)


def read_order(compact: str) -> list[Candidate]:
    """The reading as an order: 17 digits, written 3-7-7."""
    match = _ORDER.fullmatch(compact) if len(compact) == 17 else None
    if not match:
        return []
    subject = Subject(SubjectKind.ORDER, "amazon-order", "-".join(match.groups()), "amazon")
    why = "It has 17 digits, written 3-7-7, as Amazon’s orders do; they carry no check digit."
    return [Candidate(subject, Check.NONE, "Amazon order id", why)]
