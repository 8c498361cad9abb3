"""People of a unit: invitations, the day an officer left, cut sessions.

Safety: creates empty tables and adds a column that may stay empty; nothing is rewritten. Going back forgets open
invitations, which are then void, and lets a unit send again whose officer had left without a successor.
"""

import sqlalchemy as sa
from alembic import op

from portal.store.types import Id, Instant

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Tables, indexes and constraints."""
    op.add_column("unit", sa.Column("officer_left_on", sa.Date()))
    op.create_table(
        "unit_invitation",
        sa.Column("id", Id, nullable=False),
        sa.Column("public_id", sa.LargeBinary(), nullable=False),
        sa.Column("unit_id", Id, nullable=False),
        sa.Column("role", sa.String(10), nullable=False),
        sa.Column("department_id", Id),
        sa.Column("contractor_id", Id),
        sa.Column("display_name_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("link_hash", sa.LargeBinary(), nullable=False),
        sa.Column("issued_by", Id),
        sa.Column("issued_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("used_at", Instant()),
        sa.Column("membership_id", Id),
        sa.Column("revoked_at", Instant()),
        sa.CheckConstraint("role IN ('member', 'contact', 'officer')", name=op.f("ck_unit_invitation_role")),
        sa.CheckConstraint(
            "department_id IS NULL OR contractor_id IS NULL", name=op.f("ck_unit_invitation_one_place")
        ),
        sa.CheckConstraint("expires_at > issued_at", name=op.f("ck_unit_invitation_expiry")),
        sa.CheckConstraint(
            "used_at IS NULL OR revoked_at IS NULL", name=op.f("ck_unit_invitation_used_or_revoked")
        ),
        sa.CheckConstraint(
            "(used_at IS NULL) = (membership_id IS NULL)", name=op.f("ck_unit_invitation_used_by")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_unit_invitation_unit_id"),
        sa.ForeignKeyConstraint(
            ["department_id"], ["department.id"], name="fk_unit_invitation_department_id"
        ),
        sa.ForeignKeyConstraint(
            ["contractor_id"], ["contractor.id"], name="fk_unit_invitation_contractor_id"
        ),
        sa.ForeignKeyConstraint(["issued_by"], ["account.id"], name="fk_unit_invitation_issued_by"),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["membership.id"], name="fk_unit_invitation_membership_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_unit_invitation"),
        sa.UniqueConstraint("public_id", name="uq_unit_invitation_public_id"),
        sa.UniqueConstraint("code_hash", name="uq_unit_invitation_code_hash"),
        sa.UniqueConstraint("link_hash", name="uq_unit_invitation_link_hash"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_unit_invitation_unit_id", "unit_invitation", ["unit_id"])
    op.create_table(
        "session_cut",
        sa.Column("id", Id, nullable=False),
        sa.Column("unit_id", Id, nullable=False),
        sa.Column("cut_at", Instant(), nullable=False),
        sa.Column("cut_by", Id),
        sa.Column("sessions", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("spared_own", sa.Boolean(), nullable=False),
        sa.CheckConstraint("people BETWEEN 0 AND sessions", name=op.f("ck_session_cut_people")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_session_cut_unit_id"),
        sa.ForeignKeyConstraint(["cut_by"], ["account.id"], name="fk_session_cut_cut_by"),
        sa.PrimaryKeyConstraint("id", name="pk_session_cut"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_session_cut_unit_id", "session_cut", ["unit_id"])


def downgrade() -> None:
    """Away again."""
    op.drop_table("session_cut")
    op.drop_table("unit_invitation")
    op.drop_column("unit", "officer_left_on")
