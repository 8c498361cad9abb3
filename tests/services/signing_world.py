"""What tests of signing in share: cheap hashing that counts, accounts with passwords, short calls of the services."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pyotp
from sqlalchemy import select

from portal.calendar.clock import FixedClock
from portal.domain.account import AccountKind
from portal.domain.actor import Actor, ActorKind
from portal.domain.totp import step_at
from portal.services import second_factor, sign_in
from portal.services.password import Passwords
from portal.services.sign_in import Opened
from portal.services.web_session import Lifetime, Visit, find
from portal.settings import Hashing
from portal.store import account as accounts
from portal.store.database import Database
from portal.store.tables import audit, signin_attempt
from tests import build

PASSWORD = "murasaki-no-kumo-7"
HASHING = Hashing(time_cost=1, memory_kib=8, parallelism=1, concurrent=2)
LIFETIME = Lifetime(idle=timedelta(minutes=30), absolute=timedelta(hours=12))
NOBODY = Actor(ActorKind.PUBLIC, request_id="TEST-0000-0000")
HOME, ELSEWHERE = "192.0.2.1", "203.0.113.9"


class CountingPasswords(Passwords):
    """Counts how often argon2 really compared something."""

    def __init__(self, hashing: Hashing = HASHING) -> None:
        super().__init__(hashing, frozenset({"password"}))
        self.compared = 0

    def _compare(self, hashed: str, typed: str | bytes) -> bool:
        self.compared += 1
        return super()._compare(hashed, typed)


@dataclass
class SignInWorld:
    """One database, one clock, one hasher."""

    database: Database
    clock: FixedClock
    passwords: CountingPasswords = field(default_factory=CountingPasswords)
    second_factor_required: bool = False

    def account(
        self, name: str = "kakuu-1", kind: AccountKind = AccountKind.MEMBER, password: str = PASSWORD
    ) -> int:
        """An account that can sign in by its password."""
        if kind is AccountKind.SEEKER:
            account_id = build.build_seeker(self.database, with_account=True, sign_in_name=name).account_id
            assert account_id is not None
        else:
            account_id = build.build_account(self.database, kind=kind.value, name=name)
        self.set_password(account_id, password)
        return account_id

    def set_password(self, account_id: int, password: str = PASSWORD) -> None:
        with self.database.write() as session:
            accounts.set_password(session, account_id, self.passwords.hash_new(password), self.clock.now())
            session.commit()

    def sign_in(self, name: str = "kakuu-1", password: str = PASSWORD, address: str = HOME) -> Opened:
        with self.database.write() as session:
            return sign_in.sign_in(
                session,
                self.clock,
                NOBODY,
                self.passwords,
                name=name,
                password=password,
                address=address,
                lifetime=LIFETIME,
                second_factor_required=self.second_factor_required,
            )

    def give_code(self, token: str, typed: str, address: str = HOME) -> Opened:
        with self.database.write() as session:
            return second_factor.check(
                session, self.clock, NOBODY, token=token, typed=typed, address=address, lifetime=LIFETIME
            )

    def enrol(self, token: str) -> tuple[str, second_factor.Enrolled]:
        """Set the second factor up; the secret, and what came back."""
        with self.database.write() as session:
            secret = second_factor.begin(session, self.clock, token, LIFETIME).secret
            enrolled = second_factor.confirm(
                session, self.clock, NOBODY, token=token, typed=self.code(secret), lifetime=LIFETIME
            )
        return secret, enrolled

    def code(self, secret: str) -> str:
        """What the app shows now."""
        return pyotp.TOTP(secret).generate_otp(step_at(self.clock.now()))

    def visit(self, token: str) -> Visit | None:
        with self.database.glance() as session:
            return find(session, self.clock, token, LIFETIME)

    def outcomes(self) -> list[str]:
        with self.database.read() as session:
            return list(
                session.execute(select(signin_attempt.c.outcome).order_by(signin_attempt.c.id)).scalars()
            )

    def trail(self, kind: str) -> list[Any]:
        """Outcome, reason and account of the audit lines of one kind."""
        with self.database.read() as session:
            return [
                tuple(row)
                for row in session.execute(
                    select(audit.c.outcome, audit.c.reason, audit.c.subject_id)
                    .where(audit.c.kind == kind)
                    .order_by(audit.c.id)
                )
            ]
