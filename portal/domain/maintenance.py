"""Maintenance (メンテナンス): when the portal is only read, and what pages say of it beforehand.

Sending at any hour is a promise of the service (seed 004 P-Q5, M-Q4); maintenance breaks it for some hours, so it is
announced. How and how long before is our decision, said on the page.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from portal.domain.refusal import Conflict, Invalid

BANNER_DAYS = 7
"""So long before its beginning every page tells of it, unless the operator says otherwise."""
LONGEST = timedelta(days=7)
"""Of one maintenance; a guard against typing slips."""
LONGEST_TEXT = 300
SHORTEST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=1)
"""How long a browser or a program is told to wait before it asks again."""


class Phase(StrEnum):
    """NONE: nothing is told. AHEAD: pages tell of it. RUNNING: the portal is only read."""

    NONE = "none"
    AHEAD = "ahead"
    RUNNING = "running"


@dataclass(frozen=True)
class Plan:
    """One maintenance. begun_at, ended_at: by the operator's hand; None = by the clock, as planned."""

    number: int
    starts_at: datetime
    ends_at: datetime
    shown_from: datetime
    text: str = ""
    begun_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def began(self) -> datetime:
        """From when on the portal is only read."""
        return self.starts_at if self.begun_at is None else min(self.begun_at, self.starts_at)

    @property
    def over(self) -> datetime | None:
        """When writing is open again. None: begun by hand, and not ended by hand; the clock never ends it, because
        somebody may be in the middle of the work."""
        if self.ended_at is not None:
            return self.ended_at
        return self.ends_at if self.begun_at is None else None


@dataclass(frozen=True)
class State:
    """What holds at a moment. plan: None with Phase.NONE."""

    phase: Phase = Phase.NONE
    plan: Plan | None = None

    @property
    def read_only(self) -> bool:
        """Whether nothing can be written."""
        return self.phase is Phase.RUNNING

    def wait(self, now: datetime) -> timedelta:
        """How long to wait before trying again."""
        left = LONGEST_WAIT if self.plan is None else self.plan.ends_at - now
        return min(max(left, SHORTEST_WAIT), LONGEST_WAIT)


def state(plans: Iterable[Plan], now: datetime) -> State:
    """What holds now: one that runs before the next one that is told of. Beginnings are included, ends are not."""
    ahead: Plan | None = None
    for plan in plans:
        over = plan.over
        if over is not None and over <= now:
            continue
        if plan.began <= now:
            return State(Phase.RUNNING, plan)
        if plan.shown_from <= now and (ahead is None or plan.starts_at < ahead.starts_at):
            ahead = plan
    return State() if ahead is None else State(Phase.AHEAD, ahead)


def idle_since(now: datetime, idle: timedelta, plans: Iterable[Plan]) -> datetime:
    """Before which moment somebody must have been seen last to count as away; time of maintenance does not count.

    Use cannot be noted while nothing is written, so whoever goes on reading stays signed in (our decision; the end of
    a session that nothing puts off is as ever).
    """
    left, at = idle, now
    for plan in sorted(plans, key=lambda each: each.began, reverse=True):
        began, over = plan.began, min(at, now if plan.over is None else plan.over)
        if began >= over:
            continue
        if at - over >= left:
            break
        left, at = left - (at - over), began
    return at - left


def check(plan: Plan, others: Iterable[Plan], now: datetime) -> None:
    """Raise Invalid (starts_at: "in_past"; ends_at: "before_start", "too_far"; text: "too_long"), or Conflict
    "maintenance_overlaps" with one that is planned or runs."""
    errors: dict[str, list[str]] = {}
    if plan.starts_at < now:
        errors["from"] = ["in_past"]
    if plan.ends_at <= plan.starts_at:
        errors["until"] = ["before_start"]
    elif plan.ends_at - plan.starts_at > LONGEST:
        errors["until"] = ["too_far"]
    if len(plan.text) > LONGEST_TEXT:
        errors["text"] = ["too_long"]
    if errors:
        raise Invalid(errors, longest=LONGEST_TEXT)
    for other in others:
        over = other.over
        if (over is None or over > plan.starts_at) and other.began < plan.ends_at:
            raise Conflict("maintenance_overlaps")
