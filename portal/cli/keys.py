"""`portal keys`: changing the key of fields without losing a value, in four steps that may be broken off."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask.cli import AppGroup

from portal.cli import runtime
from portal.services import keys

group = AppGroup("keys", help="Change the key of fields: add, use, reseal, drop.")

_RESTART = "Copy the key file away, and restart the web server and the worker"


@group.command()
def show() -> None:
    """How many values are sealed with which key."""
    with runtime.refusals(), runtime.current().read() as session:
        _tell(keys.standing(session, runtime.operator(session)))


@group.command()
def add() -> None:
    """Step 1: put a new random key into the key file. Nothing is sealed with it yet."""
    console = runtime.current()
    with _file(console) as path, console.write() as session:
        name = keys.add(session, console.clock, runtime.operator(session), path)
    click.echo(f"The key file holds {name}. {_RESTART}; then: portal keys use {name}")


@group.command()
@click.argument("name")
def use(name: str) -> None:
    """Step 2: seal new values with the key NAME. Only when every process knows it."""
    console = runtime.current()
    with _file(console) as path, console.write() as session:
        keys.use(session, console.clock, runtime.operator(session), path, name)
    click.echo(f"New values are sealed with {name}. {_RESTART}; then: portal keys reseal")


@group.command()
@click.option("--batch", type=click.IntRange(1, 100_000), default=keys.BATCH, help="Rows in one transaction.")
def reseal(batch: int) -> None:
    """Step 3: seal everything with the current key. May be broken off and begun again, and run beside the portal."""
    console = runtime.current()
    with runtime.refusals(), console.write() as session:
        who = runtime.operator(session)
        found = keys.reseal(session, console.clock, who, batch=batch, told=lambda table: click.echo(table))
    _tell(found)
    if found.waiting:
        raise click.ClickException("Not everything is sealed with it yet: run it again.")


@group.command()
@click.argument("name")
def drop(name: str) -> None:
    """Step 4: take the key NAME out of the key file. Refused while a value needs it."""
    console = runtime.current()
    with _file(console) as path, console.write() as session:
        keys.drop(session, console.clock, runtime.operator(session), path, name)
    click.echo(
        f"{name} is out of the key file. Backups made before need it: keep a copy of the older file as long as them."
    )


@contextmanager
def _file(console: runtime.Console) -> Iterator[Path]:
    """The key file; what is wrong with it as a message."""
    with runtime.refusals():
        try:
            yield console.settings.secrets_path
        except keys.KeyFileError as wrong:
            raise click.ClickException(str(wrong)) from None


def _tell(found: keys.Standing) -> None:
    for name, number in found.values.items():
        if name != "?" or number:
            click.echo(f"{name:8} {number}{'  current' if name == found.current else ''}")
