"""Notices by mail through a real SMTP server: no content, no counterpart, never twice."""

from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlalchemy import insert, select, update

from portal.calendar.clock import FixedClock
from portal.domain.actor import Actor, ActorKind
from portal.domain.notice import CLAIM_LASTS, MOST_ATTEMPTS
from portal.services.notice import Delivery, FileMailer, Mailer, SmtpMailer, deliver
from portal.store.database import Database
from portal.store.tables import account, audit, outbox
from tests.build import KEYRING, LONG_AGO, build_account
from tests.real_services.smtp import SmtpServer

WORKER = Actor(ActorKind.WORKER)


def person_with_notice(database: Database, at: datetime, *, address: str = "hanako@seeker.example") -> int:
    """An account that wants notices, with one waiting."""
    number = build_account(database)
    with database.write() as session:
        session.execute(
            update(account)
            .where(account.c.id == number)
            .values(mail_sealed=KEYRING.seal("account.mail", number, address), mail_notice=True)
        )
        session.execute(
            insert(outbox).values(kind="message_notice", account_id=number, created_at=at, due_at=at)
        )
        session.commit()
    return number


def run(database: Database, clock: FixedClock, mailer: Mailer) -> Delivery:
    with database.write() as session:
        return deliver(
            session,
            clock,
            WORKER,
            mailer,
            worker="test",
            sender="no-reply@portal.example",
            public_url="https://portal.example",
        )


def states(database: Database) -> list[str]:
    with database.write() as session:
        return list(session.execute(select(outbox.c.state).order_by(outbox.c.id)).scalars())


def test_a_waiting_notice_reaches_the_person_without_content_or_counterpart(
    database: Database, clock: FixedClock, smtp_server: SmtpServer
) -> None:
    person_with_notice(database, clock.now())
    assert run(database, clock, SmtpMailer(smtp_server.host, smtp_server.port)) == Delivery(sent=1)
    (mail,) = smtp_server.mails
    assert mail.recipients == ["hanako@seeker.example"]
    assert mail.message["Subject"] == "新しいメッセージが届いています / You have a new message"
    body = mail.message.get_content()
    assert "https://portal.example/sign-in" in body
    assert mail.message["Reply-To"] is None
    assert states(database) == ["sent"]


def test_running_the_worker_again_sends_nothing_twice(
    database: Database, clock: FixedClock, smtp_server: SmtpServer
) -> None:
    person_with_notice(database, clock.now())
    mailer = SmtpMailer(smtp_server.host, smtp_server.port)
    run(database, clock, mailer)
    assert run(database, clock, mailer) == Delivery()
    assert len(smtp_server.mails) == 1


def test_a_notice_that_is_not_due_waits(
    database: Database, clock: FixedClock, smtp_server: SmtpServer
) -> None:
    person_with_notice(database, clock.now() + timedelta(hours=1))
    mailer = SmtpMailer(smtp_server.host, smtp_server.port)
    assert run(database, clock, mailer) == Delivery()
    clock.advance(timedelta(hours=1))
    assert run(database, clock, mailer) == Delivery(sent=1)


@pytest.mark.parametrize("change", [{"mail_notice": False}, {"mail_sealed": None}, {"closed_at": LONG_AGO}])
def test_who_no_longer_wants_notices_gets_none(
    database: Database, clock: FixedClock, smtp_server: SmtpServer, change: dict[str, object]
) -> None:
    number = person_with_notice(database, clock.now())
    with database.write() as session:
        session.execute(update(account).where(account.c.id == number).values(**change))
        session.commit()
    assert run(database, clock, SmtpMailer(smtp_server.host, smtp_server.port)) == Delivery(dropped=1)
    assert smtp_server.mails == []


@pytest.mark.parametrize(
    "address",
    [
        "=?utf-8?q?a=0d=0abcc?=@seeker.example",
        "=?utf-8?q?other?=@seeker.example",
        "hanako@seeker.example, other@seeker.example",
        "hanako@seeker.example\r\nBcc: other@seeker.example",
        "<>",
        "",
        "見本@seeker.example",
    ],
)
def test_an_address_that_cannot_be_written_is_dropped_and_the_next_person_gets_theirs(
    database: Database, clock: FixedClock, smtp_server: SmtpServer, address: str
) -> None:
    person_with_notice(database, clock.now() - timedelta(minutes=1), address=address)
    person_with_notice(database, clock.now())
    mailer = SmtpMailer(smtp_server.host, smtp_server.port)
    assert run(database, clock, mailer) == Delivery(sent=1, dropped=1)
    assert [mail.recipients for mail in smtp_server.mails] == [["hanako@seeker.example"]]
    assert states(database) == ["dropped", "sent"]


def test_a_mail_that_cannot_be_put_into_bytes_while_it_is_handed_over_is_in_doubt(
    database: Database, clock: FixedClock
) -> None:
    class Broken:
        def hand_over(self, mail: EmailMessage) -> None:
            raise UnicodeEncodeError("ascii", "x", 0, 1, "cannot be written")

    person_with_notice(database, clock.now())
    assert run(database, clock, Broken()) == Delivery(unknown=1)


def test_a_server_that_refuses_is_asked_again_later_and_at_last_no_more(
    database: Database, clock: FixedClock, smtp_server: SmtpServer
) -> None:
    person_with_notice(database, clock.now())
    mailer = SmtpMailer(smtp_server.host, smtp_server.port)
    for _ in range(MOST_ATTEMPTS - 1):
        smtp_server.answers.append("451 try later")
        assert run(database, clock, mailer) == Delivery(put_back=1)
        assert run(database, clock, mailer) == Delivery()
        clock.advance(timedelta(days=1))
    smtp_server.answers.append("451 try later")
    assert run(database, clock, mailer) == Delivery(dropped=1)
    assert states(database) == ["dropped"]


def test_a_server_that_is_away_leaves_the_notice_waiting(
    database: Database, clock: FixedClock, smtp_server: SmtpServer
) -> None:
    person_with_notice(database, clock.now())
    assert run(database, clock, SmtpMailer("127.0.0.1", 1)) == Delivery(put_back=1)
    clock.advance(timedelta(minutes=1))
    assert run(database, clock, SmtpMailer(smtp_server.host, smtp_server.port)) == Delivery(sent=1)


def test_a_newer_waiting_notice_replaces_one_that_would_be_put_back(
    database: Database, clock: FixedClock
) -> None:
    number = person_with_notice(database, clock.now())

    class NewerArrives:
        def hand_over(self, mail: EmailMessage) -> None:
            with database.write() as session:
                session.execute(
                    insert(outbox).values(
                        kind="message_notice",
                        account_id=number,
                        created_at=clock.now(),
                        due_at=clock.now() + timedelta(days=1),
                    )
                )
                session.commit()
            SmtpMailer("127.0.0.1", 1).hand_over(mail)

    run(database, clock, NewerArrives())
    assert states(database) == ["dropped", "waiting"]


def test_what_a_dead_worker_left_is_settled_as_unknown_and_never_sent(
    database: Database, clock: FixedClock, smtp_server: SmtpServer
) -> None:
    person_with_notice(database, clock.now())
    with database.write() as session:
        session.execute(update(outbox).values(state="sending", claimed_at=clock.now(), claimed_by="dead"))
        session.commit()
    mailer = SmtpMailer(smtp_server.host, smtp_server.port)
    clock.advance(CLAIM_LASTS)
    assert run(database, clock, mailer) == Delivery()
    clock.advance(timedelta(seconds=1))
    assert run(database, clock, mailer) == Delivery(unknown=1)
    assert smtp_server.mails == []


def test_the_audit_names_the_account_and_not_the_address(
    database: Database, clock: FixedClock, smtp_server: SmtpServer
) -> None:
    number = person_with_notice(database, clock.now())
    run(database, clock, SmtpMailer(smtp_server.host, smtp_server.port))
    with database.write() as session:
        line = session.execute(select(audit)).one()
    assert (line.kind, line.subject_kind, line.subject_id) == ("outbox.deliver", "account", number)
    assert "example" not in str(tuple(line))


def test_the_embedded_default_writes_mails_only_the_owner_can_read(
    database: Database, clock: FixedClock, tmp_path: Path
) -> None:
    person_with_notice(database, clock.now())
    run(database, clock, FileMailer(tmp_path / "mail"))
    (path,) = (tmp_path / "mail").iterdir()
    assert path.stat().st_mode & 0o777 == 0o600
    assert b"hanako@seeker.example" in path.read_bytes()
