"""The Japanese day: where it begins, and months of unequal length."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.calendar.clock import FixedClock, SystemClock
from portal.calendar.day import JST, add_months, day_start, jst_day, month_end, month_start

DAYS = st.dates(date(1873, 1, 1), date(2200, 12, 31))


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2026, 6, 15, 14, 59, 59, tzinfo=UTC), date(2026, 6, 15)),
        (datetime(2026, 6, 15, 14, 59, 59, 999_999, tzinfo=UTC), date(2026, 6, 15)),
        (datetime(2026, 6, 15, 15, 0, 0, tzinfo=UTC), date(2026, 6, 16)),
        (datetime(2026, 6, 15, 23, 59, 59, tzinfo=JST), date(2026, 6, 15)),
        (datetime(2026, 6, 16, 0, 0, 0, tzinfo=JST), date(2026, 6, 16)),
        (datetime(2026, 12, 31, 14, 59, 59, tzinfo=UTC), date(2026, 12, 31)),
        (datetime(2026, 12, 31, 15, 0, 0, tzinfo=UTC), date(2027, 1, 1)),
        (datetime(2028, 2, 28, 15, 0, 0, tzinfo=UTC), date(2028, 2, 29)),
        (datetime(2028, 2, 29, 15, 0, 0, tzinfo=UTC), date(2028, 3, 1)),
        (datetime(2026, 6, 15, 10, 0, tzinfo=timezone(timedelta(hours=-5))), date(2026, 6, 16)),
    ],
)
def test_the_day_turns_at_midnight_in_japan_which_is_15_o_clock_utc(instant: datetime, day: date) -> None:
    assert jst_day(instant) == day


def test_an_instant_without_a_time_zone_has_no_day() -> None:
    with pytest.raises(ValueError, match="time zone"):
        jst_day(datetime(2026, 6, 15, 10, 0))  # noqa: DTZ001  the naive value is what is tested


def test_a_day_starts_at_15_o_clock_utc_of_the_day_before() -> None:
    assert day_start(date(2027, 1, 1)) == datetime(2026, 12, 31, 15, 0, tzinfo=UTC)
    assert day_start(date(2027, 1, 1)).tzinfo is UTC


@given(DAYS)
def test_the_start_of_a_day_lies_in_it_and_the_microsecond_before_does_not(day: date) -> None:
    assert jst_day(day_start(day)) == day
    assert jst_day(day_start(day) - timedelta(microseconds=1)) == day - timedelta(days=1)
    assert jst_day(day_start(day) + timedelta(days=1, microseconds=-1)) == day


@pytest.mark.parametrize(
    ("day", "n", "later"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2028, 2, 29), 48, date(2032, 2, 29)),
        (date(2026, 3, 31), 1, date(2026, 4, 30)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2026, 11, 30), 2, date(2027, 1, 30)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 1, 1), -1, date(2025, 12, 1)),
        (date(2026, 6, 15), 0, date(2026, 6, 15)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
    ],
)
def test_months_later_is_the_same_day_or_the_last_one_of_a_shorter_month(
    day: date, n: int, later: date
) -> None:
    assert add_months(day, n) == later


@pytest.mark.parametrize(("day", "n"), [(date(9999, 12, 1), 1), (date(1, 1, 1), -1)])
def test_months_beyond_the_calendar_are_refused(day: date, n: int) -> None:
    with pytest.raises(ValueError, match="outside the calendar"):
        add_months(day, n)


@pytest.mark.parametrize(
    ("day", "first", "last"),
    [
        (date(2026, 2, 10), date(2026, 2, 1), date(2026, 2, 28)),
        (date(2028, 2, 29), date(2028, 2, 1), date(2028, 2, 29)),
        (date(2100, 2, 1), date(2100, 2, 1), date(2100, 2, 28)),
        (date(2026, 12, 31), date(2026, 12, 1), date(2026, 12, 31)),
        (date(2026, 6, 1), date(2026, 6, 1), date(2026, 6, 30)),
    ],
)
def test_a_month_has_a_first_and_a_last_day(day: date, first: date, last: date) -> None:
    assert (month_start(day), month_end(day)) == (first, last)


@given(DAYS, st.integers(-600, 600))
def test_months_later_lands_in_the_right_month_and_never_on_a_later_day_of_it(day: date, n: int) -> None:
    later = add_months(day, n)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == n
    assert later.day == min(day.day, month_end(later).day)


@given(DAYS)
def test_the_day_after_a_month_ends_is_the_first_of_the_next(day: date) -> None:
    assert month_end(day) + timedelta(days=1) == add_months(month_start(day), 1)


def test_a_fixed_clock_stands_still_until_it_is_moved() -> None:
    clock = FixedClock(datetime(2026, 6, 15, 23, 59, 59, tzinfo=JST))
    assert clock.now() == clock.now() == datetime(2026, 6, 15, 14, 59, 59, tzinfo=UTC)
    assert clock.now().tzinfo is UTC
    clock.advance(timedelta(seconds=1))
    assert jst_day(clock.now()) == date(2026, 6, 16)
    clock.set(datetime(2026, 1, 1, tzinfo=UTC))
    assert clock.now() == datetime(2026, 1, 1, tzinfo=UTC)


def test_a_fixed_clock_refuses_an_instant_without_a_time_zone() -> None:
    naive = datetime(2026, 6, 15)  # noqa: DTZ001  the naive value is what is tested
    with pytest.raises(ValueError, match="time zone"):
        FixedClock(naive)
    with pytest.raises(ValueError, match="time zone"):
        FixedClock(datetime(2026, 6, 15, tzinfo=UTC)).set(naive)


def test_the_machine_s_clock_knows_its_time_zone() -> None:
    assert SystemClock().now().tzinfo is UTC
