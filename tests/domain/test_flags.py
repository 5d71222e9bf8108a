"""How long a flag can be undone, and why one is withdrawn."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.flags import UNDO_FOR, WithdrawReason
from tests.factories import NOON, flag


@given(st.timedeltas(timedelta(days=-1), timedelta(days=400)))
def test_it_is_undone_for_ten_minutes_and_not_a_moment_longer(passed: timedelta) -> None:
    assert flag().may_be_undone(NOON + passed) is (passed < timedelta(minutes=10))


@pytest.mark.parametrize("moment", [NOON, NOON + UNDO_FOR / 2])
def test_what_is_withdrawn_cannot_be_undone(moment: datetime) -> None:
    assert not flag(withdrawn_at=NOON).may_be_undone(moment)


@pytest.mark.parametrize("reason", WithdrawReason)
def test_every_reason_has_words(reason: WithdrawReason) -> None:
    assert reason.words
