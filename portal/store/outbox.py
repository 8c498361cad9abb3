"""Notices that wait to go out: claiming, settling, and what a worker must know to send one."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, insert, or_, select, update
from sqlalchemy.orm import Session

from portal.store.keyring import keyring
from portal.store.tables import account, outbox, worker_beat


@dataclass(frozen=True)
class Claimed:
    """One notice this worker has taken. ``address`` is None when the person no longer wants or has one."""

    id: int
    kind: str
    account_id: int
    attempts: int
    address: str | None


def give_up_on_dead_workers(session: Session, now: datetime, claimed_before: datetime) -> int:
    """Settle as unknown what a worker took and never finished; such mail is never sent again."""
    settled = session.execute(
        update(outbox)
        .where(outbox.c.state == "sending", outbox.c.claimed_at < claimed_before)
        .values(state="unknown", settled_at=now)
        .returning(outbox.c.id)
    )
    return len(settled.all())


def claim(session: Session, now: datetime, worker: str) -> Claimed | None:
    """Take the oldest due notice that no other worker holds."""
    due = (
        select(outbox.c.id)
        .where(outbox.c.state == "waiting", outbox.c.due_at <= now)
        .order_by(outbox.c.due_at, outbox.c.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    taken = session.execute(
        update(outbox)
        .where(outbox.c.id == due.scalar_subquery(), outbox.c.state == "waiting")
        .values(state="sending", claimed_at=now, claimed_by=worker, attempts=outbox.c.attempts + 1)
        .returning(outbox.c.id, outbox.c.kind, outbox.c.account_id, outbox.c.attempts)
    ).one_or_none()
    if taken is None:
        return None
    person = session.execute(
        select(account.c.mail_sealed, account.c.mail_notice, account.c.closed_at).where(
            account.c.id == taken.account_id
        )
    ).one()
    wanted = person.mail_notice and person.mail_sealed is not None and person.closed_at is None
    address = keyring(session).open("account.mail", taken.account_id, person.mail_sealed) if wanted else None
    return Claimed(taken.id, taken.kind, taken.account_id, taken.attempts, address)


def settle(session: Session, number: int, state: str, now: datetime) -> None:
    """Note how it ended: sent, dropped or unknown."""
    session.execute(
        update(outbox)
        .where(outbox.c.id == number, outbox.c.state == "sending")
        .values(state=state, settled_at=now)
    )


def put_back(session: Session, taken: Claimed, now: datetime, due_at: datetime) -> None:
    """Try again later; dropped instead when a newer notice for the same person waits already."""
    newer = exists().where(
        outbox.c.account_id == taken.account_id, outbox.c.kind == taken.kind, outbox.c.state == "waiting"
    )
    if session.execute(select(newer)).scalar_one():
        settle(session, taken.id, "dropped", now)
        return
    session.execute(
        update(outbox)
        .where(outbox.c.id == taken.id)
        .values(state="waiting", claimed_at=None, claimed_by=None, due_at=due_at)
    )


def beat(session: Session, worker: str, now: datetime) -> None:
    """Leave a sign of life."""
    changed = (
        update(worker_beat).where(worker_beat.c.name == worker).values(at=now).returning(worker_beat.c.name)
    )
    if session.execute(changed).first() is None:
        session.execute(insert(worker_beat).values(name=worker, at=now))


def last_beat(session: Session, worker: str) -> datetime | None:
    """When a worker was last seen alive."""
    return session.execute(select(worker_beat.c.at).where(worker_beat.c.name == worker)).scalar_one_or_none()


def waiting(session: Session, now: datetime) -> int:
    """How many notices are due or being sent."""
    rows = session.execute(
        select(outbox.c.id).where(
            or_(outbox.c.state == "sending", (outbox.c.state == "waiting") & (outbox.c.due_at <= now))
        )
    )
    return len(rows.all())
