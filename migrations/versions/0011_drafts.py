"""Drafts: what somebody had typed.

Safety: creates empty tables only.
"""

import sqlalchemy as sa
from alembic import op

from portal.store.types import Id, Instant

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Tables, indexes and constraints."""
    op.create_table(
        "draft",
        sa.Column("account_id", Id, nullable=False),
        sa.Column("place_key", sa.LargeBinary(), nullable=False),
        sa.Column("scope_key", sa.LargeBinary(), nullable=False),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("saved_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.CheckConstraint("expires_at > saved_at", name=op.f("ck_draft_expiry")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_draft_account_id"),
        sa.PrimaryKeyConstraint("account_id", "place_key", name="pk_draft"),
    )
    op.create_index("ix_draft_expires_at", "draft", ["expires_at"])
    op.create_table(
        "late_form",
        sa.Column("session_key", sa.LargeBinary(), nullable=False),
        sa.Column("cookie_hash", sa.LargeBinary(), nullable=False),
        sa.Column("account_key", sa.LargeBinary(), nullable=False),
        sa.Column("scope_key", sa.LargeBinary(), nullable=False),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("kept_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.CheckConstraint("expires_at > kept_at", name=op.f("ck_late_form_expiry")),
        sa.PrimaryKeyConstraint("session_key", name="pk_late_form"),
        sa.UniqueConstraint("cookie_hash", name="uq_late_form_cookie_hash"),
    )
    op.create_index("ix_late_form_account_key", "late_form", ["account_key"])
    op.create_index("ix_late_form_expires_at", "late_form", ["expires_at"])


def downgrade() -> None:
    """Away again."""
    op.drop_table("late_form")
    op.drop_table("draft")
