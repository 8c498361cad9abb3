"""Threads inside a unit: departments and contractors, letterheads, writing and answering, handing over."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select, update

from portal.calendar.clock import FixedClock
from portal.domain.answer import AnswerKind
from portal.domain.letterhead import LineKind
from portal.domain.outcome import Outcome
from portal.domain.refusal import Conflict, Forbidden, LimitReached, NotFound, Refusal, Unreachable
from portal.domain.thread import Belonging, MemberFacts, sees
from portal.services import inbox, outcome, public_id, thread
from portal.services.relay import SendResult
from portal.services.thread import Shown
from portal.store import thread as store
from portal.store.database import Database
from portal.store.tables import account, letterhead, outbox, profile, unit_record
from portal.store.tables import thread as thread_table
from tests.build import (
    KEYRING,
    LONG_AGO,
    BuiltMember,
    BuiltSeeker,
    BuiltUnit,
    build_block,
    build_contractor,
    build_department,
    build_member,
    build_seeker,
    build_unit,
)
from tests.services.relay_world import TEXT, audited, counter, rows_of, send, stored, threads

TODAY = date(2026, 6, 15)


def write(
    database: Database,
    clock: FixedClock,
    unit: BuiltUnit,
    member: BuiltMember,
    seeker: BuiltSeeker,
    key: str = "w",
) -> SendResult:
    with database.write() as session:
        return thread.write(session, clock, member.actor, unit.token(seeker, "thread"), TEXT, key)


def answer(
    database: Database,
    clock: FixedClock,
    unit: BuiltUnit,
    seeker: BuiltSeeker,
    kind: AnswerKind = AnswerKind.USE,
    text: str = "",
    key: str = "a",
) -> inbox.Answered:
    with database.write() as session:
        ref = public_id.shown(unit.public_id)
        return inbox.answer(session, clock, seeker.actor, ref, kind, text, key)


def page(
    database: Database, clock: FixedClock, unit: BuiltUnit, member: BuiltMember, seeker: BuiltSeeker
) -> Any:
    with database.read() as session:
        return thread.thread(session, clock, member.actor, unit.token(seeker, "thread"))


def own_page(database: Database, clock: FixedClock, unit: BuiltUnit, seeker: BuiltSeeker) -> Any:
    with database.read() as session:
        return inbox.thread(session, clock, seeker.actor, public_id.shown(unit.public_id))


# Whose thread it is (R13)


def test_a_thread_belongs_to_the_department_that_opened_it(database: Database, clock: FixedClock) -> None:
    unit = build_unit(database)
    one, two = build_department(database, unit, "第一課"), build_department(database, unit, "第二課")
    first, second = (build_member(database, unit, department_id=d) for d in (one, two))
    officer = build_member(database, unit, role="officer", department_id=two)
    seeker, other = build_seeker(database), build_seeker(database)
    send(database, clock, unit, first, [seeker])

    with pytest.raises(Forbidden) as refused:
        send(database, clock, unit, second, [seeker])
    assert refused.value.reason == "thread_elsewhere"
    batch = send(database, clock, unit, second, [seeker, other])
    assert (batch.sent, batch.unreachable, batch.elsewhere) == (1, 0, 1)
    with pytest.raises(NotFound):
        page(database, clock, unit, second, seeker)
    with pytest.raises(NotFound):
        write(database, clock, unit, second, seeker)
    assert page(database, clock, unit, first, seeker).place == "第一課"
    assert write(database, clock, unit, officer, seeker).sent == 1
    with database.read() as session:
        assert len(thread.threads(session, clock, second.actor).lines) == 1
        assert len(thread.threads(session, clock, officer.actor).lines) == 2
    assert counter(database, unit, TODAY) == 3


def test_what_is_elsewhere_is_not_told_of_somebody_out_of_reach(
    database: Database, clock: FixedClock
) -> None:
    unit = build_unit(database)
    first = build_member(database, unit, department_id=build_department(database, unit))
    second, seeker = build_member(database, unit), build_seeker(database)
    send(database, clock, unit, first, [seeker])
    build_block(database, seeker, unit)

    with pytest.raises(Unreachable):
        send(database, clock, unit, second, [seeker])


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_the_scope_of_the_query_is_the_rule(database: Database, data: st.DataObject) -> None:
    unit = build_unit(database, unit_class="municipal")
    departments = [None, *(build_department(database, unit, f"第{n}課") for n in (1, 2))]
    contractors = [build_contractor(database, unit, number=f"99-ユ-90000{n}") for n in (1, 2)]
    places = [Belonging(department_id=d) for d in departments] + [
        Belonging(contractor_id=c) for c in contractors
    ]
    head_of = insert(letterhead).values(unit_id=unit.id, digest="d" * 64, content="{}", created_at=LONG_AGO)
    with database.write() as session:
        head = session.execute(head_of.returning(letterhead.c.id)).scalar_one()
        session.commit()
    expected = {}
    for belongs in data.draw(st.lists(st.sampled_from(places), min_size=1, max_size=6)):
        with database.write() as session:
            values = {"unit_id": unit.id, "seeker_id": build_seeker(database).id, "letterhead_id": head}
            values |= {"opened_at": LONG_AGO, "last_at": LONG_AGO, **vars(belongs)}
            made = session.execute(insert(thread_table).values(values).returning(thread_table.c.id))
            expected[made.scalar_one()] = belongs
            session.commit()
    member = MemberFacts(data.draw(st.sampled_from(places)), data.draw(st.booleans()))

    with database.read() as session:
        found = session.scalars(select(thread_table.c.id).where(store.visible_to(unit.id, member)))
        assert set(found) == {number for number, belongs in expected.items() if sees(member, belongs)}


def test_another_unit_finds_no_thread(database: Database, clock: FixedClock) -> None:
    unit, other = build_unit(database), build_unit(database)
    member, stranger = build_member(database, unit), build_member(database, other)
    seeker = build_seeker(database)
    send(database, clock, unit, member, [seeker])

    for token in (unit.token(seeker, "thread"), other.token(seeker, "thread"), "x" * 43, ""):
        with database.read() as session, pytest.raises(NotFound):
            thread.thread(session, clock, stranger.actor, token)


# Letterheads


def test_S_Q4_the_letterhead_comes_again_when_the_officer_changed(
    database: Database, clock: FixedClock
) -> None:
    unit = build_unit(database)
    member, seeker = build_member(database, unit), build_seeker(database)
    send(database, clock, unit, member, [seeker])
    send(database, clock, unit, member, [seeker])
    with database.write() as session:
        old = session.execute(select(unit_record)).mappings().one()
        new = {**old, "version": 2, "officer_name": "見本 後任", "officer_contact": "00-0000-0009"}
        del new["id"]
        session.execute(insert(unit_record).values(new))
        session.commit()
    send(database, clock, unit, member, [seeker])
    send(database, clock, unit, member, [seeker])

    assert [row.letterhead_id is not None for row in stored(database)] == [True, False, True, False]
    shown = own_page(database, clock, unit, seeker)
    told = {line.kind: line.value for line in shown.letterhead}
    assert (told[LineKind.OFFICER], told[LineKind.OFFICER_CONTACT]) == ("見本 後任", "00-0000-0009")
    first = {line.kind: line.value for line in shown.entries[0].letterhead}
    assert first[LineKind.OFFICER] == "見本 責任"


def test_R13_the_letterhead_comes_again_when_the_acting_contractor_changed(
    database: Database, clock: FixedClock
) -> None:
    town = build_unit(database, unit_class="municipal", name="架空市")
    acting = build_contractor(database, town, name="架空受託社")
    by_contractor = build_member(database, town, contractor_id=acting)
    officer, seeker = build_member(database, town, role="officer"), build_seeker(database)
    send(database, clock, town, by_contractor, [seeker])
    write(database, clock, town, officer, seeker, key="1")
    write(database, clock, town, by_contractor, seeker, key="2")
    write(database, clock, town, by_contractor, seeker, key="3")

    entries = own_page(database, clock, town, seeker).entries
    contractors = [{line.kind: line.value for line in entry.letterhead} for entry in entries]
    assert [bool(lines) for lines in contractors] == [True, True, True, False]
    assert [lines.get(LineKind.CONTRACTOR) for lines in contractors[:3]] == ["架空受託社", None, "架空受託社"]


# Answers


def test_S_Q2_a_seeker_answers_and_opens_the_outcome(database: Database, clock: FixedClock) -> None:
    unit = build_unit(database)
    member, seeker = build_member(database, unit), build_seeker(database, with_account=True)
    send(database, clock, unit, member, [seeker])
    clock.advance(timedelta(minutes=1))

    told = answer(database, clock, unit, seeker)
    again = answer(database, clock, unit, seeker)

    assert (told.repeated, again.repeated, told.sent_at) == (False, True, again.sent_at)
    assert told.outcome is again.outcome is Outcome.USE_WISHED
    assert [row.direction for row in stored(database)] == ["unit", "seeker"]
    found = page(database, clock, unit, member, seeker)
    assert found.outcome.steps == ((Outcome.USE_WISHED, TODAY),)
    assert found.outcome.next == (Outcome.ACCEPTED, Outcome.ENDED)
    assert found.as_answer
    assert counter(database, unit, TODAY) == 1
    assert audited(database, "thread.answer") == [("done", None)]
    with database.read() as session:
        (line,) = thread.threads(session, clock, member.actor, shown=Shown.UNREAD).lines
        (mine,) = inbox.inbox(session, seeker.actor).lines
    assert (line.answer, line.unread, line.last_by_seeker) == (AnswerKind.USE, True, True)
    assert (mine.answer, mine.unread, mine.last_by_me) == (AnswerKind.USE, 1, True)


def test_the_reserve_is_there_for_answers(database: Database, clock: FixedClock) -> None:
    unit = build_unit(database, daily_limit=3, reserve=2)
    member = build_member(database, unit)
    asking, silent = build_seeker(database, with_account=True), build_seeker(database)
    send(database, clock, unit, member, [asking])
    answer(database, clock, unit, asking, AnswerKind.QUESTION, "何時からですか")

    with pytest.raises(LimitReached):
        send(database, clock, unit, member, [silent])
    assert write(database, clock, unit, member, asking, key="1").quota.left == 1
    assert write(database, clock, unit, member, asking, key="2").quota.left == 0
    with pytest.raises(LimitReached):
        write(database, clock, unit, member, asking, key="3")
    assert counter(database, unit, TODAY) == 3


def test_a_message_to_one_who_never_answered_is_no_answer(database: Database, clock: FixedClock) -> None:
    unit = build_unit(database, daily_limit=3, reserve=2)
    member, seeker = build_member(database, unit), build_seeker(database)
    send(database, clock, unit, member, [seeker])

    with pytest.raises(LimitReached):
        write(database, clock, unit, member, seeker)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"stopped": True}, "stopped"),
        ({"valid_until": TODAY - timedelta(days=1)}, "registration_not_in_force"),
        ({"range_private": False}, "out_of_range"),
        ({"terms_until": TODAY - timedelta(days=1)}, "terms_not_agreed"),
    ],
)
def test_a_seeker_is_told_the_own_reason_why_no_answer_goes(
    database: Database, clock: FixedClock, change: dict[str, Any], reason: str
) -> None:
    unit = build_unit(database)
    member, seeker = build_member(database, unit), build_seeker(database, with_account=True)
    send(database, clock, unit, member, [seeker])
    with database.write() as session:
        session.execute(update(profile).values(**change))
        session.commit()

    with pytest.raises(Refusal) as refused:
        answer(database, clock, unit, seeker)
    assert refused.value.reason == own_page(database, clock, unit, seeker).closed == reason
    assert page(database, clock, unit, member, seeker).closed == "unreachable"
    assert len(stored(database)) == 1


def test_only_the_own_threads_are_found_by_a_seeker(database: Database, clock: FixedClock) -> None:
    unit, other = build_unit(database), build_unit(database)
    member, seeker = build_member(database, unit), build_seeker(database, with_account=True)
    stranger = build_seeker(database, with_account=True)
    send(database, clock, unit, member, [seeker])

    for who, whom in ((stranger, unit), (seeker, other)):
        with pytest.raises(NotFound):
            own_page(database, clock, whom, who)
        with pytest.raises(NotFound):
            answer(database, clock, whom, who)


def test_reading_leaves_no_trace_for_the_other_side(database: Database, clock: FixedClock) -> None:
    unit = build_unit(database)
    member, seeker = build_member(database, unit), build_seeker(database, with_account=True)
    send(database, clock, unit, member, [seeker])
    before = page(database, clock, unit, member, seeker)
    with database.write() as session:
        inbox.mark_read(session, clock, seeker.actor, public_id.shown(unit.public_id))
    assert threads(database)[0].unread_seeker == 0
    assert page(database, clock, unit, member, seeker) == before

    answer(database, clock, unit, seeker)
    with database.write() as session:
        thread.mark_read(session, clock, member.actor, unit.token(seeker, "thread"))
    assert threads(database)[0].unread_unit == 0
    assert audited(database, "thread.read") == audited(database, "inbox.read") == []


# Handing over


def test_R13_a_hand_over_is_explicit_audited_and_seen_by_the_seeker(
    database: Database, clock: FixedClock
) -> None:
    unit = build_unit(database)
    one, two = build_department(database, unit, "第一課"), build_department(database, unit, "第二課")
    first, second = (build_member(database, unit, department_id=d) for d in (one, two))
    contact, seeker = build_member(database, unit, role="contact"), build_seeker(database)
    send(database, clock, unit, first, [seeker])
    clock.advance(timedelta(minutes=5))
    token = unit.token(seeker, "thread")

    def give(who: BuiltMember, ref: str) -> None:
        with database.write() as session:
            thread.hand_over(session, clock, who.actor, token, ref)

    with database.read() as session:
        places = {place.name: place.ref for place in thread.places(session, clock, contact.actor)}
        with pytest.raises(Forbidden):
            thread.places(session, clock, first.actor)
    assert list(places) == ["", "第一課", "第二課"]
    with pytest.raises(Forbidden):
        give(first, places["第二課"])
    with pytest.raises(NotFound):
        give(contact, "department-9")
    with pytest.raises(Conflict):
        give(contact, places["第一課"])
    give(contact, places["第二課"])

    with pytest.raises(NotFound):
        page(database, clock, unit, first, seeker)
    clock.advance(timedelta(minutes=5))
    assert write(database, clock, unit, second, seeker).sent == 1
    entries = own_page(database, clock, unit, seeker).entries
    # The seeker reads that it changed hands, and no word of the unit's own making.
    assert [(entry.by, entry.text) for entry in entries[:2]] == [("unit", TEXT), ("hand_over", "")]
    theirs = page(database, clock, unit, second, seeker).entries
    assert [(entry.by, entry.text) for entry in theirs[:2]] == [("unit", TEXT), ("hand_over", "第二課")]
    assert audited(database, "thread.hand_over")[-1] == ("done", None)


# Outcomes


def test_outcomes_are_recorded_step_by_step_with_the_day_they_happened(
    database: Database, clock: FixedClock
) -> None:
    unit = build_unit(database)
    member, seeker = build_member(database, unit), build_seeker(database, with_account=True)
    send(database, clock, unit, member, [seeker])
    token = unit.token(seeker, "thread")

    def record(what: str, day: str) -> thread.OutcomeView:
        with database.write() as session:
            typed = {"outcome": what, "happened_on": day}
            return outcome.record(session, clock, member.actor, token, typed)

    with pytest.raises(Refusal, match="outcome_not_next"):
        record("accepted", "2026-06-15")
    answer(database, clock, unit, seeker)
    clock.advance(timedelta(days=3))
    assert record("accepted", "2026-06-16").outcome is Outcome.ACCEPTED
    with pytest.raises(Refusal, match="outcome_before_previous"):
        record("referred", "2026-06-15")
    with pytest.raises(Refusal, match="outcome_in_future"):
        record("referred", "2026-06-19")
    build_block(database, seeker, unit)
    last = record("referred", "2026-06-18")
    assert [step[0] for step in last.steps] == [Outcome.USE_WISHED, Outcome.ACCEPTED, Outcome.REFERRED]


# Notices


def test_one_waiting_notice_for_each_person_who_wants_notices(database: Database, clock: FixedClock) -> None:
    unit = build_unit(database)
    member = build_member(database, unit)
    people = [build_seeker(database, with_account=True) for _ in range(4)]
    wanting, closed, without_mail, not_wanting = people
    for seeker in (wanting, closed, without_mail):
        values: dict[str, Any] = {"mail_notice": True}
        if seeker is not without_mail:
            values["mail_sealed"] = KEYRING.seal("account.mail", seeker.account_id or 0, "a@seeker.example")
        if seeker is closed:
            values["closed_at"] = LONG_AGO
        with database.write() as session:
            session.execute(update(account).where(account.c.id == seeker.account_id).values(values))
            session.commit()

    send(database, clock, unit, member, people)
    send(database, clock, unit, member, people)
    with database.read() as session:
        (row,) = session.execute(select(outbox)).all()
    assert (row.account_id, row.kind, row.state, row.due_at) == (
        wanting.account_id,
        "message_notice",
        "waiting",
        clock.now(),
    )

    with database.write() as session:
        session.execute(update(outbox).values(state="sent", claimed_at=LONG_AGO, settled_at=LONG_AGO))
        session.commit()
    send(database, clock, unit, member, people)
    assert rows_of(database, outbox) == 2
    assert not_wanting.account_id is not None


def test_the_list_goes_on_from_page_to_page_without_gap_or_repetition(
    database: Database, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(thread, "PAGE", 3)
    unit, other = build_unit(database), build_unit(database)
    member = build_member(database, unit)
    seekers = [build_seeker(database) for _ in range(8)]
    for seeker in seekers:
        clock.advance(timedelta(seconds=1))
        send(database, clock, unit, member, [seeker])
    seen, after = [], ""
    with database.read() as session:
        while True:
            found = thread.threads(session, clock, member.actor, after=after)
            seen += [line.token for line in found.lines]
            after = found.after
            if not after:
                break
        assert seen == [unit.token(seeker, "thread") for seeker in reversed(seekers)]
        top = thread.threads(session, clock, member.actor, after="x" * 43)
        assert [line.token for line in top.lines] == seen[:3]
    assert other.id != unit.id
