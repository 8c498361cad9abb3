"""People of a unit as those who manage them see them, and what is changed about a membership.

Whoever changes anything here holds the unit (`portal.store.unit.hold`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, select, update
from sqlalchemy.orm import Session

from portal.domain.membership import MembershipFacts
from portal.store import contractor as contractors
from portal.store.account import opened_display_name
from portal.store.tables import account, contractor, department, membership, unit, unit_record
from portal.store.unit import newest_record


@dataclass(frozen=True)
class PersonRow:
    """One membership of a unit, in force or ended. place: department or contractor, "" = the unit itself."""

    id: int
    account_id: int
    display_name: str
    role: str
    since: date
    until: date | None
    department_id: int | None
    contractor_id: int | None
    place: str
    facts: MembershipFacts


@dataclass(frozen=True)
class OwnRow:
    """One membership of a person, in force or ended, with the unit's name."""

    unit_id: int
    unit_name: str
    place: str
    until: date | None
    facts: MembershipFacts


_COLUMNS = (
    membership.c.id,
    membership.c.unit_id,
    membership.c.account_id,
    account.c.sign_in_key,
    account.c.display_name_sealed,
    account.c.closed_at,
    membership.c.role,
    membership.c.since,
    membership.c.until,
    membership.c.department_id,
    membership.c.contractor_id,
    department.c.name.label("department_name"),
    department.c.since.label("department_since"),
    department.c.until.label("department_until"),
    contractor.c.name.label("contractor_name"),
    contractor.c.since.label("contractor_since"),
    contractor.c.until.label("contractor_until"),
)


def _members(*more: ColumnElement[Any]) -> Select[Any]:
    return (
        select(*_COLUMNS, *more)
        .join(account, account.c.id == membership.c.account_id)
        .outerjoin(department, department.c.id == membership.c.department_id)
        .outerjoin(contractor, contractor.c.id == membership.c.contractor_id)
        .order_by(membership.c.id)
    )


def people(session: Session, unit_id: int) -> list[PersonRow]:
    """Everybody who is or was a member, in order of joining."""
    periods = contractors.periods(session, unit_id)
    return [
        PersonRow(
            id=row.id,
            account_id=row.account_id,
            display_name=opened_display_name(session, row.sign_in_key, row.display_name_sealed),
            role=row.role,
            since=row.since,
            until=row.until,
            department_id=row.department_id,
            contractor_id=row.contractor_id,
            place=_place(row),
            facts=_facts(row, periods.get(row.contractor_id, ())),
        )
        for row in session.execute(_members().where(membership.c.unit_id == unit_id))
    ]


def of_account(session: Session, account_id: int) -> list[OwnRow]:
    """Every membership of a person, in order of joining."""
    statement = (
        _members(unit_record.c.name.label("unit_name"))
        .join(unit, unit.c.id == membership.c.unit_id)
        .join(unit_record, newest_record())
        .where(membership.c.account_id == account_id)
    )
    rows = session.execute(statement).all()
    periods = {number: contractors.periods(session, number) for number in {row.unit_id for row in rows}}
    return [
        OwnRow(
            unit_id=row.unit_id,
            unit_name=row.unit_name,
            place=_place(row),
            until=row.until,
            facts=_facts(row, periods[row.unit_id].get(row.contractor_id, ())),
        )
        for row in rows
    ]


def _place(row: Row[Any]) -> str:
    return row.department_name or row.contractor_name or ""


def _facts(row: Row[Any], periods: Iterable[contractors.Recorded]) -> MembershipFacts:
    return MembershipFacts(
        since=row.since,
        until=row.until,
        account_closed=row.closed_at is not None,
        department_since=row.department_since,
        department_until=row.department_until,
        contractor_since=row.contractor_since,
        contractor_until=row.contractor_until,
        contractor_periods=tuple(one.counts for one in periods if one.counts is not None),
    )


def change(
    session: Session,
    membership_id: int,
    *,
    role: str,
    department_id: int | None,
    contractor_id: int | None,
) -> None:
    """Another role or place for a membership."""
    session.execute(
        update(membership)
        .where(membership.c.id == membership_id)
        .values(role=role, department_id=department_id, contractor_id=contractor_id)
    )


def set_department_days(session: Session, department_id: int, since: date, until: date | None) -> None:
    """First and last day of a department; None = no end."""
    session.execute(
        update(department).where(department.c.id == department_id).values(since=since, until=until)
    )


def place_names(session: Session, unit_id: int) -> dict[tuple[int | None, int | None], str]:
    """The names of departments and contractors of a unit, by the pair of ids that memberships hold."""
    departments = select(department.c.id, department.c.name).where(department.c.unit_id == unit_id)
    of_contractors = select(contractor.c.id, contractor.c.name).where(contractor.c.unit_id == unit_id)
    names: dict[tuple[int | None, int | None], str] = {
        (row.id, None): row.name for row in session.execute(departments)
    }
    return names | {(None, row.id): row.name for row in session.execute(of_contractors)}
