"""Who belongs to a unit, as the operator adds and ends it; officers have pages (portal.services.unit_people).

Members leave a trace for ever; one person may belong to several units and acts for one at a time (seed 004 P-Q4).
"""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.calendar.clock import Clock
from portal.domain.account import AccountKind, checked_name
from portal.domain.actor import Actor, ActorKind
from portal.domain.entry import Typed, choice, one
from portal.domain.membership import in_force
from portal.domain.refusal import Conflict, NotFound
from portal.services.access_code import IssuedCode, Purpose, make
from portal.services.account import add_account
from portal.services.unit import changing, operated
from portal.services.unit_people import end_row
from portal.services.use_case import Trail, use_case
from portal.store import account as accounts
from portal.store import session_cut
from portal.store import unit as store

ROLES = ("member", "contact", "officer")
"""連絡責任者 is contact, 個人情報管理・苦情処理責任者 is officer; both see all threads of the unit (ruling R13)."""


@dataclass(frozen=True)
class Added:
    """A new membership. invitation: only for a person who had no account yet; shown this one time."""

    sign_in_name: str
    invitation: IssuedCode | None


def add(session: Session, clock: Clock, actor: Actor, unit: str, typed: Typed, *, days: int) -> Added:
    """Make a person a member of a unit: role, and a department (by name) or a contractor (by licence number).

    Somebody with a member's account keeps it; anybody else gets one and an invitation code for so many days.
    Raises Invalid, NotFound ("unknown_unit", "unknown_department", "unknown_contractor"), Conflict ("member_exists",
    "one_place", "not_a_member_account").
    """
    with changing(session, clock, actor, "unit.member_add", unit) as (trail, row):
        role = choice(typed, "role", ROLES, needed=True)
        department, contractor = one(typed, "department").strip(), one(typed, "contractor").strip()
        if department and contractor:
            raise Conflict("one_place")
        department_id = store.department_named(session, row.id, department) if department else None
        contractor_id = store.contractor_numbered(session, row.id, contractor) if contractor else None
        if department and department_id is None:
            raise NotFound("unknown_department")
        if contractor and contractor_id is None:
            raise NotFound("unknown_contractor")
        account_id, name, invitation = _account(session, trail, actor, typed, days)
        try:
            membership_id = store.add_member(
                session,
                row.id,
                account_id,
                role,
                trail.today,
                department_id=department_id,
                contractor_id=contractor_id,
            )
        except store.Taken:
            raise Conflict("member_exists") from None
        if role == "officer":
            store.change(session, row.id, officer_left_on=None)
        trail.fact(membership=membership_id, role=role)
        return Added(name, invitation)


def _account(
    session: Session, trail: Trail, actor: Actor, typed: Typed, days: int
) -> tuple[int, str, IssuedCode | None]:
    name = checked_name(one(typed, "sign_in_name"))
    known = accounts.by_name(session, name)
    if known is not None:
        if known.kind is not AccountKind.MEMBER or known.closed_at is not None:
            raise Conflict("not_a_member_account")
        return known.id, known.sign_in_name, None
    account_id = add_account(session, trail.now, AccountKind.MEMBER, name, one(typed, "display_name"))
    code = make(session, trail.now, actor, Purpose.INVITATION, days=days, account_id=account_id)
    return account_id, name, code


def end(session: Session, clock: Clock, actor: Actor, unit: str, sign_in_name: str) -> None:
    """End somebody's membership of a unit now: nothing that is not committed yet goes out under it.

    Raises NotFound ("unknown_unit", "unknown_member"), Conflict "last_manager".
    """
    with changing(session, clock, actor, "unit.member_end", unit) as (trail, row):
        known = accounts.by_name(session, sign_in_name)
        open_ones = [
            member
            for member in store.members(session, row.id)
            if known is not None
            and member.account_id == known.id
            and in_force(member.since, member.until, trail.today)
        ]
        if not open_ones:
            raise NotFound("unknown_member")
        for member in open_ones:
            end_row(session, trail, actor, row.id, member.id)
            trail.fact(sessions=session_cut.end_of_membership(session, member.id))
        trail.fact(membership=open_ones[0].id)


def act_as(session: Session, clock: Clock, actor: Actor, unit: str, sign_in_name: str) -> Actor:
    """The operator acts as a member of a unit, on the command line only; the trail says so before anything is done.

    Raises Forbidden, NotFound ("unknown_unit", "unknown_member").
    """
    with use_case(session, clock, actor, "unit.act_as") as trail:
        row = operated(session, actor, unit)
        trail.subject("unit", row.id)
        known = accounts.by_name(session, sign_in_name)
        for member in store.members(session, row.id):
            if (
                known is not None
                and member.account_id == known.id
                and in_force(member.since, member.until, trail.today)
            ):
                trail.fact(membership=member.id)
                return Actor(
                    ActorKind.MEMBER,
                    account_id=member.account_id,
                    unit_id=row.id,
                    membership_id=member.id,
                    department_id=member.department_id,
                    contractor_id=member.contractor_id,
                    role=member.role,
                )
        raise NotFound("unknown_member")
