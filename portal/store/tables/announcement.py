"""Announcements (お知らせ), who has read them, reminders that were given, and maintenance (メンテナンス)."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
)

from portal.store.tables.base import metadata, one_of
from portal.store.types import Id, Instant

announcement = Table(
    "announcement",
    metadata,
    Column("id", Id, primary_key=True),
    Column("public_id", LargeBinary, nullable=False, unique=True),
    Column("audience", String(10), nullable=False),
    Column("unit_id", Id, ForeignKey("unit.id")),
    # Of "units" those of one bureau, of one class, or both; NULL = any.
    Column("bureau_code", String(20)),
    Column("unit_class", String(10)),
    Column("author", String(10), nullable=False),
    Column("author_bureau", String(20)),
    # "text": written by somebody. Otherwise what has happened; its words are made where it is read.
    Column("kind", String(30), nullable=False),
    Column("title", Text),
    Column("text", Text),
    Column("facts", Text, nullable=False, server_default="{}"),
    Column("shown_from", Date, nullable=False),
    Column("shown_until", Date),
    Column("created_at", Instant, nullable=False),
    Column("created_by", Id, ForeignKey("account.id")),
    Column("revision", Integer, nullable=False, server_default="1"),
    Column("changed_at", Instant, nullable=False),
    Column("withdrawn_at", Instant),
    one_of("audience", ("unit", "units", "everybody")),
    one_of("author", ("operator", "bureau", "system")),
    one_of("unit_class", ("private", "municipal")),
    CheckConstraint("(audience = 'unit') = (unit_id IS NOT NULL)", name="unit"),
    CheckConstraint(
        "audience = 'units' OR (bureau_code IS NULL AND unit_class IS NULL)", name="units_narrowed"
    ),
    CheckConstraint("(author = 'bureau') = (author_bureau IS NOT NULL)", name="author_bureau"),
    # A bureau speaks to its own units only (ruling R15).
    CheckConstraint(
        "author <> 'bureau' OR audience = 'unit' OR (audience = 'units' AND bureau_code IS NOT NULL "
        "AND bureau_code = author_bureau)",
        name="own_units",
    ),
    CheckConstraint("(kind = 'text') = (author <> 'system')", name="kind"),
    CheckConstraint("(kind = 'text') = (title IS NOT NULL)", name="title"),
    CheckConstraint("(kind = 'text') = (text IS NOT NULL)", name="text"),
    CheckConstraint("shown_until IS NULL OR shown_until >= shown_from", name="days"),
    CheckConstraint("revision >= 1", name="revision"),
    Index(None, "unit_id", "shown_from"),
    Index(None, "author_bureau", "created_at"),
    sqlite_autoincrement=True,
)
Index(
    "ix_announcement_wide",
    announcement.c.shown_from,
    postgresql_where=announcement.c.unit_id.is_(None),
    sqlite_where=announcement.c.unit_id.is_(None),
)

# Nothing but the mark: not when, and for a unit not by whom.
announcement_read = Table(
    "announcement_read",
    metadata,
    Column("account_id", Id, ForeignKey("account.id"), primary_key=True, autoincrement=False),
    Column("announcement_id", Id, ForeignKey("announcement.id"), primary_key=True, autoincrement=False),
    Column("revision", Integer, nullable=False),
)

announcement_opened = Table(
    "announcement_opened",
    metadata,
    Column("announcement_id", Id, ForeignKey("announcement.id"), primary_key=True, autoincrement=False),
    Column("unit_id", Id, ForeignKey("unit.id"), primary_key=True, autoincrement=False),
    Column("revision", Integer, nullable=False),
)

reminder = Table(
    "reminder",
    metadata,
    Column("id", Id, primary_key=True),
    Column("unit_id", Id, ForeignKey("unit.id"), nullable=False),
    # NULL: the validity of the unit itself.
    Column("contractor_id", Id, ForeignKey("contractor.id")),
    Column("last_day", Date, nullable=False),
    # Days before the last day; -1 = after it.
    Column("threshold", Integer, nullable=False),
    Column("told_at", Instant, nullable=False),
    sqlite_autoincrement=True,
)
Index(
    "uq_reminder_unit",
    reminder.c.unit_id,
    reminder.c.last_day,
    reminder.c.threshold,
    unique=True,
    postgresql_where=reminder.c.contractor_id.is_(None),
    sqlite_where=reminder.c.contractor_id.is_(None),
)
Index(
    "uq_reminder_contractor",
    reminder.c.contractor_id,
    reminder.c.last_day,
    reminder.c.threshold,
    unique=True,
    postgresql_where=reminder.c.contractor_id.is_not(None),
    sqlite_where=reminder.c.contractor_id.is_not(None),
)

maintenance = Table(
    "maintenance",
    metadata,
    Column("id", Id, primary_key=True),
    Column("starts_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
    # From when on pages tell of it.
    Column("shown_from", Instant, nullable=False),
    Column("text", Text, nullable=False, server_default=""),
    Column("planned_at", Instant, nullable=False),
    Column("planned_by", Id, ForeignKey("account.id")),
    # By hand: then it lasts until it is ended by hand.
    Column("begun_at", Instant),
    Column("ended_at", Instant),
    CheckConstraint("ends_at > starts_at", name="span"),
    CheckConstraint("shown_from <= starts_at", name="shown_from"),
    CheckConstraint("begun_at IS NULL OR ended_at IS NULL OR ended_at >= begun_at", name="ended"),
    Index(None, "ends_at"),
    sqlite_autoincrement=True,
)
