"""One-time codes and links. Only keyed hashes are kept; what was handed out cannot be read back."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from portal.store.keyring import keyring
from portal.store.tables import access_code, account, seeker_identity


class Purpose(StrEnum):
    """What a code is good for."""

    ACTIVATION = "activation"  # a seeker opens their account
    INVITATION = "invitation"  # somebody with a fresh account chooses a password
    PASSWORD = "password"  # noqa: S105 -- a purpose, not a password
    SECOND_FACTOR = "second_factor"  # a lost second factor is taken away


@dataclass(frozen=True)
class Issued:
    """One code that was handed out."""

    id: int
    purpose: Purpose
    seeker_id: int | None
    account_id: int | None
    account_seeker_id: int | None
    account_closed: bool
    issued_at: datetime
    expires_at: datetime
    failures: int
    used_at: datetime | None
    revoked_at: datetime | None


def code_hash(session: Session, code: str) -> bytes:
    """Under which a bare code is kept."""
    return keyring(session).blind("access_code.code", code)


def link_hash(session: Session, token: str) -> bytes:
    """Under which the token of a link is kept."""
    return keyring(session).blind("access_code.link", token)


def add(
    session: Session,
    purpose: Purpose,
    code: str,
    link: str | None,
    now: datetime,
    expires_at: datetime,
    *,
    seeker_id: int | None = None,
    account_id: int | None = None,
    issued_by: int | None = None,
) -> int:
    """Keep a new code."""
    made = session.execute(
        insert(access_code)
        .values(
            purpose=purpose.value,
            seeker_id=seeker_id,
            account_id=account_id,
            code_hash=code_hash(session, code),
            link_hash=None if link is None else link_hash(session, link),
            issued_by=issued_by,
            issued_at=now,
            expires_at=expires_at,
        )
        .returning(access_code.c.id)
    )
    return int(made.scalar_one())


def revoke_open(
    session: Session,
    purpose: Purpose,
    now: datetime,
    *,
    seeker_id: int | None = None,
    account_id: int | None = None,
) -> int:
    """Make the earlier codes for the same thing useless; how many."""
    done = session.execute(
        update(access_code)
        .where(
            access_code.c.purpose == purpose.value,
            access_code.c.seeker_id == seeker_id
            if seeker_id is not None
            else access_code.c.account_id == account_id,
            access_code.c.used_at.is_(None),
            access_code.c.revoked_at.is_(None),
        )
        .values(revoked_at=now)
        .returning(access_code.c.id)
    )
    return len(done.all())


def by_hash(session: Session, *, code: bytes | None = None, link: bytes | None = None) -> Issued | None:
    """The code behind a hash of it or of its link."""
    row = session.execute(
        select(
            access_code.c.id,
            access_code.c.purpose,
            access_code.c.seeker_id,
            access_code.c.account_id,
            account.c.seeker_id.label("account_seeker_id"),
            account.c.closed_at.is_not(None).label("account_closed"),
            access_code.c.issued_at,
            access_code.c.expires_at,
            access_code.c.failures,
            access_code.c.used_at,
            access_code.c.revoked_at,
        )
        .outerjoin(account, account.c.id == access_code.c.account_id)
        .where(access_code.c.code_hash == code if code is not None else access_code.c.link_hash == link)
    ).one_or_none()
    if row is None:
        return None
    return Issued(row.id, Purpose(row.purpose), *row[2:])


def fail(session: Session, code_id: int) -> None:
    """Count a wrong birth date."""
    session.execute(
        update(access_code).where(access_code.c.id == code_id).values(failures=access_code.c.failures + 1)
    )


def consume(session: Session, code_id: int, now: datetime, most_failures: int) -> bool:
    """Use the code up. False when another window, an expiry, a newer code or too many failures came first."""
    done = session.execute(
        update(access_code)
        .where(
            access_code.c.id == code_id,
            access_code.c.used_at.is_(None),
            access_code.c.revoked_at.is_(None),
            access_code.c.expires_at > now,
            access_code.c.failures < most_failures,
        )
        .values(used_at=now)
        .returning(access_code.c.id)
    )
    return done.one_or_none() is not None


def birth_date(session: Session, seeker_id: int) -> date:
    """The birth date that is asked together with a seeker's code."""
    sealed = session.execute(
        select(seeker_identity.c.birth_date_sealed).where(seeker_identity.c.seeker_id == seeker_id)
    ).scalar_one()
    return date.fromisoformat(keyring(session).open("seeker_identity.birth_date", seeker_id, sealed))
