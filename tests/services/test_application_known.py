"""What an approval does to a unit there is: changed, renewed, ended, on its day and no sooner."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select, update

from portal.calendar.clock import FixedClock
from portal.domain.actor import Actor, ActorKind
from portal.domain.application import Act, State, Step
from portal.domain.application_decision import Way
from portal.domain.refusal import Conflict, Invalid
from portal.domain.standing import standing
from portal.services import application, application_case
from portal.services import application_approval as approval
from portal.services.application_approval import apply_due
from portal.store import unit as units
from portal.store.database import Database
from portal.store.tables import (
    branch,
    contractor,
    contractor_period,
    department,
    membership,
    unit,
    unit_invitation,
)
from portal.store.unit import UnitRow
from portal.web.application.papers import effective_day
from tests.application_forms import NUMBER, PRIVATE
from tests.applications import (
    approve,
    build_bureau_clerk,
    case,
    load_application_tables,
    received,
    unit_application,
)
from tests.build import (
    BuiltUnit,
    build_contractor,
    build_department,
    build_member,
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


def test_a_renewal_that_would_cut_the_unit_off_is_refused_and_changes_nothing(
    database: Database, clock: FixedClock, clerk: Actor
) -> None:
    built = build_unit(database, number=NUMBER, bureau_code="24", valid_until=date(2026, 12, 31))
    ref = renewal(database, clock, clerk, built)
    before = one(database)
    for first, last, field in (
        ("2027-01-02", "2027-12-31", "valid_from"),
        ("2026-07-01", "2026-12-31", "valid_until"),
    ):
        with pytest.raises(Invalid) as refused:
            approve(database, clock, clerk, ref, valid_from=first, valid_until=last)
        assert set(refused.value.errors) == {field}
    assert one(database) == before


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


@pytest.mark.parametrize(
    ("asked", "last"),
    [
        ("2026-06-30", date(2026, 6, 30)),
        ("2026-12-31", date(2026, 12, 31)),
        ("2027-02-28", date(2026, 12, 31)),  # an end prolongs nothing
    ],
)
def test_the_letter_of_an_end_names_the_last_day_of_use_itself(
    database: Database, clock: FixedClock, clerk: Actor, known: BuiltUnit, asked: str, last: date
) -> None:
    ref = ending(database, clock, clerk, known, asked)
    approve(database, clock, clerk, ref)
    with database.read() as session:
        line = application_case.case(session, clock, clerk, ref).line
    assert effective_day(line) == last


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


def test_one_that_cannot_be_entered_does_not_hold_up_the_others(
    database: Database, clock: FixedClock, clerk: Actor, known: BuiltUnit, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = build_unit(database, number="24-ユ-300002", bureau_code="24")
    people = {**PRIVATE[Step.PEOPLE], "officer_name": "見本 新任"}
    for built in (known, other):
        ref = change(database, clock, clerk, built, "2026-07-01", {Step.PEOPLE: people})
        approve(database, clock, clerk, ref)
    entered = approval._change

    def refusing(session: Any, trail: Any, actor: Any, unit: UnitRow, *more: Any) -> Any:
        if unit.id == known.id:
            raise Conflict("application_ended")
        return entered(session, trail, actor, unit, *more)

    monkeypatch.setattr(approval, "_change", refusing)
    clock.set(datetime(2026, 6, 30, 15, 0, tzinfo=UTC))
    assert applied(database, clock) == 1
    assert row(database, other.id).record.officer_name == "見本 新任"
    monkeypatch.undo()
    assert applied(database, clock) == 1
    assert row(database, known.id).record.officer_name == "見本 新任"
