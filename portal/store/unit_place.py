"""Branches and departments as an approved application enters them: added, named anew, ended, taken up again.

Whoever calls this holds the unit (`portal.store.unit.hold`).
"""

from datetime import date
from typing import Any

from sqlalchemy import Table, insert, select, update
from sqlalchemy.orm import Session

from portal.store.tables import branch, department


def put_branch(
    session: Session, unit_id: int, branch_number: str, name: str, since: date, *, until: date | None = None
) -> int:
    """The branch office with this 枝番 as it is now; its first day is kept. until: its last day, None = no end."""
    return _put(session, branch, unit_id, ("branch_number", branch_number), since, until, name=name)


def put_department(
    session: Session, unit_id: int, name: str, since: date, *, until: date | None = None
) -> int:
    """The department with this name; its first day is kept. until: its last day, None = no end."""
    return _put(session, department, unit_id, ("name", name), since, until)


def _put(
    session: Session,
    table: Table,
    unit_id: int,
    key: tuple[str, str],
    since: date,
    until: date | None,
    **values: Any,
) -> int:
    column, wanted = key
    found = session.execute(
        select(table.c.id, table.c.since).where(table.c.unit_id == unit_id, table.c[column] == wanted)
    ).one_or_none()
    if found is None:
        row = {
            "unit_id": unit_id,
            column: wanted,
            "since": since,
            "until": _not_before(until, since),
            **values,
        }
        return int(session.execute(insert(table).values(row).returning(table.c.id)).scalar_one())
    session.execute(
        update(table).where(table.c.id == found.id).values(until=_not_before(until, found.since), **values)
    )
    return int(found.id)


def _not_before(until: date | None, since: date | None) -> date | None:
    """A place does not end before it began."""
    return until if until is None or since is None else max(until, since)
