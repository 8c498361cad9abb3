"""Taking an invitation into a unit: with an account one has, or with a new one.

Code and link are asked under the throttle of signing in. Whoever types a code that is used, taken back, expired or was
never given gets one and the same answer.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from portal.calendar.clock import Clock
from portal.domain.account import AccountKind, SignInFailed
from portal.domain.actor import Actor, ActorKind
from portal.domain.invitation import normalise_code
from portal.domain.membership import in_force
from portal.domain.reach import UnitClass
from portal.domain.refusal import Conflict, Forbidden, Invalid, Refusal
from portal.domain.unit_invitation import MANAGERS, InvitationState, role_after
from portal.services.access_code import name_and_hash
from portal.services.password import Passwords
from portal.services.sign_in import begin_attempt, settle_attempt
from portal.services.unit_invitation import last_day_of, state_of
from portal.services.use_case import Trail, use_case
from portal.store import account as accounts
from portal.store import sign_in as attempts
from portal.store import unit as units
from portal.store import unit_invitation as store
from portal.store import unit_people
from portal.store.unit_invitation import InvitationRow


@dataclass(frozen=True)
class Offer:
    """What an invitation is for, shown to whoever holds it. place: department or contractor, "" = the unit itself."""

    unit_name: str
    unit_class: UnitClass
    number_shown: str
    display_name: str
    role: str
    place: str
    last_day: date


@dataclass(frozen=True)
class Joined:
    """unit_key: what `portal.services.web_session.choose_unit` takes."""

    unit_name: str
    unit_key: str


def look(
    session: Session, clock: Clock, actor: Actor, *, code: str = "", link: str | None = None, address: str
) -> Offer:
    """What an invitation is for; uses nothing up, but counts as an attempt.

    Raises Invalid (code: see portal.domain.invitation.normalise_code), TooManyAttempts, SignInFailed
    ("invitation_failed") for every cause alike.
    """
    attempt, row = _matching(session, clock, actor, code, link, address)
    settle_attempt(session, attempt, "halfway")
    unit = units.by_id(session, row.unit_id)
    places = unit_people.place_names(session, row.unit_id)
    session.rollback()
    return Offer(
        unit_name=unit.record.name,
        unit_class=unit.unit_class,
        number_shown=unit.number_shown,
        display_name=row.display_name,
        role=row.role,
        place=places.get((row.department_id, row.contractor_id), ""),
        last_day=last_day_of(row),
    )


def join(
    session: Session, clock: Clock, actor: Actor, *, code: str = "", link: str | None = None, address: str
) -> Joined:
    """Use an invitation up with the account one is signed in with, which may belong to other units, too.

    Raises as ``look``, Forbidden for accounts that are nobody's of an organisation, Conflict "already_member".
    """
    attempt, row = _matching(session, clock, actor, code, link, address)
    with _settled(session, attempt), use_case(session, clock, actor, "unit.join") as trail:
        _hold(session, clock, trail, row)
        if actor.kind is not ActorKind.MEMBER or actor.account_id is None:
            raise Forbidden
        accounts.lock(session, actor.account_id)
        account = accounts.by_id(session, actor.account_id)
        if account is None or account.kind is not AccountKind.MEMBER or account.closed_at is not None:
            raise Forbidden
        return _accept(session, trail, row, account.id, attempt)


def join_new(
    session: Session,
    clock: Clock,
    actor: Actor,
    passwords: Passwords,
    *,
    code: str = "",
    link: str | None = None,
    sign_in_name: str,
    password: str,
    language: str = "ja",
    address: str,
) -> Joined:
    """Use an invitation up with a new account under a name and password of one's choice.

    Raises as ``look``; Invalid also on sign_in_name ("name_taken" and portal.domain.account.checked_name) and
    password (portal.domain.password); Busy.
    """
    attempt, row = _matching(session, clock, actor, code, link, address)
    with _settled(session, attempt):
        name, hashed = name_and_hash(passwords, sign_in_name, password)
    with _settled(session, attempt), use_case(session, clock, actor, "unit.join") as trail:
        _hold(session, clock, trail, row)
        try:
            account_id = accounts.add(
                session, trail.now, AccountKind.MEMBER, name, row.display_name, language=language
            )
        except accounts.NameTaken:
            raise Invalid({"sign_in_name": ["name_taken"]}) from None
        accounts.set_password(session, account_id, hashed, trail.now)
        trail.fact(account=account_id)
        return _accept(session, trail, row, account_id, attempt)


def _matching(
    session: Session, clock: Clock, actor: Actor, code: str, link: str | None, address: str
) -> tuple[int, InvitationRow]:
    """The attempt and the open invitation behind what was typed; every way out but success is settled and audited."""
    bare = normalise_code(code) if link is None else ""
    attempt = begin_attempt(session, clock, bare if link is None else link, address, "code")
    with use_case(session, clock, actor, "unit.invitation_try") as trail:
        row = (
            store.by_hash(session, code=store.code_hash(session, bare))
            if link is None
            else store.by_hash(session, link=store.link_hash(session, link))
        )
        if row is not None:
            trail.subject("unit_invitation", row.id)
        if row is None or state_of(row, trail.now) is not InvitationState.OPEN:
            settle_attempt(session, attempt, "failed")
            raise SignInFailed("invitation_failed")
        trail.silent()
    return attempt, row


@contextmanager
def _settled(session: Session, attempt: int) -> Iterator[None]:
    """An attempt whose code was right and which ends in a refusal all the same is no failure; a code that somebody
    else used meanwhile is one."""
    try:
        yield
    except Refusal as refused:
        settle_attempt(session, attempt, "failed" if isinstance(refused, SignInFailed) else "halfway")
        raise


def _hold(session: Session, clock: Clock, trail: Trail, row: InvitationRow) -> None:
    trail.subject("unit", row.unit_id)
    units.hold(session, row.unit_id)
    trail.take_moment(clock)
    trail.fact(invitation=row.id, role=row.role)


def _accept(session: Session, trail: Trail, row: InvitationRow, account_id: int, attempt: int) -> Joined:
    """The membership that comes of an invitation; a new officer or contact takes the place of the one before."""
    rows = [
        found
        for found in unit_people.people(session, row.unit_id)
        if in_force(found.since, found.until, trail.today)
    ]
    present = next((found for found in rows if found.account_id == account_id), None)
    if present is not None and row.role not in MANAGERS:
        raise Conflict("already_member")
    role = role_after(None if present is None else present.role, row.role)
    if present is None:
        membership_id = units.add_member(
            session,
            row.unit_id,
            account_id,
            role,
            trail.today,
            department_id=row.department_id,
            contractor_id=row.contractor_id,
        )
    else:
        membership_id = present.id
        unit_people.change(
            session,
            membership_id,
            role=role,
            department_id=present.department_id,
            contractor_id=present.contractor_id,
        )
    if not store.consume(session, row.id, membership_id, trail.now):
        raise SignInFailed("invitation_failed")
    if row.role in MANAGERS:
        _succeed(session, trail, row, rows, account_id)
    attempts.settle(session, attempt, "passed")
    trail.fact(membership=membership_id)
    unit = units.by_id(session, row.unit_id)
    return Joined(unit.record.name, unit.public_id.hex())


def _succeed(
    session: Session, trail: Trail, row: InvitationRow, rows: list[unit_people.PersonRow], account_id: int
) -> None:
    """Whoever held the role until now stays in the unit as an ordinary member: the record names one person."""
    before = [found for found in rows if found.role == row.role and found.account_id != account_id]
    for found in before:
        unit_people.change(
            session,
            found.id,
            role="member",
            department_id=found.department_id,
            contractor_id=found.contractor_id,
        )
    trail.fact(succeeded=len(before))
    if row.role == "officer":
        units.change(session, row.unit_id, officer_left_on=None)
