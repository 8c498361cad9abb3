"""Applications as pages and papers get them: plain frozen values, listed one by one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from portal.calendar.day import jst_day
from portal.domain.application import (
    DRAFT_DAYS,
    READY_DAYS,
    Act,
    Kind,
    Party,
    Result,
    Source,
    State,
    Step,
)
from portal.domain.application_content import Content, Missing
from portal.domain.application_decision import Decision, Way
from portal.domain.reach import UnitClass
from portal.services import public_id
from portal.store import application as store
from portal.store import application_trail as trails

Shown = Mapping[Step, Mapping[str, str | Sequence[str]]]
"""What the fields of each step show, as a form takes it."""


@dataclass(frozen=True)
class ApplicationLine:
    """One application of a list. ref: what stands for it in addresses; unit_ref: of its unit, "" before there is one.

    case_number: "" before it was printed. corrected: the applicant says that what was asked back is corrected.
    effective_on: from this day an approved one holds; applied: the unit says so. Days are those of Japan.
    """

    ref: str
    unit_ref: str
    kind: Kind
    state: State
    source: Source
    case_number: str
    bureau_code: str
    unit_class: UnitClass | None
    unit_number: str
    name: str
    made_on: date
    touched_on: date
    received_on: date | None
    decided_on: date | None
    effective_on: date | None
    applied: bool
    corrected: bool


@dataclass(frozen=True)
class HistoryLine:
    """One event, in codes. told: what both sides read.

    noted: what only the bureau reads, and by: which of its clerks it was; both "" for the applicant.
    """

    at: datetime
    act: Act
    party: Party
    state: State
    told: str
    noted: str
    by: str = ""


@dataclass(frozen=True)
class ApplicationView:
    """One application as the applicant sees it.

    revision: goes back with every form, as ``seen``. steps: in their order; missing: what is still needed; nothing =
    it can be printed. typed: what each step's form shows: what was saved, else what the record in force says; before:
    the latter by itself, empty for a first application. may: what can be done now. deleted_on: the day on which it is
    deleted unless it is touched. decision: without what only the bureau reads.
    """

    line: ApplicationLine
    revision: int
    steps: tuple[Step, ...]
    content: Content
    typed: Shown
    before: Shown
    missing: tuple[Missing, ...]
    history: tuple[HistoryLine, ...]
    decision: Decision | None
    may: frozenset[Act]
    deleted_on: date | None


@dataclass(frozen=True)
class CheckLine:
    """One item of the checklist. subject: licence number of the contractor it is about, else "".

    confidence: official, secondary, unverified or own_decision, said beside the item. result None = open. by: the clerk
    who noted it last.
    """

    item: str
    subject: str
    label_ja: str
    label_en: str
    source: str
    confidence: str
    result: Result | None
    note: str
    at: datetime | None
    by: str = ""


@dataclass(frozen=True)
class SeenUnit:
    """A unit that may be the same applicant. why: "number", "corporation", "name"."""

    ref: str
    unit_class: UnitClass
    number: str
    name: str
    status: str
    valid_from: date
    valid_until: date
    why: tuple[str, ...]


@dataclass(frozen=True)
class SeenApplication:
    """Another application that may be of the same applicant; why as in SeenUnit."""

    line: ApplicationLine
    why: tuple[str, ...]


@dataclass(frozen=True)
class CasePage:
    """One application as the bureau sees it.

    way: what approving would do; target: the unit it would concern. typed: as in ApplicationView; before: the same of
    the record in force, for a change or a renewal, else empty. open_items: how many items of the checklist are neither
    ok nor not applicable.
    """

    line: ApplicationLine
    revision: int
    steps: tuple[Step, ...]
    content: Content
    typed: Shown
    before: Shown
    missing: tuple[Missing, ...]
    checks: tuple[CheckLine, ...]
    open_items: int
    history: tuple[HistoryLine, ...]
    decision: Decision | None
    may: frozenset[Act]
    way: Way
    target: SeenUnit | None
    units: tuple[SeenUnit, ...]
    applications: tuple[SeenApplication, ...]


@dataclass(frozen=True)
class Lines:
    """One page of a list. after: goes on from here; "" at the end."""

    lines: tuple[ApplicationLine, ...]
    after: str


@dataclass(frozen=True)
class Filters:
    """What a list of the bureau asks for; empty = everything that was received. text: name or number."""

    states: tuple[State, ...] = ()
    kinds: tuple[Kind, ...] = ()
    unit_class: UnitClass | None = None
    text: str = ""
    received_from: date | None = None
    received_until: date | None = None


def line_of(row: store.Line) -> ApplicationLine:
    """A row as it is shown."""
    return ApplicationLine(
        ref=public_id.shown(row.public_id),
        unit_ref=public_id.shown(row.unit_public_id) if row.unit_public_id else "",
        kind=row.kind,
        state=row.state,
        source=row.source,
        case_number=row.case_number,
        bureau_code=row.bureau_code,
        unit_class=row.unit_class,
        unit_number=row.unit_number,
        name=row.name,
        made_on=jst_day(row.made_at),
        touched_on=jst_day(row.touched_at),
        received_on=row.received_on,
        decided_on=row.decided_on,
        effective_on=row.effective_on,
        applied=row.applied_at is not None,
        corrected=row.corrected_at is not None,
    )


def history_of(
    events: Sequence[trails.Event], names: Mapping[int, str] | None = None
) -> tuple[HistoryLine, ...]:
    """The history as one side reads it. names: of the clerks, for the bureau; None = as the applicant reads it."""
    return tuple(
        HistoryLine(
            event.at,
            event.act,
            event.party,
            event.state_after,
            event.told,
            "" if names is None else event.noted,
            (names or {}).get(event.account_id or 0, "") if event.party is Party.BUREAU else "",
        )
        for event in events
    )


def deleted_on(row: store.Line) -> date | None:
    """When an application that no bureau has received is deleted unless somebody touches it; None for others."""
    days = {State.DRAFT: DRAFT_DAYS, State.READY: READY_DAYS}.get(row.state)
    return None if days is None else jst_day(row.touched_at) + timedelta(days=days)
