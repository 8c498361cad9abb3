"""`portal audit` as the operator types it: sealed, exported, verified in both languages, old months dropped."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import text

from portal.calendar.clock import FixedClock
from portal.cli import audit, worker
from portal.settings import SettingsError, add_seal_key, load, make_secrets, read_secrets
from portal.store.database import Database
from tests.build import build_account, build_installation
from tests.services.test_seal import by_force, write_lines


def run(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(audit.group, list(words))


@pytest.fixture
def trail(database: Database, clock: FixedClock) -> Database:
    build_installation(database)
    build_account(database, kind="operator")
    write_lines(database, 3, clock.now())
    return database


def test_an_untouched_trail_is_said_to_be_so_in_both_languages(app: Flask, trail: Database) -> None:
    assert run(app, "seal").output == "Sealed: 3 lines.\n"
    said = run(app, "verify")
    assert said.exit_code == 0, said.output
    assert "1 seals, 3 lines under them, 0 lines not sealed yet." in said.output
    assert "No exported seals were looked at" in said.output
    assert "The audit trail is as it was sealed. 監査記録は封印した時のままです。" in said.output


def test_a_changed_line_is_named_with_its_range_in_both_languages(app: Flask, trail: Database) -> None:
    run(app, "seal")
    by_force(trail, "UPDATE audit SET facts = '{}' WHERE id = 2")
    said = run(app, "verify")
    assert said.exit_code == 1
    assert (
        "CHANGED: lines 1 to 3, seal 1 (2026-06-15 10:00 to 2026-06-15 10:00, Japanese time)" in said.output
    )
    assert "監査記録 1～3（封印1番）: 封印後に記録が書き換えられています。" in said.output


def test_a_cut_off_end_is_found_by_the_folder_the_worker_keeps(
    app: Flask, trail: Database, clock: FixedClock, settings: Any
) -> None:
    runner = app.test_cli_runner()
    assert runner.invoke(worker.group, ["once"]).exit_code == 0
    assert runner.invoke(worker.group, ["once"]).exit_code == 0
    assert "Exported: 1 seals" in run(app, "export").output
    by_force(trail, "DELETE FROM audit_seal")
    said = run(app, "verify")
    assert said.exit_code == 1
    assert f"exported seals in {settings.seals_dir}" in said.output
    assert "TRUNCATED: lines 1 to " in said.output
    assert "書き出し済みの封印がデータベースにありません" in said.output
    # The worker goes on with all else and says it in every round.
    clock.advance(timedelta(days=1))
    said = runner.invoke(worker.group, ["once"])
    assert "THE SEALS OF THE AUDIT TRAIL WERE NOT EXPORTED: The folder holds seals" in said.output
    assert said.exit_code == 0


def test_the_worker_exports_once_a_day(app: Flask, trail: Database, clock: FixedClock, settings: Any) -> None:
    runner = app.test_cli_runner()
    for _ in range(3):
        runner.invoke(worker.group, ["once"])
    assert list(settings.seals_dir.iterdir()) == []
    clock.advance(timedelta(days=1))
    runner.invoke(worker.group, ["once"])
    assert len(list(settings.seals_dir.iterdir())) == 1


def test_an_old_month_goes_and_verify_says_so(app: Flask, trail: Database, clock: FixedClock) -> None:
    write_lines(trail, 2, datetime(2021, 5, 10, 3, 0, tzinfo=UTC))
    run(app, "seal")
    assert "The time for which audit lines are kept is not over" in run(app, "drop-month", "2026-06").output
    said = run(app, "drop-month", "2021-05")
    assert said.output == "Dropped: 2 lines of 2021-05 under 1 seals; the seals are kept.\n"
    said = run(app, "verify")
    assert said.exit_code == 0, said.output
    assert "dropped, seal kept 削除済み（封印は保存）: lines 4 to 5 of 2021-05, seal 2" in said.output
    assert "No sealed audit line is of this month." in run(app, "drop-month", "2020-01").output


def test_a_file_that_holds_no_seals_is_refused(app: Flask, trail: Database, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.jsonl"
    wrong.write_text("nonsense\n")
    said = run(app, "verify", "--seals", str(wrong))
    assert (said.exit_code, said.output.count("does not hold exported seals")) == (1, 1)


def test_who_is_not_the_owner_lets_no_month_go(new_database_url: Any, clock: FixedClock) -> None:
    """On PostgreSQL the trigger rests only for the owner of the table: every right on the rows does not suffice."""
    from tests.build import open_database

    database = open_database(new_database_url("postgresql"))
    write_lines(database, 1, clock.now())
    with database.engine().connect() as connection:
        connection.execute(text("CREATE ROLE kakuu_clerk"))
        connection.execute(text("GRANT ALL ON ALL TABLES IN SCHEMA public TO kakuu_clerk"))
        connection.execute(text("SET LOCAL ROLE kakuu_clerk"))
        with pytest.raises(Exception, match="must be owner of table audit"):
            connection.execute(text("ALTER TABLE audit DISABLE TRIGGER audit_append_only"))
        connection.rollback()
    database.dispose()


# The key


@pytest.fixture
def old_file(tmp_path: Path) -> Path:
    """A key file of a version that knew no seals."""
    path = tmp_path / "keys.toml"
    make_secrets(path)
    lines = [
        line for line in path.read_text().splitlines() if "seal" not in line and not line.startswith("s1 ")
    ]
    path.write_text("\n".join(lines) + "\n")
    return path


def test_an_older_key_file_is_refused_with_the_command_that_helps(
    old_file: Path, environment: dict[str, str]
) -> None:
    with pytest.raises(SettingsError, match=f"add-seal-key {old_file}"):
        load(environment | {"PORTAL_SECRETS": str(old_file)})


def test_the_key_is_added_once_and_nothing_else_changes(old_file: Path) -> None:
    before = old_file.read_text()
    assert add_seal_key(old_file)
    assert before.strip() in old_file.read_text()
    assert old_file.stat().st_mode & 0o777 == 0o600
    made = read_secrets(old_file)
    assert [len(key) for key in made.seal_keys.values()] == [32]
    assert not add_seal_key(old_file)
    assert read_secrets(old_file) == made
    assert "seal" not in repr(made).replace("current_seal_key", "")


def test_the_switch_of_retention_is_on_or_off(environment: dict[str, str]) -> None:
    assert not load(environment).retention
    assert load(environment | {"PORTAL_RETENTION": "on"}).retention
    with pytest.raises(SettingsError, match="PORTAL_RETENTION must be on or off"):
        load(environment | {"PORTAL_RETENTION": "yes"})
