"""Blocks: a seeker wants nothing from a unit. Both sides of a change hold the seeker's profile lock (ruling R14)."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from portal.store.tables import block


def blocked_units(session: Session, seeker_id: int) -> set[int]:
    """The units this seeker blocks."""
    return set(session.scalars(select(block.c.unit_id).where(block.c.seeker_id == seeker_id)))


def add(session: Session, seeker_id: int, unit_ids: Collection[int], now: datetime) -> list[int]:
    """Block these units; returns those that were not blocked yet. The profile is locked already."""
    known = blocked_units(session, seeker_id)
    new = sorted(set(unit_ids) - known)
    if new:
        session.execute(
            insert(block), [{"seeker_id": seeker_id, "unit_id": unit_id, "since": now} for unit_id in new]
        )
    return new


def remove(session: Session, seeker_id: int, unit_ids: Collection[int]) -> list[int]:
    """Lift the blocks of these units; returns those that were blocked."""
    gone = session.execute(
        delete(block)
        .where(block.c.seeker_id == seeker_id, block.c.unit_id.in_(unit_ids))
        .returning(block.c.unit_id)
    )
    return sorted(gone.scalars())
