"""Notices by mail through a real SMTP server: no content, no counterpart, never twice."""

import re
import socket
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import Insert, insert, select, text, update

from portal.calendar.clock import FixedClock
from portal.domain.actor import Actor, ActorKind
from portal.domain.notice import CLAIM_LASTS, MOST_ATTEMPTS
from portal.services.notice import Delivery, deliver
from portal.services.notice_mail import FileMailer, Mailer, SmtpMailer
from portal.store import outbox as store
from portal.store.database import Database
from portal.store.tables import account, audit, notice_care, outbox
from tests.build import KEYRING, LONG_AGO, build_account
from tests.real_services.smtp import HANG_UP, SmtpServer

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


def test_of_an_announcement_another_mail_tells_and_both_may_wait_for_one_person(
    database: Database, clock: FixedClock, smtp_server: SmtpServer
) -> None:
    number = person_with_notice(database, clock.now())
    with database.write() as session:
        for _ in range(2):
            store.add(session, select(account.c.id), clock.now(), store.ANNOUNCEMENT)
        session.commit()
    assert states(database) == ["waiting", "waiting"]
    assert run(database, clock, SmtpMailer(smtp_server.host, smtp_server.port)) == Delivery(sent=2)
    assert [mail.recipients for mail in smtp_server.mails] == [["hanako@seeker.example"]] * 2
    assert [mail.message["Subject"] for mail in smtp_server.mails] == [
        "新しいメッセージが届いています / You have a new message",
        "新しいお知らせがあります / There is a new announcement",
    ]
    body = smtp_server.mails[1].message.get_content()
    assert "https://portal.example/sign-in" in body
    assert "このメールには内容を記載していません。" in body
    assert number > 0


def test_that_a_code_was_issued_or_used_is_told_at_night_and_to_whoever_wants_no_news(
    database: Database, clock: FixedClock, smtp_server: SmtpServer
) -> None:
    number = build_account(database)
    with database.write() as session:
        sealed = KEYRING.seal("account.mail", number, "hanako@seeker.example")
        session.execute(update(account).where(account.c.id == number).values(mail_sealed=sealed))
        clock.advance(timedelta(hours=13))
        for kind in (store.MESSAGE, store.ACCOUNT):
            store.add(session, select(account.c.id), clock.now(), kind)
        session.commit()
    assert run(database, clock, SmtpMailer(smtp_server.host, smtp_server.port)) == Delivery(sent=1)
    (mail,) = smtp_server.mails
    assert mail.recipients == ["hanako@seeker.example"]
    assert mail.message["Subject"] == "アカウントの手続きがありました / Something was done with your account"
    assert mail.message["List-Unsubscribe"] is None
    assert "https:" not in mail.message.get_content()


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
    assert run(database, clock, SmtpMailer("127.0.0.1", 1)) == Delivery(put_back=1, server_away=True)
    clock.advance(timedelta(minutes=1))
    assert run(database, clock, SmtpMailer(smtp_server.host, smtp_server.port)) == Delivery(sent=1)


def message_notice(number: int, at: datetime) -> Insert:
    """A newer notice, as a message to the person writes it."""
    return insert(outbox).values(kind="message_notice", account_id=number, created_at=at, due_at=at)


def test_a_newer_waiting_notice_replaces_one_that_would_be_put_back(
    database: Database, clock: FixedClock
) -> None:
    number = person_with_notice(database, clock.now())

    class NewerArrives:
        def hand_over(self, mail: EmailMessage) -> None:
            with database.write() as session:
                session.execute(message_notice(number, clock.now() + timedelta(days=1)))
                session.commit()
            SmtpMailer("127.0.0.1", 1).hand_over(mail)

    assert run(database, clock, NewerArrives()) == Delivery(dropped=1)
    assert states(database) == ["dropped", "waiting"]


# On SQLite who writes is alone; there the two can only come one after the other, as in the test before.
@pytest.mark.parametrize("engine_kind", ["postgresql"], indirect=True)
def test_a_newer_notice_that_is_just_being_stored_wins_over_one_that_is_put_back(
    database: Database, clock: FixedClock
) -> None:
    """The one is put back while the other is not yet committed: neither is lost, and nothing is left in doubt."""
    number = person_with_notice(database, clock.now())
    ended: list[Delivery] = []
    with database.write() as other:

        class StoresAndWaits:
            def hand_over(self, mail: EmailMessage) -> None:
                other.execute(message_notice(number, clock.now() + timedelta(days=1)))
                SmtpMailer("127.0.0.1", 1).hand_over(mail)

        worker = Thread(target=lambda: ended.append(run(database, clock, StoresAndWaits())))
        worker.start()
        wait_until_somebody_waits(database)
        other.commit()
    worker.join(30)
    assert ended == [Delivery(dropped=1)]
    assert states(database) == ["dropped", "waiting"]


def wait_until_somebody_waits(database: Database) -> None:
    for _ in range(100_000):
        with database.read() as session:
            if session.execute(text("SELECT count(*) FROM pg_locks WHERE NOT granted")).scalar_one():
                return
    pytest.fail("nobody waits for a lock")


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


# Answers of a server


def care_of(database: Database, number: int) -> tuple[object, object] | None:
    """When mail to the account's address was found to come back, and by which code."""
    with database.read() as session:
        row = session.execute(select(notice_care).where(notice_care.c.account_id == number)).one_or_none()
    return None if row is None else (row.undeliverable_at, row.undeliverable_code)


def facts(database: Database) -> list[str]:
    with database.read() as session:
        return list(
            session.execute(
                select(audit.c.facts).where(audit.c.kind == "outbox.deliver").order_by(audit.c.id)
            ).scalars()
        )


@pytest.mark.parametrize(
    ("stage", "answer", "ended", "state"),
    [
        ("at_receiver", "450 4.2.0 greylisted", Delivery(put_back=1), "waiting"),
        ("at_receiver", "452 4.2.2 mailbox full", Delivery(put_back=1), "waiting"),
        ("at_receiver", "550 5.7.1 relaying denied", Delivery(put_back=1), "waiting"),
        ("at_receiver", "421 4.3.2 closing", Delivery(put_back=1, server_away=True), "waiting"),
        ("at_receiver", HANG_UP, Delivery(put_back=1, server_away=True), "waiting"),
        ("at_receiver", "251 will be forwarded", Delivery(sent=1), "sent"),
        ("at_receiver", "550 5.1.1 no such user", Delivery(undeliverable=1), "dropped"),
        ("at_receiver", "550 no such user", Delivery(undeliverable=1), "dropped"),
        ("at_sender", "451 4.3.0 later", Delivery(put_back=1, server_away=True), "waiting"),
        ("at_sender", "550 5.1.8 who are you", Delivery(put_back=1, server_away=True), "waiting"),
        ("at_sender", HANG_UP, Delivery(put_back=1, server_away=True), "waiting"),
        ("answers", "451 4.3.0 later", Delivery(put_back=1), "waiting"),
        ("answers", "554 5.6.0 not like this", Delivery(put_back=1), "waiting"),
        # the whole mail was sent, the answer never came: nobody knows
        ("answers", HANG_UP, Delivery(unknown=1), "unknown"),
    ],
)
def test_what_certainly_did_not_leave_waits_and_what_may_have_left_is_never_sent_again(
    database: Database,
    clock: FixedClock,
    smtp_server: SmtpServer,
    stage: str,
    answer: str,
    ended: Delivery,
    state: str,
) -> None:
    person_with_notice(database, clock.now())
    getattr(smtp_server, stage).append(answer)
    mailer = SmtpMailer(smtp_server.host, smtp_server.port)
    assert run(database, clock, mailer) == ended
    assert states(database) == [state]
    clock.advance(timedelta(days=1, minutes=5))
    assert run(database, clock, mailer).sent == (state == "waiting")
    assert len(smtp_server.mails) == (state in ("waiting", "sent", "unknown"))


def test_a_server_that_says_nothing_is_given_up_after_a_time_and_asked_again_later(
    database: Database, clock: FixedClock, smtp_server: SmtpServer
) -> None:
    person_with_notice(database, clock.now())
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        ended = run(database, clock, SmtpMailer("127.0.0.1", port, timeout=0.1))
    assert ended == Delivery(put_back=1, server_away=True)
    clock.advance(timedelta(minutes=1))
    assert run(database, clock, SmtpMailer(smtp_server.host, smtp_server.port)) == Delivery(sent=1)


def test_a_server_that_is_away_is_asked_once_in_a_round_and_the_others_keep_their_attempts(
    database: Database, clock: FixedClock
) -> None:
    for minutes in (3, 2, 1):
        person_with_notice(database, clock.now() - timedelta(minutes=minutes))
    assert run(database, clock, SmtpMailer("127.0.0.1", 1)) == Delivery(put_back=1, server_away=True)
    with database.read() as session:
        assert list(session.scalars(select(outbox.c.attempts).order_by(outbox.c.id))) == [1, 0, 0]


def test_pauses_grow_and_each_attempt_has_a_message_id_of_its_own(
    database: Database, clock: FixedClock, smtp_server: SmtpServer
) -> None:
    person_with_notice(database, clock.now())
    mailer, keys = SmtpMailer(smtp_server.host, smtp_server.port), set()
    for minutes in (1, 4, 16):
        smtp_server.at_receiver.append("450 later")
        assert run(database, clock, mailer) == Delivery(put_back=1)
        with database.read() as session:
            row = session.execute(select(outbox)).one()
        assert row.due_at == clock.now() + timedelta(minutes=minutes)
        keys.add(row.mail_key)
        clock.advance(timedelta(minutes=minutes) - timedelta(seconds=1))
        assert run(database, clock, mailer) == Delivery()
        clock.advance(timedelta(seconds=1))
    run(database, clock, mailer)
    (mail,) = smtp_server.mails
    with database.read() as session:
        keys.add(session.execute(select(outbox.c.mail_key)).scalar_one())
    assert len(keys) == 4
    assert re.fullmatch(r"<[0-9a-f]{32}@portal\.example>", mail.message["Message-ID"])
    assert mail.message["Message-ID"][1:33] in keys


def test_the_mail_says_how_to_stop_and_names_nobody(
    database: Database, clock: FixedClock, smtp_server: SmtpServer
) -> None:
    person_with_notice(database, clock.now())
    run(database, clock, SmtpMailer(smtp_server.host, smtp_server.port))
    (mail,) = smtp_server.mails
    assert mail.message["List-Unsubscribe"] == "<https://portal.example/account/notice>"
    assert "https://portal.example/account/notice" in mail.message.get_content()
    assert set(mail.message.keys()) <= {
        *("From", "To", "Subject", "Message-ID", "Auto-Submitted", "List-Unsubscribe"),
        *("Content-Type", "Content-Transfer-Encoding", "MIME-Version"),
    }


# Addresses to which mail comes back


def test_a_refused_address_is_marked_by_its_code_only_and_nothing_more_is_tried(
    database: Database, clock: FixedClock, smtp_server: SmtpServer
) -> None:
    number = person_with_notice(database, clock.now())
    smtp_server.at_receiver.append("550 5.1.1 <hanako@seeker.example>: no such user")
    mailer = SmtpMailer(smtp_server.host, smtp_server.port)
    assert run(database, clock, mailer) == Delivery(undeliverable=1)
    assert care_of(database, number) == (clock.now(), "5.1.1")
    with database.write() as session:
        session.execute(message_notice(number, clock.now()))
        session.commit()
    assert run(database, clock, mailer) == Delivery(dropped=1)
    assert smtp_server.mails == []
    assert ['"undeliverable"' in line for line in facts(database)] == [True, True]
    assert "hanako" not in "".join(facts(database))


@pytest.mark.parametrize("kept", [True, False])
def test_an_address_that_was_changed_while_the_mail_was_on_its_way_is_not_marked(
    database: Database, clock: FixedClock, smtp_server: SmtpServer, kept: bool
) -> None:
    number = person_with_notice(database, clock.now())

    class Changes:
        def hand_over(self, mail: EmailMessage) -> None:
            clock.advance(timedelta(seconds=1))
            with database.write() as session:
                if kept:
                    session.execute(insert(notice_care).values(account_id=number, address_since=clock.now()))
                else:
                    session.execute(update(account).values(mail_sealed=None, mail_notice=False))
                session.commit()
            smtp_server.at_receiver.append("550 5.1.1 no such user")
            SmtpMailer(smtp_server.host, smtp_server.port).hand_over(mail)

    assert run(database, clock, Changes()) == Delivery(dropped=1)
    assert care_of(database, number) == ((None, None) if kept else None)
    assert states(database) == ["dropped"]


# The moment people want


def test_at_night_the_mail_waits_for_the_morning_and_several_messages_are_one_mail(
    database: Database, clock: FixedClock, smtp_server: SmtpServer
) -> None:
    clock.set(datetime.fromisoformat("2026-06-15T22:30+09:00"))
    person_with_notice(database, clock.now())
    mailer = SmtpMailer(smtp_server.host, smtp_server.port)
    assert run(database, clock, mailer) == Delivery(postponed=1)
    assert run(database, clock, mailer) == Delivery()
    clock.set(datetime.fromisoformat("2026-06-16T06:59:59+09:00"))
    assert run(database, clock, mailer) == Delivery()
    clock.advance(timedelta(seconds=1))
    assert run(database, clock, mailer) == Delivery(sent=1)
    assert facts(database) == ['{"attempts": 1, "outcome": "sent"}']


def test_once_a_day_means_the_next_morning(
    database: Database, clock: FixedClock, smtp_server: SmtpServer
) -> None:
    number = person_with_notice(database, clock.now())
    with database.write() as session:
        session.execute(insert(notice_care).values(account_id=number, rhythm="daily"))
        session.commit()
    mailer = SmtpMailer(smtp_server.host, smtp_server.port)
    assert run(database, clock, mailer) == Delivery(postponed=1)
    with database.read() as session:
        due = session.execute(select(outbox.c.due_at, outbox.c.state, outbox.c.attempts)).one()
    assert tuple(due) == (datetime.fromisoformat("2026-06-16T08:00+09:00"), "waiting", 0)
    clock.set(due.due_at)
    assert run(database, clock, mailer) == Delivery(sent=1)
