"""The periods of a contractor in the database: those that count, and what was recorded."""

from datetime import date

import pytest
from sqlalchemy import select

from portal.domain.contract_period import Period
from portal.store import contractor as store
from portal.store.database import Database
from portal.store.tables import contractor
from tests.build import FIRST_DAY, LAST_DAY, BuiltUnit, build_contractor, build_unit

BUILT = Period(FIRST_DAY, LAST_DAY)
NEXT_YEAR = Period(date(2027, 4, 1), date(2028, 3, 31))
LAST_YEAR = Period(date(2025, 4, 1), date(2026, 3, 31))
SHORTER = Period(FIRST_DAY, date(2026, 9, 30))
FROM_OCTOBER = Period(date(2026, 10, 1), date(2027, 9, 30))


class World:
    """One municipality with one contractor, whose periods are recorded one after the other."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.unit: BuiltUnit = build_unit(database, unit_class="municipal")
        self.id = build_contractor(database, self.unit)

    def record(self, *periods: Period) -> None:
        with self.database.write() as session:
            for period in periods:
                store.record(session, self.id, period)
            session.commit()

    def end(self, last_day: date) -> bool:
        with self.database.write() as session:
            done = store.end(session, self.id, last_day)
            session.commit()
        return done

    def told(self) -> list[tuple[Period, Period | None]]:
        with self.database.read() as session:
            return [(one.period, one.counts) for one in store.periods(session, self.unit.id)[self.id]]

    def acts(self, on: date) -> bool:
        with self.database.read() as session:
            found = select(contractor.c.id).where(contractor.c.id == self.id, store.acts(on))
            return session.execute(found).first() is not None

    def own_row(self) -> Period:
        with self.database.read() as session:
            return Period(*session.execute(select(contractor.c.since, contractor.c.until)).one())


@pytest.fixture
def world(database: Database) -> World:
    return World(database)


def test_the_next_period_leaves_the_present_one_as_it_is(world: World) -> None:
    world.record(NEXT_YEAR)
    assert world.told() == [(BUILT, BUILT), (NEXT_YEAR, NEXT_YEAR)]
    assert world.own_row() == NEXT_YEAR
    days = (date(2026, 3, 31), FIRST_DAY, LAST_DAY, NEXT_YEAR.since, NEXT_YEAR.until, date(2028, 4, 1))
    assert [world.acts(on) for on in days] == [False, True, True, True, True, False]


def test_an_earlier_period_recorded_afterwards_stands_beside_the_later_one(world: World) -> None:
    world.record(LAST_YEAR, Period(date(2024, 4, 1), date(2024, 9, 30)))
    assert world.own_row() == BUILT
    assert [counts == period for period, counts in world.told()] == [True, True, True]
    assert (world.acts(date(2024, 9, 30)), world.acts(date(2024, 10, 1))) == (True, False)


def test_a_period_recorded_in_the_place_of_another_stays_as_history_only(world: World) -> None:
    world.record(SHORTER)
    assert sorted(world.told(), key=str) == sorted([(SHORTER, SHORTER), (BUILT, None)], key=str)
    assert (world.acts(SHORTER.until), world.acts(FROM_OCTOBER.since)) == (True, False)
    world.record(SHORTER)
    assert len(world.told()) == 2


def test_a_later_entry_cuts_the_period_in_which_it_begins(world: World) -> None:
    world.record(FROM_OCTOBER)
    assert world.told() == [(BUILT, Period(FIRST_DAY, date(2026, 9, 30))), (FROM_OCTOBER, FROM_OCTOBER)]


def test_correcting_the_present_period_leaves_the_next_one(world: World) -> None:
    world.record(NEXT_YEAR, SHORTER)
    assert world.own_row() == NEXT_YEAR
    assert (world.acts(SHORTER.until), world.acts(LAST_DAY), world.acts(NEXT_YEAR.since)) == (
        True,
        False,
        True,
    )


@pytest.mark.parametrize("last", [FIRST_DAY, date(2026, 6, 15), LAST_DAY])
def test_a_contract_ends_with_a_day_in_all_its_periods(world: World, last: date) -> None:
    world.record(NEXT_YEAR, LAST_YEAR)
    assert world.end(last)
    assert (world.acts(last), world.acts(LAST_YEAR.until)) == (True, True)
    assert not any(world.acts(on) for on in (NEXT_YEAR.since, NEXT_YEAR.until))
    assert last == LAST_DAY or not world.acts(LAST_DAY)
    assert {period for period, _ in world.told()} >= {NEXT_YEAR, LAST_YEAR}


def test_a_contract_that_has_not_begun_is_not_ended_by_a_day_before_it(world: World) -> None:
    before = world.told()
    assert not world.end(date(2026, 3, 31))
    assert world.told() == before


def test_periods_of_another_contractor_are_not_touched(world: World) -> None:
    other = build_contractor(world.database, world.unit, name="架空受託社二号", number="99-ユ-900009")
    world.record(NEXT_YEAR)
    world.end(date(2026, 6, 15))
    with world.database.read() as session:
        (one,) = store.periods(session, world.unit.id)[other]
    assert (one.period, one.counts) == (BUILT, BUILT)
