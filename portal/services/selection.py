"""Choosing people from pages of results, to write to them together.

What is chosen belongs to one person in one unit and is kept until they are written to or taken away, 90 days at most.
The page says how many can still be reached as a number, never who (ruling R3), and
nobody is taken out for being out of reach.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.calendar.clock import Clock
from portal.calendar.day import jst_day
from portal.domain.actor import Actor
from portal.domain.narrowing import Narrowing
from portal.domain.permission import Permission, may
from portal.domain.quota import LIMIT_PER_DAY
from portal.domain.refusal import Forbidden, Invalid, Refusal
from portal.domain.search import Criteria
from portal.domain.selection import KEPT
from portal.domain.thread import Belonging, sees
from portal.services.acting import QuotaView, quota_view, require_acting
from portal.services.relay import SEEKER_TOKEN
from portal.services.search import first_found
from portal.services.use_case import query, use_case
from portal.store import alias
from portal.store import search as reach
from portal.store import selection as store
from portal.store.acting import Acting
from portal.store.condition import all_of

PAGE = 100


@dataclass(frozen=True)
class Chosen:
    """One of the chosen. token: for forms; code: the pseudonym to read out."""

    token: str
    code: str


@dataclass(frozen=True)
class Selection:
    """A page of what is chosen, by code; page counts from 1. Counts are people.

    number: chosen; reachable: of these, whom a send would reach now; elsewhere: of these, whose thread another
    department or contractor has; again: of those who would get it, who was written to before.
    """

    shown: tuple[Chosen, ...]
    number: int
    reachable: int
    elsewhere: int
    again: int
    page: int
    pages: int
    quota: QuotaView

    @property
    def would_get(self) -> int:
        """How many messages a send to all of them comes to now."""
        return self.reachable - self.elsewhere


@dataclass(frozen=True)
class Added:
    """What was added, what is chosen now. more: the search found more than there was room for."""

    added: int
    number: int
    more: bool = False


@dataclass(frozen=True)
class Marks:
    """How many are chosen, and which of the tokens that were asked about."""

    number: int
    tokens: frozenset[str]


def selection(session: Session, clock: Clock, actor: Actor, page: int = 1) -> Selection:
    """One's own choice; as many statements whatever is in it. Raises Forbidden, NotFound."""
    with query(session):
        today = jst_day(clock.now())
        unit = _choosing(session, clock, actor)
        keys = store.keys(session, _whose(unit))
        found = reach.recipients(session, unit.unit_id, unit.unit_class, today, keys)
        own = [
            one
            for one in found
            if not one.has_thread or sees(unit.member, Belonging(one.department_id, one.contractor_id))
        ]
        ordered = sorted(_named(unit, keys), key=lambda each: each.code)
        pages = max(1, -(-len(keys) // PAGE))
        page = min(max(1, page), pages)
        return Selection(
            shown=tuple(ordered[(page - 1) * PAGE : page * PAGE]),
            number=len(keys),
            reachable=len(found),
            elsewhere=len(found) - len(own),
            again=sum(one.has_thread for one in own),
            page=page,
            pages=pages,
            quota=quota_view(session, unit, today),
        )


def tokens(session: Session, clock: Clock, actor: Actor) -> list[str]:
    """All that are chosen, by their tokens, in the order of their codes. Raises Forbidden, NotFound."""
    with query(session):
        unit = _choosing(session, clock, actor)
        named = _named(unit, store.keys(session, _whose(unit)))
        return [each.token for each in sorted(named, key=lambda each: each.code)]


def marks(session: Session, clock: Clock, actor: Actor, asked: Sequence[str]) -> Marks:
    """What of a page of results is chosen already. Raises Forbidden, NotFound."""
    with query(session):
        unit = _choosing(session, clock, actor)
        keys = store.keys(session, _whose(unit))
        by_key = {alias.open_token(unit.key, SEEKER_TOKEN, token): token for token in asked}
        return Marks(len(keys), frozenset(by_key[key] for key in keys if key in by_key))


def add(session: Session, clock: Clock, actor: Actor, asked: Sequence[str]) -> Added:
    """Add these people, all of them or none. Who is chosen already changes nothing.

    Raises Invalid "recipients": "missing"; Refusal "selection_full" (most, number, asked); Forbidden.
    """
    with use_case(session, clock, actor, "selection.add") as trail:
        unit = _choosing(session, clock, actor)
        keys = _keys(unit, asked)
        if not keys:
            raise Invalid({"recipients": ["missing"]})
        whose = _whose(unit)
        store.lock(session, whose)
        before = store.count(session, whose)
        added = store.add(session, whose, store.by_key(keys), trail.now)
        if before + added > LIMIT_PER_DAY:
            raise Refusal("selection_full", most=LIMIT_PER_DAY, number=before, asked=added)
        trail.fact(added=added, number=before + added)
        return Added(added, before + added)


def add_found(
    session: Session, clock: Clock, actor: Actor, asked: Criteria, narrowing: Narrowing | None = None
) -> Added:
    """Add those a search finds whom the unit has never written to, as many as can be written to today.

    Of more the first in the order of the results are taken, which the page says. Raises Refusal "selection_no_room"
    (left: messages of today for new ones; number: chosen), SearchClosed, Forbidden.
    """
    with use_case(session, clock, actor, "selection.add_found") as trail:
        unit = _choosing(session, clock, actor)
        if not may(actor, Permission.UNIT_SEEKER_SEARCH):
            raise Forbidden
        whose = _whose(unit)
        store.lock(session, whose)
        before = store.count(session, whose)
        left = quota_view(session, unit, trail.today).left_for_new
        room = min(left, LIMIT_PER_DAY) - before
        if room <= 0:
            raise Refusal("selection_no_room", left=left, number=before)
        new = all_of(store.not_chosen(whose), store.not_written_to(unit.unit_id))
        numbers, more = first_found(session, unit, trail.today, asked, narrowing or Narrowing(), room, new)
        added = store.add(session, whose, store.by_number(numbers), trail.now)
        trail.fact(added=added, number=before + added)
        return Added(added, before + added, more)


def remove(session: Session, clock: Clock, actor: Actor, asked: Sequence[str]) -> int:
    """Take these people out again; how many that were. Tokens of nobody change nothing."""
    with use_case(session, clock, actor, "selection.remove") as trail:
        unit = _choosing(session, clock, actor)
        gone = store.remove(session, _whose(unit), _keys(unit, asked))
        trail.fact(removed=gone)
        return gone


def empty(session: Session, clock: Clock, actor: Actor) -> int:
    """Take all out; how many that were."""
    with use_case(session, clock, actor, "selection.empty") as trail:
        gone = store.empty(session, _whose(_choosing(session, clock, actor)))
        trail.fact(removed=gone)
        return gone


def forget_old(session: Session, clock: Clock, actor: Actor) -> int:
    """The worker takes away who was chosen more than 90 days ago; how many that were. May be run twice.

    By the day of choosing and nothing else, so that a list does not tell who stopped from who blocked (ruling R3).
    """
    with use_case(session, clock, actor, "selection.forget") as trail:
        forgotten = store.forget(session, trail.now - KEPT)
        trail.fact(forgotten=forgotten)
        if not forgotten:
            trail.silent()
        return forgotten


def _choosing(session: Session, clock: Clock, actor: Actor) -> Acting:
    if not may(actor, Permission.UNIT_SELECTION_CHANGE):
        raise Forbidden
    return require_acting(session, actor, jst_day(clock.now()))


def _whose(unit: Acting) -> store.Whose:
    return store.Whose(unit.unit_id, unit.membership_id)


def _named(unit: Acting, keys: Sequence[bytes]) -> list[Chosen]:
    return [Chosen(alias.token(unit.key, SEEKER_TOKEN, key), alias.code(unit.key, key)) for key in keys]


def _keys(unit: Acting, asked: Sequence[str]) -> list[bytes]:
    found = (alias.open_token(unit.key, SEEKER_TOKEN, token) for token in asked)
    return [key for key in found if key is not None]
