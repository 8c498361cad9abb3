"""Who is in front of the screen: for flask-login and for the services."""

from dataclasses import dataclass
from typing import cast

from flask import Flask, Response, current_app, g, has_request_context, request, session, url_for
from flask_login import LoginManager, UserMixin, current_user

from portal.domain.actor import Actor, ActorKind
from portal.services.web_session import Visit
from portal.web.access import audience_of
from portal.web.auth.session import PortalSession
from portal.web.frame import HOMES, SessionEnd
from portal.web.logs import request_id


@dataclass(frozen=True)
class SignedIn(UserMixin):
    """Somebody signed in, as flask-login wants it. `visit` was read from the database in this request."""

    visit: Visit

    def get_id(self) -> str:
        """flask-login's name for it; never leaves the process."""
        return str(self.visit.account_id)


class Manager(LoginManager):
    """flask-login without its own cookies: who it is comes from the session's row alone."""

    def _load_user(self) -> None:
        visit = portal_session().visit
        self._update_request_context_with_user(
            SignedIn(visit) if visit is not None and visit.signed_in else None
        )

    def _update_remember_cookie(self, response: Response) -> Response:
        return response


def portal_session() -> PortalSession:
    """The session of this request."""
    return cast(PortalSession, session._get_current_object())


def current_visit() -> Visit | None:
    """Who is signed in, completely; None for everybody else."""
    if not has_request_context() or not current_user.is_authenticated:
        return None
    return cast(Visit, current_user.visit)


def current_actor() -> Actor:
    """As whom the person in front of the screen acts, read from the database once in this request."""
    visit = current_visit()
    return Actor(ActorKind.PUBLIC, request_id=request_id()) if visit is None else visit.actor


def session_end() -> SessionEnd | None:
    """When the session of whoever is signed in ends; None for everybody else."""
    visit = current_visit()
    return None if visit is None else SessionEnd(visit.ends_at, visit.latest)


def visitor() -> Actor:
    """Nobody in particular, with this request's number: for the acts that come before signing in."""
    return Actor(ActorKind.PUBLIC, request_id=request_id())


def address() -> str:
    """Where the request comes from, for the throttle."""
    return request.remote_addr or ""


def enter(token: str) -> None:
    """The session under a fresh id is that of this browser, from this very page on."""
    portal_session().begin(token)
    _forget_who_it_was()


def leave() -> None:
    """This browser is a visitor's again, from this very page on."""
    portal_session().leave()
    _forget_who_it_was()


def look_again() -> None:
    """Somebody now acts for another unit."""
    portal_session().renew()
    _forget_who_it_was()


def _forget_who_it_was() -> None:
    for name in ("_login_user", "csrf_token"):
        g.pop(name, None)


def home_address() -> str:
    """Where somebody begins: the home of their audience, the choice of a unit, or the front page."""
    actor = current_actor()
    if actor.kind is ActorKind.MEMBER and g.get("invitation_waits"):
        return url_for("auth.invitation")
    if actor.kind is ActorKind.MEMBER and actor.unit_id is None:
        return url_for("auth.choose_unit")
    endpoint = HOMES.get(audience_of(actor))
    known = endpoint is not None and endpoint in current_app.view_functions
    return url_for(endpoint) if known and endpoint is not None else url_for("auth.account")


def init_identity(app: Flask) -> None:
    """Set flask-login up."""
    manager = Manager()
    manager.session_protection = None
    # Without its template variable: an error page must not ask a database that is away.
    manager.init_app(app, add_context_processor=False)
