"""Who can be reached: the one filter that search, profile, single and batch sends share, and the lock before it.

The filter is `portal.domain.reach.reachable` in SQL; a property test holds the two together on both engines.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, any_, bindparam, exists, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from portal.domain.reach import ReachFacts, UnitClass
from portal.store.tables import block, profile

_RANGE = {UnitClass.PRIVATE: profile.c.range_private, UnitClass.MUNICIPAL: profile.c.range_municipal}


def reachable(
    unit_id: int | ColumnElement[int], unit_class: UnitClass, on: date | ColumnElement[date]
) -> ColumnElement[bool]:
    """The condition on a row of `profile` under which the unit finds it, opens it and writes to it on a day.

    Every cause is in this one expression, so that no number or kind of statements depends on the cause (ruling R3).
    """
    blocked = exists().where(block.c.unit_id == unit_id, block.c.seeker_id == profile.c.seeker_id)
    return and_(
        _RANGE[unit_class],
        profile.c.published,
        ~profile.c.stopped,
        profile.c.valid_from <= on,
        profile.c.valid_until >= on,
        ~profile.c.never_eligible,
        or_(profile.c.eligible_from.is_(None), profile.c.eligible_from <= on),
        or_(profile.c.terms_until.is_(None), profile.c.terms_until >= on),
        ~blocked,
    )


def _among(dialect: str, column: ColumnElement[Any]) -> ColumnElement[bool]:
    """``column`` is one of the values of parameter ``wanted``, in the cheapest way of each engine.

    PostgreSQL takes one array, so that the statement is the same, and stays prepared, for any number of people.
    """
    if dialect == "postgresql":
        return column == any_(bindparam("wanted", type_=ARRAY(column.type)))
    return column.in_(bindparam("wanted", expanding=True))


@lru_cache
def _lock(dialect: str, column: str) -> Select[tuple[bytes, int]]:
    """Built once: every send runs it, and building it costs as much as running it."""
    return (
        select(profile.c.alias_key, profile.c.seeker_id)
        .where(_among(dialect, profile.c[column]))
        .order_by(profile.c.seeker_id)
        .with_for_update(key_share=True)
    )


@dataclass(frozen=True)
class Locked:
    """Profiles locked to the end of the transaction, by the key their tokens are made from."""

    seekers: dict[bytes, int]

    @property
    def ids(self) -> list[int]:
        """Inside numbers, ascending."""
        return sorted(self.seekers.values())


def lock_by_alias(session: Session, alias_keys: Collection[bytes]) -> Locked:
    """Lock the profiles behind these keys, in ascending order of the seeker, until the transaction ends.

    A statement of its own: the next one looks at the database as it is after the wait. Keys of nobody are left out.
    """
    statement = _lock(session.get_bind().dialect.name, "alias_key")
    # Without anybody to look for it is still the same statement (ruling R3), which an empty list would not be.
    rows = session.execute(statement, {"wanted": list(alias_keys) or [b""]})
    return Locked({row.alias_key: row.seeker_id for row in rows})


def lock_profile(session: Session, seeker_ids: Iterable[int]) -> list[int]:
    """Lock the profiles of these seekers in ascending order until the transaction ends (ruling R14).

    Block, stop, narrowing, extension and answers call this before they read or change anything: a send that came
    first is finished then, and one that comes later sees the change. Returns those that exist.
    """
    statement = _lock(session.get_bind().dialect.name, "seeker_id")
    return [row.seeker_id for row in session.execute(statement, {"wanted": list(seeker_ids)})]


def facts(session: Session, seeker_id: int, unit_id: int, unit_class: UnitClass) -> ReachFacts | None:
    """What the rule asks about one seeker and one unit; None without a profile. For the seeker's own pages only."""
    blocked = exists().where(block.c.unit_id == unit_id, block.c.seeker_id == profile.c.seeker_id)
    row = session.execute(
        select(
            profile.c.valid_from,
            profile.c.valid_until,
            profile.c.eligible_from,
            profile.c.never_eligible,
            profile.c.range_private,
            profile.c.range_municipal,
            profile.c.stopped,
            profile.c.terms_until,
            profile.c.published,
            blocked.label("blocked"),
        ).where(profile.c.seeker_id == seeker_id)
    ).one_or_none()
    return None if row is None else ReachFacts(**row._asdict(), unit_class=unit_class)


def is_reachable(session: Session, unit_id: int, unit_class: UnitClass, on: date, seeker_id: int) -> bool:
    """Whether the unit reaches this seeker on a day; False too for nobody, by the same statement."""
    found = select(profile.c.seeker_id).where(
        profile.c.seeker_id == seeker_id, reachable(unit_id, unit_class, on)
    )
    return session.execute(found).first() is not None
