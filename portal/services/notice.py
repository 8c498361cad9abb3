"""Notices by mail: "you have a message", without content, without the other side's name.

The row was written in the same transaction as the message. A worker takes one row, hands the mail over and notes it;
if it dies in between, the mail is never sent again.
"""

import os
import secrets
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Protocol

from sqlalchemy.orm import Session

from portal.calendar.clock import Clock
from portal.domain.actor import Actor
from portal.domain.notice import CLAIM_LASTS, wait_before_retry
from portal.services.use_case import use_case
from portal.store import outbox

SUBJECT = "新しいメッセージが届いています / You have a new message"
_TEXT = """求職情報マッチングポータルに新しいメッセージが届いています。
内容は、ログインしてご確認ください。このメールには内容も差出人も記載していません。

{address}

このメールは自動で送っています。返信はできません。
お知らせを止めるには、ログイン後の「アカウント」で設定を変えてください。

--
You have a new message on the job-information matching portal.
Please sign in to read it. This mail carries neither its text nor its sender.
"""


class NotHandedOver(Exception):
    """The server did not take the mail; it certainly did not leave and may be tried again."""


class Mailer(Protocol):
    """Hands one mail over. Raises NotHandedOver when it certainly did not leave, anything else when unsure."""

    def hand_over(self, mail: EmailMessage) -> None:
        """Hand one mail over."""
        ...


@dataclass(frozen=True)
class FileMailer:
    """Writes each mail into a folder; for the demo and for machines without a mail server."""

    folder: Path

    def hand_over(self, mail: EmailMessage) -> None:
        """Write the mail as a file only the owner may read."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self.folder / f"{secrets.token_hex(8)}.eml"
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(mail.as_bytes(policy=SMTP))


@dataclass(frozen=True)
class SmtpMailer:
    """Hands mails to an SMTP server, over TLS where the settings say so."""

    host: str
    port: int
    user: str | None = None
    password: str | None = None
    starttls: bool = False

    def hand_over(self, mail: EmailMessage) -> None:
        """Hand the mail to the server."""
        with self._connected() as server:
            try:
                server.send_message(mail)
            except (
                smtplib.SMTPRecipientsRefused,
                smtplib.SMTPSenderRefused,
                smtplib.SMTPDataError,
            ) as refused:
                raise NotHandedOver(type(refused).__name__) from refused

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        try:
            server = smtplib.SMTP(self.host, self.port, timeout=30)
        except (OSError, smtplib.SMTPException) as away:
            raise NotHandedOver(type(away).__name__) from away
        try:
            if self.starttls:
                server.starttls(context=ssl.create_default_context())
            if self.user and self.password:
                server.login(self.user, self.password)
        except (OSError, smtplib.SMTPException) as away:
            server.close()
            raise NotHandedOver(type(away).__name__) from away
        with server:
            yield server


@dataclass(frozen=True)
class Delivery:
    """What one round did: how many mails were sent, put back for later, given up, or left in doubt."""

    sent: int = 0
    put_back: int = 0
    dropped: int = 0
    unknown: int = 0


def can_be_written(address: str) -> bool:
    """Whether a mail to this address reads back as one to exactly this address.

    An encoded word (RFC 2047) in the local part reads back as something else, or cannot be written at all.
    """
    try:
        mail = EmailMessage(policy=SMTP)
        mail["To"] = address
        read = message_from_bytes(mail.as_bytes(), policy=SMTP)
        found = [
            [(one.addr_spec, bool(one.domain)) for one in to.addresses] for to in (mail["To"], read["To"])
        ]
        # Beyond ASCII only servers with SMTPUTF8 take it.
        return address.isascii() and found == [[(address, True)]] * 2
    except Exception:
        # The parser fails in many ways on what strangers make up; each of them means that it cannot be written.
        return False


def notice_mail(sender: str, to: str, public_url: str) -> EmailMessage:
    """The mail itself; the same for everybody but for the address."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = sender
    mail["To"] = to
    mail["Subject"] = SUBJECT
    mail["Message-ID"] = f"<{secrets.token_hex(16)}@{sender.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(_TEXT.format(address=f"{public_url}/sign-in"), cte="base64")
    return mail


def deliver_one(
    session: Session, clock: Clock, actor: Actor, mailer: Mailer, worker: str, sender: str, public_url: str
) -> str | None:
    """Send the next due notice: None when there is none, else how it ended.

    Two transactions on purpose: taking the row is final before the mail can leave.
    """
    taken = outbox.claim(session, clock.now(), worker)
    session.commit()
    if taken is None:
        return None
    if taken.address is None or not can_be_written(taken.address):
        outcome = "dropped"
    else:
        outcome = _hand_over(mailer, notice_mail(sender, taken.address, public_url))
    with use_case(session, clock, actor, "outbox.deliver") as trail:
        trail.subject("account", taken.account_id)
        wait = wait_before_retry(taken.attempts) if outcome == "refused" else None
        if wait is not None:
            outbox.put_back(session, taken, trail.now, trail.now + wait)
            outcome = "put_back"
        else:
            outcome = "dropped" if outcome == "refused" else outcome
            outbox.settle(session, taken.id, outcome, trail.now)
        trail.fact(outcome=outcome, attempts=taken.attempts)
    return outcome


def _hand_over(mailer: Mailer, mail: EmailMessage) -> str:
    try:
        mailer.hand_over(mail)
    except NotHandedOver:
        return "refused"
    except (OSError, ValueError, smtplib.SMTPException):
        return "unknown"
    return "sent"


def deliver(
    session: Session,
    clock: Clock,
    actor: Actor,
    mailer: Mailer,
    *,
    worker: str,
    sender: str,
    public_url: str,
    most: int = 500,
) -> Delivery:
    """One round of the clock: settle what dead workers left, then send what is due, at most ``most`` mails."""
    ends = {"sent": 0, "put_back": 0, "dropped": 0, "unknown": 0}
    now = clock.now()
    ends["unknown"] = outbox.give_up_on_dead_workers(session, now, now - CLAIM_LASTS)
    session.commit()
    for _ in range(most):
        outcome = deliver_one(session, clock, actor, mailer, worker, sender, public_url)
        if outcome is None:
            break
        ends[outcome] += 1
    return Delivery(**ends)
