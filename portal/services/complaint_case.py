"""Complaints as a desk at a ハローワーク or 労働局 reads them: lists, one case, the frozen thread.

A desk meets only the cases it handles now. At an office that is the post of 苦情申出等受付担当者; other clerks of the office
stand in only where nobody has it, so that no case lies unread (our decision). The seeker stays under the pseudonym.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy.orm import Session

from portal.calendar.clock import Clock
from portal.calendar.day import jst_day
from portal.domain.actor import Actor, ActorKind
from portal.domain.complaint import (
    Act,
    Desk,
    DeskPlace,
    Kind,
    Opener,
    Side,
    State,
    possible,
    transcript_open,
)
from portal.domain.complaint_desk import DeskFilter, reminder_on
from portal.domain.permission import Permission, may
from portal.domain.reach import UnitClass
from portal.domain.refusal import Conflict, Forbidden, NotFound
from portal.services import public_id
from portal.services.use_case import query, use_case
from portal.store import account as accounts
from portal.store import alias
from portal.store import complaint as store
from portal.store import complaint_desk as desks
from portal.store import complaint_people as people
from portal.store import complaint_trail as trails
from portal.store import complaint_transcript as transcripts
from portal.store.complaint import CaseRow
from portal.store.complaint_desk import Counts
from portal.store.complaint_transcript import FrozenMessage

PAGE = 30
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
NOTES_OF = (Desk.OFFICE, Desk.BUREAU)
"""Whose internal notes a desk reads: an officer's own are never among them."""


@dataclass(frozen=True)
class DeskLine:
    """One case of a list. code: the pseudonym of the seeker at this organisation. new: nobody has looked since.

    reminder: the day of the internal reminder, None when it is over; own_reminder: the desk has set it; due: it has
    come. Days are those of Japan.
    """

    ref: str
    number: str
    kind: Kind
    opened_by: Opener
    state: State
    unit_name: str
    unit_class: UnitClass
    code: str
    opened_on: date
    touched_at: datetime
    new: bool
    reminder: date | None
    own_reminder: bool
    due: bool


@dataclass(frozen=True)
class DeskList:
    """One page of a list. after: the next one begins behind this; "" at the end."""

    lines: tuple[DeskLine, ...]
    after: str


@dataclass(frozen=True)
class DeskEvent:
    """One line of the history. by: the clerk, "" for others. for_seeker, for_unit: who beside the desk reads it."""

    at: datetime
    act: Act
    side: Side
    place: DeskPlace
    text: str
    by: str
    for_seeker: bool
    for_unit: bool


@dataclass(frozen=True)
class DeskNote:
    """An internal note."""

    at: datetime
    place: DeskPlace
    text: str
    by: str


@dataclass(frozen=True)
class DeskReading:
    """Who read the frozen thread, and when."""

    at: datetime
    place: DeskPlace
    by: str


@dataclass(frozen=True)
class DeskCase:
    """One case as its desk sees it. revision: goes back with every form, as ``seen``.

    messages: how many the frozen thread holds, None without one; may_read: it can be opened now. bureau_code: that
    holds the organisation's application, and to which alone it can be handed over (ruling R15). unit_ref: for that
    bureau, else "". office_id: of the seeker, for whoever may open that file at the registering office, else "".
    """

    line: DeskLine
    place: DeskPlace
    revision: int
    unit_sees: bool
    seeker_sees: bool
    officer_signs_in: bool
    history: tuple[DeskEvent, ...]
    notes: tuple[DeskNote, ...]
    readings: tuple[DeskReading, ...]
    messages: int | None
    may_read: bool
    may: frozenset[Act]
    bureau_code: str
    unit_ref: str
    registered_here: bool
    office_id: str


def desk_of(session: Session, actor: Actor, on: date) -> DeskPlace:
    """The desk at which somebody works on a day. Raises Forbidden."""
    if (
        actor.kind is ActorKind.BUREAU
        and actor.bureau_code
        and may(actor, Permission.BUREAU_COMPLAINT_HANDLE)
    ):
        return DeskPlace(Desk.BUREAU, actor.bureau_code)
    if (
        actor.kind is not ActorKind.OFFICE
        or not actor.office_code
        or not may(actor, Permission.OFFICE_COMPLAINT_HANDLE)
    ):
        raise Forbidden
    if actor.role != "office_desk" and desks.has_desk(session, actor.office_code, on):
        raise Forbidden
    return DeskPlace(Desk.OFFICE, actor.office_code)


def counts(session: Session, clock: Clock, actor: Actor) -> Counts | None:
    """What lies on somebody's desk; None for whoever has none."""
    today = jst_day(clock.now())
    with query(session):
        try:
            place = desk_of(session, actor, today)
        except Forbidden:
            return None
        return desks.counts(session, place, today)


def listing(
    session: Session, clock: Clock, actor: Actor, asked: DeskFilter, after: str = "", most: int = PAGE
) -> DeskList:
    """The cases of the own desk, the one touched last first. Raises Forbidden."""
    today = jst_day(clock.now())
    with query(session):
        place = desk_of(session, actor, today)
        behind = _place_after(session, place, after)
        rows = store.page(session, desks.wanted(place, asked, today), after=behind, limit=most + 1)
        keys = desks.unit_keys(session, {row.unit_id for row in rows})
        lines = tuple(line_of(row, keys[row.unit_id], today) for row in rows[:most])
        return DeskList(lines, _cursor(rows[most - 1]) if len(rows) > most else "")


def line_of(row: CaseRow, unit_key: bytes, today: date) -> DeskLine:
    """A case as a list shows it."""
    reminder = reminder_on(row.state, jst_day(row.touched_at))
    if reminder is not None and row.remind_on is not None:
        reminder = row.remind_on
    return DeskLine(
        ref=public_id.shown(row.public_id),
        number=row.number,
        kind=row.kind,
        opened_by=row.opened_by,
        state=row.state,
        unit_name=row.unit_name,
        unit_class=row.unit_class,
        code=alias.code(unit_key, row.alias_key),
        opened_on=jst_day(row.opened_at),
        touched_at=row.touched_at,
        new=row.new_to_desk,
        reminder=reminder,
        own_reminder=reminder is not None and row.remind_on is not None,
        due=reminder is not None and reminder <= today,
    )


def case(session: Session, clock: Clock, actor: Actor, ref: str, *, whole: bool = True) -> DeskCase:
    """One case of the own desk; opening it is recorded. whole: everything new is shown, so nothing is new any more.

    Raises Forbidden, NotFound.
    """
    with use_case(session, clock, actor, "complaint.case.read") as trail:
        place = desk_of(session, actor, trail.today)
        row = at_desk(session, place, ref)
        trail.subject("complaint", row.id)
        shown = _case(session, actor, place, row, trail.today)
        if whole:
            store.read_by(session, row.id, "desk")
        return shown


def at_desk(session: Session, place: DeskPlace, ref: str, *, hold: bool = False) -> CaseRow:
    """The row behind a ref, if this desk handles it now. hold: locked, for a change. Raises NotFound."""
    look = store.hold if hold else store.find
    row = look(session, store.of_desk(place), public_id.read(ref) or b"")
    if row is None:
        raise NotFound
    return row


def _case(session: Session, actor: Actor, place: DeskPlace, row: CaseRow, today: date) -> DeskCase:
    events = trails.history(session, row.id)
    notes = trails.notes(session, row.id, NOTES_OF)
    readings = transcripts.readings_of(session, row.seeker_id, row.id)
    everybody = [event.account_id for event in events if event.side is Side.DESK]
    everybody += [one.account_id for one in notes] + [one.account_id for one in readings]
    names = accounts.display_names(session, {number for number in everybody if number is not None})
    key = desks.unit_keys(session, {row.unit_id})[row.unit_id]
    office_code, office_id = desks.registered_at(session, row.seeker_id)
    here = place == DeskPlace(Desk.OFFICE, office_code)
    return DeskCase(
        line=line_of(row, key, today),
        place=row.place,
        revision=row.revision,
        unit_sees=row.unit_since is not None,
        seeker_sees=row.seeker_since is not None,
        officer_signs_in=people.has_officer(session, row.unit_id, today),
        history=tuple(
            DeskEvent(
                event.at,
                event.act,
                event.side,
                event.place,
                event.text,
                _name(names, event.account_id) if event.side is Side.DESK else "",
                event.for_seeker,
                event.for_unit,
            )
            for event in events
        ),
        notes=tuple(DeskNote(one.at, one.place, one.text, _name(names, one.account_id)) for one in notes),
        readings=tuple(DeskReading(one.at, one.place, _name(names, one.account_id)) for one in readings),
        messages=None if row.transcript_id is None else transcripts.size(session, row.transcript_id),
        may_read=row.transcript_id is not None and transcript_open(row.case),
        may=possible(Side.DESK, row.case),
        bureau_code=row.unit_bureau,
        unit_ref=public_id.shown(row.unit_public_id)
        if place == DeskPlace(Desk.BUREAU, row.unit_bureau)
        else "",
        registered_here=here,
        office_id=public_id.shown(office_id) if here and may(actor, Permission.OFFICE_SEEKER_READ) else "",
    )


def _name(names: Mapping[int, str], account_id: int | None) -> str:
    return "" if account_id is None else names.get(account_id, "")


@dataclass(frozen=True)
class DeskTranscript:
    """A frozen thread, opened through a case. messages: oldest first."""

    line: DeskLine
    frozen_at: datetime
    messages: tuple[FrozenMessage, ...]


def read_transcript(session: Session, clock: Clock, actor: Actor, ref: str) -> DeskTranscript:
    """Open the frozen thread of a case; the reading is noted and shown to the seeker (ruling 65).

    Raises Forbidden, NotFound (also without a thread), Conflict "wrong_state" once the case is over.
    """
    with use_case(session, clock, actor, "complaint.transcript.read") as trail:
        place = desk_of(session, actor, trail.today)
        row = at_desk(session, place, ref, hold=True)
        trail.take_moment(clock)
        trail.subject("complaint", row.id)
        if row.transcript_id is None:
            raise NotFound
        if not transcript_open(row.case):
            raise Conflict("wrong_state")
        found = transcripts.read(session, row.id, row.transcript_id, trail.now, place, actor.account_id)
        key = desks.unit_keys(session, {row.unit_id})[row.unit_id]
        trail.fact(messages=len(found.messages))
        return DeskTranscript(line_of(row, key, trail.today), found.frozen_at, found.messages)


def _cursor(row: CaseRow) -> str:
    """Behind which case the next page begins. Holds when it was touched last, and the random id that addresses show."""
    return f"{(row.touched_at - _EPOCH) // _MICROSECOND}.{public_id.shown(row.public_id)}"


def _place_after(session: Session, place: DeskPlace, text: str) -> tuple[datetime, int] | None:
    """The place in the order that a cursor names; None, the beginning, for anything nobody gave out to this desk."""
    if not text:
        return None
    moment, _, ref = text.partition(".")
    row = store.find(session, store.of_desk(place), public_id.read(ref) or b"")
    if row is None or not (moment.isascii() and moment.isdigit() and len(moment) <= 16):
        return None
    return _EPOCH + int(moment) * _MICROSECOND, row.id
