"""A unit whose own 利用停止 was recorded is told of its end, never to renew (seed 004 P-Q2)."""

from datetime import date

import pytest
from sqlalchemy import update

from portal.calendar.clock import FixedClock
from portal.calendar.day import day_start
from portal.domain.actor import Actor
from portal.domain.application import Step
from portal.services import reminder
from portal.services.unit_home import UnitHome, unit_home
from portal.store.database import Database
from portal.store.tables import unit
from tests.applications import approve, build_bureau_clerk, load_application_tables, unit_application
from tests.build import BuiltMember, build_member, build_unit

LAST = date(2026, 6, 30)


@pytest.fixture
def officer(database: Database, clock: FixedClock) -> BuiltMember:
    load_application_tables(database, clock)
    return build_member(database, build_unit(database, bureau_code="24"), role="officer")


@pytest.fixture
def clerk(database: Database) -> Actor:
    return build_bureau_clerk(database)


def end(database: Database, clock: FixedClock, clerk: Actor, officer: BuiltMember) -> None:
    steps = {Step.ENDING: {"last_day": LAST.isoformat(), "reason": "事業の終了"}}
    ref = unit_application(database, clock, officer.actor, clerk, "end", steps)
    approve(database, clock, clerk, ref)


def home(database: Database, clock: FixedClock, officer: BuiltMember) -> UnitHome:
    with database.read() as session:
        return unit_home(session, clock, officer.actor)


def reminders(database: Database, clock: FixedClock) -> int:
    with database.read() as session:
        return len(reminder.waiting(session, clock))


@pytest.mark.parametrize(
    ("on", "own_end", "reasons"),
    [
        (date(2026, 6, 16), True, ()),
        (LAST, True, ()),
        (date(2026, 7, 1), True, ("application_ended",)),
    ],
)
def test_before_and_after_its_last_day_the_unit_is_told_of_its_own_end(
    database: Database,
    clock: FixedClock,
    clerk: Actor,
    officer: BuiltMember,
    on: date,
    own_end: bool,
    reasons: tuple[str, ...],
) -> None:
    end(database, clock, clerk, officer)
    clock.set(day_start(on))
    found = home(database, clock, officer)
    assert (found.own_end, found.reasons) == (own_end, reasons)
    assert reminders(database, clock) == 0


def test_a_validity_that_ends_without_it_is_to_be_renewed(
    database: Database, clock: FixedClock, officer: BuiltMember
) -> None:
    with database.write() as session:
        session.execute(update(unit).values(valid_until=LAST))
        session.commit()
    assert (home(database, clock, officer).own_end, reminders(database, clock)) == (False, 1)
    clock.set(day_start(date(2026, 7, 1)))
    assert home(database, clock, officer).reasons == ("validity_ended",)


def test_whoever_was_prolonged_after_all_is_reminded_of_the_new_day(
    database: Database, clock: FixedClock, clerk: Actor, officer: BuiltMember
) -> None:
    end(database, clock, clerk, officer)
    with database.write() as session:
        session.execute(update(unit).values(valid_until=date(2026, 7, 31)))
        session.commit()
    assert (home(database, clock, officer).own_end, reminders(database, clock)) == (False, 1)
