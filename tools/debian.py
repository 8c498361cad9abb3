"""Finds out which system packages are missing and installs them as root or with passwordless sudo.

Usage: python3 tools/debian.py [venv] [postgresql] [redis] [wrk] [chromium] [font]      (default: all for the tests)
Standard library only. Where it may not install, it prints the one line to run and exits with 1."""

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path


class Missing(Exception):
    """Packages are missing and may not be installed from here; the message holds the line to run."""


def _has_postgresql() -> bool:
    return any(Path("/usr/lib/postgresql").glob("*/bin/initdb")) or shutil.which("initdb") is not None


def _has_japanese_font() -> bool:
    folders = [Path("/usr/share/fonts"), Path("/usr/local/share/fonts")]
    names = ("ipaex*", "ipag*", "NotoSansCJK*", "BIZUD*")
    return any(next(folder.rglob(name), None) for folder in folders for name in names)


# The unversioned names bring whatever version the distribution has.
NEEDS: dict[str, tuple[str, Callable[[], bool]]] = {
    "venv": ("python3-venv", lambda: importlib.util.find_spec("ensurepip") is not None),
    "postgresql": ("postgresql", _has_postgresql),
    "redis": ("redis-server", lambda: shutil.which("redis-server") is not None),
    "wrk": ("wrk", lambda: shutil.which("wrk") is not None),
    "chromium": ("chromium", lambda: shutil.which("chromium") is not None),
    "font": ("fonts-ipaexfont-gothic", _has_japanese_font),
}
FOR_TESTS = ["postgresql", "redis", "chromium", "font"]


def missing(needs: list[str]) -> list[str]:
    """The Debian packages that stand for the unmet ones of `needs`."""
    return [NEEDS[need][0] for need in needs if not NEEDS[need][1]()]


def _as_root() -> list[str] | None:
    """The words to put before a command so that it runs as root, or None where that is not possible."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode == 0:
        return ["sudo", "-n"]
    return None


def ensure(needs: list[str]) -> None:
    """Install what is missing. Errors: Missing, with the line to run in its message."""
    packages = missing(needs)
    if not packages:
        return
    line = "sudo apt-get update && sudo apt-get install -y --no-install-recommends " + " ".join(packages)
    root = _as_root()
    if root is None or shutil.which("apt-get") is None:
        raise Missing(
            f"These packages are missing: {' '.join(packages)}. Run this line, then try again:\n{line}"
        )
    print(f"Installing {' '.join(packages)} ...", flush=True)
    quiet = [
        *root,
        "env",
        "DEBIAN_FRONTEND=noninteractive",
        "apt-get",
        "-qq",
        "-o",
        "DPkg::Lock::Timeout=300",
    ]
    wanted = [*quiet, "install", "-y", "--no-install-recommends", *packages]
    # A list that was never fetched, or is too old to fetch from, makes the first try fail: then fetch it.
    if subprocess.run(wanted, capture_output=True).returncode != 0:
        subprocess.run([*quiet, "update"], stdout=subprocess.DEVNULL)
        if subprocess.run(wanted, stdout=subprocess.DEVNULL).returncode != 0:
            raise Missing(f"Installing failed. Run this line, then try again:\n{line}")
    left = missing(needs)
    if left:
        raise Missing(f"Still missing after installing: {' '.join(left)}")


def main() -> int:
    try:
        ensure(sys.argv[1:] or FOR_TESTS)
    except Missing as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
