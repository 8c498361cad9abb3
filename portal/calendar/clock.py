"""Where the present comes from: only the edges of the portal ask a clock, rules are given a day."""

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Gives the present instant."""

    def now(self) -> datetime:
        """The present as a UTC-aware datetime."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present as a UTC-aware datetime."""
        return datetime.now(UTC)


class FixedClock:
    """A clock that stands still until it is moved; for tests, demonstrations and re-runs of a past day.

    Raises ValueError when it is given a naive datetime.
    """

    def __init__(self, instant: datetime) -> None:
        self._instant = _aware(instant)

    def now(self) -> datetime:
        """The instant the clock was set to, UTC-aware."""
        return self._instant

    def set(self, instant: datetime) -> None:
        """Move to another instant, forward or back."""
        self._instant = _aware(instant)

    def advance(self, span: timedelta) -> None:
        """Move by a span; a negative one moves back."""
        self._instant += span


def _aware(instant: datetime) -> datetime:
    if instant.tzinfo is None or instant.utcoffset() is None:
        raise ValueError("an instant needs a time zone")
    return instant.astimezone(UTC)
