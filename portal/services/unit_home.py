"""What a unit's own people see of it: for whom they act, what it may do today, what is left of the day, its record.

Only what the bureau approved is shown as the record; nothing of it is changed here (seed 004 P-Q2, P-Q11, M-Q2, M-Q8).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import RowMapping
from sqlalchemy.orm import Session

from portal.calendar.clock import Clock
from portal.calendar.day import jst_day
from portal.domain.actor import Actor
from portal.domain.contract_period import Period, in_force
from portal.domain.permission import Permission, may
from portal.domain.reach import UnitClass
from portal.domain.refusal import Forbidden
from portal.domain.reminder import DAYS_BEFORE, ends_soon, last_day_of
from portal.domain.standing import Standing, covers, limit_on, standing
from portal.domain.unit import Record
from portal.services import code
from portal.services.acting import QuotaView, quota_view, require_acting
from portal.services.announcement import reader_of
from portal.services.measure import Told, told
from portal.services.use_case import query
from portal.store import announcement, application, complaint, contractor, thread
from portal.store import unit as store
from portal.store.acting import Acting
from portal.store.announcement import Reader
from portal.store.unit import UnitRow

REMIND_DAYS = max(DAYS_BEFORE)
"""So long before the end of its validity a unit is reminded of the renewal (portal.domain.reminder)."""


@dataclass(frozen=True)
class UnitHome:
    """The acting unit. department, contractor: the person's own, "" = none. valid_until: last day of the approval.
    unread: threads that this person sees with something new in them. announcements: those this person has not read.
    complaints: cases with something new, for the officer.
    ends_soon: the last day is near (our reminder). own_end: it is that of the unit's own recorded 利用停止.
    contract_until: for people of a contractor whose contract ends soon, its last day.
    measures: of the bureau on this unit, now or to come; ask: that bureau, only where there are any.

    sending_closed: the operator holds the day's sending closed (ruling R11), for everybody.
    """

    name: str
    unit_class: UnitClass
    department: str
    contractor: str
    standing: Standing
    sending_closed: bool
    valid_until: date | None
    quota: QuotaView
    unread: int
    announcements: int
    complaints: int
    ends_soon: bool
    own_end: bool
    contract_until: date | None
    measures: tuple[Told, ...]
    ask: code.Choice | None

    @property
    def may_send(self) -> bool:
        """Whether messages go out now."""
        return self.standing.send and not self.sending_closed

    @property
    def suspension(self) -> Told | None:
        """The suspension that holds today."""
        return next((each for each in self.measures if each.begun and each.limit is None), None)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Codes of what is closed and why, the weightiest first."""
        closed = ("sending_closed",) if self.sending_closed else ()
        # Whoever asked for the end is told of the end, not of a renewal.
        own = (
            "application_ended" if self.own_end and each == "validity_ended" else each
            for each in self.standing.reasons
        )
        return (*own, *closed)


def unit_home(session: Session, clock: Clock, actor: Actor) -> UnitHome:
    """The unit somebody acts for now. Raises Forbidden, NotFound."""
    with query(session):
        today = jst_day(clock.now())
        officer = may(actor, Permission.UNIT_COMPLAINT_HANDLE)
        return _home(session, require_acting(session, actor, today), reader_of(actor), today, officer=officer)


def _home(session: Session, unit: Acting, reader: Reader, today: date, *, officer: bool) -> UnitHome:
    measures = told(session, unit.unit_id, unit.facts, today)
    news = announcement.unread(reader, today)
    soon, stands = ends_soon(unit.facts.valid_until, today), standing(unit.facts, today)
    # For everybody the same statement; only the officer has cases, and only those that are there for the officer.
    cases = complaint.new_to_unit(unit.unit_id if officer else None)
    unread, announcements, complaints = thread.new_to_unit(session, unit.unit_id, unit.member, news, cases)
    return UnitHome(
        name=unit.letterhead.organisation_name,
        unit_class=unit.unit_class,
        department=unit.letterhead.department,
        contractor=unit.letterhead.contractor_name,
        standing=stands,
        sending_closed=unit.sending_closed,
        valid_until=unit.facts.valid_until,
        quota=quota_view(session, unit, today),
        unread=unread,
        announcements=announcements,
        complaints=complaints,
        ends_soon=soon,
        # Asked only when there is a last day to explain.
        own_end=(soon or "validity_ended" in stands.reasons)
        and application.ends_by_own_wish(session, unit.unit_id),
        contract_until=_contract_end(unit, today),
        measures=measures,
        ask=_bureau(session, store.by_id(session, unit.unit_id)) if measures else None,
    )


def _contract_end(unit: Acting, today: date) -> date | None:
    facts = unit.membership
    if facts.contractor_since is None or facts.contractor_until is None:
        return None
    own = (facts.contractor_since, facts.contractor_until)
    last = last_day_of([own, *((each.since, each.until) for each in facts.contractor_periods)], today)
    return last if ends_soon(last, today) else None


def _bureau(session: Session, row: UnitRow) -> code.Choice | None:
    return code.names(session, "bureau").get(row.bureau_code)


@dataclass(frozen=True)
class Part:
    """A branch, department or contractor. number: branch or licence number; current: in force today.

    periods: those of a contractor that count, the first one first; since, until: of the newest.
    """

    name: str
    number: str
    since: date | None
    until: date | None
    current: bool
    periods: tuple[Period, ...] = ()


@dataclass(frozen=True)
class Member:
    """One person of the unit. part: department or contractor, "" = none."""

    name: str
    role: str
    part: str
    since: date


@dataclass(frozen=True)
class UnitRecord:
    """The approved record of the acting unit. members: those in force, None for whoever may not see them."""

    unit_class: UnitClass
    number_shown: str
    record: Record
    bureau: code.Choice | None
    valid_from: date
    valid_until: date
    limit: int
    branches: tuple[Part, ...]
    departments: tuple[Part, ...]
    contractors: tuple[Part, ...]
    members: tuple[Member, ...] | None


def unit_record(session: Session, clock: Clock, actor: Actor) -> UnitRecord:
    """What is recorded about the acting unit. Raises Forbidden, NotFound."""
    with query(session):
        today = jst_day(clock.now())
        unit = require_acting(session, actor, today)
        if not may(actor, Permission.UNIT_RECORD_READ):
            raise Forbidden
        row = store.by_id(session, unit.unit_id)
        below = store.below(session, unit.unit_id)
        return UnitRecord(
            unit_class=row.unit_class,
            number_shown=row.number_shown,
            record=row.record,
            bureau=_bureau(session, row),
            valid_from=row.valid_from,
            valid_until=row.valid_until,
            limit=limit_on(store.facts(row), today),
            branches=tuple(
                Part(found["name"], found["branch_number"], None, None, True) for found in below["branches"]
            ),
            departments=tuple(_part(found, today) for found in below["departments"]),
            contractors=tuple(_contractors(session, unit.unit_id, below["contractors"], today)),
            members=_members(session, unit.unit_id, today)
            if may(actor, Permission.UNIT_MEMBER_READ)
            else None,
        )


def _part(found: RowMapping, today: date) -> Part:
    since, until = found["since"], found["until"]
    return Part(found["name"], "", since, until, covers(since, until, today))


def _contractors(session: Session, unit_id: int, rows: Sequence[RowMapping], today: date) -> Iterator[Part]:
    recorded = contractor.periods(session, unit_id) if rows else {}
    for row in rows:
        counting = tuple(one.counts for one in recorded[row["id"]] if one.counts is not None)
        current = in_force(counting, today)
        yield Part(row["name"], row["licence_number"], row["since"], row["until"], current, counting)


def _members(session: Session, unit_id: int, today: date) -> tuple[Member, ...]:
    parts = _parts(session, unit_id)
    return tuple(
        Member(row.display_name, row.role, parts.get((row.department_id, row.contractor_id), ""), row.since)
        for row in store.members(session, unit_id)
        if row.since <= today and (row.until is None or today < row.until)
    )


def _parts(session: Session, unit_id: int) -> dict[tuple[int | None, int | None], str]:
    below = store.below(session, unit_id)
    names: dict[tuple[int | None, int | None], str] = {
        (found["id"], None): found["name"] for found in below["departments"]
    }
    return names | {(None, found["id"]): found["name"] for found in below["contractors"]}
