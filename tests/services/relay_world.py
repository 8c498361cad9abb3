"""What the tests of the relay look at: stored messages, the counter, the threads, and a short way to send."""

from collections.abc import Sequence
from datetime import date
from itertools import count
from typing import Any

from sqlalchemy import func, select

from portal.calendar.clock import Clock
from portal.domain.actor import Actor
from portal.services import relay
from portal.services.relay import SendResult
from portal.store.database import Database
from portal.store.tables import audit, message, quota_use, thread
from tests.build import BuiltMember, BuiltSeeker, BuiltUnit

_keys = count(1)
TEXT = "見本の案内です。"


def send(
    database: Database,
    clock: Clock,
    unit: BuiltUnit,
    who: BuiltMember | Actor,
    to: Sequence[BuiltSeeker | str],
    *,
    text: str = TEXT,
    key: str | None = None,
) -> SendResult:
    """Send to these people, or to these tokens as they stand."""
    actor = who if isinstance(who, Actor) else who.actor
    tokens = [person if isinstance(person, str) else unit.token(person) for person in to]
    with database.write() as session:
        return relay.send(session, clock, actor, tokens, text, key or f"key-{next(_keys)}")


def stored(database: Database, unit: BuiltUnit | None = None) -> list[Any]:
    """Every message of a unit, or of all, as stored."""
    statement = select(message).order_by(message.c.id)
    if unit is not None:
        statement = statement.where(message.c.unit_id == unit.id)
    with database.read() as session:
        return list(session.execute(statement))


def counter(database: Database, unit: BuiltUnit, day: date) -> int:
    """What the unit has used on a day."""
    with database.read() as session:
        n = session.execute(
            select(quota_use.c.n).where(quota_use.c.unit_id == unit.id, quota_use.c.jst_day == day)
        ).scalar_one_or_none()
    return int(n or 0)


def threads(database: Database) -> list[Any]:
    """Every thread as stored."""
    with database.read() as session:
        return list(session.execute(select(thread).order_by(thread.c.id)))


def audited(database: Database, kind: str = "relay.send") -> list[tuple[str, str | None]]:
    """Outcome and reason of every audit line of a kind."""
    with database.read() as session:
        rows = session.execute(
            select(audit.c.outcome, audit.c.reason).where(audit.c.kind == kind).order_by(audit.c.id)
        )
        return [(row.outcome, row.reason) for row in rows]


def rows_of(database: Database, table: Any) -> int:
    """How many rows a table has."""
    with database.read() as session:
        return int(session.execute(select(func.count()).select_from(table)).scalar_one())
