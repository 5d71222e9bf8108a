"""Case references: random, checked, and read leniently."""

import re
import secrets
from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.domain.references import ALPHABET, begins_like_one, check_character, new_reference, read_reference

PREFIXES = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=2, max_size=8)
RANDOM_PARTS = st.text(ALPHABET, min_size=5, max_size=5)
CANONICAL = re.compile(r"OFA-[0-9]{4}-[0-9ABCDEFGHJKMNPQRSTVWXYZ]{6}")


def made(prefix: str, year: int, characters: str) -> str:
    chosen = iter(characters)
    return new_reference(prefix, year, lambda _: next(chosen))


def test_a_reference_looks_like_this() -> None:
    assert made("OFA", 2026, "7K3QX") == "OFA-2026-7K3QX4"


def test_its_alphabet_has_no_letters_that_are_taken_for_digits_or_make_words() -> None:
    assert len(set(ALPHABET)) == 32
    assert not set("ILOU") & set(ALPHABET)


@given(PREFIXES, st.integers(2000, 2999), RANDOM_PARTS)
def test_what_is_made_is_read_back(prefix: str, year: int, characters: str) -> None:
    reference = made(prefix, year, characters)
    read = read_reference(reference, prefix)
    assert read is not None
    assert read.text == reference
    assert read.check_passed


@given(RANDOM_PARTS, st.integers(0, 5), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_always_noticed(characters: str, place: int, typed: str) -> None:
    reference = made("OFA", 2026, characters)
    six = reference[-6:]
    assume(six[place] != typed)
    read = read_reference(f"OFA-2026-{six[:place]}{typed}{six[place + 1 :]}", "OFA")
    assert read is not None
    assert not read.check_passed


def test_swapped_neighbours_are_nearly_always_noticed() -> None:
    random = Random(2026)  # noqa: S311  # the same ones each time
    swapped = unnoticed = 0
    for _ in range(2000):
        six = made("OFA", 2026, "".join(random.choice(ALPHABET) for _ in range(5)))[-6:]
        for place in range(5):
            other = f"{six[:place]}{six[place + 1]}{six[place]}{six[place + 2 :]}"
            if other != six:
                swapped += 1
                read = read_reference(f"OFA-2026-{other}", "OFA")
                unnoticed += read is not None and read.check_passed
    assert unnoticed / swapped < 0.02


@given(RANDOM_PARTS, st.data())
def test_it_is_read_as_people_type_it(characters: str, data: st.DataObject) -> None:
    reference = made("OFA", 2026, characters)
    look_alikes = {"0": "0Oo", "1": "1IiLl"}
    typed = "".join(
        data.draw(st.sampled_from(look_alikes.get(letter, letter + letter.lower())))
        for letter in reference[-6:]
    )
    separator = data.draw(st.sampled_from(["-", " ", "", " - ", "–", "—", "_"]))
    prefix = data.draw(st.sampled_from(["OFA", "ofa", "Ofa"]))
    read = read_reference(f"  {prefix}{separator}2026{separator}{typed} ", "OFA")
    assert read is not None
    assert read.text == reference
    assert read.check_passed


@pytest.mark.parametrize(
    "text",
    [
        "",
        "3318810025",
        "A2L77EE7U53NWQ",
        "OFA",
        "OFA-2026",
        "OFA-2026-7K3QX",
        "OFA-2026-7K3QX4X",
        "XYZ-2026-7K3QX5",
        "XYZ2026-7K3QX4",
        "XYZ-7K3QX4",
        "OFA-2026-7K3QU4",
    ],
)
def test_what_is_no_reference_is_not_taken_for_one(text: str) -> None:
    assert read_reference(text, "OFA") is None


@pytest.mark.parametrize(
    "typed",
    [
        "“OFA-2026-7K3QX4”",
        "OFA-2026-7K3QX4.",
        "(ofa-2026-7k3qx4)",
        "`2026-7K3QX4`",
        "20267k3qx4",
        "ofa 7k3qx4",
        "7k3qx4",
    ],
)
def test_it_is_read_out_of_quotes_and_without_what_goes_without_saying(typed: str) -> None:
    read = read_reference(typed, "OFA", 2026)
    assert read is not None
    assert (read.text, read.check_passed) == ("OFA-2026-7K3QX4", True)


def test_a_whole_one_is_read_by_whatever_name_the_operation_called_its_cases_then() -> None:
    read = read_reference("“xyz-2026-7k3qx4”", "OFA", 2026)
    assert read is not None
    assert (read.text, read.check_passed) == ("XYZ-2026-7K3QX4", True)


@pytest.mark.parametrize("typed", ["7K3QX5", "2026-7K3QX5", "OFA-7K3QX5", "XYZ-7K3QX4", "123456"])
def test_half_of_one_that_does_not_fit_is_none(typed: str) -> None:
    assert read_reference(typed, "OFA", 2026) is None


@pytest.mark.parametrize(
    "typed", ["OFA-2026-7K3QX", "“ofa 2026 7k3qx44”", "OFA2026-7K3QU4", "ofa-7k3qx5", "OFA – "]
)
def test_it_is_known_by_its_beginning_whatever_follows(typed: str) -> None:
    assert begins_like_one(typed, "OFA")


@pytest.mark.parametrize(
    "typed", ["", "OFA", "OFAX-2026-7K3QX", "XYZ-2026-7K3QX", "2026-7K3QX", "7K3QX OFA-2026"]
)
def test_what_begins_otherwise_is_not_taken_for_the_beginning_of_one(typed: str) -> None:
    assert not begins_like_one(typed, "OFA")


def test_without_a_year_to_go_by_it_is_none() -> None:
    assert read_reference("7K3QX4", "OFA") is None


@given(st.text())
def test_whatever_is_read_comes_in_the_canonical_spelling(text: str) -> None:
    read = read_reference(text, "OFA")
    assert read is None or CANONICAL.fullmatch(read.text)


@given(st.from_regex(r"OFA[ -]?\d{4}[ -]?\w{6}", fullmatch=True))
def test_whatever_looks_like_one_comes_in_the_canonical_spelling(text: str) -> None:
    read = read_reference(text, "OFA")
    assert read is None or CANONICAL.fullmatch(read.text)


def test_full_width_characters_are_read_too() -> None:
    assert read_reference("ＯＦＡ－２０２６－７Ｋ３ＱＸ４", "OFA") == read_reference("OFA-2026-7K3QX4", "OFA")


def test_the_check_character_is_of_the_same_alphabet() -> None:
    assert {check_character("".join(secrets.choice(ALPHABET) for _ in range(5))) for _ in range(500)} <= set(
        ALPHABET
    )
