"""The relay holds a text back, whoever sends it and however: nothing is stored, nothing counted, one line of audit."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from portal.calendar.clock import FixedClock
from portal.domain.message_screening import Declared, TextRefused
from portal.domain.reach import UnitClass
from portal.domain.refusal import Conflict, Unreachable
from portal.services import relay, relay_preview, thread
from portal.services.message_screening import looked
from portal.services.thread import THREAD_TOKEN
from portal.store.database import Database
from portal.store.tables import audit, lawfulness, message, message_mark
from portal.store.tables import send as sends
from tests.build import (
    BuiltMember,
    BuiltSeeker,
    BuiltUnit,
    build_block,
    build_member,
    build_seeker,
    build_unit,
)
from tests.services.relay_world import counter, rows_of, stored
from tests.services.test_relay_same import statements

TODAY = date(2026, 6, 15)
PAID = "面接対策講座のご案内です。受講料は33,000円です。"
FEE = "求職の申込みを受け付ける前にご説明します。受付手数料710円をいただきます。"
GIFT = "入社が決まった方に、当社からお祝い金3万円を差し上げます。"
OUTSIDE = "お電話は00-0000-0000までお願いします。"
REASON = "架空の理由です。受講料は就職先の会社が払います。"


class World:
    """One private unit, one member, one seeker."""

    def __init__(self, database: Database, clock: FixedClock, **values: Any) -> None:
        self.database, self.clock = database, clock
        self.unit: BuiltUnit = build_unit(database, **values)
        self.member: BuiltMember = build_member(database, self.unit)
        self.seeker: BuiltSeeker = build_seeker(database)

    def send(self, text: str, key: str = "key-1", declared: Declared | None = None, **named: Any) -> Any:
        to = named.pop("to", [self.seeker])
        with self.database.write() as session:
            return relay.send(
                session,
                self.clock,
                self.member.actor,
                [self.unit.token(who) for who in to],
                text,
                key,
                declared=declared or Declared(),
            )

    def rows(self, table: Any) -> list[Any]:
        with self.database.read() as session:
            return list(session.execute(select(table).order_by(table.c.id)))


@pytest.fixture
def world(database: Database, clock: FixedClock) -> World:
    return World(database, clock)


def test_P_Q8_an_undeclared_offer_of_a_paid_service_is_neither_stored_nor_counted(world: World) -> None:
    with pytest.raises(TextRefused) as refused:
        world.send(PAID)
    assert [PAID[each.start : each.end] for each in refused.value.findings if each.source == "faq_private_8"]
    assert stored(world.database) == []
    assert counter(world.database, world.unit, TODAY) == 0
    assert rows_of(world.database, message_mark) == rows_of(world.database, sends) == 0
    (line,) = [row for row in world.rows(audit) if row.kind == "relay.send"]
    assert (line.outcome, line.reason) == ("refused", "text_refused")
    assert "paid_service" in line.facts
    assert "講座" not in line.facts


def test_P_Q8_a_declared_explanation_of_the_placement_fee_goes_and_is_marked(world: World) -> None:
    world.send(FEE, declared=Declared(explains_fee=True))
    (mark,) = world.rows(message_mark)
    assert (mark.kind, mark.force, mark.passed) == ("paid_service", "refused", "declared")
    assert rows_of(world.database, lawfulness) == 0
    assert [row.body for row in stored(world.database)] == [FEE]


def test_R7_a_stated_reason_lets_the_text_go_marked_audited_and_sealed(world: World) -> None:
    world.send(PAID, declared=Declared(lawful_because=REASON))
    (mark,) = world.rows(message_mark)
    assert mark.passed == "stated"
    (statement,) = world.rows(lawfulness)
    assert statement.membership_id == world.member.membership_id
    assert REASON.encode() not in bytes(statement.statement_sealed)
    (line,) = [row for row in world.rows(audit) if row.kind == "relay.send"]
    assert line.outcome == "done"
    assert "stated" in line.facts


def test_a_declared_fee_does_not_excuse_gift_money(world: World) -> None:
    with pytest.raises(TextRefused):
        world.send(FEE + GIFT, declared=Declared(explains_fee=True))
    assert stored(world.database) == []


def test_R7_a_way_round_the_portal_goes_with_a_hint(world: World) -> None:
    world.send(OUTSIDE)
    (mark,) = world.rows(message_mark)
    assert (mark.kind, mark.force, mark.passed) == ("leaving", "hint", None)


@pytest.mark.parametrize(
    ("on", "unit_class", "outcome"),
    [
        ((2021, 3, 31), UnitClass.PRIVATE, None),
        ((2021, 4, 1), UnitClass.PRIVATE, "warned"),
        ((2024, 12, 31), UnitClass.PRIVATE, "warned"),
        ((2025, 1, 1), UnitClass.PRIVATE, "refused"),
        ((2026, 6, 15), UnitClass.MUNICIPAL, "warned"),
    ],
)
def test_gift_money_is_judged_by_the_rule_of_the_day(
    on: tuple[int, int, int], unit_class: UnitClass, outcome: str | None
) -> None:
    from portal.domain.message_screening import judge, screen

    judged = judge(screen(GIFT), unit_class, date(*on))
    assert {each.force.value for each in judged} == ({outcome} if outcome else set())


def test_a_text_without_a_finding_adds_no_statement_to_a_send(world: World) -> None:
    world.send("見本の案内です。", "first")
    with statements(world.database) as plain:
        world.send("見本の案内です。", "second")
    with statements(world.database) as marked:
        world.send(OUTSIDE, "third")
    added = [sql for sql in marked if "message_mark" in sql or "lawfulness" in sql]
    assert len(added) == 1
    assert len(marked) == len(plain) + 1
    assert not [sql for sql in plain if "mark" in sql]


def test_the_answer_to_a_refused_text_is_the_same_for_everybody(world: World) -> None:
    blocked = build_seeker(world.database)
    build_block(world.database, blocked, world.unit)
    seen = []
    for number, who in enumerate((world.seeker, blocked)):
        with statements(world.database) as sql, pytest.raises(TextRefused) as refused:
            world.send(PAID, f"key-{number}", to=[who])
        seen.append((list(sql), refused.value.reason, refused.value.facts))
    assert seen[0] == seen[1]
    with pytest.raises(Unreachable):
        world.send(PAID, "key-3", Declared(lawful_because=REASON), to=[blocked])
    assert rows_of(world.database, message_mark) == 0


def test_the_same_key_again_gives_the_first_result_and_no_second_mark(world: World) -> None:
    declared = Declared(lawful_because=REASON)
    world.send(PAID, "same", declared)
    assert world.send(PAID, "same").repeated
    assert rows_of(world.database, message_mark) == 1
    with pytest.raises(Conflict):
        world.send(GIFT, "same")


def test_an_answer_in_a_thread_is_held_back_like_a_first_guidance(world: World) -> None:
    world.send("見本の案内です。")
    token = world.unit.token(world.seeker, THREAD_TOKEN)
    with world.database.write() as session, pytest.raises(TextRefused):
        thread.write(session, world.clock, world.member.actor, token, PAID, "answer-1")
    with world.database.write() as session:
        declared = Declared(lawful_because=REASON)
        thread.write(session, world.clock, world.member.actor, token, PAID, "answer-2", declared=declared)
    assert [row.passed for row in world.rows(message_mark)] == ["stated"]


def test_one_batch_has_one_mark_for_all_its_messages(world: World) -> None:
    to = [world.seeker, build_seeker(world.database), build_seeker(world.database)]
    world.send(OUTSIDE, to=to)
    assert rows_of(world.database, message) == 3
    assert rows_of(world.database, message_mark) == 1


def test_the_preview_refuses_what_the_send_would_refuse(world: World) -> None:
    token = world.unit.token(world.seeker)
    actor = world.member.actor
    with world.database.read() as session, pytest.raises(TextRefused):
        relay_preview.preview(session, world.clock, actor, [token], PAID)
    with world.database.read() as session:
        shown = relay_preview.preview(session, world.clock, actor, [token], OUTSIDE)
        assert [each.kind.value for each in shown.findings] == ["leaving"]
        assert looked(session, world.clock, actor, PAID)
        assert not looked(session, world.clock, actor, "見本の案内です。")


def test_a_public_body_sells_nothing_here_by_our_own_rule(database: Database, clock: FixedClock) -> None:
    town = World(database, clock, unit_class=UnitClass.MUNICIPAL)
    with pytest.raises(TextRefused) as refused:
        town.send(PAID)
    assert {each.source for each in refused.value.findings} == {"no_sale_by_public_body"}
