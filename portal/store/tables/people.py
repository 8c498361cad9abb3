"""People of a unit: who was invited to it, and when all its sessions were cut."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Integer,
    LargeBinary,
    String,
    Table,
)

from portal.store.tables.base import metadata, one_of
from portal.store.types import Id, Instant

unit_invitation = Table(
    "unit_invitation",
    metadata,
    Column("id", Id, primary_key=True),
    Column("public_id", LargeBinary, nullable=False, unique=True),
    Column("unit_id", Id, ForeignKey("unit.id"), nullable=False, index=True),
    Column("role", String(10), nullable=False),
    Column("department_id", Id, ForeignKey("department.id")),
    Column("contractor_id", Id, ForeignKey("contractor.id")),
    # Sealed under the public id, which is known before the row has a number.
    Column("display_name_sealed", LargeBinary, nullable=False),
    Column("code_hash", LargeBinary, nullable=False, unique=True),
    Column("link_hash", LargeBinary, nullable=False, unique=True),
    Column("issued_by", Id, ForeignKey("account.id")),
    Column("issued_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("used_at", Instant),
    # The membership that came of it.
    Column("membership_id", Id, ForeignKey("membership.id")),
    Column("revoked_at", Instant),
    one_of("role", ("member", "contact", "officer")),
    CheckConstraint("department_id IS NULL OR contractor_id IS NULL", name="one_place"),
    CheckConstraint("expires_at > issued_at", name="expiry"),
    CheckConstraint("used_at IS NULL OR revoked_at IS NULL", name="used_or_revoked"),
    CheckConstraint("(used_at IS NULL) = (membership_id IS NULL)", name="used_by"),
    sqlite_autoincrement=True,
)

session_cut = Table(
    "session_cut",
    metadata,
    Column("id", Id, primary_key=True),
    Column("unit_id", Id, ForeignKey("unit.id"), nullable=False, index=True),
    Column("cut_at", Instant, nullable=False),
    Column("cut_by", Id, ForeignKey("account.id")),
    Column("sessions", Integer, nullable=False),
    Column("people", Integer, nullable=False),
    # Whether the session in which it was asked for went on.
    Column("spared_own", Boolean, nullable=False),
    CheckConstraint("people BETWEEN 0 AND sessions", name="people"),
    sqlite_autoincrement=True,
)
