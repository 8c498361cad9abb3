"""How migrations run: one transaction each, never waiting long for a lock, one runner at a time."""

from typing import Any

from alembic import context
from sqlalchemy import Connection, Engine, text

from portal.store.tables import metadata

LOCK_TIMEOUT = "3s"
_ONE_RUNNER = 7_219_004


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        transaction_per_migration=True,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


def main() -> None:
    engine: Engine | Any = context.config.attributes.get("engine")
    if engine is None:
        raise SystemExit("Migrations are run by `portal migrate`.")
    with engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            # A table somebody is using is not worth stopping the service for: give up soon, try again later.
            connection.execute(text(f"SET lock_timeout = '{LOCK_TIMEOUT}'"))
            connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _ONE_RUNNER})
            connection.commit()
            run(connection)
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _ONE_RUNNER})
            connection.commit()
        else:
            # Rebuilding a table (SQLite's way to alter one) would trip its foreign keys; they are checked at the end.
            connection.connection.cursor().execute("PRAGMA foreign_keys = OFF")
            run(connection)
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
            connection.rollback()
            connection.connection.cursor().execute("PRAGMA foreign_keys = ON")
            if broken:
                raise SystemExit(
                    f"The migration left {len(broken)} dangling references; restore the copy made before."
                )


main()
