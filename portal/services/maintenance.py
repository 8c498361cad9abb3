"""Maintenance (メンテナンス): planned, begun and ended by the operator; known to every process within seconds.

What holds at a moment is decided by `portal.domain.maintenance.state` from what stands in the database, so that a plan
acts at its very moment. Only what is entered by hand is known elsewhere up to READ_EVERY later.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from portal.calendar.clock import Clock
from portal.domain.actor import Actor, ActorKind
from portal.domain.maintenance import BANNER_DAYS, Plan, State, check, state
from portal.domain.refusal import Conflict, Forbidden, NotFound
from portal.services.use_case import query, use_case
from portal.store import maintenance as store

READ_EVERY = timedelta(seconds=5)
"""A running process looks into the database at most so often."""
LOOK_BACK = timedelta(days=2)
"""Maintenance that ended so long ago does not matter to any session."""
LISTED = 20


class Watch:
    """What one process knows of maintenance. Costs a statement every few seconds, and none in between."""

    def __init__(self, clock: Clock, read: Callable[[], AbstractContextManager[Session]]) -> None:
        self._clock = clock
        self._read = read
        self._known: tuple[Plan, ...] = ()
        self._at: datetime | None = None

    def plans(self, *, ask: bool = True) -> tuple[Plan, ...]:
        """What was not over lately. ask: whether the database may be asked; while it is away the last answer holds."""
        now = self._clock.now()
        if ask and (self._at is None or not timedelta() <= now - self._at < READ_EVERY):
            self._at = now
            try:
                with self._read() as session, query(session):
                    self._known = tuple(store.since(session, now - LOOK_BACK))
            except SQLAlchemyError:
                return self._known
        return self._known

    def state(self, *, ask: bool = True) -> State:
        """What holds at this moment."""
        return state(self.plans(ask=ask), self._clock.now())


def now_holds(session: Session, clock: Clock) -> State:
    """What holds at this moment, asked anew: for whoever works for long."""
    now = clock.now()
    with query(session):
        return state(store.since(session, now), now)


@dataclass(frozen=True)
class Line:
    """One of the list. state: what it is at this moment: "planned", "running", "over", "called_off"."""

    plan: Plan
    state: str


def lines(session: Session, clock: Clock, actor: Actor) -> tuple[Line, ...]:
    """The last and the next ones, the latest first. Raises Forbidden."""
    _operator(actor)
    now = clock.now()
    with query(session):
        return tuple(Line(plan, _named(plan, now)) for plan in store.latest(session, LISTED))


def _named(plan: Plan, now: datetime) -> str:
    over = plan.over
    if plan.ended_at is not None and plan.ended_at <= plan.began:
        return "called_off"
    if over is not None and over <= now:
        return "over"
    return "running" if plan.began <= now else "planned"


def plan(
    session: Session,
    clock: Clock,
    actor: Actor,
    *,
    starts_at: datetime | None,
    ends_at: datetime,
    text: str = "",
    banner_days: int = BANNER_DAYS,
) -> Plan:
    """Announce maintenance on every page, from `banner_days` before its beginning; it begins and ends by itself.

    starts_at: None = at once. Raises Forbidden, and what `portal.domain.maintenance.check` raises.
    """
    with use_case(session, clock, actor, "maintenance.plan") as trail:
        _operator(actor)
        store.lock(session)
        starts = trail.now if starts_at is None else starts_at
        shown_from = starts - timedelta(days=max(0, banner_days))
        made = Plan(0, starts, ends_at, shown_from, " ".join(text.split()))
        check(made, store.since(session, trail.now), trail.now)
        number = store.add(session, made, trail.now, actor.account_id)
        trail.subject("maintenance", number)
        trail.fact(starts_at=starts.isoformat(), ends_at=ends_at.isoformat(), banner_days=banner_days)
        return Plan(number, starts, ends_at, shown_from, made.text)


def begin(session: Session, clock: Clock, actor: Actor, number: int | None = None) -> Plan:
    """Only reading from now on, until it is ended by hand: the one that runs by the clock, or the next one.

    Raises Forbidden, NotFound "no_maintenance", Conflict "maintenance_runs".
    """
    with use_case(session, clock, actor, "maintenance.begin") as trail:
        _operator(actor)
        store.lock(session)
        found = _open(session, trail.now, number)
        trail.subject("maintenance", found.number)
        if found.begun_at is not None:
            raise Conflict("maintenance_runs")
        store.begin(session, found.number, trail.now)
        trail.fact(early=trail.now < found.starts_at)
        return found


def end(session: Session, clock: Clock, actor: Actor, number: int | None = None) -> tuple[Plan, bool]:
    """Writing is open again; one that has not begun is called off. Returns it, and whether it had begun.

    Raises Forbidden, NotFound "no_maintenance".
    """
    with use_case(session, clock, actor, "maintenance.end") as trail:
        _operator(actor)
        store.lock(session)
        found = _open(session, trail.now, number)
        trail.subject("maintenance", found.number)
        store.end(session, found.number, trail.now)
        begun = found.began <= trail.now
        trail.fact(begun=begun)
        return found, begun


def _open(session: Session, now: datetime, number: int | None) -> Plan:
    """One that is not over: the one named, or the first by its beginning."""
    running = [
        one
        for one in store.since(session, now)
        if one.ended_at is None and (one.over is None or one.over > now)
    ]
    for one in running:
        if number in (None, one.number):
            return one
    raise NotFound("no_maintenance")


def _operator(actor: Actor) -> None:
    if actor.kind is not ActorKind.OPERATOR:
        raise Forbidden
