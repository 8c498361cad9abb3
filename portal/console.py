"""The application as the command line gets it: settings read, database checked."""

import click
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from portal.app import create_app
from portal.cli.runtime import WRONG_INSTALLATION
from portal.domain.refusal import Refusal
from portal.services import installation
from portal.settings import SettingsError, load


class CannotStart(click.ClickException):
    """Settings and database do not go together; the message says what to do."""

    exit_code = 2


def application(*, checked: bool = True) -> Flask:
    """The application, after the check that its database belongs to these settings. Raises CannotStart."""
    try:
        app = create_app(load())
    except SettingsError as wrong:
        raise CannotStart(str(wrong)) from None
    if checked:
        try:
            check(app)
        except CannotStart:
            app.extensions["portal"].database.dispose()
            raise
    return app


def check(app: Flask) -> None:
    """Refuse to start on a database that belongs elsewhere. Raises CannotStart."""
    runtime = app.extensions["portal"]
    # A web process may have no rights of the owner at all.
    audience = "owner" if "owner" in runtime.settings.database_urls else "public"
    try:
        with runtime.read(audience) as session:
            installation.check(runtime.settings, session)
    except Refusal as refusal:
        raise CannotStart(WRONG_INSTALLATION.get(refusal.reason, refusal.reason)) from None
    except SQLAlchemyError as away:
        raise CannotStart(f"The database does not answer ({type(away).__name__}).") from None
