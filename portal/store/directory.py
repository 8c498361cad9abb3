"""Units as a seeker meets them: by name, without numbers and without anything that only a bureau sees."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, true
from sqlalchemy.orm import Session

from portal.domain.block import UnitIdentity
from portal.domain.reach import UnitClass
from portal.store.contractor import acts
from portal.store.tables import block, contractor, unit, unit_record
from portal.store.unit import newest_record


@dataclass(frozen=True)
class ListedUnit:
    """One organisation. contractors: names of those that act for it today. blocked_at: by this seeker, None = not."""

    unit_id: int
    public_id: bytes
    name: str
    kana: str
    unit_class: UnitClass
    contractors: tuple[str, ...]
    blocked_at: datetime | None


def _listed(seeker_id: int) -> Select[Any]:
    return (
        select(
            unit.c.id,
            unit.c.public_id,
            unit.c.unit_class,
            unit_record.c.name,
            unit_record.c.kana,
            block.c.since,
        )
        .join(unit_record, newest_record())
        .outerjoin(block, and_(block.c.unit_id == unit.c.id, block.c.seeker_id == seeker_id))
    )


def _acts(on: date) -> ColumnElement[bool]:
    return and_(contractor.c.unit_id == unit.c.id, acts(on))


def _matching(folded: str, on: date, unit_class: UnitClass | None) -> ColumnElement[bool]:
    """The unit, or a contractor that acts for it, is called so; not ended, as an ended one cannot write."""
    by_contractor = exists().where(_acts(on), contractor.c.search_key.contains(folded, autoescape=True))
    named = or_(unit_record.c.search_key.contains(folded, autoescape=True), by_contractor)
    of_class = true() if unit_class is None else unit.c.unit_class == unit_class.value
    return and_(unit.c.status != "ended", of_class, named)


def count(session: Session, folded: str, on: date, unit_class: UnitClass | None = None) -> int:
    """How many organisations are called so."""
    found = select(func.count()).select_from(unit.join(unit_record, newest_record()))
    return int(session.execute(found.where(_matching(folded, on, unit_class))).scalar_one())


def page(
    session: Session,
    seeker_id: int,
    folded: str,
    on: date,
    unit_class: UnitClass | None = None,
    *,
    offset: int,
    limit: int,
) -> list[ListedUnit]:
    """Organisations called so, by kana or name."""
    found = (
        _listed(seeker_id)
        .where(_matching(folded, on, unit_class))
        .order_by(unit_record.c.search_key, unit.c.id)
        .offset(offset)
        .limit(limit)
    )
    return _units(session, found, on)


def blocked(session: Session, seeker_id: int, on: date) -> list[ListedUnit]:
    """Every organisation this seeker blocks, the last one first; ended ones too."""
    found = _listed(seeker_id).where(block.c.seeker_id == seeker_id).order_by(block.c.since.desc(), unit.c.id)
    return _units(session, found, on)


def by_public_id(
    session: Session, seeker_id: int, public_ids: Collection[bytes], on: date
) -> list[ListedUnit]:
    """These organisations, in the order of their making; unknown ones are left out."""
    found = _listed(seeker_id).where(unit.c.public_id.in_(public_ids)).order_by(unit.c.id)
    return _units(session, found, on)


def by_id(session: Session, seeker_id: int, unit_ids: Collection[int], on: date) -> list[ListedUnit]:
    """These organisations, in the order of their making."""
    return _units(session, _listed(seeker_id).where(unit.c.id.in_(unit_ids)).order_by(unit.c.id), on)


def _units(session: Session, statement: Select[Any], on: date) -> list[ListedUnit]:
    rows = session.execute(statement).all()
    acting: dict[int, list[str]] = {}
    names = (
        select(contractor.c.unit_id, contractor.c.name)
        .select_from(contractor)
        .join(unit, _acts(on))
        .where(unit.c.id.in_([row.id for row in rows]))
        .order_by(contractor.c.unit_id, contractor.c.id)
    )
    for row in session.execute(names):
        acting.setdefault(row.unit_id, []).append(row.name)
    return [
        ListedUnit(
            row.id,
            row.public_id,
            row.name,
            row.kana,
            UnitClass(row.unit_class),
            tuple(acting.get(row.id, ())),
            row.since,
        )
        for row in rows
    ]


def identity(session: Session, unit_id: int) -> UnitIdentity:
    """A unit by corporation number."""
    (found,) = _identities(session, unit.c.id == unit_id)
    return found


def of_corporations(session: Session, numbers: Collection[str]) -> Sequence[UnitIdentity]:
    """Units that carry one of these corporation numbers (13 digits), or have a contractor that does."""
    by_contractor = (
        exists()
        .where(contractor.c.unit_id == unit.c.id, contractor.c.corporation_number.in_(numbers))
        .correlate(unit)
    )
    carries = or_(unit_record.c.corporation_number.in_(numbers), by_contractor)
    return _identities(session, and_(unit.c.status != "ended", carries))


def _identities(session: Session, condition: ColumnElement[bool]) -> list[UnitIdentity]:
    rows = session.execute(
        select(
            unit.c.id,
            unit_record.c.corporation_number,
            contractor.c.corporation_number.label("contractor_number"),
        )
        .join(unit_record, newest_record())
        .outerjoin(contractor, contractor.c.unit_id == unit.c.id)
        .where(condition)
        .order_by(unit.c.id)
    ).all()
    own = {row.id: row.corporation_number or "" for row in rows}
    return [
        UnitIdentity(
            number, own[number], frozenset(row.contractor_number or "" for row in rows if row.id == number)
        )
        for number in own
    ]
