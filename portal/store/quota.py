"""What a unit has used of its messages a day, and whether the books agree."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, case, func, literal, select, union_all
from sqlalchemy.orm import Session

from portal.domain.quota import LIMIT_PER_DAY
from portal.domain.thread import Belonging
from portal.store.tables import message, quota_use, send, unit


@dataclass(frozen=True)
class Use:
    """Messages of a unit on a day: limit in force, reserve as set, used so far."""

    limit: int
    reserve: int
    used: int


def limit_on(on: date) -> ColumnElement[int]:
    """Messages of a day of a row of `unit`: `portal.domain.standing.limit_on` in SQL."""
    return case((unit.c.limit_until < on, LIMIT_PER_DAY), else_=unit.c.daily_limit)


def use(session: Session, unit_id: int, on: date) -> Use:
    """How the unit stands on a day."""
    row = session.execute(
        select(
            limit_on(on).label("daily_limit"), unit.c.reserve, func.coalesce(quota_use.c.n, 0).label("used")
        )
        .select_from(
            unit.outerjoin(quota_use, (quota_use.c.unit_id == unit.c.id) & (quota_use.c.jst_day == on))
        )
        .where(unit.c.id == unit_id)
    ).one()
    return Use(row.daily_limit, row.reserve, row.used)


@dataclass(frozen=True)
class Book:
    """One unit on one day in three books that must say the same: counter, stored messages, accepted sends.

    highest: the highest number of the day on a message; within: the unit had no day above 1,000.
    """

    unit_id: int
    day: date
    counter: int
    messages: int
    highest: int
    accepted: int

    @property
    def agrees(self) -> bool:
        """Whether the three say the same."""
        return self.counter == self.messages == self.highest == self.accepted


def books(session: Session) -> Iterator[Book]:
    """Every unit and day on which anything was sent or counted, in order."""
    nothing = literal(0)
    counters = select(
        quota_use.c.unit_id,
        quota_use.c.jst_day,
        quota_use.c.n.label("counter"),
        nothing.label("messages"),
        nothing.label("highest"),
        nothing.label("accepted"),
    )
    messages = (
        select(
            message.c.unit_id,
            message.c.jst_day,
            nothing,
            func.count(),
            func.max(message.c.day_number),
            nothing,
        )
        .where(message.c.direction == "unit")
        .group_by(message.c.unit_id, message.c.jst_day)
    )
    sends = (
        select(send.c.unit_id, send.c.jst_day, nothing, nothing, nothing, func.sum(send.c.sent))
        .where(send.c.sent > 0)
        .group_by(send.c.unit_id, send.c.jst_day)
    )
    every = union_all(counters, messages, sends).subquery("every")
    together = (
        select(
            every.c.unit_id,
            every.c.jst_day,
            *(func.sum(every.c[name]).label(name) for name in ("counter", "messages", "highest", "accepted")),
        )
        .group_by(every.c.unit_id, every.c.jst_day)
        .order_by(every.c.unit_id, every.c.jst_day)
    )
    for row in session.execute(together):
        yield Book(
            row.unit_id,
            row.jst_day,
            int(row.counter),
            int(row.messages),
            int(row.highest),
            int(row.accepted),
        )


def used_by_place(session: Session, unit_id: int, belongs: Belonging, on: date) -> int:
    """What the people of one department or contractor of a unit have sent on a day, in messages."""
    found = select(func.coalesce(func.sum(send.c.sent), 0)).where(
        send.c.unit_id == unit_id,
        send.c.jst_day == on,
        send.c.department_id.is_not_distinct_from(belongs.department_id),
        send.c.contractor_id.is_not_distinct_from(belongs.contractor_id),
    )
    return int(session.execute(found).scalar_one())
