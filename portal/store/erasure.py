"""Erasing who a job seeker (求職者) is, after their time: what counts stays, what tells of the person goes."""

import os
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, delete, exists, func, insert, or_, select, update
from sqlalchemy.orm import Session

from portal.calendar.day import jst_day
from portal.store import words
from portal.store.account import sealed_names
from portal.store.draft import forget_account
from portal.store.keyring import keyring
from portal.store.seeker import bury_blocks
from portal.store.tables import (
    access_code,
    account,
    announcement_read,
    complaint,
    correction,
    held_text,
    message,
    message_report,
    notice_care,
    outbox,
    profile,
    profile_choice,
    profile_text,
    rarity_placing,
    recovery_code,
    retention_notice,
    seeker,
    seeker_change,
    seeker_choice,
    seeker_erasure,
    seeker_identity,
    thread,
    thread_text_end,
)
from portal.store.tables import session as session_table

_RANDOM = 32
_PUBLIC = 16


@dataclass(frozen=True)
class PersonFacts:
    """What decides about an identity. over_since: the last day in the service, or of a thread, whichever is later; None
    = the registration is in force. held: a text or a case of theirs is still there, or a correction is asked for."""

    id: int
    over_since: date | None
    told: date | None
    held: bool


def people(
    session: Session, after: int, stopped_before: datetime, expired_before: date, limit: int
) -> list[int]:
    """Seekers behind a number who stopped or whose registration ended by then, or to whom it is announced."""
    told = exists().where(retention_notice.c.kind == "identity", retention_notice.c.subject_id == seeker.c.id)
    gone = exists().where(seeker_erasure.c.seeker_id == seeker.c.id)
    found = (
        select(seeker.c.id)
        .join(profile, profile.c.seeker_id == seeker.c.id)
        .where(
            seeker.c.id > after,
            ~gone,
            or_(seeker.c.stopped_at < stopped_before, profile.c.valid_until < expired_before, told),
        )
        .order_by(seeker.c.id)
        .limit(limit)
    )
    return list(session.scalars(found))


def facts(session: Session, seeker_ids: Collection[int], today: date) -> list[PersonFacts]:
    """The facts of these seekers by number; read while their profiles are locked."""
    last = select(func.max(thread.c.last_at)).where(thread.c.seeker_id == seeker.c.id).scalar_subquery()
    text_left = exists().where(
        thread.c.seeker_id == seeker.c.id,
        message.c.thread_id == thread.c.id,
        ~exists().where(
            thread_text_end.c.thread_id == thread.c.id,
            thread_text_end.c.erased_at.is_not(None),
            thread_text_end.c.upto_message_id >= message.c.id,
        ),
    )
    case_left = exists().where(complaint.c.seeker_id == seeker.c.id, complaint.c.retired_at.is_(None))
    asked = exists().where(correction.c.seeker_id == seeker.c.id, correction.c.state == "open")
    found = (
        select(
            seeker.c.id,
            seeker.c.stopped_at,
            profile.c.valid_until,
            last.label("last"),
            retention_notice.c.goes_on,
            or_(text_left, case_left, asked).label("held"),
        )
        .join(profile, profile.c.seeker_id == seeker.c.id)
        .outerjoin(
            retention_notice,
            and_(retention_notice.c.kind == "identity", retention_notice.c.subject_id == seeker.c.id),
        )
        .where(seeker.c.id.in_(seeker_ids))
        .order_by(seeker.c.id)
    )
    made = []
    for row in session.execute(found):
        ends = [row.valid_until] if row.valid_until < today else []
        ends += [] if row.stopped_at is None else [jst_day(row.stopped_at)]
        over = min(ends, default=None)
        if over is not None and row.last is not None:
            over = max(over, jst_day(row.last))
        made.append(PersonFacts(row.id, over, row.goes_on, row.held))
    return made


def erase(session: Session, seeker_id: int, now: datetime) -> int:
    """Take away who somebody is; how many blocks are kept by the blind hash of their number. The profile is locked.

    The rows of threads, messages, views and consents stay under a number that leads to nobody any more. So do those of
    choices until their own day: a list that is one shorter would tell a stop from a block (ruling R3).
    """
    blocks = bury_blocks(session, seeker_id)
    for table in (
        seeker_identity,
        seeker_change,
        held_text,
        correction,
        profile_choice,
        seeker_choice,
        rarity_placing,
        profile_text,
    ):
        session.execute(delete(table).where(table.c.seeker_id == seeker_id))
    words.put(session, [seeker_id])
    session.execute(
        update(message_report).where(message_report.c.seeker_id == seeker_id).values(note_sealed=None)
    )
    session.execute(
        update(profile)
        .where(profile.c.seeker_id == seeker_id)
        .values(published=False, stopped=True, tokens=frozenset(), never_eligible=True, eligible_from=None)
    )
    session.execute(
        update(seeker)
        .where(seeker.c.id == seeker_id)
        .values(
            # The number is free again: whoever registers with it gets the blocks back (revive_blocks).
            registration_key=os.urandom(_RANDOM),
            office_id=os.urandom(_PUBLIC),
            school_kind=None,
            school_status="none",
            graduated_on=None,
            stopped_at=func.coalesce(seeker.c.stopped_at, now),
            updated_at=now,
            version=seeker.c.version + 1,
        )
    )
    for account_id in list(session.scalars(select(account.c.id).where(account.c.seeker_id == seeker_id))):
        _empty_account(session, account_id, now)
    session.execute(delete(access_code).where(access_code.c.seeker_id == seeker_id))
    session.execute(insert(seeker_erasure).values(seeker_id=seeker_id, erased_at=now))
    return blocks


def _empty_account(session: Session, account_id: int, now: datetime) -> None:
    """What the row must keep is its number, because consents name it; everything in it goes."""
    forget_account(session, account_id)
    for table in (session_table, access_code, recovery_code, notice_care, announcement_read, outbox):
        session.execute(delete(table).where(table.c.account_id == account_id))
    session.execute(
        update(account)
        .where(account.c.id == account_id)
        .values(
            **sealed_names(keyring(session), f"gone-{os.urandom(_PUBLIC).hex()}", ""),
            password_hash=None,
            password_changed_at=None,
            totp_sealed=None,
            totp_last_step=None,
            mail_sealed=None,
            mail_notice=False,
            closed_at=func.coalesce(account.c.closed_at, now),
        )
    )
