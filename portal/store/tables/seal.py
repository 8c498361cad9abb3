"""Seals of the audit trail (監査記録の封印), and which of them have lost their lines after their time; both only grow."""

from sqlalchemy import CheckConstraint, Column, Date, ForeignKey, Integer, LargeBinary, String, Table, Text

from portal.store.tables.base import metadata
from portal.store.types import Id, Instant

audit_seal = Table(
    "audit_seal",
    metadata,
    # Counted from 1 without a gap: a missing seal shows.
    Column("number", Id, primary_key=True, autoincrement=False),
    # Numbers of audit lines, both included. No reference: a seal outlives its lines.
    Column("first_id", Id, nullable=False, unique=True),
    Column("last_id", Id, nullable=False, unique=True),
    # First day of the Japanese month of all its lines.
    Column("month", Date, nullable=False, index=True),
    Column("first_at", Instant, nullable=False),
    Column("last_at", Instant, nullable=False),
    Column("lines", Integer, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    # The signature of the seal before; zeros for the first.
    Column("previous", LargeBinary, nullable=False, unique=True),
    Column("sealed_at", Instant, nullable=False),
    # Which key of the key file signed; the key itself is nowhere in the database.
    Column("key_name", String(20), nullable=False),
    Column("mac", LargeBinary, nullable=False),
    CheckConstraint("number >= 1", name="number"),
    CheckConstraint("last_id >= first_id", name="range"),
    CheckConstraint("lines BETWEEN 1 AND last_id - first_id + 1", name="lines"),
)

audit_drop = Table(
    "audit_drop",
    metadata,
    Column("number", Id, ForeignKey("audit_seal.number"), primary_key=True, autoincrement=False),
    Column("dropped_at", Instant, nullable=False),
    Column("key_name", String(20), nullable=False),
    Column("mac", LargeBinary, nullable=False),
)

# Up to where the trail stood at a moment, and who was writing then: the range is closed when those have ended.
audit_seal_mark = Table(
    "audit_seal_mark",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("upto", Id, nullable=False),
    Column("marked_at", Instant, nullable=False),
    # JSON: names of transactions, meaningless after they ended. Always empty on SQLite, which has one writer.
    Column("writers", Text, nullable=False, server_default="[]"),
    CheckConstraint("id = 1", name="one_row"),
    CheckConstraint("upto >= 0", name="upto"),
)
