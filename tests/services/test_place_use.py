"""Use inside a unit: by department and contractor, today and in one month."""

from datetime import UTC, date, datetime

import pytest

from portal.calendar.clock import FixedClock
from portal.domain.actor import Actor, ActorKind
from portal.domain.answer import AnswerKind
from portal.domain.place import month_of
from portal.domain.refusal import Forbidden, NotFound
from portal.services import inbox, place, public_id, thread
from portal.services.place_use import MonthUse, month_use
from portal.store.database import Database, Use
from tests.build import (
    BuiltMember,
    BuiltSeeker,
    build_contractor,
    build_department,
    build_member,
    build_seeker,
    build_unit,
)
from tests.services.relay_world import send
from tests.services.test_search import statements

JUNE, MAY, APRIL = date(2026, 6, 1), date(2026, 5, 1), date(2026, 4, 1)


class Town:
    """A municipality: a department, two contractors, an officer without either."""

    def __init__(self, database: Database, clock: FixedClock) -> None:
        self.database, self.clock = database, clock
        self.unit = build_unit(database, unit_class="municipal")
        department = build_department(database, self.unit, "しごと支援課")
        one = build_contractor(database, self.unit, name="架空受託社一号", number="99-ユ-900001")
        two = build_contractor(database, self.unit, name="架空受託社二号", number="99-ユ-900002")
        self.clerk = build_member(database, self.unit, department_id=department)
        self.first = build_member(database, self.unit, contractor_id=one)
        self.second = build_member(database, self.unit, contractor_id=two)
        self.officer = build_member(database, self.unit, role="officer")

    def send(self, who: BuiltMember, to: list[BuiltSeeker] | int, at: str = "") -> list[BuiltSeeker]:
        people = to if isinstance(to, list) else [self.person() for _ in range(to)]
        if at:
            self.clock.set(datetime.fromisoformat(at).replace(tzinfo=UTC))
        send(self.database, self.clock, self.unit, who, people)
        return people

    def person(self) -> BuiltSeeker:
        return build_seeker(self.database, with_account=True)

    def answer(self, person: BuiltSeeker, key: str) -> None:
        ref = public_id.shown(self.unit.public_id)
        with self.database.write() as session:
            inbox.answer(session, self.clock, person.actor, ref, AnswerKind.QUESTION, "見本", key)

    def use(self, who: BuiltMember | Actor, month: str = "") -> MonthUse:
        actor = who if isinstance(who, Actor) else who.actor
        with self.database.read() as session:
            return month_use(session, self.clock, actor, month)

    def lines(self, who: BuiltMember, month: str = "") -> dict[str, tuple[int, ...]]:
        return {
            line.name: (line.today, line.month, line.people, line.answers, line.answered)
            for line in self.use(who, month).lines
        }


@pytest.fixture
def town(database: Database, clock: FixedClock) -> Town:
    return Town(database, clock)


def test_P_Q6_M_Q5_today_and_the_month_are_told_for_every_place_and_together(town: Town) -> None:
    earlier = town.send(town.clerk, 3, "2026-06-01T00:00:00")
    town.send(town.clerk, earlier[:2], "2026-06-15T01:00:00")
    town.send(town.first, 2)
    town.answer(earlier[0], "a")
    town.answer(earlier[0], "b")
    assert town.lines(town.officer) == {
        "しごと支援課": (2, 5, 3, 2, 1),
        "架空受託社一号": (2, 2, 2, 0, 0),
        "架空受託社二号": (0, 0, 0, 0, 0),
        "": (0, 0, 0, 0, 0),
    }
    total = town.use(town.officer).total
    assert (total.today, total.month, total.people, total.answers, total.answered) == (4, 7, 5, 2, 1)


def test_somebody_written_to_by_two_places_is_one_person_of_all(town: Town) -> None:
    (person,) = town.send(town.clerk, 1)
    town.send(town.officer, [person])
    found = town.use(town.officer)
    assert sum(line.people for line in found.lines) == 2
    assert (found.total.people, found.total.month) == (1, 2)


def test_a_month_begins_and_ends_at_midnight_in_japan(town: Town) -> None:
    town.send(town.clerk, 1, "2026-05-31T14:59:59")
    town.send(town.clerk, 2, "2026-05-31T15:00:00")
    town.send(town.clerk, 4, "2026-06-30T14:59:59")
    town.clock.set(datetime(2026, 6, 30, 15, 0, tzinfo=UTC))
    got = [town.lines(town.officer, month)["しごと支援課"][:2] for month in ("2026-05", "2026-06", "2026-07")]
    assert got == [(0, 1), (0, 6), (0, 0)]


def test_today_is_told_beside_an_earlier_month(town: Town) -> None:
    town.send(town.clerk, 1, "2026-05-10T01:00:00")
    town.send(town.clerk, 2, "2026-06-15T01:00:00")
    assert town.lines(town.officer, "2026-05")["しごと支援課"][:3] == (2, 1, 1)


def test_R13_a_contractors_people_see_their_own_contractor_only(town: Town) -> None:
    town.send(town.clerk, 1)
    town.send(town.first, 2)
    (person,) = town.send(town.second, 1)
    town.answer(person, "a")
    found = town.use(town.first)
    assert [(line.name, line.today) for line in found.lines] == [("架空受託社一号", 2)]
    total = (found.total.today, found.total.month, found.total.people, found.total.answers)
    assert total == (2, 2, 2, 0)
    assert (found.own_only, found.may_limit) == (True, False)
    assert set(town.lines(town.clerk)) == {"しごと支援課", "架空受託社一号", "架空受託社二号", ""}
    assert (town.use(town.clerk).own_only, town.use(town.officer).may_limit) == (False, True)


def test_answers_are_told_where_the_thread_is_now(town: Town) -> None:
    (person,) = town.send(town.clerk, 1)
    town.answer(person, "a")
    with town.database.write() as session:
        token = town.unit.token(person, "thread")
        thread.hand_over(session, town.clock, town.officer.actor, token, "contractor-1")
    lines = town.lines(town.officer)
    assert (lines["しごと支援課"], lines["架空受託社一号"]) == ((1, 1, 1, 0, 0), (0, 0, 0, 1, 1))


def test_an_ended_place_is_told_as_long_as_it_has_anything_to_tell(town: Town) -> None:
    ended = build_contractor(
        town.database, town.unit, name="架空旧受託社", number="99-ユ-900003", until=date(2026, 5, 31)
    )
    before = build_member(town.database, town.unit, contractor_id=ended)
    town.send(before, 1, "2026-05-10T01:00:00")
    town.clock.set(datetime(2026, 6, 15, 1, 0, tzinfo=UTC))
    assert "架空旧受託社" not in town.lines(town.officer)
    line = {line.name: line for line in town.use(town.officer, "2026-05").lines}["架空旧受託社"]
    assert (line.month, line.current) == (1, False)


def test_limits_of_places_stand_beside_what_they_used(town: Town) -> None:
    with town.database.write() as session:
        place.set_limit(session, town.clock, town.officer.actor, "contractor-1", {"limit": "40"})
    assert [line.limit for line in town.use(town.officer).lines] == [None, 40, None, None]
    assert [line.limit for line in town.use(town.first).lines] == [40]


@pytest.mark.parametrize(
    ("asked", "month", "before", "after"),
    [
        ("", JUNE, MAY, None),
        ("2026-06", JUNE, MAY, None),
        ("2026-05", MAY, APRIL, JUNE),
        ("2026-04", APRIL, None, MAY),
        ("2026-03", date(2026, 3, 1), None, APRIL),
        ("2026-07", JUNE, MAY, None),
        ("9999-12", JUNE, MAY, None),
        ("2026-13", JUNE, MAY, None),
        ("x", JUNE, MAY, None),
        ("0000-01", JUNE, MAY, None),
        ("1999-12", JUNE, MAY, None),
        ("2000-01", date(2000, 1, 1), None, date(2000, 2, 1)),
    ],
)
def test_the_month_of_an_address_and_its_neighbours(
    town: Town, asked: str, month: date, before: date | None, after: date | None
) -> None:
    town.send(town.clerk, 1, "2026-04-20T01:00:00")
    town.clock.set(datetime(2026, 6, 15, 1, 0, tzinfo=UTC))
    found = town.use(town.officer, asked)
    assert (found.month, found.before, found.after) == (month, before, after)


def test_a_month_is_read_strictly() -> None:
    today = date(2026, 6, 15)
    for text in ("2026-6", "26-06", "2026/06", "2026-06-01", "２０２６-06", " 2026-05", "2026-00"):
        assert month_of(text, today) == JUNE


def test_as_many_statements_for_one_place_as_for_twenty(town: Town) -> None:
    def asked() -> int:
        with statements(town.database.engine(use=Use.READ)) as seen:
            town.use(town.officer)
        return len(seen)

    before = asked()
    for number in range(20):
        department = build_department(town.database, town.unit, f"見本{number}課")
        town.send(build_member(town.database, town.unit, department_id=department), 1)
    assert asked() == before


def test_nobody_else_sees_the_use_of_a_unit(town: Town) -> None:
    left = build_member(town.database, town.unit, until=date(2026, 6, 15))
    for actor in (left.actor, town.person().actor, Actor(ActorKind.PUBLIC)):
        with pytest.raises((Forbidden, NotFound)):
            town.use(actor)
