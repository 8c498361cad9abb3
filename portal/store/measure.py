"""The history of the measures on a unit. It only grows; what binds stands in the row of the unit."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from portal.domain.measure import MeasureKind, Reason, Words
from portal.store.account import opened_display_name
from portal.store.tables import account, measure


@dataclass(frozen=True)
class MeasureRow:
    """One entry. serial: counts those of the unit from 1. words: None with what was lifted; note stands beside it.

    by: the person's name, "" without an account; by_kind: "bureau" or "operator".
    """

    serial: int
    kind: MeasureKind
    since: date
    until: date | None
    limit: int | None
    words: Words | None
    note: str
    at: datetime
    by: str
    by_kind: str
    by_id: int | None


def last_serial(session: Session, unit_id: int) -> int:
    """How many measures there are on a unit; 0 = none yet."""
    found = select(func.coalesce(func.max(measure.c.serial), 0)).where(measure.c.unit_id == unit_id)
    return int(session.execute(found).scalar_one())


def add(
    session: Session,
    unit_id: int,
    kind: MeasureKind,
    now: datetime,
    *,
    since: date,
    until: date | None = None,
    limit: int | None = None,
    words: Words | None = None,
    note: str = "",
    actor_kind: str,
    account_id: int | None,
) -> None:
    """The next entry on a unit that is held (`portal.store.unit.hold`)."""
    session.execute(
        insert(measure).values(
            unit_id=unit_id,
            serial=last_serial(session, unit_id) + 1,
            kind=kind.value,
            since=since,
            until=until,
            daily_limit=limit,
            reason=None if words is None else words.reason.value,
            tells_reason=words is not None and words.tells_reason,
            told="" if words is None else words.told,
            note=note if words is None else words.note,
            actor_kind=actor_kind,
            account_id=account_id,
            at=now,
        )
    )


def history(session: Session, unit_id: int) -> list[MeasureRow]:
    """Every entry on a unit, the newest first."""
    statement = (
        select(measure, account.c.sign_in_key, account.c.display_name_sealed)
        .outerjoin(account, account.c.id == measure.c.account_id)
        .where(measure.c.unit_id == unit_id)
        .order_by(measure.c.serial.desc())
    )
    return [
        MeasureRow(
            serial=row.serial,
            kind=MeasureKind(row.kind),
            since=row.since,
            until=row.until,
            limit=row.daily_limit,
            words=None
            if row.reason is None
            else Words(Reason(row.reason), row.tells_reason, row.told, row.note),
            note=row.note,
            at=row.at,
            by=""
            if row.account_id is None
            else opened_display_name(session, row.sign_in_key, row.display_name_sealed),
            by_kind=row.actor_kind,
            by_id=row.account_id,
        )
        for row in session.execute(statement)
    ]


def newest(session: Session, unit_id: int, kind: MeasureKind) -> tuple[date, Words] | None:
    """First day and words of the newest entry of a kind; None when there is none."""
    row = session.execute(
        select(measure.c.since, measure.c.reason, measure.c.tells_reason, measure.c.told, measure.c.note)
        .where(measure.c.unit_id == unit_id, measure.c.kind == kind.value)
        .order_by(measure.c.serial.desc())
        .limit(1)
    ).one_or_none()
    return (
        None if row is None else (row.since, Words(Reason(row.reason), row.tells_reason, row.told, row.note))
    )
