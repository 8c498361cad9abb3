"""What units look like after an approval, for tests that look."""

from typing import Any

from sqlalchemy import select

from portal.services.application_desk import Approved
from portal.store import unit as units
from portal.store.database import Database
from portal.store.tables import (
    unit,
)
from portal.store.unit import UnitRow


def row(database: Database, unit_id: int) -> UnitRow:
    with database.read() as session:
        return units.by_id(session, unit_id)


def one(database: Database) -> UnitRow:
    """The only unit there is."""
    with database.read() as session:
        return units.by_id(session, session.execute(select(unit.c.id)).scalar_one())


def below(database: Database, table: Any, *columns: str) -> list[tuple[Any, ...]]:
    with database.read() as session:
        return [
            tuple(found)
            for found in session.execute(select(*(table.c[name] for name in columns)).order_by(table.c.id))
        ]


def roles(done: Approved) -> dict[str, str]:
    return {invited.role: invited.display_name for invited in done.invitations}
