"""API keys: what they are called, what is kept of them, and how often they may ask."""

import secrets
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.api_keys import AT_ONCE, EACH, digest_of, new_token, read_key_name, spend
from bot.domain.errors import InvalidInput
from tests.factories import NOON


def test_a_key_has_a_prefix_and_256_random_bits() -> None:
    token = new_token(secrets.token_urlsafe)
    assert token.startswith("ofa_")
    assert len(token) == len("ofa_") + 43
    assert token != new_token(secrets.token_urlsafe)


def test_what_is_kept_of_a_key_is_its_sha_256() -> None:
    assert digest_of("ofa_x") == "211c644585fb1281fb344f1b24dad5d192fa1df095c729f49648cc0daddb91fb"


@pytest.mark.parametrize("text", ["dhl-screening", "  DHL-Screening ", "a", "a" * 20, "x_1"])
def test_a_name_is_taken_in_lower_case(text: str) -> None:
    assert read_key_name(text) == text.strip().lower()


@pytest.mark.parametrize("text", ["", " ", "1x", "-x", "a b", "a" * 21, "ä", "a/b", "<@U0ADMIN1>"])
def test_a_name_that_could_not_stand_where_a_user_id_does_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput) as told:
        read_key_name(text)
    assert told.value.field == "name"


def allowed(moments: list[datetime]) -> list[datetime]:
    """Of these requests, in order, the ones that are let through."""
    paid_until, through = None, []
    for moment in moments:
        paid_until, wait = spend(paid_until, moment)
        if not wait:
            through.append(moment)
    return through


def test_after_a_pause_a_burst_is_let_through_and_then_a_steady_stream() -> None:
    at_once = [NOON] * 500
    steady = [NOON + EACH * number for number in range(1, 500)]
    assert len(allowed(at_once)) == AT_ONCE
    assert allowed([*at_once, *steady])[AT_ONCE:] == steady


def test_who_has_to_wait_is_told_how_long_and_then_let_through() -> None:
    paid_until = None
    for _ in range(AT_ONCE):
        paid_until, wait = spend(paid_until, NOON)
        assert not wait
    paid_until, wait = spend(paid_until, NOON)
    assert wait == EACH
    assert not spend(paid_until, NOON + wait)[1]


@given(st.lists(st.integers(0, 300), min_size=1, max_size=400))
def test_in_no_stretch_of_time_more_is_let_through_than_a_burst_and_what_the_time_brings(
    tenths: list[int],
) -> None:
    through = allowed([NOON + timedelta(seconds=tenth / 10) for tenth in sorted(tenths)])
    for first, start in enumerate(through):
        for last in range(first, len(through)):
            assert last - first + 1 <= AT_ONCE + (through[last] - start) / EACH
