"""Accounts: the operator makes, closes and re-issues them; everybody looks after their own."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from portal.calendar.clock import Clock
from portal.domain.account import AccountKind, checked_name
from portal.domain.actor import Actor, ActorKind
from portal.domain.refusal import Conflict, Forbidden, Invalid, NotFound
from portal.services import code
from portal.services.access_code import REISSUE_DAYS, IssuedCode, Purpose, make
from portal.services.password import Passwords
from portal.services.second_factor import confirm_password
from portal.services.use_case import Trail, query, use_case
from portal.services.web_session import id_hash
from portal.store import account as store
from portal.store import complaint_people as people
from portal.store import draft as drafts
from portal.store import notice_care, outbox, web_session

LANGUAGES = ("ja", "en")
LONGEST_DISPLAY_NAME = 60
OFFICE_ROLES = ("office_clerk", "office_desk")
BUREAU_ROLES = ("bureau_clerk",)


@dataclass(frozen=True)
class AccountLine:
    """One account in the operator's list."""

    sign_in_name: str
    kind: AccountKind
    display_name: str
    has_password: bool
    has_second_factor: bool
    created_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True)
class Made:
    """A new account and the code with which its owner chooses a password; the code is shown this one time."""

    account_id: int
    sign_in_name: str
    invitation: IssuedCode | None = None


@dataclass(frozen=True)
class OwnAccount:
    """What somebody sees of their own account."""

    sign_in_name: str
    display_name: str
    kind: AccountKind
    language: str
    mail: str | None
    mail_notice: bool
    mail_undeliverable: bool
    has_second_factor: bool
    recovery_codes_left: int


# The operator


def operator(session: Session, name: str | None = None) -> Actor:
    """Who acts on the command line: the operator of this name, or the only one there is.

    Raises NotFound ("no_operator", "unknown_operator"), Conflict ("name_an_operator") when there are several.
    """
    with query(session):
        everybody = [a for a in store.everybody(session, [AccountKind.OPERATOR]) if a.closed_at is None]
        found = store.by_name(session, name) if name is not None else None
    if not everybody:
        raise NotFound("no_operator")
    if name is not None:
        if found is None or found.id not in {one.id for one in everybody}:
            raise NotFound("unknown_operator")
        return Actor(ActorKind.OPERATOR, account_id=found.id)
    if len(everybody) > 1:
        raise Conflict("name_an_operator")
    return Actor(ActorKind.OPERATOR, account_id=everybody[0].id)


def create_operator(
    session: Session,
    clock: Clock,
    actor: Actor,
    *,
    sign_in_name: str,
    display_name: str,
    another: bool = False,
) -> Made:
    """Make the first operator (運用者); one more only where that is said. Operators sign in nowhere on the web.

    Raises Conflict ("operator_exists"), Invalid.
    """
    with use_case(session, clock, actor, "account.create_operator") as trail:
        _operator_only(actor)
        if not another and store.count(session, AccountKind.OPERATOR):
            raise Conflict("operator_exists")
        return Made(*_add(session, trail, AccountKind.OPERATOR, sign_in_name, display_name))


def create_staff(
    session: Session,
    clock: Clock,
    actor: Actor,
    *,
    sign_in_name: str,
    display_name: str,
    role: str,
    office_code: str | None = None,
    bureau_code: str | None = None,
    days: int,
) -> Made:
    """Make an account with a post at a ハローワーク or a 労働局, and a code (days: how long it is good for).

    Raises Invalid on the fields sign_in_name, display_name, office_code, bureau_code and role ("unknown").
    """
    with use_case(session, clock, actor, "account.create_staff") as trail:
        _operator_only(actor)
        place = ("office", office_code) if office_code is not None else ("bureau", bureau_code)
        roles = OFFICE_ROLES if office_code is not None else BUREAU_ROLES
        if (office_code is None) == (bureau_code is None):
            raise Invalid({"office_code": ["one_place"]})
        if role not in roles:
            raise Invalid({"role": ["unknown"]})
        if place[1] not in {choice.code for choice in code.choices(session, place[0], trail.today)}:
            raise Invalid({f"{place[0]}_code": ["unknown"]})
        account_id, name = _add(session, trail, AccountKind.STAFF, sign_in_name, display_name)
        store.add_post(
            session, account_id, role, trail.today, office_code=office_code, bureau_code=bureau_code
        )
        trail.fact(role=role, place=place[1])
        return Made(
            account_id,
            name,
            make(session, trail.now, actor, Purpose.INVITATION, days=days, account_id=account_id),
        )


def create_member(
    session: Session, clock: Clock, actor: Actor, *, sign_in_name: str, display_name: str, days: int
) -> Made:
    """Make an account for a person of an organisation, and a code; the membership is a matter of the unit."""
    with use_case(session, clock, actor, "account.create_member") as trail:
        _operator_only(actor)
        account_id, name = _add(session, trail, AccountKind.MEMBER, sign_in_name, display_name)
        return Made(
            account_id,
            name,
            make(session, trail.now, actor, Purpose.INVITATION, days=days, account_id=account_id),
        )


def reissue(
    session: Session, clock: Clock, actor: Actor, *, sign_in_name: str, purpose: Purpose
) -> IssuedCode:
    """A code for a new password or against a lost second factor; earlier ones are void.

    For members and staff the operator does this until there are pages for officers and bureaus. Raises NotFound,
    Conflict ("account_closed", "no_second_factor", "signs_in_nowhere").
    """
    with use_case(session, clock, actor, "account.reissue") as trail:
        trail.fact(purpose=purpose.value)
        _operator_only(actor)
        account = _named(session, sign_in_name)
        trail.subject("account", account.id)
        if account.closed_at is not None:
            raise Conflict("account_closed")
        if account.kind is AccountKind.OPERATOR:
            raise Conflict("signs_in_nowhere")
        if purpose is Purpose.SECOND_FACTOR and not account.has_second_factor:
            raise Conflict("no_second_factor")
        if account.kind is AccountKind.SEEKER:
            outbox.add(session, people.account_of_seeker(account.seeker_id or 0), trail.now, outbox.ACCOUNT)
        return make(session, trail.now, actor, purpose, days=REISSUE_DAYS, account_id=account.id)


def close(session: Session, clock: Clock, actor: Actor, *, sign_in_name: str) -> None:
    """Close an account for good and end its sessions and posts. The name stays taken, so that old traces keep
    their meaning.

    Raises NotFound, Conflict ("account_closed", "last_operator").
    """
    with use_case(session, clock, actor, "account.close") as trail:
        _operator_only(actor)
        account = _named(session, sign_in_name)
        trail.subject("account", account.id)
        store.lock(session, account.id)
        if account.kind is AccountKind.OPERATOR:
            others = [a for a in store.everybody(session, [AccountKind.OPERATOR]) if a.closed_at is None]
            if len(others) < 2:
                raise Conflict("last_operator")
        if not store.close(session, account.id, trail.now):
            raise Conflict("account_closed")
        drafts.forget_account(session, account.id)
        trail.fact(posts_ended=store.end_posts(session, account.id, trail.today))
        trail.fact(sessions_ended=web_session.end_of_account(session, account.id))


def everybody(session: Session, kind: AccountKind | None = None) -> tuple[AccountLine, ...]:
    """The accounts, in order of making."""
    with query(session):
        return tuple(
            AccountLine(
                a.sign_in_name,
                a.kind,
                a.display_name,
                a.has_password,
                a.has_second_factor,
                a.created_at,
                a.closed_at,
            )
            for a in store.everybody(session, AccountKind if kind is None else [kind])
        )


def give_password(
    session: Session, clock: Clock, actor: Actor, passwords: Passwords, *, account_id: int, password: str
) -> None:
    """Set a password known to whoever calls; for the demo's sign-ins, never for real people. Raises Forbidden."""
    with query(session):
        account = store.by_id(session, account_id)
    hashed = passwords.hash_new(password)
    with use_case(session, clock, actor, "account.give_password") as trail:
        _operator_only(actor)
        if account is None:
            raise NotFound
        trail.subject("account", account.id)
        store.set_password(session, account.id, hashed, trail.now)


def _operator_only(actor: Actor) -> None:
    if actor.kind is not ActorKind.OPERATOR:
        raise Forbidden


def _named(session: Session, sign_in_name: str) -> store.Account:
    account = store.by_name(session, sign_in_name)
    if account is None:
        raise NotFound("unknown_account")
    return account


def _add(
    session: Session, trail: Trail, kind: AccountKind, sign_in_name: str, display_name: str
) -> tuple[int, str]:
    account_id = add_account(session, trail.now, kind, sign_in_name, display_name)
    trail.subject("account", account_id)
    return account_id, checked_name(sign_in_name)


def add_account(
    session: Session, now: datetime, kind: AccountKind, sign_in_name: str, display_name: str
) -> int:
    """Inside a use case that has checked who may do this: a new account without a password.

    Raises Invalid on sign_in_name (portal.domain.account.checked_name, "name_taken") and display_name ("missing",
    "too_long", "bad_character").
    """
    name = checked_name(sign_in_name)
    shown = display_name.strip()
    if not shown:
        raise Invalid({"display_name": ["missing"]})
    if len(shown) > LONGEST_DISPLAY_NAME:
        raise Invalid({"display_name": ["too_long"]}, longest=LONGEST_DISPLAY_NAME)
    if not shown.isprintable():
        raise Invalid({"display_name": ["bad_character"]})
    try:
        return store.add(session, now, kind, name, shown)
    except store.NameTaken:
        raise Invalid({"sign_in_name": ["name_taken"]}) from None


# One's own account


def own(session: Session, actor: Actor) -> OwnAccount:
    """One's own account. Raises Forbidden when nobody is signed in."""
    with query(session):
        account = _own(session, actor)
        return OwnAccount(
            account.sign_in_name,
            account.display_name,
            account.kind,
            account.language,
            store.mail(session, account.id),
            account.mail_notice,
            notice_care.undeliverable(session, account.id),
            account.has_second_factor,
            store.recovery_codes_left(session, account.id) if account.has_second_factor else 0,
        )


def change_password(
    session: Session,
    clock: Clock,
    actor: Actor,
    passwords: Passwords,
    *,
    token: str,
    current: str,
    new: str,
    address: str,
) -> int:
    """Change one's own password; every other session of the account ends. How many ended.

    Raises Invalid on current ("missing", "password_wrong") and password (portal.domain.password,
    "password_unchanged"), TooManyAttempts, Busy, Conflict when it was changed elsewhere at this moment.
    """
    confirmed = confirm_password(session, clock, actor, passwords, current, address, field="current")
    account = confirmed.account
    if new == current:
        raise Invalid({"password": ["password_unchanged"]})
    hashed = passwords.hash_new(new, (account.sign_in_name, account.display_name))
    with use_case(session, clock, actor, "account.change_password") as trail:
        trail.subject("account", account.id)
        if not store.confirm_password(session, account.id, confirmed.hashed, hashed):
            raise Conflict
        store.set_password(session, account.id, hashed, trail.now)
        ended = web_session.end_of_account(session, account.id, but=id_hash(token))
        trail.fact(sessions_ended=ended)
        return ended


def end_other_sessions(session: Session, clock: Clock, actor: Actor, *, token: str) -> int:
    """Sign out everywhere else. How many sessions ended."""
    with use_case(session, clock, actor, "account.end_other_sessions") as trail:
        account = _own(session, actor)
        trail.subject("account", account.id)
        ended = web_session.end_of_account(session, account.id, but=id_hash(token))
        trail.fact(sessions_ended=ended)
        return ended


def set_language(session: Session, clock: Clock, actor: Actor, *, language: str) -> None:
    """The language of pages after signing in. Raises Invalid (language: "unknown_code")."""
    with use_case(session, clock, actor, "account.set_language") as trail:
        account = _own(session, actor)
        trail.subject("account", account.id)
        if language not in LANGUAGES:
            raise Invalid({"language": ["unknown_code"]})
        store.set_language(session, account.id, language)
        trail.fact(language=language)


def _own(session: Session, actor: Actor) -> store.Account:
    account = None if actor.account_id is None else store.by_id(session, actor.account_id)
    if account is None:
        raise Forbidden
    return account
