"""`portal rarity`: how many people must at least be shown alike."""

import click
from flask.cli import AppGroup

from portal.calendar.day import JST
from portal.cli import runtime
from portal.domain.rarity import MOST, OFF, SUGGESTED
from portal.services import rarity

group = AppGroup("rarity", help="Profiles whose combination is too rare are shown with less detail.")


@group.command("show")
def show() -> None:
    """What is set, and what the last run did."""
    console = runtime.current()
    with runtime.refusals(), console.read() as session:
        now = rarity.state(session, runtime.operator(session))
    if now.threshold is None or now.set_at is None:
        click.echo(
            f"Nothing was set: every profile is shown as chosen. `portal rarity set {SUGGESTED}` changes that."
        )
    else:
        click.echo(f"Set on {now.set_at.astimezone(JST):%Y-%m-%d}: {_said(now.threshold)}.")
    if now.last is not None:
        run = now.last
        click.echo(
            f"Last run {run.at.astimezone(JST):%Y-%m-%d %H:%M} (Japanese time), {_said(run.threshold)}: "
            f"{run.people} profiles, {run.generalised} with less detail, {run.bare} with nothing but their texts."
        )


@group.command("set")
@click.argument("threshold", type=click.IntRange(0, MOST))
def set_threshold(threshold: int) -> None:
    """At least THRESHOLD people are shown alike (2 or more; 0 shows everything). Acts with the next run at night."""
    console = runtime.current()
    with runtime.refusals(), console.write() as session:
        rarity.set_threshold(session, console.clock, runtime.operator(session), threshold)
    click.echo(f"Set: {_said(threshold)}. The worker acts on it; `portal rarity run` does it now.")


@group.command("run")
def run() -> None:
    """Look through all profiles now."""
    console = runtime.current()
    with runtime.refusals(), console.write() as session:
        actor = runtime.operator(session)
        planned = rarity.plan(session, console.clock)
        changed = sum(rarity.apply(session, console.clock, actor, planned, part) for part in planned.parts())
        done = rarity.finish(session, console.clock, actor, planned)
    click.echo(f"{done.people} profiles, {done.generalised} with less detail; {changed} changed now.")


def _said(threshold: int) -> str:
    return "everything is shown" if threshold == OFF else f"at least {threshold} people are shown alike"
