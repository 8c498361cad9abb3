"""Reminders: whose last day is near, and which reminders were given."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.dialects.postgresql import insert as insert_or_pg
from sqlalchemy.dialects.sqlite import insert as insert_or_lite
from sqlalchemy.orm import Session

from portal.store import application
from portal.store import contractor as periods_of
from portal.store.tables import contractor, contractor_period, reminder, unit


@dataclass(frozen=True, order=True)
class Subject:
    """Whose end is near: a unit, or a contractor of it (0 = the unit itself)."""

    unit_id: int
    contractor_id: int = 0


@dataclass(frozen=True)
class Given:
    """One reminder that was given."""

    subject: Subject
    last_day: date
    threshold: int


def units_ending(session: Session, on: date, between: tuple[date, date]) -> dict[Subject, date]:
    """Units in use whose validity ends in a span of days, and when; those that asked for their end need no renewal."""
    rows = session.execute(
        select(unit.c.id, unit.c.valid_until).where(
            unit.c.status == "approved",
            unit.c.valid_from <= on,
            unit.c.valid_until.between(*between),
            ~application.own_end(),
        )
    )
    return {Subject(number): last for number, last in rows}


def contractors_ending(session: Session, between: tuple[date, date]) -> list[Subject]:
    """Contractors of units in use with any recorded period that ends in a span of days."""
    more = exists().where(
        contractor_period.c.contractor_id == contractor.c.id, contractor_period.c.last_day.between(*between)
    )
    rows = session.execute(
        select(contractor.c.unit_id, contractor.c.id)
        .join(unit, unit.c.id == contractor.c.unit_id)
        .where(unit.c.status == "approved", or_(contractor.c.until.between(*between), more))
    )
    return [Subject(*row) for row in rows]


def unit_of(session: Session, unit_id: int) -> tuple[bool, date, date]:
    """Whether a unit is in use and means to stay, and the first and last day of its validity."""
    asked = select(
        and_(unit.c.status == "approved", ~application.own_end()), unit.c.valid_from, unit.c.valid_until
    ).where(unit.c.id == unit_id)
    stays, first, last = session.execute(asked).one()
    return bool(stays), first, last


def contractor_of(session: Session, subject: Subject) -> tuple[str, list[tuple[date, date]]]:
    """The name of a contractor, and its periods as far as they count."""
    name = session.execute(
        select(contractor.c.name).where(contractor.c.id == subject.contractor_id)
    ).scalar_one()
    recorded = periods_of.periods(session, subject.unit_id).get(subject.contractor_id, ())
    return name, [(one.counts.since, one.counts.until) for one in recorded if one.counts is not None]


def given(session: Session, between: tuple[date, date]) -> set[Given]:
    """The reminders given for last days in a span."""
    rows = session.execute(
        select(reminder.c.unit_id, reminder.c.contractor_id, reminder.c.last_day, reminder.c.threshold).where(
            reminder.c.last_day.between(*between)
        )
    )
    return {Given(Subject(row[0], row[1] or 0), row[2], row[3]) for row in rows}


def give(session: Session, new: Given, now: datetime) -> bool:
    """Note one before it is given. False when it was given already, also by somebody at this very moment."""
    insert_or = insert_or_lite if session.get_bind().dialect.name == "sqlite" else insert_or_pg
    made = (
        insert_or(reminder)
        .values(
            unit_id=new.subject.unit_id,
            contractor_id=new.subject.contractor_id or None,
            last_day=new.last_day,
            threshold=new.threshold,
            told_at=now,
        )
        .on_conflict_do_nothing()
        .returning(reminder.c.id)
    )
    return session.execute(made).one_or_none() is not None
