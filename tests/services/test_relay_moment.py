"""When a send happens: the Japanese day, midnight, retries, and what the database itself refuses."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, text, update
from sqlalchemy.exc import IntegrityError

from portal.calendar.clock import FixedClock
from portal.calendar.day import day_start
from portal.domain.refusal import Conflict, LimitReached
from portal.services import relay
from portal.store.database import Database
from portal.store.tables import message, profile, quota_use, thread, unit
from portal.store.tables import send as send_table
from tests.build import build_block, build_member, build_seeker, build_unit
from tests.services.relay_world import TEXT, audited, counter, rows_of, send, stored, threads

TODAY, TOMORROW = date(2026, 6, 15), date(2026, 6, 16)
MIDNIGHT = day_start(TOMORROW)
TICK = timedelta(microseconds=1)


class WaitingClock:
    """Tells the first moment once, then the later one: a send that waited for a lock in between."""

    def __init__(self, first: datetime, later: datetime) -> None:
        self._moments = [first]
        self._later = later

    def now(self) -> datetime:
        return self._moments.pop() if self._moments else self._later


def test_the_thousandth_at_the_end_of_the_day_and_the_next_at_midnight_in_japan(
    database: Database, clock: FixedClock
) -> None:
    built = build_unit(database, daily_limit=2)
    member = build_member(database, built)
    people = [build_seeker(database) for _ in range(4)]
    clock.set(MIDNIGHT - TICK)
    send(database, clock, built, member, people[:2])
    with pytest.raises(LimitReached) as refused:
        send(database, clock, built, member, people[2:3])
    assert refused.value.resets_at == MIDNIGHT == datetime(2026, 6, 15, 15, 0, tzinfo=UTC)

    clock.set(MIDNIGHT)
    send(database, clock, built, member, people[2:])

    assert [row.jst_day for row in stored(database)] == [TODAY, TODAY, TOMORROW, TOMORROW]
    assert [row.day_number for row in stored(database)] == [1, 2, 1, 2]
    assert (counter(database, built, TODAY), counter(database, built, TOMORROW)) == (2, 2)


def test_a_send_that_waited_over_midnight_happens_and_counts_on_the_new_day(database: Database) -> None:
    built = build_unit(database)
    member, seeker = build_member(database, built), build_seeker(database)

    result = send(database, WaitingClock(MIDNIGHT - TICK, MIDNIGHT), built, member, [seeker])

    (row,) = stored(database)
    assert (row.sent_at, row.jst_day, result.sent_at) == (MIDNIGHT, TOMORROW, MIDNIGHT)
    assert (counter(database, built, TODAY), counter(database, built, TOMORROW)) == (0, 1)


def test_a_send_that_waited_over_midnight_meets_a_registration_that_has_ended(database: Database) -> None:
    built = build_unit(database)
    member, seeker = build_member(database, built), build_seeker(database, valid_until=TODAY)

    with pytest.raises(relay.Unreachable):
        send(database, WaitingClock(MIDNIGHT - TICK, MIDNIGHT), built, member, [seeker])
    assert stored(database) == []


def test_the_same_key_again_returns_the_first_result_and_changes_nothing(
    database: Database, clock: FixedClock
) -> None:
    built = build_unit(database)
    member = build_member(database, built)
    people = [build_seeker(database), build_seeker(database), build_seeker(database, stopped=True)]
    first = send(database, clock, built, member, people, key="same")
    clock.advance(timedelta(hours=3))

    again = send(database, clock, built, member, people, key="same")
    other_order = send(database, clock, built, member, people[::-1], key="same")

    assert (first.repeated, again.repeated, other_order.repeated) == (False, True, True)
    for result in (again, other_order):
        assert (result.requested, result.sent, result.unreachable) == (3, 2, 1)
        assert (result.sent_at, result.quota.used) == (first.sent_at, 2)
    assert (len(stored(database)), rows_of(database, send_table)) == (2, 1)
    assert [row.unread_seeker for row in threads(database)] == [1, 1]
    assert audited(database) == [("done", None)]


@pytest.mark.parametrize("changed", ["text", "fewer", "more"])
def test_a_key_used_for_something_else_is_never_told_as_sent(
    database: Database, clock: FixedClock, changed: str
) -> None:
    built = build_unit(database)
    member = build_member(database, built)
    people = [build_seeker(database) for _ in range(3)]
    first = send(database, clock, built, member, people[:2], key="same")
    to = {"text": people[:2], "fewer": people[:1], "more": people}[changed]
    text = "別の文" if changed == "text" else TEXT

    with pytest.raises(Conflict) as refused:
        send(database, clock, built, member, to, key="same", text=text)

    assert (refused.value.reason, refused.value.facts) == ("key_taken", {"sent_at": first.sent_at})
    assert [row.body for row in stored(database)] == [TEXT, TEXT]
    assert audited(database) == [("done", None), ("refused", "key_taken")]


def test_a_key_from_before_contents_were_noted_is_taken_as_the_same(
    database: Database, clock: FixedClock
) -> None:
    built = build_unit(database)
    member, seeker = build_member(database, built), build_seeker(database)
    send(database, clock, built, member, [seeker], key="same")
    with database.write() as session:
        session.execute(update(send_table).values(fingerprint=None))
        session.commit()

    assert send(database, clock, built, member, [seeker], key="same", text="別の文").repeated


def test_the_same_key_again_returns_the_first_result_whatever_happened_since(
    database: Database, clock: FixedClock
) -> None:
    built = build_unit(database, daily_limit=1)
    member, seeker = build_member(database, built), build_seeker(database)
    send(database, clock, built, member, [seeker], key="same")
    build_block(database, seeker, built)
    with database.write() as session:
        session.execute(update(unit).values(suspended_from=TODAY, suspension_reason="見本", revision=7))
        session.commit()

    assert send(database, clock, built, member, [seeker], key="same").repeated
    with database.read() as session:
        assert relay.result_of(session, clock, member.actor, "same").sent == 1
        with pytest.raises(relay.NotFound):
            relay.result_of(session, clock, member.actor, "never")


def test_a_key_belongs_to_its_unit(database: Database, clock: FixedClock) -> None:
    one, two = build_unit(database), build_unit(database)
    seeker = build_seeker(database)

    send(database, clock, one, build_member(database, one), [seeker], key="same")
    result = send(database, clock, two, build_member(database, two), [seeker], key="same")

    assert not result.repeated
    assert len(stored(database)) == 2


def test_a_refused_key_may_be_used_again(database: Database, clock: FixedClock) -> None:
    built = build_unit(database)
    member, seeker = build_member(database, built), build_seeker(database, stopped=True)
    with pytest.raises(relay.Unreachable):
        send(database, clock, built, member, [seeker], key="same")
    with database.write() as session:
        session.execute(update(profile).values(stopped=False))
        session.commit()

    assert not send(database, clock, built, member, [seeker], key="same").repeated


def test_a_change_of_the_unit_while_a_send_is_under_way_is_seen_by_it(
    database: Database, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    built = build_unit(database)
    member, seeker = build_member(database, built), build_seeker(database)
    real, seen = relay.relay.store, []

    def store(session, order):
        # The unit's revision has risen since the order was decided, as after a wait for its lock.
        seen.append(order.revision)
        if len(seen) == 1:
            order = order.__class__(**{**vars(order), "revision": order.revision - 1})
        return real(session, order)

    monkeypatch.setattr(relay.relay, "store", store)
    assert send(database, clock, built, member, [seeker]).sent == 1
    assert len(seen) == 2
    assert (counter(database, built, TODAY), len(stored(database))) == (1, 1)


def refused(database: Database, statement: Any) -> bool:
    """Whether a constraint of the database, and nothing of ours, refuses this."""
    with database.write() as session:
        try:
            session.execute(statement)
        except IntegrityError:
            return True
        return False


def test_the_database_itself_refuses_what_must_never_be(database: Database, clock: FixedClock) -> None:
    built = build_unit(database)
    member, seeker = build_member(database, built), build_seeker(database)
    send(database, clock, built, member, [seeker])
    (good,), (talk,) = stored(database), threads(database)
    row = good._asdict() | {"letterhead_id": None}
    del row["id"]
    wrong = {
        "a 1,001st number": {"day_number": 1001},
        "number nought": {"day_number": 0},
        "a number twice": {"day_number": 1},
        "no number": {"day_number": None},
        "another day": {"day_number": 2, "jst_day": TOMORROW},
        "the day in UTC": {"day_number": 2, "sent_at": MIDNIGHT + TICK, "jst_day": TODAY},
    }
    for name, change in wrong.items():
        assert refused(database, insert(message).values(row | change)), name
    assert refused(database, update(quota_use).values(n=1001))
    assert refused(database, update(quota_use).values(n=-1))
    assert refused(database, update(unit).values(daily_limit=1001))
    second = {"unit_id": talk.unit_id, "seeker_id": talk.seeker_id, "letterhead_id": talk.letterhead_id}
    assert refused(
        database, insert(thread).values(second | {"opened_at": row["sent_at"], "last_at": MIDNIGHT})
    )
    assert len(stored(database)) == 1


def test_the_day_of_the_database_is_the_japanese_one_at_both_ends(
    database: Database, clock: FixedClock
) -> None:
    built = build_unit(database)
    member, seeker = build_member(database, built), build_seeker(database)
    send(database, clock, built, member, [seeker])
    row = stored(database)[0]._asdict() | {"letterhead_id": None}
    del row["id"]
    ends = [(day_start(TODAY), 2), (day_start(TODAY) + TICK, 3), (MIDNIGHT - TICK, 4)]
    with database.write() as session:
        for moment, number in ends:
            session.execute(insert(message).values(row | {"sent_at": moment, "day_number": number}))
        session.commit()
    assert [message.jst_day for message in stored(database)] == [TODAY] * 4


def test_the_books_agree_and_a_hand_in_the_database_is_noticed(database: Database, clock: FixedClock) -> None:
    built, other = build_unit(database), build_unit(database)
    people = [build_seeker(database) for _ in range(3)]
    for whose in (built, other):
        member = build_member(database, whose)
        send(database, clock, whose, member, people)
        send(database, clock, whose, member, people[:1])
    with database.read() as session:
        checked = relay.check(session)
    assert (checked.books, checked.messages, checked.wrong) == (2, 8, ())

    with database.write() as session:
        session.execute(text("UPDATE quota_use SET n = 3 WHERE unit_id = :unit"), {"unit": other.id})
        session.commit()
    with database.read() as session:
        (wrong,) = relay.check(session).wrong
    assert (wrong.unit_id, wrong.day, wrong.counter, wrong.messages) == (other.id, TODAY, 3, 4)
