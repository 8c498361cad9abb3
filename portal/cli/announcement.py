"""`portal announcement`: what the operator tells to one unit, to many, or to everybody who signs in."""

import secrets
from typing import TextIO

import click
from flask.cli import AppGroup

from portal.cli import runtime
from portal.domain.announcement import To
from portal.services import announcement_desk as service
from portal.services import public_id

group = AppGroup(
    "announcement", help="Announcements (お知らせ) to organisations, or to everybody who signs in."
)

_TO = click.Choice([each.value for each in To])


@group.command("write")
@click.option("--to", required=True, type=_TO, help="unit, units (all), private, municipal, or everybody.")
@click.option("--unit", "number", default="", help="With --to unit: its number.")
@click.option("--title", required=True)
@click.option("--text", default="", help="The text, in Japanese.")
@click.option(
    "--file", "file", type=click.File(encoding="utf-8"), help="Or a file with the text; - = standard input."
)
@click.option("--from", "shown_from", default="", help="First day, such as 2026-12-01; default: today.")
@click.option("--until", "shown_until", default="", help="Last day; default: until it is withdrawn.")
def write(
    to: str,
    number: str,
    title: str,
    text: str,
    file: TextIO | None,
    shown_from: str,
    shown_until: str,
) -> None:
    """Make an announcement; it is shown from its first day on. Nobody gets a mail for it."""
    typed = {
        "to": to,
        "number": number,
        "title": title,
        "text": file.read() if file is not None else text,
        "shown_from": shown_from,
        "shown_until": shown_until,
    }
    console = runtime.current()
    with runtime.refusals(), console.write() as session:
        key = public_id.shown(secrets.token_bytes(16))
        ref = service.write(session, console.clock, runtime.operator(session), typed, key)
    click.echo(f"Announced as {ref}.")


@group.command("list")
@click.option("--page", type=click.IntRange(1, 9999), default=1)
def show(page: int) -> None:
    """Those that operators wrote, the latest first."""
    console = runtime.current()
    with runtime.refusals(), console.read() as session:
        found = service.written(session, console.clock, runtime.operator(session), page)
    if not found.lines:
        click.echo("There is none.")
    for line in found.lines:
        click.echo(
            f"{line.ref}  {line.state:<9}  {line.to.value:<9}  {line.shown_from}–{line.shown_until or ''}  {line.title}"
        )
    if found.more:
        click.echo(f"More: portal announcement list --page {page + 1}")


@group.command("show")
@click.argument("ref")
def one(ref: str) -> None:
    """One of them, and how many units have opened it."""
    console = runtime.current()
    with runtime.refusals(), console.read() as session:
        found = service.one(session, console.clock, runtime.operator(session), ref)
    click.echo(
        f"{found.title}\n{found.state}, to {found.unit or found.to.value}, {found.shown_from}–{found.shown_until or ''}"
    )
    if found.units is not None:
        click.echo(f"opened by {found.opened} of {found.units} units")
    click.echo(f"\n{found.text}")


@group.command("change")
@click.argument("ref")
@click.option("--title", help="Default: as it is.")
@click.option("--text", help="Default: as it is.")
@click.option("--until", "shown_until", help="Last day; an empty one: until it is withdrawn.")
def change(ref: str, title: str | None, text: str | None, shown_until: str | None) -> None:
    """Other words, or another last day. Whoever has read it finds it new again."""
    console = runtime.current()
    with runtime.refusals(), console.write() as session:
        operator = runtime.operator(session)
        found = service.one(session, console.clock, operator, ref)
        last = "" if found.shown_until is None else found.shown_until.isoformat()
        typed = {
            "title": found.title if title is None else title,
            "text": found.text if text is None else text,
            "shown_from": found.shown_from.isoformat(),
            "shown_until": last if shown_until is None else shown_until,
        }
        service.change(session, console.clock, operator, ref, found.revision, typed)
    click.echo("Changed.")


@group.command("withdraw")
@click.argument("ref")
def withdraw(ref: str) -> None:
    """Show it to nobody any more; it is kept."""
    console = runtime.current()
    with runtime.refusals(), console.write() as session:
        service.withdraw(session, console.clock, runtime.operator(session), ref)
    click.echo("Withdrawn.")
