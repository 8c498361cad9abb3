"""What happened around one seeker, for their own log: audit lines of chosen kinds, messages, views by month."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    Integer,
    String,
    Text,
    case,
    cast,
    distinct,
    extract,
    func,
    literal,
    null,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from portal.store.tables import audit, message, profile_view, thread, unit_record
from portal.store.types import Id

RECEIVED, ANSWERED = "message.received", "message.answered"


@dataclass(frozen=True)
class Line:
    """One line. by: kind of the actor. unit_id: the organisation it is about, if any. answer: how one was meant."""

    at: datetime
    kind: str
    by: str
    unit_id: int | None
    answer: str | None
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class Month:
    """One month (its first day). organisations: different units that opened the profile; times: how often in all."""

    month: date
    organisations: int
    times: int


def lines(session: Session, seeker_id: int, kinds: Collection[str], *, offset: int, limit: int) -> list[Line]:
    """Audit lines of these kinds about the seeker, and all messages of their threads, newest first."""
    acts = select(
        audit.c.at,
        audit.c.kind,
        audit.c.actor_kind.label("by"),
        cast(null(), Id).label("unit_id"),
        cast(null(), String(10)).label("answer"),
        audit.c.facts,
        literal(1, Integer).label("source"),
        audit.c.id,
    ).where(
        audit.c.subject_kind == "seeker",
        audit.c.subject_id == seeker_id,
        audit.c.outcome == "done",
        audit.c.kind.in_(kinds),
    )
    messages = (
        select(
            message.c.sent_at.label("at"),
            case((message.c.direction == "unit", RECEIVED), else_=ANSWERED).label("kind"),
            case((message.c.direction == "unit", "member"), else_="seeker").label("by"),
            message.c.unit_id,
            message.c.answer,
            cast(literal("{}"), Text).label("facts"),
            literal(0, Integer).label("source"),
            message.c.id,
        )
        .join(thread, thread.c.id == message.c.thread_id)
        .where(thread.c.seeker_id == seeker_id)
    )
    every = union_all(acts, messages).subquery()
    rows = session.execute(
        select(every)
        .order_by(every.c.at.desc(), every.c.source.desc(), every.c.id.desc())
        .offset(offset)
        .limit(limit)
    )
    return [Line(row.at, row.kind, row.by, row.unit_id, row.answer, json.loads(row.facts)) for row in rows]


def views(session: Session, seeker_id: int, since: date) -> list[Month]:
    """How often units opened the seeker's profile, month by month from a day on, newest first."""
    year, month = extract("year", profile_view.c.jst_day), extract("month", profile_view.c.jst_day)
    rows = session.execute(
        select(year, month, func.count(distinct(profile_view.c.unit_id)), func.sum(profile_view.c.n))
        .where(profile_view.c.seeker_id == seeker_id, profile_view.c.jst_day >= since)
        .group_by(year, month)
        .order_by(year.desc(), month.desc())
    )
    return [Month(date(int(y), int(m), 1), int(units), int(times)) for y, m, units, times in rows]


def readings(session: Session, seeker_id: int, kinds: Collection[str], since: datetime) -> list[datetime]:
    """When somebody at an office read what only an office may read."""
    return list(
        session.scalars(
            select(audit.c.at).where(
                audit.c.subject_kind == "seeker",
                audit.c.subject_id == seeker_id,
                audit.c.outcome == "done",
                audit.c.actor_kind == "office",
                audit.c.kind.in_(kinds),
                audit.c.at >= since,
            )
        )
    )


def unit_names(session: Session, unit_ids: Collection[int]) -> dict[int, str]:
    """The approved names of units as they are today."""
    newest = (
        select(unit_record.c.unit_id, func.max(unit_record.c.version).label("version"))
        .where(unit_record.c.unit_id.in_(unit_ids))
        .group_by(unit_record.c.unit_id)
        .subquery()
    )
    rows = session.execute(
        select(unit_record.c.unit_id, unit_record.c.name).join(
            newest,
            (newest.c.unit_id == unit_record.c.unit_id) & (newest.c.version == unit_record.c.version),
        )
    )
    return {row.unit_id: row.name for row in rows}
