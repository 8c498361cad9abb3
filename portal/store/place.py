"""The places of a unit: departments and contractors, with their days and what the unit gives them a day."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Table, and_, func, insert, literal, or_, select, update
from sqlalchemy.orm import Session

from portal.domain.thread import Belonging
from portal.store.condition import Condition
from portal.store.contractor import acts
from portal.store.tables import contractor, department, hand_over, message, send, thread
from portal.store.types import Id, Instant


@dataclass(frozen=True)
class PlaceRow:
    """One department or contractor. ref: for addresses and forms, by kind and order of making.

    limit: messages a day by the unit's own setting, None = only the unit's. last_day: of the newest period, None =
    open. current: its people may act today.
    """

    ref: str
    belongs: Belonging
    name: str
    limit: int | None
    last_day: date | None
    current: bool


def every(session: Session, unit_id: int, on: date) -> list[PlaceRow]:
    """The places of a unit, departments before contractors, each in the order of their making."""
    in_force = and_(
        department.c.since <= on, or_(department.c.until.is_(None), department.c.until >= on)
    ).label("current")
    departments = session.execute(
        select(department.c.id, department.c.name, department.c.daily_limit, department.c.until, in_force)
        .where(department.c.unit_id == unit_id)
        .order_by(department.c.id)
    ).all()
    contractors = session.execute(
        select(
            contractor.c.id,
            contractor.c.name,
            contractor.c.daily_limit,
            contractor.c.until,
            acts(on).label("current"),
        )
        .where(contractor.c.unit_id == unit_id)
        .order_by(contractor.c.id)
    ).all()
    return [
        *(
            _place("department", n, Belonging(department_id=row.id), row)
            for n, row in enumerate(departments, 1)
        ),
        *(
            _place("contractor", n, Belonging(contractor_id=row.id), row)
            for n, row in enumerate(contractors, 1)
        ),
    ]


def _place(kind: str, number: int, belongs: Belonging, row: Any) -> PlaceRow:
    return PlaceRow(f"{kind}-{number}", belongs, row.name, row.daily_limit, row.until, bool(row.current))


def set_limit(session: Session, belongs: Belonging, limit: int | None) -> None:
    """What the unit, which is held, gives a place a day; None = only the unit's own limit."""
    if belongs.contractor_id is not None:
        of_contractor = update(contractor).where(contractor.c.id == belongs.contractor_id)
        session.execute(of_contractor.values(daily_limit=limit))
    else:
        of_department = update(department).where(department.c.id == belongs.department_id)
        session.execute(of_department.values(daily_limit=limit))


# What was sent and what came back


@dataclass(frozen=True)
class Sent:
    """Messages of a place, answers to seekers included."""

    today: int
    month: int


def sent(
    session: Session, unit_id: int, first: date, last: date, today: date, only: Belonging | None
) -> dict[Belonging, Sent]:
    """Messages by place, today and from a first to a last day; ``only``: of one place."""
    in_month = send.c.jst_day.between(first, last)
    rows = session.execute(
        select(
            send.c.department_id,
            send.c.contractor_id,
            func.coalesce(func.sum(send.c.sent).filter(send.c.jst_day == today), 0).label("today"),
            func.coalesce(func.sum(send.c.sent).filter(in_month), 0).label("month"),
        )
        # One stretch of days of the index; with "or" all sends the unit ever made would be read.
        .where(send.c.unit_id == unit_id, send.c.jst_day.between(first, max(last, today)), *_of(send, only))
        .group_by(send.c.department_id, send.c.contractor_id)
    )
    return {Belonging(row[0], row[1]): Sent(int(row.today), int(row.month)) for row in rows}


def written_to(
    session: Session, unit_id: int, first: date, last: date, only: Belonging | None
) -> tuple[dict[Belonging, int], int]:
    """How many people each place wrote to between two days, and how many that were together, each once."""
    wrote: list[Condition] = [
        message.c.unit_id == unit_id,
        message.c.jst_day.between(first, last),
        message.c.direction == "unit",
        *_of(send, only),
    ]
    people = func.count(message.c.seeker_id.distinct())
    joined = message.join(send, send.c.id == message.c.send_id)
    by_place = session.execute(
        select(send.c.department_id, send.c.contractor_id, people.label("n"))
        .select_from(joined)
        .where(*wrote)
        .group_by(send.c.department_id, send.c.contractor_id)
    )
    found = {Belonging(row[0], row[1]): int(row.n) for row in by_place}
    together = session.execute(select(people).select_from(joined).where(*wrote)).scalar_one()
    return found, int(together)


@dataclass(frozen=True)
class Answers:
    """What seekers wrote in the threads a place has now. people: how many of them wrote."""

    messages: int
    people: int


def answers(
    session: Session, unit_id: int, first: date, last: date, only: Belonging | None
) -> dict[Belonging, Answers]:
    """What came from seekers between two days, by the place that has the thread now."""
    rows = session.execute(
        select(
            thread.c.department_id,
            thread.c.contractor_id,
            func.count().label("messages"),
            func.count(thread.c.id.distinct()).label("people"),
        )
        .select_from(message.join(thread, thread.c.id == message.c.thread_id))
        .where(
            message.c.unit_id == unit_id,
            message.c.jst_day.between(first, last),
            message.c.direction == "seeker",
            *_of(thread, only),
        )
        .group_by(thread.c.department_id, thread.c.contractor_id)
    )
    return {Belonging(row[0], row[1]): Answers(row.messages, row.people) for row in rows}


def first_day(session: Session, unit_id: int) -> date | None:
    """The first day on which the unit sent anything."""
    found: date | None = session.execute(
        select(func.min(send.c.jst_day)).where(send.c.unit_id == unit_id)
    ).scalar_one()
    return found


def _of(table: Table, only: Belonging | None) -> list[Condition]:
    """The rows of one place, or of all."""
    if only is None:
        return []
    return [
        table.c.department_id.is_not_distinct_from(only.department_id),
        table.c.contractor_id.is_not_distinct_from(only.contractor_id),
    ]


# The threads of a contractor


def threads_of(session: Session, unit_id: int, contractor_ids: list[int]) -> dict[int, int]:
    """How many threads belong to each of these contractors of a unit."""
    rows = session.execute(
        select(thread.c.contractor_id, func.count().label("n"))
        .where(thread.c.unit_id == unit_id, thread.c.contractor_id.in_(contractor_ids))
        .group_by(thread.c.contractor_id)
    )
    return {row.contractor_id: row.n for row in rows}


def seekers_of(session: Session, contractor_id: int, after: int, limit: int) -> list[int]:
    """The next seekers, ascending, with whom a contractor has a thread."""
    found = (
        select(thread.c.seeker_id)
        .where(thread.c.contractor_id == contractor_id, thread.c.seeker_id > after)
        .order_by(thread.c.seeker_id)
        .limit(limit)
    )
    return list(session.scalars(found))


def hand_over_threads(
    session: Session,
    contractor_id: int,
    seekers: list[int],
    after: Belonging,
    membership_id: int,
    at: datetime,
) -> int:
    """Give what threads a contractor has with these seekers, whose profiles are locked, to another place; how many."""
    these = and_(thread.c.contractor_id == contractor_id, thread.c.seeker_id.in_(seekers))
    to = (after.department_id, after.contractor_id, membership_id)
    kept = insert(hand_over).from_select(
        [
            *(
                "thread_id",
                "from_department_id",
                "from_contractor_id",
                "to_department_id",
                "to_contractor_id",
            ),
            *("membership_id", "at"),
        ],
        select(
            thread.c.id,
            thread.c.department_id,
            thread.c.contractor_id,
            *(literal(number, Id) for number in to),
            literal(at, Instant()),
        ).where(these),
    )
    session.execute(kept)
    moved: Any = session.execute(
        update(thread)
        .where(these)
        .values(department_id=after.department_id, contractor_id=after.contractor_id)
    )
    return int(moved.rowcount)
