"""Requests for a correction: the seeker asks for the own ones, an office for those of its own seekers."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, func, insert, select, update
from sqlalchemy.orm import Session

from portal.store.keyring import keyring
from portal.store.tables import correction, seeker

_TEXT, _ANSWER = "correction.text", "correction.answer"


@dataclass(frozen=True)
class Correction:
    """One request, opened. office_id: of the seeker, as the office's addresses have it. decided_office: a code."""

    id: int
    public_id: bytes
    seeker_id: int
    office_id: bytes
    part: str
    text: str
    asked_at: datetime
    state: str
    answer: str
    decided_at: datetime | None
    decided_office: str | None


def add(session: Session, seeker_id: int, public_id: bytes, part: str, text: str, at: datetime) -> int:
    """Keep a request."""
    made = session.execute(
        insert(correction)
        .values(
            public_id=public_id,
            seeker_id=seeker_id,
            part=part,
            text_sealed=keyring(session).seal(_TEXT, public_id.hex(), text),
            asked_at=at,
            state="open",
        )
        .returning(correction.c.id)
    )
    return int(made.scalar_one())


def answer(
    session: Session,
    found: Correction,
    state: str,
    text: str,
    at: datetime,
    *,
    decided_by: int | None,
    office_code: str | None,
) -> bool:
    """Settle an open request; False when somebody else was faster."""
    sealed = keyring(session).seal(_ANSWER, found.public_id.hex(), text) if text else None
    done = session.execute(
        update(correction)
        .where(correction.c.id == found.id, correction.c.state == "open")
        .values(
            state=state,
            answer_sealed=sealed,
            decided_at=at,
            decided_by=decided_by,
            decided_office=office_code,
        )
        .returning(correction.c.id)
    )
    return done.first() is not None


_OF = select(correction, seeker.c.office_id).join(seeker, seeker.c.id == correction.c.seeker_id)


def of_seeker(session: Session, seeker_id: int, limit: int) -> tuple[Correction, ...]:
    """The requests of one seeker, newest first."""
    asked = _OF.where(correction.c.seeker_id == seeker_id)
    rows = session.execute(asked.order_by(correction.c.asked_at.desc(), correction.c.id.desc()).limit(limit))
    return tuple(_opened(session, row) for row in rows.mappings())


def answered_since(session: Session, seeker_id: int, since: datetime) -> int:
    """How many of a seeker's requests the office has answered since an instant."""
    return int(
        session.scalar(
            select(func.count())
            .select_from(correction)
            .where(correction.c.seeker_id == seeker_id, correction.c.decided_at >= since)
        )
        or 0
    )


def waiting(session: Session, office_code: str, limit: int) -> list[RowMapping]:
    """Open requests of an office's seekers without their words, oldest first."""
    rows = session.execute(
        select(correction.c.public_id, correction.c.part, correction.c.asked_at)
        .join(seeker, seeker.c.id == correction.c.seeker_id)
        .where(correction.c.state == "open", seeker.c.office_code == office_code)
        .order_by(correction.c.asked_at, correction.c.id)
        .limit(limit)
    )
    return list(rows.mappings())


def settled(session: Session, office_code: str, since: datetime, limit: int) -> list[RowMapping]:
    """Requests that an office has answered since an instant, without their words, latest first."""
    rows = session.execute(
        select(
            correction.c.public_id,
            correction.c.part,
            correction.c.asked_at,
            correction.c.state,
            correction.c.decided_at,
        )
        .join(seeker, seeker.c.id == correction.c.seeker_id)
        .where(correction.c.decided_at >= since, seeker.c.office_code == office_code)
        .order_by(correction.c.decided_at.desc(), correction.c.id.desc())
        .limit(limit)
    )
    return list(rows.mappings())


def find(session: Session, public_id: bytes, office_code: str) -> Correction | None:
    """One request of one of this office's seekers."""
    asked = _OF.where(correction.c.public_id == public_id, seeker.c.office_code == office_code)
    row = session.execute(asked).mappings().first()
    return None if row is None else _opened(session, row)


def count_open(session: Session, office_code: str) -> int:
    """How many requests wait at an office, for its menu."""
    return int(
        session.scalar(
            select(func.count())
            .select_from(correction)
            .join(seeker, seeker.c.id == correction.c.seeker_id)
            .where(correction.c.state == "open", seeker.c.office_code == office_code)
        )
        or 0
    )


def for_download(session: Session, seeker_id: int) -> list[dict[str, Any]]:
    """Everything a seeker asked for and was answered, oldest first; nobody of the office by name."""
    return [
        {
            "part": found.part,
            "text": found.text,
            "asked_at": found.asked_at,
            "state": found.state,
            "answer": found.answer,
            "answered_at": found.decided_at,
        }
        for found in reversed(of_seeker(session, seeker_id, 10_000))
    ]


def _opened(session: Session, row: RowMapping) -> Correction:
    keys, name = keyring(session), row["public_id"].hex()
    answer = row["answer_sealed"]
    return Correction(
        id=row["id"],
        public_id=row["public_id"],
        seeker_id=row["seeker_id"],
        office_id=row["office_id"],
        part=row["part"],
        text=keys.open(_TEXT, name, row["text_sealed"]),
        asked_at=row["asked_at"],
        state=row["state"],
        answer="" if answer is None else keys.open(_ANSWER, name, answer),
        decided_at=row["decided_at"],
        decided_office=row["decided_office"],
    )
