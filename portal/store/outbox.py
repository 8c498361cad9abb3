"""Notices that wait to go out: taking, settling, and what a worker must know to send one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Select,
    exists,
    func,
    insert,
    literal,
    literal_column,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import insert as insert_or_pg
from sqlalchemy.dialects.sqlite import insert as insert_or_lite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.domain.notice import Choice
from portal.store.keyring import keyring
from portal.store.notice_care import CHOICE, choice_of
from portal.store.tables import account, notice_care, outbox, worker_beat
from portal.store.types import Instant


@dataclass(frozen=True)
class Due:
    """One notice whose time has come, held by whoever asked until the transaction ends.

    address: None when the person has none any more. undeliverable: mail to it comes back.
    """

    id: int
    kind: str
    account_id: int
    attempts: int
    waiting_since: datetime
    choice: Choice
    address: str | None
    undeliverable: bool


def give_up_on_dead_workers(session: Session, now: datetime, claimed_before: datetime) -> int:
    """Settle as unknown what a worker took and never finished; such mail is never sent again."""
    settled = session.execute(
        update(outbox)
        .where(outbox.c.state == "sending", outbox.c.claimed_at < claimed_before)
        .values(state="unknown", settled_at=now)
        .returning(outbox.c.id)
    )
    return len(settled.all())


def next_due(session: Session, now: datetime) -> Due | None:
    """The oldest notice that is due and that no other worker holds; it waits still."""
    found = session.execute(
        select(
            outbox.c.id,
            outbox.c.kind,
            outbox.c.account_id,
            outbox.c.attempts,
            outbox.c.created_at,
            account.c.mail_sealed,
            account.c.closed_at,
            notice_care.c.undeliverable_at,
            *CHOICE,
        )
        .join(account, account.c.id == outbox.c.account_id)
        .outerjoin(notice_care, notice_care.c.account_id == outbox.c.account_id)
        .where(outbox.c.state == "waiting", outbox.c.due_at <= now)
        .order_by(outbox.c.due_at, outbox.c.id)
        .limit(1)
        .with_for_update(skip_locked=True, of=outbox)
    ).one_or_none()
    if found is None:
        return None
    reachable = found.mail_sealed is not None and found.closed_at is None
    return Due(
        found.id,
        found.kind,
        found.account_id,
        found.attempts,
        found.created_at,
        choice_of(found),
        keyring(session).open("account.mail", found.account_id, found.mail_sealed) if reachable else None,
        found.undeliverable_at is not None,
    )


def take(session: Session, due: Due, now: datetime, worker: str, mail_key: str) -> None:
    """Let this worker send it, once this is committed: nobody else will, even if the worker dies.

    mail_key: the random part of the mail's Message-ID.
    """
    session.execute(
        update(outbox)
        .where(outbox.c.id == due.id)
        .values(
            state="sending",
            claimed_at=now,
            claimed_by=worker,
            attempts=outbox.c.attempts + 1,
            mail_key=mail_key,
        )
    )


def postpone(session: Session, due: Due, until: datetime) -> None:
    """Leave it waiting until a later moment; no attempt was made."""
    session.execute(update(outbox).where(outbox.c.id == due.id).values(due_at=until))


def drop(session: Session, due: Due, now: datetime, worker: str) -> None:
    """It will not be sent."""
    session.execute(
        update(outbox)
        .where(outbox.c.id == due.id)
        .values(state="dropped", claimed_at=now, claimed_by=worker, settled_at=now)
    )


def settle(session: Session, number: int, state: str, now: datetime) -> None:
    """Note how it ended: sent, dropped or unknown."""
    session.execute(
        update(outbox)
        .where(outbox.c.id == number, outbox.c.state == "sending")
        .values(state=state, settled_at=now)
    )


def put_back(
    session: Session, number: int, kind: str, account_id: int, now: datetime, due_at: datetime
) -> bool:
    """Try again later. False: dropped instead, because a newer one of its kind waits for the person already."""
    newer = exists().where(
        outbox.c.account_id == account_id, outbox.c.kind == kind, outbox.c.state == "waiting"
    )
    if not session.execute(select(newer)).scalar_one():
        try:
            with session.begin_nested():
                session.execute(
                    update(outbox)
                    .where(outbox.c.id == number, outbox.c.state == "sending")
                    .values(state="waiting", claimed_at=None, claimed_by=None, due_at=due_at)
                )
            return True
        except IntegrityError:
            # Somebody's message was committed between the two statements; its notice waits now.
            pass
    settle(session, number, "dropped", now)
    return False


def reconsider(session: Session, account_id: int, now: datetime) -> None:
    """What waits for somebody who chose anew is looked at again now, as if it had never been tried."""
    session.execute(
        update(outbox)
        .where(outbox.c.account_id == account_id, outbox.c.state == "waiting")
        .values(due_at=now, attempts=0)
    )


MESSAGE, ANNOUNCEMENT, ACCOUNT = "message_notice", "announcement_notice", "account_notice"
"""The kinds of notices: a message waits, or an announcement, or somebody can get or got into the account by a code."""


def add(session: Session, accounts: Select[tuple[int]], now: datetime, kind: str = MESSAGE) -> None:
    """One waiting notice for each of these accounts that wants notices by mail; one that waits already suffices.

    ACCOUNT goes to every address there is: whoever wants no news of messages wants to know of this.
    """
    insert_or = insert_or_lite if session.get_bind().dialect.name == "sqlite" else insert_or_pg
    session.execute(
        insert_or(outbox)
        .from_select(
            ["kind", "account_id", "created_at", "due_at"],
            select(literal(kind), account.c.id, _moment(now), _moment(now)).where(
                account.c.id.in_(accounts),
                account.c.mail_notice if kind != ACCOUNT else true(),
                account.c.mail_sealed.is_not(None),
                account.c.closed_at.is_(None),
            ),
        )
        .on_conflict_do_nothing(
            index_elements=["account_id", "kind"], index_where=literal_column("state = 'waiting'")
        )
    )


def only(account_id: int) -> Select[tuple[int]]:
    """One account, for ``add``."""
    return select(account.c.id).where(account.c.id == account_id)


def _moment(now: datetime) -> ColumnElement[datetime]:
    return literal(now, Instant())


@dataclass(frozen=True)
class Sent:
    """A notice that went out, found by its mail."""

    account_id: int
    claimed_at: datetime


def sent_under(session: Session, mail_keys: Iterable[str]) -> Sent | None:
    """The notice whose mail carried one of these keys."""
    found = session.execute(
        select(outbox.c.account_id, outbox.c.claimed_at)
        .where(outbox.c.mail_key.in_(list(mail_keys)), outbox.c.claimed_at.is_not(None))
        .limit(1)
    ).one_or_none()
    return None if found is None else Sent(found.account_id, found.claimed_at)


def count_by_state(session: Session, since: datetime) -> dict[str, int]:
    """How many notices wait, are being sent, and ended in each way since an instant."""
    rows = session.execute(
        select(outbox.c.state, func.count().label("number"))
        .where(or_(outbox.c.settled_at.is_(None), outbox.c.settled_at >= since))
        .group_by(outbox.c.state)
    )
    return {row.state: row.number for row in rows}


def oldest_due(session: Session, now: datetime) -> datetime | None:
    """Since when the notice that is due longest should have gone."""
    return session.execute(
        select(func.min(outbox.c.due_at)).where(outbox.c.state == "waiting", outbox.c.due_at <= now)
    ).scalar_one_or_none()


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
