"""`portal unit`: what the bureau approved, entered by the operator until the bureau's pages exist."""

from collections.abc import Callable
from typing import Any

import click
from flask.cli import AppGroup

from portal.cli import runtime
from portal.domain.quota import LIMIT_PER_DAY
from portal.services import measure, membership, session_cut, unit_invitation
from portal.services import unit as units
from portal.services.unit import UnitLine

group = AppGroup("unit", help="Units of use (利用申請の単位): records, validity, limits, measures, members.")

UNIT = click.argument("unit")


def record_options(command: Callable[..., None]) -> Callable[..., None]:
    """The options of the approved record."""
    helps: dict[str, str] = {
        "name": "Approved name of the organisation.",
        "kana": "Its reading, for the directory.",
        "corporation_number": "法人番号, 13 digits.",
        "number_shown": "許可・届出番号 as seekers see it; the number of the unit for private ones.",
        "officer_name": "個人情報管理・苦情処理責任者; without one nothing can be sent.",
        "officer_contact": "How seekers reach the officer.",
        "contact_name": "連絡責任者.",
        "contact_contact": "How the bureau reaches the contact.",
    }
    for field in reversed(helps):
        command = click.option(f"--{field.replace('_', '-')}", default="", help=helps[field])(command)
    return command


@group.command()
@click.option(
    "--class", "unit_class", required=True, type=click.Choice(["private", "municipal"]), help="申請区分."
)
@click.option(
    "--number", required=True, help="許可・届出番号, 枝番 is cut off; code of the body for public ones."
)
@click.option("--bureau", "bureau_code", required=True, help="Code of the 労働局 that holds the application.")
@click.option("--valid-from", required=True, help="First day of use.")
@click.option("--valid-until", required=True, help="Last day of use.")
@record_options
def create(**typed: str) -> None:
    """Enter an approved application (利用申請)."""
    _tell(_run(units.create, typed))


@group.command()
@UNIT
@record_options
def record(unit: str, **typed: str) -> None:
    """Enter the next version of the approved record; every field is given anew."""
    click.echo(f"Version {_run(units.record, unit, typed)} recorded.")


@group.command()
@UNIT
@click.option("--valid-from", required=True)
@click.option("--valid-until", required=True)
def validity(unit: str, **typed: str) -> None:
    """First and last day of use."""
    _run(units.set_validity, unit, typed)


def why(needed: bool) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """What is kept of a measure, and what the organisation is told."""

    def options(command: Callable[..., None]) -> Callable[..., None]:
        command = click.option("--told", default="", help="Words that the organisation reads.")(command)
        return click.option(
            "--reason",
            "note",
            default="",
            required=needed,
            help="Kept with the measure, for the bureau alone.",
        )(command)

    return options


@group.command()
@UNIT
@click.argument("limit")
@click.option("--until", "limit_until", default="", help="Last day; without one until it is lifted.")
@why(needed=False)
def limit(unit: str, limit: str, **typed: str) -> None:
    """Fewer than 1,000 messages a day, with a reason, or 1,000 again; nobody can go above 1,000."""
    if limit.isdecimal() and int(limit) == LIMIT_PER_DAY:
        _run(measure.lift_limit, unit, typed)
    else:
        _run(measure.lower, unit, {"limit": limit, "reason": "other", **typed})


@group.command()
@UNIT
@click.argument("reserve")
def reserve(unit: str, reserve: str) -> None:
    """How many of the day's messages are kept for answers."""
    _run(units.set_reserve, unit, {"reserve": reserve})


@group.command()
@UNIT
@click.option("--from", "suspended_from", default="", help="First day, today by default.")
@click.option("--until", "suspended_until", default="", help="Last day; without one until it is lifted.")
@why(needed=True)
def suspend(unit: str, **typed: str) -> None:
    """Stop search and sending, or change a suspension; binds at once."""
    _run(measure.suspend, unit, {"reason": "other", **typed})


@group.command()
@UNIT
def lift(unit: str) -> None:
    """End a suspension today, or take back one that is to come."""
    _run(measure.lift, unit)


@group.command()
@UNIT
@click.confirmation_option(prompt="The unit will only be able to read from now on. Go on?")
def end(unit: str) -> None:
    """利用停止 by the organisation."""
    _run(units.end, unit)


@group.command()
@UNIT
@click.option("--number", "branch_number", required=True, help="枝番.")
@click.option("--name", required=True)
def branch_add(unit: str, **typed: str) -> None:
    """A branch office under the same number; it shares the unit's messages."""
    _run(units.add_branch, unit, typed)


@group.command()
@UNIT
@click.argument("name")
def department_add(unit: str, name: str) -> None:
    """A department; it shares the unit's messages and has its own threads."""
    _run(units.add_department, unit, {"name": name})


@group.command()
@UNIT
@click.argument("name")
def department_end(unit: str, name: str) -> None:
    """Let a department end with today."""
    _run(units.end_department, unit, name)


@group.command()
@UNIT
@click.option("--name", required=True)
@click.option("--licence-number", required=True, help="許可・届出番号 of the contractor itself.")
@click.option("--corporation-number", default="", help="法人番号, 13 digits.")
@click.option("--since", required=True, help="First day of the period.")
@click.option("--until", required=True, help="Last day of the period.")
def contractor_add(unit: str, **typed: str) -> None:
    """A 受託団体 as joint applicant of a public body, or another period for a known one."""
    _run(units.add_contractor, unit, typed)


@group.command()
@UNIT
@click.argument("sign_in_name")
@click.option("--display-name", default="", help="The person's name; needed for a new account.")
@click.option(
    "--role", required=True, type=click.Choice(membership.ROLES), help="officer and contact see all."
)
@click.option("--department", default="", help="By name.")
@click.option("--contractor", default="", help="By licence number.")
def member_add(unit: str, **typed: str) -> None:
    """Make SIGN_IN_NAME a member; a person without an account gets one and a code, printed this one time."""
    console = runtime.current()
    with runtime.refusals(), console.write() as session:
        added = membership.add(
            session,
            console.clock,
            runtime.operator(session),
            unit,
            typed,
            days=console.settings.activation_days,
        )
    click.echo(f"{added.sign_in_name} is a member.")
    if added.invitation is not None:
        click.echo(f"Code     {added.invitation.code}   (shown this one time)")
        click.echo(f"Page     {console.settings.public_url}/access")
        click.echo(f"Good to  {added.invitation.last_day}")


@group.command()
@UNIT
@click.argument("sign_in_name")
def member_end(unit: str, sign_in_name: str) -> None:
    """End a membership now."""
    _run(membership.end, unit, sign_in_name)


@group.command()
@UNIT
@click.argument("role", type=click.Choice(["officer", "contact"]))
def invitation_renew(unit: str, role: str) -> None:
    """A new code for the officer or contact who was recorded and has not come yet; the old one is void."""
    console = runtime.current()
    days = console.settings.activation_days
    with runtime.refusals(), console.write() as session:
        issued = unit_invitation.reissue(
            session, console.clock, runtime.operator(session), unit, role, days=days
        )
    click.echo(f"Code     {issued.code}   (shown this one time)")
    click.echo(f"Page     {console.settings.public_url}/invitation")
    click.echo(f"Good to  {issued.last_day}")


@group.command()
@UNIT
@click.confirmation_option(prompt="Everybody of the unit is signed out now. Go on?")
def sessions_cut(unit: str) -> None:
    """Sign everybody of a unit out at once, for a machine that may be infected."""
    cut = _run(session_cut.cut_named, unit)
    click.echo(f"{cut.sessions} sessions of {cut.people} people ended.")


@group.command("list")
def list_() -> None:
    """Every unit."""
    console = runtime.current()
    with runtime.refusals(), console.read() as session:
        lines = units.units(session, runtime.operator(session))
    for line in lines:
        _tell(line)
    if not lines:
        click.echo("There is no unit.")


@group.command()
@UNIT
def show(unit: str) -> None:
    """One unit with everything below it."""
    console = runtime.current()
    with runtime.refusals(), console.read() as session:
        page = units.page(session, runtime.operator(session), unit)
    record = page.row.record
    _tell(page.line)
    click.echo(
        f"record     version {page.row.version}, officer {record.officer_name or 'MISSING: cannot send'}"
    )
    for number, name in page.branches:
        click.echo(f"branch     {number}  {name}")
    for name, since, until in page.departments:
        click.echo(f"department {name}  {since} to {until or '…'}")
    for name, number, since, until in page.contractors:
        click.echo(f"contractor {name}  {number}  {since} to {until}")
    for member in page.members:
        click.echo(
            f"member     {member.sign_in_name}  {member.role}  {member.since} to {member.until or '…'}"
        )


def _run(act: Callable[..., Any], *arguments: Any) -> Any:
    """A use case by the operator, in a session of its own."""
    console = runtime.current()
    with runtime.refusals(), console.write() as session:
        return act(session, console.clock, runtime.operator(session), *arguments)


def _tell(line: UnitLine) -> None:
    notes = [line.status] if line.status != "approved" else []
    if line.suspended_from is not None:
        notes.append(f"suspended {line.suspended_from} to {line.suspended_until or '…'}")
    if line.daily_limit < LIMIT_PER_DAY:
        until = f" to {line.limit_until}" if line.limit_until is not None else ""
        notes.append(f"limit {line.daily_limit}{until}")
    if line.reserve:
        notes.append(f"reserve {line.reserve}")
    if not line.officer:
        notes.append("no officer")
    parts = [line.unit_class, line.number, line.name, f"{line.valid_from} to {line.valid_until}", *notes]
    click.echo("  ".join(parts))
