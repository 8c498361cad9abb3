"""What an approval does to a unit: new, going on, admitted, changed, renewed, ended; and that nothing else does."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import func, insert, select, update

from portal.calendar.clock import FixedClock
from portal.domain.actor import Actor, ActorKind
from portal.domain.application import Act, State, Step
from portal.domain.application_decision import Way
from portal.domain.refusal import Conflict, Invalid
from portal.domain.standing import standing
from portal.services import application, public_id
from portal.services import application_desk as desk
from portal.services.application_approval import apply_due
from portal.services.application_desk import Approved
from portal.store import unit as units
from portal.store.database import Database
from portal.store.tables import (
    account,
    audit,
    block,
    branch,
    contractor,
    contractor_period,
    department,
    membership,
    quota_use,
    unit,
    unit_invitation,
    unit_record,
)
from portal.store.unit import UnitRow
from tests.application_forms import MUNICIPAL, NUMBER, PRIVATE
from tests.applications import (
    approve,
    build_bureau_clerk,
    case,
    load_application_tables,
    organisation,
    received,
    unit_application,
)
from tests.build import (
    BuiltUnit,
    build_block,
    build_contractor,
    build_department,
    build_member,
    build_seeker,
    build_unit,
)

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


def row(database: Database, unit_id: int) -> UnitRow:
    with database.read() as session:
        return units.by_id(session, unit_id)


def one(database: Database) -> UnitRow:
    """The only unit there is."""
    with database.read() as session:
        return units.by_id(session, session.execute(select(unit.c.id)).scalar_one())


def below(database: Database, table: Any, *columns: str) -> list[tuple[Any, ...]]:
    with database.read() as session:
        return [
            tuple(found)
            for found in session.execute(select(*(table.c[name] for name in columns)).order_by(table.c.id))
        ]


def roles(done: Approved) -> dict[str, str]:
    return {invited.role: invited.display_name for invited in done.invitations}


def change(
    database: Database, clock: FixedClock, clerk: Actor, built: BuiltUnit, day: str, steps: Any
) -> str:
    """A change of a unit in the clerk's hands."""
    officer = build_member(database, built, role="contact").actor
    parts = [step.value for step in steps]
    first = {Step.CHANGE: {"day": day, "parts": parts}}
    return unit_application(
        database, clock, officer, clerk, "change", {**first, **steps, Step.UNDERTAKINGS: {"correctness": "1"}}
    )


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


# Change


def test_P_Q11_the_old_officer_stays_in_force_until_the_bureau_has_recorded_the_new_one(
    database: Database, clock: FixedClock, clerk: Actor, known: BuiltUnit
) -> None:
    old = build_member(database, known, role="officer")
    people = {**PRIVATE[Step.PEOPLE], "officer_name": "見本 新任"}
    ref = change(database, clock, clerk, known, "2026-06-01", {Step.PEOPLE: people})
    assert row(database, known.id).record.officer_name == "見本 責任"
    page = case(database, clock, clerk, ref)
    assert page.before[Step.PEOPLE]["officer_name"] == "見本 責任"
    assert page.typed[Step.PEOPLE]["officer_name"] == "見本 新任"
    done = approve(database, clock, clerk, ref)
    after = row(database, known.id)
    assert (after.record.officer_name, after.version) == ("見本 新任", 2)
    assert roles(done) == {"officer": "見本 新任"}
    with database.read() as session:
        held = session.execute(
            select(membership.c.role).where(membership.c.id == old.membership_id)
        ).scalar_one()
    assert held == "officer"  # until the successor has come, the unit is not without one
    assert (done.way, done.effective_on, done.applied) == (Way.KNOWN, date(2026, 6, 1), True)


def test_an_officer_who_had_left_is_not_missed_any_more_once_the_bureau_has_entered_one(
    database: Database, clock: FixedClock, clerk: Actor, known: BuiltUnit
) -> None:
    with database.write() as session:
        session.execute(update(unit).values(officer_left_on=TODAY))
        session.commit()
    people = {**PRIVATE[Step.PEOPLE], "officer_name": "見本 責任"}
    done = approve(
        database, clock, clerk, change(database, clock, clerk, known, "2026-06-15", {Step.PEOPLE: people})
    )
    after = row(database, known.id)
    assert after.officer_left_on is None
    assert "officer" in roles(done)
    assert standing(units.facts(after), TODAY).send


def test_a_change_of_places_adds_ends_and_leaves_the_rest(
    database: Database, clock: FixedClock, clerk: Actor, known: BuiltUnit
) -> None:
    for name in ("営業課", "管理課"):
        build_department(database, known, name)
    typed = {
        "branches-0-branch_number": "02",
        "branches-0-name": "津支店",
        "departments-0-name": "営業課",
        "departments-0-until": "令和8年9月30日",
        "departments-1-name": "新設課",
    }
    before = row(database, known.id)
    done = approve(
        database, clock, clerk, change(database, clock, clerk, known, "2026-06-10", {Step.PLACES: typed})
    )
    assert done.invitations == ()
    assert row(database, known.id).version == before.version
    assert below(database, branch, "branch_number", "name", "since", "until") == [
        ("02", "津支店", date(2026, 6, 10), None)
    ]
    assert below(database, department, "name", "since", "until") == [
        ("営業課", date(2026, 4, 1), date(2026, 9, 30)),
        ("管理課", date(2026, 4, 1), None),
        ("新設課", date(2026, 6, 10), None),
    ]


def test_M_Q3_a_contractor_is_added_by_a_change_and_the_next_contract_over_the_31_march(
    database: Database, clock: FixedClock, clerk: Actor, town: BuiltUnit
) -> None:
    build_contractor(database, town, name="架空受託社", number="24-ユ-300009", until=date(2027, 3, 31))
    typed = {
        "contractors-0-name": "架空受託社",
        "contractors-0-licence_number": "24-ユ-300009",
        "contractors-0-since": "令和9年4月1日",
        "contractors-0-until": "令和10年3月31日",
        "contractors-1-name": "架空の別会社",
        "contractors-1-licence_number": "24-ユ-300008",
        "contractors-1-since": "2026-07-01",
        "contractors-1-until": "2027-03-31",
    }
    approve(
        database, clock, clerk, change(database, clock, clerk, town, "2026-06-10", {Step.CONTRACTORS: typed})
    )
    assert below(database, contractor, "name", "since", "until") == [
        ("架空受託社", date(2027, 4, 1), date(2028, 3, 31)),
        ("架空の別会社", date(2026, 7, 1), date(2027, 3, 31)),
    ]
    assert below(database, contractor_period, "since", "until") == [(date(2026, 4, 1), date(2027, 3, 31))]


def applied(database: Database, clock: FixedClock) -> int:
    with database.write() as session:
        return apply_due(session, clock, WORKER)


def test_a_change_approved_for_a_later_day_is_entered_on_that_day_and_once(
    database: Database, clock: FixedClock, clerk: Actor, known: BuiltUnit
) -> None:
    people = {**PRIVATE[Step.PEOPLE], "officer_name": "見本 新任"}
    ref = change(database, clock, clerk, known, "令和8年7月1日", {Step.PEOPLE: people})
    done = approve(database, clock, clerk, ref)
    assert (done.effective_on, done.applied, done.invitations) == (date(2026, 7, 1), False, ())
    clock.set(datetime(2026, 6, 30, 14, 59, 59, tzinfo=UTC))
    assert applied(database, clock) == 0
    assert row(database, known.id).record.officer_name == "見本 責任"
    clock.set(datetime(2026, 6, 30, 15, 0, tzinfo=UTC))
    assert applied(database, clock) == 1
    assert applied(database, clock) == 0
    assert row(database, known.id).record.officer_name == "見本 新任"
    page = case(database, clock, clerk, ref)
    assert (page.line.applied, page.history[-1].act) == (True, Act.APPLY)
    assert len(below(database, unit_invitation, "id")) == 1


# Renewal


def renewal(database: Database, clock: FixedClock, clerk: Actor, built: BuiltUnit, **people: str) -> str:
    member = build_member(database, built, role="officer").actor
    build_member(database, built, role="contact")
    with database.write() as session:
        ref = application.start_for_unit(session, clock, member, "renewal")
    with database.read() as session:
        shown = application.own(session, clock, member, ref).typed
    steps = {
        Step.ORGANISATION: {**PRIVATE[Step.ORGANISATION], **shown[Step.ORGANISATION], "kana": "かくう"}
        | {name: PRIVATE[Step.ORGANISATION][name] for name in ("basis", "address", "representative")},
        Step.PEOPLE: {**shown[Step.PEOPLE], **people},
        Step.UNDERTAKINGS: PRIVATE[Step.UNDERTAKINGS],
    }
    return received(database, clock, clerk, steps, actor=member, ref=ref)


@pytest.mark.parametrize(
    ("until", "first", "begins"),
    [
        (date(2026, 12, 31), "2027-01-01", date(2026, 4, 1)),
        (date(2026, 12, 31), "2027-01-02", date(2027, 1, 2)),
        (date(2026, 5, 31), "2026-07-01", date(2026, 7, 1)),
    ],
)
def test_a_renewal_is_the_same_unit_with_a_later_last_day(
    database: Database, clock: FixedClock, clerk: Actor, until: date, first: str, begins: date
) -> None:
    built = build_unit(database, number=NUMBER, bureau_code="24", valid_until=until)
    ref = renewal(database, clock, clerk, built)
    with pytest.raises(Invalid) as refused:
        approve(database, clock, clerk, ref, valid_from="", valid_until="")
    assert set(refused.value.errors) == {"valid_from", "valid_until"}
    done = approve(database, clock, clerk, ref, valid_from=first, valid_until="令和9年12月31日")
    after = one(database)
    assert (done.way, after.id, after.public_id) == (Way.KNOWN, built.id, built.public_id)
    assert (after.valid_from, after.valid_until) == (begins, date(2027, 12, 31))
    assert done.invitations == ()


def test_a_renewal_that_names_somebody_new_records_and_invites_them(
    database: Database, clock: FixedClock, clerk: Actor, known: BuiltUnit
) -> None:
    done = approve(database, clock, clerk, renewal(database, clock, clerk, known, contact_name="見本 新任"))
    assert row(database, known.id).record.contact_name == "見本 新任"
    assert roles(done) == {"contact": "見本 新任"}


# End


def ending(database: Database, clock: FixedClock, clerk: Actor, built: BuiltUnit, last_day: str) -> str:
    officer = build_member(database, built, role="officer").actor
    steps = {Step.ENDING: {"last_day": last_day, "reason": "事業の終了"}}
    return unit_application(database, clock, officer, clerk, "end", steps)


def test_P_Q2_an_end_holds_from_the_day_after_its_last(
    database: Database, clock: FixedClock, clerk: Actor, known: BuiltUnit
) -> None:
    done = approve(database, clock, clerk, ending(database, clock, clerk, known, "令和8年6月30日"))
    assert (done.effective_on, done.applied) == (date(2026, 7, 1), False)
    facts = units.facts(row(database, known.id))
    assert standing(facts, date(2026, 6, 30)).send
    assert not standing(facts, date(2026, 7, 1)).send  # also where the clock has not come by yet
    clock.set(datetime(2026, 6, 29, 15, 0, tzinfo=UTC))
    assert applied(database, clock) == 0
    clock.set(datetime(2026, 6, 30, 15, 0, tzinfo=UTC))
    assert applied(database, clock) == 1
    assert row(database, known.id).status == "ended"
    assert standing(units.facts(row(database, known.id)), date(2026, 7, 1)).read


def test_an_end_whose_last_day_is_over_holds_at_once(
    database: Database, clock: FixedClock, clerk: Actor, known: BuiltUnit
) -> None:
    done = approve(database, clock, clerk, ending(database, clock, clerk, known, "2026-06-14"))
    assert (done.effective_on, done.applied) == (TODAY, True)
    assert row(database, known.id).status == "ended"


def test_a_unit_that_was_prolonged_after_its_end_was_approved_goes_on(
    database: Database, clock: FixedClock, clerk: Actor, known: BuiltUnit
) -> None:
    approve(database, clock, clerk, ending(database, clock, clerk, known, "2026-06-30"))
    approve(database, clock, clerk, renewal(database, clock, clerk, known), valid_from="2026-07-01")
    clock.set(datetime(2026, 6, 30, 15, 0, tzinfo=UTC))
    assert applied(database, clock) == 1
    assert row(database, known.id).status == "approved"


@pytest.mark.parametrize("kind", ["change", "renewal", "end"])
def test_an_ended_unit_applies_anew(
    database: Database, clock: FixedClock, clerk: Actor, known: BuiltUnit, kind: str
) -> None:
    if kind == "change":
        ref = change(database, clock, clerk, known, "2026-06-01", {Step.PEOPLE: PRIVATE[Step.PEOPLE]})
    elif kind == "renewal":
        ref = renewal(database, clock, clerk, known)
    else:
        ref = ending(database, clock, clerk, known, "2026-06-30")
    with database.write() as session:
        session.execute(update(unit).values(status="ended"))
        session.commit()
    with pytest.raises(Conflict, match="application_ended"):
        approve(database, clock, clerk, ref)
    assert case(database, clock, clerk, ref).line.state is State.RECEIVED


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
