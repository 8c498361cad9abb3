"""Rare combinations (珍しい組合せ): the operator's threshold, and showing less of whoever would stand alone.

The rule is portal.domain.rarity; here it is applied to one newcomer at once and to everybody at night. What is shown
stands in the tables that searching reads, so that lists, profiles and filters tell the same, by the same statements.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy.orm import Session

from portal.calendar.clock import Clock
from portal.calendar.day import jst_day, month_start
from portal.domain.actor import Actor, ActorKind
from portal.domain.permission import Permission
from portal.domain.profile import KINDS, Book, Choice, shuffle, tokens
from portal.domain.rarity import (
    OFF,
    ROLES,
    Fact,
    Look,
    Nodes,
    Person,
    again,
    check_threshold,
    displayed,
    facts,
    order_key,
)
from portal.domain.rarity import place as place_one
from portal.domain.refusal import Forbidden, NotFound
from portal.services import code, scope
from portal.services.use_case import query, use_case
from portal.store import profile as profile_store
from portal.store import rarity as store
from portal.store.rarity import Run
from portal.store.reach import lock_profile
from portal.store.search import put_order

_READ_AT_ONCE = 2_000
_WRITTEN_AT_ONCE = 400
# From so many newcomers on it is cheaper to fetch all combinations than to ask for each.
_MANY = 20


# The operator


@dataclass(frozen=True)
class State:
    """threshold: what was set last (0 = everything is shown), and when; None = never. last: the run in force."""

    threshold: int | None
    set_at: datetime | None
    last: Run | None


def state(session: Session, actor: Actor) -> State:
    """What was set and what is in force. Raises Forbidden."""
    _operator(actor)
    with query(session):
        return _state(session)


def set_threshold(session: Session, clock: Clock, actor: Actor, threshold: int) -> State:
    """At least so many people are to be shown alike; 0 = everything is shown. Acts with the next run.

    Raises Forbidden, Invalid "threshold": "out_of_range".
    """
    with use_case(session, clock, actor, "rarity.set") as trail:
        _operator(actor)
        check_threshold(threshold)
        store.lock(session)
        store.set_threshold(session, threshold, trail.now, actor.account_id)
        trail.fact(threshold=threshold)
        return _state(session)


def _state(session: Session) -> State:
    number, at = store.threshold(session) or (None, None)
    return State(number, at, store.last_run(session))


def _operator(actor: Actor) -> None:
    if actor.kind is not ActorKind.OPERATOR:
        raise Forbidden


# One more person


@dataclass(frozen=True)
class Newcomer:
    """Somebody whose choices are new. key: `portal.store.rarity.key`."""

    seeker_id: int
    key: tuple[bool, bool, bool]
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class Placing:
    """What organisations are shown. names: of the facts, None = the rule is off. shown: None = all that was chosen."""

    names: tuple[str, ...] | None = None
    shown: tuple[Choice, ...] | None = None


def place(session: Session, new: Sequence[Newcomer], book: Book) -> dict[int, Placing]:
    """What to show of these people until the next run; part of the use cases that change choices.

    One statement while the rule is off. ``book`` holds every row, ended ones too.
    """
    run = store.last_run(session)
    if run is None or run.threshold == OFF:
        return {one.seeker_id: Placing() for one in new}
    look: Look = partial(store.sizes, session)
    if len(new) >= _MANY:
        look = Nodes(store.all_sizes(session)).look
    made = {}
    for one in new:
        person = Person(one.key, facts(one.choices, book))
        made[one.seeker_id] = _placing(one.choices, place_one(person, look, run.threshold) or ())
    return made


def _placing(choices: Sequence[Choice], shown: Sequence[Fact]) -> Placing:
    told = displayed(shown)
    same = all(
        [one for one in choices if one.role == role] == [one for one in told if one.role == role]
        for role in ROLES
    )
    return Placing(tuple(fact.name for fact in shown), None if same else told)


# Everybody, at night


def is_due(session: Session, clock: Clock) -> bool:
    """Whether everybody was last looked at on an earlier Japanese day, or with another threshold."""
    with query(session):
        now = _state(session)
    if now.threshold is None or (now.threshold == OFF and (now.last is None or now.last.threshold == OFF)):
        return False
    if now.last is None or now.last.threshold != now.threshold:
        return True
    return jst_day(now.last.at) < jst_day(clock.now())


@dataclass(frozen=True)
class Plan:
    """What a run is about to do. given: the facts to show; present: the names of those shown now, None = not looked at.

    anew: everybody was arranged, not only those who stood too much alone.
    """

    threshold: int
    anew: bool
    people: Mapping[int, Person]
    present: Mapping[int, frozenset[str] | None]
    given: Mapping[int, tuple[Fact, ...]]

    def parts(self) -> list[list[int]]:
        """The people of whom something else is to be shown, in parts for `apply`."""
        changed = sorted(number for number in self.people if self.names(number) != self.present[number])
        return [changed[at : at + _WRITTEN_AT_ONCE] for at in range(0, len(changed), _WRITTEN_AT_ONCE)]

    def names(self, number: int) -> frozenset[str] | None:
        """Of the facts to show of somebody; None while the rule is off."""
        return None if self.threshold == OFF else frozenset(fact.name for fact in self.given[number])


def plan(session: Session, clock: Clock) -> Plan:
    """Read everybody who can be found today and decide; writes nothing.

    Everybody is arranged anew in the first run of a month, as the order of results is, and when the threshold was
    changed; else only those with whom too few are left alike.
    """
    today = jst_day(clock.now())
    people: dict[int, Person] = {}
    present: dict[int, frozenset[str] | None] = {}
    with query(session):
        now = _state(session)
        book = code.books(session, KINDS)
        after = 0
        while rows := store.rows(session, today, after, _READ_AT_ONCE):
            after = rows[-1].seeker_id
            for row in rows:
                people[row.seeker_id] = Person(row.key, facts(row.choices, book))
                present[row.seeker_id] = row.shown
    threshold = now.threshold or OFF
    anew = (
        now.last is None
        or now.last.threshold != threshold
        or month_start(jst_day(now.last.at)) < month_start(today)
    )
    looked = {number: names for number, names in present.items() if names is not None}
    return Plan(threshold, anew, people, present, again(people, looked, threshold, anew=anew))


def apply(session: Session, clock: Clock, actor: Actor, planned: Plan, part: Sequence[int]) -> int:
    """Show these people as planned; how many were. Whoever changed meanwhile was placed at that change and is left."""
    with use_case(session, clock, actor, "rarity.apply") as trail:
        lock_profile(session, part)
        book = code.books(session, KINDS)
        new, names, found_by = [], {}, {}
        for row in store.some_rows(session, trail.today, part):
            person = planned.people[row.seeker_id]
            if (
                Person(row.key, facts(row.choices, book)) != person
                or row.shown != planned.present[row.seeker_id]
            ):
                continue
            given = Placing()
            if planned.threshold != OFF:
                given = _placing(row.choices, planned.given[row.seeker_id])
            new.append((row.seeker_id, row.choices, given.shown))
            names[row.seeker_id] = given.names
            found_by[row.seeker_id] = tokens(row.choices if given.shown is None else given.shown, book)
        if new:
            profile_store.put_choices(session, new)
            profile_store.change_found_by(session, found_by)
            if planned.threshold != OFF:
                month = month_start(trail.today)
                put_order(
                    session,
                    [(one, shuffle(order_key(each), month)) for one, each in sorted(found_by.items())],
                )
            store.put_placings(session, names)
        trail.fact(profiles=len(new))
        return len(new)


def finish(session: Session, clock: Clock, actor: Actor, planned: Plan) -> Run:
    """Put down the combinations for newcomers, and that the run has ended: its threshold is in force now."""
    with use_case(session, clock, actor, "rarity.run") as trail:
        nodes = Nodes()
        if planned.threshold != OFF:
            for number, shown in planned.given.items():
                nodes.add(planned.people[number].key, shown)
        store.put_sizes(session, nodes.sizes)
        less = [n for n, shown in planned.given.items() if len(shown) < len(planned.people[n].facts)]
        bare = sum(not planned.given[number] for number in less)
        run = Run(trail.now, planned.threshold, len(planned.people), len(less), bare)
        store.add_run(session, run)
        trail.fact(threshold=run.threshold, people=run.people, generalised=run.generalised, bare=bare)
        return run


# The person


def own_less(session: Session, actor: Actor) -> tuple[str, ...]:
    """The roles of which organisations are shown less of the seeker who asks than they chose, in the order of ROLES.

    Raises NotFound for everybody else.
    """
    if actor.seeker_id is None:
        raise NotFound
    with query(session):
        return less(session, actor.seeker_id)


def office_less(session: Session, actor: Actor, office_id: str) -> tuple[str, ...]:
    """As `own_less`, for a seeker of this office. Raises NotFound, Forbidden."""
    with query(session):
        return less(session, scope.find(session, actor, Permission.OFFICE_SEEKER_READ, office_id)["id"])


def less(session: Session, seeker_id: int) -> tuple[str, ...]:
    """As `own_less` for a seeker whom somebody is allowed to look at."""
    if not store.is_generalised(session, seeker_id):
        return ()
    whole = set(store.whole_choices(session, [seeker_id]).get(seeker_id, ()))
    shown = set(store.shown_choices(session, seeker_id))
    return tuple(
        role
        for role in ROLES
        if {one for one in whole if one.role == role} != {one for one in shown if one.role == role}
    )
