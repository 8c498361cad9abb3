"""Hypothesis tells stories: whatever order people act in, the portal does what the plain model does.

A story that fails is printed step by step, with a line to repeat it: `story = reproduce_failure(...)(story)` below.
"""

from collections.abc import Callable
from functools import partial

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import make_url

from tests.model.machine import Story
from tests.model.world import make_base, sqlite_copies
from tests.real_services.postgresql import Cluster

# The promises do not differ between the engines, their statements do: a short form suffices for the second one.
STORIES = {"sqlite": (45, 40), "postgresql": (8, 25)}


def test_the_portal_does_what_the_model_does(
    engine_kind: str, database_url: str, request: pytest.FixtureRequest
) -> None:
    copies: Callable[[], tuple[str, Callable[[], None]]]
    if engine_kind == "sqlite":
        copies = sqlite_copies(database_url)
    else:
        copies = partial(_copy, request.getfixturevalue("postgresql"), str(make_url(database_url).database))
    base = make_base(database_url, copies)
    stories, steps = STORIES[engine_kind]

    story = partial(Story, base)
    run_state_machine_as_test(
        story,
        settings=settings(
            max_examples=stories,
            stateful_step_count=steps,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        ),
    )


def _copy(cluster: Cluster, source: str) -> tuple[str, Callable[[], None]]:
    name = cluster.create(source)
    return cluster.url(name), partial(cluster.drop, name)
