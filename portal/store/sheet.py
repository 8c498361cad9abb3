"""Whom a stack of sheets is for: registrations of a file or of a list, who has an account, whose code is still open."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import Session

from portal.store.access_code import Purpose
from portal.store.keyring import keyring
from portal.store.tables import access_code, account, seeker, seeker_erasure, seeker_identity
from portal.store.tables import registration_origin as origin


@dataclass(frozen=True)
class Wanted:
    """One registration. line: of the file it came from, None in a list. code_open: a code was handed out, not used."""

    seeker_id: int
    line: int | None
    has_account: bool
    code_open: bool


# Who somebody was may have gone after its 保存期間 (retention); the line stays, for counting.
_THERE = ~exists().where(seeker_erasure.c.seeker_id == origin.c.seeker_id)


def count_of_file(session: Session, job_id: int) -> int:
    """How many registrations came from a file."""
    asked = select(func.count()).select_from(origin).where(origin.c.job_id == job_id, _THERE)
    return int(session.scalar(asked) or 0)


def of_file(session: Session, job_id: int, skip: int, limit: int) -> tuple[Wanted, ...]:
    """Registrations of a file in the order of its lines."""
    asked = _select(origin.c.seeker_id, origin.c.line).select_from(origin)
    asked = asked.where(origin.c.job_id == job_id, _THERE)
    rows = session.execute(asked.order_by(origin.c.line).offset(skip).limit(limit))
    return tuple(Wanted(*row) for row in rows.all())


def of_office_ids(session: Session, office_code: str, office_ids: Sequence[bytes]) -> tuple[Wanted, ...]:
    """Registrations of this office by what its pages show in addresses, in the order asked; others are left out."""
    asked = _select(seeker.c.id, seeker.c.office_id).where(
        seeker.c.office_code == office_code, seeker.c.office_id.in_(office_ids)
    )
    found = {
        office_id: Wanted(seeker_id, None, has_account, code_open)
        for seeker_id, office_id, has_account, code_open in session.execute(asked)
    }
    return tuple(found[office_id] for office_id in office_ids if office_id in found)


def _select(seeker_id: ColumnElement[int], further: ColumnElement[Any]) -> Select[Any, Any, Any, Any]:
    has_account = exists().where(account.c.seeker_id == seeker_id)
    code_open = exists().where(
        access_code.c.seeker_id == seeker_id,
        access_code.c.purpose == Purpose.ACTIVATION.value,
        access_code.c.used_at.is_(None),
        access_code.c.revoked_at.is_(None),
    )
    return select(seeker_id, further, has_account, code_open)


def number_ends(session: Session, seeker_ids: Sequence[int]) -> Mapping[int, str]:
    """The last three digits of each registration number."""
    keys = keyring(session)
    rows = session.execute(
        select(seeker_identity.c.seeker_id, seeker_identity.c.registration_number_sealed).where(
            seeker_identity.c.seeker_id.in_(seeker_ids)
        )
    )
    return {
        seeker_id: keys.open("seeker_identity.registration_number", seeker_id, sealed)[-3:]
        for seeker_id, sealed in rows
    }
