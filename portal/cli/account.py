"""`portal account`: first operator, staff, people of organisations, lost access. Codes are printed once."""

import click
from flask.cli import AppGroup

from portal.cli import runtime
from portal.domain.account import AccountKind
from portal.domain.actor import Actor, ActorKind
from portal.services import account
from portal.services.access_code import IssuedCode, Purpose

group = AppGroup("account", help="Who may sign in: operators, staff, people of organisations; lost access.")


@group.command()
@click.argument("name")
@click.option("--display-name", required=True, help="The person's name, for the list of accounts.")
@click.option("--another", is_flag=True, help="There is an operator already; make one more.")
def operator_create(name: str, display_name: str, *, another: bool) -> None:
    """Make an operator under the sign-in name NAME. Operators work here and sign in nowhere on the web."""
    console = runtime.current()
    with runtime.refusals(), console.write() as session:
        actor = runtime.operator(session) if another else Actor(ActorKind.OPERATOR)
        made = account.create_operator(
            session, console.clock, actor, sign_in_name=name, display_name=display_name, another=another
        )
    click.echo(f"Operator {made.sign_in_name} made.")


@group.command()
@click.argument("name")
@click.option("--display-name", required=True, help="The person's name, as colleagues see it.")
@click.option("--office", "office_code", metavar="CODE", help="A post at this ハローワーク.")
@click.option("--bureau", "bureau_code", metavar="CODE", help="A post at this 労働局.")
@click.option(
    "--desk", is_flag=True, help="At an office: the complaint desk (苦情申出等受付担当者) instead of a clerk."
)
def create_staff(
    name: str, display_name: str, office_code: str | None, bureau_code: str | None, *, desk: bool
) -> None:
    """Make an account with a post, and print the code with which its owner chooses a password."""
    if (office_code is None) == (bureau_code is None):
        raise click.UsageError("Name either --office or --bureau.")
    if desk and office_code is None:
        raise click.UsageError("--desk is a post at an office.")
    role = "bureau_clerk" if office_code is None else "office_desk" if desk else "office_clerk"
    console = runtime.current()
    with runtime.refusals(), console.write() as session:
        made = account.create_staff(
            session,
            console.clock,
            runtime.operator(session),
            sign_in_name=name,
            display_name=display_name,
            role=role,
            office_code=office_code,
            bureau_code=bureau_code,
            days=console.settings.activation_days,
        )
    _tell_made(made, console.settings.public_url)


@group.command()
@click.argument("name")
@click.option("--display-name", required=True, help="The person's name, as colleagues see it.")
def create_member(name: str, display_name: str) -> None:
    """Make an account for a person of an organisation, and print the code. `portal unit` makes them a member."""
    console = runtime.current()
    with runtime.refusals(), console.write() as session:
        made = account.create_member(
            session,
            console.clock,
            runtime.operator(session),
            sign_in_name=name,
            display_name=display_name,
            days=console.settings.activation_days,
        )
    _tell_made(made, console.settings.public_url)


@group.command()
@click.argument("name")
@click.option("--password", "wanted", flag_value=Purpose.PASSWORD.value, help="Forgotten password.")
@click.option("--second-factor", "wanted", flag_value=Purpose.SECOND_FACTOR.value, help="Lost second factor.")
@click.option("--invitation", "wanted", flag_value=Purpose.INVITATION.value, help="The first code got lost.")
def reissue(name: str, wanted: str | None) -> None:
    """Print a new one-time code for NAME, after you have made sure who asks. Earlier codes are void."""
    if wanted is None:
        raise click.UsageError("Say what was lost: --password, --second-factor or --invitation.")
    console = runtime.current()
    with runtime.refusals(), console.write() as session:
        issued = account.reissue(
            session, console.clock, runtime.operator(session), sign_in_name=name, purpose=Purpose(wanted)
        )
    _tell_code(issued, console.settings.public_url)


@group.command()
@click.argument("name")
@click.confirmation_option(prompt="The account will be closed for good and its sessions end now. Go on?")
def close(name: str) -> None:
    """Close the account NAME for good. The name stays taken."""
    console = runtime.current()
    with runtime.refusals(), console.write() as session:
        account.close(session, console.clock, runtime.operator(session), sign_in_name=name)
    click.echo("The account is closed.")


@group.command("list")
@click.option(
    "--kind", type=click.Choice([kind.value for kind in AccountKind]), help="Only accounts of this kind."
)
def list_(kind: str | None) -> None:
    """Accounts in order of making. Names of job seekers are not kept here and not shown."""
    with runtime.refusals(), runtime.current().read() as session:
        lines = account.everybody(session, None if kind is None else AccountKind(kind))
    for line in lines:
        notes = [
            word
            for word, holds in (
                ("closed", line.closed_at is not None),
                ("no password yet", not line.has_password and line.closed_at is None),
                ("second factor", line.has_second_factor),
            )
            if holds and not (line.kind is AccountKind.OPERATOR and word == "no password yet")
        ]
        click.echo(
            "  ".join([line.kind.value, line.sign_in_name, line.display_name, ", ".join(notes)]).rstrip()
        )
    if not lines:
        click.echo("There is no account.")


def _tell_made(made: account.Made, public_url: str) -> None:
    click.echo(f"Account {made.sign_in_name} made.")
    if made.invitation is not None:
        _tell_code(made.invitation, public_url)


def _tell_code(issued: IssuedCode, public_url: str) -> None:
    click.echo(f"Code     {issued.code}   (shown this one time)")
    click.echo(f"Page     {public_url}/access")
    click.echo(f"Good to  {issued.last_day}")
