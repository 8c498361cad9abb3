"""Saved searches: whose they are, what is new, what can be undone, and what never leaves the unit's part."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from portal.calendar.clock import FixedClock
from portal.domain.actor import Actor, ActorKind
from portal.domain.narrowing import Narrowing
from portal.domain.refusal import Conflict, Forbidden, Invalid, NotFound, SearchClosed
from portal.domain.saved_search import MOST_OWN, Asked, Dropped, sees
from portal.domain.search import Criteria
from portal.domain.thread import Belonging
from portal.services import saved_search as service
from portal.services import search
from portal.services.saved_search import SavedSearches
from portal.store.database import Database, Use
from portal.store.saved_search import Whose, seen
from portal.store.tables import audit, block, code, saved_search
from tests.build import (
    BuiltMember,
    BuiltUnit,
    build_block,
    build_codes,
    build_contractor,
    build_department,
    build_member,
    build_seeker,
    build_unit,
)
from tests.services.relay_world import send
from tests.services.test_search import opened, statements

WORDS = Asked(Criteria(words=("介護",)))


@pytest.fixture
def unit(database: Database) -> BuiltUnit:
    return build_unit(database)


@pytest.fixture
def member(database: Database, unit: BuiltUnit) -> BuiltMember:
    return build_member(database, unit)


def save(
    database: Database,
    clock: FixedClock,
    member: BuiltMember,
    name: str = "見本の検索",
    asked: Asked = WORDS,
    **typed: str,
) -> str:
    with database.write() as session:
        return service.save(session, clock, member.actor, {"name": name, **typed}, asked)


def listed(database: Database, clock: FixedClock, member: BuiltMember) -> SavedSearches:
    with database.read() as session:
        return service.saved_searches(session, clock, member.actor)


def names(database: Database, clock: FixedClock, member: BuiltMember) -> list[str]:
    return [each.name for each in listed(database, clock, member).kept]


def rename(
    database: Database, clock: FixedClock, member: BuiltMember, ref: str, typed: Mapping[str, str]
) -> None:
    with database.write() as session:
        service.rename(session, clock, member.actor, ref, typed)


def act(database: Database, clock: FixedClock, member: BuiltMember, what: Any, ref: str) -> Any:
    with database.write() as session:
        return what(session, clock, member.actor, ref)


def found_new(database: Database, clock: FixedClock, member: BuiltMember, unit: BuiltUnit, ref: str) -> Any:
    """The tokens of those who are new, as the page of results shows them."""
    saved = act(database, clock, member, service.look, ref)
    with database.read() as session:
        page = search.search(session, clock, member.actor, saved.asked.criteria, "", saved.newly)
    return {card.token for card in page.cards}


def test_what_is_saved_is_found_again(database: Database, clock: FixedClock, member: BuiltMember) -> None:
    build_codes(database, "licence", ["L001"])
    asked = Asked(Criteria({"licence": ("L001",)}, ("介護", "夜勤")), Narrowing((), unwritten=True))
    ref = save(database, clock, member, "夜勤のある人", asked)
    with database.read() as session:
        found = service.saved_search(session, clock, member.actor, ref)
    assert (found.name, found.mine, found.shared, found.asked) == ("夜勤のある人", True, False, asked)
    assert names(database, clock, member) == ["夜勤のある人"]


def test_name_and_conditions_are_sealed(database: Database, clock: FixedClock, member: BuiltMember) -> None:
    save(database, clock, member, "秘密の名前", Asked(Criteria(words=("見本花子",))))
    with database.read() as session:
        (row,) = session.execute(select(saved_search)).mappings()
        trail = session.execute(select(audit)).mappings().all()
    for text in ("秘密の名前", "見本花子"):
        assert text.encode() not in row["content_sealed"]
        assert text not in str(dict(row)) + str([dict(line) for line in trail])


def test_only_months_are_kept_of_looking(database: Database, clock: FixedClock, member: BuiltMember) -> None:
    ref = save(database, clock, member)
    clock.set(datetime(2026, 7, 20, 3, 0, tzinfo=UTC))
    act(database, clock, member, service.look, ref)
    with database.read() as session:
        row = session.execute(select(saved_search.c.looked_in, saved_search.c.new_from)).one()
    assert tuple(row) == (date(2026, 7, 1), date(2026, 6, 1))


def test_R5_new_is_who_was_published_since_the_month_and_not_opened_or_written_to(
    database: Database, clock: FixedClock, unit: BuiltUnit, member: BuiltMember
) -> None:
    ref = save(database, clock, member, asked=Asked())
    old = build_seeker(database, month=date(2026, 5, 1))
    read, written, fresh = (build_seeker(database, month=date(2026, 6, 1)) for _ in range(3))
    other = build_unit(database)
    stranger = build_member(database, other)
    opened(database, clock, stranger.actor, other.token(fresh))
    opened(database, clock, member.actor, unit.token(read))
    send(database, clock, unit, member, [written])
    assert found_new(database, clock, member, unit, ref) == {unit.token(fresh)}
    assert listed(database, clock, member).kept[0].new == 1
    assert unit.token(old) not in found_new(database, clock, member, unit, ref)


def test_R5_day_of_appearing_makes_no_difference(
    database: Database, clock: FixedClock, unit: BuiltUnit, member: BuiltMember
) -> None:
    """Looking every day tells the same people apart as looking once: only the month and own acts count."""
    ref = save(database, clock, member, asked=Asked())
    people = []
    for day in (15, 16, 17):
        clock.set(datetime(2026, 6, day, 3, 0, tzinfo=UTC))
        people.append(build_seeker(database, month=date(2026, 6, 1)))
        assert found_new(database, clock, member, unit, ref) == {unit.token(who) for who in people}
    assert listed(database, clock, member).kept[0].new == 3


def test_S_Q5_who_comes_back_is_not_new_for_coming_back(
    database: Database, clock: FixedClock, unit: BuiltUnit, member: BuiltMember
) -> None:
    ref = save(database, clock, member, asked=Asked())
    before = build_seeker(database, month=date(2026, 5, 1))
    blocked = build_seeker(database, month=date(2026, 6, 1))
    build_block(database, blocked, unit)
    assert found_new(database, clock, member, unit, ref) == set()
    with database.write() as session:
        session.execute(delete(block))
        session.commit()
    # The one who was published this month is new like everybody of this month, the other one never.
    assert found_new(database, clock, member, unit, ref) == {unit.token(blocked)}
    assert unit.token(before) not in found_new(database, clock, member, unit, ref)


def test_R13_a_shared_one_is_seen_at_the_same_place_and_nowhere_else(
    database: Database, clock: FixedClock, unit: BuiltUnit
) -> None:
    one, two = (build_department(database, unit, name) for name in ("見本一課", "見本二課"))
    helper = build_contractor(database, unit)
    members = {
        "owner": build_member(database, unit, department_id=one),
        "colleague": build_member(database, unit, department_id=one),
        "other department": build_member(database, unit, department_id=two),
        "contractor": build_member(database, unit, contractor_id=helper),
        "officer": build_member(database, unit, role="officer"),
        "other unit": build_member(database, build_unit(database)),
    }
    own = save(database, clock, members["owner"], "自分の検索")
    shared = save(database, clock, members["owner"], "共有の検索", shared="y")
    assert {who: names(database, clock, member) for who, member in members.items()} == {
        "owner": ["自分の検索", "共有の検索"],
        "colleague": ["共有の検索"],
        "other department": [],
        "contractor": [],
        "officer": [],
        "other unit": [],
    }
    for who, member in members.items():
        for ref in (own, shared):
            if who == "owner" or (who == "colleague" and ref == shared):
                continue
            for what in (service.saved_search, service.look, service.remove, service.restore):
                with pytest.raises(NotFound):
                    act(database, clock, member, what, ref)
            with pytest.raises(NotFound):
                rename(database, clock, member, ref, {"name": "x"})
    rename(database, clock, members["colleague"], shared, {"name": "みんなの検索", "shared": ""})
    assert names(database, clock, members["owner"]) == ["自分の検索", "みんなの検索"]
    act(database, clock, members["colleague"], service.remove, shared)
    assert names(database, clock, members["owner"]) == ["自分の検索"]


def test_the_query_sees_what_the_rule_sees(database: Database, clock: FixedClock, unit: BuiltUnit) -> None:
    places = [
        Belonging(),
        *(Belonging(department_id=build_department(database, unit, name)) for name in ("一", "二")),
        Belonging(contractor_id=build_contractor(database, unit)),
    ]
    members = [
        build_member(database, unit, department_id=place.department_id, contractor_id=place.contractor_id)
        for place in [*places, *places]
    ]
    for member in members:
        save(database, clock, member, "自分の")
        save(database, clock, member, "共有の", shared="y")
    with database.read() as session:
        rows = session.execute(select(saved_search)).mappings().all()
        for member in members:
            belongs = Belonging(member.department_id, member.contractor_id)
            found = {row.id for row in seen(session, Whose(unit.id, member.membership_id, belongs))}
            assert found == {
                row["id"]
                for row in rows
                if sees(
                    member.membership_id,
                    belongs,
                    row["membership_id"],
                    Belonging(row["department_id"], row["contractor_id"]),
                    shared=row["shared"],
                )
            }


def test_the_same_twice_is_kept_once_and_another_under_the_same_name_is_refused(
    database: Database, clock: FixedClock, member: BuiltMember
) -> None:
    ref = save(database, clock, member)
    assert save(database, clock, member) == ref
    with pytest.raises(Invalid) as refused:
        save(database, clock, member, asked=Asked(Criteria(words=("看護",))))
    assert refused.value.errors == {"name": ["saved_name_taken"]}
    second = save(database, clock, member, "別の検索")
    with pytest.raises(Invalid):
        rename(database, clock, member, second, {"name": "見本の検索"})
    assert names(database, clock, member) == ["見本の検索", "別の検索"]


def test_one_more_than_there_is_room_for_is_refused(
    database: Database, clock: FixedClock, member: BuiltMember
) -> None:
    refs = [save(database, clock, member, f"見本{number}") for number in range(MOST_OWN)]
    with pytest.raises(Invalid) as refused:
        save(database, clock, member, "もう一つ")
    assert refused.value.errors == {"": ["saved_full"]}
    act(database, clock, member, service.remove, refs[0])
    save(database, clock, member, "もう一つ")
    with pytest.raises(Invalid):
        act(database, clock, member, service.restore, refs[0])


def test_what_was_removed_can_be_put_back_for_a_day(
    database: Database, clock: FixedClock, member: BuiltMember
) -> None:
    ref = save(database, clock, member)
    for _ in range(2):
        act(database, clock, member, service.remove, ref)
    found = listed(database, clock, member)
    assert ([each.name for each in found.kept], [each.name for each in found.removed]) == ([], ["見本の検索"])
    with pytest.raises(NotFound):
        act(database, clock, member, service.look, ref)
    with pytest.raises(Conflict):
        rename(database, clock, member, ref, {"name": "新しい名前"})
    clock.advance(timedelta(hours=23))
    for _ in range(2):
        act(database, clock, member, service.restore, ref)
    assert names(database, clock, member) == ["見本の検索"]
    act(database, clock, member, service.remove, ref)
    clock.advance(timedelta(hours=24, seconds=1))
    assert listed(database, clock, member).removed == ()
    with pytest.raises(NotFound):
        act(database, clock, member, service.restore, ref)
    save(database, clock, member, "ほかの検索")
    with database.read() as session:
        assert len(session.execute(select(saved_search.c.id)).all()) == 1


def test_a_search_whose_name_another_has_by_now_is_not_put_back(
    database: Database, clock: FixedClock, member: BuiltMember
) -> None:
    ref = save(database, clock, member)
    act(database, clock, member, service.remove, ref)
    other = save(database, clock, member, asked=Asked(Criteria(words=("看護",))))
    with pytest.raises(Invalid) as refused:
        act(database, clock, member, service.restore, ref)
    assert refused.value.errors == {"name": ["saved_name_taken"]}
    rename(database, clock, member, other, {"name": "別の検索"})
    act(database, clock, member, service.restore, ref)
    assert sorted(names(database, clock, member)) == sorted(["見本の検索", "別の検索"])


def test_the_worker_forgets_what_can_no_longer_be_put_back(
    database: Database, clock: FixedClock, member: BuiltMember
) -> None:
    kept, gone = (save(database, clock, member, name) for name in ("残る", "消える"))
    act(database, clock, member, service.remove, gone)
    worker = Actor(ActorKind.WORKER)
    for hours, forgotten in ((23, 0), (2, 1), (0, 0)):
        clock.advance(timedelta(hours=hours))
        with database.write() as session:
            assert service.forget_removed(session, clock, worker) == forgotten
    assert names(database, clock, member) == ["残る"]
    assert kept != gone


def test_a_condition_whose_code_has_ended_is_left_out_and_named(
    database: Database, clock: FixedClock, member: BuiltMember
) -> None:
    build_codes(database, "licence", ["L001", "L002"])
    ref = save(database, clock, member, asked=Asked(Criteria({"licence": ("L001", "L002")}, ("介護",))))
    with database.write() as session:
        session.execute(update(code).where(code.c.code == "L001").values(valid_until=date(2026, 6, 14)))
        session.commit()
    found = act(database, clock, member, service.look, ref)
    assert found.dropped == (Dropped("licence", "L001"),)
    assert found.asked.criteria == Criteria({"licence": ("L002",)}, ("介護",))


def test_counting_what_is_new_is_the_same_statements_for_one_and_for_many(
    database: Database, clock: FixedClock, member: BuiltMember
) -> None:
    asked = []
    for number in (1, 5):
        while len(listed(database, clock, member).kept) < number:
            save(database, clock, member, f"見本{len(asked)}{len(listed(database, clock, member).kept)}")
        with statements(database.engine(use=Use.READ)) as sent:
            listed(database, clock, member)
        asked.append(len(sent))
    assert asked[0] == asked[1]


def test_a_suspended_unit_sees_its_list_without_numbers_and_opens_nothing(
    database: Database, clock: FixedClock
) -> None:
    unit = build_unit(database, suspended_from=date(2026, 6, 1))
    member = build_member(database, unit)
    ref = save(database, clock, member)
    found = listed(database, clock, member)
    assert (found.searching, found.kept[0].new) == (False, None)
    with pytest.raises(SearchClosed):
        act(database, clock, member, service.look, ref)


def test_nobody_else_has_saved_searches(database: Database, clock: FixedClock, member: BuiltMember) -> None:
    ref = save(database, clock, member)
    for actor in (Actor(ActorKind.SEEKER, seeker_id=1), Actor(ActorKind.OFFICE, role="office_clerk")):
        for what in (service.look, service.remove, service.saved_search):
            with database.write() as session, pytest.raises(Forbidden):
                what(session, clock, actor, ref)


def test_acts_leave_a_line_without_a_name(database: Database, clock: FixedClock, member: BuiltMember) -> None:
    ref = save(database, clock, member)
    rename(database, clock, member, ref, {"name": "新しい名前"})
    act(database, clock, member, service.remove, ref)
    act(database, clock, member, service.restore, ref)
    act(database, clock, member, service.look, ref)
    with database.read() as session:
        kinds = [row.kind for row in session.execute(select(audit.c.kind).order_by(audit.c.id))]
    assert kinds == [f"saved_search.{act}" for act in ("save", "rename", "remove", "restore")]
