"""Complaints at a ハローワーク or 労働局: taken up, asked about, answered, noted, handed over, ended.

Whoever acts on what a colleague has changed meanwhile is told so; a second click does nothing twice. The organisation
comes to see a case by ``say`` with Act.ASK and by nothing else (ruling 64). No measure follows from a case by itself
(ruling 46). Notices say only that something waits.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from portal.calendar.clock import Clock
from portal.calendar.day import day_start, jst_day
from portal.domain.actor import Actor
from portal.domain.answer import check_text
from portal.domain.complaint import (
    LIVE,
    LONGEST_TEXT,
    Act,
    Audience,
    Desk,
    DeskPlace,
    Side,
    after,
    audience,
)
from portal.domain.entry import Gathered, Typed, choice, one
from portal.domain.refusal import Conflict, Invalid, NotFound
from portal.domain.seeker import read_day
from portal.services import code, public_id
from portal.services.complaint_case import NOTES_OF, at_desk, desk_of
from portal.services.relay import check_key
from portal.services.use_case import Trail, query, use_case
from portal.store import complaint as store
from portal.store import complaint_desk as desks
from portal.store import complaint_people as people
from portal.store import complaint_trail as trails
from portal.store import outbox
from portal.store.complaint import CaseRow

SAYING = (Act.WRITE, Act.ASK, Act.ANSWER, Act.SETTLE, Act.CLOSE, Act.REOPEN)
"""Acts of a desk that carry words for somebody outside."""
BUREAU = "bureau"
"""In a form: hand over to the bureau that holds the organisation's application."""
MOST_HAND_OVERS = 5
"""Of one case, on a day in Japan: our decision. Whoever complained is told of each."""


@dataclass(frozen=True)
class Target:
    """Where a case can be handed over. ref: for a form."""

    ref: str
    place: DeskPlace
    name_ja: str
    name_en: str

    def name(self, language: str) -> str:
        """In the reader's language, Japanese where there is no other."""
        return self.name_en if language == "en" and self.name_en else self.name_ja


def take_up(session: Session, clock: Clock, actor: Actor, ref: str, *, seen: int | None = None) -> None:
    """対応中: somebody works on it now; whoever opened it sees that. Raises Forbidden, NotFound, Conflict."""
    with _held(session, clock, actor, "complaint.take_up", ref) as (trail, row):
        _fresh(row, seen)
        _write(session, trail, actor, row, Act.EXAMINE)


def say(
    session: Session,
    clock: Clock,
    actor: Actor,
    ref: str,
    act: Act,
    typed: Typed,
    key: str,
    *,
    seen: int | None = None,
) -> None:
    """Write to whoever opened the case, ask or answer, or end it with a result. typed: text. key: of the form.

    Raises Invalid on text, Forbidden, NotFound, Conflict "changed_meanwhile", "wrong_state".
    """
    if act not in SAYING:
        raise NotFound
    text = check_text(one(typed, "text"), longest=LONGEST_TEXT)
    check_key(key)
    with _held(session, clock, actor, f"complaint.{act.value}", ref) as (trail, row):
        if trails.written_under(session, row.id, key):
            trail.silent()
            return
        _fresh(row, seen)
        _write(session, trail, actor, row, act, text=text, key=key)


def note(session: Session, clock: Clock, actor: Actor, ref: str, typed: Typed) -> None:
    """Add an internal note, which only desks at offices and bureaus read. typed: text.

    The same words by the same person right after each other are one note. Raises Invalid on text, Forbidden, NotFound.
    """
    text = check_text(one(typed, "text"), longest=LONGEST_TEXT)
    with _held(session, clock, actor, "complaint.note", ref) as (trail, row):
        newest = trails.notes(session, row.id, NOTES_OF)[-1:]
        if [(one.account_id, one.text) for one in newest] == [(actor.account_id, text)]:
            trail.silent()
            return
        trails.add_note(session, row.id, trail.now, row.place, actor.account_id, text)
        trail.fact(characters=len(text))


def remind(
    session: Session, clock: Clock, actor: Actor, ref: str, typed: Typed, *, seen: int | None = None
) -> date | None:
    """Set the day of the internal reminder; without one the usual days count again. typed: remind_on.

    Raises Invalid on remind_on ("in_past" and the codes of a day), Forbidden, NotFound, Conflict.
    """
    with _held(session, clock, actor, "complaint.remind", ref) as (trail, row):
        _fresh(row, seen)
        if row.state not in LIVE:
            raise Conflict("wrong_state")
        on = read_day(typed, "remind_on") if one(typed, "remind_on").strip() else None
        if on is not None and on < trail.today:
            raise Invalid({"remind_on": ["in_past"]})
        store.remind(session, row.id, on)
        trail.fact(remind_on=on)
        return on


def targets(session: Session, clock: Clock, actor: Actor, ref: str) -> tuple[Target, ...]:
    """Where a case can be handed over now. Raises Forbidden, NotFound."""
    today = jst_day(clock.now())
    with query(session):
        return _targets(session, at_desk(session, desk_of(session, actor, today), ref), today)


def hand_over(
    session: Session,
    clock: Clock,
    actor: Actor,
    ref: str,
    typed: Typed,
    key: str,
    *,
    seen: int | None = None,
) -> None:
    """Give a case to another office, or to the bureau that holds the organisation's application (ruling R15).

    typed: to (a ref of ``targets``), text: for whoever opened it, who is told. Raises Invalid with everything wrong at
    once, Forbidden, NotFound, Conflict "changed_meanwhile", "wrong_state", "too_many_case_moves" (most).
    """
    check_key(key)
    with use_case(session, clock, actor, "complaint.hand_over") as trail:
        place = desk_of(session, actor, trail.today)
        handed = desks.handed_over_under(session, public_id.read(ref) or b"", actor.account_id, key)
        if handed:  # a second click: the case is on another desk already
            trail.silent()
            return
        row = _hold(session, clock, trail, place, ref)
        _fresh(row, seen)
        offered = {target.ref: target for target in _targets(session, row, trail.today)}
        faults = Gathered()
        to = faults.read("", choice, typed, "to", list(offered), needed=True)
        text = faults.read("", check_text, one(typed, "text"), longest=LONGEST_TEXT)
        faults.settle()
        if desks.handed_over_since(session, row.id, day_start(trail.today)) >= MOST_HAND_OVERS:
            raise Conflict("too_many_case_moves", most=MOST_HAND_OVERS)
        target = offered[to]
        _write(session, trail, actor, row, Act.HAND_OVER, text=text, key=key, place=target.place)
        outbox.add(session, desks.desk_people(target.place, trail.today), trail.now)
        trail.fact(to=f"{target.place.desk.value}:{target.place.code}")


def _targets(session: Session, row: CaseRow, today: date) -> tuple[Target, ...]:
    found = []
    bureau = DeskPlace(Desk.BUREAU, row.unit_bureau)
    if row.place != bureau:
        name = code.names(session, "bureau").get(row.unit_bureau)
        found.append(
            Target(
                BUREAU, bureau, name.name("ja") if name else row.unit_bureau, name.name("en") if name else ""
            )
        )
    # Where nobody works nobody would read it; the office of the registration is never missing.
    open_to = desks.staffed(session, today) | {desks.registered_at(session, row.seeker_id)[0]}
    for office in code.choices(session, "office", today):
        place = DeskPlace(Desk.OFFICE, office.code)
        if place != row.place and office.code in open_to:
            found.append(Target(office.code, place, office.name_ja, office.name("en")))
    return tuple(found)


def _write(
    session: Session,
    trail: Trail,
    actor: Actor,
    row: CaseRow,
    act: Act,
    *,
    text: str = "",
    key: str | None = None,
    place: DeskPlace | None = None,
) -> None:
    """Add the line, and tell whoever reads it by mail that something waits."""
    state = after(act, Side.DESK, row.case)
    readers = audience(act, Side.DESK, row.case)
    opens_to = readers if act is Act.ASK else None
    store.act(
        session,
        row,
        trail.now,
        act,
        Side.DESK,
        actor.account_id,
        state,
        readers,
        text=text,
        place=place,
        opens_to=opens_to,
        form_key=key,
    )
    store.remind(session, row.id, None)
    trail.fact(state=state.value)
    _tell(session, trail, row, readers, asked=act is Act.ASK)


def _tell(session: Session, trail: Trail, row: CaseRow, readers: Audience, *, asked: bool) -> None:
    if readers.seeker and (asked or row.seeker_since is not None):
        outbox.add(session, people.account_of_seeker(row.seeker_id), trail.now)
    if readers.unit and (asked or row.unit_since is not None):
        outbox.add(session, people.officers(row.unit_id, trail.today), trail.now)


@contextmanager
def _held(
    session: Session, clock: Clock, actor: Actor, kind: str, ref: str
) -> Iterator[tuple[Trail, CaseRow]]:
    """Act on a case of the own desk: finds it, locks it, leaves the audit line."""
    with use_case(session, clock, actor, kind) as trail:
        place = desk_of(session, actor, trail.today)
        yield trail, _hold(session, clock, trail, place, ref)


def _hold(session: Session, clock: Clock, trail: Trail, place: DeskPlace, ref: str) -> CaseRow:
    row = at_desk(session, place, ref, hold=True)
    trail.take_moment(clock)
    trail.subject("complaint", row.id)
    return row


def _fresh(row: CaseRow, seen: int | None) -> None:
    """Raise Conflict unless the page that was looked at showed the case as it is."""
    if seen is not None and seen != row.revision:
        raise Conflict("changed_meanwhile")
