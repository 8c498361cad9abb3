"""`portal send`: a message from the command line through the very relay the pages use, and the check of its books."""

from datetime import datetime
from typing import TextIO

import click
from flask.cli import AppGroup, with_appcontext

from portal.calendar.day import JST
from portal.cli import runtime
from portal.domain.message_screening import Force, TextRefused, read_declared
from portal.domain.refusal import Conflict, LimitReached
from portal.services import membership, relay


@click.group(
    cls=AppGroup,
    invoke_without_command=True,
    help="Send a message as a member of a unit, or check the books of the relay (portal send check).",
)
@click.option(
    "--unit", help="The unit, by its number; private:NUMBER or municipal:NUMBER where both have it."
)
@click.option("--as", "name", metavar="NAME", help="Sign-in name of the member who sends.")
@click.option(
    "--to", "tokens", multiple=True, metavar="TOKEN", help="A recipient’s token at this unit; repeat it."
)
@click.option(
    "--text-file", type=click.File(encoding="utf-8"), help="File with the text, - for standard input."
)
@click.option(
    "--explains-fee", is_flag=True, help="The text explains the fee that comes with placement (kind A)."
)
@click.option(
    "--lawful-because", default="", metavar="WHY", help="Why a text is lawful in which something was found."
)
@click.option("--key", help="Any word; the same one again returns the first result and sends nothing.")
@click.pass_context
@with_appcontext
def group(
    ctx: click.Context,
    unit: str | None,
    name: str | None,
    tokens: tuple[str, ...],
    text_file: TextIO | None,
    key: str | None,
    explains_fee: bool,
    lawful_because: str,
) -> None:
    """Send one text to one or several people, or refuse it whole."""
    if ctx.invoked_subcommand is not None:
        return
    if unit is None or name is None or text_file is None or key is None or not tokens:
        raise click.UsageError("Needed: --unit, --as, --to, --text-file and --key.")
    console = runtime.current()
    with runtime.refusals(), console.write() as session:
        actor = membership.act_as(session, console.clock, runtime.operator(session), unit, name)
        try:
            declared = read_declared(explains_fee=explains_fee, lawful_because=lawful_because)
            done = relay.send(session, console.clock, actor, tokens, text_file.read(), key, declared=declared)
        except TextRefused as refused:
            kinds = sorted({each.kind for each in refused.findings if each.force is Force.REFUSED})
            raise click.ClickException(
                f"Nothing was sent: found in the text: {', '.join(kinds)}. Change it, or give --explains-fee or "
                "--lawful-because."
            ) from None
        except LimitReached as refused:
            raise click.ClickException(
                f"Nothing was sent: {refused.asked} asked for, {refused.fits} would fit "
                f"({refused.used} of {refused.limit} used; resets {_moment(refused.resets_at)})."
            ) from None
        except Conflict as refused:
            if refused.reason != "key_taken":
                raise
            raise click.ClickException(
                "Nothing was sent: this key was used before for another text or other people. Take a new key."
            ) from None
    click.echo("The key was used before; nothing was sent now. First result:" if done.repeated else "Sent.")
    click.echo(f"Sent        {done.sent} of {done.requested}")
    click.echo(f"Not sent    {done.unreachable} (cannot be written to now)")
    if done.elsewhere:
        click.echo(f"Elsewhere   {done.elsewhere} (thread of another department or contractor)")
    click.echo(
        f"Left today  {done.quota.left} of {done.quota.binding_limit}; resets {_moment(done.quota.resets_at)}"
    )


@group.command()
def check() -> None:
    """Compare counter, stored messages and accepted sends of every unit and day; exit code 1 if they differ."""
    with runtime.refusals(), runtime.current().read() as session:
        checked = relay.check(session)
    for book in checked.wrong:
        click.echo(
            f"unit {book.unit_id}  {book.day}  counter {book.counter}  messages {book.messages}  "
            f"highest number {book.highest}  accepted {book.accepted}"
        )
    if checked.wrong:
        raise click.ClickException(f"{len(checked.wrong)} of {checked.books} books do not agree.")
    click.echo(f"{checked.books} books of units and days agree; {checked.messages} messages.")


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(JST):%Y-%m-%d %H:%M} JST"
