"""What stands in a thread: messages of both sides, hand-overs, steps of the outcome."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session, aliased

from portal.domain.thread import Belonging
from portal.store.account import opened_display_name
from portal.store.message_text import AT_END, SHOWN
from portal.store.tables import (
    account,
    contractor,
    department,
    hand_over,
    letterhead,
    membership,
    message,
    outcome_event,
    send,
    thread_text_end,
)


@dataclass(frozen=True)
class MessageRow:
    """One message. by: "unit" or "seeker". letterhead: its content where the message carries one.

    sender, department, contractor: who of the unit wrote; for the unit's own pages only. ended: the text's 保存期間
    (retention) is over, and neither side sees it any more; it may lie there still for the desk of a case.
    """

    id: int
    by: str
    text: str
    sent_at: datetime
    answer: str | None
    letterhead: str | None
    sender: str
    department: str
    contractor: str
    ended: bool


@dataclass(frozen=True)
class HandOverRow:
    """A thread changed hands. from_name, to_name: department or contractor, "" = the unit itself.

    to_contractor: the same where it is a contractor, whose name the bureau recorded; what a unit calls its departments
    is no word for seekers by itself.
    """

    at: datetime
    from_name: str
    to_name: str
    to_contractor: str


@dataclass(frozen=True)
class OutcomeRow:
    """One step, with the day it happened."""

    outcome: str
    on_day: date
    at: datetime


@dataclass(frozen=True)
class EarlierAnswer:
    """What a seeker answered under a key. answer: the kind. text: "" when it is at its end."""

    answer: str
    text: str
    sent_at: datetime


def messages(session: Session, thread_id: int, most: int) -> list[MessageRow]:
    """The newest messages of a thread, at most so many, in the order they were stored."""
    found = (
        select(
            message.c.id,
            message.c.direction,
            message.c.body,
            message.c.sent_at,
            message.c.answer,
            letterhead.c.content,
            account.c.sign_in_key,
            account.c.display_name_sealed,
            department.c.name.label("department"),
            contractor.c.name.label("contractor"),
            thread_text_end.c.ended_at,
        )
        .select_from(message)
        .outerjoin(
            thread_text_end,
            AT_END,
        )
        .outerjoin(letterhead, letterhead.c.id == message.c.letterhead_id)
        .outerjoin(send, send.c.id == message.c.send_id)
        .outerjoin(membership, membership.c.id == send.c.membership_id)
        .outerjoin(account, account.c.id == membership.c.account_id)
        .outerjoin(department, department.c.id == send.c.department_id)
        .outerjoin(contractor, contractor.c.id == send.c.contractor_id)
        .where(message.c.thread_id == thread_id)
        .order_by(message.c.id.desc())
        .limit(most)
    )
    return [
        MessageRow(
            row.id,
            row.direction,
            row.body,
            row.sent_at,
            row.answer,
            row.content,
            opened_display_name(session, row.sign_in_key, row.display_name_sealed),
            row.department or "",
            row.contractor or "",
            row.ended_at is not None,
        )
        for row in reversed(session.execute(found).all())
    ]


def letterhead_content(session: Session, letterhead_id: int) -> str:
    """The letterhead that was shown last in a thread."""
    found = select(letterhead.c.content).where(letterhead.c.id == letterhead_id)
    return str(session.execute(found).scalar_one())


def add_answer(
    session: Session,
    *,
    thread_id: int,
    unit_id: int,
    seeker_id: int,
    text: str,
    at: datetime,
    day: date,
    answer: str,
    key: str,
) -> None:
    """Store what a seeker answers; it never counts for anybody."""
    session.execute(
        insert(message).values(
            thread_id=thread_id,
            unit_id=unit_id,
            seeker_id=seeker_id,
            direction="seeker",
            body=text,
            sent_at=at,
            jst_day=day,
            answer=answer,
            answer_key=key,
        )
    )


def answered(session: Session, thread_id: int, key: str) -> EarlierAnswer | None:
    """The answer that was stored with this key."""
    found = select(message.c.answer, SHOWN.label("text"), message.c.sent_at).where(
        message.c.thread_id == thread_id, message.c.answer_key == key
    )
    row = session.execute(found).one_or_none()
    return None if row is None else EarlierAnswer(row.answer, row.text, row.sent_at)


def add_hand_over(
    session: Session, thread_id: int, before: Belonging, after: Belonging, membership_id: int, at: datetime
) -> None:
    """Keep who had the thread and who has it now."""
    session.execute(
        insert(hand_over).values(
            thread_id=thread_id,
            from_department_id=before.department_id,
            from_contractor_id=before.contractor_id,
            to_department_id=after.department_id,
            to_contractor_id=after.contractor_id,
            membership_id=membership_id,
            at=at,
        )
    )


def hand_overs(session: Session, thread_id: int) -> list[HandOverRow]:
    """The hand-overs of a thread, in order."""
    old_department, old_contractor = aliased(department), aliased(contractor)
    found = (
        select(
            hand_over.c.at,
            department.c.name.label("to_department"),
            contractor.c.name.label("to_contractor"),
            old_department.c.name.label("from_department"),
            old_contractor.c.name.label("from_contractor"),
        )
        .select_from(hand_over)
        .outerjoin(department, department.c.id == hand_over.c.to_department_id)
        .outerjoin(contractor, contractor.c.id == hand_over.c.to_contractor_id)
        .outerjoin(old_department, old_department.c.id == hand_over.c.from_department_id)
        .outerjoin(old_contractor, old_contractor.c.id == hand_over.c.from_contractor_id)
        .where(hand_over.c.thread_id == thread_id)
        .order_by(hand_over.c.id)
    )
    return [
        HandOverRow(
            row.at,
            row.from_department or row.from_contractor or "",
            row.to_department or row.to_contractor or "",
            row.to_contractor or "",
        )
        for row in session.execute(found)
    ]


def hand_overs_since(session: Session, thread_id: int, since: datetime) -> int:
    """How often a thread changed hands from an instant on."""
    found = select(func.count()).where(hand_over.c.thread_id == thread_id, hand_over.c.at >= since)
    return int(session.execute(found).scalar_one())


def add_outcome(
    session: Session,
    *,
    thread_id: int,
    unit_id: int,
    outcome: str,
    on_day: date,
    at: datetime,
    membership_id: int | None,
) -> int:
    """Keep one step of the outcome; membership_id None = the seeker's. Returns its inside number."""
    made = insert(outcome_event).values(
        thread_id=thread_id,
        unit_id=unit_id,
        outcome=outcome,
        on_day=on_day,
        at=at,
        membership_id=membership_id,
    )
    return int(session.execute(made.returning(outcome_event.c.id)).scalar_one())


def outcomes(session: Session, thread_id: int) -> list[OutcomeRow]:
    """The steps of a thread, in order."""
    found = (
        select(outcome_event.c.outcome, outcome_event.c.on_day, outcome_event.c.at)
        .where(outcome_event.c.thread_id == thread_id)
        .order_by(outcome_event.c.id)
    )
    return [OutcomeRow(**row._mapping) for row in session.execute(found)]
