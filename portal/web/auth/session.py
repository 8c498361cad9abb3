"""Flask's session on rows of the database: the cookie holds a random id and nothing else.

Somebody not signed in has no row. Their cookie is a random id too, from which the token of their forms is derived, so
that forms are protected before anybody signs in.
"""

import hashlib
import hmac
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

from flask import Flask, Request, Response
from flask.sessions import SessionInterface, SessionMixin

from portal.services import web_session
from portal.services.web_session import Lifetime, Visit
from portal.web.logs import request_id
from portal.web.runtime import InMaintenance, Runtime

COOKIE = "portal"
AUDIENCE = "account"
"""Sessions and sign-in have a database address of their own, where the operator gives one."""

_FORM_TOKEN = "csrf_token"  # noqa: S105 -- the name of an entry
_COOKIE = re.compile(r"[sv]\.[A-Za-z0-9_-]{43}")


def cookie_name(*, secure: bool) -> str:
    """`__Host-`: only this very host, over TLS, may set it."""
    return f"__Host-{COOKIE}" if secure else COOKIE


def lifetime(runtime: Runtime) -> Lifetime:
    """When sessions end, from the settings."""
    return Lifetime(
        idle=timedelta(minutes=runtime.settings.session_idle_minutes),
        absolute=timedelta(hours=runtime.settings.session_absolute_hours),
    )


class PortalSession(SessionMixin):
    """What pages keep for one person. Read from the database when first needed, so that it is asked nothing about
    visitors."""

    def __init__(self, cookie: str | None, find: Callable[[str], Visit | None], key: bytes) -> None:
        self._cookie = cookie if cookie is not None and _COOKIE.fullmatch(cookie) else None
        self._find = find
        self._key = key
        self._looked = False
        self._visit: Visit | None = None
        self._data: dict[str, Any] = {}
        self.modified = False
        self.cookie_to_set: str | None = None

    @property
    def token(self) -> str | None:
        """The id of the session in the database; None for a visitor."""
        return self._cookie[2:] if self._cookie is not None and self._cookie[0] == "s" else None

    @property
    def visit(self) -> Visit | None:
        """Who it is, read anew once for each request."""
        self._load()
        return self._visit

    @property
    def ended(self) -> bool:
        """Whether there was a session and it is over."""
        return self.token is not None and self.visit is None

    @property
    def data(self) -> dict[str, Any]:
        """What pages keep."""
        self._load()
        return self._data

    def _load(self) -> None:
        if not self._looked:
            self._looked = True
            self._visit = None if self.token is None else self._find(self.token)
            self._data = {} if self._visit is None else dict(self._visit.data)

    def begin(self, token: str) -> None:
        """From now on this is the session under a fresh id."""
        self._start(f"s.{token}")

    def leave(self) -> None:
        """From now on this is a visitor nobody has seen before."""
        self._start(f"v.{web_session.new_token()}")

    def renew(self) -> None:
        """Read who it is once more, after that has changed."""
        self._looked, self.modified = False, False

    def _start(self, cookie: str) -> None:
        self._cookie = self.cookie_to_set = cookie
        self.renew()

    def _form_token(self) -> str:
        if self._cookie is None:
            self.leave()
        # Bound to the acting membership too: a form opened for one unit cannot be sent for another.
        acting = "" if self.visit is None else self.visit.actor.membership_id or ""
        text = f"form:{self._cookie}:{acting}".encode()
        return hmac.new(self._key, text, hashlib.sha256).hexdigest()

    def __getitem__(self, name: str) -> Any:
        return self._form_token() if name == _FORM_TOKEN else self.data[name]

    def __setitem__(self, name: str, value: Any) -> None:
        self.data[name] = value
        self.modified = True

    def __delitem__(self, name: str) -> None:
        del self.data[name]
        self.modified = True

    def __iter__(self) -> Iterator[str]:
        return iter(self.data)

    def __len__(self) -> int:
        return len(self.data)

    def __contains__(self, name: object) -> bool:
        return name == _FORM_TOKEN or name in self.data

    def __bool__(self) -> bool:
        return True


class PortalSessions(SessionInterface):
    """Opens and keeps sessions for one application."""

    def __init__(self, runtime: Runtime, secret: str) -> None:
        self._runtime = runtime
        self._lifetime = lifetime(runtime)
        self._key = hashlib.sha256(b"session forms\0" + secret.encode()).digest()
        self._name = cookie_name(secure=runtime.settings.secure_cookies)

    def open_session(self, app: Flask, request: Request) -> PortalSession:
        """The session of a request; nothing is read yet."""
        return PortalSession(request.cookies.get(self._name), self._visit, self._key)

    def _visit(self, token: str) -> Visit | None:
        with self._runtime.database.glance(AUDIENCE) as session:
            visit = web_session.find(
                session,
                self._runtime.clock,
                token,
                self._lifetime,
                request_id=request_id(),
                pauses=self._runtime.watch.plans(),
            )
        if visit is not None and visit.stale and not self._runtime.watch.state().read_only:
            with self._runtime.write(AUDIENCE) as session:
                web_session.touch(session, self._runtime.clock, token)
        return visit

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Keep what pages put in, unless the session was ended meanwhile, and set a new cookie where there is one."""
        assert isinstance(session, PortalSession)  # noqa: S101 -- narrows the type; open_session made it
        if session.modified and session.visit is not None and session.token is not None:
            # In maintenance a message for the next page is shown once more; nothing else is put in.
            with suppress(InMaintenance), self._runtime.write(AUDIENCE) as database:
                web_session.keep(database, session.token, session.data)
        if session.cookie_to_set is not None:
            response.set_cookie(
                self._name,
                session.cookie_to_set,
                httponly=True,
                secure=self._runtime.settings.secure_cookies,
                samesite="Lax",
                path="/",
            )
