"""What a seeker is told beside an organisation's message, and reporting one (通報).

A report is stored and read by the desks; it is no complaint (the page after it leads to one), and the organisation is
told nothing. Ours: the seeds name the block and the desks, no report.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from portal.calendar.clock import Clock
from portal.domain.actor import Actor, ActorKind
from portal.domain.answer import check_text
from portal.domain.permission import Permission, may
from portal.domain.refusal import Conflict, Forbidden, Invalid, NotFound
from portal.services import public_id
from portal.services.inbox import own_thread
from portal.services.message_hint import Hint, hints, ref_of
from portal.services.own import seeker_of
from portal.services.use_case import query, use_case
from portal.store import reach
from portal.store import safe_message as store
from portal.store import seeker as seekers
from portal.store.keyring import keyring
from portal.store.safe_message import Report

LONGEST_NOTE = 500
"""Code points of what a seeker adds. Our decision."""
PAGE = 50


class ReportKind(StrEnum):
    """What is wrong with a message, in the order of the form."""

    PAID_SERVICE = "paid_service"
    SHAM_SIDE_JOB = "sham_side_job"
    GIFT_MONEY = "gift_money"
    LEAVING = "leaving"
    NOT_A_JOB = "not_a_job"
    RUDE = "rude"
    OTHER = "other"


@dataclass(frozen=True)
class Reporting:
    """The message that is to be reported, as the seeker sees it."""

    ref: str
    text: str
    sent_at: datetime
    hint: Hint


@dataclass(frozen=True)
class Reports:
    """What a desk reads, the newest first. before: where the next page begins, "" = there is none."""

    lines: tuple[Report, ...]
    before: str


def reporting(session: Session, actor: Actor, ref: str, message: str) -> Reporting:
    """One message of an organisation. Raises NotFound."""
    with query(session):
        row = own_thread(session, seeker_of(actor, Permission.SEEKER_MESSAGE_REPORT), ref)
        found = _find(session, row.id, message)
        hint = hints(session, row.id, [found.id])[found.id]
        return Reporting(message, "" if found.ended else found.body, found.sent_at, hint)


def report(
    session: Session, clock: Clock, actor: Actor, ref: str, message: str, kind: str, note: str
) -> None:
    """Store a report of one message; also after a block, a stop or an expiry.

    Raises Invalid (kind: "missing"; note as `check_text`), NotFound, Conflict "already_reported" (at).
    """
    if kind not in set(ReportKind):
        raise Invalid({"kind": ["missing"]})
    text = check_text(note, longest=LONGEST_NOTE, field="note", may_be_empty=True)
    with use_case(session, clock, actor, "message.report") as trail:
        seeker_id = seeker_of(actor, Permission.SEEKER_MESSAGE_REPORT)
        # The second of two clicks sees the report of the first.
        reach.lock_profile(session, [seeker_id])
        trail.take_moment(clock)
        row = own_thread(session, seeker_id, ref)
        found = _find(session, row.id, message)
        earlier = store.reported_in_thread(session, row.id).get(found.id)
        if earlier is not None:
            raise Conflict("already_reported", at=earlier)
        store.add_report(
            session,
            message_id=found.id,
            seeker_id=seeker_id,
            unit_id=row.unit_id,
            office_code=str(seekers.row(session, seeker_id)["office_code"]),
            kind=kind,
            note=text,
            at=trail.now,
            day=trail.today,
        )
        trail.subject("seeker", seeker_id)
        trail.fact(report=kind)


def reports(session: Session, clock: Clock, actor: Actor, *, before: str = "") -> Reports:
    """The reports of a desk: an office sees those of its seekers, a bureau those about its units (ruling R15).

    Texts of messages are not in it: they are read through a case only. Each opening leaves an audit line; it is about
    no single person, so that nobody's own record shows it. Raises Forbidden.
    """
    with use_case(session, clock, actor, "message.report.list") as trail:
        offices = bureau = None
        if actor.kind is ActorKind.OFFICE and may(actor, Permission.OFFICE_REPORT_READ) and actor.office_code:
            offices = [actor.office_code]
        elif (
            actor.kind is ActorKind.BUREAU and may(actor, Permission.BUREAU_REPORT_READ) and actor.bureau_code
        ):
            bureau = actor.bureau_code
        else:
            raise Forbidden
        last = public_id.read(before) or b""
        rows = store.reports(session, offices=offices, bureau=bureau, before=last, most=PAGE + 1)
        trail.fact(shown=min(len(rows), PAGE))
        more = public_id.shown(rows[PAGE - 1].public_id) if len(rows) > PAGE else ""
        return Reports(tuple(rows[:PAGE]), more)


def _find(session: Session, thread_id: int, message: str) -> store.UnitMessage:
    ring = keyring(session)
    for found in store.messages_of_unit(session, thread_id):
        if ref_of(ring, found.id) == message:
            return found
    raise NotFound
