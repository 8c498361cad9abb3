"""保存期間: announced, then gone; taken back when somebody writes; held by a case; one run at a time, resumed."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from portal.calendar.clock import FixedClock
from portal.domain.actor import Actor, ActorKind
from portal.domain.complaint import Act
from portal.domain.refusal import Conflict, Forbidden
from portal.domain.retention import Counts, Kind
from portal.services import inbox, public_id, retention, thread
from portal.store.database import Database
from portal.store.tables import (
    account,
    complaint,
    complaint_event,
    complaint_note,
    complaint_reading,
    complaint_transcript,
    outbox,
    retention_run,
)
from tests.build import build_member, build_unit
from tests.services.complaint_sides import OWN_OFFICE, Sides
from tests.services.relay_world import TEXT, audited, counter, rows_of, send
from tests.services.retention_world import RULES, WORKER, Years

WRITTEN = date(2026, 6, 15)
TOLD = date(2028, 5, 17)
GOES = date(2028, 6, 16)


@pytest.fixture
def years(database: Database, clock: FixedClock) -> Years:
    return Years(database, clock)


def test_texts_are_announced_thirty_days_before_and_go_on_the_day_and_never_earlier(years: Years) -> None:
    for day, notices, bodies in (
        (TOLD - timedelta(days=1), [], [TEXT, TEXT]),
        (TOLD, [("thread", GOES)], [TEXT, TEXT]),
        (GOES - timedelta(days=1), [("thread", GOES)], [TEXT, TEXT]),
        (GOES, [], ["", ""]),
        (GOES + timedelta(days=1), [], ["", ""]),
    ):
        years.on(day).run()
        assert (years.notices(), years.bodies()) == (notices, bodies), day


def test_nothing_goes_unannounced_however_late_the_first_run_is(years: Years) -> None:
    late = date(2031, 1, 1)
    assert years.on(late).run()[Kind.THREAD] == Counts(told=1)
    assert years.bodies() == [TEXT, TEXT]
    assert years.on(late + timedelta(days=29)).run()[Kind.THREAD] == Counts()
    assert years.on(late + timedelta(days=30)).run()[Kind.THREAD] == Counts(ended=1)


def test_a_look_counts_and_changes_nothing(years: Years) -> None:
    years.on(TOLD)
    with years.database.write() as session:
        assert retention.look(session, years.clock, WORKER, RULES)[Kind.THREAD] == Counts(told=1)
    assert (years.notices(), years.bodies()) == ([], [TEXT, TEXT])
    assert audited(years.database, "retention.look") == [("done", None)]


def test_who_writes_after_the_announcement_takes_it_back_and_the_period_begins_anew(years: Years) -> None:
    years.on(TOLD).run()
    years.on(date(2028, 6, 1)).write()
    assert years.on(GOES).run()[Kind.THREAD] == Counts(taken_back=1)
    assert years.bodies() == [TEXT] * 3
    years.on(date(2030, 5, 3)).run()
    years.on(date(2030, 6, 2)).run()
    assert years.bodies() == [""] * 3


def test_what_is_written_after_the_end_stays_and_the_old_texts_do_not_come_back(years: Years) -> None:
    for day in (TOLD, GOES):
        years.on(day).run()
    years.write()
    years.run()
    assert years.bodies() == ["", "", TEXT]
    with years.database.read() as session:
        page = inbox.thread(session, years.clock, years.seeker.actor, public_id.shown(years.unit.public_id))
    assert [(entry.ended, entry.text) for entry in page.entries] == [(True, ""), (True, ""), (False, TEXT)]


def test_both_sides_read_the_day_beforehand_and_the_end_afterwards(years: Years) -> None:
    def pages() -> tuple[inbox.InboxThread, thread.ThreadPage, thread.ThreadLine]:
        with years.database.read() as session:
            mine = inbox.thread(
                session, years.clock, years.seeker.actor, public_id.shown(years.unit.public_id)
            )
            line = thread.threads(session, years.clock, years.member.actor).lines[0]
            return mine, thread.thread(session, years.clock, years.member.actor, line.token), line

    years.on(TOLD).run()
    mine, theirs, line = pages()
    assert (mine.goes_on, theirs.goes_on, line.last_text) == (GOES, GOES, TEXT)
    with years.database.read() as session:
        told = retention.announced(session, years.clock, years.seeker.actor)
    assert (told.threads, told.first, told.identity) == (1, GOES, None)
    years.on(GOES).run()
    mine, theirs, line = pages()
    assert (mine.goes_on, theirs.goes_on, line.last_text) == (None, None, "")
    for page in (mine, theirs):
        assert [(entry.ended, entry.text) for entry in page.entries] == [(True, "")] * 2


def test_counts_and_days_and_steps_stay(years: Years) -> None:
    before = counter(years.database, years.unit, WRITTEN)
    for day in (TOLD, GOES):
        years.on(day).run()
    assert counter(years.database, years.unit, WRITTEN) == before == 2
    assert years.bodies() == ["", ""]


def test_who_wants_mail_is_told_by_a_mail_without_content(years: Years) -> None:
    with years.database.write() as session:
        session.execute(
            update(account)
            .where(account.c.id == years.seeker.account_id)
            .values(mail_notice=True, mail_sealed=b"x")
        )
        session.execute(
            update(outbox).values(state="sent", claimed_at=years.clock.now(), settled_at=years.clock.now())
        )
        session.commit()
    years.on(TOLD).run()
    with years.database.read() as session:
        waiting = session.scalars(select(outbox.c.kind).where(outbox.c.state == "waiting"))
        assert list(waiting) == ["announcement_notice"]


# Cases


@pytest.fixture
def sides(database: Database, clock: FixedClock) -> Sides:
    return Sides(database, clock)


class CaseYears(Years):
    """The days of a case's thread; built by the world of complaints."""

    def __init__(self, sides: Sides) -> None:
        self.database, self.clock = sides.database, sides.clock  # the rest is the other world's


def settle(sides: Sides, ref: str) -> None:
    sides.act(sides.seeker, ref, Act.CLOSE)


def test_S_Q4_an_open_case_holds_its_thread_and_neither_side_can_tell(sides: Sides) -> None:
    opened = sides.open(office=OWN_OFFICE)
    years = CaseYears(sides)
    for day in (TOLD, GOES):
        years.on(day).run()
    assert (years.bodies(), years.ended()) == ([TEXT], [False])
    with years.database.read() as session:
        page = inbox.thread(session, years.clock, sides.seeker.actor, sides.ref)
    assert [entry.text for entry in page.entries] == [""]
    settle(sides, opened.ref)
    years.run()
    assert (years.bodies(), years.ended()) == ([""], [True])


def test_the_texts_of_a_case_go_three_years_after_it_was_over_and_what_it_was_stays(sides: Sides) -> None:
    opened = sides.open(office=OWN_OFFICE)
    settle(sides, opened.ref)
    years = CaseYears(sides)
    for day in (date(2029, 5, 16), date(2029, 5, 17), date(2029, 6, 15)):
        years.on(day).run()
        assert rows_of(years.database, complaint_event) == 2
    with years.database.read() as session:
        assert retention.announced(session, sides.clock, sides.seeker.actor).cases == 1
    years.on(date(2029, 6, 16)).run()
    for table in (complaint_event, complaint_note, complaint_reading, complaint_transcript):
        assert rows_of(years.database, table) == 0
    with years.database.read() as session:
        row = session.execute(select(complaint)).one()
    assert (row.kind, row.state, row.transcript_id) == ("unwanted", "closed", None)
    assert row.retired_at is not None


def test_P_Q9_the_end_of_a_case_the_seeker_does_not_see_is_not_announced_to_them(sides: Sides) -> None:
    opened = sides.open(office=OWN_OFFICE)
    settle(sides, opened.ref)
    with sides.database.write() as session:
        values = {
            "opened_by": "unit",
            "seeker_since": None,
            "unit_since": sides.clock.now(),
            "new_to_seeker": False,
        }
        session.execute(update(complaint).values(**values))
        session.commit()
    years = CaseYears(sides)
    years.on(date(2029, 5, 17)).run()
    assert ("complaint", date(2029, 6, 16)) in years.notices()
    with years.database.read() as session:
        assert retention.announced(session, sides.clock, sides.seeker.actor).cases == 0


# Runs


def test_two_never_run_at_once_and_a_dead_one_is_carried_on(years: Years) -> None:
    years.on(TOLD)

    def one_step(worker: str) -> retention.Progress:
        with years.database.write() as session:
            return retention.step(session, years.clock, WORKER, RULES, worker)

    assert not one_step("one").ended
    with pytest.raises(Conflict, match="retention_runs"):
        one_step("two")
    with years.database.read() as session:
        assert retention.busy(session, years.clock, "two")
    years.clock.advance(retention.TAKE_OVER_AFTER)
    assert not one_step("two").ended
    # The first one was only asleep: it finds that somebody else has the run.
    with pytest.raises(Conflict, match="retention_runs"):
        one_step("one")
    assert years.run("two")[Kind.THREAD] == Counts(told=1)
    with years.database.read() as session:
        rows = session.execute(select(retention_run)).all()
    assert len(rows) == 1
    assert rows[0].ended_at is not None


def test_a_long_run_goes_on_behind_its_last_chunk(years: Years, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        unit = build_unit(years.database)
        send(years.database, years.clock, unit, build_member(years.database, unit), [years.seeker])
    monkeypatch.setitem(retention._CHUNK, Kind.THREAD, 2)
    years.on(TOLD)
    seen = []
    with years.database.write() as session:
        while not (done := retention.step(session, years.clock, WORKER, RULES, "one")).ended:
            seen.append(done.counts[Kind.THREAD].told)
    assert seen[:2] == [2, 4]
    assert done.counts[Kind.THREAD] == Counts(told=4)


def test_every_chunk_that_changes_something_leaves_a_line_of_counts(years: Years) -> None:
    years.on(TOLD).run()
    before = len(audited(years.database, "retention.run"))
    years.on(TOLD + timedelta(days=1)).run()
    after = len(audited(years.database, "retention.run"))
    # One with the announcement and one for the end of the run; then the end alone.
    assert (before, after) == (2, 3)


@pytest.mark.parametrize("kind", [ActorKind.OFFICE, ActorKind.BUREAU, ActorKind.MEMBER, ActorKind.SEEKER])
def test_nobody_but_operator_and_worker_runs_it(years: Years, kind: ActorKind) -> None:
    with years.database.write() as session, pytest.raises(Forbidden):
        retention.step(session, years.clock, Actor(kind), RULES, "one")
    with years.database.write() as session, pytest.raises(Forbidden):
        retention.look(session, years.clock, Actor(kind), RULES)
