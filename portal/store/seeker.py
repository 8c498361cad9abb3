"""Seekers in the database: the row itself, the sealed identity, the history of changes.

An office sees the seekers of its own only: the office is part of every query that an office asks.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import RowMapping, delete, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.domain.refusal import Invalid
from portal.domain.seeker import Identity
from portal.store.account import opened_display_name
from portal.store.keyring import Keyring, keyring
from portal.store.tables import (
    access_code,
    account,
    block,
    block_tombstone,
    held_text,
    profile,
    seeker,
    seeker_change,
    seeker_identity,
)

IDENTITY_FIELDS = tuple(Identity.__dataclass_fields__)


def registration_key(session: Session, number: str) -> bytes:
    """The keyed hash under which a 求職番号 is found (00000-00000000, as portal.domain.seeker reads it)."""
    return keyring(session).blind("seeker.registration_number", number)


def add(session: Session, values: Mapping[str, Any]) -> int:
    """Insert the row of a new seeker. Raises Invalid (registration_number: "already_registered")."""
    try:
        with session.begin_nested():
            return int(session.execute(insert(seeker).values(**values).returning(seeker.c.id)).scalar_one())
    except IntegrityError:
        if taken(session, values["registration_key"]):
            raise Invalid({"registration_number": ["already_registered"]}) from None
        raise


def taken(session: Session, key: bytes) -> bool:
    """Whether somebody, at whatever office, is registered with this number."""
    return session.scalar(select(seeker.c.id).where(seeker.c.registration_key == key)) is not None


def change(session: Session, seeker_id: int, **values: Any) -> None:
    """Overwrite columns of the row."""
    session.execute(update(seeker).where(seeker.c.id == seeker_id).values(**values))


def change_key(session: Session, seeker_id: int, key: bytes) -> None:
    """Give a seeker another registration number. Raises Invalid (registration_number: "already_registered")."""
    try:
        with session.begin_nested():
            change(session, seeker_id, registration_key=key)
    except IntegrityError:
        raise Invalid({"registration_number": ["already_registered"]}) from None


def find(session: Session, office_id: bytes, office_code: str) -> RowMapping | None:
    """The row of one of this office's seekers, by what its pages show in addresses."""
    return (
        session.execute(
            select(seeker).where(seeker.c.office_id == office_id, seeker.c.office_code == office_code)
        )
        .mappings()
        .first()
    )


def find_by_key(session: Session, key: bytes, office_code: str) -> bytes | None:
    """What this office's pages show in addresses for a registration number, or None."""
    return session.scalar(
        select(seeker.c.office_id).where(
            seeker.c.registration_key == key, seeker.c.office_code == office_code
        )
    )


def row(session: Session, seeker_id: int) -> RowMapping:
    """The row of a seeker that is known to exist."""
    return session.execute(select(seeker).where(seeker.c.id == seeker_id)).mappings().one()


def page(
    session: Session, office_code: str, *, before: int | None, limit: int, stopped: bool | None = None
) -> Sequence[RowMapping]:
    """This office's seekers, newest first, without anything of their identity."""
    statement = (
        select(
            seeker.c.id,
            seeker.c.office_id,
            seeker.c.registered_on,
            seeker.c.created_at,
            profile.c.stopped,
            profile.c.valid_from,
            profile.c.valid_until,
            profile.c.never_eligible,
            profile.c.eligible_from,
            profile.c.range_private,
            profile.c.range_municipal,
            profile.c.terms_until,
            profile.c.published,
            select(held_text.c.id)
            .where(held_text.c.seeker_id == seeker.c.id, held_text.c.state == "held")
            .exists()
            .label("held"),
            select(account.c.id)
            .where(account.c.seeker_id == seeker.c.id, account.c.closed_at.is_(None))
            .exists()
            .label("activated"),
        )
        .join(profile, profile.c.seeker_id == seeker.c.id)
        .where(seeker.c.office_code == office_code)
        .order_by(seeker.c.id.desc())
        .limit(limit)
    )
    if before is not None:
        statement = statement.where(seeker.c.id < before)
    if stopped is not None:
        statement = statement.where(profile.c.stopped.is_(stopped))
    return session.execute(statement).mappings().all()


def activated(session: Session, seeker_id: int) -> bool:
    """Whether the seeker has a sign-in account."""
    return (
        session.scalar(
            select(account.c.id).where(account.c.seeker_id == seeker_id, account.c.closed_at.is_(None))
        )
        is not None
    )


# Identity, sealed field by field


def put_identity(session: Session, seeker_id: int, identity: Identity) -> None:
    """Seal and store the identity, first or again. Missing fields are stored as nothing at all."""
    values = {
        f"{field}_sealed": keyring(session).seal(f"seeker_identity.{field}", seeker_id, text)
        if text
        else None
        for field, text in identity.texts().items()
    }
    known = session.scalar(
        update(seeker_identity)
        .where(seeker_identity.c.seeker_id == seeker_id)
        .values(**values)
        .returning(seeker_identity.c.seeker_id)
    )
    if known is None:
        session.execute(insert(seeker_identity).values(seeker_id=seeker_id, **values))


def identity(session: Session, seeker_id: int) -> Identity:
    """Open the identity of a seeker; whoever asks leaves an audit line (seeker.identity.read) or is the seeker."""
    sealed = (
        session.execute(select(seeker_identity).where(seeker_identity.c.seeker_id == seeker_id))
        .mappings()
        .one()
    )
    texts = {field: _opened(keyring(session), field, seeker_id, sealed) for field in IDENTITY_FIELDS}
    born = date.fromisoformat(texts.pop("birth_date"))
    return Identity(birth_date=born, **texts)


def registration_number(session: Session, seeker_id: int) -> str:
    """The 求職番号 alone."""
    sealed = session.execute(
        select(seeker_identity.c.registration_number_sealed).where(seeker_identity.c.seeker_id == seeker_id)
    ).scalar_one()
    return keyring(session).open("seeker_identity.registration_number", seeker_id, sealed)


def newest_code(session: Session, seeker_id: int) -> RowMapping | None:
    """The one-time code handed out last for this seeker, to open the account or to get back into it."""
    own_account = select(account.c.id).where(account.c.seeker_id == seeker_id).scalar_subquery()
    return (
        session.execute(
            select(
                access_code.c.purpose,
                access_code.c.issued_at,
                access_code.c.expires_at,
                access_code.c.used_at,
                access_code.c.revoked_at,
                access_code.c.failures,
            )
            .where(or_(access_code.c.seeker_id == seeker_id, access_code.c.account_id == own_account))
            .order_by(access_code.c.id.desc())
            .limit(1)
        )
        .mappings()
        .first()
    )


def _opened(keys: Keyring, field: str, seeker_id: int, sealed: RowMapping) -> str:
    data = sealed[f"{field}_sealed"]
    return "" if data is None else keys.open(f"seeker_identity.{field}", seeker_id, data)


# History


@dataclass(frozen=True)
class Change:
    """One step in the life of a registration; before and after may hold identity."""

    kind: str
    at: datetime
    account_id: int | None
    account_name: str
    office_code: str | None
    before: Mapping[str, Any]
    after: Mapping[str, Any]


def add_change(
    session: Session,
    seeker_id: int,
    kind: str,
    at: datetime,
    *,
    account_id: int | None,
    office_code: str | None,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
) -> None:
    """Keep what was and what is, sealed as a whole."""
    detail = json.dumps({"before": before, "after": after}, default=str, ensure_ascii=False)
    session.execute(
        insert(seeker_change).values(
            seeker_id=seeker_id,
            kind=kind,
            at=at,
            account_id=account_id,
            office_code=office_code,
            detail_sealed=keyring(session).seal("seeker_change.detail", seeker_id, detail),
        )
    )


def changes(session: Session, seeker_id: int, limit: int = 200) -> tuple[Change, ...]:
    """The history, newest first."""
    found = session.execute(
        select(seeker_change, account.c.sign_in_key, account.c.display_name_sealed)
        .outerjoin(account, account.c.id == seeker_change.c.account_id)
        .where(seeker_change.c.seeker_id == seeker_id)
        .order_by(seeker_change.c.id.desc())
        .limit(limit)
    ).mappings()
    made = []
    for line in found:
        detail = json.loads(keyring(session).open("seeker_change.detail", seeker_id, line["detail_sealed"]))
        made.append(
            Change(
                line["kind"],
                line["at"],
                line["account_id"],
                opened_display_name(session, line["sign_in_key"], line["display_name_sealed"]),
                line["office_code"],
                detail["before"],
                detail["after"],
            )
        )
    return tuple(made)


# Blocks outlive the rows of a seeker


def revive_blocks(session: Session, seeker_id: int, key: bytes) -> int:
    """Bind the blocks of an earlier registration with the same number again (seed 004 S-Q5). How many."""
    left = session.execute(
        select(block_tombstone.c.unit_id, block_tombstone.c.since).where(
            block_tombstone.c.registration_key == key
        )
    ).all()
    if left:
        session.execute(
            insert(block),
            [{"seeker_id": seeker_id, "unit_id": unit_id, "since": since} for unit_id, since in left],
        )
        session.execute(delete(block_tombstone).where(block_tombstone.c.registration_key == key))
    return len(left)


def bury_blocks(session: Session, seeker_id: int) -> int:
    """Before the rows of a seeker are deleted: keep the blocks under the blind index. How many."""
    key = session.scalar(select(seeker.c.registration_key).where(seeker.c.id == seeker_id))
    found = session.execute(
        select(block.c.unit_id, block.c.since).where(block.c.seeker_id == seeker_id)
    ).all()
    if found:
        session.execute(
            insert(block_tombstone),
            [{"registration_key": key, "unit_id": unit_id, "since": since} for unit_id, since in found],
        )
        session.execute(delete(block).where(block.c.seeker_id == seeker_id))
    return len(found)
