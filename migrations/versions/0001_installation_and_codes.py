"""The installation's one row, the worker's signs of life, and the code tables.

Safety: creates empty tables only.
"""

import sqlalchemy as sa
from alembic import op

from portal.store.types import Instant

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "installation",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("demo", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("sending_closed_at", Instant()),
        sa.Column("sending_closed_reason", sa.Text()),
        sa.CheckConstraint(
            "(sending_closed_at IS NULL) = (sending_closed_reason IS NULL)",
            name=op.f("ck_installation_sending_closed"),
        ),
        sa.CheckConstraint("id = 1", name=op.f("ck_installation_single_row")),
        sa.PrimaryKeyConstraint("id", name="pk_installation"),
    )
    op.create_table(
        "worker_beat",
        sa.Column("name", sa.String(80), primary_key=True),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_worker_beat"),
    )
    op.create_table(
        "code_table",
        sa.Column("kind", sa.String(40), primary_key=True),
        sa.Column("title_ja", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("licence", sa.Text(), nullable=False),
        sa.Column("verified_on", sa.Date()),
        sa.Column("checksum", sa.String(64), nullable=False),
        sa.Column("loaded_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("kind", name="pk_code_table"),
    )
    op.create_table(
        "code",
        sa.Column("kind", sa.String(40), primary_key=True),
        sa.Column("code", sa.String(20), primary_key=True),
        sa.Column("name_ja", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False, server_default=""),
        sa.Column("kana", sa.Text(), nullable=False, server_default=""),
        sa.Column("parent", sa.String(20)),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date()),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("confidence", sa.String(20), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False, server_default=""),
        sa.Column("sort", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "confidence IN ('official', 'secondary', 'unverified', 'own_decision', 'fictional')",
            name=op.f("ck_code_confidence"),
        ),
        sa.CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name=op.f("ck_code_days")),
        sa.ForeignKeyConstraint(["kind"], ["code_table.kind"], name="fk_code_kind"),
        sa.PrimaryKeyConstraint("kind", "code", name="pk_code"),
    )


def downgrade() -> None:
    op.drop_table("code")
    op.drop_table("code_table")
    op.drop_table("worker_beat")
    op.drop_table("installation")
