"""Who of a case gets a notice by mail, and whether a unit's officer can be reached here at all."""

from datetime import date

from sqlalchemy import Select, exists, or_, select
from sqlalchemy.orm import Session

from portal.store.tables import account, membership


def account_of_seeker(seeker_id: int) -> Select[tuple[int]]:
    """The account of a seeker."""
    return select(account.c.id).where(account.c.seeker_id == seeker_id)


def officers(unit_id: int, on: date) -> Select[tuple[int]]:
    """The accounts of the officers (個人情報管理・苦情処理責任者) of a unit in force on a day; the contact is none of them."""
    return (
        select(membership.c.account_id)
        .join(account, account.c.id == membership.c.account_id)
        .where(
            membership.c.unit_id == unit_id,
            membership.c.role == "officer",
            membership.c.since <= on,
            or_(membership.c.until.is_(None), membership.c.until > on),
            account.c.closed_at.is_(None),
        )
    )


def has_officer(session: Session, unit_id: int, on: date) -> bool:
    """Whether somebody signs in as the officer of a unit."""
    return bool(session.execute(select(exists(officers(unit_id, on)))).scalar_one())
