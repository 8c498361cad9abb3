"""Prepares the installation and runs the web server with the clock worker beside it until Ctrl-C.

Usage: .venv/bin/python tools/serve.py PORT
       python3 tools/serve.py --check-port PORT      only tells whether the port is free (any Python 3.11)"""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
import types
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
HOST = "127.0.0.1"
SECONDS_TO_START = 60
SECONDS_TO_END = 20
_PR_SET_PDEATHSIG = 1


class Stopped(Exception):
    """Somebody asked us to end."""


class Failed(Exception):
    """Starting or running failed; the message says what to do."""


def parse_port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        raise Failed(f"PORT must be a number from 1 to 65535, not {text!r}.")
    return int(text)


def check_port(port: int) -> None:
    """Errors: Failed when somebody listens on the port or it may not be taken."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except PermissionError as problem:
            raise Failed(
                f"Port {port} may not be used without special rights. Try: make run PORT=8080"
            ) from problem
        except OSError as problem:
            other = 8080 if port != 8080 else 8081
            raise Failed(
                f"Port {port} on {HOST} is taken by another program (perhaps the portal is already running).\n"
                f"Stop that program, or choose another port: make run PORT={other}"
            ) from problem


def instance() -> Path:
    return Path(os.environ.get("PORTAL_INSTANCE", ROOT / "instance")).resolve()


def call(*command: str) -> str:
    """Run one step and give what it printed. Errors: Failed, with what it said."""
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        name = " ".join(word.removeprefix(f"{BIN}/") for word in command)
        raise Failed(f"{done.stdout}\n`{name}` failed (exit {done.returncode}).")
    return done.stdout


def portal(*words: str) -> str:
    """Run one command of the portal."""
    return call(str(BIN / "portal"), *words)


def prepare() -> None:
    """Keys, schema, code tables and demo data; each step keeps what is already there."""
    print("Preparing keys, database, code tables and data ...", flush=True)
    call(sys.executable, "tools/translations.py", "compile")
    secrets = os.environ.get("PORTAL_SECRETS", str(instance() / "secrets.toml"))
    call(sys.executable, "-m", "portal.settings", "make-secrets", secrets)
    call(sys.executable, "-m", "portal.settings", "add-seal-key", secrets)
    portal("migrate")
    portal("table", "load")
    if is_demo():
        # The terms that come along are samples; whoever runs the portal for real people loads their own.
        portal("terms", "load")
        portal("demo", "load")


def is_demo() -> bool:
    return os.environ.get("PORTAL_ENVIRONMENT", "demo") == "demo"


def start(command: list[str], log: Path) -> subprocess.Popen[bytes]:
    libc = ctypes.CDLL(None)

    def tie_to_parent() -> None:
        # Even if this supervisor is killed outright, no server is left behind on the port.
        if hasattr(libc, "prctl"):
            libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)

    with log.open("ab") as out:
        # A session of its own: Ctrl-C reaches only this supervisor, which then ends both in order.
        return subprocess.Popen(
            command,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=tie_to_parent,
        )


def gunicorn(port: int) -> list[str]:
    # One process: without Redis the request limits are counted in its memory.
    words = ["--workers", "1", "--threads", "8", "--bind", f"{HOST}:{port}", "--graceful-timeout", "10"]
    # Its warnings quote request lines that it cannot read, and with them the secret of an activation link.
    words += ["--log-level", "error"]
    return [str(BIN / "gunicorn"), *words, "--no-control-socket", "--name", "portal", "wsgi:app"]


def wait_until_ready(port: int, children: dict[str, tuple[subprocess.Popen[bytes], Path]]) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline:
        watch(children)
        try:
            with urllib.request.urlopen(f"http://{HOST}:{port}/health/ready", timeout=5) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise Failed(
        f"The portal did not answer within {SECONDS_TO_START} seconds; see {children['web server'][1]}"
    )


def watch(children: dict[str, tuple[subprocess.Popen[bytes], Path]]) -> None:
    """Errors: Failed when a child has ended by itself; nothing is restarted silently."""
    for name, (child, log) in children.items():
        if child.poll() is not None:
            tail = "\n".join(log.read_text(errors="replace").splitlines()[-15:])
            raise Failed(f"The {name} ended by itself (exit {child.returncode}). The end of {log}:\n{tail}")


def end(children: dict[str, tuple[subprocess.Popen[bytes], Path]]) -> None:
    for child, _log in children.values():
        if child.poll() is None:
            child.send_signal(signal.SIGTERM)
    deadline = time.monotonic() + SECONDS_TO_END
    for name, (child, _log) in children.items():
        try:
            child.wait(timeout=max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            print(f"The {name} did not end in time and is killed.", file=sys.stderr)
            child.kill()
            child.wait()


def serve(port: int) -> None:
    logs = instance() / "log"
    logs.mkdir(parents=True, exist_ok=True)
    children: dict[str, tuple[subprocess.Popen[bytes], Path]] = {}
    try:
        children["web server"] = (start(gunicorn(port), logs / "web.log"), logs / "web.log")
        worker = [str(BIN / "portal"), "worker", "run"]
        children["clock worker"] = (start(worker, logs / "worker.log"), logs / "worker.log")
        wait_until_ready(port, children)
        print(f"\nThe portal runs on http://{HOST}:{port}/   (logs: {logs}; Ctrl-C ends it)\n", flush=True)
        if is_demo():
            print(portal("demo", "sign-ins"), flush=True)
        while True:
            watch(children)
            time.sleep(0.5)
    finally:
        # A second Ctrl-C must not cut the orderly end short.
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        end(children)


def on_signal(_number: int, _frame: types.FrameType | None) -> Any:
    raise Stopped


def main() -> int:
    words = sys.argv[1:]
    only_check = words[:1] == ["--check-port"]
    if len(words) != (2 if only_check else 1):
        print(__doc__, file=sys.stderr)
        return 2
    try:
        port = parse_port(words[-1])
        check_port(port)
        if only_check:
            return 0
        # Before anything is made: database, keys and logs are for their owner only.
        os.umask(0o077)
        os.environ.setdefault("PORTAL_PUBLIC_URL", f"http://{HOST}:{port}")
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, on_signal)
        prepare()
        serve(port)
    except Stopped:
        print("\nThe portal has ended; its data is kept.", flush=True)
    except Failed as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
