"""The unit that acts, and the person who acts for it: everything a decision needs, in one statement.

Read inside the transaction of the use case, never from a session: a suspension or an ended membership binds at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import RowMapping, Select, bindparam, func, select
from sqlalchemy.orm import Session

from portal.domain.contract_period import Period
from portal.domain.letterhead import LetterheadFacts
from portal.domain.membership import MembershipFacts
from portal.domain.reach import UnitClass
from portal.domain.standing import UnitFacts, UnitStatus
from portal.domain.thread import Belonging, MemberFacts
from portal.store.keyring import keyring
from portal.store.tables import (
    account,
    contractor,
    contractor_period,
    department,
    installation,
    membership,
    send,
    unit,
    unit_record,
)
from portal.store.unit import newest_record

OFFICERS = frozenset({"officer", "contact"})


@dataclass(frozen=True)
class Earlier:
    """A send that was accepted before, under the same key. fingerprint: of what was sent, None of the oldest ones."""

    id: int
    kind: str
    requested: int
    sent: int
    unreachable: int
    elsewhere: int
    sent_at: datetime
    day: date
    fingerprint: bytes | None


@dataclass(frozen=True)
class Acting:
    """One unit and one person of it. ``reserve`` in messages a day; ``key`` opens the unit's tokens.

    place_limit: messages a day of the person's department or contractor, the unit's own setting; None = not set.
    """

    unit_id: int
    membership_id: int
    unit_class: UnitClass
    revision: int
    key: bytes
    reserve: int
    facts: UnitFacts
    letterhead: LetterheadFacts
    membership: MembershipFacts
    member: MemberFacts
    sending_closed: bool
    place_limit: int | None = None
    earlier: Earlier | None = None


def _statement() -> Select[tuple[object, ...]]:
    closed = select(installation.c.sending_closed_at).scalar_subquery()
    return (
        select(
            unit.c.id.label("unit_id"),
            membership.c.id.label("membership_id"),
            unit.c.unit_class,
            unit.c.revision,
            unit.c.token_key_sealed,
            unit.c.status,
            unit.c.valid_from,
            unit.c.valid_until,
            unit.c.suspended_from,
            unit.c.suspended_until,
            unit.c.daily_limit,
            unit.c.limit_until,
            unit.c.reserve,
            unit.c.officer_left_on,
            unit_record.c.name,
            unit_record.c.number_shown,
            unit_record.c.officer_name,
            unit_record.c.officer_contact,
            unit_record.c.contact_name,
            membership.c.role,
            membership.c.since.label("member_since"),
            membership.c.until.label("member_until"),
            membership.c.department_id,
            membership.c.contractor_id,
            account.c.closed_at.label("account_closed_at"),
            department.c.name.label("department_name"),
            department.c.since.label("department_since"),
            department.c.until.label("department_until"),
            contractor.c.name.label("contractor_name"),
            contractor.c.licence_number.label("contractor_number"),
            contractor.c.since.label("contractor_since"),
            contractor.c.until.label("contractor_until"),
            contractor_period.c.since.label("period_since"),
            contractor_period.c.last_day.label("period_until"),
            func.coalesce(department.c.daily_limit, contractor.c.daily_limit).label("place_limit"),
            closed.label("sending_closed_at"),
            send.c.id.label("send_id"),
            send.c.kind,
            send.c.requested,
            send.c.sent,
            send.c.unreachable,
            send.c.elsewhere,
            send.c.sent_at,
            send.c.jst_day,
            send.c.fingerprint,
        )
        .join(unit_record, newest_record())
        .join(membership, membership.c.unit_id == unit.c.id)
        .join(account, account.c.id == membership.c.account_id)
        .outerjoin(department, department.c.id == membership.c.department_id)
        .outerjoin(contractor, contractor.c.id == membership.c.contractor_id)
        # A row for each period; of most there is none, and of who is no contractor's person never.
        .outerjoin(
            contractor_period,
            (contractor_period.c.contractor_id == membership.c.contractor_id)
            & contractor_period.c.last_day.is_not(None),
        )
        .outerjoin(send, (send.c.unit_id == unit.c.id) & (send.c.key == bindparam("key")))
        .where(unit.c.id == bindparam("unit_id"), membership.c.id == bindparam("membership_id"))
    )


_STATEMENT = _statement()


def acting(session: Session, unit_id: int, membership_id: int, key: str = "") -> Acting | None:
    """The unit and the person as recorded, whether or not they may act; None when they do not belong together.

    With a ``key`` also the send that was accepted under it, if any.
    """
    found = session.execute(_STATEMENT, {"unit_id": unit_id, "membership_id": membership_id, "key": key})
    rows = found.mappings().all()
    return _acting(session, rows) if rows else None


def _acting(session: Session, rows: Sequence[RowMapping]) -> Acting:
    row = rows[0]
    unit_class = UnitClass(row["unit_class"])
    belongs = Belonging(row["department_id"], row["contractor_id"])
    return Acting(
        unit_id=row["unit_id"],
        membership_id=row["membership_id"],
        unit_class=unit_class,
        revision=row["revision"],
        key=keyring(session).open_bytes("unit.token_key", row["unit_id"], row["token_key_sealed"]),
        reserve=row["reserve"],
        facts=UnitFacts(
            status=UnitStatus(row["status"]),
            valid_from=row["valid_from"],
            valid_until=row["valid_until"],
            suspended_from=row["suspended_from"],
            suspended_until=row["suspended_until"],
            officer_name=row["officer_name"] or "",
            officer_contact=row["officer_contact"] or "",
            officer_left_on=row["officer_left_on"],
            lowered_limit=row["daily_limit"],
            limit_until=row["limit_until"],
        ),
        letterhead=LetterheadFacts(
            organisation_name=row["name"],
            unit_class=unit_class,
            licence_number=row["number_shown"],
            contractor_name=row["contractor_name"] or "",
            contractor_number=row["contractor_number"] or "",
            department=row["department_name"] or "",
            officer_name=row["officer_name"] or "",
            officer_contact=row["officer_contact"] or "",
            contact_person=row["contact_name"] or "",
        ),
        membership=MembershipFacts(
            since=row["member_since"],
            until=row["member_until"],
            account_closed=row["account_closed_at"] is not None,
            department_since=row["department_since"],
            department_until=row["department_until"],
            contractor_since=row["contractor_since"],
            contractor_until=row["contractor_until"],
            contractor_periods=tuple(
                Period(each["period_since"], each["period_until"])
                for each in rows
                if each["period_since"] is not None
            ),
        ),
        member=MemberFacts(belongs, sees_all=row["role"] in OFFICERS),
        sending_closed=row["sending_closed_at"] is not None,
        place_limit=row["place_limit"],
        earlier=_earlier(row) if row["send_id"] is not None else None,
    )


def _earlier(row: RowMapping) -> Earlier:
    return Earlier(
        row["send_id"],
        row["kind"],
        row["requested"],
        row["sent"],
        row["unreachable"],
        row["elsewhere"],
        row["sent_at"],
        row["jst_day"],
        row["fingerprint"],
    )
