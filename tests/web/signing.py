"""Signing in without the pages, for tests of everything behind them."""

from typing import Any

from portal.domain.account import Stage
from portal.services.web_session import open_session
from portal.store import account as accounts
from portal.web.auth.session import AUDIENCE, COOKIE, lifetime


def sign_in_as(client: Any, who: str | int) -> str:
    """Give this browser a real session of the account with this sign-in name or id. Returns the session's id."""
    runtime = client.application.extensions["portal"]
    with runtime.write(AUDIENCE) as session:
        account = accounts.by_id(session, who) if isinstance(who, int) else accounts.by_name(session, who)
        assert account is not None, f"there is no account {who!r}"
        token = open_session(session, runtime.clock.now(), account.id, Stage.SIGNED_IN, lifetime(runtime))
        session.commit()
    client.set_cookie(COOKIE, f"s.{token}")
    return token


def sign_out(client: Any) -> None:
    """Forget this browser's session; its row stays."""
    client.delete_cookie(COOKIE)
