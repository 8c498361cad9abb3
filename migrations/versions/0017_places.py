"""Departments and contractors: limits inside a unit, and the other contract periods of a contractor.

Safety: creates an empty table and adds columns that may stay empty; nothing is rewritten. The threads are read once
for an index of those that belong to a contractor, which are few; sending waits meanwhile. Going back forgets the limits
inside units, and keeps of a contractor's periods the newest one.
"""

import sqlalchemy as sa
from alembic import op

from portal.store.types import Id

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

PLACES = ("department", "contractor")


def upgrade() -> None:
    """Tables, indexes and constraints."""
    for place in PLACES:
        # Both engines take a constraint with its column; added by itself it would be a new table in SQLite.
        op.execute(
            f"ALTER TABLE {place} ADD COLUMN daily_limit INTEGER"
            f" CONSTRAINT ck_{place}_daily_limit CHECK (daily_limit BETWEEN 0 AND 1000)"
        )
    op.create_table(
        "contractor_period",
        sa.Column("id", Id, nullable=False),
        sa.Column("contractor_id", Id, nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date()),
        sa.CheckConstraint("until >= since", name=op.f("ck_contractor_period_days")),
        sa.CheckConstraint(
            "last_day IS NULL OR last_day BETWEEN since AND until", name=op.f("ck_contractor_period_last_day")
        ),
        sa.ForeignKeyConstraint(
            ["contractor_id"], ["contractor.id"], name="fk_contractor_period_contractor_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_contractor_period"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_contractor_period_contractor_id", "contractor_period", ["contractor_id"])
    op.create_index(
        "ix_thread_contractor",
        "thread",
        ["contractor_id", "seeker_id"],
        postgresql_where=sa.text("contractor_id IS NOT NULL"),
        sqlite_where=sa.text("contractor_id IS NOT NULL"),
    )


def downgrade() -> None:
    """Away again."""
    op.drop_index("ix_thread_contractor", "thread")
    op.drop_table("contractor_period")
    for place in PLACES:
        op.drop_column(place, "daily_limit")
