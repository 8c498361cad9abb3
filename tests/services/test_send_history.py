"""The history of sends: who sees what, what came of them, and which answers may be expected."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from portal.calendar.clock import FixedClock
from portal.domain.answer import AnswerKind
from portal.domain.answer_rate import ENOUGH, MANY, AnswerRate
from portal.domain.refusal import NotFound
from portal.services import inbox, public_id, thread
from portal.services import send_history as service
from portal.services.send_history import PAGE, Kind, SendLine, SendList
from portal.services.thread import THREAD_TOKEN
from portal.store.database import Database
from tests.build import (
    BuiltMember,
    BuiltSeeker,
    build_block,
    build_contractor,
    build_department,
    build_member,
    build_seeker,
    build_unit,
)
from tests.services.relay_world import send
from tests.services.test_relay_same import statements

WEEK = timedelta(days=7)


class World:
    def __init__(self, database: Database, clock: FixedClock) -> None:
        self.database, self.clock = database, clock
        self.unit = build_unit(database)
        self.member = build_member(database, self.unit)
        self.officer = build_member(database, self.unit, role="officer")
        self._answers = 0

    def do(
        self, act: Callable[..., Any], *arguments: Any, by: BuiltMember | None = None, **named: Any
    ) -> Any:
        with self.database.write() as session:
            return act(session, self.clock, (by or self.member).actor, *arguments, **named)

    def look(self, by: BuiltMember | None = None, **named: Any) -> SendList:
        found = self.do(service.sends, by=by, **named)
        assert isinstance(found, SendList)
        return found

    def one(self, text: str, by: BuiltMember | None = None) -> SendLine:
        """By the text, looked up past the scope, so that the page itself has to refuse."""
        everything = self.look(by=self.officer, kind=Kind.ALL).lines
        found = self.do(service.send, next(line.ref for line in everything if line.text == text), by=by)
        assert isinstance(found, SendLine)
        return found

    def seekers(self, number: int) -> list[BuiltSeeker]:
        return [build_seeker(self.database, with_account=True) for _ in range(number)]

    def send(self, people: list[BuiltSeeker], text: str, by: BuiltMember | None = None) -> None:
        send(self.database, self.clock, self.unit, by or self.member, people, text=text)
        self.clock.advance(timedelta(minutes=1))

    def answer(self, who: BuiltSeeker, kind: AnswerKind = AnswerKind.QUESTION) -> None:
        self._answers += 1
        ref = public_id.shown(self.unit.public_id)
        with self.database.write() as session:
            inbox.answer(session, self.clock, who.actor, ref, kind, "見本の返事", f"answer-{self._answers}")
        self.clock.advance(timedelta(minutes=1))


@pytest.fixture
def world(database: Database, clock: FixedClock) -> World:
    return World(database, clock)


def test_each_send_is_listed_with_what_came_of_it(world: World) -> None:
    asks, wishes, silent, blocked = world.seekers(4)
    build_block(world.database, blocked, world.unit)
    world.send([asks, wishes, silent, blocked], "見本の案内です。\n二行目")
    world.answer(asks)
    world.answer(wishes, AnswerKind.USE)
    (line,) = world.look().lines
    assert (line.requested, line.sent, line.unreachable, line.elsewhere) == (4, 3, 1, 0)
    assert (line.answered, line.use_wished) == (2, 1)
    assert (line.text, line.is_answer) == ("見本の案内です。 二行目", False)
    assert world.one(line.text).text == "見本の案内です。\n二行目"


def test_an_answer_belongs_to_the_send_before_it(world: World) -> None:
    (who,) = world.seekers(1)
    world.send([who], "first")
    world.send([who], "second")
    world.answer(who, AnswerKind.USE)
    world.send([who], "third")
    assert [(line.text, line.answered, line.use_wished) for line in world.look().lines] == [
        ("third", 0, 0),
        ("second", 1, 1),
        ("first", 0, 0),
    ]


def test_answers_of_the_unit_are_listed_when_they_are_asked_for(world: World) -> None:
    (who,) = world.seekers(1)
    world.send([who], "guidance")
    world.answer(who)
    world.do(thread.write, world.unit.token(who, THREAD_TOKEN), "reply", "key-of-reply")
    assert [line.text for line in world.look().lines] == ["guidance"]
    assert [(line.text, line.is_answer) for line in world.look(kind=Kind.ALL).lines] == [
        ("reply", True),
        ("guidance", False),
    ]


def test_R13_the_history_is_that_of_the_own_place_and_the_own_sends(world: World) -> None:
    unit, database = world.unit, world.database
    one_place = build_department(database, unit, "見本一課")
    one = build_member(database, unit, department_id=one_place)
    colleague = build_member(database, unit, department_id=one_place)
    contracted = build_member(database, unit, contractor_id=build_contractor(database, unit))
    officer = build_member(database, unit, role="officer")
    for key, who in (("unit", world.member), ("one", one), ("contracted", contracted), ("officer", officer)):
        world.send(world.seekers(1), key, by=who)
    everything = ["officer", "contracted", "one", "unit"]
    sees = [
        (world.member, ["officer", "unit"]),
        (one, ["one"]),
        (colleague, ["one"]),
        (contracted, ["contracted"]),
        (officer, everything),
        (build_member(database, build_unit(database), role="officer"), []),
    ]
    for who, keys in sees:
        assert [line.text for line in world.look(by=who).lines] == keys
        for key in everything:
            if key in keys:
                assert world.one(key, by=who).text == key
            else:
                with pytest.raises(NotFound):
                    world.one(key, by=who)


def test_an_own_send_stays_visible_after_a_move_to_another_place(world: World) -> None:
    place = build_department(world.database, world.unit)
    mover = build_member(world.database, world.unit, department_id=place)
    world.send(world.seekers(1), "before", by=mover)
    assert world.look(by=world.member).lines == ()
    assert [line.text for line in world.look(by=mover).lines] == ["before"]


def test_the_officer_narrows_the_list_to_a_sender_or_a_place(world: World) -> None:
    database, unit = world.database, world.unit
    one = build_member(database, unit, department_id=build_department(database, unit, "見本一課"))
    officer = build_member(database, unit, role="officer")
    world.send(world.seekers(1), "unit")
    world.send(world.seekers(1), "one", by=one)
    found = world.look(by=officer)
    assert [choice.name for choice in found.places] == ["", "見本一課"]
    by_place = {c.name: [x.text for x in world.look(by=officer, place=c.ref).lines] for c in found.places}
    assert by_place == {"": ["unit"], "見本一課": ["one"]}
    by_sender = [[x.text for x in world.look(by=officer, sender=c.ref).lines] for c in found.senders]
    assert by_sender == [["unit"], ["one"]]
    both = world.look(by=officer, place=found.places[0].ref, sender=found.senders[1].ref)
    assert both.lines == ()


def test_who_sees_one_place_is_offered_no_places_and_may_not_ask_for_them(world: World) -> None:
    build_department(world.database, world.unit, "見本一課")
    world.send(world.seekers(1), "mine")
    found = world.look(place="place-1")
    assert ([line.text for line in found.lines], found.places, found.senders) == (["mine"], (), ())


def test_a_long_history_is_leafed_through(world: World) -> None:
    (who,) = world.seekers(1)
    for number in range(PAGE + 3):
        world.send([who], f"key-{number}")
    first = world.look()
    second = world.look(after=first.after)
    keys = [line.text for page in (first, second) for line in page.lines]
    assert (keys, second.after) == ([f"key-{n}" for n in reversed(range(PAGE + 3))], "")


@pytest.mark.parametrize("text", ["x", "A" * 60, "架空", "../.."])
def test_what_nobody_gave_out_narrows_nothing(world: World, text: str) -> None:
    world.send(world.seekers(1), "mine")
    assert len(world.look(after=text, sender=text, place=text).lines) == 1


def test_a_ref_of_a_sender_is_no_place_to_go_on_from(world: World) -> None:
    officer = build_member(world.database, world.unit, role="officer")
    world.send(world.seekers(1), "one")
    world.send(world.seekers(1), "two", by=officer)
    ref = world.look(by=officer).senders[0].ref
    assert len(world.look(by=officer, after=ref).lines) == 2


def test_the_history_takes_as_many_statements_for_many_as_for_one(world: World) -> None:
    numbers = []
    for round_ in range(2):
        for number in range(1 + 5 * round_):
            world.send(world.seekers(2), f"key-{round_}-{number}")
        with statements(world.database) as seen:
            world.look()
        numbers.append(len(seen))
    assert numbers[0] == numbers[1]


def test_without_enough_earlier_sends_no_rate_is_known(world: World) -> None:
    assert not world.do(service.expected).to_many.known
    world.send(world.seekers(MANY), "batch")
    world.clock.advance(WEEK)
    found = world.do(service.expected)
    assert (found.to_many, found.to_many.known) == (AnswerRate(MANY, 0), False)


def test_answers_are_counted_apart_for_one_and_for_many(world: World) -> None:
    for number in range(2):
        people = world.seekers(MANY)
        world.send(people, f"batch-{number}")
        world.answer(people[0])
    for number in range(ENOUGH):
        (who,) = world.seekers(1)
        world.send([who], f"single-{number}")
        if number % 2:
            world.answer(who)
    assert world.do(service.expected).to_many.sent == 0
    world.clock.advance(WEEK)
    found = world.do(service.expected)
    assert (found.to_many, found.to_many.percent) == (AnswerRate(2 * MANY, 2), 10)
    assert (found.to_one, found.to_one.percent) == (AnswerRate(ENOUGH, ENOUGH // 2), 50)


def test_old_sends_and_those_of_another_place_are_left_out(world: World) -> None:
    place = build_department(world.database, world.unit)
    other = build_member(world.database, world.unit, department_id=place)
    world.send(world.seekers(MANY), "old")
    world.clock.advance(timedelta(days=100))
    world.send(world.seekers(MANY), "theirs", by=other)
    world.clock.advance(WEEK)
    assert world.do(service.expected).to_many == AnswerRate(0, 0)
    assert world.do(service.expected, by=other).to_many == AnswerRate(MANY, 0)
