"""The contract periods of contractors: which count, which are kept as history.

The period that begins last stands in the contractor's own row, all others in `contractor_period`. Whoever changes them
holds the unit (`portal.store.unit.hold`).
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, and_, exists, insert, or_, select, update
from sqlalchemy.orm import Session

from portal.domain.contract_period import Period, ended, left_of
from portal.store.tables import contractor, contractor_period


@dataclass(frozen=True)
class Recorded:
    """A period as it was recorded. counts: what of it counts, None = nothing, another was recorded in its place."""

    period: Period
    counts: Period | None


def acts(on: date | BindParameter[date]) -> ColumnElement[bool]:
    """Whether the contractor of a row acts on a day."""
    own = and_(contractor.c.since <= on, contractor.c.until >= on)
    others = exists().where(holds(on), contractor_period.c.contractor_id == contractor.c.id)
    return or_(own, others.correlate(contractor))


def holds(on: date | BindParameter[date]) -> ColumnElement[bool]:
    """Whether a row of `contractor_period` holds a day; at most one of a contractor does."""
    return and_(contractor_period.c.since <= on, contractor_period.c.last_day >= on)


def periods(session: Session, unit_id: int) -> dict[int, tuple[Recorded, ...]]:
    """Every period that was recorded for the contractors of a unit, the first one first."""
    own = select(
        contractor.c.id, contractor.c.since, contractor.c.until, contractor.c.until.label("last_day")
    )
    kept = select(
        contractor_period.c.contractor_id,
        contractor_period.c.since,
        contractor_period.c.until,
        contractor_period.c.last_day,
    ).join(contractor, contractor.c.id == contractor_period.c.contractor_id)
    found: dict[int, list[Recorded]] = {}
    for row in session.execute(
        own.where(contractor.c.unit_id == unit_id).union_all(kept.where(contractor.c.unit_id == unit_id))
    ):
        counts = None if row.last_day is None else Period(row.since, row.last_day)
        found.setdefault(row.id, []).append(Recorded(Period(row.since, row.until), counts))
    return {number: tuple(sorted(all_of, key=lambda one: one.period)) for number, all_of in found.items()}


def record(session: Session, contractor_id: int, newer: Period) -> None:
    """One more period for a contractor; what of the others counts beside it: `portal.domain.contract_period`."""
    own = _own(session, contractor_id)
    if own == newer:
        return
    for number, period in _counting(session, contractor_id):
        _cut(session, number, left_of(period, newer))
    left = left_of(own, newer)
    if left is not None and newer < left:
        _keep(session, contractor_id, newer, newer)
    else:
        _keep(session, contractor_id, own, left)
        _put_own(session, contractor_id, newer)


def end(session: Session, contractor_id: int, last_day: date) -> bool:
    """Let all periods of a contractor end with a day; False, and nothing done, when none had begun by then."""
    own, others = _own(session, contractor_id), _counting(session, contractor_id)
    left = ended(own, last_day)
    if left is None:
        begun = [(number, now) for number, period in others if (now := ended(period, last_day)) is not None]
        if not begun:
            return False
        _keep(session, contractor_id, own, None)
        newest, left = max(begun, key=lambda each: each[1])
        _cut(session, newest, None)
        others = [each for each in others if each[0] != newest]
        _put_own(session, contractor_id, left)
    elif left != own:
        _keep(session, contractor_id, own, None)
        _put_own(session, contractor_id, left)
    for number, period in others:
        _cut(session, number, ended(period, last_day))
    return True


def _own(session: Session, contractor_id: int) -> Period:
    found = select(contractor.c.since, contractor.c.until).where(contractor.c.id == contractor_id)
    return Period(*session.execute(found).one())


def _put_own(session: Session, contractor_id: int, period: Period) -> None:
    days = {"since": period.since, "until": period.until}
    session.execute(update(contractor).where(contractor.c.id == contractor_id).values(**days))


def _counting(session: Session, contractor_id: int) -> list[tuple[int, Period]]:
    found: Any = select(
        contractor_period.c.id, contractor_period.c.since, contractor_period.c.last_day
    ).where(contractor_period.c.contractor_id == contractor_id, contractor_period.c.last_day.is_not(None))
    return [(row.id, Period(row.since, row.last_day)) for row in session.execute(found)]


def _keep(session: Session, contractor_id: int, period: Period, counts: Period | None) -> None:
    session.execute(
        insert(contractor_period).values(
            contractor_id=contractor_id,
            since=period.since,
            until=period.until,
            last_day=counts and counts.until,
        )
    )


def _cut(session: Session, number: int, counts: Period | None) -> None:
    session.execute(
        update(contractor_period)
        .where(contractor_period.c.id == number)
        .values(last_day=counts and counts.until)
    )
