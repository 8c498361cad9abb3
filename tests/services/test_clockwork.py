"""The clock's own acts: due once a month, harmless when run twice."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from portal.calendar.clock import FixedClock
from portal.domain.actor import Actor, ActorKind
from portal.services import clockwork
from portal.store.database import Database
from portal.store.tables import profile
from tests.build import build_seeker

WORKER = Actor(ActorKind.WORKER)


def places(database: Database) -> dict[int, int]:
    with database.write() as session:
        return {
            row.seeker_id: row.shuffle
            for row in session.execute(select(profile.c.seeker_id, profile.c.shuffle))
        }


def test_the_order_of_results_is_redrawn_in_each_month_and_only_once(
    database: Database, clock: FixedClock
) -> None:
    for _ in range(5):
        build_seeker(database)
    drawn = []
    for moment in (datetime(2026, 6, 30, 14, 59, 59, tzinfo=UTC), datetime(2026, 6, 30, 15, 0, tzinfo=UTC)):
        clock.set(moment)
        with database.write() as session:
            assert clockwork.order_is_due(session, clock)
            assert clockwork.redraw_order(session, clock, WORKER) is None
            assert not clockwork.order_is_due(session, clock)
        drawn.append(places(database))
        with database.write() as session:
            clockwork.redraw_order(session, clock, WORKER)
        assert places(database) == drawn[-1]
    june, july = drawn
    assert all(june[number] != july[number] for number in june)


def test_a_long_redraw_goes_on_where_it_ended(database: Database, clock: FixedClock) -> None:
    people = [build_seeker(database).id for _ in range(5)]
    before = places(database)
    with pytest.MonkeyPatch.context() as patch, database.write() as session:
        patch.setattr(clockwork, "_CHUNK", 2)
        done = clockwork.redraw_order(session, clock, WORKER)
        assert done == people[1]
        assert clockwork.order_is_due(session, clock)
        while done is not None:
            done = clockwork.redraw_order(session, clock, WORKER, done)
        assert not clockwork.order_is_due(session, clock)
    assert all(place != before[number] for number, place in places(database).items())
