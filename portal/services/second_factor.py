"""The second factor: a code from an app (RFC 6238), which works once, or one of ten recovery codes (予備コード).

Required of staff and of people of organisations, except in the demo. Who lost it gets it taken away by a code from the
office, the officer or the operator (portal.services.access_code) and sets it up anew.
"""

import base64
import hmac
import secrets
from dataclasses import dataclass, field

import pyotp
from sqlalchemy.orm import Session

from portal.calendar.clock import Clock
from portal.calendar.day import jst_day
from portal.domain.account import AccountKind, Busy, SignInFailed, Stage
from portal.domain.actor import Actor
from portal.domain.invitation import ALPHABET
from portal.domain.refusal import Conflict, Forbidden, Invalid
from portal.domain.totp import RECOVERY_CODES, RECOVERY_LENGTH, accepted_step, recovery_code, typed_code
from portal.services.password import Passwords
from portal.services.sign_in import Opened, begin_attempt, settle_attempt
from portal.services.use_case import use_case
from portal.services.web_session import Lifetime, id_hash, open_session
from portal.store import account as accounts
from portal.store import sign_in as attempts
from portal.store import web_session
from portal.store.keyring import keyring

ISSUER = "求職情報マッチングポータル"
PENDING_SECRET = "totp"  # noqa: S105 -- the name of an entry, not a secret


@dataclass(frozen=True)
class Enrolment:
    """What the app needs: the secret in base32, and the address that stands in the QR code."""

    secret: str
    uri: str


@dataclass(frozen=True)
class Enrolled:
    """The second factor is set up. The recovery codes are shown this one time."""

    opened: Opened
    recovery_codes: tuple[str, ...]


def check(
    session: Session, clock: Clock, actor: Actor, *, token: str, typed: str, address: str, lifetime: Lifetime
) -> Opened:
    """The second step of signing in: a code of the app or a recovery code opens a session under a fresh id.

    Raises SignInFailed: "second_factor_failed" for a wrong or used code, "session_ended" when the first step is
    too long ago; TooManyAttempts, counted together with wrong passwords.
    """
    pending = _waiting(session, clock, token, lifetime, Stage.SECOND_FACTOR)
    attempt = begin_attempt(session, clock, pending.sign_in_name, address, "second_factor")
    with use_case(session, clock, actor, "account.second_factor") as trail:
        trail.subject("account", pending.account_id)
        accounts.lock(session, pending.account_id)
        recovery = typed_code(typed) is None
        if not _accepted(session, clock, pending.account_id, typed):
            settle_attempt(session, attempt, "failed")
            raise SignInFailed("second_factor_failed")
        # Two windows, or a password changed meanwhile: whoever finds the waiting session gone comes too late.
        if web_session.end(session, id_hash(token)) is None:
            settle_attempt(session, attempt, "failed")
            raise SignInFailed("session_ended")
        attempts.settle(session, attempt, "passed")
        trail.fact(recovery=recovery, left=accounts.recovery_codes_left(session, pending.account_id))
        opened = open_session(session, trail.now, pending.account_id, Stage.SIGNED_IN, lifetime)
        return Opened(opened, Stage.SIGNED_IN, pending.kind, pending.language)


def _waiting(
    session: Session, clock: Clock, token: str, lifetime: Lifetime, *stages: Stage
) -> web_session.Found:
    now = clock.now()
    found = web_session.find(session, id_hash(token), now, now - lifetime.idle, jst_day(now))
    session.rollback()
    if found is None or found.stage not in stages:
        raise SignInFailed("session_ended")
    return found


def _accepted(session: Session, clock: Clock, account_id: int, typed: str) -> bool:
    code = typed_code(typed)
    if code is None:
        spare = recovery_code(typed)
        return spare is not None and accounts.use_recovery_code(session, account_id, spare, clock.now())
    known = accounts.totp_secret(session, account_id)
    if known is None:
        return False
    secret, last_step = known
    step = accepted_step(code, clock.now(), last_step, pyotp.TOTP(secret).generate_otp, hmac.compare_digest)
    return step is not None and accounts.use_step(session, account_id, step)


def begin(session: Session, clock: Clock, token: str, lifetime: Lifetime) -> Enrolment:
    """A fresh secret for somebody who sets up the second factor; the same one until it is confirmed.

    It waits, sealed, in the session; nothing is decided yet, so no audit line. Raises SignInFailed ("session_ended"),
    Conflict when there is a second factor already, Forbidden for whoever needs none.
    """
    found = _waiting(session, clock, token, lifetime, Stage.ENROL, Stage.SIGNED_IN)
    if found.kind not in (AccountKind.MEMBER, AccountKind.STAFF):
        raise Forbidden
    if found.has_second_factor:
        raise Conflict
    key = id_hash(token)
    secret = _pending_secret(session, found, key)
    if secret is None:
        secret = pyotp.random_base32()
        sealed = keyring(session).seal("session.totp", key.hex(), secret)
        kept = base64.b64encode(sealed).decode("ascii")
        if not web_session.keep(session, key, {**found.data, PENDING_SECRET: kept}):
            raise SignInFailed("session_ended")
        session.commit()
    return Enrolment(secret, pyotp.TOTP(secret).provisioning_uri(name=found.sign_in_name, issuer_name=ISSUER))


def _pending_secret(session: Session, found: web_session.Found, key: bytes) -> str | None:
    kept = found.data.get(PENDING_SECRET)
    return None if kept is None else keyring(session).open("session.totp", key.hex(), base64.b64decode(kept))


def confirm(
    session: Session, clock: Clock, actor: Actor, *, token: str, typed: str, lifetime: Lifetime
) -> Enrolled:
    """The first code of the app proves that it was set up: from now on it is asked at every sign-in.

    Opens a session under a fresh id and ends all others. Raises Invalid (code: "missing", "totp_wrong"),
    SignInFailed ("session_ended"), Conflict when another window was faster.
    """
    found = _waiting(session, clock, token, lifetime, Stage.ENROL, Stage.SIGNED_IN)
    with use_case(session, clock, actor, "account.enrol_second_factor") as trail:
        trail.subject("account", found.account_id)
        secret = _pending_secret(session, found, id_hash(token))
        if secret is None:
            raise Conflict
        if not typed.strip():
            raise Invalid({"code": ["missing"]})
        code = typed_code(typed)
        totp = pyotp.TOTP(secret)
        step = code and accepted_step(code, trail.now, None, totp.generate_otp, hmac.compare_digest)
        if not step:
            raise Invalid({"code": ["totp_wrong"]})
        accounts.lock(session, found.account_id)
        if not accounts.set_totp(session, found.account_id, secret, step):
            raise Conflict
        codes = _new_recovery_codes(session, found.account_id)
        opened = open_session(
            session, trail.now, found.account_id, Stage.SIGNED_IN, lifetime, old_token=token
        )
        web_session.end_of_account(session, found.account_id, but=id_hash(opened))
        if found.chosen_membership_id is not None:
            web_session.choose(session, id_hash(opened), found.chosen_membership_id)
        return Enrolled(Opened(opened, Stage.SIGNED_IN, found.kind, found.language), codes)


def _new_recovery_codes(session: Session, account_id: int) -> tuple[str, ...]:
    codes = ["".join(secrets.choice(ALPHABET) for _ in range(RECOVERY_LENGTH)) for _ in range(RECOVERY_CODES)]
    accounts.replace_recovery_codes(session, account_id, codes)
    return tuple(f"{code[:5]}-{code[5:]}" for code in codes)


def renew_recovery_codes(
    session: Session, clock: Clock, actor: Actor, passwords: Passwords, *, password: str, address: str
) -> tuple[str, ...]:
    """Ten new recovery codes, shown once; the old ones are void. Asks for the password.

    Raises Invalid (password: "password_wrong"), Forbidden without a second factor, TooManyAttempts, Busy.
    """
    account = confirm_password(session, clock, actor, passwords, password, address).account
    with use_case(session, clock, actor, "account.renew_recovery_codes") as trail:
        trail.subject("account", account.id)
        accounts.lock(session, account.id)
        if accounts.totp_secret(session, account.id) is None:
            raise Forbidden
        return _new_recovery_codes(session, account.id)


@dataclass(frozen=True)
class Confirmed:
    """The account whose password was just typed rightly, and the hash it was checked against."""

    account: accounts.Account
    hashed: str = field(repr=False)


def confirm_password(
    session: Session,
    clock: Clock,
    actor: Actor,
    passwords: Passwords,
    typed: str,
    address: str,
    *,
    field: str = "password",
) -> Confirmed:
    """Ask somebody signed in for their password once more; counted like signing in.

    Raises Invalid (field: "missing", "password_wrong"), TooManyAttempts, Busy, Forbidden when nobody is signed in.
    """
    account = None if actor.account_id is None else accounts.by_id(session, actor.account_id)
    hashed = None if account is None else accounts.password_hash(session, account.id)
    session.rollback()
    if account is None or hashed is None:
        raise Forbidden
    if not typed:
        raise Invalid({field: ["missing"]})
    attempt = begin_attempt(session, clock, account.sign_in_name, address, "password")
    try:
        right = passwords.verify(hashed, typed).right
    except Busy:
        settle_attempt(session, attempt, "refused")
        raise
    settle_attempt(session, attempt, "halfway" if right else "failed")
    if not right:
        raise Invalid({field: ["password_wrong"]})
    return Confirmed(account, hashed)
