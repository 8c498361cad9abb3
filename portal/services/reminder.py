"""Reminders of the renewal (更新のご案内): told to a unit once for each last day and each number of days before it.

Done by the clock once a Japanese day; a night that is missed is made up for by the next round. May be run twice and on
several machines: whoever notes a reminder first gives it.
"""

from sqlalchemy.orm import Session

from portal.calendar.clock import Clock
from portal.calendar.day import jst_day
from portal.domain.actor import Actor
from portal.domain.announcement import Kind
from portal.domain.reminder import AFTER, due, last_day_of, window
from portal.services.announcement import tell_unit
from portal.services.use_case import query, use_case
from portal.store import reminder as store
from portal.store.reminder import Given, Subject


def waiting(session: Session, clock: Clock) -> list[Subject]:
    """Units and contractors to whom a reminder is due today that was not given."""
    today = jst_day(clock.now())
    between = window(today)
    with query(session):
        given = store.given(session, between)
        units = store.units_ending(session, today, between)
        found = [
            subject
            for subject, last in units.items()
            if (days := due(last, today)) is not None and Given(subject, last, days) not in given
        ]
        for subject in store.contractors_ending(session, between):
            last_day = last_day_of(store.contractor_of(session, subject)[1], today)
            days = None if last_day is None else due(last_day, today)
            if last_day is not None and days is not None and Given(subject, last_day, days) not in given:
                found.append(subject)
    return sorted(found)


def remind(session: Session, clock: Clock, actor: Actor, subject: Subject) -> bool:
    """Give one unit the reminder that is due now; False when there is none any more, or somebody gave it."""
    with use_case(session, clock, actor, "unit.remind") as trail:
        trail.subject("unit", subject.unit_id)
        in_use, first, last = store.unit_of(session, subject.unit_id)
        name = ""
        if subject.contractor_id:
            name, periods = store.contractor_of(session, subject)
            found = last_day_of(periods, trail.today)
        else:
            found = last if first <= trail.today else None
        days = None if found is None or not in_use else due(found, trail.today)
        if found is None or days is None or not store.give(session, Given(subject, found, days), trail.now):
            trail.silent()
            return False
        left = (found - trail.today).days
        if subject.contractor_id:
            kind = Kind.CONTRACTOR_ENDED if days == AFTER else Kind.CONTRACTOR_ENDS
            tell_unit(session, trail, subject.unit_id, kind, contractor=name, last_day=found, days=left)
        else:
            kind = Kind.VALIDITY_ENDED if days == AFTER else Kind.VALIDITY_ENDS
            tell_unit(session, trail, subject.unit_id, kind, last_day=found, days=left)
        trail.fact(threshold=days, last_day=found, contractor=bool(subject.contractor_id))
        return True
