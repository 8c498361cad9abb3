"""Reading audit lines to seal and to verify them, and keeping the seals."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, delete, func, insert, literal_column, select, text, update
from sqlalchemy.orm import Session

from portal.domain.seal import Drop, Seal
from portal.store.tables import audit, audit_drop, audit_seal, audit_seal_mark

_AT_ONCE = 500
_WRITERS = text(
    "SELECT virtualtransaction FROM pg_locks WHERE locktype = 'relation' AND granted"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    " AND relation = 'audit'::regclass AND mode = 'RowExclusiveLock' AND pid IS DISTINCT FROM pg_backend_pid()"
)
# NULL before the first number was drawn.
_DRAWN = literal_column("pg_sequence_last_value('audit_id_seq'::regclass)", BigInteger)
_STOP_TRIGGER = text("ALTER TABLE audit DISABLE TRIGGER audit_append_only")
_START_TRIGGER = text("ALTER TABLE audit ENABLE TRIGGER audit_append_only")
_SQLITE_TRIGGER = "audit_no_delete"
HIGHEST = 2**63 - 1
"""No line can have a higher number."""


@dataclass(frozen=True)
class Mark:
    """Up to which line the trail stood at a moment, and the transactions that could still add one below it."""

    upto: int
    marked_at: datetime
    writers: frozenset[str]


def mark(session: Session, *, locked: bool = False) -> Mark | None:
    """The present mark. ``locked``: held until the transaction ends; None also while another process holds it."""
    found = select(audit_seal_mark)
    if locked:
        found = found.with_for_update(skip_locked=True)
    row = session.execute(found).one_or_none()
    return None if row is None else Mark(row.upto, row.marked_at, frozenset(json.loads(row.writers)))


def begin_marks(session: Session, at: datetime) -> None:
    """The first mark, before any line. Of two processes at once one meets a row that is there (IntegrityError)."""
    session.execute(insert(audit_seal_mark).values(id=1, upto=0, marked_at=at, writers="[]"))


def put_mark(session: Session, upto: int, at: datetime, writers: Iterable[str]) -> None:
    """Move the mark; whoever does holds it."""
    session.execute(
        update(audit_seal_mark).values(upto=upto, marked_at=at, writers=json.dumps(sorted(writers)))
    )


def one_picture(session: Session) -> None:
    """Let everything that is read from here on be of one moment; SQLite does so anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


def highest_drawn(session: Session) -> int:
    """The highest number that the database itself has given a line; SQLite takes whatever is highest for it."""
    if session.get_bind().dialect.name != "postgresql":
        return HIGHEST
    return session.scalar(select(_DRAWN)) or 0


def newest_line(session: Session) -> int:
    """The highest number that is committed; 0 without any line.

    A line whose number nobody drew would end the sealing: all honest ones would lie below it. So it counts for nothing.
    """
    found = select(func.max(audit.c.id))
    if session.get_bind().dialect.name == "postgresql":
        # In one statement: lines are of its beginning, the sequence is read later and so never behind them.
        found = found.where(audit.c.id <= select(func.coalesce(_DRAWN, 0)).scalar_subquery())
    return session.scalar(found) or 0


def beyond(session: Session, upto: int) -> list[tuple[int, int, int]]:
    """The lines with numbers that no seal can hold, below 1 or behind ``upto``: lowest, highest, how many."""
    columns = func.min(audit.c.id), func.max(audit.c.id), func.count()
    found = [
        session.execute(select(*columns).where(condition)).one()
        for condition in (audit.c.id < 1, audit.c.id > upto)
    ]
    return [(low, high, count) for low, high, count in found if count]


def writers(session: Session) -> frozenset[str]:
    """Who may hold the number of a line that nobody can see yet: the transactions that took the lock of writing lines.

    PostgreSQL takes that lock before a number is drawn and gives it back with the end of the transaction. On SQLite
    whoever asks holds the only place of a writer, so nobody else has drawn one.
    """
    if session.get_bind().dialect.name != "postgresql":
        return frozenset()
    return frozenset(session.execute(_WRITERS).scalars())


def lines(session: Session, first_id: int, last_id: int, most: int) -> list[Mapping[str, object]]:
    """Lines of a range by number, at most so many."""
    found = select(audit).where(audit.c.id.between(first_id, last_id)).order_by(audit.c.id).limit(most)
    return [_line(row) for row in session.execute(found)]


def every_line(session: Session, first_id: int, last_id: int) -> Iterator[Mapping[str, object]]:
    """As ``lines``, all of them, some hundred at a time."""
    # The number behind the highest one is none that a database knows.
    while first_id <= last_id and (found := lines(session, first_id, last_id, _AT_ONCE)):
        yield from found
        first_id = int(str(found[-1]["id"])) + 1


def oldest_after(session: Session, number: int, upto: int = HIGHEST) -> tuple[int, datetime] | None:
    """The first line behind a number, up to another one, with its moment."""
    behind = audit.c.id > number, audit.c.id <= upto
    found = select(audit.c.id, audit.c.at).where(*behind).order_by(audit.c.id).limit(1)
    row = session.execute(found).one_or_none()
    return None if row is None else (row.id, row.at)


def holds_lines_of(session: Session, after: int, begin: datetime, end: datetime) -> bool:
    """Whether a line behind a number is of a span of time; ``end`` is not part of it."""
    found = select(audit.c.id).where(audit.c.id > after, audit.c.at >= begin, audit.c.at < end).limit(1)
    return session.execute(found).first() is not None


def last(session: Session) -> Seal | None:
    """The newest seal."""
    found = select(audit_seal).order_by(audit_seal.c.number.desc()).limit(1)
    row = session.execute(found).one_or_none()
    return None if row is None else _seal(row)


def one(session: Session, number: int) -> Seal | None:
    """The seal of this number."""
    row = session.execute(select(audit_seal).where(audit_seal.c.number == number)).one_or_none()
    return None if row is None else _seal(row)


def after(session: Session, number: int) -> Iterator[tuple[Seal, Drop | None]]:
    """The seals behind a number in order, each with the record of its lines' end."""
    columns = (
        audit_drop.c.dropped_at,
        audit_drop.c.key_name.label("drop_key"),
        audit_drop.c.mac.label("drop_mac"),
    )
    joined = (
        select(audit_seal, *columns)
        .outerjoin(audit_drop, audit_drop.c.number == audit_seal.c.number)
        .order_by(audit_seal.c.number)
        .limit(_AT_ONCE)
    )
    while rows := session.execute(joined.where(audit_seal.c.number > number)).all():
        for row in rows:
            gone = (
                None
                if row.dropped_at is None
                else Drop(row.number, row.dropped_at, row.drop_key, row.drop_mac)
            )
            yield _seal(row), gone
        number = rows[-1].number


def of_month(session: Session, month: date) -> list[tuple[Seal, bool]]:
    """The seals of a month in order, each with whether its lines have been dropped."""
    found = (
        select(audit_seal, audit_drop.c.number.label("dropped"))
        .outerjoin(audit_drop, audit_drop.c.number == audit_seal.c.number)
        .where(audit_seal.c.month == month)
        .order_by(audit_seal.c.number)
    )
    return [(_seal(row), row.dropped is not None) for row in session.execute(found)]


def add(session: Session, sealed: Seal) -> None:
    """Keep a seal. Of two processes at once one meets a number that is taken (IntegrityError)."""
    session.execute(insert(audit_seal).values(**asdict(sealed)))


def drop_lines(session: Session, of: Seal, gone: Drop) -> int:
    """Take the lines of a seal away and note it; how many. Only the owner of the table can.

    The trigger that keeps the trail append-only rests in this transaction alone; on PostgreSQL nobody else can write
    a line meanwhile.
    """
    session.execute(insert(audit_drop).values(**asdict(gone)))
    away = delete(audit).where(audit.c.id.between(of.first_id, of.last_id))
    if session.get_bind().dialect.name == "postgresql":
        session.execute(_STOP_TRIGGER)
        count: int = _count(session.execute(away))
        session.execute(_START_TRIGGER)
        return count
    named = text("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = :name")
    trigger = session.execute(named, {"name": _SQLITE_TRIGGER}).scalar_one()
    session.execute(text(f"DROP TRIGGER {_SQLITE_TRIGGER}"))
    count = _count(session.execute(away))
    session.execute(text(trigger))
    return count


def _count(result: Any) -> int:
    return int(result.rowcount)


def _line(row: Any) -> Mapping[str, object]:
    found: Mapping[str, object] = row._mapping
    return found


def _seal(row: Any) -> Seal:
    return Seal(
        row.number,
        row.first_id,
        row.last_id,
        row.month,
        row.first_at,
        row.last_at,
        row.lines,
        row.digest,
        row.previous,
        row.sealed_at,
        row.key_name,
        row.mac,
    )
