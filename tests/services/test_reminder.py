"""Reminders before the end of a validity: once for each unit, last day and number of days before."""

import multiprocessing
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from portal.calendar.clock import FixedClock
from portal.calendar.day import day_start
from portal.domain.actor import Actor, ActorKind
from portal.domain.contract_period import Period
from portal.services import announcement, clockwork, reminder
from portal.services.announcement import Announcement
from portal.store import contractor as contractors
from portal.store import unit as units
from portal.store.database import Database
from portal.store.tables import account, audit, outbox, unit
from tests.build import (
    KEYRING,
    BuiltMember,
    build_contractor,
    build_member,
    build_unit,
    open_database,
)

WORKER = Actor(ActorKind.WORKER)
LAST = date(2027, 3, 31)


def a_round(database: Database, clock: FixedClock) -> int:
    """What the worker does once a day."""
    with database.write() as session:
        if not clockwork.reminders_are_due(session, clock):
            return 0
        waiting = reminder.waiting(session, clock)
        given = sum(reminder.remind(session, clock, WORKER, subject) for subject in waiting)
        clockwork.beat(session, clock, clockwork.REMINDERS)
    return given


def on(clock: FixedClock, left: int) -> None:
    """It is nine in the morning, so many days before the last day."""
    clock.set(day_start(LAST - timedelta(days=left)) + timedelta(hours=9))


def told(database: Database, clock: FixedClock, member: BuiltMember) -> list[tuple[str, object]]:
    with database.read() as session:
        found = announcement.listing(session, clock, member.actor).lines
    return [(line.kind.value, line.facts.get("days")) for line in reversed(found)]


def wants_mail(database: Database, member: BuiltMember) -> int:
    with database.write() as session:
        session.execute(
            update(account)
            .where(account.c.id == member.account_id)
            .values(
                mail_notice=True,
                mail_sealed=KEYRING.seal("account.mail", member.account_id, "a@unit.example"),
            )
        )
        session.commit()
    return member.account_id


def test_each_reminder_comes_on_its_day_and_once(database: Database, clock: FixedClock) -> None:
    officer = build_member(database, build_unit(database, valid_until=LAST), role="officer")
    given = []
    for left in range(62, -4, -1):
        on(clock, left)
        if a_round(database, clock):
            given.append(left)
        assert a_round(database, clock) == 0
    assert given == [60, 30, 7, -1]
    assert told(database, clock, officer) == [
        ("validity_ends", 60),
        ("validity_ends", 30),
        ("validity_ends", 7),
        ("validity_ended", -1),
    ]


def test_a_reminder_is_due_from_midnight_in_japan(database: Database, clock: FixedClock) -> None:
    build_unit(database, valid_until=LAST)
    clock.set(day_start(LAST - timedelta(days=60)) - timedelta(seconds=1))
    assert a_round(database, clock) == 0
    clock.advance(timedelta(seconds=1))
    assert a_round(database, clock) == 1


def test_missed_nights_are_made_up_for_by_one_reminder_with_the_days_that_are_left(
    database: Database, clock: FixedClock
) -> None:
    officer = build_member(database, build_unit(database, valid_until=LAST), role="officer")
    on(clock, 70)
    assert a_round(database, clock) == 0
    on(clock, 25)
    assert a_round(database, clock) == 1
    on(clock, 24)
    assert a_round(database, clock) == 0
    assert told(database, clock, officer) == [("validity_ends", 25)]


def test_a_renewed_unit_is_reminded_anew_and_never_of_the_old_day(
    database: Database, clock: FixedClock
) -> None:
    built = build_unit(database, valid_until=LAST)
    officer = build_member(database, built, role="officer")
    on(clock, 30)
    assert a_round(database, clock) == 1
    later = LAST + timedelta(days=365)
    with database.write() as session:
        session.execute(update(unit).where(unit.c.id == built.id).values(valid_until=later))
        session.commit()
    on(clock, 7)
    assert a_round(database, clock) == 0
    clock.set(day_start(later - timedelta(days=7)))
    assert a_round(database, clock) == 1
    assert ("validity_ends", 7) in told(database, clock, officer)


@pytest.mark.parametrize("status", ["approved", "ended"])
def test_only_units_in_use_are_reminded(database: Database, clock: FixedClock, status: str) -> None:
    build_unit(database, valid_until=LAST, status=status)
    on(clock, 60)
    assert a_round(database, clock) == (status == "approved")


def test_officer_and_contact_who_want_notices_get_one_mail_each_and_nobody_else(
    database: Database, clock: FixedClock
) -> None:
    built = build_unit(database, valid_until=LAST)
    other = build_unit(database, valid_until=date(2030, 3, 31))
    wanting = {wants_mail(database, build_member(database, built, role=r)) for r in ("officer", "contact")}
    wants_mail(database, build_member(database, built, role="member"))
    wants_mail(database, build_member(database, other, role="officer"))
    build_member(database, built, role="contact")
    left = build_member(database, built, role="officer")
    wants_mail(database, left)
    on(clock, 60)
    with database.write() as session:
        units.end_member(session, left.membership_id, LAST - timedelta(days=60), None)
        session.commit()
    a_round(database, clock)
    with database.read() as session:
        rows = session.execute(select(outbox.c.kind, outbox.c.account_id)).all()
    assert {row.kind for row in rows} == {"announcement_notice"}
    assert {row.account_id for row in rows} == wanting


def test_M_Q3_the_end_of_a_contractors_period_is_told_to_the_unit_unless_the_next_one_is_recorded(
    database: Database, clock: FixedClock
) -> None:
    built = build_unit(database, unit_class="municipal", valid_until=date(2030, 3, 31))
    officer = build_member(database, built, role="officer")
    number = build_contractor(database, built, name="架空受託社", until=LAST)
    followed = build_contractor(database, built, name="架空継続社", number="99-ユ-900001", until=LAST)
    with database.write() as session:
        next_one = Period(LAST + timedelta(days=1), date(2029, 3, 31))
        contractors.record(session, followed, next_one)
        session.commit()
    assert number != followed
    for left in (60, 30, 7, 0, -1):
        on(clock, left)
        a_round(database, clock)
    with database.read() as session:
        lines: tuple[Announcement, ...] = announcement.listing(session, clock, officer.actor).lines
    assert {line.facts["contractor"] for line in lines} == {"架空受託社"}
    assert [line.facts["days"] for line in reversed(lines)] == [60, 30, 7, -1]
    assert [line.kind.value for line in reversed(lines)][-1] == "contractor_ended"
    assert {line.facts["last_day"] for line in lines} == {LAST}


def test_a_reminder_leaves_one_line_in_the_audit_trail_without_names(
    database: Database, clock: FixedClock
) -> None:
    built = build_unit(database, valid_until=LAST)
    on(clock, 60)
    a_round(database, clock)
    with database.read() as session:
        (line,) = session.execute(select(audit).where(audit.c.kind == "unit.remind")).all()
    assert (line.subject_id, line.outcome, line.actor_kind) == (built.id, "done", "worker")


def remind_all(url: str, now: datetime, ready: Any, results: Any) -> None:
    """One worker: it has seen what is due before anybody begins."""
    database, clock = open_database(url), FixedClock(now)
    with database.write() as session:
        waiting = reminder.waiting(session, clock)
        ready.wait(60)
        given = sum(reminder.remind(session, clock, WORKER, subject) for subject in waiting)
    results.put((len(waiting), given))
    database.dispose()


def test_two_workers_at_the_same_moment_remind_each_unit_once(
    engine_kind: str, new_database_url: Callable[..., str]
) -> None:
    url = new_database_url(engine_kind)
    database = open_database(url)
    members = [
        build_member(database, build_unit(database, valid_until=LAST), role="officer") for _ in range(12)
    ]
    now = datetime(2027, 3, 1, 0, 0, tzinfo=UTC)
    processes = multiprocessing.get_context("spawn")
    ready, results = processes.Barrier(2), processes.Queue()
    workers = [processes.Process(target=remind_all, args=(url, now, ready, results)) for _ in range(2)]
    for worker in workers:
        worker.start()
    done = [results.get(timeout=120) for _ in workers]
    for worker in workers:
        worker.join(60)
    assert [seen for seen, _ in done] == [12, 12]
    assert sum(given for _, given in done) == 12
    clock = FixedClock(now)
    assert [told(database, clock, member) for member in members] == [[("validity_ends", 30)]] * 12
    database.dispose()
