"""Texts with fields: each recipient gets their own letter, by as many statements as one person does."""

from datetime import date

import pytest

from portal.calendar.clock import FixedClock
from portal.domain.refusal import Conflict, Invalid, LimitReached
from portal.services import relay_preview, thread
from portal.services.thread import THREAD_TOKEN
from portal.store import alias
from portal.store.database import Database
from tests.build import BuiltSeeker, BuiltUnit, build_block, build_member, build_seeker, build_unit
from tests.services.relay_world import audited, counter, send, stored
from tests.services.test_relay_same import CAUSES, statements
from tests.services.writing_world import build_chooser, build_choosers

TODAY = date(2026, 6, 15)
TEXT = "{コード} 様\n{希望する職業}のご案内です（{希望する勤務地}、{希望する雇用形態}）。"


def letter(unit: BuiltUnit, who: BuiltSeeker, occupation: str) -> str:
    return (
        f"{alias.code(unit.key, who.alias_key)} 様\noccupation{occupation}のご案内です"
        "（prefecture24、employment_typeregular）。"
    )


def test_everybody_gets_their_own_letter(database: Database, clock: FixedClock) -> None:
    unit = build_unit(database)
    member = build_member(database, unit)
    people = build_choosers(database, "056", "057", "056")

    done = send(database, clock, unit, member, people[::-1], text=TEXT)

    assert (done.requested, done.sent) == (3, 3)
    assert {row.seeker_id: row.body for row in stored(database)} == {
        people[0].id: letter(unit, people[0], "056"),
        people[1].id: letter(unit, people[1], "057"),
        people[2].id: letter(unit, people[2], "056"),
    }
    assert counter(database, unit, TODAY) == 3


def test_one_unit_writes_another_code_than_the_next(database: Database, clock: FixedClock) -> None:
    one, two = build_unit(database), build_unit(database)
    (who,) = build_choosers(database, "056")
    for unit in (one, two):
        send(database, clock, unit, build_member(database, unit), [who], text="{コード}")
    assert [row.body for row in stored(database)] == [alias.code(u.key, who.alias_key) for u in (one, two)]


def test_letters_are_written_by_as_many_statements_as_one(database: Database, clock: FixedClock) -> None:
    unit = build_unit(database)
    member = build_member(database, unit)
    people = build_choosers(database, *(["056", "057"] * 10))
    send(database, clock, unit, member, people[:1], text=TEXT)
    numbers = []
    for some in (people[1:2], people[2:5], people[5:]):
        with statements(database) as seen:
            send(database, clock, unit, member, some, text=TEXT)
        numbers.append(len(seen))
    assert len(set(numbers)) == 1


@pytest.mark.parametrize("companions", [0, 2])
def test_S_Q5_letters_to_those_out_of_reach_need_the_same_statements_whatever_the_cause(
    database: Database, clock: FixedClock, companions: int
) -> None:
    unit = build_unit(database)
    member = build_member(database, unit)
    build_choosers(database)
    send(database, clock, unit, member, [build_chooser(database, "056")], text=TEXT)
    tried = {}
    for cause, made in CAUSES.items():
        people = [build_chooser(database, "056") for _ in range(companions)]
        gone = made(database, unit)
        with statements(database) as seen:
            try:
                told = send(database, clock, unit, member, [*people, gone], text=TEXT).unreachable
            except Exception as refused:
                told = repr(refused)
        tried[cause] = (len(seen), told)
    assert len(set(tried.values())) == 1, tried


def test_those_out_of_reach_get_no_letter(database: Database, clock: FixedClock) -> None:
    unit = build_unit(database)
    member = build_member(database, unit)
    fine, blocked = build_choosers(database, "056", "057")
    build_block(database, blocked, unit)

    done = send(database, clock, unit, member, [fine, blocked], text=TEXT)

    assert (done.sent, done.unreachable) == (1, 1)
    assert [row.body for row in stored(database)] == [letter(unit, fine, "056")]


def test_P_Q6_letters_that_do_not_fit_are_refused_whole(database: Database, clock: FixedClock) -> None:
    unit = build_unit(database, daily_limit=2)
    member = build_member(database, unit)
    people = build_choosers(database, "056", "057", "056")
    with pytest.raises(LimitReached) as refused:
        send(database, clock, unit, member, people, text=TEXT)
    assert (refused.value.fits, stored(database)) == (2, [])


def test_the_same_letters_again_are_the_first_result_and_another_text_is_not(
    database: Database, clock: FixedClock
) -> None:
    unit = build_unit(database)
    member = build_member(database, unit)
    people = build_choosers(database, "056", "057")
    send(database, clock, unit, member, people, text=TEXT, key="same")
    assert send(database, clock, unit, member, people, text=TEXT, key="same").repeated
    with pytest.raises(Conflict):
        send(database, clock, unit, member, people, text=TEXT.replace("{コード}", "皆"), key="same")
    assert len(stored(database)) == 2
    assert audited(database)[-1] == ("refused", "key_taken")


def test_a_profile_without_choices_gets_a_readable_letter(database: Database, clock: FixedClock) -> None:
    unit = build_unit(database)
    send(database, clock, unit, build_member(database, unit), [build_seeker(database)], text=TEXT)
    assert "ご登録の内容のご案内です" in stored(database)[0].body


def test_a_text_with_too_many_fields_is_refused_before_anybody_is_looked_at(
    database: Database, clock: FixedClock
) -> None:
    unit = build_unit(database)
    member, who = build_member(database, unit), build_seeker(database)
    with pytest.raises(Invalid) as refused:
        send(database, clock, unit, member, [who], text="{コード}" * 21)
    assert refused.value.errors == {"text": ["too_many_fields"]}


def test_fields_are_filled_in_inside_a_thread_too(database: Database, clock: FixedClock) -> None:
    unit = build_unit(database)
    member = build_member(database, unit)
    (who,) = build_choosers(database, "056")
    send(database, clock, unit, member, [who])
    with database.write() as session:
        thread.write(session, clock, member.actor, unit.token(who, THREAD_TOKEN), TEXT, "another")
    assert stored(database)[-1].body == letter(unit, who, "056")


def test_the_preview_shows_one_of_the_letters_and_only_of_somebody_within_reach(
    database: Database, clock: FixedClock
) -> None:
    unit = build_unit(database)
    member = build_member(database, unit)
    fine, blocked, other = build_choosers(database, "056", "057", "056")
    build_block(database, blocked, unit)
    with database.read() as session:
        tokens = [unit.token(who) for who in (blocked, fine, other)]
        looked = relay_preview.preview(session, clock, member.actor, tokens, TEXT)
        plain = relay_preview.preview(session, clock, member.actor, tokens, "見本の案内です。")
    first = min((fine, other), key=lambda who: alias.code(unit.key, who.alias_key))
    assert (looked.example, looked.letter) == (
        alias.code(unit.key, first.alias_key),
        letter(unit, first, "056"),
    )
    assert (plain.example, plain.letter) == ("", "見本の案内です。")
