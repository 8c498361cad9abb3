"""The tools behind the two commands keep their word: nothing skipped silently, one line to run, nothing stale."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
TOOLS = ROOT / "tools"


def tool(name: str, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A tool as a module; tools import each other as scripts in one folder do."""
    monkeypatch.syspath_prepend(str(TOOLS))
    specification = importlib.util.spec_from_file_location(name, TOOLS / f"{name}.py")
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    monkeypatch.setitem(sys.modules, name, module)
    specification.loader.exec_module(module)
    return module


def test_without_the_right_to_install_one_line_says_what_to_run(monkeypatch: pytest.MonkeyPatch) -> None:
    debian: Any = tool("debian", monkeypatch)
    monkeypatch.setattr(debian, "_as_root", lambda: None)
    monkeypatch.setitem(debian.NEEDS, "redis", ("redis-server", lambda: False))
    monkeypatch.setitem(debian.NEEDS, "font", ("fonts-ipaexfont-gothic", lambda: False))

    with pytest.raises(debian.Missing) as told:
        debian.ensure(["redis", "font"])

    assert str(told.value).splitlines()[1:] == [
        "sudo apt-get update && sudo apt-get install -y --no-install-recommends redis-server fonts-ipaexfont-gothic"
    ]


def test_where_nothing_is_missing_nothing_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    debian: Any = tool("debian", monkeypatch)
    monkeypatch.setitem(debian.NEEDS, "redis", ("redis-server", lambda: True))
    monkeypatch.setattr(debian, "_as_root", lambda: pytest.fail("asked for rights that are not needed"))

    debian.ensure(["redis"])


def test_the_web_server_writes_no_request_line_that_it_cannot_read(monkeypatch: pytest.MonkeyPatch) -> None:
    serve: Any = tool("serve", monkeypatch)
    words = serve.gunicorn(8000)
    assert words[words.index("--log-level") + 1] == "error"
    assert "--access-logfile" not in words
    guide = (ROOT / "docs" / "operate.md").read_text(encoding="utf-8")
    assert all(" --log-level error " in line for line in guide.splitlines() if "/gunicorn " in line)


@pytest.mark.parametrize("changed", ["requirements/dev.txt", "pyproject.toml"])
def test_an_environment_is_stale_once_its_lock_or_our_metadata_changed(
    changed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install: Any = tool("install", monkeypatch)
    for name in ("requirements/run.txt", "requirements/dev.txt", "pyproject.toml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    monkeypatch.setattr(install, "ROOT", tmp_path)
    before = install.fingerprint("dev")

    text = (tmp_path / changed).read_text(encoding="utf-8")
    (tmp_path / changed).write_text(text.replace('version = "', 'version = "9') + "\n", encoding="utf-8")

    assert install.fingerprint("dev") != before


REPORT = """<?xml version="1.0"?><testsuites><testsuite>
<testcase name="a"/><testcase name="b"><failure/></testcase><testcase name="c"><error/></testcase>
<testcase name="d"><skipped type="pytest.skip"/></testcase><testcase name="e"><skipped type="pytest.xfail"/></testcase>
</testsuite></testsuites>"""


def test_a_skipped_test_is_counted_and_an_expected_failure_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    test: Any = tool("test", monkeypatch)
    (tmp_path / "report.xml").write_text(REPORT)
    outcome = test.Outcome("tier")

    test.count(tmp_path / "report.xml", outcome)

    assert (outcome.passed, outcome.failed, outcome.skipped) == (2, 2, 1)


def test_every_folder_of_tests_runs_in_exactly_one_tier(monkeypatch: pytest.MonkeyPatch) -> None:
    test: Any = tool("test", monkeypatch)
    run = [name for tier in test.TIERS for name in test.folders_of(tier)]
    found = {
        f"tests/{path.relative_to(ROOT / 'tests').parts[0]}" for path in (ROOT / "tests").rglob("test_*.py")
    }

    assert sorted(run) == sorted(found)


def test_help_lists_what_can_be_asked_for() -> None:
    said = subprocess.run(
        ["make", "--no-print-directory", "help"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout

    asked = "run test test-fast lint fix bench screenshots faults migrate translations clean"
    assert {f"make {name}" for name in asked.split()} <= {
        " ".join(line.split()[:2]) for line in said.splitlines()
    }


def test_continuous_integration_runs_the_same_command_as_people() -> None:
    script = ROOT / ".ci" / "run"

    assert os.access(script, os.X_OK)
    assert script.read_text(encoding="utf-8").splitlines()[-1] == "exec make test"
