"""What seekers and officers do in a case: finding it, writing its next line, ending it.

A line in a case is no message of a thread: it needs no reach and never counts against the 1,000 a day (section 12.2 8),
so a block, a stop, a suspension or an ended validity does not end a case (rulings 46 and 65).
"""

from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from portal.calendar.clock import Clock
from portal.calendar.day import day_start
from portal.domain.actor import Actor, ActorKind
from portal.domain.answer import check_text
from portal.domain.complaint import (
    LONGEST_TEXT,
    MOST_LINES_A_DAY,
    MOST_OPEN,
    Act,
    Audience,
    Desk,
    DeskPlace,
    Opener,
    Side,
    State,
    after,
    audience,
    sides_of_member,
    sides_of_seeker,
)
from portal.domain.complaint_entry import Entry
from portal.domain.message_screening import (
    NOTHING_DECLARED,
    FindingKind,
    Found,
    TextRefused,
    judge,
    marks,
    screen,
)
from portal.domain.permission import Permission, may
from portal.domain.refusal import Conflict, Forbidden, NotFound
from portal.services import public_id
from portal.services.acting import require_acting
from portal.services.own import seeker_of
from portal.services.relay import check_key
from portal.services.use_case import Trail, use_case
from portal.store import complaint as store
from portal.store import (
    complaint_desk,
    complaint_people,
    complaint_trail,
    complaint_transcript,
    outbox,
    reach,
)
from portal.store.complaint import CaseRow, NewCase
from portal.store.complaint_trail import EventRow
from portal.store.condition import Condition

NEEDS_TEXT = frozenset({Act.OPEN, Act.WRITE, Act.ANSWER, Act.REPLY, Act.REOPEN})
"""Acts that say nothing without words; the others may carry some."""


@dataclass(frozen=True)
class Line:
    """One line of a history as a page shows it. place: the desk that handles the case after it."""

    at: datetime
    act: Act
    side: Side
    state_after: State
    place: DeskPlace
    text: str


def line_of(row: EventRow) -> Line:
    """As it is shown; who of a side wrote it is that side's own affair."""
    return Line(row.at, row.act, row.side, row.state_after, row.place, row.text)


def scope_of(session: Session, actor: Actor, today: date) -> Condition:
    """The cases somebody finds; of a unit only its officer any (ruling 64). Raises Forbidden, NotFound."""
    if actor.kind is ActorKind.SEEKER:
        return store.of_seeker(seeker_of(actor, Permission.SEEKER_COMPLAINT_MAKE))
    unit = require_acting(session, actor, today)
    if not may(actor, Permission.UNIT_COMPLAINT_HANDLE):
        raise Forbidden
    return store.of_unit(unit.unit_id)


def side_of(actor: Actor, row: CaseRow) -> Side:
    """As whom somebody meets a case that they found. Raises NotFound."""
    if actor.kind is ActorKind.SEEKER:
        sides = sides_of_seeker(row.case, actor.seeker_id or 0)
    else:
        sides = sides_of_member(row.case, actor.unit_id or 0, actor.role)
    if not sides:
        raise NotFound
    (side,) = sides
    return side


def find(session: Session, actor: Actor, ref: str, today: date) -> CaseRow:
    """The case of an address. Raises Forbidden, NotFound."""
    scope, raw = scope_of(session, actor, today), public_id.read(ref)
    row = None if raw is None else store.find(session, scope, raw)
    if row is None:
        raise NotFound
    return row


def hold(session: Session, clock: Clock, actor: Actor, trail: Trail, ref: str) -> CaseRow:
    """As `find`, for a change: locked, and the act happens after the lock. Raises Forbidden, NotFound."""
    scope, raw = scope_of(session, actor, trail.today), public_id.read(ref)
    row = None if raw is None else store.hold(session, scope, raw)
    if row is None:
        raise NotFound
    trail.take_moment(clock)
    trail.subject("complaint", row.id)
    return row


def open_new(
    session: Session,
    clock: Clock,
    actor: Actor,
    trail: Trail,
    opened_by: Opener,
    seeker_id: int,
    unit_id: int,
    entry: Entry,
    key: str,
    *,
    earlier_id: int | None = None,
) -> tuple[CaseRow, bool]:
    """A new case with the frozen thread of the two, if there is one. True: an earlier click opened it.

    Holds the seeker's profile, so that of two clicks at the same time the second finds the case of the first. Raises
    Conflict "too_many_cases".
    """
    reach.lock_profile(session, [seeker_id])
    trail.take_moment(clock)
    new = NewCase(opened_by, entry.kind, entry.place, seeker_id, unit_id, None, earlier_id, key)
    before = store.opened_under(session, new)
    if before is not None:
        trail.silent()
        return store.by_id(session, before), True
    owner = seeker_id if opened_by is Opener.SEEKER else unit_id
    if store.live(session, opened_by, owner) >= MOST_OPEN:
        raise Conflict("too_many_cases", most=MOST_OPEN)
    thread_id = complaint_transcript.thread_between(session, seeker_id, unit_id)
    if thread_id is not None:
        new = replace(new, transcript_id=complaint_transcript.freeze(session, thread_id, trail.now))
    row = store.add(session, new, trail.now, trail.today.year, entry.text, actor.account_id)
    trail.subject("complaint", row.id)
    trail.fact(kind=entry.kind.value, desk=entry.place.desk.value, place=entry.place.code)
    tell(session, trail, row, actor, Audience(seeker=False, unit=entry.place.desk is Desk.OFFICER))
    return row, False


def act(
    session: Session,
    clock: Clock,
    actor: Actor,
    ref: str,
    what: Act,
    typed: str,
    key: str,
    *,
    revision: int | None = None,
) -> bool:
    """One act of a seeker or an officer in a case. False: a second click, which changed nothing.

    revision: of the case as the desk's page showed it. Of any other side it is not even compared: it counts lines that
    are not theirs to know of (ruling 64), and a guess would be answered. Raises Invalid (text, key), TextRefused (what
    an organisation writes and the seeker reads), Forbidden, NotFound, Conflict ("wrong_state", "changed_meanwhile",
    "too_many_lines").
    """
    text = check_text(typed, longest=LONGEST_TEXT, may_be_empty=what not in NEEDS_TEXT)
    check_key(key)
    found = _offers(text) if actor.kind is ActorKind.MEMBER else ()
    with use_case(session, clock, actor, f"complaint.{what.value}") as trail:
        row = hold(session, clock, actor, trail, ref)
        side = side_of(actor, row)
        if complaint_trail.written_under(session, row.id, key):
            trail.silent()
            return False
        state = after(what, side, row.case)
        if side is Side.DESK and revision is not None and revision != row.revision:
            raise Conflict("changed_meanwhile")
        today = day_start(trail.today)
        if complaint_trail.lines_since(session, row.id, side, today) >= MOST_LINES_A_DAY:
            raise Conflict("too_many_lines", most=MOST_LINES_A_DAY)
        reads = audience(what, side, row.case)
        if found and reads.seeker:
            _require_text(session, actor, trail, found)
        store.act(
            session,
            row,
            trail.now,
            what,
            side,
            actor.account_id,
            state,
            reads,
            text=text,
            form_key=key,
        )
        trail.fact(state=state.value, desk=row.place.desk.value)
        tell(session, trail, row, actor, reads)
        return True


def _offers(text: str) -> tuple[Found, ...]:
    """What is looked for in a case. Ways outside the portal are not: the officer is there to be called."""
    return tuple(each for each in screen(text) if each.kind is not FindingKind.LEAVING)


def _require_text(session: Session, actor: Actor, trail: Trail, found: tuple[Found, ...]) -> None:
    """Raise TextRefused where a message of the organisation would be refused; nothing is marked.

    Nothing can be declared either: a case is no place for offers, so the one way out is another text.
    """
    unit_class = require_acting(session, actor, trail.today).unit_class
    try:
        marks(judge(found, unit_class, trail.today), NOTHING_DECLARED)
    except TextRefused as refused:
        trail.fact(found=" ".join(sorted({each.kind.value for each in refused.findings})))
        raise


def tell(session: Session, trail: Trail, row: CaseRow, by: Actor, reads: Audience) -> None:
    """A notice by mail to everybody else who has something new: the same mail as for any message, without content."""
    if reads.seeker and by.kind is not ActorKind.SEEKER and row.seeker_since is not None:
        outbox.add(session, complaint_people.account_of_seeker(row.seeker_id), trail.now)
    if reads.unit and by.kind is not ActorKind.MEMBER and row.unit_since is not None:
        outbox.add(session, complaint_people.officers(row.unit_id, trail.today), trail.now)
    if row.place.desk is not Desk.OFFICER:
        outbox.add(session, complaint_desk.desk_people(row.place, trail.today), trail.now)


def seen(session: Session, clock: Clock, actor: Actor, ref: str) -> None:
    """A seeker or an officer has seen what is new in a case; leaves no audit line. Raises Forbidden, NotFound."""
    with use_case(session, clock, actor, "complaint.seen") as trail:
        trail.silent()
        row = find(session, actor, ref, trail.today)
        store.read_by(session, row.id, "seeker" if actor.kind is ActorKind.SEEKER else "unit")
