"""What happened around one seeker, for their own record: audit lines of chosen kinds, messages, lines of the own cases,
readings of frozen threads; and which organisations opened the profile, month by month."""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    Integer,
    Select,
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

from portal.store.tables import (
    audit,
    complaint,
    complaint_event,
    complaint_reading,
    message,
    message_report,
    paid_ledger,
    profile_view,
    thread,
    unit_record,
)
from portal.store.types import Id

RECEIVED, ANSWERED = "message.received", "message.answered"
CASE, TRANSCRIPT, PAID, REPORT = "complaint.", "complaint.transcript.read", "paid_service.", "message.report"
"""Kinds of lines that are no audit lines; one of a case or of the ledger of paid services is named by its act."""
_BY_UNIT = ("explained", "asked", "given")


Source = Select[Any]
"""Lines of one kind of table, all with the same columns."""


@dataclass(frozen=True)
class Line:
    """One line. by: kind of the actor ("officer": of the organisation). unit_id: the organisation it is about, if any.

    answer: how one was meant. office_code, bureau_code: who did it. case_number: of the case it belongs to.
    """

    at: datetime
    kind: str
    by: str
    unit_id: int | None
    answer: str | None
    office_code: str | None
    bureau_code: str | None
    case_number: str | None
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class Span:
    """Instants: from ``since`` on and before ``until``; None = without an end."""

    since: datetime | None = None
    until: datetime | None = None

    def holds(self, at: Any) -> list[Any]:
        """As conditions of a query."""
        return [
            *([at >= self.since] if self.since is not None else []),
            *([at < self.until] if self.until is not None else []),
        ]


@dataclass(frozen=True)
class Month:
    """One month (its first day). organisations: different units that opened the profile; times: how often in all."""

    month: date
    organisations: int
    times: int


def acts(seeker_id: int, kinds: Collection[str], span: Span) -> Source:
    """Audit lines of these kinds about the seeker."""
    return select(
        audit.c.at,
        audit.c.kind,
        audit.c.actor_kind.label("by"),
        cast(null(), Id).label("unit_id"),
        cast(null(), String(10)).label("answer"),
        audit.c.office_code,
        audit.c.bureau_code,
        cast(null(), String(14)).label("case_number"),
        audit.c.facts,
        literal(1, Integer).label("source"),
        audit.c.id,
    ).where(
        audit.c.subject_kind == "seeker",
        audit.c.subject_id == seeker_id,
        audit.c.outcome == "done",
        audit.c.kind.in_(kinds),
        *span.holds(audit.c.at),
    )


def messages(seeker_id: int, span: Span) -> Source:
    """All messages of the seeker's threads; whether and when one was read is kept nowhere."""
    return (
        select(
            message.c.sent_at.label("at"),
            case((message.c.direction == "unit", RECEIVED), else_=ANSWERED).label("kind"),
            case((message.c.direction == "unit", "member"), else_="seeker").label("by"),
            message.c.unit_id,
            message.c.answer,
            *_nobody(),
            cast(null(), String(14)).label("case_number"),
            cast(literal("{}"), Text).label("facts"),
            literal(0, Integer).label("source"),
            message.c.id,
        )
        .join(thread, thread.c.id == message.c.thread_id)
        .where(thread.c.seeker_id == seeker_id, *span.holds(message.c.sent_at))
    )


def case_lines(seeker_id: int, span: Span) -> Source:
    """Lines that the seeker reads, of the cases that the seeker sees."""
    other = case((complaint.c.opened_by == "seeker", "unit"), else_="seeker")
    by = case(
        (complaint_event.c.side == "desk", complaint_event.c.desk),
        (complaint_event.c.side == "opener", complaint.c.opened_by),
        else_=other,
    )
    return (
        select(
            complaint_event.c.at,
            (literal(CASE, String) + complaint_event.c.act).label("kind"),
            by.label("by"),
            complaint.c.unit_id,
            cast(null(), String(10)).label("answer"),
            complaint_event.c.office_code,
            complaint_event.c.bureau_code,
            complaint.c.number.label("case_number"),
            cast(literal("{}"), Text).label("facts"),
            literal(2, Integer).label("source"),
            complaint_event.c.id,
        )
        .join(complaint, complaint.c.id == complaint_event.c.complaint_id)
        .where(
            complaint.c.seeker_id == seeker_id,
            complaint.c.seeker_since.is_not(None),
            complaint_event.c.for_seeker,
            *span.holds(complaint_event.c.at),
        )
    )


def transcript_readings(seeker_id: int, span: Span) -> Source:
    """Readings of frozen threads of the seeker; the number of the case only where the seeker sees the case."""
    return (
        select(
            complaint_reading.c.at,
            literal(TRANSCRIPT, String).label("kind"),
            complaint_reading.c.desk.label("by"),
            complaint.c.unit_id,
            cast(null(), String(10)).label("answer"),
            complaint_reading.c.office_code,
            complaint_reading.c.bureau_code,
            case((complaint.c.seeker_since.is_not(None), complaint.c.number), else_=null()).label(
                "case_number"
            ),
            cast(literal("{}"), Text).label("facts"),
            literal(3, Integer).label("source"),
            complaint_reading.c.id,
        )
        .join(complaint, complaint.c.id == complaint_reading.c.complaint_id)
        .where(complaint_reading.c.seeker_id == seeker_id, *span.holds(complaint_reading.c.at))
    )


def paid_steps(seeker_id: int, span: Span) -> Source:
    """Entries of the ledger of paid services: explanations, wishes, askings, consents, services given."""
    return select(
        paid_ledger.c.at,
        (literal(PAID, String) + paid_ledger.c.step).label("kind"),
        case((paid_ledger.c.step.in_(_BY_UNIT), "unit"), else_="seeker").label("by"),
        paid_ledger.c.unit_id,
        cast(null(), String(10)).label("answer"),
        *_nobody(),
        cast(null(), String(14)).label("case_number"),
        cast(literal("{}"), Text).label("facts"),
        literal(4, Integer).label("source"),
        paid_ledger.c.id,
    ).where(paid_ledger.c.seeker_id == seeker_id, *span.holds(paid_ledger.c.at))


def reports(seeker_id: int, span: Span) -> Source:
    """Messages that the seeker reported."""
    return select(
        message_report.c.at,
        literal(REPORT, String).label("kind"),
        literal("seeker", String).label("by"),
        message_report.c.unit_id,
        cast(null(), String(10)).label("answer"),
        *_nobody(),
        cast(null(), String(14)).label("case_number"),
        cast(literal("{}"), Text).label("facts"),
        literal(5, Integer).label("source"),
        message_report.c.id,
    ).where(message_report.c.seeker_id == seeker_id, *span.holds(message_report.c.at))


def _nobody() -> tuple[Any, Any]:
    return (
        cast(null(), String(20)).label("office_code"),
        cast(null(), String(20)).label("bureau_code"),
    )


def lines(session: Session, sources: Iterable[Source], *, offset: int, limit: int) -> list[Line]:
    """Lines of several sources, newest first."""
    parts = list(sources)
    if not parts:
        return []
    every = union_all(*parts).subquery()
    rows = session.execute(
        select(every)
        .order_by(every.c.at.desc(), every.c.source.desc(), every.c.id.desc())
        .offset(offset)
        .limit(limit)
    )
    return [
        Line(
            row.at,
            row.kind,
            row.by,
            row.unit_id,
            row.answer,
            row.office_code,
            row.bureau_code,
            row.case_number,
            json.loads(row.facts),
        )
        for row in rows
    ]


def views(session: Session, seeker_id: int, since: date, until: date) -> list[Month]:
    """How often units opened the seeker's profile, month by month, from a day on and before another, newest first."""
    year, month = extract("year", profile_view.c.jst_day), extract("month", profile_view.c.jst_day)
    rows = session.execute(
        select(year, month, func.count(distinct(profile_view.c.unit_id)), func.sum(profile_view.c.n))
        .where(*_viewed(seeker_id, since, until))
        .group_by(year, month)
        .order_by(year.desc(), month.desc())
    )
    return [Month(date(int(y), int(m), 1), int(units), int(times)) for y, m, units, times in rows]


def viewers(session: Session, seeker_id: int, since: date, until: date, most: int) -> dict[date, list[int]]:
    """The units that opened the profile in each month: at most so many of a month, those first that did so most."""
    year, month = extract("year", profile_view.c.jst_day), extract("month", profile_view.c.jst_day)
    counted = (
        select(
            year.label("year"),
            month.label("month"),
            profile_view.c.unit_id,
            func.sum(profile_view.c.n).label("n"),
        )
        .where(*_viewed(seeker_id, since, until))
        .group_by(year, month, profile_view.c.unit_id)
        .subquery()
    )
    place = func.row_number().over(
        partition_by=(counted.c.year, counted.c.month), order_by=(counted.c.n.desc(), counted.c.unit_id)
    )
    placed = select(counted, place.label("place")).subquery()
    rows = session.execute(select(placed).where(placed.c.place <= most).order_by(placed.c.place))
    found: dict[date, list[int]] = {}
    for row in rows:
        found.setdefault(date(int(row.year), int(row.month), 1), []).append(row.unit_id)
    return found


def _viewed(seeker_id: int, since: date, until: date) -> tuple[Any, ...]:
    return (
        profile_view.c.seeker_id == seeker_id,
        profile_view.c.jst_day >= since,
        profile_view.c.jst_day < until,
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
