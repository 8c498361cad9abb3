"""A seeker's complaints (苦情・相談の申出): choosing the desk, opening a case, reading and writing in it.

The seeker chooses between the organisation's officer and a ハローワーク (Hello Work office); the first step is never
compulsory (seed 004 S-Q4; ruling 62). Cases go on after a block and after a stop (ruling 65).
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from portal.calendar.clock import Clock
from portal.calendar.day import jst_day
from portal.domain.actor import Actor
from portal.domain.complaint import (
    Act,
    DeskPlace,
    Kind,
    OfficerFacts,
    Opener,
    Side,
    State,
    officer_refusal,
    possible,
    shown_state,
)
from portal.domain.complaint_entry import read_entry
from portal.domain.entry import Typed
from portal.domain.permission import Permission
from portal.domain.reach import UnitClass
from portal.domain.refusal import NotFound
from portal.domain.standing import officer_left, officer_recorded
from portal.services import block, complaint_offices, public_id
from portal.services.block import Organisation
from portal.services.complaint_act import Line, find, line_of, open_new, side_of
from portal.services.complaint_offices import Offices
from portal.services.own import seeker_of
from portal.services.relay import check_key
from portal.services.use_case import query, use_case
from portal.store import complaint as store
from portal.store import complaint_people, complaint_trail, complaint_transcript, directory
from portal.store import seeker as seekers
from portal.store import unit as units
from portal.store.complaint import CaseRow
from portal.store.complaint_transcript import Transcript

PAGE = 20


@dataclass(frozen=True)
class Offer:
    """What can be chosen. officer: why the officer cannot be chosen here (`officer_refusal`), "" = can be;
    officer_name, officer_contact: as recorded, for the other ways to reach them. messages: whether there is a thread
    to freeze."""

    organisation: Organisation
    officer: str
    officer_name: str
    officer_contact: str
    offices: Offices
    messages: bool


@dataclass(frozen=True)
class Opened:
    """A case that was opened. repeated: by an earlier click."""

    ref: str
    number: str
    repeated: bool


@dataclass(frozen=True)
class CaseLine:
    """One case of the list. touched_at: the last line this person reads. new: one of them was not seen yet."""

    ref: str
    number: str
    unit_name: str
    unit_class: UnitClass
    kind: Kind
    state: State
    place: DeskPlace
    own: bool
    touched_at: datetime
    new: bool


@dataclass(frozen=True)
class CaseList:
    """One page of cases, the one touched last first; page counts from 1."""

    lines: tuple[CaseLine, ...]
    number: int
    page: int
    pages: int


@dataclass(frozen=True)
class Reading:
    """Somebody at this desk read the frozen thread."""

    at: datetime
    place: DeskPlace


@dataclass(frozen=True)
class SeekerCase:
    """One case. own: opened by this person. revision: goes back with the forms. may: what can be done now.

    unit_sees: whether the organisation can see the case. messages: of the frozen thread, None = there was none.
    """

    line: CaseLine
    unit_ref: str
    revision: int
    opened_at: datetime
    unit_sees: bool
    lines: tuple[Line, ...]
    side: Side
    may: frozenset[Act]
    messages: int | None
    readings: tuple[Reading, ...]


def offer(session: Session, clock: Clock, actor: Actor, ref: str) -> Offer:
    """What to choose from when complaining about an organisation. Raises Forbidden, NotFound."""
    with query(session):
        seeker_id = seeker_of(actor, Permission.SEEKER_COMPLAINT_MAKE)
        return _offer(session, seeker_id, ref, jst_day(clock.now()))[0]


def _offer(session: Session, seeker_id: int, ref: str, today: date) -> tuple[Offer, int]:
    raw = public_id.read(ref)
    found = directory.by_public_id(session, seeker_id, [raw] if raw is not None else [], today)
    if not found:
        raise NotFound
    unit = units.by_id(session, found[0].unit_id)
    facts = units.facts(unit)
    officer = OfficerFacts(
        officer_recorded(facts, today),
        officer_left(facts, today),
        complaint_people.has_officer(session, found[0].unit_id, today),
    )
    own_office = str(seekers.row(session, seeker_id)["office_code"])
    return Offer(
        block.organisation(found[0]),
        officer_refusal(officer),
        facts.officer_name,
        facts.officer_contact,
        complaint_offices.offices(session, today, first=own_office),
        complaint_transcript.thread_between(session, seeker_id, found[0].unit_id) is not None,
    ), found[0].unit_id


def open_case(session: Session, clock: Clock, actor: Actor, ref: str, typed: Typed, key: str) -> Opened:
    """Open a case about an organisation; what the two have written is frozen with it. typed: kind, desk, office, text.

    Nobody is told but the chosen desk. Raises Invalid with everything wrong at once, Forbidden, NotFound, Conflict
    "too_many_cases".
    """
    check_key(key)
    with use_case(session, clock, actor, "complaint.open") as trail:
        seeker_id = seeker_of(actor, Permission.SEEKER_COMPLAINT_MAKE)
        offered, unit_id = _offer(session, seeker_id, ref, trail.today)
        entry = read_entry(typed, Opener.SEEKER, offered.offices.codes, offered.officer)
        row, repeated = open_new(session, clock, actor, trail, Opener.SEEKER, seeker_id, unit_id, entry, key)
        return Opened(public_id.shown(row.public_id), row.number, repeated)


def cases(session: Session, actor: Actor, page: int = 1) -> CaseList:
    """The cases of a seeker, the one touched last first. A page that does not exist is the nearest one that does."""
    with query(session):
        scope = store.of_seeker(seeker_of(actor, Permission.SEEKER_COMPLAINT_MAKE))
        number = store.count(session, scope)
        pages = max(1, -(-number // PAGE))
        page = min(max(1, page), pages)
        rows = store.page(session, scope, offset=(page - 1) * PAGE, limit=PAGE)
        last = complaint_trail.last_lines(session, [row.id for row in rows], complaint_trail.FOR_SEEKER)
        lines = tuple(_line(actor, row, last.get(row.id)) for row in rows)
        return CaseList(lines, number, page, pages)


def case(session: Session, clock: Clock, actor: Actor, ref: str) -> SeekerCase:
    """One case with what this person reads of it. Raises Forbidden, NotFound."""
    with query(session):
        row = find(session, actor, ref, jst_day(clock.now()))
        side = side_of(actor, row)
        readings = complaint_transcript.readings_of(session, row.seeker_id, row.id)
        return SeekerCase(
            line=_line(actor, row),
            unit_ref=public_id.shown(row.unit_public_id),
            revision=row.revision,
            opened_at=row.opened_at,
            unit_sees=row.unit_since is not None,
            lines=tuple(map(line_of, complaint_trail.history(session, row.id, complaint_trail.FOR_SEEKER))),
            side=side,
            may=possible(side, row.case),
            messages=_messages(session, row),
            readings=tuple(Reading(one.at, one.place) for one in readings),
        )


def _line(actor: Actor, row: CaseRow, touched_at: datetime | None = None) -> CaseLine:
    return CaseLine(
        public_id.shown(row.public_id),
        row.number,
        row.unit_name,
        row.unit_class,
        row.kind,
        shown_state(side_of(actor, row), row.state),
        row.place,
        row.opened_by is Opener.SEEKER,
        touched_at or row.opened_at,
        row.new_to_seeker,
    )


def _messages(session: Session, row: CaseRow) -> int | None:
    if row.transcript_id is None or row.opened_by is not Opener.SEEKER:
        return None
    return complaint_transcript.size(session, row.transcript_id)


def frozen(session: Session, clock: Clock, actor: Actor, ref: str) -> tuple[CaseLine, Transcript]:
    """The frozen thread of an own case as the desk can read it; one's own reading is not logged.

    Raises Forbidden, NotFound (also without a thread).
    """
    with query(session):
        row = find(session, actor, ref, jst_day(clock.now()))
        if row.transcript_id is None or row.opened_by is not Opener.SEEKER:
            raise NotFound
        found = complaint_transcript.own(session, row.seeker_id, row.transcript_id)
        if found is None:
            raise NotFound
        return _line(actor, row), found
