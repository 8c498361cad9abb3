"""Applications as their applicants fill them in; nothing here is a submission (ruling 43).

A first application is reached by a key in its address, by whoever holds it: there is no account yet. Change, renewal
and end are made by officer or contact of the unit. Only what the bureau enters makes anything valid.
"""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy.orm import Session

from portal.calendar.clock import Clock
from portal.calendar.day import jst_day
from portal.domain.actor import Actor, ActorKind
from portal.domain.application import (
    DRAFT_DAYS,
    GONE,
    READY_DAYS,
    Act,
    Kind,
    Party,
    Source,
    State,
    Step,
    after,
    possible,
    steps_of,
)
from portal.domain.application_content import Content, lookup, missing
from portal.domain.application_number import case_number, fiscal_year, same_bodies
from portal.domain.application_reading import Reading, with_step
from portal.domain.entry import Typed
from portal.domain.permission import Permission, may
from portal.domain.refusal import Conflict, Forbidden, Invalid, NotFound
from portal.services import public_id
from portal.services.acting import require_acting
from portal.services.application_offer import in_force, offered, shown
from portal.services.application_view import (
    ApplicationLine,
    ApplicationView,
    deleted_on,
    history_of,
    line_of,
)
from portal.services.use_case import Trail, query, use_case
from portal.store import application as store
from portal.store import application_trail as trails
from portal.store import unit as units

_KEY_BYTES = 16


@dataclass(frozen=True)
class Started:
    """A new draft. key: the only way back to it, for the address ``/apply/<key>``; shown this one time."""

    key: str


def start(session: Session, clock: Clock, actor: Actor, typed: Typed) -> Started:
    """Begin a 利用申請 without an account, with its first step: class, 登録区分 and bureau. Raises Invalid."""
    with use_case(session, clock, actor, "application.start") as trail:
        after(Act.START, Party.APPLICANT, GONE)
        reading = Reading(Kind.USE, None, offered(session, trail.today), trail.today)
        content = with_step(Content(), Step.APPLICANT, typed, reading)
        key = secrets.token_urlsafe(_KEY_BYTES)
        number = store.add(
            session,
            trail.now,
            public_id=os.urandom(16),
            kind=Kind.USE,
            content=content,
            key_hash=store.hashed(key),
            state=State.DRAFT.value,
            source=Source.PORTAL.value,
            made_by=actor.account_id,
            **plain_of(content),
        )
        _tell(session, trail, actor, number, Act.START, State.DRAFT)
        trail.subject("application", number)
        return Started(key)


def start_for_unit(session: Session, clock: Clock, actor: Actor, kind: str) -> str:
    """Begin a change, a renewal or an end of the acting unit; the ref. Officer and contact only.

    Raises Forbidden, Conflict "application_open" while one of this kind is not decided yet.
    """
    with use_case(session, clock, actor, "application.start") as trail:
        unit_id = _unit(session, trail, actor)
        wanted = Kind(kind) if kind in set(Kind) else None
        if wanted is None or wanted is Kind.USE:
            raise NotFound
        if store.has_open(session, unit_id, wanted):
            raise Conflict("application_open")
        unit = units.by_id(session, unit_id)
        fresh = os.urandom(16)
        number = store.add(
            session,
            trail.now,
            public_id=fresh,
            kind=wanted,
            content=Content(),
            state=State.DRAFT.value,
            source=Source.PORTAL.value,
            unit_id=unit_id,
            made_by=actor.account_id,
            **of_record(unit),
        )
        _tell(session, trail, actor, number, Act.START, State.DRAFT)
        trail.subject("application", number)
        trail.fact(kind=wanted)
        return public_id.shown(fresh)


def own(session: Session, clock: Clock, actor: Actor, key_or_ref: str) -> ApplicationView:
    """One's own application. Raises NotFound."""
    with query(session):
        number = _find(session, clock, actor, key_or_ref)
        row = store.row(session, number)
        if row is None:
            raise NotFound
        return _view(session, clock, row)


def of_unit(session: Session, clock: Clock, actor: Actor) -> tuple[ApplicationLine, ...]:
    """Every application of the acting unit, the newest first, for all of its people; what they say is not in it."""
    with query(session):
        if not may(actor, Permission.UNIT_APPLICATION_READ):
            raise Forbidden
        unit_id = require_acting(session, actor, jst_day(clock.now())).unit_id
        return tuple(map(line_of, store.of_unit(session, unit_id)))


def save_step(
    session: Session,
    clock: Clock,
    actor: Actor,
    key_or_ref: str,
    step: str,
    typed: Typed,
    *,
    seen: int | None = None,
) -> ApplicationView:
    """Check and keep one step. ``seen``: the revision the form was opened with.

    Raises Invalid naming the fields, NotFound also for a step this application does not have, Conflict "wrong_state",
    "changed_meanwhile" when another tab or person was faster.
    """
    with _changing(session, clock, actor, "application.save", key_or_ref, Act.SAVE, seen) as (trail, row):
        content = read_step(session, trail, row, step, typed)
        values = plain_of(content) if row.line.kind is Kind.USE else {}
        if row.line.state is State.RETURNED:
            if row.line.kind is Kind.USE and values["bureau_code"] != row.line.bureau_code:
                # It lies at that bureau: another one could never have received it.
                raise Conflict("bureau_fixed")
            values["corrected_at"] = None
        store.change(session, row.line, trail.now, content=content, **values)
        trail.fact(step=step)
        return _fresh(session, clock, row)


def finish(
    session: Session, clock: Clock, actor: Actor, key_or_ref: str, *, seen: int | None = None
) -> ApplicationView:
    """Complete: number and freeze it for printing; or, while asked back, tell the bureau that it is corrected.

    Raises Conflict "content_missing", "wrong_state", "changed_meanwhile".
    """
    with _changing(session, clock, actor, "application.finish", key_or_ref, Act.FINISH, seen) as (trail, row):
        if missing(row.line.kind, row.line.unit_class, row.content):
            raise Conflict("content_missing")
        if row.line.state is State.RETURNED:
            store.change(session, row.line, trail.now, corrected_at=trail.now)
            _tell(session, trail, actor, row.line.id, Act.FINISH, State.RETURNED)
        else:
            number = numbered(session, trail, row.line)
            store.change(session, row.line, trail.now, state=State.READY.value, case_number=number)
            _tell(session, trail, actor, row.line.id, Act.FINISH, State.READY)
        return _fresh(session, clock, row)


def reopen(
    session: Session, clock: Clock, actor: Actor, key_or_ref: str, *, seen: int | None = None
) -> ApplicationView:
    """Write on after printing; what was printed is void, the number stays. Raises as ``finish``."""
    with _changing(session, clock, actor, "application.reopen", key_or_ref, Act.REOPEN, seen) as (trail, row):
        store.change(session, row.line, trail.now, state=State.DRAFT.value)
        _tell(session, trail, actor, row.line.id, Act.REOPEN, State.DRAFT)
        return _fresh(session, clock, row)


def discard(
    session: Session, clock: Clock, actor: Actor, key_or_ref: str, *, seen: int | None = None
) -> None:
    """Delete one that no bureau has received. Raises Conflict "wrong_state", "changed_meanwhile"."""
    with _changing(session, clock, actor, "application.discard", key_or_ref, Act.DISCARD, seen) as (_, row):
        store.forget_one(session, row.line.id)


def forget_old(session: Session, clock: Clock, actor: Actor) -> int:
    """Delete what nobody has touched for long and no bureau has received; how many. May be run twice."""
    with use_case(session, clock, actor, "application.forget_old") as trail:
        gone = store.forget(
            session, trail.now - timedelta(days=DRAFT_DAYS), trail.now - timedelta(days=READY_DAYS)
        )
        trail.fact(applications=gone)
        if not gone:
            trail.silent()
        return gone


# Parts that the bureau's side uses too


def read_step(session: Session, trail: Trail, row: store.Row, step: str, typed: Typed) -> Content:
    """The content with one step read anew. Raises NotFound for a step it does not have, Invalid."""
    steps = steps_of(row.line.kind, row.line.unit_class, row.content.parts)
    if step not in {known.value for known in steps}:
        raise NotFound
    reading = Reading(row.line.kind, row.line.unit_class, offered(session, trail.today), trail.today)
    content = with_step(row.content, Step(step), typed, reading)
    if row.line.kind is not Kind.USE and step == Step.ORGANISATION:
        require_same_number(content, row.line.unit_number)
    return content


def require_same_number(content: Content, unit_number: str) -> None:
    """The number is what makes the unit: with another one it is another unit, which applies anew (ruling R2).

    Raises Invalid "other_number" on number.
    """
    if content.organisation is not None and content.organisation.number not in same_bodies(unit_number):
        raise Invalid({"number": ["other_number"]})


def numbered(session: Session, trail: Trail, line: store.Line) -> str:
    """The number of an application: the one it has, unless it has moved to another bureau meanwhile."""
    if line.case_number.split("-")[1:2] == [line.bureau_code]:
        return line.case_number
    return fresh_number(session, trail, line.bureau_code)


def fresh_number(session: Session, trail: Trail, bureau_code: str) -> str:
    """The next number of a bureau in the 年度 of today."""
    year = fiscal_year(trail.today)
    return case_number(year, bureau_code, trails.next_serial(session, bureau_code, year))


def of_record(unit: units.UnitRow) -> dict[str, str | None]:
    """What stands in clear beside an application of a unit there is."""
    return {
        "bureau_code": unit.bureau_code,
        "unit_class": unit.unit_class.value,
        "unit_number": unit.number,
        "corporation_number": unit.record.corporation_number or None,
        "name": unit.record.name,
        "search_key": unit.record.search_key,
    }


def plain_of(content: Content) -> dict[str, str | None]:
    """What stands in clear beside a 利用申請; of a step that is being written anew, what stood there stays."""
    plain: dict[str, str | None] = {}
    if content.applicant is not None:
        plain |= {
            "bureau_code": content.applicant.bureau_code,
            "unit_class": content.applicant.unit_class.value,
        }
    if content.organisation is not None:
        plain |= lookup(content.organisation)
    return plain


# Who, and which


@contextmanager
def _changing(
    session: Session, clock: Clock, actor: Actor, kind: str, key_or_ref: str, act: Act, seen: int | None
) -> Iterator[tuple[Trail, store.Row]]:
    """Change one's own application: finds it, locks it, asks the table of transitions, leaves the audit line."""
    with use_case(session, clock, actor, kind) as trail:
        number = _find(session, clock, actor, key_or_ref)
        trail.subject("application", number)
        store.lock(session, number)
        trail.take_moment(clock)
        row = store.row(session, number)
        if row is None:
            raise NotFound
        # What is not possible any more is told as that, also to whoever did it in another window.
        after(act, Party.APPLICANT, row.line.state)
        if seen is not None and seen != row.line.revision:
            raise Conflict("changed_meanwhile")
        yield trail, row


def _find(session: Session, clock: Clock, actor: Actor, key_or_ref: str) -> int:
    """By the key in its address, or as officer or contact of its unit by its ref."""
    found = store.by_key(session, key_or_ref)
    if found is None and actor.kind is ActorKind.MEMBER and may(actor, Permission.UNIT_APPLICATION_MAKE):
        unit_id = require_acting(session, actor, jst_day(clock.now())).unit_id
        found = store.by_ref(session, public_id.read(key_or_ref) or b"", unit_id=unit_id)
    if found is None:
        raise NotFound
    return found


def _unit(session: Session, trail: Trail, actor: Actor) -> int:
    if not may(actor, Permission.UNIT_APPLICATION_MAKE):
        raise Forbidden
    return require_acting(session, actor, trail.today).unit_id


def _tell(session: Session, trail: Trail, actor: Actor, number: int, act: Act, state: State) -> None:
    trails.tell(session, number, trail.now, act, Party.APPLICANT, state, actor.account_id)


def _fresh(session: Session, clock: Clock, row: store.Row) -> ApplicationView:
    found = store.row(session, row.line.id)
    if found is None:
        raise NotFound
    return _view(session, clock, found)


def _view(session: Session, clock: Clock, row: store.Row) -> ApplicationView:
    line = row.line
    steps = steps_of(line.kind, line.unit_class, row.content.parts)
    decision = row.decision and replace(row.decision, join_reason="", open_reason="")
    unit = units.by_id(session, line.unit_id) if line.unit_id and line.kind is not Kind.USE else None
    before = in_force(session, unit, jst_day(clock.now())) if unit else {}
    return ApplicationView(
        line=line_of(line),
        revision=line.revision,
        steps=steps,
        content=row.content,
        typed=shown(row.content, steps, before),
        before=before,
        missing=missing(line.kind, line.unit_class, row.content),
        history=history_of(trails.history(session, line.id)),
        decision=decision,
        may=possible(Party.APPLICANT, line.state),
        deleted_on=deleted_on(line),
    )
