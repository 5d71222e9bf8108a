"""Where a case may go from where it stands, and who may close it."""

from itertools import product

import pytest

from bot.domain.cases import (
    AFTER_CLOSING,
    CHOOSABLE_REASONS,
    AfterClosing,
    Change,
    CloseReason,
    Entry,
    Status,
    ends_with,
    flags_of,
    next_status,
    organisations_that_may_close,
)
from bot.domain.errors import Conflict
from bot.domain.flags import Flag
from bot.domain.markings import Marking, Tlp
from tests.factories import NOON, case, entry, flag, person

REFUSED = None

TABLE = [
    (Status.OPEN, Change.FLAGGED, Status.OPEN),
    (Status.OPEN, Change.ACKNOWLEDGED, Status.OPEN),
    (Status.OPEN, Change.WITHDRAWN, Status.OPEN),
    (Status.OPEN, Change.CORRECTED, Status.OPEN),
    (Status.OPEN, Change.NOTED, Status.OPEN),
    (Status.OPEN, Change.MARKED, Status.OPEN),
    (Status.OPEN, Change.CLOSED, Status.CLOSED),
    (Status.OPEN, Change.CLOSED_AGAIN, Status.CLOSED),
    (Status.CLOSED, Change.FLAGGED, Status.OPEN),
    (Status.CLOSED, Change.ACKNOWLEDGED, REFUSED),
    (Status.CLOSED, Change.WITHDRAWN, Status.CLOSED),
    (Status.CLOSED, Change.CORRECTED, REFUSED),
    (Status.CLOSED, Change.NOTED, REFUSED),
    (Status.CLOSED, Change.MARKED, REFUSED),
    (Status.CLOSED, Change.CLOSED, REFUSED),
    (Status.CLOSED, Change.CLOSED_AGAIN, REFUSED),
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


# -- after the end --------------------------------------------------------------------------------------------------


def test_every_reason_says_what_a_new_flag_does() -> None:
    asked = {reason for reason, what in AFTER_CLOSING.items() if what is AfterClosing.ASKED}
    assert set(AFTER_CLOSING) == set(CloseReason)
    assert asked == {CloseReason.GENUINE, CloseReason.DUPLICATE}


ENDED = entry(Change.CLOSED, id=2, reason=CloseReason.GENUINE)
ENDS = [
    ("the only flag", (flag(),), (entry(flag_id=1),), (Change.CLOSED, CloseReason.WITHDRAWN)),
    ("another stands", (flag(), flag("dhl", id=2)), (entry(flag_id=1), entry(id=2, flag_id=2)), None),
    (
        "a stricter part stands",
        (flag(), flag("dhl", id=2, marking=Marking(Tlp.AMBER))),
        (entry(flag_id=1),),
        (Change.CLOSED, CloseReason.WITHDRAWN),
    ),
    (
        "it alone opened the case again",
        (flag(), flag("dhl", id=2)),
        (entry(flag_id=2), ENDED, entry(id=3, flag_id=1)),
        (Change.CLOSED_AGAIN, CloseReason.GENUINE),
    ),
    (
        "another has joined since",
        (flag(), flag("dhl", id=2)),
        (ENDED, entry(id=3, flag_id=1), entry(id=4, flag_id=2)),
        None,
    ),
    (
        "somebody of whom the entry does not say",
        (flag(), flag("dhl", id=2)),
        (ENDED, entry(id=3, flag_id=1), entry(id=4)),
        None,
    ),
]


@pytest.mark.parametrize(
    ("flags", "timeline", "end"), [row[1:] for row in ENDS], ids=[row[0] for row in ENDS]
)
def test_with_a_flag_goes_what_stood_by_it_alone(
    flags: tuple[Flag, ...], timeline: tuple[Entry, ...], end: tuple[Change, CloseReason] | None
) -> None:
    assert ends_with(flags[0], case(flags=flags, timeline=timeline)) == end


def test_what_is_closed_is_not_closed_by_a_withdrawal() -> None:
    assert ends_with(flag(), case(status=Status.CLOSED)) is None


def test_a_persons_flags_are_numbered_whether_they_stand_or_not() -> None:
    stored = case(flags=(flag(withdrawn_at=NOON), flag("dhl", id=2), flag(id=3)))
    assert [each.id for each in flags_of(stored, person("U0AMAZON1"))] == [1, 3]
