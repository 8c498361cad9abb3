"""Pages of signing in and of one's own account hang on this."""

from typing import cast

from flask import Blueprint, current_app

from portal.services.password import Passwords

blueprint = Blueprint("auth", __name__)


def passwords() -> Passwords:
    """The one that hashes and checks passwords in this process."""
    return cast(Passwords, current_app.extensions["portal.passwords"])
