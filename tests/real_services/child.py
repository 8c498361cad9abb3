"""Starting a server process that cannot outlive the test run, even when the run itself is killed."""

import ctypes
import os
import signal
import subprocess
from pathlib import Path

_LIBC = ctypes.CDLL(None, use_errno=True)
_PR_SET_PDEATHSIG = 1


class ServiceMissing(Exception):
    """A service that the tests need is not on this machine; the message says how to get it."""


def find_program(name: str, *more: Path) -> Path:
    """The program called `name` on the path or among `more`.

    Errors: ServiceMissing, so that a missing service fails a test instead of skipping it."""
    folders = [Path(folder) for folder in os.environ.get("PATH", "").split(os.pathsep) if folder]
    for candidate in [folder / name for folder in folders] + list(more):
        if candidate.is_file() and os.access(candidate, os.X_OK):
            return candidate
    raise ServiceMissing(f"{name} is not installed: run `make test` as root, or the line that it prints")


def start_child(command: list[str], log: Path, *, user: str | None = None) -> subprocess.Popen[bytes]:
    """Start `command` with its output in `log`; the kernel interrupts it when this process dies."""

    def tie_to_parent() -> None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGINT)

    with log.open("ab") as out:
        # The hook runs after the change of user, which would otherwise clear the death signal.
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            cwd="/",
            user=user,
            group=user,
            extra_groups=[] if user else None,
            preexec_fn=tie_to_parent,
        )


def end_child(child: subprocess.Popen[bytes], with_signal: signal.Signals = signal.SIGINT) -> None:
    """End a child kindly, then firmly after ten seconds."""
    if child.poll() is None:
        child.send_signal(with_signal)
    try:
        child.wait(timeout=10)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
