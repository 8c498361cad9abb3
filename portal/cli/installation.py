"""`portal migrate`, and `portal installation`: what this database is, and whether units may send."""

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy.exc import OperationalError

from portal.cli import runtime, wired
from portal.domain.refusal import Refusal
from portal.services import installation, separation

group = AppGroup("installation", help="What this database is; close and reopen sending.")


@click.command()
@click.option("--check", is_flag=True, help="Change nothing; exit code 1 when the schema is not the newest.")
@click.pass_context
def migrate(ctx: click.Context, *, check: bool) -> None:
    """Bring the database to the newest schema; an empty one is marked as demo or not. May be run twice."""
    if not current_app:
        # Not checked: before the first migration there is nothing that could be.
        ctx.with_resource(wired(checked=False)().app_context())
    if check:
        _tell_standing()
    else:
        _migrate()


def _tell_standing() -> None:
    with runtime.refusals(), runtime.current().read() as session:
        standing = installation.standing(session)
    if not standing.current:
        raise click.ClickException(
            f"The schema stands at {standing.revision or 'nothing'}, the newest is {standing.head}. Run: portal migrate"
        )
    click.echo(f"The schema stands at {standing.head}, the newest.")


def _migrate() -> None:
    console = runtime.current()
    settings = console.settings
    if settings.database_url("owner").startswith("sqlite"):
        settings.instance_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        with console.write(in_maintenance=True) as session:
            standing = installation.migrate(settings, session, console.clock, settings.database_url("owner"))
            roles = separation.grant(session, console.clock, settings.database_urls)
    except separation.RolesMissing as missing:
        raise click.ClickException(
            f"The schema is the newest; the database has no role {', '.join(missing.names)}. "
            "Make them: portal roles create | psql, then: portal roles grant"
        ) from None
    except Refusal as refusal:
        raise _cannot_start(refusal) from None
    except OperationalError as busy:
        raise click.ClickException(
            f"The database is busy or away ({type(busy.orig).__name__}). The step that was under way changed "
            "nothing, those before it are kept. Run it again."
        ) from None
    click.echo(f"The schema stands at {standing.revision}{', a demo database' if standing.demo else ''}.")
    if roles:
        click.echo(f"{roles} roles have their rights.")


def _cannot_start(refusal: Refusal) -> click.ClickException:
    failure = click.ClickException(runtime.WRONG_INSTALLATION.get(refusal.reason, refusal.reason))
    failure.exit_code = 2
    return failure


@group.command()
def show() -> None:
    """Schema, demo mark, and whether sending is open."""
    with runtime.refusals(), runtime.current().read() as session:
        standing = installation.standing(session)
    click.echo(f"schema   {standing.revision}{'' if standing.current else f' (newest: {standing.head})'}")
    click.echo(f"demo     {'yes' if standing.demo else 'no'}")
    if standing.sending_closed_at is None:
        click.echo("sending  open")
    else:
        click.echo(
            f"sending  closed since {standing.sending_closed_at:%Y-%m-%d %H:%M} UTC: {standing.sending_closed_reason}"
        )


@group.command()
@click.argument("reason")
def close_sending(reason: str) -> None:
    """No unit may send from now on, for example after a restore (REASON is shown by `show`)."""
    console = runtime.current()
    with runtime.refusals(), console.write(in_maintenance=True) as session:
        installation.close_sending(session, console.clock, runtime.operator(session), reason=reason)
    click.echo("Sending is closed.")


@group.command()
def reopen_sending() -> None:
    """Units may send again."""
    console = runtime.current()
    with runtime.refusals(), console.write(in_maintenance=True) as session:
        installation.reopen_sending(session, console.clock, runtime.operator(session))
    click.echo("Sending is open.")
