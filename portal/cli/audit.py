"""`portal audit`: seal the audit trail, take the seals out of the database's reach, verify, let old months go."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup
from sqlalchemy.exc import ProgrammingError

from portal.calendar.day import JST
from portal.cli import runtime
from portal.domain.seal import Fault, Found, SealKeys
from portal.services import retention, seal

group = AppGroup("audit", help="Seals of the audit trail: make, export, verify, drop old months.")

MOST_TOLD = 50
_ENGLISH = {
    Fault.CHANGED: "a line was changed since it was sealed",
    Fault.MISSING: "lines are missing: {expected} were sealed, {lines} are there",
    Fault.ADDED: "lines were added: {expected} were sealed, {lines} are there",
    Fault.SEAL_BROKEN: "the seal itself was changed, or made without the key",
    Fault.SEAL_MISSING: "a seal is missing before the next one",
    Fault.CHAIN_BROKEN: "the seal does not follow the one before it",
    Fault.DROP_BROKEN: "somebody noted the lines as dropped who does not have the key",
    Fault.TRUNCATED: "was exported and is gone from the database: the trail was cut off, or an old copy restored",
    Fault.REWRITTEN: "is another seal than the exported one: the trail was written anew",
    Fault.EXPORT_BROKEN: "the exported seal was changed, or made with another key",
    Fault.UNSEALED: "lines wait unsealed since {since}: the worker stands still, or seals were taken away",
}
_JAPANESE = {
    Fault.CHANGED: "封印後に記録が書き換えられています",
    Fault.MISSING: "記録が欠けています（封印時{expected}件、現在{lines}件）",
    Fault.ADDED: "記録が増えています（封印時{expected}件、現在{lines}件）",
    Fault.SEAL_BROKEN: "封印が書き換えられたか、鍵のない者が作ったものです",
    Fault.SEAL_MISSING: "封印が欠けています",
    Fault.CHAIN_BROKEN: "前の封印とつながりません",
    Fault.DROP_BROKEN: "鍵のない者が「期間満了で削除」と記録しています",
    Fault.TRUNCATED: "書き出し済みの封印がデータベースにありません（末尾が切り取られたか、古い控えに戻されています）",
    Fault.REWRITTEN: "書き出し済みの封印と異なります（全体が作り直されています）",
    Fault.EXPORT_BROKEN: "書き出した封印が書き換えられたか、別の鍵のものです",
    Fault.UNSEALED: "{since}から封印されていない記録があります（ワーカーの停止、または封印の削除）",
}


@group.command("seal")
def seal_now() -> None:
    """Seal what is closed by now, before a backup for example. The worker does it every ten minutes."""
    console = runtime.current()
    with runtime.refusals(), console.write() as session:
        done = seal.seal_everything(session, console.clock, keys_of(console))
    click.echo(f"Sealed: {done} lines.")


@group.command("export")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), required=False)
def export(folder: Path | None) -> None:
    """Write the seals that FOLDER does not have yet into a new file of it. Without FOLDER: where the worker does.

    Nothing in it is ever changed, so that it may be a folder to which can only be added, or on another machine.
    """
    console = runtime.current()
    with runtime.refusals(), console.read() as session:
        try:
            done = seal.export(session, folder or console.settings.seals_dir)
        except (OSError, ValueError) as wrong:
            raise click.ClickException(f"Nothing was exported: {wrong}") from None
    click.echo(f"Exported: {done} seals to {folder or console.settings.seals_dir}.")


@group.command("verify")
@click.option(
    "--seals",
    "place",
    type=click.Path(exists=True, path_type=Path),
    help="Exported seals, a file or a folder. Without it: the folder in which the worker keeps them, if it is there.",
)
def verify(place: Path | None) -> None:
    """Hold every audit line against its seal, and the seals against the exported ones. Exit code 1: a fault."""
    console = runtime.current()
    if place is None and console.settings.seals_dir.is_dir():
        place = console.settings.seals_dir
    with runtime.refusals(), console.read() as session:
        try:
            report = seal.verify(session, console.clock, keys_of(console), place)
        except (OSError, ValueError) as wrong:
            raise click.ClickException(str(wrong)) from None
    click.echo(
        f"{report.seals} seals, {report.lines} lines under them, {report.unsealed} lines not sealed yet."
    )
    click.echo(
        f"Held against {report.exported} exported seals in {place}."
        if place
        else "No exported seals were looked at: a trail rewritten whole, or cut off at its end, would not show."
    )
    for gone in report.dropped:
        click.echo(
            f"dropped, seal kept 削除済み（封印は保存）: lines {gone.first_id} to {gone.last_id} "
            f"of {gone.month:%Y-%m}, seal {gone.number}"
        )
    for found in report.found[:MOST_TOLD]:
        click.echo(told(found))
    if more := len(report.found) - MOST_TOLD:
        click.echo(f"... and {more} more." if more > 0 else "", nl=more > 0)
    if report.found:
        raise click.ClickException(
            "The audit trail is not as it was sealed. 監査記録は封印した時のままではありません。"
        )
    click.echo("The audit trail is as it was sealed. 監査記録は封印した時のままです。")


@group.command("drop-month")
@click.argument("month", type=click.DateTime(["%Y-%m"]))
def drop_month(month: datetime) -> None:
    """Let the lines of a whole month go whose time is over (portal retention list). Their seals stay.

    Refuses a month that is too young, not wholly sealed, or not as it was sealed. Needs the owner of the database.
    """
    console, seals, lines = runtime.current(), 0, 0
    kept = retention.months(runtime_rules(console), "audit")
    with runtime.refusals(), console.write() as session:
        try:
            who = runtime.operator(session)
            first = date(month.year, month.month, 1)
            for _, gone in seal.drop_month(session, console.clock, who, keys_of(console), first, kept):
                seals, lines = seals + 1, lines + gone
        except ProgrammingError:
            raise click.ClickException(
                "The database refused: only the owner of the tables lets audit lines go."
            ) from None
    click.echo(f"Dropped: {lines} lines of {month:%Y-%m} under {seals} seals; the seals are kept.")


def keys_of(console: runtime.Console) -> SealKeys:
    """The keys of the seals, from the key file."""
    secrets = console.settings.secrets
    return SealKeys(secrets.seal_keys, secrets.current_seal_key)


def runtime_rules(console: runtime.Console) -> Any:
    """How long what is kept, from the settings."""
    return retention.rules(Path(console.config_dir))


def told(found: Found) -> str:
    """One fault in both languages, with the lines it lies in."""
    words = {
        "expected": found.expected,
        "lines": found.lines,
        "since": _jst(found.since),
    }
    end_en = f"to {found.last_id}" if found.last_id is not None else "and later"
    end_ja = f"～{found.last_id}" if found.last_id is not None else "以降"
    seal_en = f", seal {found.seal}" if found.seal else ""
    seal_ja = f"（封印{found.seal}番）" if found.seal else ""
    span = f" ({_jst(found.since)} to {_jst(found.until)}, Japanese time)" if found.until else ""
    return (
        f"{found.fault.value.upper()}: lines {found.first_id} {end_en}{seal_en}{span}: "
        f"{_ENGLISH[found.fault].format(**words)}.\n"
        f"  監査記録 {found.first_id}{end_ja}{seal_ja}: {_JAPANESE[found.fault].format(**words)}。"
    )


def _jst(moment: datetime | None) -> str:
    return "" if moment is None else f"{moment.astimezone(JST):%Y-%m-%d %H:%M}"
