"""`portal notice`: how mail notices stand, mail that came back, and marks that were no fault of people's addresses."""

import mailbox
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import click
from flask.cli import AppGroup

from portal.calendar.day import JST
from portal.cli import runtime
from portal.services import notice_care

group = AppGroup("notice", help="Notices by mail: how they stand, and mail that came back.")

LONGEST = 1_048_576
"""Bytes of one mail that are read; a bounce says what it has to say in fewer."""

_TAKEN = {
    "marked": "the address is marked; nothing more is sent to it",
    "passing": "not for good, or not because of the address; nothing is marked",
    "outdated": "the person has changed or confirmed the address since; nothing is marked",
    "unknown": "of no notice of this portal",
    "no_bounce": "no report of a failed delivery",
}


@group.command("status")
def status() -> None:
    """Counts, without names and addresses."""
    console = runtime.current()
    with runtime.refusals(), console.read() as session:
        found = notice_care.status(session, console.clock)
    click.echo(f"waiting        {found.waiting}")
    click.echo(f"being sent     {found.sending}")
    if found.late:
        click.echo(f"late           the oldest by {_rounded(found.late)}")
    for state, number in sorted(found.ended.items()):
        click.echo(f"{state:<14} {number} in the last {notice_care.ENDED_DAYS} days")
    click.echo(f"undeliverable  {found.undeliverable} addresses")


def _rounded(span: timedelta) -> timedelta:
    return span - timedelta(microseconds=span.microseconds)


@group.command("bounce")
@click.argument(
    "places", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path, allow_dash=True)
)
def bounce(places: tuple[Path, ...]) -> None:
    """Enter mail that came back: files of one mail, mbox files, Maildir folders, or - for one mail on standard input.

    The mailbox is only read. What is no bounce of a notice is counted and left alone; entering one twice does no harm.
    """
    console = runtime.current()
    taken: Counter[str] = Counter()
    for place in places:
        for mail in _mails(place):
            with runtime.refusals(), console.write() as session:
                taken[notice_care.take_bounce(session, console.clock, runtime.operator(session), mail)] += 1
    for word, meaning in _TAKEN.items():
        if taken[word]:
            click.echo(f"{taken[word]:>5}  {meaning}")
    if not taken:
        click.echo("There is no mail.")


def _mails(place: Path) -> Iterator[bytes]:
    """The raw mails of a place, each cut at LONGEST."""
    if str(place) == "-":
        with click.open_file("-", "rb") as given:
            yield given.read(LONGEST)
        return
    if place.is_dir():
        yield from _kept(mailbox.Maildir(place, create=False), place)
        return
    with place.open("rb") as file:
        start = file.read(LONGEST)
    if start.startswith(b"From "):
        yield from _kept(mailbox.mbox(place, create=False), place)
    else:
        yield start


def _kept(box: "mailbox.Maildir | mailbox.mbox", place: Path) -> Iterator[bytes]:
    try:
        for key in box.iterkeys():
            with box.get_file(key) as file:
                yield file.read(LONGEST)
    except (OSError, mailbox.Error) as unreadable:
        raise click.ClickException(f"{place} cannot be read ({type(unreadable).__name__}).") from None
    finally:
        box.close()


@group.command("forgive")
@click.option(
    "--since",
    required=True,
    type=click.DateTime(["%Y-%m-%dT%H:%M", "%Y-%m-%d"]),
    help="Japanese time, such as 2026-12-01T09:30.",
)
def forgive(since: datetime) -> None:
    """Take away the marks made since then: for the day on which the own mail server, not the addresses, was wrong."""
    console = runtime.current()
    with runtime.refusals(), console.write() as session:
        number = notice_care.forgive(
            session, console.clock, runtime.operator(session), since.replace(tzinfo=JST)
        )
    click.echo(f"{number} addresses get notices again.")
