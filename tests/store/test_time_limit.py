"""A statement that would take for ever is broken off, and the next one has its usual time again."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from portal.store.database import Database
from portal.store.time_limit import TookTooLong, at_most

# Ends by itself, so that a limit that does not hold is a red test and not a test that hangs.
FOR_EVER = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30000000) "
    "SELECT count(*) FROM n",
    "postgresql": "SELECT pg_sleep(10)",
}


def test_what_takes_too_long_is_broken_off(database: Database, engine_kind: str) -> None:
    with database.read() as session, pytest.raises(TookTooLong), at_most(session, 0.01):
        session.execute(text(FOR_EVER[engine_kind]))


def test_afterwards_there_is_the_usual_time(database: Database, engine_kind: str) -> None:
    slow = {
        "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000) "
        "SELECT count(*) FROM n",
        "postgresql": "SELECT pg_sleep(0.1)",
    }
    with database.read() as session:
        with at_most(session, 0.02):
            session.execute(text("SELECT 1"))
        session.execute(text(slow[engine_kind]))
        with pytest.raises(TookTooLong), at_most(session, 0.001):
            session.execute(text(FOR_EVER[engine_kind]))
        session.rollback()
        session.execute(text(slow[engine_kind]))


def test_other_troubles_stay_what_they_are(database: Database) -> None:
    with (
        database.read() as session,
        pytest.raises(Exception, match="no_such") as trouble,
        at_most(session, 5),
    ):
        session.execute(text("SELECT no_such FROM profile"))
    assert not isinstance(trouble.value, TookTooLong)
    with database.read() as session, pytest.raises(OperationalError), at_most(session, 5):
        raise OperationalError("架空", {}, ValueError("架空"))
