"""Maintenance: what is planned, what runs, what is over."""

from datetime import datetime

from sqlalchemy import and_, insert, or_, select, update
from sqlalchemy.orm import Session

from portal.domain.maintenance import Plan
from portal.store.tables import installation, maintenance

_PLAN = (
    maintenance.c.id,
    maintenance.c.starts_at,
    maintenance.c.ends_at,
    maintenance.c.shown_from,
    maintenance.c.text,
    maintenance.c.begun_at,
    maintenance.c.ended_at,
)


def lock(session: Session) -> None:
    """Let one operator at a time plan, begin or end."""
    session.execute(select(installation.c.id).with_for_update())


def since(session: Session, moment: datetime) -> list[Plan]:
    """What was not over at a moment, or is not over yet, in order."""
    by_clock = and_(maintenance.c.begun_at.is_(None), maintenance.c.ends_at > moment)
    by_hand = maintenance.c.begun_at.is_not(None)
    rows = session.execute(
        select(*_PLAN)
        .where(
            or_(
                maintenance.c.ended_at > moment,
                and_(maintenance.c.ended_at.is_(None), or_(by_clock, by_hand)),
            )
        )
        .order_by(maintenance.c.starts_at, maintenance.c.id)
    )
    return [Plan(*row) for row in rows]


def latest(session: Session, number: int) -> list[Plan]:
    """The last ones by their beginning, those of the future included, the latest first."""
    rows = session.execute(
        select(*_PLAN).order_by(maintenance.c.starts_at.desc(), maintenance.c.id.desc()).limit(number)
    )
    return [Plan(*row) for row in rows]


def find(session: Session, number: int) -> Plan | None:
    """One of them by its number."""
    row = session.execute(select(*_PLAN).where(maintenance.c.id == number)).one_or_none()
    return None if row is None else Plan(*row)


def add(session: Session, plan: Plan, now: datetime, by: int | None) -> int:
    """A new plan; its number in `plan` is not looked at."""
    made = insert(maintenance).values(
        starts_at=plan.starts_at,
        ends_at=plan.ends_at,
        shown_from=plan.shown_from,
        text=plan.text,
        planned_at=now,
        planned_by=by,
    )
    return int(session.execute(made.returning(maintenance.c.id)).scalar_one())


def begin(session: Session, number: int, at: datetime) -> None:
    """Begun by hand."""
    session.execute(update(maintenance).where(maintenance.c.id == number).values(begun_at=at))


def end(session: Session, number: int, at: datetime) -> None:
    """Over, or called off."""
    session.execute(update(maintenance).where(maintenance.c.id == number).values(ended_at=at))
