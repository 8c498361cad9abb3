"""A file of 100,000 hard lines from hand-in to searchable, with exactly the refusals that the document names.

    python -m bench.registration_acceptance [--lines 100000] [--engine sqlite|postgresql] [--encoding utf-8|cp932]

Minutes, therefore no part of `make test`; tests/services/test_registration_unseen.py does the same with 2,000 lines.
Prints one JSON object and ends with 1 when anything came out otherwise than the document says.
"""

import argparse
import json
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from bench.registration_lines import Expected, Tables, registrations, write
from portal.calendar.clock import Clock, SystemClock
from portal.calendar.day import jst_day
from portal.domain.actor import Actor, ActorKind
from portal.domain.code import read_tables
from portal.domain.registration_file import Limits
from portal.services import registration_decision, registration_job, registration_run, terms
from portal.services.code import TableFile, load_tables
from portal.store.database import Database
from portal.store.migrate import upgrade
from portal.store.tables import profile
from tests.build import build_installation, open_database
from tests.real_services.postgresql import own_cluster
from tests.registrations import CONFIG, OFFICE, shipped_terms

OPERATOR = Actor(ActorKind.OPERATOR)
FOR_OFFICE = replace(OPERATOR, office_code=OFFICE)
BREAK_EVERY = 50


@contextmanager
def prepared(engine: str, folder: Path, clock: Clock) -> Iterator[Database]:
    """An installation with every shipped table and the terms."""
    if engine == "sqlite":
        yield _loaded(f"sqlite:///{folder / 'portal.sqlite'}", clock)
        return
    with own_cluster(durable=True) as cluster:
        database = _loaded(cluster.url(cluster.create()), clock)
        yield database
        database.dispose()


def _loaded(url: str, clock: Clock) -> Database:
    upgrade(url)
    database = open_database(url)
    build_installation(database, demo=True)
    folder = CONFIG / "tables"
    known = read_tables((folder / "tables.toml").read_bytes())
    files = [TableFile(table, (folder / f"{kind}.csv").read_bytes()) for kind, table in known.items()]
    with database.write() as session:
        load_tables(session, clock, OPERATOR, files)
    with database.write() as session:
        terms.load(session, clock, OPERATOR, shipped_terms())
    return database


def make_file(path: Path, lines: int, encoding: str, on: date, version: str) -> Expected:
    """Write it, and say what must become of it."""
    made = registrations(
        lines, Tables.read(), on=on, terms=version, cp932=encoding == "cp932", break_every=BREAK_EVERY
    )
    with path.open("wb") as file:
        return write(file, made, encoding=encoding, heads="mixed")


def carry(database: Database, clock: Clock) -> registration_job.Job:
    """What a worker does with all that waits."""
    worker, last = registration_run.Worker("acceptance", 2), None
    while True:
        with database.write() as session:
            job = worker.step(session, clock)
        if job is None:
            assert last is not None
            return last
        last = job


def accept(lines: int, engine: str, encoding: str) -> dict[str, Any]:
    """One file, checked and registered; what was seen, `holds` among it."""
    clock = SystemClock()
    seconds: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as name, prepared(engine, Path(name), clock) as database:
        with database.read() as session:
            version = terms.current(session, clock).code
        path = Path(name) / "registrations.csv"
        expected = _timed(seconds, "make", make_file, path, lines, encoding, jst_day(clock.now()), version)
        with path.open("rb") as file, database.write() as session:
            handed = _timed(
                seconds, "hand_in", registration_job.add, session, clock, FOR_OFFICE, file, Limits()
            )
        checked = _timed(seconds, "check", carry, database, clock)
        with database.write() as session:
            registration_decision.begin(session, clock, FOR_OFFICE, handed.public_id)
        done = _timed(seconds, "register", carry, database, clock)
        with database.read() as session:
            refused = Counter(
                (line.number, fault.column, fault.reason)
                for line in registration_job.all_refused(session, FOR_OFFICE, handed.public_id)
                for fault in line.faults
            )
            searchable = session.scalar(select(func.count()).select_from(profile))
        size = path.stat().st_size
    differing = refused - Counter(expected.refused), Counter(expected.refused) - refused
    counts = (expected.good, expected.refused_lines)
    return {
        "acceptance": "registration_file",
        "holds": not any(differing)
        and (checked.accepted, checked.refused) == (done.accepted, done.refused) == counts
        and searchable == expected.good,
        "engine": engine,
        "encoding": encoding,
        "lines": done.lines,
        "bytes": size,
        "registered": done.accepted,
        "refused": done.refused,
        "held": done.held,
        "seconds": seconds,
        "lines_per_second": round(lines / seconds["register"]),
        "peak_megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "unexpected": [list(one) for one in sorted(differing[0])[:10]],
        "missing": [list(one) for one in sorted(differing[1])[:10]],
    }


def _timed(seconds: dict[str, float], name: str, act: Any, *arguments: Any) -> Any:
    began = time.perf_counter()
    done = act(*arguments)
    seconds[name] = round(time.perf_counter() - began, 1)
    return done


def main(arguments: Sequence[str]) -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m bench.registration_acceptance", description=__doc__)
    parser.add_argument("--lines", type=int, default=100_000)
    parser.add_argument("--engine", choices=("sqlite", "postgresql"), default="postgresql")
    parser.add_argument("--encoding", choices=("utf-8", "cp932"), default="utf-8")
    asked = parser.parse_args(arguments)
    result = accept(asked.lines, asked.engine, asked.encoding)
    print(json.dumps(result, ensure_ascii=False))
    return 0 if result["holds"] else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
