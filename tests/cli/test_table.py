"""The operator's commands for code tables, as typed."""

import re

import pytest

from portal.cli import table
from portal.domain.code import REASONS
from portal.settings import config_dir
from tests import build

HEADER = "code,name,valid_from,valid_until,source,confidence,parent"


@pytest.fixture
def portal_table(app):
    """Types a command; gives its exit code and what it printed."""
    runner = app.test_cli_runner()

    def run(*words):
        done = runner.invoke(table.group, [str(word) for word in words])
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done.exit_code, done.output

    return run


@pytest.fixture
def sheet(tmp_path):
    def write(*lines, name="employment_type.csv", encoding="utf-8"):
        path = tmp_path / name
        path.write_text("\n".join([HEADER, *lines, ""]), encoding=encoding)
        return path

    return write


def test_loading_twice_changes_nothing_and_check_agrees(portal_table, database):
    build.build_installation(database, demo=True)
    assert portal_table("check")[0] == 1
    code_, output = portal_table("load")
    assert code_ == 0
    assert "prefecture: 47 rows (47 new, 0 changed, 0 ended, 0 moved)" in output
    assert "office: 7 rows" in output
    _, output = portal_table("load")
    assert set(re.findall(r"^\w+: (\w+)", output, re.MULTILINE)) == {"unchanged"}
    assert portal_table("check") == (0, "Every shipped table is loaded as it is.\n")


def test_outside_a_demo_the_invented_offices_are_left_out_and_it_is_said(portal_table):
    code_, output = portal_table("load")
    assert code_ == 0
    assert "office: left out" in output
    assert portal_table("show", "office")[0] == 1


def test_a_dry_run_says_so_and_stores_nothing(portal_table):
    code_, output = portal_table("load", "--dry-run")
    assert code_ == 0
    assert output.endswith("Dry run: nothing was stored.\n")
    assert "No table is loaded" in portal_table("list")[1]


def test_an_official_file_in_cp932_replaces_ours_and_stays_when_the_shipped_files_are_loaded_again(
    portal_table, sheet, clock
):
    portal_table("load")
    shipped = (config_dir() / "tables" / "unit_class.csv").read_text(encoding="utf-8")
    official = sheet(name="official.csv")
    official.write_text(shipped.replace("地方自治体等", "地方公共団体等"), encoding="cp932")
    code_, output = portal_table(
        "load",
        official,
        "--kind",
        "unit_class",
        "--source",
        "公式の表",
        "--licence",
        "公開",
        "--verified-on",
        "2099-04-01",
    )
    assert code_ == 0, output
    assert "municipal: 地方自治体等 → 地方公共団体等" in output
    assert "unit_class: kept" in portal_table("load")[1]
    listing = portal_table("list")[1]
    assert "verified 2099-04-01; 公式の表; 公開" in listing
    assert "地方公共団体等" in portal_table("show", "unit_class")[1]


def test_each_bad_line_is_printed_with_its_place_and_what_is_wrong(portal_table, sheet):
    path = sheet("REGULAR,正社員,2026-13-01,,見本,official,", "part,パート,2026-01-01,,見本,official,")
    code_, output = portal_table("load", path)
    assert code_ == 1
    assert "Nothing was stored." in output
    assert "employment_type: line 2, code 'REGULAR': does not have the form of this table's codes" in output
    assert "employment_type: line 2, valid_from '2026-13-01': is not a day written as YYYY-MM-DD" in output
    assert "line 3" not in output


def test_a_file_without_a_loaded_row_is_refused_by_name_of_the_row(portal_table, sheet):
    portal_table("load")
    code_, output = portal_table("load", sheet("regular,正社員,2000-01-01,,見本,official,"))
    assert code_ == 1
    assert "employment_type: code 'part_time': is loaded but not in the file" in output


def test_an_ending_is_announced(portal_table, sheet):
    portal_table("load", sheet("regular,正社員,2000-01-01,,見本,official,"))
    _, output = portal_table("load", sheet("regular,正社員,2000-01-01,2026-12-31,見本,official,"))
    assert "regular: 正社員 ends on 2026-12-31" in output
    assert "正社員" in portal_table("show", "employment_type", "--on", "2026-12-31")[1]
    assert portal_table("show", "employment_type", "--on", "2027-01-01") == (0, "")


@pytest.mark.parametrize(
    "words", [("load", "--kind", "office"), ("load", "--source", "x"), ("show",), ("load", "nowhere.csv")]
)
def test_a_command_that_makes_no_sense_is_explained(portal_table, words):
    code_, output = portal_table(*words)
    assert code_ == 2
    assert "Error" in output


def test_a_file_for_no_table_names_the_tables_there_are(portal_table, sheet):
    code_, output = portal_table("load", sheet(name="colours.csv"))
    assert code_ == 2
    assert "prefecture, " in output


def test_a_flood_of_faults_is_cut_short(portal_table, sheet):
    code_, output = portal_table("load", sheet(*["?"] * 150))
    assert code_ == 1
    assert "… and 50 more" in output


def test_every_reason_has_its_words_and_no_words_are_left_over():
    assert set(table.WORDS) == REASONS
