"""The periods (契約期間) for which a contractor (受託団体, 連名申請者) was applied for.

A contractor's people act only within a period that was recorded (seed 004 M-Q3); a municipality records the next one
before the present one ends, so that a contractor has several. All days are included ones.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from portal.domain.standing import covers


@dataclass(frozen=True, order=True)
class Period:
    """One period from its first to its last day. Raises ValueError when it ends before it begins."""

    since: date
    until: date

    def __post_init__(self) -> None:
        if self.until < self.since:
            raise ValueError("a period does not end before it begins")


def in_force(periods: Iterable[Period], on: date) -> bool:
    """Whether one of the periods holds a day."""
    return any(covers(period.since, period.until, on) for period in periods)


def left_of(period: Period, newer: Period) -> Period | None:
    """What of a period counts once another is recorded: from its first day on the newer entry says how long.

    Our decision. A period that lies apart stays; one that began before is cut to the day before the newer one; one
    that begins within the newer one was recorded in its place.
    """
    if period.until < newer.since or newer.until < period.since:
        return period
    if period.since < newer.since:
        return Period(period.since, newer.since - timedelta(days=1))
    return None


def ended(period: Period, last_day: date) -> Period | None:
    """What of a period counts when the contract ends with a day."""
    return None if last_day < period.since else Period(period.since, min(period.until, last_day))
