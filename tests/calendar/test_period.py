"""Periods of the Civil Code: which day is counted first and which is the last."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.calendar.day import add_months, month_end, month_start
from portal.calendar.period import (
    counted_from,
    end_of_month_after,
    last_of_days,
    last_of_months,
    last_of_years,
)

DAYS = st.dates(date(1900, 1, 1), date(2200, 12, 31))


def test_the_day_of_the_event_is_not_counted_unless_it_happens_at_midnight() -> None:
    assert counted_from(date(2026, 12, 31)) == date(2027, 1, 1)
    assert counted_from(date(2026, 12, 31), at_midnight=True) == date(2026, 12, 31)


@pytest.mark.parametrize(
    ("first", "n", "last"),
    [
        (date(2026, 6, 1), 1, date(2026, 6, 30)),
        (date(2026, 3, 1), 1, date(2026, 3, 31)),
        (date(2026, 6, 15), 1, date(2026, 7, 14)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2028, 1, 30), 1, date(2028, 2, 29)),
        (date(2028, 1, 29), 1, date(2028, 2, 28)),
        (date(2026, 1, 29), 1, date(2026, 2, 28)),
        (date(2026, 1, 28), 1, date(2026, 2, 27)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2026, 11, 1), 3, date(2027, 1, 31)),
    ],
)
def test_months_end_on_the_day_before_the_corresponding_one_or_with_a_shorter_month(
    first: date, n: int, last: date
) -> None:
    assert last_of_months(first, n) == last


@pytest.mark.parametrize(
    ("first", "n", "last"),
    [
        (date(2028, 2, 29), 1, date(2029, 2, 28)),
        (date(2028, 2, 29), 4, date(2032, 2, 28)),
        (date(2027, 3, 1), 1, date(2028, 2, 29)),
        (date(2026, 1, 1), 1, date(2026, 12, 31)),
    ],
)
def test_years_end_on_the_day_before_the_corresponding_one(first: date, n: int, last: date) -> None:
    assert last_of_years(first, n) == last


@pytest.mark.parametrize(
    ("first", "n", "last"),
    [
        (date(2026, 6, 15), 1, date(2026, 6, 15)),
        (date(2026, 12, 31), 2, date(2027, 1, 1)),
        (date(2028, 2, 28), 2, date(2028, 2, 29)),
        (date(2026, 2, 28), 2, date(2026, 3, 1)),
    ],
)
def test_days_count_the_first_one(first: date, n: int, last: date) -> None:
    assert last_of_days(first, n) == last


@pytest.mark.parametrize(
    ("day", "n", "end"),
    [
        (date(2026, 6, 1), 2, date(2026, 8, 31)),
        (date(2026, 6, 30), 2, date(2026, 8, 31)),
        (date(2026, 7, 1), 2, date(2026, 9, 30)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2027, 12, 1), 2, date(2028, 2, 29)),
        (date(2026, 8, 31), 0, date(2026, 8, 31)),
        (date(2028, 2, 1), 0, date(2028, 2, 29)),
    ],
)
def test_the_end_of_a_month_to_come_depends_on_the_month_only(day: date, n: int, end: date) -> None:
    assert end_of_month_after(day, n) == end


@pytest.mark.parametrize("n", [0, -1])
def test_a_period_of_nothing_is_refused(n: int) -> None:
    for last_of in (last_of_days, last_of_months, last_of_years):
        with pytest.raises(ValueError, match="at least one"):
            last_of(date(2026, 6, 15), n)


@given(DAYS, st.integers(1, 240))
def test_a_period_of_months_never_overlaps_itself_a_month_longer(first: date, n: int) -> None:
    last = last_of_months(first, n)
    assert first < last < last_of_months(first, n + 1)
    assert add_months(first, n) - last <= timedelta(days=1)


@given(DAYS, st.integers(1, 120))
def test_a_period_from_the_first_of_a_month_ends_with_a_month(day: date, n: int) -> None:
    last = last_of_months(month_start(day), n)
    assert last == month_end(last) == end_of_month_after(day, n - 1)
