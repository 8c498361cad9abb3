"""`portal seeker`: registrations from a small file (docs/registration_csv.md)."""

from dataclasses import replace
from pathlib import Path

import click
from flask.cli import AppGroup

from portal.cli import runtime
from portal.domain.registration_file import COLUMNS, LARGEST_FILE, MOST_LINES, BadFile, FileFault
from portal.services.registration_file import FileResult, LineState, load

WORDS = {
    "already_registered": "is registered already, at another office",
    "ambiguous_place": "is the name of several towns; put the prefecture before it",
    "bad_csv": "cannot be read as CSV",
    "bad_kana": "is not a reading in kana",
    "bad_mail": "is not an address of mail",
    "bad_phone": "is not a telephone number",
    "bad_registration_number": "is not 5 digits, a hyphen and 6 to 8 digits",
    "before_start": "is before the first day",
    "control": "holds a control character",
    "bad_character": "holds an invisible or private character",
    "date_impossible": "is a day that does not exist",
    "date_missing": "is missing",
    "date_unreadable": "cannot be read as a day",
    "double": "stands twice",
    "double_column": "stands twice in the head",
    "double_in_file": "stands on an earlier line of this file",
    "emoji": "holds an emoji",
    "empty": "holds no registration",
    "encoding": "is neither UTF-8 nor CP932",
    "era_range": "lies outside the era named",
    "era_unknown": "names an era that is not known",
    "in_future": "lies in the future",
    "line_break": "holds a line break",
    "missing": "is missing",
    "missing_column": "is not in the head",
    "must_agree": "does not say that the seeker agreed",
    "not_a_graduate": "is only for graduates",
    "not_in_force": "the registration is over already",
    "not_needed": "does not go with school_status",
    "nul": "holds a NUL",
    "range_missing": "neither range is chosen; then one is not in the service",
    "surrogate": "holds half a character",
    "terms_changed": "is not the version in force today",
    "too_far": "is too far in the future",
    "too_large": f"is larger than {LARGEST_FILE // 1_000_000} MB",
    "too_long": "is too long",
    "too_long_ago": "is too long ago",
    "too_many": "holds too many choices",
    "too_many_lines": f"holds more than {MOST_LINES} lines",
    "unknown_code": "is not in the code table, or has ended",
    "unknown_column": "is not a known column",
    "unknown_place": "is no prefecture and no municipality",
    "wrong_number_of_cells": "has another number of cells than the head",
    "year_unclear": "needs a year of four digits or an era",
    "years_missing": "is missing",
    "years_without_occupation": "is missing though years are given",
    "yes_or_no": "is neither yes nor no",
}

group = AppGroup("seeker", help="Job seekers: registrations from a file.")


@group.command("load")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE")
@click.option("--office", required=True, metavar="CODE", help="The office that registers, by its code.")
@click.option("--apply", "apply_", is_flag=True, help="Register; without it nothing is stored.")
@click.option("--dry-run", is_flag=True, help="Only check. This is so by default.")
def load_(path: Path, office: str, *, apply_: bool, dry_run: bool) -> None:
    """Register the lines of a CSV file. Refused lines are named; a number known already is left alone.

    Exit code 1 when a line was refused.
    """
    if apply_ and dry_run:
        raise click.UsageError("--apply and --dry-run exclude each other.")
    console = runtime.current()
    with runtime.refusals(), console.write() as session:
        actor = replace(runtime.operator(session), office_code=office)
        try:
            result = load(
                session,
                console.clock,
                actor,
                path.read_bytes(),
                default_months=console.settings.registration_months,
                apply=apply_,
            )
        except BadFile as bad:
            raise click.ClickException(
                "Nothing was stored.\n" + "\n".join(_sentence(fault) for fault in bad.faults)
            ) from None
    _tell(result)


def _tell(result: FileResult) -> None:
    for line in result.lines:
        for fault in line.faults:
            click.echo(_sentence(fault))
        if line.held:
            click.echo(f"line {line.line}: registered; {line.held} text(s) wait for the office")
    done = "registered" if result.applied else "would be registered"
    click.echo(
        f"{result.count(LineState.REGISTERED)} {done}, {result.count(LineState.KNOWN)} known already, "
        f"{result.count(LineState.REFUSED)} refused"
    )
    if not result.applied:
        click.echo("Dry run: nothing was stored. Add --apply to register.")
    if result.count(LineState.REFUSED):
        raise click.exceptions.Exit(1)


def _sentence(fault: FileFault) -> str:
    # A fault names place and reason, never the cell: it may hold somebody's name.
    place = f"line {fault.line}" if fault.line else "file"
    title = f" ({COLUMNS[fault.column]})" if fault.column in COLUMNS else ""
    column = f", {fault.column}{title}" if fault.column else ""
    return f"{place}{column}: {WORDS.get(fault.reason, fault.reason)}"
