"""A seeker's side of the relay: one calm line for each organisation, the thread, and the four ways to answer (R8).

Whose threads these are is taken from the signed-in account. An organisation is named by its random public id.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from portal.calendar.clock import Clock
from portal.calendar.day import jst_day
from portal.domain.actor import Actor
from portal.domain.answer import AnswerKind, check_answer, opens
from portal.domain.letterhead import Line
from portal.domain.outcome import Outcome
from portal.domain.permission import Permission
from portal.domain.reach import Cause, UnitClass, causes
from portal.domain.refusal import Conflict, NotFound, Refusal
from portal.domain.standing import standing
from portal.domain.thread import seeker_write_refusal
from portal.services import public_id
from portal.services.announcement import reader_of
from portal.services.message_hint import Hint, hints
from portal.services.own import seeker_of
from portal.services.relay import check_key
from portal.services.thread import MOST_MESSAGES, ThreadEntry, answer_of, letterhead_lines, snippet
from portal.services.use_case import Trail, query, use_case
from portal.store import announcement, complaint, directory, message, outbox, reach, retention
from portal.store import thread as store
from portal.store import unit as units
from portal.store.message import MessageRow
from portal.store.thread import SeekerThread, ThreadRow

PAGE = 20


@dataclass(frozen=True)
class InboxLine:
    """One organisation. ref names it in addresses; contractor: who acts for it in this thread, "" = nobody.

    unread: how many messages are new. answer: how the seeker answered last, None = not yet.
    """

    ref: str
    name: str
    contractor: str
    unit_class: UnitClass
    last_text: str
    last_by_me: bool
    last_at: datetime
    unread: int
    answer: AnswerKind | None


@dataclass(frozen=True)
class Inbox:
    """A page of the inbox; page counts from 1. unread: organisations with something new."""

    lines: tuple[InboxLine, ...]
    organisations: int
    unread: int
    page: int
    pages: int


@dataclass(frozen=True)
class InboxThread:
    """One organisation's thread. letterhead: the one shown last, with the officer's contact. blocked_at: None = not.

    closed: reason code why nothing can be answered now, told to the seeker in full; "" = an answer goes. goes_on: from
    this day on the texts are gone (保存期間, retention), None = nothing is announced.
    """

    ref: str
    name: str
    contractor: str
    unit_class: UnitClass
    letterhead: tuple[Line, ...]
    entries: tuple[ThreadEntry, ...]
    older: bool
    answer: AnswerKind | None
    outcome: Outcome
    blocked_at: datetime | None
    closed: str
    goes_on: date | None


@dataclass(frozen=True)
class Answered:
    """An answer that is stored. repeated: by an earlier click with the same key."""

    sent_at: datetime
    repeated: bool
    outcome: Outcome


def inbox(session: Session, actor: Actor, page: int = 1) -> Inbox:
    """The organisations that have written, the latest first."""
    with query(session):
        seeker_id = seeker_of(actor, Permission.SEEKER_INBOX_READ)
        total, unread = store.seeker_count(session, seeker_id)
        pages = max(1, -(-total // PAGE))
        page = min(max(1, page), pages)
        rows = store.seeker_page(session, seeker_id, offset=(page - 1) * PAGE, limit=PAGE)
        return Inbox(tuple(map(_line, rows)), total, unread, page, pages)


def unread(session: Session, actor: Actor) -> int:
    """How many organisations have written something new, for the menu of every page."""
    with query(session):
        return store.seeker_count(session, seeker_of(actor, Permission.SEEKER_INBOX_READ))[1]


def new(session: Session, clock: Clock, actor: Actor) -> tuple[int, int, int]:
    """How many organisations have written something new, how many announcements and cases are new; one statement."""
    with query(session):
        seeker_id = seeker_of(actor, Permission.SEEKER_INBOX_READ)
        told = announcement.unread(reader_of(actor), jst_day(clock.now()))
        cases = complaint.new_to_seeker(seeker_id)
        organisations, announcements, complaints = store.new_to_seeker(session, seeker_id, told, cases)
        return organisations, announcements, complaints


def _line(row: SeekerThread) -> InboxLine:
    return InboxLine(
        ref=public_id.shown(row.public_id),
        name=row.name,
        contractor=row.thread.contractor,
        unit_class=UnitClass(row.unit_class),
        last_text=snippet(row.last_text),
        last_by_me=row.last_by == "seeker",
        last_at=row.thread.last_at,
        unread=row.thread.unread_seeker,
        answer=answer_of(row.thread.answer),
    )


def thread(session: Session, clock: Clock, actor: Actor, ref: str) -> InboxThread:
    """The thread with one organisation; stays readable after stop, block and expiry. Raises NotFound."""
    with query(session):
        seeker_id = seeker_of(actor, Permission.SEEKER_INBOX_READ)
        today = jst_day(clock.now())
        row = own_thread(session, seeker_id, ref)
        (unit,) = directory.by_id(session, seeker_id, [row.unit_id], today)
        rows = message.messages(session, row.id, MOST_MESSAGES + 1)
        shown = rows[-MOST_MESSAGES:]
        beside = hints(session, row.id, (found.id for found in shown if found.by == "unit"))
        entries = [
            *(_entry(found, beside.get(found.id)) for found in shown),
            *(
                ThreadEntry("hand_over", found.at, found.to_contractor)
                for found in message.hand_overs(session, row.id)
            ),
        ]
        refusal = write_refusal(session, row, clock)
        return InboxThread(
            ref=ref,
            name=unit.name,
            contractor=row.contractor,
            unit_class=unit.unit_class,
            letterhead=letterhead_lines(message.letterhead_content(session, row.letterhead_id)),
            entries=tuple(sorted(entries, key=lambda entry: entry.at)),
            older=len(rows) > MOST_MESSAGES,
            answer=answer_of(row.answer),
            outcome=Outcome(row.outcome),
            blocked_at=unit.blocked_at,
            closed="" if refusal is None else refusal.reason,
            goes_on=retention.thread_goes_on(session, row.id),
        )


def _entry(row: MessageRow, hint: Hint | None) -> ThreadEntry:
    # Who of the organisation wrote is its own affair; department or contractor the letterhead tells.
    return ThreadEntry(
        by=row.by,
        at=row.sent_at,
        text="" if row.ended else row.text,
        answer=answer_of(row.answer),
        letterhead=letterhead_lines(row.letterhead),
        ended=row.ended,
        hint=hint,
    )


def mark_read(session: Session, clock: Clock, actor: Actor, ref: str) -> None:
    """The seeker has seen what is in the thread; nobody is told, nothing is kept of when. Raises NotFound."""
    with use_case(session, clock, actor, "inbox.read") as trail:
        trail.silent()
        seeker_id = seeker_of(actor, Permission.SEEKER_INBOX_READ)
        store.read_by_seeker(session, own_thread(session, seeker_id, ref).id)


def answer(
    session: Session, clock: Clock, actor: Actor, ref: str, kind: AnswerKind, typed: str, key: str
) -> Answered:
    """Answer an organisation. 利用希望 opens the outcome of the thread; a second click with the same key, kind and text
    does nothing.

    Answers never count (seed 004 P-Q6 speaks of the organisation's messages). Raises Invalid (text, key), Forbidden,
    NotFound, Conflict "answer_key_taken" (sent_at: of the first) when the key was used for another kind or text, and a
    Refusal with the seeker's own reason: "stopped", "registration_not_in_force", "school_rule", "terms_not_agreed",
    "out_of_range", "no_profile", "blocked_by_you", "unit_closed".
    """
    text = check_answer(kind, typed)
    check_key(key)
    with use_case(session, clock, actor, "thread.answer") as trail:
        seeker_id = seeker_of(actor, Permission.SEEKER_MESSAGE_ANSWER)
        reach.lock_profile(session, [seeker_id])
        trail.take_moment(clock)
        row = own_thread(session, seeker_id, ref)
        trail.subject("thread", row.id)
        trail.fact(answer=kind.value)
        before = message.answered(session, row.id, key)
        if before is not None:
            if (before.answer, before.text) != (kind.value, text):
                raise Conflict("answer_key_taken", sent_at=before.sent_at)
            trail.silent()
            return Answered(before.sent_at, repeated=True, outcome=Outcome(row.outcome))
        refusal = write_refusal(session, row, clock)
        if refusal is not None:
            raise refusal
        message.add_answer(
            session,
            thread_id=row.id,
            unit_id=row.unit_id,
            seeker_id=seeker_id,
            text=text,
            at=trail.now,
            day=trail.today,
            answer=kind.value,
            key=key,
        )
        outbox.add(session, store.readers(row.unit_id, row.belongs, trail.today), trail.now)
        outcome = _note(session, trail, row, kind)
        return Answered(trail.now, repeated=False, outcome=outcome)


def _note(session: Session, trail: Trail, row: ThreadRow, kind: AnswerKind) -> Outcome:
    """What the answer changes in the thread, the outcome included."""
    # The unit records steps of the outcome without the profile lock; each must see the other's.
    store.lock(session, row.id)
    current = store.outcome(session, row.id)
    opened = opens(kind, current)
    if opened is not None:
        message.add_outcome(
            session,
            thread_id=row.id,
            unit_id=row.unit_id,
            outcome=opened.value,
            on_day=trail.today,
            at=trail.now,
            membership_id=None,
        )
    store.answered(session, row.id, kind.value, (opened or current).value, trail.now)
    return opened or current


def own_thread(session: Session, seeker_id: int, ref: str) -> ThreadRow:
    """The seeker's thread with an organisation. Raises NotFound."""
    raw = public_id.read(ref)
    row = None if raw is None else store.of_seeker(session, seeker_id, raw)
    if row is None:
        raise NotFound
    return row


def write_refusal(session: Session, row: ThreadRow, clock: Clock) -> Refusal | None:
    """Why a seeker can tell the organisation nothing now, in full; None when they can."""
    today = jst_day(clock.now())
    unit = units.by_id(session, row.unit_id)
    facts = reach.facts(session, row.seeker_id, row.unit_id, unit.unit_class)
    found = frozenset({Cause.NO_PROFILE}) if facts is None else causes(facts, today)
    return seeker_write_refusal(found, standing(units.facts(unit), today))
