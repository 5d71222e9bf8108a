"""Identifiers in messages and lists: all that are there, and no telephone number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.identifiers import Check, checks, find_identifiers, split_identifier


def numbers_in(text: str) -> list[str]:
    return [readings[0].subject.number for readings in find_identifiers(text)]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("please look at 3318810025, 7777777770.", ["3318810025", "7777777770"]),
        ("3318810025\t7777777770\n020-81140743", ["3318810025", "7777777770", "020-81140743"]),
        ("3318810025 7777777770", ["3318810025", "7777777770"]),
        ("tracking:3318810025;awb=176-12345675", ["3318810025", "176-12345675"]),
        ("1Z 5R8 939 03 5756 712 7 and 33 1881 0025", ["1Z5R89390357567127", "3318810025"]),
        ("33 1881 0025 12 boxes", ["3318810025"]),
        ("12 33 1881 0025", ["3318810025"]),
        ("order 12 3318810025", ["3318810025"]),
        ("(00) 3 4043429 213510012 4", ["00340434292135100124"]),
        ("(420) 22153 (91) 01 0268 3733 1000 0395 21", ["9101026837331000039521"]),
        ("9400 1112 0620 6406 2607 87 arrived", ["9400111206206406260787"]),
        ("9400 1112 0620 6406 2607 87 12 boxes", ["9400111206206406260787"]),
        ("RB 123 456 785 GB / CSQU 305438 3", ["RB123456785GB", "CSQU3054383"]),
        ("JJD 0099999999, TBA 010000000000", ["JJD0099999999", "TBA010000000000"]),
        ("1z5r89390357567127 from a2l77ee7u53nwq", ["1Z5R89390357567127", "A2L77EE7U53NWQ"]),
        ("１Z5R89390357567127　３３１８８１００２５", ["1Z5R89390357567127", "3318810025"]),
        (
            "seller A2L77EE7U53NWQ sells B0EXAMPLE1 (ebay:techshop)",
            ["A2L77EE7U53NWQ", "B0EXAMPLE1", "techshop"],
        ),
        ("3318\u2069810025 \u206877777\ufe0f77770\u2069", ["3318810025", "7777777770"]),
        ("order 112-1234567-1234567", ["112-1234567-1234567"]),
        ("DHL-3318810025 AWB-020-81140743", ["3318810025", "020-81140743"]),
        (
            (
                "see <https://www.amazon.com/dp/B0EXAMPLE1?m=A2L77EE7U53NWQ|this>, "
                "and (https://www.dhl.com/track?tracking-id=3318810025,7777777770)."
            ),
            ["A2L77EE7U53NWQ", "3318810025", "7777777770"],
        ),
        ("> quoted\n> 3318810025", ["3318810025"]),
        ("*3318810025* `7777777770`", ["3318810025", "7777777770"]),
        (
            "3318810025·7777777770 3318810003+3318810014",
            ["3318810025", "7777777770", "3318810003", "3318810014"],
        ),
        ("3318810025.Please look at 7777777770.pdf", ["3318810025", "7777777770"]),
        ("fnsku x001abcdef", ["X001ABCDEF"]),
        ("some-words-RB 123 456 785 GB", ["RB123456785GB"]),
    ],
)
def test_it_finds_every_identifier_in_its_order(text: str, numbers: list[str]) -> None:
    assert numbers_in(text) == numbers


@pytest.mark.parametrize(
    "text",
    [
        "call +1 212 555 1234 or 212-555-1234 or (212) 555-1234",
        "+442071234567",
        "$1234567890 and €3318810025",
        "1234567890.55 or 0.3318810025",
        "1,234,567,890",
        "at 20260914103000, on 2026-09-14T10:30:00",
        "4111 1111 1111 1111",
        "33188 10025 12345",
        "3318810025@localhost",
        "call me: +7777777770",
        "a-b-c--d-e",
        "A2337M1XX9 and BLUETOOTH1 and MY123456ABCD and 080442956X",
        "11212345671234567",
        "550e8400-e29b-41d4-a716-446655440000",
        "mail a3318810025@example.com",
        "<@U012345678> in <#C1234567890|general> <!subteam^S1234567890>",
        "due <!date^1767614400^{date_short} at {time}|Jan 5, 2026 at noon>",
        "AIRPODS2024 INTERNATIONAL2024 BASKETBALL AirPodsPro2",
        "https://example.net/news/3318810025",
        "https://www.amazon.com/gp/help/3318810025",
        "nothing at all",
        "",
    ],
)
def test_it_leaves_out_what_is_likely_something_else(text: str) -> None:
    assert numbers_in(text) == []


@pytest.mark.parametrize("text", ["3318810010", "33 1881 0010", "1Z 5R8 939 03 5756 712 8", "CSQU 305438 4"])
def test_a_mistyped_number_is_found_with_its_failed_check(text: str) -> None:
    (readings,) = find_identifiers(f"see {text} please")
    assert readings[0].check is Check.FAILED


def test_a_count_before_a_number_is_not_read_into_it() -> None:
    # With these two digits before it, it would be a right FedEx number.
    count = next(c for c in map(str, range(10, 100)) if checks.fedex_express(f"{c}331881002") == "5")
    assert numbers_in(f"{count} 3318810025") == ["3318810025"]


def test_the_same_thing_named_twice_is_found_once() -> None:
    text = "3318810025 = https://www.dhl.com/track?tracking-id=3318810025 = 33 1881 0025"
    assert numbers_in(text) == ["3318810025"]


def test_the_readings_of_each_are_ranked() -> None:
    ((seller, listing),) = find_identifiers("https://www.amazon.com/dp/B0EXAMPLE1?m=A2L77EE7U53NWQ")
    assert (seller.subject.number, listing.subject.number) == ("A2L77EE7U53NWQ", "B0EXAMPLE1")


@given(
    st.lists(
        st.sampled_from(
            [
                "3318810025",
                "1Z5R89390357567127",
                "RB123456785GB",
                "A2L77EE7U53NWQ",
                "TBA010000000000",
                "B0EXAMPLE1",
            ]
        ),
        max_size=5,
        unique=True,
    ),
    st.sampled_from([", ", "\n", "; ", " and ", " / ", "\t", " | ", "\n• "]),
)
def test_a_list_gives_what_was_put_into_it(listed: list[str], between: str) -> None:
    assert numbers_in(between.join(listed)) == listed


@pytest.mark.parametrize(
    ("line", "identifier", "words"),
    [
        ("3318810025 counterfeit earbuds", "3318810025", "counterfeit earbuds"),
        ("33 1881 0025  fake\nearbuds", "33 1881 0025", "fake\nearbuds"),
        ("33 1881 0025 12 boxes", "33 1881 0025", "12 boxes"),
        ("(00) 3 4043429 213510012 4 fake", "(00) 3 4043429 213510012 4", "fake"),
        ("Tracking no.: 3318810025 fake", "Tracking no.: 3318810025", "fake"),
        ("DHL 3318810025 fake", "DHL 3318810025", "fake"),
        ('"33 1881 0025" fake', "33 1881 0025", "fake"),
        ("“33 1881 0025” fake", "33 1881 0025", "fake"),
        ("３３１８８１００２５　偽物", "３３１８８１００２５", "偽物"),
        (
            "https://www.amazon.com/sp?seller=A2L77EE7U53NWQ fake chargers --tlp amber",
            "https://www.amazon.com/sp?seller=A2L77EE7U53NWQ",
            "fake chargers --tlp amber",
        ),
        ("331 fake earbuds", "331", "fake earbuds"),
        ("earbuds sent in 3318810025", "earbuds", "sent in 3318810025"),
        ("3318810025, 7777777770 fake", "3318810025, 7777777770", "fake"),
        ("3318810025,fake", "3318810025", "fake"),
        ("3318810025: fake", "3318810025:", "fake"),
        ("3318810025", "3318810025", ""),
        ("", "", ""),
    ],
)
def test_a_line_is_parted_into_identifier_and_words(line: str, identifier: str, words: str) -> None:
    assert split_identifier(line) == (identifier, words)
