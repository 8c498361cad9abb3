"""Saved searches of a unit: rows asked for by whoever may see them, content sealed."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, RowMapping, and_, delete, func, insert, or_, select, update
from sqlalchemy.orm import Session

from portal.domain.saved_search import Content, Looks, pack, unpack
from portal.domain.thread import Belonging
from portal.store.keyring import keyring
from portal.store.tables import membership, saved_search

_LABEL = "saved_search.content"


@dataclass(frozen=True)
class Row:
    """One saved search; ids stay inside."""

    id: int
    public_id: bytes
    membership_id: int
    shared: bool
    content: Content
    looks: Looks
    removed_at: datetime | None


@dataclass(frozen=True)
class Whose:
    """Who asks: the unit, the person, and where in the unit that person works."""

    unit_id: int
    membership_id: int
    belongs: Belonging


def _seen_by(whose: Whose) -> ColumnElement[bool]:
    """`portal.domain.saved_search.sees` in SQL."""
    return and_(
        saved_search.c.unit_id == whose.unit_id,
        or_(
            saved_search.c.membership_id == whose.membership_id,
            and_(saved_search.c.shared, _at(whose.belongs)),
        ),
    )


def _at(place: Belonging) -> ColumnElement[bool]:
    return and_(
        saved_search.c.department_id.is_not_distinct_from(place.department_id),
        saved_search.c.contractor_id.is_not_distinct_from(place.contractor_id),
    )


def lock(session: Session, whose: Whose) -> None:
    """One act on saved searches of a person at a time, so that the number of them can be relied on."""
    session.execute(
        select(membership.c.id).where(membership.c.id == whose.membership_id).with_for_update(key_share=True)
    )


def seen(session: Session, whose: Whose) -> list[Row]:
    """Everything that somebody sees, removed ones too, in the order of saving."""
    rows = session.execute(select(saved_search).where(_seen_by(whose)).order_by(saved_search.c.id))
    return [_row(session, row._mapping) for row in rows]


def one(session: Session, whose: Whose, public_id: bytes) -> Row | None:
    """One that somebody sees, a removed one too; None for all others."""
    row = (
        session.execute(select(saved_search).where(saved_search.c.public_id == public_id, _seen_by(whose)))
        .mappings()
        .one_or_none()
    )
    return None if row is None else _row(session, row)


def _row(session: Session, row: RowMapping) -> Row:
    text = keyring(session).open(_LABEL, row["public_id"].hex(), row["content_sealed"])
    return Row(
        row["id"],
        row["public_id"],
        row["membership_id"],
        row["shared"],
        unpack(text),
        Looks(row["looked_in"], row["new_from"]),
        row["removed_at"],
    )


def counted(session: Session, whose: Whose) -> tuple[int, int]:
    """How many the person has, and how many are shared at the person's place; removed ones are not counted."""
    mine = func.count().filter(saved_search.c.membership_id == whose.membership_id)
    here = func.count().filter(saved_search.c.shared, _at(whose.belongs))
    row = session.execute(
        select(mine, here).where(saved_search.c.unit_id == whose.unit_id, saved_search.c.removed_at.is_(None))
    ).one()
    return int(row[0]), int(row[1])


def add(
    session: Session,
    whose: Whose,
    public_id: bytes,
    content: Content,
    looks: Looks,
    at: datetime,
    *,
    shared: bool,
) -> int:
    """Keep a new one; its inside number."""
    made = session.execute(
        insert(saved_search)
        .values(
            public_id=public_id,
            unit_id=whose.unit_id,
            membership_id=whose.membership_id,
            department_id=whose.belongs.department_id,
            contractor_id=whose.belongs.contractor_id,
            shared=shared,
            content_sealed=_sealed(session, public_id, content),
            looked_in=looks.looked_in,
            new_from=looks.new_from,
            saved_at=at,
        )
        .returning(saved_search.c.id)
    )
    return int(made.scalar_one())


def change(session: Session, whose: Whose, row: Row, content: Content, *, shared: bool, moved: bool) -> None:
    """Another name or other conditions, shared or not. moved: it now belongs where the person works today."""
    place = (
        {"department_id": whose.belongs.department_id, "contractor_id": whose.belongs.contractor_id}
        if moved
        else {}
    )
    session.execute(
        update(saved_search)
        .where(saved_search.c.id == row.id)
        .values(shared=shared, content_sealed=_sealed(session, row.public_id, content), **place)
    )


def look(session: Session, row: Row, looks: Looks) -> None:
    """Note in which month somebody looked."""
    session.execute(
        update(saved_search)
        .where(saved_search.c.id == row.id)
        .values(looked_in=looks.looked_in, new_from=looks.new_from)
    )


def remove(session: Session, row: Row, at: datetime | None) -> None:
    """Remove, or with None put back."""
    session.execute(update(saved_search).where(saved_search.c.id == row.id).values(removed_at=at))


def forget(session: Session, before: datetime, unit_id: int | None = None) -> int:
    """Delete for good what was removed before an instant, by one unit or by all; how many."""
    where = [saved_search.c.removed_at < before]
    if unit_id is not None:
        where.append(saved_search.c.unit_id == unit_id)
    gone = session.execute(delete(saved_search).where(*where).returning(saved_search.c.id))
    return len(gone.all())


def _sealed(session: Session, public_id: bytes, content: Content) -> bytes:
    return keyring(session).seal(_LABEL, public_id.hex(), pack(content))
