"""What people choose about mail notices, mail that comes back, and who of an organisation hears of an answer."""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from portal.calendar.clock import FixedClock
from portal.domain.actor import Actor, ActorKind
from portal.domain.answer import AnswerKind
from portal.domain.notice import Choice, Quiet, QuietHours, Rhythm
from portal.domain.refusal import Forbidden, Invalid
from portal.services import inbox, notice_care, public_id
from portal.services.notice_mail import SmtpMailer
from portal.services.scope import public_id as office_address
from portal.services.seeker_file import open_file
from portal.store import account as accounts
from portal.store.database import Database
from portal.store.tables import account, audit, outbox
from portal.store.tables import notice_care as care_table
from tests.build import (
    BuiltMember,
    BuiltSeeker,
    build_account,
    build_clerk,
    build_contractor,
    build_department,
    build_member,
    build_seeker,
    build_unit,
)
from tests.domain.test_bounce import report
from tests.real_services.smtp import SmtpServer
from tests.services.relay_world import send
from tests.services.test_notice import Delivery, message_notice, run

OPERATOR = Actor(ActorKind.OPERATOR)
GOOD = {"rhythm": "each", "quiet": "standard", "mail": "mihon@example.jp"}


def member_of(database: Database) -> Actor:
    return Actor(ActorKind.MEMBER, account_id=build_account(database))


def choose(database: Database, clock: FixedClock, actor: Actor, **change: str) -> None:
    with database.write() as session:
        notice_care.choose(session, clock, actor, GOOD | change)


def own(database: Database, actor: Actor) -> notice_care.OwnCare:
    with database.read() as session:
        return notice_care.own(session, actor)


# Choosing


def test_before_anything_is_chosen_there_are_no_notices_and_the_standard_hours(database: Database) -> None:
    assert own(database, member_of(database)) == notice_care.OwnCare(
        None, Choice(Rhythm.NONE, Quiet.STANDARD), undeliverable=False
    )


@pytest.mark.parametrize(
    ("typed", "chosen"),
    [
        ({}, Choice(Rhythm.EACH)),
        ({"rhythm": "daily", "quiet": "off"}, Choice(Rhythm.DAILY, Quiet.OFF)),
        (
            {"quiet": "own", "quiet_from": "22", "quiet_until": "6"},
            Choice(Rhythm.EACH, Quiet.OWN, QuietHours(22, 6)),
        ),
        ({"rhythm": "none", "mail": ""}, Choice(Rhythm.NONE)),
    ],
)
def test_what_is_chosen_is_kept_and_the_address_sealed(
    database: Database, clock: FixedClock, typed: dict[str, str], chosen: Choice
) -> None:
    actor = member_of(database)
    choose(database, clock, actor, quiet="own", quiet_from="1", quiet_until="2")
    choose(database, clock, actor, **typed)
    assert own(database, actor).choice == chosen
    assert own(database, actor).mail == ((GOOD | typed)["mail"] or None)
    with database.read() as session:
        sealed = session.execute(select(account.c.mail_sealed)).scalar_one()
        facts = session.execute(select(audit.c.facts)).scalars().all()
    assert b"example" not in (sealed or b"")
    assert "example" not in "".join(facts)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" Mihon@example.jp ", "Mihon@example.jp"),
        ("mihon@例え.jp", "mihon@xn--r8jz45g.jp"),
        ("o'mihon+portal@example.jp", "o'mihon+portal@example.jp"),
        ("m" * 64 + "@" + "k" * 60 + ".jp", "m" * 64 + "@" + "k" * 60 + ".jp"),
    ],
)
def test_an_address_is_kept_so_that_every_server_takes_it(
    database: Database, clock: FixedClock, typed: str, kept: str
) -> None:
    actor = member_of(database)
    choose(database, clock, actor, mail=typed)
    assert own(database, actor).mail == kept


@pytest.mark.parametrize(
    ("mail", "code"),
    [
        ("", "missing"),
        ("mihon", "bad_mail"),
        ("mihon@", "bad_mail"),
        ("mi hon@example.jp", "bad_mail"),
        ("見本@example.jp", "bad_mail"),
        ("mihon@example.jp\nBcc: x@example.jp", "bad_mail"),
        ("a" * 400 + "@example.jp", "bad_mail"),
        ("mi\0hon@example.jp", "bad_mail"),
        ("=?utf-8?q?a=0d=0abcc?=@example.jp", "bad_mail"),
        ("=?utf-8?q?mihon?=@example.jp", "bad_mail"),
        ("=?utf-8?b?bWlob24=?=@example.jp", "bad_mail"),
    ],
)
def test_an_address_that_gets_no_mail_is_refused_and_nothing_is_changed(
    database: Database, clock: FixedClock, mail: str, code: str
) -> None:
    actor = member_of(database)
    choose(database, clock, actor, rhythm="daily")
    with pytest.raises(Invalid) as refused:
        choose(database, clock, actor, mail=mail)
    assert refused.value.errors == {"mail": [code]}
    assert own(database, actor).choice.rhythm is Rhythm.DAILY


def test_everything_that_is_wrong_is_told_at_once(database: Database, clock: FixedClock) -> None:
    with pytest.raises(Invalid) as refused:
        choose(database, clock, member_of(database), rhythm="x", quiet="y", mail="z")
    assert refused.value.errors == {
        "rhythm": ["unknown_code"],
        "quiet": ["unknown_code"],
        "mail": ["bad_mail"],
    }


@pytest.mark.parametrize("account_id", [None, 999])
def test_without_signing_in_nothing_is_one_s_own(
    database: Database, clock: FixedClock, account_id: int | None
) -> None:
    nobody = Actor(ActorKind.PUBLIC, account_id=account_id)
    with pytest.raises(Forbidden):
        own(database, nobody)
    with pytest.raises(Forbidden):
        choose(database, clock, nobody)


def test_what_waits_follows_the_new_choice(
    database: Database, clock: FixedClock, smtp_server: SmtpServer
) -> None:
    actor = member_of(database)
    choose(database, clock, actor, rhythm="daily")
    with database.write() as session:
        session.execute(message_notice(actor.account_id or 0, clock.now()))
        session.commit()
    mailer = SmtpMailer(smtp_server.host, smtp_server.port)
    assert run(database, clock, mailer) == Delivery(postponed=1)
    choose(database, clock, actor, rhythm="each")
    assert run(database, clock, mailer) == Delivery(sent=1)


# Mail that comes back


def sent_mail(database: Database, clock: FixedClock, server: SmtpServer) -> tuple[Actor, str]:
    """Somebody to whom a notice went out, and the key of that mail."""
    actor = member_of(database)
    choose(database, clock, actor)
    with database.write() as session:
        session.execute(message_notice(actor.account_id or 0, clock.now()))
        session.commit()
    clock.advance(timedelta(seconds=1))
    assert run(database, clock, SmtpMailer(server.host, server.port)) == Delivery(sent=1)
    return actor, server.mails[-1].message["Message-ID"][1:33]


def bounced(database: Database, clock: FixedClock, data: bytes, actor: Actor = OPERATOR) -> str:
    with database.write() as session:
        return notice_care.take_bounce(session, clock, actor, data)


def about(key: str, **change: str) -> bytes:
    return report(returned=f"Message-ID: <{key}@portal.example>", **change)


def test_a_bounce_marks_the_address_and_saving_the_choice_again_takes_the_mark_away(
    database: Database, clock: FixedClock, smtp_server: SmtpServer
) -> None:
    actor, key = sent_mail(database, clock, smtp_server)
    clock.advance(timedelta(minutes=1))
    assert bounced(database, clock, about(key)) == "marked"
    assert bounced(database, clock, about(key)) == "marked"
    assert own(database, actor).undeliverable
    with database.write() as session:
        session.execute(message_notice(actor.account_id or 0, clock.now()))
        session.commit()
    assert run(database, clock, SmtpMailer(smtp_server.host, smtp_server.port)) == Delivery(dropped=1)
    clock.advance(timedelta(minutes=1))
    choose(database, clock, actor)
    assert not own(database, actor).undeliverable
    # The old report, entered once more, says nothing about the address that was just confirmed.
    assert bounced(database, clock, about(key)) == "outdated"


@pytest.mark.parametrize(
    ("data", "taken"),
    [
        (b"out of office", "no_bounce"),
        (report(), "unknown"),
        ({"status": "Action: delayed\nStatus: 4.4.1"}, "passing"),
        ({"status": "Action: failed\nStatus: 5.7.1"}, "passing"),
    ],
)
def test_what_is_no_failure_of_this_address_marks_nothing(
    database: Database,
    clock: FixedClock,
    smtp_server: SmtpServer,
    data: bytes | dict[str, str],
    taken: str,
) -> None:
    actor, key = sent_mail(database, clock, smtp_server)
    assert bounced(database, clock, about(key, **data) if isinstance(data, dict) else data) == taken
    assert not own(database, actor).undeliverable


def test_only_the_operator_enters_bounces_and_forgives(
    database: Database, clock: FixedClock, smtp_server: SmtpServer
) -> None:
    actor, key = sent_mail(database, clock, smtp_server)
    with pytest.raises(Forbidden):
        bounced(database, clock, about(key), actor)
    with database.write() as session, pytest.raises(Forbidden):
        notice_care.forgive(session, clock, actor, clock.now())


def test_neither_the_audit_nor_the_mark_keeps_an_address(
    database: Database, clock: FixedClock, smtp_server: SmtpServer
) -> None:
    actor, key = sent_mail(database, clock, smtp_server)
    bounced(database, clock, about(key))
    with database.read() as session:
        line = session.execute(select(audit).where(audit.c.kind == "notice.bounce")).one()
        care = session.execute(select(care_table)).one()
    assert (line.subject_id, json.loads(line.facts)) == (
        actor.account_id,
        {"taken": "marked", "code": "5.1.1"},
    )
    assert "example" not in str(tuple(care))


def test_marks_of_a_bad_day_are_taken_away_together(
    database: Database, clock: FixedClock, smtp_server: SmtpServer
) -> None:
    before, after = (sent_mail(database, clock, smtp_server) for _ in range(2))
    bounced(database, clock, about(before[1]))
    clock.advance(timedelta(hours=1))
    began = clock.now()
    bounced(database, clock, about(after[1]))
    with database.write() as session:
        assert notice_care.forgive(session, clock, OPERATOR, began) == 1
    assert [own(database, actor).undeliverable for actor, _ in (before, after)] == [True, False]


def test_the_operator_sees_counts(database: Database, clock: FixedClock, smtp_server: SmtpServer) -> None:
    actor, key = sent_mail(database, clock, smtp_server)
    bounced(database, clock, about(key))
    with database.write() as session:
        session.execute(message_notice(actor.account_id or 0, clock.now()))
        session.execute(
            update(outbox).where(outbox.c.state == "sent").values(settled_at=clock.now() - timedelta(days=6))
        )
        session.commit()
    clock.advance(timedelta(hours=2))
    with database.read() as session:
        assert notice_care.status(session, clock) == notice_care.Status(
            waiting=1, sending=0, late=timedelta(hours=2), ended={"sent": 1}, undeliverable=1
        )
    clock.advance(timedelta(days=2))
    with database.read() as session:
        assert notice_care.status(session, clock).ended == {}


def test_the_office_sees_that_mail_does_not_arrive_and_not_where_to(
    database: Database, clock: FixedClock
) -> None:
    seeker = build_seeker(database, with_account=True)
    clerk = build_clerk(database)
    choose(database, clock, seeker.actor)

    def read() -> Any:
        with database.write() as session:
            return open_file(session, clock, clerk, office_address(seeker.office_id))

    assert not read().mail_undeliverable
    with database.write() as session:
        session.execute(update(care_table).values(undeliverable_at=clock.now(), undeliverable_code="550"))
        session.commit()
    assert read().mail_undeliverable
    assert "mihon@example.jp" not in repr(read())


# Who hears of an answer


def wants_mail(database: Database, *members: BuiltMember) -> None:
    with database.write() as session:
        for member in members:
            accounts.set_mail(session, member.account_id, "tanto@example.jp", notice=True)
        session.commit()


def waiting_for(database: Database) -> set[int]:
    with database.read() as session:
        return set(session.scalars(select(outbox.c.account_id)))


def answer(database: Database, clock: FixedClock, seeker: BuiltSeeker, unit: Any, key: str = "k1") -> None:
    with database.write() as session:
        inbox.answer(
            session,
            clock,
            seeker.actor,
            public_id.shown(unit.public_id),
            AnswerKind.QUESTION,
            "架空の質問です。",
            key,
        )


def test_an_answer_is_told_to_those_who_see_the_thread_and_want_mail(
    database: Database, clock: FixedClock
) -> None:
    unit = build_unit(database, unit_class="municipal")
    own_department, other = (build_department(database, unit, name) for name in ("見本課", "別課"))
    contractor = build_contractor(database, unit)
    writes = build_member(database, unit, department_id=own_department)
    colleague = build_member(database, unit, department_id=own_department)
    officer = build_member(database, unit, role="officer")
    silent = build_member(database, unit, department_id=own_department)
    ended = build_member(database, unit, department_id=own_department, until=clock.now().date())
    elsewhere = [
        build_member(database, unit, department_id=other),
        build_member(database, unit, contractor_id=contractor),
        build_member(database, unit),
        build_member(database, build_unit(database)),
    ]
    wants_mail(database, writes, colleague, officer, ended, *elsewhere)
    seeker = build_seeker(database, with_account=True)
    send(database, clock, unit, writes, [seeker])
    answer(database, clock, seeker, unit)
    assert waiting_for(database) == {writes.account_id, colleague.account_id, officer.account_id}
    assert silent.account_id not in waiting_for(database)


def test_a_contractor_s_thread_is_told_to_the_contractor_and_not_after_its_period(
    database: Database, clock: FixedClock
) -> None:
    unit = build_unit(database, unit_class="municipal")
    contractor = build_contractor(database, unit, until=clock.now().date())
    writes = build_member(database, unit, contractor_id=contractor)
    own_people = build_member(database, unit)
    wants_mail(database, writes, own_people)
    seekers = [build_seeker(database, with_account=True) for _ in range(2)]
    send(database, clock, unit, writes, seekers)
    answer(database, clock, seekers[0], unit)
    assert waiting_for(database) == {writes.account_id}
    with database.write() as session:
        session.execute(outbox.delete())
        session.commit()
    clock.advance(timedelta(days=1))
    answer(database, clock, seekers[1], unit)
    assert waiting_for(database) == set()


def test_several_answers_are_one_waiting_notice_and_a_repeated_click_is_none(
    database: Database, clock: FixedClock
) -> None:
    unit = build_unit(database)
    member = build_member(database, unit)
    wants_mail(database, member)
    seekers = [build_seeker(database, with_account=True) for _ in range(3)]
    send(database, clock, unit, member, seekers)
    for seeker in seekers:
        answer(database, clock, seeker, unit)
    with database.write() as session:
        assert len(session.execute(select(outbox)).all()) == 1
        session.execute(update(outbox).values(state="sent", claimed_at=clock.now(), settled_at=clock.now()))
        session.commit()
    answer(database, clock, seekers[0], unit)
    with database.read() as session:
        assert len(session.execute(select(outbox)).all()) == 1
