"""Worlds for the leak tests; making one takes seconds, so a world that is only looked at is shared."""

import itertools
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from tests.leak.hidden import PEOPLE, Hidden


@pytest.fixture(scope="session")
def make_world(
    request: pytest.FixtureRequest,
    migrated_template: Callable[..., Any],
    secrets_file: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[..., Any]:
    """`with make_world(engine_kind, people) as world:` builds one whose seekers have lived up to the walk."""
    folder = tmp_path_factory.mktemp("worlds")
    numbers = itertools.count(1)

    @contextmanager
    def make(engine_kind: str, people: Mapping[str, Hidden] = PEOPLE) -> Iterator[Any]:
        cluster, name = None, ""
        if engine_kind == "sqlite":
            path = folder / f"world-{next(numbers)}.sqlite"
            shutil.copyfile(migrated_template(None), path)
            url = f"sqlite:///{path}"
        else:
            cluster = request.getfixturevalue("postgresql")
            name = cluster.create(migrated_template(cluster))
            url = cluster.url(name)
        with _world(url, secrets_file, folder, people) as world:
            yield world
        if cluster is not None:
            cluster.drop(name)

    return make


@contextmanager
def _world(url: str, secrets_file: Path, folder: Path, people: Mapping[str, Hidden]) -> Iterator[Any]:
    from portal.app import create_app
    from portal.calendar.clock import FixedClock
    from portal.settings import load
    from tests import build
    from tests.leak import story
    from tests.leak.world import WALK, World, add_crowd, add_organisations, begin_at_first_id, same_random
    from tests.registrations import prepare

    clock = FixedClock(datetime(2026, 5, 12, 1, 0, tzinfo=UTC))
    settings = load(
        {
            "PORTAL_ENVIRONMENT": "test",
            "PORTAL_INSTANCE": str(folder / "instance"),
            "PORTAL_SECRETS": str(secrets_file),
            "PORTAL_DATABASE_URL": url,
            "PORTAL_LOG_LEVEL": "DEBUG",
            "PORTAL_REQUESTS_PER_MINUTE": "1000000",
        }
    )
    database = build.open_database(url)
    prepare(database, clock)
    begin_at_first_id(database)
    app = create_app(settings, clock)
    world = World(app, database, clock, people)
    with same_random("the world is made"), mock.patch.object(build, "_numbers", itertools.count(1)):
        add_organisations(world)
        add_crowd(world)
        story.live(world)
    world.at(WALK)
    yield world
    app.extensions["portal"].database.dispose()
    database.dispose()
