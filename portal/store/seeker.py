"""Seekers in the database: the row itself, the sealed identity, the history of changes.

An office sees the seekers of its own only: the office is part of every query that an office asks.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import RowMapping, delete, exists, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.domain.refusal import Invalid
from portal.domain.seeker import Identity
from portal.store.account import opened_display_name
from portal.store.bulk import insert_all
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
    seeker_erasure,
    seeker_identity,
)

IDENTITY_FIELDS = tuple(Identity.__dataclass_fields__)


def registration_key(session: Session, number: str) -> bytes:
    """The keyed hash under which a 求職番号 is found (00000-00000000, as portal.domain.seeker reads it)."""
    return keyring(session).blind("seeker.registration_number", number)


def add(session: Session, rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Insert the rows of new seekers; gives their inside numbers in the same order.

    Raises Invalid (registration_number: "already_registered") when somebody else was faster with one of the numbers.
    """
    try:
        with session.begin_nested():
            found = session.execute(insert(seeker).returning(seeker.c.office_id, seeker.c.id), rows)
            numbers = {row.office_id: row.id for row in found}
    except IntegrityError:
        if offices_of(session, [row["registration_key"] for row in rows]):
            raise Invalid({"registration_number": ["already_registered"]}) from None
        raise
    return [numbers[row["office_id"]] for row in rows]


def taken(session: Session, key: bytes) -> bool:
    """Whether somebody, at whatever office, is registered with this number."""
    return bool(offices_of(session, [key]))


def offices_of(session: Session, keys: Iterable[bytes]) -> dict[bytes, str]:
    """The office of each of these registration numbers that somebody is registered with."""
    found = session.execute(
        select(seeker.c.registration_key, seeker.c.office_code).where(
            seeker.c.registration_key.in_(list(keys))
        )
    )
    return {row.registration_key: row.office_code for row in found}


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
        .where(
            seeker.c.office_code == office_code, ~exists().where(seeker_erasure.c.seeker_id == seeker.c.id)
        )
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


def add_identities(session: Session, new: Iterable[tuple[int, Identity]]) -> None:
    """Seal and store the identities of new seekers, by inside number."""
    keys = keyring(session)
    rows = [{"seeker_id": seeker_id, **_sealed(keys, seeker_id, identity)} for seeker_id, identity in new]
    insert_all(session, seeker_identity, rows)


def put_identity(session: Session, seeker_id: int, identity: Identity) -> None:
    """Seal and store an identity in place of the earlier one."""
    session.execute(
        update(seeker_identity)
        .where(seeker_identity.c.seeker_id == seeker_id)
        .values(**_sealed(keyring(session), seeker_id, identity))
    )


def _sealed(keys: Keyring, seeker_id: int, identity: Identity) -> dict[str, bytes | None]:
    """Missing fields are stored as nothing at all."""
    return {
        f"{field}_sealed": keys.seal(f"seeker_identity.{field}", seeker_id, text) if text else None
        for field, text in identity.texts().items()
    }


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
    add_changes(
        session, [(seeker_id, before, after)], kind, at, account_id=account_id, office_code=office_code
    )


def add_changes(
    session: Session,
    changed: Iterable[tuple[int, Mapping[str, Any], Mapping[str, Any]]],
    kind: str,
    at: datetime,
    *,
    account_id: int | None,
    office_code: str | None,
) -> None:
    """As `add_change` for several seekers: inside number, what was, what is."""
    keys = keyring(session)
    rows = []
    for seeker_id, before, after in changed:
        detail = json.dumps({"before": before, "after": after}, default=str, ensure_ascii=False)
        sealed = keys.seal("seeker_change.detail", seeker_id, detail)
        rows.append({"seeker_id": seeker_id, "detail_sealed": sealed})
    same = {"kind": kind, "at": at, "account_id": account_id, "office_code": office_code}
    insert_all(session, seeker_change, [row | same for row in rows])


def newest_change(session: Session, seeker_id: int, kind: str) -> Change | None:
    """The last change of a kind, or None."""
    return next(iter(changes(session, seeker_id, 1, kind)), None)


def changes(
    session: Session, seeker_id: int, limit: int = 200, kind: str | None = None
) -> tuple[Change, ...]:
    """The history, or that of one kind of change, newest first."""
    asked = (
        select(seeker_change, account.c.sign_in_key, account.c.display_name_sealed)
        .outerjoin(account, account.c.id == seeker_change.c.account_id)
        .where(seeker_change.c.seeker_id == seeker_id)
        .order_by(seeker_change.c.id.desc())
        .limit(limit)
    )
    if kind is not None:
        asked = asked.where(seeker_change.c.kind == kind)
    found = session.execute(asked).mappings()
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


def revive_blocks(session: Session, new: Mapping[bytes, int]) -> dict[int, int]:
    """Bind the blocks of earlier registrations with the same numbers again (seed 004 S-Q5).

    ``new``: seekers by the key of their number. How many for each seeker who had any.
    """
    tombstone = block_tombstone.c
    left = session.execute(
        select(tombstone.registration_key, tombstone.unit_id, tombstone.since).where(
            tombstone.registration_key.in_(list(new))
        )
    ).all()
    if left:
        session.execute(
            insert(block),
            [{"seeker_id": new[key], "unit_id": unit_id, "since": since} for key, unit_id, since in left],
        )
        session.execute(delete(block_tombstone).where(tombstone.registration_key.in_(list(new))))
    return dict(Counter(new[key] for key, _, _ in left))


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
