"""Notices of paid services (届出) at the bureau (労働局) of the application: received, asked back, accepted.

The paper goes to the bureau where the unit applied, whatever the seeker's (seed 004 P-Q8, ruling 51); another bureau
finds nothing (ruling R15). What the clerk records is what opens and closes the way to a consent.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from portal.calendar.clock import Clock
from portal.calendar.day import jst_day
from portal.domain.actor import Actor
from portal.domain.announcement import Kind
from portal.domain.answer import check_text
from portal.domain.entry import Typed, one
from portal.domain.paid_service import (
    LONGEST_TEXT,
    NoticeAct,
    NoticeState,
    Terms,
    after_notice,
    possible_acts,
    read_notice_number,
)
from portal.domain.permission import Permission
from portal.domain.refusal import Forbidden, Invalid, NotFound
from portal.services import public_id
from portal.services.announcement import tell_unit
from portal.services.application_case import bureau_of
from portal.services.application_paper import received_on
from portal.services.use_case import Trail, query, use_case
from portal.store import paid_service as store
from portal.store.paid_service import NoticeEventRow, NoticeRow

PAGE = 50

_TOLD = {
    NoticeAct.RECEIVE: Kind.PAID_NOTICE_RECEIVED,
    NoticeAct.ASK_BACK: Kind.PAID_NOTICE_ASKED_BACK,
    NoticeAct.ACCEPT: Kind.PAID_NOTICE_ACCEPTED,
}


@dataclass(frozen=True)
class NoticeLine:
    """One notice. number stands for it in addresses. ended: the unit does not offer the service any more.

    newest: no other version was made since; of an older one nothing follows any more.
    """

    number: str
    unit_ref: str
    unit_name: str
    unit_number: str
    terms: Terms
    version: int
    state: NoticeState
    noticed_on: date | None
    prepared_at: datetime
    newest: bool
    ended: bool


@dataclass(frozen=True)
class NoticeLines:
    """A page of notices, the newest first. after: where the next page begins, "" = there is none."""

    lines: tuple[NoticeLine, ...]
    after: str


@dataclass(frozen=True)
class NoticeCase:
    """One notice with its history. earlier: the version before, for comparison. may: what can be recorded now."""

    line: NoticeLine
    earlier: Terms | None
    history: tuple[NoticeEventRow, ...]
    may: tuple[NoticeAct, ...]


def listing(
    session: Session,
    actor: Actor,
    states: Collection[NoticeState] = tuple(NoticeState),
    *,
    unit_ref: str = "",
    after: str = "",
) -> NoticeLines:
    """Notices of the own bureau's units. A unit or place that is none of its lists nothing. Raises Forbidden."""
    with query(session):
        bureau = bureau_of(actor, Permission.BUREAU_PAID_READ)
        before = None
        if after:
            found = store.at_bureau(session, bureau, _number(after))
            before = 0 if found is None else found.version.id
        rows = store.listed(
            session,
            bureau,
            states,
            unit_ref=(public_id.read(unit_ref) or b"") if unit_ref else None,
            before=before,
            most=PAGE + 1,
        )
        lines = tuple(map(_line, rows[:PAGE]))
        return NoticeLines(lines, lines[-1].number if len(rows) > PAGE else "")


def waiting(session: Session, actor: Actor) -> int:
    """How many notices are received and not yet checked. Raises Forbidden."""
    with query(session):
        return store.waiting(session, bureau_of(actor, Permission.BUREAU_PAID_READ))


def find(session: Session, actor: Actor, typed: Typed) -> str:
    """The number of a notice in its one spelling, as it stands in addresses. Raises Invalid on number, Forbidden."""
    with query(session):
        number = read_notice_number(typed, "number")
        if store.at_bureau(session, bureau_of(actor, Permission.BUREAU_PAID_READ), number) is None:
            raise Invalid({"number": ["unknown_notice"]})
        return number


def case(session: Session, actor: Actor, number: str) -> NoticeCase:
    """One notice. Raises Forbidden, NotFound."""
    with query(session):
        row = _row(session, actor, Permission.BUREAU_PAID_READ, number)
        versions = store.every_version(session, row.version.service_id)
        earlier = next((each.terms for each in versions if each.version < row.version.version), None)
        return NoticeCase(
            line=_line(row),
            earlier=earlier,
            history=tuple(store.events(session, row.version.id)),
            may=possible_acts(row.version.notice),
        )


def receive(session: Session, clock: Clock, actor: Actor, number: str, typed: Typed) -> None:
    """The paper has come: field received_on, today when empty. From the moment of this record consent may be asked for.

    Raises Invalid (received_on; "before_made", made_on: no paper comes before its version was made), Forbidden,
    NotFound, Conflict "wrong_state".
    """
    with use_case(session, clock, actor, "paid_notice.receive") as trail:
        row = _held(session, trail, actor, number)
        on = received_on(typed, trail.today)
        if on < (made_on := jst_day(row.version.at)):
            raise Invalid({"received_on": ["before_made"]}, made_on=made_on)
        _record(session, trail, actor, row, NoticeAct.RECEIVE, on)


def ask_back(session: Session, clock: Clock, actor: Actor, number: str, typed: Typed) -> None:
    """Something is missing: field told, words for the unit. Until it is received again nothing can be asked or
    consented to. Raises Invalid (told), and as ``receive``."""
    told = check_text(one(typed, "told"), longest=LONGEST_TEXT, field="told")
    with use_case(session, clock, actor, "paid_notice.ask_back") as trail:
        row = _held(session, trail, actor, number)
        _record(session, trail, actor, row, NoticeAct.ASK_BACK, trail.today, told)


def accept(session: Session, clock: Clock, actor: Actor, number: str) -> None:
    """Checked, nothing is missing. Raises as ``receive``."""
    with use_case(session, clock, actor, "paid_notice.accept") as trail:
        row = _held(session, trail, actor, number)
        _record(session, trail, actor, row, NoticeAct.ACCEPT, trail.today)


def _number(text: str) -> str:
    try:
        return read_notice_number({"number": text}, "number")
    except Invalid:
        return ""


def _row(session: Session, actor: Actor, permission: Permission, number: str) -> NoticeRow:
    row = store.at_bureau(session, bureau_of(actor, permission), _number(number))
    # One address for one notice: another spelling of the number is looked up, not opened.
    if row is None or row.version.number != number:
        raise NotFound
    return row


def _held(session: Session, trail: Trail, actor: Actor, number: str) -> NoticeRow:
    found = _row(session, actor, Permission.BUREAU_PAID_CHECK, number)
    store.lock(session, found.version.service_id)
    trail.subject("paid_service", found.version.service_id)
    return _row(session, actor, Permission.BUREAU_PAID_CHECK, number)


def _record(
    session: Session, trail: Trail, actor: Actor, row: NoticeRow, act: NoticeAct, on_day: date, told: str = ""
) -> None:
    if actor.account_id is None:
        raise Forbidden
    after_notice(row.version.notice, act)
    store.add_event(
        session,
        row.version.id,
        act,
        on_day=on_day,
        told=told,
        bureau_code=row.bureau_code,
        account_id=actor.account_id,
        at=trail.now,
    )
    trail.fact(act=act.value, version=row.version.version, on=on_day)
    tell_unit(session, trail, row.version.unit_id, _TOLD[act], number=row.version.number)


def _line(row: NoticeRow) -> NoticeLine:
    version = row.version
    return NoticeLine(
        number=version.number,
        unit_ref=public_id.shown(row.unit_ref),
        unit_name=row.unit_name,
        unit_number=row.unit_number,
        terms=version.terms,
        version=version.version,
        state=version.notice,
        noticed_on=version.noticed_on,
        prepared_at=version.at,
        newest=version.newest,
        ended=version.ended_on is not None,
    )
