"""A batch through the services on SQLite, against one executemany of bare rows in one transaction."""

import os
import tempfile
import time
from pathlib import Path

from sqlalchemy import text

from bench.line import Line
from portal.calendar.clock import SystemClock
from portal.calendar.day import jst_day
from portal.services import relay
from portal.store.migrate import upgrade
from tests.build import build_installation, open_database
from tests.kill.world import many_seekers, sender

FLOOR = 0.15
ROUNDS = 7
RECIPIENTS = 1_000
SEEKERS = 3_000
_BODY = "架空の求人のご案内です。" + "あ" * 150
_TABLE = text(
    "CREATE TABLE bare (id integer PRIMARY KEY, thread_id integer NOT NULL, unit_id integer NOT NULL, "
    "seeker_id integer NOT NULL, direction varchar(10) NOT NULL, body text NOT NULL, sent_at text NOT NULL, "
    "jst_day text NOT NULL)"
)
_BARE = text(
    "INSERT INTO bare (thread_id, unit_id, seeker_id, direction, body, sent_at, jst_day) "
    "VALUES (:person, :unit, :person, 'unit', :body, :sent_at, :jst_day)"
)


def measure() -> Line:
    """Messages a second of batches of a thousand, against rows a second of executemany; one connection, a new unit
    each round."""
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as folder:
        url = f"sqlite:///{Path(folder, 'bench.sqlite3')}"
        upgrade(url)
        database = open_database(url)
        build_installation(database)
        people, keys = many_seekers(database, SEEKERS)
        units = [sender(database, keys[:RECIPIENTS]) for _ in range(ROUNDS + 1)]
        with database.write() as session:
            session.execute(_TABLE)
            session.commit()
        clock, rates = SystemClock(), []
        for one in units:
            now = clock.now()
            rows = [
                {
                    "person": who,
                    "unit": one.unit.id,
                    "body": _BODY,
                    "sent_at": str(now),
                    "jst_day": str(jst_day(now)),
                }
                for who in people[:RECIPIENTS]
            ]
            began = time.perf_counter()
            with database.write() as session:
                session.execute(_BARE, rows)
                session.commit()
            bare = RECIPIENTS / (time.perf_counter() - began)
            began = time.perf_counter()
            with database.write() as session:
                done = relay.send(session, clock, one.member.actor, one.tokens, _BODY, os.urandom(8).hex())
            rates.append((RECIPIENTS / (time.perf_counter() - began), bare))
            assert done.sent == RECIPIENTS
        database.dispose()
    # The first round pays for reading the file and for compiling the statements.
    return Line("send_batch_sqlite", "executemany of bare rows in one transaction", rates[1:], floor=FLOOR)
