"""Announcements: kept, found for whoever reads, and the marks of having read them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Select,
    and_,
    case,
    exists,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert as insert_or_pg
from sqlalchemy.dialects.sqlite import insert as insert_or_lite
from sqlalchemy.orm import Session

from portal.domain.announcement import Content, FactValue, Kind
from portal.store.tables import (
    announcement,
    announcement_opened,
    announcement_read,
    membership,
    unit,
    unit_record,
)
from portal.store.unit import newest_record


@dataclass(frozen=True)
class Row:
    """One announcement. read: whether the account that asked has read it as it stands now."""

    id: int
    public_id: bytes
    audience: str
    unit_id: int | None
    bureau_code: str | None
    unit_class: str | None
    author: str
    author_bureau: str | None
    kind: Kind
    title: str
    text: str
    facts: Mapping[str, FactValue]
    shown_from: date
    shown_until: date | None
    created_at: datetime
    changed_at: datetime
    revision: int
    withdrawn_at: datetime | None
    read: bool = False


@dataclass(frozen=True)
class Reader:
    """Who reads: an account, and the unit it acts for, if any."""

    account_id: int
    unit_id: int | None = None


def add(
    session: Session,
    now: datetime,
    *,
    public_id: bytes,
    author: str,
    audience: str,
    kind: Kind,
    shown_from: date,
    shown_until: date | None,
    unit_id: int | None = None,
    bureau_code: str | None = None,
    unit_class: str | None = None,
    author_bureau: str | None = None,
    title: str | None = None,
    text: str | None = None,
    facts: Mapping[str, FactValue] | None = None,
    by: int | None = None,
) -> int | None:
    """A new announcement; None when there is one under this public id already."""
    insert_or = insert_or_lite if session.get_bind().dialect.name == "sqlite" else insert_or_pg
    return session.execute(
        insert_or(announcement)
        .values(
            public_id=public_id,
            audience=audience,
            unit_id=unit_id,
            bureau_code=bureau_code,
            unit_class=unit_class,
            author=author,
            author_bureau=author_bureau,
            kind=kind.value,
            title=title,
            text=text,
            facts=_written(facts or {}),
            shown_from=shown_from,
            shown_until=shown_until,
            created_at=now,
            created_by=by,
            changed_at=now,
        )
        .on_conflict_do_nothing(index_elements=["public_id"])
        .returning(announcement.c.id)
    ).scalar_one_or_none()


def _written(facts: Mapping[str, FactValue]) -> str:
    plain = {
        name: {"day": value.isoformat()} if isinstance(value, date) else value
        for name, value in facts.items()
        if value is not None
    }
    return json.dumps(plain, ensure_ascii=False, sort_keys=True)


def _facts(text: str) -> dict[str, FactValue]:
    found: dict[str, Any] = json.loads(text)
    return {
        name: date.fromisoformat(value["day"]) if isinstance(value, dict) else value
        for name, value in found.items()
    }


def _for(reader: Reader, on: date) -> ColumnElement[bool]:
    """What is shown to a reader on a day."""
    mine: list[ColumnElement[bool]] = [announcement.c.audience == "everybody"]
    if reader.unit_id is not None:
        own = exists().where(
            unit.c.id == reader.unit_id,
            or_(announcement.c.bureau_code.is_(None), announcement.c.bureau_code == unit.c.bureau_code),
            or_(announcement.c.unit_class.is_(None), announcement.c.unit_class == unit.c.unit_class),
        )
        mine += [announcement.c.unit_id == reader.unit_id, and_(announcement.c.audience == "units", own)]
    return and_(
        or_(*mine),
        announcement.c.withdrawn_at.is_(None),
        announcement.c.shown_from <= on,
        or_(announcement.c.shown_until.is_(None), announcement.c.shown_until >= on),
    )


def _read(account_id: int) -> ColumnElement[bool]:
    return exists().where(
        announcement_read.c.account_id == account_id,
        announcement_read.c.announcement_id == announcement.c.id,
        announcement_read.c.revision == announcement.c.revision,
    )


def unread(reader: Reader, on: date) -> ScalarSelect[int]:
    """How many a reader has not read: a column for statements that pages make anyway."""
    return (
        select(func.count())
        .select_from(announcement)
        .where(_for(reader, on), ~_read(reader.account_id))
        .scalar_subquery()
    )


def count_unread(session: Session, reader: Reader, on: date) -> int:
    """The same as a statement of its own."""
    return int(session.execute(select(unread(reader, on))).scalar_one())


def _rows(*more: Any) -> Select[Any]:
    return select(announcement, *more)


def _row(found: Any) -> Row:
    return Row(
        id=found.id,
        public_id=found.public_id,
        audience=found.audience,
        unit_id=found.unit_id,
        bureau_code=found.bureau_code,
        unit_class=found.unit_class,
        author=found.author,
        author_bureau=found.author_bureau,
        kind=Kind(found.kind),
        title=found.title or "",
        text=found.text or "",
        facts=_facts(found.facts),
        shown_from=found.shown_from,
        shown_until=found.shown_until,
        created_at=found.created_at,
        changed_at=found.changed_at,
        revision=found.revision,
        withdrawn_at=found.withdrawn_at,
        read=bool(getattr(found, "is_read", False)),
    )


def page(session: Session, reader: Reader, on: date, *, offset: int, limit: int) -> list[Row]:
    """What is shown to a reader: unread ones first, then the latest first."""
    is_read = case((_read(reader.account_id), literal(1)), else_=literal(0)).label("is_read")
    statement = (
        _rows(is_read)
        .where(_for(reader, on))
        .order_by(is_read, announcement.c.changed_at.desc(), announcement.c.id.desc())
        .offset(offset)
        .limit(limit)
    )
    return [_row(row) for row in session.execute(statement)]


def find(session: Session, reader: Reader, on: date, public_id: bytes) -> Row | None:
    """One announcement, if it is shown to the reader."""
    is_read = _read(reader.account_id).label("is_read")
    asked = _rows(is_read).where(_for(reader, on), announcement.c.public_id == public_id)
    found = session.execute(asked).one_or_none()
    return None if found is None else _row(found)


def mark(session: Session, reader: Reader, on: date, public_id: bytes | None = None) -> int:
    """Mark one, or everything that is shown to the reader, as read as it stands now; how many were new."""
    wanted = and_(_for(reader, on), ~_read(reader.account_id))
    if public_id is not None:
        wanted = and_(wanted, announcement.c.public_id == public_id)
    new = session.execute(select(announcement.c.id, announcement.c.revision).where(wanted)).all()
    if not new:
        return 0
    _put(
        session,
        announcement_read,
        "account_id",
        [{"account_id": reader.account_id, "announcement_id": n, "revision": r} for n, r in new],
    )
    if reader.unit_id is not None:
        _put(
            session,
            announcement_opened,
            "unit_id",
            [{"announcement_id": n, "unit_id": reader.unit_id, "revision": r} for n, r in sorted(new)],
        )
    return len(new)


def _put(session: Session, table: Any, column: str, rows: list[dict[str, int]]) -> None:
    """Marks, or the newer revision on marks that are there; in the order of announcements, so that nobody waits
    crosswise."""
    insert_or = insert_or_lite if session.get_bind().dialect.name == "sqlite" else insert_or_pg
    made = insert_or(table).values(sorted(rows, key=lambda row: row["announcement_id"]))
    session.execute(
        made.on_conflict_do_update(
            index_elements=[column, "announcement_id"], set_={"revision": made.excluded.revision}
        )
    )


# Whoever writes them


def written(session: Session, bureau_code: str | None, *, offset: int, limit: int) -> list[Row]:
    """What a bureau wrote, or the operator (None), the latest first."""
    return [_row(row) for row in session.execute(_by(bureau_code).offset(offset).limit(limit))]


def _by(bureau_code: str | None) -> Select[Any]:
    author = (
        announcement.c.author == "operator"
        if bureau_code is None
        else announcement.c.author_bureau == bureau_code
    )
    return _rows().where(author).order_by(announcement.c.created_at.desc(), announcement.c.id.desc())


def own(session: Session, bureau_code: str | None, public_id: bytes, *, lock: bool = False) -> Row | None:
    """One of those a bureau wrote, or the operator. lock: until the transaction ends, for a change."""
    asked = _by(bureau_code).where(announcement.c.public_id == public_id)
    found = session.execute(asked.with_for_update() if lock else asked).one_or_none()
    return None if found is None else _row(found)


def change(session: Session, number: int, content: Content, now: datetime) -> None:
    """Put new words in; whoever has read the old ones has not read these."""
    session.execute(
        update(announcement)
        .where(announcement.c.id == number)
        .values(
            title=content.title,
            text=content.text,
            shown_from=content.shown_from,
            shown_until=content.shown_until,
            revision=announcement.c.revision + 1,
            changed_at=now,
        )
    )


def withdraw(session: Session, number: int, now: datetime) -> None:
    """Show it to nobody any more."""
    session.execute(update(announcement).where(announcement.c.id == number).values(withdrawn_at=now))


def _meant(row: Row) -> Select[tuple[int]]:
    """The units an announcement goes to that may use the portal now."""
    units = select(unit.c.id).where(unit.c.status == "approved")
    if row.unit_id is not None:
        return units.where(unit.c.id == row.unit_id)
    if row.bureau_code is not None:
        units = units.where(unit.c.bureau_code == row.bureau_code)
    if row.unit_class is not None:
        units = units.where(unit.c.unit_class == row.unit_class)
    return units


def reached(session: Session, row: Row) -> tuple[int, int]:
    """To how many units it goes, and how many of them have opened it as it stands now."""
    meant = _meant(row).subquery()
    opened = exists().where(
        announcement_opened.c.announcement_id == row.id,
        announcement_opened.c.unit_id == meant.c.id,
        announcement_opened.c.revision == row.revision,
    )
    total, seen = session.execute(select(func.count(), func.count().filter(opened)).select_from(meant)).one()
    return int(total), int(seen)


def units_by_class(session: Session, bureau_code: str | None) -> dict[str, int]:
    """How many units an announcement to a class would go to."""
    counted = select(unit.c.unit_class, func.count()).where(unit.c.status == "approved")
    if bureau_code is not None:
        counted = counted.where(unit.c.bureau_code == bureau_code)
    return {row[0]: int(row[1]) for row in session.execute(counted.group_by(unit.c.unit_class))}


def unit_names(session: Session, numbers: list[int]) -> dict[int, str]:
    """The names of units, as their records in force say."""
    rows = session.execute(
        select(unit.c.id, unit_record.c.name).join(unit_record, newest_record()).where(unit.c.id.in_(numbers))
    )
    return {row[0]: row[1] for row in rows}


# What the portal tells by itself


def officers(unit_id: int, on: date) -> Select[tuple[int]]:
    """The accounts of officers and contacts of a unit that are in force on a day."""
    return select(membership.c.account_id).where(
        membership.c.unit_id == unit_id,
        membership.c.role.in_(("officer", "contact")),
        membership.c.since <= on,
        or_(membership.c.until.is_(None), membership.c.until > on),
    )
