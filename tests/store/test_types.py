"""Columns that refuse what must never be stored, on both engines."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError, StatementError

from portal.store.database import Database
from portal.store.tables import installation, profile
from tests.build import build_seeker

JST = timezone(timedelta(hours=9))


def test_an_instant_without_a_time_zone_is_refused(database: Database) -> None:
    with database.write() as session, pytest.raises(StatementError, match="time zone"):
        session.execute(insert(installation).values(id=1, created_at=datetime(2026, 6, 1)))  # noqa: DTZ001 -- the point


def test_an_instant_comes_back_as_the_same_moment_in_utc(database: Database) -> None:
    with database.write() as session:
        session.execute(insert(installation).values(id=1, created_at=datetime(2026, 6, 1, 8, 30, tzinfo=JST)))
        session.commit()
        found = session.execute(select(installation.c.created_at)).scalar_one()
    assert found == datetime(2026, 5, 31, 23, 30, tzinfo=UTC)
    assert found.tzinfo is UTC


def test_there_is_only_one_installation_row(database: Database) -> None:
    with database.write() as session, pytest.raises(IntegrityError):
        session.execute(insert(installation).values(id=2, created_at=datetime(2026, 6, 1, tzinfo=UTC)))


def test_tokens_come_back_as_a_set_and_may_not_contain_spaces(database: Database) -> None:
    built = build_seeker(database, tokens=["place:24", "occupation:031"])
    with database.write() as session:
        found = session.execute(select(profile.c.tokens).where(profile.c.seeker_id == built.id)).scalar_one()
        assert found == {"place:24", "occupation:031"}
        with pytest.raises(StatementError, match="without spaces"):
            session.execute(profile.update().values(tokens=["a b"]))


def test_a_reading_session_cannot_write(database: Database) -> None:
    with database.read() as session, pytest.raises(Exception, match=r"(?i)read-?only"):
        session.execute(insert(installation).values(id=1, created_at=datetime(2026, 6, 1, tzinfo=UTC)))
