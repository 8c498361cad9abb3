"""`portal announcement`, as typed: written, listed, shown, changed, withdrawn."""

from typing import Any

import pytest
from click.testing import Result
from flask import Flask

from portal.cli import announcement
from portal.store.database import Database
from tests.build import build_account, build_unit


@pytest.fixture
def engine_kind() -> str:
    return "sqlite"


def run(app: Flask, *words: str, given: str | None = None) -> Result:
    """`portal announcement …` by the only operator."""
    return app.test_cli_runner().invoke(announcement.group, list(words), input=given)


def test_an_announcement_from_its_first_word_to_its_end(app: Flask, database: Database, clock: Any) -> None:
    build_account(database, kind="operator")
    build_unit(database)
    assert "There is none." in run(app, "list").output
    words = ("--to", "units", "--title", "架空の題", "--until", "令和8年6月30日")
    made = run(app, "write", *words, "--file", "-", given="一行目\n二行目\n")
    assert made.exit_code == 0, made.output
    ref = made.output.split()[-1].rstrip(".")
    assert "架空の題" in run(app, "list").output
    assert "shown" in run(app, "list").output
    shown = run(app, "show", ref).output
    assert "opened by 0 of 1 units" in shown
    assert "一行目\n二行目" in shown
    assert run(app, "change", ref, "--title", "架空の直した題", "--until", "").exit_code == 0
    shown = run(app, "show", ref).output
    assert "架空の直した題" in shown
    assert "2026-06-15–\n" in shown
    assert "一行目\n二行目" in shown
    assert "Withdrawn." in run(app, "withdraw", ref).output
    assert "withdrawn" in run(app, "list").output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--to", "unit", "--title", "題", "--text", "本文"), "number: is missing"),
        (("--to", "unit", "--unit", "99-ユ-999999", "--title", "題", "--text", "本文"), "number: "),
        (("--to", "units", "--title", "題"), "text: is missing"),
        (("--to", "nobody", "--title", "題"), "'nobody' is not one of"),
    ],
)
def test_what_cannot_be_announced_is_told(
    app: Flask, database: Database, words: tuple[str, ...], said: str
) -> None:
    build_account(database, kind="operator")
    done = run(app, "write", *words)
    assert done.exit_code != 0
    assert said in done.output
    assert "There is none." in run(app, "list").output


def test_another_ones_or_no_ref_is_not_found(app: Flask, database: Database) -> None:
    build_account(database, kind="operator")
    for act in ("show", "withdraw"):
        done = run(app, act, "A" * 22)
        assert done.exit_code == 1
        assert "There is no such thing." in done.output
