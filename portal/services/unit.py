"""Units of use (利用申請の単位): entered and changed by the operator, and by the bureau that holds the application.

Use, change, renewal and end are paper procedures at the bureau (seed 004 P-Q2, M-Q2); what is entered here is what the
bureau approved. Every change locks the unit first, so that it binds every send that is not committed yet.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from portal.calendar.clock import Clock
from portal.domain.actor import Actor, ActorKind
from portal.domain.contract_period import Period
from portal.domain.entry import Typed, line, one
from portal.domain.refusal import Conflict, Forbidden, Invalid, NotFound
from portal.domain.unit import (
    LONGEST_NAME,
    read_class,
    read_contractor,
    read_days,
    read_limit,
    read_number,
    read_record,
)
from portal.services import code, public_id
from portal.services.acting import find_acting, require_acting
from portal.services.use_case import Trail, query, use_case
from portal.store import alias, contractor
from portal.store import unit as store
from portal.store.unit import MemberRow, UnitRow


@dataclass(frozen=True)
class UnitLine:
    """One unit of a list. ref: what stands for it in addresses. officer: whether one is recorded and has not left."""

    ref: str
    unit_class: str
    number: str
    name: str
    bureau_code: str
    status: str
    valid_from: date
    valid_until: date
    daily_limit: int
    reserve: int
    suspended_from: date | None
    suspended_until: date | None
    limit_until: date | None
    officer: bool


@dataclass(frozen=True)
class UnitPage:
    """Everything about one unit, for those who administer it. Below it, each as (name or number, from, until);
    a contractor once for each contract period that counts."""

    line: UnitLine
    row: UnitRow
    branches: tuple[tuple[str, str], ...]
    departments: tuple[tuple[str, date, date | None], ...]
    contractors: tuple[tuple[str, str, date, date], ...]
    members: tuple[MemberRow, ...]


def create(session: Session, clock: Clock, actor: Actor, typed: Typed) -> UnitLine:
    """Enter an approved application. The number is taken without 枝番 (seed 004 P-Q3).

    Raises Invalid with all that is wrong with a group of fields, Conflict "unit_exists" when the class and number
    are known: a second application joins the unit there is (ruling R2, our default).
    """
    with use_case(session, clock, actor, "unit.create") as trail:
        _operator(actor)
        unit_class = read_class(typed)
        number = read_number(typed, "number", unit_class)
        record = read_record(typed)
        first, last = read_days(typed)
        bureau = _bureau(session, typed, trail.today)
        key = alias.new_unit_key()
        try:
            unit_id = store.add(
                session,
                trail.now,
                public_id=os.urandom(16),
                token_key=key,
                unit_class=unit_class,
                number=number.number,
                bureau_code=bureau,
                valid_from=first,
                valid_until=last,
            )
        except store.Taken:
            raise Conflict("unit_exists") from None
        trail.subject("unit", unit_id)
        shown = line(typed, "number_shown", LONGEST_NAME) or (
            number.number if unit_class.value == "private" else ""
        )
        store.add_record(session, unit_id, record, shown, trail.now, actor.account_id)
        if number.branch:
            store.add_branch(session, unit_id, number.branch, record.name)
        return line_of(store.by_id(session, unit_id))


def record(session: Session, clock: Clock, actor: Actor, unit: str, typed: Typed) -> int:
    """Enter the next version of the approved record (利用申請の変更, seed 004 P-Q11, M-Q8). Returns its number.

    The old officer stays in force until this is entered. A record without an officer closes sending.
    """
    with changing(session, clock, actor, "unit.record", unit) as (trail, row):
        entry = read_record(typed)
        shown = line(typed, "number_shown", LONGEST_NAME) or row.number_shown
        version = store.add_record(session, row.id, entry, shown, trail.now, actor.account_id)
        trail.fact(version=version)
        return version


def set_validity(session: Session, clock: Clock, actor: Actor, unit: str, typed: Typed) -> None:
    """First and last day of use; no length is built in, as the seed names none."""
    with changing(session, clock, actor, "unit.validity", unit) as (trail, row):
        first, last = read_days(typed)
        store.change(session, row.id, valid_from=first, valid_until=last)
        trail.fact(valid_from=first, valid_until=last)


def set_reserve(session: Session, clock: Clock, actor: Actor, unit: str, typed: Typed) -> None:
    """How many of the day's messages are kept for answers (ruling R1; the unit's own setting, 0 by default)."""
    with changing(session, clock, actor, "unit.reserve", unit) as (trail, row):
        _put_reserve(session, trail, row.id, typed)


def set_own_reserve(session: Session, clock: Clock, actor: Actor, typed: Typed) -> None:
    """As ``set_reserve``, by the officer or the contact of the acting unit."""
    with use_case(session, clock, actor, "unit.reserve") as trail:
        unit_id = find_acting(session, actor).unit_id
        trail.subject("unit", unit_id)
        store.hold(session, unit_id)
        if not require_acting(session, actor, trail.today).member.sees_all:
            raise Forbidden
        _put_reserve(session, trail, unit_id, typed)


def _put_reserve(session: Session, trail: Trail, unit_id: int, typed: Typed) -> None:
    reserve = read_limit(typed, "reserve")
    store.change(session, unit_id, reserve=reserve)
    trail.fact(reserve=reserve)


def end(session: Session, clock: Clock, actor: Actor, unit: str) -> None:
    """利用停止 by the organisation: it only reads from now on. Raises Conflict "application_ended"."""
    with changing(session, clock, actor, "unit.end", unit) as (_, row):
        if row.status == "ended":
            raise Conflict("application_ended")
        store.change(session, row.id, status="ended")


def add_branch(session: Session, clock: Clock, actor: Actor, unit: str, typed: Typed) -> None:
    """A branch office under the same number (枝番); it shares the unit's messages. Conflict "branch_exists"."""
    with changing(session, clock, actor, "unit.branch", unit) as (_, row):
        name = line(typed, "name", LONGEST_NAME, needed=True)
        number = line(typed, "branch_number", 10, needed=True)
        with _taken("branch_exists"):
            store.add_branch(session, row.id, number, name)


def add_department(session: Session, clock: Clock, actor: Actor, unit: str, typed: Typed) -> None:
    """A department; it shares the unit's messages and sees its own threads (R13). Conflict "department_exists"."""
    with changing(session, clock, actor, "unit.department", unit) as (trail, row):
        name = line(typed, "name", LONGEST_NAME, needed=True)
        with _taken("department_exists"):
            store.add_department(session, row.id, name, trail.today)


def end_department(session: Session, clock: Clock, actor: Actor, unit: str, name: str) -> None:
    """Let a department end: its members cannot act any more from tomorrow. NotFound "unknown_department"."""
    with changing(session, clock, actor, "unit.department_end", unit) as (trail, row):
        department_id = store.department_named(session, row.id, name)
        if department_id is None:
            raise NotFound("unknown_department")
        store.end_department(session, department_id, trail.today)


def add_contractor(session: Session, clock: Clock, actor: Actor, unit: str, typed: Typed) -> None:
    """A 受託団体 as joint applicant (連名申請者, seed 004 M-Q3), or one more period for a known one
    (`portal.domain.contract_period`).

    Only a public body has one: a contractor's own business is a unit of its own (P-Q4). Conflict "private_unit".
    """
    with changing(session, clock, actor, "unit.contractor", unit) as (trail, row):
        entry = read_contractor(typed)
        if row.unit_class.value != "municipal":
            raise Conflict("private_unit")
        known = store.contractor_numbered(session, row.id, entry.licence_number)
        if known is None:
            store.add_contractor(session, row.id, entry)
        else:
            contractor.record(session, known, Period(entry.since, entry.until))
        trail.fact(since=entry.since, until=entry.until)


def units(session: Session, actor: Actor) -> tuple[UnitLine, ...]:
    """Every unit, or those of the clerk's own bureau (ruling R15), by class and number."""
    with query(session):
        if actor.kind is not ActorKind.BUREAU or actor.bureau_code is None:
            _operator(actor)
        return tuple(map(line_of, store.everything(session, actor.bureau_code)))


def page(session: Session, actor: Actor, unit: str) -> UnitPage:
    """One unit with everything below it. Raises as ``authorised``."""
    with query(session):
        row = authorised(session, actor, unit)
        below = store.below(session, row.id)
        recorded = contractor.periods(session, row.id)
        return UnitPage(
            line_of(row),
            row,
            tuple((found["branch_number"], found["name"]) for found in below["branches"]),
            tuple((found["name"], found["since"], found["until"]) for found in below["departments"]),
            tuple(
                (found["name"], found["licence_number"], one.counts.since, one.counts.until)
                for found in below["contractors"]
                for one in recorded[found["id"]]
                if one.counts is not None
            ),
            tuple(store.members(session, row.id)),
        )


def authorised(session: Session, actor: Actor, unit: str) -> UnitRow:
    """A unit as those name it who may administer it: the operator by its number, a bureau's clerk by its ref.

    A bureau sees only the units whose application it holds; another's is one that never existed (ruling R15).
    Raises Forbidden for everybody else, NotFound "unknown_unit", Conflict "unit_ambiguous" (the operator).
    """
    if actor.kind is not ActorKind.BUREAU:
        return operated(session, actor, unit)
    if actor.bureau_code is None:
        raise Forbidden
    raw = public_id.read(unit)
    row = None if raw is None else store.by_ref(session, raw, actor.bureau_code)
    if row is None:
        raise NotFound("unknown_unit")
    return row


def operated(session: Session, actor: Actor, unit: str) -> UnitRow:
    """A unit the operator names. Raises Forbidden for everybody else, and as ``find``."""
    _operator(actor)
    return find(session, unit)


def find(session: Session, unit: str) -> UnitRow:
    """A unit by its number, or by "private:…" or "municipal:…" where both classes have one with that number.

    Raises NotFound "unknown_unit", Conflict "unit_ambiguous".
    """
    wanted, _, rest = unit.partition(":")
    rows: dict[int, UnitRow] = {}
    for unit_class in ("private", "municipal"):
        typed = {"unit_class": unit_class, "number": rest or wanted}
        if rest and wanted != unit_class:
            continue
        try:
            number = read_number(typed, "number", read_class(typed))
        except Invalid:
            continue
        rows |= {
            row.id: row for row in store.by_number(session, number.number) if row.unit_class == unit_class
        }
    if not rows:
        raise NotFound("unknown_unit")
    if len(rows) > 1:
        raise Conflict("unit_ambiguous")
    return next(iter(rows.values()))


@contextmanager
def changing(
    session: Session, clock: Clock, actor: Actor, kind: str, unit: str
) -> Iterator[tuple[Trail, UnitRow]]:
    """Change a unit or what hangs below it: finds it, locks it after every open send, leaves the audit line."""
    with use_case(session, clock, actor, kind) as trail:
        row = authorised(session, actor, unit)
        trail.subject("unit", row.id)
        store.hold(session, row.id)
        trail.take_moment(clock)
        yield trail, store.by_id(session, row.id)


@contextmanager
def _taken(reason: str) -> Iterator[None]:
    try:
        yield
    except store.Taken:
        raise Conflict(reason) from None


def _operator(actor: Actor) -> None:
    if actor.kind is not ActorKind.OPERATOR:
        raise Forbidden


def _bureau(session: Session, typed: Typed, on: date) -> str:
    bureau = one(typed, "bureau_code").strip()
    if bureau not in {choice.code for choice in code.choices(session, "bureau", on)}:
        raise Invalid({"bureau_code": ["unknown" if bureau else "missing"]})
    return bureau


def line_of(row: UnitRow) -> UnitLine:
    """A unit as it stands in lists."""
    return UnitLine(
        public_id.shown(row.public_id),
        row.unit_class.value,
        row.number,
        row.record.name,
        row.bureau_code,
        row.status,
        row.valid_from,
        row.valid_until,
        row.daily_limit,
        row.reserve,
        row.suspended_from,
        row.suspended_until,
        row.limit_until,
        bool(row.record.officer_name) and row.officer_left_on is None,
    )
