"""Applications as a bureau reads them: lists, one case with everything a decision needs, second applications."""

from datetime import date

from sqlalchemy.orm import Session

from portal.calendar.clock import Clock
from portal.calendar.day import jst_day
from portal.domain.actor import Actor, ActorKind
from portal.domain.application import DECIDED, Kind, Party, State, possible, steps_of
from portal.domain.application_content import missing
from portal.domain.application_number import read_case_number, same_bodies
from portal.domain.permission import Permission, may
from portal.domain.refusal import Forbidden, NotFound
from portal.services import public_id
from portal.services.application_approval import place
from portal.services.application_checks import checklist, open_items
from portal.services.application_offer import in_force, shown
from portal.services.application_view import (
    ApplicationLine,
    CasePage,
    Filters,
    Lines,
    SeenApplication,
    SeenUnit,
    history_of,
    line_of,
)
from portal.services.use_case import query
from portal.store import account as accounts
from portal.store import application as store
from portal.store import application_trail as trails
from portal.store import unit as units
from portal.store.unit import UnitRow

PAGE = 50
MOST_SECONDS = 20
"""So many applications and units that may be of the same applicant are shown beside a case."""


def bureau_of(actor: Actor, permission: Permission) -> str:
    """The bureau somebody acts for. Raises Forbidden."""
    if actor.kind is not ActorKind.BUREAU or not may(actor, permission) or actor.bureau_code is None:
        raise Forbidden
    return actor.bureau_code


def at_bureau(session: Session, actor: Actor, permission: Permission, ref: str) -> int:
    """The inside number of an application that the own bureau holds. Raises Forbidden, NotFound (ruling R15)."""
    found = store.at_bureau(session, public_id.read(ref) or b"", bureau_of(actor, permission))
    if found is None:
        raise NotFound
    return found


def find(session: Session, actor: Actor, number: str) -> str:
    """The ref of an application by the number on its paper. Raises Invalid on number, NotFound."""
    with query(session):
        bureau = bureau_of(actor, Permission.BUREAU_APPLICATION_READ)
        found = store.numbered(session, read_case_number({"number": number}, "number"), bureau)
        row = None if found is None else store.row(session, found)
        if row is None:
            raise NotFound
        return public_id.shown(row.line.public_id)


def listing(session: Session, actor: Actor, filters: Filters, after: str = "", most: int = PAGE) -> Lines:
    """Applications of the own bureau, the newest first; after: where the page before ended. Raises Forbidden."""
    with query(session):
        bureau = bureau_of(actor, Permission.BUREAU_APPLICATION_READ)
        rows = store.listed(
            session,
            bureau,
            states=filters.states,
            kinds=filters.kinds,
            unit_class=filters.unit_class,
            text=filters.text,
            received=(filters.received_from, filters.received_until),
            after=public_id.read(after),
            most=most + 1,
        )
        lines = tuple(map(line_of, rows[:most]))
        return Lines(lines, lines[-1].ref if len(rows) > most else "")


def counts(session: Session, actor: Actor) -> dict[State, int]:
    """How many applications of the own bureau stand in each state; drafts are nobody's business. Raises Forbidden."""
    with query(session):
        found = store.states(session, bureau_of(actor, Permission.BUREAU_APPLICATION_READ))
        return {state: found.get(state, 0) for state in State if state is not State.DRAFT}


def of_unit(session: Session, actor: Actor, unit_ref: str) -> tuple[ApplicationLine, ...]:
    """Every application of a unit the own bureau holds, the newest first. Raises Forbidden, NotFound."""
    with query(session):
        bureau = bureau_of(actor, Permission.BUREAU_APPLICATION_READ)
        unit = units.by_ref(session, public_id.read(unit_ref) or b"", bureau)
        if unit is None:
            raise NotFound
        rows = store.of_unit(session, unit.id)
        return tuple(line_of(row) for row in rows if row.state is not State.DRAFT)


def case(session: Session, clock: Clock, actor: Actor, ref: str) -> CasePage:
    """One application with all that a decision needs. Raises Forbidden, NotFound."""
    with query(session):
        number = at_bureau(session, actor, Permission.BUREAU_APPLICATION_READ, ref)
        row = store.row(session, number)
        if row is None:
            raise NotFound
        return _page(session, row, jst_day(clock.now()))


def _page(session: Session, row: store.Row, on: date) -> CasePage:
    line = row.line
    steps = steps_of(line.kind, line.unit_class, row.content.parts)
    found = place(session, line, on)
    way = row.decision.way if row.decision and row.decision.way else found.way
    # Once it is decided the record says what was applied for: there is nothing to compare any more.
    compared = found.unit if line.kind is not Kind.USE and line.state not in DECIDED else None
    before = in_force(session, compared, on) if compared else {}
    lines = checklist(session, row, on)
    events = trails.history(session, line.id)
    names = accounts.display_names(session, {event.account_id for event in events if event.account_id})
    return CasePage(
        line=line_of(line),
        revision=line.revision,
        steps=steps,
        content=row.content,
        typed=shown(row.content, steps, {}),
        before={step: before[step] for step in steps if before.get(step)},
        missing=missing(line.kind, line.unit_class, row.content),
        checks=lines,
        open_items=open_items(lines),
        history=history_of(events, names),
        decision=row.decision,
        may=possible(Party.BUREAU, line.state),
        way=way,
        target=_unit_seen(found.unit, line)
        if found.unit and found.unit.bureau_code == line.bureau_code
        else None,
        units=_units(session, line),
        applications=_applications(session, line),
    )


def _units(session: Session, line: store.Line) -> tuple[SeenUnit, ...]:
    """Units of the same bureau that may be of the same applicant (ruling R2)."""
    numbers = same_bodies(line.unit_number)
    rows = units.alike(
        session,
        line.bureau_code,
        numbers,
        corporation_number=line.corporation_number,
        search_key=line.search_key,
        most=MOST_SECONDS,
    )
    return tuple(_unit_seen(row, line) for row in rows if row.id != line.unit_id)


def _unit_seen(row: UnitRow, line: store.Line) -> SeenUnit:
    return SeenUnit(
        public_id.shown(row.public_id),
        row.unit_class,
        row.number,
        row.record.name,
        row.status,
        row.valid_from,
        row.valid_until,
        _why(
            line,
            row.unit_class == line.unit_class and row.number,
            row.record.corporation_number,
            row.record.search_key,
        ),
    )


def _applications(session: Session, line: store.Line) -> tuple[SeenApplication, ...]:
    rows = store.alike(session, line, same_bodies(line.unit_number), most=MOST_SECONDS)
    return tuple(
        SeenApplication(
            line_of(row),
            _why(
                line,
                row.unit_class == line.unit_class and row.unit_number,
                row.corporation_number,
                row.search_key,
            ),
        )
        for row in rows
    )


def _why(line: store.Line, number: str | bool, corporation_number: str, search_key: str) -> tuple[str, ...]:
    same = {
        "number": bool(number) and number in same_bodies(line.unit_number),
        "corporation": bool(corporation_number) and corporation_number == line.corporation_number,
        "name": bool(search_key) and search_key == line.search_key,
    }
    return tuple(reason for reason, holds in same.items() if holds)
