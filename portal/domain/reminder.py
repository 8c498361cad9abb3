"""Reminders (更新のご案内) before the last day of a unit's validity, and of a contractor's period.

No length of validity and no time of a reminder is in the seed: the days are our decision, said on the pages. What
holds after the last day is not decided here (portal.domain.standing: reading only).
"""

from collections.abc import Sequence
from datetime import date, timedelta

DAYS_BEFORE = (60, 30, 7)
"""So many days before the last day somebody is reminded."""
AFTER = -1
"""The reminder that the last day is over."""
LATEST = timedelta(days=7)
"""After its end a validity is only told of for so long: one that ended long ago is no news."""


def due(last_day: date, on: date) -> int | None:
    """Which reminder is due on a day, by the number of days before; AFTER when the last day is over; None = none.

    Nights that were missed are made up for by the nearest reminder alone: nobody gets two at once.
    """
    left = (last_day - on).days
    if left < 0:
        return AFTER if on - last_day <= LATEST else None
    return next((days for days in sorted(DAYS_BEFORE) if left <= days), None)


def ends_soon(last_day: date | None, on: date) -> bool:
    """Whether the time of reminders has begun and the last day is not over."""
    return last_day is not None and 0 <= (last_day - on).days <= max(DAYS_BEFORE)


def window(on: date) -> tuple[date, date]:
    """The earliest and the latest last day of which anything can be due on a day."""
    return on - LATEST, on + timedelta(days=max(DAYS_BEFORE))


def last_day_of(periods: Sequence[tuple[date, date]], on: date) -> date | None:
    """With which day several recorded periods end for now: the last one of those that follow each other without a gap
    from the one that holds a day, or from the one that ended last before it. None when none has begun.

    Periods are first and last day, both included; they may touch.
    """
    begun = [period for period in periods if period[0] <= on]
    if not begun:
        return None
    last = max(until for _, until in begun)
    for since, until in sorted(periods):
        if since <= last + timedelta(days=1):
            last = max(last, until)
    return last
