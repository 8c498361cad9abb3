"""Saved searches: keeping, finding again, renaming, removing, and what is new since the last look.

They belong to the person who saved them; shared ones to the people of the same department or contractor, who may
rename and remove them too (our reading of ruling R13, said on the page). What is new: docs/decisions/0007.
"""

import secrets
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.orm import Session

from portal.calendar.clock import Clock
from portal.calendar.day import jst_day
from portal.domain.actor import Actor
from portal.domain.entry import Gathered, Typed
from portal.domain.narrowing import Narrowing
from portal.domain.permission import Permission, may
from portal.domain.profile import Book
from portal.domain.rarity import told
from portal.domain.refusal import Conflict, Forbidden, Invalid, NotFound
from portal.domain.saved_search import (
    KEPT_AFTER_REMOVAL,
    Asked,
    Content,
    Dropped,
    Looks,
    read_name,
    read_shared,
    require_room,
    still_valid,
    with_new,
)
from portal.domain.standing import standing
from portal.services import public_id
from portal.services.acting import require_acting
from portal.services.narrowing import wanted
from portal.services.profile import every, offered
from portal.services.search import LONGEST
from portal.services.use_case import query, use_case
from portal.store import narrowing as counting
from portal.store import rarity
from portal.store import saved_search as store
from portal.store.acting import Acting
from portal.store.time_limit import TookTooLong, at_most

NEW_CAP = 99
"""Counting of those who are new stops here; more is shown as 99人以上."""


@dataclass(frozen=True)
class Saved:
    """One saved search. ref: for addresses. mine: one's own; else shared by a colleague. asked: what may still be
    asked today; dropped: what may not any more.

    new: those who are new since the month ``since``, at most 99, many: there are more, few: there are some, but fewer
    than ``new``; None while the unit may not search, or when counting took too long.
    """

    ref: str
    name: str
    mine: bool
    shared: bool
    asked: Asked
    dropped: tuple[Dropped, ...]
    since: date
    newly: Narrowing
    new: int | None = None
    many: bool = False
    few: bool = False


@dataclass(frozen=True)
class SavedSearches:
    """All that somebody sees: those in use, and those that were removed in the last 24 hours."""

    kept: tuple[Saved, ...]
    removed: tuple[Saved, ...]
    searching: bool


def saved_searches(session: Session, clock: Clock, actor: Actor) -> SavedSearches:
    """The list, own ones first; as many statements whatever is in it. Raises Forbidden, NotFound."""
    with query(session):
        now = clock.now()
        today = jst_day(now)
        unit = _asking(session, actor, today)
        book = offered(session, today)
        rows = store.seen(session, _whose(unit))
        kept = [_saved(unit, row, book, today) for row in rows if row.removed_at is None]
        removed = [
            _saved(unit, row, book, today)
            for row in rows
            if row.removed_at is not None and now - row.removed_at < KEPT_AFTER_REMOVAL
        ]
        searching = standing(unit.facts, today).search
        if searching:
            kept = _counted(session, unit, kept, every(session), today)
        kept.sort(key=lambda each: not each.mine)
        return SavedSearches(tuple(kept), tuple(removed), searching)


def saved_search(session: Session, clock: Clock, actor: Actor, ref: str) -> Saved:
    """One of them, uncounted. Raises Forbidden, and NotFound for what this person does not see."""
    with query(session):
        today = jst_day(clock.now())
        unit = _asking(session, actor, today)
        return _saved(unit, _row(session, unit, ref), offered(session, today), today)


def save(session: Session, clock: Clock, actor: Actor, typed: Typed, asked: Asked) -> str:
    """Keep the conditions under a name; the ref. The same once more changes nothing.

    Raises Invalid: on "name" "missing", "too_long", characters, "saved_name_taken"; "saved_full" of the form;
    "shared_full" on "shared".
    """
    with use_case(session, clock, actor, "saved_search.save") as trail:
        unit = _asking(session, actor, trail.today)
        whose = _whose(unit)
        name, shared = read_name(typed), read_shared(typed)
        store.lock(session, whose)
        store.forget(session, trail.now - KEPT_AFTER_REMOVAL, unit.unit_id)
        content = Content(name, asked)
        for row in _own(session, whose):
            if row.content == content and row.shared == shared:
                trail.silent()
                return public_id.shown(row.public_id)
            if row.content.name == name:
                raise Invalid({"name": ["saved_name_taken"]})
        require_room(*store.counted(session, whose), shared=shared)
        fresh = secrets.token_bytes(16)
        number = store.add(session, whose, fresh, content, Looks.first(trail.today), trail.now, shared=shared)
        trail.subject("saved_search", number)
        trail.fact(shared=shared)
        return public_id.shown(fresh)


def rename(session: Session, clock: Clock, actor: Actor, ref: str, typed: Typed) -> None:
    """Another name; the owner also decides on sharing. Raises NotFound, Conflict when it was removed, Invalid."""
    with use_case(session, clock, actor, "saved_search.rename") as trail:
        unit = _asking(session, actor, trail.today)
        whose = _whose(unit)
        store.lock(session, whose)
        row = _row(session, unit, ref)
        trail.subject("saved_search", row.id)
        if row.removed_at is not None:
            raise Conflict
        mine = row.membership_id == unit.membership_id
        name, shared = read_name(typed), read_shared(typed) if mine else row.shared
        faults = Gathered()
        if mine and any(other.content.name == name and other.id != row.id for other in _own(session, whose)):
            faults.add("name", "saved_name_taken")
        if shared and not row.shared:
            _, here = store.counted(session, whose)
            faults.read(None, require_room, 0, here, shared=True)
        faults.settle()
        store.change(
            session,
            whose,
            row,
            Content(name, row.content.asked),
            shared=shared,
            moved=shared and not row.shared,
        )


def remove(session: Session, clock: Clock, actor: Actor, ref: str) -> None:
    """Remove one; it can be put back for 24 hours. Removing it again changes nothing. Raises NotFound."""
    with use_case(session, clock, actor, "saved_search.remove") as trail:
        unit = _asking(session, actor, trail.today)
        store.lock(session, _whose(unit))
        store.forget(session, trail.now - KEPT_AFTER_REMOVAL, unit.unit_id)
        row = _row(session, unit, ref)
        trail.subject("saved_search", row.id)
        if row.removed_at is not None:
            trail.silent()
            return
        store.remove(session, row, trail.now)


def restore(session: Session, clock: Clock, actor: Actor, ref: str) -> None:
    """Put one back. Raises NotFound, also when it is gone for good; Invalid as ``save`` when there is no room, or
    another of one's own has its name by now."""
    with use_case(session, clock, actor, "saved_search.restore") as trail:
        unit = _asking(session, actor, trail.today)
        whose = _whose(unit)
        store.lock(session, whose)
        store.forget(session, trail.now - KEPT_AFTER_REMOVAL, unit.unit_id)
        row = _row(session, unit, ref)
        trail.subject("saved_search", row.id)
        if row.removed_at is None:
            trail.silent()
            return
        mine = row.membership_id == unit.membership_id
        if mine and any(other.content.name == row.content.name for other in _own(session, whose)):
            raise Invalid({"name": ["saved_name_taken"]})
        own, here = store.counted(session, whose)
        require_room(own if mine else 0, here, shared=row.shared)
        store.remove(session, row, None)


def look(session: Session, clock: Clock, actor: Actor, ref: str) -> Saved:
    """Open one: what to ask now, and who is new. That somebody looked is kept to the month; writes only then.

    Raises NotFound, also for a removed one; Forbidden; SearchClosed.
    """
    with use_case(session, clock, actor, "saved_search.look") as trail:
        trail.silent()
        unit = _asking(session, actor, trail.today)
        standing(unit.facts, trail.today).require_search()
        row = _row(session, unit, ref)
        if row.removed_at is not None:
            raise NotFound
        found = _saved(unit, row, offered(session, trail.today), trail.today)
        looks = row.looks.again(trail.today)
        if looks != row.looks:
            store.look(session, row, looks)
        return found


def forget_removed(session: Session, clock: Clock, actor: Actor) -> int:
    """Delete for good what can no longer be put back; how many. For the clock worker; may be run twice."""
    with use_case(session, clock, actor, "saved_search.forget") as trail:
        forgotten = store.forget(session, trail.now - KEPT_AFTER_REMOVAL)
        trail.fact(saved_searches=forgotten)
        if not forgotten:
            trail.silent()
        return forgotten


def _asking(session: Session, actor: Actor, today: date) -> Acting:
    if not may(actor, Permission.UNIT_SEEKER_SEARCH):
        raise Forbidden
    return require_acting(session, actor, today)


def _whose(unit: Acting) -> store.Whose:
    return store.Whose(unit.unit_id, unit.membership_id, unit.member.belongs)


def _row(session: Session, unit: Acting, ref: str) -> store.Row:
    """Asked for with the same statement for a ref that cannot be read."""
    row = store.one(session, _whose(unit), public_id.read(ref) or b"")
    if row is None:
        raise NotFound
    return row


def _own(session: Session, whose: store.Whose) -> list[store.Row]:
    return [
        row
        for row in store.seen(session, whose)
        if row.membership_id == whose.membership_id and row.removed_at is None
    ]


def _saved(unit: Acting, row: store.Row, book: Book, today: date) -> Saved:
    asked, dropped = still_valid(row.content.asked, book)
    newly = with_new(asked, row.looks, today)
    return Saved(
        ref=public_id.shown(row.public_id),
        name=row.content.name,
        mine=row.membership_id == unit.membership_id,
        shared=row.shared,
        asked=asked,
        dropped=dropped,
        since=newly.since or today,
        newly=newly,
    )


def _counted(session: Session, unit: Acting, kept: list[Saved], book: Book, today: date) -> list[Saved]:
    searches = [wanted(each.asked.criteria, each.newly, book) for each in kept]
    try:
        with at_most(session, LONGEST):
            numbers = counting.counts(session, unit.unit_id, unit.unit_class, today, searches, NEW_CAP)
            least = rarity.in_force(session)
    except TookTooLong:
        return kept
    counts = [told(min(number, NEW_CAP), least) for number in numbers]
    return [
        replace(each, new=count.number, few=count.few, many=number > NEW_CAP)
        for each, count, number in zip(kept, counts, numbers, strict=True)
    ]
