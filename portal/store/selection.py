"""The people somebody has chosen to write to: a membership's own rows, by inside numbers that never leave.

Whether they can be reached is not looked at here, so that choosing and taking away tell nothing (ruling R3).
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, exists, func, insert, literal, select
from sqlalchemy.orm import Session

from portal.store.tables import membership, profile, selection, thread
from portal.store.types import Instant


@dataclass(frozen=True)
class Whose:
    """One person in one unit."""

    unit_id: int
    membership_id: int


def _own(whose: Whose) -> ColumnElement[bool]:
    return and_(selection.c.unit_id == whose.unit_id, selection.c.membership_id == whose.membership_id)


def lock(session: Session, whose: Whose) -> None:
    """One after the other where a person's choice is counted and added to."""
    session.execute(
        select(membership.c.id).where(membership.c.id == whose.membership_id).with_for_update(key_share=True)
    )


def count(session: Session, whose: Whose) -> int:
    """How many are chosen."""
    return int(session.execute(select(func.count()).where(_own(whose))).scalar_one())


def keys(session: Session, whose: Whose) -> list[bytes]:
    """The chosen by the keys their tokens are made from, in no order."""
    found = select(profile.c.alias_key).join(selection, selection.c.seeker_id == profile.c.seeker_id)
    return list(session.scalars(found.where(_own(whose))))


def not_chosen(whose: Whose) -> ColumnElement[bool]:
    """The condition on a row of `profile` that the person has not chosen it."""
    return ~exists().where(_own(whose), selection.c.seeker_id == profile.c.seeker_id)


def not_written_to(unit_id: int) -> ColumnElement[bool]:
    """The condition on a row of `profile` that the unit has never written to them."""
    return ~exists().where(thread.c.unit_id == unit_id, thread.c.seeker_id == profile.c.seeker_id)


def add(session: Session, whose: Whose, which: ColumnElement[bool], at: datetime) -> int:
    """Choose the profiles that fulfil a condition and are not chosen yet; how many that were. Lock first."""
    rows = select(
        literal(whose.membership_id), profile.c.seeker_id, literal(whose.unit_id), literal(at, Instant())
    ).where(which, not_chosen(whose))
    made = insert(selection).from_select(["membership_id", "seeker_id", "unit_id", "added_at"], rows)
    # How many rows an INSERT of a query made is not told by every driver.
    return len(session.scalars(made.returning(selection.c.seeker_id)).all())


def by_key(alias_keys: Collection[bytes]) -> ColumnElement[bool]:
    """The profiles behind these keys."""
    return profile.c.alias_key.in_(alias_keys)


def by_number(numbers: Collection[int]) -> ColumnElement[bool]:
    """The profiles of these seekers."""
    return profile.c.seeker_id.in_(numbers)


def remove(session: Session, whose: Whose, alias_keys: Collection[bytes]) -> int:
    """Take these away again; how many that were."""
    some = select(profile.c.seeker_id).where(profile.c.alias_key.in_(alias_keys))
    return _count_of(session.execute(delete(selection).where(_own(whose), selection.c.seeker_id.in_(some))))


def empty(session: Session, whose: Whose) -> int:
    """Take all away; how many that were."""
    return _count_of(session.execute(delete(selection).where(_own(whose))))


def forget(session: Session, before: datetime) -> int:
    """Take away whoever was chosen before an instant, in every unit; how many that were."""
    return _count_of(session.execute(delete(selection).where(selection.c.added_at < before)))


def _count_of(result: Any) -> int:
    return int(result.rowcount)
