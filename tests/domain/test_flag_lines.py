"""The one-line flag, as people really type it."""

from contextlib import suppress

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.domain.errors import InvalidIdentifier, InvalidInput
from bot.domain.flag_details import Confidence, Details, Reason
from bot.domain.flag_lines import EXAMPLES, OPTIONS, read_flag_line, read_labels
from bot.domain.identifiers import Check
from bot.domain.markings import Marking, Pap, Tlp
from bot.domain.subjects import SubjectKind


@pytest.mark.parametrize(
    ("line", "key", "words"),
    [
        ("parcel 3318810025 counterfeit earbuds", "parcel:3318810025", "counterfeit earbuds"),
        ("Parcel: 3318810025 counterfeit earbuds", "parcel:3318810025", "counterfeit earbuds"),
        ("parcels 3318810025", "parcel:3318810025", ""),
        ("parcel 33 1881 0025 counterfeit earbuds", "parcel:3318810025", "counterfeit earbuds"),
        ("parcel 331-881-0025 counterfeit earbuds", "parcel:3318810025", "counterfeit earbuds"),
        ("3318810025 counterfeit earbuds", "parcel:3318810025", "counterfeit earbuds"),
        ("3318810025", "parcel:3318810025", ""),
        ("  parcel   3318810025   two  spaces ", "parcel:3318810025", "two  spaces"),
        ("parcel 3318810025 first line\nsecond line", "parcel:3318810025", "first line\nsecond line"),
        ("parcel 3318810025 20 boxes of 100", "parcel:3318810025", "20 boxes of 100"),
        (
            "seller https://www.amazon.com/sp?seller=A2L77EE7U53NWQ fake chargers",
            "seller:amazon:A2L77EE7U53NWQ",
            "fake chargers",
        ),
        ("seller A2L77EE7U53NWQ fake chargers", "seller:amazon:A2L77EE7U53NWQ", "fake chargers"),
        ("seller a2l77ee7u53nwq", "seller:amazon:A2L77EE7U53NWQ", ""),
        ("container CSQU3054383 undeclared handbags", "container:CSQU3054383", "undeclared handbags"),
    ],
)
def test_it_says_what_is_flagged_and_why(line: str, key: str, words: str) -> None:
    read = read_flag_line(line)
    assert read.candidate.subject.key == key
    assert read.words == words
    assert read.marking is None


@pytest.mark.parametrize(
    ("options", "marking"),
    [
        ("--tlp amber", Marking(Tlp.AMBER)),
        ("--tlp=amber", Marking(Tlp.AMBER)),
        ("--TLP RED", Marking(Tlp.RED)),
        ("—tlp amber", Marking(Tlp.AMBER)),
        ("–tlp amber", Marking(Tlp.AMBER)),
        ("--tlp “amber+strict”", Marking(Tlp.AMBER_STRICT)),
        ('--tlp "amber strict"', Marking(Tlp.AMBER_STRICT)),
        ("--tlp TLP:GREEN", Marking(Tlp.GREEN)),
        ("--tlp amber --release dhl", Marking(Tlp.AMBER, frozenset({"dhl"}))),
        ("--release dhl,cbp", Marking(Tlp.AMBER, frozenset({"dhl", "cbp"}))),
        ("--release “DHL, cbp”", Marking(Tlp.AMBER, frozenset({"dhl", "cbp"}))),
        ("--release dhl, cbp", Marking(Tlp.AMBER, frozenset({"dhl", "cbp"}))),
        ("--release dhl ,cbp", Marking(Tlp.AMBER, frozenset({"dhl", "cbp"}))),
        ("--RELEASE = DHL , cbp", Marking(Tlp.AMBER, frozenset({"dhl", "cbp"}))),
        ("—release dhl,   cbp", Marking(Tlp.AMBER, frozenset({"dhl", "cbp"}))),
    ],
)
@pytest.mark.parametrize(
    "line",
    [
        "parcel 3318810025 counterfeit earbuds {}",
        "parcel 3318810025 {} counterfeit earbuds",
        "{} parcel 3318810025 counterfeit earbuds",
    ],
)
def test_an_option_may_stand_anywhere_and_be_typed_on_a_phone(
    line: str, options: str, marking: Marking
) -> None:
    read = read_flag_line(line.format(options))
    assert read.marking == marking
    assert read.candidate.subject.number == "3318810025"
    assert read.words == "counterfeit earbuds"


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("parcel 3318810025 --tlp purple", "“purple” is not a marking"),
        (
            "parcel 3318810025 --colour red",
            "There is no option --colour. The options are --brand, --reason, --confidence, --tlp, --release",
        ),
        ("parcel 3318810025 --pap purple", "“purple” is no PAP label"),
        ("parcel 3318810025 --tlp", "--tlp needs a value, such as --tlp amber"),
        ("parcel 3318810025 --tlp --release dhl", "--tlp needs a value"),
        ("parcel 3318810025 --tlp red --tlp green", "--tlp stands there twice"),
        ("parcel 3318810025 --tlp green --release dhl", "--release goes with --tlp amber"),
        ("parcel 3318810025 --urgent --urgent", "--urgent stands there twice"),
        ("parcel 3318810025 --urgent=no", "--urgent takes no value"),
        ("parcel 3318810025 --reason trade", "fits several: trademark_infringement, trade_dress."),
        ("parcel 3318810025 --reason ugly", "“ugly” is no reason I know. Choose one of counterfeit_"),
        ("parcel 3318810025 --confidence total", "Choose one of low, moderate, high"),
        ("parcel 3318810025 --brand " + "x" * 101, "The brand has 101 characters; 100 are enough"),
        ("parcel", "Which parcel? Type its number or link after the word: `/flag parcel 3318810025"),
        ("seller", "Which seller?"),
    ],
)
def test_what_cannot_be_meant_gets_a_sentence_that_helps(line: str, sentence: str) -> None:
    with pytest.raises(InvalidInput) as told:
        read_flag_line(line)
    assert sentence in told.value.sentence


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("ATVPDKIKX0DER", "the id of Amazon’s marketplace in the United States"),
        ("https://www.amazon.com/sp?seller=ATVPDKIKX0DER x", "the id of Amazon’s marketplace"),
        ("seller https://www.amazon.com/sp?seller=ATVPDKIKX0DER x", "the id of Amazon’s marketplace"),
        ("https://amzn.to/3x", "“hxxps://amzn[.]to/3x” is a shortened link"),
        ("33l8810025 fake", "did you mean 3318810025?"),
        ("1Z5R8939035756712 fake", "has 17 letters and digits. A UPS tracking number has 18"),
        ("0000000000", "has only zeros"),
        ("https://www.dhl.com/us-en/home.html", "No known number stands in this tracking link"),
        ("https://www.amazon.com/gp/help", "names no seller, no listing and no order"),
        ("https://fakes.example/store", "Say before it what it is: a seller or a listing"),
        ("hello there", "“hello” is no number or link known here. Say what it is first: `/flag parcel"),
    ],
)
def test_what_is_wrong_is_said_also_where_nobody_said_what_it_is(line: str, sentence: str) -> None:
    with pytest.raises(InvalidIdentifier) as told:
        read_flag_line(line)
    assert sentence in told.value.sentence


@pytest.mark.parametrize("line", ["hello there", "parcel hello", "seller !!!", "—", "--tlp red"])
def test_what_has_no_identifier_is_refused_as_one(line: str) -> None:
    with pytest.raises(InvalidIdentifier):
        read_flag_line(line)


@pytest.mark.parametrize(
    ("typed", "pap"),
    [("--pap red", Pap.RED), ("--pap PAP:AMBER", Pap.AMBER), ("—pap “white”", Pap.CLEAR), ("", Pap.CLEAR)],
)
def test_it_says_what_may_be_done_with_it(typed: str, pap: Pap) -> None:
    assert read_flag_line(f"parcel 3318810025 {typed}").pap is pap


def test_it_says_brand_reason_confidence_and_hurry_beside_the_words() -> None:
    read = read_flag_line(
        "parcel 3318810025 --brand “Northwind Audio” --urgent fake earbuds --reason counterfeit --confidence HIGH"
    )
    assert read.words == "fake earbuds"
    assert read.details == Details(
        brand="Northwind Audio",
        reason=Reason.COUNTERFEIT_TRADEMARK,
        confidence=Confidence.HIGH,
        urgent=True,
    )


@pytest.mark.parametrize("quoted", ["'Northwind’s Own'", "‘Northwind’s Own’", "’Northwind’s Own’"])
def test_an_options_value_may_stand_in_single_quotes(quoted: str) -> None:
    read = read_flag_line(f"parcel 3318810025 --brand {quoted} they’re fake")
    assert (read.details.brand, read.words) == ("Northwind's Own", "they’re fake")


@pytest.mark.parametrize("kind", Reason)
def test_every_reason_is_known_by_its_name_and_by_its_label(kind: Reason) -> None:
    for name in (kind.value, kind.label, kind.value.replace("_", "-").upper()):
        assert read_flag_line(f'3318810025 --reason "{name}"').details.reason is kind


@pytest.mark.parametrize(
    ("line", "readings"),
    [
        (
            "0306406152 a book or a parcel",
            [("listing:amazon:0306406152", "isbn-10"), ("parcel:0306406152", "dhl-express")],
        ),
        (
            "A1234567890 a parcel of theirs or a seller",
            [("parcel:A1234567890", "amazon-logistics"), ("seller:amazon:A1234567890", "amazon-seller")],
        ),
        (
            "50400000011 in a grey bag",
            [("parcel:50400000011", "dhl-express"), ("parcel:50400000011", "iata-awb")],
        ),
    ],
)
def test_what_may_be_two_things_just_as_well_is_left_to_its_author(
    line: str, readings: list[tuple[str, str]]
) -> None:
    read = read_flag_line(line)
    (thing,) = read.things
    assert sorted((each.subject.key, each.subject.scheme) for each in thing) == readings
    assert not read.is_clear
    assert read_flag_line("parcel 3318810025").is_clear


@pytest.mark.parametrize(
    ("line", "numbers", "words"),
    [
        ("3318810025 7777777770 counterfeit", ["3318810025", "7777777770"], "counterfeit"),
        ("parcel 3318810025,7777777770 counterfeit", ["3318810025", "7777777770"], "counterfeit"),
        (
            "parcel 33 1881 0025; 7777777770 and 1Z5R89390357567127 fake",
            ["3318810025", "7777777770", "1Z5R89390357567127"],
            "fake",
        ),
        ("A2L77EE7U53NWQ / B0EXAMPLE1 copied", ["A2L77EE7U53NWQ", "B0EXAMPLE1"], "copied"),
        (
            "https://www.dhl.com/us-en/home/tracking.html?tracking-id=3318810025,7777777770 fake",
            ["3318810025", "7777777770"],
            "fake",
        ),
        ("parcel 3318810025 7777777770 --tlp amber x", ["3318810025", "7777777770"], "x"),
    ],
)
def test_several_things_at_its_head_are_all_read(line: str, numbers: list[str], words: str) -> None:
    read = read_flag_line(line)
    assert [thing[0].subject.number for thing in read.things] == numbers
    assert read.words == words
    assert not read.is_clear


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("3318810025 same sender as 7777777770", "same sender as 7777777770"),
        ("seller A2L77EE7U53NWQ B0EXAMPLE1 is theirs", "B0EXAMPLE1 is theirs"),
        ("3318810025,fake", "fake"),
        ("parcel 3318810025 33 1881 0025 fake", "fake"),
    ],
)
def test_what_stands_in_its_words_or_is_of_another_kind_or_the_same_once_more_is_not_flagged_too(
    line: str, words: str
) -> None:
    read = read_flag_line(line)
    assert (len(read.things), read.words) == (1, words)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("3318810025:fake", "fake"),
        ("3318810025.fake earbuds", "fake earbuds"),
        ("3318810025!fake", "fake"),
        ("3318810025(fake) earbuds", "(fake) earbuds"),
        ("3318810025_fake", "fake"),
        ("3318810025…fake", "fake"),
        ("3318810025，假货", "假货"),
        ("3318810025假货 earbuds", "假货 earbuds"),
        ("３３１８８１００２５：假货", "假货"),
        ("\u20683318810025\u2069:fake", "fake"),
        ("(3318810025) fake", "fake"),
        ("“3318810025”: fake", ": fake"),
    ],
)
def test_words_that_hang_on_the_number_are_not_lost(line: str, words: str) -> None:
    read = read_flag_line(line)
    assert (read.candidate.subject.key, read.words) == ("parcel:3318810025", words)


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("> 3318810025 fake", "3318810025"),
        ("• 3318810025 fake", "3318810025"),
        ("1. 3318810025 fake", "3318810025"),
        ("12) 3318810025 fake", "3318810025"),
        ("| 3318810025 | fake", "3318810025"),
        ("00 340434292135100124 fake", "00340434292135100124"),
        ("(J) JD01 4600 0062 8123 0704 fake", "JD014600006281230704"),
        ("(J)JD01 4600 0062 8123 0704 fake", "JD014600006281230704"),
        ("Sendungsnummer: 00340434292135100124 fake", "00340434292135100124"),
        ("Merchant token: A2L77EE7U53NWQ fake", "A2L77EE7U53NWQ"),
        ("ISBN-10: 3318810029 fake", "3318810029"),
    ],
)
def test_what_lists_quotes_and_labels_put_before_a_number_is_no_part_of_it(line: str, number: str) -> None:
    read = read_flag_line(line)
    assert read.candidate.subject.number == number
    assert read.words.endswith("fake")


def test_a_wrong_check_digit_is_read_and_said() -> None:
    read = read_flag_line("container CSQU3054384 handbags")
    assert read.candidate.check is Check.FAILED
    assert read.candidate.why


@pytest.mark.parametrize(("kind", "example"), EXAMPLES.items())
def test_every_example_in_the_help_can_be_typed(kind: SubjectKind, example: str) -> None:
    read = read_flag_line(example.strip("`").removeprefix("/flag "))
    assert read.candidate.subject.kind is kind
    assert read.candidate.check is not Check.FAILED
    assert read.words


@pytest.mark.parametrize(("option", "example"), OPTIONS.items())
def test_every_example_of_an_option_can_be_typed(option: str, example: str) -> None:
    plain = read_flag_line("parcel 3318810025 fake")
    read = read_flag_line(f"parcel 3318810025 fake {example}")
    assert example.startswith(f"--{option} ")
    assert read.words == "fake"
    assert read != plain


@given(st.text(max_size=200))
def test_words_stay_to_the_letter(words: str) -> None:
    assume(not any(dash in words for dash in ("--", "—", "–")))
    assert read_flag_line(f"parcel 3318810025 {words}").words == words.strip()


@given(st.text())
def test_whatever_is_typed_is_read_or_answered_with_a_sentence(line: str) -> None:
    with suppress(InvalidInput):
        assert read_flag_line(line).candidate.subject.number


@pytest.mark.parametrize(
    "meant",
    [
        "— tlp red",
        "-- tlp red",
        "– TLP amber",
        "-tlp red",
        "-release dhl",
        "— release dhl",
        "-urgent",
        "- pap red",
        "---tlp red",
        "—-tlp red",
        "——tlp red",
        "‐‐tlp red",
        "−−tlp red",
        "－－tlp red",
        "‐‐brand Northwind",
        "earbuds--tlp red",
        "earbuds—tlp red",
        "(--tlp red)",
        "\u200b--release dhl",
    ],
)
def test_what_is_almost_an_option_is_asked_about_and_not_flagged_to_everybody(meant: str) -> None:
    with pytest.raises(InvalidInput, match="looks like an option"):
        read_flag_line(f"parcel 3318810025 fake {meant}")


@pytest.mark.parametrize(
    "words",
    ["a box - released from the hub", "pre-release copies", "looks fake – tlpx", "x-tlp", "brand—new fakes"],
)
def test_words_with_dashes_stay_words(words: str) -> None:
    assert read_flag_line(f"parcel 3318810025 {words}").words == words


def test_a_message_says_how_it_is_marked_and_its_other_words_stay_to_the_letter() -> None:
    marking, pap, words = read_labels(
        "3318810025 —brand new fakes --tlp amber --release dhl -urgent —pap red"
    )
    assert marking == Marking(Tlp.AMBER, frozenset({"dhl"}))
    assert pap is Pap.RED
    assert words == "3318810025 —brand new fakes -urgent"
