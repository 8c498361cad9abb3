"""What an approval of a 利用申請 does: a new unit, one that goes on, one admitted into another (ruling R2)."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import func, insert, select, update

from portal.calendar.clock import FixedClock
from portal.domain.actor import Actor, ActorKind
from portal.domain.application import Step
from portal.domain.application_decision import Way
from portal.domain.refusal import Conflict, Invalid
from portal.domain.standing import standing
from portal.services import application_desk as desk
from portal.services import public_id
from portal.store import unit as units
from portal.store.database import Database
from portal.store.tables import (
    account,
    audit,
    block,
    branch,
    contractor,
    department,
    quota_use,
    unit,
    unit_invitation,
    unit_record,
)
from tests.application_forms import MUNICIPAL, NUMBER, PRIVATE
from tests.applications import (
    approve,
    build_bureau_clerk,
    case,
    load_application_tables,
    organisation,
    received,
)
from tests.build import (
    BuiltUnit,
    build_block,
    build_department,
    build_seeker,
    build_unit,
)
from tests.services.application_units import below, one, roles, row

TODAY = date(2026, 6, 15)
WORKER = Actor(ActorKind.WORKER)


@pytest.fixture(autouse=True)
def tables(database: Database, clock: FixedClock) -> None:
    load_application_tables(database, clock)


@pytest.fixture
def clerk(database: Database) -> Actor:
    return build_bureau_clerk(database)


@pytest.fixture
def known(database: Database) -> BuiltUnit:
    """A unit in force with the number of the forms."""
    return build_unit(database, number=NUMBER, bureau_code="24", valid_until=date(2026, 12, 31))


@pytest.fixture
def town(database: Database) -> BuiltUnit:
    return build_unit(database, unit_class="municipal", number="24201", bureau_code="24")


# Use: a new unit


def test_P_Q2_only_the_bureaus_entry_makes_a_unit(
    database: Database, clock: FixedClock, clerk: Actor
) -> None:
    ref = received(database, clock, clerk)
    with database.read() as session:
        assert session.execute(select(func.count()).select_from(unit)).scalar_one() == 0
        assert session.execute(select(func.count()).select_from(unit_invitation)).scalar_one() == 0
    done = approve(database, clock, clerk, ref)
    made = one(database)
    assert (done.way, done.applied, done.unit_ref) == (Way.NEW, True, public_id.shown(made.public_id))
    assert (made.number, made.unit_class, made.bureau_code, made.status) == (
        NUMBER,
        "private",
        "24",
        "approved",
    )
    assert (made.valid_from, made.valid_until) == (date(2026, 7, 1), date(2027, 3, 31))
    assert (made.record.name, made.record.corporation_number) == ("株式会社架空人材", "9990000000001")
    assert (made.record.officer_name, made.record.officer_contact) == (
        "見本 責任",
        "管理部 電話 00-0000-0000",
    )
    assert (made.daily_limit, made.version, made.number_shown) == (1000, 1, NUMBER)
    assert below(database, department, "name", "since") == [("営業課", date(2026, 7, 1))]
    assert roles(done) == {"officer": "見本 責任", "contact": "見本 連絡"}
    assert not standing(units.facts(made), TODAY).send
    assert standing(units.facts(made), date(2026, 7, 1)).send


def test_S_Q4_who_is_officer_and_contact_is_invited_once(
    database: Database, clock: FixedClock, clerk: Actor
) -> None:
    people = {**PRIVATE[Step.PEOPLE], "contact_name": "見本 責任"}
    done = approve(database, clock, clerk, received(database, clock, clerk, {**PRIVATE, Step.PEOPLE: people}))
    assert roles(done) == {"officer": "見本 責任"}


def test_M_Q3_a_municipality_comes_with_its_contractors_and_their_periods(
    database: Database, clock: FixedClock, clerk: Actor
) -> None:
    typed = {**MUNICIPAL[Step.ORGANISATION], "own_number": "24-地-000001"}
    approve(database, clock, clerk, received(database, clock, clerk, {**MUNICIPAL, Step.ORGANISATION: typed}))
    made = one(database)
    assert (made.unit_class, made.number, made.number_shown) == ("municipal", "24201", "24-地-000001")
    assert below(database, contractor, "name", "licence_number", "since", "until") == [
        ("架空受託社", "24-ユ-300009", date(2026, 7, 1), date(2027, 3, 31))
    ]


def test_P_Q4_P_Q7_a_contractors_own_business_is_another_unit_with_its_own_thousand(
    database: Database, clock: FixedClock, clerk: Actor
) -> None:
    approve(database, clock, clerk, received(database, clock, clerk, MUNICIPAL))
    own = organisation(number="24-ユ-300009", name="架空受託社", corporation_number="9990000000009")
    page = case(database, clock, clerk, received(database, clock, clerk, own))
    assert (page.way, page.units) == (Way.NEW, ())
    done = approve(database, clock, clerk, page.line.ref)
    assert done.way is Way.NEW
    assert below(database, unit, "unit_class", "number", "daily_limit") == [
        ("municipal", "24201", 1000),
        ("private", "24-ユ-300009", 1000),
    ]


def test_P_Q3_the_branch_that_was_typed_is_part_of_the_unit(
    database: Database, clock: FixedClock, clerk: Actor
) -> None:
    approve(database, clock, clerk, received(database, clock, clerk, organisation(number=f"{NUMBER}-01")))
    assert one(database).number == NUMBER
    assert below(database, branch, "branch_number", "name") == [("01", "株式会社架空人材")]


# Use: the same number again (R2)


def test_R2_a_second_application_is_shown_with_the_first_and_refused_without_a_reason(
    database: Database, clock: FixedClock, clerk: Actor, known: BuiltUnit
) -> None:
    first = received(database, clock, clerk)
    page = case(database, clock, clerk, received(database, clock, clerk, organisation(number=f"{NUMBER}-02")))
    assert page.way is Way.JOINS
    assert page.target is not None
    assert page.target.ref == public_id.shown(known.public_id)
    assert [(seen.ref, seen.why) for seen in page.units] == [(page.target.ref, ("number",))]
    assert [(seen.line.ref, seen.why) for seen in page.applications] == [
        (first, ("number", "corporation", "name"))
    ]
    with pytest.raises(Invalid) as refused:
        approve(database, clock, clerk, page.line.ref)
    assert refused.value.errors == {"join_reason": ["missing"]}


def test_R2_P_Q3_an_admitted_one_shares_the_unit_its_counter_and_its_officer(
    database: Database, clock: FixedClock, clerk: Actor, known: BuiltUnit
) -> None:
    with database.write() as session:
        session.execute(insert(quota_use).values(unit_id=known.id, jst_day=TODAY, n=600))
        session.commit()
    before = row(database, known.id)
    second = organisation(number=f"{NUMBER}-02", name="架空人材 津支店")
    ref = received(database, clock, clerk, second)
    done = approve(database, clock, clerk, ref, join_reason="支店の申請を例外として認める")
    assert (done.way, done.unit_ref) == (Way.JOINS, public_id.shown(known.public_id))
    after = one(database)
    assert after == before
    with database.read() as session:
        assert session.execute(select(quota_use.c.unit_id, quota_use.c.n)).all() == [(known.id, 600)]
    assert below(database, branch, "branch_number", "name") == [("02", "架空人材 津支店")]
    names = [name for (name,) in below(database, department, "name")]
    assert names == ["架空人材 津支店", "営業課"]
    assert {invited.role for invited in done.invitations} == {"member"}
    places = {place for (place,) in below(database, unit_invitation, "department_id")}
    assert places == {below(database, department, "id")[0][0]}
    page = case(database, clock, clerk, ref)
    assert (page.way, page.line.unit_ref) == (Way.JOINS, done.unit_ref)
    assert "例外" in page.history[-1].noted
    assert page.history[-1].told == ""


def test_M_Q5_a_second_application_of_a_municipality_is_found_however_its_code_is_written(
    database: Database, clock: FixedClock, clerk: Actor, town: BuiltUnit
) -> None:
    typed = {**MUNICIPAL[Step.ORGANISATION], "number": "242012"}
    page = case(
        database, clock, clerk, received(database, clock, clerk, {**MUNICIPAL, Step.ORGANISATION: typed})
    )
    assert page.way is Way.JOINS
    assert page.target is not None
    assert page.target.number == "24201"


def test_the_same_corporation_with_another_number_is_shown_and_may_be_a_unit_of_its_own(
    database: Database, clock: FixedClock, clerk: Actor
) -> None:
    build_unit(database, number="24-ム-300001", bureau_code="24", corporation_number="9990000000001")
    page = case(database, clock, clerk, received(database, clock, clerk))
    assert page.way is Way.NEW
    assert [seen.why for seen in page.units] == [("corporation",)]


def test_R15_a_number_that_another_bureau_holds_is_the_operators_matter(
    database: Database, clock: FixedClock, clerk: Actor
) -> None:
    build_unit(database, number=NUMBER, bureau_code="13", name="架空の秘密")
    page = case(database, clock, clerk, received(database, clock, clerk))
    assert (page.way, page.target, page.units) == (Way.ELSEWHERE, None, ())
    assert "架空の秘密" not in repr(page)
    with pytest.raises(Conflict, match="held_elsewhere"):
        approve(database, clock, clerk, page.line.ref, join_reason="見本")


@pytest.mark.parametrize("how", ["ended", "expired"])
def test_12_1_6_a_new_application_lets_the_same_unit_go_on(
    database: Database, clock: FixedClock, clerk: Actor, how: str
) -> None:
    built = build_unit(
        database,
        number=NUMBER,
        bureau_code="24",
        daily_limit=300,
        reserve=20,
        status="ended" if how == "ended" else "approved",
        valid_until=date(2026, 12, 31) if how == "ended" else date(2026, 6, 14),
        suspended_from=TODAY,
    )
    person = build_seeker(database)
    build_block(database, person, built)
    build_department(database, built, "営業課")
    with database.write() as session:
        session.execute(insert(quota_use).values(unit_id=built.id, jst_day=TODAY, n=299))
        session.execute(update(department).values(until=date(2026, 5, 1)))
        session.commit()
    before = row(database, built.id)
    with database.read() as session:
        sealed = session.execute(select(unit.c.token_key_sealed)).scalar_one()
    done = approve(database, clock, clerk, received(database, clock, clerk), valid_from="2026-06-15")
    after = one(database)
    assert (done.way, after.id, after.public_id) == (Way.CONTINUES, built.id, built.public_id)
    assert (after.status, after.valid_from, after.valid_until) == ("approved", TODAY, date(2027, 3, 31))
    # A measure is not undone by applying again.
    same = ("daily_limit", "reserve", "suspended_from", "suspension_reason")
    assert [getattr(after, name) for name in same] == [getattr(before, name) for name in same]
    assert (after.version, after.record.name) == (before.version + 1, "株式会社架空人材")
    assert below(database, department, "name", "until") == [("営業課", None)]
    with database.read() as session:
        assert session.execute(select(unit.c.token_key_sealed)).scalar_one() == sealed
        assert session.execute(select(block.c.unit_id)).scalars().all() == [built.id]
        assert session.execute(select(quota_use.c.n)).scalars().all() == [299]


def test_the_last_day_of_validity_is_still_in_force(
    database: Database, clock: FixedClock, clerk: Actor
) -> None:
    build_unit(database, number=NUMBER, bureau_code="24", valid_until=TODAY)
    ref = received(database, clock, clerk)
    assert case(database, clock, clerk, ref).way is Way.JOINS
    clock.set(datetime(2026, 6, 15, 15, 0, tzinfo=UTC))  # 16 June in Japan
    assert case(database, clock, clerk, ref).way is Way.CONTINUES


# One transaction


def test_an_approval_that_fails_leaves_nothing_behind(
    database: Database, clock: FixedClock, clerk: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    ref = received(database, clock, clerk, MUNICIPAL)
    page = case(database, clock, clerk, ref)

    def broken(*_: Any, **__: Any) -> None:
        raise ConnectionError

    monkeypatch.setattr(desk.trails, "tell", broken)
    with pytest.raises(ConnectionError):
        approve(database, clock, clerk, ref)
    monkeypatch.undo()
    with database.read() as session:
        for table in (unit, unit_record, department, contractor, unit_invitation):
            assert session.execute(select(func.count()).select_from(table)).scalar_one() == 0
    assert case(database, clock, clerk, ref) == page


def test_an_approval_is_one_line_of_the_trail_and_makes_no_account(
    database: Database, clock: FixedClock, clerk: Actor
) -> None:
    ref = received(database, clock, clerk)
    with database.read() as session:
        before = session.execute(select(func.count()).select_from(account)).scalar_one()
    approve(database, clock, clerk, ref)
    with database.read() as session:
        lines = session.execute(select(audit).where(audit.c.kind == "application.approve")).all()
        assert len(lines) == 1
        assert session.execute(select(func.count()).select_from(account)).scalar_one() == before
