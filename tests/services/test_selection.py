"""Choosing people: whose choice it is, how many fit, and that nothing of it tells who is out of reach."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from portal.calendar.clock import FixedClock
from portal.domain.actor import Actor, ActorKind
from portal.domain.refusal import Forbidden, Invalid, Refusal
from portal.domain.search import Criteria
from portal.services import selection as service
from portal.services.selection import Added, Marks, Selection
from portal.store import alias, erasure
from portal.store.database import Database
from portal.store.tables import quota_use
from tests.build import (
    BuiltMember,
    BuiltSeeker,
    build_block,
    build_codes,
    build_department,
    build_member,
    build_seeker,
    build_unit,
)
from tests.kill.world import many_seekers
from tests.services.relay_world import send
from tests.services.test_relay_same import CAUSES, statements

TODAY = date(2026, 6, 15)
EVERYBODY = Criteria()


class World:
    def __init__(self, database: Database, clock: FixedClock, **unit: Any) -> None:
        self.database, self.clock = database, clock
        self.unit = build_unit(database, **unit)
        self.member = build_member(database, self.unit)

    def do(self, act: Callable[..., Any], *arguments: Any, by: BuiltMember | None = None) -> Any:
        with self.database.write() as session:
            return act(session, self.clock, (by or self.member).actor, *arguments)

    def add(self, *people: BuiltSeeker, by: BuiltMember | None = None) -> Added:
        added = self.do(service.add, [self.unit.token(who) for who in people], by=by)
        assert isinstance(added, Added)
        return added

    def now(self, page: int = 1, by: BuiltMember | None = None) -> Selection:
        found = self.do(service.selection, page, by=by)
        assert isinstance(found, Selection)
        return found

    def use_up(self, n: int) -> None:
        with self.database.write() as session:
            session.execute(insert(quota_use).values(unit_id=self.unit.id, jst_day=TODAY, n=n))
            session.commit()

    def code(self, who: BuiltSeeker) -> str:
        return alias.code(self.unit.key, who.alias_key)


@pytest.fixture
def world(database: Database, clock: FixedClock) -> World:
    return World(database, clock)


def test_people_are_added_from_one_page_after_another_each_once(world: World) -> None:
    one, two, three = (build_seeker(world.database) for _ in range(3))
    assert world.add(one, two) == Added(2, 2)
    assert world.add(two, three) == Added(1, 3)
    chosen = world.now()
    assert [each.code for each in chosen.shown] == sorted(world.code(who) for who in (one, two, three))
    assert (chosen.number, chosen.reachable, chosen.would_get) == (3, 3, 3)
    assert world.do(service.tokens) == [each.token for each in chosen.shown]


def test_a_choice_is_the_persons_own(world: World) -> None:
    colleague = build_member(world.database, world.unit)
    who = build_seeker(world.database)
    world.add(who)
    assert world.now(by=colleague).number == 0
    assert world.do(service.remove, [world.unit.token(who)], by=colleague) == 0
    assert world.do(service.empty, by=colleague) == 0
    assert world.do(service.marks, [world.unit.token(who)], by=colleague) == Marks(0, frozenset())
    assert world.now().number == 1


def test_one_person_in_two_units_has_two_choices(world: World) -> None:
    other = build_unit(world.database)
    there = build_member(world.database, other, account_id=world.member.account_id)
    who = build_seeker(world.database)
    world.add(who)
    assert world.now(by=there).number == 0
    # The token of one unit is nothing at the other.
    with pytest.raises(Invalid):
        world.add(who, by=there)
    world.do(service.add, [other.token(who)], by=there)
    assert world.do(service.tokens, by=there) == [other.token(who)]
    assert world.do(service.tokens) == [world.unit.token(who)]


def test_some_are_taken_out_and_then_all(world: World) -> None:
    people = [build_seeker(world.database) for _ in range(4)]
    world.add(*people)
    assert world.do(service.remove, [world.unit.token(people[0]), "x", "A" * 43]) == 1
    tokens = [world.unit.token(who) for who in people]
    assert world.do(service.marks, [*tokens[:3], "x"]) == Marks(3, frozenset(tokens[1:3]))
    assert world.do(service.empty) == 3
    assert world.now().number == 0


@pytest.mark.parametrize("asked", [[], ["x"], ["A" * 43, "架空"]])
def test_adding_nobody_is_refused(world: World, asked: list[str]) -> None:
    with pytest.raises(Invalid) as refused:
        world.do(service.add, asked)
    assert refused.value.errors == {"recipients": ["missing"]}


def test_S_Q5_choosing_and_taking_out_is_alike_for_everybody_out_of_reach(
    world: World, database: Database
) -> None:
    fine = build_seeker(database)
    gone = {cause: made(database, world.unit) for cause, made in CAUSES.items() if cause != "unknown"}
    told = {}
    for cause, who in {"fine": fine, **gone}.items():
        with statements(database) as seen:
            told[cause] = (world.add(who).added, world.do(service.remove, [world.unit.token(who)]))
        told[cause] = (*told[cause], tuple(seen))
    assert len(set(told.values())) == 1


def test_S_Q5_how_many_can_be_reached_is_a_number_and_all_stay_listed(
    world: World, database: Database
) -> None:
    fine = [build_seeker(database) for _ in range(2)]
    gone = [made(database, world.unit) for cause, made in CAUSES.items() if cause != "unknown"]
    world.add(*fine, *gone)
    chosen = world.now()
    assert (chosen.number, chosen.reachable) == (2 + len(gone), 2)
    assert len(chosen.shown) == chosen.number
    with statements(database) as all_gone:
        world.now()
    world.do(service.remove, [world.unit.token(who) for who in gone])
    with statements(database) as all_fine:
        assert world.now().reachable == 2
    assert len(all_gone) == len(all_fine)


def test_R13_those_another_department_writes_to_are_counted_apart(world: World, database: Database) -> None:
    place = build_department(database, world.unit)
    colleague = build_member(database, world.unit, department_id=place)
    theirs, ours, new = (build_seeker(database) for _ in range(3))
    send(database, world.clock, world.unit, colleague, [theirs])
    send(database, world.clock, world.unit, world.member, [ours])
    world.add(theirs, ours, new)
    chosen = world.now()
    assert (chosen.reachable, chosen.elsewhere, chosen.again, chosen.would_get) == (3, 1, 1, 2)


def test_a_long_choice_is_leafed_through(world: World, database: Database) -> None:
    _, keys = many_seekers(database, 230)
    world.do(service.add, [alias.token(world.unit.key, "seeker", key) for key in keys])
    pages = [world.now(page) for page in (1, 2, 3)]
    codes = [each.code for page in pages for each in page.shown]
    assert ([len(page.shown) for page in pages], codes) == ([100, 100, 30], sorted(codes))
    assert world.now(99).page == world.now(3).page == 3
    assert world.now(-1).page == 1


def test_a_thousand_fit_and_not_one_more(world: World, database: Database) -> None:
    _, keys = many_seekers(database, 1001)
    asked = [alias.token(world.unit.key, "seeker", key) for key in keys]
    assert world.do(service.add, asked[:999]).number == 999
    with pytest.raises(Refusal) as refused:
        world.do(service.add, asked[999:])
    assert refused.value.reason == "selection_full"
    assert refused.value.facts == {"most": 1000, "number": 999, "asked": 2}
    assert world.do(service.add, asked[:1000]) == Added(1, 1000)


def test_all_found_are_added_but_for_those_written_to_and_out_of_reach(
    world: World, database: Database
) -> None:
    new, chosen, written, blocked = (build_seeker(database) for _ in range(4))
    build_seeker(database, stopped=True)
    build_block(database, blocked, world.unit)
    send(database, world.clock, world.unit, world.member, [written])
    world.add(chosen)
    assert world.do(service.add_found, EVERYBODY) == Added(1, 2)
    assert world.do(service.tokens) == sorted(
        (world.unit.token(who) for who in (new, chosen)),
        key=lambda token: world.code(new if token == world.unit.token(new) else chosen),
    )
    assert world.do(service.add_found, EVERYBODY) == Added(0, 2)


def test_of_all_found_only_those_who_fit_the_conditions_are_added(world: World, database: Database) -> None:
    build_codes(database, "prefecture", ("24", "25"))
    fits = build_seeker(database, tokens=["place:24"])
    build_seeker(database, tokens=["place:25"])
    assert world.do(service.add_found, Criteria({"prefecture": ("24",)})).added == 1
    assert world.do(service.tokens) == [world.unit.token(fits)]


def test_P_Q6_no_more_are_taken_than_can_be_written_to_today(database: Database, clock: FixedClock) -> None:
    world = World(database, clock, reserve=50)
    many_seekers(database, 20)
    world.use_up(942)
    assert world.do(service.add_found, EVERYBODY) == Added(8, 8, more=True)
    with pytest.raises(Refusal) as refused:
        world.do(service.add_found, EVERYBODY)
    assert (refused.value.reason, refused.value.facts) == ("selection_no_room", {"left": 8, "number": 8})


def test_all_found_are_added_by_as_many_statements_as_one(world: World, database: Database) -> None:
    numbers = []
    for many in (1, 30):
        many_seekers(database, many)
        with statements(database) as seen:
            assert world.do(service.add_found, EVERYBODY).added == many
        numbers.append(len(seen))
    assert numbers[0] == numbers[1]


def test_only_people_of_a_unit_choose(world: World, database: Database) -> None:
    for actor in (Actor(ActorKind.PUBLIC), Actor(ActorKind.SEEKER, seeker_id=1)):
        with database.write() as session, pytest.raises(Forbidden):
            service.selection(session, world.clock, actor)


WORKER = Actor(ActorKind.WORKER)


def test_S_Q5_a_list_does_not_tell_whose_identity_went_from_who_blocked(
    world: World, database: Database
) -> None:
    erased, blocked = (build_seeker(database, with_account=True) for _ in range(2))
    world.add(erased, blocked)
    world.clock.advance(timedelta(days=60))
    later = build_seeker(database)
    world.add(later)
    build_block(database, blocked, world.unit)
    with database.write() as session:
        erasure.erase(session, erased.id, world.clock.now())
        session.commit()
    everybody = sorted(world.code(who) for who in (erased, blocked, later))
    chosen = world.now()
    assert ([each.code for each in chosen.shown], chosen.reachable) == (everybody, 1)
    told = {}
    for name, who in {"erased": erased, "blocked": blocked}.items():
        token = [world.unit.token(who)]
        with statements(database) as seen:
            told[name] = [
                len(world.do(service.marks, token).tokens),
                world.do(service.remove, token),
                world.do(service.add, token),
                world.now().reachable,
            ]
        told[name] += seen
    assert told["erased"] == told["blocked"]


def test_who_was_chosen_ninety_days_ago_goes_whoever_it_is(world: World, database: Database) -> None:
    old = [
        build_seeker(database),
        *(made(database, world.unit) for made in (CAUSES["block"], CAUSES["stop"])),
    ]
    new = build_seeker(database)
    world.add(*old)
    world.clock.advance(timedelta(days=1))
    world.add(new)
    for days, left in ((0, 4), (89, 4), (1, 1), (1, 0)):
        world.clock.advance(timedelta(days=days))
        with database.write() as session:
            service.forget_old(session, world.clock, WORKER)
        assert world.now().number == left, days
