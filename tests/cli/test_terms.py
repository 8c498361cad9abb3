"""`portal terms publish` as typed: one version from files, with the days said."""

import pytest

from portal.cli import terms
from portal.settings import config_dir

NEXT = """
["2026-10"]
title_ja = "見本の規約 二"
title_en = "Sample terms two"
valid_from = {first}
agree_by = {last}
"""


@pytest.fixture
def run(app):
    """Types a command; gives its exit code and what it printed."""
    runner = app.test_cli_runner()

    def typed(*words):
        done = runner.invoke(terms.group, [str(word) for word in words])
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done.exit_code, done.output

    return typed


@pytest.fixture
def folder(tmp_path):
    """The shipped terms and one more version."""

    def made(first="2026-10-01", last="2026-12-31", *, changes=True):
        shipped = config_dir() / "terms"
        for path in shipped.iterdir():
            (tmp_path / path.name).write_bytes(path.read_bytes())
        index = tmp_path / "terms.toml"
        index.write_text(index.read_text("utf-8") + NEXT.format(first=first, last=last), "utf-8")
        for language in ("ja", "en"):
            (tmp_path / f"2026-10.{language}.txt").write_text("見本です。", "utf-8")
            if changes:
                (tmp_path / f"2026-10.changes.{language}.txt").write_text("変更の見本です。", "utf-8")
        return tmp_path

    return made


def test_a_version_is_rehearsed_published_once_and_listed(run, database, folder):
    run("load")
    place = folder()
    code, said = run("publish", "2026-10", "--folder", place, "--dry-run")
    assert (code, said.startswith("Would publish: 2026-10")) == (0, True)
    assert "2026-10" not in run("list")[1]
    code, said = run("publish", "2026-10", "--folder", place)
    assert (code, said.startswith("Published: 2026-10")) == (0, True)
    assert "offered from 2026-10-01; until 2026-12-31 what was agreed to before suffices" in said
    assert run("publish", "2026-10", "--folder", place) == (0, "2026-10 is published already.\n")
    assert "2026-10  from 2026-10-01  agree by 2026-12-31" in run("list")[1]
    assert run("load", "--folder", place) == (0, "Every version is loaded already.\n")


@pytest.mark.parametrize(
    ("days", "changes", "said"),
    [
        (("2026-06-14", "2026-12-31"), True, "begins on a day that is over"),
        (("2026-10-01", "2026-10-30"), True, "fewer than 30 days"),
        (("2026-10-01", "2026-12-31"), False, "needs CODE.changes.ja.txt"),
    ],
)
def test_what_would_take_people_by_surprise_is_refused_in_words(run, database, folder, days, changes, said):
    run("load")
    code, output = run("publish", "2026-10", "--folder", folder(*days, changes=changes))
    assert (code, said in output, "Nothing was stored." in output) == (1, True, True)


def test_a_further_version_is_never_loaded_in_passing(run, database, folder):
    run("load")
    code, output = run("load", "--folder", folder())
    assert (code, "portal terms publish 2026-10" in output) == (1, True)
