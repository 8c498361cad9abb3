"""Somebody of a contractor with several contract periods: may act within each, and not a second beyond."""

from datetime import UTC, date, datetime, timedelta

import pytest

from portal.calendar.clock import FixedClock
from portal.calendar.day import jst_day
from portal.domain.account import Stage
from portal.domain.actor import Actor, ActorKind
from portal.domain.contract_period import Period
from portal.domain.refusal import Forbidden
from portal.domain.thread import Belonging
from portal.services import bureau_unit, public_id, unit
from portal.store import contractor, directory, thread, web_session
from portal.store import unit as units
from portal.store.database import Database
from tests.build import (
    BuiltMember,
    build_bureau_clerk,
    build_contractor,
    build_member,
    build_seeker,
    build_unit,
)
from tests.services.relay_world import send

NEXT_YEAR = Period(date(2027, 5, 1), date(2028, 3, 31))
FIRST, LAST = date(2026, 1, 1), date(2029, 3, 31)
# Each side of every midnight in Japan at which a period begins or ends; the person belongs to it since the first day.
MOMENTS = [
    (datetime(2026, 3, 31, 14, 59, 59, tzinfo=UTC), False),
    (datetime(2026, 3, 31, 15, 0, 0, tzinfo=UTC), True),
    (datetime(2027, 3, 31, 14, 59, 59, tzinfo=UTC), True),
    (datetime(2027, 3, 31, 15, 0, 0, tzinfo=UTC), False),
    (datetime(2027, 4, 30, 14, 59, 59, tzinfo=UTC), False),
    (datetime(2027, 4, 30, 15, 0, 0, tzinfo=UTC), True),
    (datetime(2028, 3, 31, 14, 59, 59, tzinfo=UTC), True),
    (datetime(2028, 3, 31, 15, 0, 0, tzinfo=UTC), False),
]


class Town:
    """A municipality, and somebody of its contractor, which has this year's and next year's period."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.unit = build_unit(database, unit_class="municipal", valid_from=FIRST, valid_until=LAST)
        self.contractor = build_contractor(database, self.unit)
        self.member: BuiltMember = build_member(database, self.unit, contractor_id=self.contractor)
        with database.write() as session:
            contractor.record(session, self.contractor, NEXT_YEAR)
            session.commit()


@pytest.fixture
def town(database: Database) -> Town:
    return Town(database)


@pytest.mark.parametrize(("moment", "acts"), MOMENTS)
def test_M_Q3_a_contractor_sends_within_each_period_and_not_a_second_beyond(
    town: Town, clock: FixedClock, moment: datetime, acts: bool
) -> None:
    clock.set(moment)
    seeker = build_seeker(town.database, valid_from=FIRST, valid_until=LAST)
    if acts:
        assert send(town.database, clock, town.unit, town.member, [seeker]).sent == 1
        return
    with pytest.raises(Forbidden):
        send(town.database, clock, town.unit, town.member, [seeker])


@pytest.mark.parametrize(("moment", "acts"), MOMENTS)
def test_M_Q3_a_session_acts_for_the_unit_within_each_period_only(
    town: Town, moment: datetime, acts: bool
) -> None:
    begun, key = moment - timedelta(minutes=1), b"h" * 32
    with town.database.write() as session:
        web_session.add(
            session,
            key,
            town.member.account_id,
            Stage.SIGNED_IN,
            begun,
            moment + timedelta(hours=1),
            town.member.membership_id,
        )
        session.commit()
    with town.database.read() as session:
        today = jst_day(moment)
        found = web_session.find(session, key, moment, begun - timedelta(minutes=1), today)
        offered = web_session.choices(session, town.member.account_id, today)
    assert found is not None
    assert (found.unit_id == town.unit.id, bool(offered)) == (acts, acts)


@pytest.mark.parametrize(("moment", "acts"), MOMENTS)
def test_M_Q3_who_hears_of_answers_and_whom_a_seeker_finds_follow_the_periods(
    town: Town, moment: datetime, acts: bool
) -> None:
    today, belongs = jst_day(moment), Belonging(contractor_id=town.contractor)
    seeker = build_seeker(town.database)
    with town.database.read() as session:
        readers = list(session.scalars(thread.readers(town.unit.id, belongs, today)))
        (listed,) = directory.by_id(session, seeker.id, [town.unit.id], today)
    assert readers == ([town.member.account_id] if acts else [])
    assert listed.contractors == (("架空受託社",) if acts else ())


def test_recording_the_next_contract_by_its_number_leaves_the_present_one(
    town: Town, clock: FixedClock
) -> None:
    with town.database.read() as session:
        number = units.by_id(session, town.unit.id).number
    typed = {
        "name": "架空受託社",
        "licence_number": "99-ユ-900000",
        "since": "2028-04-01",
        "until": "令和11年3月31日",
    }
    with town.database.write() as session:
        unit.add_contractor(session, clock, Actor(ActorKind.OPERATOR), f"municipal:{number}", typed)
    with town.database.read() as session:
        recorded = contractor.periods(session, town.unit.id)[town.contractor]
    assert [one.period.since for one in recorded] == [date(2026, 4, 1), date(2027, 5, 1), date(2028, 4, 1)]
    assert all(one.counts == one.period for one in recorded)
    assert send(town.database, clock, town.unit, town.member, [build_seeker(town.database)]).sent == 1


def test_the_bureau_sees_a_contractor_once_for_each_of_its_periods(town: Town, clock: FixedClock) -> None:
    clerk = build_bureau_clerk(town.database, bureau_code="13")
    with town.database.read() as session:
        shown = bureau_unit.unit(session, clock, clerk, public_id.shown(town.unit.public_id))
    assert [(one.since, one.until, one.current) for one in shown.contractors] == [
        (date(2026, 4, 1), date(2027, 3, 31), True),
        (NEXT_YEAR.since, NEXT_YEAR.until, False),
    ]
