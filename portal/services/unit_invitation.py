"""Inviting people into a unit: a code and a link, good for days, used once.

Officer and contact of a unit invite ordinary members. The invitations of a new officer (個人情報管理・苦情処理責任者) or
contact (連絡責任者) come with the bureau's entry (seed 004 P-Q11, M-Q8) and from nowhere else.
"""

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from portal.calendar.clock import Clock
from portal.calendar.day import day_start, jst_day
from portal.domain.actor import Actor
from portal.domain.entry import Typed
from portal.domain.invitation import RANDOM_BYTES, code_from, grouped, last_day
from portal.domain.permission import Permission, may
from portal.domain.refusal import Conflict, Forbidden, Invalid, NotFound
from portal.domain.unit_invitation import (
    DAYS,
    KEPT,
    MANAGERS,
    MOST_OPEN,
    InvitationState,
    may_invite,
    read_invitation,
    read_name,
    state,
)
from portal.services import public_id
from portal.services.acting import require_acting
from portal.services.unit import changing
from portal.services.unit_people import managing, place_of
from portal.services.use_case import Trail, query, use_case
from portal.store import account as accounts
from portal.store import unit_invitation as store
from portal.store import unit_people
from portal.store.unit_invitation import InvitationRow

_LINK_BYTES = 24


@dataclass(frozen=True)
class IssuedInvitation:
    """Shown or printed this one time. link_token: the bare token, which the pages sign; last_day: good to its end."""

    code: str
    link_token: str
    last_day: date


@dataclass(frozen=True)
class Invitation:
    """One invitation that nobody has used. place: department or contractor, "" = the unit itself.

    by: who of the unit invited, "" = it came with the bureau's entry. open: still good. own: the unit's managers may
    take it back and renew it.
    """

    ref: str
    name: str
    role: str
    place: str
    by: str
    issued_at: datetime
    last_day: date
    open: bool
    own: bool


def issue(
    session: Session,
    trail: Trail,
    actor: Actor,
    unit_id: int,
    role: str,
    display_name: str,
    *,
    department_id: int | None = None,
    contractor_id: int | None = None,
    days: int,
) -> IssuedInvitation:
    """Inside a use case that has checked who may do this: a new invitation, for so many days after today.

    An earlier open one for the officer or the contact of the unit is void. Raises Invalid on display_name.
    """
    name = read_name({"display_name": display_name})
    if role in MANAGERS:
        store.revoke_role(session, unit_id, role, trail.now)
    code = code_from(secrets.token_bytes(RANDOM_BYTES))
    link = secrets.token_urlsafe(_LINK_BYTES)
    last = last_day(trail.today, days)
    number = store.add(
        session,
        unit_id,
        role,
        name,
        trail.now,
        day_start(last + timedelta(days=1)),
        public_id=secrets.token_bytes(16),
        code=code,
        link=link,
        department_id=department_id,
        contractor_id=contractor_id,
        issued_by=actor.account_id,
    )
    trail.fact(**{f"invitation_{role}": number})
    return IssuedInvitation(grouped(code), link, last)


def invite(session: Session, clock: Clock, actor: Actor, typed: Typed) -> IssuedInvitation:
    """Officer or contact invites somebody as an ordinary member: name shown, place, days the invitation is good.

    Raises Forbidden, Invalid on display_name, place, days, or of the form ("invitations_full", most).
    """
    with managing(session, clock, actor, "unit.invite", Permission.UNIT_MEMBER_CHANGE) as (trail, unit):
        if not may_invite(actor.role, "member"):
            raise Forbidden
        entry = read_invitation(typed)
        place = place_of(session, unit, entry.place, trail.today)
        if store.count_open(session, unit.unit_id, trail.now) >= MOST_OPEN:
            raise Invalid({"": ["invitations_full"]}, most=MOST_OPEN)
        return issue(
            session,
            trail,
            actor,
            unit.unit_id,
            "member",
            entry.display_name,
            department_id=place.department_id,
            contractor_id=place.contractor_id,
            days=entry.days,
        )


def invitations(session: Session, clock: Clock, actor: Actor) -> tuple[Invitation, ...]:
    """What the acting unit has handed out and nobody has used, the newest first. Raises Forbidden."""
    with query(session):
        now = clock.now()
        unit = require_acting(session, actor, jst_day(now))
        if not unit.member.sees_all or not may(actor, Permission.UNIT_MEMBER_READ):
            raise Forbidden
        rows = store.not_used(session, unit.unit_id)
        by = accounts.display_names(session, {row.issued_by for row in rows if row.issued_by is not None})
        names = unit_people.place_names(session, unit.unit_id)
        return tuple(
            Invitation(
                ref=public_id.shown(row.public_id),
                name=row.display_name,
                role=row.role,
                place=names.get((row.department_id, row.contractor_id), ""),
                by=by.get(row.issued_by or 0, "") if _own(row) else "",
                issued_at=row.issued_at,
                last_day=last_day_of(row),
                open=state_of(row, now) is InvitationState.OPEN,
                own=_own(row),
            )
            for row in rows
        )


@dataclass(frozen=True)
class Renewed:
    """An invitation handed out once more, and whose it is."""

    issued: IssuedInvitation
    name: str


def renew(session: Session, clock: Clock, actor: Actor, ref: str) -> Renewed:
    """A new code and link for an invitation that nobody used, open or expired; the old ones are void.

    Raises Forbidden, NotFound also for an invitation that came with the bureau's entry, Conflict "invitation_gone".
    """
    with managing(session, clock, actor, "unit.invitation_renew", Permission.UNIT_MEMBER_CHANGE) as (
        trail,
        unit,
    ):
        row = _row(session, unit.unit_id, ref)
        if not store.revoke(session, row.id, trail.now):
            raise Conflict("invitation_gone")
        return Renewed(_again(session, trail, actor, row, DAYS), row.display_name)


def revoke(session: Session, clock: Clock, actor: Actor, ref: str) -> str:
    """Take an invitation back; whose it was. Raises as ``renew``."""
    with managing(session, clock, actor, "unit.invitation_revoke", Permission.UNIT_MEMBER_CHANGE) as (
        trail,
        unit,
    ):
        row = _row(session, unit.unit_id, ref)
        trail.fact(invitation=row.id)
        if not store.revoke(session, row.id, trail.now):
            raise Conflict("invitation_gone")
        return row.display_name


def reissue(
    session: Session, clock: Clock, actor: Actor, unit: str, role: str, *, days: int
) -> IssuedInvitation:
    """Bureau or operator: a new code for the officer or contact who was recorded and has not come yet.

    Raises Forbidden, NotFound ("unknown_unit", "unknown_invitation").
    """
    with changing(session, clock, actor, "unit.invitation_reissue", unit) as (trail, found):
        row = next((one for one in store.not_used(session, found.id) if one.role == role), None)
        if row is None or role not in MANAGERS:
            raise NotFound("unknown_invitation")
        return _again(session, trail, actor, row, days)


def forget_old(session: Session, clock: Clock, actor: Actor) -> int:
    """Delete the names of people invited 90 days after the invitation ended; how many. For the clock worker, daily."""
    with use_case(session, clock, actor, "unit.forget_invitations") as trail:
        forgotten = store.forget(session, trail.now - KEPT)
        trail.fact(invitations=forgotten)
        if not forgotten:
            trail.silent()
        return forgotten


def _again(session: Session, trail: Trail, actor: Actor, row: InvitationRow, days: int) -> IssuedInvitation:
    return issue(
        session,
        trail,
        actor,
        row.unit_id,
        row.role,
        row.display_name,
        department_id=row.department_id,
        contractor_id=row.contractor_id,
        days=days,
    )


def _row(session: Session, unit_id: int, ref: str) -> InvitationRow:
    wanted = public_id.read(ref)
    row = None if wanted is None else store.of_unit(session, unit_id, wanted)
    if row is None or not _own(row):
        raise NotFound
    return row


def _own(row: InvitationRow) -> bool:
    """Whether it is the unit's own: officer and contact are named by the bureau alone."""
    return row.role not in MANAGERS


def state_of(row: InvitationRow, now: datetime) -> InvitationState:
    """Where an invitation stands."""
    return state(row.expires_at, row.used_at, row.revoked_at, now)


def last_day_of(row: InvitationRow) -> date:
    """The last day an invitation is good."""
    return jst_day(row.expires_at) - timedelta(days=1)
