"""The sends of a unit and what came of them: who sent, to how many, how many have answered."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, true
from sqlalchemy.orm import Session

from portal.domain.thread import Belonging, MemberFacts
from portal.store.account import opened_display_name
from portal.store.message_text import SHOWN
from portal.store.tables import account, contractor, department, membership, message, send

GUIDANCE = ("single", "batch")


@dataclass(frozen=True)
class Row:
    """One send. department, contractor: names, "" = the unit itself. text: as the first recipient got it, "" when
    it is at its end."""

    id: int
    kind: str
    requested: int
    sent: int
    unreachable: int
    elsewhere: int
    sent_at: datetime
    day: date
    by: str
    department: str
    contractor: str
    text: str


@dataclass(frozen=True)
class Result:
    """What came of a send, in people. answered: whose next message in the thread was an answer to it; use_wished: of
    these, who has said 利用希望 since."""

    answered: int = 0
    use_wished: int = 0


@dataclass(frozen=True)
class Sender:
    """Somebody who has sent something for the unit."""

    membership_id: int
    name: str


def seen_by(unit_id: int, membership_id: int, member: MemberFacts) -> ColumnElement[bool]:
    """The sends a member sees: the own ones and those of the own department or contractor, as with threads (ruling
    R13); officer and contact all."""
    belongs = member.belongs
    if member.sees_all:
        place: ColumnElement[bool] = true()
    elif belongs.contractor_id is not None:
        place = send.c.contractor_id == belongs.contractor_id
    else:
        place = and_(
            send.c.contractor_id.is_(None), send.c.department_id.is_not_distinct_from(belongs.department_id)
        )
    return and_(send.c.unit_id == unit_id, or_(place, send.c.membership_id == membership_id))


def at_place(belongs: Belonging) -> ColumnElement[bool]:
    """The sends of one department or contractor, or of the unit itself."""
    return and_(
        send.c.department_id.is_not_distinct_from(belongs.department_id),
        send.c.contractor_id.is_not_distinct_from(belongs.contractor_id),
    )


def by_member(membership_id: int) -> ColumnElement[bool]:
    """The sends of one person."""
    return send.c.membership_id == membership_id


def is_guidance() -> ColumnElement[bool]:
    """The sends that were no answers."""
    return send.c.kind.in_(GUIDANCE)


def _sends() -> Select[Any]:
    first = (
        select(SHOWN)
        .where(
            message.c.unit_id == send.c.unit_id,
            message.c.jst_day == send.c.jst_day,
            message.c.send_id == send.c.id,
        )
        .order_by(message.c.day_number)
        .limit(1)
        .correlate(send)
        .scalar_subquery()
    )
    return (
        select(
            send,
            first.label("text"),
            account.c.sign_in_key,
            account.c.display_name_sealed,
            department.c.name.label("department"),
            contractor.c.name.label("contractor"),
        )
        .select_from(send)
        .join(membership, membership.c.id == send.c.membership_id)
        .join(account, account.c.id == membership.c.account_id)
        .outerjoin(department, department.c.id == send.c.department_id)
        .outerjoin(contractor, contractor.c.id == send.c.contractor_id)
    )


def page(session: Session, which: ColumnElement[bool], before: int | None, limit: int) -> list[Row]:
    """The sends that fulfil a condition, the latest first, from behind one of them on."""
    wanted = _sends().where(which)
    if before is not None:
        wanted = wanted.where(send.c.id < before)
    found = session.execute(wanted.order_by(send.c.id.desc()).limit(limit)).mappings()
    return [_row(session, row) for row in found]


def one(session: Session, which: ColumnElement[bool], number: int) -> Row | None:
    """The send with this number, if it fulfils the condition."""
    row = session.execute(_sends().where(which, send.c.id == number)).mappings().one_or_none()
    return None if row is None else _row(session, row)


def _row(session: Session, row: Any) -> Row:
    return Row(
        **{name: row[name] for name in ("id", "kind", "requested", "sent", "unreachable", "elsewhere")},
        sent_at=row["sent_at"],
        day=row["jst_day"],
        by=opened_display_name(session, row["sign_in_key"], row["display_name_sealed"]),
        department=row["department"] or "",
        contractor=row["contractor"] or "",
        text=row["text"] or "",
    )


def results(
    session: Session, unit_id: int, days: Collection[date], sends: Collection[int]
) -> dict[int, Result]:
    """What has come of these sends so far; days: on which they were. One statement, found by the day's numbers."""
    later = message.alias("later")
    following = (
        select(later.c.direction)
        .where(later.c.thread_id == message.c.thread_id, later.c.id > message.c.id)
        .order_by(later.c.id)
        .limit(1)
        .correlate(message)
        .scalar_subquery()
    )
    wish = message.alias("wish")
    wished = exists().where(
        wish.c.thread_id == message.c.thread_id, wish.c.id > message.c.id, wish.c.answer == "use"
    )
    answered = following == "seeker"
    found = session.execute(
        select(
            message.c.send_id,
            func.count().filter(answered).label("answered"),
            func.count().filter(and_(answered, wished)).label("use_wished"),
        )
        .where(
            message.c.unit_id == unit_id,
            message.c.jst_day.in_(set(days)),
            message.c.send_id.in_(sends),
        )
        .group_by(message.c.send_id)
    )
    return {row.send_id: Result(row.answered, row.use_wished) for row in found}


def newest(
    session: Session,
    which: ColumnElement[bool],
    since: datetime,
    until: datetime,
    fewest: int,
    most: int,
    limit: int,
) -> list[tuple[int, date, int]]:
    """Number, day and size of the newest sends between two moments that went to ``fewest`` to ``most`` people."""
    found = session.execute(
        select(send.c.id, send.c.jst_day, send.c.sent)
        .where(
            which,
            is_guidance(),
            send.c.sent.between(fewest, most),
            send.c.sent_at >= since,
            send.c.sent_at < until,
        )
        .order_by(send.c.id.desc())
        .limit(limit)
    )
    return [(row.id, row.jst_day, row.sent) for row in found]


def senders(session: Session, which: ColumnElement[bool]) -> list[Sender]:
    """Who has sent something of what fulfils the condition, in the order of joining the unit."""
    some = select(send.c.membership_id).where(which).distinct()
    found = session.execute(
        select(membership.c.id, account.c.sign_in_key, account.c.display_name_sealed)
        .join(account, account.c.id == membership.c.account_id)
        .where(membership.c.id.in_(some))
        .order_by(membership.c.id)
    )
    return [
        Sender(row.id, opened_display_name(session, row.sign_in_key, row.display_name_sealed))
        for row in found
    ]
