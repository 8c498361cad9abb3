"""Threads: whose they are inside a unit, what a member and a seeker find in them. The scope is part of every query."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true, tuple_, update
from sqlalchemy.orm import Session

from portal.domain.outcome import Outcome
from portal.domain.thread import Belonging, MemberFacts
from portal.store.acting import OFFICERS
from portal.store.contractor import acts
from portal.store.message_text import SHOWN
from portal.store.tables import (
    contractor,
    department,
    membership,
    message,
    profile,
    thread,
    unit,
    unit_record,
)
from portal.store.unit import newest_record


@dataclass(frozen=True)
class ThreadRow:
    """One thread; ids stay inside. alias_key: of the seeker. department, contractor: names, "" = the unit itself."""

    id: int
    unit_id: int
    seeker_id: int
    alias_key: bytes
    belongs: Belonging
    department: str
    contractor: str
    opened_at: datetime
    last_at: datetime
    unread_unit: int
    unread_seeker: int
    answer: str | None
    outcome: str
    letterhead_id: int


@dataclass(frozen=True)
class UnitThread:
    """One line of a unit's list: the thread, and the last message and whose it is ("unit" or "seeker")."""

    thread: ThreadRow
    last_text: str
    last_by: str


@dataclass(frozen=True)
class SeekerThread:
    """One line of a seeker's inbox."""

    thread: ThreadRow
    public_id: bytes
    name: str
    unit_class: str
    last_text: str
    last_by: str


def visible(
    sees_all: bool, by_contractor: bool, department_id: Any, contractor_id: Any
) -> ColumnElement[bool]:
    """Whether a member sees and writes a thread of the own unit: `portal.domain.thread.sees` in SQL (ruling R13)."""
    if sees_all:
        return true()
    if by_contractor:
        own: ColumnElement[bool] = thread.c.contractor_id == contractor_id
        return own
    return and_(thread.c.contractor_id.is_(None), thread.c.department_id.is_not_distinct_from(department_id))


def visible_to(unit_id: int, member: MemberFacts) -> ColumnElement[bool]:
    """The threads of a unit that a member sees."""
    belongs = member.belongs
    by_contractor = belongs.contractor_id is not None
    own = visible(member.sees_all, by_contractor, belongs.department_id, belongs.contractor_id)
    return and_(thread.c.unit_id == unit_id, own)


_COLUMNS = (
    thread.c.id,
    thread.c.unit_id,
    thread.c.seeker_id,
    profile.c.alias_key,
    thread.c.department_id,
    thread.c.contractor_id,
    department.c.name.label("department"),
    contractor.c.name.label("contractor"),
    thread.c.opened_at,
    thread.c.last_at,
    thread.c.unread_unit,
    thread.c.unread_seeker,
    thread.c.answer,
    thread.c.outcome,
    thread.c.letterhead_id,
)


def _threads() -> Select[Any]:
    return (
        select(*_COLUMNS)
        .select_from(thread)
        .join(profile, profile.c.seeker_id == thread.c.seeker_id)
        .outerjoin(department, department.c.id == thread.c.department_id)
        .outerjoin(contractor, contractor.c.id == thread.c.contractor_id)
    )


def _row(row: Any) -> ThreadRow:
    return ThreadRow(
        row.id,
        row.unit_id,
        row.seeker_id,
        row.alias_key,
        Belonging(row.department_id, row.contractor_id),
        row.department or "",
        row.contractor or "",
        row.opened_at,
        row.last_at,
        row.unread_unit,
        row.unread_seeker,
        row.answer,
        row.outcome,
        row.letterhead_id,
    )


def _last(column: ColumnElement[Any]) -> ColumnElement[Any]:
    return (
        select(column)
        .where(message.c.thread_id == thread.c.id)
        .order_by(message.c.id.desc())
        .limit(1)
        .correlate(thread)
        .scalar_subquery()
    )


def of_member(session: Session, unit_id: int, member: MemberFacts, alias_key: bytes) -> ThreadRow | None:
    """The thread with the seeker behind this key, if the member sees it."""
    found = _threads().where(visible_to(unit_id, member), profile.c.alias_key == alias_key)
    row = session.execute(found).one_or_none()
    return None if row is None else _row(row)


def of_seeker(session: Session, seeker_id: int, public_id: bytes) -> ThreadRow | None:
    """The seeker's thread with the unit of this public id."""
    found = (
        _threads()
        .join(unit, unit.c.id == thread.c.unit_id)
        .where(thread.c.seeker_id == seeker_id, unit.c.public_id == public_id)
    )
    row = session.execute(found).one_or_none()
    return None if row is None else _row(row)


def unit_page(
    session: Session,
    unit_id: int,
    member: MemberFacts,
    narrowed: Iterable[ColumnElement[bool]],
    after: tuple[datetime, int] | None,
    limit: int,
) -> list[UnitThread]:
    """The threads a member sees, the latest first, from behind a place in that order on."""
    wanted = _threads().where(visible_to(unit_id, member), *narrowed)
    if after is not None:
        wanted = wanted.where(tuple_(thread.c.last_at, thread.c.id) < tuple_(*after))
    ordered = (
        wanted.add_columns(_last(SHOWN).label("last_text"), _last(message.c.direction).label("last_by"))
        .order_by(thread.c.last_at.desc(), thread.c.id.desc())
        .limit(limit)
    )
    return [UnitThread(_row(row), row.last_text, row.last_by) for row in session.execute(ordered)]


def unread_by_unit(session: Session, unit_id: int, member: MemberFacts) -> int:
    """How many threads a member sees hold something new from a seeker."""
    found = select(func.count()).where(visible_to(unit_id, member), UNREAD)
    return int(session.execute(found).scalar_one())


UNREAD = thread.c.unread_unit > 0
ANSWERED = thread.c.answer.is_not(None)
UNANSWERED = thread.c.answer.is_(None)


def new_to_unit(
    session: Session, unit_id: int, member: MemberFacts, *more: ColumnElement[int]
) -> tuple[int, ...]:
    """As `unread_by_unit`, and more numbers in the same statement, for the menu of every page."""
    found = select(func.count(), *more).where(visible_to(unit_id, member), UNREAD)
    return tuple(map(int, session.execute(found).one()))


def new_to_seeker(session: Session, seeker_id: int, *more: ColumnElement[int]) -> tuple[int, ...]:
    """How many threads of a seeker hold something new, and more numbers in the same statement."""
    found = select(func.count(), *more).where(thread.c.seeker_id == seeker_id, thread.c.unread_seeker > 0)
    return tuple(map(int, session.execute(found).one()))


def seeker_count(session: Session, seeker_id: int) -> tuple[int, int]:
    """How many threads a seeker has, and how many of them hold something new."""
    found = select(func.count(), func.count().filter(thread.c.unread_seeker > 0)).where(
        thread.c.seeker_id == seeker_id
    )
    total, unread = session.execute(found).one()
    return int(total), int(unread)


def seeker_page(session: Session, seeker_id: int, *, offset: int, limit: int) -> list[SeekerThread]:
    """A seeker's threads, one for each organisation, the latest first."""
    found = (
        _threads()
        .join(unit, unit.c.id == thread.c.unit_id)
        .join(unit_record, newest_record())
        .add_columns(
            unit.c.public_id,
            unit_record.c.name,
            unit.c.unit_class,
            _last(SHOWN).label("last_text"),
            _last(message.c.direction).label("last_by"),
        )
        .where(thread.c.seeker_id == seeker_id)
        .order_by(thread.c.last_at.desc(), thread.c.id.desc())
        .offset(offset)
        .limit(limit)
    )
    return [
        SeekerThread(_row(row), row.public_id, row.name, row.unit_class, row.last_text, row.last_by)
        for row in session.execute(found)
    ]


def lock(session: Session, thread_id: int) -> None:
    """Lock a thread against other changes of the same kind; sends hold the seeker's profile instead."""
    session.execute(select(thread.c.id).where(thread.c.id == thread_id).with_for_update(key_share=True))


def change(session: Session, thread_id: int, **values: Any) -> None:
    """Overwrite columns of a thread."""
    session.execute(update(thread).where(thread.c.id == thread_id).values(**values))


def outcome(session: Session, thread_id: int) -> Outcome:
    """Where a thread stands now."""
    found = select(thread.c.outcome).where(thread.c.id == thread_id)
    return Outcome(session.execute(found).scalar_one())


def answered(session: Session, thread_id: int, answer: str, outcome: str, at: datetime) -> None:
    """Note a seeker's answer."""
    change(
        session,
        thread_id,
        answer=answer,
        outcome=outcome,
        last_at=at,
        unread_unit=thread.c.unread_unit + 1,
    )


def new_for_unit(session: Session, thread_id: int) -> None:
    """Something of the seeker's that is no message waits for the unit in a thread."""
    change(session, thread_id, unread_unit=thread.c.unread_unit + 1)


def read_by_unit(session: Session, thread_id: int) -> None:
    """The unit has seen everything in a thread."""
    session.execute(
        update(thread).where(thread.c.id == thread_id, thread.c.unread_unit > 0).values(unread_unit=0)
    )


def read_by_seeker(session: Session, thread_id: int) -> None:
    """The seeker has seen everything in a thread."""
    session.execute(
        update(thread).where(thread.c.id == thread_id, thread.c.unread_seeker > 0).values(unread_seeker=0)
    )


def contractor_number(session: Session, seeker_id: int, unit_id: int) -> str:
    """Corporation number of the contractor that acts in a seeker's thread with a unit; "" = none."""
    found = (
        select(contractor.c.corporation_number)
        .join(thread, thread.c.contractor_id == contractor.c.id)
        .where(thread.c.seeker_id == seeker_id, thread.c.unit_id == unit_id)
    )
    return session.execute(found).scalar_one_or_none() or ""


def places(session: Session, unit_id: int) -> list[tuple[Belonging, str]]:
    """Departments and contractors of a unit with their names, for handing a thread over."""
    departments = select(department.c.id, department.c.name).where(department.c.unit_id == unit_id)
    contractors = select(contractor.c.id, contractor.c.name).where(contractor.c.unit_id == unit_id)
    return [
        *((Belonging(department_id=row.id), row.name) for row in session.execute(departments.order_by("id"))),
        *((Belonging(contractor_id=row.id), row.name) for row in session.execute(contractors.order_by("id"))),
    ]


def readers(unit_id: int, belongs: Belonging, today: date) -> Select[tuple[int]]:
    """The accounts of a unit's members who see a thread that belongs so: `portal.domain.thread.sees`, the other way
    round (ruling R13). Only members who may act on the day: `portal.domain.membership.acting_refusal`."""
    if belongs.contractor_id is not None:
        own = membership.c.contractor_id == belongs.contractor_id
    else:
        own = and_(
            membership.c.contractor_id.is_(None),
            membership.c.department_id.is_not_distinct_from(belongs.department_id),
        )
    return (
        select(membership.c.account_id)
        .outerjoin(department, department.c.id == membership.c.department_id)
        .outerjoin(contractor, contractor.c.id == membership.c.contractor_id)
        .where(
            membership.c.unit_id == unit_id,
            membership.c.since <= today,
            or_(membership.c.until.is_(None), membership.c.until > today),
            or_(department.c.since.is_(None), department.c.since <= today),
            or_(department.c.until.is_(None), department.c.until >= today),
            or_(membership.c.contractor_id.is_(None), acts(today)),
            or_(membership.c.role.in_(sorted(OFFICERS)), own),
        )
    )
