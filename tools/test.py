"""Runs the tests tier by tier and prints how long each took.

Usage: .venv/bin/python tools/test.py all|fast [--began SECONDS] [--only TIER]

A tier fails when a test fails, when one is skipped, or when it ran nothing. `fast` leaves out PostgreSQL, whole worlds,
processes that are killed, the browser and the planted faults. `--began` is the time (Unix seconds) at which installing
began."""

import argparse
import os
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass, field
from pathlib import Path

import lint

ROOT = Path(__file__).resolve().parent.parent
TESTS = ROOT / "tests"
REPORTS = ROOT / ".cache" / "reports"
# A hanging test ends its tier, not the patience of the reader.
MINUTES_PER_TIER = 30


@dataclass(frozen=True)
class Tier:
    """A group of test folders that run alike. `rest` takes every folder that no other tier names."""

    name: str
    folders: tuple[str, ...] = ()
    workers: int = 2
    rest: bool = False
    fast: bool = True
    environment: dict[str, str] = field(default_factory=dict)


TIERS = [
    Tier("pure", ("calendar", "domain", "homework", "documents")),
    Tier("store and services", ("store", "services", "migrations", "cli")),
    Tier("web", rest=True),
    # Whole worlds and installations: what they find is found by nothing smaller, but not quickly.
    Tier("whole worlds", ("leak", "model", "forms", "start"), fast=False),
    # Killed processes measure themselves against each other; a second worker would only disturb them.
    Tier("kill tests", ("kill",), workers=0, fast=False),
    Tier("browser", ("browser",), fast=False),
]
NOT_TESTS = {"real_services", "__pycache__"}


@dataclass
class Outcome:
    """What a tier did."""

    name: str
    seconds: float = 0
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    note: str = ""

    @property
    def good(self) -> bool:
        return not self.failed and not self.note


def folders_of(tier: Tier) -> list[str]:
    if tier.rest:
        named = {folder for other in TIERS for folder in other.folders}
        found = {path.name for path in TESTS.iterdir() if path.is_dir()} - named - NOT_TESTS
        loose = [f"tests/{path.name}" for path in sorted(TESTS.glob("test_*.py"))]
        return [f"tests/{name}" for name in sorted(found) if holds_tests(TESTS / name)] + loose
    return [f"tests/{name}" for name in tier.folders if holds_tests(TESTS / name)]


def holds_tests(folder: Path) -> bool:
    return next(folder.rglob("test_*.py"), None) is not None


def count(report: Path, outcome: Outcome) -> None:
    for case in ElementTree.parse(report).getroot().iter("testcase"):
        skip = case.find("skipped")
        if case.find("failure") is not None or case.find("error") is not None:
            outcome.failed += 1
        elif skip is not None and skip.get("type") != "pytest.xfail":
            outcome.skipped += 1
        else:
            outcome.passed += 1


def run_pytest(tier: Tier, engines: str) -> Outcome:
    outcome = Outcome(tier.name)
    folders = folders_of(tier)
    if not folders:
        outcome.note = "no tests found"
        return outcome
    REPORTS.mkdir(parents=True, exist_ok=True)
    report = REPORTS / f"{tier.name.replace(' ', '-')}.xml"
    report.unlink(missing_ok=True)
    command = [sys.executable, "-m", "pytest", "-q", "--no-header", "--durations=5", f"--junitxml={report}"]
    if tier.workers:
        command += ["-n", str(tier.workers), "--dist", "worksteal"]
    began = time.monotonic()
    child = subprocess.Popen(
        [*command, *folders], cwd=ROOT, env=os.environ | {"TEST_ENGINES": engines}, start_new_session=True
    )
    try:
        code = child.wait(timeout=MINUTES_PER_TIER * 60)
    except BaseException as problem:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        if not isinstance(problem, subprocess.TimeoutExpired):
            raise
        code, outcome.note = -1, f"did not end within {MINUTES_PER_TIER} minutes"
    outcome.seconds = time.monotonic() - began
    if report.exists():
        count(report, outcome)
    if outcome.skipped:
        outcome.note = f"{outcome.skipped} skipped: nothing may be skipped"
    elif code != 0 and not outcome.failed and not outcome.note:
        outcome.note = f"pytest ended with exit code {code}"
    return outcome


def run_lint() -> Outcome:
    began = time.monotonic()
    passed, failed = lint.lint()
    return Outcome("lint and types", time.monotonic() - began, passed, failed)


def run_faults() -> Outcome:
    outcome = Outcome("faults (short form)")
    began = time.monotonic()
    command = [sys.executable, "tools/faults.py", "--short", f"--report={REPORTS / 'faults.txt'}"]
    code = subprocess.run(command, cwd=ROOT, check=False).returncode
    outcome.seconds = time.monotonic() - began
    report = REPORTS / "faults.txt"
    if code in (0, 1) and report.exists():
        outcome.passed, outcome.failed = map(int, report.read_text().split())
    else:
        outcome.note = f"ended with exit code {code}"
    return outcome


def table(outcomes: list[Outcome]) -> str:
    lines = [f"{'tier':<22}{'seconds':>9}{'passed':>8}{'failed':>8}  outcome"]
    for each in outcomes:
        word = "ok" if each.good else each.note or "FAILED"
        lines.append(f"{each.name:<22}{each.seconds:>9.1f}{each.passed:>8}{each.failed:>8}  {word}")
    lines.append(f"{'together':<22}{sum(each.seconds for each in outcomes):>9.1f}")
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("which", choices=["all", "fast"])
    parser.add_argument("--began", type=float, default=time.time())
    parser.add_argument("--only", help="the name of one tier")
    asked = parser.parse_args()
    fast = asked.which == "fast"
    engines = "sqlite" if fast else "sqlite,postgresql"
    plan = [("lint and types", run_lint)]
    plan += [
        (tier.name, lambda tier=tier: run_pytest(tier, engines)) for tier in TIERS if tier.fast or not fast
    ]
    if not fast:
        plan.append(("faults", run_faults))
    outcomes = [Outcome("install", time.time() - asked.began)]
    for name, step in plan:
        if asked.only in (None, name):
            print(f"\n== {name}", flush=True)
            outcomes.append(step())
    print(f"\n{table(outcomes)}\n")
    # A tier that broke down without counting a test is one failure in the closing line.
    failed = sum(each.failed or bool(each.note) for each in outcomes)
    print(f"{sum(each.passed for each in outcomes)} passed, {failed} failed", flush=True)
    return 0 if all(each.good for each in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
