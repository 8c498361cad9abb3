"""The Japanese calendar day, which every rule of this portal is asked on.

Instants are stored in UTC; rules speak of days in Japan Standard Time (JST, UTC+9, no summer time since
1952). A day runs from 00:00:00 to 23:59:59 JST, that is from 15:00:00 UTC of the day before.
"""

import calendar as _calendar
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo

JST: tzinfo = timezone(timedelta(hours=9), "JST")


def jst_day(instant: datetime) -> date:
    """The day in Japan at an instant; 15:00:00 UTC is already the next day.

    Raises ValueError for a naive datetime, because its day would be a guess.
    """
    if instant.tzinfo is None or instant.utcoffset() is None:
        raise ValueError("an instant needs a time zone")
    return instant.astimezone(JST).date()


def day_start(day: date) -> datetime:
    """The UTC-aware instant of 00:00 JST of a day."""
    return datetime(day.year, day.month, day.day, tzinfo=JST).astimezone(UTC)


def month_start(day: date) -> date:
    """The first day of the month a day lies in."""
    return day.replace(day=1)


def month_end(day: date) -> date:
    """The last day of the month a day lies in (29 February in leap years)."""
    return day.replace(day=_calendar.monthrange(day.year, day.month)[1])


def add_months(day: date, n: int) -> date:
    """The same day of the month, n months later (n may be negative), cut to the month's last day.

    A month without the corresponding day ends the period on its last day: 民法 (Civil Code) art. 143(2),
    proviso. 31 January plus one month is 28 or 29 February. Raises ValueError outside the years 1 to 9999.
    """
    months = day.year * 12 + day.month - 1 + n
    year, month = divmod(months, 12)
    if not 1 <= year <= 9999:
        raise ValueError("the year lies outside the calendar")
    return date(year, month + 1, min(day.day, _calendar.monthrange(year, month + 1)[1]))
