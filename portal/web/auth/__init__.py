"""Signing in and out, the second factor, one-time codes, and one's own account."""

from pathlib import Path

from flask import Flask, abort, request

from portal.services.installation import is_loopback
from portal.services.password import Passwords, read_blocklist
from portal.web.auth import access_code, account, draft, invitation, second_factor, sign_in
from portal.web.auth.blueprint import blueprint
from portal.web.auth.identity import init_identity
from portal.web.auth.session import PortalSessions
from portal.web.runtime import Runtime

__all__ = [
    "access_code",
    "account",
    "blueprint",
    "draft",
    "init_auth",
    "invitation",
    "second_factor",
    "sign_in",
]

BLOCKLIST = "password_blocklist.txt"


def init_auth(app: Flask) -> None:
    """Sessions on rows, flask-login, and the pages. Reads the blocklist; asks no database."""
    runtime: Runtime = app.extensions["portal"]
    app.session_interface = PortalSessions(runtime, str(app.secret_key))
    blocked = read_blocklist(Path(app.config["CONFIG_DIR"]) / BLOCKLIST)
    app.extensions["portal.passwords"] = Passwords(runtime.settings.hashing, blocked)
    init_identity(app)
    invitation.init_invitation(app)
    app.register_blueprint(blueprint)
    if runtime.settings.demo:
        app.before_request(_this_machine_only)


def _this_machine_only() -> None:
    """The sign-ins of the demo are known to everybody, so whoever comes over the network is turned away."""
    if not is_loopback(request.remote_addr or ""):
        abort(403)
