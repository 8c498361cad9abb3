"""The history of a case and the notes of its desk: sealed texts, and both only grow (triggers)."""

import os
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, insert, select
from sqlalchemy.orm import Session

from portal.domain.complaint import Act, Audience, Desk, DeskPlace, Side, State
from portal.store.keyring import keyring
from portal.store.tables import complaint_event, complaint_note

_TEXT = "complaint_event.text"
_NOTE = "complaint_note.text"


@dataclass(frozen=True)
class EventRow:
    """One line of the history. place: the desk that handles it after the line. account_id: for the desk's pages."""

    serial: int
    at: datetime
    act: Act
    side: Side
    state_after: State
    place: DeskPlace
    text: str
    for_seeker: bool
    for_unit: bool
    account_id: int | None


@dataclass(frozen=True)
class NoteRow:
    """An internal note and the desk that wrote it."""

    at: datetime
    place: DeskPlace
    text: str
    account_id: int | None


def place_of(row: Any) -> DeskPlace:
    """The desk that three columns say."""
    return DeskPlace(Desk(row.desk), row.office_code or row.bureau_code or "")


def place_columns(place: DeskPlace) -> dict[str, str | None]:
    """The three columns of a desk."""
    return {
        "desk": place.desk.value,
        "office_code": place.code if place.desk is Desk.OFFICE else None,
        "bureau_code": place.code if place.desk is Desk.BUREAU else None,
    }


def write_line(
    session: Session,
    complaint_id: int,
    serial: int,
    now: datetime,
    act: Act,
    side: Side,
    account_id: int | None,
    state_after: State,
    place: DeskPlace,
    audience: Audience,
    text: str,
    form_key: str | None,
) -> None:
    """Store one line; serial counts the lines of the case from 1."""
    label = f"{complaint_id}:{serial}"
    session.execute(
        insert(complaint_event).values(
            complaint_id=complaint_id,
            serial=serial,
            at=now,
            act=act.value,
            side=side.value,
            account_id=account_id,
            state_after=state_after.value,
            **place_columns(place),
            for_seeker=audience.seeker,
            for_unit=audience.unit,
            form_key=form_key,
            text_sealed=keyring(session).seal(_TEXT, label, text) if text else None,
        )
    )


FOR_SEEKER = complaint_event.c.for_seeker
FOR_UNIT = complaint_event.c.for_unit


def history(session: Session, complaint_id: int, *readable: ColumnElement[bool]) -> list[EventRow]:
    """The lines of a case in order; for a side only those it reads: `FOR_SEEKER`, `FOR_UNIT`."""
    keys = keyring(session)
    rows = session.execute(
        select(complaint_event)
        .where(complaint_event.c.complaint_id == complaint_id, *readable)
        .order_by(complaint_event.c.serial)
    )
    return [
        EventRow(
            row.serial,
            row.at,
            Act(row.act),
            Side(row.side),
            State(row.state_after),
            place_of(row),
            keys.open(_TEXT, f"{row.complaint_id}:{row.serial}", row.text_sealed) if row.text_sealed else "",
            row.for_seeker,
            row.for_unit,
            row.account_id,
        )
        for row in rows
    ]


def last_lines(
    session: Session, complaint_ids: Collection[int], readable: ColumnElement[bool]
) -> dict[int, datetime]:
    """When the last line was written that a side reads, by case."""
    rows = session.execute(
        select(complaint_event.c.complaint_id, func.max(complaint_event.c.at).label("at"))
        .where(complaint_event.c.complaint_id.in_(complaint_ids), readable)
        .group_by(complaint_event.c.complaint_id)
    )
    return {row.complaint_id: row.at for row in rows}


def written_under(session: Session, complaint_id: int, form_key: str) -> bool:
    """Whether this very form was stored before: a second click."""
    found = select(complaint_event.c.id).where(
        complaint_event.c.complaint_id == complaint_id, complaint_event.c.form_key == form_key
    )
    return session.execute(found).first() is not None


def lines_since(session: Session, complaint_id: int, side: Side, since: datetime) -> int:
    """How many lines a side wrote from a moment on."""
    found = select(func.count()).where(
        complaint_event.c.complaint_id == complaint_id,
        complaint_event.c.side == side.value,
        complaint_event.c.at >= since,
    )
    return int(session.execute(found).scalar_one())


def add_note(
    session: Session, complaint_id: int, now: datetime, place: DeskPlace, account_id: int | None, text: str
) -> None:
    """Add an internal note of a desk."""
    key = os.urandom(16)
    session.execute(
        insert(complaint_note).values(
            key=key,
            complaint_id=complaint_id,
            at=now,
            account_id=account_id,
            **place_columns(place),
            text_sealed=keyring(session).seal(_NOTE, key.hex(), text),
        )
    )


def notes(session: Session, complaint_id: int, desks: Sequence[Desk]) -> list[NoteRow]:
    """The notes of desks of these sorts in order: an officer's are for officers, those of offices and bureaus for both.

    Nobody else is given them.
    """
    keys = keyring(session)
    rows = session.execute(
        select(complaint_note)
        .where(
            complaint_note.c.complaint_id == complaint_id,
            complaint_note.c.desk.in_([desk.value for desk in desks]),
        )
        .order_by(complaint_note.c.id)
    )
    return [
        NoteRow(row.at, place_of(row), keys.open(_NOTE, row.key.hex(), row.text_sealed), row.account_id)
        for row in rows
    ]
