"""A file of registrations from handing it in to its last line, against COPY of the very rows that it left.

COPY reads nothing, screens nothing, seals nothing and looks nobody up; it fills the same tables with the same indexes,
references and checks. Both sides end in a commit on disk, in databases of one PostgreSQL that differ in nothing.
"""

import io
import time
from collections.abc import Iterator
from datetime import date

import psycopg
from psycopg import sql
from sqlalchemy import func, select

from bench.line import Line
from bench.registration_lines import Tables, registrations, write
from portal.calendar.clock import SystemClock
from portal.calendar.day import jst_day
from portal.services import registration_job, registration_run
from portal.store.database import Database
from portal.store.migrate import upgrade
from portal.store.tables import metadata
from tests.build import open_database
from tests.real_services.postgresql import Cluster, own_cluster
from tests.registration_files import FOR_OFFICE, LIMITS
from tests.registrations import PREFECTURES, prepare

FLOOR = 0.03
ROUNDS = 3
LINES = 4_000
TERMS = "2026-04"
# The file itself is gone in the end; the job is one row.
_NOT_COPIED = ("registration_piece", "registration_job")


def measure() -> Line:
    """Lines a second, each round into a database of its own."""
    clock = SystemClock()
    rates = []
    with own_cluster(durable=True) as cluster:
        template = cluster.create()
        upgrade(cluster.url(template))
        database = open_database(cluster.url(template))
        prepare(database, clock)
        database.dispose()
        for number in range(ROUNDS):
            data = _file(jst_day(clock.now()), number)
            rates.append(_round(cluster, template, data, clock))
    return Line("import", "COPY of the rows that the file left, in one transaction", rates, FLOOR)


def _file(on: date, number: int) -> bytes:
    made = io.BytesIO()
    lines = registrations(LINES, Tables.read(prefectures=PREFECTURES), on=on, terms=TERMS, seed=number)
    write(made, lines, seed=number)
    return made.getvalue()


def _round(cluster: Cluster, template: str, data: bytes, clock: SystemClock) -> tuple[float, float]:
    ours, other = cluster.create(template), cluster.create(template)
    database = open_database(cluster.url(ours))
    before = _counts(database)
    began = time.perf_counter()
    with database.write() as session:
        registration_job.add(session, clock, FOR_OFFICE, io.BytesIO(data), LIMITS, register=True)
    worker = registration_run.Worker("bench", 2)
    job = None
    while job is None or job.open:
        with database.write() as session:
            job = worker.step(session, clock)
        assert job is not None
    own = time.perf_counter() - began
    assert (job.state, job.accepted) == ("finished", LINES), job
    grown = [name for name, count in _counts(database).items() if count > before[name]]
    database.dispose()
    copied = _copied(cluster, ours, other, [name for name in grown if name not in _NOT_COPIED])
    for name in (ours, other):
        cluster.drop(name)
    return LINES / own, LINES / copied


def _counts(database: Database) -> dict[str, int]:
    with database.read() as session:
        return {
            table.name: session.scalar(select(func.count()).select_from(table)) or 0
            for table in metadata.sorted_tables
        }


def _copied(cluster: Cluster, source: str, target: str, names: list[str]) -> float:
    """Seconds for all rows of these tables, parents first; reading them out is not counted."""
    rows = {name: b"".join(_out(cluster.url(source), name)) for name in names}
    with psycopg.connect(_plain(cluster.url(target))) as connection:
        with connection.cursor() as cursor, cursor.copy("COPY registration_job FROM STDIN") as copy:
            copy.write(b"".join(_out(cluster.url(source), "registration_job")))
        connection.commit()
        began = time.perf_counter()
        for name, data in rows.items():
            statement = sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(name))
            with connection.cursor() as cursor, cursor.copy(statement) as copy:
                copy.write(data)
        connection.commit()
        return time.perf_counter() - began


def _out(url: str, name: str) -> Iterator[bytes]:
    # Lines of the audit trail from before the file are in both databases.
    rows = sql.SQL("SELECT * FROM {}" + (" WHERE kind = 'seeker.register'" if name == "audit" else ""))
    statement = sql.SQL("COPY ({}) TO STDOUT").format(rows.format(sql.Identifier(name)))
    with psycopg.connect(_plain(url)) as connection, connection.cursor().copy(statement) as copy:
        for data in copy:
            yield bytes(data)


def _plain(url: str) -> str:
    return url.replace("postgresql+psycopg://", "postgresql://")
