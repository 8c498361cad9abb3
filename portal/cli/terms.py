"""`portal terms`: load, publish and show the versions of the terms of use (config/terms)."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

import click
from flask.cli import AppGroup

from portal.cli import runtime
from portal.domain.actor import Actor, ActorKind
from portal.domain.refusal import Invalid, Refusal
from portal.domain.terms import DAYS_TO_AGREE, TermsText, read_texts
from portal.services import terms

# Terms are loaded when a portal is set up, before there is anybody.
OPERATOR = Actor(ActorKind.OPERATOR)

T = TypeVar("T")

WORDS = {
    "agree_by_before_start": "agree_by lies before valid_from",
    "bad_code": "is not a version: letters, digits, hyphen and point, at most 20",
    "bad_day": "valid_from and agree_by are days without quotes, such as 2026-04-01",
    "bad_text": "is empty or holds a NUL",
    "bad_toml": "cannot be read as TOML in UTF-8",
    "changes_changed": "is loaded with another note on what changed",
    "changes_missing": "needs CODE.changes.ja.txt and CODE.changes.en.txt: what changed since the version before",
    "days_changed": "is loaded with other days; write a new version",
    "double": "begins on the same day as another version",
    "empty": "names no version",
    "encoding": "is not UTF-8",
    "in_past": "begins on a day that is over",
    "missing": "is missing",
    "not_alone": "is not loaded either; publish one version after the other, the oldest first",
    "not_newer": "does not begin after every version that is loaded",
    "removed": "is loaded but not listed any more; versions are kept for ever",
    "too_soon": f"leaves fewer than {DAYS_TO_AGREE} days between valid_from and agree_by",
    "unlisted": "is not in terms.toml",
    "words_changed": "is loaded with other words, and somebody may have agreed to them; write a new version",
}

group = AppGroup("terms", help="Terms of use: load, publish and list their versions.")
_FOLDER = click.option(
    "--folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Where terms.toml and the texts lie; by default those that came with the portal.",
)


@group.command()
@_FOLDER
def load(folder: Path | None) -> None:
    """Add the versions that a new portal begins with. May be run twice; a loaded version never changes.

    Where there are versions already, a further one is published.
    """
    console = runtime.current()

    def add(texts: tuple[TermsText, ...]) -> tuple[str, ...]:
        with console.read() as session:
            known = {text.code for text in terms.versions(session)}
        further = [text.code for text in texts if text.code not in known]
        if known and further:
            raise click.ClickException(
                f"Nothing was stored. People use the terms that are loaded: portal terms publish {further[0]}"
            )
        with console.write() as session:
            return terms.load(session, console.clock, OPERATOR, texts)

    added = _stored(folder, add)
    click.echo(f"Loaded: {', '.join(added)}" if added else "Every version is loaded already.")


@group.command()
@click.argument("code")
@_FOLDER
@click.option("--dry-run", is_flag=True, help="Only say what would happen.")
def publish(code: str, folder: Path | None, dry_run: bool) -> None:
    """Add version CODE of terms.toml to those that are loaded.

    From its valid_from on seekers are asked to agree; until its agree_by nobody vanishes.
    """
    console = runtime.current()

    def add(texts: tuple[TermsText, ...]) -> terms.Published:
        with console.write() as session:
            return terms.publish(session, console.clock, OPERATOR, texts, code, rehearse=dry_run)

    done = _stored(folder, add)
    if not done.new:
        click.echo(f"{code} is published already.")
        return
    text = done.text
    click.echo(f"{'Would publish' if dry_run else 'Published'}: {code}  {text.title_ja}")
    click.echo(f"offered from {text.valid_from}; until {text.agree_by} what was agreed to before suffices")
    click.echo(f"seekers who agreed to an earlier version and will be asked: {done.asked}")


def _stored(folder: Path | None, add: Callable[[tuple[TermsText, ...]], T]) -> T:
    """Read a folder and hand its versions on; what is wrong with it is said in words."""
    place = folder or Path(runtime.current().config_dir) / "terms"
    index = place / "terms.toml"
    if not index.is_file():
        raise click.ClickException(f"{index} is missing.")
    words = {path.name: path.read_bytes() for path in place.glob("*.txt")}
    try:
        return add(read_texts(index.read_bytes(), words))
    except Invalid as wrong:
        raise click.ClickException(_said(wrong.errors)) from None
    except Refusal as refusal:
        raise click.ClickException(f"Nothing was stored: {refusal.reason}. Try again.") from None


def _said(errors: Mapping[str, list[str]]) -> str:
    lines = [f"{name}: {WORDS.get(code, code)}" for name, codes in errors.items() for code in codes]
    return "\n".join(("Nothing was stored.", *lines))


@group.command("list")
def list_() -> None:
    """What is loaded, from when, and by when to agree."""
    with runtime.refusals(), runtime.current().read() as session:
        found = terms.versions(session)
    for text in found:
        click.echo(f"{text.code}  from {text.valid_from}  agree by {text.agree_by}  {text.title_ja}")
    if not found:
        click.echo("No terms are loaded; run: portal terms load")
