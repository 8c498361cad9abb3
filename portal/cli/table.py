"""`portal table`: load, compare and show the code tables (docs/tables.md)."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup

from portal.calendar.day import jst_day
from portal.cli.runtime import current
from portal.domain.actor import Actor, ActorKind
from portal.domain.code import BadTable, Fault, Table, read_tables
from portal.domain.refusal import Refusal
from portal.services.code import Outcome, TableFile, load_tables, rows, tables

OPERATOR = Actor(ActorKind.OPERATOR)
DAY = click.DateTime(["%Y-%m-%d"])
MOST_FAULTS = 100

WORDS = {
    "bad_code": "does not have the form of this table's codes",
    "bad_csv": "cannot be read as CSV",
    "bad_day": "is not a day written as YYYY-MM-DD",
    "bad_description": "is not described as docs/tables.md says",
    "bad_fact": "is not written as key=value;key=value",
    "bad_kana": "is not a reading in kana",
    "bad_pattern": "is not a regular expression",
    "bad_text": "is too long or holds invisible characters",
    "bad_toml": "cannot be read as TOML",
    "circle": "goes round in a circle",
    "double_column": "stands twice in the header",
    "double_fact": "names a key twice",
    "duplicate": "stands on another line already",
    "empty": "holds no rows",
    "encoding": "is neither UTF-8 nor CP932",
    "ends_before_it_starts": "is before valid_from",
    "fictional_here": "invented rows belong into a demo database and its sample tables only",
    "leading_zero_lost": "has lost its leading zeros; keep codes as text in the spreadsheet",
    "missing": "is missing",
    "missing_column": "is not in the header",
    "missing_fact": "lacks a fact that every row of this table has",
    "no_parent_here": "this table has no parent table",
    "overlap": "stands on another line with another name for the same days",
    "removed": "is loaded but not in the file: end it with valid_until, do not delete it",
    "reopened": "has ended and cannot be opened again: take a new code",
    "reused": "has ended and keeps its meaning: take a new code",
    "too_large": "is larger than 20 MB",
    "unknown_column": "is not a known column",
    "unknown_fact": "names a key this table does not know",
    "unknown_parent": "is not a code of the parent table",
    "unknown_table": "is not a described table",
    "unknown_value": "is not one of the allowed values",
    "wrong_number_of_cells": "has another number of cells than the header",
}

group = AppGroup("table", help="Code tables: prefectures, occupations, licences, offices.")


@group.command()
@click.argument(
    "path", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="[FILE]"
)
@click.option("--kind", help="The table that FILE is for; by default the file's name.")
@click.option("--source", help="Where FILE comes from, for the whole table.")
@click.option("--licence", help="Its licence.")
@click.option("--verified-on", type=DAY, help="When FILE was compared with its source; by default today.")
@click.option("--dry-run", is_flag=True, help="Only tell what would change.")
def load(
    path: Path | None,
    kind: str | None,
    source: str | None,
    licence: str | None,
    verified_on: datetime | None,
    *,
    dry_run: bool,
) -> None:
    """Load the shipped tables, or one CSV file of the operator. All or nothing."""
    if path is None:
        if kind or source or licence or verified_on:
            raise click.UsageError("--kind, --source, --licence and --verified-on describe a FILE; name one.")
        outcomes = _load(_shipped(), dry_run=dry_run)
    else:
        table = _described(kind or path.stem)
        table = replace(
            table,
            source=source or table.source,
            licence=licence or table.licence,
            verified_on=verified_on.date() if verified_on else _today(),
        )
        outcomes = _load([TableFile(table, path.read_bytes(), shipped=False)], dry_run=dry_run)
    for outcome in outcomes:
        _tell(outcome)
    if dry_run:
        click.echo("Dry run: nothing was stored.")


@group.command()
def check() -> None:
    """Compare the shipped tables with the database; exit code 1 when a load would change something."""
    pending = [outcome for outcome in _load(_shipped(), dry_run=True) if outcome.outcome == "loaded"]
    for outcome in pending:
        _tell(outcome)
    if pending:
        raise click.ClickException("Tables differ from the database; run: portal table load")
    click.echo("Every shipped table is loaded as it is.")


@group.command("list")
def list_() -> None:
    """What is loaded, verified when, and how sure its rows are."""
    with _runtime().read("owner") as session:
        views = tables(session, _today())
    for view in views:
        sure = ", ".join(f"{count} {confidence}" for confidence, count in sorted(view.confidence.items()))
        click.echo(f"{view.kind}  {view.title_ja}  {view.in_force} of {view.rows} in force  ({sure})")
        click.echo(f"    verified {view.verified_on or 'never'}; {view.source}; {view.licence}")
    if not views:
        click.echo("No table is loaded; run: portal table load")


@group.command()
@click.argument("kind")
@click.option("--on", type=DAY, help="Only codes that may be chosen on this day.")
def show(kind: str, on: datetime | None) -> None:
    """Every row of one loaded table."""
    with _runtime().read("owner") as session:
        found = rows(session, kind)
    if not found:
        raise click.ClickException(
            f"The table {kind} is not loaded; `portal table list` names those that are."
        )
    for row in found:
        if on is None or row.in_force(on.date()):
            days = f"{row.valid_from}–{row.valid_until or ''}"
            parent = f"  under {row.parent}" if row.parent else ""
            names = f"{row.name_ja}  {row.name_en}".rstrip()
            click.echo(f"{row.code}  {names}{parent}  {days}  {row.confidence}  {row.facts}".rstrip())


def _runtime() -> Any:
    return current_app.extensions["portal"]


def _today() -> date:
    return jst_day(_runtime().clock.now())


def _folder() -> Path:
    return Path(current_app.config["CONFIG_DIR"]) / "tables"


def _descriptions() -> dict[str, Table]:
    try:
        return read_tables((_folder() / "tables.toml").read_bytes())
    except BadTable as bad:
        raise _failure(bad.faults) from None


def _described(kind: str) -> Table:
    known = _descriptions()
    if kind not in known:
        raise click.UsageError(f"{kind!r} is not a table; use --kind with one of: {', '.join(known)}")
    return known[kind]


def _shipped() -> list[TableFile]:
    found = []
    for kind, table in _descriptions().items():
        path = _folder() / f"{kind}.csv"
        if not path.is_file():
            raise click.ClickException(f"{path} is missing: tables.toml describes {kind}.")
        found.append(TableFile(table, path.read_bytes()))
    return found


def _load(files: Iterable[TableFile], *, dry_run: bool) -> tuple[Outcome, ...]:
    console = current()
    try:
        with console.write() as session:
            return load_tables(session, console.clock, OPERATOR, files, dry_run=dry_run)
    except BadTable as bad:
        raise _failure(bad.faults) from None
    except Refusal as refusal:
        raise click.ClickException(f"Nothing was stored: {refusal.reason}. Try again.") from None


def _failure(faults: tuple[Fault, ...]) -> click.ClickException:
    lines = [_sentence(fault) for fault in faults[:MOST_FAULTS]]
    if len(faults) > MOST_FAULTS:
        lines.append(f"… and {len(faults) - MOST_FAULTS} more")
    return click.ClickException("Nothing was stored.\n" + "\n".join(lines))


def _sentence(fault: Fault) -> str:
    place = f"line {fault.line}, " if fault.line else ""
    value = f" {fault.value!r}" if fault.value else ""
    return f"{fault.kind}: {place}{fault.column or 'file'}{value}: {WORDS.get(fault.reason, fault.reason)}"


def _tell(outcome: Outcome) -> None:
    difference = outcome.difference
    if outcome.outcome == "loaded":
        numbers = (
            f"{len(difference.added)} new, {len(difference.changed)} changed, {len(difference.ended)} ended, "
            f"{len(difference.moved)} moved"
        )
        click.echo(f"{outcome.kind}: {outcome.rows} rows ({numbers})")
    elif outcome.outcome == "kept":
        click.echo(f"{outcome.kind}: kept; the loaded table was verified on a later day than this file")
    elif outcome.outcome == "demo_only":
        click.echo(f"{outcome.kind}: left out; the shipped rows are invented and this is not a demo database")
    else:
        click.echo(f"{outcome.kind}: unchanged ({outcome.rows} rows)")
    for before, after in difference.changed:
        click.echo(f"    {after.code}: {before.name_ja} → {after.name_ja}")
    for _, after in difference.ended:
        click.echo(f"    {after.code}: {after.name_ja} ends on {after.valid_until}")
