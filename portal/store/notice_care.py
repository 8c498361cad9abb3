"""What somebody chose about notices by mail, and the mark that mail to their address comes back."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from portal.domain.notice import Choice, Quiet, QuietHours, Rhythm
from portal.store.account import lock
from portal.store.tables import account, notice_care

CHOICE = (
    account.c.mail_notice,
    notice_care.c.rhythm,
    notice_care.c.quiet,
    notice_care.c.quiet_from,
    notice_care.c.quiet_until,
)
"""The columns `choice_of` reads, of an account and its row here, if there is one."""


def choice_of(row: Any) -> Choice:
    """What somebody chose; the standard where nothing was chosen yet."""
    if not row.mail_notice:
        rhythm = Rhythm.NONE
    else:
        rhythm = Rhythm(row.rhythm) if row.rhythm is not None else Rhythm.EACH
    if row.quiet is None:
        return Choice(rhythm)
    own = None if row.quiet_from is None else QuietHours(row.quiet_from, row.quiet_until)
    return Choice(rhythm, Quiet(row.quiet), own)


def choice(session: Session, account_id: int) -> Choice:
    """What the owner of an account chose."""
    found = session.execute(
        select(*CHOICE)
        .select_from(account)
        .outerjoin(notice_care, notice_care.c.account_id == account.c.id)
        .where(account.c.id == account_id)
    ).one()
    return choice_of(found)


def put_choice(session: Session, account_id: int, chosen: Choice, now: datetime) -> None:
    """Keep what was chosen, beside `portal.store.account.set_mail`, which keeps the address and whether at all.

    The address counts as new, even when it is the same: its owner says that it takes mail.
    """
    own = chosen.own_hours
    _put(
        session,
        account_id,
        {
            # For whoever wants none the rhythm is not asked; "each" is what they get when they want notices again.
            "rhythm": Rhythm.EACH.value if chosen.rhythm is Rhythm.NONE else chosen.rhythm.value,
            "quiet": chosen.quiet.value,
            "quiet_from": None if own is None else own.begins,
            "quiet_until": None if own is None else own.ends,
            "address_since": now,
            "undeliverable_at": None,
            "undeliverable_code": None,
        },
    )


def mark_undeliverable(
    session: Session, account_id: int, code: str, now: datetime, *, mailed_at: datetime
) -> bool:
    """Note that mail to the present address comes back. code: 5.1.1 or 550.

    False when the address was chosen after that mail left, or there is none any more.
    """
    lock(session, account_id)
    row = session.execute(
        select(account.c.mail_sealed, notice_care.c.address_since)
        .select_from(account)
        .outerjoin(notice_care, notice_care.c.account_id == account.c.id)
        .where(account.c.id == account_id)
    ).one()
    if row.mail_sealed is None or (row.address_since is not None and row.address_since > mailed_at):
        return False
    _put(session, account_id, {"undeliverable_at": now, "undeliverable_code": code})
    return True


def forgive(session: Session, since: datetime) -> list[int]:
    """Take the marks away that were made since an instant; whose they were."""
    rows = session.execute(
        update(notice_care)
        .where(notice_care.c.undeliverable_at >= since)
        .values(undeliverable_at=None, undeliverable_code=None)
        .returning(notice_care.c.account_id)
    )
    return list(rows.scalars())


def undeliverable(session: Session, account_id: int) -> bool:
    """Whether mail to the account's address comes back."""
    found = select(notice_care.c.undeliverable_at).where(notice_care.c.account_id == account_id)
    return session.execute(found).scalar_one_or_none() is not None


def seeker_undeliverable(session: Session, seeker_id: int) -> bool:
    """The same for the account of a seeker, for the office: whether, and nothing else."""
    found = (
        select(notice_care.c.undeliverable_at)
        .join(account, account.c.id == notice_care.c.account_id)
        .where(account.c.seeker_id == seeker_id)
    )
    return session.execute(found).scalar_one_or_none() is not None


def count_undeliverable(session: Session) -> int:
    """How many addresses are marked."""
    asked = select(func.count()).where(notice_care.c.undeliverable_at.is_not(None))
    return int(session.execute(asked).scalar_one())


def _put(session: Session, account_id: int, values: dict[str, Any]) -> None:
    """Change the account's row, or make it; whoever calls holds the account."""
    changed = (
        update(notice_care)
        .where(notice_care.c.account_id == account_id)
        .values(values)
        .returning(notice_care.c.account_id)
    )
    if session.execute(changed).first() is None:
        session.execute(insert(notice_care).values(account_id=account_id, **values))
