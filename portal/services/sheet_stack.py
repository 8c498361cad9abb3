"""Many sheets at once: for the registrations of a file, part by part in its order, or for a list of chosen ones.

Codes are made at the moment of printing and stand nowhere but on the paper, so printing again makes new ones and the
earlier ones are void. Whoever has an account already gets no sheet. One audit line for each code, one for the stack.
"""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.calendar.clock import Clock
from portal.domain.actor import Actor
from portal.domain.permission import Permission
from portal.domain.refusal import Conflict, NotFound
from portal.services import code, registration_job, scope
from portal.services.access_code import Purpose, make
from portal.services.sheet import IssuedSheet
from portal.services.use_case import Trail, query, use_case
from portal.store import audit, reach
from portal.store import sheet as store
from portal.store.sheet import Wanted

PART = 500
"""Sheets of one PDF: what a printer takes at once, made in seconds. Our decision."""


@dataclass(frozen=True)
class Stack:
    """What one PDF would hold. wanted: registrations asked for; printable: those without an account; void: how many
    codes already handed out would stop working. first_line, last_line: of the file. part, parts: from 1."""

    wanted: int
    printable: int
    void: int
    first_line: int | None = None
    last_line: int | None = None
    part: int = 1
    parts: int = 1


def of_file(session: Session, actor: Actor, file_id: str, part: int) -> Stack:
    """One part of the sheets of a file that has ended. Raises Conflict before that, NotFound, Forbidden."""
    with query(session):
        job_id = _ended(session, actor, file_id)
        parts = -(-store.count_of_file(session, job_id) // PART)
        return _stack(_part(session, job_id, part), part, parts)


def of_chosen(session: Session, actor: Actor, office_ids: Sequence[str]) -> Stack:
    """Sheets for a list. Raises NotFound when one of them is not of this office, or they are none or too many."""
    with query(session):
        return _stack(_chosen(session, actor, office_ids), 1, 1)


def issue_of_file(
    session: Session, clock: Clock, actor: Actor, file_id: str, part: int, *, activation_days: int
) -> tuple[IssuedSheet, ...]:
    """New codes for one part, in the order of the file; earlier ones stop working.

    ``activation_days``: how long they work. Raises Conflict when nobody of the part needs one, or the file has not
    ended; NotFound, Forbidden.
    """
    with use_case(session, clock, actor, "seeker.code.issue_many") as trail:
        job_id = _ended(session, actor, file_id)
        trail.subject("registration_job", job_id)
        trail.fact(part=part)
        reach.lock_profile(session, [one.seeker_id for one in _part(session, job_id, part)])
        return _issue(session, trail, actor, _part(session, job_id, part), activation_days)


def issue_chosen(
    session: Session, clock: Clock, actor: Actor, office_ids: Sequence[str], *, activation_days: int
) -> tuple[IssuedSheet, ...]:
    """New codes for a list, in its order; as `issue_of_file`. Raises as `of_chosen`, and Conflict."""
    with use_case(session, clock, actor, "seeker.code.issue_many") as trail:
        reach.lock_profile(session, [one.seeker_id for one in _chosen(session, actor, office_ids)])
        return _issue(session, trail, actor, _chosen(session, actor, office_ids), activation_days)


def _ended(session: Session, actor: Actor, file_id: str) -> int:
    scope.office_of(actor, Permission.OFFICE_CODE_ISSUE)
    row = registration_job.find(session, actor, file_id)
    # Before the end, lines still to come would move from one part into another.
    if row["settled_at"] is None:
        raise Conflict
    return int(row["id"])


def _part(session: Session, job_id: int, part: int) -> tuple[Wanted, ...]:
    found = store.of_file(session, job_id, (part - 1) * PART, PART) if 0 < part < 10**6 else ()
    if not found:
        raise NotFound
    return found


def _chosen(session: Session, actor: Actor, office_ids: Sequence[str]) -> tuple[Wanted, ...]:
    office = scope.office_of(actor, Permission.OFFICE_CODE_ISSUE)
    asked = list(dict.fromkeys(office_ids))
    if not 0 < len(asked) <= PART:
        raise NotFound
    try:
        keys = [base64.b64decode(shown + "==", altchars=b"-_", validate=True) for shown in asked]
    except (ValueError, binascii.Error):
        raise NotFound from None
    found = store.of_office_ids(session, office, keys)
    if len(found) != len(asked) or [scope.public_id(key) for key in keys] != asked:
        raise NotFound
    return found


def _stack(wanted: Sequence[Wanted], part: int, parts: int) -> Stack:
    without = [one for one in wanted if not one.has_account]
    return Stack(
        len(wanted),
        len(without),
        sum(one.code_open for one in without),
        wanted[0].line,
        wanted[-1].line,
        part,
        parts,
    )


def _issue(
    session: Session, trail: Trail, actor: Actor, wanted: Sequence[Wanted], activation_days: int
) -> tuple[IssuedSheet, ...]:
    without = [one for one in wanted if not one.has_account]
    trail.fact(codes=len(without), void=sum(one.code_open for one in without))
    if not without:
        raise Conflict
    ends = store.number_ends(session, [one.seeker_id for one in without])
    office_code = actor.office_code or ""
    office = code.names(session, "office").get(office_code)
    issued = []
    for one in without:
        made = make(
            session,
            trail.now,
            actor,
            Purpose.ACTIVATION,
            days=activation_days,
            seeker_id=one.seeker_id,
            with_link=True,
        )
        audit.record(
            session,
            trail.now,
            actor,
            "seeker.code.issue",
            subject=("seeker", one.seeker_id),
            facts={"purpose": Purpose.ACTIVATION.value, "last_day": made.last_day},
        )
        issued.append(
            IssuedSheet(
                Purpose.ACTIVATION,
                made,
                ends[one.seeker_id],
                office.name_ja if office else office_code,
                trail.today,
                trail.now,
                one.line,
            )
        )
    return tuple(issued)
