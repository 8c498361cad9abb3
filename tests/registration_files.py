"""Files of registrations for tests, and a worker that carries them on."""

import csv
import io
from collections.abc import Mapping
from dataclasses import replace

from portal.calendar.clock import Clock
from portal.domain.actor import Actor
from portal.domain.registration_file import COLUMNS, Limits
from portal.services import registration_job, registration_run
from portal.services.registration_job import Job
from portal.store.database import Database
from tests.registrations import FORM, OFFICE, OPERATOR

FOR_OFFICE = replace(OPERATOR, office_code=OFFICE)
LIMITS = Limits()


def cells(**changes: str) -> dict[str, str]:
    """A good line by field, with some cells changed."""
    flat = {name: value if isinstance(value, str) else ";".join(value) for name, value in FORM.items()}
    return {**flat, **changes}


def written(*lines: Mapping[str, str], head: list[str] | None = None, encoding: str = "utf-8") -> bytes:
    """A file with these lines."""
    names = head or list(COLUMNS)
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(names)
    fields = {title: field for field, title in COLUMNS.items()}
    for line in lines:
        writer.writerow([line.get(fields.get(name, name), "") for name in names])
    return file.getvalue().encode(encoding)


TWO = (cells(), cells(registration_number="13999-00000002", pr="電話は090-0000-0000です。"))


def hand_in(
    database: Database, clock: Clock, data: bytes, *, register: bool = False, actor: Actor = FOR_OFFICE
) -> Job:
    """Hand a file in."""
    with database.write() as session:
        return registration_job.add(session, clock, actor, io.BytesIO(data), LIMITS, register=register)


def work(database: Database, clock: Clock, worker: str = "worker-1") -> Job | None:
    """Let a worker do all that waits; the last file it worked on."""
    hands, last = registration_run.Worker(worker, 2), None
    while True:
        with database.write() as session:
            job = hands.step(session, clock)
        if job is None:
            return last
        last = job


def load(
    database: Database, clock: Clock, data: bytes, *, apply: bool = True, actor: Actor = FOR_OFFICE
) -> Job:
    """Hand a file in and let it be worked on to its end."""
    hand_in(database, clock, data, register=apply, actor=actor)
    job = work(database, clock)
    assert job is not None
    return job
