"""The departments and contractors of a unit, as its officer and contact deal with them: what each may send a day, and
whose the threads are once a contract has ended.

Limits inside a unit are its own setting, below its own limit (seed 004 P-Q6, M-Q5; our decision).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from portal.calendar.clock import Clock
from portal.calendar.day import jst_day
from portal.domain.actor import Actor
from portal.domain.entry import Typed
from portal.domain.permission import Permission, may
from portal.domain.place import read_place_limit
from portal.domain.refusal import Conflict, Forbidden, NotFound
from portal.domain.standing import standing
from portal.domain.thread import Belonging
from portal.services.acting import find_acting, require_acting
from portal.services.use_case import query, use_case
from portal.store import place as store
from portal.store import quota, reach
from portal.store import unit as units
from portal.store.acting import Acting
from portal.store.place import PlaceRow

AT_ONCE = 1000
"""So many threads are handed over by one statement; all of a contractor's go in one transaction."""


@dataclass(frozen=True)
class PlaceLimit:
    """What the unit gives a place a day. limit: None = no limit but the unit's; unit_limit: of all together today."""

    ref: str
    name: str
    limit: int | None
    unit_limit: int
    used_today: int


def limit_of(session: Session, clock: Clock, actor: Actor, ref: str) -> PlaceLimit:
    """What a place may send a day, for whoever may change it. Raises Forbidden, NotFound."""
    with query(session):
        today = jst_day(clock.now())
        unit = require_acting(session, actor, today)
        row = _limited(session, actor, unit, ref, today)
        used = quota.used_by_place(session, unit.unit_id, row.belongs, today)
        return PlaceLimit(ref, row.name, row.limit, standing(unit.facts, today).limit, used)


def set_limit(session: Session, clock: Clock, actor: Actor, ref: str, typed: Typed) -> PlaceLimit:
    """Set what a place may send a day; an empty field takes its limit away. Binds every send not committed yet.
    Returns what is in force now.

    Raises Invalid (limit: "not_a_number", "above_unit_limit"), Forbidden, NotFound for a place that is not the unit's
    or whose people do not act any more.
    """
    with use_case(session, clock, actor, "place.limit") as trail:
        unit_id = find_acting(session, actor).unit_id
        trail.subject("unit", unit_id)
        units.hold(session, unit_id)
        trail.take_moment(clock)
        unit = require_acting(session, actor, trail.today)
        row = _limited(session, actor, unit, ref, trail.today)
        unit_limit = standing(unit.facts, trail.today).limit
        limit = read_place_limit(typed, "limit", unit_limit)
        store.set_limit(session, row.belongs, limit)
        trail.fact(department=row.belongs.department_id, contractor=row.belongs.contractor_id, limit=limit)
        used = quota.used_by_place(session, unit.unit_id, row.belongs, trail.today)
        return PlaceLimit(ref, row.name, limit, unit_limit, used)


def _limited(session: Session, actor: Actor, unit: Acting, ref: str, today: date) -> PlaceRow:
    if not may(actor, Permission.UNIT_QUOTA_PLACE) or not unit.member.sees_all:
        raise Forbidden
    return _named(store.every(session, unit.unit_id, today), ref, current=True)


def _named(rows: Iterable[PlaceRow], ref: str, *, current: bool) -> PlaceRow:
    for row in rows:
        if row.ref == ref and row.current is current:
            return row
    raise NotFound


@dataclass(frozen=True)
class Place:
    """Where threads can go. ref: what a form sends back; name: "" = the unit itself."""

    ref: str
    name: str


UNIT_ITSELF = Place("unit", "")


@dataclass(frozen=True)
class Ended:
    """A contractor whose contract has ended and left threads behind. last_day: of its newest period."""

    ref: str
    name: str
    last_day: date
    threads: int


@dataclass(frozen=True)
class Leaving:
    """The threads of an ended contractor, and where they can go: the places in force and the unit itself."""

    ended: Ended
    targets: tuple[Place, ...]


def left_behind(session: Session, clock: Clock, actor: Actor) -> tuple[Ended, ...]:
    """Ended contractors of the acting unit that still have threads; () for whoever may not hand them over."""
    with query(session):
        today = jst_day(clock.now())
        unit = require_acting(session, actor, today)
        if not _hands_over(actor, unit):
            return ()
        every = store.every(session, unit.unit_id, today)
        return tuple(each for each in _ended(session, unit, every, today) if each.threads)


def leaving(session: Session, clock: Clock, actor: Actor, ref: str) -> Leaving:
    """One ended contractor, before its threads are handed over. Raises Forbidden, NotFound."""
    with query(session):
        today = jst_day(clock.now())
        unit = require_acting(session, actor, today)
        if not _hands_over(actor, unit):
            raise Forbidden
        every = store.every(session, unit.unit_id, today)
        for ended in _ended(session, unit, every, today):
            if ended.ref == ref:
                targets = (Place(row.ref, row.name) for row in every if row.current)
                return Leaving(ended, (UNIT_ITSELF, *targets))
        raise NotFound


def hand_over_all(session: Session, clock: Clock, actor: Actor, ref: str, to: str) -> int:
    """Give every thread of an ended contractor to another place of the unit, all or none; how many there were.

    Each seeker sees the change in the thread (ruling R13); the letterhead with the new contractor stands above the next
    message by itself. Only by the officer or the contact. Raises Forbidden, NotFound ("not_found": no such contractor
    whose contract has ended; "unknown_place": none in force), Conflict "nothing_to_hand_over".
    """
    with use_case(session, clock, actor, "place.hand_over") as trail:
        unit = require_acting(session, actor, trail.today)
        trail.subject("unit", unit.unit_id)
        if not _hands_over(actor, unit):
            raise Forbidden
        every = store.every(session, unit.unit_id, trail.today)
        before = _named((row for row in every if _has_ended(row, trail.today)), ref, current=False)
        after = {row.ref: row.belongs for row in every if row.current} | {UNIT_ITSELF.ref: Belonging()}
        if to not in after:
            raise NotFound("unknown_place")
        contractor_id = before.belongs.contractor_id
        assert contractor_id is not None  # noqa: S101 -- only contractors have a contract
        moved, last = 0, 0
        while seekers := store.seekers_of(session, contractor_id, last, AT_ONCE):
            # Ascending from one chunk to the next: the order in which every send locks them.
            reach.lock_profile(session, seekers)
            moved += store.hand_over_threads(
                session, contractor_id, seekers, after[to], unit.membership_id, clock.now()
            )
            last = seekers[-1]
        if not moved:
            raise Conflict("nothing_to_hand_over")
        trail.fact(
            contractor=contractor_id,
            to_department=after[to].department_id,
            to_contractor=after[to].contractor_id,
            threads=moved,
        )
        return moved


def _hands_over(actor: Actor, unit: Acting) -> bool:
    return may(actor, Permission.UNIT_THREAD_HAND_OVER) and unit.member.sees_all


def _has_ended(row: PlaceRow, today: date) -> bool:
    """A contractor behind its newest period; one between two periods has not ended."""
    of_contractor = row.belongs.contractor_id is not None
    return of_contractor and row.last_day is not None and row.last_day < today


def _ended(session: Session, unit: Acting, every: Iterable[PlaceRow], today: date) -> list[Ended]:
    rows = [row for row in every if _has_ended(row, today)]
    numbers = [row.belongs.contractor_id for row in rows if row.belongs.contractor_id is not None]
    threads = store.threads_of(session, unit.unit_id, numbers) if numbers else {}
    return [
        Ended(row.ref, row.name, row.last_day, threads.get(row.belongs.contractor_id or 0, 0))
        for row in rows
        if row.last_day is not None
    ]
