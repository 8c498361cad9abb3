"""Everything that is kept about one seeker, as plain rows for the seeker's own copy.

Each noun with tables of its own has a ``for_download``; what has no better place is here. Only rows of this seeker, and
in them nothing of other people: no names of staff, and of an organisation its name alone.
"""

from collections import defaultdict
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.store import profile as profile_store
from portal.store import rarity
from portal.store import seeker as seeker_store
from portal.store.message_text import AT_END
from portal.store.own_log import unit_names
from portal.store.tables import (
    account,
    audit,
    block,
    hand_over,
    message,
    outcome_event,
    profile,
    thread,
    thread_text_end,
    unit,
)

Row = dict[str, Any]


def takings(session: Session, seeker_id: int, since: datetime) -> tuple[int, datetime | None]:
    """How often the seeker took a copy since an instant, and when for the first time."""
    found = session.execute(
        select(func.count(), func.min(audit.c.at)).where(
            audit.c.subject_kind == "seeker",
            audit.c.subject_id == seeker_id,
            audit.c.at >= since,
            audit.c.kind == "seeker.data.take",
            audit.c.outcome == "done",
        )
    ).one()
    return int(found[0]), found[1]


def password_by_code(session: Session, seeker_id: int) -> datetime | None:
    """When a password was last set by a code, after the account had been opened."""
    found: datetime | None = session.execute(
        select(func.max(audit.c.at)).where(
            audit.c.subject_kind == "seeker",
            audit.c.subject_id == seeker_id,
            audit.c.kind == "account.choose_password",
            audit.c.outcome == "done",
        )
    ).scalar_one()
    return found


def registration(session: Session, seeker_id: int) -> Row:
    """The registration at the office, without the identity."""
    row, data = seeker_store.row(session, seeker_id), profile_store.row(session, seeker_id)
    return {
        "office_code": row["office_code"],
        "registered_on": row["registered_on"],
        "valid_from": data["valid_from"],
        "valid_until": data["valid_until"],
        "school_kind": row["school_kind"],
        "school_status": row["school_status"],
        "graduated_on": row["graduated_on"],
        "graduate_until": data["graduate_until"],
        "range_private": data["range_private"],
        "range_municipal": data["range_municipal"],
        "stopped_at": row["stopped_at"],
        "entered_at": row["created_at"],
        "changed_at": row["updated_at"],
    }


def published(session: Session, seeker_id: int) -> Row:
    """What organisations see, and the texts that wait for the office."""
    row = session.execute(select(profile.c.month).where(profile.c.seeker_id == seeker_id)).one()
    return {
        "month": row.month,
        "choices": profile_store.choices(session, seeker_id),
        "shown": rarity.shown_choices(session, seeker_id),
        "texts": [
            {"kind": kind, "text": text}
            for kind, text in sorted(profile_store.texts(session, seeker_id).items())
        ],
        "waiting_texts": [
            {"kind": kind, "text": held.text, "since": held.held_at}
            for kind, held in sorted(profile_store.held(session, seeker_id).items())
        ],
    }


def own_account(session: Session, seeker_id: int) -> int | None:
    """The inside number of the seeker's sign-in account."""
    return session.scalar(
        select(account.c.id).where(account.c.seeker_id == seeker_id, account.c.closed_at.is_(None))
    )


def blocks(session: Session, seeker_id: int) -> list[Row]:
    """Blocks that hold, oldest first."""
    rows = session.execute(
        select(block.c.unit_id, block.c.since).where(block.c.seeker_id == seeker_id).order_by(block.c.since)
    ).all()
    names = unit_names(session, {row.unit_id for row in rows})
    return [{"organisation": names.get(row.unit_id, ""), "since": row.since} for row in rows]


def threads(session: Session, seeker_id: int) -> list[Row]:
    """Every thread with all of its messages and what came of it, the first opened first."""
    rows = session.execute(
        select(thread.c.id, thread.c.unit_id, thread.c.opened_at, thread.c.outcome, unit.c.unit_class)
        .join(unit, unit.c.id == thread.c.unit_id)
        .where(thread.c.seeker_id == seeker_id)
        .order_by(thread.c.opened_at, thread.c.id)
    ).all()
    names = unit_names(session, {row.unit_id for row in rows})
    written, steps, handed = (
        _messages(session, seeker_id),
        _steps(session, seeker_id),
        _handed(session, seeker_id),
    )
    return [
        {
            "organisation": names.get(row.unit_id, ""),
            "organisation_class": row.unit_class,
            "opened_at": row.opened_at,
            "stage": row.outcome,
            "steps": steps[row.id],
            "hand_overs": handed[row.id],
            "messages": written[row.id],
        }
        for row in rows
    ]


def _messages(session: Session, seeker_id: int) -> dict[int, list[Row]]:
    """Texts whose 保存期間 is over are given to nobody any more, whether or not they are erased yet."""
    found: dict[int, list[Row]] = defaultdict(list)
    for row in session.execute(
        select(
            message.c.thread_id,
            message.c.direction,
            message.c.sent_at,
            message.c.body,
            message.c.answer,
            thread_text_end.c.ended_at,
        )
        .join(thread, thread.c.id == message.c.thread_id)
        .outerjoin(thread_text_end, AT_END)
        .where(thread.c.seeker_id == seeker_id)
        .order_by(message.c.id)
    ):
        gone = row.ended_at is not None
        found[row.thread_id].append(
            {
                "at": row.sent_at,
                "from": "organisation" if row.direction == "unit" else "you",
                "answer": row.answer,
                "text": "" if gone else row.body,
                "ended": gone,
            }
        )
    return found


def _steps(session: Session, seeker_id: int) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = defaultdict(list)
    for row in session.execute(
        select(outcome_event.c.thread_id, outcome_event.c.outcome, outcome_event.c.on_day)
        .join(thread, thread.c.id == outcome_event.c.thread_id)
        .where(thread.c.seeker_id == seeker_id)
        .order_by(outcome_event.c.id)
    ):
        found[row.thread_id].append({"stage": row.outcome, "on_day": row.on_day})
    return found


def _handed(session: Session, seeker_id: int) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = defaultdict(list)
    for row in session.execute(
        select(hand_over.c.thread_id, hand_over.c.at)
        .join(thread, thread.c.id == hand_over.c.thread_id)
        .where(thread.c.seeker_id == seeker_id)
        .order_by(hand_over.c.id)
    ):
        found[row.thread_id].append({"at": row.at})
    return found


def changes(session: Session, seeker_id: int) -> list[Row]:
    """The history of the registration, oldest first: what was and what is, by which office, by nobody in person."""
    return [
        {
            "at": one.at,
            "kind": one.kind,
            "office_code": one.office_code,
            "before": dict(one.before),
            "after": dict(one.after),
        }
        for one in reversed(seeker_store.changes(session, seeker_id, 100_000))
    ]
