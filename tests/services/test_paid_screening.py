"""What an asking for consent may say and whom it may go to; what its terms may say (seed 004 P-Q8)."""

from datetime import timedelta
from typing import Any

import pytest

from portal.calendar.clock import FixedClock
from portal.domain.message_screening import TextRefused
from portal.domain.refusal import Invalid, Refusal, Unreachable
from portal.services import block
from portal.store.database import Database
from portal.store.tables import audit, message_mark
from tests.services.paid_world import TODAY, PaidWorld, old_terms
from tests.services.relay_world import counter, rows_of, stored

GIFT = "入社が決まった方に、当社からお祝い金3万円を差し上げます。"
SHAM = "誰でも簡単に月50万円稼げる在宅副業です。先に教材費を払っていただきます。"
OUTSIDE = "お電話は00-0000-0000まで。"


@pytest.fixture
def world(database: Database, clock: FixedClock) -> PaidWorld:
    return PaidWorld(database, clock)


def refused(reason: str) -> Any:
    return pytest.raises(Refusal, check=lambda refusal: refusal.reason == reason)


@pytest.mark.parametrize("field", ["type", "charge", "cancellation", "description"])
@pytest.mark.parametrize("words", [GIFT, SHAM])
def test_an_asking_says_nothing_that_no_message_may_say(world: PaidWorld, field: str, words: str) -> None:
    ref = old_terms(world, **{field: words})
    before = counter(world.database, world.unit, TODAY)
    with pytest.raises(TextRefused):
        world.asks(ref)
    assert world.steps() == []
    assert counter(world.database, world.unit, TODAY) == before
    assert len(stored(world.database, world.unit)) == 2
    with world.database.read() as session:
        (line,) = session.execute(audit.select().where(audit.c.kind == "paid_service.ask"))
    assert (line.outcome, line.reason) == ("refused", "text_refused")


def test_P_Q8_that_it_offers_a_paid_service_is_what_wasold_terms(world: PaidWorld) -> None:
    ref = world.registers(type="面接対策講座（架空）", charge="受講料として", description="有料の講座です。")
    world.received(ref)
    world.asks(ref)
    assert world.steps() == ["asked"]
    assert rows_of(world.database, message_mark) == 0


def test_a_way_outside_in_an_asking_gets_its_hint(world: PaidWorld) -> None:
    world.asks(old_terms(world, cancellation=OUTSIDE))
    with world.database.read() as session:
        (mark,) = session.execute(message_mark.select())
    assert mark.kind == "leaving"


def test_P_Q8_kind_C_is_asked_of_a_新規大学卒業者等_alone_also_where_the_seeker_has_a_wish(
    world: PaidWorld,
) -> None:
    ref = world.ready()
    other = world.another(None)
    world.wishes(other)
    assert world.offer(ref, other).hindrance == "paid_not_graduate"
    with refused("paid_not_graduate"):
        world.asks(ref, other)
    ended = world.another(TODAY - timedelta(days=1))
    with refused("paid_not_graduate"):
        world.asks(ref, ended)
    world.asks(ref, world.another(TODAY))
    assert world.steps() == ["wished", "asked"]


@pytest.mark.parametrize("until", [None, TODAY])
def test_of_whoever_is_out_of_reach_an_asking_tells_nothing(world: PaidWorld, until: Any) -> None:
    ref = world.ready()
    other = world.another(until)
    world.act(block.block, other.actor, [world.ref])
    assert world.offer(ref, other).hindrance == ""
    with pytest.raises(Unreachable):
        world.asks(ref, other)


FIELDS = ["type", "description", "charge", "cancellation"]


@pytest.mark.parametrize("kind", ["placement", "support", "graduate"])
@pytest.mark.parametrize(
    ("words", "code"),
    [
        (GIFT, "offer_in_terms"),
        (SHAM, "offer_in_terms"),
        ("電話は00-0000-0000です。", "contact_in_terms"),
        ("mihon@example.jpへ。", "contact_in_terms"),
        ("https://mihon.example/ をご覧ください。", "contact_in_terms"),
    ],
)
def test_no_kind_of_service_is_saved_with_words_that_no_message_may_have(
    world: PaidWorld, kind: str, words: str, code: str
) -> None:
    everywhere = dict.fromkeys(FIELDS, words)
    with pytest.raises(Invalid, check=lambda wrong: wrong.errors == {name: [code] for name in FIELDS}):
        world.registers(kind, **everywhere)
    ref = world.registers(kind, type="有料の面接対策講座（架空）", charge="受講料1回分")
    for name in FIELDS:
        with pytest.raises(Invalid, check=lambda wrong, name=name: wrong.errors == {name: [code]}):
            world.changes(ref, **{name: words})
    assert len(world.versions(ref)) == 1
