"""One-time codes: handed out on paper or by telephone, typed once, within days.

Twelve characters and, where one is wanted, a link with a random token. A seeker's code is asked together with the
birth date; five wrong dates make it void. Codes open an account for the first time, let somebody choose a new password,
or take a lost second factor away.
"""

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from portal.calendar.clock import Clock
from portal.calendar.day import day_start, jst_day
from portal.domain.account import AccountKind, SignInFailed, checked_name
from portal.domain.actor import Actor, ActorKind
from portal.domain.invitation import (
    RANDOM_BYTES,
    InvitationFacts,
    closed_because,
    code_from,
    grouped,
    last_day,
    normalise_code,
)
from portal.domain.refusal import Conflict, Forbidden, Invalid, NotFound, Refusal
from portal.services.password import Passwords
from portal.services.sign_in import begin_attempt, settle_attempt
from portal.services.use_case import Trail, use_case
from portal.store import access_code as store
from portal.store import account as accounts
from portal.store import outbox, web_session
from portal.store import sign_in as attempts
from portal.store.access_code import Purpose

__all__ = [
    "REISSUE_DAYS",
    "IssuedCode",
    "Purpose",
    "activate",
    "choose_password",
    "issue",
    "look",
    "make",
    "name_and_hash",
    "reset",
]

REISSUE_DAYS = 3
"""Days a code for a new password or against a lost second factor is good for; the day of issue is not counted."""

MOST_FAILURES = 5
_LINK_BYTES = 24


@dataclass(frozen=True)
class IssuedCode:
    """Shown or printed this one time. `link`: the bare token, which the pages sign; None when none was asked for."""

    code: str
    link: str | None
    last_day: date


@dataclass(frozen=True)
class Usable:
    """A code that would work now, for whoever typed it together with what belongs to it."""

    purpose: Purpose
    sign_in_name: str | None
    last_day: date


def make(
    session: Session,
    now: datetime,
    actor: Actor,
    purpose: Purpose,
    *,
    days: int,
    seeker_id: int | None = None,
    account_id: int | None = None,
    with_link: bool = False,
) -> IssuedCode:
    """Inside a use case that has checked who may do this: a new code; earlier ones for the same thing are void.

    ACTIVATION wants seeker_id, all others account_id.
    """
    store.revoke_open(session, purpose, now, seeker_id=seeker_id, account_id=account_id)
    code = code_from(secrets.token_bytes(RANDOM_BYTES))
    link = secrets.token_urlsafe(_LINK_BYTES) if with_link else None
    last = last_day(jst_day(now), days)
    store.add(
        session,
        purpose,
        code,
        link,
        now,
        day_start(last + timedelta(days=1)),
        seeker_id=seeker_id,
        account_id=account_id,
        issued_by=actor.account_id,
    )
    return IssuedCode(grouped(code), link, last)


def issue(
    session: Session,
    clock: Clock,
    actor: Actor,
    purpose: Purpose,
    *,
    days: int,
    seeker_id: int | None = None,
    account_id: int | None = None,
    with_link: bool = False,
) -> IssuedCode:
    """The operator hands out a code. Raises Forbidden for everybody else: offices and officers have their own use
    cases, which check whose code it is and call ``make``."""
    with use_case(session, clock, actor, "access_code.issue") as trail:
        subject = ("seeker", seeker_id) if seeker_id is not None else ("account", account_id)
        if subject[1] is None:
            raise NotFound
        trail.subject(subject[0], subject[1])
        trail.fact(purpose=purpose.value)
        if actor.kind is not ActorKind.OPERATOR:
            raise Forbidden
        return make(
            session,
            trail.now,
            actor,
            purpose,
            days=days,
            seeker_id=seeker_id,
            account_id=account_id,
            with_link=with_link,
        )


def look(
    session: Session,
    clock: Clock,
    actor: Actor,
    *,
    code: str = "",
    link: str | None = None,
    birth_date: date | None = None,
    address: str,
) -> Usable:
    """What a code is good for; uses nothing up, but counts as an attempt.

    Raises Invalid (code: see portal.domain.invitation.normalise_code), TooManyAttempts, SignInFailed ("code_failed":
    no such code, or not with this birth date), and for whoever typed both rightly a Refusal "code_used",
    "code_replaced", "code_locked" or "code_expired".
    """
    attempt, found = _matching(session, clock, actor, code, link, birth_date, address, None)
    # Neither a failure nor a success: what is asked next counts again.
    settle_attempt(session, attempt, "halfway")
    account = None if found.account_id is None else accounts.by_id(session, found.account_id)
    session.rollback()
    return Usable(found.purpose, None if account is None else account.sign_in_name, _last_day(found))


def choose_password(
    session: Session,
    clock: Clock,
    actor: Actor,
    passwords: Passwords,
    *,
    code: str = "",
    link: str | None = None,
    birth_date: date | None = None,
    password: str,
    address: str,
) -> str:
    """Use a code up for a first or a new password; ends every session of the account. Returns the sign-in name.

    Raises as ``look``, Invalid (password: see portal.domain.password) before the code is used, Busy, and Conflict
    when another window used it first.
    """
    wanted = (Purpose.PASSWORD, Purpose.INVITATION)
    attempt, found = _matching(session, clock, actor, code, link, birth_date, address, wanted)
    account = _account(session, found)
    try:
        hashed = passwords.hash_new(password, (account.sign_in_name, account.display_name))
    except Refusal:
        settle_attempt(session, attempt, "halfway")
        raise
    with use_case(session, clock, actor, "account.choose_password") as trail:
        _about(session, trail, account, found.purpose)
        trail.fact(purpose=found.purpose.value)
        accounts.lock(session, account.id)
        _consume(session, found, trail.now)
        accounts.set_password(session, account.id, hashed, trail.now)
        trail.fact(sessions_ended=web_session.end_of_account(session, account.id))
        attempts.settle(session, attempt, "passed")
    return account.sign_in_name


def reset(
    session: Session,
    clock: Clock,
    actor: Actor,
    *,
    code: str = "",
    link: str | None = None,
    birth_date: date | None = None,
    address: str,
) -> str:
    """Use a code up to take a lost second factor away; it is set up anew at the next sign-in. Returns the sign-in
    name. The password stays, so the code alone opens nothing. Raises as ``look``, and Conflict."""
    attempt, found = _matching(
        session, clock, actor, code, link, birth_date, address, (Purpose.SECOND_FACTOR,)
    )
    account = _account(session, found)
    with use_case(session, clock, actor, "account.reset_second_factor") as trail:
        _about(session, trail, account, found.purpose)
        accounts.lock(session, account.id)
        _consume(session, found, trail.now)
        accounts.clear_second_factor(session, account.id)
        trail.fact(sessions_ended=web_session.end_of_account(session, account.id))
        attempts.settle(session, attempt, "passed")
    return account.sign_in_name


def activate(
    session: Session,
    clock: Clock,
    actor: Actor,
    passwords: Passwords,
    *,
    code: str = "",
    link: str | None = None,
    birth_date: date | None,
    sign_in_name: str,
    password: str,
    language: str = "ja",
    address: str,
) -> int:
    """Use a code up to open a seeker's account under a name and password of their choice. Returns the account's id.

    Raises as ``choose_password``; Invalid also on sign_in_name ("name_taken" and portal.domain.account.checked_name);
    Conflict ("already_activated") when the seeker has an account.
    """
    attempt, found = _matching(session, clock, actor, code, link, birth_date, address, (Purpose.ACTIVATION,))
    try:
        name, hashed = name_and_hash(passwords, sign_in_name, password)
    except Refusal:
        settle_attempt(session, attempt, "halfway")
        raise
    with use_case(session, clock, actor, "account.activate") as trail:
        if found.seeker_id is None:
            raise NotFound
        trail.subject("seeker", found.seeker_id)
        _consume(session, found, trail.now)
        if accounts.of_seeker(session, found.seeker_id) is not None:
            raise Conflict("already_activated")
        try:
            account_id = accounts.add(
                session,
                trail.now,
                AccountKind.SEEKER,
                name,
                "",
                seeker_id=found.seeker_id,
                language=language,
            )
        except accounts.NameTaken:
            raise Invalid({"sign_in_name": ["name_taken"]}) from None
        accounts.set_password(session, account_id, hashed, trail.now)
        attempts.settle(session, attempt, "passed")
        trail.fact(account=account_id)
    return account_id


def name_and_hash(passwords: Passwords, sign_in_name: str, password: str) -> tuple[str, str]:
    """A sign-in name and the hash of a password, as they were chosen; every error of both at once.

    Raises Invalid, Busy.
    """
    errors: dict[str, list[str]] = {}
    facts: dict[str, int] = {}
    name, hashed = "", ""
    try:
        name = checked_name(sign_in_name)
    except Invalid as wrong:
        errors |= wrong.errors
    try:
        hashed = passwords.hash_new(password, (sign_in_name,))
    except Invalid as wrong:
        errors |= wrong.errors
        facts = {key: value for key, value in wrong.facts.items() if isinstance(value, int)}
    if errors:
        raise Invalid(errors, **facts)
    return name, hashed


def _matching(
    session: Session,
    clock: Clock,
    actor: Actor,
    code: str,
    link: str | None,
    birth_date: date | None,
    address: str,
    purposes: tuple[Purpose, ...] | None,
) -> tuple[int, store.Issued]:
    """The attempt and the usable code behind what was typed; every way out but success is settled and audited."""
    bare = normalise_code(code) if link is None else ""
    attempt = begin_attempt(session, clock, bare if link is None else link, address, "code")
    with use_case(session, clock, actor, "access_code.try") as trail:
        found = (
            store.by_hash(session, code=store.code_hash(session, bare))
            if link is None
            else store.by_hash(session, link=store.link_hash(session, link))
        )
        seeker_id = None if found is None else found.seeker_id or found.account_seeker_id
        if found is not None:
            trail.subject("access_code", found.id)
        if found is None or not (purposes is None or found.purpose in purposes) or found.account_closed:
            settle_attempt(session, attempt, "failed")
            raise SignInFailed("code_failed")
        if seeker_id is not None and store.birth_date(session, seeker_id) != birth_date:
            store.fail(session, found.id)
            settle_attempt(session, attempt, "failed")
            raise SignInFailed("code_failed")
        if closed := closed_because(_facts(found), trail.today):
            settle_attempt(session, attempt, "failed")
            raise Refusal(closed)
        trail.silent()
    return attempt, found


def _last_day(found: store.Issued) -> date:
    return jst_day(found.expires_at) - timedelta(days=1)


def _facts(found: store.Issued) -> InvitationFacts:
    issued_on = jst_day(found.issued_at)
    return InvitationFacts(
        issued_on=issued_on,
        valid_days=(_last_day(found) - issued_on).days,
        used=found.used_at is not None,
        replaced=found.revoked_at is not None,
        attempts=found.failures,
        attempts_limit=MOST_FAILURES,
    )


def _account(session: Session, found: store.Issued) -> accounts.Account:
    account = None if found.account_id is None else accounts.by_id(session, found.account_id)
    session.rollback()
    if account is None:
        raise NotFound
    return account


def _about(session: Session, trail: Trail, account: accounts.Account, purpose: Purpose) -> None:
    """Whose account a code is used for: it stands in a seeker's own record, and goes to the person's own address."""
    if account.seeker_id is None:
        trail.subject("account", account.id)
    else:
        trail.subject("seeker", account.seeker_id)
        trail.fact(account=account.id)
    if purpose is not Purpose.INVITATION:  # a first password is no surprise
        outbox.add(session, outbox.only(account.id), trail.now, outbox.ACCOUNT)


def _consume(session: Session, found: store.Issued, now: datetime) -> None:
    if not store.consume(session, found.id, now, MOST_FAILURES):
        raise Conflict("code_used")
