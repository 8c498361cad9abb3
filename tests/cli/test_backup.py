"""Backup, restore and the drill as the operator calls them, on both engines."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import func, select

from portal.app import create_app
from portal.calendar.clock import FixedClock
from portal.cli import main
from portal.domain.actor import Actor, ActorKind
from portal.domain.refusal import SendingClosed
from portal.services import relay
from portal.services.installation import close_sending
from portal.settings import load
from portal.store import backup as store
from portal.store.database import Database
from portal.store.tables import audit, installation, metadata
from portal.store.tables import message as messages
from tests.browser.town import Town, build_town, session_of
from tests.build import (
    build_account,
    build_installation,
    build_member,
    build_seeker,
    build_unit,
    open_database,
)
from tests.services.relay_world import send


def run(app: Flask, *arguments: str) -> Result:
    with app.app_context():
        return CliRunner().invoke(main, arguments)


@pytest.fixture
def town(app: Flask, database: Database, clock: FixedClock) -> Town:
    made = build_town(database, clock)
    if run(app, "installation", "show").output.find("demo") < 0:
        build_installation(database)
    run(app, "account", "operator-create", "unyo-a", "--display-name", "運用 見本")
    return made


@contextmanager
def installation_at(url: str, environment: dict[str, str], clock: FixedClock) -> Iterator[Flask]:
    """The same keys on another database."""
    plain = {name: value for name, value in environment.items() if "DATABASE" not in name}
    app = create_app(load(plain | {"PORTAL_DATABASE_URL": url}), clock)
    yield app
    app.extensions["portal"].database.dispose()


def copied(app: Flask, folder: Path) -> Path:
    done = run(app, "backup", str(folder))
    assert done.exit_code == 0, done.output
    (file,) = (one for one in folder.iterdir() if one.suffix != ".json")
    return file


def counts(database: Database) -> dict[str, int]:
    with database.read() as opened:
        return {
            name: opened.scalar(select(func.count()).select_from(table)) or 0
            for name, table in metadata.tables.items()
        }


def test_the_drill_copies_restores_looks_and_signs_in_and_leaves_nothing(
    town: Town, app: Flask, engine_kind: str, new_database_url: Callable[..., str], database: Database
) -> None:
    scratch = [] if engine_kind == "sqlite" else ["--scratch", new_database_url(engine_kind, migrated=False)]
    before = counts(database)
    done = run(app, "drill", *scratch)
    assert done.exit_code == 0, done.output
    assert "sending: closed" in done.output
    assert "signing in: works" in done.output
    assert "WRONG" not in done.output
    if scratch:
        assert store.is_empty(scratch[1])
    assert counts(database) == before | {"audit": before["audit"] + 1}


def test_R11_after_a_restore_everything_is_there_and_nobody_sends_before_the_operator_reopens(
    app: Flask,
    database: Database,
    environment: dict[str, str],
    engine_kind: str,
    new_database_url: Callable[..., str],
    clock: FixedClock,
    tmp_path: Path,
) -> None:
    build_installation(database)
    run(app, "account", "operator-create", "unyo-a", "--display-name", "運用 見本")
    unit, people = build_unit(database), [build_seeker(database) for _ in range(3)]
    member = build_member(database, unit)
    send(database, clock, unit, member, people[:1])
    before = counts(database)
    file = copied(app, tmp_path / "copies")
    # After the copy: acknowledged, and forgotten by the restore together with its count.
    send(database, clock, unit, member, people[1:2])

    url = new_database_url(engine_kind, migrated=False)
    with installation_at(url, environment, clock) as restored:
        done = run(restored, "restore", str(file))
        assert done.exit_code == 0, done.output
        assert "reopen-sending" in done.output
        there = open_database(url)
        after = counts(there)
        assert after == before | {"session": 0, "audit": before["audit"] + 1}
        with pytest.raises(SendingClosed) as refused:
            send(there, clock, unit, member, people[2:])
        assert refused.value.reason == "sending_closed"
        assert counts(there)["message"] == before["message"] == 1
        assert (
            "restored from the backup of 2026-06-15 01:00 UTC" in run(restored, "installation", "show").output
        )

        assert run(restored, "installation", "reopen-sending").exit_code == 0
        send(there, clock, unit, member, people[2:])
        assert counts(there)["message"] == 2
        there.dispose()


def test_nobody_stays_signed_in_over_a_restore(
    town: Town,
    app: Flask,
    database: Database,
    environment: dict[str, str],
    engine_kind: str,
    new_database_url: Callable[..., str],
    clock: FixedClock,
    tmp_path: Path,
) -> None:
    session_of(app, build_account(database))
    assert counts(database)["session"] > 0
    file = copied(app, tmp_path / "copies")
    url = new_database_url(engine_kind, migrated=False)
    with installation_at(url, environment, clock) as restored:
        assert run(restored, "restore", str(file)).exit_code == 0
        there = open_database(url)
        assert counts(there)["session"] == 0
        there.dispose()


def _damaged(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(bytes(data))


def _alone(file: Path) -> None:
    store.manifest_of(file).unlink()


def _of_a_newer_program(file: Path) -> None:
    beside = store.manifest_of(file)
    beside.write_text(json.dumps(json.loads(beside.read_text()) | {"revision": "9999"}))


@pytest.mark.parametrize(
    ("happened", "told"),
    [
        (_damaged, "damaged or changed"),
        (_alone, "no readable manifest"),
        (_of_a_newer_program, "newer version"),
    ],
)
def test_what_is_not_a_whole_copy_is_refused_and_nothing_is_changed(
    app: Flask,
    database: Database,
    environment: dict[str, str],
    engine_kind: str,
    new_database_url: Callable[..., str],
    clock: FixedClock,
    tmp_path: Path,
    happened: Callable[[Path], None],
    told: str,
) -> None:
    build_installation(database)
    run(app, "account", "operator-create", "unyo-a", "--display-name", "運用 見本")
    file = copied(app, tmp_path / "copies")
    happened(file)
    url = new_database_url(engine_kind, migrated=False)
    with installation_at(url, environment, clock) as restored:
        done = run(restored, "restore", str(file))
    assert (done.exit_code, told in done.output) == (1, True), done.output
    assert store.is_empty(url)


def test_a_copy_that_breaks_off_in_the_middle_leaves_the_database_empty(
    app: Flask,
    database: Database,
    environment: dict[str, str],
    engine_kind: str,
    new_database_url: Callable[..., str],
    clock: FixedClock,
    tmp_path: Path,
) -> None:
    build_installation(database)
    build_seeker(database, pr="見本 " * 2000)
    run(app, "account", "operator-create", "unyo-a", "--display-name", "運用 見本")
    file = copied(app, tmp_path / "copies")
    file.write_bytes(file.read_bytes()[:-20_000])
    beside = store.manifest_of(file)
    beside.write_text(json.dumps(json.loads(beside.read_text()) | {"sha256": store._digest(file)}))
    url = new_database_url(engine_kind, migrated=False)
    with installation_at(url, environment, clock) as restored:
        done = run(restored, "restore", str(file))
    assert done.exit_code == 1
    assert store.is_empty(url)


def test_a_database_that_holds_anything_is_never_restored_over(
    app: Flask, database: Database, tmp_path: Path
) -> None:
    build_installation(database)
    run(app, "account", "operator-create", "unyo-a", "--display-name", "運用 見本")
    file = copied(app, tmp_path / "copies")
    done = run(app, "restore", str(file))
    assert (done.exit_code, "not empty" in done.output) == (1, True)


def test_what_does_not_agree_after_a_restore_is_told_and_ends_with_1(
    app: Flask,
    database: Database,
    environment: dict[str, str],
    engine_kind: str,
    new_database_url: Callable[..., str],
    clock: FixedClock,
    tmp_path: Path,
) -> None:
    build_installation(database)
    run(app, "account", "operator-create", "unyo-a", "--display-name", "運用 見本")
    file = copied(app, tmp_path / "copies")
    beside = store.manifest_of(file)
    values: dict[str, Any] = json.loads(beside.read_text())
    values["rows"]["audit"] += 1
    beside.write_text(json.dumps(values))
    with installation_at(new_database_url(engine_kind, migrated=False), environment, clock) as restored:
        done = run(restored, "restore", str(file))
    assert (done.exit_code, "WRONG: rows of audit" in done.output) == (1, True), done.output


def test_R11_a_send_that_was_decided_before_sending_closed_is_not_stored_after_it(
    new_database_url: Callable[..., str],
    clock: FixedClock,
    environment: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """On PostgreSQL; SQLite has one writer at a time anyway."""
    database = open_database(new_database_url("postgresql"))
    build_installation(database)
    unit, person = build_unit(database), build_seeker(database)
    member = build_member(database, unit)
    lock, closed = relay.reach.lock_by_alias, []

    def locks_and_closes(*arguments: Any) -> Any:
        found = lock(*arguments)
        if not closed:
            closed.append(True)
            with database.write() as other:
                close_sending(other, clock, Actor(ActorKind.OPERATOR), reason="見本")
        return found

    monkeypatch.setattr(relay.reach, "lock_by_alias", locks_and_closes)
    with pytest.raises(SendingClosed):
        send(database, clock, unit, member, [person])
    with database.read() as opened:
        assert opened.scalar(select(func.count()).select_from(messages)) == 0
        assert opened.scalar(select(installation.c.sending_closed_reason)) == "見本"
        assert opened.scalar(select(audit.c.reason).where(audit.c.kind == "relay.send")) == "sending_closed"
    database.dispose()
