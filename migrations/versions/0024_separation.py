"""Separation: what the roles of the audiences lock rows by.

Safety: adds an empty column to three tables; nothing is rewritten. On PostgreSQL the checks are made NOT VALID first,
so that nobody waits while the rows are read.
"""

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

TABLES = ("profile", "account", "paid_service")


def upgrade() -> None:
    """Who locks a row needs the right to change some column of it: this one can only stay empty."""
    for table in TABLES:
        check = f"CONSTRAINT ck_{table}_row_lock CHECK (row_lock IS NULL)"
        if op.get_bind().dialect.name == "sqlite":
            # With its column; added by itself it would be a new table in SQLite.
            op.execute(f"ALTER TABLE {table} ADD COLUMN row_lock BOOLEAN {check}")
            continue
        op.execute(f"ALTER TABLE {table} ADD COLUMN row_lock BOOLEAN")
        op.execute(f"ALTER TABLE {table} ADD {check} NOT VALID")
        op.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT ck_{table}_row_lock")


def downgrade() -> None:
    """Away again."""
    if op.get_bind().dialect.name == "postgresql":
        # A policy may speak of another table, which could then not be dropped; `portal migrate` makes them all anew.
        op.execute(
            "DO $$ DECLARE each record; BEGIN "
            "FOR each IN SELECT policyname, tablename FROM pg_policies WHERE schemaname = current_schema() LOOP "
            "EXECUTE format('DROP POLICY %I ON %I', each.policyname, each.tablename); END LOOP; END $$"
        )
    for table in TABLES:
        op.drop_column(table, "row_lock")
