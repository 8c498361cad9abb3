"""The first desk of a bureau after a year with 400 units, against one statement that only counts what it shows.

The page in the application, without a network: signed in, counted, listed and written as HTML. Beside it one bare
client that asks for the same counts in a single statement over the same tables.
"""

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
from flask.testing import FlaskClient

from bench.bureau_cast import BUREAU
from bench.bureau_year import live_through
from bench.http_world import portal_environment
from bench.line import Line
from portal.app import create_app
from portal.settings import load
from portal.store.migrate import upgrade
from tests.build import open_database
from tests.real_services.postgresql import own_cluster
from tests.real_services.redis import own_redis
from tests.web.signing import sign_in_as

# Half as much again as the first measurement, 16.9.
CEILING = 25.0
ROUNDS = 5
PAGES = 60
DESK = "/bureau/"
_COUNTED = """
SELECT
  (SELECT count(*) FROM application
    WHERE bureau_code = %(bureau)s AND state IN ('received', 'returned')),
  (SELECT count(*) FROM contractor JOIN unit ON unit.id = contractor.unit_id
    WHERE unit.bureau_code = %(bureau)s AND unit.status = 'approved'
      AND contractor.until BETWEEN %(on)s - 60 AND %(on)s + 59),
  count(*) FILTER (WHERE unit.status = 'approved' AND unit.valid_until BETWEEN %(on)s AND %(on)s + 59),
  count(*) FILTER (WHERE unit.valid_until BETWEEN %(on)s - 60 AND %(on)s - 1),
  count(*) FILTER (WHERE unit.status = 'approved' AND unit.suspended_from <= %(on)s
    AND (unit.suspended_until IS NULL OR unit.suspended_until >= %(on)s)),
  count(*) FILTER (WHERE unit.status = 'approved' AND unit.valid_until >= %(on)s
    AND (unit_record.officer_name IS NULL OR unit.officer_left_on <= %(on)s))
FROM unit JOIN unit_record ON unit_record.unit_id = unit.id AND unit_record.version =
  (SELECT max(newest.version) FROM unit_record AS newest WHERE newest.unit_id = unit.id)
WHERE unit.bureau_code = %(bureau)s
"""


def measure() -> Line:
    """The 95th of a hundred times of each, in ms."""
    with (
        own_cluster(durable=False) as cluster,
        own_redis() as redis,
        tempfile.TemporaryDirectory(prefix="portal-bench-") as name,
    ):
        url = cluster.url(cluster.create())
        upgrade(url)
        database = open_database(url)
        play = live_through(database, compare=False).play
        expected = _expected(play.books.units_in(play.today))
        database.dispose()
        environment = portal_environment(url, redis, Path(name)) | {"PORTAL_LOG_LEVEL": "WARNING"}
        app = create_app(load(environment), clock=play.clock)
        browser = FlaskClient(app, app.response_class)
        sign_in_as(browser, play.clerks[0].account_id or 0)
        asked = {"bureau": BUREAU, "on": play.today}
        with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as client:
            client.execute("ANALYZE")
            counted = client.execute(_COUNTED, asked).fetchone()
            assert counted is not None
            assert counted[2:] == expected, (counted, expected)

            def page() -> None:
                answer = browser.get(DESK)
                assert answer.status_code == 200, answer.status_code

            def bare() -> None:
                client.execute(_COUNTED, asked).fetchone()

            rates = [(_p95(page), _p95(bare)) for _ in range(ROUNDS + 1)][1:]
        app.extensions["portal"].database.dispose()
    return Line(
        "bureau_desk", "one statement that counts the same; 95th of 100", rates, ceiling=CEILING, unit="ms"
    )


def _expected(states: dict[str, set[str]]) -> tuple[int, ...]:
    return tuple(len(states.get(name, ())) for name in ("due", "over_lately", "suspended", "no_officer"))


def _p95(act: Callable[[], None]) -> float:
    seconds = []
    for _ in range(PAGES):
        began = time.perf_counter()
        act()
        seconds.append(time.perf_counter() - began)
    return statistics.quantiles(seconds, n=20)[-1] * 1000
