"""The people of a unit as officer (個人情報管理・苦情処理責任者) and contact (連絡責任者) manage them.

They end memberships, say in which department or contractor somebody works, and keep the list of departments, which the
officer has to know (seed 004 M-Q5). Who is officer or contact is approved data, changed at the bureau only (P-Q11,
M-Q8). Every act holds the unit first, so that nothing that was not committed goes out under an ended membership.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from portal.calendar.clock import Clock
from portal.calendar.day import jst_day
from portal.domain.actor import Actor
from portal.domain.entry import Typed, line, one
from portal.domain.membership import acting_refusal, in_force
from portal.domain.permission import Permission, may
from portal.domain.refusal import Conflict, Forbidden, Invalid, NotFound
from portal.domain.seeker import read_day
from portal.domain.standing import covers
from portal.domain.thread import Belonging
from portal.domain.unit import LONGEST_NAME
from portal.domain.unit_people import Seat, check_department, closes_sending, leave_refusal
from portal.services.acting import find_acting, require_acting
from portal.services.use_case import Trail, query, use_case
from portal.store import alias, session_cut, unit_invitation
from portal.store import unit as units
from portal.store import unit_people as store
from portal.store.acting import Acting
from portal.store.unit_people import PersonRow

MOST_DEPARTMENTS = 200
"""Departments of one unit, ended ones included. Our decision."""

_MEMBER, _DEPARTMENT, _CONTRACTOR = "member", "department", "contractor"


@dataclass(frozen=True)
class Person:
    """One membership. ref: for addresses; place: department or contractor, "" = the unit itself.

    closed: why this person cannot act although the membership goes on ("department_ended", "contractor_ended",
    "membership_ended" for a closed account), "" = can. own: whoever looks.
    """

    ref: str
    name: str
    role: str
    place: str
    place_ref: str
    since: date
    until: date | None
    closed: str
    own: bool


@dataclass(frozen=True)
class PlaceLine:
    """A department or contractor. people: memberships in force. ref: what a form sends back.

    begun, ended: whether its first day has come, and its last day has passed.
    """

    ref: str
    name: str
    contractor: bool
    since: date
    until: date | None
    begun: bool
    ended: bool
    people: int


@dataclass(frozen=True)
class People:
    """Everybody of the acting unit. officer_name, contact_name: the bureau's record in force, "" = none.

    officer_left_on: since when there is no officer although the record names one.
    """

    persons: tuple[Person, ...]
    former: tuple[Person, ...]
    departments: tuple[PlaceLine, ...]
    contractors: tuple[PlaceLine, ...]
    officer_name: str
    contact_name: str
    officer_left_on: date | None


@dataclass(frozen=True)
class Leaving:
    """What ending a membership would do. refused: why it cannot be ended, "" = it can."""

    person: Person
    closes_sending: bool
    refused: str
    places: tuple[PlaceLine, ...]


@dataclass(frozen=True)
class Ended:
    """own: one's own membership; closed_sending: no officer is left; sessions: signed out at once."""

    name: str
    own: bool
    closed_sending: bool
    sessions: int


def people(session: Session, clock: Clock, actor: Actor) -> People:
    """Everybody who belongs or belonged to the acting unit. Raises Forbidden."""
    with query(session):
        today = jst_day(clock.now())
        unit = _managing(session, actor, today, Permission.UNIT_MEMBER_READ)
        rows = store.people(session, unit.unit_id)
        places = _places(session, unit, rows, today)
        row = units.by_id(session, unit.unit_id)
        shown = [(_current(found, today), _person(unit, found, today)) for found in rows]
        return People(
            persons=tuple(sorted((one for now, one in shown if now), key=_weight)),
            former=tuple(one for now, one in reversed(shown) if not now),
            departments=tuple(place for place in places if not place.contractor),
            contractors=tuple(place for place in places if place.contractor),
            officer_name=row.record.officer_name,
            contact_name=row.record.contact_name,
            officer_left_on=row.officer_left_on,
        )


def leaving(session: Session, clock: Clock, actor: Actor, ref: str) -> Leaving:
    """One person with what ending the membership would do, and where else they could work. Raises NotFound."""
    with query(session):
        today = jst_day(clock.now())
        unit = _managing(session, actor, today, Permission.UNIT_MEMBER_READ)
        rows = store.people(session, unit.unit_id)
        row = _found(unit, rows, ref, today)
        refusal, closes = _consequence(session, unit.unit_id, row, rows, today)
        return Leaving(
            _person(unit, row, today),
            closes,
            "" if refusal is None else refusal.reason,
            places_open(session, unit, today),
        )


def places(session: Session, clock: Clock, actor: Actor) -> tuple[PlaceLine, ...]:
    """Departments and contractors in which somebody can work today or later. Raises Forbidden."""
    with query(session):
        today = jst_day(clock.now())
        unit = _managing(session, actor, today, Permission.UNIT_MEMBER_READ)
        return places_open(session, unit, today)


def department(session: Session, clock: Clock, actor: Actor, ref: str) -> PlaceLine:
    """One department that has not ended. Raises Forbidden, NotFound."""
    with query(session):
        today = jst_day(clock.now())
        unit = _managing(session, actor, today, Permission.UNIT_PLACE_CHANGE)
        for place in places_open(session, unit, today):
            if place.ref == ref and not place.contractor:
                return place
        raise NotFound


def move(session: Session, clock: Clock, actor: Actor, ref: str, typed: Typed) -> None:
    """Another department or contractor for somebody; they see the threads of the new one from now on (ruling R13).

    Raises NotFound, Invalid on place ("unknown_code").
    """
    with managing(session, clock, actor, "unit.member_move", Permission.UNIT_MEMBER_CHANGE) as (trail, unit):
        row = _found(unit, store.people(session, unit.unit_id), ref, trail.today)
        trail.fact(membership=row.id)
        place = place_of(session, unit, one(typed, "place"), trail.today)
        if place == Belonging(row.department_id, row.contractor_id):
            trail.silent()
            return
        store.change(
            session,
            row.id,
            role=row.role,
            department_id=place.department_id,
            contractor_id=place.contractor_id,
        )
        trail.fact(department=place.department_id, contractor=place.contractor_id)


def end(session: Session, clock: Clock, actor: Actor, ref: str) -> Ended:
    """End somebody's membership, perhaps one's own, now; the sessions that act under it end with it.

    Raises NotFound, Conflict "last_manager".
    """
    with managing(session, clock, actor, "unit.member_end", Permission.UNIT_MEMBER_CHANGE) as (trail, unit):
        row = _found(unit, store.people(session, unit.unit_id), ref, trail.today)
        trail.fact(membership=row.id, role=row.role)
        closed = end_row(session, trail, actor, unit.unit_id, row.id)
        sessions = session_cut.end_of_membership(session, row.id)
        trail.fact(sessions=sessions)
        return Ended(row.display_name, row.id == unit.membership_id, closed, sessions)


def end_row(session: Session, trail: Trail, actor: Actor, unit_id: int, membership_id: int) -> bool:
    """Inside a use case that holds the unit: end a membership; whether nothing can be sent any more.

    Raises Conflict "last_manager".
    """
    rows = store.people(session, unit_id)
    row = next(found for found in rows if found.id == membership_id)
    refusal, closes = _consequence(session, unit_id, row, rows, trail.today)
    if refusal is not None:
        raise refusal
    units.end_member(session, membership_id, trail.today, actor.account_id)
    if closes:
        units.change(session, unit_id, officer_left_on=trail.today)
        trail.fact(officer_left_on=trail.today)
    return closes


def add_department(session: Session, clock: Clock, actor: Actor, typed: Typed) -> None:
    """A department of the unit from today on; one that had ended goes on, with everybody who is still in it.

    Raises Invalid on name ("missing", …, "department_exists", and as `portal.domain.unit_people.check_department`; not
    for a name that the bureau's entry gave), or of the form "departments_full" (most).
    """
    with managing(session, clock, actor, "unit.department", Permission.UNIT_PLACE_CHANGE) as (trail, unit):
        name = line(typed, "name", LONGEST_NAME, needed=True)
        found = units.below(session, unit.unit_id)["departments"]
        known = next((row for row in found if row["name"] == name), None)
        if known is None:
            check_department(name, "name", unit.unit_class, trail.today)
            if len(found) >= MOST_DEPARTMENTS:
                raise Invalid({"": ["departments_full"]}, most=MOST_DEPARTMENTS)
            trail.fact(department=units.add_department(session, unit.unit_id, name, trail.today))
            return
        if known["until"] is None or known["until"] >= trail.today:
            raise Invalid({"name": ["department_exists"]})
        store.set_department_days(session, known["id"], known["since"], None)
        trail.fact(department=known["id"], again=True)


def end_department(session: Session, clock: Clock, actor: Actor, ref: str, typed: Typed) -> date:
    """Let a department end with a day, today or later; its people cannot act from the next day on. The last day.

    Raises NotFound, Invalid on last_day (as a day is read, "in_past"), Conflict "department_ended".
    """
    with managing(session, clock, actor, "unit.department_end", Permission.UNIT_PLACE_CHANGE) as (
        trail,
        unit,
    ):
        department_id = _number(unit, _DEPARTMENT, ref)
        known = next(
            (row for row in units.below(session, unit.unit_id)["departments"] if row["id"] == department_id),
            None,
        )
        if known is None:
            raise NotFound
        if known["until"] is not None and known["until"] < trail.today:
            raise Conflict("department_ended")
        last = read_day(typed, "last_day")
        if last < trail.today:
            raise Invalid({"last_day": ["in_past"]})
        store.set_department_days(session, known["id"], min(known["since"], last), last)
        trail.fact(department=known["id"], last_day=last)
        return last


# What others of this noun build on


@contextmanager
def managing(
    session: Session, clock: Clock, actor: Actor, kind: str, permission: Permission
) -> Iterator[tuple[Trail, Acting]]:
    """Change people or departments of the acting unit: holds it after every open send, asks then who may do this."""
    with use_case(session, clock, actor, kind) as trail:
        unit_id = find_acting(session, actor).unit_id
        trail.subject("unit", unit_id)
        units.hold(session, unit_id)
        trail.take_moment(clock)
        yield trail, _managing(session, actor, trail.today, permission)


def _managing(session: Session, actor: Actor, today: date, permission: Permission) -> Acting:
    unit = require_acting(session, actor, today)
    if not unit.member.sees_all or not may(actor, permission):
        raise Forbidden
    return unit


def places_open(session: Session, unit: Acting, today: date) -> tuple[PlaceLine, ...]:
    """Departments and contractors of a unit that have not ended."""
    found = _places(session, unit, store.people(session, unit.unit_id), today)
    return tuple(place for place in found if not place.ended)


def place_of(session: Session, unit: Acting, ref: str, today: date) -> Belonging:
    """What a form's ref of a place means, "" = the unit itself. Raises Invalid on place ("unknown_code")."""
    if ref and ref not in {place.ref for place in places_open(session, unit, today)}:
        raise Invalid({"place": ["unknown_code"]})
    return Belonging(_number(unit, _DEPARTMENT, ref), _number(unit, _CONTRACTOR, ref))


def place_ref(unit: Acting, department_id: int | None, contractor_id: int | None) -> str:
    """What stands for a place in forms; "" = the unit itself."""
    if department_id is not None:
        return _ref(unit, _DEPARTMENT, department_id)
    return "" if contractor_id is None else _ref(unit, _CONTRACTOR, contractor_id)


def _places(session: Session, unit: Acting, rows: list[PersonRow], today: date) -> list[PlaceLine]:
    below = units.below(session, unit.unit_id)
    current = [row for row in rows if _current(row, today)]
    found = []
    for kind, name in ((_DEPARTMENT, "departments"), (_CONTRACTOR, "contractors")):
        for row in below[name]:
            last = row["until"]
            found.append(
                PlaceLine(
                    ref=_ref(unit, kind, row["id"]),
                    name=row["name"],
                    contractor=kind == _CONTRACTOR,
                    since=row["since"],
                    until=last,
                    begun=row["since"] <= today,
                    ended=last is not None and not covers(None, last, today),
                    people=sum(
                        (person.department_id if kind == _DEPARTMENT else person.contractor_id) == row["id"]
                        for person in current
                    ),
                )
            )
    return found


def _person(unit: Acting, row: PersonRow, today: date) -> Person:
    refusal = acting_refusal(row.facts, today) if _current(row, today) else None
    return Person(
        ref=_ref(unit, _MEMBER, row.id),
        name=row.display_name,
        role=row.role,
        place=row.place,
        place_ref=place_ref(unit, row.department_id, row.contractor_id),
        since=row.since,
        until=row.until,
        closed="" if refusal is None else refusal.reason,
        own=row.id == unit.membership_id,
    )


def _weight(person: Person) -> tuple[int, date]:
    return (("officer", "contact", "member").index(person.role), person.since)


def _current(row: PersonRow, today: date) -> bool:
    return in_force(row.since, row.until, today) or (row.until is None and row.since > today)


def _found(unit: Acting, rows: list[PersonRow], ref: str, today: date) -> PersonRow:
    number = _number(unit, _MEMBER, ref)
    row = next((found for found in rows if found.id == number and _current(found, today)), None)
    if row is None:
        raise NotFound
    return row


def _consequence(
    session: Session, unit_id: int, row: PersonRow, rows: list[PersonRow], today: date
) -> tuple[Conflict | None, bool]:
    """Why the membership cannot be ended, and whether nothing can be sent afterwards."""
    seats = {
        found.id: Seat(found.id, found.role, acting_refusal(found.facts, today) is None)
        for found in rows
        if _current(found, today)
    }
    named = unit_invitation.pending(session, unit_id, "officer")
    own = seats[row.id]
    return leave_refusal(own, seats.values()), closes_sending(own, seats.values(), successor_named=named)


def _ref(unit: Acting, kind: str, number: int) -> str:
    return alias.token(unit.key, kind, number.to_bytes(16, "big"))


def _number(unit: Acting, kind: str, ref: str) -> int | None:
    packed = alias.open_token(unit.key, kind, ref)
    return None if packed is None else int.from_bytes(packed, "big")
