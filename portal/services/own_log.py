"""あなたの情報の取扱い記録: what was done with a seeker's data, by whom in kind, and which organisations looked, by month.

Only what stands in the lists below is told, so that a new kind of audit line is not shown by accident. No names of
staff. Openings of the profile are told by the month: a day would tell an organisation's ways of working, and nobody
needs it to see who looked.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from portal.calendar.clock import Clock
from portal.calendar.day import add_months, day_start, jst_day, month_start
from portal.domain.actor import Actor, ActorKind
from portal.domain.permission import Permission
from portal.services import code
from portal.services.own import seeker_of
from portal.services.use_case import query
from portal.store import consent
from portal.store import own_log as store
from portal.store import seeker as seeker_store
from portal.store.own_log import Span

PAGE = 30
MONTHS = 12
"""Months of openings that are shown where no month is asked for, the present one included."""
MOST_OFFERED = 60
"""Months that can be asked for."""
NAMED = 10
"""Organisations that are named for each month where no month is asked for."""
MOST_NAMED = 1000
"""Organisations that are named of one month."""
_FIRST = date(2000, 1, 1)
_EVERY = 1_000_000


class Event(StrEnum):
    """What a line tells, in the words of this page."""

    REGISTERED = "registered"
    ACTIVATED = "activated"
    SHEET = "sheet"
    PASSWORD_BY_CODE = "password_by_code"  # noqa: S105 -- no password
    SECOND_FACTOR_BY_CODE = "second_factor_by_code"
    IDENTITY = "identity"
    DATA = "data"
    SCHOOL = "school"
    RANGE = "range"
    VALIDITY = "validity"
    TEXT_SHOWN = "text_shown"
    TEXT_REFUSED = "text_refused"
    TERMS = "terms"
    STOPPED = "stopped"
    RESTARTED = "restarted"
    BLOCKED = "blocked"
    UNBLOCKED = "unblocked"
    RECEIVED = "received"
    ANSWERED = "answered"
    CORRECTION_ASKED = "correction_asked"
    CORRECTION_ANSWERED = "correction_answered"
    TAKEN = "taken"
    IDENTITY_READ = "identity_read"
    HISTORY_READ = "history_read"
    TEXT_READ = "text_read"
    CORRECTION_READ = "correction_read"
    TRANSCRIPT_READ = "transcript_read"
    CASE_OPENED = "case_opened"
    CASE_EXAMINED = "case_examined"
    CASE_WRITTEN = "case_written"
    CASE_ASKED = "case_asked"
    CASE_ANSWERED = "case_answered"
    CASE_REPLIED = "case_replied"
    CASE_HANDED_OVER = "case_handed_over"
    CASE_SETTLED = "case_settled"
    CASE_CLOSED = "case_closed"
    CASE_REOPENED = "case_reopened"
    REPORTED = "reported"
    PAID_EXPLAINED = "paid_explained"
    PAID_WISHED = "paid_wished"
    PAID_WISH_ENDED = "paid_wish_ended"
    PAID_ASKED = "paid_asked"
    PAID_CONSENTED = "paid_consented"
    PAID_REFUSED = "paid_refused"
    PAID_WITHDRAWN = "paid_withdrawn"
    PAID_GIVEN = "paid_given"


class Group(StrEnum):
    """What can be picked out. VIEWS is the table of openings alone."""

    ALL = "all"
    VIEWS = "views"
    MESSAGES = "messages"
    CONSENTS = "consents"
    BLOCKS = "blocks"
    CASES = "cases"
    READINGS = "readings"
    REGISTRATION = "registration"


_ACTS: Mapping[Group, Mapping[str, Event]] = {
    Group.CONSENTS: {"seeker.terms.agree": Event.TERMS},
    Group.BLOCKS: {"seeker.block.add": Event.BLOCKED, "seeker.block.remove": Event.UNBLOCKED},
    Group.READINGS: {
        "seeker.identity.read": Event.IDENTITY_READ,
        "seeker.history.read": Event.HISTORY_READ,
        "seeker.text.read": Event.TEXT_READ,
        "seeker.correction.read": Event.CORRECTION_READ,
    },
    Group.REGISTRATION: {
        "seeker.register": Event.REGISTERED,
        "account.activate": Event.ACTIVATED,
        "seeker.code.issue": Event.SHEET,
        "account.choose_password": Event.PASSWORD_BY_CODE,
        "account.reset_second_factor": Event.SECOND_FACTOR_BY_CODE,
        "seeker.identity.change": Event.IDENTITY,
        "seeker.data.change": Event.DATA,
        "seeker.school.change": Event.SCHOOL,
        "seeker.range.change": Event.RANGE,
        "seeker.range.undo": Event.RANGE,
        "seeker.validity.extend": Event.VALIDITY,
        "seeker.validity.change": Event.VALIDITY,
        "seeker.validity.undo": Event.VALIDITY,
        "seeker.text.release": Event.TEXT_SHOWN,
        "seeker.text.replace": Event.TEXT_SHOWN,
        "seeker.text.refuse": Event.TEXT_REFUSED,
        "seeker.stop": Event.STOPPED,
        "seeker.restart": Event.RESTARTED,
        "seeker.correction.ask": Event.CORRECTION_ASKED,
        "seeker.correction.answer": Event.CORRECTION_ANSWERED,
        "seeker.data.take": Event.TAKEN,
    },
}
_OTHERS: Mapping[str, Event] = {
    store.RECEIVED: Event.RECEIVED,
    store.ANSWERED: Event.ANSWERED,
    store.TRANSCRIPT: Event.TRANSCRIPT_READ,
    f"{store.CASE}open": Event.CASE_OPENED,
    f"{store.CASE}examine": Event.CASE_EXAMINED,
    f"{store.CASE}write": Event.CASE_WRITTEN,
    f"{store.CASE}ask": Event.CASE_ASKED,
    f"{store.CASE}answer": Event.CASE_ANSWERED,
    f"{store.CASE}reply": Event.CASE_REPLIED,
    f"{store.CASE}hand_over": Event.CASE_HANDED_OVER,
    f"{store.CASE}settle": Event.CASE_SETTLED,
    f"{store.CASE}close": Event.CASE_CLOSED,
    f"{store.CASE}reopen": Event.CASE_REOPENED,
    store.REPORT: Event.REPORTED,
    f"{store.PAID}explained": Event.PAID_EXPLAINED,
    f"{store.PAID}wished": Event.PAID_WISHED,
    f"{store.PAID}wish_ended": Event.PAID_WISH_ENDED,
    f"{store.PAID}asked": Event.PAID_ASKED,
    f"{store.PAID}consented": Event.PAID_CONSENTED,
    f"{store.PAID}refused": Event.PAID_REFUSED,
    f"{store.PAID}withdrawn": Event.PAID_WITHDRAWN,
    f"{store.PAID}given": Event.PAID_GIVEN,
}
_EVENTS: Mapping[str, Event] = {
    **{kind: event for kinds in _ACTS.values() for kind, event in kinds.items()},
    **_OTHERS,
}


class By(StrEnum):
    """Who did it, in kind only. HOLDER: whoever typed a code, which nobody but the person should have."""

    SEEKER = "seeker"
    OFFICE = "office"
    BUREAU = "bureau"
    UNIT = "unit"
    HOLDER = "holder"
    PORTAL = "portal"


_BY: Mapping[str, By] = {
    ActorKind.SEEKER: By.SEEKER,
    ActorKind.PUBLIC: By.HOLDER,  # nobody is signed in while a code is used: whoever holds it
    ActorKind.OFFICE: By.OFFICE,
    ActorKind.BUREAU: By.BUREAU,
    ActorKind.MEMBER: By.UNIT,
    "unit": By.UNIT,
    "officer": By.UNIT,
}


@dataclass(frozen=True)
class Entry:
    """One line. units: names of the organisations it is about. place: name of the office or bureau that did it.

    answer: how an answer was meant, or what became of a request. day: the day a change is about: the new end of the
    registration, or the first day of the version of the terms that was agreed to. held: texts that had to wait for the
    office. case_number: of the case it belongs to, "" = none.
    """

    at: datetime
    event: Event
    by: By
    units: tuple[str, ...] = ()
    place: str = ""
    answer: str | None = None
    day: date | None = None
    held: int = 0
    range_private: bool = False
    range_municipal: bool = False
    case_number: str = ""


@dataclass(frozen=True)
class LookedAt:
    """One month. organisations: how many opened the profile; times: how often; names: of those that are named."""

    month: date
    organisations: int
    times: int
    names: tuple[str, ...]

    @property
    def unnamed(self) -> int:
        """How many more there were."""
        return self.organisations - len(self.names)


@dataclass(frozen=True)
class Wanted:
    """What is asked for. month: its first day, None = any."""

    group: Group = Group.ALL
    month: date | None = None

    @classmethod
    def read(cls, group: str, month: str) -> "Wanted":
        """As it stands in an address; whatever names no group or no month (2026-06) asks for everything."""
        return cls(Group(group) if group in list(Group) else Group.ALL, _month(month))


EVERYTHING = Wanted()


def _month(typed: str) -> date | None:
    if not re.fullmatch(r"20[0-9]{2}-(0[1-9]|1[0-2])", typed, re.ASCII):
        return None
    return date(int(typed[:4]), int(typed[5:]), 1)


@dataclass(frozen=True)
class OwnLog:
    """One page of the record. looked_at: on the first page only, newest month first; None where openings are not asked
    for. months: that can be asked for, newest first. more: there is a further page."""

    entries: tuple[Entry, ...]
    looked_at: tuple[LookedAt, ...] | None
    months: tuple[date, ...]
    wanted: Wanted
    page: int
    more: bool


def own_log(
    session: Session,
    clock: Clock,
    actor: Actor,
    *,
    wanted: Wanted = EVERYTHING,
    page: int = 1,
    language: str = "ja",
) -> OwnLog:
    """A page of the record of the seeker who asks, counted from 1. Raises Forbidden."""
    with query(session):
        seeker_id = seeker_of(actor, Permission.SEEKER_LOG_READ)
        today = jst_day(clock.now())
        sources = _sources(seeker_id, wanted)
        found = store.lines(session, sources, offset=(page - 1) * PAGE, limit=PAGE + 1)
        known = _known(session, found, language)
        opened = wanted.group in (Group.ALL, Group.VIEWS) and page == 1
        return OwnLog(
            entries=tuple(_entry(line, known) for line in found[:PAGE]),
            looked_at=_views(session, seeker_id, today, wanted.month) if opened else None,
            months=_months(seeker_store.row(session, seeker_id)["created_at"], today),
            wanted=wanted,
            page=page,
            more=len(found) > PAGE,
        )


def _sources(seeker_id: int, wanted: Wanted) -> list[store.Source]:
    month = wanted.month
    span = Span() if month is None else Span(day_start(month), day_start(add_months(month, 1)))

    def asked(group: Group) -> bool:
        return wanted.group in (Group.ALL, group)

    kinds = [kind for group, acts in _ACTS.items() if asked(group) for kind in acts]
    return [
        *([store.acts(seeker_id, kinds, span)] if kinds else []),
        *([store.messages(seeker_id, span)] if asked(Group.MESSAGES) else []),
        *([store.paid_steps(seeker_id, span)] if asked(Group.CONSENTS) else []),
        *([store.case_lines(seeker_id, span), store.reports(seeker_id, span)] if asked(Group.CASES) else []),
        *([store.transcript_readings(seeker_id, span)] if asked(Group.READINGS) else []),
    ]


@dataclass(frozen=True)
class _Known:
    units: Mapping[int, str]
    terms: Mapping[str, date]
    offices: Mapping[str, Any]
    bureaus: Mapping[str, Any]
    language: str

    def place(self, line: store.Line) -> str:
        row = self.offices.get(line.office_code or "") or self.bureaus.get(line.bureau_code or "")
        return str(row.name(self.language)) if row else ""


def _known(session: Session, found: list[store.Line], language: str) -> _Known:
    return _Known(
        store.unit_names(session, {unit_id for line in found for unit_id in _units(line)}),
        consent.first_days(session),
        code.names(session, "office"),
        code.names(session, "bureau"),
        language,
    )


def _entry(line: store.Line, known: _Known) -> Entry:
    day = line.facts.get("valid_until")
    of_terms = known.terms.get(str(line.facts.get("version") or ""))
    return Entry(
        at=line.at,
        event=_EVENTS[line.kind],
        by=_BY.get(line.by, By.PORTAL),
        units=tuple(known.units[unit_id] for unit_id in _units(line) if unit_id in known.units),
        place=known.place(line),
        answer=line.answer or _decision(line),
        day=date.fromisoformat(day) if isinstance(day, str) else of_terms,
        held=int(line.facts.get("held") or 0),
        range_private=line.facts.get("private") is True,
        range_municipal=line.facts.get("municipal") is True,
        case_number=line.case_number or "",
    )


def _decision(line: store.Line) -> str | None:
    return str(line.facts.get("state")) if _EVENTS[line.kind] is Event.CORRECTION_ANSWERED else None


def _units(line: store.Line) -> list[int]:
    if line.unit_id is not None:
        return [line.unit_id]
    return [int(number) for number in str(line.facts.get("units") or "").split()]


def _months(registered_at: datetime, today: date) -> tuple[date, ...]:
    first, found = month_start(jst_day(registered_at)), [month_start(today)]
    while found[-1] > first and len(found) < MOST_OFFERED:
        found.append(add_months(found[-1], -1))
    return tuple(found)


def every_line(session: Session, seeker_id: int, language: str) -> tuple[Entry, ...]:
    """The whole record of a seeker, oldest first, for their own copy; for use cases, which hold the transaction."""
    found = store.lines(session, _sources(seeker_id, EVERYTHING), offset=0, limit=_EVERY)
    known = _known(session, found, language)
    return tuple(_entry(line, known) for line in reversed(found))


def every_month(session: Session, seeker_id: int, today: date) -> tuple[LookedAt, ...]:
    """Which organisations opened the profile in every month there was, oldest first, for the seeker's own copy."""
    return tuple(reversed(_looked_at(session, seeker_id, _FIRST, add_months(month_start(today), 1), _EVERY)))


def _views(session: Session, seeker_id: int, today: date, month: date | None) -> tuple[LookedAt, ...]:
    since = month or add_months(month_start(today), 1 - MONTHS)
    until = add_months(month or month_start(today), 1)
    return _looked_at(session, seeker_id, since, until, NAMED if month is None else MOST_NAMED)


def _looked_at(session: Session, seeker_id: int, since: date, until: date, most: int) -> tuple[LookedAt, ...]:
    named = store.viewers(session, seeker_id, since, until, most)
    names = store.unit_names(session, {unit_id for units in named.values() for unit_id in units})
    return tuple(
        LookedAt(
            one.month,
            one.organisations,
            one.times,
            tuple(names[unit_id] for unit_id in named.get(one.month, ()) if unit_id in names),
        )
        for one in store.views(session, seeker_id, since, until)
    )
