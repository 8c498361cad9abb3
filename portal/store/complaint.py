"""Complaints: whose case is whose, opening one, and what its next line changes. The scope is part of every query.

History and notes are in `portal.store.complaint_trail`, frozen threads in `portal.store.complaint_transcript`.
"""

import os
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, insert, literal, select, tuple_, update
from sqlalchemy.orm import Session

from portal.domain.complaint import (
    LIVE,
    Act,
    Audience,
    Case,
    Desk,
    DeskPlace,
    Kind,
    Opener,
    Side,
    State,
    number,
    seeker_sees_at_once,
    unit_sees_at_once,
)
from portal.domain.reach import UnitClass
from portal.store.complaint_trail import FOR_SEEKER, history, place_columns, place_of, write_line
from portal.store.tables import complaint, profile, unit, unit_record
from portal.store.unit import newest_record


@dataclass(frozen=True)
class CaseRow:
    """One case; ids stay inside. alias_key: of the seeker. unit_*: the organisation as recorded now."""

    id: int
    public_id: bytes
    number: str
    opened_by: Opener
    kind: Kind
    state: State
    place: DeskPlace
    seeker_id: int
    unit_id: int
    transcript_id: int | None
    earlier_id: int | None
    seeker_since: datetime | None
    unit_since: datetime | None
    new_to_seeker: bool
    new_to_unit: bool
    new_to_desk: bool
    revision: int
    opened_at: datetime
    touched_at: datetime
    remind_on: date | None
    alias_key: bytes
    unit_public_id: bytes
    unit_name: str
    unit_class: UnitClass
    unit_bureau: str

    @property
    def case(self) -> Case:
        """What decides about it."""
        return Case(
            self.opened_by,
            self.state,
            self.place,
            self.seeker_id,
            self.unit_id,
            unit_sees=self.unit_since is not None,
            seeker_sees=self.seeker_since is not None,
        )


def _cases() -> Select[Any]:
    return (
        select(
            complaint,
            profile.c.alias_key,
            unit.c.public_id.label("unit_public_id"),
            unit.c.unit_class,
            unit.c.bureau_code.label("unit_bureau"),
            unit_record.c.name.label("unit_name"),
        )
        .join(profile, profile.c.seeker_id == complaint.c.seeker_id)
        .join(unit, unit.c.id == complaint.c.unit_id)
        .join(unit_record, newest_record())
    )


def _row(row: Any) -> CaseRow:
    return CaseRow(
        row.id,
        row.public_id,
        row.number,
        Opener(row.opened_by),
        Kind(row.kind),
        State(row.state),
        place_of(row),
        row.seeker_id,
        row.unit_id,
        row.transcript_id,
        row.earlier_id,
        row.seeker_since,
        row.unit_since,
        row.new_to_seeker,
        row.new_to_unit,
        row.new_to_desk,
        row.revision,
        row.opened_at,
        row.touched_at,
        row.remind_on,
        row.alias_key,
        row.unit_public_id,
        row.unit_name,
        UnitClass(row.unit_class),
        row.unit_bureau,
    )


# After its 保存期間 (retention) only a line without texts is left of a case, for counting.
_KEPT = complaint.c.retired_at.is_(None)


def of_seeker(seeker_id: int) -> ColumnElement[bool]:
    """The cases a seeker finds."""
    return and_(complaint.c.seeker_id == seeker_id, complaint.c.seeker_since.is_not(None), _KEPT)


def of_unit(unit_id: int) -> ColumnElement[bool]:
    """The cases the officer of a unit finds; one at an office only once that desk has asked (ruling 64)."""
    return and_(complaint.c.unit_id == unit_id, complaint.c.unit_since.is_not(None), _KEPT)


def of_desk(place: DeskPlace) -> ColumnElement[bool]:
    """The cases a post at an office or bureau finds: those it handles now."""
    if place.desk is Desk.OFFICE:
        return and_(complaint.c.desk == "office", complaint.c.office_code == place.code, _KEPT)
    if place.desk is Desk.BUREAU:
        return and_(complaint.c.desk == "bureau", complaint.c.bureau_code == place.code, _KEPT)
    raise ValueError("an officer's cases are those of the unit")


def find(session: Session, scope: ColumnElement[bool], public_id: bytes) -> CaseRow | None:
    """A case by what stands in the address, among those of a scope."""
    row = session.execute(_cases().where(scope, complaint.c.public_id == public_id)).one_or_none()
    return None if row is None else _row(row)


def hold(session: Session, scope: ColumnElement[bool], public_id: bytes) -> CaseRow | None:
    """As `find`, for a change: the case is locked first, then read."""
    locked = select(complaint.c.id).where(complaint.c.public_id == public_id).with_for_update(key_share=True)
    session.execute(locked)
    return find(session, scope, public_id)


def by_id(session: Session, complaint_id: int) -> CaseRow:
    """A case by its inside number."""
    return _row(session.execute(_cases().where(complaint.c.id == complaint_id)).one())


def page(
    session: Session,
    scope: ColumnElement[bool],
    *,
    states: Collection[State] = tuple(State),
    after: tuple[datetime, int] | None = None,
    offset: int = 0,
    limit: int,
) -> list[CaseRow]:
    """Cases of a scope, the one touched last first, from behind a place in that order on, or from a number on."""
    found = _cases().where(scope, complaint.c.state.in_([state.value for state in states]))
    if after is not None:
        found = found.where(tuple_(complaint.c.touched_at, complaint.c.id) < tuple_(*after))
    found = found.order_by(complaint.c.touched_at.desc(), complaint.c.id.desc())
    found = found.offset(offset).limit(limit)
    return [_row(row) for row in session.execute(found)]


def count(session: Session, scope: ColumnElement[bool], states: Collection[State] = tuple(State)) -> int:
    """How many cases of a scope stand so."""
    found = select(func.count()).where(scope, complaint.c.state.in_([state.value for state in states]))
    return int(session.execute(found).scalar_one())


def new_to_seeker(seeker_id: int) -> ColumnElement[int]:
    """How many cases hold something new for a seeker, as a column of another statement."""
    return select(func.count()).where(of_seeker(seeker_id), complaint.c.new_to_seeker).scalar_subquery()


def new_to_unit(unit_id: int | None) -> ColumnElement[int]:
    """How many cases hold something new for an officer, as a column of another statement; None: who is no officer."""
    if unit_id is None:
        return literal(0)
    return select(func.count()).where(of_unit(unit_id), complaint.c.new_to_unit).scalar_subquery()


def new_to_desk(place: DeskPlace) -> ColumnElement[int]:
    """How many cases hold something new for a desk, as a column of another statement."""
    return select(func.count()).where(of_desk(place), complaint.c.new_to_desk).scalar_subquery()


@dataclass(frozen=True)
class NewCase:
    """What a case is opened with."""

    opened_by: Opener
    kind: Kind
    place: DeskPlace
    seeker_id: int
    unit_id: int
    transcript_id: int | None
    earlier_id: int | None
    form_key: str


def opened_under(session: Session, new: NewCase) -> int | None:
    """The case that was opened with this very form, if any."""
    found = select(complaint.c.id).where(
        complaint.c.seeker_id == new.seeker_id,
        complaint.c.unit_id == new.unit_id,
        complaint.c.opened_by == new.opened_by.value,
        complaint.c.form_key == new.form_key,
    )
    return session.execute(found).scalar_one_or_none()


def live(session: Session, opened_by: Opener, owner_id: int) -> int:
    """How many cases that a seeker, or a unit, opened are not over."""
    owner = complaint.c.seeker_id if opened_by is Opener.SEEKER else complaint.c.unit_id
    states = [state.value for state in LIVE]
    found = select(func.count()).where(
        owner == owner_id, complaint.c.opened_by == opened_by.value, complaint.c.state.in_(states)
    )
    return int(session.execute(found).scalar_one())


def add(
    session: Session, new: NewCase, now: datetime, year: int, text: str, account_id: int | None
) -> CaseRow:
    """A new case with its first line. year: of the Japanese day, for the number."""
    to_officer = new.place.desk is Desk.OFFICER
    values = {
        "public_id": os.urandom(16),
        "number": _free_number(session, year),
        "opened_by": new.opened_by.value,
        "kind": new.kind.value,
        "state": State.OPEN.value,
        **place_columns(new.place),
        "seeker_id": new.seeker_id,
        "unit_id": new.unit_id,
        "transcript_id": new.transcript_id,
        "earlier_id": new.earlier_id,
        "seeker_since": now if seeker_sees_at_once(new.opened_by) else None,
        "unit_since": now if unit_sees_at_once(new.opened_by, new.place.desk) else None,
        "new_to_seeker": False,
        "new_to_unit": to_officer,
        "new_to_desk": not to_officer,
        "form_key": new.form_key,
        "revision": 1,
        "opened_at": now,
        "touched_at": now,
    }
    made = session.execute(insert(complaint).values(**values).returning(complaint.c.id)).scalar_one()
    for_seeker = new.opened_by is Opener.SEEKER
    write_line(
        session,
        made,
        1,
        now,
        Act.OPEN,
        Side.OPENER,
        account_id,
        State.OPEN,
        new.place,
        Audience(seeker=for_seeker, unit=to_officer or not for_seeker),
        text,
        None,
    )
    return by_id(session, made)


def _free_number(session: Session, year: int) -> str:
    while True:
        drawn = number(year, secrets.randbelow(100_000_000))
        taken = session.execute(select(complaint.c.id).where(complaint.c.number == drawn)).first()
        if taken is None:
            return drawn


def act(
    session: Session,
    row: CaseRow,
    now: datetime,
    act: Act,
    side: Side,
    account_id: int | None,
    state_after: State,
    audience: Audience,
    *,
    text: str = "",
    place: DeskPlace | None = None,
    opens_to: Audience | None = None,
    form_key: str | None = None,
) -> None:
    """Write the next line of a case that is held, and what it changes.

    place: the desk after a hand-over. opens_to: which sides come to see the case by this act, when asked for instance.
    A side that reads the line, and did not write it, has something new.
    """
    after = place or row.place
    told = {"seeker": audience.seeker, "unit": audience.unit}
    mine = _own_name(row, side)
    since: dict[str, Any] = {}
    if opens_to is not None and opens_to.seeker and row.seeker_since is None:
        since["seeker_since"] = now
    if opens_to is not None and opens_to.unit and row.unit_since is None:
        since["unit_since"] = now
    changed: dict[str, Any] = {
        "state": state_after.value,
        "revision": row.revision + 1,
        "touched_at": now,
        **place_columns(after),
        **since,
    }
    for name in ("seeker", "unit"):
        sees = getattr(row, f"{name}_since") is not None or f"{name}_since" in since
        if told[name] and sees and name != mine:
            changed[f"new_to_{name}"] = True
    if after.desk is Desk.OFFICER:
        changed["new_to_desk"] = False
    else:
        changed["new_to_desk"] = side is not Side.DESK or after != row.place
    session.execute(update(complaint).where(complaint.c.id == row.id).values(**changed))
    write_line(
        session,
        row.id,
        row.revision + 1,
        now,
        act,
        side,
        account_id,
        state_after,
        after,
        audience,
        text,
        form_key,
    )


def _own_name(row: CaseRow, side: Side) -> str:
    if side is Side.DESK:
        return "unit" if row.place.desk is Desk.OFFICER else ""
    opener, other = ("seeker", "unit") if row.opened_by is Opener.SEEKER else ("unit", "seeker")
    return opener if side is Side.OPENER else other


def read_by(session: Session, complaint_id: int, who: str) -> None:
    """ "seeker", "unit" or "desk" has seen everything in a case."""
    column = complaint.c[f"new_to_{who}"]
    session.execute(update(complaint).where(complaint.c.id == complaint_id, column).values({column: False}))


def remind(session: Session, complaint_id: int, on: date | None) -> None:
    """Set or take away the desk's own reminder (ruling 66)."""
    session.execute(update(complaint).where(complaint.c.id == complaint_id).values(remind_on=on))


def for_download(session: Session, seeker_id: int) -> list[dict[str, object]]:
    """Everything the cases that a seeker sees hold for this person, plain, the newest case first.

    With the lines the seeker reads, never the notes of a desk. Readings: `complaint_transcript.readings_of`.
    """
    total = count(session, of_seeker(seeker_id))
    return [
        {
            "number": row.number,
            "opened_by": row.opened_by.value,
            "organisation": row.unit_name,
            "kind": row.kind.value,
            "state": row.state.value,
            "desk": row.place.desk.value,
            "desk_code": row.place.code,
            "opened_at": row.opened_at,
            "lines": [
                {"at": line.at, "act": line.act.value, "side": line.side.value, "text": line.text}
                for line in history(session, row.id, FOR_SEEKER)
            ],
        }
        for row in page(session, of_seeker(seeker_id), limit=total)
    ]
