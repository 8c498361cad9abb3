"""`portal retention` and the worker's part of it: one list, dry until it is switched on."""

import dataclasses
from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
from click.testing import Result
from flask import Flask

from portal.app import create_app
from portal.calendar.clock import FixedClock
from portal.cli import retention, worker
from portal.domain.refusal import Conflict
from portal.services import retention as service
from portal.store.database import Database
from tests.build import build_account
from tests.services.relay_world import TEXT
from tests.services.retention_world import RULES, WORKER, Years

TOLD = date(2028, 5, 17)
GOES = date(2028, 6, 16)


@pytest.fixture
def years(database: Database, clock: FixedClock) -> Years:
    build_account(database, kind="operator")
    return Years(database, clock)


def run(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(retention.group, list(words))


def test_the_list_tells_every_period_and_that_the_run_is_off(app: Flask, years: Years) -> None:
    said = run(app, "list").output
    assert all(kind in said for kind in RULES.by_kind)
    assert (
        "thread               24 months  last_step            portal retention run     own decision" in said
    )
    assert "audit                60 months  month_end            portal audit drop-month" in said
    assert "block                for good" in said
    assert "The nightly run is off" in said


def test_a_run_only_counts_until_it_is_asked_really(app: Flask, years: Years) -> None:
    years.on(TOLD)
    said = run(app, "run").output
    assert "thread       to announce or announced: 1, taken back: 0, held: 0, gone: 0" in said
    assert "Nothing was announced and nothing has gone" in said
    assert (years.notices(), years.bodies()) == ([], [TEXT, TEXT])
    assert run(app, "run", "--really").exit_code == 0
    assert years.notices() == [("thread", GOES)]
    years.on(GOES)
    assert "gone: 1" in run(app, "run", "--really").output
    assert years.bodies() == ["", ""]
    assert "Last run 2028-06-16 10:00, ended 2028-06-16 10:00" in run(app, "list").output


def test_a_second_run_at_the_same_time_is_refused(app: Flask, years: Years) -> None:
    years.on(TOLD)
    with years.database.write() as session:
        service.step(session, years.clock, WORKER, RULES, "another")
    said = run(app, "run", "--really")
    assert (said.exit_code, "Another run of retention is at work" in said.output) == (1, True)


@pytest.fixture
def switched(app: Flask, clock: FixedClock) -> Iterator[Callable[[bool], Flask]]:
    """The portal with retention switched on or off."""
    made: list[Flask] = []

    def switch(on: bool) -> Flask:
        made.append(create_app(dataclasses.replace(app.extensions["portal"].settings, retention=on), clock))
        return made[-1]

    yield switch
    for each in made:
        each.extensions["portal"].database.dispose()


@pytest.mark.parametrize("on", [False, True])
def test_the_worker_does_it_every_night_where_it_is_switched_on(
    switched: Callable[[bool], Flask], years: Years, on: bool
) -> None:
    runner = switched(on).test_cli_runner()
    said = []
    for day in (TOLD, TOLD, GOES, GOES + timedelta(days=1)):
        years.on(day)
        said.append("retention: 1 things" in runner.invoke(worker.group, ["once"]).output)
    assert said == ([True, False, True, False] if on else [False] * 4)
    assert years.bodies() == (["", ""] if on else [TEXT, TEXT])


def test_the_worker_leaves_a_run_of_another_one_alone(
    switched: Callable[[bool], Flask], years: Years
) -> None:
    runner = switched(True).test_cli_runner()
    years.on(TOLD)
    with years.database.write() as session:
        service.step(session, years.clock, WORKER, RULES, "another")
    assert "retention" not in runner.invoke(worker.group, ["once"]).output
    with years.database.write() as session:
        with pytest.raises(Conflict):
            service.step(session, years.clock, WORKER, RULES, "a third")
        assert service.is_due(session, years.clock)
