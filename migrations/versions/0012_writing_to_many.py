"""Writing to many: chosen people, templates, and what a send was about.

Safety: creates empty tables and adds an empty column that may stay empty; nothing is rewritten.
"""

import sqlalchemy as sa
from alembic import op

from portal.store.types import Id, Instant

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Tables, indexes and constraints."""
    op.add_column("send", sa.Column("fingerprint", sa.LargeBinary()))
    op.create_table(
        "selection",
        sa.Column("membership_id", Id, nullable=False),
        sa.Column("seeker_id", Id, nullable=False),
        sa.Column("unit_id", Id, nullable=False),
        sa.Column("added_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["membership_id"], ["membership.id"], name="fk_selection_membership_id"),
        sa.ForeignKeyConstraint(["seeker_id"], ["seeker.id"], name="fk_selection_seeker_id"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_selection_unit_id"),
        sa.PrimaryKeyConstraint("membership_id", "seeker_id", name="pk_selection"),
    )
    op.create_index("ix_selection_seeker_id", "selection", ["seeker_id"])
    op.create_table(
        "template",
        sa.Column("id", Id, nullable=False),
        sa.Column("public_id", sa.LargeBinary(), nullable=False),
        sa.Column("unit_id", Id, nullable=False),
        sa.Column("department_id", Id),
        sa.Column("contractor_id", Id),
        sa.Column("membership_id", Id, nullable=False),
        sa.Column("title_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.Column("removed_at", Instant()),
        sa.CheckConstraint(
            "department_id IS NULL OR contractor_id IS NULL", name=op.f("ck_template_one_place")
        ),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_template_revision")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_template_unit_id"),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name="fk_template_department_id"),
        sa.ForeignKeyConstraint(["contractor_id"], ["contractor.id"], name="fk_template_contractor_id"),
        sa.ForeignKeyConstraint(["membership_id"], ["membership.id"], name="fk_template_membership_id"),
        sa.PrimaryKeyConstraint("id", name="pk_template"),
        sa.UniqueConstraint("public_id", name="uq_template_public_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_template_unit_id", "template", ["unit_id"])


def downgrade() -> None:
    """Away again."""
    op.drop_table("template")
    op.drop_table("selection")
    op.drop_column("send", "fingerprint")
