"""Engines and sessions on SQLite and PostgreSQL.

SQLite is used exactly so: write transactions begin IMMEDIATE (a deferred one fails on its first write or silently
loses updates), WAL, every commit on disk. One writer and one reader engine for each audience, so that on PostgreSQL
each audience may be another role and readers may be a replica.

Where units and seekers have roles of their own, a transaction says for whom it is (`Scope`) in the very message that
begins it, so that row-level security costs no round trip.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Scope:
    """For whom a transaction is: what the policies of `portal.store.roles` compare rows with. Inside numbers."""

    unit_id: int | None = None
    seeker_id: int | None = None
    account_id: int | None = None

    def begin(self) -> bytes:
        """The first message of a transaction: it begins, and says for whom."""
        told = {"unit_id": self.unit_id, "seeker_id": self.seeker_id, "account_id": self.account_id}
        parts = [f"SET LOCAL portal.{name} = '{int(number)}'" for name, number in told.items() if number]
        return "; ".join(["BEGIN", *parts]).encode("ascii")


class AudienceMissingError(Exception):
    """This process was given no database address for an audience, and none of the owner either."""


class Database:
    """Hands out sessions. ``urls`` maps audiences to addresses; "owner" serves those without their own."""

    def __init__(self, urls: Mapping[str, str], keyring: Keyring, *, pool_size: int = 10) -> None:
        self._urls = urls
        self._keyring = keyring
        self._pool_size = pool_size
        self._engines: dict[tuple[str, Use], Engine] = {}

    def engine(self, audience: str = "owner", use: Use = Use.WRITE) -> Engine:
        """The engine of an audience; audiences with the same address share one.

        Raises AudienceMissingError where neither the audience nor the owner has an address.
        """
        url = self._urls.get(audience) or self._urls.get("owner")
        if url is None:
            raise AudienceMissingError(f"this process has no database address for {audience!r}")
        key = url, use
        if key not in self._engines:
            self._engines[key] = make_engine(*key, pool_size=self._pool_size)
        return self._engines[key]

    def separated(self, audience: str) -> bool:
        """Whether an audience has an address of its own; without one nothing needs to be told to the database."""
        return self._urls.get(audience) not in (None, self._urls.get("owner"))

    @contextmanager
    def write(self, audience: str = "owner", scope: Scope | None = None) -> Iterator[Session]:
        """A session for one command; the use case commits. scope: for whom, where the audience is separated."""
        with self._session(audience, Use.WRITE, scope) as session:
            yield session

    @contextmanager
    def read(self, audience: str = "owner", scope: Scope | None = None) -> Iterator[Session]:
        """A session for queries; it cannot write."""
        with self._session(audience, Use.READ, scope) as session:
            yield session

    @contextmanager
    def glance(self, audience: str = "owner") -> Iterator[Session]:
        """A session for one statement that every request asks in the same words: planned once for each connection,
        and on PostgreSQL without a transaction around it."""
        with self._session(audience, Use.GLANCE, None) as session:
            yield session

    def _session(self, audience: str, use: Use, scope: Scope | None) -> Session:
        engine = self.engine(audience, use)
        if scope is not None and self.separated(audience):
            engine = engine.execution_options(portal_scope=scope)
        return Session(engine, info={"keyring": self._keyring})

    def elsewhere(self, url: str) -> "Database":
        """Another database opened with the same keys."""
        return Database({"owner": url}, self._keyring, pool_size=2)

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
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_recycle=300,
        connect_args=arguments,
        # A rollback would make the driver forget what it has prepared.
        isolation_level="AUTOCOMMIT" if use is Use.GLANCE else None,
    )
    if use is not Use.GLANCE:
        _begin_for_scope(engine)
    return engine


def _begin_for_scope(engine: Engine) -> None:
    """Begin transactions that have a scope by one message that tells it; others as the driver does by itself."""

    @event.listens_for(engine, "begin")
    def on_begin(connection: Any) -> None:
        scope = connection.get_execution_options().get("portal_scope")
        if scope is not None:
            # The driver begins nothing where a transaction is open already, and ends this one like its own.
            connection.connection.driver_connection.pgconn.exec_(scope.begin())


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
        # Without it, INSERT OR REPLACE takes rows away past the triggers of tables that only grow.
        cursor.execute("PRAGMA recursive_triggers = ON")
        if read_only:
            cursor.execute("PRAGMA query_only = ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def on_begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")
