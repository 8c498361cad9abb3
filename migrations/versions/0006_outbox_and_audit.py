"""Notices that wait to go out, and the append-only audit trail.

Safety: creates empty tables only.
"""

import sqlalchemy as sa
from alembic import op

from portal.store.types import Id, Instant

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def append_only(table: str) -> None:
    """Rows of the table can be added, never changed or removed, whoever asks."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{table} is append only'; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_append_only()"
        )
        return
    for act in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append only'); END"
        )


def upgrade() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", Id, primary_key=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("account_id", Id, nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False, server_default="waiting"),
        sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("claimed_at", Instant()),
        sa.Column("claimed_by", sa.String(80)),
        sa.Column("settled_at", Instant()),
        sa.CheckConstraint("(state = 'waiting') = (claimed_at IS NULL)", name=op.f("ck_outbox_claimed")),
        sa.CheckConstraint(
            "(state IN ('sent', 'dropped', 'unknown')) = (settled_at IS NOT NULL)",
            name=op.f("ck_outbox_settled"),
        ),
        sa.CheckConstraint("kind IN ('message_notice')", name=op.f("ck_outbox_kind")),
        sa.CheckConstraint(
            "state IN ('waiting', 'sending', 'sent', 'dropped', 'unknown')", name=op.f("ck_outbox_state")
        ),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_outbox_attempts")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_outbox_account_id"),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_outbox_waiting",
        "outbox",
        ["due_at", "id"],
        postgresql_where=sa.text("state = 'waiting'"),
        sqlite_where=sa.text("state = 'waiting'"),
    )
    op.create_index(
        "uq_outbox_waiting",
        "outbox",
        ["account_id", "kind"],
        unique=True,
        postgresql_where=sa.text("state = 'waiting'"),
        sqlite_where=sa.text("state = 'waiting'"),
    )
    op.create_table(
        "audit",
        sa.Column("id", Id, primary_key=True),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("actor_kind", sa.String(10), nullable=False),
        sa.Column("account_id", Id),
        sa.Column("unit_id", Id),
        sa.Column("membership_id", Id),
        sa.Column("office_code", sa.String(20)),
        sa.Column("bureau_code", sa.String(20)),
        sa.Column("kind", sa.String(60), nullable=False),
        sa.Column("subject_kind", sa.String(20)),
        sa.Column("subject_id", Id),
        sa.Column("outcome", sa.String(10), nullable=False),
        sa.Column("reason", sa.String(60)),
        sa.Column("facts", sa.Text(), nullable=False, server_default="{}"),
        sa.Column("request_id", sa.String(40), nullable=False, server_default=""),
        sa.CheckConstraint("(outcome = 'refused') = (reason IS NOT NULL)", name=op.f("ck_audit_reason")),
        sa.CheckConstraint(
            "actor_kind IN ('seeker', 'member', 'office', 'bureau', 'operator', 'worker', 'public')",
            name=op.f("ck_audit_actor_kind"),
        ),
        sa.CheckConstraint("outcome IN ('done', 'refused')", name=op.f("ck_audit_outcome")),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_audit_subject_kind_subject_id_at", "audit", ["subject_kind", "subject_id", "at"])
    op.create_index("ix_audit_unit_id_at", "audit", ["unit_id", "at"])
    append_only("audit")


def downgrade() -> None:
    op.drop_table("audit")
    op.drop_table("outbox")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_append_only()")
