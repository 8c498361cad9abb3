"""The threshold of rare combinations as the operator sets it, and the worker that acts on it."""

from typing import Any

import pytest
from click.testing import Result
from flask import Flask

from portal.calendar.clock import FixedClock
from portal.cli import rarity, worker
from portal.store.database import Database
from tests.build import build_account
from tests.registrations import build_office_clerk, prepare, register


def run(app: Flask, group: Any, *words: str) -> Result:
    return app.test_cli_runner().invoke(group, list(words))


@pytest.fixture
def operator(database: Database, clock: FixedClock) -> int:
    prepare(database, clock)
    return build_account(database, kind="operator")


def test_the_operator_sets_a_threshold_and_the_worker_acts_on_it_once(
    app: Flask, database: Database, clock: FixedClock, operator: int
) -> None:
    clerk = build_office_clerk(database)
    for each in range(2):
        register(database, clock, clerk, registration_number=f"13999-0000{each:04}")
    assert "Nothing was set: every profile is shown as chosen." in run(app, rarity.group, "show").output
    assert "at least 3 people are shown alike" in run(app, rarity.group, "set", "3").output
    said = run(app, worker.group, "once").output
    assert "rare combinations: 2 of 2 profiles with less detail" in said
    assert "rare combinations" not in run(app, worker.group, "once").output
    shown = run(app, rarity.group, "show").output
    assert "Set on 2026-06-15: at least 3 people are shown alike." in shown
    assert "2 profiles, 2 with less detail, 2 with nothing but their texts" in shown
    assert run(app, rarity.group, "set", "0").exit_code == 0
    assert "2 profiles, 0 with less detail; 2 changed now." in run(app, rarity.group, "run").output


def test_a_threshold_that_cannot_be_is_refused(app: Flask, operator: int) -> None:
    assert run(app, rarity.group, "set", "1001").exit_code == 2
    refused = run(app, rarity.group, "set", "1")
    assert refused.exit_code == 1
    assert "Nothing was stored." in refused.output
