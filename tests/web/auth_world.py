"""Accounts that can sign in by the pages, and the masking of what differs between any two answers."""

import re
from typing import Any

import pyotp

from portal.domain.totp import step_at
from portal.store import account as accounts
from tests import build

PASSWORD = "murasaki-no-kumo-7"
NEW = "kaki-no-ki-to-suzume"

_TOKEN = re.compile(r'(name="csrf_token" value=")[^"]+')


def give_password(app: Any, database: Any, account_id: int, password: str = PASSWORD) -> None:
    """Let an account sign in with this password."""
    hashed = app.extensions["portal.passwords"].hash_new(password)
    with database.write() as session:
        accounts.set_password(session, account_id, hashed, build.LONG_AGO)
        session.commit()


def seeker(app: Any, database: Any, name: str = "hana-7") -> build.BuiltSeeker:
    """A seeker who signs in without a second factor."""
    built = build.build_seeker(database, with_account=True, sign_in_name=name)
    assert built.account_id is not None
    give_password(app, database, built.account_id)
    return built


def member(app: Any, database: Any, *units: build.BuiltUnit, name: str = "kakuu-1") -> int:
    """A person of these units."""
    account_id = build.build_account(database, name=name)
    for unit in units:
        build.build_member(database, unit, account_id=account_id)
    give_password(app, database, account_id)
    return account_id


def sign_in(client: Any, name: str = "hana-7", password: str = PASSWORD, **options: Any) -> Any:
    """Fill in the sign-in page."""
    return client.submit("/sign-in", {"sign_in_name": name, "password": password}, **options)


def totp(secret: str, clock: Any) -> str:
    """What the app shows now."""
    return pyotp.TOTP(secret).generate_otp(step_at(clock.now()))


def masked(response: Any, *typed: str) -> str:
    """The page without its form token and without what was typed."""
    text = _TOKEN.sub(r"\1", response.text)
    for each in typed:
        text = text.replace(f'value="{each}"', 'value=""')
    return text


def cookie(client: Any, name: str = "portal") -> Any:
    """The session's cookie of this browser."""
    return client.get_cookie(name)
