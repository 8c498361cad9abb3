"""Texts of a unit: whose they are, keeping and changing them, removing and putting back."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from portal.calendar.clock import FixedClock
from portal.domain.actor import Actor, ActorKind
from portal.domain.refusal import Conflict, Forbidden, Invalid, NotFound
from portal.domain.template import MOST_TEMPLATES
from portal.services import template as service
from portal.services.template import Template, Templates
from portal.store.database import Database
from portal.store.tables import template
from tests.build import BuiltMember, build_contractor, build_department, build_member, build_unit

TYPED = {"title": "相談会の案内", "text": "{コード} 様\n架空の相談会です。"}


class World:
    def __init__(self, database: Database, clock: FixedClock) -> None:
        self.database, self.clock = database, clock
        self.unit = build_unit(database)
        self.member = build_member(database, self.unit)

    def do(self, act: Callable[..., Any], *arguments: Any, by: BuiltMember | None = None) -> Any:
        with self.database.write() as session:
            return act(session, self.clock, (by or self.member).actor, *arguments)

    def add(self, by: BuiltMember | None = None, **typed: str) -> str:
        return str(self.do(service.add, {**TYPED, **typed}, by=by))

    def seen(self, by: BuiltMember | None = None) -> Templates:
        found = self.do(service.templates, by=by)
        assert isinstance(found, Templates)
        return found

    def one(self, ref: str, by: BuiltMember | None = None) -> Template:
        found = self.do(service.template, ref, by=by)
        assert isinstance(found, Template)
        return found


@pytest.fixture
def world(database: Database, clock: FixedClock) -> World:
    return World(database, clock)


def test_a_text_is_kept_and_read_again(world: World) -> None:
    ref = world.add()
    assert (world.one(ref).title, world.one(ref).text) == (TYPED["title"], TYPED["text"])
    assert world.seen().kept == (world.one(ref),)


def test_a_text_lies_sealed_in_the_database(world: World) -> None:
    world.add()
    with world.database.read() as session:
        row = session.execute(select(template)).one()
    stored = b"".join(bytes(value) for value in row if isinstance(value, bytes | memoryview))
    assert "相談会".encode() not in stored


def test_the_same_text_twice_is_one_and_another_under_its_title_is_refused(world: World) -> None:
    assert world.add() == world.add()
    with pytest.raises(Invalid) as refused:
        world.add(text="別の文章")
    assert refused.value.errors == {"title": ["template_name_taken"]}
    assert len(world.seen().kept) == 1


def test_a_field_that_does_not_exist_for_everybody_is_refused_at_saving(world: World) -> None:
    with pytest.raises(Invalid) as refused:
        world.add(text="{氏名} 様")
    assert refused.value.errors == {"text": ["unknown_field"]}


def test_R13_a_text_is_seen_in_its_own_department_or_contractor_and_by_officer_and_contact(
    world: World,
) -> None:
    unit, database = world.unit, world.database
    one = build_member(database, unit, department_id=build_department(database, unit, "見本一課"))
    two = build_member(database, unit, department_id=build_department(database, unit, "見本二課"))
    contracted = build_member(database, unit, contractor_id=build_contractor(database, unit))
    refs = {name: world.add(by) for name, by in (("unit", None), ("one", one), ("contracted", contracted))}
    sees = {
        "unit": (world.member, {"unit"}),
        "one": (one, {"one"}),
        "two": (two, set()),
        "contracted": (contracted, {"contracted"}),
        "officer": (build_member(database, unit, role="officer"), set(refs)),
        "contact": (build_member(database, unit, role="contact"), set(refs)),
        "other unit": (build_member(database, build_unit(database), role="officer"), set()),
    }
    for who, names in sees.values():
        assert {found.ref for found in world.seen(who).kept} == {refs[name] for name in names}
        for name, ref in refs.items():
            if name not in names:
                for act in (service.template, service.remove, service.restore):
                    with pytest.raises(NotFound):
                        world.do(act, ref, by=who)
                with pytest.raises(NotFound):
                    world.do(service.change, ref, TYPED, 1, by=who)


def test_two_departments_may_use_the_same_title(world: World) -> None:
    place = build_department(world.database, world.unit, "見本一課")
    assert world.add() != world.add(build_member(world.database, world.unit, department_id=place))


def test_a_change_is_stored_once_and_never_over_somebody_elses(world: World) -> None:
    ref = world.add()
    shown = world.one(ref).revision
    world.do(service.change, ref, {**TYPED, "text": "新しい文章"}, shown)
    assert world.one(ref).text == "新しい文章"
    world.do(service.change, ref, {**TYPED, "text": "新しい文章"}, shown)
    with pytest.raises(Conflict):
        world.do(service.change, ref, {**TYPED, "text": "古い画面から"}, shown)
    assert world.one(ref).text == "新しい文章"


def test_a_title_that_another_text_has_is_no_title(world: World) -> None:
    world.add()
    ref = world.add(title="二つ目", text="二つ目の文章")
    with pytest.raises(Invalid) as refused:
        world.do(service.change, ref, {**TYPED, "text": "二つ目の文章"}, 1)
    assert refused.value.errors == {"title": ["template_name_taken"]}


def test_a_removed_text_can_be_put_back_for_a_day(world: World, clock: FixedClock) -> None:
    ref = world.add()
    for _ in range(2):
        world.do(service.remove, ref)
    assert [found.ref for found in world.seen().removed] == [ref]
    assert world.seen().kept == ()
    with pytest.raises(NotFound):
        world.one(ref)
    with pytest.raises(Conflict):
        world.do(service.change, ref, {**TYPED, "text": "別"}, 1)
    clock.advance(timedelta(hours=23))
    for _ in range(2):
        world.do(service.restore, ref)
    assert world.one(ref).text == TYPED["text"]


def test_after_a_day_it_is_gone_and_deleted_with_the_next_change(world: World, clock: FixedClock) -> None:
    ref = world.add()
    world.do(service.remove, ref)
    clock.advance(timedelta(hours=24, seconds=1))
    assert world.seen() == Templates((), ())
    with pytest.raises(NotFound):
        world.do(service.restore, ref)
    world.add(title="次の文例")
    with world.database.read() as session:
        assert len(session.execute(select(template)).all()) == 1


def test_a_text_whose_title_another_has_by_now_is_not_put_back(world: World, database: Database) -> None:
    ref = world.add()
    world.do(service.remove, ref)
    department = build_department(database, world.unit)
    world.add(by=build_member(database, world.unit, department_id=department))
    other = world.add(text="別の文章")
    with pytest.raises(Invalid) as refused:
        world.do(service.restore, ref)
    assert refused.value.errors == {"title": ["template_name_taken"]}
    # What another department calls its own is in nobody's way.
    world.do(service.remove, other)
    world.do(service.restore, ref)
    assert world.one(ref).text == TYPED["text"]


def test_the_worker_deletes_what_was_removed_long_ago(world: World, clock: FixedClock) -> None:
    world.do(service.remove, world.add())
    world.add(title="残る文例")
    worker = Actor(ActorKind.WORKER)
    for hours, forgotten in ((23, 0), (2, 1), (0, 0)):
        clock.advance(timedelta(hours=hours))
        with world.database.write() as session:
            assert service.forget_removed(session, clock, worker) == forgotten
    assert [found.title for found in world.seen().kept] == ["残る文例"]


def test_there_is_room_for_a_hundred(world: World) -> None:
    for number in range(MOST_TEMPLATES):
        last = world.add(title=f"文例{number}")
    with pytest.raises(Invalid) as refused:
        world.add(title="もう一つ")
    assert (refused.value.errors, refused.value.facts["most"]) == ({"": ["templates_full"]}, MOST_TEMPLATES)
    world.do(service.remove, last)
    world.add(title="もう一つ")
    with pytest.raises(Invalid):
        world.do(service.restore, last)


@pytest.mark.parametrize("ref", ["", "x", "架空" * 11, "A" * 22, "../.."])
def test_a_ref_that_was_never_given_out_is_not_found(world: World, ref: str) -> None:
    for act in (service.template, service.remove, service.restore):
        with pytest.raises(NotFound):
            world.do(act, ref)


def test_only_people_of_a_unit_have_texts(world: World, database: Database) -> None:
    for actor in (Actor(ActorKind.PUBLIC), Actor(ActorKind.SEEKER, seeker_id=1)):
        with database.write() as session, pytest.raises(Forbidden):
            service.add(session, world.clock, actor, TYPED)
