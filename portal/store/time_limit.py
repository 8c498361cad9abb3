"""Statements that may only take so long, on both engines."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import func, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

# How many steps of SQLite's machine pass between two looks at the clock.
_STEPS = 10_000
_CANCELLED = "57014"


class TookTooLong(Exception):
    """A statement was broken off. On PostgreSQL the transaction can only be rolled back."""


@contextmanager
def at_most(session: Session, seconds: float) -> Iterator[None]:
    """Break off each statement (PostgreSQL), or all of them together (SQLite), after so many seconds.

    Raises TookTooLong. Afterwards the limits are what they were.
    """
    if session.get_bind().dialect.name == "sqlite":
        limited = _on_sqlite(session, seconds)
    else:
        limited = _on_postgresql(session, seconds)
    try:
        with limited:
            yield
    except OperationalError as broken:
        if _was_broken_off(broken.orig):
            raise TookTooLong from broken
        raise


@contextmanager
def _on_sqlite(session: Session, seconds: float) -> Iterator[None]:
    connection = session.connection().connection.driver_connection
    assert isinstance(connection, sqlite3.Connection)  # noqa: S101 -- narrows the type
    until = time.monotonic() + seconds
    connection.set_progress_handler(lambda: time.monotonic() > until, _STEPS)
    try:
        yield
    finally:
        connection.set_progress_handler(None, _STEPS)


@contextmanager
def _on_postgresql(session: Session, seconds: float) -> Iterator[None]:
    milliseconds = max(1, round(seconds * 1000))
    session.execute(select(func.set_config("statement_timeout", str(milliseconds), True)))
    yield
    session.execute(text("SET LOCAL statement_timeout TO DEFAULT"))


def _was_broken_off(problem: BaseException | None) -> bool:
    if isinstance(problem, sqlite3.Error):
        return problem.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT
    return getattr(problem, "sqlstate", None) == _CANCELLED
