"""One unit as its 労働局 (labour bureau) sees it: the record and its versions, places, people, what it may do today.

Reached only by the ref, and only a unit whose application the bureau holds (ruling R15). Nothing of any job seeker.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import RowMapping
from sqlalchemy.orm import Session

from portal.calendar.clock import Clock
from portal.calendar.day import jst_day
from portal.domain.actor import Actor
from portal.domain.bureau_desk import shown_state
from portal.domain.permission import Permission, may
from portal.domain.standing import Standing, covers, standing
from portal.domain.unit_invitation import MANAGERS, InvitationState
from portal.services import unit as units
from portal.services import unit_invitation
from portal.services.application_case import bureau_of
from portal.services.use_case import query
from portal.store import bureau_desk as store
from portal.store import contractor
from portal.store import unit as unit_store
from portal.store import unit_invitation as invitations
from portal.store.bureau_desk import RecordRow
from portal.store.unit import UnitRow


@dataclass(frozen=True)
class Place:
    """A branch, department or contractor. number: 枝番 or licence number; current: in force today.

    A contractor stands there once for each contract period that counts.
    """

    name: str
    number: str
    since: date | None
    until: date | None
    current: bool


@dataclass(frozen=True)
class Person:
    """Somebody who may act for the unit today. place: department or contractor, "" = none."""

    name: str
    role: str
    place: str
    since: date


@dataclass(frozen=True)
class BureauUnit:
    """One unit. state: one word for it; members: those in force, None for whoever may not see their names."""

    ref: str
    today: date
    row: UnitRow
    standing: Standing
    state: str
    records: tuple[RecordRow, ...]
    branches: tuple[Place, ...]
    departments: tuple[Place, ...]
    contractors: tuple[Place, ...]
    members: tuple[Person, ...] | None


def unit(session: Session, clock: Clock, actor: Actor, ref: str) -> BureauUnit:
    """A unit of the own bureau. Raises Forbidden, NotFound "unknown_unit"."""
    with query(session):
        bureau_of(actor, Permission.BUREAU_UNIT_READ)
        row = units.authorised(session, actor, ref)
        today = jst_day(clock.now())
        may_do = standing(unit_store.facts(row), today)
        below = unit_store.below(session, row.id)
        return BureauUnit(
            ref=ref,
            today=today,
            row=row,
            standing=may_do,
            state=shown_state(may_do, row.valid_until, today),
            records=tuple(store.records(session, row.id)),
            branches=tuple(
                Place(found["name"], found["branch_number"], None, None, True) for found in below["branches"]
            ),
            departments=tuple(_department(found, today) for found in below["departments"]),
            contractors=tuple(_contractors(session, row.id, below["contractors"], today)),
            members=_members(session, row.id, today, below["departments"], below["contractors"])
            if may(actor, Permission.BUREAU_MEMBER_READ)
            else None,
        )


@dataclass(frozen=True)
class NotBegun:
    """An officer or a contact who was recorded and has not come yet. open: the last invitation is still good."""

    role: str
    name: str
    last_day: date
    open: bool


def not_begun(session: Session, clock: Clock, actor: Actor, ref: str) -> tuple[NotBegun, ...]:
    """Who of officer and contact still needs a start sheet. Raises Forbidden, NotFound "unknown_unit"."""
    with query(session):
        bureau_of(actor, Permission.BUREAU_UNIT_READ)
        row = units.authorised(session, actor, ref)
        now = clock.now()
        return tuple(
            NotBegun(
                invited.role,
                invited.display_name,
                unit_invitation.last_day_of(invited),
                unit_invitation.state_of(invited, now) is InvitationState.OPEN,
            )
            for invited in sorted(
                invitations.not_used(session, row.id), key=lambda one: one.role, reverse=True
            )
            if invited.role in MANAGERS
        )


def _department(found: RowMapping, today: date) -> Place:
    since, until = found["since"], found["until"]
    return Place(found["name"], "", since, until, covers(since, until, today))


def _contractors(session: Session, unit_id: int, rows: Sequence[RowMapping], today: date) -> Iterator[Place]:
    recorded = contractor.periods(session, unit_id)
    for row in rows:
        for one in recorded[row["id"]]:
            if one.counts is not None:
                days = one.counts.since, one.counts.until
                yield Place(row["name"], row["licence_number"], *days, covers(*days, today))


def _members(
    session: Session, unit_id: int, today: date, *places: Sequence[RowMapping]
) -> tuple[Person, ...]:
    names = [{found["id"]: found["name"] for found in each} for each in places]
    return tuple(
        Person(
            row.display_name,
            row.role,
            names[0].get(row.department_id) or names[1].get(row.contractor_id) or "",
            row.since,
        )
        for row in unit_store.members(session, unit_id)
        if row.since <= today and (row.until is None or today < row.until)
    )
