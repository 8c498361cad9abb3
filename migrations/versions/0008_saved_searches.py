"""Saved searches of a unit.

Safety: creates empty tables only.
"""

import sqlalchemy as sa
from alembic import op

from portal.store.types import Id, Instant

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Tables, indexes and constraints."""
    op.create_table(
        "saved_search",
        sa.Column("id", Id, primary_key=True),
        sa.Column("public_id", sa.LargeBinary(), nullable=False),
        sa.Column("unit_id", Id, nullable=False),
        sa.Column("membership_id", Id, nullable=False),
        sa.Column("department_id", Id),
        sa.Column("contractor_id", Id),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("looked_in", sa.Date(), nullable=False),
        sa.Column("new_from", sa.Date(), nullable=False),
        sa.Column("saved_at", Instant(), nullable=False),
        sa.Column("removed_at", Instant()),
        sa.CheckConstraint("new_from <= looked_in", name=op.f("ck_saved_search_months")),
        sa.ForeignKeyConstraint(["contractor_id"], ["contractor.id"], name="fk_saved_search_contractor_id"),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name="fk_saved_search_department_id"),
        sa.ForeignKeyConstraint(["membership_id"], ["membership.id"], name="fk_saved_search_membership_id"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_saved_search_unit_id"),
        sa.PrimaryKeyConstraint("id", name="pk_saved_search"),
        sa.UniqueConstraint("public_id", name="uq_saved_search_public_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_saved_search_membership_id", "saved_search", ["membership_id"])
    op.create_index(
        "ix_saved_search_unit_id_department_id_contractor_id",
        "saved_search",
        ["unit_id", "department_id", "contractor_id"],
    )


def downgrade() -> None:
    """Away again."""
    op.drop_table("saved_search")
