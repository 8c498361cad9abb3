"""The lists of a bureau: who is in which, in which order, page after page, and nobody of another bureau (R15)."""

import itertools
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from portal.calendar.clock import FixedClock
from portal.domain.actor import Actor, ActorKind
from portal.domain.bureau_desk import Order, UnitFilter, UnitState, read_unit_filter
from portal.domain.refusal import Forbidden, Invalid, NotFound
from portal.services import application_desk, bureau_desk, bureau_unit, public_id
from portal.services import unit as units
from portal.store.database import Database
from portal.store.tables import unit
from tests import applications
from tests.build import BuiltUnit, build_bureau_clerk, build_contractor, build_member, build_unit

CLERK = Actor(ActorKind.BUREAU, role="bureau_clerk", bureau_code="13")
TODAY = date(2026, 6, 15)
NEVER = date(2030, 1, 1)
DAYS = [TODAY - timedelta(days=90), TODAY - timedelta(days=1), TODAY, TODAY + timedelta(days=1), NEVER]


def names(
    database: Database, clock: FixedClock, wanted: UnitFilter, actor: Actor = CLERK, size: int = 50
) -> list[str]:
    """The names of a list, page after page."""
    found: list[str] = []
    after: str | None = None
    while True:
        with database.read() as session:
            page = bureau_desk.units(session, clock, actor, wanted, after=after)
        found += [line.name for line in page.lines]
        after = page.after
        if after is None:
            assert page.count == len(found)
            return found


def shape(database: Database, built: BuiltUnit, **values: Any) -> None:
    with database.write() as session:
        session.execute(update(unit).where(unit.c.id == built.id).values(**values))
        session.commit()


def expected(row: Mapping[str, Any], reasons: tuple[str, ...]) -> set[UnitState]:
    """The groups a unit belongs to, said with the rule on its standing."""
    approved, until = row["status"] == "approved", row["valid_until"]
    holds = {
        UnitState.IN_USE: not reasons,
        UnitState.DUE: approved and TODAY <= until < TODAY + timedelta(days=60),
        UnitState.OVER: approved and "validity_ended" in reasons,
        UnitState.OVER_LATELY: TODAY - timedelta(days=60) <= until < TODAY,
        UnitState.NOT_YET: approved and "not_yet_valid" in reasons,
        UnitState.SUSPENDED: approved and "suspended" in reasons,
        UnitState.LIMITED: False,
        UnitState.NO_OFFICER: approved
        and until >= TODAY
        and bool({"officer_missing", "officer_left"} & set(reasons)),
        UnitState.ENDED: row["status"] == "ended",
    }
    return {state for state, held in holds.items() if held}


def test_every_group_says_the_same_as_the_rule_on_what_a_unit_may_do(
    database: Database, clock: FixedClock
) -> None:
    shapes = itertools.product(
        ("approved", "ended"),
        (TODAY - timedelta(days=100), TODAY + timedelta(days=5)),
        (TODAY - timedelta(days=61), TODAY - timedelta(days=60), TODAY - timedelta(days=1), TODAY, NEVER),
        ((None, None), (TODAY, None), (TODAY - timedelta(days=9), TODAY - timedelta(days=1)), (TODAY, TODAY)),
        ((True, None), (True, TODAY), (True, TODAY + timedelta(days=1)), (False, None)),
    )
    rows: dict[str, tuple[BuiltUnit, dict[str, Any]]] = {}
    for status, first, until, (since, last), (officer, left) in shapes:
        if until < first:
            continue
        name = f"架空{len(rows):03}"
        built = build_unit(database, name=name, officer=officer)
        values = {"status": status, "valid_from": first, "valid_until": until, "officer_left_on": left}
        values |= {"suspended_from": since, "suspended_until": last}
        shape(database, built, **values, suspension_reason="見本" if since else None)
        rows[name] = (built, values)
    groups = {state: set(names(database, clock, UnitFilter(state=state))) for state in UnitState}
    assert sum(map(len, groups.values())) > 200
    with database.read() as session:
        for name, (built, values) in rows.items():
            found = bureau_unit.unit(session, clock, CLERK, public_id.shown(built.public_id))
            wanted = expected(values, found.standing.reasons)
            assert {state for state in UnitState if name in groups[state]} == wanted, (name, values)
        counts = bureau_desk.desk(session, clock, CLERK).counts
    assert counts == {state: len(group) for state, group in groups.items()}


def test_a_lowered_limit_is_a_group_while_it_holds(database: Database, clock: FixedClock) -> None:
    lowered, over = (build_unit(database, name=name, daily_limit=10) for name in ("架空甲", "架空乙"))
    build_unit(database, name="架空丙")
    shape(database, over, limit_until=TODAY - timedelta(days=1))
    shape(database, lowered, limit_until=TODAY)
    assert names(database, clock, UnitFilter(state=UnitState.LIMITED)) == ["架空甲"]


@pytest.mark.parametrize("order", Order)
def test_pages_follow_each_other_without_gap_or_repetition(
    database: Database, clock: FixedClock, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bureau_desk, "PAGE", 3)
    for n in range(11):
        # Of one name and one day, so that the order must be settled by something else.
        build_unit(database, name=f"架空{n // 4}", valid_until=NEVER - timedelta(days=n // 5))
    found = names(database, clock, UnitFilter(order=order))
    assert len(found) == 11
    assert order is not Order.NAME or found == sorted(found)


def test_R15_units_of_another_bureau_are_in_no_list(database: Database, clock: FixedClock) -> None:
    own = build_unit(database, name="架空自局")
    foreign = build_unit(database, name="架空他局", bureau_code="27", valid_until=TODAY)
    build_contractor(database, foreign, until=TODAY)
    assert names(database, clock, UnitFilter()) == ["架空自局"]
    with database.read() as session:
        assert not any(bureau_desk.desk(session, clock, CLERK).units.values())
        assert bureau_desk.contractors(session, clock, CLERK) == ()
        assert [line.name for line in bureau_desk.every_unit(session, clock, CLERK, UnitFilter())] == [
            "架空自局"
        ]
        for ref in (public_id.shown(foreign.public_id), "", "A" * 22):
            with pytest.raises(NotFound):
                bureau_unit.unit(session, clock, CLERK, ref)
            with pytest.raises(NotFound):
                bureau_unit.not_begun(session, clock, CLERK, ref)
            if ref:
                with pytest.raises(NotFound):
                    bureau_desk.units(session, clock, CLERK, UnitFilter(), after=ref)
        assert bureau_unit.unit(session, clock, CLERK, public_id.shown(own.public_id)).row.id == own.id


OTHERS = [
    Actor(ActorKind.OPERATOR),
    Actor(ActorKind.OFFICE, role="office_clerk", office_code="9901"),
    Actor(ActorKind.MEMBER, role="officer", unit_id=1),
    Actor(ActorKind.BUREAU, role="bureau_clerk"),
]


@pytest.mark.parametrize("actor", OTHERS)
def test_nobody_else_reads_these_lists(database: Database, clock: FixedClock, actor: Actor) -> None:
    ref = public_id.shown(build_unit(database).public_id)
    with database.read() as session:
        for read in (
            lambda: bureau_desk.desk(session, clock, actor),
            lambda: bureau_desk.units(session, clock, actor, UnitFilter()),
            lambda: bureau_desk.every_unit(session, clock, actor, UnitFilter()),
            lambda: bureau_desk.contractors(session, clock, actor),
            lambda: bureau_unit.unit(session, clock, actor, ref),
            lambda: bureau_unit.not_begun(session, clock, actor, ref),
        ):
            with pytest.raises(Forbidden):
                read()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("架空 人材", {"架空人材"}),
        ("カクウ", {"架空人材"}),
        ("かくう", {"架空人材"}),
        ("99ユ123456", {"架空人材"}),
        ("９９－ユ－１２３４５６－０２", {"架空人材"}),
        ("123456", {"架空人材"}),
        ("139999", {"架空市"}),
        ("受託", {"架空市"}),
        ("99-ユ-900000", {"架空市"}),
        ("100%", set()),
        ("_", set()),
    ],
)
def test_a_unit_is_found_by_name_reading_and_number_in_any_spelling(
    database: Database, clock: FixedClock, text: str, found: set[str]
) -> None:
    build_unit(database, name="仮", number="99-ユ-123456")
    with database.write() as session:
        line = units.units(session, Actor(ActorKind.OPERATOR))[0]
        typed = {"name": "架空人材", "kana": "カクウジンザイ"}
        units.record(session, clock, Actor(ActorKind.OPERATOR), line.number, typed)
    city = build_unit(database, name="仮", unit_class="municipal", number="139999")
    with database.write() as session:
        units.record(session, clock, Actor(ActorKind.OPERATOR), "139999", {"name": "架空市", "kana": "シ"})
        unit_ref = public_id.shown(city.public_id)
        contractor = {"name": "架空受託社", "licence_number": "99-ユ-900000"}
        period = {"since": "2026-04-01", "until": "2027-03-31"}
        units.add_contractor(session, clock, CLERK, unit_ref, {**contractor, **period})
    assert set(names(database, clock, read_unit_filter({"text": text}))) == found


def test_contracts_that_end_are_on_the_desk_from_sixty_days_before_to_sixty_days_after(
    database: Database, clock: FixedClock
) -> None:
    city = build_unit(database, unit_class="municipal", number="139999")
    for n, days in enumerate((-61, -60, -1, 0, 59, 60)):
        build_contractor(
            database, city, name=f"架空{days}", number=f"99-ユ-90000{n}", until=TODAY + timedelta(days=days)
        )
    with database.read() as session:
        found = [line.name for line in bureau_desk.contractors(session, clock, CLERK)]
        assert bureau_desk.desk(session, clock, CLERK).contractor_count == len(found)
    assert found == ["架空-60", "架空-1", "架空0", "架空59"]


def test_a_filter_that_cannot_be_read_tells_everything_at_once() -> None:
    with pytest.raises(Invalid) as refused:
        read_unit_filter(
            {"state": "x", "unit_class": "x", "ending_until": "x", "order": "x", "text": "あ" * 200}
        )
    assert set(refused.value.errors) == {"state", "unit_class", "ending_until", "order", "text"}
    assert read_unit_filter({"ending_until": "R9.3.31"}).ending_until == date(2027, 3, 31)


def test_a_unit_that_has_ended_is_on_the_desk_whenever_its_last_day_was(
    database: Database, clock: FixedClock
) -> None:
    applications.load_application_tables(database, clock)
    clerk = build_bureau_clerk(database)
    built = build_unit(database, name="架空終了", number="99-ユ-123456")
    typed = {
        "kind": "end",
        "unit": public_id.shown(built.public_id),
        "last_day": "2026-06-10",
        "reason": "見本",
    }
    with database.write() as session:
        ref = application_desk.take_in(session, clock, clerk, typed)
    applications.approve(database, clock, clerk, ref)
    assert names(database, clock, UnitFilter(state=UnitState.ENDED)) == ["架空終了"]
    assert names(database, clock, UnitFilter(state=UnitState.OVER_LATELY)) == ["架空終了"]
    clock.advance(timedelta(days=61))
    assert names(database, clock, UnitFilter(state=UnitState.OVER_LATELY)) == []


def test_the_people_of_a_unit_are_those_in_force(database: Database, clock: FixedClock) -> None:
    built = build_unit(database)
    build_member(database, built, role="officer", name="責任者")
    build_member(database, built, name="前の人", until=TODAY)
    with database.read() as session:
        found = bureau_unit.unit(session, clock, CLERK, public_id.shown(built.public_id))
    assert found.members is not None
    assert [(person.name, person.role) for person in found.members] == [("架空 責任者", "officer")]
