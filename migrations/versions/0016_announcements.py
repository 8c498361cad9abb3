"""Announcements with read marks, reminders, maintenance; notices by mail of a second kind.

Safety: creates empty tables. The outbox gets a wider check: PostgreSQL looks at every row once while it is locked (its
rows are small, and there is one for each mail of the past); SQLite copies the table. Going down drops notices of the
new kind: they only said that there is something to read.
"""

import sqlalchemy as sa
from alembic import op

from portal.store.types import Id, Instant

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Tables, indexes and constraints."""
    _announcements()
    _marks()
    _reminders()
    _maintenance()
    _kinds("kind IN ('message_notice', 'announcement_notice')")


def _announcements() -> None:
    op.create_table(
        "announcement",
        sa.Column("id", Id, nullable=False),
        sa.Column("public_id", sa.LargeBinary(), nullable=False),
        sa.Column("audience", sa.String(10), nullable=False),
        sa.Column("unit_id", Id),
        sa.Column("bureau_code", sa.String(20)),
        sa.Column("unit_class", sa.String(10)),
        sa.Column("author", sa.String(10), nullable=False),
        sa.Column("author_bureau", sa.String(20)),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("title", sa.Text()),
        sa.Column("text", sa.Text()),
        sa.Column("facts", sa.Text(), nullable=False, server_default="{}"),
        sa.Column("shown_from", sa.Date(), nullable=False),
        sa.Column("shown_until", sa.Date()),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("created_by", Id),
        sa.Column("revision", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.Column("withdrawn_at", Instant()),
        sa.CheckConstraint(
            "audience IN ('unit', 'units', 'everybody')", name=op.f("ck_announcement_audience")
        ),
        sa.CheckConstraint("author IN ('operator', 'bureau', 'system')", name=op.f("ck_announcement_author")),
        sa.CheckConstraint("unit_class IN ('private', 'municipal')", name=op.f("ck_announcement_unit_class")),
        sa.CheckConstraint("(audience = 'unit') = (unit_id IS NOT NULL)", name=op.f("ck_announcement_unit")),
        sa.CheckConstraint(
            "audience = 'units' OR (bureau_code IS NULL AND unit_class IS NULL)",
            name=op.f("ck_announcement_units_narrowed"),
        ),
        sa.CheckConstraint(
            "(author = 'bureau') = (author_bureau IS NOT NULL)", name=op.f("ck_announcement_author_bureau")
        ),
        sa.CheckConstraint(
            "author <> 'bureau' OR audience = 'unit' OR (audience = 'units' AND bureau_code IS NOT NULL "
            "AND bureau_code = author_bureau)",
            name=op.f("ck_announcement_own_units"),
        ),
        sa.CheckConstraint("(kind = 'text') = (author <> 'system')", name=op.f("ck_announcement_kind")),
        sa.CheckConstraint("(kind = 'text') = (title IS NOT NULL)", name=op.f("ck_announcement_title")),
        sa.CheckConstraint("(kind = 'text') = (text IS NOT NULL)", name=op.f("ck_announcement_text")),
        sa.CheckConstraint(
            "shown_until IS NULL OR shown_until >= shown_from", name=op.f("ck_announcement_days")
        ),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_announcement_revision")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_announcement_unit_id"),
        sa.ForeignKeyConstraint(["created_by"], ["account.id"], name="fk_announcement_created_by"),
        sa.PrimaryKeyConstraint("id", name="pk_announcement"),
        sa.UniqueConstraint("public_id", name="uq_announcement_public_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_announcement_unit_id_shown_from", "announcement", ["unit_id", "shown_from"])
    op.create_index(
        "ix_announcement_author_bureau_created_at", "announcement", ["author_bureau", "created_at"]
    )
    op.create_index(
        "ix_announcement_wide",
        "announcement",
        ["shown_from"],
        postgresql_where=sa.text("unit_id IS NULL"),
        sqlite_where=sa.text("unit_id IS NULL"),
    )


def _marks() -> None:
    op.create_table(
        "announcement_read",
        sa.Column("account_id", Id, autoincrement=False, nullable=False),
        sa.Column("announcement_id", Id, autoincrement=False, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_announcement_read_account_id"),
        sa.ForeignKeyConstraint(
            ["announcement_id"], ["announcement.id"], name="fk_announcement_read_announcement_id"
        ),
        sa.PrimaryKeyConstraint("account_id", "announcement_id", name="pk_announcement_read"),
    )
    op.create_table(
        "announcement_opened",
        sa.Column("announcement_id", Id, autoincrement=False, nullable=False),
        sa.Column("unit_id", Id, autoincrement=False, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["announcement_id"], ["announcement.id"], name="fk_announcement_opened_announcement_id"
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_announcement_opened_unit_id"),
        sa.PrimaryKeyConstraint("announcement_id", "unit_id", name="pk_announcement_opened"),
    )


def _reminders() -> None:
    op.create_table(
        "reminder",
        sa.Column("id", Id, nullable=False),
        sa.Column("unit_id", Id, nullable=False),
        sa.Column("contractor_id", Id),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("threshold", sa.Integer(), nullable=False),
        sa.Column("told_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_reminder_unit_id"),
        sa.ForeignKeyConstraint(["contractor_id"], ["contractor.id"], name="fk_reminder_contractor_id"),
        sa.PrimaryKeyConstraint("id", name="pk_reminder"),
        sqlite_autoincrement=True,
    )
    for name, column, where in (
        ("uq_reminder_unit", "unit_id", "contractor_id IS NULL"),
        ("uq_reminder_contractor", "contractor_id", "contractor_id IS NOT NULL"),
    ):
        op.create_index(
            name,
            "reminder",
            [column, "last_day", "threshold"],
            unique=True,
            postgresql_where=sa.text(where),
            sqlite_where=sa.text(where),
        )


def _maintenance() -> None:
    op.create_table(
        "maintenance",
        sa.Column("id", Id, nullable=False),
        sa.Column("starts_at", Instant(), nullable=False),
        sa.Column("ends_at", Instant(), nullable=False),
        sa.Column("shown_from", Instant(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False, server_default=""),
        sa.Column("planned_at", Instant(), nullable=False),
        sa.Column("planned_by", Id),
        sa.Column("begun_at", Instant()),
        sa.Column("ended_at", Instant()),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_maintenance_span")),
        sa.CheckConstraint("shown_from <= starts_at", name=op.f("ck_maintenance_shown_from")),
        sa.CheckConstraint(
            "begun_at IS NULL OR ended_at IS NULL OR ended_at >= begun_at",
            name=op.f("ck_maintenance_ended"),
        ),
        sa.ForeignKeyConstraint(["planned_by"], ["account.id"], name="fk_maintenance_planned_by"),
        sa.PrimaryKeyConstraint("id", name="pk_maintenance"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_maintenance_ends_at", "maintenance", ["ends_at"])


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
    op.execute("DELETE FROM outbox WHERE kind = 'announcement_notice'")
    _kinds("kind IN ('message_notice')")
    for name in ("maintenance", "reminder", "announcement_opened", "announcement_read", "announcement"):
        op.drop_table(name)
