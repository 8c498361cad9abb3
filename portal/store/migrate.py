"""Bringing a database to the head of the migrations, and telling where it stands."""

from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy.orm import Session

from portal.store.database import make_engine


def migrations_dir() -> Path:
    """Folder of the migrations: beside the package in a clone, inside it in a wheel."""
    package = Path(__file__).resolve().parent.parent
    return package / "migrations" if (package / "migrations").is_dir() else package.parent / "migrations"


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the database at this address up to a revision."""
    _run(url, command.upgrade, revision)


def downgrade(url: str, revision: str) -> None:
    """Take the database at this address back to a revision ("base" for empty)."""
    _run(url, command.downgrade, revision)


def head() -> str:
    """The newest revision there is."""
    found = ScriptDirectory.from_config(_config()).get_current_head()
    if found is None:
        raise LookupError("there are no migrations")
    return found


def is_known(revision: str) -> bool:
    """Whether this version of the program has a revision; one it does not have was made by a newer version."""
    try:
        return ScriptDirectory.from_config(_config()).get_revision(revision) is not None
    except CommandError:
        return False


def revision(session: Session) -> str | None:
    """The revision the database stands at."""
    return MigrationContext.configure(session.connection()).get_current_revision()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(migrations_dir()))
    return config


def _run(url: str, act: Callable[[Config, str], None], revision: str) -> None:
    engine = make_engine(url, pool_size=1)
    try:
        config = _config()
        config.attributes["engine"] = engine
        act(config, revision)
    finally:
        engine.dispose()
