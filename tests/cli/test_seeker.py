"""The operator's commands for registrations and terms, as typed."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from portal.cli import seeker, terms, worker
from portal.cli.file_wording import WORDS
from portal.documents.refused_lines import REASONS
from portal.domain import file_encoding, registration_file
from portal.services import registration_run
from portal.store.tables import registration_job
from tests import build
from tests.registration_files import TWO, cells, count, hand_in, written
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


def test_a_long_file_tells_how_far_it_is_and_names_no_more_than_the_first_refused_lines(
    run, ready, sheet, monkeypatch
):
    monkeypatch.setattr(seeker, "MOST_TOLD", 2)
    monkeypatch.setattr(seeker, "TELL_EVERY", 2)
    monkeypatch.setattr(registration_run, "CHUNK_LINES", 2)
    path = sheet(cells(), *(cells(registration_number=str(number)) for number in range(3)))
    code, output = run(seeker.group, "load", path, "--office", OFFICE)
    assert code == 1
    assert "2 of 4 lines" in output
    assert output.count("is not 5 digits") == 2
    assert "... and 1 more" in output
    assert "1 would be registered, 0 known already, 3 refused" in output


def test_refused_lines_are_written_to_be_corrected_and_loaded_again(run, ready, sheet, tmp_path):
    bad = tmp_path / "bad.csv"
    path = sheet(cells(), cells(registration_number="13999-00000002", kana="x1"))
    code, _ = run(seeker.group, "load", path, "--office", OFFICE, "--apply", "--refused", bad)
    assert code == 1
    text = bad.read_bytes().decode("utf-8-sig")
    assert "フリガナ：カタカナかひらがなで入力してください" in text
    bad.write_text(text.replace(",x1,", ",ミホン,"))
    code, output = run(seeker.group, "load", bad, "--office", OFFICE, "--apply")
    assert (code, "1 registered, 0 known already, 0 refused" in output) == (0, True)


@pytest.mark.parametrize("way", ["itself", "link", "another", "dangling link"])
@pytest.mark.parametrize("apply", [(), ("--apply",)])
def test_the_list_of_refused_lines_never_takes_the_place_of_a_file_that_is_there(
    run, ready, sheet, tmp_path, database, way, apply
):
    path = sheet(cells(), cells(registration_number="13999-00000002", kana="x1"))
    there = path if way == "itself" else tmp_path / "there.csv"
    if way == "another":
        there.write_text("kept")
    elif way != "itself":
        there.symlink_to(path if way == "link" else tmp_path / "nowhere.csv")
    before = path.read_bytes(), sorted(tmp_path.iterdir())
    code, output = run(seeker.group, "load", path, "--office", OFFICE, *apply, "--refused", there)
    assert code == 1
    assert "is there already and is never overwritten. Name a file that does not exist yet" in output
    assert (path.read_bytes(), sorted(tmp_path.iterdir())) == before
    assert way != "another" or there.read_text() == "kept"
    assert count(database) == count(database, registration_job) == 0


def test_a_folder_that_is_missing_is_told_before_anything_is_registered(
    run, ready, sheet, tmp_path, database
):
    code, output = run(
        seeker.group,
        "load",
        sheet(cells()),
        "--office",
        OFFICE,
        "--apply",
        "--refused",
        tmp_path / "no" / "b",
    )
    assert (code, "Nothing was done: the folder" in output) == (1, True)
    assert count(database) == count(database, registration_job) == 0


def test_the_list_of_refused_lines_is_for_its_owner_alone_and_none_is_left_of_a_file_that_cannot_be_read(
    run, ready, sheet, tmp_path
):
    bad = tmp_path / "bad.csv"
    assert run(seeker.group, "load", sheet(), "--office", OFFICE, "--refused", bad)[0] == 1
    assert not bad.exists()
    run(seeker.group, "load", sheet(cells(sex="x")), "--office", OFFICE, "--refused", bad)
    assert bad.stat().st_mode & 0o777 == 0o600
    assert run(seeker.group, "refused", "A" * 22, bad)[0] == 1
    assert bad.stat().st_size > 0


def test_a_file_is_checked_for_no_office(run, ready, sheet):
    code, output = run(seeker.group, "check", sheet(*TWO))
    assert (code, output) == (0, "2 can be registered, 0 refused; 1 text(s) would wait for the office\n")
    code, output = run(seeker.group, "check", sheet(cells(), cells(sex="x")))
    assert code == 1
    assert "line 3, registration_number (求職番号): stands on line 2 of this file already" in output
    assert "1 can be registered, 1 refused" in output


def test_files_are_listed_cancelled_and_resumed_and_the_worker_carries_them_on(
    run, ready, database, clock, sheet, tmp_path
):
    handed = hand_in(database, clock, written(*TWO, cells(sex="x")))
    _, output = run(seeker.group, "files")
    assert f"{handed.public_id}  {OFFICE}  2026-06-15 01:00Z  waiting  0 of 3 lines" in output
    code, output = run(worker.group, "once")
    assert (code, "file of registrations checked: 2 accepted, 0 known already, 1 refused" in output) == (
        0,
        True,
    )
    code, output = run(seeker.group, "resume", handed.public_id)
    assert (code, "Somebody was faster" in output) == (1, True)
    code, output = run(seeker.group, "refused", handed.public_id, tmp_path / "bad.csv")
    assert (code, len((tmp_path / "bad.csv").read_text().splitlines())) == (0, 2)
    assert run(seeker.group, "cancel", handed.public_id) == (0, "Cancelled.\n")
    assert "cancelled" in run(seeker.group, "files", "--office", OFFICE)[1]
    assert run(seeker.group, "cancel", "x" * 22)[0] == 1
    clock.advance(timedelta(days=8))
    assert "forgotten: 1 files of registrations" in run(worker.group, "once")[1]
    code, output = run(seeker.group, "refused", handed.public_id, tmp_path / "late.csv")
    assert (code, "The refused lines were removed after their time" in output) == (1, True)
    assert not (tmp_path / "late.csv").exists()


def test_a_check_that_nobody_answered_is_listed_as_such(run, ready, database, clock):
    hand_in(database, clock, written(*TWO))
    run(worker.group, "once")
    clock.advance(timedelta(days=8))
    run(worker.group, "once")
    assert "cancelled (nobody let it register in time)" in run(seeker.group, "files")[1]


def test_whoever_interrupts_a_load_leaves_the_rest_to_the_worker(run, ready, sheet, database, monkeypatch):
    monkeypatch.setattr(registration_run, "CHUNK_LINES", 1)
    step, steps = registration_run.Run.step, []

    def interrupted(self, *arguments):
        steps.append(1)
        if len(steps) == 2:
            raise KeyboardInterrupt
        return step(self, *arguments)

    monkeypatch.setattr(registration_run.Run, "step", interrupted)
    code, output = run(seeker.group, "load", sheet(*TWO), "--office", OFFICE, "--apply")
    assert code == 1
    assert "The worker goes on with it" in output
    assert "file of registrations finished: 2 accepted" in run(worker.group, "once")[1]


def test_every_reason_of_the_reader_has_words_in_both_places():
    spoken = set(re.findall(r'"([a-z0-9_]+)"', Path(registration_file.__file__).read_text()))
    spoken |= set(re.findall(r'"([a-z0-9_]+)"', Path(file_encoding.__file__).read_text()))
    reasons = {
        *("too_large", "empty", "delimiter", "no_head", "unknown_column", "missing_column", "double_column"),
        *("too_many_lines", "encoding", "line_too_long", "line_ends", "bad_quote", "wrong_number_of_cells"),
        *("workbook", "utf_16", "iso_2022_jp", "euc_jp", "mixed_encoding", "too_long"),
    }
    assert reasons <= spoken
    assert reasons <= set(WORDS)
    lines = {"wrong_number_of_cells", "too_long", "double_in_file", "already_registered"}
    assert lines | set(WORDS) - reasons - {"double_in_file"} <= set(REASONS) | reasons
