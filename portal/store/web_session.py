"""Sessions of browsers. The cookie holds a random id, the row its SHA-256."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, RowMapping, and_, bindparam, delete, exists, func, insert, or_, select, update
from sqlalchemy.orm import Session

from portal.domain.account import AccountKind, Stage
from portal.domain.membership import MembershipFacts, acting_refusal
from portal.store.account import opened_display_name, opened_sign_in_name, post_in_force
from portal.store.contractor import holds
from portal.store.tables import (
    account,
    contractor,
    contractor_period,
    department,
    membership,
    post,
    unit,
    unit_record,
)
from portal.store.tables import session as web_session


@dataclass(frozen=True)
class Found:
    """A living session with whom it belongs to and the post or membership in force now, read in one statement."""

    stage: Stage
    account_id: int
    kind: AccountKind
    seeker_id: int | None
    sign_in_name: str
    display_name: str
    language: str
    has_second_factor: bool
    data: Mapping[str, Any]
    seen_at: datetime
    ends_at: datetime
    chosen_membership_id: int | None
    membership_id: int | None
    unit_id: int | None
    department_id: int | None
    contractor_id: int | None
    role: str | None
    office_code: str | None
    bureau_code: str | None
    has_another_unit: bool


@dataclass(frozen=True)
class UnitChoice:
    """A unit a person may act for. contractor: as whose person, "" = the unit's own."""

    membership_id: int
    public_id: bytes
    name: str
    number_shown: str
    unit_class: str
    role: str
    contractor: str


_MEMBERSHIP = (
    membership.c.since.label("member_since"),
    membership.c.until.label("member_until"),
    department.c.since.label("department_since"),
    department.c.until.label("department_until"),
    # Of a contractor's periods the one that holds the day, if it is not the one in its own row.
    func.coalesce(contractor_period.c.since, contractor.c.since).label("contractor_since"),
    func.coalesce(contractor_period.c.last_day, contractor.c.until).label("contractor_until"),
)
_PERIOD = and_(
    contractor_period.c.contractor_id == membership.c.contractor_id, holds(bindparam("today", type_=Date))
)


def _in_force(row: RowMapping, today: date) -> bool:
    facts = MembershipFacts(
        since=row["member_since"],
        until=row["member_until"],
        department_since=row["department_since"],
        department_until=row["department_until"],
        contractor_since=row["contractor_since"],
        contractor_until=row["contractor_until"],
    )
    return acting_refusal(facts, today) is None


def add(
    session: Session,
    id_hash: bytes,
    account_id: int,
    stage: Stage,
    now: datetime,
    ends_at: datetime,
    membership_id: int | None = None,
) -> None:
    """A new session."""
    session.execute(
        insert(web_session).values(
            id_hash=id_hash,
            account_id=account_id,
            stage=stage.value,
            membership_id=membership_id,
            created_at=now,
            seen_at=now,
            ends_at=ends_at,
        )
    )


_another = membership.alias()
# Whether there is another unit to switch to.
_HAS_ANOTHER = exists().where(
    _another.c.account_id == account.c.id,
    _another.c.id != web_session.c.membership_id,
    _another.c.since <= bindparam("today", type_=Date),
    or_(_another.c.until.is_(None), _another.c.until > bindparam("today", type_=Date)),
)

# Built once: every request asks it.
_FIND = (
    select(
        web_session.c.stage,
        web_session.c.account_id,
        account.c.kind,
        account.c.seeker_id,
        account.c.sign_in_key,
        account.c.sign_in_name_sealed,
        account.c.display_name_sealed,
        account.c.language,
        account.c.totp_sealed.is_not(None).label("has_second_factor"),
        web_session.c.data,
        web_session.c.seen_at,
        web_session.c.ends_at,
        web_session.c.membership_id.label("chosen_membership_id"),
        membership.c.id.label("membership_id"),
        membership.c.unit_id,
        membership.c.department_id,
        membership.c.contractor_id,
        membership.c.role.label("membership_role"),
        post.c.role.label("post_role"),
        post.c.office_code,
        post.c.bureau_code,
        _HAS_ANOTHER.label("has_another_unit"),
        *_MEMBERSHIP,
    )
    .join_from(web_session, account, account.c.id == web_session.c.account_id)
    .outerjoin(
        membership,
        and_(
            membership.c.id == web_session.c.membership_id,
            membership.c.account_id == account.c.id,
        ),
    )
    .outerjoin(department, department.c.id == membership.c.department_id)
    .outerjoin(contractor, contractor.c.id == membership.c.contractor_id)
    .outerjoin(contractor_period, _PERIOD)
    .outerjoin(post, and_(post.c.account_id == account.c.id, post_in_force(bindparam("today", type_=Date))))
    .where(
        web_session.c.id_hash == bindparam("id_hash"),
        web_session.c.ends_at > bindparam("now"),
        web_session.c.seen_at > bindparam("seen_after"),
        account.c.closed_at.is_(None),
    )
    # Whoever has two posts acts under the newer one.
    .order_by(post.c.since.desc(), post.c.id.desc())
    .limit(1)
)


def find(session: Session, id_hash: bytes, now: datetime, seen_after: datetime, today: date) -> Found | None:
    """The session if it lives: not past its end, not idle, its account not closed.

    Rights hang on the membership or post of this very moment; who lost theirs has none in what is returned.
    """
    given = {"id_hash": id_hash, "now": now, "seen_after": seen_after, "today": today}
    row = session.execute(_FIND, given).one_or_none()
    if row is None:
        return None
    acts = row.membership_id is not None and _in_force(row._mapping, today)
    return Found(
        stage=Stage(row.stage),
        account_id=row.account_id,
        kind=AccountKind(row.kind),
        seeker_id=row.seeker_id,
        sign_in_name=opened_sign_in_name(session, row.sign_in_key, row.sign_in_name_sealed),
        display_name=opened_display_name(session, row.sign_in_key, row.display_name_sealed),
        language=row.language,
        has_second_factor=row.has_second_factor,
        data=json.loads(row.data),
        seen_at=row.seen_at,
        ends_at=row.ends_at,
        chosen_membership_id=row.chosen_membership_id,
        membership_id=row.membership_id if acts else None,
        unit_id=row.unit_id if acts else None,
        department_id=row.department_id if acts else None,
        contractor_id=row.contractor_id if acts else None,
        role=row.membership_role if acts else row.post_role,
        office_code=row.office_code,
        bureau_code=row.bureau_code,
        has_another_unit=bool(row.has_another_unit),
    )


def touch(session: Session, id_hash: bytes, now: datetime, not_since: datetime) -> None:
    """Note that the session is in use, unless that was noted a moment ago."""
    session.execute(
        update(web_session)
        .where(web_session.c.id_hash == id_hash, web_session.c.seen_at < not_since)
        .values(seen_at=now)
    )


def keep(session: Session, id_hash: bytes, data: Mapping[str, Any]) -> bool:
    """Keep what pages put into the session. False when it was ended meanwhile: it is never written back."""
    done = session.execute(
        update(web_session)
        .where(web_session.c.id_hash == id_hash)
        .values(data=json.dumps(dict(data), ensure_ascii=False, default=str))
        .returning(web_session.c.account_id)
    )
    return done.one_or_none() is not None


def choose(session: Session, id_hash: bytes, membership_id: int) -> bool:
    """Act under this membership from now on; False when the session was ended meanwhile."""
    done = session.execute(
        update(web_session)
        .where(web_session.c.id_hash == id_hash)
        .values(membership_id=membership_id)
        .returning(web_session.c.account_id)
    )
    return done.one_or_none() is not None


def end(session: Session, id_hash: bytes) -> int | None:
    """End one session; whose it was, or None when it had ended."""
    done = session.execute(
        delete(web_session).where(web_session.c.id_hash == id_hash).returning(web_session.c.account_id)
    )
    return done.scalar_one_or_none()


def end_of_account(session: Session, account_id: int, *, but: bytes | None = None) -> int:
    """End all sessions of an account, or all but one; how many."""
    ending = delete(web_session).where(web_session.c.account_id == account_id)
    if but is not None:
        ending = ending.where(web_session.c.id_hash != but)
    return len(session.execute(ending.returning(web_session.c.id_hash)).all())


def forget(session: Session, now: datetime, seen_before: datetime) -> int:
    """Delete sessions that are over; how many."""
    over = delete(web_session).where(or_(web_session.c.ends_at <= now, web_session.c.seen_at < seen_before))
    return len(session.execute(over.returning(web_session.c.id_hash)).all())


def choices(session: Session, account_id: int, today: date) -> list[UnitChoice]:
    """The units a person may act for on a day, in order of joining."""
    newest = (
        select(unit_record.c.version)
        .where(unit_record.c.unit_id == unit.c.id)
        .order_by(unit_record.c.version.desc())
        .limit(1)
        .correlate(unit)
        .scalar_subquery()
    )
    rows = session.execute(
        select(
            membership.c.id,
            unit.c.public_id,
            unit_record.c.name,
            unit_record.c.number_shown,
            unit.c.unit_class,
            membership.c.role,
            func.coalesce(contractor.c.name, "").label("contractor_name"),
            *_MEMBERSHIP,
        )
        .join(unit, unit.c.id == membership.c.unit_id)
        .join(unit_record, and_(unit_record.c.unit_id == unit.c.id, unit_record.c.version == newest))
        .outerjoin(department, department.c.id == membership.c.department_id)
        .outerjoin(contractor, contractor.c.id == membership.c.contractor_id)
        .outerjoin(contractor_period, _PERIOD)
        .where(membership.c.account_id == account_id)
        .order_by(membership.c.id),
        {"today": today},
    )
    return [UnitChoice(*row[:7]) for row in rows if _in_force(row._mapping, today)]
