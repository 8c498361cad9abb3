"""Finding profiles for a unit: reach and facets in one statement, pages by keyset, counts that stop early."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    Select,
    Text,
    and_,
    bindparam,
    cast,
    func,
    literal,
    or_,
    select,
    tuple_,
    union_all,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, array
from sqlalchemy.dialects.postgresql import insert as insert_or_pg
from sqlalchemy.dialects.sqlite import insert as insert_or_lite
from sqlalchemy.orm import Session
from sqlalchemy.sql import ColumnElement

from portal.domain.reach import UnitClass
from portal.domain.search import Cursor
from portal.store.reach import reachable
from portal.store.tables import letterhead, profile, profile_view, rarity_placing, thread
from portal.store.words import Way, holding, indexed


@dataclass(frozen=True)
class Found:
    """One profile of a page; ids stay inside."""

    seeker_id: int
    alias_key: bytes
    cursor: Cursor


@dataclass(frozen=True)
class OrderKey:
    """What a place in the order is drawn from. tokens: of whom rare combinations are looked at
    (portal.domain.rarity)."""

    seeker_id: int
    alias_key: bytes
    tokens: frozenset[str] | None


@dataclass(frozen=True)
class Contact:
    """That the unit has written to somebody already, and how it stands."""

    department_id: int | None
    contractor_id: int | None
    answer: str | None
    outcome: str


@dataclass(frozen=True)
class Recipient:
    """Somebody within reach, by key. digest: of the letterhead shown last in the thread, "" without one."""

    seeker_id: int
    alias_key: bytes
    has_thread: bool
    department_id: int | None
    contractor_id: int | None
    digest: str


def fits(
    session: Session, demands: Sequence[Collection[str]], keys: Sequence[str], way: Way
) -> ColumnElement[bool]:
    """Whether a profile carries the tokens and its published texts hold the words."""
    return and_(indexed(demands, way), carries(session, demands), holding(session, keys, way))


def carries(session: Session, demands: Sequence[Collection[str]]) -> ColumnElement[bool]:
    """Whether a profile carries at least one token of every group."""
    if session.get_bind().dialect.name == "postgresql":
        # "Contains" is told apart from "overlaps" because the index finds the rarest of several tokens by it.
        every = [next(iter(group)) for group in demands if len(group) == 1]
        some = [sorted(group) for group in demands if len(group) > 1]
        parts: list[ColumnElement[bool]] = (
            [_array(sorted(every)).bool_op("<@")(profile.c.tokens)] if every else []
        )
        parts += [profile.c.tokens.bool_op("&&")(_array(group)) for group in some]
        return and_(literal(True), *parts)
    return and_(
        literal(True),
        *(
            or_(*(func.instr(cast(profile.c.tokens, Text), f" {token} ") > 0 for token in sorted(group)))
            for group in demands
        ),
    )


def _array(tokens: Sequence[str]) -> ColumnElement[object]:
    return cast(array(tokens), ARRAY(Text))


def page(
    session: Session,
    unit_id: int,
    unit_class: UnitClass,
    on: date,
    demands: Sequence[Collection[str]],
    after: Cursor | None,
    size: int,
    also: ColumnElement[bool] | None = None,
    *,
    keys: Sequence[str] = (),
    way: Way = Way.WALK,
) -> list[Found]:
    """The next profiles in the order of ruling R5: month of publication, then shuffle. One more than ``size``.

    also: a further condition on a row of `profile` (portal.store.narrowing). keys: of the words that the texts must
    hold. way: what portal.store.words.way says; the answer is the same.
    """
    wanted = by_index(
        select(profile.c.seeker_id, profile.c.alias_key, profile.c.month, profile.c.shuffle), way
    ).where(reachable(unit_id, unit_class, on), fits(session, demands, keys, way))
    if also is not None:
        wanted = wanted.where(also)
    order = (profile.c.month.desc(), profile.c.shuffle, profile.c.seeker_id)
    ordered = wanted.order_by(*order).limit(size + 1)
    if after is not None:
        # Two stretches of the index instead of one condition that no index can begin at.
        place = tuple_(after.shuffle, after.seeker_id)
        here = ordered.where(
            profile.c.month == after.month, tuple_(profile.c.shuffle, profile.c.seeker_id) > place
        )
        later = ordered.where(profile.c.month < after.month)
        both = union_all(select(here.subquery()), select(later.subquery())).subquery()
        ordered = select(both).order_by(both.c.month.desc(), both.c.shuffle, both.c.seeker_id).limit(size + 1)
    return [
        Found(row.seeker_id, row.alias_key, Cursor(row.month, row.shuffle, row.seeker_id))
        for row in session.execute(ordered)
    ]


def count(
    session: Session,
    unit_id: int,
    unit_class: UnitClass,
    on: date,
    demands: Sequence[Collection[str]],
    cap: int,
    also: ColumnElement[bool] | None = None,
    *,
    keys: Sequence[str] = (),
    way: Way = Way.WALK,
) -> int:
    """How many profiles fit, at most ``cap`` + 1; also, keys, way: as for `page`."""
    wanted = by_index(select(profile.c.seeker_id), way).where(
        reachable(unit_id, unit_class, on), fits(session, demands, keys, way)
    )
    if also is not None:
        wanted = wanted.where(also)
    some = wanted.limit(cap + 1).subquery()
    return int(session.execute(select(func.count()).select_from(some)).scalar_one())


def by_index(wanted: Select[Any], way: Way) -> Select[Any]:
    """Keeps SQLite from walking in the order of the results when it should look some up."""
    return wanted.with_hint(profile, "NOT INDEXED", "sqlite") if way is not Way.WALK else wanted


def one(session: Session, unit_id: int, unit_class: UnitClass, on: date, alias_key: bytes) -> int | None:
    """The seeker behind a key if the unit reaches them on this day; the same statement for every cause why not."""
    found = session.execute(
        select(profile.c.seeker_id).where(
            profile.c.alias_key == alias_key, reachable(unit_id, unit_class, on)
        )
    )
    return found.scalar_one_or_none()


def note_view(session: Session, unit_id: int, seeker_id: int, on: date) -> None:
    """Count that the unit opened a profile on this day."""
    insert_or = insert_or_lite if session.get_bind().dialect.name == "sqlite" else insert_or_pg
    made = insert_or(profile_view).values(unit_id=unit_id, seeker_id=seeker_id, jst_day=on, n=1)
    session.execute(
        made.on_conflict_do_update(
            index_elements=["unit_id", "seeker_id", "jst_day"], set_={"n": profile_view.c.n + 1}
        )
    )


def recipients(
    session: Session, unit_id: int, unit_class: UnitClass, on: date, alias_keys: Collection[bytes]
) -> list[Recipient]:
    """Of these, who is within reach, with the thread there may be; one statement, whatever keeps the others out."""
    rows = session.execute(
        select(
            profile.c.seeker_id,
            profile.c.alias_key,
            thread.c.id.label("thread_id"),
            thread.c.department_id,
            thread.c.contractor_id,
            letterhead.c.digest,
        )
        .outerjoin(thread, (thread.c.seeker_id == profile.c.seeker_id) & (thread.c.unit_id == unit_id))
        .outerjoin(letterhead, letterhead.c.id == thread.c.letterhead_id)
        .where(profile.c.alias_key.in_(alias_keys), reachable(unit_id, unit_class, on))
    )
    return [
        Recipient(
            row.seeker_id,
            row.alias_key,
            row.thread_id is not None,
            row.department_id,
            row.contractor_id,
            row.digest or "",
        )
        for row in rows
    ]


def contacts(session: Session, unit_id: int, seeker_ids: Collection[int]) -> dict[int, Contact]:
    """Which of these the unit has written to; asked for one page only, never for the whole search."""
    rows = session.execute(
        select(
            thread.c.seeker_id,
            thread.c.department_id,
            thread.c.contractor_id,
            thread.c.answer,
            thread.c.outcome,
        ).where(thread.c.unit_id == unit_id, thread.c.seeker_id.in_(seeker_ids))
    )
    return {
        row.seeker_id: Contact(row.department_id, row.contractor_id, row.answer, row.outcome) for row in rows
    }


def order_keys(session: Session, after: int, size: int) -> list[OrderKey]:
    """Seekers after this one with what their place in the order is drawn from, ascending."""
    rows = session.execute(
        select(
            profile.c.seeker_id,
            profile.c.alias_key,
            profile.c.tokens,
            rarity_placing.c.seeker_id.label("placed"),
        )
        .outerjoin(rarity_placing, rarity_placing.c.seeker_id == profile.c.seeker_id)
        .where(profile.c.seeker_id > after)
        .order_by(profile.c.seeker_id)
        .limit(size)
    )
    return [
        OrderKey(row.seeker_id, row.alias_key, None if row.placed is None else row.tokens) for row in rows
    ]


def put_order(session: Session, drawn: Sequence[tuple[int, int]]) -> None:
    """Store new places in the order; ascending, as everybody locks profiles."""
    session.execute(
        update(profile).where(profile.c.seeker_id == bindparam("number")).values(shuffle=bindparam("place")),
        [{"number": number, "place": place} for number, place in drawn],
    )
