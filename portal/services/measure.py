"""Measures (措置) of a bureau on a unit: suspension, lowered limit, lifting. By the bureau's pages or the command line.

Each locks the unit first, so that it binds every send that is not committed yet; each leaves an entry in a history that
only grows. What has an end day ends by itself, because every decision asks for the day.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from portal.calendar.clock import Clock
from portal.calendar.day import jst_day
from portal.domain.actor import Actor, ActorKind
from portal.domain.announcement import Kind
from portal.domain.entry import Typed
from portal.domain.measure import (
    Lowered,
    MeasureKind,
    Reason,
    Suspension,
    Words,
    lifted,
    lowered_of,
    read_lowered,
    read_note,
    read_suspension,
    suspension_of,
)
from portal.domain.permission import Permission, may
from portal.domain.quota import LIMIT_PER_DAY
from portal.domain.refusal import Conflict, Forbidden
from portal.domain.standing import UnitFacts
from portal.services.announcement import tell_unit
from portal.services.unit import UnitLine, authorised, changing, line_of
from portal.services.use_case import Trail, query
from portal.store import measure as store
from portal.store import quota, unit
from portal.store.measure import MeasureRow
from portal.store.unit import UnitRow


@dataclass(frozen=True)
class MeasuresPage:
    """The measures of a unit, for those who take them. seen: the number of entries, to be given back with a change.

    suspension: the one that holds or is to come; holds: today. used, limit: messages of today.
    """

    line: UnitLine
    seen: int
    suspension: Suspension | None
    suspension_words: Words | None
    holds: bool
    lowered: Lowered | None
    lowered_words: Words | None
    used: int
    limit: int
    history: tuple[MeasureRow, ...]


@dataclass(frozen=True)
class Told:
    """A measure as the unit itself reads it. reason: None = not told; limit: None = a suspension. begun: it holds."""

    begun: bool
    since: date
    until: date | None
    limit: int | None
    reason: Reason | None
    words: str


def page(session: Session, clock: Clock, actor: Actor, name: str) -> MeasuresPage:
    """What is in force, what is to come, and everything there was. Raises as `portal.services.unit.authorised`."""
    with query(session):
        return _page(session, authorised(session, actor, name), jst_day(clock.now()))


def _page(session: Session, row: UnitRow, today: date) -> MeasuresPage:
    facts = unit.facts(row)
    suspension, lowered = suspension_of(facts, today), lowered_of(facts, today)
    now = quota.use(session, row.id, today)
    history = tuple(store.history(session, row.id))
    return MeasuresPage(
        line=line_of(row),
        seen=history[0].serial if history else 0,
        suspension=suspension,
        suspension_words=_words(history, MeasureKind.SUSPENSION) if suspension else None,
        holds=suspension is not None and suspension.holds(today),
        lowered=lowered,
        lowered_words=_words(history, MeasureKind.LIMIT) if lowered else None,
        used=now.used,
        limit=now.limit,
        history=history,
    )


def _words(history: tuple[MeasureRow, ...], kind: MeasureKind) -> Words | None:
    return next((entry.words for entry in history if entry.kind is kind), None)


def checked_suspension(
    session: Session, clock: Clock, actor: Actor, name: str, typed: Typed
) -> tuple[MeasuresPage, Suspension, Words]:
    """What a suspension would be, before it is confirmed. Raises Invalid, and as ``page``."""
    with query(session):
        _require(actor)
        today = jst_day(clock.now())
        found = _page(session, authorised(session, actor, name), today)
        return (found, *read_suspension(typed, found.suspension, today))


def checked_limit(
    session: Session, clock: Clock, actor: Actor, name: str, typed: Typed
) -> tuple[MeasuresPage, Lowered, Words]:
    """What a lowered limit would be, before it is confirmed. Raises Invalid, and as ``page``."""
    with query(session):
        _require(actor)
        today = jst_day(clock.now())
        found = _page(session, authorised(session, actor, name), today)
        return (found, *read_lowered(typed, today))


def suspend(
    session: Session, clock: Clock, actor: Actor, name: str, typed: Typed, seen: int | None = None
) -> None:
    """No search and no message, from today or a later day; or a change of the suspension there is.

    With a first day of today it binds at once: when this returns, nothing more is stored. ``seen``: the number of
    entries on the page it was decided on; Conflict when somebody entered another since. The same again by the same
    person does nothing. Raises Invalid and as `portal.services.unit.changing`.
    """
    with changing(session, clock, actor, "unit.suspend", name) as (trail, row):
        _require(actor)
        _not_stale(session, actor, row, seen)
        span, words = read_suspension(typed, suspension_of(unit.facts(row), trail.today), trail.today)
        entry = _Entry(MeasureKind.SUSPENSION, span.since, span.until, words=words)
        if not _enter(session, trail, actor, row, seen, entry):
            return
        unit.change(
            session,
            row.id,
            suspended_from=span.since,
            suspended_until=span.until,
            suspension_reason=words.reason.value,
        )
        trail.fact(suspended_from=span.since, suspended_until=span.until, reason=words.reason.value)
        tell_unit(session, trail, row.id, Kind.SUSPENDED, since=span.since, until=span.until)


def lift(
    session: Session,
    clock: Clock,
    actor: Actor,
    name: str,
    typed: Typed | None = None,
    seen: int | None = None,
) -> None:
    """End a suspension today, or take back one that is to come; threads come to life again.

    Raises Conflict "not_suspended", and as ``suspend``.
    """
    with changing(session, clock, actor, "unit.lift", name) as (trail, row):
        _require(actor)
        _not_stale(session, actor, row, seen)
        entry = _Entry(MeasureKind.LIFT, trail.today, note=read_note(typed or {}))
        if not _enter(session, trail, actor, row, seen, entry):
            return
        left = lifted(suspension_of(unit.facts(row), trail.today), trail.today)
        if left is None:
            # Not a single day of it remains; the history keeps that it was.
            unit.change(session, row.id, suspended_from=None, suspended_until=None, suspension_reason=None)
        else:
            unit.change(session, row.id, suspended_until=left.until)
        tell_unit(session, trail, row.id, Kind.SUSPENSION_LIFTED, since=trail.today)


def lower(
    session: Session, clock: Clock, actor: Actor, name: str, typed: Typed, seen: int | None = None
) -> None:
    """Fewer than 1,000 messages a day from today on, to a day or until lifted (ruling R1, our invention).

    What was sent today stays; if it is more than the new limit, nothing goes until tomorrow. Raises as ``suspend``.
    """
    with changing(session, clock, actor, "unit.limit", name) as (trail, row):
        _require(actor)
        _not_stale(session, actor, row, seen)
        lowered, words = read_lowered(typed, trail.today)
        entry = _Entry(MeasureKind.LIMIT, trail.today, lowered.until, limit=lowered.limit, words=words)
        if not _enter(session, trail, actor, row, seen, entry):
            return
        unit.change(session, row.id, daily_limit=lowered.limit, limit_until=lowered.until)
        trail.fact(limit=lowered.limit, limit_until=lowered.until, reason=words.reason.value)
        tell_unit(session, trail, row.id, Kind.LIMIT_LOWERED, limit=lowered.limit, until=lowered.until)


def lift_limit(
    session: Session,
    clock: Clock,
    actor: Actor,
    name: str,
    typed: Typed | None = None,
    seen: int | None = None,
) -> None:
    """Back to the seed's 1,000, today. Raises Conflict "not_lowered", and as ``suspend``."""
    with changing(session, clock, actor, "unit.limit", name) as (trail, row):
        _require(actor)
        _not_stale(session, actor, row, seen)
        entry = _Entry(MeasureKind.LIMIT_LIFTED, trail.today, note=read_note(typed or {}))
        if not _enter(session, trail, actor, row, seen, entry):
            return
        if lowered_of(unit.facts(row), trail.today) is None:
            raise Conflict("not_lowered")
        unit.change(session, row.id, limit_until=None, daily_limit=LIMIT_PER_DAY)
        trail.fact(limit=LIMIT_PER_DAY)
        tell_unit(session, trail, row.id, Kind.LIMIT_LIFTED, limit=LIMIT_PER_DAY)


@dataclass(frozen=True)
class _Entry:
    kind: MeasureKind
    since: date
    until: date | None = None
    limit: int | None = None
    words: Words | None = None
    note: str = ""


def _not_stale(session: Session, actor: Actor, row: UnitRow, seen: int | None) -> None:
    """Raise Conflict unless the page showed everything, or all it lacks may be this very click once more."""
    last = store.last_serial(session, row.id)
    if seen is None or last == seen:
        return
    if last != seen + 1 or store.history(session, row.id)[0].by_id != actor.account_id:
        raise Conflict("changed_meanwhile")


def _enter(
    session: Session, trail: Trail, actor: Actor, row: UnitRow, seen: int | None, entry: _Entry
) -> bool:
    """Add to the history; False when the same was entered by the same click before."""
    if seen is not None and store.last_serial(session, row.id) != seen:
        before = store.history(session, row.id)[0]
        note = before.note if before.words is None else ""
        if entry != _Entry(before.kind, before.since, before.until, before.limit, before.words, note):
            raise Conflict("changed_meanwhile")
        trail.silent()
        return False
    store.add(
        session,
        row.id,
        entry.kind,
        trail.now,
        since=entry.since,
        until=entry.until,
        limit=entry.limit,
        words=entry.words,
        note=entry.note,
        actor_kind=actor.kind.value,
        account_id=actor.account_id,
    )
    return True


def _require(actor: Actor) -> None:
    if actor.kind is not ActorKind.OPERATOR and not may(actor, Permission.BUREAU_MEASURE_CHANGE):
        raise Forbidden


def told(session: Session, unit_id: int, facts: UnitFacts, on: date) -> tuple[Told, ...]:
    """What the unit reads of its measures, inside a transaction of others; () without any, and then asks nothing."""
    found = []
    suspension, lowered = suspension_of(facts, on), lowered_of(facts, on)
    if suspension is not None:
        entry = store.newest(session, unit_id, MeasureKind.SUSPENSION)
        reason, words = _told(entry)
        found.append(Told(suspension.holds(on), suspension.since, suspension.until, None, reason, words))
    if lowered is not None:
        entry = store.newest(session, unit_id, MeasureKind.LIMIT)
        reason, words = _told(entry)
        found.append(
            Told(True, on if entry is None else entry[0], lowered.until, lowered.limit, reason, words)
        )
    return tuple(found)


def _told(entry: tuple[date, Words] | None) -> tuple[Reason | None, str]:
    if entry is None:
        return None, ""
    return entry[1].reason if entry[1].tells_reason else None, entry[1].told
