"""The first desk of a 労働局 (labour bureau) and its lists of units: what is due, and why it is shown.

A bureau sees the units whose application it holds, and nothing of any other (ruling R15). Days ahead are our decision.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from portal.calendar.clock import Clock
from portal.calendar.day import jst_day
from portal.domain.actor import Actor
from portal.domain.application import Kind, State
from portal.domain.bureau_desk import (
    DUE_DAYS,
    LATELY_DAYS,
    Order,
    UnitFilter,
    UnitState,
    shown_state,
)
from portal.domain.permission import Permission
from portal.domain.refusal import NotFound
from portal.domain.standing import limit_on, standing
from portal.services import public_id
from portal.services.application_case import bureau_of
from portal.services.application_view import ApplicationLine, line_of
from portal.services.use_case import query
from portal.store import application as applications
from portal.store import bureau_desk as store
from portal.store import unit as unit_store
from portal.store.application import Line
from portal.store.bureau_desk import ContractorRow
from portal.store.unit import UnitRow

PAGE = 50
SHOWN = 5
"""Rows of each part of the first desk; the rest is one step away."""


@dataclass(frozen=True)
class UnitLine:
    """One unit of a list. state: its weightiest reason (portal.domain.standing), "due" or "in_use".

    procedures: kind, state and ref of each application in hand.
    """

    ref: str
    name: str
    number: str
    unit_class: str
    state: str
    valid_from: date
    valid_until: date
    daily_limit: int
    suspended_from: date | None
    suspended_until: date | None
    officer_left_on: date | None
    procedures: tuple[tuple[Kind, State, str], ...]


@dataclass(frozen=True)
class Work:
    """One application in hand. looked_at: how many items of its checklist have a result."""

    line: ApplicationLine
    looked_at: int


@dataclass(frozen=True)
class Units:
    """One page of the units. after: the ref behind which the next page begins, None at the end. count: of all pages."""

    lines: tuple[UnitLine, ...]
    after: str | None
    count: int


@dataclass(frozen=True)
class ContractorLine:
    """One 受託団体 whose period ends soon, or ended lately, with the unit it acts for."""

    name: str
    licence_number: str
    since: date
    until: date
    unit_ref: str
    unit_name: str


@dataclass(frozen=True)
class Desk:
    """work: the first applications of each state in hand; units: the first of each state; counts: how many there are.

    contractors: those whose period ends soon or ended lately.
    """

    today: date
    work_counts: Mapping[State, int]
    work: Mapping[State, tuple[Work, ...]]
    counts: Mapping[UnitState, int]
    units: Mapping[UnitState, tuple[UnitLine, ...]]
    contractors: tuple[ContractorLine, ...]
    contractor_count: int


_ON_THE_DESK = (UnitState.DUE, UnitState.OVER_LATELY, UnitState.SUSPENDED, UnitState.NO_OFFICER)


def desk(session: Session, clock: Clock, actor: Actor) -> Desk:
    """What waits for the bureau today. Raises Forbidden."""
    with query(session):
        bureau = bureau_of(actor, Permission.BUREAU_HOME_READ)
        today = jst_day(clock.now())
        counts = store.counts_of_states(session, bureau, today)
        states = applications.states(session, bureau)
        # A part without anything in it is asked for, too: the same statements on every day.
        first = {
            state: _lines(
                session,
                store.units(session, bureau, UnitFilter(state=state, order=Order.END), today, limit=SHOWN),
                today,
            )
            for state in _ON_THE_DESK
        }
        days = _around(today)
        contractors = store.contractors_ending(session, bureau, *days, limit=SHOWN)
        return Desk(
            today,
            states,
            {state: _work(session, bureau, state) for state in (State.RECEIVED, State.RETURNED)},
            counts,
            first,
            tuple(map(_contractor, contractors)),
            store.count_contractors_ending(session, bureau, *days),
        )


def units(
    session: Session, clock: Clock, actor: Actor, wanted: UnitFilter, *, after: str | None = None
) -> Units:
    """A page of the units of the own bureau. Raises Forbidden, NotFound for a cursor that is none of its units."""
    with query(session):
        bureau = bureau_of(actor, Permission.BUREAU_UNIT_READ)
        today = jst_day(clock.now())
        place = _place(session, bureau, after) if after else None
        rows = store.units(session, bureau, wanted, today, after=place, limit=PAGE + 1)
        lines = _lines(session, rows[:PAGE], today)
        return Units(
            lines,
            lines[-1].ref if len(rows) > PAGE else None,
            store.count_units(session, bureau, wanted, today),
        )


def every_unit(session: Session, clock: Clock, actor: Actor, wanted: UnitFilter) -> tuple[UnitLine, ...]:
    """The same without pages, for a file. Raises Forbidden."""
    with query(session):
        bureau = bureau_of(actor, Permission.BUREAU_UNIT_READ)
        today = jst_day(clock.now())
        return _lines(session, store.units(session, bureau, wanted, today), today)


def contractors(session: Session, clock: Clock, actor: Actor) -> tuple[ContractorLine, ...]:
    """Every contractor whose period ends soon or ended lately, the first to end first. Raises Forbidden."""
    with query(session):
        bureau = bureau_of(actor, Permission.BUREAU_UNIT_READ)
        days = _around(jst_day(clock.now()))
        return tuple(map(_contractor, store.contractors_ending(session, bureau, *days)))


def _around(today: date) -> tuple[date, date]:
    return today - timedelta(days=LATELY_DAYS), today + timedelta(days=DUE_DAYS - 1)


def _place(session: Session, bureau: str, ref: str) -> int:
    raw = public_id.read(ref)
    row = None if raw is None else unit_store.by_ref(session, raw, bureau)
    if row is None:
        raise NotFound
    return row.id


def _work(session: Session, bureau: str, state: State) -> tuple[Work, ...]:
    rows = store.in_hand(session, bureau, state, limit=SHOWN)
    looked_at = store.looked_at(session, [row.id for row in rows])
    return tuple(Work(line_of(row), looked_at.get(row.id, 0)) for row in rows)


def _lines(session: Session, rows: Sequence[UnitRow], today: date) -> tuple[UnitLine, ...]:
    found = store.procedures(session, [row.id for row in rows])
    return tuple(_line(row, found.get(row.id, []), today) for row in rows)


def _line(row: UnitRow, procedures: Sequence[Line], today: date) -> UnitLine:
    state = shown_state(standing(unit_store.facts(row), today), row.valid_until, today)
    return UnitLine(
        public_id.shown(row.public_id),
        row.record.name,
        row.number_shown or row.number,
        row.unit_class.value,
        state,
        row.valid_from,
        row.valid_until,
        limit_on(unit_store.facts(row), today),
        row.suspended_from,
        row.suspended_until,
        row.officer_left_on,
        tuple((each.kind, each.state, public_id.shown(each.public_id)) for each in procedures),
    )


def _contractor(row: ContractorRow) -> ContractorLine:
    return ContractorLine(
        row.name,
        row.licence_number,
        row.since,
        row.until,
        public_id.shown(row.unit_public_id),
        row.unit_name,
    )
