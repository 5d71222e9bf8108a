"""Texts made to keep a reader busy: each is read in a time that grows with its length alone.

Nothing is measured. A text of 100,000 characters that is read in steps as the square of its length takes minutes, and one
that is read in steps that double with each character never ends: either runs into the limit that every test has.
"""

from contextlib import suppress

import pytest

from bot.domain.errors import InvalidInput
from bot.domain.flag_lines import read_flag_line
from bot.domain.identifiers import (
    candidates,
    defanged_in,
    find_identifiers,
    looks_like_a_link,
    things_in,
    why_not,
)
from bot.domain.text import as_typed, links_apart

LENGTH = 100_000
WITHIN = 60
"""Seconds for what is done in two, also where the machine has much else to do."""

PIECES = [
    *(
        "-",
        " ",
        "\n",
        ".",
        "/",
        ",",
        ":",
        "·",
        "—",
        "“",
        "*",
        "~",
        "_",
        "(",
        "<",
        ">",
        "|",
        "+",
        "%",
        "é",
        "\u200b",
        "１",
    ),
    *(
        "a",
        "A",
        "7",
        "a-",
        "A-",
        "a.",
        "a ",
        "AB-",
        "a1-",
        "a1.b2.",
        "dhl ",
        "dhl-",
        "tracking",
        "no.",
        "number ",
    ),
    *("<@", "<@A|", "<#A", "<!a", "<http:", "<http://a|", "<mailto:a|", "&amp;", "&lt;"),
    *(
        "http://",
        "https://a.b/",
        "hxxps://",
        "[.]",
        "x[.]",
        "www.",
        "a@",
        "a@b.c ",
        "/store/",
        "/store/a/",
        "/ip/a",
        "?m=",
    ),
    *(
        "ebay:",
        "ebay: ",
        "ebay:a ",
        "--tlp ",
        '--brand "',
        "--release dhl,",
        "--release ,",
        "--a",
        "etsy.com",
        "a.etsy.com.",
    ),
]
IN_GROUPS = [
    "1 ",
    "AB ",
    "1-",
    "00(",
    "(00)",
    "12 34 ",
    "33 1881 00",
    "1Z ",
    "RB 12",
    "AB 1 ",
    "3318810025 ",
    "3318810025,",
]
"""Each may be the beginning of a number in groups, which costs more: a tenth of the length is enough to tell."""
LINKS = [
    "https://www.aliexpress.com",
    "https://www.walmart.com",
    "https://www.amazon.com",
    "https://www.dhl.com",
]


def everything(text: str) -> None:
    """All that is done with what somebody typed."""
    with suppress(InvalidInput):
        read_flag_line(text)
    for read in (find_identifiers, as_typed, links_apart, defanged_in, looks_like_a_link):
        read(text)
    for read_one in (candidates, things_in):  # these take no more for one identifier
        read_one(text[:2_000])
    why_not(text[:2_000], "")


@pytest.mark.timeout(WITHIN)
@pytest.mark.parametrize("piece", PIECES)
def test_a_piece_repeated_is_read_at_once(piece: str) -> None:
    everything(f"dhl {piece * (LENGTH // len(piece))}zz 3318810025")


@pytest.mark.timeout(WITHIN)
@pytest.mark.parametrize("piece", IN_GROUPS)
def test_so_are_groups_that_may_be_numbers(piece: str) -> None:
    everything(piece * (LENGTH // 10 // len(piece)))


@pytest.mark.timeout(WITHIN)
@pytest.mark.parametrize("piece", ["/store/a", "/ip/a/", "/dp/", "a=b&", "%2F", "?url=/dp/", "#"])
@pytest.mark.parametrize("link", LINKS)
def test_so_are_links_without_an_end(link: str, piece: str) -> None:
    everything(link + piece * (LENGTH // len(piece)))


@pytest.mark.parametrize("text", ["-" * 60 + " see 3318810025", "dhl" + "-" * 60 + "zz 3318810025"])
def test_a_row_of_dashes_before_a_number_is_no_riddle(text: str) -> None:
    assert [each[0].subject.number for each in find_identifiers(text)] == ["3318810025"]
    with pytest.raises(InvalidInput):
        read_flag_line(text)
