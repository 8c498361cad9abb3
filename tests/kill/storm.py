"""Eight real processes at work on one database, some of them killed; run as a process of its own.

    python -m tests.kill.storm PLAN.json

The conductor opens no database and has one thread, so that its workers are plain forks of it. A worker announces each
attempt through a pipe, writes each acceptance it was told into its own file on disk after the commit, and knows nothing
of being killed. SIGKILL strikes a worker while another announces an attempt: at any point of its transaction. Chosen
attempts stop themselves right before their COMMIT (a listener that only this process installs) and are killed there.
"""

import json
import os
import random
import selectors
import signal
import struct
import sys
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import event

from portal.calendar.clock import Clock, FixedClock
from portal.domain.actor import Actor, ActorKind
from portal.domain.refusal import Refusal
from portal.services import relay
from portal.store.database import Database
from tests.build import open_database

RECORD = struct.Struct("!i")
TEXT = "架空の案内です。"


@dataclass(frozen=True)
class Attempt:
    """One send by one worker. clock: seconds added to the plan's moment."""

    number: int
    sender: int
    to: list[int]
    key: str
    clock: float = 0.0


@dataclass
class Worker:
    """A running process, the attempts it still has, and the reading end of its pipe."""

    pid: int
    pipe: int
    attempts: list[Attempt]
    reached: int = -1
    stopped: bool = False


@dataclass
class Report:
    """What the conductor saw."""

    attempts: int = 0
    killed: int = 0
    stopped: int = 0
    failed: list[str] = field(default_factory=list)


class Conductor:
    """Starts the workers, kills some, starts others in their place, until every attempt was made."""

    def __init__(self, plan: dict[str, Any], folder: Path) -> None:
        self.plan = plan
        self.folder = folder
        self.random = random.Random(plan["seed"])
        self.report = Report()
        self.workers: dict[int, Worker] = {}
        self.selector = selectors.DefaultSelector()
        self.strikes = set(plan.get("kill_after", []))
        self.stops = set(plan.get("stop_at", []))
        self.starter = -1
        self.to_hunt = len(plan.get("hunt", []))

    def run(self) -> Report:
        """Until nobody is left."""
        wakeup, told = os.pipe2(os.O_NONBLOCK)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(told, warn_on_full_buffer=False)
        self.selector.register(wakeup, selectors.EVENT_READ)
        self.start_hunter()
        for attempts in self.plan["workers"]:
            self.start([Attempt(**attempt) for attempt in attempts])
        while self.workers:
            for key, _ in self.selector.select():
                if key.fd == wakeup:
                    os.read(wakeup, 4096)
                else:
                    self.hear(key.data)
            self.bury()
        return self.report

    def start(self, attempts: list[Attempt]) -> None:
        if not attempts:
            return
        reading, writing = os.pipe2(os.O_CLOEXEC)
        pid = os.fork()
        if pid == 0:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.close(reading)
            work(self.plan, attempts, writing, self.folder / f"accepted-{os.getpid()}", self.stops)
        os.close(writing)
        worker = Worker(pid, reading, attempts)
        self.workers[pid] = worker
        self.selector.register(reading, selectors.EVENT_READ, worker)

    def start_hunter(self) -> None:
        """One more process that acts against the senders, once after every so many attempts."""
        acts = self.plan.get("hunt", [])
        if not acts:
            return
        reading, self.starter = os.pipe2(os.O_CLOEXEC)
        watching, writing = os.pipe2(os.O_CLOEXEC)
        pid = os.fork()
        if pid == 0:
            signal.set_wakeup_fd(-1)
            os.close(self.starter)
            os.close(watching)
            from tests.kill.hunt import hunt

            hunt(self.plan, acts, reading, self.folder / f"accepted-{os.getpid()}")
        os.close(reading)
        os.close(writing)
        worker = Worker(pid, watching, [])
        self.workers[pid] = worker
        self.selector.register(watching, selectors.EVENT_READ, worker)

    def hear(self, worker: Worker) -> None:
        """Attempts a worker has begun; some of these announcements cost another worker its life."""
        data = os.read(worker.pipe, RECORD.size * 512)
        for at in range(0, len(data), RECORD.size):
            (worker.reached,) = RECORD.unpack_from(data, at)
            self.report.attempts += 1
            if self.to_hunt and self.report.attempts % self.plan["hunt_every"] == 0:
                self.to_hunt -= 1
                os.write(self.starter, b"!")
            if self.report.attempts in self.strikes:
                others = [pid for pid in self.workers if pid != worker.pid]
                if others:
                    os.kill(self.random.choice(others), signal.SIGKILL)
        if not data:
            self.selector.unregister(worker.pipe)
            os.close(worker.pipe)
            worker.pipe = -1

    def bury(self) -> None:
        """Whoever ended or stopped; the attempts behind the last one go to a new worker."""
        while self.workers:
            pid, status = os.waitpid(-1, os.WNOHANG | os.WUNTRACED)
            if pid == 0:
                return
            if os.WIFSTOPPED(status):
                self.report.stopped += 1
                self.workers[pid].stopped = True
                os.kill(pid, signal.SIGKILL)
                continue
            worker = self.workers.pop(pid)
            while worker.pipe >= 0:
                self.hear(worker)
            if os.WIFSIGNALED(status):
                self.report.killed += 1
                left = [a for a in worker.attempts if a.number > worker.reached]
                if worker.reached in self.stops and not worker.stopped and left:
                    # Struck before it came to its stop: whoever takes over stops instead.
                    self.stops.add(left[0].number)
                self.start(left)
            elif os.WEXITSTATUS(status):
                self.report.failed.append(f"worker {pid} ended with {os.WEXITSTATUS(status)}")


def work(plan: dict[str, Any], attempts: list[Attempt], pipe: int, file: Path, stops: set[int]) -> None:
    """The life of a worker; never returns."""
    code = 1
    try:
        log = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        database = open_database(plan["url"])
        current: list[int] = []

        def stop_before_commit(_connection: Any) -> None:
            if current[0] in stops:
                os.kill(os.getpid(), signal.SIGSTOP)

        event.listen(database.engine(), "commit", stop_before_commit)
        for attempt in attempts:
            current[:] = [attempt.number]
            os.write(pipe, RECORD.pack(attempt.number))
            for line in told(plan, database, attempt):
                os.write(log, (json.dumps(line) + "\n").encode())
                os.fsync(log)
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def told(plan: dict[str, Any], database: Database, attempt: Attempt) -> Iterator[dict[str, Any]]:
    """One attempt, and what its caller was told."""
    who = plan["senders"][attempt.sender]
    actor = Actor(**{**who["actor"], "kind": ActorKind(who["actor"]["kind"])})
    tokens = [who["tokens"][n] for n in attempt.to]
    try:
        with database.write() as session:
            done = relay.send(session, moment(plan, attempt), actor, tokens, TEXT, attempt.key)
    except Refusal as refusal:
        if plan.get("note_refusals"):
            yield {"attempt": attempt.number, "refused": refusal.reason}
        return
    yield {"attempt": attempt.number, "key": attempt.key, "sent": done.sent, "repeated": done.repeated}


def moment(plan: dict[str, Any], attempt: Attempt) -> Clock:
    """The moment of the plan and a little more; all processes of a storm agree on it."""
    start = datetime.fromisoformat(plan["moment"]).astimezone(UTC)
    return FixedClock(start + timedelta(seconds=attempt.clock))


def main() -> None:
    path = Path(sys.argv[1])
    report = Conductor(json.loads(path.read_text()), path.parent).run()
    (path.parent / "report.json").write_text(json.dumps(vars(report)))


if __name__ == "__main__":
    main()
