"""Measures of a bureau: what they stop, from when to when, who is told what, and what the history keeps."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DatabaseError

from portal.calendar.clock import FixedClock
from portal.calendar.day import day_start
from portal.domain.actor import Actor, ActorKind
from portal.domain.measure import Lowered, MeasureKind, Reason, Suspension
from portal.domain.refusal import (
    Conflict,
    Forbidden,
    Invalid,
    LimitReached,
    NotFound,
    SearchClosed,
    SendingClosed,
)
from portal.domain.search import Criteria
from portal.services import inbox, measure, public_id, relay, search, thread, unit_home
from portal.store.database import Database
from portal.store.tables import announcement, audit, unit
from portal.store.tables import measure as measure_table
from tests.build import BuiltMember, BuiltUnit, build_account, build_member, build_seeker, build_unit
from tests.services.relay_world import send, stored

TODAY = date(2026, 6, 15)
SECOND = timedelta(seconds=1)
BREACH = {"reason": "breach"}


def clerk(database: Database, bureau: str = "13") -> Actor:
    account_id = build_account(database, kind="staff")
    return Actor(ActorKind.BUREAU, account_id=account_id, role="bureau_clerk", bureau_code=bureau)


def day(number: int) -> date:
    return date(2026, 6, number)


class World:
    """A unit with a thread to one seeker, and two clerks of its bureau."""

    def __init__(self, database: Database, clock: FixedClock) -> None:
        self.database, self.clock = database, clock
        self.unit: BuiltUnit = build_unit(database)
        self.ref = public_id.shown(self.unit.public_id)
        self.member: BuiltMember = build_member(database, self.unit, role="officer")
        self.seeker = build_seeker(database, with_account=True)
        self.clerk, self.other = clerk(database), clerk(database)
        send(database, clock, self.unit, self.member, [self.seeker])

    def do(self, act: Any, *arguments: Any, by: Actor | None = None, **named: Any) -> None:
        with self.database.write() as session:
            act(session, self.clock, by or self.clerk, self.ref, *arguments, **named)

    def send(self) -> None:
        send(self.database, self.clock, self.unit, self.member, [self.seeker])

    def page(self) -> measure.MeasuresPage:
        with self.database.read() as session:
            return measure.page(session, self.clock, self.clerk, self.ref)

    def home(self) -> unit_home.UnitHome:
        with self.database.read() as session:
            return unit_home.unit_home(session, self.clock, self.member.actor)

    def searches(self) -> None:
        with self.database.read() as session:
            search.search(session, self.clock, self.member.actor, Criteria())

    def kinds(self) -> list[tuple[str, dict[str, Any]]]:
        """What the unit was told by announcements."""
        with self.database.read() as session:
            return [
                (row.kind, row.facts)
                for row in session.execute(select(announcement).order_by(announcement.c.id))
            ]


@pytest.fixture
def world(database: Database, clock: FixedClock) -> World:
    return World(database, clock)


def test_a_suspended_unit_neither_searches_nor_sends_and_reads_its_threads(world: World) -> None:
    world.do(measure.suspend, BREACH)
    with pytest.raises(SendingClosed, match="suspended"):
        world.send()
    with pytest.raises(SearchClosed, match="suspended"):
        world.searches()
    with world.database.read() as session:
        shown = thread.thread(
            session, world.clock, world.member.actor, world.unit.token(world.seeker, "thread")
        )
    assert (len(shown.entries), shown.closed) == (1, "suspended")
    assert len(stored(world.database)) == 1


def test_seekers_read_on_and_are_never_told_why(world: World) -> None:
    world.do(measure.suspend, {**BREACH, "told": "見本の説明", "note": "内部の見本", "tells_reason": "y"})
    with world.database.read() as session:
        shown = inbox.thread(session, world.clock, world.seeker.actor, world.ref)
    assert (len(shown.entries), shown.closed) == (1, "unit_closed")
    assert "見本の説明" not in repr(shown)
    assert "内部の見本" not in repr(shown)


def test_a_lifted_suspension_gives_everything_back_at_once(world: World) -> None:
    world.do(measure.suspend, BREACH)
    world.do(measure.lift)
    world.send()
    world.searches()
    assert world.home().measures == ()
    with world.database.read() as session:
        row = session.execute(select(unit.c.suspended_from, unit.c.suspension_reason)).one()
    assert tuple(row) == (None, None)


def test_days_of_a_suspension_that_is_lifted_later_stay_recorded(world: World) -> None:
    world.do(measure.suspend, BREACH)
    world.clock.advance(timedelta(days=3))
    world.do(measure.lift, {"note": "見本: 是正を確認"})
    world.send()
    with world.database.read() as session:
        row = session.execute(select(unit.c.suspended_from, unit.c.suspended_until)).one()
    assert tuple(row) == (TODAY, day(17))
    assert world.page().suspension is None


@pytest.mark.parametrize(
    ("moment", "held"),
    [
        (day_start(day(20)) - SECOND, False),
        (day_start(day(20)), True),
        (day_start(day(23)) - SECOND, True),
        (day_start(day(23)), False),
    ],
)
def test_a_suspension_begins_and_ends_by_itself_at_midnight_in_japan(
    world: World, moment: datetime, held: bool
) -> None:
    world.do(measure.suspend, {**BREACH, "suspended_from": "2026-06-20", "suspended_until": "2026-06-22"})
    world.clock.set(moment)
    assert (world.home().reasons == ("suspended",)) is held
    assert world.page().holds is held
    if held:
        with pytest.raises(SendingClosed):
            world.send()
        with pytest.raises(SearchClosed):
            world.searches()
    else:
        world.send()
        world.searches()


@pytest.mark.parametrize(
    ("moment", "limit"),
    [(day_start(day(21)) - SECOND, 3), (day_start(day(21)), 1000)],
)
def test_P_Q6_a_lowered_limit_ends_by_itself_at_midnight_in_japan(
    world: World, moment: datetime, limit: int
) -> None:
    world.do(measure.lower, {**BREACH, "limit": "3", "limit_until": "2026-06-20"})
    world.clock.set(moment)
    for _ in range(3):
        world.send()
    with world.database.read() as session:
        shown = relay.quota_now(session, world.clock, world.member.actor)
        recorded = unit_home.unit_record(session, world.clock, world.member.actor)
    assert (shown.limit, shown.left) == (limit, limit - 3)
    assert recorded.limit == world.home().standing.limit == world.page().limit == limit
    if limit == 3:
        with pytest.raises(LimitReached) as refused:
            world.send()
        assert (refused.value.limit, refused.value.used) == (3, 3)
    else:
        world.send()


def test_a_limit_below_what_was_sent_stops_the_day_and_takes_nothing_back(world: World) -> None:
    world.send()
    world.do(measure.lower, {**BREACH, "limit": "1"})
    with pytest.raises(LimitReached):
        world.send()
    assert len(stored(world.database)) == 2
    world.clock.set(day_start(day(16)))
    world.send()
    with pytest.raises(LimitReached):
        world.send()


def test_R1_back_at_a_thousand_and_never_above(world: World) -> None:
    for limit in ("1000", "1001", "99999"):
        with pytest.raises(Invalid):
            world.do(measure.lower, {**BREACH, "limit": limit})
    with pytest.raises(Conflict, match="not_lowered"):
        world.do(measure.lift_limit)
    world.do(measure.lower, {**BREACH, "limit": "0", "limit_until": "2026-06-30"})
    assert world.page().lowered == Lowered(0, day(30))
    world.do(measure.lift_limit)
    page = world.page()
    assert (page.lowered, page.limit) == (None, 1000)


def test_a_change_keeps_the_first_day_and_the_history_keeps_everything(world: World) -> None:
    world.do(measure.suspend, {**BREACH, "note": "見本 一", "suspended_until": "2026-06-30"})
    world.clock.advance(timedelta(days=1))
    world.do(measure.suspend, {"reason": "order", "told": "見本 二"}, by=world.other)
    world.do(measure.lower, {**BREACH, "limit": "10"})
    world.do(measure.lift)
    world.do(measure.lift_limit, {"note": "見本 三"})
    page = world.page()
    assert [(entry.serial, entry.kind, entry.since, entry.until, entry.limit) for entry in page.history] == [
        (5, MeasureKind.LIMIT_LIFTED, day(16), None, None),
        (4, MeasureKind.LIFT, day(16), None, None),
        (3, MeasureKind.LIMIT, day(16), None, 10),
        (2, MeasureKind.SUSPENSION, TODAY, None, None),
        (1, MeasureKind.SUSPENSION, TODAY, day(30), None),
    ]
    assert [entry.by_id for entry in page.history] == [
        who.account_id for who in (world.clerk, world.clerk, world.clerk, world.other, world.clerk)
    ]
    assert all(entry.by for entry in page.history)
    assert page.history[0].note == "見本 三"
    with world.database.read() as session:
        lines = session.execute(select(audit).where(audit.c.bureau_code == "13").order_by(audit.c.id)).all()
    assert [line.kind for line in lines] == [
        "unit.suspend",
        "unit.suspend",
        "unit.limit",
        "unit.lift",
        "unit.limit",
    ]
    assert {line.subject_id for line in lines} == {world.unit.id}
    assert "見本" not in repr(lines)


def test_the_history_only_grows(world: World) -> None:
    world.do(measure.suspend, BREACH)
    for change in (update(measure_table).values(note="x"), delete(measure_table)):
        with world.database.write() as session, pytest.raises(DatabaseError, match="append only"):
            session.execute(change)


def test_a_page_that_somebody_else_has_overtaken_changes_nothing(world: World) -> None:
    seen = world.page().seen
    world.do(measure.suspend, BREACH, seen=seen, by=world.other)
    for act, arguments in (
        (measure.suspend, [{"reason": "order"}]),
        # Even the very same: whoever decided it should know that somebody else did.
        (measure.suspend, [BREACH]),
        (measure.lift, []),
        (measure.lower, [{**BREACH, "limit": "5"}]),
        (measure.lift_limit, []),
    ):
        with pytest.raises(Conflict, match="changed_meanwhile"):
            world.do(act, *arguments, seen=seen)
    page = world.page()
    assert (page.seen, page.lowered) == (1, None)
    assert page.suspension_words is not None
    assert page.suspension_words.reason is Reason.BREACH


def test_a_second_click_does_nothing(world: World) -> None:
    typed = {**BREACH, "limit": "5", "note": "見本"}
    for number, (act, arguments) in enumerate(
        [
            (measure.suspend, [typed]),
            (measure.lower, [typed]),
            (measure.lift, [{"note": "見本"}]),
            (measure.lift_limit, [{}]),
        ]
    ):
        world.do(act, *arguments, seen=number)
        told = world.kinds()
        world.do(act, *arguments, seen=number)
        assert world.page().seen == number + 1
        assert world.kinds() == told
    # Something else from the same old page is no second click.
    with pytest.raises(Conflict, match="changed_meanwhile"):
        world.do(measure.suspend, typed, seen=3)


def test_the_unit_reads_the_reason_as_far_as_it_is_told(world: World) -> None:
    world.do(measure.suspend, {**BREACH, "told": "見本の説明", "note": "内部の見本"})
    world.do(measure.lower, {"reason": "report_overdue", "tells_reason": "y", "limit": "5", "note": "内部"})
    suspension, limit = world.home().measures
    assert suspension == measure.Told(True, TODAY, None, None, None, "見本の説明")
    assert limit == measure.Told(True, TODAY, None, 5, Reason.REPORT_OVERDUE, "")


def test_the_unit_is_told_of_a_suspension_that_is_to_come(world: World) -> None:
    world.do(measure.suspend, {**BREACH, "suspended_from": "2026-06-20", "suspended_until": "2026-06-22"})
    assert world.home().measures == (measure.Told(False, day(20), day(22), None, None, ""),)
    world.send()


def test_every_measure_is_an_announcement_to_the_unit_without_a_word_of_the_bureau_s(world: World) -> None:
    world.do(measure.suspend, {**BREACH, "note": "内部の見本", "suspended_until": "2026-06-30"})
    world.do(measure.lower, {**BREACH, "limit": "5", "note": "内部の見本"})
    world.do(measure.lift, {"note": "内部の見本"})
    world.do(measure.lift_limit)
    assert [kind for kind, _ in world.kinds()] == [
        "suspended",
        "limit_lowered",
        "suspension_lifted",
        "limit_lifted",
    ]
    assert "内部" not in repr(world.kinds())


def test_nothing_is_lifted_that_is_not_there(world: World) -> None:
    with pytest.raises(Conflict, match="not_suspended"):
        world.do(measure.lift)
    world.do(measure.suspend, {**BREACH, "suspended_until": "2026-06-16"})
    world.clock.set(day_start(day(17)))
    with pytest.raises(Conflict, match="not_suspended"):
        world.do(measure.lift)
    assert world.page().seen == 1


def test_what_is_checked_before_is_what_happens_and_stores_nothing(world: World) -> None:
    typed = {**BREACH, "suspended_from": "2026-06-20"}
    with world.database.read() as session:
        page, span, words = measure.checked_suspension(session, world.clock, world.clerk, world.ref, typed)
        _, lowered, _ = measure.checked_limit(
            session, world.clock, world.clerk, world.ref, {**BREACH, "limit": "7"}
        )
    assert (page.seen, span, words.reason, lowered) == (0, Suspension(day(20)), Reason.BREACH, Lowered(7))
    assert world.page().history == ()


def test_R15_another_bureau_s_clerk_takes_and_sees_no_measure(world: World) -> None:
    world.do(measure.suspend, BREACH)
    foreign = clerk(world.database, "27")
    acts = [
        (measure.suspend, [BREACH]),
        (measure.lift, []),
        (measure.lower, [{**BREACH, "limit": "5"}]),
        (measure.lift_limit, []),
        (measure.page, []),
        (measure.checked_suspension, [BREACH]),
        (measure.checked_limit, [{**BREACH, "limit": "5"}]),
    ]
    for act, arguments in acts:
        with pytest.raises(NotFound, match="unknown_unit"):
            world.do(act, *arguments, by=foreign)
    assert world.page().seen == 1


def test_nobody_of_the_unit_or_an_office_takes_a_measure(world: World) -> None:
    others = [
        world.member.actor,
        Actor(ActorKind.OFFICE, role="office_clerk", office_code="13010"),
        Actor(ActorKind.WORKER),
        replace(world.clerk, role="office_clerk"),
    ]
    for actor in others:
        for act, arguments in (
            (measure.suspend, [BREACH]),
            (measure.lift, []),
            (measure.lower, [{**BREACH, "limit": "5"}]),
            (measure.lift_limit, []),
        ):
            with pytest.raises(Forbidden):
                world.do(act, *arguments, by=actor)
    assert world.page().seen == 0
