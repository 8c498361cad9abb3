"""The migration of places: up and down with limits, several contract periods and a contractor's threads in place."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import IntegrityError

from portal.calendar.clock import FixedClock
from portal.domain.contract_period import Period
from portal.store import contractor as store
from portal.store.database import Database, make_engine
from portal.store.migrate import downgrade, upgrade
from portal.store.tables import contractor, contractor_period, department
from tests.build import (
    build_contractor,
    build_department,
    build_member,
    build_seeker,
    build_unit,
    open_database,
)
from tests.services.relay_world import send

NEXT_YEAR = Period(date(2027, 4, 1), date(2028, 3, 31))


def test_going_back_keeps_the_newest_period_and_every_thread_and_forgets_the_limits(
    database_url: str, clock: FixedClock
) -> None:
    database = open_database(database_url)
    unit = build_unit(database, unit_class="municipal")
    build_department(database, unit)
    built = build_contractor(database, unit)
    send(database, clock, unit, build_member(database, unit, contractor_id=built), [build_seeker(database)])
    with database.write() as session:
        store.record(session, built, NEXT_YEAR)
        session.execute(update(contractor).values(daily_limit=40))
        session.execute(update(department).values(daily_limit=0))
        session.commit()
    database.dispose()

    downgrade(database_url, "0016")
    upgrade(database_url)

    engine = make_engine(database_url)
    with engine.connect() as connection:
        (row,) = connection.execute(select(contractor)).all()
        assert (row.since, row.until, row.daily_limit) == (NEXT_YEAR.since, NEXT_YEAR.until, None)
        assert connection.execute(select(contractor_period)).all() == []
        assert connection.execute(select(department.c.daily_limit)).all() == [(None,)]
        assert connection.execute(text("SELECT contractor_id FROM thread")).all() == [(built,)]
    engine.dispose()


@pytest.mark.parametrize("limit", [-1, 1001])
@pytest.mark.parametrize("table", [department, contractor])
def test_the_database_itself_refuses_a_limit_that_cannot_be(
    database: Database, table: Any, limit: int
) -> None:
    unit = build_unit(database, unit_class="municipal")
    build_department(database, unit)
    build_contractor(database, unit)
    with database.write() as session, pytest.raises(IntegrityError, match="daily_limit"):
        session.execute(update(table).values(daily_limit=limit))


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"until": date(2026, 3, 31)}, "days"),
        ({"last_day": date(2026, 3, 31)}, "last_day"),
        ({"last_day": date(2027, 4, 1)}, "last_day"),
    ],
)
def test_the_database_itself_refuses_a_period_that_cannot_be(
    database: Database, values: dict[str, date], constraint: str
) -> None:
    built = build_contractor(database, build_unit(database, unit_class="municipal"))
    days = {"since": date(2026, 4, 1), "until": date(2027, 3, 31), **values}
    with database.write() as session, pytest.raises(IntegrityError, match=constraint):
        session.execute(insert(contractor_period).values(contractor_id=built, **days))
