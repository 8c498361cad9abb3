"""Texts a unit keeps for using again (文例); whose they are is part of every query (ruling R13)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, and_, delete, func, insert, select, true, update
from sqlalchemy.orm import Session

from portal.domain.thread import MemberFacts
from portal.store.account import opened_display_name
from portal.store.keyring import keyring
from portal.store.tables import account, contractor, department, membership, template, unit


@dataclass(frozen=True)
class Row:
    """One text. department, contractor: names, "" = the unit itself. by: who made it."""

    id: int
    public_id: bytes
    title: str
    text: str
    revision: int
    department: str
    contractor: str
    by: str
    changed_at: datetime
    removed_at: datetime | None


def _seen_by(unit_id: int, member: MemberFacts) -> ColumnElement[bool]:
    """As `portal.domain.thread.sees`: one's own department or contractor; officer and contact everything."""
    return and_(template.c.unit_id == unit_id, true() if member.sees_all else _at(member))


def _at(member: MemberFacts) -> ColumnElement[bool]:
    belongs = member.belongs
    if belongs.contractor_id is not None:
        own: ColumnElement[bool] = template.c.contractor_id == belongs.contractor_id
        return own
    return and_(
        template.c.contractor_id.is_(None),
        template.c.department_id.is_not_distinct_from(belongs.department_id),
    )


def seen(session: Session, unit_id: int, member: MemberFacts) -> list[Row]:
    """All that a member sees, removed ones too, those of the own place and the newest change first."""
    found = (
        select(
            template,
            department.c.name.label("department"),
            contractor.c.name.label("contractor"),
            account.c.sign_in_key,
            account.c.display_name_sealed,
        )
        .select_from(template)
        .join(membership, membership.c.id == template.c.membership_id)
        .join(account, account.c.id == membership.c.account_id)
        .outerjoin(department, department.c.id == template.c.department_id)
        .outerjoin(contractor, contractor.c.id == template.c.contractor_id)
        .where(_seen_by(unit_id, member))
        .order_by(_at(member).desc(), template.c.changed_at.desc(), template.c.id.desc())
    )
    return [_row(session, row) for row in session.execute(found).mappings()]


def _row(session: Session, row: RowMapping) -> Row:
    return Row(
        id=row["id"],
        public_id=row["public_id"],
        title=_opened(session, "title", row),
        text=_opened(session, "text", row),
        revision=row["revision"],
        department=row["department"] or "",
        contractor=row["contractor"] or "",
        by=opened_display_name(session, row["sign_in_key"], row["display_name_sealed"]),
        changed_at=row["changed_at"],
        removed_at=row["removed_at"],
    )


def _opened(session: Session, field: str, row: RowMapping) -> str:
    return keyring(session).open(f"template.{field}", row["public_id"].hex(), row[f"{field}_sealed"])


def _sealed(session: Session, public_id: bytes, title: str, text: str) -> dict[str, bytes]:
    typed = {"title": title, "text": text}
    return {
        f"{field}_sealed": keyring(session).seal(f"template.{field}", public_id.hex(), words)
        for field, words in typed.items()
    }


def lock(session: Session, unit_id: int) -> None:
    """One after the other where texts of a unit are counted or changed."""
    session.execute(select(unit.c.id).where(unit.c.id == unit_id).with_for_update(key_share=True))


def count(session: Session, unit_id: int, member: MemberFacts) -> int:
    """How many texts the member's own place keeps, without removed ones."""
    found = select(func.count()).where(
        template.c.unit_id == unit_id, _at(member), template.c.removed_at.is_(None)
    )
    return int(session.execute(found).scalar_one())


def add(
    session: Session,
    unit_id: int,
    membership_id: int,
    member: MemberFacts,
    public_id: bytes,
    title: str,
    text: str,
    at: datetime,
) -> int:
    """Keep a new one, for the member's own place; its number."""
    made = (
        insert(template)
        .values(
            public_id=public_id,
            unit_id=unit_id,
            department_id=member.belongs.department_id,
            contractor_id=member.belongs.contractor_id,
            membership_id=membership_id,
            changed_at=at,
            **_sealed(session, public_id, title, text),
        )
        .returning(template.c.id)
    )
    return int(session.execute(made).scalar_one())


def change(session: Session, row: Row, title: str, text: str, at: datetime) -> None:
    """Put another title and text in its place."""
    _set(
        session,
        row,
        revision=row.revision + 1,
        changed_at=at,
        **_sealed(session, row.public_id, title, text),
    )


def remove(session: Session, row: Row, at: datetime | None) -> None:
    """Take it away for now, or with None put it back."""
    _set(session, row, removed_at=at)


def _set(session: Session, row: Row, **values: Any) -> None:
    session.execute(update(template).where(template.c.id == row.id).values(**values))


def forget(session: Session, before: datetime, unit_id: int | None = None) -> int:
    """Delete for good what a unit, or any, removed before that moment; how many that were."""
    gone = delete(template).where(template.c.removed_at < before)
    found: Any = session.execute(gone if unit_id is None else gone.where(template.c.unit_id == unit_id))
    return int(found.rowcount)
