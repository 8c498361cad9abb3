"""Units, their approved record, and what hangs below them.

Every change begins with ``hold``. A send holds the unit's row in a weaker mode until it is committed and checks that
the revision is still the one it decided on; so after a confirmed suspension, or an ended membership, nothing is sent.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, and_, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.domain.reach import UnitClass
from portal.domain.standing import UnitFacts, UnitStatus
from portal.domain.unit import ContractorEntry, Record, search_key
from portal.store.account import opened_display_name, opened_sign_in_name
from portal.store.keyring import keyring
from portal.store.tables import (
    account,
    branch,
    contractor,
    department,
    membership,
    unit,
    unit_record,
)


class Taken(Exception):
    """There is one already: a unit with this class and number, a department with this name, and so on."""


@dataclass(frozen=True)
class UnitRow:
    """One unit with the newest version of its approved record."""

    id: int
    public_id: bytes
    unit_class: UnitClass
    number: str
    bureau_code: str
    status: str
    valid_from: date
    valid_until: date
    daily_limit: int
    reserve: int
    suspended_from: date | None
    suspended_until: date | None
    suspension_reason: str | None
    limit_until: date | None
    officer_left_on: date | None
    version: int
    number_shown: str
    record: Record


def newest_record() -> ColumnElement[bool]:
    """Of the versions of a unit's approved record the one in force; for joining `unit_record` to `unit`."""
    newest = (
        select(func.max(unit_record.c.version))
        .where(unit_record.c.unit_id == unit.c.id)
        .correlate(unit)
        .scalar_subquery()
    )
    return and_(unit_record.c.unit_id == unit.c.id, unit_record.c.version == newest)


def hold(session: Session, unit_id: int) -> None:
    """Lock the unit alone, after every open send, and let sends that decided before this decide again."""
    session.execute(select(unit.c.id).where(unit.c.id == unit_id).with_for_update())
    session.execute(update(unit).where(unit.c.id == unit_id).values(revision=unit.c.revision + 1))


def hold_all(session: Session) -> None:
    """As `hold` for every unit, in their order: every send under way is over, and what was decided is decided again."""
    session.execute(select(unit.c.id).order_by(unit.c.id).with_for_update())
    session.execute(update(unit).values(revision=unit.c.revision + 1))


def add(
    session: Session,
    now: datetime,
    *,
    public_id: bytes,
    token_key: bytes,
    unit_class: UnitClass,
    number: str,
    bureau_code: str,
    valid_from: date,
    valid_until: date,
) -> int:
    """A new approved unit without a record. Raises Taken when class and number are known (ruling R2)."""
    try:
        with session.begin_nested():
            unit_id = session.execute(
                insert(unit)
                .values(
                    public_id=public_id,
                    unit_class=unit_class.value,
                    number=number,
                    bureau_code=bureau_code,
                    status="approved",
                    valid_from=valid_from,
                    valid_until=valid_until,
                    token_key_sealed=b"",
                    created_at=now,
                )
                .returning(unit.c.id)
            ).scalar_one()
    except IntegrityError:
        raise Taken from None
    # The key is bound to the number of its row, which is only known now.
    sealed = keyring(session).seal_bytes("unit.token_key", unit_id, token_key)
    change(session, unit_id, token_key_sealed=sealed)
    return int(unit_id)


def change(session: Session, unit_id: int, **values: Any) -> None:
    """Overwrite columns of a unit that is held."""
    session.execute(update(unit).where(unit.c.id == unit_id).values(**values))


def add_record(
    session: Session, unit_id: int, record: Record, number_shown: str, now: datetime, by: int | None
) -> int:
    """The next version of the approved record; earlier ones stay. Returns its number.

    With another officer than before, nobody is missing any more.
    """
    before = session.execute(
        select(unit_record.c.version, unit_record.c.officer_name)
        .where(unit_record.c.unit_id == unit_id)
        .order_by(unit_record.c.version.desc())
        .limit(1)
    ).one_or_none()
    version = 1 if before is None else before.version + 1
    if before is not None and record.officer_name and record.officer_name != before.officer_name:
        change(session, unit_id, officer_left_on=None)
    session.execute(
        insert(unit_record).values(
            unit_id=unit_id,
            version=version,
            name=record.name,
            kana=record.kana,
            search_key=record.search_key,
            corporation_number=record.corporation_number or None,
            number_shown=number_shown,
            officer_name=record.officer_name or None,
            officer_contact=record.officer_contact or None,
            contact_name=record.contact_name or None,
            contact_contact=record.contact_contact or None,
            recorded_at=now,
            recorded_by=by,
        )
    )
    return version


def _rows() -> Select[Any]:
    return select(unit, *(c for c in unit_record.c if c.name not in ("id", "unit_id"))).join(
        unit_record, newest_record()
    )


def _row(found: RowMapping) -> UnitRow:
    texts = {name: found[name] or "" for name in Record.__dataclass_fields__}
    same = {
        name: found[name] for name in UnitRow.__dataclass_fields__ if name not in ("record", "unit_class")
    }
    return UnitRow(**same, unit_class=UnitClass(found["unit_class"]), record=Record(**texts))


def by_number(session: Session, number: str) -> list[UnitRow]:
    """The units with this number: one, none, or one of each class."""
    rows = session.execute(_rows().where(unit.c.number == number).order_by(unit.c.unit_class)).mappings()
    return [_row(row) for row in rows]


def numbered(session: Session, unit_class: UnitClass | None, numbers: Iterable[str]) -> int | None:
    """The unit of a class with one of these spellings of a number; the first that was made, if there are several."""
    found = (
        select(unit.c.id)
        .where(unit.c.unit_class == unit_class, unit.c.number.in_(tuple(numbers)))
        .order_by(unit.c.id)
        .limit(1)
    )
    return session.execute(found).scalar_one_or_none()


def alike(
    session: Session,
    bureau_code: str,
    numbers: Iterable[str],
    *,
    corporation_number: str,
    search_key: str,
    most: int,
) -> list[UnitRow]:
    """Units of a bureau, of either class, with this number, corporation number or name (ruling R2)."""
    same: list[ColumnElement[bool]] = [unit.c.number.in_(tuple(numbers))]
    if corporation_number:
        same.append(unit_record.c.corporation_number == corporation_number)
    if search_key:
        same.append(unit_record.c.search_key == search_key)
    found = _rows().where(unit.c.bureau_code == bureau_code, or_(*same)).order_by(unit.c.id).limit(most)
    return [_row(row) for row in session.execute(found).mappings()]


def by_id(session: Session, unit_id: int) -> UnitRow:
    """A unit that is known to exist."""
    return _row(session.execute(_rows().where(unit.c.id == unit_id)).mappings().one())


def by_ref(session: Session, public_id: bytes, bureau_code: str) -> UnitRow | None:
    """The unit behind a ref, if this bureau holds its application (ruling R15)."""
    found = _rows().where(unit.c.public_id == public_id, unit.c.bureau_code == bureau_code)
    row = session.execute(found).mappings().one_or_none()
    return None if row is None else _row(row)


def facts(row: UnitRow) -> UnitFacts:
    """A unit as the rule on its standing asks for it."""
    return UnitFacts(
        status=UnitStatus(row.status),
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        suspended_from=row.suspended_from,
        suspended_until=row.suspended_until,
        officer_name=row.record.officer_name,
        officer_contact=row.record.officer_contact,
        officer_left_on=row.officer_left_on,
        lowered_limit=row.daily_limit,
        limit_until=row.limit_until,
    )


def everything(session: Session, bureau_code: str | None = None) -> list[UnitRow]:
    """Every unit, or those whose application one bureau holds (ruling R15), by class and number."""
    statement = _rows().order_by(unit.c.unit_class, unit.c.number)
    if bureau_code is not None:
        statement = statement.where(unit.c.bureau_code == bureau_code)
    return [_row(row) for row in session.execute(statement).mappings()]


# What hangs below a unit


def add_branch(session: Session, unit_id: int, branch_number: str, name: str) -> None:
    """A branch office under the same number (枝番). Raises Taken."""
    _add(session, branch, unit_id=unit_id, branch_number=branch_number, name=name)


def add_department(session: Session, unit_id: int, name: str, since: date) -> int:
    """A department. Raises Taken."""
    return _add(session, department, unit_id=unit_id, name=name, since=since)


def add_contractor(session: Session, unit_id: int, entry: ContractorEntry) -> int:
    """A 受託団体 with its period. Raises Taken."""
    return _add(
        session,
        contractor,
        unit_id=unit_id,
        name=entry.name,
        search_key=search_key(entry.name),
        corporation_number=entry.corporation_number or None,
        licence_number=entry.licence_number,
        since=entry.since,
        until=entry.until,
    )


def add_member(
    session: Session,
    unit_id: int,
    account_id: int,
    role: str,
    since: date,
    *,
    department_id: int | None,
    contractor_id: int | None,
) -> int:
    """A membership. Raises Taken when the person has one in force already."""
    return _add(
        session,
        membership,
        unit_id=unit_id,
        account_id=account_id,
        role=role,
        since=since,
        department_id=department_id,
        contractor_id=contractor_id,
    )


def _add(session: Session, table: Any, **values: Any) -> int:
    try:
        with session.begin_nested():
            return int(session.execute(insert(table).values(**values).returning(table.c.id)).scalar_one())
    except IntegrityError:
        raise Taken from None


def department_named(session: Session, unit_id: int, name: str) -> int | None:
    """A department of the unit by its name."""
    found = select(department.c.id).where(department.c.unit_id == unit_id, department.c.name == name)
    return session.execute(found).scalar_one_or_none()


def contractor_numbered(session: Session, unit_id: int, licence_number: str) -> int | None:
    """A contractor of the unit by its licence number."""
    found = select(contractor.c.id).where(
        contractor.c.unit_id == unit_id, contractor.c.licence_number == licence_number
    )
    return session.execute(found).scalar_one_or_none()


def end_department(session: Session, department_id: int, last_day: date) -> None:
    """Let a department end with a day."""
    session.execute(update(department).where(department.c.id == department_id).values(until=last_day))


@dataclass(frozen=True)
class MemberRow:
    """One membership of a unit, in force or ended."""

    id: int
    account_id: int
    sign_in_name: str
    display_name: str
    role: str
    since: date
    until: date | None
    department_id: int | None
    contractor_id: int | None


def members(session: Session, unit_id: int) -> list[MemberRow]:
    """Everybody who is or was a member, in order."""
    statement = (
        select(
            membership.c.id,
            membership.c.account_id,
            account.c.sign_in_key,
            account.c.sign_in_name_sealed,
            account.c.display_name_sealed,
            membership.c.role,
            membership.c.since,
            membership.c.until,
            membership.c.department_id,
            membership.c.contractor_id,
        )
        .join(account, account.c.id == membership.c.account_id)
        .where(membership.c.unit_id == unit_id)
        .order_by(membership.c.id)
    )
    return [
        MemberRow(
            id=row.id,
            account_id=row.account_id,
            sign_in_name=opened_sign_in_name(session, row.sign_in_key, row.sign_in_name_sealed),
            display_name=opened_display_name(session, row.sign_in_key, row.display_name_sealed),
            role=row.role,
            since=row.since,
            until=row.until,
            department_id=row.department_id,
            contractor_id=row.contractor_id,
        )
        for row in session.execute(statement)
    ]


def end_member(session: Session, membership_id: int, on: date, by: int | None) -> None:
    """End a membership; it does not count any more on that day."""
    session.execute(update(membership).where(membership.c.id == membership_id).values(until=on, ended_by=by))


def below(session: Session, unit_id: int) -> Mapping[str, Sequence[RowMapping]]:
    """Branches, departments and contractors of a unit, each in order."""
    tables = {"branches": branch, "departments": department, "contractors": contractor}
    return {
        name: session.execute(select(table).where(table.c.unit_id == unit_id).order_by(table.c.id))
        .mappings()
        .all()
        for name, table in tables.items()
    }
