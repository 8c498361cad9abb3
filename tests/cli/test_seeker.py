"""The operator's commands for registrations and terms, as typed."""

import pytest

from portal.cli import seeker, terms
from tests import build
from tests.registration_files import TWO, cells, written
from tests.registrations import OFFICE, prepare


@pytest.fixture
def run(app):
    """Types a command; gives its exit code and what it printed."""
    runner = app.test_cli_runner()

    def typed(group, *words):
        done = runner.invoke(group, [str(word) for word in words])
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done.exit_code, done.output

    return typed


@pytest.fixture
def ready(database, clock):
    prepare(database, clock)
    build.build_account(database, kind="operator", name="unyou")


@pytest.fixture
def sheet(tmp_path):
    def write(*lines):
        path = tmp_path / "registrations.csv"
        path.write_bytes(written(*lines))
        return path

    return write


def test_nothing_is_stored_without_apply(run, ready, sheet):
    path = sheet(*TWO)
    for words in (("--dry-run",), ()):
        code, output = run(seeker.group, "load", path, "--office", OFFICE, *words)
        assert code == 0
        assert "2 would be registered, 0 known already, 0 refused" in output
        assert "Dry run: nothing was stored" in output
    code, output = run(seeker.group, "load", path, "--office", OFFICE, "--apply")
    assert code == 0
    assert "2 registered, 0 known already" in output
    assert "1 text(s) wait for the office" in output
    _, output = run(seeker.group, "load", path, "--office", OFFICE, "--apply")
    assert "0 registered, 2 known already, 0 refused" in output


def test_refused_lines_are_named_with_column_and_reason_but_never_with_what_they_say(run, ready, sheet):
    path = sheet(
        cells(), cells(registration_number="13999-00000002", name="見本🌸花子", birth_date="1990-02-30")
    )
    code, output = run(seeker.group, "load", path, "--office", OFFICE, "--apply")
    assert code == 1
    assert "line 3, name (氏名): holds an emoji" in output
    assert "line 3, birth_date (生年月日): is a day that does not exist" in output
    assert "1 registered, 0 known already, 1 refused" in output
    assert "花子" not in output


def test_what_cannot_be_read_at_all_is_told(run, ready, sheet, tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("name\nx\n")
    code, output = run(seeker.group, "load", path, "--office", OFFICE, "--apply")
    assert code == 1
    assert "Nothing was stored." in output
    assert "kana (フリガナ): is not in the head" in output
    code, output = run(seeker.group, "load", sheet(cells()), "--office", "X9999", "--apply")
    assert (code, "office: is not known here" in output) == (1, True)
    code, output = run(seeker.group, "load", path, "--office", OFFICE, "--apply", "--dry-run")
    assert (code, "exclude each other" in output) == (2, True)


def test_every_reason_has_words(run, ready, sheet):
    bad = dict.fromkeys(cells(), "🌸")
    _, output = run(seeker.group, "load", sheet(bad), "--office", OFFICE)
    reasons = [line.rsplit(": ", 1)[1] for line in output.splitlines() if line.startswith("line ")]
    assert reasons
    assert not [reason for reason in reasons if " " not in reason]


def test_terms_are_loaded_once_and_listed(run, database):
    code, output = run(terms.group, "list")
    assert (code, output) == (0, "No terms are loaded; run: portal terms load\n")
    assert run(terms.group, "load") == (0, "Loaded: 2026-04\n")
    assert run(terms.group, "load") == (0, "Every version is loaded already.\n")
    assert "2026-04  from 2026-04-01  agree by 2026-04-01  求職情報" in run(terms.group, "list")[1]


def test_a_changed_text_of_a_loaded_version_is_refused(run, database, tmp_path):
    run(terms.group, "load")
    (tmp_path / "terms.toml").write_text(
        '["2026-04"]\ntitle_ja = "見本"\ntitle_en = "Sample"\nvalid_from = 2026-04-01\nagree_by = 2026-04-01\n'
    )
    for language in ("ja", "en"):
        (tmp_path / f"2026-04.{language}.txt").write_text("x")
    code, output = run(terms.group, "load", "--folder", tmp_path)
    assert code == 1
    assert "2026-04: is loaded with other words" in output
