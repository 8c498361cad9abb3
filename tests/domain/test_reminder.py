"""When a unit is reminded of the end of its validity: both sides of every day, and after missed nights."""

from datetime import date, timedelta

import pytest

from portal.domain.reminder import AFTER, DAYS_BEFORE, LATEST, due, ends_soon, last_day_of, window

LAST = date(2027, 3, 31)


@pytest.mark.parametrize(
    ("left", "expected"),
    [
        (61, None),
        (60, 60),
        (59, 60),
        (31, 60),
        (30, 30),
        (29, 30),
        (8, 30),
        (7, 7),
        (1, 7),
        (0, 7),
        (-1, AFTER),
        (-7, AFTER),
        (-8, None),
        (-400, None),
    ],
)
def test_the_nearest_reminder_alone_is_due(left: int, expected: int | None) -> None:
    assert due(LAST, LAST - timedelta(days=left)) == expected


def test_however_many_nights_are_missed_nobody_is_reminded_of_less_than_is_true() -> None:
    told = [due(LAST, LAST - timedelta(days=left)) for left in range(90, -20, -1)]
    seen = [days for at, days in enumerate(told) if days is not None and days not in told[:at]]
    assert seen == [*DAYS_BEFORE, AFTER]


def test_everything_that_is_due_lies_in_the_window() -> None:
    on = date(2027, 1, 30)
    earliest, latest = window(on)
    ends = [on + timedelta(days=days) for days in range(-30, 90)]
    assert {end for end in ends if due(end, on) is not None} == {
        end for end in ends if earliest <= end <= latest
    }
    assert earliest == on - LATEST


@pytest.mark.parametrize(("left", "expected"), [(61, False), (60, True), (0, True), (-1, False)])
def test_the_home_tells_of_the_end_from_the_first_reminder_on(left: int, expected: bool) -> None:
    assert ends_soon(LAST, LAST - timedelta(days=left)) is expected


def test_a_unit_without_a_last_day_never_ends() -> None:
    assert not ends_soon(None, LAST)


@pytest.mark.parametrize(
    ("periods", "on", "expected"),
    [
        ([(date(2026, 4, 1), LAST)], date(2027, 3, 1), LAST),
        ([(date(2026, 4, 1), LAST)], date(2026, 3, 31), None),
        ([], date(2026, 3, 31), None),
        # The next period is recorded: nothing ends yet.
        ([(date(2026, 4, 1), LAST), (date(2027, 4, 1), date(2028, 3, 31))], LAST, date(2028, 3, 31)),
        # With a day between them it does.
        ([(date(2026, 4, 1), LAST), (date(2027, 4, 2), date(2028, 3, 31))], LAST, LAST),
        ([(date(2026, 4, 1), LAST), (date(2027, 4, 2), date(2028, 3, 31))], date(2027, 4, 1), LAST),
        (
            [(date(2026, 4, 1), LAST), (date(2027, 4, 2), date(2028, 3, 31))],
            date(2027, 4, 2),
            date(2028, 3, 31),
        ),
    ],
)
def test_periods_that_follow_each_other_end_together(
    periods: list[tuple[date, date]], on: date, expected: date | None
) -> None:
    assert last_day_of(periods, on) == expected
