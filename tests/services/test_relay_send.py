"""Sending: to one and to many, what is stored, what it costs, what is refused."""

from datetime import date, timedelta

import pytest

from portal.calendar.clock import FixedClock
from portal.domain.refusal import Forbidden, Invalid, LimitReached, NotFound, SendingClosed, Unreachable
from portal.services import relay
from portal.store.database import Database
from portal.store.tables import send as send_table
from tests.build import (
    build_block,
    build_contractor,
    build_department,
    build_installation,
    build_member,
    build_seeker,
    build_unit,
)
from tests.services.relay_world import audited, counter, rows_of, send, stored, threads

TODAY = date(2026, 6, 15)


def test_one_message_opens_a_thread_costs_one_and_carries_the_letterhead(
    database: Database, clock: FixedClock
) -> None:
    unit = build_unit(database)
    member, seeker = build_member(database, unit), build_seeker(database)

    result = send(database, clock, unit, member, [seeker], text="架空の案内\r\nです。")

    (message,) = stored(database)
    (thread,) = threads(database)
    assert (result.requested, result.sent, result.unreachable, result.elsewhere) == (1, 1, 0, 0)
    assert (result.quota.used, result.quota.left, result.repeated) == (1, 999, False)
    assert message.body == "架空の案内\nです。"
    assert (message.direction, message.day_number, message.jst_day) == ("unit", 1, TODAY)
    assert message.sent_at == clock.now() == result.sent_at
    assert message.letterhead_id == thread.letterhead_id is not None
    assert (thread.unit_id, thread.seeker_id, thread.unread_seeker) == (unit.id, seeker.id, 1)
    assert counter(database, unit, TODAY) == 1
    assert audited(database) == [("done", None)]


def test_the_second_message_carries_no_letterhead_and_the_thread_stays_one(
    database: Database, clock: FixedClock
) -> None:
    unit = build_unit(database)
    member, seeker = build_member(database, unit), build_seeker(database)

    send(database, clock, unit, member, [seeker])
    clock.advance(timedelta(hours=1))
    send(database, clock, unit, member, [seeker])

    first, second = stored(database)
    (thread,) = threads(database)
    assert (first.letterhead_id is None, second.letterhead_id is None) == (False, True)
    assert (thread.unread_seeker, thread.last_at, thread.opened_at) == (2, second.sent_at, first.sent_at)
    assert (first.day_number, second.day_number) == (1, 2)


def test_a_batch_goes_to_all_who_can_be_reached_and_tells_the_rest_as_a_number(
    database: Database, clock: FixedClock
) -> None:
    unit = build_unit(database)
    member = build_member(database, unit)
    people = [build_seeker(database) for _ in range(5)]
    gone = [build_seeker(database, stopped=True), build_seeker(database, range_private=False)]
    blocking = build_seeker(database)
    build_block(database, blocking, unit)

    result = send(database, clock, unit, member, [*people, *gone, blocking, "x" * 43])

    assert (result.requested, result.sent, result.unreachable, result.elsewhere) == (9, 5, 4, 0)
    assert sorted(row.day_number for row in stored(database)) == [1, 2, 3, 4, 5]
    assert {row.seeker_id for row in stored(database)} == {person.id for person in people}
    assert counter(database, unit, TODAY) == 5


def test_a_batch_that_reaches_nobody_is_kept_with_zero_and_costs_nothing(
    database: Database, clock: FixedClock
) -> None:
    unit = build_unit(database)
    member = build_member(database, unit)

    result = send(database, clock, unit, member, [build_seeker(database, stopped=True), "y" * 43])

    assert (result.requested, result.sent, result.unreachable) == (2, 0, 2)
    assert result.quota.used == 0
    assert rows_of(database, send_table) == 1
    assert stored(database) == threads(database) == []


def test_somebody_named_twice_gets_one_message(database: Database, clock: FixedClock) -> None:
    unit = build_unit(database)
    member, seeker = build_member(database, unit), build_seeker(database)

    result = send(database, clock, unit, member, [seeker, seeker])

    assert (result.requested, result.sent) == (1, 1)


def test_a_person_who_cannot_be_reached_costs_nothing_and_leaves_nothing(
    database: Database, clock: FixedClock
) -> None:
    unit = build_unit(database)
    member, seeker = build_member(database, unit), build_seeker(database, stopped=True)

    with pytest.raises(Unreachable):
        send(database, clock, unit, member, [seeker])

    assert rows_of(database, send_table) == 0
    assert stored(database) == threads(database) == []
    assert counter(database, unit, TODAY) == 0
    assert audited(database) == [("refused", "unreachable")]


def test_a_token_of_another_unit_reaches_nobody(database: Database, clock: FixedClock) -> None:
    unit, other = build_unit(database), build_unit(database)
    member, seeker = build_member(database, unit), build_seeker(database)

    with pytest.raises(Unreachable):
        send(database, clock, unit, member, [other.token(seeker)])
    with pytest.raises(Unreachable):
        send(database, clock, unit, member, [unit.token(seeker, "thread")])


def test_P_Q6_the_departments_of_a_unit_share_one_thousand(database: Database, clock: FixedClock) -> None:
    unit = build_unit(database)
    one, two = build_department(database, unit, "第一課"), build_department(database, unit, "第二課")
    first = build_member(database, unit, department_id=one)
    second = build_member(database, unit, department_id=two)
    people = [build_seeker(database) for _ in range(7)]

    send(database, clock, unit, first, people[:4])
    result = send(database, clock, unit, second, people[4:])

    assert (result.quota.limit, result.quota.used, result.quota.left) == (1000, 7, 993)


def test_P_Q7_the_same_company_as_contractor_and_by_itself_has_two_counters(
    database: Database, clock: FixedClock
) -> None:
    own = build_unit(database, corporation_number="9990000000001")
    town = build_unit(database, unit_class="municipal")
    acting = build_contractor(database, town)
    by_itself, for_town = build_member(database, own), build_member(database, town, contractor_id=acting)
    seeker = build_seeker(database)

    send(database, clock, own, by_itself, [seeker])
    result = send(database, clock, town, for_town, [seeker])

    assert (counter(database, own, TODAY), counter(database, town, TODAY)) == (1, 1)
    assert result.quota.used == 1
    assert len(threads(database)) == 2


def test_a_batch_that_does_not_fit_is_refused_whole_and_says_how_many_would(
    database: Database, clock: FixedClock
) -> None:
    unit = build_unit(database, daily_limit=10)
    member = build_member(database, unit)
    people = [build_seeker(database) for _ in range(11)]

    with pytest.raises(LimitReached) as refused:
        send(database, clock, unit, member, people)
    assert (refused.value.limit, refused.value.used, refused.value.asked, refused.value.fits) == (
        10,
        0,
        11,
        10,
    )
    assert stored(database) == threads(database) == []

    send(database, clock, unit, member, people[:10])
    with pytest.raises(LimitReached) as refused:
        send(database, clock, unit, member, people[10:])
    assert (refused.value.used, refused.value.fits) == (10, 0)
    assert (counter(database, unit, TODAY), len(stored(database))) == (10, 10)
    assert rows_of(database, send_table) == 1


def test_unreachable_people_of_a_batch_do_not_count_against_the_limit(
    database: Database, clock: FixedClock
) -> None:
    unit = build_unit(database, daily_limit=3)
    member = build_member(database, unit)
    people = [build_seeker(database) for _ in range(3)]
    gone = [build_seeker(database, stopped=True) for _ in range(4)]

    result = send(database, clock, unit, member, [*gone, *people])

    assert (result.sent, result.unreachable, result.quota.left) == (3, 4, 0)


def test_the_reserve_is_kept_from_first_and_bulk_messages(database: Database, clock: FixedClock) -> None:
    unit = build_unit(database, daily_limit=10, reserve=4)
    member = build_member(database, unit)
    people = [build_seeker(database) for _ in range(7)]

    with pytest.raises(LimitReached) as refused:
        send(database, clock, unit, member, people)
    assert refused.value.fits == 6

    result = send(database, clock, unit, member, people[:6])
    assert (result.quota.left, result.quota.left_for_new) == (4, 0)


def test_a_limit_lowered_to_nothing_sends_nothing(database: Database, clock: FixedClock) -> None:
    unit = build_unit(database, daily_limit=0)
    member, seeker = build_member(database, unit), build_seeker(database)

    with pytest.raises(LimitReached):
        send(database, clock, unit, member, [seeker])
    assert stored(database) == []


def test_more_people_than_a_day_has_messages_are_refused_before_anything_is_looked_at(
    database: Database, clock: FixedClock
) -> None:
    unit = build_unit(database)
    member = build_member(database, unit)

    with pytest.raises(Invalid) as refused:
        send(database, clock, unit, member, [f"{n:043}" for n in range(1001)])
    assert refused.value.errors == {"recipients": ["too_many"]}
    with pytest.raises(Invalid):
        send(database, clock, unit, member, [])


@pytest.mark.parametrize("text", ["", " \n\u3000", "a\0b", "\ud83d", "案" * 2001])
def test_texts_that_cannot_be_taken_are_refused_with_a_code(
    database: Database, clock: FixedClock, text: str
) -> None:
    unit = build_unit(database)
    member, seeker = build_member(database, unit), build_seeker(database)

    with pytest.raises(Invalid) as refused:
        send(database, clock, unit, member, [seeker], text=text)
    assert list(refused.value.errors) == ["text"]
    assert stored(database) == []


@pytest.mark.parametrize("key", ["", "k" * 65, "鍵", "a\nb"])
def test_a_key_is_short_visible_ascii(database: Database, clock: FixedClock, key: str) -> None:
    unit = build_unit(database)
    member, seeker = build_member(database, unit), build_seeker(database)

    with database.write() as session, pytest.raises(Invalid):
        relay.send(session, clock, member.actor, [unit.token(seeker)], "見本", key)


def test_emoji_and_rare_characters_arrive_as_they_were_written(database: Database, clock: FixedClock) -> None:
    unit = build_unit(database)
    member, seeker = build_member(database, unit), build_seeker(database)

    send(database, clock, unit, member, [seeker], text="𠮷野家で👍🏽\tです")

    assert stored(database)[0].body == "𠮷野家で👍🏽\tです"


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"officer": False}, "officer_missing"),
        ({"valid_until": TODAY - timedelta(days=1)}, "validity_ended"),
        ({"valid_from": TODAY + timedelta(days=1)}, "not_yet_valid"),
        ({"suspended_from": TODAY}, "suspended"),
        ({"status": "ended"}, "application_ended"),
    ],
)
def test_a_unit_that_may_not_send_is_told_why(
    database: Database, clock: FixedClock, facts: dict, reason: str
) -> None:
    unit = build_unit(database, **facts)
    member, seeker = build_member(database, unit), build_seeker(database)

    with pytest.raises(SendingClosed) as refused:
        send(database, clock, unit, member, [seeker])
    assert refused.value.reason == reason
    assert stored(database) == []


def test_its_own_standing_is_told_before_and_whatever_the_seeker(
    database: Database, clock: FixedClock
) -> None:
    unit = build_unit(database, officer=False)
    member, seeker = build_member(database, unit), build_seeker(database, stopped=True)

    with pytest.raises(SendingClosed):
        send(database, clock, unit, member, [seeker])


def test_after_a_restore_nothing_is_sent_until_the_operator_reopens(
    database: Database, clock: FixedClock
) -> None:
    build_installation(database, sending_closed=True)
    unit = build_unit(database)
    member, seeker = build_member(database, unit), build_seeker(database)

    with pytest.raises(SendingClosed) as refused:
        send(database, clock, unit, member, [seeker])
    assert refused.value.reason == "sending_closed"


def test_an_ended_membership_sends_nothing_from_that_day(database: Database, clock: FixedClock) -> None:
    unit = build_unit(database)
    ended, seeker = build_member(database, unit, until=TODAY), build_seeker(database)
    last_day = build_member(database, unit, until=TODAY + timedelta(days=1))

    with pytest.raises(Forbidden) as refused:
        send(database, clock, unit, ended, [seeker])
    assert refused.value.reason == "membership_ended"
    assert send(database, clock, unit, last_day, [seeker]).sent == 1


def test_a_contractor_sends_to_the_last_day_of_its_period(database: Database, clock: FixedClock) -> None:
    unit = build_unit(database, unit_class="municipal")
    over = build_contractor(database, unit, until=TODAY - timedelta(days=1))
    today = build_contractor(database, unit, until=TODAY, number="99-ユ-900001")
    seeker = build_seeker(database)

    with pytest.raises(Forbidden) as refused:
        send(database, clock, unit, build_member(database, unit, contractor_id=over), [seeker])
    assert refused.value.reason == "contractor_ended"
    assert send(database, clock, unit, build_member(database, unit, contractor_id=today), [seeker]).sent == 1


def test_a_membership_of_another_unit_is_not_found(database: Database, clock: FixedClock) -> None:
    unit, other = build_unit(database), build_unit(database)
    stranger, seeker = build_member(database, other), build_seeker(database)
    forged = stranger.actor.__class__(**{**vars(stranger.actor), "unit_id": unit.id})

    with pytest.raises(NotFound):
        send(database, clock, unit, forged, [seeker])
    with pytest.raises(Forbidden):
        send(database, clock, unit, seeker.actor, [seeker])
