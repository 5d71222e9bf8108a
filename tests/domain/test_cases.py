"""Where a case may go from where it stands, and who may close it."""

from itertools import product

import pytest

from bot.domain.cases import (
    CHOOSABLE_REASONS,
    Change,
    CloseReason,
    Status,
    next_status,
    organisations_that_may_close,
)
from bot.domain.errors import Conflict
from tests.factories import NOON, case, flag

REFUSED = None

TABLE = [
    (Status.OPEN, Change.FLAGGED, Status.OPEN),
    (Status.OPEN, Change.ACKNOWLEDGED, Status.OPEN),
    (Status.OPEN, Change.WITHDRAWN, Status.OPEN),
    (Status.OPEN, Change.NOTED, Status.OPEN),
    (Status.OPEN, Change.MARKED, Status.OPEN),
    (Status.OPEN, Change.CLOSED, Status.CLOSED),
    (Status.CLOSED, Change.FLAGGED, Status.OPEN),
    (Status.CLOSED, Change.ACKNOWLEDGED, REFUSED),
    (Status.CLOSED, Change.WITHDRAWN, Status.CLOSED),
    (Status.CLOSED, Change.NOTED, REFUSED),
    (Status.CLOSED, Change.MARKED, REFUSED),
    (Status.CLOSED, Change.CLOSED, REFUSED),
]


@pytest.mark.parametrize(("status", "change", "leads_to"), TABLE)
def test_a_change_leads_where_the_table_says(status: Status, change: Change, leads_to: Status | None) -> None:
    if leads_to is REFUSED:
        with pytest.raises(Conflict, match="closed"):
            next_status(status, change)
    else:
        assert next_status(status, change) is leads_to


def test_the_table_speaks_of_every_status_and_change() -> None:
    assert {(status, change) for status, change, _ in TABLE} == set(product(Status, Change))


def test_nobody_can_choose_that_all_flags_were_withdrawn() -> None:
    assert set(CloseReason) - set(CHOOSABLE_REASONS) == {CloseReason.WITHDRAWN}


@pytest.mark.parametrize("reason", CloseReason)
def test_every_reason_has_words_that_accuse_nobody(reason: CloseReason) -> None:
    assert reason.words
    assert "counterfeit" not in reason.words.lower()


def test_its_owner_may_close_a_case() -> None:
    assert organisations_that_may_close(case(flags=(flag("amazon"), flag("dhl", id=2)))) == {"amazon"}


def test_when_its_owner_has_withdrawn_those_who_still_stand_by_their_flags_may_close() -> None:
    flags = (
        flag("amazon", withdrawn_at=NOON),
        flag("dhl", id=2),
        flag("cbp", id=3),
        flag("iprc", id=4, withdrawn_at=NOON),
    )
    assert organisations_that_may_close(case(flags=flags)) == {"dhl", "cbp"}


def test_when_no_flag_stands_it_is_its_owners_again() -> None:
    assert organisations_that_may_close(case(flags=(flag("dhl", withdrawn_at=NOON),))) == {"amazon"}
