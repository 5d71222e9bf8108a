"""When a partner is asked, and when asked again."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.facts import Happening, Outcome, ParcelStatus, Partner, is_fresh, needs_asking, partner_for
from bot.domain.subjects import Subject, SubjectKind
from tests.factories import IN_CUSTOMS, NOON, PARCEL, SELLER, known


@pytest.mark.parametrize("scheme", ["dhl-express", "dhl-express-piece", "dhl-ecommerce", "dhl-paket"])
def test_dhl_is_asked_about_its_own_parcels(scheme: str) -> None:
    assert partner_for(PARCEL._replace(scheme=scheme)) is Partner.DHL


@pytest.mark.parametrize(
    "subject",
    [PARCEL._replace(scheme="ups"), SELLER, Subject(SubjectKind.CONTAINER, "iso6346", "CSQU3054383")],
)
def test_nobody_is_asked_about_other_things(subject: Subject) -> None:
    assert partner_for(subject) is None


@pytest.mark.parametrize(
    ("status", "good_for"),
    [
        (ParcelStatus.PRE_TRANSIT, timedelta(minutes=30)),
        (ParcelStatus.TRANSIT, timedelta(minutes=30)),
        (ParcelStatus.UNKNOWN, timedelta(minutes=30)),
        (ParcelStatus.FAILURE, timedelta(hours=1)),
        (ParcelStatus.DELIVERED, timedelta(days=1)),
    ],
)
def test_an_answer_is_good_for_as_long_as_it_is_likely_to_hold(
    status: ParcelStatus, good_for: timedelta
) -> None:
    fact = replace(IN_CUSTOMS, latest=Happening(status, "", "", ""))
    assert is_fresh(fact, NOON + good_for - timedelta(seconds=1))
    assert not is_fresh(fact, NOON + good_for)


def test_not_found_is_asked_again_after_half_an_hour() -> None:
    fact = replace(IN_CUSTOMS, outcome=Outcome.NOT_FOUND, latest=None)
    assert not is_fresh(fact, NOON + timedelta(minutes=30))


def test_who_was_never_asked_is_asked() -> None:
    assert needs_asking((), Partner.DHL, NOON)


def test_who_has_just_answered_is_left_alone() -> None:
    assert not needs_asking((known(),), Partner.DHL, NOON + timedelta(minutes=1))


def test_an_old_answer_is_asked_for_again() -> None:
    assert needs_asking((known(),), Partner.DHL, NOON + timedelta(hours=2))


def test_while_a_question_is_on_its_way_nobody_asks_once_more() -> None:
    assert not needs_asking((known(None, asking=True),), Partner.DHL, NOON)
    assert not needs_asking((known(asking=True),), Partner.DHL, NOON + timedelta(hours=2))


def test_a_question_that_was_given_up_is_asked_again() -> None:
    given_up = known(None, trouble=Outcome.PARTNER_ERROR, trouble_since=NOON)
    assert needs_asking((given_up,), Partner.DHL, NOON)
