"""Threads frozen for a case, and the log of who read them (ruling 65)."""

import json
import os
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from portal.domain.complaint import DeskPlace
from portal.store.complaint_trail import place_columns, place_of
from portal.store.keyring import keyring
from portal.store.message_text import SHOWN
from portal.store.tables import complaint, complaint_reading, complaint_transcript, message, thread

_CONTENT = "complaint_transcript.content"


@dataclass(frozen=True)
class FrozenMessage:
    """One message as it was. by: "unit" or "seeker". answer: how the seeker answered, None from a unit."""

    by: str
    at: datetime
    text: str
    answer: str | None


@dataclass(frozen=True)
class Transcript:
    """A frozen thread."""

    frozen_at: datetime
    messages: tuple[FrozenMessage, ...]


@dataclass(frozen=True)
class ReadingRow:
    """One reading of a frozen thread: of which unit's, when, by which desk. Whose account it was stays inside.

    number, public_id: of the case, "" and None while it is not shown to the seeker.
    """

    number: str
    public_id: bytes | None
    unit_id: int
    at: datetime
    place: DeskPlace
    account_id: int | None


def freeze(session: Session, thread_id: int, now: datetime) -> int:
    """Copy every message of a thread, sealed. Returns the number of the copy.

    Texts whose 保存期間 is over come into no new copy, whether or not they are erased yet.
    """
    of = session.execute(select(thread.c.unit_id, thread.c.seeker_id).where(thread.c.id == thread_id)).one()
    rows = session.execute(
        select(message.c.direction, message.c.sent_at, SHOWN.label("text"), message.c.answer)
        .where(message.c.thread_id == thread_id)
        .order_by(message.c.id)
    ).all()
    content = json.dumps(
        [[row.direction, row.sent_at.isoformat(), row.text or "", row.answer] for row in rows],
        ensure_ascii=False,
    )
    key = os.urandom(16)
    made = insert(complaint_transcript).values(
        key=key,
        unit_id=of.unit_id,
        seeker_id=of.seeker_id,
        frozen_at=now,
        messages=len(rows),
        content_sealed=keyring(session).seal(_CONTENT, key.hex(), content),
    )
    if session.get_bind().dialect.name != "postgresql":
        return int(session.execute(made.returning(complaint_transcript.c.id)).scalar_one())
    # The role of organisations reads a copy only through a case that it sees, and this case is not there yet.
    drawn: int = session.execute(select(func.nextval("complaint_transcript_id_seq"))).scalar_one()
    session.execute(made.values(id=drawn))
    return drawn


def thread_between(session: Session, seeker_id: int, unit_id: int) -> int | None:
    """The thread of a seeker and a unit, if they have ever written to each other."""
    found = select(thread.c.id).where(thread.c.seeker_id == seeker_id, thread.c.unit_id == unit_id)
    return session.execute(found).scalar_one_or_none()


def read(
    session: Session,
    complaint_id: int,
    transcript_id: int,
    now: datetime,
    place: DeskPlace,
    account_id: int | None,
) -> Transcript:
    """Open a frozen thread and note who did: there is no way to open one without the note."""
    row = session.execute(
        select(complaint_transcript).where(complaint_transcript.c.id == transcript_id)
    ).one()
    session.execute(
        insert(complaint_reading).values(
            complaint_id=complaint_id,
            transcript_id=transcript_id,
            seeker_id=row.seeker_id,
            at=now,
            account_id=account_id,
            **place_columns(place),
        )
    )
    return Transcript(
        row.frozen_at, _messages(keyring(session).open(_CONTENT, row.key.hex(), row.content_sealed))
    )


def own(session: Session, seeker_id: int, transcript_id: int) -> Transcript | None:
    """A frozen thread for the seeker whose it is; their own reading is not logged."""
    row = session.execute(
        select(complaint_transcript).where(
            complaint_transcript.c.id == transcript_id, complaint_transcript.c.seeker_id == seeker_id
        )
    ).one_or_none()
    if row is None:
        return None
    return Transcript(
        row.frozen_at, _messages(keyring(session).open(_CONTENT, row.key.hex(), row.content_sealed))
    )


def _messages(content: str) -> tuple[FrozenMessage, ...]:
    return tuple(
        FrozenMessage(by, datetime.fromisoformat(at), text, answer)
        for by, at, text, answer in json.loads(content)
    )


def size(session: Session, transcript_id: int) -> int:
    """How many messages a frozen thread holds, without opening it."""
    found = select(complaint_transcript.c.messages).where(complaint_transcript.c.id == transcript_id)
    return int(session.execute(found).scalar_one())


def readings_of(session: Session, seeker_id: int, complaint_id: int | None = None) -> list[ReadingRow]:
    """Every reading of frozen threads of a seeker, the newest first, of one case or of all.

    Also of cases an organisation opened: the person is told of the reading, not of what the case is about.
    """
    found = (
        select(
            complaint_reading,
            complaint.c.number,
            complaint.c.public_id,
            complaint.c.unit_id,
            complaint.c.seeker_since,
        )
        .join(complaint, complaint.c.id == complaint_reading.c.complaint_id)
        .where(complaint_reading.c.seeker_id == seeker_id)
        .order_by(complaint_reading.c.id.desc())
    )
    if complaint_id is not None:
        found = found.where(complaint_reading.c.complaint_id == complaint_id)
    return [
        ReadingRow(
            row.number if row.seeker_since is not None else "",
            row.public_id if row.seeker_since is not None else None,
            row.unit_id,
            row.at,
            place_of(row),
            row.account_id,
        )
        for row in session.execute(found)
    ]
