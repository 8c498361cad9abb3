"""`portal seeker`: registrations from a file (docs/registration_csv.md), and the files that are on their way."""

import os
import socket
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

import click
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from portal.cli import runtime
from portal.cli.file_wording import sentence
from portal.cli.new_file import new_file
from portal.cli.runtime import Console
from portal.documents.refused_lines import refused_lines
from portal.domain.actor import Actor
from portal.domain.refusal import Refusal
from portal.domain.registration_file import BadFile, Limits, RefusedLine
from portal.services import registration_decision, registration_job, registration_run
from portal.services.registration_job import Job, JobState

group = AppGroup("seeker", help="Job seekers: registrations from a file.")

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
NEW_FILE = click.Path(dir_okay=False, path_type=Path)
TELL_EVERY = 10_000
MOST_TOLD = 1_000
"""Refused lines that are named on the terminal; all of them stand in the list to be corrected."""


@group.command("load")
@click.argument("path", type=FILE, metavar="FILE")
@click.option("--office", required=True, metavar="CODE", help="The office that registers, by its code.")
@click.option("--apply", "apply_", is_flag=True, help="Register; without it nothing is stored.")
@click.option("--dry-run", is_flag=True, help="Only check. This is so by default.")
@click.option(
    "--refused", type=NEW_FILE, metavar="NEW-FILE",
    help="Write the refused lines there, to be corrected and loaded again. Holds personal data. Overwrites nothing.",
)  # fmt: skip
def load(path: Path, office: str, *, apply_: bool, dry_run: bool, refused: Path | None) -> None:
    """Register the lines of a CSV file. Refused lines are named; a number known already is left alone.

    Exit code 1 when a line was refused.
    """
    if apply_ and dry_run:
        raise click.UsageError("--apply and --dry-run exclude each other.")
    console = runtime.current()
    with runtime.refusals(), new_file(refused) if refused else nullcontext() as out:
        with console.write() as session, path.open("rb") as file:
            actor = replace(runtime.operator(session), office_code=office)
            job = _handed_in(session, console, actor, file, register=apply_)
        job = _carried_on(console, job)
        _tell(console, actor, job, out)
        if not apply_:
            with console.write() as session:
                registration_decision.discard(session, console.clock, actor, job.public_id)
            click.echo("Dry run: nothing was stored. Add --apply to register.")
    if job.refused:
        raise click.exceptions.Exit(1)


@group.command("check")
@click.argument("path", type=FILE, metavar="FILE")
def check(path: Path) -> None:
    """Check a file for no office in particular: form, codes, days, terms. Nothing is stored.

    Who is registered already is only known at an office: portal seeker load. Exit code 1 when a line was refused.
    """
    console = runtime.current()
    good = held = refused = 0
    with runtime.refusals(), console.read() as session, path.open("rb") as file:
        found = registration_run.check(
            session,
            console.clock,
            file,
            _limits(console),
            default_months=console.settings.registration_months,
            demo=console.settings.demo,
        )
        try:
            for some in found:
                _name(some.refused, told=refused)
                good, held, refused = good + some.good, held + some.held, refused + len(some.refused)
        except BadFile as bad:
            raise _whole(bad) from None
    click.echo(f"{good} can be registered, {refused} refused; {held} text(s) would wait for the office")
    if refused:
        raise click.exceptions.Exit(1)


@group.command("files")
@click.option("--office", metavar="CODE", help="Only those of this office.")
def files(office: str | None) -> None:
    """The newest files, with how far they are."""
    console = runtime.current()
    with runtime.refusals(), console.read() as session:
        actor = replace(runtime.operator(session), office_code=office)
        listed = registration_job.jobs(session, actor).jobs
    for job in listed:
        reason = (
            " (nobody let it register in time)" if job.expired else f" ({job.reason})" if job.reason else ""
        )
        click.echo(
            f"{job.public_id}  {job.office_code}  {job.created_at:%Y-%m-%d %H:%MZ}  {job.state}{reason}  "
            f"{job.done} of {job.lines} lines: {_counts(job)}"
        )


@group.command("cancel")
@click.argument("file_id", metavar="ID")
def cancel(file_id: str) -> None:
    """Stop a file. What it has registered stays registered."""
    _decide(registration_decision.cancel, file_id)
    click.echo("Cancelled.")


@group.command("resume")
@click.argument("file_id", metavar="ID")
def resume(file_id: str) -> None:
    """Let a failed file go on where it stood; the worker does it."""
    _decide(registration_decision.resume, file_id)
    click.echo("It waits for the worker.")


@group.command("refused")
@click.argument("file_id", metavar="ID")
@click.argument("path", type=NEW_FILE, metavar="NEW-FILE")
def refused_(file_id: str, path: Path) -> None:
    """Write the refused lines of a file, to be corrected and loaded again. Holds personal data.

    A file that is there already is never overwritten.
    """
    console = runtime.current()
    with runtime.refusals():
        with console.read() as session:
            actor = runtime.operator(session)
            job = registration_job.job(session, actor, file_id)
        if job.refused and job.emptied:
            raise Refusal("refused_lines_gone")
    with runtime.refusals(), new_file(path) as out:
        _write(console, actor, file_id, out)


def _decide(act: Any, file_id: str) -> None:
    console = runtime.current()
    with runtime.refusals(), console.write() as session:
        act(session, console.clock, runtime.operator(session), file_id)


def _limits(console: Console) -> Limits:
    return Limits(console.settings.file_bytes, console.settings.file_lines)


def _handed_in(session: Session, console: Console, actor: Actor, file: Any, *, register: bool) -> Job:
    try:
        return registration_job.add(session, console.clock, actor, file, _limits(console), register=register)
    except BadFile as bad:
        raise _whole(bad) from None


def _whole(bad: BadFile) -> click.ClickException:
    return click.ClickException("Nothing was stored.\n" + "\n".join(sentence(fault) for fault in bad.faults))


def _carried_on(console: Console, job: Job) -> Job:
    """Work on the file here, as a worker does; whoever is interrupted leaves the rest to the worker."""
    name = f"command-{socket.gethostname()[:50]}-{os.getpid()}"
    with console.write() as session:
        run = registration_run.take(
            session,
            console.clock,
            name,
            default_months=console.settings.registration_months,
            demo=console.settings.demo,
            public_id=job.public_id,
        )
    if run is None:
        raise click.ClickException("A worker was faster and works on the file; see: portal seeker files")
    try:
        with _progress(job) as tell:
            while job.open:
                with console.write() as session:
                    after = run.step(session, console.clock)
                if after is None:
                    raise click.ClickException("The file was cancelled; see: portal seeker files")
                job = after
                tell(job)
    except KeyboardInterrupt:
        with console.write() as session:
            run.release(session)
        click.echo(
            f"\nThe worker goes on with it. To stop it: portal seeker cancel {job.public_id}", err=True
        )
        raise
    if job.state is JobState.FAILED:
        raise click.ClickException(
            f"The file failed after {job.done} lines ({job.reason}). To go on: portal seeker resume {job.public_id}"
        )
    return job


@contextmanager
def _progress(job: Job) -> Iterator[Callable[[Job], None]]:
    """A bar on a terminal, and now and then a line where nobody sees a bar."""
    if not sys.stdout.isatty():
        yield _say_now_and_then(job)
        return
    with click.progressbar(length=job.lines, label="Lines", show_pos=True) as bar:
        yield lambda after: bar.update(after.done - bar.pos)


def _say_now_and_then(job: Job) -> Callable[[Job], None]:
    said = job.done

    def say(after: Job) -> None:
        nonlocal said
        if after.open and after.done - said >= TELL_EVERY:
            said = after.done
            click.echo(f"{after.done} of {after.lines} lines")

    return say


def _tell(console: Console, actor: Actor, job: Job, out: BinaryIO | None) -> None:
    with console.read() as session:
        _name(registration_job.refused(session, actor, job.public_id, limit=MOST_TOLD).lines)
    if job.refused > MOST_TOLD:
        click.echo(f"... and {job.refused - MOST_TOLD} more")
    if out is not None:
        _write(console, actor, job.public_id, out)
    click.echo(_counts(job))


def _counts(job: Job) -> str:
    done = "registered" if job.wanted == "register" else "would be registered"
    held = f"; {job.held} text(s) wait for the office" if job.held else ""
    return f"{job.accepted} {done}, {job.known} known already, {job.refused} refused{held}"


def _name(lines: Iterable[RefusedLine], told: int = 0) -> None:
    for line in list(lines)[: max(0, MOST_TOLD - told)]:
        for fault in line.faults:
            click.echo(sentence(fault))


def _write(console: Console, actor: Actor, file_id: str, out: BinaryIO) -> None:
    with console.read() as session:
        titles = registration_job.refused(session, actor, file_id, limit=1).titles
        try:
            for portion in refused_lines(titles, registration_job.all_refused(session, actor, file_id)):
                out.write(portion)
            out.flush()
        except OSError as problem:
            raise click.ClickException(
                f"The list could not be written ({problem.strerror}). "
                f"It is kept for some days: portal seeker refused {file_id} NEW-FILE"
            ) from None
