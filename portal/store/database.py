"""Engines and sessions on SQLite and PostgreSQL.

SQLite is used exactly so: write transactions begin IMMEDIATE (a deferred one fails on its first write or silently
loses updates), WAL, every commit on disk. One writer and one reader engine for each audience, so that on PostgreSQL
each audience may be another role and readers may be a replica.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from typing import Any

from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.orm import Session

from portal.store.keyring import Keyring

BUSY_MILLISECONDS = 15_000
LOCK_TIMEOUT = "10s"
SEARCH_TIMEOUT = "15s"


class Use(StrEnum):
    """What an engine is for: commands, queries, or the one statement that every request asks."""

    WRITE = "write"
    READ = "read"
    GLANCE = "glance"


class Database:
    """Hands out sessions. ``urls`` maps audiences to addresses; "owner" serves those without their own."""

    def __init__(self, urls: Mapping[str, str], keyring: Keyring, *, pool_size: int = 10) -> None:
        self._urls = urls
        self._keyring = keyring
        self._pool_size = pool_size
        self._engines: dict[tuple[str, Use], Engine] = {}

    def engine(self, audience: str = "owner", use: Use = Use.WRITE) -> Engine:
        """The engine of an audience; audiences with the same address share one."""
        key = self._urls.get(audience, self._urls["owner"]), use
        if key not in self._engines:
            self._engines[key] = make_engine(*key, pool_size=self._pool_size)
        return self._engines[key]

    @contextmanager
    def write(self, audience: str = "owner") -> Iterator[Session]:
        """A session for one command; the use case commits."""
        with Session(self.engine(audience), info={"keyring": self._keyring}) as session:
            yield session

    @contextmanager
    def read(self, audience: str = "owner") -> Iterator[Session]:
        """A session for queries; it cannot write."""
        with Session(self.engine(audience, Use.READ), info={"keyring": self._keyring}) as session:
            yield session

    @contextmanager
    def glance(self, audience: str = "owner") -> Iterator[Session]:
        """A session for one statement that every request asks in the same words: planned once for each connection,
        and on PostgreSQL without a transaction around it."""
        with Session(self.engine(audience, Use.GLANCE), info={"keyring": self._keyring}) as session:
            yield session

    def dispose(self) -> None:
        """Close every connection, for example before a process forks."""
        for engine in self._engines.values():
            engine.dispose()
        self._engines.clear()


def make_engine(url: str, use: Use = Use.WRITE, *, pool_size: int = 10) -> Engine:
    """One engine with the settings the portal's promises rest on."""
    if make_url(url).get_backend_name() == "sqlite":
        engine = create_engine(url, pool_size=pool_size, connect_args={"timeout": BUSY_MILLISECONDS / 1000})
        _prepare_sqlite(engine, read_only=use is not Use.WRITE)
        return engine
    options = f"-c lock_timeout={LOCK_TIMEOUT} -c TimeZone=UTC -c jit=off"
    # Whoever waited for a lock must see what the other one did; a server may have another default.
    options += r" -c default_transaction_isolation=read\ committed"
    if use is not Use.WRITE:
        options += f" -c default_transaction_read_only=on -c statement_timeout={SEARCH_TIMEOUT}"
    arguments: dict[str, Any] = {"options": options, "connect_timeout": 5}
    if use is Use.READ:
        # Searches are skewed: a generic plan after a few executions can be far off.
        arguments["prepare_threshold"] = None
    return create_engine(
        url,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_recycle=300,
        connect_args=arguments,
        # A rollback would make the driver forget what it has prepared.
        isolation_level="AUTOCOMMIT" if use is Use.GLANCE else None,
    )


def _prepare_sqlite(engine: Engine, *, read_only: bool) -> None:
    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")
        cursor.execute("PRAGMA journal_mode = WAL")
        # FULL: an accepted message must survive a power cut together with its count.
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute("PRAGMA foreign_keys = ON")
        if read_only:
            cursor.execute("PRAGMA query_only = ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def on_begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")
