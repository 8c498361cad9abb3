"""A seeker's side of paid services: the own wish, answers to askings, and one place with every consent there is.

Whose they are is taken from the signed-in account. A consent needs a thread that is open; a refusal, a withdrawal and
the end of a wish always go, also after a block or a stop (seed 004 P-Q8; the rest is our decision).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from portal.calendar.clock import Clock
from portal.domain.actor import Actor
from portal.domain.entry import Typed, choice
from portal.domain.paid_service import (
    ConsentState,
    LedgerStep,
    PaidKind,
    Terms,
    Way,
    after_consent,
    consent_state,
    may_register,
    require_consentable,
    wish_stands,
)
from portal.domain.permission import Permission
from portal.domain.refusal import Forbidden, NotFound, Refusal
from portal.services import public_id
from portal.services.inbox import own_thread, write_refusal
from portal.services.own import seeker_of
from portal.services.use_case import Trail, query, use_case
from portal.store import consent as terms_consents
from portal.store import outbox, reach
from portal.store import paid_ledger as ledger
from portal.store import paid_service as store
from portal.store import thread as threads
from portal.store import unit as units
from portal.store.consent import Consent
from portal.store.paid_ledger import LedgerRow, OwnRow
from portal.store.paid_service import VersionRow
from portal.store.thread import ThreadRow

DECISIONS = {"consent": LedgerStep.CONSENTED, "refuse": LedgerStep.REFUSED}


@dataclass(frozen=True)
class Request:
    """An asking for consent and what became of it. ref names it in addresses. given_on: days of services recorded.

    current: whether a consent could be given now; not when the terms have changed, or the notice does not stand.
    """

    ref: str
    unit_ref: str
    unit_name: str
    terms: Terms
    version: int
    number: str
    state: ConsentState
    asked_at: datetime
    answered_at: datetime | None
    withdrawn_at: datetime | None
    given_on: tuple[date, ...]
    current: bool


@dataclass(frozen=True)
class Explained:
    """What an organisation recorded of a service with placement: what, when, in which way."""

    terms: Terms
    on_day: date
    way: Way
    at: datetime


@dataclass(frozen=True)
class Given:
    """Support that an organisation recorded as given on the seeker's wish."""

    terms: Terms
    on_day: date


@dataclass(frozen=True)
class WithUnit:
    """Everything about paid services between a seeker and an organisation.

    may_wish: the organisation registers paid services at all. wished_at: None = no wish stands.
    """

    unit_ref: str
    unit_name: str
    may_wish: bool
    wished_at: datetime | None
    wish_ended_at: datetime | None
    explained: tuple[Explained, ...]
    given: tuple[Given, ...]
    requests: tuple[Request, ...]


@dataclass(frozen=True)
class Consents:
    """Every consent of a seeker: to the 利用規約 (terms of use), newest first, and to paid services, by organisation."""

    terms: tuple[Consent, ...]
    units: tuple[WithUnit, ...]


def consents_of(session: Session, actor: Actor) -> Consents:
    """All of it on one page. Raises Forbidden."""
    with query(session):
        seeker_id = seeker_of(actor, Permission.SEEKER_CONSENT_CHANGE)
        own = ledger.of_seeker(session, seeker_id)
        versions = _versions(session, [one.row for one in own])
        by_unit: dict[int, list[OwnRow]] = {}
        for one in own:
            by_unit.setdefault(one.row.unit_id, []).append(one)
        return Consents(
            terms_consents.consents(session, seeker_id),
            tuple(
                _with_unit(
                    public_id.shown(rows[0].unit_ref),
                    rows[0].unit_name,
                    [one.row for one in rows],
                    versions,
                )
                for rows in by_unit.values()
            ),
        )


def with_unit(session: Session, actor: Actor, unit_ref: str) -> WithUnit:
    """Paid services in one thread. Raises Forbidden, NotFound."""
    with query(session):
        seeker_id = seeker_of(actor, Permission.SEEKER_CONSENT_CHANGE)
        row = own_thread(session, seeker_id, unit_ref)
        unit = units.by_id(session, row.unit_id)
        rows = ledger.of_pair(session, row.unit_id, seeker_id)
        may = may_register(unit.unit_class)
        return _with_unit(unit_ref, unit.record.name, rows, _versions(session, rows), may_wish=may)


def request(session: Session, actor: Actor, ref: str) -> Request:
    """One asking. Raises Forbidden, NotFound."""
    with query(session):
        seeker_id = seeker_of(actor, Permission.SEEKER_CONSENT_CHANGE)
        asked = _asked(session, seeker_id, ref)
        unit = units.by_id(session, asked.unit_id)
        rows = ledger.of_pair(session, asked.unit_id, seeker_id)
        versions = _versions(session, rows)
        return _request(asked, rows, versions, public_id.shown(unit.public_id), unit.record.name)


def wish(session: Session, clock: Clock, actor: Actor, unit_ref: str) -> None:
    """Record the own wish for paid support (kind B). Once it stands, again changes nothing.

    Raises Forbidden ("paid_municipal"), NotFound, and as an answer does: "stopped", "blocked_by_you" and so on.
    """
    with use_case(session, clock, actor, "paid_service.wish") as trail:
        seeker_id, row = _thread(session, trail, clock, actor, unit_ref)
        if not may_register(units.by_id(session, row.unit_id).unit_class):
            raise Forbidden("paid_municipal")
        rows = ledger.of_pair(session, row.unit_id, seeker_id)
        if wish_stands(each.entry for each in rows):
            trail.silent()
            return
        refusal = write_refusal(session, row, clock)
        if refusal is not None:
            raise refusal
        _add(session, trail, row, LedgerStep.WISHED)


def end_wish(session: Session, clock: Clock, actor: Actor, unit_ref: str) -> None:
    """Take the wish back, for the future; always possible. Without one nothing happens. Raises Forbidden, NotFound."""
    with use_case(session, clock, actor, "paid_service.wish_end") as trail:
        seeker_id, row = _thread(session, trail, clock, actor, unit_ref)
        rows = ledger.of_pair(session, row.unit_id, seeker_id)
        if not wish_stands(each.entry for each in rows):
            trail.silent()
            return
        last = [each.id for each in rows if each.step is LedgerStep.WISHED][-1]
        _add(session, trail, row, LedgerStep.WISH_ENDED, ground_id=last)


def answer(session: Session, clock: Clock, actor: Actor, ref: str, typed: Typed) -> ConsentState:
    """Consent or refuse: field decision ("consent", "refuse"); nothing is chosen beforehand. Final for the version.

    Raises Invalid on decision ("missing"), Forbidden, NotFound, Conflict "paid_already_answered"; for a consent also
    Conflict "paid_changed", "paid_service_ended", Refusal "paid_notice_missing", and as an answer does. The same answer
    twice changes nothing.
    """
    step = DECISIONS[choice(typed, "decision", DECISIONS, needed=True)]
    with use_case(session, clock, actor, "paid_service.answer") as trail:
        asked, rows, version = _locked(session, trail, clock, actor, ref)
        trail.fact(decision=step.value, version=version.version, amount=version.terms.amount)
        state = _state(rows, version.id)
        if any(row.step is step and row.ground_id == asked.id for row in rows):
            trail.silent()
            return state
        after = after_consent(state, step)
        thread = threads.of_seeker(session, asked.seeker_id, units.by_id(session, asked.unit_id).public_id)
        if thread is None:
            raise NotFound
        if step is LedgerStep.CONSENTED:
            require_consentable(version.facts, state)
            refusal = write_refusal(session, thread, clock)
            if refusal is not None:
                raise refusal
        _add(session, trail, thread, step, version=version, ground_id=asked.id)
        return after


def withdraw(session: Session, clock: Clock, actor: Actor, ref: str) -> None:
    """Take a consent back for the future; always possible. Raises Forbidden, NotFound, Conflict
    "paid_already_answered" where none stands."""
    with use_case(session, clock, actor, "paid_service.withdraw") as trail:
        asked, rows, version = _locked(session, trail, clock, actor, ref)
        state = _state(rows, version.id)
        if state is ConsentState.WITHDRAWN:
            trail.silent()
            return
        after_consent(state, LedgerStep.WITHDRAWN)
        consented = next(
            row.id for row in rows if row.step is LedgerStep.CONSENTED and row.ground_id == asked.id
        )
        thread = threads.of_seeker(session, asked.seeker_id, units.by_id(session, asked.unit_id).public_id)
        if thread is None:
            raise NotFound
        _add(session, trail, thread, LedgerStep.WITHDRAWN, version=version, ground_id=consented)


def _thread(
    session: Session, trail: Trail, clock: Clock, actor: Actor, unit_ref: str
) -> tuple[int, ThreadRow]:
    seeker_id = seeker_of(actor, Permission.SEEKER_CONSENT_CHANGE)
    # The same lock as for an answer: of a block and a wish at the same moment one comes first.
    reach.lock_profile(session, [seeker_id])
    trail.take_moment(clock)
    row = own_thread(session, seeker_id, unit_ref)
    trail.subject("thread", row.id)
    return seeker_id, row


def _locked(
    session: Session, trail: Trail, clock: Clock, actor: Actor, ref: str
) -> tuple[LedgerRow, list[LedgerRow], VersionRow]:
    seeker_id = seeker_of(actor, Permission.SEEKER_CONSENT_CHANGE)
    reach.lock_profile(session, [seeker_id])
    asked = _asked(session, seeker_id, ref)
    version_id = asked.version_id or 0
    # A change of the terms or a record of the bureau is either seen or waits.
    store.lock(session, store.by_ids(session, [version_id])[version_id].service_id)
    trail.take_moment(clock)
    trail.subject("thread", asked.thread_id)
    version = store.by_ids(session, [version_id])[version_id]
    return asked, ledger.of_pair(session, asked.unit_id, seeker_id), version


def _asked(session: Session, seeker_id: int, ref: str) -> LedgerRow:
    row = ledger.asking(session, seeker_id, public_id.read(ref) or b"")
    if row is None:
        raise NotFound
    return row


def _add(
    session: Session,
    trail: Trail,
    row: ThreadRow,
    step: LedgerStep,
    *,
    version: VersionRow | None = None,
    ground_id: int | None = None,
) -> None:
    ledger.add(
        session,
        step,
        unit_id=row.unit_id,
        seeker_id=row.seeker_id,
        thread_id=row.id,
        on_day=trail.today,
        at=trail.now,
        version=None if version is None else (version.id, version.kind),
        ground_id=ground_id,
    )
    # The unit finds it like an answer: the thread is marked as holding something new, and who wants mail is told.
    threads.new_for_unit(session, row.id)
    outbox.add(session, threads.readers(row.unit_id, row.belongs, trail.today), trail.now)


def _versions(session: Session, rows: Sequence[LedgerRow]) -> dict[int, VersionRow]:
    return store.by_ids(session, {row.version_id for row in rows if row.version_id is not None})


def _state(rows: Sequence[LedgerRow], version_id: int) -> ConsentState:
    return consent_state(row.entry for row in rows if row.version_id == version_id)


def _with_unit(
    ref: str,
    name: str,
    rows: Sequence[LedgerRow],
    versions: dict[int, VersionRow],
    *,
    may_wish: bool = True,
) -> WithUnit:
    wishes = [row for row in rows if row.step in (LedgerStep.WISHED, LedgerStep.WISH_ENDED)]
    last = wishes[-1] if wishes else None
    return WithUnit(
        unit_ref=ref,
        unit_name=name,
        may_wish=may_wish,
        wished_at=last.at if last is not None and last.step is LedgerStep.WISHED else None,
        wish_ended_at=last.at if last is not None and last.step is LedgerStep.WISH_ENDED else None,
        explained=tuple(
            Explained(versions[row.version_id].terms, row.on_day, row.way, row.at)
            for row in rows
            if row.step is LedgerStep.EXPLAINED and row.version_id is not None and row.way is not None
        ),
        given=tuple(
            Given(versions[row.version_id].terms, row.on_day)
            for row in rows
            if row.step is LedgerStep.GIVEN and row.version_id is not None and row.kind is PaidKind.SUPPORT
        ),
        requests=tuple(
            _request(row, rows, versions, ref, name) for row in rows if row.step is LedgerStep.ASKED
        ),
    )


def _request(
    asked: LedgerRow,
    rows: Sequence[LedgerRow],
    versions: dict[int, VersionRow],
    unit_ref: str,
    unit_name: str,
) -> Request:
    version = versions[asked.version_id or 0]
    own = [row for row in rows if row.version_id == version.id]
    answered = {LedgerStep.CONSENTED, LedgerStep.REFUSED}
    state = _state(own, version.id)
    return Request(
        ref=public_id.shown(asked.ref),
        unit_ref=unit_ref,
        unit_name=unit_name,
        terms=version.terms,
        version=version.version,
        number=version.number,
        state=state,
        asked_at=asked.at,
        answered_at=next((row.at for row in own if row.step in answered), None),
        withdrawn_at=next((row.at for row in own if row.step is LedgerStep.WITHDRAWN), None),
        given_on=tuple(row.on_day for row in own if row.step is LedgerStep.GIVEN),
        current=_current(version),
    )


def _current(version: VersionRow) -> bool:
    try:
        require_consentable(version.facts, ConsentState.ASKED)
    except Refusal:
        return False
    return True
