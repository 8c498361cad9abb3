"""Forms are filled on SQLite; what differs between engines is below the pages and tested there."""

import pytest


@pytest.fixture
def engine_kind() -> str:
    return "sqlite"
