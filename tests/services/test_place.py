"""Officer and contact set what each place may send; the threads of an ended contractor go to another place."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from portal.calendar.clock import FixedClock
from portal.domain.actor import Actor
from portal.domain.letterhead import LineKind
from portal.domain.refusal import Conflict, Forbidden, Invalid, NotFound, PlaceLimitReached
from portal.services import inbox, place, public_id, relay, thread
from portal.services.place import Ended, Place
from portal.store import contractor as periods
from portal.store import place as store
from portal.store.database import Database
from portal.store.tables import audit, hand_over
from portal.store.tables import thread as thread_table
from portal.store.tables import unit as unit_table
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
from tests.services.relay_world import TEXT, audited, send, threads

LAST_OF_MAY = date(2026, 5, 31)


class Town:
    """A municipality with an ended contractor that has written, a new one, a department, an officer and a contact."""

    def __init__(self, database: Database, clock: FixedClock) -> None:
        self.database, self.clock = database, clock
        self.unit = build_unit(database, unit_class="municipal", name="架空市")
        self.department = build_department(database, self.unit, "しごと支援課")
        self.old = build_contractor(
            database, self.unit, name="架空旧受託社", number="99-ユ-900001", until=LAST_OF_MAY
        )
        self.new = build_contractor(database, self.unit, name="架空新受託社", number="99-ユ-900002")
        self.before = build_member(database, self.unit, contractor_id=self.old)
        self.after = build_member(database, self.unit, contractor_id=self.new)
        self.clerk = build_member(database, self.unit, department_id=self.department)
        self.officer = build_member(database, self.unit, role="officer")
        self.contact = build_member(database, self.unit, role="contact")

    def written(self, number: int) -> list[BuiltSeeker]:
        """People to whom the old contractor wrote while its contract ran."""
        people = [build_seeker(self.database, with_account=True) for _ in range(number)]
        now = self.clock.now()
        self.clock.set(datetime(2026, 5, 31, 14, 59, 59, tzinfo=UTC))
        for at in range(0, number, 1000):
            send(self.database, self.clock, self.unit, self.before, people[at : at + 1000])
        self.clock.set(now)
        return people

    def do(self, act: Any, who: BuiltMember | Actor, *given: Any) -> Any:
        actor = who if isinstance(who, Actor) else who.actor
        with self.database.write() as session:
            return act(session, self.clock, actor, *given)

    def whose(self) -> list[tuple[int | None, int | None]]:
        return [(row.department_id, row.contractor_id) for row in threads(self.database)]


@pytest.fixture
def town(database: Database, clock: FixedClock) -> Town:
    return Town(database, clock)


# What each place may send


@pytest.mark.parametrize("role", ["officer", "contact"])
def test_M_Q5_officer_and_contact_give_a_place_so_many_messages_a_day(town: Town, role: str) -> None:
    who = town.officer if role == "officer" else town.contact
    assert town.do(place.set_limit, who, "contractor-2", {"limit": "３０"}).limit == 30
    told = town.do(place.limit_of, who, "contractor-2")
    assert (told.name, told.limit, told.unit_limit, told.used_today) == ("架空新受託社", 30, 1000, 0)
    assert town.do(place.set_limit, who, "contractor-2", {"limit": ""}).limit is None
    assert town.do(place.limit_of, who, "contractor-2").limit is None
    assert audited(town.database, "place.limit") == [("done", None), ("done", None)]


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("1001", "above_unit_limit"),
        ("-1", "not_a_number"),
        ("x", "not_a_number"),
        ("1.5", "not_a_number"),
        ("9" * 400, "not_a_number"),
        ("五十", "not_a_number"),
    ],
)
def test_what_is_no_number_of_messages_is_refused_and_changes_nothing(
    town: Town, typed: str, code: str
) -> None:
    town.do(place.set_limit, town.officer, "department-1", {"limit": "7"})
    with pytest.raises(Invalid) as refused:
        town.do(place.set_limit, town.officer, "department-1", {"limit": typed})
    assert refused.value.errors == {"limit": [code]}
    assert town.do(place.limit_of, town.officer, "department-1").limit == 7


def test_a_place_is_never_given_more_than_the_unit_may_send_now(town: Town) -> None:
    with town.database.write() as session:
        session.execute(update(unit_table).values(daily_limit=200))
        session.commit()
    with pytest.raises(Invalid) as refused:
        town.do(place.set_limit, town.officer, "department-1", {"limit": "201"})
    assert (refused.value.errors, refused.value.facts["most"]) == ({"limit": ["above_unit_limit"]}, 200)
    assert town.do(place.set_limit, town.officer, "department-1", {"limit": "200"}).limit == 200


@pytest.mark.parametrize("ref", ["contractor-1", "contractor-3", "department-2", "unit", "", "x"])
def test_only_places_in_force_have_a_limit(town: Town, ref: str) -> None:
    for act, more in ((place.limit_of, ()), (place.set_limit, ({"limit": "1"},))):
        with pytest.raises(NotFound):
            town.do(act, town.officer, ref, *more)


def test_no_member_and_nobody_of_another_unit_sets_a_limit(town: Town) -> None:
    with pytest.raises(Forbidden):
        town.do(place.set_limit, town.clerk, "department-1", {"limit": "1"})
    with pytest.raises(Forbidden):
        town.do(place.limit_of, town.after, "contractor-2")
    other = build_member(town.database, build_unit(town.database), role="officer")
    with pytest.raises(NotFound):
        town.do(place.set_limit, other, "department-1", {"limit": "1"})
    with town.database.read() as session:
        assert [row.limit for row in store.every(session, town.unit.id, date(2026, 6, 15))] == [None] * 3


def test_a_new_limit_binds_a_send_that_was_decided_before_it(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The send has read the unit when the officer sets the limit; it notices, decides again and is refused."""
    (person,) = [build_seeker(town.database)]
    found, late = relay.find_acting, [True]

    def find(*given: Any) -> Any:
        unit = found(*given)
        if late.pop() if late else False:
            given[0].rollback()
            town.do(place.set_limit, town.officer, "department-1", {"limit": "0"})
        return unit

    monkeypatch.setattr(relay, "find_acting", find)
    with pytest.raises(PlaceLimitReached):
        send(town.database, town.clock, town.unit, town.clerk, [person])
    assert threads(town.database) == []


# Threads of a contractor whose contract has ended


def test_M_Q3_a_contractor_acts_to_the_last_second_of_its_last_day_and_its_threads_stay_with_the_body(
    town: Town, clock: FixedClock
) -> None:
    (person,) = town.written(1)
    clock.set(datetime(2026, 5, 31, 15, 0, 0, tzinfo=UTC))
    for act in (thread.threads, place.left_behind):
        with pytest.raises(Forbidden) as refused:
            town.do(act, town.before)
        assert refused.value.reason == "contractor_ended"
    with pytest.raises(Forbidden):
        send(town.database, clock, town.unit, town.before, [person])
    assert town.whose() == [(None, town.old)]
    assert len(town.do(thread.threads, town.officer).lines) == 1


def test_R13_the_officer_sees_what_an_ended_contractor_left_and_where_it_can_go(town: Town) -> None:
    town.written(3)
    ended = Ended("contractor-1", "架空旧受託社", LAST_OF_MAY, 3)
    assert town.do(place.left_behind, town.officer) == (ended,)
    told = town.do(place.leaving, town.contact, "contractor-1")
    assert told.ended == ended
    assert told.targets == (
        Place("unit", ""),
        Place("department-1", "しごと支援課"),
        Place("contractor-2", "架空新受託社"),
    )
    assert town.do(place.left_behind, town.clerk) == town.do(place.left_behind, town.after) == ()


@pytest.mark.parametrize(
    ("to", "reader", "place_name"),
    [("contractor-2", "after", "架空新受託社"), ("unit", "", ""), ("department-1", "clerk", "")],
)
def test_R13_all_threads_go_to_one_place_and_every_seeker_sees_it(
    town: Town, to: str, reader: str, place_name: str
) -> None:
    people = town.written(3)
    send(town.database, town.clock, town.unit, town.clerk, [build_seeker(town.database)])
    assert town.do(place.hand_over_all, town.officer, "contractor-1", to) == 3
    whose = {"contractor-2": (None, town.new), "unit": (None, None), "department-1": (town.department, None)}
    assert town.whose() == [whose[to]] * 3 + [(town.department, None)]
    ref = public_id.shown(town.unit.public_id)
    for person in people:
        shown = town.do(inbox.thread, person.actor, ref).entries
        assert [(entry.by, entry.text) for entry in shown[1:]] == [("hand_over", place_name)]
    if reader:
        lines = town.do(thread.threads, getattr(town, reader)).lines
        assert len(lines) == (3 if reader == "after" else 4)
    assert town.do(place.left_behind, town.officer) == ()
    assert audited(town.database, "place.hand_over") == [("done", None)]
    with town.database.read() as session:
        facts = session.scalars(select(audit.c.facts).where(audit.c.kind == "place.hand_over")).one()
    assert '"threads": 3' in str(facts).replace("'", '"')


def test_S_Q4_the_next_message_names_the_new_contractor_and_the_officer_above_it(town: Town) -> None:
    (person,) = town.written(1)
    town.do(place.hand_over_all, town.officer, "contractor-1", "contractor-2")
    town.clock.advance(timedelta(minutes=1))
    send(town.database, town.clock, town.unit, town.after, [person])
    ref = public_id.shown(town.unit.public_id)
    first, _handed, second = town.do(inbox.thread, person.actor, ref).entries
    heads = [{line.kind: line.value for line in entry.letterhead} for entry in (first, second)]
    assert [head[LineKind.CONTRACTOR] for head in heads] == ["架空旧受託社", "架空新受託社"]
    assert [head[LineKind.CONTRACTOR_NUMBER] for head in heads] == ["99-ユ-900001", "99-ユ-900002"]
    assert [
        (head[LineKind.ORGANISATION], head[LineKind.OFFICER], head[LineKind.OFFICER_CONTACT])
        for head in heads
    ] == [("架空市", "見本 責任", "00-0000-0000")] * 2


def test_threads_of_people_who_cannot_be_reached_are_handed_over_too(town: Town) -> None:
    people = town.written(2)
    build_block(town.database, people[0], town.unit)
    assert town.do(place.hand_over_all, town.officer, "contractor-1", "unit") == 2


@pytest.mark.parametrize(
    ("ref", "to", "reason"),
    [
        ("contractor-1", "contractor-1", "unknown_place"),
        ("contractor-1", "contractor-9", "unknown_place"),
        ("contractor-1", "", "unknown_place"),
        ("contractor-2", "unit", "not_found"),
        ("contractor-9", "unit", "not_found"),
        ("department-1", "unit", "not_found"),
        ("unit", "unit", "not_found"),
    ],
)
def test_only_an_ended_contractor_gives_and_only_a_place_in_force_gets(
    town: Town, ref: str, to: str, reason: str
) -> None:
    town.written(1)
    with pytest.raises(NotFound) as refused:
        town.do(place.hand_over_all, town.officer, ref, to)
    assert refused.value.reason == reason
    assert town.whose() == [(None, town.old)]


def test_a_second_hand_over_finds_nothing(town: Town) -> None:
    town.written(1)
    town.do(place.hand_over_all, town.officer, "contractor-1", "unit")
    with pytest.raises(Conflict) as refused:
        town.do(place.hand_over_all, town.contact, "contractor-1", "contractor-2")
    assert refused.value.reason == "nothing_to_hand_over"
    assert town.whose() == [(None, None)]


def test_nobody_but_officer_and_contact_hands_over(town: Town) -> None:
    town.written(1)
    for who in (town.clerk, town.after):
        with pytest.raises(Forbidden):
            town.do(place.hand_over_all, who, "contractor-1", "unit")
        with pytest.raises(Forbidden):
            town.do(place.leaving, who, "contractor-1")
    other = build_member(town.database, build_unit(town.database), role="officer")
    with pytest.raises(NotFound):
        town.do(place.hand_over_all, other, "contractor-1", "unit")
    assert town.whose() == [(None, town.old)]


def test_a_contractor_between_two_periods_has_not_ended(town: Town) -> None:
    town.written(1)
    with town.database.write() as session:
        periods.record(session, town.old, periods.Period(date(2026, 10, 1), date(2027, 3, 31)))
        session.commit()
    assert town.do(place.left_behind, town.officer) == ()
    with pytest.raises(NotFound):
        town.do(place.hand_over_all, town.officer, "contractor-1", "unit")


def test_many_threads_go_in_chunks_and_all_together(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(place, "AT_ONCE", 2)
    town.written(5)
    asked: list[Sequence[int]] = []
    locked = place.reach.lock_profile
    monkeypatch.setattr(
        place.reach, "lock_profile", lambda session, ids: (asked.append(ids), locked(session, ids))[1]
    )
    assert town.do(place.hand_over_all, town.officer, "contractor-1", "unit") == 5
    assert [len(ids) for ids in asked] == [2, 2, 1]
    flat = [number for ids in asked for number in ids]
    assert flat == sorted(flat)


def test_when_one_chunk_fails_nothing_was_handed_over(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(place, "AT_ONCE", 2)
    town.written(5)
    done, calls = store.hand_over_threads, []

    def fail(*given: Any) -> int:
        calls.append(given)
        if len(calls) == 3:
            raise RuntimeError("planted")
        return done(*given)

    monkeypatch.setattr(store, "hand_over_threads", fail)
    with pytest.raises(RuntimeError, match="planted"):
        town.do(place.hand_over_all, town.officer, "contractor-1", "unit")
    assert set(town.whose()) == {(None, town.old)}
    with town.database.read() as session:
        assert session.execute(select(hand_over.c.id)).first() is None


def test_a_single_thread_is_not_handed_to_a_contractor_whose_contract_has_ended(town: Town) -> None:
    (person,) = town.written(1)
    token = town.unit.token(person, "thread")
    refs = [each.ref for each in town.do(thread.places, town.officer)]
    assert refs == ["unit", "department-1", "contractor-2"]
    town.do(thread.hand_over, town.officer, token, "contractor-2")
    with pytest.raises(NotFound) as refused:
        town.do(thread.hand_over, town.officer, token, "contractor-1")
    assert refused.value.reason == "unknown_place"


def test_threads_elsewhere_in_the_unit_and_in_other_units_stay(town: Town) -> None:
    town.written(1)
    other = Town(town.database, town.clock)
    other.written(2)
    town.do(place.hand_over_all, town.officer, "contractor-1", "unit")
    with town.database.read() as session:
        rows = session.execute(
            select(thread_table.c.unit_id, thread_table.c.contractor_id).order_by(thread_table.c.id)
        ).all()
    assert [tuple(row) for row in rows] == [(town.unit.id, None)] + [(other.unit.id, other.old)] * 2


def test_P_Q4_P_Q7_a_contractors_own_business_has_a_thousand_of_its_own(
    town: Town, clock: FixedClock
) -> None:
    """One person, two memberships: which unit acts is said by the membership and counted there alone."""
    own = build_unit(town.database, name="架空新受託社")
    himself = build_member(town.database, own, account_id=town.after.account_id)
    people = [build_seeker(town.database) for _ in range(3)]
    as_contractor = send(town.database, clock, town.unit, town.after, people[:2])
    as_himself = send(town.database, clock, own, himself, people)
    assert (as_contractor.quota.limit, as_contractor.quota.left) == (1000, 998)
    assert (as_himself.quota.limit, as_himself.quota.left) == (1000, 997)
    # Of two units, two threads, though it is one person on both sides.
    assert len(threads(town.database)) == 5
    crossed = Actor(
        himself.actor.kind,
        account_id=himself.account_id,
        unit_id=own.id,
        membership_id=town.after.membership_id,
        role="member",
    )
    with pytest.raises(NotFound):
        town.do(relay.send, crossed, [own.token(people[0])], TEXT, "crossed")
