"""The clock worker as the operator starts it."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from flask import Flask

from portal.calendar.clock import FixedClock
from portal.cli import worker
from portal.store.database import Database
from tests.build import build_installation
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
