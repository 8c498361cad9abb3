"""The officer's side of complaints (個人情報管理・苦情処理責任者): those brought to the officer, those a desk asks about, and
those the organisation itself brings to a ハローワーク (Hello Work office; seed 004 P-Q9, M-Q6).

Only the officer finds any of them (ruling 64). What was brought to an office is not there until that desk asks: not as
a case, not as a number. A suspended or expired organisation still answers (ruling 46), and nothing here counts against
the 1,000 messages a day.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from portal.calendar.clock import Clock
from portal.calendar.day import jst_day
from portal.domain.actor import Actor
from portal.domain.answer import check_text
from portal.domain.complaint import (
    LONGEST_TEXT,
    Act,
    Desk,
    DeskPlace,
    Kind,
    Opener,
    Side,
    State,
    possible,
    shown_state,
    transcript_open,
)
from portal.domain.complaint_entry import read_entry
from portal.domain.entry import Typed
from portal.domain.permission import Permission, may
from portal.domain.refusal import Conflict, Forbidden, NotFound
from portal.services import complaint_offices, public_id
from portal.services.acting import require_acting
from portal.services.complaint import Opened
from portal.services.complaint_act import Line, find, hold, line_of, open_new, side_of
from portal.services.complaint_offices import Offices
from portal.services.relay import check_key
from portal.services.thread import THREAD_TOKEN, visible_thread
from portal.services.use_case import query, use_case
from portal.store import alias, complaint_trail, complaint_transcript
from portal.store import complaint as store
from portal.store import unit as units
from portal.store.acting import Acting
from portal.store.complaint import CaseRow
from portal.store.complaint_transcript import Transcript

PAGE = 20


@dataclass(frozen=True)
class CaseLine:
    """One case of the officer's list. code: the pseudonym of the seeker. side: as whom the organisation stands in it.

    touched_at: the last line the organisation reads.
    """

    ref: str
    number: str
    code: str
    kind: Kind
    state: State
    place: DeskPlace
    side: Side
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
class OwnNote:
    """A note officers wrote for themselves."""

    at: datetime
    text: str


@dataclass(frozen=True)
class OfficerCase:
    """One case. thread: token of the thread with the seeker, "" = there is none. notes: of officers. earlier: number of
    the case from which this one was opened.

    messages: of the frozen thread that the officer, as the desk, may open now; None = nothing to open.
    """

    line: CaseLine
    revision: int
    opened_at: datetime
    lines: tuple[Line, ...]
    may: frozenset[Act]
    thread: str
    notes: tuple[OwnNote, ...]
    earlier: str
    messages: int | None


@dataclass(frozen=True)
class ConsultOffer:
    """What an organisation chooses from when it brings a case to an office. code: of the seeker it is about."""

    code: str
    offices: Offices


def cases(session: Session, clock: Clock, actor: Actor, page: int = 1) -> CaseList:
    """The cases the officer finds. Raises Forbidden, NotFound. A page that does not exist is the nearest one."""
    with query(session):
        unit = _officer(session, actor, jst_day(clock.now()))
        scope = store.of_unit(unit.unit_id)
        number = store.count(session, scope)
        pages = max(1, -(-number // PAGE))
        page = min(max(1, page), pages)
        rows = store.page(session, scope, offset=(page - 1) * PAGE, limit=PAGE)
        last = complaint_trail.last_lines(session, [row.id for row in rows], complaint_trail.FOR_UNIT)
        lines = tuple(_line(unit, actor, row, last.get(row.id)) for row in rows)
        return CaseList(lines, number, page, pages)


def case(session: Session, clock: Clock, actor: Actor, ref: str) -> OfficerCase:
    """One case with what the organisation reads of it. Raises Forbidden, NotFound."""
    with query(session):
        today = jst_day(clock.now())
        unit = _officer(session, actor, today)
        row = find(session, actor, ref, today)
        line = _line(unit, actor, row)
        is_desk = line.side is Side.DESK
        has_thread = complaint_transcript.thread_between(session, row.seeker_id, row.unit_id) is not None
        history = complaint_trail.history(session, row.id, complaint_trail.FOR_UNIT)
        notes = complaint_trail.notes(session, row.id, [Desk.OFFICER]) if is_desk else []
        opens = is_desk and row.transcript_id is not None and transcript_open(row.case)
        return OfficerCase(
            line=line,
            revision=row.revision,
            opened_at=row.opened_at
            if is_desk or line.side is Side.OPENER
            else row.unit_since or row.opened_at,
            lines=tuple(map(line_of, history)),
            may=possible(line.side, row.case),
            thread=alias.token(unit.key, THREAD_TOKEN, row.alias_key) if has_thread else "",
            notes=tuple(OwnNote(one.at, one.text) for one in notes),
            earlier=store.by_id(session, row.earlier_id).number
            if row.earlier_id is not None and line.side is Side.OPENER
            else "",
            messages=complaint_transcript.size(session, row.transcript_id)
            if opens and row.transcript_id is not None
            else None,
        )


def note(session: Session, clock: Clock, actor: Actor, ref: str, typed: str) -> None:
    """Note something for officers alone, in a case that was brought to the officer.

    Raises Invalid (text), Forbidden, NotFound. The same words right after each other are one note.
    """
    text = check_text(typed, longest=LONGEST_TEXT)
    with use_case(session, clock, actor, "complaint.note") as trail:
        row = hold(session, clock, actor, trail, ref)
        if side_of(actor, row) is not Side.DESK:
            raise Forbidden
        newest = complaint_trail.notes(session, row.id, [Desk.OFFICER])[-1:]
        if [(one.account_id, one.text) for one in newest] == [(actor.account_id, text)]:
            trail.silent()
            return
        complaint_trail.add_note(session, row.id, trail.now, row.place, actor.account_id, text)


def read_transcript(session: Session, clock: Clock, actor: Actor, ref: str) -> tuple[CaseLine, Transcript]:
    """The frozen thread, for the officer as the desk; the reading is logged and shown to the seeker (ruling 65).

    Raises Forbidden, NotFound (also without a thread), Conflict "wrong_state" once the case is over.
    """
    with use_case(session, clock, actor, "complaint.transcript.read") as trail:
        unit = _officer(session, actor, trail.today)
        row = hold(session, clock, actor, trail, ref)
        if side_of(actor, row) is not Side.DESK:
            raise Forbidden
        if row.transcript_id is None:
            raise NotFound
        if not transcript_open(row.case):
            raise Conflict("wrong_state")
        found = complaint_transcript.read(
            session, row.id, row.transcript_id, trail.now, row.place, actor.account_id
        )
        trail.fact(messages=len(found.messages))
        return _line(unit, actor, row), found


def consult_offer(
    session: Session, clock: Clock, actor: Actor, *, thread: str = "", earlier: str = ""
) -> ConsultOffer:
    """What to choose from when bringing a case to an office: about the seeker of a thread, or of an earlier case.

    Raises Forbidden, NotFound.
    """
    with query(session):
        today = jst_day(clock.now())
        unit = _officer(session, actor, today)
        _, alias_key, _ = _about(session, actor, unit, thread, earlier, today)
        return ConsultOffer(alias.code(unit.key, alias_key), _offices(session, unit, today))


def consult(
    session: Session,
    clock: Clock,
    actor: Actor,
    typed: Typed,
    key: str,
    *,
    thread: str = "",
    earlier: str = "",
) -> Opened:
    """Bring a case to an office (seed 004 P-Q9, M-Q6). typed: kind, office, text. The seeker is not told of it.

    Raises Invalid with everything wrong at once, Forbidden, NotFound, Conflict "too_many_cases".
    """
    check_key(key)
    with use_case(session, clock, actor, "complaint.consult") as trail:
        unit = _officer(session, actor, trail.today)
        seeker_id, _, earlier_id = _about(session, actor, unit, thread, earlier, trail.today)
        entry = read_entry(typed, Opener.UNIT, _offices(session, unit, trail.today).codes)
        row, repeated = open_new(
            session,
            clock,
            actor,
            trail,
            Opener.UNIT,
            seeker_id,
            unit.unit_id,
            entry,
            key,
            earlier_id=earlier_id,
        )
        return Opened(public_id.shown(row.public_id), row.number, repeated)


def _officer(session: Session, actor: Actor, today: date) -> Acting:
    unit = require_acting(session, actor, today)
    if not may(actor, Permission.UNIT_COMPLAINT_HANDLE):
        raise Forbidden
    return unit


def _about(
    session: Session, actor: Actor, unit: Acting, thread: str, earlier: str, today: date
) -> tuple[int, bytes, int | None]:
    if earlier:
        row = find(session, actor, earlier, today)
        return row.seeker_id, row.alias_key, row.id
    found = visible_thread(session, unit, thread)
    return found.seeker_id, found.alias_key, None


def _offices(session: Session, unit: Acting, today: date) -> Offices:
    bureau = units.by_id(session, unit.unit_id).bureau_code
    return complaint_offices.offices(session, today, near=bureau)


def _line(unit: Acting, actor: Actor, row: CaseRow, touched_at: datetime | None = None) -> CaseLine:
    side = side_of(actor, row)
    return CaseLine(
        public_id.shown(row.public_id),
        row.number,
        alias.code(unit.key, row.alias_key),
        row.kind,
        shown_state(side, row.state),
        row.place,
        side,
        touched_at or row.unit_since or row.opened_at,
        row.new_to_unit,
    )
