"""Runs every check of the code and the templates; says which failed.

Usage: .venv/bin/python tools/lint.py [--fix]"""

import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
# The rooms whose types are strict; a room that does not exist yet is not asked for.
STRICT = ["calendar", "domain", "homework", "services", "store"]


def checks() -> list[tuple[str, list[str]]]:
    """Name and command of each check."""
    rooms = [f"portal/{room}" for room in STRICT if (ROOT / "portal" / room).is_dir()]
    found = [
        ("ruff check", ["ruff", "check", "--quiet", "."]),
        ("ruff format", ["ruff", "format", "--quiet", "--check", "."]),
        ("mypy --strict", ["mypy", *rooms]),
        ("import-linter", ["lint-imports"]),
    ]
    if any((ROOT / "portal" / "templates").rglob("*.html")):
        found.append(("djlint", ["djlint", "--lint", "--quiet", "portal/templates"]))
    return found


def run(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(BIN / command[0]), *command[1:]], cwd=ROOT, capture_output=True, text=True, check=False
    )


def fix() -> int:
    codes = [
        run(words).returncode
        for words in (["ruff", "check", "--fix", "-q", "."], ["ruff", "format", "-q", "."])
    ]
    return max(codes)


def lint() -> tuple[int, int]:
    """Run all checks and print what they say. Returns how many passed and failed."""
    passed = failed = 0
    for name, command in checks():
        began = time.monotonic()
        done = run(command)
        good = done.returncode == 0
        print(f"{'ok    ' if good else 'FAILED'} {name} ({time.monotonic() - began:.1f} s)", flush=True)
        passed, failed = passed + good, failed + (not good)
        if not good:
            print(done.stdout, done.stderr, sep="", flush=True)
    return passed, failed


def main() -> int:
    if sys.argv[1:] == ["--fix"]:
        return fix()
    return 1 if lint()[1] else 0


if __name__ == "__main__":
    sys.exit(main())
