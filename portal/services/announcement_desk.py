"""Announcements (お知らせ) for whoever writes them: the operator to anybody, a bureau's clerk to the bureau's own units.

To whom an announcement goes is never changed after it was made; its words and days are, and whoever has read it then
finds it new again (our decision). It can be withdrawn, and is kept. Nobody gets a mail for what somebody wrote.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from portal.calendar.clock import Clock
from portal.calendar.day import jst_day
from portal.domain.actor import Actor, ActorKind
from portal.domain.announcement import (
    BUREAU_MAY,
    CLASS_OF,
    OPERATOR_MAY,
    Kind,
    To,
    read_content,
    read_to,
    read_unit_numbers,
    shown,
)
from portal.domain.entry import Gathered, Typed
from portal.domain.permission import Permission, may
from portal.domain.reach import UnitClass
from portal.domain.refusal import Conflict, Forbidden, Invalid, NotFound
from portal.services import public_id
from portal.services.use_case import query, use_case
from portal.store import announcement as store
from portal.store import unit as units
from portal.store.announcement import Row

PAGE = 30
"""Announcements on one page."""


@dataclass(frozen=True)
class Written:
    """One announcement to its author. unit: the name of the one it goes to, "" = several. state: "ahead", "shown",
    "over", "withdrawn". units, opened: to how many units it goes today, and how many of them have opened it as it
    reads now; None in lists, and where it goes to everybody."""

    ref: str
    to: To
    unit: str
    title: str
    text: str
    shown_from: date
    shown_until: date | None
    state: str
    created_at: datetime
    changed_at: datetime
    revision: int
    units: int | None = None
    opened: int | None = None


@dataclass(frozen=True)
class WrittenPage:
    """One page of what was written, the latest first."""

    lines: tuple[Written, ...]
    number: int
    more: bool


def write(session: Session, clock: Clock, actor: Actor, typed: Typed, key: str) -> str:
    """Make an announcement; what stands for it in addresses. The same key twice makes one.

    typed: to, number (of the one unit), title, text, shown_from, shown_until. Raises Forbidden, Invalid with everything
    wrong at once ("unknown_unit" on the number, "unit_ambiguous").
    """
    with use_case(session, clock, actor, "announcement.write") as trail:
        bureau = _author(actor)
        raw = public_id.read(key)
        if raw is None:
            raise Invalid({"": ["key_character"]})
        faults = Gathered()
        to = faults.read(None, read_to, typed, OPERATOR_MAY if bureau is None else BUREAU_MAY)
        unit_id = faults.read(None, _unit, session, typed, bureau) if to is To.UNIT else None
        content = faults.read(None, read_content, typed, trail.today)
        faults.settle()
        if to is None or content is None:
            raise Invalid({"": ["invalid"]})
        unit_class = CLASS_OF.get(to)
        number = store.add(
            session,
            trail.now,
            public_id=raw,
            author="operator" if bureau is None else "bureau",
            author_bureau=bureau,
            audience={To.UNIT: "unit", To.EVERYBODY: "everybody"}.get(to, "units"),
            unit_id=unit_id,
            bureau_code=bureau if to in CLASS_OF else None,
            unit_class=None if unit_class is None else unit_class.value,
            kind=Kind.TEXT,
            title=content.title,
            text=content.text,
            shown_from=content.shown_from,
            shown_until=content.shown_until,
            by=actor.account_id,
        )
        if number is None:
            if store.own(session, bureau, raw) is None:
                raise Conflict
            trail.silent()
            return key
        trail.subject("announcement", number)
        trail.fact(to=to.value, shown_from=content.shown_from, shown_until=content.shown_until)
        return key


def change(session: Session, clock: Clock, actor: Actor, ref: str, seen: int, typed: Typed) -> None:
    """Other words or days; it is new again for everybody. seen: the revision that was shown.

    Raises Forbidden, NotFound, Invalid, Conflict when it was withdrawn or changed meanwhile.
    """
    with use_case(session, clock, actor, "announcement.change") as trail:
        row = _own(session, actor, ref, lock=True)
        trail.subject("announcement", row.id)
        if row.withdrawn_at is not None or row.revision != seen:
            raise Conflict
        content = read_content(typed, trail.today, began=row.shown_from)
        if (content.title, content.text, content.shown_from, content.shown_until) == (
            row.title,
            row.text,
            row.shown_from,
            row.shown_until,
        ):
            trail.silent()
            return
        store.change(session, row.id, content, trail.now)
        trail.fact(revision=row.revision + 1)


def withdraw(session: Session, clock: Clock, actor: Actor, ref: str) -> None:
    """Show it to nobody any more; a second time changes nothing. Raises Forbidden, NotFound."""
    with use_case(session, clock, actor, "announcement.withdraw") as trail:
        row = _own(session, actor, ref, lock=True)
        trail.subject("announcement", row.id)
        if row.withdrawn_at is not None:
            trail.silent()
            return
        store.withdraw(session, row.id, trail.now)


def written(session: Session, clock: Clock, actor: Actor, number: int = 1) -> WrittenPage:
    """What the bureau, or the operator, has written. Raises Forbidden."""
    today = jst_day(clock.now())
    with query(session):
        rows = store.written(session, _author(actor), offset=(number - 1) * PAGE, limit=PAGE + 1)
        names = store.unit_names(session, [row.unit_id for row in rows if row.unit_id is not None])
    return WrittenPage(tuple(_line(row, names, today) for row in rows[:PAGE]), number, len(rows) > PAGE)


def one(session: Session, clock: Clock, actor: Actor, ref: str) -> Written:
    """One of them, with how many units have opened it. Raises Forbidden, NotFound."""
    with query(session):
        row = _own(session, actor, ref)
        names = store.unit_names(session, [] if row.unit_id is None else [row.unit_id])
        found = _line(row, names, jst_day(clock.now()))
        if row.audience == "everybody":
            return found
        total, opened = store.reached(session, row)
        return replace(found, units=total, opened=opened)


def offered(session: Session, actor: Actor) -> dict[To, int]:
    """To how many units each choice goes now. Raises Forbidden."""
    bureau = _author(actor)
    with query(session):
        counts = store.units_by_class(session, bureau)
    by_class = {to: counts.get(one_class.value, 0) for to, one_class in CLASS_OF.items() if one_class}
    return {To.UNITS: sum(counts.values()), **by_class}


def _author(actor: Actor) -> str | None:
    """The bureau for which somebody writes; None for the operator. Raises Forbidden."""
    if actor.kind is ActorKind.OPERATOR:
        return None
    if not may(actor, Permission.BUREAU_ANNOUNCEMENT_WRITE) or actor.bureau_code is None:
        raise Forbidden
    return actor.bureau_code


def _own(session: Session, actor: Actor, ref: str, *, lock: bool = False) -> Row:
    row = store.own(session, _author(actor), public_id.read(ref) or b"", lock=lock)
    if row is None:
        raise NotFound
    return row


def _unit(session: Session, typed: Typed, bureau: str | None) -> int:
    numbers = read_unit_numbers(typed)
    found = {
        row.id: row
        for unit_class, number in numbers.items()
        for row in units.by_number(session, number)
        if row.unit_class is unit_class and bureau in (None, row.bureau_code)
    }
    if len(found) > 1:
        raise Invalid({"number": ["unit_ambiguous"]})
    if not found:
        raise Invalid({"number": ["unknown_unit"]})
    return next(iter(found))


def _line(row: Row, names: dict[int, str], today: date) -> Written:
    if row.audience == "everybody":
        to = To.EVERYBODY
    elif row.unit_id is not None:
        to = To.UNIT
    else:
        to = To.UNITS if row.unit_class is None else To(UnitClass(row.unit_class).value)
    if row.withdrawn_at is not None:
        state = "withdrawn"
    elif shown(row.shown_from, row.shown_until, today):
        state = "shown"
    else:
        state = "ahead" if today < row.shown_from else "over"
    return Written(
        ref=public_id.shown(row.public_id),
        to=to,
        unit="" if row.unit_id is None else names.get(row.unit_id, ""),
        title=row.title,
        text=row.text,
        shown_from=row.shown_from,
        shown_until=row.shown_until,
        state=state,
        created_at=row.created_at,
        changed_at=row.changed_at,
        revision=row.revision,
    )
