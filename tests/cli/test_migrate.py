"""`portal migrate` where somebody holds what a migration needs."""

from typing import Any

import psycopg
import pytest
from click.testing import CliRunner
from sqlalchemy.engine import make_url

from portal.app import create_app
from portal.cli import main
from portal.settings import load
from portal.store.migrate import downgrade, upgrade


@pytest.fixture
def engine_kind() -> str:
    """SQLite has no locks on single tables."""
    return "postgresql"


def test_a_locked_table_is_a_message_and_the_next_run_goes_on(
    empty_database_url: str, environment: dict[str, str], clock: Any
) -> None:
    upgrade(empty_database_url)
    downgrade(empty_database_url, "0004")
    app = create_app(load(environment | {"PORTAL_DATABASE_URL": empty_database_url}), clock)
    plain = make_url(empty_database_url).set(drivername="postgresql")
    with app.app_context():
        with psycopg.connect(plain.render_as_string(hide_password=False)) as other:
            other.execute("LOCK TABLE account IN ACCESS EXCLUSIVE MODE")
            held = CliRunner().invoke(main, ["migrate"])
        done = CliRunner().invoke(main, ["migrate"])
    app.extensions["portal"].database.dispose()

    assert (held.exit_code, "LockNotAvailable" in held.output, "Run it again" in held.output) == (
        1,
        True,
        True,
    )
    assert done.exit_code == 0
