"""Finding seekers and opening their profiles, for somebody of a unit.

The one who is found sees who opened the profile only as numbers; the unit sees tokens and codes of its own and never
anything by which two units could join their lists (rulings R4 and R5).
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy.orm import Session

from portal.calendar.clock import Clock
from portal.calendar.day import jst_day
from portal.domain.actor import Actor
from portal.domain.narrowing import Narrowing
from portal.domain.outcome import Outcome
from portal.domain.permission import Permission, may
from portal.domain.profile import Book, ProfileView
from portal.domain.reach import UnitClass
from portal.domain.refusal import Forbidden, Invalid, NotFound, Refusal
from portal.domain.search import COUNT_CAP, PAGE_SIZE, Criteria, Cursor
from portal.domain.standing import standing
from portal.domain.thread import Belonging, sees
from portal.services.acting import require_acting
from portal.services.narrowing import wanted
from portal.services.profile import every, offered, profile_view, profile_views
from portal.services.relay import SEEKER_TOKEN
from portal.services.thread import THREAD_TOKEN
from portal.services.use_case import query, use_case
from portal.store import alias
from portal.store import search as store
from portal.store.acting import Acting
from portal.store.condition import Condition, all_of
from portal.store.narrowing import Wanted, narrowed
from portal.store.time_limit import TookTooLong, at_most
from portal.store.words import Way
from portal.store.words import way as shortest

LONGEST = 2.0
"""Seconds that each statement of a search may take (on SQLite all together); then it is broken off (our decision)."""

# No seeker has this key; asked for when a token cannot be read, so that the statements are the same.
_NOBODY = bytes(16)


class ContactState(StrEnum):
    """How far the unit is with a seeker."""

    NONE = "none"
    WRITTEN = "written"
    ANSWERED = "answered"
    OUTCOME = "outcome"


@dataclass(frozen=True)
class ContactMark:
    """That somebody of the unit has written already.

    own: in a thread the asking person sees; of another department's thread only that it exists is told (ruling R13).
    thread: its token for the address, "" where it is not seen.
    """

    state: ContactState = ContactState.NONE
    own: bool = True
    answer: str | None = None
    outcome: Outcome = Outcome.NONE
    thread: str = ""


@dataclass(frozen=True)
class Card:
    """One seeker in a list or opened. token: for addresses, another one at each unit.

    around: in a list, that of the municipalities asked for none was named, but the whole prefecture or city.
    """

    token: str
    profile: ProfileView
    contact: ContactMark
    around: bool = False


@dataclass(frozen=True)
class SearchPage:
    """One page of results. found: at most 1,000; many: there are more. after: where the next page begins, "" = end.

    limited: the search was broken off because it took too long; without cards nobody was found in that time, with
    cards only the counting was broken off and ``found`` is the least there are. A narrower search helps.
    """

    cards: tuple[Card, ...]
    found: int
    many: bool
    after: str
    limited: bool = False


@dataclass(frozen=True)
class Tables:
    """What can be asked. every: all codes, ended ones too; offered: those that may be chosen today."""

    every: Book
    offered: Book


def tables(session: Session, clock: Clock) -> Tables:
    """The code tables for the search form."""
    with query(session):
        return Tables(every(session), offered(session, jst_day(clock.now())))


def search(
    session: Session,
    clock: Clock,
    actor: Actor,
    asked: Criteria,
    after: str = "",
    narrowing: Narrowing | None = None,
) -> SearchPage:
    """One page of the seekers within reach of the unit who fit, and whom the narrowing leaves.

    Each statement is sent once, however many are found. What takes too long is broken off: ``limited``. Raises
    SearchClosed with the unit's own reason, Forbidden, and Invalid "cursor": "unknown" when the place to go on from
    was not given out to this unit.
    """
    with query(session):
        today = jst_day(clock.now())
        unit = _searching(session, actor, Permission.UNIT_SEEKER_SEARCH, today)
        start = _place(unit, after)
        book = every(session)
        sought = wanted(asked, narrowing or Narrowing(), book)
        cards: tuple[Card, ...] = ()
        on = ""
        try:
            with at_most(session, LONGEST):
                way = shortest(session, sought.demands, sought.keys)
                found = _found(session, unit, today, sought, start, PAGE_SIZE, way=way)
                shown = found[:PAGE_SIZE]
                cards = _cards(session, unit, shown, asked, book)
                if len(found) > PAGE_SIZE:
                    on = alias.seal_cursor(unit.key, shown[-1].cursor.pack())
                # Last, because PostgreSQL answers nothing more after a statement was broken off.
                number = _number(session, unit, today, sought, way=way)
        except TookTooLong:
            return SearchPage(cards, len(cards), many=bool(on), after=on, limited=True)
        return SearchPage(cards, min(number, COUNT_CAP), many=number > COUNT_CAP, after=on)


def first_found(
    session: Session,
    unit: Acting,
    today: date,
    asked: Criteria,
    narrowing: Narrowing,
    size: int,
    also: Condition,
) -> tuple[list[int], bool]:
    """Inside numbers of the first ``size`` of a search, and whether there are more; part of the use cases that choose
    recipients. also: a further condition on a row of `profile`. Raises Refusal "search_took_too_long"."""
    standing(unit.facts, today).require_search()
    sought = wanted(asked, narrowing, every(session))
    try:
        with at_most(session, LONGEST):
            way = shortest(session, sought.demands, sought.keys)
            found = _found(session, unit, today, sought, None, size, also, way=way)
    except TookTooLong:
        raise Refusal("search_took_too_long") from None
    return [one.seeker_id for one in found[:size]], len(found) > size


def _found(
    session: Session,
    unit: Acting,
    today: date,
    sought: Wanted,
    start: Cursor | None,
    size: int,
    further: Condition | None = None,
    *,
    way: Way,
) -> list[store.Found]:
    """The next who fit, one more than ``size``: the one place where a page of results and a choice of all are found."""
    also = narrowed(unit.unit_id, sought.narrowing, sought.occupations)
    if further is not None:
        also = all_of(also, further)
    whose = (session, unit.unit_id, unit.unit_class, today)
    return store.page(*whose, sought.demands, start, size, also, keys=sought.keys, way=way)


def _number(session: Session, unit: Acting, today: date, sought: Wanted, *, way: Way) -> int:
    also = narrowed(unit.unit_id, sought.narrowing, sought.occupations)
    whose = (session, unit.unit_id, unit.unit_class, today)
    return store.count(*whose, sought.demands, COUNT_CAP, also, keys=sought.keys, way=way)


def open_profile(session: Session, clock: Clock, actor: Actor, token: str) -> Card:
    """The profile behind a token; that it was opened is kept.

    Raises NotFound, alike and after the same statements for a token that is no token, another unit's, and that of
    somebody out of reach for whatever cause (ruling R3); SearchClosed; Forbidden.
    """
    with use_case(session, clock, actor, "profile.open") as trail:
        unit = _searching(session, actor, Permission.UNIT_PROFILE_READ, trail.today)
        alias_key = alias.open_token(unit.key, SEEKER_TOKEN, token) or _NOBODY
        seeker_id = store.one(session, unit.unit_id, unit.unit_class, trail.today, alias_key)
        if seeker_id is None:
            raise NotFound
        trail.subject("seeker", seeker_id)
        store.note_view(session, unit.unit_id, seeker_id, trail.today)
        # A municipal unit offers no paid service (P-Q8), so it is not told who would need a notice.
        told_on = trail.today if unit.unit_class is UnitClass.PRIVATE else None
        view = profile_view(session, seeker_id, alias=alias.code(unit.key, alias_key), on=told_on)
        contact = store.contacts(session, unit.unit_id, [seeker_id]).get(seeker_id)
        return Card(token, view, _mark(unit, alias_key, contact))


def _searching(session: Session, actor: Actor, permission: Permission, today: date) -> Acting:
    """The unit somebody searches for. Raises Forbidden, NotFound, SearchClosed."""
    if not may(actor, permission):
        raise Forbidden
    unit = require_acting(session, actor, today)
    standing(unit.facts, today).require_search()
    return unit


def _place(unit: Acting, after: str) -> Cursor | None:
    if not after:
        return None
    packed = alias.open_cursor(unit.key, after)
    if packed is None or len(packed) != Cursor.LENGTH:
        raise Invalid({"cursor": ["unknown"]})
    return Cursor.unpack(packed)


def _cards(
    session: Session, unit: Acting, found: list[store.Found], asked: Criteria, book: Book
) -> tuple[Card, ...]:
    aliases = {one.seeker_id: alias.code(unit.key, one.alias_key) for one in found}
    views: Mapping[int, ProfileView] = profile_views(session, aliases)
    contacts = store.contacts(session, unit.unit_id, list(aliases))
    ordered = sorted(found, key=lambda one: (-one.cursor.month.toordinal(), _rank(unit.key, one.alias_key)))
    return tuple(
        Card(
            alias.token(unit.key, SEEKER_TOKEN, one.alias_key),
            views[one.seeker_id],
            _mark(unit, one.alias_key, contacts.get(one.seeker_id)),
            asked.only_around([place.code for place in views[one.seeker_id].places], book),
        )
        for one in ordered
    )


def _rank(unit_key: bytes, alias_key: bytes) -> bytes:
    """The place inside a page: another order at each unit, so that lists cannot be laid side by side (ruling R5)."""
    return hmac.new(unit_key, b"rank\0" + alias_key, hashlib.sha256).digest()


def _mark(unit: Acting, alias_key: bytes, contact: store.Contact | None) -> ContactMark:
    if contact is None:
        return ContactMark()
    if not sees(unit.member, Belonging(contact.department_id, contact.contractor_id)):
        return ContactMark(ContactState.WRITTEN, own=False)
    outcome = Outcome(contact.outcome)
    if outcome is not Outcome.NONE:
        state = ContactState.OUTCOME
    else:
        state = ContactState.ANSWERED if contact.answer else ContactState.WRITTEN
    thread = alias.token(unit.key, THREAD_TOKEN, alias_key)
    return ContactMark(state, True, contact.answer, outcome, thread)
