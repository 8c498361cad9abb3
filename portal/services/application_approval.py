"""What an approval does to a unit: makes it, lets it go on, adds to it, changes its record, ends it.

Class and number make the unit, never an application: a new application for a known number lets the same unit go on,
with its blocks, its pseudonyms and what it has sent today (rulings R2, 12.1 no. 6).
"""

import os
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy.orm import Session

from portal.calendar.clock import Clock
from portal.calendar.day import jst_day
from portal.domain.actor import Actor
from portal.domain.application import Act, Kind, Party, State, after
from portal.domain.application_content import Content, Organisation, People, record_of, with_people
from portal.domain.application_decision import Decision, Way, renewed, way_of
from portal.domain.application_number import same_bodies
from portal.domain.contract_period import Period
from portal.domain.membership import in_force
from portal.domain.refusal import Conflict, Refusal
from portal.domain.unit import Record
from portal.domain.unit_invitation import DAYS
from portal.services import public_id
from portal.services.unit_invitation import IssuedInvitation, issue
from portal.services.use_case import Trail, query, use_case
from portal.store import alias
from portal.store import application as store
from portal.store import application_trail as trails
from portal.store import contractor as contractors
from portal.store import unit as units
from portal.store import unit_place as places
from portal.store.unit import UnitRow


@dataclass(frozen=True)
class Invited:
    """An invitation that came with an approval."""

    role: str
    display_name: str
    invitation: IssuedInvitation


@dataclass(frozen=True)
class Place:
    """What an approval would concern; no unit yet for a new one."""

    way: Way
    unit: UnitRow | None


@dataclass(frozen=True)
class Done:
    """What an approval did."""

    unit_id: int
    unit_ref: str
    effective_on: date
    applied: bool
    invitations: tuple[Invited, ...] = ()


def place(session: Session, line: store.Line, on: date, *, hold: bool = False) -> Place:
    """The unit an application is about and what approving would do to it. hold: lock it, for an approval."""
    number = line.unit_id
    if line.kind is Kind.USE and line.state is not State.APPROVED:
        number = units.numbered(session, line.unit_class, same_bodies(line.unit_number))
    if number is not None and hold:
        units.hold(session, number)
    unit = None if number is None else units.by_id(session, number)
    if unit is not None and unit.bureau_code != line.bureau_code:
        return Place(Way.ELSEWHERE, unit)
    in_force = unit is not None and unit.status == "approved" and on <= unit.valid_until
    return Place(way_of(line.kind, known=unit is not None, ours=True, in_force=in_force), unit)


def enact(
    session: Session,
    trail: Trail,
    actor: Actor,
    row: store.Row,
    found: Place,
    decision: Decision,
    *,
    days: int,
) -> Done:
    """Change the unit as a decision says; the unit is held already. Inside the use case of the approval.

    Raises Conflict "application_ended" for anything but a new application of a unit that has ended.
    """
    if row.line.kind is Kind.USE:
        return _use(session, trail, actor, row, found, decision, days)
    unit = found.unit
    if unit is None or unit.status == "ended":
        raise Conflict("application_ended")
    ref, content = public_id.shown(unit.public_id), row.content
    if content.ending is not None:
        # An end prolongs nothing: whatever day was asked for, the validity is the last.
        after_it = min(content.ending.last_day, unit.valid_until) + timedelta(days=1)
        return Done(unit.id, ref, after_it, applied=_end(session, unit, content.ending.last_day, trail.today))
    if content.change is not None:
        if content.change.day > trail.today:
            return Done(unit.id, ref, content.change.day, applied=False)
        invited = _change(session, trail, actor, unit, content, days)
        return Done(unit.id, ref, content.change.day, applied=True, invitations=invited)
    first, last = _days(decision)
    first, last = renewed(unit.valid_from, unit.valid_until, first, last, trail.today)
    units.change(session, unit.id, valid_from=first, valid_until=last)
    return Done(unit.id, ref, trail.today, True, _record(session, trail, actor, unit, content, days))


def apply_due(session: Session, clock: Clock, actor: Actor, *, days: int = DAYS, most: int = 20) -> int:
    """Enter what was approved for a day that has come; how many. For the clock worker; may be run twice, anywhere.

    The codes of invitations that come with it are handed out by the bureau anew
    (portal.services.unit_invitation.reissue).
    """
    with query(session):
        due = store.due(session, jst_day(clock.now()), most)
    entered = 0
    for number in due:
        try:
            entered += _apply(session, clock, actor, number, days)
        except Refusal:
            # Its line of the trail says why; the others do not wait for it.
            continue
    return entered


def _apply(session: Session, clock: Clock, actor: Actor, number: int, days: int) -> bool:
    with use_case(session, clock, actor, "application.apply") as trail:
        store.lock(session, number)
        row = store.row(session, number)
        if row is None or row.line.unit_id is None or row.line.applied_at is not None:
            trail.silent()
            return False
        trail.subject("application", number)
        state = after(Act.APPLY, Party.CLOCK, row.line.state)
        units.hold(session, row.line.unit_id)
        unit = units.by_id(session, row.line.unit_id)
        if row.content.ending is not None:
            # A unit that was prolonged since then goes on.
            if unit.valid_until <= row.content.ending.last_day:
                _end(session, unit, row.content.ending.last_day, trail.today)
        else:
            _change(session, trail, actor, unit, row.content, days)
        store.change(session, row.line, trail.now, applied_at=trail.now)
        trails.tell(session, number, trail.now, Act.APPLY, Party.CLOCK, State(state), None)
        trail.fact(unit=unit.id)
        return True


# One procedure each


def _use(
    session: Session,
    trail: Trail,
    actor: Actor,
    row: store.Row,
    found: Place,
    decision: Decision,
    days: int,
) -> Done:
    organisation, people = _needed(row.content)
    if found.way is Way.JOINS and found.unit is not None:
        unit_id, ref = found.unit.id, public_id.shown(found.unit.public_id)
        department = places.put_department(session, unit_id, organisation.name, trail.today)
        _put_below(session, unit_id, row.content, organisation, trail.today)
        names = dict.fromkeys((people.officer.name, people.contact.name))
        invited = tuple(
            Invited(
                "member",
                name,
                issue(session, trail, actor, unit_id, "member", name, department_id=department, days=days),
            )
            for name in names
        )
        return Done(unit_id, ref, trail.today, applied=True, invitations=invited)
    first, last = _days(decision)
    if found.unit is None:
        unit_id = _new_unit(session, trail, row, organisation, first, last)
        record = record_of(organisation, people)
        units.add_record(session, unit_id, record, _number_shown(organisation), trail.now, actor.account_id)
        invited = _invite(session, trail, actor, unit_id, Record("", "", "", "", "", "", ""), people, days)
    else:
        unit_id = found.unit.id
        units.change(session, unit_id, status="approved", valid_from=first, valid_until=last)
        invited = _record(session, trail, actor, found.unit, row.content, days)
    _put_below(session, unit_id, row.content, organisation, first)
    ref = public_id.shown(units.by_id(session, unit_id).public_id)
    return Done(unit_id, ref, first, applied=True, invitations=invited)


def _new_unit(
    session: Session, trail: Trail, row: store.Row, organisation: Organisation, first: date, last: date
) -> int:
    if row.line.unit_class is None:
        raise Conflict("content_missing")
    try:
        return units.add(
            session,
            trail.now,
            public_id=os.urandom(16),
            token_key=alias.new_unit_key(),
            unit_class=row.line.unit_class,
            number=organisation.number,
            bureau_code=row.line.bureau_code,
            valid_from=first,
            valid_until=last,
        )
    except units.Taken:
        # Another application for the same number was approved at this very moment.
        raise Conflict("changed_meanwhile") from None


def _change(
    session: Session, trail: Trail, actor: Actor, unit: UnitRow, content: Content, days: int
) -> tuple[Invited, ...]:
    day = content.change.day if content.change else trail.today
    _put_below(session, unit.id, content, None, day)
    return _record(session, trail, actor, unit, content, days)


def _end(session: Session, unit: UnitRow, last_day: date, on: date) -> bool:
    """Let a unit end after a day; whether it has ended. Until then it goes on, and not a day longer."""
    if last_day < on or last_day < unit.valid_from:
        units.change(session, unit.id, status="ended")
        return True
    units.change(session, unit.id, valid_until=min(unit.valid_until, last_day))
    return False


# Parts of a unit


def _record(
    session: Session, trail: Trail, actor: Actor, unit: UnitRow, content: Content, days: int
) -> tuple[Invited, ...]:
    """The next version of the approved record where something differs; whoever it names anew is invited."""
    organisation, people, before = content.organisation, content.people, unit.record
    named = before
    if organisation is not None:
        named = replace(
            named,
            name=organisation.name,
            kana=organisation.kana,
            corporation_number=organisation.corporation_number,
        )
    if people is not None:
        named = with_people(named, people)
    number_shown = unit.number_shown if organisation is None else _number_shown(organisation)
    if (named, number_shown) != (before, unit.number_shown):
        version = units.add_record(session, unit.id, named, number_shown, trail.now, actor.account_id)
        trail.fact(version=version)
    if people is None:
        return ()
    # The bureau has just entered who is officer: whoever had left is not missed any more.
    units.change(session, unit.id, officer_left_on=None)
    return _invite(session, trail, actor, unit.id, before, people, days)


def _invite(
    session: Session, trail: Trail, actor: Actor, unit_id: int, before: Record, people: People, days: int
) -> tuple[Invited, ...]:
    """Invite officer and contact where they are named anew, or where nobody holds the role.

    Somebody who is both is invited as officer, who may all that the contact may.
    """
    held = {
        member.role
        for member in units.members(session, unit_id)
        if in_force(member.since, member.until, trail.today)
    }
    wanted = [("officer", people.officer.name, before.officer_name)]
    if people.contact.name != people.officer.name:
        wanted.append(("contact", people.contact.name, before.contact_name))
    return tuple(
        Invited(role, name, issue(session, trail, actor, unit_id, role, name, days=days))
        for role, name, former in wanted
        if name != former or role not in held
    )


def _put_below(
    session: Session, unit_id: int, content: Content, organisation: Organisation | None, day: date
) -> None:
    """Branches, departments and contractors: added, named anew, ended; what is not mentioned stays."""
    if organisation is not None and organisation.branch:
        places.put_branch(session, unit_id, organisation.branch, organisation.name, day)
    for branch in content.places.branches if content.places else ():
        places.put_branch(session, unit_id, branch.branch_number, branch.name, day, until=branch.until)
    for department in content.places.departments if content.places else ():
        places.put_department(session, unit_id, department.name, day, until=department.until)
    for entry in content.contractors.contractors if content.contractors else ():
        known = units.contractor_numbered(session, unit_id, entry.licence_number)
        if known is None:
            units.add_contractor(session, unit_id, entry)
        else:
            contractors.record(session, known, Period(entry.since, entry.until))


def _needed(content: Content) -> tuple[Organisation, People]:
    if content.organisation is None or content.people is None:
        raise Conflict("content_missing")
    return content.organisation, content.people


def _days(decision: Decision) -> tuple[date, date]:
    if decision.valid_from is None or decision.valid_until is None:
        raise ValueError("this approval needs a validity")
    return decision.valid_from, decision.valid_until


def _number_shown(organisation: Organisation) -> str:
    return organisation.own_number or organisation.number
