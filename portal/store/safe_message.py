"""Marks of texts that went, why their sender holds them lawful, what seekers report. Nothing is ever changed."""

import secrets
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, insert, select
from sqlalchemy.orm import Session

from portal.domain.message_screening import Declared, FindingKind, Mark, Passed
from portal.store.keyring import keyring
from portal.store.message_text import AT_END
from portal.store.tables import (
    lawfulness,
    message,
    message_mark,
    message_report,
    thread,
    thread_text_end,
    unit,
    unit_record,
)
from portal.store.unit import newest_record

_STATEMENT, _NOTE = "lawfulness.statement", "message_report.note"


@dataclass(frozen=True)
class Shown:
    """A mark as the seeker's page needs it."""

    kind: FindingKind
    passed: Passed | None


@dataclass(frozen=True)
class UnitMessage:
    """What an organisation wrote. ended: its text is not shown any more (保存期間)."""

    id: int
    body: str
    sent_at: datetime
    ended: bool


@dataclass(frozen=True)
class Report:
    """One report, for the desk. unit: the organisation's name. marked, statement: what the portal had found in that
    message, and why its sender held it lawful ("" = nothing stated). The message itself is not in it: texts are read
    through a case only."""

    id: int
    public_id: bytes
    unit_id: int
    unit_public_id: bytes
    unit: str
    office_code: str
    kind: str
    note: str
    sent_at: datetime
    at: datetime
    marked: tuple[Shown, ...]
    statement: str


def add_marks(
    session: Session,
    send_id: int,
    unit_id: int,
    membership_id: int,
    marks: Iterable[Mark],
    declared: Declared,
    at: datetime,
) -> None:
    """Keep what was found in the text of a send that went; the reason where something went by it.

    Without a finding nothing is executed: the speed of a send is measured."""
    marks = tuple(marks)
    if not marks:
        return
    session.execute(
        insert(message_mark),
        [
            {
                "send_id": send_id,
                "unit_id": unit_id,
                "kind": mark.kind,
                "source": mark.source,
                "force": mark.force,
                "passed": mark.passed,
                "places": mark.places,
                "at": at,
            }
            for mark in marks
        ],
    )
    if any(mark.passed is Passed.STATED for mark in marks):
        session.execute(
            insert(lawfulness).values(
                send_id=send_id,
                unit_id=unit_id,
                membership_id=membership_id,
                statement_sealed=keyring(session).seal(_STATEMENT, send_id, declared.lawful_because),
                at=at,
            )
        )


def marks_of_thread(session: Session, thread_id: int) -> dict[int, tuple[Shown, ...]]:
    """What was found in the messages of a thread, by message."""
    rows = session.execute(
        select(message.c.id, message_mark.c.kind, message_mark.c.passed)
        .join(message_mark, message_mark.c.send_id == message.c.send_id)
        .where(message.c.thread_id == thread_id)
        .order_by(message.c.id, message_mark.c.id)
    )
    found: dict[int, tuple[Shown, ...]] = {}
    for row in rows:
        found[row.id] = (*found.get(row.id, ()), _shown(row))
    return found


def reported_in_thread(session: Session, thread_id: int) -> dict[int, datetime]:
    """Which messages of a thread the seeker has reported, and when."""
    rows = session.execute(
        select(message_report.c.message_id, message_report.c.at)
        .join(message, message.c.id == message_report.c.message_id)
        .where(message.c.thread_id == thread_id)
    )
    return {row.message_id: row.at for row in rows}


def messages_of_unit(session: Session, thread_id: int) -> list[UnitMessage]:
    """Every message the organisation wrote in a thread, the newest first."""
    rows = session.execute(
        select(message.c.id, message.c.body, message.c.sent_at, thread_text_end.c.ended_at)
        .outerjoin(thread_text_end, AT_END)
        .where(message.c.thread_id == thread_id, message.c.direction == "unit")
        .order_by(message.c.id.desc())
    )
    return [UnitMessage(row.id, row.body, row.sent_at, row.ended_at is not None) for row in rows]


def add_report(
    session: Session,
    *,
    message_id: int,
    seeker_id: int,
    unit_id: int,
    office_code: str,
    kind: str,
    note: str,
    at: datetime,
    day: date,
) -> int:
    """Store a report. The caller holds the seeker's profile and has looked that there is none of this message."""
    public = secrets.token_bytes(16)
    sealed = keyring(session).seal(_NOTE, public.hex(), note) if note else None
    found = session.execute(
        insert(message_report)
        .values(
            public_id=public,
            message_id=message_id,
            seeker_id=seeker_id,
            unit_id=unit_id,
            office_code=office_code,
            kind=kind,
            note_sealed=sealed,
            at=at,
            jst_day=day,
        )
        .returning(message_report.c.id)
    )
    return int(found.scalar_one())


def reports(
    session: Session,
    *,
    offices: Collection[str] | None = None,
    bureau: str | None = None,
    before: bytes = b"",
    most: int = 50,
) -> list[Report]:
    """Reports, the newest first. offices: of whose seekers; bureau: about whose units (ruling R15).

    before: only those that are older than this one, by its random id; one of another desk begins at the top.
    """
    found = (
        select(
            message_report,
            unit.c.public_id.label("unit_public_id"),
            unit_record.c.name,
            message.c.send_id,
            message.c.sent_at,
        )
        .join(message, message.c.id == message_report.c.message_id)
        .join(unit, unit.c.id == message_report.c.unit_id)
        .join(unit_record, newest_record())
        .order_by(message_report.c.id.desc())
        .limit(most)
    )
    of_desk = _of_desk(offices, bureau)
    found = found.where(*of_desk)
    if before:
        last = session.execute(
            select(message_report.c.id)
            .join(unit, unit.c.id == message_report.c.unit_id)
            .where(message_report.c.public_id == before, *of_desk)
        ).scalar_one_or_none()
        found = found if last is None else found.where(message_report.c.id < last)
    rows = session.execute(found).all()
    sends = [row.send_id for row in rows]
    marks, statements = _marks_of(session, sends), _statements_of(session, sends)
    return [
        Report(
            row.id,
            row.public_id,
            row.unit_id,
            row.unit_public_id,
            row.name,
            row.office_code,
            row.kind,
            _note(session, row),
            row.sent_at,
            row.at,
            marks.get(row.send_id, ()),
            statements.get(row.send_id, ""),
        )
        for row in rows
    ]


def _of_desk(offices: Collection[str] | None, bureau: str | None) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if offices is not None:
        wanted.append(message_report.c.office_code.in_(offices))
    if bureau is not None:
        wanted.append(unit.c.bureau_code == bureau)
    return wanted


def for_download(session: Session, seeker_id: int) -> list[dict[str, Any]]:
    """What a seeker has reported, for the download of one's own data: at, organisation, sent_at, kind, note."""
    rows = session.execute(
        select(message_report, unit_record.c.name, message.c.sent_at)
        .join(message, message.c.id == message_report.c.message_id)
        .join(unit, unit.c.id == message_report.c.unit_id)
        .join(unit_record, newest_record())
        .where(message_report.c.seeker_id == seeker_id)
        .order_by(message_report.c.id)
    )
    return [
        {
            "at": row.at,
            "organisation": row.name,
            "sent_at": row.sent_at,
            "kind": row.kind,
            "note": _note(session, row),
        }
        for row in rows
    ]


def marks_for_download(session: Session, seeker_id: int) -> list[dict[str, Any]]:
    """What was found in the messages a seeker got: organisation, sent_at, kind, passed (None, declared, stated)."""
    rows = session.execute(
        select(unit_record.c.name, message.c.sent_at, message_mark.c.kind, message_mark.c.passed)
        .join(message, message.c.send_id == message_mark.c.send_id)
        .join(thread, thread.c.id == message.c.thread_id)
        .join(unit, unit.c.id == message.c.unit_id)
        .join(unit_record, newest_record())
        .where(thread.c.seeker_id == seeker_id)
        .order_by(message.c.id, message_mark.c.id)
    )
    return [
        {"organisation": row.name, "sent_at": row.sent_at, "kind": row.kind, "passed": row.passed}
        for row in rows
    ]


def _marks_of(session: Session, sends: Sequence[int]) -> dict[int, tuple[Shown, ...]]:
    found: dict[int, tuple[Shown, ...]] = {}
    asked = select(message_mark).where(message_mark.c.send_id.in_(sends)).order_by(message_mark.c.id)
    for row in session.execute(asked):
        found[row.send_id] = (*found.get(row.send_id, ()), _shown(row))
    return found


def _statements_of(session: Session, sends: Sequence[int]) -> dict[int, str]:
    asked = select(lawfulness.c.send_id, lawfulness.c.statement_sealed).where(lawfulness.c.send_id.in_(sends))
    ring = keyring(session)
    return {
        row.send_id: ring.open(_STATEMENT, row.send_id, row.statement_sealed)
        for row in session.execute(asked)
    }


def _shown(row: Any) -> Shown:
    return Shown(FindingKind(row.kind), None if row.passed is None else Passed(row.passed))


def _note(session: Session, row: Any) -> str:
    if row.note_sealed is None:
        return ""
    return keyring(session).open(_NOTE, row.public_id.hex(), row.note_sealed)
