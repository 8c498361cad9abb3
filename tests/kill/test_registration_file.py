"""A worker that is killed in the middle of a file: every line is registered exactly once, whatever the moment."""

import multiprocessing
import os
import signal
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from portal.calendar.clock import FixedClock
from portal.services import registration_job, registration_run
from portal.store import registration_job as store
from portal.store.tables import audit, profile, registration_origin, registration_refusal, seeker
from tests.build import open_database
from tests.registration_files import FOR_OFFICE, cells, hand_in, written
from tests.registrations import prepare

PROCESSES = multiprocessing.get_context("spawn")
CHUNK = 4
LINES = 18


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def work(url: str, clock: FixedClock, point: str, chunk: int) -> None:
    """A worker process that dies at a point of a chunk, or works to the end when that point is never reached."""
    registration_run.CHUNK_LINES = CHUNK
    database = open_database(url)
    done = 0

    def dying(act: Callable[..., Any], *, after: bool) -> Callable[..., Any]:
        def acts(*arguments: Any, **named: Any) -> Any:
            if done == chunk and not after:
                die()
            result = act(*arguments, **named)
            if done == chunk:
                die()
            return result

        return acts

    match point:
        case "before the rows":
            registration_run._register = dying(registration_run._register, after=False)
        case "between the rows":
            store.put_origins = dying(store.put_origins, after=False)
        case "before the position":
            registration_run._move = dying(registration_run._move, after=False)
        case "before the commit":
            registration_run._move = dying(registration_run._move, after=True)
    worker = registration_run.Worker(f"worker-{os.getpid()}", 2)
    while True:
        with database.write() as session:
            job = worker.step(session, clock)
        done += 1
        if job is None:
            return
        if point == "after the commit" and done > chunk:
            die()


@pytest.mark.parametrize("chunk", [0, 2])
@pytest.mark.parametrize(
    "point",
    ["before the rows", "between the rows", "before the position", "before the commit", "after the commit"],
)
def test_every_line_is_registered_exactly_once_wherever_the_worker_is_killed(
    durable_database_url: str, clock: FixedClock, point: str, chunk: int
) -> None:
    database = open_database(durable_database_url)
    prepare(database, clock)
    people = [cells(registration_number=f"13999-{n:08}") for n in range(1, LINES + 1)]
    people[7] = cells(registration_number="13999-00000008", name="")
    people[14] = cells(registration_number="13999-00000002")
    handed = hand_in(database, clock, written(*people), register=True)

    for when, expected in ((point, -signal.SIGKILL), ("never", 0)):
        process = PROCESSES.Process(target=work, args=(durable_database_url, clock, when, chunk))
        process.start()
        process.join(120)
        assert process.exitcode == expected
        clock.advance(registration_run.DEAD_AFTER + timedelta(seconds=1))

    with database.read() as session:
        job = registration_job.job(session, FOR_OFFICE, handed.public_id)
        assert (job.state, job.done, job.accepted, job.known, job.refused) == ("finished", LINES, 16, 0, 2)
        for table in (seeker, profile, registration_origin):
            assert session.scalar(select(func.count()).select_from(table)) == 16
        ordered = session.scalar(
            select(func.count()).select_from(audit).where(audit.c.kind == "seeker.register")
        )
        assert ordered == 16
        lines = session.scalars(select(registration_refusal.c.line).order_by(registration_refusal.c.line))
        assert [*lines] == [9, 16]
        places = session.execute(
            select(registration_origin.c.line).order_by(registration_origin.c.seeker_id)
        ).scalars()
        assert [*places] == [line for line in range(2, LINES + 2) if line not in (9, 16)]
    database.dispose()
