"""A Redis server of our own on a unix socket, keeping nothing."""

import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import redis

from tests.real_services.child import ServiceMissing, end_child, find_program, start_child


class RedisServer:
    """A running server. `limits_url` is the form that the rate limiter takes; `stop()` takes it away."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.socket = folder / "socket"
        self.limits_url = f"redis+unix://{self.socket}"
        self.start()

    def start(self) -> None:
        program = str(find_program("redis-server"))
        command = [program, "--port", "0", "--unixsocket", str(self.socket), "--dir", str(self._folder)]
        log = self._folder / "log"
        self._child = start_child([*command, "--save", "", "--appendonly", "no"], log)
        deadline = time.monotonic() + 30
        with redis.Redis(unix_socket_path=str(self.socket)) as connection:
            while True:
                try:
                    connection.ping()
                except redis.ConnectionError as problem:
                    if self._child.poll() is not None or time.monotonic() > deadline:
                        raise ServiceMissing(f"Redis did not start: {log.read_text()[-2000:]}") from problem
                    time.sleep(0.02)
                else:
                    return

    def stop(self) -> None:
        end_child(self._child, signal.SIGTERM)

    def empty(self) -> None:
        with redis.Redis(unix_socket_path=str(self.socket)) as connection:
            connection.flushall()


@contextmanager
def own_redis() -> Iterator[RedisServer]:
    """A new server for the time of the block."""
    folder = Path(tempfile.mkdtemp(prefix="portal-redis-"))
    try:
        server = RedisServer(folder)
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
