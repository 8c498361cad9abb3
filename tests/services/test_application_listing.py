"""Lists of applications at the bureau, their trail, and what the units are told."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from portal.calendar.clock import FixedClock
from portal.domain.actor import Actor
from portal.domain.application import Kind, State, Step
from portal.domain.refusal import Conflict, NotFound
from portal.services import application_case
from portal.services import application_desk as desk
from portal.services.application_view import Filters
from portal.store.database import Database
from portal.store.tables import announcement, audit
from tests.application_forms import MUNICIPAL
from tests.applications import (
    approve,
    build_bureau_clerk,
    case,
    filled_in,
    load_application_tables,
    organisation,
    printed,
    received,
    unit_application,
)
from tests.build import build_member, build_unit


@pytest.fixture(autouse=True)
def tables(database: Database, clock: FixedClock) -> None:
    load_application_tables(database, clock)


@pytest.fixture
def clerk(database: Database) -> Actor:
    return build_bureau_clerk(database)


def act(
    database: Database, clock: FixedClock, clerk: Actor, what: Callable[..., Any], *args: Any, **more: Any
) -> Any:
    with database.write() as session:
        return what(session, clock, clerk, *args, **more)


# Lists


def test_the_list_is_filtered_paged_and_holds_no_drafts(
    database: Database, clock: FixedClock, clerk: Actor
) -> None:
    filled_in(database, clock)
    printed(database, clock)
    first = received(database, clock, clerk)
    second = received(database, clock, clerk, MUNICIPAL)
    third = received(
        database,
        clock,
        clerk,
        organisation(name="架空紹介所", kana="かくうしょうかいじょ", number="24-ム-300003"),
    )
    act(database, clock, clerk, desk.ask_back, third, {"reasons": "見本"})

    def listed(**asked: Any) -> list[str]:
        with database.read() as session:
            return [line.ref for line in desk.listing(session, clerk, Filters(**asked)).lines]

    assert listed() == [third, second, first]
    assert listed(states=(State.RETURNED,)) == [third]
    assert len(listed(states=(State.READY,))) == 1
    assert listed(states=(State.DRAFT,)) == []
    assert listed(kinds=(Kind.CHANGE,)) == []
    assert listed(unit_class=MUNICIPAL and case(database, clock, clerk, second).line.unit_class) == [second]
    assert listed(text="かくう紹介") == []
    assert listed(text="しょうかい") == [third]
    assert listed(text="ﾑ-300003") == [third]
    assert listed(text=case(database, clock, clerk, first).line.case_number) == [first]
    assert listed(text="100%") == []
    today = case(database, clock, clerk, first).line.received_on
    assert listed(received_from=today, received_until=today) == [third, second, first]
    with database.read() as session:
        one = desk.listing(session, clerk, Filters(), most=2)
        assert [line.ref for line in one.lines] == [third, second]
        rest = desk.listing(session, clerk, Filters(), one.after, most=2)
        assert ([line.ref for line in rest.lines], rest.after) == ([first], "")
        counted = desk.counts(session, clerk)
    assert (counted[State.READY], counted[State.RECEIVED], counted[State.RETURNED]) == (1, 2, 1)
    assert State.DRAFT not in counted


def test_the_applications_of_a_unit(database: Database, clock: FixedClock, clerk: Actor) -> None:
    ref = received(database, clock, clerk)
    unit_ref = approve(database, clock, clerk, ref).unit_ref
    with database.read() as session:
        assert [line.ref for line in application_case.of_unit(session, clerk, unit_ref)] == [ref]
        with pytest.raises(NotFound):
            application_case.of_unit(session, build_bureau_clerk(database, "13"), unit_ref)


# Trails


def test_every_act_leaves_one_line_without_a_name(
    database: Database, clock: FixedClock, clerk: Actor
) -> None:
    ref = received(database, clock, clerk)
    act(database, clock, clerk, desk.check, ref, [desk.Finding("papers", "ok", "見本のメモ")])
    act(database, clock, clerk, desk.ask_back, ref, {"reasons": "見本の理由"})
    act(database, clock, clerk, desk.receive, ref)
    with database.write() as session, pytest.raises(Conflict):
        desk.refuse(session, clock, clerk, ref, 1, {"reason": "見本"})
    approve(database, clock, clerk, ref)
    with database.read() as session:
        lines = session.execute(
            select(audit).where(audit.c.actor_kind == "bureau").order_by(audit.c.id)
        ).all()
    assert [(line.kind, line.outcome) for line in lines] == [
        ("application.receive", "done"),
        ("application.check", "done"),
        ("application.ask_back", "done"),
        ("application.receive", "done"),
        ("application.refuse", "refused"),
        ("application.approve", "done"),
    ]
    assert all(line.subject_kind == "application" and line.bureau_code == "24" for line in lines)
    assert not any("見本" in line.facts for line in lines)


def test_the_unit_is_told_what_the_bureau_has_done(
    database: Database, clock: FixedClock, clerk: Actor
) -> None:
    built = build_unit(database, number="24-ユ-300001", bureau_code="24")
    officer = build_member(database, built, role="officer").actor
    steps = {Step.ENDING: {"last_day": "2026-07-31", "reason": "事業の終了"}}
    ref = unit_application(database, clock, officer, clerk, "end", steps)
    act(database, clock, clerk, desk.ask_back, ref, {"reasons": "見本"})
    act(database, clock, clerk, desk.receive, ref)
    approve(database, clock, clerk, ref)
    with database.read() as session:
        told = session.execute(
            select(announcement.c.kind).where(announcement.c.unit_id == built.id).order_by(announcement.c.id)
        ).scalars()
        assert list(told) == [
            "application_received",
            "application_returned",
            "application_received",
            "application_approved",
        ]
