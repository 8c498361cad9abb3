"""Numbers of audit lines that the trail never gave: they neither end the sealing nor stay unseen."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import text

from portal.calendar.clock import FixedClock
from portal.domain import seal as rules
from portal.domain.seal import Fault
from portal.store.database import Database
from tests.build import open_database
from tests.services.test_seal import by_force, copy, found, look, seal_all, write_lines

HIGHEST = 2**63 - 1


@pytest.mark.parametrize("number", [0, -1, -HIGHEST])
def test_no_line_has_a_number_below_one(database: Database, clock: FixedClock, number: int) -> None:
    write_lines(database, 1, clock.now())
    with database.engine().connect() as connection, pytest.raises(Exception, match="ck_audit_id"):
        connection.execute(text(copy(number)))


def test_lines_below_one_are_found_where_an_owner_let_them_in(database: Database, clock: FixedClock) -> None:
    write_lines(database, 2, clock.now())
    held = database.engine().dialect.name == "postgresql"
    away = "ALTER TABLE audit DROP CONSTRAINT ck_audit_id" if held else "DROP TRIGGER audit_numbered"
    by_force(database, away, copy(0), copy(-7))
    assert found(look(database, clock)) == [(Fault.ADDED, -7, 0)]


@pytest.mark.parametrize("number", [2**61, 2**62 + 1, HIGHEST])
def test_a_line_with_a_number_nobody_drew_neither_ends_the_sealing_nor_hides(
    new_database_url: Callable[..., str], clock: FixedClock, number: int
) -> None:
    database = open_database(new_database_url("postgresql"))
    write_lines(database, 3, clock.now())
    assert seal_all(database, clock) == 3
    by_force(database, copy(number))
    assert found(look(database, clock)) == [(Fault.ADDED, number, number)]
    clock.advance(timedelta(minutes=11))
    write_lines(database, 2, clock.now())
    assert seal_all(database, clock) == 2
    clock.advance(rules.LATE_AFTER)
    report = look(database, clock)
    assert (report.lines, report.unsealed) == (5, 0)
    assert found(report) == [(Fault.ADDED, number, number)]
    database.dispose()


def test_the_highest_number_breaks_neither_the_sealer_nor_a_look(
    database: Database, clock: FixedClock
) -> None:
    write_lines(database, 2, clock.now())
    by_force(database, copy(HIGHEST))
    clock.advance(timedelta(minutes=11))
    seal_all(database, clock)
    assert seal_all(database, clock) == 0
    # SQLite draws from what is there, so it cannot tell such a number from its own; nothing more can be written then.
    drawn = database.engine().dialect.name == "sqlite"
    assert found(look(database, clock)) == ([] if drawn else [(Fault.ADDED, HIGHEST, HIGHEST)])
