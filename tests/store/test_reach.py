"""The filter of the database and the rule of the domain are one and the same, for any facts, on both engines."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import bindparam, delete, insert, select, update

from portal.domain.reach import ReachFacts, UnitClass
from portal.domain.reach import reachable as rule
from portal.store import reach
from portal.store.database import Database
from portal.store.tables import block, profile
from tests.build import LONG_AGO, BuiltSeeker, BuiltUnit, build_block, build_seeker, build_unit

PEOPLE = 12
ON = date(2026, 6, 15)
DAYS = st.integers(-3, 3).map(lambda n: ON + timedelta(days=n))


@st.composite
def facts(draw: st.DrawFn, unit_class: UnitClass) -> ReachFacts:
    first, second = sorted((draw(DAYS), draw(DAYS)))
    ranges = draw(st.sampled_from([(True, False), (False, True), (True, True)]))
    rarely = st.sampled_from([False, False, False, True])
    return ReachFacts(
        valid_from=first,
        valid_until=second,
        eligible_from=draw(st.none() | DAYS),
        never_eligible=draw(rarely),
        range_private=ranges[0],
        range_municipal=ranges[1],
        stopped=draw(rarely),
        terms_until=draw(st.none() | DAYS),
        published=not draw(rarely),
        blocked=draw(rarely),
        unit_class=unit_class,
    )


@pytest.fixture
def people(database: Database) -> tuple[Database, list[BuiltSeeker], dict[UnitClass, BuiltUnit]]:
    units = {kind: build_unit(database, unit_class=kind.value) for kind in UnitClass}
    return database, [build_seeker(database) for _ in range(PEOPLE)], units


@pytest.mark.parametrize("unit_class", list(UnitClass))
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_the_filter_of_the_database_is_the_rule(
    people: Any, unit_class: UnitClass, data: st.DataObject
) -> None:
    database, seekers, units = people
    unit = units[unit_class]
    drawn = data.draw(st.lists(facts(unit_class), min_size=PEOPLE, max_size=PEOPLE))
    known = dict(zip((seeker.id for seeker in seekers), drawn, strict=True))
    on = data.draw(DAYS)
    with database.write() as session:
        columns = [name for name in ReachFacts.__dataclass_fields__ if name not in ("blocked", "unit_class")]
        session.execute(
            update(profile)
            .where(profile.c.seeker_id == bindparam("of"))
            .values({name: bindparam(f"new_{name}") for name in columns}),
            [{"of": n, **{f"new_{name}": getattr(f, name) for name in columns}} for n, f in known.items()],
        )
        session.execute(delete(block))
        # A block of another unit must not count.
        other = next(u for u in units.values() if u is not unit)
        session.execute(
            insert(block),
            [
                {"seeker_id": n, "unit_id": (unit if f.blocked else other).id, "since": LONG_AGO}
                for n, f in known.items()
            ],
        )
        found = set(
            session.execute(
                select(profile.c.seeker_id).where(reach.reachable(unit.id, unit_class, on))
            ).scalars()
        )
        one = reach.facts(session, seekers[0].id, unit.id, unit_class)
        session.rollback()
    assert found == {n for n, f in known.items() if rule(f, on)}
    assert one == known[seekers[0].id]


def test_profiles_are_locked_in_ascending_order_and_strangers_left_out(database: Database) -> None:
    seekers = [build_seeker(database) for _ in range(3)]
    with database.write() as session:
        locked = reach.lock_by_alias(session, [s.alias_key for s in reversed(seekers)] + [b"nobody"])
        again = reach.lock_profile(session, [s.id for s in reversed(seekers)] + [10**9])
    assert locked.ids == again == [seeker.id for seeker in seekers]
    assert locked.seekers == {seeker.alias_key: seeker.id for seeker in seekers}


def test_without_a_profile_there_are_no_facts(database: Database) -> None:
    unit, seeker = build_unit(database), build_seeker(database)
    build_block(database, seeker, unit)
    with database.read() as session:
        known = reach.facts(session, seeker.id, unit.id, UnitClass.PRIVATE)
        assert known is not None
        assert known.blocked
        assert reach.facts(session, 10**9, unit.id, UnitClass.PRIVATE) is None
