"""Paid services in a thread, from the unit's side: how the seeker stands, asking for consent, recording what was given.

An asking is a message of the unit: it counts (ruling R1), is refused where any other would be, with the same words
(ruling R3), and stands in the thread. What is recorded as given needs no reachable seeker, like an outcome.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from portal.calendar.clock import Clock
from portal.calendar.day import jst_day
from portal.domain.actor import Actor
from portal.domain.entry import Typed, one
from portal.domain.graduate import is_graduate
from portal.domain.message_screening import NOTHING_DECLARED, FindingKind, screen
from portal.domain.paid_service import (
    NEEDS,
    ConsentState,
    Entry,
    LedgerStep,
    Need,
    NoticeState,
    PaidKind,
    Terms,
    Way,
    consent_state,
    may_register,
    require_askable,
    require_givable,
    require_register,
    wishes,
)
from portal.domain.permission import Permission, may
from portal.domain.refusal import Conflict, Forbidden, Refusal
from portal.domain.seeker import read_day
from portal.services import public_id
from portal.services.acting import find_acting, require_acting
from portal.services.paid_service import find, locked
from portal.services.relay import Content, SendResult, check_key, fingerprint, place, repeated
from portal.services.thread import THREAD_TOKEN, visible_thread
from portal.services.use_case import Trail, query, use_case
from portal.store import alias, reach
from portal.store import paid_ledger as ledger
from portal.store import paid_service as store
from portal.store import profile as profiles
from portal.store.acting import Acting
from portal.store.paid_ledger import LedgerRow
from portal.store.paid_service import VersionRow
from portal.store.thread import ThreadRow

_CHANGES_TO_OUTLAST = 5


@dataclass(frozen=True)
class Offer:
    """A service as it stands to the seeker of a thread. ref, version: go into the forms.

    need: what must come first today. since: of the state, the day. hindrance: reason code why consent cannot be asked
    for now, "" = it can; only of kind C. given_on: days recorded.
    """

    ref: str
    version: int
    kind: PaidKind
    terms: Terms
    need: Need
    notice: NoticeState
    state: ConsentState
    since: date | None
    hindrance: str
    may_give: bool
    given_on: tuple[date, ...]


@dataclass(frozen=True)
class Explanation:
    """What was recorded with 求職受理."""

    type: str
    amount: int
    on_day: date
    way: Way


@dataclass(frozen=True)
class PaidThread:
    """Paid services in one thread. may_register: False for a municipal unit, then there is nothing else.

    graduate: 有料サービス届出対象 today; None for a seeker whom the unit does not reach. wished_on: None = no wish stands.
    offers: kinds B and C that are still offered, or that something was recorded about. placements: kind A, to be named
    with 求職受理: ref, words and yen.
    """

    token: str
    code: str
    may_register: bool
    graduate: bool | None
    wished_on: date | None
    offers: tuple[Offer, ...]
    explanations: tuple[Explanation, ...]
    placements: tuple[tuple[str, str, int], ...]


def paid_thread(session: Session, clock: Clock, actor: Actor, token: str) -> PaidThread:
    """How the seeker of a thread stands to the unit's services. The same statements whatever became of the seeker; of
    whoever is out of reach it tells nothing that the ledger of the two does not hold.

    Raises Forbidden, NotFound.
    """
    with query(session):
        today = jst_day(clock.now())
        unit = require_acting(session, actor, today)
        row = visible_thread(session, unit, token)
        code = alias.code(unit.key, row.alias_key)
        if not may(actor, Permission.UNIT_PAID_READ):
            raise Forbidden
        if not may_register(unit.unit_class):
            return PaidThread(token, code, False, None, None, (), (), ())
        reached, until = _protected(session, unit, row, today)
        graduate = is_graduate(until, today)
        rows = ledger.of_pair(session, unit.unit_id, row.seeker_id)
        services = store.services(session, unit.unit_id)
        versions = store.by_ids(session, {each.version_id for each in rows if each.version_id is not None})
        spans = wishes(each.entry for each in rows)
        return PaidThread(
            token=token,
            code=code,
            may_register=True,
            graduate=graduate if reached else None,
            wished_on=spans[-1][0] if spans and spans[-1][1] is None else None,
            offers=tuple(
                _offer(
                    each,
                    rows,
                    versions,
                    graduate,
                    askable=graduate or not reached,
                    answered=row.answer is not None,
                )
                for each in services
                if each.kind is not PaidKind.PLACEMENT
                and (each.ended_on is None or _recorded(each, rows, versions))
            ),
            explanations=tuple(
                Explanation(
                    versions[each.version_id].terms.type,
                    versions[each.version_id].terms.amount,
                    each.on_day,
                    each.way,
                )
                for each in rows
                if each.step is LedgerStep.EXPLAINED and each.version_id is not None and each.way is not None
            ),
            placements=_placements(services),
        )


def _protected(session: Session, unit: Acting, row: ThreadRow, today: date) -> tuple[bool, date | None]:
    """Whether the unit reaches the seeker, and until when that is a 新規大学卒業者等.

    Never the day of somebody out of reach: what the office records after a block or a stop is nobody's to follow, nor
    may a refused record tell it. Both are always asked, so that the statements are the same.
    """
    reached = reach.is_reachable(session, unit.unit_id, unit.unit_class, today, row.seeker_id)
    until: date | None = profiles.row(session, row.seeker_id)["graduate_until"]
    return reached, until if reached else None


def _placements(services: list[VersionRow]) -> tuple[tuple[str, str, int], ...]:
    return tuple(
        (public_id.shown(each.ref), each.terms.type, each.terms.amount)
        for each in services
        if each.kind is PaidKind.PLACEMENT and each.ended_on is None
    )


def _recorded(service: VersionRow, rows: list[LedgerRow], versions: dict[int, VersionRow]) -> bool:
    return any(versions[row.version_id].service_id == service.service_id for row in rows if row.version_id)


def _offer(
    version: VersionRow,
    rows: list[LedgerRow],
    versions: dict[int, VersionRow],
    graduate: bool,
    *,
    askable: bool,
    answered: bool,
) -> Offer:
    own = [row for row in rows if row.version_id == version.id]
    state = consent_state(row.entry for row in own)
    answers = [row for row in own if row.step not in (LedgerStep.GIVEN, LedgerStep.EXPLAINED)]
    need = NEEDS[version.kind, graduate]
    # Of a wish or a consent that has ended, days before its end may still be recorded.
    consented = any(row.step is LedgerStep.CONSENTED for row in own)
    wished = any(row.step is LedgerStep.WISHED for row in rows)
    return Offer(
        ref=public_id.shown(version.ref),
        version=version.version,
        kind=version.kind,
        terms=version.terms,
        need=need,
        notice=version.notice,
        state=state,
        since=answers[-1].on_day if answers else None,
        hindrance=_hindrance(version, state, askable, answered) if version.kind is PaidKind.GRADUATE else "",
        may_give=consented if version.kind is PaidKind.GRADUATE else wished,
        given_on=tuple(
            row.on_day
            for row in rows
            if row.step is LedgerStep.GIVEN
            and row.version_id is not None
            and versions[row.version_id].service_id == version.service_id
        ),
    )


def _hindrance(version: VersionRow, state: ConsentState, graduate: bool, answered: bool) -> str:
    try:
        require_askable(version.facts, state, graduate=graduate, answered=answered)
    except Refusal as refusal:
        return refusal.reason
    return ""


# Asking


def ask(session: Session, clock: Clock, actor: Actor, token: str, typed: Typed, key: str) -> SendResult:
    """Ask the seeker of a thread for consent to a service of kind C: fields service and seen (its version).

    One message of the unit with the terms in it, and one entry of the ledger, or neither. A second click with the same
    key returns the first result. Raises as `portal.services.thread.write`; NotFound for a service that is not the
    unit's; Forbidden "paid_municipal"; TextRefused for words that no message may have; and as
    `portal.domain.paid_service.require_askable`.
    """
    check_key(key)
    with use_case(session, clock, actor, "paid_service.ask") as trail:
        if not may(actor, Permission.UNIT_PAID_RECORD):
            raise Forbidden
        for _ in range(_CHANGES_TO_OUTLAST):
            result = _attempt(session, clock, actor, trail, token, typed, key)
            if result is not None:
                return result
            session.rollback()
        raise Conflict


def _attempt(
    session: Session, clock: Clock, actor: Actor, trail: Trail, token: str, typed: Typed, key: str
) -> SendResult | None:
    unit = find_acting(session, actor, key)
    service = find(session, unit, one(typed, "service"))
    content = _content(session, token, service)
    if unit.earlier is not None:
        return repeated(session, trail, unit, unit.earlier, content)
    alias_key = alias.open_token(unit.key, THREAD_TOKEN, token)
    held = reach.lock_by_alias(session, [alias_key] if alias_key is not None else [])
    service = locked(session, unit, one(typed, "service"), typed)
    trail.take_moment(clock)
    unit = find_acting(session, actor, key)
    require_register(unit.unit_class)
    row = visible_thread(session, unit, token)
    trail.fact(version=service.version, amount=service.terms.amount)
    rows = ledger.of_pair(session, unit.unit_id, row.seeker_id)
    state = consent_state(each.entry for each in rows if each.version_id == service.id)
    reached, until = _protected(session, unit, row, trail.today)
    # Of somebody out of reach nothing is known; the send below has the one neutral answer for them.
    graduate = is_graduate(until, trail.today) or not reached
    require_askable(service.facts, state, graduate=graduate, answered=row.answer is not None)
    result = place(session, trail, unit, held, content, key, requested=1, is_answer=True)
    if result is not None and not result.repeated:
        ledger.add(
            session,
            LedgerStep.ASKED,
            unit_id=unit.unit_id,
            seeker_id=row.seeker_id,
            thread_id=row.id,
            on_day=trail.today,
            at=trail.now,
            version=(service.id, service.kind),
            notice_event_id=service.notice_event_id,
            membership_id=unit.membership_id,
        )
    return result


def _content(session: Session, token: str, service: VersionRow) -> Content:
    text = asking_text(service.terms)
    # That it offers a paid service is what P-Q8 allows: those words were notified. Nothing else was.
    offers = FindingKind.PAID_SERVICE
    found = [each for each in screen(text) if each.kind is not offers]
    # The seeker reads the description beside the asking; a way outside in it is no part of the message.
    found += [
        each for each in screen(service.terms.description) if each.kind not in (offers, FindingKind.LEAVING)
    ]
    stands_for = fingerprint(session, [token, f"paid {service.id}"], text)
    return Content(text, stands_for, tuple(found), NOTHING_DECLARED)


def asking_text(terms: Terms) -> str:
    """The message in the thread, in Japanese like every message; curly brackets would be taken for fields."""
    charge = f"（{terms.charge}）" if terms.charge else ""
    lines = [
        "有料サービスについて、承諾するかどうかをお尋ねします。",
        f"サービス：{terms.type}",
        f"金額：{terms.amount:,}円{charge}",
        f"取消し・返金：{terms.cancellation}",
        "承諾しなくても、職業紹介を受けることに影響はありません。承諾した後も、これからの分はいつでも取りやめられます。",
        "お答えは、この画面の「有料サービス」からお選びください。",
    ]
    return "\n".join(lines).replace("{", "｛").replace("}", "｝")


# Recording


def give(session: Session, clock: Clock, actor: Actor, token: str, typed: Typed) -> None:
    """Record that a service of kind B or C was given: fields service, seen (its version), happened_on.

    Raises Invalid (happened_on), NotFound, Forbidden, Conflict "paid_already_given" (the same day twice),
    "paid_changed" when an earlier version was consented to, and as `portal.domain.paid_service.require_givable`.
    """
    happened_on = read_day(typed, "happened_on")
    with use_case(session, clock, actor, "paid_service.give") as trail:
        if not may(actor, Permission.UNIT_PAID_RECORD):
            raise Forbidden
        unit = require_acting(session, actor, trail.today)
        row = visible_thread(session, unit, token)
        trail.subject("thread", row.id)
        # The seeker's own acts hold the profile: a withdrawal is either seen or comes after.
        reach.lock_profile(session, [row.seeker_id])
        service = locked(session, unit, one(typed, "service"), typed)
        trail.take_moment(clock)
        require_register(unit.unit_class)
        row = visible_thread(session, unit, token)
        rows = ledger.of_pair(session, unit.unit_id, row.seeker_id)
        own = [each for each in rows if each.version_id == service.id]
        _require_same_version(session, service, rows)
        _, until = _protected(session, unit, row, trail.today)
        notices = store.notice_days(session, service.id)
        require_givable(
            service.facts, _entries(own), _entries(rows), notices, until, happened_on, trail.today
        )
        if any(each.step is LedgerStep.GIVEN and each.on_day == happened_on for each in own):
            raise Conflict("paid_already_given")
        ledger.add(
            session,
            LedgerStep.GIVEN,
            unit_id=unit.unit_id,
            seeker_id=row.seeker_id,
            thread_id=row.id,
            on_day=happened_on,
            at=trail.now,
            version=(service.id, service.kind),
            ground_id=_ground(service, rows, happened_on),
            membership_id=unit.membership_id,
        )
        trail.fact(on=happened_on, kind=service.kind.value, version=service.version)


def _entries(rows: list[LedgerRow]) -> list[Entry]:
    return [row.entry for row in rows]


def _require_same_version(session: Session, service: VersionRow, rows: list[LedgerRow]) -> None:
    """A consent to other terms is none (P-Q8): say so, rather than that there is none at all."""
    consented = {row.version_id for row in rows if row.step is LedgerStep.CONSENTED}
    if service.id in consented:
        return
    versions = store.by_ids(session, {number for number in consented if number is not None})
    if any(each.service_id == service.service_id for each in versions.values()):
        raise Conflict("paid_changed")


def _ground(service: VersionRow, rows: list[LedgerRow], on: date) -> int:
    """The consent, or the wish that stood on the day."""
    if service.kind is PaidKind.GRADUATE:
        return next(
            row.id for row in rows if row.version_id == service.id and row.step is LedgerStep.CONSENTED
        )
    return [row.id for row in rows if row.step is LedgerStep.WISHED and row.on_day <= on][-1]
