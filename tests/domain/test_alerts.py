"""Who hears of a case, and when a message that did not arrive is tried again."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.alerts import REMEDIES, UNKNOWN_REMEDY, Remedy, next_attempt, route
from bot.domain.markings import Marking, Tlp
from bot.domain.operations import OperationPlan
from tests.factories import GREEN, NAMES, NOON, case, flag


def hear_of(marking: Marking, owner: str, example: OperationPlan) -> list[str]:
    stored = case(owner=owner, marking=marking, flags=(flag(owner, marking=marking),))
    return [place.organisation for place in route(stored.marking, stored.owner, example.organisations)]


@pytest.mark.parametrize("tlp", [Tlp.GREEN, Tlp.CLEAR])
def test_everyone_hears_of_what_is_shared(tlp: Tlp, example: OperationPlan) -> None:
    assert hear_of(Marking(tlp), "dhl", example) == list(NAMES)


@pytest.mark.parametrize(
    ("marking", "told"),
    [
        (Marking(Tlp.AMBER), ["dhl"]),
        (Marking(Tlp.AMBER, frozenset({"cbp"})), ["dhl", "cbp"]),
        (Marking(Tlp.AMBER_STRICT), ["dhl"]),
        (Marking(Tlp.AMBER_STRICT, frozenset({"cbp"})), ["dhl"]),
        (Marking(Tlp.RED), []),
    ],
)
def test_only_those_it_is_for_hear_of_what_is_not(
    marking: Marking, told: list[str], example: OperationPlan
) -> None:
    assert hear_of(marking, "dhl", example) == told


def test_each_is_told_in_its_own_channel(example: OperationPlan) -> None:
    places = {place.organisation: place.channel for place in route(GREEN, "amazon", example.organisations)}
    assert places == {"amazon": "C0AMAZON", "dhl": "C0DHL", "cbp": "C0CBP", "iprc": "C0IPRC"}


@pytest.mark.parametrize(
    ("attempts", "seconds"),
    [(1, 2), (2, 4), (3, 8), (4, 16), (8, 256), (9, 512), (10, 600), (17, 600), (5000, 600)],
)
def test_each_failure_waits_twice_as_long_up_to_ten_minutes(attempts: int, seconds: int) -> None:
    assert next_attempt(NOON, attempts, None) == NOON + timedelta(seconds=seconds)


@given(st.integers(1, 10_000), st.floats(0, 86_400))
def test_what_the_destination_asks_for_goes_first(attempts: int, retry_after: float) -> None:
    assert next_attempt(NOON, attempts, retry_after) == NOON + timedelta(seconds=retry_after)


@given(st.integers(1, 10_000))
def test_a_later_failure_never_waits_shorter(attempts: int) -> None:
    assert NOON < next_attempt(NOON, attempts, None) <= next_attempt(NOON, attempts + 1, None)


@pytest.mark.parametrize("remedy", [*REMEDIES.values(), UNKNOWN_REMEDY])
def test_every_refusal_says_what_it_means_and_how_it_is_mended(remedy: Remedy) -> None:
    assert remedy.meaning
    assert remedy.mend.endswith(".")
