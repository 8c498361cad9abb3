"""Periods as the 民法 (Civil Code, 明治29年法律第89号) arts. 138 to 143 count them, and ends of months.

Two ways of counting are kept apart: a period from an event does not count the day of the event (初日不算入,
art. 140) unless it begins at midnight; a period from a counted first day (起算日) does. A period ends with
the end of its last day (art. 141).
"""

from datetime import date, timedelta

from portal.calendar.day import add_months, month_end, month_start


def counted_from(event: date, *, at_midnight: bool = False) -> date:
    """The first counted day (起算日) of a period set off by an event on a day: the next one, art. 140.

    An event that happens at 00:00 lets its own day count (art. 140, proviso).
    """
    return event if at_midnight else event + timedelta(days=1)


def last_of_days(first: date, n: int) -> date:
    """The last day of a period of n days whose first counted day is given; n is at least 1."""
    _positive(n)
    return first + timedelta(days=n - 1)


def last_of_months(first: date, n: int) -> date:
    """The last day of a period of n months by the calendar, art. 143, whose first counted day is given.

    It is the day before the corresponding day; where the last month has no such day, that month's last day:
    from 31 January one month ends on 28 (29) February, from 1 March on 31 March.
    """
    _positive(n)
    corresponding = add_months(first, n)
    if corresponding.day != first.day:
        return corresponding
    return corresponding - timedelta(days=1)


def last_of_years(first: date, n: int) -> date:
    """The last day of a period of n years by the calendar, art. 143."""
    _positive(n)
    return last_of_months(first, 12 * n)


def end_of_month_after(day: date, n: int) -> date:
    """The last day of the n-th month after the month of a day; 2 is 翌々月末, 0 the same month's end."""
    return month_end(add_months(month_start(day), n))


def _positive(n: int) -> None:
    if n < 1:
        raise ValueError("a period has at least one unit")
