"""When a digest is due: crontab's rules, in the digest's zone, through both changes of the clock."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.digests import next_due

NEW_YORK = "America/New_York"


def utc(month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("cron", "after", "due"),
    [
        # Summer time begins on Sunday 8 March and ends on Sunday 1 November.
        ("30 8 * * mon-fri", utc(3, 6, 13, 30), utc(3, 9, 12, 30)),
        ("30 8 * * mon-fri", utc(10, 30, 12, 30), utc(11, 2, 13, 30)),
        # A time that the spring night leaves out fires when the clock has jumped.
        ("30 2 * * *", utc(3, 7, 12), utc(3, 8, 7)),
        ("30 2 * * *", utc(3, 8, 7), utc(3, 9, 6, 30)),
        # A time that the autumn night has twice fires once: the first time.
        ("30 1 * * *", utc(10, 31, 12), utc(11, 1, 5, 30)),
        ("30 1 * * *", utc(11, 1, 5, 30), utc(11, 2, 6, 30)),
        # Every hour stays every hour in both nights.
        ("0 * * * *", utc(11, 1, 5), utc(11, 1, 6)),
        ("0 * * * *", utc(11, 1, 6), utc(11, 1, 7)),
        ("0 * * * *", utc(3, 8, 6), utc(3, 8, 7)),
    ],
)
def test_it_is_due_at_the_hour_of_its_own_zone(cron: str, after: datetime, due: datetime) -> None:
    assert next_due(cron, NEW_YORK, after) == due


def test_whoever_looks_in_the_second_of_two_autumn_hours_gets_the_next_day() -> None:
    assert next_due("30 1 * * *", NEW_YORK, utc(11, 1, 6, 10)) == utc(11, 2, 6, 30)


@pytest.mark.parametrize(
    ("weekday", "day"), [("0", 11), ("7", 11), ("1", 12), ("6", 10), ("sun", 11), ("mon", 12), ("1-5", 6)]
)
def test_weekdays_count_as_crontabs_do(weekday: str, day: int) -> None:
    monday_noon = utc(1, 5, 12)
    assert next_due(f"0 9 * * {weekday}", "UTC", monday_noon) == utc(1, day, 9)


def test_a_day_of_the_month_and_a_weekday_are_joined_by_or() -> None:
    assert next_due("0 9 13 * fri", "UTC", utc(1, 5)) == utc(1, 9, 9)
    assert next_due("0 9 13 * fri", "UTC", utc(1, 10)) == utc(1, 13, 9)


def moments_between(first: datetime, last: datetime) -> st.SearchStrategy[datetime]:
    return st.integers(0, int((last - first).total_seconds())).map(
        lambda passed: first + timedelta(seconds=passed)
    )


moments = st.one_of(
    moments_between(utc(1, 1), utc(12, 31)),
    moments_between(utc(11, 1, 3), utc(11, 1, 9)),
    moments_between(utc(3, 8, 4), utc(3, 8, 10)),
)


@given(
    st.one_of(st.integers(0, 59), st.sampled_from([0, 30])),
    st.one_of(st.integers(0, 23), st.sampled_from([0, 1, 2, 3])),
    st.sampled_from(["*", "mon-fri", "0", "7"]),
    st.sampled_from([NEW_YORK, "Europe/Berlin", "UTC", "Asia/Kolkata", "Australia/Lord_Howe"]),
    moments,
)
def test_it_is_always_later_and_never_further_than_it_must_be(
    minute: int, hour: int, weekday: str, zone: str, after: datetime
) -> None:
    due = next_due(f"{minute} {hour} * * {weekday}", zone, after)
    assert after < due <= after + timedelta(days=8)
    local = due.astimezone(ZoneInfo(zone))
    clock_was_moved = local.utcoffset() != (due - timedelta(hours=3)).astimezone(ZoneInfo(zone)).utcoffset()
    assert clock_was_moved or (local.hour, local.minute) == (hour, minute)


@given(st.integers(1, 30), moments)
def test_every_few_minutes_goes_on_through_any_night(minutes: int, after: datetime) -> None:
    assert after < next_due(f"*/{minutes} * * * *", NEW_YORK, after) <= after + timedelta(minutes=60)
