"""Makes .venv from a hash-locked list when it is missing or stale. Standard library only.

Usage: python3 tools/install.py run|dev
`run` holds what the portal needs, `dev` that and what tests and checks need."""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import debian

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
OLDEST = (3, 11)


def fingerprint(which: str) -> str:
    """What the environment was made from: the lock, our own metadata, the interpreter and the place."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    parts = [(ROOT / "requirements" / f"{which}.txt").read_text(encoding="utf-8")]
    parts += [json.dumps(project, sort_keys=True), sys.version, str(VENV)]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def is_fresh(which: str) -> bool:
    """Whether .venv holds the list `which`; the longer list answers for the shorter one too."""
    for name in {which, "dev"}:
        stamp = VENV / f".made-from-{name}"
        if PYTHON.exists() and stamp.exists() and stamp.read_text() == fingerprint(name):
            return True
    return False


@contextmanager
def one_at_a_time() -> Iterator[None]:
    cache = ROOT / ".cache"
    cache.mkdir(exist_ok=True)
    with (cache / "install.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def call(*command: str | Path) -> None:
    subprocess.run([str(part) for part in command], check=True, cwd=ROOT)


def same_interpreter() -> bool:
    if not PYTHON.exists():
        return False
    answer = subprocess.run(
        [str(PYTHON), "-c", "import sys; print(sys.version)"], capture_output=True, text=True
    )
    return answer.returncode == 0 and answer.stdout.strip() == sys.version.strip()


def install(which: str) -> None:
    lock = ROOT / "requirements" / f"{which}.txt"
    if not same_interpreter():
        shutil.rmtree(VENV, ignore_errors=True)
        debian.ensure(["venv"])
        call(sys.executable, "-m", "venv", VENV)
    for stamp in VENV.glob(".made-from-*"):
        stamp.unlink()
    # uv is only an accelerator: it checks the same hashes, and pip does the work where it is missing.
    uv = VENV / "bin" / "uv"
    quick = uv.exists() and (
        subprocess.run(
            [str(uv), "pip", "install", "-q", "--python", str(PYTHON), "--require-hashes", "-r", str(lock)],
            cwd=ROOT,
        ).returncode
        == 0
    )
    pip = [PYTHON, "-m", "pip", "--disable-pip-version-check", "install", "-q"]
    if not quick:
        call(*pip, "--require-hashes", "-r", lock)
    call(*pip, "--no-deps", "--no-build-isolation", "-e", ROOT)
    (VENV / f".made-from-{which}").write_text(fingerprint(which))


def main() -> int:
    if len(sys.argv) != 2 or sys.argv[1] not in ("run", "dev"):
        print(__doc__, file=sys.stderr)
        return 2
    if sys.version_info < OLDEST:
        print(f"Python 3.11 or newer is needed, this is {sys.version.split()[0]}.", file=sys.stderr)
        return 1
    which = sys.argv[1]
    os.environ.setdefault("PIP_ROOT_USER_ACTION", "ignore")
    with one_at_a_time():
        if is_fresh(which):
            return 0
        print(f"Making .venv from requirements/{which}.txt ...", flush=True)
        began = time.monotonic()
        try:
            install(which)
        except subprocess.CalledProcessError as problem:
            print(f"The environment could not be made (exit {problem.returncode}).", file=sys.stderr)
            return 1
        except debian.Missing as problem:
            print(problem, file=sys.stderr)
            return 1
        print(f"Done in {time.monotonic() - began:.0f} s.", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
