"""`portal roles`: database roles of the audiences on PostgreSQL, and what each may do."""

import click
from flask import current_app
from flask.cli import AppGroup

from portal.cli import runtime, wired
from portal.services import separation

group = AppGroup(
    "roles", help="Database roles of the audiences (PostgreSQL): create them, give them their rights."
)


@group.command("create", with_appcontext=False)
@click.pass_context
def create(ctx: click.Context) -> None:
    """Print the statements that make the roles, for psql as the superuser. They hold no passwords: set each by
    \\password in psql, then name it in PORTAL_DATABASE_URL_SEEKER and so on."""
    _wired(ctx)
    for line in separation.creating(runtime.current().settings.database_urls):
        click.echo(f"{line};")


@group.command("show")
def show() -> None:
    """Which audience works as which role, and what it may do, as statements."""
    for line in separation.granting(runtime.current().settings.database_urls):
        click.echo(f"{line};")


@group.command("grant")
def grant() -> None:
    """Give every role its rights anew; `portal migrate` does it too."""
    console = runtime.current()
    with runtime.refusals(), console.write(in_maintenance=True) as session:
        number = separation.grant(session, console.clock, console.settings.database_urls)
    click.echo(f"{number} roles have their rights.")


def _wired(ctx: click.Context) -> None:
    if not current_app:
        # Not checked: the roles come before the first migration.
        ctx.with_resource(wired(checked=False)().app_context())
