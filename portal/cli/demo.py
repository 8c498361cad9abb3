"""`portal demo`: invented people with a past, in a database marked as a demo, and the sign-ins to try."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask.cli import AppGroup

from portal.calendar.day import jst_day
from portal.cli import runtime
from portal.domain.refusal import Refusal
from portal.services import demo
from portal.services.password import Passwords, read_blocklist

group = AppGroup("demo", help="The demo: fictional people with a past, and their sign-ins.")

WORDS = {
    "not_a_demo_database": (
        "This database is not marked as a demo, so no invented people come into it.\n"
        "Start the demo on an empty database with PORTAL_ENVIRONMENT=demo and `portal migrate`."
    ),
    "tables_missing": "The code tables are not loaded. Run: portal table load",
    "terms_missing": (
        "No terms of use are in force today. Run: portal terms load\n"
        "If they are loaded, look at the clock of this machine."
    ),
}


@group.command()
def load() -> None:
    """Let the demo's story happen, once. May be run twice; a second run changes nothing."""
    console = runtime.current()
    settings = console.settings
    blocked = read_blocklist(Path(console.config_dir) / "password_blocklist.txt")
    story = _story(console.config_dir)
    with _refusals(), console.write() as session:
        done = demo.load(
            session,
            console.clock,
            Passwords(settings.hashing, blocked),
            story,
            default_months=settings.registration_months,
        )
    if done.new:
        click.echo(f"Demo data loaded: {len(story.seekers)} job seekers, {len(story.units)} organisations.")
    else:
        click.echo(f"The demo data of {jst_day(done.at)} are kept.")


@group.command("sign-ins")
def sign_ins() -> None:
    """Who can be tried: name, password, and what there is to do."""
    console = runtime.current()
    with _refusals(), console.read() as session:
        at = demo.loaded_at(session)
    if at is None:
        raise click.ClickException("There are no demo data yet. Run: portal demo load")
    found = demo.sign_ins(_story(console.config_dir))
    click.echo(f"デモのログイン / demo sign-ins    {console.settings.public_url}/sign-in")
    click.echo("すべて架空の見本です。 / Everybody here is invented.")
    name_width = max(len(one.name) for one in found) + 2
    password_width = max(len(one.password) for one in found) + 2
    indent = " " * (name_width + 2)
    for one in found:
        words = one.words
        click.echo(
            f"\n  {one.name:{name_width}}{one.password:{password_width}}{words.who_ja} / {words.who_en}"
        )
        click.echo(f"{indent}{words.try_ja}")
        click.echo(f"{indent}{words.try_en}")
    if console.settings.mail.kind == "files":
        click.echo(
            f"\nお知らせのメールは送らずに置きます。 / Notice mails are kept in {console.settings.mail.folder}"
        )
    click.echo(f"{jst_day(at)}に読み込んだデータです。 / The demo data are of {jst_day(at)}.")


def _story(config_dir: str) -> demo.Story:
    folder = Path(config_dir) / "demo"
    return demo.read((folder / "story.toml").read_bytes(), (folder / "seekers.toml").read_bytes())


@contextmanager
def _refusals() -> Iterator[None]:
    """Refusals that have words of their own here; the others as everywhere."""
    with runtime.refusals():
        try:
            yield
        except Refusal as refusal:
            if refusal.reason in WORDS:
                raise click.ClickException(WORDS[refusal.reason]) from None
            raise
