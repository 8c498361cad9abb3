"""`portal retention`: the periods, what is due, and letting it go."""

import os
import socket
from collections.abc import Mapping
from pathlib import Path

import click
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from portal.calendar.day import JST
from portal.cli import runtime
from portal.domain.actor import Actor
from portal.domain.refusal import Conflict
from portal.domain.retention import Counts, DoneBy, Kind, Rule
from portal.services import retention

group = AppGroup(
    "retention", help="How long what is kept; what is due is told, announced, and only then goes."
)

_BY = {
    DoneBy.RUN: "portal retention run",
    DoneBy.CLOCK: "the worker",
    DoneBy.OWNER: "portal audit drop-month",
    DoneBy.NOBODY: "stays",
}


@group.command("list")
def show() -> None:
    """Every period there is, one list for all."""
    console = runtime.current()
    for rule in retention.rules(Path(console.config_dir)).by_kind.values():
        click.echo(
            f"{rule.kind:<20} {_period(rule):<10} {rule.begins:<20} {_BY[rule.done_by]:<24} "
            f"{'own decision' if rule.source == 'own' else rule.source}"
            + (f", told {rule.told_days} days before" if rule.told_days else "")
        )
    on = console.settings.retention
    click.echo(f"The nightly run is {'on' if on else 'off (PORTAL_RETENTION=on switches it on)'}.")
    with console.read() as session:
        last = retention.last_run(session)
    if last is not None:
        began, ended, counts = last
        state = f"ended {ended.astimezone(JST):%Y-%m-%d %H:%M}" if ended else "not over"
        click.echo(f"Last run {began.astimezone(JST):%Y-%m-%d %H:%M}, {state} (Japanese time):")
        _tell(counts)


@group.command("run")
@click.option(
    "--really", is_flag=True, help="Announce, and let go what was announced. Without it: only count."
)
def run(*, really: bool) -> None:
    """Count what is due today; with --really announce it, and let go what was announced long enough.

    May be interrupted and called again. Two never run at once.
    """
    console = runtime.current()
    known = retention.rules(Path(console.config_dir))
    with runtime.refusals(), console.write() as session:
        who = runtime.operator(session)
        if not really:
            _tell(retention.look(session, console.clock, who, known))
            click.echo("Nothing was announced and nothing has gone; --really does both.")
            return
        worker = f"{socket.gethostname()[:60]}-{os.getpid()}"
        while True:
            done = retention.step(session, console.clock, who, known, worker, by_hand=True)
            if done.ended:
                break
            if console.paused():
                raise runtime.Paused
    _tell(done.counts)


def nightly(console: runtime.Console, session: Session, actor: Actor, worker: str) -> str:
    """The worker's part: carry tonight's run on until it is over; a line that says what it did."""
    if not console.settings.retention:
        return ""
    known = retention.rules(Path(console.config_dir))
    if not retention.is_due(session, console.clock) or retention.busy(session, console.clock, worker):
        return ""
    while not console.paused():
        try:
            done = retention.step(session, console.clock, actor, known, worker)
        except Conflict:
            # Another one took it up in this very moment.
            return ""
        if done.ended:
            retention.note_done(session, console.clock)
            changed = sum(one.changes() for one in done.counts.values())
            return f"retention: {changed} things announced, taken back or ended" if changed else ""
    return ""


def _tell(counts: Mapping[Kind, Counts]) -> None:
    for kind, one in counts.items():
        click.echo(
            f"{kind.value:<12} to announce or announced: {one.told}, taken back: {one.taken_back}, "
            f"held: {one.held}, gone: {one.ended}"
        )


def _period(rule: Rule) -> str:
    if rule.done_by is DoneBy.NOBODY:
        return "for good"
    if rule.months:
        return f"{rule.months} months"
    return f"{rule.days} days" if rule.days else f"{rule.hours} hours"
