"""The people of a unit: who may do what to whom, what follows, and what two managers at once leave behind."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from portal.domain.actor import Actor, ActorKind
from portal.domain.refusal import Conflict, Forbidden, Invalid, NotFound, Refusal, SendingClosed
from portal.services import membership as operator_service
from portal.services import unit as units
from portal.services import unit_people as service
from portal.services.web_session import choose_unit, unit_choices
from portal.store.tables import audit, membership
from portal.store.tables import department as departments
from tests import build
from tests.services.people_world import TODAY, PeopleWorld
from tests.services.relay_world import send

OPERATOR = Actor(ActorKind.OPERATOR)


@pytest.fixture
def world(database: Any, clock: Any) -> PeopleWorld:
    return PeopleWorld(database, clock)


def reason_of(act: Any, *arguments: Any, **more: Any) -> str:
    """ "" when it goes through."""
    try:
        act(*arguments, **more)
    except Refusal as refused:
        return refused.reason
    return ""


# Who may do what to whom


@pytest.mark.parametrize(
    ("by", "whom", "expected"),
    [
        ("officer", "member", ""),
        ("officer", "contact", ""),
        ("officer", "officer", ""),
        ("contact", "member", ""),
        ("contact", "contact", ""),
        ("contact", "officer", ""),
        ("member", "member", "forbidden"),
        ("member", "contact", "forbidden"),
        ("member", "officer", "forbidden"),
        ("other officer", "member", "not_found"),
        ("other officer", "officer", "not_found"),
        ("ended officer", "member", "membership_ended"),
        ("nobody", "member", "forbidden"),
        ("bureau", "member", "forbidden"),
        ("office", "member", "forbidden"),
    ],
)
@pytest.mark.parametrize("act", ["end", "move"])
def test_officer_and_contact_manage_everybody_of_their_own_unit_and_nobody_else_does(
    world: PeopleWorld, act: str, by: str, whom: str, expected: str
) -> None:
    stranger = build.build_unit(world.database)
    plain = world.member()
    actors = {
        "officer": world.officer.actor,
        "contact": world.contact.actor,
        "member": plain.actor,
        "other officer": build.build_member(world.database, stranger, role="officer").actor,
        "ended officer": world.member(role="officer", until=TODAY).actor,
        "nobody": Actor(ActorKind.PUBLIC),
        "bureau": build.build_bureau_clerk(world.database),
        "office": build.build_clerk(world.database),
    }
    target = {"member": world.member(), "contact": world.contact, "officer": world.officer}[whom]
    if act == "end":
        found = reason_of(world.end, target, actors[by])
    else:
        found = reason_of(world.move, target, "", actors[by])
    assert found == expected
    assert (target.account_id in world.roles()) == (act == "move" or expected != "")


def test_a_member_sees_neither_the_people_nor_what_ending_would_do(world: PeopleWorld) -> None:
    plain = world.member()
    assert reason_of(world.people, plain.actor) == "forbidden"
    with world.database.read() as session, pytest.raises(Forbidden):
        service.leaving(session, world.clock, plain.actor, world.ref(world.officer))


def test_everybody_is_listed_with_role_place_and_since_managers_first(world: PeopleWorld) -> None:
    place = build.build_department(world.database, world.unit, "見本課")
    helper = build.build_contractor(world.database, world.unit)
    world.member(department_id=place, name="課員")
    world.member(contractor_id=helper, name="受託員")
    world.member(until=TODAY, name="前任")
    found = world.people()
    assert [(one.name, one.role, one.place, one.own) for one in found.persons] == [
        ("架空 責任者", "officer", "", True),
        ("架空 連絡者", "contact", "", False),
        ("架空 課員", "member", "見本課", False),
        ("架空 受託員", "member", "架空受託社", False),
    ]
    assert [(one.name, one.until) for one in found.former] == [("架空 前任", TODAY)]
    assert [(one.name, one.people) for one in (*found.departments, *found.contractors)] == [
        ("見本課", 1),
        ("架空受託社", 1),
    ]
    assert (found.officer_name, found.contact_name) == ("見本 責任", "見本 連絡")


def test_refs_of_people_and_places_mean_nothing_in_another_unit(world: PeopleWorld) -> None:
    other = PeopleWorld(world.database, world.clock)
    place = build.build_department(world.database, other.unit)
    foreign = next(one.ref for one in other.people().departments)
    with world.database.write() as session, pytest.raises(NotFound):
        service.end(session, world.clock, world.officer.actor, other.ref(other.contact))
    with pytest.raises(Invalid):
        world.move(world.contact, foreign)
    with world.database.write() as session, pytest.raises(NotFound):
        service.end_department(session, world.clock, world.officer.actor, foreign, {"last_day": "2026-06-15"})
    with world.database.read() as session:
        assert session.scalars(select(departments.c.until).where(departments.c.id == place)).one() is None


# Ending


def test_P_Q11_an_ended_membership_ends_its_sessions_at_once_and_no_other(world: PeopleWorld) -> None:
    account = world.account("kakuu-a")
    leaving = world.member(account_id=account)
    elsewhere = build.build_member(world.database, build.build_unit(world.database), account_id=account)
    world.account("kakuu-b")
    tokens = [world.sign_in("kakuu-a").token for _ in range(2)]
    with world.database.write() as session:
        for token, wanted in zip(tokens, (leaving, elsewhere), strict=True):
            visit = world.visit(token)
            assert visit is not None
            keys = {one.key: one for one in unit_choices(session, world.clock, visit.actor)}
            key = list(keys)[0 if wanted is leaving else 1]
            choose_unit(session, world.clock, visit.actor, token, key)

    done = world.end(leaving)

    assert (done.name, done.own, done.closed_sending, done.sessions) == ("架空 kakuu-a", False, False, 1)
    assert [world.visit(token) is not None for token in tokens] == [False, True]


def test_an_ended_member_sends_nothing_more(world: PeopleWorld) -> None:
    plain = world.member()
    seeker = build.build_seeker(world.database)
    world.end(plain)
    with pytest.raises(Forbidden) as refused:
        send(world.database, world.clock, world.unit, plain, [seeker])
    assert refused.value.reason == "membership_ended"


def test_nobody_takes_the_last_manager_away(world: PeopleWorld) -> None:
    world.end(world.contact)
    with pytest.raises(Conflict) as refused:
        world.end(world.officer)
    assert refused.value.reason == "last_manager"
    assert world.roles() == {world.officer.account_id: "officer"}
    with world.database.read() as session:
        assert (
            service.leaving(session, world.clock, world.officer.actor, world.ref(world.officer)).refused
            == "last_manager"
        )


def test_the_operator_does_not_take_the_last_manager_away_either(database: Any, clock: Any) -> None:
    unit = build.build_unit(database, number="13-ユ-300001")
    build.build_member(database, unit, role="officer", name="kakuu-o")
    with database.write() as session, pytest.raises(Conflict) as refused:
        operator_service.end(session, clock, OPERATOR, "13-ユ-300001", "kakuu-o")
    assert refused.value.reason == "last_manager"


def test_a_manager_whose_department_has_ended_is_none_to_rely_on(world: PeopleWorld) -> None:
    place = build.build_department(world.database, world.unit)
    world.end(world.contact)
    world.member(role="contact", department_id=place)
    with world.database.write() as session:
        ref = next(one.ref for one in world.people().departments)
        service.end_department(session, world.clock, world.officer.actor, ref, {"last_day": "2026-06-15"})
    world.clock.advance(timedelta(days=1))
    with pytest.raises(Conflict):
        world.end(world.officer)


@pytest.mark.parametrize("by", ["officer", "contact"])
def test_S_Q4_M_Q8_once_the_officer_left_without_a_successor_nothing_is_sent_until_one_is_recorded(
    world: PeopleWorld, by: str
) -> None:
    seeker, plain = build.build_seeker(world.database), world.member()
    send(world.database, world.clock, world.unit, plain, [seeker])
    done = world.end(world.officer, getattr(world, by).actor)
    assert (done.closed_sending, done.own) == (True, by == "officer")
    assert world.officer_left_on() == TODAY
    for text in ("もう一通", "さらに一通"):
        with pytest.raises(SendingClosed) as refused:
            send(
                world.database,
                world.clock,
                world.unit,
                plain,
                [build.build_seeker(world.database)],
                text=text,
            )
        assert refused.value.reason == "officer_left"
    record(world, officer_name="見本 責任")
    assert world.officer_left_on() == TODAY, "the same name is no successor"
    record(world, officer_name="架空 後任")
    assert world.officer_left_on() is None
    assert (
        send(world.database, world.clock, world.unit, plain, [build.build_seeker(world.database)]).sent == 1
    )


def record(world: PeopleWorld, *, officer_name: str) -> None:
    """The bureau's next version of the record, entered by the operator."""
    with world.database.write() as session:
        row = units.store.by_id(session, world.unit.id)
        typed = {
            "name": row.record.name,
            "officer_name": officer_name,
            "officer_contact": "00-0000-0009",
            "contact_name": "見本 連絡",
            "contact_contact": "00-0000-0001",
        }
        units.store.hold(session, world.unit.id)
        units.store.add_record(session, world.unit.id, units.read_record(typed), "", world.clock.now(), None)
        session.commit()


def test_the_contact_leaving_closes_nothing(world: PeopleWorld) -> None:
    assert not world.end(world.contact).closed_sending
    assert world.officer_left_on() is None
    done = send(world.database, world.clock, world.unit, world.officer, [build.build_seeker(world.database)])
    assert done.sent == 1


def test_a_successor_who_is_recorded_and_has_not_come_yet_keeps_sending_open(world: PeopleWorld) -> None:
    world.recorded("officer")
    world.clock.advance(timedelta(days=30))
    assert not world.end(world.officer, world.contact.actor).closed_sending
    assert world.officer_left_on() is None


def test_the_operator_ending_the_officer_closes_sending_too_and_a_new_officer_opens_it(
    database: Any, clock: Any
) -> None:
    unit = build.build_unit(database, number="13-ユ-300001")
    build.build_member(database, unit, role="officer", name="kakuu-o")
    contact = build.build_member(database, unit, role="contact")
    with database.write() as session:
        operator_service.end(session, clock, OPERATOR, "13-ユ-300001", "kakuu-o")
    with pytest.raises(SendingClosed):
        send(database, clock, unit, contact, [build.build_seeker(database)])
    with database.write() as session:
        typed = {"sign_in_name": "kakuu-n", "display_name": "架空 後任", "role": "officer"}
        operator_service.add(session, clock, OPERATOR, "13-ユ-300001", typed, days=7)
    assert send(database, clock, unit, contact, [build.build_seeker(database)]).sent == 1


def test_two_managers_who_end_each_other_at_the_same_time_leave_one(world: PeopleWorld) -> None:
    pairs = ((world.officer, world.contact), (world.contact, world.officer))
    refs = {id(whom): world.ref(whom) for _, whom in pairs}
    start, found = threading.Barrier(2), []

    def run(by: build.BuiltMember, whom: build.BuiltMember) -> None:
        with world.database.write() as session:
            start.wait()
            found.append(reason_of(service.end, session, world.clock, by.actor, refs[id(whom)]))

    threads = [threading.Thread(target=run, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == ["", "membership_ended"]
    assert len(world.roles()) == 1


# Places


def test_moving_somebody_changes_whose_threads_they_see_and_is_kept_in_the_trail(world: PeopleWorld) -> None:
    place = build.build_department(world.database, world.unit)
    plain = world.member()
    ref = next(one.ref for one in world.people().departments)
    world.move(plain, ref)
    world.move(plain, ref)
    with world.database.read() as session:
        row = session.execute(select(membership).where(membership.c.id == plain.membership_id)).one()
        lines = session.scalars(select(audit.c.kind).where(audit.c.kind == "unit.member_move")).all()
    assert (row.department_id, row.contractor_id, row.role) == (place, None, "member")
    assert len(lines) == 1
    world.move(plain, "")
    assert [one.place for one in world.people().persons if one.role == "member"] == [""]


def test_nobody_is_moved_into_a_place_that_has_ended(world: PeopleWorld) -> None:
    helper = build.build_contractor(world.database, world.unit, until=TODAY - timedelta(days=1))
    assert helper
    ref = next(one.ref for one in world.people().contractors)
    with pytest.raises(Invalid):
        world.move(world.member(), ref)


@pytest.mark.parametrize("role", ["officer", "contact", "member"])
def test_M_Q5_officer_and_contact_keep_the_list_of_departments(world: PeopleWorld, role: str) -> None:
    actor = {"officer": world.officer, "contact": world.contact}.get(role) or world.member()
    with world.database.write() as session:
        found = reason_of(
            service.add_department, session, world.clock, actor.actor, {"name": "架空　就労支援課"}
        )
    assert found == ("forbidden" if role == "member" else "")
    names = [(one.name, one.since, one.until) for one in world.people().departments]
    assert names == ([] if role == "member" else [("架空　就労支援課", TODAY, None)])


def test_a_department_ends_with_a_day_and_its_people_act_to_the_end_of_it(world: PeopleWorld) -> None:
    build.build_department(world.database, world.unit)
    ref = next(one.ref for one in world.people().departments)
    world.move(world.contact, ref)
    last = TODAY + timedelta(days=1)
    with world.database.write() as session:
        assert (
            service.end_department(
                session, world.clock, world.officer.actor, ref, {"last_day": "令和8年6月16日"}
            )
            == last
        )
    for days, closed in ((0, ""), (1, ""), (1, "department_ended")):
        world.clock.advance(timedelta(days=days))
        assert [one.closed for one in world.people().persons if one.role == "contact"] == [closed]
    assert reason_of(world.people, world.contact.actor) == "department_ended"


@pytest.mark.parametrize(
    ("typed", "code"), [("2026-06-14", "in_past"), ("", "date_missing"), ("あした", "date_unreadable")]
)
def test_a_department_does_not_end_in_the_past(world: PeopleWorld, typed: str, code: str) -> None:
    build.build_department(world.database, world.unit)
    ref = next(one.ref for one in world.people().departments)
    with world.database.write() as session, pytest.raises(Invalid) as refused:
        service.end_department(session, world.clock, world.officer.actor, ref, {"last_day": typed})
    assert refused.value.errors == {"last_day": [code]}


def test_a_department_of_the_same_name_is_taken_up_again_after_its_end_and_not_before(
    world: PeopleWorld,
) -> None:
    def add() -> str:
        with world.database.write() as session:
            return reason_of(
                service.add_department, session, world.clock, world.officer.actor, {"name": "見本課"}
            )

    assert [add(), add()] == ["", "invalid"]
    ref = next(one.ref for one in world.people().departments)
    with world.database.write() as session:
        service.end_department(session, world.clock, world.officer.actor, ref, {"last_day": "2026-06-15"})
    assert add() == "invalid"
    world.clock.advance(timedelta(days=1))
    with world.database.write() as session, pytest.raises(Conflict):
        service.end_department(session, world.clock, world.officer.actor, ref, {"last_day": "2026-06-16"})
    assert add() == ""
    assert [(one.since, one.until) for one in world.people().departments] == [(TODAY, None)]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("有料職業紹介事業部", ""),
        ("第2営業所 人材紹介 3番窓口", ""),
        ("課" * 40, ""),
        ("課" * 41, "too_long"),
        ("お電話は００-００００-０００１", "name_with_contact"),
        ("見本課 mihon@example.jp", "name_with_contact"),
        ("example.jp で検索", "name_with_contact"),
        ("LINE ID mihon123", "name_with_contact"),
        ("面接対策講座 5万円", "name_with_offer"),
    ],
)
def test_a_department_is_called_by_a_name_and_not_by_a_message(
    world: PeopleWorld, name: str, expected: str
) -> None:
    told: dict[str, list[str]] = {}
    with world.database.write() as session:
        try:
            service.add_department(session, world.clock, world.officer.actor, {"name": name})
        except Invalid as refused:
            told = refused.errors
    assert told == ({"name": [expected]} if expected else {})
    assert [one.name for one in world.people().departments] == ([] if expected else [name])


def test_a_long_name_from_the_bureau_s_entry_goes_on_after_its_end(world: PeopleWorld) -> None:
    name = "架空" * 25
    build.build_department(world.database, world.unit, name)
    ref = world.people().departments[0].ref
    with world.database.write() as session:
        service.end_department(session, world.clock, world.officer.actor, ref, {"last_day": "2026-06-15"})
    world.clock.advance(timedelta(days=1))
    with world.database.write() as session:
        service.add_department(session, world.clock, world.officer.actor, {"name": name})
    assert [(one.name, one.until) for one in world.people().departments] == [(name, None)]


def test_there_is_an_end_to_the_number_of_departments(
    world: PeopleWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "MOST_DEPARTMENTS", 1)
    with world.database.write() as session:
        service.add_department(session, world.clock, world.officer.actor, {"name": "一課"})
        with pytest.raises(Invalid) as refused:
            service.add_department(session, world.clock, world.officer.actor, {"name": "二課"})
    assert refused.value.errors == {"": ["departments_full"]}
