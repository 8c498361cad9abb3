"""Seals of the audit trail, and what retention announces, ends and has done.

Safety: creates empty tables only, and lets no audit line have a number below 1, which none ever had.
Going down forgets the seals (the exported ones stay in their files) and what was announced;
texts and identities that have gone do not come back.
"""

import sqlalchemy as sa
from alembic import op

from portal.store.types import Id, Instant

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_ONLY_GROW = ("audit_seal", "audit_drop")


def upgrade() -> None:
    """Tables, indexes and constraints."""
    _numbers_from_one()
    _seals()
    for table in _ONLY_GROW:
        _append_only(table)
    _announced_and_ended()
    _runs()


def _numbers_from_one() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.create_check_constraint(op.f("ck_audit_id"), "audit", "id >= 1")
        return
    # After the insert: before it, a number that SQLite is about to draw reads as -1.
    op.execute(
        "CREATE TRIGGER audit_numbered AFTER INSERT ON audit WHEN NEW.id < 1 "
        "BEGIN SELECT RAISE(ABORT, 'ck_audit_id: an audit line is numbered from 1'); END"
    )


def _seals() -> None:
    op.create_table(
        "audit_seal",
        sa.Column("number", Id, autoincrement=False, nullable=False),
        sa.Column("first_id", Id, nullable=False),
        sa.Column("last_id", Id, nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("first_at", Instant(), nullable=False),
        sa.Column("last_at", Instant(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("previous", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_at", Instant(), nullable=False),
        sa.Column("key_name", sa.String(20), nullable=False),
        sa.Column("mac", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_audit_seal_number")),
        sa.CheckConstraint("last_id >= first_id", name=op.f("ck_audit_seal_range")),
        sa.CheckConstraint("lines BETWEEN 1 AND last_id - first_id + 1", name=op.f("ck_audit_seal_lines")),
        sa.PrimaryKeyConstraint("number", name="pk_audit_seal"),
        sa.UniqueConstraint("first_id", name="uq_audit_seal_first_id"),
        sa.UniqueConstraint("last_id", name="uq_audit_seal_last_id"),
        sa.UniqueConstraint("previous", name="uq_audit_seal_previous"),
    )
    op.create_index("ix_audit_seal_month", "audit_seal", ["month"])
    op.create_table(
        "audit_drop",
        sa.Column("number", Id, autoincrement=False, nullable=False),
        sa.Column("dropped_at", Instant(), nullable=False),
        sa.Column("key_name", sa.String(20), nullable=False),
        sa.Column("mac", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["number"], ["audit_seal.number"], name="fk_audit_drop_number"),
        sa.PrimaryKeyConstraint("number", name="pk_audit_drop"),
    )
    op.create_table(
        "audit_seal_mark",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("upto", Id, nullable=False),
        sa.Column("marked_at", Instant(), nullable=False),
        sa.Column("writers", sa.Text(), nullable=False, server_default="[]"),
        sa.CheckConstraint("id = 1", name=op.f("ck_audit_seal_mark_one_row")),
        sa.CheckConstraint("upto >= 0", name=op.f("ck_audit_seal_mark_upto")),
        sa.PrimaryKeyConstraint("id", name="pk_audit_seal_mark"),
    )


def _announced_and_ended() -> None:
    op.create_table(
        "retention_notice",
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("subject_id", Id, autoincrement=False, nullable=False),
        sa.Column("seeker_id", Id, nullable=False),
        sa.Column("told_at", Instant(), nullable=False),
        sa.Column("goes_on", sa.Date(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('thread', 'complaint', 'identity')", name=op.f("ck_retention_notice_kind")
        ),
        sa.ForeignKeyConstraint(["seeker_id"], ["seeker.id"], name="fk_retention_notice_seeker_id"),
        sa.PrimaryKeyConstraint("kind", "subject_id", name="pk_retention_notice"),
    )
    op.create_index("ix_retention_notice_seeker_id", "retention_notice", ["seeker_id"])
    op.create_index("ix_retention_notice_kind_goes_on", "retention_notice", ["kind", "goes_on"])
    op.create_table(
        "thread_text_end",
        sa.Column("thread_id", Id, autoincrement=False, nullable=False),
        sa.Column("upto_message_id", Id, nullable=False),
        sa.Column("ended_at", Instant(), nullable=False),
        sa.Column("erased_at", Instant()),
        sa.CheckConstraint(
            "erased_at IS NULL OR erased_at >= ended_at", name=op.f("ck_thread_text_end_erased")
        ),
        sa.ForeignKeyConstraint(["thread_id"], ["thread.id"], name="fk_thread_text_end_thread_id"),
        sa.PrimaryKeyConstraint("thread_id", name="pk_thread_text_end"),
    )
    op.create_index(
        "ix_thread_text_end_held",
        "thread_text_end",
        ["thread_id"],
        postgresql_where=sa.text("erased_at IS NULL"),
        sqlite_where=sa.text("erased_at IS NULL"),
    )
    op.create_table(
        "seeker_erasure",
        sa.Column("seeker_id", Id, autoincrement=False, nullable=False),
        sa.Column("erased_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["seeker_id"], ["seeker.id"], name="fk_seeker_erasure_seeker_id"),
        sa.PrimaryKeyConstraint("seeker_id", name="pk_seeker_erasure"),
    )


def _runs() -> None:
    op.create_table(
        "retention_run",
        sa.Column("id", Id, nullable=False),
        sa.Column("started_at", Instant(), nullable=False),
        sa.Column("seen_at", Instant(), nullable=False),
        sa.Column("worker", sa.String(80), nullable=False),
        sa.Column("by_hand", sa.Boolean(), nullable=False),
        sa.Column("step", sa.String(20), nullable=False),
        sa.Column("after_id", Id, nullable=False, server_default="0"),
        sa.Column("counts", sa.Text(), nullable=False, server_default="{}"),
        sa.Column("ended_at", Instant()),
        sa.Column("slot", sa.Integer(), nullable=False, server_default="1"),
        sa.CheckConstraint("slot = 1", name=op.f("ck_retention_run_slot")),
        sa.CheckConstraint("after_id >= 0", name=op.f("ck_retention_run_after_id")),
        sa.CheckConstraint("ended_at IS NULL OR ended_at >= started_at", name=op.f("ck_retention_run_ended")),
        sa.PrimaryKeyConstraint("id", name="pk_retention_run"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "uq_retention_run_open",
        "retention_run",
        ["slot"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
        sqlite_where=sa.text("ended_at IS NULL"),
    )


def _append_only(table: str) -> None:
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


def downgrade() -> None:
    """Away again."""
    for table in ("retention_run", "seeker_erasure", "thread_text_end", "retention_notice"):
        op.drop_table(table)
    for table in ("audit_seal_mark", "audit_drop", "audit_seal"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(op.f("ck_audit_id"), "audit", type_="check")
        for table in _ONLY_GROW:
            op.execute(f"DROP FUNCTION {table}_append_only()")
    else:
        op.execute("DROP TRIGGER audit_numbered")
