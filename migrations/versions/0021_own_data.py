"""Requests for a correction, and what changed in a version of the terms; notices by mail of a third kind.

Safety: creates an empty table and adds two columns with a constant default, which neither engine rewrites a table for.
Versions of the terms only grow from now on, as the code has kept them until now. Going down drops the requests with
their answers, the notes on what changed, and notices of the new kind. The outbox gets a wider check, as in 0016.
"""

import sqlalchemy as sa
from alembic import op

from portal.store.types import Id, Instant

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Tables, indexes and constraints."""
    _corrections()
    for name in ("changes_ja", "changes_en"):
        op.add_column("terms_version", sa.Column(name, sa.Text(), nullable=False, server_default=""))
    _versions_only_grow()
    _kinds("kind IN ('message_notice', 'announcement_notice', 'account_notice')")


def _corrections() -> None:
    op.create_table(
        "correction",
        sa.Column("id", Id, nullable=False),
        sa.Column("public_id", sa.LargeBinary(), nullable=False),
        sa.Column("seeker_id", Id, nullable=False),
        sa.Column("part", sa.String(10), nullable=False),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("state", sa.String(15), nullable=False, server_default="open"),
        sa.Column("answer_sealed", sa.LargeBinary()),
        sa.Column("decided_at", Instant()),
        sa.Column("decided_by", Id),
        sa.Column("decided_office", sa.String(20)),
        sa.CheckConstraint(
            "part IN ('identity', 'data', 'school', 'range', 'validity', 'record', 'other')",
            name=op.f("ck_correction_part"),
        ),
        sa.CheckConstraint(
            "state IN ('open', 'corrected', 'not_corrected')", name=op.f("ck_correction_state")
        ),
        sa.CheckConstraint("(state = 'open') = (decided_at IS NULL)", name=op.f("ck_correction_decided")),
        sa.CheckConstraint(
            "state <> 'open' OR (answer_sealed IS NULL AND decided_by IS NULL AND decided_office IS NULL)",
            name=op.f("ck_correction_open"),
        ),
        sa.CheckConstraint(
            "state <> 'not_corrected' OR answer_sealed IS NOT NULL", name=op.f("ck_correction_reason")
        ),
        sa.ForeignKeyConstraint(["seeker_id"], ["seeker.id"], name="fk_correction_seeker_id"),
        sa.ForeignKeyConstraint(["decided_by"], ["account.id"], name="fk_correction_decided_by"),
        sa.PrimaryKeyConstraint("id", name="pk_correction"),
        sa.UniqueConstraint("public_id", name="uq_correction_public_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_correction_seeker_id_asked_at", "correction", ["seeker_id", "asked_at"])
    op.create_index(
        "ix_correction_open",
        "correction",
        ["asked_at", "seeker_id"],
        postgresql_where=sa.text("state = 'open'"),
        sqlite_where=sa.text("state = 'open'"),
    )


def _versions_only_grow() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION terms_version_append_only() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'terms_version is append only'; END $$"
        )
        op.execute(
            "CREATE TRIGGER terms_version_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON terms_version "
            "FOR EACH STATEMENT EXECUTE FUNCTION terms_version_append_only()"
        )
        return
    for act in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER terms_version_no_{act.lower()} BEFORE {act} ON terms_version "
            "BEGIN SELECT RAISE(ABORT, 'terms_version is append only'); END"
        )


def _kinds(allowed: str) -> None:
    """Which kinds of notices the outbox takes. SQLite cannot alter a check: it gets the table anew."""
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(op.f("ck_outbox_kind"), "outbox", type_="check")
        op.create_check_constraint(op.f("ck_outbox_kind"), "outbox", allowed)
        return
    indexes = ("ix_outbox_waiting", "uq_outbox_waiting", "uq_outbox_mail_key")
    op.create_table(
        "outbox_anew",
        sa.Column("id", Id, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("account_id", Id, nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False, server_default="waiting"),
        sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("claimed_at", Instant()),
        sa.Column("claimed_by", sa.String(80)),
        sa.Column("settled_at", Instant()),
        sa.Column("mail_key", sa.String(32)),
        sa.CheckConstraint(allowed, name=op.f("ck_outbox_kind")),
        sa.CheckConstraint(
            "state IN ('waiting', 'sending', 'sent', 'dropped', 'unknown')", name=op.f("ck_outbox_state")
        ),
        sa.CheckConstraint("(state = 'waiting') = (claimed_at IS NULL)", name=op.f("ck_outbox_claimed")),
        sa.CheckConstraint(
            "(state IN ('sent', 'dropped', 'unknown')) = (settled_at IS NOT NULL)",
            name=op.f("ck_outbox_settled"),
        ),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_outbox_attempts")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_outbox_account_id"),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sqlite_autoincrement=True,
    )
    columns = (
        "id, kind, account_id, created_at, due_at, state, attempts, claimed_at, claimed_by, settled_at, "
        "mail_key"
    )
    op.execute(f"INSERT INTO outbox_anew ({columns}) SELECT {columns} FROM outbox")  # noqa: S608 -- our columns
    for name in indexes:
        op.drop_index(name, "outbox")
    op.drop_table("outbox")
    op.rename_table("outbox_anew", "outbox")
    waiting = sa.text("state = 'waiting'")
    op.create_index(indexes[0], "outbox", ["due_at", "id"], sqlite_where=waiting)
    op.create_index(indexes[1], "outbox", ["account_id", "kind"], unique=True, sqlite_where=waiting)
    op.create_index(indexes[2], "outbox", ["mail_key"], unique=True)


def downgrade() -> None:
    """Away again."""
    op.execute("DELETE FROM outbox WHERE kind = 'account_notice'")
    _kinds("kind IN ('message_notice', 'announcement_notice')")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER terms_version_append_only ON terms_version")
        op.execute("DROP FUNCTION terms_version_append_only()")
    else:
        for act in ("update", "delete"):
            op.execute(f"DROP TRIGGER terms_version_no_{act}")
    for name in ("changes_ja", "changes_en"):
        op.drop_column("terms_version", name)
    op.drop_table("correction")
