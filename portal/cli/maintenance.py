"""`portal maintenance`: announce, begin and end the hours in which the portal is only read."""

from datetime import datetime

import click
from flask.cli import AppGroup

from portal.calendar.day import JST
from portal.cli import runtime
from portal.domain.maintenance import BANNER_DAYS, Plan
from portal.services import maintenance

group = AppGroup("maintenance", help="Hours in which the portal is only read; announced on every page.")

_MOMENT = click.DateTime(["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"])
_STATES = {"planned": "planned", "running": "running", "over": "over", "called_off": "called off"}


@group.command("plan")
@click.option("--from", "starts", type=_MOMENT, help="Japanese time, such as 2026-12-05T22:00; default: now.")
@click.option("--until", "ends", type=_MOMENT, required=True, help="Japanese time.")
@click.option("--text", default="", help="One line that every page shows beside the hours, in Japanese.")
@click.option(
    "--banner-days",
    type=click.IntRange(0, 60),
    default=BANNER_DAYS,
    show_default=True,
    help="So many days before its beginning every page tells of it.",
)
def plan(starts: datetime | None, ends: datetime, text: str, banner_days: int) -> None:
    """Announce maintenance. It begins and ends by itself at the moments named.

    Messages can be sent at any hour, says the service; so announce it early, and keep it short.
    """
    console = runtime.current()
    with runtime.refusals(), console.write(in_maintenance=True) as session:
        made = maintenance.plan(
            session,
            console.clock,
            runtime.operator(session),
            starts_at=None if starts is None else starts.replace(tzinfo=JST),
            ends_at=ends.replace(tzinfo=JST),
            text=text,
            banner_days=banner_days,
        )
    click.echo(f"Planned as number {made.number}: {_span(made)}, told from {_jst(made.shown_from)}.")


@group.command("begin")
@click.argument("number", type=int, required=False)
def begin(number: int | None) -> None:
    """Only reading from now on, until `portal maintenance end`: also beyond the planned end.

    Without NUMBER: the one that runs by the clock, or the next one.
    """
    console = runtime.current()
    with runtime.refusals(), console.write(in_maintenance=True) as session:
        begun = maintenance.begin(session, console.clock, runtime.operator(session), number)
    seconds = int(maintenance.READ_EVERY.total_seconds())
    click.echo(
        f"Maintenance {begun.number} runs until it is ended by hand. Every process knows in {seconds} seconds; "
        "what was being stored may take some more. Wait a minute before you work on the database."
    )


@group.command("end")
@click.argument("number", type=int, required=False)
def end(number: int | None) -> None:
    """Open writing again; one that has not begun is called off. Without NUMBER: the first that is not over."""
    console = runtime.current()
    with runtime.refusals(), console.write(in_maintenance=True) as session:
        ended, begun = maintenance.end(session, console.clock, runtime.operator(session), number)
    click.echo(f"Maintenance {ended.number} is {'over' if begun else 'called off'}.")


@group.command("list")
def show() -> None:
    """The next and the last ones, the latest first."""
    console = runtime.current()
    with runtime.refusals(), console.read() as session:
        lines = maintenance.lines(session, console.clock, runtime.operator(session))
    if not lines:
        click.echo("There is none.")
    for line in lines:
        by_hand = ", begun by hand" if line.plan.begun_at is not None else ""
        click.echo(
            f"{line.plan.number:>4}  {_STATES[line.state]:<10} {_span(line.plan)}{by_hand}  {line.plan.text}"
        )


def _span(plan: Plan) -> str:
    return f"{_jst(plan.starts_at)} to {_jst(plan.ends_at)} (Japanese time)"


def _jst(moment: datetime) -> str:
    return f"{moment.astimezone(JST):%Y-%m-%d %H:%M}"
