"""An attack: who stands alone among invented seekers, and whom can two units that compare their lists find again?

Usage: python -m bench.reidentification [--people 100000] [--threshold 5] [--seed 1]

The population is the one of the search benches, the same for the same seed. The attackers see what units see: the
projection of a profile, the month, the page on which somebody stands, the texts. Two attacks, each before and after
rare combinations are generalised (portal.domain.rarity):

alone_by_facets     the facts shown by codes are shown of nobody else: whoever knows them has found the person
found_by_three      some search for at most three of a person's own facts finds this person and nobody else
joined_by_facets    two units recognise a person by the facts shown, by codes alone
joined_by_month     the same with the month of publication
joined_by_order     the same with the place in the list (the page; inside a page the order is each unit's own)
joined_by_text      the same with the free texts: texts are the person's own words and are shown as they are written

Exit code 1 when more than one in a hundred stands alone by facets after the rule.
"""

import argparse
import json
import random
import sys
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from itertools import combinations

from sqlalchemy import select

from bench.search_world import SEEKERS, SearchWorld, put_rows, search_world
from portal.calendar.clock import SystemClock
from portal.domain.actor import Actor, ActorKind
from portal.domain.profile import Choice, ProfileView, tokens
from portal.domain.rarity import SUGGESTED
from portal.domain.reach import UnitClass
from portal.domain.search import PAGE_SIZE
from portal.services import rarity
from portal.store import profile as profile_store
from portal.store import rarity as rarity_store
from portal.store import search
from portal.store.database import Database
from portal.store.tables import block, profile
from tests.build import LONG_AGO, BuiltUnit, build_unit

GOAL = 0.01
"""So large a share may stand alone by facets after the rule."""
SAMPLE = 1_000
"""So many people are looked for by every three of their facts."""
FACETS = 3
_AT_ONCE = 1_000
_WORKER = Actor(ActorKind.WORKER)


@dataclass(frozen=True)
class Seen:
    """What a unit sees of somebody. place: in the list of the month, from 0 to 1, as exactly as pages tell it."""

    facts: tuple[tuple[Hashable, ...], ...]
    month: Hashable
    place: float
    texts: Hashable


@dataclass(frozen=True)
class Shares:
    """Of the people seen, from 0 to 1. people: how many; shown: facts shown of each, on average."""

    people: int
    shown: float
    alone_by_facets: float
    found_by_three: float
    joined_by_facets: float
    joined_by_month: float
    joined_by_order: float
    joined_by_text: float


@dataclass(frozen=True)
class Report:
    """Both states."""

    threshold: int
    before: Shares
    after: Shares

    @property
    def holds(self) -> bool:
        """Whether the goal is kept."""
        return self.after.alone_by_facets <= GOAL

    def json(self) -> str:
        """As it is printed."""
        told = {
            "threshold": self.threshold,
            "goal_alone_by_facets": GOAL,
            "holds": self.holds,
            "before": {name: round(value, 4) for name, value in asdict(self.before).items()},
            "after": {name: round(value, 4) for name, value in asdict(self.after).items()},
        }
        return json.dumps(told, indent=2)


def attack(database: Database, world: SearchWorld, threshold: int, seed: int = 1) -> Report:
    """Attack, apply the rule, attack again. Two units of one class, each blocked by some."""
    other = build_unit(database, valid_until=world.on + timedelta(days=365))
    _blocked(database, other, list(world.alias_keys), random.Random(seed))
    units = (world.unit.id, other.id)
    before = _shares(database, world, units, seed)
    generalise(database, threshold)
    return Report(threshold, before, _shares(database, world, units, seed))


def generalise(database: Database, threshold: int) -> None:
    """Set the threshold and look through everybody, as the worker does."""
    clock = SystemClock()
    with database.write() as session:
        rarity.set_threshold(session, clock, Actor(ActorKind.OPERATOR), threshold)
        planned = rarity.plan(session, clock)
        for part in planned.parts():
            rarity.apply(session, clock, _WORKER, planned, part)
        rarity.finish(session, clock, _WORKER, planned)


def _blocked(database: Database, unit: BuiltUnit, people: Sequence[int], chance: random.Random) -> None:
    rows = (
        {"seeker_id": who, "unit_id": unit.id, "since": LONG_AGO}
        for who in chance.sample(people, len(people) // 50)
    )
    with database.write() as session:
        put_rows(session, block, rows)
        session.commit()


# What units see


def seen(database: Database, world: SearchWorld, unit_id: int) -> dict[int, Seen]:
    """Everybody a unit can page to, in its order."""
    order: list[int] = []
    with database.read() as session:
        after = None
        while True:
            found = search.page(session, unit_id, UnitClass.PRIVATE, world.on, (), after, PAGE_SIZE * 50)
            order.extend(one.seeker_id for one in found[: PAGE_SIZE * 50])
            if len(found) <= PAGE_SIZE * 50:
                break
            after = found[PAGE_SIZE * 50 - 1].cursor
        views: dict[int, ProfileView] = {}
        for start in range(0, len(order), _AT_ONCE):
            some = dict.fromkeys(order[start : start + _AT_ONCE], "")
            views |= profile_store.views(session, some, world.on)
    of_month: dict[Hashable, int] = {}
    for who in order:
        month = views[who].month
        of_month[month] = of_month.get(month, 0) + 1
    passed: dict[Hashable, int] = {}
    made = {}
    for who in order:
        view = views[who]
        place = passed.get(view.month, 0)
        passed[view.month] = place + 1
        # Inside a page the order is each unit's own: only the middle of the page is known.
        made[who] = Seen(
            facts_of(view),
            view.month,
            (place - place % PAGE_SIZE + PAGE_SIZE / 2) / of_month[view.month],
            (view.pr, view.experience_text),
        )
    return made


def facts_of(view: ProfileView) -> tuple[tuple[Hashable, ...], ...]:
    """Everything shown by codes, in the order in which it is shown."""
    return (
        tuple(one.code for one in view.occupations),
        tuple(one.code for one in view.places),
        tuple(one.code for one in view.employment),
        tuple(one.code for one in view.times),
        tuple(one.code for one in view.wages),
        (view.education.code,) if view.education else (),
        tuple(one.code for one in view.licences),
        tuple((one.occupation.code, one.years.code) for one in view.experiences),
        (True,) if view.paid_notice else (),
    )


# The shares


def _shares(database: Database, world: SearchWorld, units: tuple[int, int], seed: int) -> Shares:
    here, there = (seen(database, world, unit) for unit in units)
    return Shares(
        people=len(here),
        shown=_shown(here.values()),
        alone_by_facets=_alone(here, lambda one: one.facts),
        found_by_three=_found_by_few(database, world, here, random.Random(seed)),
        joined_by_facets=_joined(here, there, lambda one: one.facts),
        joined_by_month=_joined(here, there, lambda one: (one.facts, one.month)),
        joined_by_order=_joined_by_order(here, there),
        joined_by_text=_joined(here, there, lambda one: (one.facts, one.month, one.texts)),
    )


def _shown(people: Iterable[Seen]) -> float:
    counts = [sum(map(len, one.facts)) for one in people]
    return sum(counts) / max(1, len(counts))


def _groups(people: Mapping[int, Seen], told: Callable[[Seen], Hashable]) -> dict[Hashable, list[int]]:
    made: dict[Hashable, list[int]] = {}
    for who, one in people.items():
        made.setdefault(told(one), []).append(who)
    return made


def _alone(people: Mapping[int, Seen], told: Callable[[Seen], Hashable]) -> float:
    return sum(len(group) == 1 for group in _groups(people, told).values()) / max(1, len(people))


def _joined(here: Mapping[int, Seen], there: Mapping[int, Seen], told: Callable[[Seen], Hashable]) -> float:
    """The share of those both see whom a unit takes for one and the same person, rightly and without a doubt."""
    theirs = _groups(there, told)
    right = sum(
        len(group) == 1 and theirs.get(value) == group for value, group in _groups(here, told).items()
    )
    return right / max(1, len(here.keys() & there.keys()))


def _joined_by_order(here: Mapping[int, Seen], there: Mapping[int, Seen]) -> float:
    """As `_joined` by facts and month; of several alike the one whose place in the month is nearest is taken."""
    theirs = _groups(there, lambda one: (one.facts, one.month))
    right = 0
    for who, one in here.items():
        alike = theirs.get((one.facts, one.month), ())
        near = sorted((abs(there[other].place - one.place), other) for other in alike)
        # Of two equally near ones nobody knows which it is.
        doubt = len(near) > 1 and near[0][0] == near[1][0]
        right += bool(near) and near[0][1] == who and not doubt
    return right / max(1, len(here.keys() & there.keys()))


def _found_by_few(
    database: Database, world: SearchWorld, people: Mapping[int, Seen], chance: random.Random
) -> float:
    """Of a sample, the share of those whom a search for at most three of their own facts finds alone."""
    who_has: dict[str, int] = {}
    sample = chance.sample(sorted(people), min(SAMPLE, len(people)))
    with database.read() as session:
        rows = session.execute(select(profile.c.seeker_id, profile.c.tokens)).all()
        for row in rows:
            if row.seeker_id in people:
                for token in row.tokens:
                    who_has[token] = who_has.get(token, 0) | 1 << row.seeker_id
        own: dict[int, tuple[Choice, ...]] = {}
        for start in range(0, len(sample), _AT_ONCE):
            some = sample[start : start + _AT_ONCE]
            own |= rarity_store.whole_choices(session, some)
    found = sum(
        _alone_among(who_has, sorted(tokens(own.get(who, ()), world.book)), 1 << who) for who in sample
    )
    return found / max(1, len(sample))


def _alone_among(who_has: Mapping[str, int], facts: Sequence[str], me: int) -> bool:
    sets = [each for each in (who_has.get(fact, 0) for fact in facts) if each & me]
    if any(each == me for each in sets):
        return True
    pairs = [one & other for one, other in combinations(sets, 2)]
    if any(each == me for each in pairs):
        return True
    return any(one & other & third == me for one, other, third in combinations(sets, FACETS))


def main(words: list[str]) -> int:
    """Attack a population of its own on PostgreSQL."""
    asked = argparse.ArgumentParser(prog="python -m bench.reidentification")
    asked.add_argument("--people", type=int, default=SEEKERS)
    asked.add_argument("--threshold", type=int, default=SUGGESTED)
    asked.add_argument("--seed", type=int, default=1)
    given = asked.parse_args(words)
    with search_world(given.people, seed=given.seed) as (database, world):
        report = attack(database, world, given.threshold, given.seed)
    print(report.json())
    return 0 if report.holds else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
