"""A search as a browser asks for it, against the same statements sent by a bare client, at a hundred thousand profiles.

Allowed is one and a half times the time of the statements that the page sends, and fifteen milliseconds for everything
else: request limits, opening the cards, building and sending the page. The questions are drawn as people ask: from none
to six conditions, frequent and rare ones, and words.
"""

import http.client
import random
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import psycopg
from sqlalchemy import event
from sqlalchemy.engine import Engine

from bench.http_world import portal_environment
from bench.line import Line
from bench.search_world import SearchWorld
from bench.server import Server, serving
from portal.app import create_app
from portal.domain.narrowing import Narrowing
from portal.domain.search import read_criteria
from portal.settings import load
from portal.store.database import Database
from portal.web.auth.session import COOKIE
from portal.web.provider.search_form import address_of
from tests.real_services.redis import own_redis
from tests.web.page_client import PageClient
from tests.web.signing import sign_in_as

CEILING = 1.0
QUESTIONS = 150
ROUNDS = 3
_TIMES, _MORE_MS = 1.5, 15.0
Question = dict[str, list[str]]
Statement = tuple[str, Any]


def measure(database: Database, world: SearchWorld) -> Line:
    """The 95th of a hundred times over HTTP, in ms, against what is allowed."""
    url = database.engine().url.render_as_string(hide_password=False)
    asked = [_address(world, question) for question in _questions(world)]
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as name, own_redis() as redis:
        environment = portal_environment(url, redis, Path(name))
        cookie, sent = _overhear(environment, world, asked)
        with serving("wsgi:app", environment, Path(name)) as server:
            rates = [_round(server, cookie, url, asked, sent) for _ in range(ROUNDS + 1)][1:]
    against = f"{_TIMES} times the same statements in a bare client, and {_MORE_MS:.0f} ms; 95th of 100"
    return Line("search_app", against, rates, ceiling=CEILING, unit="ms")


def _questions(world: SearchWorld) -> list[Question]:
    chance = random.Random(3)
    codes = {kind: list(rows) for kind, rows in world.book.items()}
    words = [word for word in world.words if len(word) >= 2]
    some = {
        "prefecture": lambda: [chance.choice(codes["prefecture"])],
        "municipality": lambda: [chance.choice(codes["municipality"])],
        "occupation": lambda: chance.sample(codes["occupation"], chance.randint(1, 3)),
        "employment": lambda: [chance.choice(codes["employment_type"])],
        "time": lambda: [chance.choice(codes["time_band"])],
        "licence": lambda: [chance.choice(codes["licence"])],
        "words": lambda: [chance.choice(words[: chance.choice([50, 500, len(words)])])],
    }
    asked: list[Question] = [{}]
    while len(asked) < QUESTIONS:
        names = chance.sample(sorted(some), chance.choice([0, 1, 1, 2, 2, 3, 3, 4, 6]))
        asked.append({name: some[name]() for name in names})
    return asked


def _overhear(
    environment: dict[str, str], world: SearchWorld, asked: Sequence[str]
) -> tuple[str, list[list[Statement]]]:
    """The cookie of a signed-in browser, and what each page of these addresses sends, as the driver gets it."""
    app = create_app(load(environment | {"PORTAL_LOG_LEVEL": "WARNING"}))
    client = PageClient(app, app.response_class)
    session = sign_in_as(client, world.member.account_id)
    sent = []
    for address in asked:
        with _overheard() as statements:
            client.page(address)
        sent.append(statements)
    app.extensions["portal"].database.dispose()
    return f"{COOKIE}=s.{session}", sent


@contextmanager
def _overheard() -> Iterator[list[Statement]]:
    sent: list[Statement] = []

    def hear(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        sent.append((statement, parameters))

    event.listen(Engine, "before_cursor_execute", hear)
    try:
        yield sent
    finally:
        event.remove(Engine, "before_cursor_execute", hear)


def _round(
    server: Server, cookie: str, url: str, asked: Sequence[str], sent: Sequence[list[Statement]]
) -> tuple[float, float]:
    parts = urlsplit(server.address)
    over_http, bare = [], []
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True, prepare_threshold=None) as client:
        for address, statements in zip(asked, sent, strict=True):
            began = time.perf_counter()
            for statement, parameters in statements:
                found = client.execute(statement, parameters)
                if found.description:
                    found.fetchall()
            bare.append(time.perf_counter() - began)
            connection = http.client.HTTPConnection(parts.hostname or "", parts.port)
            began = time.perf_counter()
            connection.request("GET", address, headers={"Cookie": cookie})
            answer = connection.getresponse()
            answer.read()
            over_http.append(time.perf_counter() - began)
            connection.close()
            assert answer.status == 200, (answer.status, answer.headers["Location"])
    return _p95(over_http), _TIMES * _p95(bare) + _MORE_MS


def _address(world: SearchWorld, question: Question) -> str:
    """As the form leads to it; any other spelling of the same question is redirected there first."""
    return "/provider/results?" + urlencode(
        address_of(read_criteria(question, world.book), Narrowing()), doseq=True
    )


def _p95(seconds: Sequence[float]) -> float:
    return statistics.quantiles(seconds, n=20)[-1] * 1000
