"""Cutting all sessions of a unit at once, and the record of it."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, insert, or_, select
from sqlalchemy.orm import Session

from portal.store.account import opened_display_name
from portal.store.tables import account, membership, session_cut
from portal.store.tables import session as web_session


@dataclass(frozen=True)
class CutRow:
    """One cut. by: the person's name, "" = nobody of the unit; spared_own: their own session went on."""

    at: datetime
    by: str
    sessions: int
    people: int
    spared_own: bool


def cut(session: Session, unit_id: int, today: date, *, but: bytes | None = None) -> list[int]:
    """End the sessions of everybody who belongs to a unit today, whatever they act for, but for one; their accounts.

    An account is in the answer once for each of its sessions.
    """
    accounts = [
        number
        for (number,) in session.execute(
            select(membership.c.account_id)
            .where(
                membership.c.unit_id == unit_id, or_(membership.c.until.is_(None), membership.c.until > today)
            )
            .distinct()
        )
    ]
    # Whoever signs in at this moment holds their account, too; always in the same order.
    session.execute(
        select(account.c.id).where(account.c.id.in_(accounts)).order_by(account.c.id).with_for_update()
    )
    ending = delete(web_session).where(web_session.c.account_id.in_(accounts))
    if but is not None:
        ending = ending.where(web_session.c.id_hash != but)
    return list(session.scalars(ending.returning(web_session.c.account_id)))


def end_of_membership(session: Session, membership_id: int) -> int:
    """End the sessions that act under a membership; how many."""
    ending = delete(web_session).where(web_session.c.membership_id == membership_id)
    return len(session.execute(ending.returning(web_session.c.id_hash)).all())


def record(
    session: Session,
    unit_id: int,
    now: datetime,
    by: int | None,
    *,
    sessions: int,
    people: int,
    spared_own: bool,
) -> None:
    """Keep that it was done."""
    session.execute(
        insert(session_cut).values(
            unit_id=unit_id, cut_at=now, cut_by=by, sessions=sessions, people=people, spared_own=spared_own
        )
    )


def newest(session: Session, unit_id: int, most: int) -> list[CutRow]:
    """The last cuts of a unit, the newest first. Of operators there is no name: the unit does not know them."""
    rows = session.execute(
        select(
            session_cut.c.cut_at,
            session_cut.c.sessions,
            session_cut.c.people,
            session_cut.c.spared_own,
            account.c.kind,
            account.c.sign_in_key,
            account.c.display_name_sealed,
        )
        .outerjoin(account, account.c.id == session_cut.c.cut_by)
        .where(session_cut.c.unit_id == unit_id)
        .order_by(session_cut.c.id.desc())
        .limit(most)
    )
    return [
        CutRow(
            row.cut_at,
            opened_display_name(session, row.sign_in_key, row.display_name_sealed)
            if row.kind == "member"
            else "",
            row.sessions,
            row.people,
            row.spared_own,
        )
        for row in rows
    ]
