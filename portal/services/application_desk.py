"""Applications at the bureau: taken in, received, checked, asked back, decided.

A clerk meets only what the own bureau holds (ruling R15), and no draft. Each act locks the application first; whoever
acts on what somebody else has changed meanwhile is told so. Nothing is valid before ``approve`` says so.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from portal.calendar.clock import Clock
from portal.domain.actor import Actor
from portal.domain.announcement import Kind as Announced
from portal.domain.application import GONE, Act, Kind, Party, Source, State, after
from portal.domain.application_content import missing
from portal.domain.application_decision import Decision, Way, paragraphs, read_approval, read_reason
from portal.domain.entry import Typed, line
from portal.domain.permission import Permission
from portal.domain.refusal import Conflict, Invalid, NotFound
from portal.domain.unit import LONGEST_REASON
from portal.domain.unit_invitation import DAYS
from portal.services import public_id
from portal.services.announcement import tell_unit
from portal.services.application import fresh_number, plain_of, read_step
from portal.services.application_approval import Invited, enact, place
from portal.services.application_case import at_bureau, bureau_of
from portal.services.application_case import case as case
from portal.services.application_case import counts as counts
from portal.services.application_case import find as find
from portal.services.application_case import listing as listing
from portal.services.application_checks import checklist, known, open_items, result_of
from portal.services.application_paper import read_paper, received_on
from portal.services.use_case import Trail, use_case
from portal.store import application as store
from portal.store import application_trail as trails


@dataclass(frozen=True)
class Approved:
    """What an approval did. invitations: for officer and contact, shown this one time.

    effective_on: from this day it holds; applied: it holds already, else the clock enters it on that day.
    """

    unit_ref: str
    way: Way
    effective_on: date
    applied: bool
    invitations: tuple[Invited, ...]


def take_in(session: Session, clock: Clock, actor: Actor, typed: Typed) -> str:
    """Enter an application that came on paper; it is received at once. The ref.

    typed: kind, received_on ("" = today), for a unit there is "unit" (its ref or number), and the fields of the steps
    as far as they are known (portal.domain.application_reading); who and organisation are needed for a 利用申請. What is
    missing is entered later by ``amend``. Raises Invalid with everything wrong at once.
    """
    with use_case(session, clock, actor, "application.take_in") as trail:
        bureau = bureau_of(actor, Permission.BUREAU_APPLICATION_DECIDE)
        after(Act.TAKE_IN, Party.BUREAU, GONE)
        paper = read_paper(session, typed, bureau, trail.today)
        fresh = os.urandom(16)
        number = store.add(
            session,
            trail.now,
            public_id=fresh,
            kind=paper.kind,
            content=paper.content,
            state=State.RECEIVED.value,
            source=Source.PAPER.value,
            case_number=fresh_number(session, trail, bureau),
            received_on=paper.received_on,
            unit_id=paper.unit_id,
            made_by=actor.account_id,
            **paper.plain,
        )
        _tell(session, trail, actor, number, Act.TAKE_IN, State.RECEIVED)
        trail.subject("application", number)
        trail.fact(application_kind=paper.kind, received_on=paper.received_on)
        return public_id.shown(fresh)


def amend(
    session: Session,
    clock: Clock,
    actor: Actor,
    ref: str,
    step: str,
    typed: Typed,
    *,
    seen: int | None = None,
) -> int:
    """Enter one step as the paper, or its correction, says. The new revision.

    Raises Invalid naming the fields, NotFound, Conflict "wrong_state", "changed_meanwhile", "bureau_fixed".
    """
    with _changing(session, clock, actor, "application.amend", ref, Act.AMEND, seen) as (trail, row):
        content = read_step(session, trail, row, step, typed)
        values = plain_of(content) if row.line.kind is Kind.USE else {}
        if values and values["bureau_code"] != row.line.bureau_code:
            raise Conflict("bureau_fixed")
        store.change(session, row.line, trail.now, content=content, **values)
        _tell(session, trail, actor, row.line.id, Act.AMEND, row.line.state)
        trail.fact(step=step)
        return row.line.revision + 1


def receive(
    session: Session,
    clock: Clock,
    actor: Actor,
    ref: str,
    typed: Typed | None = None,
    *,
    seen: int | None = None,
) -> None:
    """Record that the paper has come, first or corrected. typed: received_on, "" = today.

    Raises Invalid, NotFound, Conflict "wrong_state", "changed_meanwhile".
    """
    with _changing(session, clock, actor, "application.receive", ref, Act.RECEIVE, seen) as (trail, row):
        values: dict[str, object] = {"corrected_at": None}
        if row.line.received_on is None:
            values["received_on"] = received_on(typed or {}, trail.today)
        store.change(session, row.line, trail.now, state=State.RECEIVED.value, **values)
        _tell(session, trail, actor, row.line.id, Act.RECEIVE, State.RECEIVED)
        _announce(session, trail, row.line, Announced.APPLICATION_RECEIVED)


@dataclass(frozen=True)
class Finding:
    """What was found for one item of the checklist. subject: licence number of a contractor, "" = the application."""

    item: str
    result: str
    note: str = ""
    subject: str = ""


def check(
    session: Session,
    clock: Clock,
    actor: Actor,
    ref: str,
    findings: Sequence[Finding],
    *,
    seen: int | None = None,
) -> int:
    """Note what was found for items of the checklist, all of it or nothing; the new revision.

    Raises NotFound also for an item this application does not have, Invalid on result and note, Conflict.
    """
    with _changing(session, clock, actor, "application.check", ref, Act.CHECK, seen) as (trail, row):
        asked = checklist(session, row, trail.today)
        for finding in findings:
            if known(asked, finding.item, finding.subject) is None:
                raise NotFound
            result = result_of(finding.result)
            if result is None:
                raise Invalid({"result": ["unknown_code"]})
            note = line({"note": finding.note}, "note", LONGEST_REASON)
            entry = trails.Check(finding.item, finding.subject, result, note, trail.now, actor.account_id)
            trails.put_check(session, row.line.id, entry)
        store.change(session, row.line, trail.now)
        trail.fact(items=", ".join(f"{finding.item}={finding.result}" for finding in findings))
        return row.line.revision + 1


def ask_back(
    session: Session, clock: Clock, actor: Actor, ref: str, typed: Typed, *, seen: int | None = None
) -> None:
    """補正: tell the applicant what to correct. typed: reasons, a text or several; each line is one.

    Raises Invalid, NotFound, Conflict.
    """
    with _changing(session, clock, actor, "application.ask_back", ref, Act.ASK_BACK, seen) as (trail, row):
        reasons = paragraphs(typed, "reasons", needed=True)
        store.change(session, row.line, trail.now, state=State.RETURNED.value)
        _tell(session, trail, actor, row.line.id, Act.ASK_BACK, State.RETURNED, told=reasons)
        _announce(session, trail, row.line, Announced.APPLICATION_RETURNED)
        trail.fact(reasons=reasons.count("\n") + 1)


def approve(
    session: Session,
    clock: Clock,
    actor: Actor,
    ref: str,
    revision: int,
    typed: Typed,
    *,
    days: int = DAYS,
) -> Approved:
    """Approve: from here on it is valid. One transaction changes the application and the unit, and invites.

    typed: valid_from, valid_until (use into a new or ended unit, renewal), reason (for the letter, may be empty),
    join_reason (admission into a unit in force, ruling R2), open_reason (items of the checklist are open).
    Raises Invalid, NotFound, Conflict "changed_meanwhile", "wrong_state", "content_missing", "held_elsewhere".
    """
    with _changing(session, clock, actor, "application.approve", ref, Act.APPROVE, revision) as (trail, row):
        if missing(row.line.kind, row.line.unit_class, row.content):
            raise Conflict("content_missing")
        found = place(session, row.line, trail.today, hold=True)
        trail.take_moment(clock)
        if found.way is Way.ELSEWHERE:
            raise Conflict("held_elsewhere")
        left = open_items(checklist(session, row, trail.today))
        decision = read_approval(typed, row.line.kind, found.way, open_items=left, on=trail.today)
        done = enact(session, trail, actor, row, found, decision, days=days)
        store.change(
            session,
            row.line,
            trail.now,
            state=State.APPROVED.value,
            unit_id=done.unit_id,
            decision=decision,
            decided_on=trail.today,
            effective_on=done.effective_on,
            applied_at=trail.now if done.applied else None,
        )
        noted = "\n".join(filter(None, (decision.join_reason, decision.open_reason)))
        _tell(
            session, trail, actor, row.line.id, Act.APPROVE, State.APPROVED, told=decision.reason, noted=noted
        )
        _announce(session, trail, row.line, Announced.APPLICATION_APPROVED)
        trail.fact(way=found.way, unit=done.unit_id, open_items=left, effective_on=done.effective_on)
        return Approved(done.unit_ref, found.way, done.effective_on, done.applied, done.invitations)


def refuse(session: Session, clock: Clock, actor: Actor, ref: str, revision: int, typed: Typed) -> None:
    """Refuse, with the reason that the letter gives. Raises Invalid on reason, NotFound, Conflict."""
    with _changing(session, clock, actor, "application.refuse", ref, Act.REFUSE, revision) as (trail, row):
        _close(session, trail, actor, row, Act.REFUSE, State.REFUSED, read_reason(typed))


def withdraw(
    session: Session, clock: Clock, actor: Actor, ref: str, typed: Typed, *, seen: int | None = None
) -> None:
    """取下げ: the applicant does not want it any more and has said so. typed: reason. Raises as ``refuse``."""
    with _changing(session, clock, actor, "application.withdraw", ref, Act.WITHDRAW, seen) as (trail, row):
        _close(session, trail, actor, row, Act.WITHDRAW, State.WITHDRAWN, read_reason(typed))


def _close(
    session: Session,
    trail: Trail,
    actor: Actor,
    row: store.Row,
    act: Act,
    state: State,
    decision: Decision,
) -> None:
    store.change(
        session,
        row.line,
        trail.now,
        state=state.value,
        decision=decision,
        decided_on=trail.today,
        corrected_at=None,
    )
    _tell(session, trail, actor, row.line.id, act, state, told=decision.reason)
    refused = act is Act.REFUSE
    kind = Announced.APPLICATION_REFUSED if refused else Announced.APPLICATION_WITHDRAWN
    _announce(session, trail, row.line, kind)


# Who, and which


@contextmanager
def _changing(
    session: Session, clock: Clock, actor: Actor, kind: str, ref: str, act: Act, seen: int | None
) -> Iterator[tuple[Trail, store.Row]]:
    """Act on an application: finds it, locks it, holds it against what was seen, leaves the audit line."""
    with use_case(session, clock, actor, kind) as trail:
        number = at_bureau(session, actor, Permission.BUREAU_APPLICATION_DECIDE, ref)
        trail.subject("application", number)
        store.lock(session, number)
        trail.take_moment(clock)
        row = store.row(session, number)
        if row is None or row.line.state is State.DRAFT:
            raise NotFound
        if seen is not None and seen != row.line.revision:
            raise Conflict("changed_meanwhile")
        after(act, Party.BUREAU, row.line.state)
        yield trail, row


def _announce(session: Session, trail: Trail, line: store.Line, kind: Announced) -> None:
    """Tell the unit that applied, where there is one; who has no account yet looks by the key."""
    if line.kind is not Kind.USE and line.unit_id is not None:
        tell_unit(session, trail, line.unit_id, kind, number=line.case_number)


def _tell(
    session: Session,
    trail: Trail,
    actor: Actor,
    number: int,
    act: Act,
    state: State,
    *,
    told: str = "",
    noted: str = "",
) -> None:
    trails.tell(
        session, number, trail.now, act, Party.BUREAU, state, actor.account_id, told=told, noted=noted
    )
