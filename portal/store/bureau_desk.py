"""The lists of a labour bureau: its units and contractors, filtered and sorted, a page at a time.

Every query names the bureau; another bureau's units do not exist for it (ruling R15).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select, true, tuple_
from sqlalchemy.orm import Session

from portal.domain.application import IN_HAND, Kind, State
from portal.domain.bureau_desk import DUE_DAYS, LATELY_DAYS, Order, UnitFilter, UnitState
from portal.domain.quota import LIMIT_PER_DAY
from portal.domain.unit import Record
from portal.store import application as applications
from portal.store.account import opened_display_name
from portal.store.application import Line
from portal.store.condition import Condition, all_of
from portal.store.quota import limit_on
from portal.store.tables import account, application, application_check, contractor, unit, unit_record
from portal.store.unit import UnitRow, _row, _rows, newest_record


def _is_state(state: UnitState, on: date) -> Condition:
    """A group of units in SQL; says the same as the rule on their standing, which a test compares."""
    approved = unit.c.status == "approved"
    begun, over = unit.c.valid_from <= on, unit.c.valid_until < on
    suspended = and_(
        unit.c.suspended_from <= on, or_(unit.c.suspended_until.is_(None), unit.c.suspended_until >= on)
    )
    still = or_(unit.c.suspended_from.is_(None), unit.c.suspended_from > on, unit.c.suspended_until < on)
    left = and_(unit.c.officer_left_on.is_not(None), unit.c.officer_left_on <= on)
    headless = or_(unit_record.c.officer_name.is_(None), left)
    with_officer = and_(
        unit_record.c.officer_name.is_not(None),
        or_(unit.c.officer_left_on.is_(None), unit.c.officer_left_on > on),
    )
    valid = and_(approved, begun, ~over)
    conditions: Mapping[UnitState, Condition] = {
        UnitState.IN_USE: and_(valid, still, with_officer),
        UnitState.DUE: and_(approved, ~over, unit.c.valid_until < on + timedelta(days=DUE_DAYS)),
        UnitState.OVER: and_(approved, over),
        UnitState.OVER_LATELY: or_(
            and_(over, unit.c.valid_until >= on - timedelta(days=LATELY_DAYS)), _ended_since(on)
        ),
        UnitState.NOT_YET: and_(approved, ~begun),
        UnitState.SUSPENDED: and_(approved, suspended),
        UnitState.LIMITED: and_(approved, limit_on(on) < LIMIT_PER_DAY),
        UnitState.NO_OFFICER: and_(approved, ~over, headless),
        UnitState.ENDED: unit.c.status == "ended",
    }
    return conditions[state]


def _ended_since(on: date) -> Condition:
    """利用停止 was recorded lately, for a day that was over already; else the validity ends with its last day."""
    recorded = exists().where(
        application.c.unit_id == unit.c.id,
        application.c.kind == Kind.END.value,
        application.c.state == State.APPROVED.value,
        application.c.decided_on >= on - timedelta(days=LATELY_DAYS),
    )
    return and_(unit.c.status == "ended", unit.c.valid_until >= on, recorded)


def _matching(bureau_code: str, wanted: UnitFilter, on: date) -> Condition:
    conditions: list[Condition] = [unit.c.bureau_code == bureau_code]
    if wanted.state is not None:
        conditions.append(_is_state(wanted.state, on))
    if wanted.unit_class is not None:
        conditions.append(unit.c.unit_class == wanted.unit_class.value)
    if wanted.ending_until is not None:
        conditions.append(unit.c.valid_until <= wanted.ending_until)
    if wanted.text or wanted.number:
        conditions.append(_called(wanted))
    return all_of(*conditions)


def _called(wanted: UnitFilter) -> Condition:
    """By name, reading or number of the unit or of one of its contractors."""
    parts: list[ColumnElement[bool]] = []
    if wanted.text:
        of_contractor = exists().where(
            contractor.c.unit_id == unit.c.id, contractor.c.search_key.contains(wanted.text, autoescape=True)
        )
        parts += [unit_record.c.search_key.contains(wanted.text, autoescape=True), of_contractor]
    if wanted.number:
        licensed = exists().where(
            contractor.c.unit_id == unit.c.id,
            contractor.c.licence_number.contains(wanted.number, autoescape=True),
        )
        parts += [unit.c.number.contains(wanted.number, autoescape=True), licensed]
    return or_(*parts) if parts else true()


def _sorted_by(order: Order) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    return (unit_record.c.search_key if order is Order.NAME else unit.c.valid_until), unit.c.id


def units(
    session: Session,
    bureau_code: str,
    wanted: UnitFilter,
    on: date,
    *,
    after: int | None = None,
    limit: int | None = None,
) -> list[UnitRow]:
    """Units of a bureau in order, those behind the unit ``after`` (its inside number); all without a limit."""
    keys = _sorted_by(wanted.order)
    statement = _rows().where(_matching(bureau_code, wanted, on)).order_by(*keys)
    if after is not None:
        place = select(*keys).join(unit_record, newest_record()).where(unit.c.id == after)
        value, number = session.execute(place).one()
        statement = statement.where(tuple_(*keys) > tuple_(value, number))
    if limit is not None:
        statement = statement.limit(limit)
    return [_row(row) for row in session.execute(statement).mappings()]


def count_units(session: Session, bureau_code: str, wanted: UnitFilter, on: date) -> int:
    """How many units of a bureau there are like that."""
    found = select(func.count()).select_from(unit.join(unit_record, newest_record()))
    return int(session.execute(found.where(_matching(bureau_code, wanted, on))).scalar_one())


def counts_of_states(session: Session, bureau_code: str, on: date) -> Mapping[UnitState, int]:
    """How many units of a bureau are in each state, in one statement."""
    sums = [
        func.coalesce(func.sum(case((_is_state(state, on), 1), else_=0)), 0).label(state.value)
        for state in UnitState
    ]
    found = select(*sums).select_from(unit.join(unit_record, newest_record()))
    row = session.execute(found.where(unit.c.bureau_code == bureau_code)).mappings().one()
    return {state: int(row[state.value]) for state in UnitState}


@dataclass(frozen=True)
class ContractorRow:
    """One 受託団体 with the unit it acts for; unit_name: the body it is a joint applicant of."""

    id: int
    name: str
    licence_number: str
    since: date
    until: date
    unit_public_id: bytes
    unit_name: str


def _contractors(bureau_code: str) -> Select[Any]:
    return (
        select(
            contractor.c.id,
            contractor.c.name,
            contractor.c.licence_number,
            contractor.c.since,
            contractor.c.until,
            unit.c.public_id.label("unit_public_id"),
            unit_record.c.name.label("unit_name"),
        )
        .join(unit, unit.c.id == contractor.c.unit_id)
        .join(unit_record, newest_record())
        .where(unit.c.bureau_code == bureau_code, unit.c.status == "approved")
        .order_by(contractor.c.until, contractor.c.id)
    )


def contractors_ending(
    session: Session, bureau_code: str, first: date, last: date, *, limit: int | None = None
) -> list[ContractorRow]:
    """Contractors of units that go on whose period ends between two days, the first to end first."""
    statement = _contractors(bureau_code).where(contractor.c.until.between(first, last))
    if limit is not None:
        statement = statement.limit(limit)
    return [ContractorRow(**row) for row in session.execute(statement).mappings()]


def count_contractors_ending(session: Session, bureau_code: str, first: date, last: date) -> int:
    """How many of them."""
    found = (
        select(func.count())
        .select_from(contractor.join(unit, unit.c.id == contractor.c.unit_id))
        .where(
            unit.c.bureau_code == bureau_code,
            unit.c.status == "approved",
            contractor.c.until.between(first, last),
        )
    )
    return int(session.execute(found).scalar_one())


def in_hand(session: Session, bureau_code: str, state: State, *, limit: int) -> list[Line]:
    """Applications of a bureau in a state: those whose applicant has corrected them first, then the longest there."""
    where = (application.c.bureau_code == bureau_code, application.c.state == state.value)
    # Not sorted by the instant itself: engines disagree on where nothing stands.
    corrected = case((application.c.corrected_at.is_(None), 1), else_=0)
    return applications.lines(
        session, *where, order=(corrected, application.c.received_on, application.c.id), most=limit
    )


def looked_at(session: Session, application_ids: Collection[int]) -> dict[int, int]:
    """How many items of its checklist have a result, by application; one without any is left out."""
    found = (
        select(application_check.c.application_id, func.count())
        .where(application_check.c.application_id.in_(application_ids))
        .group_by(application_check.c.application_id)
    )
    return {int(number): int(count) for number, count in session.execute(found)}


def procedures(session: Session, unit_ids: Collection[int]) -> dict[int, list[Line]]:
    """What is in hand for units, by unit, the oldest first."""
    states = [state.value for state in IN_HAND]
    rows = applications.lines(
        session,
        application.c.unit_id.in_(unit_ids),
        application.c.state.in_(states),
        order=(application.c.received_on, application.c.id),
    )
    found: dict[int, list[Line]] = {}
    for row in rows:
        found.setdefault(row.unit_id or 0, []).append(row)
    return found


@dataclass(frozen=True)
class RecordRow:
    """One version of the approved record. by: who recorded it, "" = nobody is known."""

    version: int
    record: Record
    number_shown: str
    recorded_at: datetime
    by: str


def records(session: Session, unit_id: int) -> list[RecordRow]:
    """Every version of a unit's approved record, the one in force first."""
    statement = (
        select(unit_record, account.c.sign_in_key, account.c.display_name_sealed)
        .outerjoin(account, account.c.id == unit_record.c.recorded_by)
        .where(unit_record.c.unit_id == unit_id)
        .order_by(unit_record.c.version.desc())
    )
    return [
        RecordRow(
            row["version"],
            Record(**{name: row[name] or "" for name in Record.__dataclass_fields__}),
            row["number_shown"],
            row["recorded_at"],
            opened_display_name(session, row["sign_in_key"], row["display_name_sealed"])
            if row["sign_in_key"] is not None
            else "",
        )
        for row in session.execute(statement).mappings()
    ]
