"""Paid services of the acting unit (有料サービス): registered, changed and ended by officer and contact.

Registering one is no notice: kind C needs the paper at the bureau of the application (seed 004 P-Q8), whose records
alone open the way to a consent. Municipal units register none (our decision).
"""

import os
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy.orm import Session

from portal.calendar.clock import Clock
from portal.calendar.day import jst_day
from portal.domain.actor import Actor
from portal.domain.entry import Typed, one
from portal.domain.paid_screening import require_terms
from portal.domain.paid_service import (
    MOST_SERVICES,
    MOST_VERSIONS,
    LedgerStep,
    NoticeState,
    PaidKind,
    Terms,
    may_register,
    notice_number,
    read_kind,
    read_terms,
    require_register,
)
from portal.domain.permission import Permission, may
from portal.domain.refusal import Conflict, Forbidden, Invalid, NotFound
from portal.services import code, public_id
from portal.services.acting import require_acting
from portal.services.paid_consent import consents_of
from portal.services.use_case import query, use_case
from portal.store import paid_ledger
from portal.store import paid_service as store
from portal.store import unit as units
from portal.store.acting import Acting
from portal.store.paid_service import VersionRow

__all__ = ["consents_of"]


@dataclass(frozen=True)
class PaidService:
    """A version of a service as the unit sees it. ref names the service in addresses.

    number: of its notice, "" where none is needed. told: what the bureau wrote when it asked back. counts: entries of
    the ledger about this version.
    """

    ref: str
    kind: PaidKind
    version: int
    terms: Terms
    at: datetime
    newest: bool
    ended_on: date | None
    number: str
    notice: NoticeState
    noticed_on: date | None
    told: str
    counts: dict[LedgerStep, int] = field(default_factory=dict)


@dataclass(frozen=True)
class PaidServices:
    """What a unit offers. may_register: False for a municipal unit; full: our limit is reached."""

    may_register: bool
    full: bool
    services: tuple[PaidService, ...]


@dataclass(frozen=True)
class NoticePaperData:
    """What the paper of a notice holds. bureau: names of the bureau of the application."""

    service: PaidService
    unit_name: str
    unit_number: str
    officer_name: str
    bureau: code.Choice | None
    on: date
    at: datetime


def services(session: Session, clock: Clock, actor: Actor) -> PaidServices:
    """Every service of the acting unit in its newest version. Raises Forbidden."""
    with query(session):
        unit = _acting(session, actor, Permission.UNIT_PAID_READ, jst_day(clock.now()))
        rows = store.services(session, unit.unit_id)
        counts = paid_ledger.counts(session, unit.unit_id)
        return PaidServices(
            may_register(unit.unit_class),
            len(rows) >= MOST_SERVICES,
            tuple(_shown(row, counts) for row in rows),
        )


def service(session: Session, clock: Clock, actor: Actor, ref: str) -> tuple[PaidService, ...]:
    """All versions of one service, the newest first. Raises Forbidden, NotFound."""
    with query(session):
        unit = _acting(session, actor, Permission.UNIT_PAID_READ, jst_day(clock.now()))
        row = find(session, unit, ref)
        counts = paid_ledger.counts(session, unit.unit_id)
        return tuple(_shown(each, counts) for each in store.every_version(session, row.service_id))


def create(session: Session, clock: Clock, actor: Actor, typed: Typed) -> str:
    """Register a service: fields kind and those of `portal.domain.paid_service.read_terms`. Returns its ref.

    Raises Invalid, Forbidden ("paid_municipal"), Conflict "paid_services_full" (most).
    """
    with use_case(session, clock, actor, "paid_service.create") as trail:
        unit = _acting(session, actor, Permission.UNIT_PAID_CHANGE, trail.today)
        require_register(unit.unit_class)
        try:
            kind, wrong = read_kind(typed), {}
        except Invalid as invalid:
            kind, wrong = None, invalid.errors
        try:
            terms = read_terms(typed)
            require_terms(terms, unit.unit_class, trail.today)
        except Invalid as invalid:
            raise Invalid({**wrong, **invalid.errors}, **invalid.facts) from None
        if kind is None:
            raise Invalid(wrong)
        units.hold(session, unit.unit_id)
        if store.count(session, unit.unit_id) >= MOST_SERVICES:
            raise Conflict("paid_services_full", most=MOST_SERVICES)
        raw = os.urandom(16)
        service_id = store.add(session, unit.unit_id, kind, raw, trail.now)
        _add_version(session, unit, service_id, kind, 1, terms, trail.now)
        trail.subject("paid_service", service_id)
        trail.fact(kind=kind.value, amount=terms.amount)
        return public_id.shown(raw)


def change(session: Session, clock: Clock, actor: Actor, ref: str, typed: Typed) -> bool:
    """Other terms: a new version, which needs a new notice and new consents. False when nothing is different.

    Field seen: the version that the form was opened with. Raises Invalid, Forbidden, NotFound, Conflict
    "changed_meanwhile", "paid_service_ended", "paid_versions_full" (most).
    """
    with use_case(session, clock, actor, "paid_service.change") as trail:
        unit = _acting(session, actor, Permission.UNIT_PAID_CHANGE, trail.today)
        require_register(unit.unit_class)
        row = locked(session, unit, ref, typed)
        trail.subject("paid_service", row.service_id)
        if row.ended_on is not None:
            raise Conflict("paid_service_ended")
        terms = read_terms(typed)
        if terms == row.terms:
            trail.silent()
            return False
        require_terms(terms, unit.unit_class, trail.today)
        if row.version >= MOST_VERSIONS:
            raise Conflict("paid_versions_full", most=MOST_VERSIONS)
        _add_version(session, unit, row.service_id, row.kind, row.version + 1, terms, trail.now)
        trail.fact(version=row.version + 1, amount=terms.amount)
        return True


def end(session: Session, clock: Clock, actor: Actor, ref: str, typed: Typed) -> None:
    """Offer it no more; what was recorded stays, and what was consented to may still be recorded as given.

    Raises as ``change``.
    """
    with use_case(session, clock, actor, "paid_service.end") as trail:
        unit = _acting(session, actor, Permission.UNIT_PAID_CHANGE, trail.today)
        row = locked(session, unit, ref, typed)
        trail.subject("paid_service", row.service_id)
        if row.ended_on is not None:
            raise Conflict("paid_service_ended")
        store.end(session, row.service_id, trail.today)


def notice_paper(session: Session, clock: Clock, actor: Actor, ref: str) -> NoticePaperData:
    """What is printed to be taken to the bureau. Raises Forbidden; NotFound also for kinds that need no notice."""
    with query(session):
        now = clock.now()
        today = jst_day(now)
        unit = _acting(session, actor, Permission.UNIT_PAID_READ, today)
        row = find(session, unit, ref)
        if not row.number:
            raise NotFound
        found = units.by_id(session, unit.unit_id)
        return NoticePaperData(
            service=_shown(row, {}),
            unit_name=found.record.name,
            unit_number=found.number_shown,
            officer_name=unit.letterhead.officer_name,
            bureau=code.names(session, "bureau").get(found.bureau_code),
            on=today,
            at=now,
        )


def find(session: Session, unit: Acting, ref: str) -> VersionRow:
    """The newest version of a service of the acting unit. Raises NotFound."""
    row = store.newest(session, unit.unit_id, public_id.read(ref) or b"")
    if row is None:
        raise NotFound
    return row


def locked(session: Session, unit: Acting, ref: str, typed: Typed) -> VersionRow:
    """As ``find``, locked. Raises Conflict "changed_meanwhile" unless field seen names the newest version."""
    store.lock(session, find(session, unit, ref).service_id)
    row = find(session, unit, ref)
    if one(typed, "seen") != str(row.version):
        raise Conflict("changed_meanwhile")
    return row


def _acting(session: Session, actor: Actor, permission: Permission, on: date) -> Acting:
    if not may(actor, permission):
        raise Forbidden
    return require_acting(session, actor, on)


def _add_version(
    session: Session, unit: Acting, service_id: int, kind: PaidKind, version: int, terms: Terms, at: datetime
) -> None:
    store.add_version(
        session,
        service_id,
        unit.unit_id,
        kind,
        version,
        terms,
        number=notice_number(os.urandom(8)) if kind is PaidKind.GRADUATE else None,
        membership_id=unit.membership_id,
        at=at,
    )


def _shown(row: VersionRow, counts: dict[tuple[int, LedgerStep], int]) -> PaidService:
    return PaidService(
        ref=public_id.shown(row.ref),
        kind=row.kind,
        version=row.version,
        terms=row.terms,
        at=row.at,
        newest=row.newest,
        ended_on=row.ended_on,
        number=row.number,
        notice=row.notice,
        noticed_on=row.noticed_on,
        told=row.told,
        counts={step: counts[row.id, step] for step in LedgerStep if (row.id, step) in counts},
    )
