"""The seeker's own log: what was done with the registration, by whom in kind, and how often it was looked at.

Only what stands in the list below is told, so that a new kind of audit line is not shown by accident. No names of
staff; organisations are counted, and named only where they wrote or were written to.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from portal.calendar.clock import Clock
from portal.calendar.day import add_months, day_start, jst_day, month_start
from portal.domain.actor import Actor, ActorKind
from portal.domain.permission import Permission
from portal.services.own import seeker_of
from portal.services.use_case import query
from portal.store import consent
from portal.store import own_log as store

PAGE = 30
MONTHS = 12
"""Months of views that are shown, the present one included."""


class Event(StrEnum):
    """What a line tells, in the words of this page."""

    REGISTERED = "registered"
    ACTIVATED = "activated"
    SHEET = "sheet"
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


_EVENTS: Mapping[str, Event] = {
    "seeker.register": Event.REGISTERED,
    "account.activate": Event.ACTIVATED,
    "seeker.code.issue": Event.SHEET,
    "seeker.identity.change": Event.IDENTITY,
    "seeker.data.change": Event.DATA,
    "seeker.school.change": Event.SCHOOL,
    "seeker.range.change": Event.RANGE,
    "seeker.validity.extend": Event.VALIDITY,
    "seeker.validity.change": Event.VALIDITY,
    "seeker.text.release": Event.TEXT_SHOWN,
    "seeker.text.replace": Event.TEXT_SHOWN,
    "seeker.text.refuse": Event.TEXT_REFUSED,
    "seeker.terms.agree": Event.TERMS,
    "seeker.stop": Event.STOPPED,
    "seeker.range.undo": Event.RANGE,
    "seeker.validity.undo": Event.VALIDITY,
    "seeker.restart": Event.RESTARTED,
    "seeker.block.add": Event.BLOCKED,
    "seeker.block.remove": Event.UNBLOCKED,
}
_MESSAGES: Mapping[str, Event] = {store.RECEIVED: Event.RECEIVED, store.ANSWERED: Event.ANSWERED}

_READINGS = ("seeker.identity.read", "seeker.history.read", "seeker.text.read")


@dataclass(frozen=True)
class Entry:
    """One line. by_seeker, by_office: who did it, in kind only. units: names of the organisations it is about.

    answer: how an answer was meant. day: the day a change is about: the new end of the registration, or the first day
    of the version of the terms that was agreed to. held: texts that had to wait for the office.
    """

    at: datetime
    event: Event
    by_seeker: bool
    by_office: bool
    units: tuple[str, ...] = ()
    answer: str | None = None
    day: date | None = None
    held: int = 0
    range_private: bool = False
    range_municipal: bool = False


@dataclass(frozen=True)
class LookedAt:
    """One month. organisations: that opened the profile; times: how often; office: how often it read the file."""

    month: date
    organisations: int
    times: int
    office: int


@dataclass(frozen=True)
class OwnLog:
    """One page of the log. views: on the first page only, newest month first. more: there is a further page."""

    entries: tuple[Entry, ...]
    looked_at: tuple[LookedAt, ...]
    page: int
    more: bool


def own_log(session: Session, clock: Clock, actor: Actor, *, page: int = 1) -> OwnLog:
    """A page of the log of the seeker who asks, counted from 1. Raises Forbidden."""
    with query(session):
        seeker_id = seeker_of(actor, Permission.SEEKER_LOG_READ)
        found = store.lines(session, seeker_id, _EVENTS, offset=(page - 1) * PAGE, limit=PAGE + 1)
        names = store.unit_names(session, {unit_id for line in found for unit_id in _units(line)})
        terms = consent.first_days(session)
        return OwnLog(
            entries=tuple(_entry(line, names, terms) for line in found[:PAGE]),
            looked_at=_looked_at(session, seeker_id, jst_day(clock.now())) if page == 1 else (),
            page=page,
            more=len(found) > PAGE,
        )


def _entry(line: store.Line, names: Mapping[int, str], terms: Mapping[str, date]) -> Entry:
    day = line.facts.get("valid_until")
    of_terms = terms.get(str(line.facts.get("version") or ""))
    return Entry(
        at=line.at,
        event=_EVENTS.get(line.kind) or _MESSAGES[line.kind],
        by_seeker=line.by in (ActorKind.SEEKER, ActorKind.PUBLIC),  # nobody is signed in while activating
        by_office=line.by == ActorKind.OFFICE,
        units=tuple(names[unit_id] for unit_id in _units(line) if unit_id in names),
        answer=line.answer,
        day=date.fromisoformat(day) if isinstance(day, str) else of_terms,
        held=int(line.facts.get("held") or 0),
        range_private=line.facts.get("private") is True,
        range_municipal=line.facts.get("municipal") is True,
    )


def _units(line: store.Line) -> list[int]:
    if line.unit_id is not None:
        return [line.unit_id]
    return [int(number) for number in str(line.facts.get("units") or "").split()]


def _looked_at(session: Session, seeker_id: int, today: date) -> tuple[LookedAt, ...]:
    since = add_months(month_start(today), 1 - MONTHS)
    views = {month.month: month for month in store.views(session, seeker_id, since)}
    office: dict[date, int] = {}
    for at in store.readings(session, seeker_id, _READINGS, day_start(since)):
        month = month_start(jst_day(at))
        office[month] = office.get(month, 0) + 1
    return tuple(
        LookedAt(
            month,
            views[month].organisations if month in views else 0,
            views[month].times if month in views else 0,
            office.get(month, 0),
        )
        for month in sorted({*views, *office}, reverse=True)
    )
