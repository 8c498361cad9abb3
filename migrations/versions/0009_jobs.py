"""Jobs that the worker carries on: registrations from a file.

Safety: creates empty tables only.
"""

import sqlalchemy as sa
from alembic import op

from portal.store.types import Id, Instant

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Tables, indexes and constraints."""
    op.create_table(
        "registration_job",
        sa.Column("id", Id, primary_key=True),
        sa.Column("public_id", sa.LargeBinary(), nullable=False),
        sa.Column("office_code", sa.String(20), nullable=False),
        sa.Column("actor_kind", sa.String(10), nullable=False),
        sa.Column("account_id", Id),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("wanted", sa.String(10), nullable=False),
        sa.Column("encoding", sa.String(10), nullable=False),
        sa.Column("head", sa.Text(), nullable=False),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("body_at", sa.Integer(), nullable=False),
        sa.Column("body_line", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.Integer(), nullable=False),
        sa.Column("next_line", sa.Integer(), nullable=False),
        *(
            sa.Column(name, sa.Integer(), nullable=False, server_default="0")
            for name in ("done", "accepted", "known", "refused", "held", "failures")
        ),
        sa.Column("reason", sa.String(60)),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.Column("claimed_by", sa.String(80)),
        sa.Column("claimed_at", Instant()),
        sa.Column("settled_at", Instant()),
        sa.Column("emptied_at", Instant()),
        sa.CheckConstraint(
            "actor_kind IN ('office', 'operator')", name=op.f("ck_registration_job_actor_kind")
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'checking', 'checked', 'registering', 'finished', 'cancelled', 'failed')",
            name=op.f("ck_registration_job_state"),
        ),
        sa.CheckConstraint("wanted IN ('check', 'register')", name=op.f("ck_registration_job_wanted")),
        sa.CheckConstraint("encoding IN ('utf-8', 'cp932')", name=op.f("ck_registration_job_encoding")),
        sa.CheckConstraint(
            "done = accepted + known + refused AND done <= lines", name=op.f("ck_registration_job_counts")
        ),
        sa.CheckConstraint("next_at BETWEEN body_at AND bytes", name=op.f("ck_registration_job_next_at")),
        sa.CheckConstraint(
            "(claimed_by IS NULL) = (claimed_at IS NULL)", name=op.f("ck_registration_job_claimed")
        ),
        sa.CheckConstraint(
            "(state IN ('finished', 'cancelled', 'failed')) = (settled_at IS NOT NULL)",
            name=op.f("ck_registration_job_settled"),
        ),
        sa.CheckConstraint(
            "(state = 'failed') = (reason IS NOT NULL)", name=op.f("ck_registration_job_reason")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_registration_job_account_id"),
        sa.PrimaryKeyConstraint("id", name="pk_registration_job"),
        sa.UniqueConstraint("public_id", name="uq_registration_job_public_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_registration_job_office_code", "registration_job", ["office_code"])
    op.create_index(
        "ix_registration_job_open",
        "registration_job",
        ["id"],
        postgresql_where=sa.text("settled_at IS NULL"),
        sqlite_where=sa.text("settled_at IS NULL"),
    )
    op.create_table(
        "registration_piece",
        sa.Column("job_id", Id, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("data_sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["registration_job.id"], name="fk_registration_piece_job_id"),
        sa.PrimaryKeyConstraint("job_id", "number", name="pk_registration_piece"),
    )
    op.create_table(
        "registration_refusal",
        sa.Column("job_id", Id, nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("detail_sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["registration_job.id"], name="fk_registration_refusal_job_id"),
        sa.PrimaryKeyConstraint("job_id", "line", name="pk_registration_refusal"),
    )
    op.create_table(
        "registration_origin",
        sa.Column("job_id", Id, nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("seeker_id", Id, nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["registration_job.id"], name="fk_registration_origin_job_id"),
        sa.ForeignKeyConstraint(["seeker_id"], ["seeker.id"], name="fk_registration_origin_seeker_id"),
        sa.PrimaryKeyConstraint("job_id", "line", name="pk_registration_origin"),
        sa.UniqueConstraint("seeker_id", name="uq_registration_origin_seeker_id"),
    )


def downgrade() -> None:
    """Away again."""
    for table in ("registration_origin", "registration_refusal", "registration_piece", "registration_job"):
        op.drop_table(table)
