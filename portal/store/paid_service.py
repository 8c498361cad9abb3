"""Paid services of units (有料サービス): services, versions, and what the bureau has recorded of their notices."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, insert, or_, select, update
from sqlalchemy.orm import Session

from portal.domain.paid_service import NoticeAct, NoticeState, PaidKind, Terms, VersionFacts
from portal.store.account import opened_display_name
from portal.store.paid_ledger import for_download, wished
from portal.store.tables import (
    account,
    paid_notice_event,
    paid_service,
    paid_service_version,
    unit,
    unit_record,
)
from portal.store.unit import newest_record

__all__ = ["for_download", "wished"]

_version = paid_service_version
_event = paid_notice_event

_STATE_OF = {
    None: NoticeState.PREPARED,
    "received": NoticeState.RECEIVED,
    "asked_back": NoticeState.ASKED_BACK,
    "accepted": NoticeState.ACCEPTED,
}


@dataclass(frozen=True)
class VersionRow:
    """One version of a service. ref: of the service. number: of its notice, "" = it needs none.

    notice_event_id, told, noticed_on: of the last record of the notice, None and "" without one.
    """

    id: int
    service_id: int
    ref: bytes
    unit_id: int
    kind: PaidKind
    version: int
    number: str
    terms: Terms
    at: datetime
    newest: bool
    ended_on: date | None
    notice: NoticeState
    notice_event_id: int | None
    noticed_on: date | None
    told: str

    @property
    def facts(self) -> VersionFacts:
        """As the rules ask for it."""
        return VersionFacts(self.kind, self.newest, self.ended_on is not None, self.notice)


@dataclass(frozen=True)
class NoticeRow:
    """A version with its notice, and the unit, as the bureau of the application sees it."""

    version: VersionRow
    unit_ref: bytes
    unit_name: str
    unit_number: str
    bureau_code: str


@dataclass(frozen=True)
class NoticeEventRow:
    """One record of the bureau. by: the name of the clerk, for the bureau alone."""

    act: NoticeAct
    on_day: date
    told: str
    at: datetime
    by: str


def _newest() -> ColumnElement[int]:
    other = _version.alias("other")
    return (
        select(func.max(other.c.version))
        .where(other.c.service_id == _version.c.service_id)
        .correlate(_version)
        .scalar_subquery()
    )


def _last() -> ColumnElement[bool]:
    other = _event.alias("later")
    newest = (
        select(func.max(other.c.serial))
        .where(other.c.version_id == _version.c.id)
        .correlate(_version)
        .scalar_subquery()
    )
    return and_(_event.c.version_id == _version.c.id, _event.c.serial == newest)


_COLUMNS = (
    _version.c.id,
    _version.c.service_id,
    paid_service.c.public_id,
    _version.c.unit_id,
    _version.c.kind,
    _version.c.version,
    _version.c.number,
    _version.c.type,
    _version.c.description,
    _version.c.amount,
    _version.c.charge,
    _version.c.cancellation,
    _version.c.at,
    _newest().label("newest"),
    paid_service.c.ended_on,
    _event.c.id.label("event_id"),
    _event.c.act,
    _event.c.on_day,
    _event.c.told,
)


def _versions() -> Select[Any]:
    return (
        select(*_COLUMNS)
        .select_from(_version)
        .join(paid_service, paid_service.c.id == _version.c.service_id)
        .outerjoin(_event, _last())
    )


def _row(row: Any) -> VersionRow:
    return VersionRow(
        id=row.id,
        service_id=row.service_id,
        ref=row.public_id,
        unit_id=row.unit_id,
        kind=PaidKind(row.kind),
        version=row.version,
        number=row.number or "",
        terms=Terms(row.type, row.description, row.amount, row.charge, row.cancellation),
        at=row.at,
        newest=row.version == row.newest,
        ended_on=row.ended_on,
        notice=_STATE_OF[row.act],
        notice_event_id=row.event_id,
        noticed_on=row.on_day,
        told=row.told or "",
    )


# Services and versions


def services(session: Session, unit_id: int, kinds: Collection[PaidKind] = ()) -> list[VersionRow]:
    """The newest version of each service of a unit, those still offered first, then by age."""
    found = _versions().where(_version.c.unit_id == unit_id, _version.c.version == _newest())
    if kinds:
        found = found.where(_version.c.kind.in_([kind.value for kind in kinds]))
    ordered = found.order_by(paid_service.c.ended_on.is_not(None), _version.c.service_id)
    return [_row(row) for row in session.execute(ordered)]


def newest(session: Session, unit_id: int, ref: bytes) -> VersionRow | None:
    """The newest version of a unit's service."""
    found = _versions().where(
        _version.c.unit_id == unit_id, paid_service.c.public_id == ref, _version.c.version == _newest()
    )
    row = session.execute(found).one_or_none()
    return None if row is None else _row(row)


def every_version(session: Session, service_id: int) -> list[VersionRow]:
    """All versions of a service, the newest first."""
    found = _versions().where(_version.c.service_id == service_id).order_by(_version.c.version.desc())
    return [_row(row) for row in session.execute(found)]


def by_ids(session: Session, version_ids: Collection[int]) -> dict[int, VersionRow]:
    """Versions by their inside number."""
    found = _versions().where(_version.c.id.in_(sorted(version_ids)))
    return {row.id: _row(row) for row in session.execute(found)}


def count(session: Session, unit_id: int) -> int:
    """How many services a unit has, ended ones included."""
    found = select(func.count()).select_from(paid_service).where(paid_service.c.unit_id == unit_id)
    return int(session.execute(found).scalar_one())


def lock(session: Session, service_id: int) -> None:
    """Lock a service against changes, records of its notices and answers, until the transaction ends.

    Whoever also needs a seeker's profile locks that first (ruling R14).
    """
    session.execute(select(paid_service.c.id).where(paid_service.c.id == service_id).with_for_update())


def add(session: Session, unit_id: int, kind: PaidKind, public_id: bytes, at: datetime) -> int:
    """A new service, still without a version."""
    made = insert(paid_service).values(public_id=public_id, unit_id=unit_id, kind=kind.value, created_at=at)
    return int(session.execute(made.returning(paid_service.c.id)).scalar_one())


def add_version(
    session: Session,
    service_id: int,
    unit_id: int,
    kind: PaidKind,
    version: int,
    terms: Terms,
    *,
    number: str | None,
    membership_id: int,
    at: datetime,
) -> int:
    """One more version; it is never changed."""
    made = insert(_version).values(
        service_id=service_id,
        unit_id=unit_id,
        kind=kind.value,
        version=version,
        number=number,
        type=terms.type,
        description=terms.description,
        amount=terms.amount,
        charge=terms.charge,
        cancellation=terms.cancellation,
        membership_id=membership_id,
        at=at,
    )
    return int(session.execute(made.returning(_version.c.id)).scalar_one())


def end(session: Session, service_id: int, on: date) -> None:
    """Not offered any more."""
    session.execute(update(paid_service).where(paid_service.c.id == service_id).values(ended_on=on))


# Notices


def add_event(
    session: Session,
    version_id: int,
    act: NoticeAct,
    *,
    on_day: date,
    told: str,
    bureau_code: str,
    account_id: int,
    at: datetime,
) -> None:
    """One more record of a notice; whoever calls holds the service."""
    last = select(func.coalesce(func.max(_event.c.serial), 0)).where(_event.c.version_id == version_id)
    session.execute(
        insert(_event).values(
            version_id=version_id,
            serial=int(session.execute(last).scalar_one()) + 1,
            act=act.value,
            on_day=on_day,
            told=told,
            bureau_code=bureau_code,
            account_id=account_id,
            at=at,
        )
    )


def events(session: Session, version_id: int) -> list[NoticeEventRow]:
    """What the bureau recorded, in order."""
    found = (
        select(
            _event.c.act,
            _event.c.on_day,
            _event.c.told,
            _event.c.at,
            account.c.sign_in_key,
            account.c.display_name_sealed,
        )
        .join(account, account.c.id == _event.c.account_id)
        .where(_event.c.version_id == version_id)
        .order_by(_event.c.serial)
    )
    return [
        NoticeEventRow(
            NoticeAct(row.act),
            row.on_day,
            row.told,
            row.at,
            opened_display_name(session, row.sign_in_key, row.display_name_sealed),
        )
        for row in session.execute(found)
    ]


def notice_days(session: Session, version_id: int) -> list[tuple[NoticeAct, date]]:
    """What the bureau recorded and for which day, in order."""
    found = select(_event.c.act, _event.c.on_day).where(_event.c.version_id == version_id)
    return [(NoticeAct(row.act), row.on_day) for row in session.execute(found.order_by(_event.c.serial))]


def _notices(bureau_code: str) -> Select[Any]:
    """Notices of the units whose application the bureau holds; another's do not exist for it (ruling R15)."""
    return (
        _versions()
        .join(unit, unit.c.id == _version.c.unit_id)
        .join(unit_record, newest_record())
        .add_columns(
            unit.c.public_id.label("unit_ref"),
            unit_record.c.name.label("unit_name"),
            unit_record.c.number_shown,
            unit.c.bureau_code,
        )
        .where(_version.c.number.is_not(None), unit.c.bureau_code == bureau_code)
    )


def _notice(row: Any) -> NoticeRow:
    return NoticeRow(_row(row), row.unit_ref, row.unit_name, row.number_shown, row.bureau_code)


def at_bureau(session: Session, bureau_code: str, number: str) -> NoticeRow | None:
    """The notice with this number, if the bureau holds the application of its unit."""
    row = session.execute(_notices(bureau_code).where(_version.c.number == number)).one_or_none()
    return None if row is None else _notice(row)


def listed(
    session: Session,
    bureau_code: str,
    states: Collection[NoticeState],
    *,
    unit_ref: bytes | None = None,
    before: int | None,
    most: int,
) -> list[NoticeRow]:
    """Notices in these states, the newest first; unit_ref: of one unit; before: the number of the page before."""
    wanted = [_event.c.act == word for word, state in _STATE_OF.items() if word and state in states]
    if NoticeState.PREPARED in states:
        wanted.append(_event.c.act.is_(None))
    found = _notices(bureau_code).where(or_(*wanted))
    if unit_ref is not None:
        found = found.where(unit.c.public_id == unit_ref)
    if before is not None:
        found = found.where(_version.c.id < before)
    return [_notice(row) for row in session.execute(found.order_by(_version.c.id.desc()).limit(most))]


def waiting(session: Session, bureau_code: str) -> int:
    """How many notices of a bureau are received and not checked yet, of services still offered."""
    rows = (
        _notices(bureau_code).where(_event.c.act == "received", paid_service.c.ended_on.is_(None)).subquery()
    )
    return int(session.execute(select(func.count()).select_from(rows)).scalar_one())
