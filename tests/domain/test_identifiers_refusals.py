"""What a person reads whose identifier cannot be right."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import InvalidIdentifier
from bot.domain.identifiers import candidates, identify
from bot.domain.subjects import SubjectKind

PARCEL, SELLER = SubjectKind.PARCEL, SubjectKind.SELLER


def refused(kind: SubjectKind, text: str) -> str:
    with pytest.raises(InvalidIdentifier) as error:
        identify(kind, text)
    return error.value.sentence


@pytest.mark.parametrize(
    ("kind", "text", "sentence"),
    [
        (
            PARCEL,
            "331",
            "“331” is too short for a tracking number. A DHL Express waybill has 10 digits, for example 3318810025.",
        ),
        (
            PARCEL,
            "",
            "There is no tracking number here. A DHL Express waybill has 10 digits, for example 3318810025.",
        ),
        (
            PARCEL,
            "earbuds",
            (
                "“earbuds” has no digits, so it is not a tracking number. "
                "A DHL Express waybill has 10 digits, for example 3318810025."
            ),
        ),
        (PARCEL, "331881OO25", "“331881OO25” has a letter where a digit belongs: did you mean 3318810025?"),
        (
            PARCEL,
            "1Z5R8939035756712",
            (
                "“1Z5R8939035756712” has 17 letters and digits. A UPS tracking number has 18 and ends with a digit, "
                "for example 1Z5R89390357567127."
            ),
        ),
        (
            PARCEL,
            "1234567890123",
            (
                "“1234567890123” has 13 digits, and no tracking number known here has that many and starts so. "
                "A DHL Express waybill has 10 digits, for example 3318810025."
            ),
        ),
        (
            PARCEL,
            "0000000000",
            (
                "“0000000000” has only zeros, so it is not a tracking number. "
                "A DHL Express waybill has 10 digits, for example 3318810025."
            ),
        ),
        (
            PARCEL,
            "CSQU3054383",
            "“CSQU3054383” looks like a container number, not a tracking number. Flag it as a container instead.",
        ),
        (
            PARCEL,
            "https://www.amazon.com/sp?seller=A2L77EE7U53NWQ",
            "This link leads to an Amazon seller id, not a tracking number. Flag it as a seller instead.",
        ),
        (
            SELLER,
            "ATVPDKIKX0DER",
            (
                "“ATVPDKIKX0DER” is the id of Amazon’s marketplace in the United States, not of a seller. "
                "The seller’s id starts with A too, and stands in the storefront’s link after “seller=”."
            ),
        ),
        (
            SELLER,
            "\u0410\u04122L77EE7U53NWQ",
            (
                "“\u0410\u04122L77EE7U53NWQ” is not a seller id: “\u0410” is a letter of another alphabet. "
                "Amazon’s start with A and have 9 to 21 letters and digits, for example A2L77EE7U53NWQ; "
                "for other marketplaces paste the seller’s link, or write ebay:name."
            ),
        ),
        (
            SubjectKind.CONTAINER,
            "CSQU305438",
            (
                "“CSQU305438” is too short for a container number. "
                "It has 4 letters, the last U, J or Z, and 7 digits, for example CSQU3054383."
            ),
        ),
        (
            SubjectKind.ORDER,
            "112",
            "“112” is too short for an order id. It has 17 digits, for example 112-1234567-1234567.",
        ),
    ],
)
def test_it_says_what_is_wrong_and_what_it_looks_like_when_right(
    kind: SubjectKind, text: str, sentence: str
) -> None:
    assert refused(kind, text) == sentence


@pytest.mark.parametrize("kind", SubjectKind)
def test_an_example_in_a_sentence_is_right_itself(kind: SubjectKind) -> None:
    sentence = refused(kind, "??")
    (example,) = [word.strip(".;,") for word in sentence.partition("for example ")[2].split()[:1]]
    assert identify(kind, example).subject.number == example


@given(st.sampled_from(SubjectKind), st.text(min_size=61, max_size=5_000))
def test_it_repeats_no_more_than_60_characters(kind: SubjectKind, text: str) -> None:
    if candidates(text, kind):
        return
    sentence = refused(kind, text)
    assert len(sentence.partition("“")[2].partition("”")[0]) <= 60
    assert len(sentence) < 400


def test_a_mistyped_number_of_another_kind_is_not_said_to_be_one() -> None:
    assert "looks like" in refused(SELLER, "3318810025")
    assert "looks like" not in refused(SELLER, "3318810011")


def test_line_breaks_and_control_characters_are_not_repeated() -> None:
    assert refused(PARCEL, "a\nb\x00\u202ec").startswith("“a b c”")
