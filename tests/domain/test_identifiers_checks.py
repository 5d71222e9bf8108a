"""Check digits, against published numbers and against a second way of reckoning each."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import ean, isbn
from stdnum.iso6346 import is_valid as is_container

from bot.domain.identifiers import checks

DIGITS = "0123456789"


def digits(count: int) -> st.SearchStrategy[str]:
    return st.text(DIGITS, min_size=count, max_size=count)


@given(st.text(DIGITS, min_size=1, max_size=30))
def test_gs1_agrees_with_the_library(body: str) -> None:
    assert checks.gs1_mod10(body) == ean.calc_check_digit(body)


@given(st.text(DIGITS, min_size=7, max_size=10))
def test_mod_7_agrees_with_long_division(body: str) -> None:
    remainder = 0
    for digit in body:
        remainder = (remainder * 10 + int(digit)) % 7
    assert checks.mod7(body) == str(remainder)


@given(st.text(DIGITS + "ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=15, max_size=15))
def test_ups_makes_the_doubled_sum_a_multiple_of_ten(body: str) -> None:
    # The published table of UPS gives A the value 2, B 3, and so on, beginning again at 0 after 9.
    letters = dict(zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "23456789012345678901234567", strict=True))
    values = [int(letters.get(character, character)) for character in body]
    total = sum(values[0::2]) + 2 * sum(values[1::2])
    assert (total + int(checks.ups(body))) % 10 == 0


@given(digits(8))
def test_s10_agrees_with_the_wording_of_the_standard(serial: str) -> None:
    total = 0
    for weight, digit in zip((8, 6, 4, 2, 3, 5, 9, 7), serial, strict=True):
        total += weight * int(digit)
    expected = 11 - total % 11
    if expected == 10:
        expected = 0
    elif expected == 11:
        expected = 5
    assert checks.s10(serial) == str(expected)


@given(digits(11))
def test_fedex_agrees_with_weights_counted_from_the_right(body: str) -> None:
    weights = [1, 3, 7]
    total = sum(int(digit) * weights[position % 3] for position, digit in enumerate(reversed(body)))
    assert checks.fedex_express(body) == str(total % 11 % 10)


@given(digits(9))
def test_isbn_agrees_with_the_library(body: str) -> None:
    right = checks.isbn10(body)
    assert isbn.is_valid(body + right)
    assert [last for last in DIGITS + "X" if isbn.is_valid(body + last)] == [right]


@given(st.from_regex(r"[A-Z]{3}[UJZ][0-9]{6}", fullmatch=True))
def test_a_container_is_one_for_the_library_too(body: str) -> None:
    letters = {}
    value = 10
    for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ":
        value += value % 11 == 0
        letters[letter] = value
        value += 1
    total = sum(letters.get(c, ord(c) - 48) << position for position, c in enumerate(body))
    assert checks.iso6346_container(body) == str(total % 11 % 10)
    assert is_container(body + checks.iso6346_container(body))


@pytest.mark.parametrize(
    ("function", "body", "check"),
    [
        (checks.mod7, "331881002", "5"),
        (checks.mod7, "1234567", "5"),
        (checks.gs1_mod10, "0034043429213510012", "4"),
        (checks.gs1_mod10, "940011120620640626078", "7"),
        (checks.ups, "5R8939035756712", "7"),
        (checks.s10, "12345678", "5"),
        (checks.fedex_express, "98657878885", "5"),
        (checks.iso6346_container, "CSQU305438", "3"),
        (checks.isbn10, "030640615", "2"),
        (checks.isbn10, "080442957", "X"),
    ],
)
def test_it_agrees_with_published_numbers(function: Callable[[str], str], body: str, check: str) -> None:
    assert function(body) == check
