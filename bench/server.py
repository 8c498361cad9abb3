"""Two servers under the same command: the portal, and a page that does nothing."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.real_services.child import end_child, start_child

ROOT = Path(__file__).resolve().parent.parent
WORKERS = 2
THREADS = 8
_SECONDS_TO_START = 60
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Server:
    """A running server. ``master`` is the process whose children answer the requests."""

    address: str
    master: int

    def workers(self) -> list[int]:
        """The processes that answer."""
        return [
            int(word) for word in Path(f"/proc/{self.master}/task/{self.master}/children").read_text().split()
        ]

    def cpu_seconds(self) -> float:
        """Time on the processor of all workers so far, user and system."""
        # The name of the program, the second field, may hold blanks; it ends with the last bracket.
        fields = (Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in self.workers())
        return sum(int(one[11]) + int(one[12]) for one in fields) / _TICKS

    def peak_megabytes(self) -> float:
        """The most memory that one worker ever held resident, in MB of 10^6 bytes."""
        return max(_peak_kib(pid) for pid in self.workers()) * 1024 / 1e6


def _peak_kib(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1])
    raise RuntimeError(f"process {pid} tells no peak")


@contextmanager
def serving(
    app: str, environment: Mapping[str, str], folder: Path, *, workers: int = WORKERS
) -> Iterator[Server]:
    """Run the WSGI application for the time of the block."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [str(Path(sys.executable).parent / "gunicorn"), "--workers", str(workers)]
    command += ["--threads", str(THREADS), "--worker-class", "gthread", "--bind", f"127.0.0.1:{port}"]
    # Each request on a connection of its own, as they come from a proxy in front.
    command += ["--keep-alive", "0", "--log-level", "error", "--no-control-socket"]
    command += ["--chdir", str(ROOT), app]
    variables = [f"{name}={value}" for name, value in environment.items()]
    log = folder / f"{app.replace(':', '-')}.log"
    child = start_child(["/usr/bin/env", *variables, *command], log)
    try:
        server = Server(f"http://127.0.0.1:{port}", child.pid)
        _wait(server, child, log, workers)
        yield server
    finally:
        end_child(child, signal.SIGTERM)


def _wait(server: Server, child: subprocess.Popen[bytes], log: Path, workers: int) -> None:
    deadline = time.monotonic() + _SECONDS_TO_START
    while time.monotonic() < deadline and child.poll() is None:
        try:
            with urllib.request.urlopen(f"{server.address}/", timeout=5) as answer:  # noqa: S310 -- our own
                if answer.status == 200 and len(server.workers()) == workers:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError(f"the server did not start: {log.read_text(errors='replace')[-2000:]}")
