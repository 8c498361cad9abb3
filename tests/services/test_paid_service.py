"""Paid services: what must come before each kind (seed 004 P-Q8), refusals, withdrawals, changed terms."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from portal.calendar.clock import FixedClock
from portal.domain.paid_service import ConsentState, NoticeState
from portal.domain.refusal import (
    Invalid,
    LimitReached,
    NotFound,
    Refusal,
    SendingClosed,
    Unreachable,
)
from portal.services import block, paid_consent, paid_notice
from portal.store import paid_service as store
from portal.store.database import Database
from portal.store.tables import profile, unit
from tests.build import build_bureau_clerk, build_seeker
from tests.services.paid_world import TERMS, TODAY, PaidWorld
from tests.services.relay_world import counter, send, stored

YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)


@pytest.fixture
def world(database: Database, clock: FixedClock) -> PaidWorld:
    return PaidWorld(database, clock)


@pytest.fixture
def grown_up(database: Database, clock: FixedClock) -> PaidWorld:
    """Somebody who is no 新規大学卒業者等."""
    return PaidWorld(database, clock, graduate_until=None)


def refused(reason: str) -> Any:
    return pytest.raises(Refusal, check=lambda refusal: refusal.reason == reason)


# (C) to a 新規大学卒業者等: notice, consent, service


def test_P_Q8_notice_received_then_consent_then_service(world: PaidWorld) -> None:
    ref = world.registers()
    world.received(ref)
    world.asks(ref)
    assert world.decides("consent") is ConsentState.CONSENTED
    world.gives(ref)
    assert world.steps() == ["asked", "consented", "given"]


def test_P_Q8_without_a_notice_nobody_is_asked(world: PaidWorld) -> None:
    ref = world.registers()
    assert world.versions(ref)[0].notice is NoticeState.PREPARED
    with refused("paid_notice_missing"):
        world.asks(ref)
    with refused("paid_no_consent"):
        world.gives(ref)
    assert world.steps() == []
    assert len(stored(world.database, world.unit)) == 2  # the guidance and the answer


def test_P_Q8_a_notice_that_comes_after_does_not_heal_what_was_given_before(world: PaidWorld) -> None:
    ref = world.consented()
    with refused("paid_before_consent"):
        world.gives(ref, YESTERDAY)


def test_P_Q8_a_changed_amount_needs_a_new_notice_and_a_new_consent(world: PaidWorld) -> None:
    ref = world.consented()
    assert world.changes(ref, amount="6,000")
    assert world.offer(ref).state is ConsentState.NONE
    with refused("paid_changed"):
        world.gives(ref)
    with refused("paid_notice_missing"):
        world.asks(ref)
    world.received(ref)
    world.asks(ref)
    with refused("paid_changed"):
        world.gives(ref)
    world.decides("consent")
    world.gives(ref)
    assert [(each.terms.amount, each.state) for each in world.requests()] == [
        (5000, ConsentState.CONSENTED),
        (6000, ConsentState.CONSENTED),
    ]


def test_P_Q8_the_notice_goes_to_the_bureau_of_the_application_and_to_no_other(world: PaidWorld) -> None:
    ref = world.registers()
    elsewhere = build_bureau_clerk(world.database, bureau_code="14")
    number = world.number(ref)
    with pytest.raises(NotFound):
        world.act(paid_notice.receive, elsewhere, number, {})
    with pytest.raises(NotFound):
        world.look(paid_notice.case, elsewhere, number)
    assert world.look(paid_notice.listing, elsewhere).lines == ()
    assert [line.number for line in world.look(paid_notice.listing, world.clerk).lines] == [number]


def test_P_Q8_while_the_bureau_asks_back_nobody_is_asked_and_nobody_consents(world: PaidWorld) -> None:
    ref = world.ready()
    world.asks(ref)
    world.asked_back(ref)
    assert world.versions(ref)[0].told.startswith("金額の内訳")
    with refused("paid_notice_missing"):
        world.decides("consent")
    with refused("paid_notice_missing"):
        world.asks(ref, world.another())
    world.received(ref)
    world.decides("consent")
    world.checked(ref)
    world.gives(ref)


def test_P_Q8_what_was_given_before_the_bureau_asked_back_may_still_be_recorded(world: PaidWorld) -> None:
    ref = world.consented()
    world.clock.advance(timedelta(days=1))
    world.asked_back(ref)
    with refused("paid_notice_missing"):
        world.gives(ref, TOMORROW)
    world.gives(ref, TODAY)


def test_P_Q8_a_day_on_which_the_notice_was_asked_back_stays_closed_when_it_is_received_again(
    world: PaidWorld,
) -> None:
    ref = world.consented()
    world.clock.advance(timedelta(days=1))
    world.asked_back(ref)
    world.clock.advance(timedelta(days=2))
    world.received(ref)
    world.checked(ref)
    for closed in (TOMORROW, TOMORROW + timedelta(days=1)):
        with refused("paid_notice_missing"):
            world.gives(ref, closed)
    world.gives(ref, TODAY)
    world.gives(ref, TODAY + timedelta(days=3))


def test_P_Q8_kind_B_is_never_given_to_a_新規大学卒業者等_whatever_they_wish(world: PaidWorld) -> None:
    ref = world.registers("support")
    world.wishes()
    with refused("paid_graduate"):
        world.gives(ref)
    assert world.page().graduate


def test_P_Q8_protection_ends_with_30_June(database: Database) -> None:
    clock = FixedClock(datetime(2026, 6, 30, 14, 59, 59, tzinfo=UTC))
    world = PaidWorld(database, clock, graduate_until=date(2026, 6, 30))
    ref = world.registers("support")
    world.wishes()
    with refused("paid_graduate"):
        world.gives(ref, date(2026, 6, 30))
    clock.advance(timedelta(seconds=1))
    assert not world.page().graduate
    world.gives(ref, date(2026, 7, 1))
    with refused("paid_graduate"):
        world.gives(ref, date(2026, 6, 30))


# (B) only on the seeker's own wish


def test_P_Q8_other_support_only_when_the_seeker_wishes_it(grown_up: PaidWorld) -> None:
    ref = grown_up.registers("support")
    with refused("paid_no_wish"):
        grown_up.gives(ref)
    grown_up.wishes()
    with refused("paid_no_wish"):
        grown_up.gives(ref, YESTERDAY)
    grown_up.gives(ref)
    assert grown_up.steps() == ["wished", "given"]


def test_a_wish_taken_back_ends_it_for_the_future_alone(grown_up: PaidWorld) -> None:
    ref = grown_up.registers("support")
    grown_up.wishes()
    grown_up.clock.advance(timedelta(days=2))
    grown_up.wishes_no_more()
    grown_up.gives(ref, TOMORROW)
    with refused("paid_no_wish"):
        grown_up.gives(ref, TODAY + timedelta(days=2))
    grown_up.wishes()
    grown_up.gives(ref, TODAY + timedelta(days=2))
    assert grown_up.steps() == ["wished", "wish_ended", "given", "wished", "given"]


def test_wishing_twice_and_ending_twice_are_one_entry_each(grown_up: PaidWorld) -> None:
    for _ in range(2):
        grown_up.wishes()
    for _ in range(2):
        grown_up.wishes_no_more()
    assert grown_up.steps() == ["wished", "wish_ended"]


def test_nobody_is_asked_for_consent_to_kinds_A_and_B(grown_up: PaidWorld) -> None:
    for kind in ("placement", "support"):
        with refused("paid_no_consent_needed"):
            grown_up.asks(grown_up.registers(kind))


def test_the_wish_is_what_the_screening_of_messages_asks_for(grown_up: PaidWorld) -> None:
    unit, seeker = grown_up.unit.id, grown_up.seeker.id
    assert not grown_up.look(store.wished, unit, seeker)
    grown_up.wishes()
    assert grown_up.look(store.wished, unit, seeker)
    grown_up.wishes_no_more()
    assert not grown_up.look(store.wished, unit, seeker)


# Refusing and withdrawing


def test_a_refusal_is_final_for_the_version_and_does_nothing_else(world: PaidWorld) -> None:
    ref = world.ready()
    world.asks(ref)
    assert world.decides("refuse") is ConsentState.REFUSED
    with refused("paid_already_asked"):
        world.asks(ref)
    with refused("paid_already_answered"):
        world.decides("consent")
    with refused("paid_no_consent"):
        world.gives(ref)
    world.accepts()  # 求職受理 goes as before


def test_a_withdrawal_is_for_the_future(world: PaidWorld) -> None:
    ref = world.consented()
    world.clock.advance(timedelta(days=2))
    world.withdraws()
    world.gives(ref, TOMORROW)
    for late in (TODAY + timedelta(days=2), TODAY + timedelta(days=3)):
        world.clock.advance(timedelta(days=2))
        with refused("paid_withdrawn"):
            world.gives(ref, late)
    with refused("paid_already_asked"):
        world.asks(ref)


def test_what_was_not_chosen_is_no_consent(world: PaidWorld) -> None:
    ref = world.ready()
    world.asks(ref)
    for nothing in ("", "1", "yes"):
        with pytest.raises(Invalid):
            world.decides(nothing)
    assert world.steps() == ["asked"]


def test_the_same_answer_twice_is_one_entry(world: PaidWorld) -> None:
    ref = world.consented()
    assert world.decides("consent") is ConsentState.CONSENTED
    world.withdraws()
    world.withdraws()
    assert world.steps() == ["asked", "consented", "withdrawn"]
    assert world.offer(ref).state is ConsentState.WITHDRAWN


def test_after_a_block_a_seeker_cannot_consent_but_refuses_and_withdraws(world: PaidWorld) -> None:
    consented = world.consented()
    asked = world.registers(type="別の見本")
    world.received(asked)
    world.asks(asked)
    world.act(block.block, world.seeker.actor, [world.ref])
    with refused("blocked_by_you"):
        world.decides("consent")
    world.decides("refuse")
    world.act(paid_consent.withdraw, world.seeker.actor, world.requests()[0].ref)
    assert world.offer(consented).state is ConsentState.WITHDRAWN


def test_a_consent_to_terms_that_have_changed_meanwhile_is_none(world: PaidWorld) -> None:
    ref = world.ready()
    world.asks(ref)
    world.changes(ref, cancellation="取り消せません（見本）")
    assert not world.requests()[0].current
    with refused("paid_changed"):
        world.decides("consent")
    world.decides("refuse")


def test_a_service_that_has_ended_is_neither_asked_for_nor_consented_to(world: PaidWorld) -> None:
    ref = world.ready()
    world.asks(ref)
    world.ends(ref)
    with refused("paid_service_ended"):
        world.decides("consent")
    with refused("paid_service_ended"):
        world.asks(ref, world.another())


# (A) with placement


def test_P_Q8_with_placement_it_is_recorded_when_and_how_it_was_explained_before_求職受理(
    world: PaidWorld,
) -> None:
    ref = world.registers("placement", type="求職受付手数料（架空）")
    with pytest.raises(Invalid, check=lambda wrong: wrong.errors == {"paid": ["missing"]}):
        world.accepts()
    world.clock.advance(timedelta(days=1))
    late = {"explained_on": ["after_acceptance"], "way": ["missing"]}
    with pytest.raises(Invalid, check=lambda wrong: wrong.errors == late):
        world.accepts(paid=[ref], explained_on=TOMORROW.isoformat())
    world.accepts(paid=[ref], explained_on=YESTERDAY.isoformat(), way="meeting")
    (told,) = world.own().explained
    assert (told.terms.type, told.on_day, told.way) == ("求職受付手数料（架空）", YESTERDAY, "meeting")
    assert world.page().explanations[0].on_day == YESTERDAY


def test_a_refused_explanation_leaves_no_求職受理(world: PaidWorld) -> None:
    world.registers("placement")
    with pytest.raises(Invalid):
        world.accepts()
    with pytest.raises(Invalid):
        world.accepts(paid=["none", "x"])
    with pytest.raises(Invalid):
        world.accepts(paid=["AAAAAAAAAAAAAAAAAAAAAA"])
    world.accepts(paid=["none"])
    assert world.steps() == []


def test_without_a_service_with_placement_求職受理_asks_nothing(world: PaidWorld) -> None:
    world.registers("support")
    ref = world.registers("placement")
    world.ends(ref)
    world.accepts()


def test_a_service_with_placement_is_recorded_with_求職受理_and_nowhere_else(world: PaidWorld) -> None:
    with refused("paid_with_placement"):
        world.gives(world.registers("placement"))


# Who asks, and how


def test_an_asking_is_a_message_that_counts_and_says_type_amount_and_cancellation(world: PaidWorld) -> None:
    ref = world.ready()
    before = counter(world.database, world.unit, TODAY)
    world.asks(ref)
    assert counter(world.database, world.unit, TODAY) == before + 1
    text = stored(world.database, world.unit)[-1].body
    for words in (TERMS["type"], "5,000円（1回）", TERMS["cancellation"], "影響はありません"):
        assert words in text


def test_a_second_click_asks_once(world: PaidWorld) -> None:
    ref = world.ready()
    first = world.asks(ref, key="same")
    again = world.asks(ref, key="same")
    assert (first.repeated, again.repeated) == (False, True)
    assert world.steps() == ["asked"]


def test_nobody_is_asked_before_having_answered(world: PaidWorld) -> None:
    ref = world.ready()
    silent = build_seeker(world.database, with_account=True)
    world.graduates(silent, date.max)
    send(world.database, world.clock, world.unit, world.officer, [silent])
    with refused("paid_before_answer"):
        world.asks(ref, silent)


@pytest.mark.parametrize("cause", ["blocked", "stopped"])
def test_whoever_cannot_be_reached_is_asked_nothing_with_the_one_neutral_answer(
    world: PaidWorld, cause: str
) -> None:
    ref = world.ready()
    if cause == "blocked":
        world.act(block.block, world.seeker.actor, [world.ref])
    else:
        with world.database.write() as session:
            session.execute(update(profile).values(stopped=True))
            session.commit()
    shown = world.page()
    with pytest.raises(Unreachable):
        world.asks(ref)
    assert world.steps() == []
    assert shown == world.page()


def test_an_asking_over_the_limit_leaves_neither_message_nor_entry(world: PaidWorld) -> None:
    ref = world.ready()
    with world.database.write() as session:
        session.execute(update(unit).values(daily_limit=1))
        session.commit()
    with pytest.raises(LimitReached):
        world.asks(ref)
    assert world.steps() == []


def test_a_suspended_unit_asks_nobody(world: PaidWorld) -> None:
    ref = world.ready()
    with world.database.write() as session:
        session.execute(update(unit).values(suspended_from=TODAY, suspension_reason="other"))
        session.commit()
    with pytest.raises(SendingClosed):
        world.asks(ref)
    assert world.steps() == []


def test_braces_in_the_words_of_a_service_are_no_fields(world: PaidWorld) -> None:
    ref = world.registers(type="見本{記号}")
    world.received(ref)
    world.asks(ref)
    assert "見本｛記号｝" in stored(world.database, world.unit)[-1].body
