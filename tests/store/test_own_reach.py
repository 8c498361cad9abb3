"""The units that a seeker's page counts are those that may search: the filter against the rule."""

import itertools
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from portal.domain.reach import UnitClass
from portal.domain.standing import UnitFacts, UnitStatus, standing
from portal.store import own_reach as store
from portal.store.tables import unit
from tests.build import build_block, build_seeker, build_unit

TODAY = date(2026, 6, 15)
DAYS = [TODAY - timedelta(days=1), TODAY, TODAY + timedelta(days=1)]


def test_a_unit_counts_exactly_when_the_rule_says_that_it_may_search(database: Any) -> None:
    expected: set[int] = set()
    spans = [(since, until) for since, until in itertools.product(DAYS, DAYS) if since <= until]
    for (since, until), status, suspended_from in itertools.product(
        spans, ("approved", "ended"), (None, *DAYS)
    ):
        built = build_unit(
            database, valid_from=since, valid_until=until, status=status, suspended_from=suspended_from
        )
        facts = UnitFacts(UnitStatus(status), since, until, suspended_from, None)
        if standing(facts, TODAY).search:
            expected.add(built.id)
    for suspended_from, suspended_until in spans:
        built = build_unit(database)
        with database.write() as session:
            session.execute(
                unit.update()
                .where(unit.c.id == built.id)
                .values(
                    suspended_from=suspended_from, suspended_until=suspended_until, suspension_reason="見本"
                )
            )
            session.commit()
        facts = UnitFacts(UnitStatus.APPROVED, None, None, suspended_from, suspended_until)
        if standing(facts, TODAY).search:
            expected.add(built.id)
    with database.read() as session:
        found = set(session.scalars(select(unit.c.id).where(store.searching(TODAY))))
    assert found == expected
    assert expected


def test_units_are_counted_by_class_without_those_that_are_blocked(database: Any) -> None:
    who = build_seeker(database)
    private = [build_unit(database) for _ in range(3)]
    build_unit(database, unit_class="municipal", number="99201")
    build_block(database, who, private[0])
    build_block(database, build_seeker(database), private[1])
    with database.read() as session:
        assert store.units(session, who.id, TODAY) == {UnitClass.PRIVATE: 2, UnitClass.MUNICIPAL: 1}
        assert store.blocks(session, who.id) == 1
