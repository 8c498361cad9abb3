"""Sending notices by mail: "you have a message" or "there is an announcement", without content or a name.

The row was written in the same transaction as the message. A worker takes one row, hands the mail over and notes it;
if it dies in between, the mail is never sent again (decision 0004).
"""

import smtplib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage

from sqlalchemy.orm import Session

from portal.calendar.clock import Clock
from portal.domain.actor import Actor
from portal.domain.notice import CLAIM_LASTS, MailHours, next_moment, wait_before_retry
from portal.services.notice_mail import (
    AddressRefused,
    Mailer,
    NotHandedOver,
    ServerAway,
    can_be_written,
    new_mail_key,
    notice_mail,
)
from portal.services.use_case import Trail, use_case
from portal.store import notice_care, outbox

STANDARD = MailHours()


@dataclass(frozen=True)
class Delivery:
    """What one round did: how many mails were sent, put back for later after a failed attempt, left for a moment the
    person wants, dropped, or left in doubt. undeliverable: addresses marked. server_away: the round ended early."""

    sent: int = 0
    put_back: int = 0
    postponed: int = 0
    dropped: int = 0
    unknown: int = 0
    undeliverable: int = 0
    server_away: bool = False


@dataclass(frozen=True)
class _Sender:
    """What stays the same in a round."""

    mailer: Mailer
    worker: str
    address: str
    public_url: str
    hours: MailHours


@dataclass(frozen=True)
class _Taken:
    """A notice that is this worker's for good."""

    id: int
    kind: str
    account_id: int
    attempts: int
    at: datetime


def deliver(
    session: Session,
    clock: Clock,
    actor: Actor,
    mailer: Mailer,
    *,
    worker: str,
    sender: str,
    public_url: str,
    hours: MailHours = STANDARD,
    most: int = 500,
    paused: Callable[[], bool] = lambda: False,
) -> Delivery:
    """One round of the clock: settle what dead workers left, then send what is due, at most ``most`` notices.

    ``paused``: asked before each one; what is due then waits.
    A server that is away ends the round: the others need not be tried, and keep their attempts.
    """
    ends = dict.fromkeys(("sent", "put_back", "postponed", "dropped", "unknown", "undeliverable"), 0)
    now = clock.now()
    ends["unknown"] = outbox.give_up_on_dead_workers(session, now, now - CLAIM_LASTS)
    session.commit()
    asked = _Sender(mailer, worker, sender, public_url, hours)
    away = False
    for _ in range(most):
        outcome = None if paused() else _next(session, clock, actor, asked)
        if outcome is None:
            break
        away = outcome == "away"
        ends["put_back" if away else outcome] += 1
        if away:
            break
    return Delivery(**ends, server_away=away)


def _next(session: Session, clock: Clock, actor: Actor, asked: _Sender) -> str | None:
    """Do the next due notice: None when there is none, else how it ended.

    Two transactions on purpose: taking the row is final before the mail can leave. What is decided without a mail is
    one transaction, so that dying in it changes nothing.
    """
    now = clock.now()
    due = outbox.next_due(session, now)
    if due is None:
        session.rollback()
        return None
    # What happens to an account cannot wait for the morning, nor be unwanted.
    moment = (
        now
        if due.kind == outbox.ACCOUNT
        else next_moment(now, due.choice.preference(asked.hours), due.waiting_since)
    )
    why = _dropped_because(due, wanted=moment is not None)
    if moment is None or due.address is None or why:
        with use_case(session, clock, actor, "outbox.deliver") as trail:
            trail.subject("account", due.account_id)
            outbox.drop(session, due, now, asked.worker)
            trail.fact(outcome="dropped", why=why, attempts=due.attempts)
        return "dropped"
    if moment > now:
        # Too dull for the audit trail: nothing happened.
        outbox.postpone(session, due, moment)
        session.commit()
        return "postponed"
    key = new_mail_key()
    outbox.take(session, due, now, asked.worker, key)
    session.commit()
    mail = notice_mail(asked.address, due.address, asked.public_url, key, due.kind)
    failed = _hand_over(asked.mailer, mail)
    return _noted(
        session, clock, actor, _Taken(due.id, due.kind, due.account_id, due.attempts + 1, now), failed
    )


def _noted(session: Session, clock: Clock, actor: Actor, taken: _Taken, failed: Exception | None) -> str:
    """Note how the handing over ended; how this counts in the round."""
    with use_case(session, clock, actor, "outbox.deliver") as trail:
        trail.subject("account", taken.account_id)
        trail.fact(attempts=taken.attempts)
        if isinstance(failed, AddressRefused):
            # The account before its notice, as everybody else locks them.
            marked = notice_care.mark_undeliverable(
                session, taken.account_id, failed.code, trail.now, mailed_at=taken.at
            )
            outbox.settle(session, taken.id, "dropped", trail.now)
            trail.fact(outcome="dropped", why="undeliverable", code=failed.code)
            return "undeliverable" if marked else "dropped"
        if isinstance(failed, NotHandedOver):
            outcome = _later(session, trail, taken)
            return "away" if outcome == "put_back" and isinstance(failed, ServerAway) else outcome
        outcome = "sent" if failed is None else "unknown"
        outbox.settle(session, taken.id, outcome, trail.now)
        trail.fact(outcome=outcome)
        return outcome


def _dropped_because(due: outbox.Due, *, wanted: bool) -> str:
    if not wanted:
        return "unwanted"
    if due.address is None:
        return "no_address"
    if due.undeliverable:
        return "undeliverable"
    return "" if can_be_written(due.address) else "unwritable"


def _later(session: Session, trail: Trail, taken: _Taken) -> str:
    """What certainly did not leave: tried again after a pause, or given up at last."""
    wait = wait_before_retry(taken.attempts)
    if wait is None:
        outbox.settle(session, taken.id, "dropped", trail.now)
        trail.fact(outcome="dropped", why="given_up")
        return "dropped"
    if outbox.put_back(session, taken.id, taken.kind, taken.account_id, trail.now, trail.now + wait):
        trail.fact(outcome="put_back")
        return "put_back"
    trail.fact(outcome="dropped", why="newer_waits")
    return "dropped"


def _hand_over(mailer: Mailer, mail: EmailMessage) -> Exception | None:
    """None when the server took it; what went wrong otherwise."""
    try:
        mailer.hand_over(mail)
    except (NotHandedOver, OSError, ValueError, smtplib.SMTPException) as failed:
        return failed
    return None
