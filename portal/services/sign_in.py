"""Signing in: the attempt is written down and committed first, then the database decides whether it is looked at.

Three short transactions instead of one, on purpose: no attempt may go uncounted because a process died, and no lock
may be held while a password is hashed. One audit line, for whatever was looked at; attempts that came too soon leave
only their row, which is deleted after 30 days.
"""

import unicodedata
from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.calendar.clock import Clock
from portal.calendar.day import jst_day
from portal.domain.account import AccountKind, Busy, SignInFailed, Stage, TooManyAttempts
from portal.domain.actor import Actor
from portal.domain.sign_in import must_wait_until
from portal.services.password import Passwords
from portal.services.use_case import use_case
from portal.services.web_session import Lifetime, open_session
from portal.store import account as accounts
from portal.store import sign_in as store

_KEPT = 200


@dataclass(frozen=True)
class Opened:
    """A session was opened: what its cookie holds, and what is still asked."""

    token: str
    stage: Stage
    kind: AccountKind
    language: str


def begin_attempt(session: Session, clock: Clock, name: str, address: str, purpose: str) -> int:
    """Write an attempt down, commit, and only then ask whether it is looked at.

    purpose: "password", "second_factor" or "code". Raises TooManyAttempts. Ends the transaction it was called in.
    """
    key = unicodedata.normalize("NFKC", name[:_KEPT]).strip().casefold()
    name_key, address_key = store.name_key(session, key), store.address_key(session, address)
    now = clock.now()
    attempt = store.record(session, name_key, address_key, purpose, now)
    session.commit()
    until = must_wait_until(now, *store.failures(session, attempt, name_key, address_key, now))
    if until is not None:
        settle_attempt(session, attempt, "refused")
        raise TooManyAttempts(until)
    session.rollback()
    return attempt


def settle_attempt(session: Session, attempt: int, outcome: str) -> None:
    """Note how an attempt ended, for good. Ends the transaction it was called in."""
    store.settle(session, attempt, outcome)
    session.commit()


def sign_in(
    session: Session,
    clock: Clock,
    actor: Actor,
    passwords: Passwords,
    *,
    name: str,
    password: str,
    address: str,
    lifetime: Lifetime,
    second_factor_required: bool,
    old_token: str | None = None,
) -> Opened:
    """Check name and password, and open a session under a fresh id. The browser's session before it (old_token) ends.

    Raises SignInFailed for every cause alike (unknown name, wrong password, closed account, ended post),
    TooManyAttempts, Busy.
    """
    attempt = begin_attempt(session, clock, name, address, "password")
    found = accounts.credentials(session, name, jst_day(clock.now()))
    session.rollback()
    kept = found.password_hash if found is not None and _may_sign_in(found) else None
    try:
        verdict = passwords.verify(kept, password)
    except Busy:
        settle_attempt(session, attempt, "refused")
        raise
    with use_case(session, clock, actor, "account.sign_in") as trail:
        if found is not None:
            trail.subject("account", found.account.id)
        # Confirming locks the account: a password changed this very moment ends the session that is opened here.
        if (
            found is None
            or kept is None
            or not verdict.right
            or not accounts.confirm_password(session, found.account.id, kept, verdict.rehash or kept)
        ):
            settle_attempt(session, attempt, "failed")
            raise SignInFailed
        stage = _stage(found.account, second_factor_required=second_factor_required)
        store.settle(session, attempt, "passed" if stage is Stage.SIGNED_IN else "halfway")
        token = open_session(session, trail.now, found.account.id, stage, lifetime, old_token=old_token)
        trail.fact(stage=stage.value)
        return Opened(token, stage, found.account.kind, found.account.language)


def _may_sign_in(found: accounts.Credentials) -> bool:
    account = found.account
    if account.closed_at is not None or account.kind is AccountKind.OPERATOR:
        return False
    return account.kind is not AccountKind.STAFF or found.posted


def _stage(account: accounts.Account, *, second_factor_required: bool) -> Stage:
    if account.has_second_factor:
        return Stage.SECOND_FACTOR
    needs_one = account.kind in (AccountKind.MEMBER, AccountKind.STAFF)
    return Stage.ENROL if needs_one and second_factor_required else Stage.SIGNED_IN
