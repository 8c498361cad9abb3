"""Corrections through the office: who asks, who reads, who answers, and what the seeker is told (seed 004 S-Q3)."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from portal.domain.actor import Actor, ActorKind
from portal.domain.correction import MOST_OPEN, Part, State
from portal.domain.refusal import Conflict, Forbidden, Invalid, NotFound, Refusal
from portal.services import correction as service
from portal.services.own_log import Event, Wanted, own_log
from portal.store.tables import audit, correction
from tests.build import BuiltSeeker, build_clerk, build_seeker

TEXT = "電話番号が違います。正しいのは 00-0000-0000 です。"


@pytest.fixture
def who(database: Any) -> BuiltSeeker:
    return build_seeker(database, with_account=True, office_code="X1301")


@pytest.fixture
def clerk(database: Any) -> Actor:
    return build_clerk(database, office_code="X1301")


def act(database: Any, what: Any, *arguments: Any) -> Any:
    with database.write() as session:
        return what(session, *arguments)


def ask(database: Any, clock: Any, who: BuiltSeeker, part: str = "identity", text: str = TEXT) -> None:
    act(database, service.ask, clock, who.actor, part, text)
    clock.advance(timedelta(minutes=1))


def own(database: Any, who: BuiltSeeker) -> tuple[service.OwnCorrection, ...]:
    with database.read() as session:
        return service.own(session, who.actor)


def refs(database: Any, clock: Any, clerk: Actor) -> list[str]:
    with database.read() as session:
        return [line.ref for line in service.desk(session, clock, clerk).open]


def test_S_Q3_a_request_changes_nothing_waits_at_the_office_and_its_answer_is_read_on_the_site(
    database: Any, clock: Any, who: BuiltSeeker, clerk: Actor
) -> None:
    ask(database, clock, who)
    (asked,) = own(database, who)
    assert (asked.part, asked.text, asked.state, asked.answer) == (Part.IDENTITY, TEXT, State.OPEN, "")
    (ref,) = refs(database, clock, clerk)
    assert act(database, service.read, clock, clerk, ref).text == TEXT
    act(database, service.answer, clock, clerk, ref, "corrected", "")
    (asked,) = own(database, who)
    assert (asked.state, asked.answered_at) == (State.CORRECTED, clock.now())
    assert refs(database, clock, clerk) == []
    with database.read() as session:
        (line,) = service.desk(session, clock, clerk).settled
        assert (line.ref, line.state) == (ref, State.CORRECTED)
        assert service.count_open(session, clerk) == 0


def test_what_is_not_corrected_comes_back_with_its_reason(
    database: Any, clock: Any, who: BuiltSeeker, clerk: Actor
) -> None:
    ask(database, clock, who)
    (ref,) = refs(database, clock, clerk)
    with pytest.raises(Invalid):
        act(database, service.answer, clock, clerk, ref, "not_corrected", "")
    act(database, service.answer, clock, clerk, ref, "not_corrected", "届のとおりでした。")
    (asked,) = own(database, who)
    assert (asked.state, asked.answer) == (State.NOT_CORRECTED, "届のとおりでした。")
    with pytest.raises(Conflict):
        act(database, service.answer, clock, clerk, ref, "corrected", "")


def test_another_office_another_role_and_an_organisation_find_nothing(
    database: Any, clock: Any, who: BuiltSeeker, clerk: Actor
) -> None:
    ask(database, clock, who)
    (ref,) = refs(database, clock, clerk)
    other = build_clerk(database, office_code="X1302")
    assert refs(database, clock, other) == []
    for what in (service.read, service.answer):
        more = ("corrected", "") if what is service.answer else ()
        for given in (ref, "", "x" * 22, ref + "A"):
            with pytest.raises(NotFound):
                act(database, what, clock, other, given, *more)
    desk = build_clerk(database, office_code="X1301", role="office_desk")
    for stranger in (desk, Actor(ActorKind.MEMBER, role="officer", unit_id=1), who.actor):
        with pytest.raises(Forbidden):
            act(database, service.read, clock, stranger, ref)
    for kind in ActorKind:
        if kind is not ActorKind.SEEKER:
            with pytest.raises(Forbidden):
                act(database, service.ask, clock, Actor(kind, seeker_id=who.id), "data", TEXT)


def test_a_seeker_sees_only_their_own(database: Any, clock: Any, who: BuiltSeeker) -> None:
    ask(database, clock, who)
    other = build_seeker(database, with_account=True, office_code="X1301")
    assert own(database, other) == ()


def test_a_second_click_asks_once_and_there_is_an_end_to_asking(
    database: Any, clock: Any, who: BuiltSeeker, clerk: Actor
) -> None:
    for _ in range(2):
        ask(database, clock, who)
    assert len(own(database, who)) == 1
    for n in range(MOST_OPEN - 1):
        ask(database, clock, who, "data", f"違います{n}。")
    with pytest.raises(Refusal) as refused:
        ask(database, clock, who, "data", "もう一つ。")
    assert refused.value.reason == "corrections_full"
    act(database, service.answer, clock, clerk, refs(database, clock, clerk)[0], "corrected", "")
    ask(database, clock, who, "data", "もう一つ。")
    assert len(own(database, who)) == MOST_OPEN + 1


def test_reading_and_answering_stand_in_the_seekers_record_and_the_audit_holds_no_words(
    database: Any, clock: Any, who: BuiltSeeker, clerk: Actor
) -> None:
    ask(database, clock, who)
    (ref,) = refs(database, clock, clerk)
    act(database, service.read, clock, clerk, ref)
    clock.advance(timedelta(minutes=1))
    act(database, service.answer, clock, clerk, ref, "not_corrected", "届のとおりでした。")
    with database.read() as session:
        entries = own_log(session, clock, who.actor, wanted=Wanted()).entries
        assert [entry.event for entry in entries] == [
            Event.CORRECTION_ANSWERED,
            Event.CORRECTION_READ,
            Event.CORRECTION_ASKED,
        ]
        assert entries[0].answer == "not_corrected"
        facts = "".join(session.scalars(select(audit.c.facts)))
    assert "電話" not in facts
    assert "届" not in facts


def test_words_and_answer_are_sealed_and_bound_to_their_row(
    database: Any, clock: Any, who: BuiltSeeker, clerk: Actor
) -> None:
    ask(database, clock, who)
    ask(database, clock, who, "data", "別の申出。")
    first, _second = refs(database, clock, clerk)
    act(database, service.answer, clock, clerk, first, "not_corrected", "理由の文。")
    with database.read() as session:
        rows = session.execute(select(correction).order_by(correction.c.id)).all()
    assert all("電話".encode() not in row.text_sealed for row in rows)
    assert "理由".encode() not in rows[0].answer_sealed
    with database.write() as session:
        changed = update(correction).where(correction.c.id == rows[1].id)
        session.execute(changed.values(text_sealed=rows[0].text_sealed))
        session.commit()
    with pytest.raises(Exception, match="does not open"):
        own(database, who)


def test_an_answer_is_news_for_thirty_days(database: Any, clock: Any, who: BuiltSeeker, clerk: Actor) -> None:
    ask(database, clock, who)
    (ref,) = refs(database, clock, clerk)
    act(database, service.answer, clock, clerk, ref, "corrected", "")
    for later, news in ((timedelta(0), 1), (service.LATELY, 1), (timedelta(seconds=1), 0)):
        clock.advance(later)
        with database.read() as session:
            assert service.answered_lately(session, clock, who.actor) == news
