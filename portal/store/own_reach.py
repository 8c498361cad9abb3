"""How many units can see a seeker today, for the seeker's own page."""

from datetime import date

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import Session

from portal.domain.reach import UnitClass
from portal.store.tables import block, unit


def searching(on: date) -> ColumnElement[bool]:
    """The condition on a row of `unit` under which it may search on a day: `portal.domain.standing` in SQL."""
    suspended = (unit.c.suspended_from <= on) & or_(
        unit.c.suspended_until.is_(None), unit.c.suspended_until >= on
    )
    return (
        (unit.c.status == "approved")
        & (unit.c.valid_from <= on)
        & (unit.c.valid_until >= on)
        & or_(unit.c.suspended_from.is_(None), ~suspended)
    )


def units(session: Session, seeker_id: int, on: date) -> dict[UnitClass, int]:
    """How many units of each class may search on a day and are not blocked by the seeker."""
    blocked = exists().where(block.c.unit_id == unit.c.id, block.c.seeker_id == seeker_id)
    rows = session.execute(
        select(unit.c.unit_class, func.count()).where(searching(on), ~blocked).group_by(unit.c.unit_class)
    )
    counted = {UnitClass(word): int(number) for word, number in rows}
    return {unit_class: counted.get(unit_class, 0) for unit_class in UnitClass}


def blocks(session: Session, seeker_id: int) -> int:
    """How many units the seeker has blocked."""
    found = session.scalar(select(func.count()).select_from(block).where(block.c.seeker_id == seeker_id))
    return int(found or 0)
