"""One identifier as somebody typed it: what it is read as, what its check digit says, and which reading wins."""

import re
import string

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from stdnum import isbn

from bot.domain.errors import InvalidIdentifier
from bot.domain.identifiers import (
    Candidate,
    Check,
    candidates,
    find_identifiers,
    identify,
    read_one,
    split_identifier,
    things_in,
    tie,
)
from bot.domain.identifiers.amazon import MARKETPLACES
from bot.domain.subjects import Subject, SubjectKind

PARCEL, CONTAINER, SELLER = SubjectKind.PARCEL, SubjectKind.CONTAINER, SubjectKind.SELLER
LISTING, ORDER = SubjectKind.LISTING, SubjectKind.ORDER

PUBLISHED = [
    ("7777777770", "dhl-express", Check.PASSED),
    ("3318810025", "dhl-express", Check.PASSED),
    ("3318810010", "dhl-express", Check.FAILED),
    ("JJD0099999999", "dhl-express-piece", Check.NONE),
    ("JVGL0999999990", "dhl-express-piece", Check.NONE),
    ("JD01" + "4" * 18, "dhl-express-piece", Check.NONE),
    ("JD014600006281230701", "dhl-express-piece", Check.NONE),
    ("GM2951173225174494", "dhl-ecommerce", Check.NONE),
    ("GM295117494011169042", "dhl-ecommerce", Check.NONE),
    ("12345678901234", "dhl-ecommerce", Check.NONE),
    ("00340434292135100124", "dhl-paket", Check.PASSED),
    ("00340434292135100125", "dhl-paket", Check.FAILED),
    ("00000123450000000027", "gs1-sscc", Check.PASSED),
    ("1Z5R89390357567127", "ups", Check.PASSED),
    ("1Z5R89390357567128", "ups", Check.FAILED),
    ("9400111206206406260787", "usps-impb", Check.PASSED),
    ("9405803699300124287899", "usps-impb", Check.PASSED),
    ("92748931507708513018050063", "usps-impb", Check.PASSED),
    ("9400111206206406260788", "usps-impb", Check.FAILED),
    ("RB123456785GB", "s10", Check.PASSED),
    ("RB123456786GB", "s10", Check.FAILED),
    ("986578788855", "fedex-express", Check.PASSED),
    ("996578788855", "fedex-express", Check.FAILED),
    ("041441760228964", "fedex-ground", Check.PASSED),
    ("TBA010000000000", "amazon-logistics", Check.NONE),
    ("A1234567890", "amazon-logistics", Check.NONE),
    ("YT2229521272164446", "yunexpress", Check.NONE),
    ("GFUS01234567890123", "gofo", Check.NONE),
    ("176-12345675", "iata-awb", Check.PASSED),
    ("020-81140743", "iata-awb", Check.PASSED),
    ("020-81140744", "iata-awb", Check.FAILED),
    ("CSQU3054383", "iso6346", Check.PASSED),
    ("MSKU4538324", "iso6346", Check.PASSED),
    ("CSQU3054384", "iso6346", Check.FAILED),
    ("A3SG0AEGKJK9W3", "amazon-seller", Check.NONE),
    ("A2L77EE7U53NWQ", "amazon-seller", Check.NONE),
    ("B0EXAMPLE1", "amazon-asin", Check.NONE),
    ("X001ABCDEF", "amazon-fnsku", Check.NONE),
    ("080442957X", "isbn-10", Check.PASSED),
    ("112-1234567-1234567", "amazon-order", Check.NONE),
]


def first(text: str) -> Candidate:
    return candidates(text)[0]


@pytest.mark.parametrize(("number", "scheme", "check"), PUBLISHED)
def test_it_reads_published_numbers(number: str, scheme: str, check: Check) -> None:
    best = first(number)
    assert (best.subject.scheme, best.subject.number, best.check) == (scheme, number, check)
    assert best.name
    assert best.why.endswith(".")


@pytest.mark.parametrize(
    ("label", "number"),
    [
        ("(00) 3 4043429 213510012 4", "00340434292135100124"),
        ("(00)340434292135100124", "00340434292135100124"),
        ("340434292135100124", "00340434292135100124"),
        ("420221539101026837331000039521", "9101026837331000039521"),
        ("(420) 22153 9101 0268 3733 1000 0395 21", "9101026837331000039521"),
        ("4201002334249200190132607600833457", "9200190132607600833457"),
        ("9611020987654312345672", "987654312345672"),
        ("1001921334250001000300779017972697", "779017972697"),
        ("9622001560001234567100794808390594", "794808390594"),
        ("JJD01444444444444444444", "JD01444444444444444444"),
        ("JJD01 4600 0062 8123 0701", "JD014600006281230701"),
        ("jd014600006281230701", "JD014600006281230701"),
        ("17612345675", "176-12345675"),
        ("176 12345675", "176-12345675"),
        ("11212345671234567", "112-1234567-1234567"),
    ],
)
def test_a_label_and_what_people_copy_from_it_are_the_same_thing(label: str, number: str) -> None:
    best = first(label)
    assert best.subject.number == number
    assert best.subject.key == first(number).subject.key
    assert best.check is not Check.FAILED


@pytest.mark.parametrize(
    "typed",
    [
        " 3318810025 ",
        "33 1881 0025",
        "331-881-0025",
        "3 3 1 8 8 1 0 0 2 5",
        "３３１８８１００２５",
        "33\u00a01881\u20110025",
        "\u200b3318810025\ufeff",
        "3318\u200b810025",
        "٣٣١٨٨١٠٠٢٥",
        '"3318810025"',
        "“3318810025”",
        "`3318810025`",
        "*3318810025*",
        "<3318810025>",
        "3318810025.",
        "3318810025,",
        "#3318810025",
        "Tracking no.: 3318810025",
        "DHL 33 1881 0025",
        "DHL-3318810025",
        "awb=3318810025",
        "33.1881.0025",
        "33,1881,0025",
        "33·1881·0025",
        "33 + 1881 + 0025",
        "<tel:3318810025|3318810025>",
    ],
)
def test_it_reads_what_people_really_type(typed: str) -> None:
    assert identify(PARCEL, typed).subject == Subject(PARCEL, "dhl-express", "3318810025")
    assert first(typed).subject.key == "parcel:3318810025"


def test_words_on_a_label_are_not_read_into_the_number() -> None:
    assert first("AWB 020-81140743").subject.key == "parcel:02081140743"
    assert first("ASIN B0EXAMPLE1").subject.key == "listing:amazon:B0EXAMPLE1"
    assert identify(SELLER, "AMAZON A2L77EE7U53NWQ").subject.number == "A2L77EE7U53NWQ"


def test_all_groups_of_what_was_typed_belong_to_the_number() -> None:
    # The first fourteen digits alone have another carrier's shape.
    assert first("12345678901234 5").subject.number == "123456789012345"


def test_where_a_zip_code_may_have_five_or_nine_digits_the_check_digit_decides() -> None:
    number = "92749391417776317066907434"
    assert first(number[4:]).check is Check.FAILED
    best = first(f"42022153{number}")
    assert (best.subject.number, best.check) == (number, Check.PASSED)


def test_a_right_check_digit_beats_a_shape_without_one() -> None:
    # Of the shape of a DHL eCommerce number too, and of an Amazon seller's id.
    assert first("LX123456785CN").subject.scheme == "s10"
    assert first("AB123456785GB").subject.scheme == "s10"


def test_a_mistyped_postal_number_is_not_taken_for_a_seller_or_another_carriers() -> None:
    assert [each.subject.scheme for each in candidates("AB123456786GB")] == ["s10"]
    assert [each.subject.scheme for each in candidates("LX123456786CN")] == ["s10"]
    assert identify(SELLER, "AB123456786GB").subject.kind is SELLER


def test_a_postal_number_of_no_country_leaves_room_for_other_readings() -> None:
    schemes = {each.subject.scheme for each in candidates("GM123456786QQ")}
    assert schemes == {"s10", "dhl-ecommerce"}
    assert first("GM123456786QQ").subject.scheme == "dhl-ecommerce"


def test_a_failed_check_digit_ranks_last_and_is_still_a_candidate() -> None:
    found = candidates("50000000011")
    assert [(each.subject.scheme, each.check) for each in found] == [
        ("iata-awb", Check.PASSED),
        ("dhl-express", Check.FAILED),
    ]
    assert tie(found) == found[:1]


def test_a_carriers_right_number_beats_a_right_isbn() -> None:
    right_as_both = [f"{serial}{serial % 7}" for serial in range(331881000, 331881400)]
    right_as_both = [number for number in right_as_both if isbn.is_valid(number)]
    assert right_as_both
    for number in right_as_both:
        found = candidates(number)
        assert [each.subject.scheme for each in found] == ["dhl-express", "isbn-10"]
        assert {each.check for each in found} == {Check.PASSED}
        assert tie(found) == found[:1]


def test_a_wrong_waybill_that_is_a_right_isbn_is_asked_about() -> None:
    found = candidates("3318810010")
    assert [(each.subject.kind, each.check) for each in tie(found)] == [
        (PARCEL, Check.FAILED),
        (LISTING, Check.PASSED),
    ]


def test_readings_that_make_the_same_thing_of_it_for_the_same_carrier_are_one() -> None:
    twice = candidates("3318810025")[:1] * 2
    assert tie(twice) == twice[:1]


def test_a_unit_label_is_read_in_small_letters_too() -> None:
    assert first("x001abcdef").subject.key == "listing:amazon:X001ABCDEF"
    assert candidates("x00ledger1") == ()


def test_commas_and_plus_signs_stand_between_numbers_and_not_in_them() -> None:
    assert first("33,1881,0025").subject.number == "3318810025"
    # Together they would be a right USPS number.
    for between in (",", "+", ", ", " + "):
        things = things_in(f"9405803699{between}300124287899")
        assert [each[0].subject.number for each in things] == ["9405803699", "300124287899"]


def test_eleven_bare_digits_that_are_right_for_two_are_asked_about() -> None:
    # Both are the remainder by seven, over the serial or over everything: alike where the first three divide by it.
    found = tie(candidates("50400000011"))
    assert {each.subject.scheme for each in found} == {"iata-awb", "dhl-express"}
    assert len({each.subject.key for each in found}) == 1


@pytest.mark.parametrize(
    "typed", ["500-00000011", "500 00000011", "17612345675", "020-8114 0743", "50000000-011"]
)
def test_eleven_digits_in_an_air_waybills_form_are_never_a_dhl_waybill(typed: str) -> None:
    assert [each.subject.scheme for each in candidates(typed)] == ["iata-awb"]


def test_no_candidates_tie_with_none() -> None:
    assert tie(()) == ()


@pytest.mark.parametrize(
    ("typed", "numbers"),
    [
        ("3318810025, 7777777770", ["3318810025", "7777777770"]),
        ("3318810025·7777777770", ["3318810025", "7777777770"]),
        ("3318810025+7777777770", ["3318810025", "7777777770"]),
        ("３３１８８１００２５，７７７７７７７７７０", ["3318810025", "7777777770"]),
        ("33 1881 0025 and 7777777770.", ["3318810025", "7777777770"]),
        ("33 1881 0025 77 7777 7770", ["3318810025", "7777777770"]),
        ("<3318810025> / “7777777770”", ["3318810025", "7777777770"]),
        ("https://www.dhl.com/track?tracking-id=3318810025,7777777770", ["3318810025", "7777777770"]),
        ("3318810025 = no other", ["3318810025"]),
        ("3318810025, 33 1881 0025", ["3318810025"]),
        ("9400111206 206406260787", ["9400111206206406260787"]),
        ("hello", []),
    ],
)
def test_each_of_several_things_is_read(typed: str, numbers: list[str]) -> None:
    assert [each[0].subject.number for each in things_in(typed)] == numbers


def test_of_several_things_none_is_taken_for_the_one_that_was_asked_for() -> None:
    with pytest.raises(InvalidIdentifier, match="These are 2 things: parcel 3318810025, parcel 7777777770"):
        identify(PARCEL, "3318810025, 7777777770")
    assert read_one(SELLER, "A2L77EE7U53NWQ")[0].subject.number == "A2L77EE7U53NWQ"


@pytest.mark.parametrize(
    "word", ["APPLICATIONS", "BASKETBALL", "airpods2024", "international2024", "earbuds", ""]
)
def test_a_word_is_nothing_where_nobody_said_what_it_is(word: str) -> None:
    assert candidates(word) == ()


def test_a_shops_name_is_no_sellers_id() -> None:
    assert candidates("ankerdirect", SELLER) == ()
    assert candidates("Apple Store", SELLER) == ()
    assert identify(SELLER, "ABCDEFGHIJKLM").subject.number == "ABCDEFGHIJKLM"


@pytest.mark.parametrize("marketplace", MARKETPLACES)
def test_a_marketplaces_own_id_is_no_seller(marketplace: str) -> None:
    assert candidates(marketplace) == ()
    with pytest.raises(InvalidIdentifier, match=re.escape(MARKETPLACES[marketplace])):
        identify(SELLER, marketplace)


def test_only_zeros_are_nothing() -> None:
    for count in range(1, 40):
        assert candidates("0" * count) == ()


@pytest.mark.parametrize("kind", SubjectKind)
def test_only_readings_of_the_kind_that_was_said_are_given(kind: SubjectKind) -> None:
    for number, _, _ in PUBLISHED:
        assert all(each.subject.kind is kind for each in candidates(number, kind))


# --- properties ---------------------------------------------------------------------------------------------------

DIGITS, CAPITALS = string.digits, string.ascii_uppercase


def shaped(pattern: str) -> st.SearchStrategy[str]:
    return st.from_regex(pattern, fullmatch=True)


CANONICAL: dict[SubjectKind, st.SearchStrategy[str]] = {
    PARCEL: st.one_of(
        shaped(r"[0-9]{10}"),
        shaped(r"[0-9]{3}-[0-9]{8}"),
        shaped(r"[0-9]{12}"),
        shaped(r"[0-9]{15}"),
        shaped(r"00[0-9]{18}"),
        shaped(r"9[1-5][0-9]{18,24}"),
        shaped(r"1Z[A-Z0-9]{15}[0-9]"),
        shaped(r"[A-Z]{2}[0-9]{9}[A-Z]{2}"),
        shaped(r"TB[ACM][0-9]{12}"),
        shaped(r"YT[0-9]{16}"),
        shaped(r"GFUS[0-9]{14}"),
        shaped(r"GM[0-9]{10,30}"),
        shaped(r"JVGL[0-9]{9,10}"),
    ),
    CONTAINER: shaped(r"[A-Z]{3}[UJZ][0-9]{7}"),
    SELLER: shaped(r"A[A-Z0-9]{7,18}[0-9]").filter(lambda number: number not in MARKETPLACES),
    LISTING: st.one_of(shaped(r"B[0-9A-Z]{9}"), shaped(r"[0-9]{9}[0-9X]"), shaped(r"X00[0-9A-Z]{7}")),
    ORDER: shaped(r"[0-9]{3}-[0-9]{7}-[0-9]{7}"),
}


@st.composite
def known(draw: st.DrawFn) -> tuple[SubjectKind, str]:
    kind = draw(st.sampled_from(SubjectKind))
    number = draw(CANONICAL[kind])
    assume(number.replace("-", "").strip("0"))
    return kind, number


@st.composite
def disguised(draw: st.DrawFn, number: str) -> str:
    """The number as it may be typed: with separators of its own, in another case, full-width, quoted."""
    typed = ""
    for place, character in enumerate(number):
        typed += draw(st.sampled_from(["", "", "", " ", "-", "–", "\u00a0", "\u2011"])) if place else ""
        typed += character
    if draw(st.booleans()):
        typed = typed.lower()
    if draw(st.booleans()):
        typed = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in typed)
    before, after = draw(
        st.sampled_from([("", ""), ('"', '"'), ("“", "”"), (" ", ". "), ("`", "`"), ("#", ",")])
    )
    return before + typed + after


@given(known())
def test_the_canonical_number_identifies_as_itself(case: tuple[SubjectKind, str]) -> None:
    kind, number = case
    assert identify(kind, number).subject.number == number


@given(known(), st.data())
def test_the_canonical_form_does_not_depend_on_how_it_was_typed(
    case: tuple[SubjectKind, str], data: st.DataObject
) -> None:
    kind, number = case
    typed = data.draw(disguised(number))
    assert identify(kind, typed).subject.key == identify(kind, number).subject.key


@given(known())
def test_the_key_of_a_parcel_says_only_its_characters(case: tuple[SubjectKind, str]) -> None:
    kind, number = case
    keys = {each.subject.key for each in candidates(number, kind)}
    assert keys == {identify(kind, number).subject.key}


@given(known())
def test_candidates_come_in_the_order_of_their_check_digits(case: tuple[SubjectKind, str]) -> None:
    _, number = case
    order = {Check.PASSED: 0, Check.NONE: 1, Check.FAILED: 2}
    # A book's right ISBN stands level with a waybill's wrong check digit.
    checked = [order[each.check] for each in candidates(number) if each.subject.scheme != "isbn-10"]
    assert checked == sorted(checked)


@given(st.sampled_from(SubjectKind), st.text(max_size=80))
def test_it_raises_nothing_but_a_sentence_on_any_text(kind: SubjectKind, text: str) -> None:
    if found := candidates(text, kind):
        assert identify(kind, text) == found[0]
        return
    with pytest.raises(InvalidIdentifier) as refused:
        identify(kind, text)
    assert refused.value.sentence.endswith((".", "?"))
    assert "\n" not in refused.value.sentence


@given(
    st.lists(
        st.one_of(
            st.text(max_size=12),
            st.sampled_from(
                ["https://", "hxxp://", "[.]", "amazon.com", "/dp/", "?m=", "(00)", "<", "|", ">", "1Z", "+"]
            ),
            st.text(DIGITS + CAPITALS + " -()./:?&=%#@[]<>|", max_size=25),
        ),
        max_size=12,
    )
)
def test_no_text_breaks_the_search_in_messages(pieces: list[str]) -> None:
    text = "".join(pieces)
    for readings in find_identifiers(text):
        assert readings
        assert readings == tuple(readings)
    candidates(text)
    split_identifier(text)


@given(st.text(DIGITS + "ABZ -()\n\t（１é", max_size=40))
def test_splitting_a_line_loses_nothing_of_it(line: str) -> None:
    identifier, rest = split_identifier(line)
    assert "".join((identifier + rest).split()) == "".join(line.split())
    assert rest == "" or line.rstrip().endswith(rest)


@pytest.mark.parametrize("length", [2_001, 5_000, 200_000])
def test_a_very_long_text_is_refused_at_once(length: int) -> None:
    with pytest.raises(InvalidIdentifier):
        identify(PARCEL, "3" * length)
    assert candidates("3" * length) == ()
    assert candidates("word " * length + "3318810025") == ()
