"""`portal terms`: load and show the versions of the terms of use (config/terms)."""

from pathlib import Path

import click
from flask.cli import AppGroup

from portal.cli import runtime
from portal.domain.actor import Actor, ActorKind
from portal.domain.refusal import Invalid, Refusal
from portal.domain.terms import read_texts
from portal.services import terms

# Terms are loaded when a portal is set up, before there is anybody.
OPERATOR = Actor(ActorKind.OPERATOR)

WORDS = {
    "agree_by_before_start": "agree_by lies before valid_from",
    "bad_code": "is not a version: letters, digits, hyphen and point, at most 20",
    "bad_day": "valid_from and agree_by are days without quotes, such as 2026-04-01",
    "bad_text": "is empty or holds a NUL",
    "bad_toml": "cannot be read as TOML in UTF-8",
    "days_changed": "is loaded with other days; write a new version",
    "double": "begins on the same day as another version",
    "empty": "names no version",
    "encoding": "is not UTF-8",
    "missing": "is missing",
    "removed": "is loaded but not listed any more; versions are kept for ever",
    "words_changed": "is loaded with other words, and somebody may have agreed to them; write a new version",
}

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
    index = place / "terms.toml"
    if not index.is_file():
        raise click.ClickException(f"{index} is missing.")
    words = {path.name: path.read_bytes() for path in place.glob("*.txt")}
    try:
        texts = read_texts(index.read_bytes(), words)
        with console.write() as session:
            added = terms.load(session, console.clock, OPERATOR, texts)
    except Invalid as wrong:
        raise click.ClickException(
            "Nothing was stored.\n"
            + "\n".join(
                f"{name}: {WORDS.get(code, code)}" for name, codes in wrong.errors.items() for code in codes
            )
        ) from None
    except Refusal as refusal:
        raise click.ClickException(f"Nothing was stored: {refusal.reason}. Try again.") from None
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
