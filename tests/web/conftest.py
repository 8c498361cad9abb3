"""Pages are tested on SQLite; what differs between engines is below them and tested there.

A test that is about the engine itself names both with `@pytest.mark.parametrize("engine_kind", [...])`."""

import pytest


@pytest.fixture
def engine_kind() -> str:
    return "sqlite"
