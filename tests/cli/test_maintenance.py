"""Maintenance as the operator runs it: announced, begun, ended; meanwhile clock and commands store nothing."""

from datetime import timedelta
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from flask.cli import ScriptInfo
from sqlalchemy import func, select

from portal.calendar.clock import FixedClock
from portal.calendar.day import JST
from portal.cli import main, maintenance, worker
from portal.services import maintenance as service
from portal.store.database import Database
from portal.store.tables import audit, registration_job, reminder, worker_beat
from tests.build import build_account, build_installation, build_unit
from tests.registration_files import cells, hand_in, written
from tests.registrations import prepare
from tests.services.test_notice import person_with_notice, states


def run(app: Flask, *words: str) -> Result:
    """`portal maintenance …` by the only operator."""
    return app.test_cli_runner().invoke(maintenance.group, list(words))


def jst(clock: FixedClock, **later: float) -> str:
    return f"{(clock.now() + timedelta(**later)).astimezone(JST):%Y-%m-%dT%H:%M}"


@pytest.fixture
def operator(database: Database) -> int:
    return build_account(database, kind="operator")


def test_planned_begun_and_ended_each_with_a_line_in_the_audit_trail(
    app: Flask, database: Database, clock: FixedClock, operator: int
) -> None:
    assert "There is none." in run(app, "list").output
    said = run(
        app, "plan", "--from", jst(clock, hours=1), "--until", jst(clock, hours=3), "--text", "架空の作業"
    )
    assert said.exit_code == 0, said.output
    assert "Planned as number 1: 2026-06-15 11:00 to 2026-06-15 13:00 (Japanese time)" in said.output
    assert "told from 2026-06-08 11:00" in said.output
    assert "1  planned" in run(app, "list").output
    assert "runs until it is ended by hand" in run(app, "begin").output
    assert "1  running" in run(app, "list").output
    assert "begun by hand" in run(app, "list").output
    assert run(app, "begin").exit_code == 1
    assert "Maintenance 1 is over." in run(app, "end").output
    assert "There is no such maintenance" in run(app, "end").output
    with database.read() as session:
        lines = session.execute(
            select(audit.c.kind, audit.c.outcome, audit.c.account_id)
            .where(audit.c.kind.startswith("maintenance."))
            .order_by(audit.c.id)
        ).all()
    assert [(kind, outcome) for kind, outcome, _ in lines] == [
        ("maintenance.plan", "done"),
        ("maintenance.begin", "done"),
        ("maintenance.begin", "refused"),
        ("maintenance.end", "done"),
        ("maintenance.end", "refused"),
    ]
    assert {account_id for _, _, account_id in lines} == {operator}


def test_one_that_has_not_begun_is_called_off(app: Flask, clock: FixedClock, operator: int) -> None:
    run(app, "plan", "--from", jst(clock, hours=1), "--until", jst(clock, hours=3))
    assert "Maintenance 1 is called off." in run(app, "end", "1").output
    assert "1  called off" in run(app, "list").output
    again = run(app, "plan", "--from", jst(clock, hours=1), "--until", jst(clock, hours=3))
    assert again.exit_code == 0, again.output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--from", "2026-06-15T09:00", "--until", "2026-06-15T12:00"), "from: is over"),
        (("--from", "2026-06-16T09:00", "--until", "2026-06-16T09:00"), "until: "),
        (("--from", "2026-06-16T09:00", "--until", "2026-07-16T09:00"), "until: is"),
        (("--until", "2026-06-15T12:00", "--text", "あ" * 301), "text: is too long"),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_is_kept(
    app: Flask, operator: int, words: tuple[str, ...], said: str
) -> None:
    done = run(app, "plan", *words)
    assert done.exit_code == 1
    assert said in done.output
    assert "There is none." in run(app, "list").output


def test_two_at_the_same_time_are_refused(app: Flask, clock: FixedClock, operator: int) -> None:
    run(app, "plan", "--from", jst(clock, hours=1), "--until", jst(clock, hours=3))
    done = run(app, "plan", "--from", jst(clock, hours=2), "--until", jst(clock, hours=4))
    assert "There is maintenance at that time already" in done.output


def test_the_clock_waits_and_takes_up_everything_afterwards(
    app: Flask, database: Database, clock: FixedClock, operator: int
) -> None:
    prepare(database, clock)
    person_with_notice(database, clock.now())
    build_unit(database, valid_until=clock.now().astimezone(JST).date() + timedelta(days=30))
    hand_in(database, clock, written(cells(registration_number="13999-00000001")), register=True)
    run(app, "plan", "--until", jst(clock, hours=2))
    runner = app.test_cli_runner()
    with database.read() as session:
        before = session.execute(select(registration_job)).all()
    for _ in range(2):
        done = runner.invoke(worker.group, ["once"])
        assert done.output.strip() == "maintenance: everything waits until it is over"
    with database.read() as session:
        assert session.execute(select(registration_job)).all() == before
        assert states(database) == ["waiting"]
        assert session.execute(select(func.count()).select_from(reminder)).scalar_one() == 0
        assert session.execute(select(func.count()).select_from(worker_beat)).scalar_one() == 0
    clock.advance(timedelta(hours=2))
    done = runner.invoke(worker.group, ["once"])
    assert "notices: 1 sent" in done.output
    assert "reminded: 1 times" in done.output
    assert "file of registrations" in done.output


def test_mail_stops_in_the_middle_of_a_round(
    app: Flask, database: Database, clock: FixedClock, operator: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(4):
        person_with_notice(database, clock.now(), address=f"person{number}@seeker.example")
    sent: list[int] = []
    hand_over = worker.notice_mail.FileMailer.hand_over

    def counted(mailer: Any, mail: Any) -> None:
        sent.append(1)
        if len(sent) == 2:
            with database.write() as session:
                service.plan(
                    session,
                    clock,
                    worker.Actor(worker.ActorKind.OPERATOR, account_id=operator),
                    starts_at=None,
                    ends_at=clock.now() + timedelta(hours=1),
                )
        hand_over(mailer, mail)

    monkeypatch.setattr(worker.notice_mail.FileMailer, "hand_over", counted)
    app.test_cli_runner().invoke(worker.group, ["once"])
    assert len(sent) == 2
    assert sorted(states(database)) == ["sent", "sent", "waiting", "waiting"]


def test_commands_store_nothing_unless_they_are_said_to_be_part_of_the_work(
    app: Flask, database: Database, clock: FixedClock, operator: int
) -> None:
    build_installation(database)

    def typed(*words: str) -> Result:
        info = ScriptInfo(create_app=lambda: app, set_debug_flag=False)
        return CliRunner().invoke(main, list(words), obj=info)

    run(app, "plan", "--until", jst(clock, hours=2))
    refused = typed("table", "load")
    assert refused.exit_code == 1
    assert "Nothing was stored: maintenance runs" in refused.output
    done = typed("--in-maintenance", "table", "load")
    assert done.exit_code == 0, done.output
    assert typed("installation", "close-sending", "見本").exit_code == 0
