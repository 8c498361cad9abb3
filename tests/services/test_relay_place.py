"""What a unit gives a department or contractor a day: never more than that, never more than the unit's own limit.

Seed 004 P-Q6, M-Q5: all of a unit share one count; the limits inside it are the unit's own setting.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from portal.calendar.clock import FixedClock
from portal.calendar.day import day_start
from portal.domain.answer import AnswerKind
from portal.domain.refusal import LimitReached, PlaceLimitReached
from portal.services import inbox, public_id, relay, relay_preview, thread
from portal.store.database import Database
from portal.store.tables import contractor, department
from portal.store.tables import unit as unit_table
from tests.build import (
    BuiltMember,
    BuiltSeeker,
    BuiltUnit,
    build_contractor,
    build_department,
    build_member,
    build_seeker,
    build_unit,
)
from tests.services.relay_world import audited, counter, send, stored, threads
from tests.services.test_relay_same import statements

TODAY, TOMORROW = date(2026, 6, 15), date(2026, 6, 16)
MIDNIGHT = day_start(TOMORROW)


class World:
    """A municipality with a department, a contractor, and people of each and of neither."""

    def __init__(self, database: Database, clock: FixedClock, **values: Any) -> None:
        self.database, self.clock = database, clock
        self.unit: BuiltUnit = build_unit(database, unit_class="municipal", **values)
        self.department = build_department(database, self.unit)
        self.contractor = build_contractor(database, self.unit)
        self.clerk: BuiltMember = build_member(database, self.unit, department_id=self.department)
        self.outside: BuiltMember = build_member(database, self.unit, contractor_id=self.contractor)
        self.officer: BuiltMember = build_member(database, self.unit, role="officer")

    def limit(self, *, department_limit: int | None = None, contractor_limit: int | None = None) -> None:
        with self.database.write() as session:
            session.execute(update(department).values(daily_limit=department_limit))
            session.execute(update(contractor).values(daily_limit=contractor_limit))
            session.commit()

    def people(self, number: int) -> list[BuiltSeeker]:
        return [build_seeker(self.database, with_account=True) for _ in range(number)]

    def send(self, who: BuiltMember, to: list[BuiltSeeker], **more: Any) -> relay.SendResult:
        return send(self.database, self.clock, self.unit, who, to, **more)

    def used(self, on: date = TODAY) -> int:
        return counter(self.database, self.unit, on)


@pytest.fixture
def make(database: Database, clock: FixedClock) -> Callable[..., World]:
    return lambda **values: World(database, clock, **values)


@pytest.mark.parametrize("place", ["department", "contractor"])
def test_M_Q5_a_place_sends_up_to_its_own_limit_and_nothing_above_it(
    make: Callable[..., World], place: str
) -> None:
    world = make()
    world.limit(**{f"{place}_limit": 3})
    who = world.clerk if place == "department" else world.outside
    assert world.send(who, world.people(2)).quota.left == 1
    with pytest.raises(PlaceLimitReached) as refused:
        world.send(who, world.people(2))
    told = refused.value
    assert (told.limit, told.used, told.asked, told.fits, told.resets_at) == (3, 2, 2, 1, MIDNIGHT)
    assert (world.used(), len(stored(world.database)), len(threads(world.database))) == (2, 2, 2)
    assert world.send(who, world.people(1)).quota.left == 0
    # The others go on: it is not the unit's limit.
    assert world.send(world.officer, world.people(4)).quota.left == 1000 - 7
    assert audited(world.database)[1] == ("refused", "place_limit_reached")


def test_M_Q5_limits_inside_a_unit_never_let_out_more_than_the_unit_may(make: Callable[..., World]) -> None:
    world = make(daily_limit=5)
    world.limit(department_limit=4, contractor_limit=4)
    world.send(world.clerk, world.people(4))
    with pytest.raises(LimitReached) as refused:
        world.send(world.outside, world.people(2))
    assert refused.value.reason == "limit_reached"
    assert (refused.value.limit, refused.value.used, refused.value.fits) == (5, 4, 1)
    world.send(world.outside, world.people(1))
    assert world.used() == 5


def test_where_both_limits_say_no_the_one_that_lets_fewer_through_is_told(make: Callable[..., World]) -> None:
    world = make(daily_limit=5)
    world.limit(department_limit=2)
    world.send(world.officer, world.people(2))
    with pytest.raises(LimitReached) as refused:
        world.send(world.clerk, world.people(6))
    assert (refused.value.reason, refused.value.fits) == ("place_limit_reached", 2)
    world.limit(department_limit=4)
    with pytest.raises(LimitReached) as refused:
        world.send(world.clerk, world.people(6))
    assert (refused.value.reason, refused.value.fits) == ("limit_reached", 3)


def test_a_limit_above_what_the_bureau_left_the_unit_does_not_bind_or_help(
    make: Callable[..., World],
) -> None:
    world = make()
    world.limit(department_limit=500)
    with world.database.write() as session:
        session.execute(update(unit_table).values(daily_limit=2))
        session.commit()
    with pytest.raises(LimitReached):
        world.send(world.clerk, world.people(3))
    done = world.send(world.clerk, world.people(2))
    assert (done.quota.left, done.quota.binding_limit) == (0, 2)


def test_a_place_that_was_given_nothing_sends_nothing(make: Callable[..., World]) -> None:
    world = make()
    world.limit(contractor_limit=0)
    with pytest.raises(PlaceLimitReached) as refused:
        world.send(world.outside, world.people(1))
    assert (refused.value.limit, refused.value.used, refused.value.fits) == (0, 0, 0)
    assert stored(world.database) == []


def test_P_Q6_answers_count_for_the_place_of_who_writes_them(make: Callable[..., World]) -> None:
    world = make(reserve=2)
    world.limit(department_limit=2)
    (person,) = world.people(1)
    world.send(world.clerk, [person])
    ref = public_id.shown(world.unit.public_id)
    with world.database.write() as session:
        inbox.answer(session, world.clock, person.actor, ref, AnswerKind.QUESTION, "見本", "a")
    token = world.unit.token(person, "thread")

    def write(who: BuiltMember, key: str) -> relay.SendResult:
        with world.database.write() as session:
            return thread.write(session, world.clock, who.actor, token, "見本の返事です。", key)

    done = write(world.clerk, "one")
    assert (done.quota.left, done.quota.left_for_new, done.quota.place.left) == (0, 0, 0)
    with pytest.raises(PlaceLimitReached):
        write(world.clerk, "two")
    # The officer belongs to no place: the same thread, another count.
    assert write(world.officer, "three").sent == 1
    assert write(world.clerk, "one").repeated


def test_the_same_key_returns_the_first_result_though_the_place_has_nothing_left(
    make: Callable[..., World],
) -> None:
    world = make()
    world.limit(department_limit=1)
    (person,) = world.people(1)
    first = world.send(world.clerk, [person], key="once")
    again = world.send(world.clerk, [person], key="once")
    assert (first.repeated, again.repeated, again.sent, again.quota.left) == (False, True, 1, 0)


def test_the_place_begins_anew_at_midnight_in_japan(make: Callable[..., World], clock: FixedClock) -> None:
    world = make()
    world.limit(contractor_limit=2)
    clock.set(datetime(2026, 6, 15, 14, 59, 59, tzinfo=UTC))
    world.send(world.outside, world.people(2))
    with pytest.raises(PlaceLimitReached):
        world.send(world.outside, world.people(1))
    clock.set(datetime(2026, 6, 15, 15, 0, 0, tzinfo=UTC))
    assert world.send(world.outside, world.people(2)).quota.left == 0
    assert (world.used(TODAY), world.used(TOMORROW)) == (2, 2)


def test_another_unit_of_the_same_contractor_is_not_counted(make: Callable[..., World]) -> None:
    world, other = make(), make()
    world.limit(contractor_limit=1)
    other.send(other.outside, other.people(1))
    assert world.send(world.outside, world.people(1)).sent == 1


def test_the_preview_shows_what_is_left_of_the_smaller_limit_and_refuses_like_the_send(
    make: Callable[..., World],
) -> None:
    world = make()
    world.limit(department_limit=3)
    world.send(world.clerk, world.people(1))
    two, three = world.people(2), world.people(3)

    def look(who: BuiltMember, people: list[BuiltSeeker]) -> relay_preview.Preview:
        with world.database.read() as session:
            tokens = [world.unit.token(person) for person in people]
            return relay_preview.preview(session, world.clock, who.actor, tokens, "見本の案内です。")

    seen = look(world.clerk, two)
    assert (seen.quota.left_for_new, seen.left_after, seen.quota.binding_limit) == (2, 0, 3)
    assert look(world.officer, three).quota.left_for_new == 999
    with pytest.raises(PlaceLimitReached) as refused:
        look(world.clerk, three)
    with pytest.raises(PlaceLimitReached) as again:
        world.send(world.clerk, three)
    assert refused.value.facts == again.value.facts
    assert world.send(world.clerk, two).quota.left_for_new == seen.left_after


def test_the_counter_in_the_head_shows_what_is_left_of_the_smaller_one(make: Callable[..., World]) -> None:
    world = make(daily_limit=10, reserve=3)
    world.limit(department_limit=6)

    def now(who: BuiltMember) -> tuple[int, int, int]:
        with world.database.read() as session:
            view = relay.quota_now(session, world.clock, who.actor)
        return view.left, view.left_for_new, view.binding_limit

    assert now(world.clerk) == (6, 6, 6)
    world.send(world.officer, world.people(3))
    assert now(world.clerk) == (6, 4, 6)
    world.send(world.officer, world.people(2))
    assert now(world.clerk) == (5, 2, 10)
    assert now(world.officer) == (5, 2, 10)


def test_whoever_has_no_limit_of_a_place_pays_no_statement_for_it(make: Callable[..., World]) -> None:
    world = make()
    world.limit(contractor_limit=100)
    asked = {}
    for name, who in (("clerk", world.clerk), ("officer", world.officer), ("contractor", world.outside)):
        world.send(who, world.people(1))
        with statements(world.database) as seen:
            world.send(who, world.people(2))
        asked[name] = list(seen)
    assert not [sql for name in ("clerk", "officer") for sql in asked[name] if "sum(send.sent)" in sql]
    assert len([sql for sql in asked["contractor"] if "sum(send.sent)" in sql]) == 1
    assert len(asked["contractor"]) == len(asked["clerk"]) + 1 == len(asked["officer"]) + 1


def test_a_send_that_waited_over_midnight_counts_for_the_place_on_the_new_day(
    make: Callable[..., World],
) -> None:
    from tests.services.test_relay_moment import WaitingClock

    world = make()
    world.limit(department_limit=1)
    world.send(world.clerk, world.people(1))
    waited = WaitingClock(MIDNIGHT - timedelta(microseconds=1), MIDNIGHT)
    assert send(world.database, waited, world.unit, world.clerk, world.people(1)).quota.left == 0
    assert (world.used(TODAY), world.used(TOMORROW)) == (1, 1)
