"""Paid services: who may do what with whose, forms that are out of date, the one page, the trail."""

from datetime import date, timedelta
from typing import Any

import pytest

from portal.calendar.clock import FixedClock
from portal.domain.answer import AnswerKind
from portal.domain.paid_service import Need
from portal.domain.refusal import Conflict, Forbidden, Invalid, NotFound, Refusal
from portal.services import block, paid_consent, paid_notice, paid_service, paid_thread
from portal.store import paid_service as store
from portal.store.database import Database
from tests.build import build_department, build_member, build_unit
from tests.services.paid_world import TERMS, TODAY, PaidWorld
from tests.services.relay_world import audited, send

TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture
def world(database: Database, clock: FixedClock) -> PaidWorld:
    return PaidWorld(database, clock)


def refused(reason: str) -> Any:
    return pytest.raises(Refusal, check=lambda refusal: refusal.reason == reason)


# Whose


@pytest.mark.parametrize("until", [None, date.max])
def test_R3_whether_somebody_out_of_reach_is_a_新規大学卒業者等_is_told_by_no_page_and_no_refusal(
    world: PaidWorld, until: date | None
) -> None:
    ref, reached = world.registers("support"), world.page()
    world.wishes()
    world.act(block.block, world.seeker.actor, [world.ref])
    world.graduates(world.seeker, until)
    found = world.page()
    assert (reached.graduate, found.graduate) == (True, None)
    assert [offer.need for offer in found.offers] == [Need.WISH]
    # A refusal here would tell what the office recorded after the block.
    world.gives(ref)
    assert world.steps() == ["wished", "given"]


def test_municipal_units_register_no_paid_services(database: Database, clock: FixedClock) -> None:
    world = PaidWorld(database, clock, unit_class="municipal")
    for kind in ("placement", "support", "graduate"):
        with pytest.raises(Forbidden, check=lambda refusal: refusal.reason == "paid_municipal"):
            world.registers(kind)
    assert not world.look(paid_service.services, clock, world.officer.actor).may_register
    assert not world.page().may_register
    assert not world.own().may_wish
    with pytest.raises(Forbidden):
        world.wishes()
    world.accepts()


def test_only_officer_and_contact_register(world: PaidWorld) -> None:
    member = build_member(world.database, world.unit)
    with pytest.raises(Forbidden):
        world.act(paid_service.create, member.actor, {"kind": "support"} | TERMS)


def test_R13_a_member_asks_and_records_in_own_threads_alone(world: PaidWorld) -> None:
    ref = world.consented()
    stranger = build_member(
        world.database, world.unit, department_id=build_department(world.database, world.unit)
    )
    typed = {"service": ref, "seen": "1", "happened_on": TODAY.isoformat()}
    for act in (
        lambda: world.act(paid_thread.give, stranger.actor, world.token(), typed),
        lambda: world.act(paid_thread.ask, stranger.actor, world.token(), typed, "k"),
        lambda: world.look(paid_thread.paid_thread, world.clock, stranger.actor, world.token()),
    ):
        with pytest.raises(NotFound):
            act()


def test_a_service_of_another_unit_is_one_that_never_existed(world: PaidWorld) -> None:
    other = PaidWorld(world.database, world.clock)
    ref = other.registers()
    typed = {"service": ref, "seen": "1", "happened_on": TODAY.isoformat()}
    with pytest.raises(NotFound):
        world.act(paid_thread.ask, world.officer.actor, world.token(), typed, "k")
    with pytest.raises(NotFound):
        world.act(paid_thread.give, world.officer.actor, world.token(), typed)
    with pytest.raises(NotFound):
        world.look(paid_service.service, world.clock, world.officer.actor, ref)


def test_an_asking_of_somebody_else_is_one_that_never_existed(world: PaidWorld) -> None:
    ref = world.ready()
    world.asks(ref)
    asking = world.requests()[0].ref
    other = world.another()
    for act in (
        lambda: world.act(paid_consent.answer, other.actor, asking, {"decision": "consent"}),
        lambda: world.act(paid_consent.withdraw, other.actor, asking),
        lambda: world.look(paid_consent.request, other.actor, asking),
    ):
        with pytest.raises(NotFound):
            act()


def test_a_form_opened_before_a_change_is_not_sent(world: PaidWorld) -> None:
    ref = world.ready()
    world.changes(ref, amount="9,999")
    with refused("changed_meanwhile"):
        world.act(paid_thread.ask, world.officer.actor, world.token(), {"service": ref, "seen": "1"}, "k")
    with refused("changed_meanwhile"):
        world.act(paid_service.end, world.officer.actor, ref, {"seen": "1"})


def test_the_same_terms_again_are_no_new_version(world: PaidWorld) -> None:
    ref = world.ready()
    assert not world.changes(ref)
    assert len(world.versions(ref)) == 1


def test_two_services_on_one_day_are_one_entry(world: PaidWorld) -> None:
    ref = world.consented()
    world.gives(ref)
    with refused("paid_already_given"):
        world.gives(ref)


def test_nobody_records_a_service_of_tomorrow(world: PaidWorld) -> None:
    ref = world.consented()
    with refused("paid_in_future"):
        world.gives(ref, TOMORROW)


# One page with everything; the trail


def test_one_page_holds_every_consent_of_every_organisation(world: PaidWorld) -> None:
    world.consented()
    other_unit = build_unit(world.database, name="架空別社")
    officer = build_member(world.database, other_unit, role="officer")
    send(world.database, world.clock, other_unit, officer, [world.seeker])
    other = PaidWorld(world.database, world.clock)
    other.unit, other.officer, other.seeker = other_unit, officer, world.seeker
    other.says(AnswerKind.USE, world.seeker)
    other.wishes()
    found = world.everything()
    assert [(each.unit_name, len(each.requests), each.wished_at is not None) for each in found.units] == [
        ("架空人材紹介 見本社", 1, False),
        ("架空別社", 0, True),
    ]
    rows = world.look(store.for_download, world.seeker.id)
    assert [(row["organisation"], row["step"], row["amount_yen"]) for row in rows] == [
        ("架空人材紹介 見本社", "asked", 5000),
        ("架空人材紹介 見本社", "consented", 5000),
        ("架空別社", "wished", None),
    ]


def test_refusals_are_in_the_trail_too(world: PaidWorld) -> None:
    ref = world.registers()
    with pytest.raises(Refusal):
        world.asks(ref)
    assert audited(world.database, "paid_service.ask") == [("refused", "paid_notice_missing")]


def test_the_bureau_records_in_order_and_the_unit_is_told(world: PaidWorld) -> None:
    ref = world.registers()
    with pytest.raises(Conflict):
        world.checked(ref)
    world.clock.advance(timedelta(days=3))
    world.received(ref, "2026-06-16")
    with pytest.raises(Conflict):
        world.received(ref)
    world.checked(ref)
    case = world.look(paid_notice.case, world.clerk, world.number(ref))
    assert [(event.act.value, event.on_day) for event in case.history] == [
        ("received", date(2026, 6, 16)),
        ("accepted", date(2026, 6, 18)),
    ]


def test_a_paper_does_not_come_tomorrow(world: PaidWorld) -> None:
    with pytest.raises(Invalid):
        world.received(world.registers(), TOMORROW.isoformat())
