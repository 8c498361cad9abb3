"""The clock worker as the operator starts it."""

import dataclasses
import os
import signal
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from portal.app import create_app
from portal.calendar.clock import FixedClock
from portal.calendar.day import day_start
from portal.cli import worker
from portal.domain.application import DRAFT_DAYS, Step
from portal.services import notice, selection
from portal.settings import SettingsError, config_dir, load
from portal.store.database import Database
from portal.store.tables import selection as selection_rows
from tests.application_forms import NUMBER
from tests.applications import (
    approve,
    build_bureau_clerk,
    filled_in,
    load_application_tables,
    unit_application,
)
from tests.build import build_installation, build_member, build_seeker, build_unit
from tests.services.relay_world import rows_of
from tests.services.test_notice import person_with_notice, states


def test_one_round_does_what_is_due_and_the_next_has_nothing_to_say(
    app: Flask, database: Database, clock: FixedClock
) -> None:
    person_with_notice(database, clock.now())
    runner = app.test_cli_runner()
    first = runner.invoke(worker.group, ["once"])
    assert first.exit_code == 0, first.output
    assert "notices: 1 sent" in first.output
    assert "order of results redrawn" in first.output
    assert "forgotten: 0 sessions" in first.output
    assert runner.invoke(worker.group, ["once"]).output.strip() == ""
    assert states(database) == ["sent"]


def test_old_drafts_go_and_what_was_approved_for_a_day_is_entered_on_it(
    app: Flask, database: Database, clock: FixedClock
) -> None:
    load_application_tables(database, clock)
    clerk = build_bureau_clerk(database)
    built = build_unit(database, number=NUMBER, bureau_code="24")
    officer = build_member(database, built, role="officer").actor
    filled_in(database, clock)
    steps = {Step.ENDING: {"last_day": "2026-06-30", "reason": "事業の終了"}}
    approve(database, clock, clerk, unit_application(database, clock, officer, clerk, "end", steps))
    runner = app.test_cli_runner()
    clock.set(day_start(date(2026, 6, 30)))
    assert "entered" not in runner.invoke(worker.group, ["once"]).output
    clock.set(day_start(date(2026, 7, 1)))
    assert "entered: 1 approved" in runner.invoke(worker.group, ["once"]).output
    clock.advance(timedelta(days=DRAFT_DAYS))
    assert "forgotten: 1 drafts" in runner.invoke(worker.group, ["once"]).output


def test_who_was_chosen_long_ago_leaves_the_list_of_recipients(
    app: Flask, database: Database, clock: FixedClock
) -> None:
    unit, who = build_unit(database), build_seeker(database)
    member = build_member(database, unit)
    with database.write() as session:
        selection.add(session, clock, member.actor, [unit.token(who)])
    runner = app.test_cli_runner()
    for days, left in ((90, 1), (1, 0)):
        clock.advance(timedelta(days=days))
        assert runner.invoke(worker.group, ["once"]).exit_code == 0
        assert rows_of(database, selection_rows) == left


def test_the_worker_ends_in_good_order_when_it_is_told_to(
    database: Database, environment: dict[str, Any], tmp_path: Path
) -> None:
    build_installation(database)
    said = tmp_path / "said"
    with said.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-c", "from portal.cli import main; main()", "worker", "run"],
            env=os.environ | environment | {"PYTHONUNBUFFERED": "1"},
            stdout=out,
            stderr=subprocess.STDOUT,
        )
        while b"forgotten" not in said.read_bytes():
            assert process.poll() is None, said.read_text()
            try:
                process.wait(0.1)
            except subprocess.TimeoutExpired:
                continue
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0, said.read_text()


def test_a_round_that_fails_is_told_without_its_words_and_the_next_one_works(
    app: Flask, database: Database, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    person_with_notice(database, clock.now())
    monkeypatch.setattr(worker, "SECONDS_BETWEEN_ROUNDS", 0)
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    deliver, rounds = notice.deliver, []

    def failing(*arguments: Any, **named: Any) -> notice.Delivery:
        rounds.append(1)
        if len(rounds) == 1:
            try:
                raise ValueError("hanako@seeker.example")
            except ValueError as first:
                raise RuntimeError("hanako@seeker.example") from first
        signal.raise_signal(signal.SIGTERM)
        return deliver(*arguments, **named)

    monkeypatch.setattr(notice, "deliver", failing)
    try:
        done = app.test_cli_runner().invoke(worker.group, ["run"])
    finally:
        for number, handler in zip((signal.SIGINT, signal.SIGTERM), before, strict=True):
            signal.signal(number, handler)
    assert done.exit_code == 0, done.output
    assert "This round failed (RuntimeError < ValueError; " in done.output
    assert "test_worker.py:" in done.output
    assert "hanako" not in done.output
    assert "notices: 1 sent" in done.output
    assert states(database) == ["sent"]


def test_the_hours_of_the_settings_hold_for_mail(
    settings: Any, database: Database, clock: FixedClock
) -> None:
    mail = dataclasses.replace(settings.mail, quiet_from=9, quiet_until=12)
    app = create_app(dataclasses.replace(settings, mail=mail), clock)
    person_with_notice(database, clock.now())
    done = app.test_cli_runner().invoke(worker.group, ["once"])
    app.extensions["portal"].database.dispose()
    assert "notices: 1 at the hour people want" in done.output, done.output
    assert states(database) == ["waiting"]


@pytest.mark.parametrize(
    ("line", "changed"),
    [
        ("quiet_from = 21", "quiet_from = 24"),
        ("quiet_until = 7", "quiet_until = 21"),
        ("morning = 8", 'morning = "8:00"'),
    ],
)
def test_hours_that_make_no_sense_are_refused_at_the_start(
    environment: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str, changed: str
) -> None:
    text = (config_dir() / "test.toml").read_text(encoding="utf-8")
    assert text.count(line) == 1
    (tmp_path / "test.toml").write_text(text.replace(line, changed), encoding="utf-8")
    monkeypatch.setattr("portal.settings.config_dir", lambda: tmp_path)
    with pytest.raises(SettingsError, match="full hours from 0 to 23"):
        load(environment)
