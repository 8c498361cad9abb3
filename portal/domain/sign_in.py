"""How long somebody has to wait before the next attempt to sign in.

The wait grows and ends by itself: a permanent lock would be a weapon in the hands of whoever knows a name. An address
from which a name has signed in before is counted apart, so that a stranger's failures do not keep the owner out.
These numbers are our decision (docs/decisions/0003-password-hashing.md).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Throttle:
    """free: failures without any wait. After that the wait begins with `first` and doubles up to `longest`.

    Only failures within `window` count.
    """

    free: int
    first: timedelta
    longest: timedelta
    window: timedelta


PER_NAME = Throttle(5, timedelta(seconds=30), timedelta(minutes=15), timedelta(hours=24))
# A town hall may share one address among hundreds of people.
PER_ADDRESS = Throttle(50, timedelta(seconds=30), timedelta(minutes=15), timedelta(hours=1))

KNOWN_FOR = timedelta(days=30)
"""How long an address counts as one from which the name has signed in before."""

KEPT_FOR = timedelta(days=30)
"""How long attempts are kept."""


@dataclass(frozen=True)
class Failures:
    """What the database tells: how many failures count, and when the last one was (None without any)."""

    count: int
    last_at: datetime | None


def allowed_at(throttle: Throttle, failures: Failures) -> datetime | None:
    """The instant from which the next attempt is looked at, or None when there is nothing to wait for."""
    beyond = failures.count - throttle.free
    if beyond < 0 or failures.last_at is None:
        return None
    # Ten doublings are beyond every limit; the cut keeps the number small.
    doublings: int = 1 << min(beyond, 10)
    return failures.last_at + min(throttle.first * doublings, throttle.longest)


def must_wait_until(now: datetime, name: Failures, address: Failures | None) -> datetime | None:
    """The later end of the waits that are not over, or None. `address` is None where the address is known."""
    ends = [allowed_at(PER_NAME, name)]
    if address is not None:
        ends.append(allowed_at(PER_ADDRESS, address))
    waiting = [end for end in ends if end is not None and end > now]
    return max(waiting, default=None)
