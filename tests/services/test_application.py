"""Applications as their applicants write them: step by step, by key or as officer, printed, opened again, deleted."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from portal.calendar.clock import FixedClock
from portal.domain.actor import Actor, ActorKind
from portal.domain.application import DRAFT_DAYS, READY_DAYS, Act, Party, State, Step
from portal.domain.refusal import Conflict, Forbidden, Invalid, NotFound
from portal.services import application as service
from portal.services import application_desk as desk
from portal.services.application_view import ApplicationView
from portal.store.database import Database
from portal.store.tables import application, application_event, audit
from tests.application_forms import MUNICIPAL, PRIVATE
from tests.applications import (
    PUBLIC,
    VALIDITY,
    approve,
    build_bureau_clerk,
    case,
    filled_in,
    load_application_tables,
    organisation,
    printed,
    received,
)
from tests.build import BuiltUnit, build_member, build_unit

WORKER = Actor(ActorKind.WORKER)


@pytest.fixture(autouse=True)
def tables(database: Database, clock: FixedClock) -> None:
    load_application_tables(database, clock)


def own(database: Database, clock: FixedClock, key: str, actor: Actor = PUBLIC) -> ApplicationView:
    with database.read() as session:
        return service.own(session, clock, actor, key)


def save(
    database: Database,
    clock: FixedClock,
    key: str,
    step: str,
    typed: Any,
    *,
    actor: Actor = PUBLIC,
    **more: Any,
) -> ApplicationView:
    with database.write() as session:
        return service.save_step(session, clock, actor, key, step, typed, **more)


def do(database: Database, clock: FixedClock, what: Callable[..., Any], key: str, **more: Any) -> Any:
    actor = more.pop("actor", PUBLIC)
    with database.write() as session:
        return what(session, clock, actor, key, **more)


# Step by step


def test_P_Q2_an_application_is_filled_in_step_by_step_and_says_what_is_missing(
    database: Database, clock: FixedClock
) -> None:
    with database.write() as session:
        key = service.start(session, clock, PUBLIC, PRIVATE[Step.APPLICANT]).key
    view = own(database, clock, key)
    assert view.line.state is State.DRAFT
    assert view.line.case_number == ""
    assert [found.step for found in view.missing] == list(view.steps[1:])
    for step in view.steps[1:]:
        view = save(database, clock, key, step, PRIVATE[step])
        assert step not in {found.step for found in view.missing}
    assert view.missing == ()
    assert view.line.name == "株式会社架空人材"
    assert view.typed[Step.ORGANISATION]["number"] == "24-ユ-300001"
    assert view.may == {Act.SAVE, Act.FINISH, Act.DISCARD}


def test_what_is_wrong_is_told_by_field_and_nothing_is_kept(database: Database, clock: FixedClock) -> None:
    key = filled_in(database, clock, {Step.APPLICANT: PRIVATE[Step.APPLICANT]})
    with pytest.raises(Invalid) as refused:
        save(database, clock, key, "organisation", {"name": "架空"})
    assert "kana" in refused.value.errors
    assert own(database, clock, key).content.organisation is None


@pytest.mark.parametrize("step", ["contractors", "change", "ending", "nothing", ""])
def test_a_step_this_application_does_not_have_is_not_found(
    database: Database, clock: FixedClock, step: str
) -> None:
    key = filled_in(database, clock, {Step.APPLICANT: PRIVATE[Step.APPLICANT]})
    with pytest.raises(NotFound):
        save(database, clock, key, step, {})


def test_of_two_tabs_the_one_that_is_older_is_told(database: Database, clock: FixedClock) -> None:
    key = filled_in(database, clock, {Step.APPLICANT: PRIVATE[Step.APPLICANT]})
    seen = own(database, clock, key).revision
    save(database, clock, key, "people", PRIVATE[Step.PEOPLE], seen=seen)
    with pytest.raises(Conflict, match="changed_meanwhile"):
        save(database, clock, key, "organisation", PRIVATE[Step.ORGANISATION], seen=seen)
    for what, told in (
        (service.finish, "changed_meanwhile"),
        (service.discard, "changed_meanwhile"),
        (service.reopen, "wrong_state"),
    ):
        with pytest.raises(Conflict, match=told):
            do(database, clock, what, key, seen=seen)
    assert own(database, clock, key).content.organisation is None


@pytest.mark.parametrize("key", ["", "x", "A" * 22, "ｘ", "'", "0" * 4000])
def test_nobody_finds_anything_without_the_key(database: Database, clock: FixedClock, key: str) -> None:
    filled_in(database, clock)
    with pytest.raises(NotFound):
        own(database, clock, key)


def test_neither_the_key_nor_what_was_written_stands_in_the_database_in_clear(
    database: Database, clock: FixedClock
) -> None:
    key = filled_in(database, clock)
    with database.read() as session:
        row = session.execute(select(application)).mappings().one()
        told = session.execute(select(audit.c.facts)).scalars().all()
    kept = " ".join(repr(value) for value in row.values())
    for secret in (key, "見本", "00-0000-0000", "renraku", "一番地", "代表"):
        assert secret not in kept
    assert "架空" not in " ".join(told)


# Printed


def test_printing_needs_everything_freezes_and_numbers(database: Database, clock: FixedClock) -> None:
    left = {step: typed for step, typed in PRIVATE.items() if step is not Step.UNDERTAKINGS}
    key = filled_in(database, clock, left)
    with pytest.raises(Conflict, match="content_missing"):
        do(database, clock, service.finish, key)
    save(database, clock, key, "undertakings", PRIVATE[Step.UNDERTAKINGS])
    view = do(database, clock, service.finish, key)
    assert view.line.state is State.READY
    assert view.line.case_number.startswith("R08-24-00001-")
    assert view.may == {Act.REOPEN, Act.DISCARD}
    with pytest.raises(Conflict, match="wrong_state"):
        save(database, clock, key, "people", PRIVATE[Step.PEOPLE])
    with pytest.raises(Conflict, match="wrong_state"):
        do(database, clock, service.finish, key)


def test_an_application_that_is_opened_again_keeps_its_number(database: Database, clock: FixedClock) -> None:
    key, number = printed(database, clock)
    assert do(database, clock, service.reopen, key).line.state is State.DRAFT
    save(database, clock, key, "people", {**PRIVATE[Step.PEOPLE], "officer_name": "見本 交代"})
    assert do(database, clock, service.finish, key).line.case_number == number


def test_one_that_moves_to_another_bureau_gets_a_number_there(database: Database, clock: FixedClock) -> None:
    key, number = printed(database, clock)
    do(database, clock, service.reopen, key)
    save(database, clock, key, "applicant", {**PRIVATE[Step.APPLICANT], "bureau_code": "13"})
    moved = do(database, clock, service.finish, key).line.case_number
    assert moved.startswith("R08-13-00001-")
    with database.read() as session:
        with pytest.raises(NotFound):
            desk.find(session, build_bureau_clerk(database), number)
        assert desk.find(session, build_bureau_clerk(database, "13"), moved)


def test_numbers_count_on_by_bureau_and_begin_anew_in_april(database: Database, clock: FixedClock) -> None:
    other = {**PRIVATE, Step.APPLICANT: {**PRIVATE[Step.APPLICANT], "bureau_code": "13"}}
    numbers = [printed(database, clock, steps)[1] for steps in (PRIVATE, other, PRIVATE)]
    clock.set(datetime(2027, 3, 31, 15, 0, tzinfo=UTC))  # 1 April in Japan
    numbers.append(printed(database, clock)[1])
    assert [number[:12] for number in numbers] == [
        "R08-24-00001",
        "R08-13-00001",
        "R08-24-00002",
        "R09-24-00001",
    ]


def test_the_applicant_reads_state_and_history_in_the_words_of_the_bureau(
    database: Database, clock: FixedClock
) -> None:
    clerk = build_bureau_clerk(database)
    key, number = printed(database, clock)
    with database.read() as session:
        ref = desk.find(session, clerk, number)
    with database.write() as session:
        desk.receive(session, clock, clerk, ref)
    with database.write() as session:
        desk.ask_back(
            session, clock, clerk, ref, {"reasons": "許可証の写しがありません。\n電話番号が違います。"}
        )
    view = own(database, clock, key)
    assert [(event.act, event.party, event.state) for event in view.history] == [
        (Act.START, Party.APPLICANT, State.DRAFT),
        (Act.FINISH, Party.APPLICANT, State.READY),
        (Act.RECEIVE, Party.BUREAU, State.RECEIVED),
        (Act.ASK_BACK, Party.BUREAU, State.RETURNED),
    ]
    assert view.history[-1].told == "許可証の写しがありません。\n電話番号が違います。"
    assert {event.by for event in view.history} == {""}  # which clerk it was, only the bureau reads
    assert [bool(event.by) for event in case(database, clock, clerk, ref).history] == [
        False,
        False,
        True,
        True,
    ]
    assert view.line.received_on is not None
    assert view.deleted_on is None


def test_what_the_bureau_notes_for_itself_is_not_the_applicants(
    database: Database, clock: FixedClock
) -> None:
    clerk = build_bureau_clerk(database)
    key, number = printed(database, clock)
    with database.read() as session:
        ref = desk.find(session, clerk, number)
    with database.write() as session:
        desk.receive(session, clock, clerk, ref)
    approve(database, clock, clerk, ref, reason="承認します。", open_reason="内部のメモ")
    view = own(database, clock, key)
    assert view.decision is not None
    assert view.decision.reason == "承認します。"
    assert "内部のメモ" not in repr(view)
    assert "内部のメモ" in repr(case(database, clock, clerk, ref))


# Asked back


def test_a_correction_is_told_and_changes_nothing_by_itself(database: Database, clock: FixedClock) -> None:
    clerk = build_bureau_clerk(database)
    key, number = printed(database, clock)
    with database.read() as session:
        ref = desk.find(session, clerk, number)
    with database.write() as session:
        desk.receive(session, clock, clerk, ref)
    with database.write() as session:
        desk.ask_back(session, clock, clerk, ref, {"reasons": "見本"})
    with pytest.raises(Conflict, match="bureau_fixed"):
        save(database, clock, key, "applicant", {**PRIVATE[Step.APPLICANT], "bureau_code": "13"})
    save(database, clock, key, "people", {**PRIVATE[Step.PEOPLE], "officer_name": "見本 訂正"})
    assert not case(database, clock, clerk, ref).line.corrected
    view = do(database, clock, service.finish, key)
    assert (view.line.state, view.line.corrected) == (State.RETURNED, True)
    with pytest.raises(Conflict, match="wrong_state"):
        approve(database, clock, clerk, ref)
    # Written on after all: it is not complete any more.
    assert not save(database, clock, key, "people", PRIVATE[Step.PEOPLE]).line.corrected
    do(database, clock, service.finish, key)
    with database.write() as session:
        desk.receive(session, clock, clerk, ref)
    page = case(database, clock, clerk, ref)
    assert (page.line.state, page.line.corrected) == (State.RECEIVED, False)
    with pytest.raises(Conflict, match="wrong_state"):
        save(database, clock, key, "people", PRIVATE[Step.PEOPLE])


# Of a unit


@pytest.fixture
def unit(database: Database) -> BuiltUnit:
    return build_unit(database, number="24-ユ-300001", bureau_code="24")


@pytest.mark.parametrize("kind", ["change", "renewal", "end"])
@pytest.mark.parametrize("role", ["officer", "contact", "member"])
def test_P_Q11_officer_and_contact_apply_for_their_unit_and_nobody_else(
    database: Database, clock: FixedClock, unit: BuiltUnit, role: str, kind: str
) -> None:
    member = build_member(database, unit, role=role).actor
    with database.write() as session:
        if role == "member":
            with pytest.raises(Forbidden):
                service.start_for_unit(session, clock, member, kind)
            return
        ref = service.start_for_unit(session, clock, member, kind)
    assert own(database, clock, ref, member).line.unit_number == "24-ユ-300001"
    with pytest.raises(NotFound):
        own(database, clock, ref)
    stranger = build_member(database, build_unit(database), role="officer").actor
    with pytest.raises(NotFound):
        own(database, clock, ref, stranger)
    plain = build_member(database, unit).actor
    with pytest.raises(NotFound):
        own(database, clock, ref, plain)
    with database.read() as session:
        assert [line.ref for line in service.of_unit(session, clock, member)] == [ref]
        assert service.of_unit(session, clock, stranger) == ()
        # How its applications stand everybody of the unit may know; what they say, only those who make them.
        assert [line.ref for line in service.of_unit(session, clock, plain)] == [ref]


@pytest.mark.parametrize("kind", ["use", "", "x"])
def test_a_unit_does_not_apply_for_what_it_has(
    database: Database, clock: FixedClock, unit: BuiltUnit, kind: str
) -> None:
    member = build_member(database, unit, role="officer").actor
    with database.write() as session, pytest.raises(NotFound):
        service.start_for_unit(session, clock, member, kind)


def test_one_of_each_kind_at_a_time(database: Database, clock: FixedClock, unit: BuiltUnit) -> None:
    member = build_member(database, unit, role="officer").actor
    with database.write() as session:
        ref = service.start_for_unit(session, clock, member, "change")
    with database.write() as session, pytest.raises(Conflict, match="application_open"):
        service.start_for_unit(session, clock, member, "change")
    with database.write() as session:
        service.start_for_unit(session, clock, member, "renewal")
    do(database, clock, service.discard, ref, actor=member)
    with database.write() as session:
        service.start_for_unit(session, clock, member, "change")


def test_the_forms_of_a_unit_begin_with_its_record(
    database: Database, clock: FixedClock, unit: BuiltUnit
) -> None:
    member = build_member(database, unit, role="contact").actor
    with database.write() as session:
        ref = service.start_for_unit(session, clock, member, "renewal")
    view = own(database, clock, ref, member)
    assert view.typed[Step.PEOPLE]["officer_name"] == "見本 責任"
    assert view.typed[Step.PEOPLE]["officer_phone"] == "00-0000-0000"
    assert view.typed[Step.ORGANISATION]["number"] == "24-ユ-300001"
    assert [found.step for found in view.missing] == list(view.steps)


def test_what_the_record_does_not_hold_comes_from_the_last_approved_application(
    database: Database, clock: FixedClock
) -> None:
    clerk = build_bureau_clerk(database)
    ref = received(database, clock, clerk, MUNICIPAL)
    done = approve(database, clock, clerk, ref, **VALIDITY)
    assert done.applied
    with database.read() as session:
        unit_id = session.execute(select(application.c.unit_id)).scalar_one()
    member = build_member(database, BuiltUnit(unit_id, b"", b""), role="officer").actor
    with database.write() as session:
        fresh = service.start_for_unit(session, clock, member, "change")
    save(
        database,
        clock,
        fresh,
        "change",
        {"day": "2026-07-01", "parts": ["organisation", "people", "places", "contractors"]},
        actor=member,
    )
    view = own(database, clock, fresh, member)
    approved = case(database, clock, clerk, ref).typed
    for step in (Step.ORGANISATION, Step.PEOPLE, Step.PLACES, Step.CONTRACTORS):
        assert view.typed[step] == approved[step]


def test_R2_another_number_is_another_unit(database: Database, clock: FixedClock, unit: BuiltUnit) -> None:
    member = build_member(database, unit, role="officer").actor
    with database.write() as session:
        ref = service.start_for_unit(session, clock, member, "renewal")
    other = organisation(number="24-ユ-300002")[Step.ORGANISATION]
    with pytest.raises(Invalid) as refused:
        save(database, clock, ref, "organisation", other, actor=member)
    assert refused.value.errors == {"number": ["other_number"]}
    branch = organisation(number="24-ユ-300001-02")[Step.ORGANISATION]
    save(database, clock, ref, "organisation", branch, actor=member)


# Deleted


def test_what_nobody_touches_is_deleted_and_nothing_that_was_received(
    database: Database, clock: FixedClock
) -> None:
    clerk = build_bureau_clerk(database)
    draft = filled_in(database, clock)
    ready, _ = printed(database, clock)
    kept = received(database, clock, clerk)
    view = own(database, clock, draft)
    assert view.deleted_on == view.line.touched_on + timedelta(days=DRAFT_DAYS)

    def cleaned() -> int:
        with database.write() as session:
            return service.forget_old(session, clock, WORKER)

    clock.advance(timedelta(days=DRAFT_DAYS))
    assert cleaned() == 0
    clock.advance(timedelta(seconds=1))
    assert cleaned() == 1
    assert cleaned() == 0
    with pytest.raises(NotFound):
        own(database, clock, draft)
    clock.advance(timedelta(days=READY_DAYS - DRAFT_DAYS))
    assert cleaned() == 1
    with pytest.raises(NotFound):
        own(database, clock, ready)
    clock.advance(timedelta(days=3650))
    assert cleaned() == 0
    assert case(database, clock, clerk, kept).line.state is State.RECEIVED
    with database.read() as session:
        left = set(session.execute(select(application_event.c.application_id)).scalars())
        assert left == set(session.execute(select(application.c.id)).scalars())


def test_a_draft_that_is_written_on_lives_on(database: Database, clock: FixedClock) -> None:
    key = filled_in(database, clock)
    clock.advance(timedelta(days=DRAFT_DAYS - 1))
    save(database, clock, key, "people", PRIVATE[Step.PEOPLE])
    clock.advance(timedelta(days=DRAFT_DAYS - 1))
    with database.write() as session:
        assert service.forget_old(session, clock, WORKER) == 0


def test_an_applicant_throws_away_what_was_not_received(database: Database, clock: FixedClock) -> None:
    key, _ = printed(database, clock)
    do(database, clock, service.discard, key)
    with pytest.raises(NotFound):
        own(database, clock, key)
    clerk = build_bureau_clerk(database)
    key, number = printed(database, clock)
    with database.read() as session:
        ref = desk.find(session, clerk, number)
    with database.write() as session:
        desk.receive(session, clock, clerk, ref)
    with pytest.raises(Conflict, match="wrong_state"):
        do(database, clock, service.discard, key)
