"""The attack on what units see (bench/reidentification.py), on a small seeded population."""

import random

from bench.reidentification import GOAL, attack, facts_of, generalise
from bench.search_world import fill
from portal.domain.rarity import SUGGESTED
from portal.domain.reach import UnitClass
from portal.store import profile as profile_store
from portal.store import search
from portal.store.database import Database

PEOPLE = 5_000


def test_after_the_rule_almost_nobody_stands_alone_by_facets_or_is_found_by_three_of_them(
    database: Database,
) -> None:
    report = attack(database, fill(database, PEOPLE, seed=3), SUGGESTED, seed=3)
    # Without people who stand alone before, the attack would prove nothing.
    assert report.before.alone_by_facets > 0.9
    assert report.before.found_by_three > 0.9
    assert report.before.joined_by_order > 0.9
    assert report.holds
    assert report.after.alone_by_facets <= GOAL
    assert report.after.found_by_three <= GOAL
    assert report.after.joined_by_facets <= GOAL
    # What stays, said in the threat model: months narrow, texts identify; the order adds almost nothing to the months.
    assert report.after.joined_by_order < report.after.joined_by_month + 0.1 < report.before.joined_by_order
    assert report.after.joined_by_text > 0.9
    assert report.after.shown > 1


def test_a_filter_finds_exactly_those_whose_shown_profile_carries_it(database: Database) -> None:
    """What is generalised away must not come back by asking."""
    world = fill(database, 600, seed=5)
    generalise(database, SUGGESTED)
    whose = (world.unit.id, UnitClass.PRIVATE, world.on)
    with database.read() as session:
        everybody = search.page(session, *whose, (), None, 1_000)
        views = profile_store.views(session, {one.seeker_id: "" for one in everybody}, world.on)
        assert len({facts_of(view) for view in views.values()}) > 5
        for code in random.Random(5).sample(sorted(world.book["licence"]), 20):
            found = search.page(session, *whose, ({f"licence:{code}"},), None, 1_000)
            carrying = {who for who, view in views.items() if code in [one.code for one in view.licences]}
            assert {one.seeker_id for one in found} == carrying
        for code in random.Random(5).sample(sorted(world.book["occupation"]), 20):
            found = search.page(session, *whose, ({f"occupation:{code}"},), None, 1_000)
            carrying = {who for who, view in views.items() if code in [one.code for one in view.occupations]}
            assert {one.seeker_id for one in found} == carrying
