"""`portal backup`, `portal restore`, `portal drill`: copies of the database, putting one back, and trying that out."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from portal.cli import runtime, wired
from portal.cli.audit import keys_of
from portal.services import backup as service
from portal.services import installation, separation


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@with_appcontext
def backup(folder: Path) -> None:
    """Copy the database into a new file in FOLDER, while it is in use. The key file is not in it."""
    console = runtime.current()
    with runtime.refusals(), _broken(), console.write(in_maintenance=True) as session:
        file, made = service.take(
            session, console.clock, runtime.operator(session), console.settings.database_url("owner"), folder
        )
    click.echo(f"{file}: {len(made.rows)} tables, {sum(made.rows.values())} rows, schema {made.revision}")


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, exists=True, path_type=Path))
@click.pass_context
def restore(ctx: click.Context, file: Path) -> None:
    """Put the copy FILE into the empty database of this installation. Sending is closed afterwards."""
    if not current_app:
        # Not checked: the database is empty.
        ctx.with_resource(wired(checked=False)().app_context())
    console = runtime.current()
    url = console.settings.database_url("owner")
    with _broken():
        made = service.restore(console.clock, url, file)
    with console.read() as session:
        report = service.verify(session, console.clock, url, made, keys_of(console))
    _tell(report)
    with console.write(in_maintenance=True) as session:
        service.note_restored(session, console.clock, made)
        try:
            separation.grant(session, console.clock, console.settings.database_urls)
        except separation.RolesMissing as missing:
            click.echo(f"Roles are missing: {', '.join(missing.names)}. Make them, then: portal roles grant")
    click.echo("Sending is closed, and everybody is signed out.")
    click.echo(
        "Messages sent after the copy was made are gone together with their count. When it is certain that no"
    )
    click.echo("unit can send more than a day's messages by that: portal installation reopen-sending")
    if report.wrong:
        ctx.exit(1)


@click.command()
@click.option(
    "--scratch", metavar="URL", help="An empty database to restore into; emptied again. Not for SQLite."
)
@click.pass_context
@with_appcontext
def drill(ctx: click.Context, scratch: str | None) -> None:
    """Try out whether a backup of today can be restored: copy, restore elsewhere, look, sign in, and throw it away."""
    console = runtime.current()
    folder = Path(tempfile.mkdtemp(prefix="portal-drill-"))
    try:
        source = console.settings.database_url("owner")
        if source.startswith("sqlite"):
            scratch = f"sqlite:///{folder / 'scratch.sqlite3'}"
        elif scratch is None:
            raise click.UsageError("Name an empty database of the same server version: --scratch URL")
        with runtime.refusals(), _broken(), console.write(in_maintenance=True) as session:
            operator = runtime.operator(session)
            file, made = service.take(session, console.clock, operator, source, folder)
        click.echo(f"copied: {len(made.rows)} tables, {sum(made.rows.values())} rows")
        with _broken():
            service.restore(console.clock, scratch, file)
        try:
            report = _try_out(console, scratch, made)
        finally:
            service.empty(scratch)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if report.wrong:
        ctx.exit(1)
    click.echo("The drill went well; nothing of it is left.")


def _try_out(console: runtime.Console, scratch: str, made: service.Manifest) -> service.Report:
    database = current_app.extensions["portal"].database.elsewhere(scratch)
    try:
        with database.read() as session:
            report = service.verify(session, console.clock, scratch, made, keys_of(console))
            closed = installation.standing(session).sending_closed_at is not None
        _tell(report)
        click.echo(f"sending: {'closed' if closed else 'OPEN'}")
        if not report.wrong:
            with database.write() as session:
                passwords = current_app.extensions["portal.passwords"]
                done = service.sign_in_there(session, console.clock, passwords)
            click.echo("signing in: works" if done else "signing in: not tried, there is no office")
    finally:
        database.dispose()
    return report


def _tell(report: service.Report) -> None:
    click.echo(f"restored: {report.tables} tables, {report.rows} rows")
    for one in report.wrong:
        click.echo(f"WRONG: {one}")
    if not report.wrong:
        click.echo("Counts, schema, the books of the relay, the seals of the audit trail and the keys agree.")


@contextmanager
def _broken() -> Iterator[None]:
    try:
        yield
    except service.BackupError as wrong:
        raise click.ClickException(f"Nothing was changed: {wrong}.") from None
