"""`make run` as a newcomer meets it: real processes, an empty folder, a second start."""

import os
import re
import signal
import socket
import stat
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
SECONDS_TO_START = 300
# The last line of the sign-ins.
LISTED = r"(?s)http://127\.0\.0\.1:\d+/.*The demo data are of \d{4}-\d\d-\d\d\."


class Running:
    """The start script as a child, with what it has printed so far."""

    def __init__(self, instance: Path, port: int) -> None:
        self.output = instance.parent / f"output-{port}"
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
        with self.output.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, "tools/serve.py", str(port)],
                cwd=ROOT,
                env=environment | {"PORTAL_INSTANCE": str(instance)},
                stdout=out,
                stderr=subprocess.STDOUT,
            )

    @property
    def said(self) -> str:
        return self.output.read_text(encoding="utf-8", errors="replace")

    def wait_for(self, pattern: str) -> str:
        """Everything said, once the pattern is in it. Errors: AssertionError when it ends or stays silent."""
        ended = time.monotonic() + SECONDS_TO_START
        while time.monotonic() < ended:
            if re.search(pattern, self.said):
                return self.said
            assert self.process.poll() is None, self.said
            self._pause()
        raise AssertionError(f"not said within {SECONDS_TO_START} s: {pattern}\n{self.said}")

    def _pause(self) -> None:
        # Waiting for a process to end is a wait that its end cuts short.
        try:
            self.process.wait(timeout=0.1)
        except subprocess.TimeoutExpired:
            return

    def end(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        return self.process.wait(timeout=60)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int, address: str) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{address}", timeout=10) as answer:
        return str(answer.read().decode())


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def started(tmp_path: Path) -> Iterator[list[Running]]:
    """Starts in this list are ended with the test, whatever became of it."""
    made: list[Running] = []
    yield made
    for each in made:
        if each.process.poll() is None:
            each.end(signal.SIGTERM)


def test_one_command_serves_the_portal_lists_the_sign_ins_and_ends_cleanly(
    tmp_path: Path, started: list[Running]
) -> None:
    instance, port = tmp_path / "instance", free_port()
    started.append(Running(instance, port))

    said = started[0].wait_for(LISTED)

    assert "<h1" in answers(port, "/")
    assert f"http://127.0.0.1:{port}/sign-in" in said
    assert all(name in said for name in ("seeker1", "agency-care", "city-industry", "office-keyaki"))
    keys = instance / "secrets.toml"
    assert stat.S_IMODE(keys.stat().st_mode) == 0o600
    assert started[0].end(signal.SIGINT) == 0
    assert not listens(port)


def test_a_second_start_keeps_keys_and_data(tmp_path: Path, started: list[Running]) -> None:
    instance = tmp_path / "instance"
    seen = []
    for _ in range(2):
        port = free_port()
        started.append(Running(instance, port))
        said = started[-1].wait_for(LISTED)
        listed = said.split("Ctrl-C ends it)")[1].replace(str(port), "PORT")
        seen.append(((instance / "secrets.toml").read_bytes(), listed))
        assert started[-1].end(signal.SIGTERM) == 0

    assert seen[0] == seen[1]


def test_a_part_that_dies_ends_the_whole_with_a_message(tmp_path: Path, started: list[Running]) -> None:
    port = free_port()
    started.append(Running(tmp_path / "instance", port))
    started[0].wait_for(LISTED)
    children = (
        Path(f"/proc/{started[0].process.pid}/task/{started[0].process.pid}/children").read_text().split()
    )
    worker = next(pid for pid in children if "worker\0run" in Path(f"/proc/{pid}/cmdline").read_text())

    os.kill(int(worker), signal.SIGKILL)

    assert started[0].process.wait(timeout=60) == 1
    assert "The clock worker ended by itself" in started[0].said
    assert not listens(port)


def test_a_taken_port_is_a_clear_message_and_nothing_is_made(tmp_path: Path) -> None:
    instance = tmp_path / "instance"
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        done = subprocess.run(
            [sys.executable, "tools/serve.py", str(port)],
            cwd=ROOT,
            env=os.environ | {"PORTAL_INSTANCE": str(instance)},
            capture_output=True,
            text=True,
            check=False,
        )

    assert done.returncode == 1
    assert f"Port {port} on 127.0.0.1 is taken" in done.stderr
    assert "make run PORT=" in done.stderr
    assert not instance.exists()


@pytest.mark.parametrize("typed", ["http", "0", "65536", "", "-1", "８０００"])
def test_a_port_that_is_no_port_is_a_clear_message(typed: str) -> None:
    done = subprocess.run(
        [sys.executable, "tools/serve.py", "--check-port", typed],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, "must be a number from 1 to 65535" in done.stderr) == (1, True)
