"""Who meets whom, and how often that is answered."""

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.deconfliction import (
    FLAGS_AN_HOUR,
    MEETINGS_OF_A_PERSON,
    MEETINGS_OF_AN_ORGANISATION,
    Outcome,
    Record,
    Spent,
    fingerprint,
    key_name,
    meets,
    outcome_of,
)
from bot.domain.markings import Marking, Tlp
from tests.factories import NAMES, PARCEL, person

KEY = b"k" * 32
keys = st.binary(min_size=32, max_size=64)
organisations = st.sampled_from(sorted(NAMES))
markings = st.one_of(
    st.builds(Marking, st.sampled_from(Tlp)),
    st.builds(Marking, st.just(Tlp.AMBER), st.frozensets(organisations, max_size=2)),
)


def record(organisation: str, marking: Marking, *, owner: str = "", case: Marking | None = None) -> Record:
    owner = owner or organisation
    author, opener = person(f"U0{organisation.upper()}1"), person(f"U0{owner.upper()}1")
    return Record(1, 1, organisation, author, marking, case or marking, owner, opener)


@given(keys, st.text())
def test_a_fingerprint_is_hmac_sha256_and_names_its_key(key: bytes, subject: str) -> None:
    name, _, digest = fingerprint(key, subject).partition(":")
    assert digest == hmac.new(key, subject.encode(), hashlib.sha256).hexdigest()
    assert name == key_name(key)
    assert len(fingerprint(key, subject)) <= 80


@given(keys, keys)
def test_another_key_makes_another_fingerprint(one: bytes, other: bytes) -> None:
    assert (fingerprint(one, PARCEL.key) == fingerprint(other, PARCEL.key)) is (
        one == other
        or hmac.new(one, b"", hashlib.sha256).digest() == hmac.new(other, b"", hashlib.sha256).digest()
    )


@given(organisations, markings, organisations, markings, st.frozensets(organisations))
def test_only_what_is_hidden_from_its_flagger_is_met_and_only_by_the_willing(
    mine: str, marking: Marking, theirs: str, other: Marking, willing: frozenset[str]
) -> None:
    visible = other.tlp.is_shared or (other.tlp is Tlp.AMBER and mine in other.releases)
    expected = (
        mine != theirs
        and {mine, theirs} <= willing
        and not visible
        and Tlp.RED not in (marking.tlp, other.tlp)
    )
    assert meets(record(mine, marking), record(theirs, other), willing) is expected


def test_a_strict_part_of_a_shared_case_is_met() -> None:
    hidden = record("dhl", Marking(Tlp.AMBER_STRICT), owner="amazon", case=Marking(Tlp.GREEN))
    assert meets(record("amazon", Marking(Tlp.GREEN)), hidden, frozenset(NAMES))


@pytest.mark.parametrize(
    ("spent", "outcome"),
    [
        (Spent(0, 0, 1), Outcome.TOLD),
        (Spent(MEETINGS_OF_A_PERSON - 1, MEETINGS_OF_AN_ORGANISATION - 1, FLAGS_AN_HOUR), Outcome.TOLD),
        (Spent(MEETINGS_OF_A_PERSON, 0, 1), Outcome.PERSON),
        (Spent(0, MEETINGS_OF_AN_ORGANISATION, 1), Outcome.ORGANISATION),
        (Spent(0, 0, FLAGS_AN_HOUR + 1), Outcome.PACE),
        (Spent(99, 99, 999), Outcome.PACE),
    ],
)
def test_so_many_meetings_are_answered_and_no_more(spent: Spent, outcome: Outcome) -> None:
    assert outcome_of(spent) is outcome
