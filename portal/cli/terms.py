"""`portal terms`: load and show the versions of the terms of use (config/terms)."""

from pathlib import Path

import click
from flask.cli import AppGroup

from portal.cli import runtime
from portal.domain.actor import Actor, ActorKind
from portal.domain.terms import read_texts
from portal.services import terms

# Terms are loaded when a portal is set up, before there is anybody.
OPERATOR = Actor(ActorKind.OPERATOR)

group = AppGroup("terms", help="Terms of use: load and list their versions.")


@group.command()
@click.option(
    "--folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Where terms.toml and the texts lie; by default those that came with the portal.",
)
def load(folder: Path | None) -> None:
    """Add the versions that are not loaded yet. May be run twice; a loaded version never changes."""
    console = runtime.current()
    place = folder or Path(console.config_dir) / "terms"
    with runtime.refusals():
        words = {path.name: path.read_bytes() for path in place.glob("*.txt")}
        index = place / "terms.toml"
        if not index.is_file():
            raise click.ClickException(f"{index} is missing.")
        texts = read_texts(index.read_bytes(), words)
        with console.write() as session:
            added = terms.load(session, console.clock, OPERATOR, texts)
    click.echo(f"Loaded: {', '.join(added)}" if added else "Every version is loaded already.")


@group.command("list")
def list_() -> None:
    """What is loaded, from when, and by when to agree."""
    with runtime.refusals(), runtime.current().read() as session:
        found = terms.versions(session)
    for text in found:
        click.echo(f"{text.code}  from {text.valid_from}  agree by {text.agree_by}  {text.title_ja}")
    if not found:
        click.echo("No terms are loaded; run: portal terms load")
