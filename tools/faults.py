"""Plants known faults, one at a time, in a copy of this repository: each must turn one of its tests red.

Usage: .venv/bin/python tools/faults.py [--short] [--only WORDS] [--report FILE]

tests/faults/*.toml lists them: `name`, `file`, `old` (must stand exactly once in the file), `new`, `tests` (what
should notice), `short = true` for the short form, `engines` ("sqlite" unless the fault shows only elsewhere).
The work tree itself is never touched."""

import argparse
import os
import queue
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LISTS = ROOT / "tests" / "faults"
WORKERS = 2
SECONDS_PER_RUN = 900
RED = 1


@dataclass(frozen=True)
class Fault:
    """One small sabotage and the tests that must notice it."""

    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]
    short: bool = False
    engines: str = "sqlite"


def read_faults() -> list[Fault]:
    found = []
    for path in sorted(LISTS.glob("*.toml")):
        for each in tomllib.loads(path.read_text(encoding="utf-8"))["fault"]:
            found.append(Fault(**{**each, "tests": tuple(each["tests"])}))
    return found


def copy_repository(to: Path) -> None:
    """Everything that is or could be under version control, with a repository around it."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for name in {name for name in listed.split("\0") if name and (ROOT / name).is_file()}:
        (to / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, to / name)
    for compiled in (ROOT / "portal").rglob("*.mo"):
        shutil.copy2(compiled, to / compiled.relative_to(ROOT))


def run_tests(copy: Path, tests: list[str], engines: str) -> tuple[int, str]:
    """Exit code and output of pytest in the copy."""
    # The copy must win over the installed package, in child processes too.
    environment = os.environ | {
        "PYTHONPATH": str(copy),
        "TEST_ENGINES": engines,
        "PLANTED_FAULT": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    command = [sys.executable, "-m", "pytest", "-q", "-x", "--no-header", "-p", "no:cacheprovider", *tests]
    try:
        done = subprocess.run(
            command,
            cwd=copy,
            env=environment,
            capture_output=True,
            text=True,
            timeout=SECONDS_PER_RUN,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return -1, f"did not end within {SECONDS_PER_RUN} seconds"
    return done.returncode, done.stdout + done.stderr


def try_fault(copy: Path, fault: Fault) -> str:
    """What went wrong with this fault, or "" when a test noticed it."""
    place = copy / fault.file
    if not place.is_file():
        return f"there is no file {fault.file}"
    before = place.read_text(encoding="utf-8")
    if before.count(fault.old) != 1:
        return f"its old text stands {before.count(fault.old)} times in {fault.file}"
    place.write_text(before.replace(fault.old, fault.new), encoding="utf-8")
    try:
        code, output = run_tests(copy, list(fault.tests), fault.engines)
    finally:
        place.write_text(before, encoding="utf-8")
    if code == RED:
        return ""
    if code == 0:
        return f"no test noticed it ({', '.join(fault.tests)})"
    return f"pytest ended with exit code {code}:\n{output[-2000:]}"


def control(copy: Path, faults: list[Fault]) -> str:
    """Without any fault all named tests must be green; what is wrong, or ""."""
    for engines in sorted({fault.engines for fault in faults}):
        tests = sorted({test for fault in faults if fault.engines == engines for test in fault.tests})
        code, output = run_tests(copy, tests, engines)
        if code != 0:
            return output[-4000:]
    return ""


def try_all(faults: list[Fault], folder: Path) -> dict[str, str]:
    """Name of each fault to what went wrong with it."""
    waiting: queue.SimpleQueue[Fault] = queue.SimpleQueue()
    for fault in faults:
        waiting.put(fault)
    results: dict[str, str] = {}

    def work(copy: Path) -> None:
        copy_repository(copy)
        while True:
            try:
                fault = waiting.get_nowait()
            except queue.Empty:
                return
            began = time.monotonic()
            wrong = try_fault(copy, fault)
            results[fault.name] = wrong
            word = "NOT NOTICED" if wrong else "noticed"
            print(f"{word:<12}{fault.name} ({time.monotonic() - began:.0f} s) {wrong}", flush=True)

    threads = [threading.Thread(target=work, args=(folder / str(number),)) for number in range(WORKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--short", action="store_true", help="only those marked short")
    parser.add_argument("--only", default="", help="only those whose name contains these words")
    parser.add_argument("--report", type=Path, help="write the two counts here")
    asked = parser.parse_args()
    faults = [each for each in read_faults() if asked.only in each.name and (each.short or not asked.short)]
    if not faults:
        print("No faults are listed.", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="portal-faults-") as folder:
        copy = Path(folder) / "control"
        copy_repository(copy)
        wrong = control(copy, faults)
        if wrong:
            print(f"Without any fault the tests are not green:\n{wrong}", file=sys.stderr)
            return 2
        results = try_all(faults, Path(folder))
    missed = sum(1 for wrong in results.values() if wrong)
    broken = len(faults) - len(results)
    if asked.report:
        asked.report.parent.mkdir(parents=True, exist_ok=True)
        asked.report.write_text(f"{len(results) - missed} {missed + broken}\n")
    print(f"{len(results) - missed} of {len(faults)} faults noticed")
    return 1 if missed or broken else 0


if __name__ == "__main__":
    sys.exit(main())
