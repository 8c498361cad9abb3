"""Invitations into units. Of code and link only keyed hashes are kept; names are sealed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, delete, func, insert, or_, select, update
from sqlalchemy.orm import Session

from portal.store.keyring import keyring
from portal.store.tables import unit_invitation

_NAME = "unit_invitation.display_name"


@dataclass(frozen=True)
class InvitationRow:
    """One invitation. issued_by: an account; membership_id: what came of it."""

    id: int
    public_id: bytes
    unit_id: int
    role: str
    department_id: int | None
    contractor_id: int | None
    display_name: str
    issued_by: int | None
    issued_at: datetime
    expires_at: datetime
    used_at: datetime | None
    membership_id: int | None
    revoked_at: datetime | None


def code_hash(session: Session, code: str) -> bytes:
    """Under which a bare code is kept."""
    return keyring(session).blind("unit_invitation.code", code)


def link_hash(session: Session, token: str) -> bytes:
    """Under which the token of a link is kept."""
    return keyring(session).blind("unit_invitation.link", token)


def add(
    session: Session,
    unit_id: int,
    role: str,
    display_name: str,
    now: datetime,
    expires_at: datetime,
    *,
    public_id: bytes,
    code: str,
    link: str,
    department_id: int | None,
    contractor_id: int | None,
    issued_by: int | None,
) -> int:
    """Keep a new invitation."""
    made = session.execute(
        insert(unit_invitation)
        .values(
            public_id=public_id,
            unit_id=unit_id,
            role=role,
            department_id=department_id,
            contractor_id=contractor_id,
            display_name_sealed=keyring(session).seal(_NAME, public_id.hex(), display_name),
            code_hash=code_hash(session, code),
            link_hash=link_hash(session, link),
            issued_by=issued_by,
            issued_at=now,
            expires_at=expires_at,
        )
        .returning(unit_invitation.c.id)
    )
    return int(made.scalar_one())


def _pending() -> ColumnElement[bool]:
    return and_(unit_invitation.c.used_at.is_(None), unit_invitation.c.revoked_at.is_(None))


def revoke(session: Session, invitation_id: int, now: datetime) -> bool:
    """Make an invitation useless; False when it was used or revoked before."""
    done = session.execute(
        update(unit_invitation)
        .where(unit_invitation.c.id == invitation_id, _pending())
        .values(revoked_at=now)
        .returning(unit_invitation.c.id)
    )
    return done.one_or_none() is not None


def revoke_role(session: Session, unit_id: int, role: str, now: datetime) -> int:
    """Make the earlier invitations of a unit for a role useless; how many."""
    done = session.execute(
        update(unit_invitation)
        .where(unit_invitation.c.unit_id == unit_id, unit_invitation.c.role == role, _pending())
        .values(revoked_at=now)
        .returning(unit_invitation.c.id)
    )
    return len(done.all())


def pending(session: Session, unit_id: int, role: str) -> bool:
    """Whether somebody is named for a role who has not come yet, be the invitation expired or not."""
    asked = select(unit_invitation.c.id).where(
        unit_invitation.c.unit_id == unit_id, unit_invitation.c.role == role, _pending()
    )
    return session.execute(asked.limit(1)).one_or_none() is not None


def count_open(session: Session, unit_id: int, now: datetime) -> int:
    """How many invitations of a unit are open."""
    asked = select(func.count()).where(
        unit_invitation.c.unit_id == unit_id, _pending(), unit_invitation.c.expires_at > now
    )
    return int(session.execute(asked).scalar_one())


def consume(session: Session, invitation_id: int, membership_id: int, now: datetime) -> bool:
    """Use an invitation up. False when another window, an expiry or a revocation came first."""
    done = session.execute(
        update(unit_invitation)
        .where(unit_invitation.c.id == invitation_id, _pending(), unit_invitation.c.expires_at > now)
        .values(used_at=now, membership_id=membership_id)
        .returning(unit_invitation.c.id)
    )
    return done.one_or_none() is not None


def forget(session: Session, before: datetime) -> int:
    """Delete invitations that ended before a moment, but those of officers and contacts who have not come; how many.

    That somebody was named by the bureau is asked however long ago it was.
    """
    over = or_(
        unit_invitation.c.used_at < before,
        unit_invitation.c.revoked_at < before,
        and_(unit_invitation.c.role == "member", _pending(), unit_invitation.c.expires_at < before),
    )
    done = session.execute(delete(unit_invitation).where(over).returning(unit_invitation.c.id))
    return len(done.all())


def by_hash(
    session: Session, *, code: bytes | None = None, link: bytes | None = None
) -> InvitationRow | None:
    """The invitation behind a hash of its code or of its link."""
    found = unit_invitation.c.code_hash == code if code is not None else unit_invitation.c.link_hash == link
    return _first(session, _rows().where(found))


def of_unit(session: Session, unit_id: int, public_id: bytes) -> InvitationRow | None:
    """An invitation of this unit."""
    return _first(
        session,
        _rows().where(unit_invitation.c.unit_id == unit_id, unit_invitation.c.public_id == public_id),
    )


def not_used(session: Session, unit_id: int) -> list[InvitationRow]:
    """The invitations of a unit that were neither used nor revoked, the newest first."""
    statement = _rows().where(unit_invitation.c.unit_id == unit_id, _pending())
    return [_row(session, row) for row in session.execute(statement.order_by(unit_invitation.c.id.desc()))]


def _rows() -> Select[Any]:
    return select(unit_invitation)


def _first(session: Session, statement: Select[Any]) -> InvitationRow | None:
    row = session.execute(statement).one_or_none()
    return None if row is None else _row(session, row)


def _row(session: Session, row: Row[Any]) -> InvitationRow:
    same = {name: getattr(row, name) for name in InvitationRow.__dataclass_fields__ if name != "display_name"}
    name = keyring(session).open(_NAME, row.public_id.hex(), row.display_name_sealed)
    return InvitationRow(**same, display_name=name)
