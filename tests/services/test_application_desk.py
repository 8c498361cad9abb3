"""Applications at the bureau that holds them: taken in from paper, received, checked, asked back, refused."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from portal.calendar.clock import FixedClock
from portal.domain.actor import Actor, ActorKind
from portal.domain.application import Act, Part, Source, State, Step
from portal.domain.refusal import Conflict, Forbidden, Invalid, NotFound
from portal.services import application as applicant
from portal.services import application_desk as desk
from portal.services import public_id
from portal.services.application_view import Filters
from portal.store.database import Database
from portal.store.tables import unit
from tests.application_forms import MUNICIPAL, PRIVATE
from tests.applications import (
    PUBLIC,
    VALIDITY,
    approve,
    build_bureau_clerk,
    case,
    checked,
    load_application_tables,
    printed,
    received,
    unit_application,
)
from tests.build import build_clerk, build_member, build_unit


@pytest.fixture(autouse=True)
def tables(database: Database, clock: FixedClock) -> None:
    load_application_tables(database, clock)


@pytest.fixture
def clerk(database: Database) -> Actor:
    return build_bureau_clerk(database)


def paper(*steps: Step, source: Any = PRIVATE, **more: Any) -> dict[str, Any]:
    """What a clerk types of a paper."""
    typed: dict[str, Any] = {"kind": "use", "received_on": ""}
    for step in steps or tuple(source):
        typed |= source[step]
    return {**typed, **more}


def take_in(database: Database, clock: FixedClock, clerk: Actor, typed: Any) -> str:
    with database.write() as session:
        return desk.take_in(session, clock, clerk, typed)


def act(
    database: Database, clock: FixedClock, clerk: Actor, what: Callable[..., Any], *args: Any, **more: Any
) -> Any:
    with database.write() as session:
        return what(session, clock, clerk, *args, **more)


# Every act asks the table, and the bureau (R15)

ACTS: dict[Act, Callable[..., Any]] = {
    Act.AMEND: lambda s, c, a, ref, n: desk.amend(s, c, a, ref, "people", PRIVATE[Step.PEOPLE], seen=n),
    Act.RECEIVE: lambda s, c, a, ref, n: desk.receive(s, c, a, ref, seen=n),
    Act.CHECK: lambda s, c, a, ref, n: desk.check(s, c, a, ref, [desk.Finding("papers", "ok")], seen=n),
    Act.ASK_BACK: lambda s, c, a, ref, n: desk.ask_back(s, c, a, ref, {"reasons": "見本"}, seen=n),
    Act.APPROVE: lambda s, c, a, ref, n: desk.approve(s, c, a, ref, n, {**VALIDITY, "open_reason": "見本"}),
    Act.REFUSE: lambda s, c, a, ref, n: desk.refuse(s, c, a, ref, n, {"reason": "見本"}),
    Act.WITHDRAW: lambda s, c, a, ref, n: desk.withdraw(s, c, a, ref, {"reason": "見本"}, seen=n),
}
POSSIBLE = {
    State.READY: {Act.RECEIVE},
    State.RECEIVED: {Act.AMEND, Act.CHECK, Act.ASK_BACK, Act.APPROVE, Act.REFUSE, Act.WITHDRAW},
    State.RETURNED: {Act.AMEND, Act.RECEIVE, Act.CHECK, Act.REFUSE, Act.WITHDRAW},
    State.APPROVED: set[Act](),
    State.REFUSED: set[Act](),
    State.WITHDRAWN: set[Act](),
}
INTO = {
    State.RETURNED: Act.ASK_BACK,
    State.APPROVED: Act.APPROVE,
    State.REFUSED: Act.REFUSE,
    State.WITHDRAWN: Act.WITHDRAW,
}


def brought_to(database: Database, clock: FixedClock, clerk: Actor, state: State) -> str:
    if state is State.READY:
        _, number = printed(database, clock)
        with database.read() as session:
            return desk.find(session, clerk, number)
    ref = received(database, clock, clerk)
    if state in INTO:
        act(database, clock, clerk, ACTS[INTO[state]], ref, case(database, clock, clerk, ref).revision)
    return ref


@pytest.mark.parametrize("state", POSSIBLE)
def test_in_every_state_the_services_allow_what_the_table_allows(
    database: Database, clock: FixedClock, clerk: Actor, state: State
) -> None:
    ref = brought_to(database, clock, clerk, state)
    page = case(database, clock, clerk, ref)
    assert page.line.state is state
    assert page.may == POSSIBLE[state]
    for name in set(ACTS) - POSSIBLE[state]:
        with pytest.raises(Conflict, match="wrong_state"):
            act(database, clock, clerk, ACTS[name], ref, page.revision)
    for name in POSSIBLE[state]:
        with database.write() as session, pytest.raises(Conflict, match="changed_meanwhile"):
            ACTS[name](session, clock, clerk, ref, page.revision - 1)
    assert case(database, clock, clerk, ref) == page


def test_R15_another_bureau_and_everybody_else_find_nothing(
    database: Database, clock: FixedClock, clerk: Actor
) -> None:
    _, number = printed(database, clock)
    ref = received(database, clock, clerk)
    page = case(database, clock, clerk, ref)
    other = build_bureau_clerk(database, "13")
    strangers: list[tuple[Actor, type[Exception]]] = [
        (other, NotFound),
        (Actor(ActorKind.BUREAU, account_id=1, bureau_code="24"), Forbidden),  # a post without a role
        (build_clerk(database), Forbidden),
        (build_member(database, build_unit(database), role="officer").actor, Forbidden),
        (PUBLIC, Forbidden),
        (Actor(ActorKind.OPERATOR), Forbidden),
        (Actor(ActorKind.WORKER), Forbidden),
    ]
    for stranger, refusal in strangers:
        for name, what in ACTS.items():
            with database.write() as session, pytest.raises(refusal):
                what(session, clock, stranger, ref, page.revision)
            assert name
        with database.read() as session:
            with pytest.raises(refusal):
                desk.case(session, clock, stranger, ref)
            with pytest.raises(refusal):
                desk.find(session, stranger, number)
    with database.read() as session:
        assert desk.listing(session, other, Filters()).lines == ()
        assert set(desk.counts(session, other).values()) == {0}
    assert case(database, clock, clerk, ref) == page


def test_a_draft_is_nobodys_business(database: Database, clock: FixedClock, clerk: Actor) -> None:
    key, number = printed(database, clock)
    with database.read() as session:
        ref = desk.find(session, clerk, number)
    with database.write() as session:
        applicant.reopen(session, clock, PUBLIC, key)
    with database.read() as session:
        for look in (
            lambda: desk.find(session, clerk, number),
            lambda: desk.case(session, clock, clerk, ref),
        ):
            with pytest.raises(NotFound):
                look()
    for what in ACTS.values():
        with database.write() as session, pytest.raises(NotFound):
            what(session, clock, clerk, ref, 1)


# From paper


@pytest.mark.parametrize("steps", [PRIVATE, MUNICIPAL])
def test_P_Q2_a_paper_is_taken_in_at_once_and_is_received(
    database: Database, clock: FixedClock, clerk: Actor, steps: Any
) -> None:
    ref = take_in(database, clock, clerk, paper(source=steps, received_on="令和8年6月12日"))
    page = case(database, clock, clerk, ref)
    assert (page.line.state, page.line.source) == (State.RECEIVED, Source.PAPER)
    assert str(page.line.received_on) == "2026-06-12"
    assert page.missing == ()
    assert [event.act for event in page.history] == [Act.TAKE_IN]
    assert page.line.case_number.startswith("R08-24-00001-")
    assert approve(database, clock, clerk, ref).applied


def test_a_paper_may_be_entered_bit_by_bit(database: Database, clock: FixedClock, clerk: Actor) -> None:
    ref = take_in(database, clock, clerk, paper(Step.APPLICANT, Step.ORGANISATION))
    page = case(database, clock, clerk, ref)
    assert [found.step for found in page.missing] == [Step.PEOPLE, Step.PLACES, Step.UNDERTAKINGS]
    with pytest.raises(Conflict, match="content_missing"):
        approve(database, clock, clerk, ref)
    revision = page.revision
    for step in (Step.PEOPLE, Step.PLACES, Step.UNDERTAKINGS):
        revision = act(database, clock, clerk, desk.amend, ref, step, PRIVATE[step], seen=revision)
    assert case(database, clock, clerk, ref).missing == ()
    with pytest.raises(NotFound):
        act(database, clock, clerk, desk.amend, ref, "contractors", {}, seen=revision)


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({}, {"kind"}),
        ({"kind": "other"}, {"kind"}),
        (
            {"kind": "use"},
            {"unit_class", "registration_class"},
        ),
        (
            paper(Step.APPLICANT),
            {"name", "kana", "number", "basis", "address", "representative"},
        ),
        (paper(received_on="2026-06-16"), {"received_on"}),
        (paper(received_on="2025-06-14"), {"received_on"}),
        (
            paper(received_on="6月12日", officer_name="", officer_phone="1"),
            {"received_on", "officer_name", "officer_phone"},
        ),
        ({"kind": "change"}, {"unit"}),
        ({"kind": "change", "unit": "24-ユ-999999"}, {"unit"}),
        ({"kind": "end", "unit": "x" * 22, "last_day": "2026-02-30"}, {"unit", "last_day"}),
    ],
)
def test_everything_wrong_with_a_paper_is_told_at_once(
    database: Database, clock: FixedClock, clerk: Actor, typed: dict[str, str], wrong: set[str]
) -> None:
    with pytest.raises(Invalid) as refused:
        take_in(database, clock, clerk, typed)
    assert set(refused.value.errors) >= wrong
    with database.read() as session:
        assert desk.listing(session, clerk, Filters()).lines == ()


def test_a_paper_is_always_the_own_bureaus(database: Database, clock: FixedClock, clerk: Actor) -> None:
    ref = take_in(database, clock, clerk, paper(bureau_code="13"))
    assert case(database, clock, clerk, ref).line.bureau_code == "24"
    changed = {**PRIVATE[Step.APPLICANT], "bureau_code": "13"}
    with pytest.raises(Conflict, match="bureau_fixed"):
        act(database, clock, clerk, desk.amend, ref, "applicant", changed)


def test_M_Q3_a_change_from_paper_says_itself_what_it_is_about(
    database: Database, clock: FixedClock, clerk: Actor
) -> None:
    town = build_unit(database, unit_class="municipal", number="24201", bureau_code="24")
    typed = {
        "kind": "change",
        "day": "令和8年7月1日",
        "parts": ["contractors"],
        "correctness": "1",
        **MUNICIPAL[Step.CONTRACTORS],
    }
    refs = [
        take_in(database, clock, clerk, {**typed, "unit": name})
        for name in (public_id.shown(town.public_id), "24201", "municipal:24201")
    ]
    for ref in refs:
        page = case(database, clock, clerk, ref)
        assert page.content.parts == {Part.CONTRACTORS}
        assert page.missing == ()
        assert page.line.unit_ref == public_id.shown(town.public_id)


def test_R15_a_unit_of_another_bureau_is_not_found(
    database: Database, clock: FixedClock, clerk: Actor
) -> None:
    other = build_unit(database, number="13-ユ-300001", bureau_code="13")
    for name in (public_id.shown(other.public_id), "13-ユ-300001"):
        with pytest.raises(Invalid) as refused:
            take_in(database, clock, clerk, {"kind": "end", "unit": name})
        assert refused.value.errors["unit"] == ["unknown_unit"]


# Receiving, checking, asking back


def test_the_day_of_receipt_is_that_of_the_first_time(
    database: Database, clock: FixedClock, clerk: Actor
) -> None:
    ref = brought_to(database, clock, clerk, State.READY)
    for typed in ({"received_on": "2026-06-16"}, {"received_on": "2025-06-14"}, {"received_on": "見本"}):
        with pytest.raises(Invalid):
            act(database, clock, clerk, desk.receive, ref, typed)
    act(database, clock, clerk, desk.receive, ref, {"received_on": "令和8年6月10日"})
    act(database, clock, clerk, desk.ask_back, ref, {"reasons": "見本"})
    act(database, clock, clerk, desk.receive, ref, {"received_on": "2026-06-15"})
    assert str(case(database, clock, clerk, ref).line.received_on) == "2026-06-10"


def test_asking_back_needs_a_reason(database: Database, clock: FixedClock, clerk: Actor) -> None:
    ref = received(database, clock, clerk)
    with pytest.raises(Invalid) as refused:
        act(database, clock, clerk, desk.ask_back, ref, {"reasons": ["", " "]})
    assert refused.value.errors == {"reasons": ["missing"]}
    act(database, clock, clerk, desk.ask_back, ref, {"reasons": ["一つ目", "二つ目\n三つ目"]})
    assert case(database, clock, clerk, ref).history[-1].told == "一つ目\n二つ目\n三つ目"


def items(database: Database, clock: FixedClock, clerk: Actor, ref: str) -> set[str]:
    return {line.item for line in case(database, clock, clerk, ref).checks}


def test_the_checklist_is_data_by_procedure_and_class(
    database: Database, clock: FixedClock, clerk: Actor
) -> None:
    private = items(database, clock, clerk, received(database, clock, clerk))
    town_ref = received(database, clock, clerk, MUNICIPAL)
    town = items(database, clock, clerk, town_ref)
    assert {"licence", "branches"} <= private
    assert {"own_placement", "contractor_licence", "placements", "departments"} <= town
    assert not private & {"placements", "contractor_licence", "own_placement"}
    assert {"orders", "officer", "antivirus", "class", "seconds"} <= private & town
    lines = {line.item: line for line in case(database, clock, clerk, town_ref).checks}
    assert lines["contractor_licence"].subject == "24-ユ-300009"
    assert lines["placements"].confidence == "unverified"
    assert all(line.source and line.label_ja and line.label_en for line in lines.values())


def test_a_change_is_checked_for_what_changes(database: Database, clock: FixedClock, clerk: Actor) -> None:
    unit_ref = build_unit(database, number="24-ユ-300001", bureau_code="24")
    steps = {
        Step.CHANGE: {"day": "2026-07-01", "parts": ["people"]},
        Step.PEOPLE: PRIVATE[Step.PEOPLE],
        Step.UNDERTAKINGS: {"correctness": "1"},
    }
    officer = build_member(database, unit_ref, role="officer").actor
    ref = unit_application(database, clock, officer, clerk, "change", steps)
    assert items(database, clock, clerk, ref) == {"papers", "officer", "contact"}


def test_each_item_is_noted_with_result_note_and_time(
    database: Database, clock: FixedClock, clerk: Actor
) -> None:
    ref = received(database, clock, clerk, MUNICIPAL)
    before = case(database, clock, clerk, ref)
    assert before.open_items == len(before.checks)
    act(database, clock, clerk, desk.check, ref, [desk.Finding("papers", "missing", "写しがない")])
    found = {line.item: line for line in case(database, clock, clerk, ref).checks}["papers"]
    assert (found.result, found.note, found.at) == ("missing", "写しがない", clock.now())
    assert found.by.startswith("架空 staff")
    act(database, clock, clerk, desk.check, ref, [desk.Finding("papers", "ok")])
    act(database, clock, clerk, desk.check, ref, [desk.Finding("placements", "not_applicable", "広報のみ")])
    page = case(database, clock, clerk, ref)
    assert page.open_items == before.open_items - 2
    for item, result, note, subject, refusal in (
        ("nothing", "ok", "", "", NotFound),
        ("licence", "ok", "", "", NotFound),  # of the other class
        ("contractor_licence", "ok", "", "", NotFound),
        ("contractor_licence", "ok", "", "24-ユ-000000", NotFound),
        ("papers", "fine", "", "", Invalid),
        ("papers", "ok", "あ" * 501, "", Invalid),
    ):
        with pytest.raises(refusal):
            act(
                database,
                clock,
                clerk,
                desk.check,
                ref,
                [desk.Finding("papers", "missing"), desk.Finding(item, result, note, subject)],
            )
    assert case(database, clock, clerk, ref) == page


def test_ruling_49_three_months_are_noted_and_never_a_gate(
    database: Database, clock: FixedClock, clerk: Actor
) -> None:
    ref = received(database, clock, clerk, MUNICIPAL)
    checked(database, clock, clerk, ref)
    act(database, clock, clerk, desk.check, ref, [desk.Finding("placements", "missing", "実績なし")])
    with pytest.raises(Invalid) as refused:
        approve(database, clock, clerk, ref, open_reason="")
    assert refused.value.errors == {"open_reason": ["missing"]}
    assert approve(database, clock, clerk, ref, open_reason="ほかの項目は満たす").applied


def test_without_open_items_no_reason_is_asked(database: Database, clock: FixedClock, clerk: Actor) -> None:
    ref = received(database, clock, clerk)
    checked(database, clock, clerk, ref)
    assert case(database, clock, clerk, ref).open_items == 0
    approve(database, clock, clerk, ref, open_reason="")


@pytest.mark.parametrize(("what", "state"), [(desk.refuse, State.REFUSED), (desk.withdraw, State.WITHDRAWN)])
def test_a_refusal_and_a_withdrawal_have_a_day_and_a_reason_and_make_no_unit(
    database: Database, clock: FixedClock, clerk: Actor, what: Callable[..., Any], state: State
) -> None:
    ref = received(database, clock, clerk)
    revision = case(database, clock, clerk, ref).revision
    more: tuple[Any, ...] = (revision,) if what is desk.refuse else ()
    with pytest.raises(Invalid):
        act(database, clock, clerk, what, ref, *more, {"reason": ""})
    act(database, clock, clerk, what, ref, *more, {"reason": "届出が確認できません。"})
    page = case(database, clock, clerk, ref)
    assert (page.line.state, page.line.decided_on) == (state, page.line.received_on)
    assert page.decision is not None
    assert page.decision.reason == page.history[-1].told == "届出が確認できません。"
    with database.read() as session:
        assert session.execute(select(unit.c.id)).all() == []
