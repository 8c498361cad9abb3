"""Fixtures for all rooms: real services, empty migrated databases on both engines, the clock, the application.

Everything of ours is imported inside the fixtures, so that the tests of one room run while another is broken."""

import itertools
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import Phase
from hypothesis import settings as property_settings

if TYPE_CHECKING:
    from tests.real_services.postgresql import Cluster
    from tests.real_services.redis import RedisServer
    from tests.real_services.smtp import SmtpServer


# No test is judged by its time. In CI the examples are the same on every run, so that red means a change.
property_settings.register_profile("house", deadline=None, derandomize="CI" in os.environ)
# A planted fault has to be noticed, not explained: nobody reads the smallest example (tools/faults.py).
property_settings.register_profile(
    "faults",
    property_settings.get_profile("house"),
    phases=(Phase.explicit, Phase.generate),
    derandomize=True,
)
property_settings.load_profile("faults" if "PLANTED_FAULT" in os.environ else "house")

# `make test-fast` names only "sqlite"; a test that asks for PostgreSQL by itself still gets it or fails.
ENGINES = os.environ.get("TEST_ENGINES", "sqlite,postgresql").split(",")


@pytest.fixture(params=ENGINES)
def engine_kind(request: pytest.FixtureRequest) -> str:
    """The database engine of this run of the test: "sqlite" or "postgresql"."""
    return str(request.param)


@pytest.fixture(scope="session")
def postgresql() -> "Iterator[Cluster]":
    """A quick cluster (no fsync) for this worker."""
    from tests.real_services.postgresql import own_cluster

    with own_cluster(durable=False) as cluster:
        yield cluster


@pytest.fixture(scope="session")
def durable_postgresql() -> "Iterator[Cluster]":
    """A cluster that keeps fsync and synchronous commits on, for tests that kill processes."""
    from tests.real_services.postgresql import own_cluster

    with own_cluster(durable=True) as cluster:
        yield cluster


@pytest.fixture(scope="session")
def _redis_server() -> "Iterator[RedisServer]":
    from tests.real_services.redis import own_redis

    with own_redis() as server:
        yield server


@pytest.fixture
def redis_server(_redis_server: "RedisServer") -> "RedisServer":
    """A running, empty Redis; `.limits_url` is what the settings take."""
    _redis_server.empty()
    return _redis_server


@pytest.fixture(scope="session")
def _smtp_server() -> "Iterator[SmtpServer]":
    from tests.real_services.smtp import own_smtp

    with own_smtp() as server:
        yield server


@pytest.fixture
def smtp_server(_smtp_server: "SmtpServer") -> "SmtpServer":
    """A running SMTP server that has got no mail yet."""
    _smtp_server.empty()
    return _smtp_server


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Headless Chromium; each test opens its own context."""
    from tests.real_services.chromium import own_chromium

    with own_chromium() as running:
        yield running


@pytest.fixture(scope="session")
def migrated_template(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Any]:
    """Makes the database that all others are copied from, once for each engine and cluster."""
    made: dict[object, Any] = {}

    def template(cluster: "Cluster | None") -> Any:
        from portal.store.migrate import upgrade

        if cluster not in made:
            if cluster is None:
                path = tmp_path_factory.mktemp("template") / "template.sqlite"
                upgrade(f"sqlite:///{path}")
                with closing(sqlite3.connect(path)) as connection:
                    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                made[cluster] = path
            else:
                name = cluster.create()
                upgrade(cluster.url(name))
                cluster.separate(name)
                made[cluster] = name
        return made[cluster]

    return template


@pytest.fixture
def new_database_url(
    request: pytest.FixtureRequest, migrated_template: Callable[..., Any], tmp_path: Path
) -> Iterator[Callable[..., str]]:
    """`new_database_url(engine_kind, durable=False, migrated=True)` makes one more database for this test."""
    dropped: list[tuple[Cluster, str]] = []
    numbers = itertools.count(1)

    def make(kind: str, *, durable: bool = False, migrated: bool = True) -> str:
        if kind == "sqlite":
            path = tmp_path / f"portal-{next(numbers)}.sqlite"
            if migrated:
                shutil.copyfile(migrated_template(None), path)
            return f"sqlite:///{path}"
        cluster = request.getfixturevalue("durable_postgresql" if durable else "postgresql")
        name = cluster.create(migrated_template(cluster) if migrated else None)
        dropped.append((cluster, name))
        return cluster.url(name)

    yield make
    for cluster, name in dropped:
        cluster.drop(name)


@pytest.fixture
def database_url(engine_kind: str, new_database_url: Callable[..., str]) -> str:
    """An empty migrated database on the engine of this run."""
    return new_database_url(engine_kind)


@pytest.fixture
def durable_database_url(engine_kind: str, new_database_url: Callable[..., str]) -> str:
    """An empty migrated database that loses nothing when a process is killed."""
    return new_database_url(engine_kind, durable=True)


@pytest.fixture
def empty_database_url(engine_kind: str, new_database_url: Callable[..., str]) -> str:
    """A database without any table, for the migrations themselves."""
    return new_database_url(engine_kind, migrated=False)


@pytest.fixture
def clock() -> Any:
    """A clock that stands at 2026-06-15 10:00 JST until a test moves it."""
    from portal.calendar.clock import FixedClock

    return FixedClock(datetime(2026, 6, 15, 1, 0, tzinfo=UTC))


@pytest.fixture
def database(database_url: str) -> Iterator[Any]:
    """The empty migrated database of this run as the services get it; `tests.build` puts rows into it."""
    from tests.build import open_database

    opened = open_database(database_url)
    yield opened
    opened.dispose()


@pytest.fixture(scope="session")
def secrets_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key file with the keys that `tests.build` seals with, for processes and applications of their own."""
    from tests.build import write_secrets

    path = tmp_path_factory.mktemp("keys") / "secrets.toml"
    write_secrets(path)
    return path


@pytest.fixture
def environment(database_url: str, secrets_file: Path, tmp_path: Path) -> dict[str, str]:
    """The variables that make a process of the portal use this test's database and keys.

    On PostgreSQL every audience is a role of its own, so that a right that is missing turns a test red.
    """
    from tests.real_services.postgresql import separated

    urls = separated(database_url)
    del urls["owner"]
    return {f"PORTAL_DATABASE_URL_{audience.upper()}": url for audience, url in urls.items()} | {
        "PORTAL_ENVIRONMENT": "test",
        "PORTAL_INSTANCE": str(tmp_path / "instance"),
        "PORTAL_SECRETS": str(secrets_file),
        "PORTAL_DATABASE_URL": database_url,
    }


@pytest.fixture
def settings(environment: dict[str, str]) -> Any:
    """The settings of this test's installation."""
    from portal.settings import load

    return load(environment)


@pytest.fixture
def app(settings: Any, clock: Any) -> Iterator[Any]:
    """The application on this test's database and clock."""
    from portal.app import create_app
    from tests.web.page_client import PageClient

    made = create_app(settings, clock)
    made.testing = True
    made.test_client_class = PageClient
    yield made
    made.extensions["portal"].database.dispose()


@pytest.fixture
def client(app: Any) -> Any:
    """Somebody's browser; every page it gets is held against the rules of the house."""
    return app.test_client()


@pytest.fixture
def live_server(app: Any) -> Iterator[str]:
    """The address of the application behind a real socket, such as http://127.0.0.1:40123."""
    from tests.real_services.web import served

    with served(app) as address:
        yield address
