"""The ledger (台帳) of paid services: explanations, wishes, askings, answers, services given. It only grows."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, insert, select
from sqlalchemy.orm import Session

from portal.domain.paid_service import Entry, LedgerStep, PaidKind, Way, wish_stands
from portal.store.tables import paid_ledger, paid_service_version, unit, unit_record
from portal.store.unit import newest_record

_WISHES = (LedgerStep.WISHED.value, LedgerStep.WISH_ENDED.value)


@dataclass(frozen=True)
class LedgerRow:
    """One entry. ref stands for it in a seeker's addresses. version_id, kind: None for a wish."""

    id: int
    ref: bytes
    unit_id: int
    seeker_id: int
    thread_id: int
    version_id: int | None
    kind: PaidKind | None
    step: LedgerStep
    ground_id: int | None
    on_day: date
    way: Way | None
    at: datetime

    @property
    def entry(self) -> Entry:
        """As the rules ask for it."""
        return Entry(self.step, self.on_day)


@dataclass(frozen=True)
class OwnRow:
    """An entry with the organisation it concerns, for the seeker. unit_ref: as in the seeker's addresses."""

    row: LedgerRow
    unit_ref: bytes
    unit_name: str


_COLUMNS = (
    paid_ledger.c.id,
    paid_ledger.c.public_id,
    paid_ledger.c.unit_id,
    paid_ledger.c.seeker_id,
    paid_ledger.c.thread_id,
    paid_ledger.c.version_id,
    paid_ledger.c.kind,
    paid_ledger.c.step,
    paid_ledger.c.ground_id,
    paid_ledger.c.on_day,
    paid_ledger.c.way,
    paid_ledger.c.at,
)


def _row(row: Any) -> LedgerRow:
    return LedgerRow(
        row.id,
        row.public_id,
        row.unit_id,
        row.seeker_id,
        row.thread_id,
        row.version_id,
        None if row.kind is None else PaidKind(row.kind),
        LedgerStep(row.step),
        row.ground_id,
        row.on_day,
        None if row.way is None else Way(row.way),
        row.at,
    )


def add(
    session: Session,
    step: LedgerStep,
    *,
    unit_id: int,
    seeker_id: int,
    thread_id: int,
    on_day: date,
    at: datetime,
    version: tuple[int, PaidKind] | None = None,
    ground_id: int | None = None,
    notice_event_id: int | None = None,
    outcome_event_id: int | None = None,
    way: Way | None = None,
    membership_id: int | None = None,
) -> int:
    """One more entry. version: its inside number and kind."""
    made = insert(paid_ledger).values(
        public_id=os.urandom(16),
        unit_id=unit_id,
        seeker_id=seeker_id,
        thread_id=thread_id,
        version_id=None if version is None else version[0],
        kind=None if version is None else version[1].value,
        step=step.value,
        ground_id=ground_id,
        notice_event_id=notice_event_id,
        outcome_event_id=outcome_event_id,
        on_day=on_day,
        way=None if way is None else way.value,
        membership_id=membership_id,
        at=at,
    )
    return int(session.execute(made.returning(paid_ledger.c.id)).scalar_one())


def of_pair(session: Session, unit_id: int, seeker_id: int) -> list[LedgerRow]:
    """Everything between a unit and a seeker, in order."""
    return list(_rows(session, and_(paid_ledger.c.unit_id == unit_id, paid_ledger.c.seeker_id == seeker_id)))


def asking(session: Session, seeker_id: int, ref: bytes) -> LedgerRow | None:
    """An asking for consent that a seeker got."""
    wanted = and_(
        paid_ledger.c.seeker_id == seeker_id,
        paid_ledger.c.public_id == ref,
        paid_ledger.c.step == LedgerStep.ASKED.value,
    )
    return next(iter(_rows(session, wanted)), None)


def of_seeker(session: Session, seeker_id: int) -> list[OwnRow]:
    """Everything of a seeker, in order, with the name of each organisation as it is recorded now."""
    found = (
        _select()
        .add_columns(unit.c.public_id.label("unit_ref"), unit_record.c.name)
        .join(unit, unit.c.id == paid_ledger.c.unit_id)
        .join(unit_record, newest_record())
        .where(paid_ledger.c.seeker_id == seeker_id)
        .order_by(paid_ledger.c.id)
    )
    return [OwnRow(_row(row), row.unit_ref, row.name) for row in session.execute(found)]


def counts(session: Session, unit_id: int) -> dict[tuple[int, LedgerStep], int]:
    """How many entries of each step there are for each version of a unit."""
    found = (
        select(paid_ledger.c.version_id, paid_ledger.c.step, func.count().label("n"))
        .where(paid_ledger.c.unit_id == unit_id, paid_ledger.c.version_id.is_not(None))
        .group_by(paid_ledger.c.version_id, paid_ledger.c.step)
    )
    return {(row.version_id, LedgerStep(row.step)): row.n for row in session.execute(found)}


def wished(session: Session, unit_id: int, seeker_id: int) -> bool:
    """Whether the seeker's own wish for paid support of this unit stands now (kind B of seed 004 P-Q8)."""
    wanted = and_(
        paid_ledger.c.unit_id == unit_id,
        paid_ledger.c.seeker_id == seeker_id,
        paid_ledger.c.step.in_(_WISHES),
    )
    return wish_stands(row.entry for row in _rows(session, wanted))


def _select() -> Select[Any]:
    return select(*_COLUMNS).select_from(paid_ledger)


def _rows(session: Session, wanted: ColumnElement[bool]) -> Iterable[LedgerRow]:
    found = _select().where(wanted).order_by(paid_ledger.c.id)
    return (_row(row) for row in session.execute(found).all())


def for_download(session: Session, seeker_id: int) -> list[dict[str, object]]:
    """Everything the ledger holds about a seeker, as plain rows for the download of one's own data, in order.

    organisation: as it is recorded now. on_day: the day it happened; at: UTC-aware instant of the record. Terms of the
    service as they stood in the version concerned; None for a wish, which is for no version.
    """
    version = paid_service_version
    found = (
        select(
            unit_record.c.name.label("organisation"),
            paid_ledger.c.step,
            paid_ledger.c.kind,
            paid_ledger.c.on_day,
            paid_ledger.c.at,
            paid_ledger.c.way,
            version.c.version,
            version.c.number.label("notice_number"),
            version.c.type,
            version.c.description,
            version.c.amount.label("amount_yen"),
            version.c.charge,
            version.c.cancellation,
        )
        .select_from(paid_ledger)
        .join(unit, unit.c.id == paid_ledger.c.unit_id)
        .join(unit_record, newest_record())
        .outerjoin(version, version.c.id == paid_ledger.c.version_id)
        .where(paid_ledger.c.seeker_id == seeker_id)
        .order_by(paid_ledger.c.id)
    )
    return [dict(row) for row in session.execute(found).mappings()]
