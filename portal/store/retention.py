"""What retention reads and changes: announcements, texts of threads and cases at their end, and its runs."""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, delete, exists, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.store.tables import (
    account,
    complaint,
    complaint_event,
    complaint_note,
    complaint_reading,
    complaint_transcript,
    message,
    outcome_event,
    retention_notice,
    retention_run,
    thread,
    thread_text_end,
)

OVER = ("settled", "closed")


@dataclass(frozen=True)
class ThreadFacts:
    """What decides about the texts of one thread. newest: its last message; ended_upto: up to which they are at their
    end already; erased: those are really gone; told: the day that was announced; held: by a case that is open."""

    id: int
    seeker_id: int
    last_at: datetime
    newest: int
    ended_upto: int
    erased: bool
    told: date | None
    held: bool


@dataclass(frozen=True)
class CaseFacts:
    """What decides about the texts of one case. shown: the seeker sees it."""

    id: int
    seeker_id: int
    shown: bool
    over_at: datetime | None
    told: date | None


@dataclass(frozen=True)
class Run:
    """One run, and how far it is."""

    id: int
    started_at: datetime
    seen_at: datetime
    worker: str
    by_hand: bool
    step: str
    after_id: int
    counts: Mapping[str, Mapping[str, int]]


# Threads


def threads(session: Session, after: int, before: datetime, limit: int) -> list[tuple[int, int]]:
    """Threads behind a number, with their seekers, that are quiet since a moment or have something left to do."""
    told = exists().where(retention_notice.c.kind == "thread", retention_notice.c.subject_id == thread.c.id)
    left = exists().where(thread_text_end.c.thread_id == thread.c.id, thread_text_end.c.erased_at.is_(None))
    found = (
        select(thread.c.id, thread.c.seeker_id)
        .where(thread.c.id > after, or_(thread.c.last_at < before, told, left))
        .order_by(thread.c.id)
        .limit(limit)
    )
    return [(row.id, row.seeker_id) for row in session.execute(found)]


def thread_facts(session: Session, thread_ids: Collection[int]) -> list[ThreadFacts]:
    """The facts of these threads by number; read while the profiles are locked, so that no message comes between."""
    steps = select(func.max(outcome_event.c.at)).where(outcome_event.c.thread_id == thread.c.id)
    newest = select(func.max(message.c.id)).where(message.c.thread_id == thread.c.id)
    held = exists().where(
        complaint.c.seeker_id == thread.c.seeker_id,
        complaint.c.unit_id == thread.c.unit_id,
        complaint.c.state.not_in(OVER),
    )
    found = (
        select(
            thread.c.id,
            thread.c.seeker_id,
            thread.c.last_at,
            steps.scalar_subquery().label("last_step"),
            newest.scalar_subquery().label("newest"),
            thread_text_end.c.upto_message_id,
            thread_text_end.c.erased_at,
            retention_notice.c.goes_on,
            held.label("held"),
        )
        .outerjoin(thread_text_end, thread_text_end.c.thread_id == thread.c.id)
        .outerjoin(retention_notice, _notice_of("thread", thread.c.id))
        .where(thread.c.id.in_(thread_ids))
        .order_by(thread.c.id)
    )
    return [
        ThreadFacts(
            row.id,
            row.seeker_id,
            max(row.last_at, row.last_step or row.last_at),
            row.newest or 0,
            row.upto_message_id or 0,
            row.erased_at is not None,
            row.goes_on,
            row.held,
        )
        for row in session.execute(found)
    ]


def end_texts(session: Session, facts: ThreadFacts, now: datetime) -> None:
    """The texts of a thread are at their end; really taken out unless something holds them."""
    erased = None if facts.held else now
    values = {"upto_message_id": facts.newest, "ended_at": now, "erased_at": erased}
    known = update(thread_text_end).where(thread_text_end.c.thread_id == facts.id)
    if not session.execute(known.values(**values).returning(thread_text_end.c.thread_id)).first():
        session.execute(insert(thread_text_end).values(thread_id=facts.id, **values))
    if not facts.held:
        _erase(session, facts.id, facts.newest)


def erase_texts(session: Session, facts: ThreadFacts, now: datetime) -> None:
    """Take out the texts that were held until now."""
    session.execute(
        update(thread_text_end).where(thread_text_end.c.thread_id == facts.id).values(erased_at=now)
    )
    _erase(session, facts.id, facts.ended_upto)


def _erase(session: Session, thread_id: int, upto: int) -> None:
    # Row, day, number of the day and kind of answer stay: every count is made of them.
    session.execute(
        update(message)
        .where(message.c.thread_id == thread_id, message.c.id <= upto, message.c.body != "")
        .values(body="")
    )


# Cases


def cases(session: Session, after: int, before: datetime, limit: int) -> list[tuple[int, int]]:
    """Cases behind a number, with their seekers, that are over and quiet since a moment, or announced."""
    told = exists().where(
        retention_notice.c.kind == "complaint", retention_notice.c.subject_id == complaint.c.id
    )
    quiet = and_(complaint.c.state.in_(OVER), complaint.c.touched_at < before)
    found = (
        select(complaint.c.id, complaint.c.seeker_id)
        .where(complaint.c.id > after, complaint.c.retired_at.is_(None), or_(quiet, told))
        .order_by(complaint.c.id)
        .limit(limit)
    )
    return [(row.id, row.seeker_id) for row in session.execute(found)]


def case_facts(session: Session, case_ids: Collection[int]) -> list[CaseFacts]:
    """The facts of these cases by number, held until the transaction ends."""
    found = (
        select(
            complaint.c.id,
            complaint.c.seeker_id,
            complaint.c.seeker_since,
            complaint.c.state,
            complaint.c.touched_at,
            select(retention_notice.c.goes_on)
            .where(_notice_of("complaint", complaint.c.id))
            .scalar_subquery()
            .label("goes_on"),
        )
        .where(complaint.c.id.in_(case_ids), complaint.c.retired_at.is_(None))
        .order_by(complaint.c.id)
        .with_for_update()
    )
    return [
        CaseFacts(
            row.id,
            row.seeker_id,
            row.seeker_since is not None,
            row.touched_at if row.state in OVER else None,
            row.goes_on,
        )
        for row in session.execute(found)
    ]


def retire_case(session: Session, case_id: int, now: datetime) -> None:
    """Take the texts of a case away: history, notes, the frozen thread and its readings. Kind, desk and days stay."""
    transcript = session.scalar(select(complaint.c.transcript_id).where(complaint.c.id == case_id))
    session.execute(
        update(complaint)
        .where(complaint.c.id == case_id)
        .values(retired_at=now, new_to_seeker=False, new_to_unit=False, new_to_desk=False, remind_on=None)
    )
    for table in (complaint_reading, complaint_note, complaint_event):
        session.execute(delete(table).where(table.c.complaint_id == case_id))
    if transcript is None:
        return
    others = select(complaint.c.id).where(
        complaint.c.transcript_id == transcript, complaint.c.retired_at.is_(None)
    )
    if session.execute(others.limit(1)).first() is None:
        session.execute(
            update(complaint).where(complaint.c.transcript_id == transcript).values(transcript_id=None)
        )
        session.execute(delete(complaint_transcript).where(complaint_transcript.c.id == transcript))


# Announcements


def tell(session: Session, kind: str, subject_id: int, seeker_id: int, goes_on: date, now: datetime) -> None:
    """Announce that something goes."""
    session.execute(
        insert(retention_notice).values(
            kind=kind, subject_id=subject_id, seeker_id=seeker_id, goes_on=goes_on, told_at=now
        )
    )


def forget_notice(session: Session, kind: str, subject_id: int) -> None:
    """It has gone, or is taken back."""
    session.execute(
        delete(retention_notice).where(
            retention_notice.c.kind == kind, retention_notice.c.subject_id == subject_id
        )
    )


def announced(session: Session, seeker_id: int, today: date) -> list[tuple[str, int, date]]:
    """What is announced to a seeker, the first day first: kind, number, day. Nothing of a case they do not see.

    Nor an identity's day that is past: one that stands on would tell of a case that holds it.
    """
    hidden = exists().where(
        retention_notice.c.kind == "complaint",
        complaint.c.id == retention_notice.c.subject_id,
        complaint.c.seeker_since.is_(None),
    )
    past = and_(retention_notice.c.kind == "identity", retention_notice.c.goes_on < today)
    found = (
        select(retention_notice.c.kind, retention_notice.c.subject_id, retention_notice.c.goes_on)
        .where(retention_notice.c.seeker_id == seeker_id, ~hidden, ~past)
        .order_by(retention_notice.c.goes_on, retention_notice.c.kind, retention_notice.c.subject_id)
    )
    return [(row.kind, row.subject_id, row.goes_on) for row in session.execute(found)]


def accounts_of(seeker_ids: Collection[int]) -> Select[tuple[int]]:
    """The accounts of these seekers."""
    return select(account.c.id).where(account.c.seeker_id.in_(seeker_ids))


def thread_goes_on(session: Session, thread_id: int) -> date | None:
    """The day that was announced for the texts of a thread."""
    return session.scalar(
        select(retention_notice.c.goes_on).where(
            retention_notice.c.kind == "thread", retention_notice.c.subject_id == thread_id
        )
    )


def _notice_of(kind: str, subject: ColumnElement[int]) -> ColumnElement[bool]:
    return and_(retention_notice.c.kind == kind, retention_notice.c.subject_id == subject)


# Runs


def open_run(session: Session, *, locked: bool = False) -> Run | None:
    """The run that is not over; ``locked``: nobody else carries it on until the transaction ends."""
    found = select(retention_run).where(retention_run.c.ended_at.is_(None))
    row = session.execute(found.with_for_update() if locked else found).one_or_none()
    return None if row is None else _run(row)


def begin_run(session: Session, worker: str, now: datetime, step: str, *, by_hand: bool) -> bool:
    """Begin a run; False when another one is open."""
    try:
        with session.begin_nested():
            session.execute(
                insert(retention_run).values(
                    started_at=now, seen_at=now, worker=worker, by_hand=by_hand, step=step
                )
            )
    except IntegrityError:
        return False
    return True


def move_run(
    session: Session,
    run_id: int,
    worker: str,
    now: datetime,
    step: str,
    after_id: int,
    counts: Mapping[str, Mapping[str, int]],
) -> None:
    """Note how far a run is, in the transaction of what it did."""
    session.execute(
        update(retention_run)
        .where(retention_run.c.id == run_id)
        .values(worker=worker, seen_at=now, step=step, after_id=after_id, counts=json.dumps(counts))
    )


def end_run(session: Session, run_id: int, now: datetime) -> None:
    """A run is over."""
    session.execute(
        update(retention_run).where(retention_run.c.id == run_id).values(seen_at=now, ended_at=now)
    )


def last_runs(session: Session, limit: int) -> Iterable[tuple[Run, datetime | None]]:
    """The last runs, the newest first, each with its end."""
    found = select(retention_run).order_by(retention_run.c.id.desc()).limit(limit)
    return [(_run(row), row.ended_at) for row in session.execute(found)]


def _run(row: Any) -> Run:
    return Run(
        row.id,
        row.started_at,
        row.seen_at,
        row.worker,
        row.by_hand,
        row.step,
        row.after_id,
        json.loads(row.counts),
    )
