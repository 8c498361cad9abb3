"""Requests of job seekers to have something in their registration put right (訂正の申出), and the office's answers."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, LargeBinary, String, Table

from portal.store.tables.base import metadata, one_of
from portal.store.types import Id, Instant

correction = Table(
    "correction",
    metadata,
    Column("id", Id, primary_key=True),
    Column("public_id", LargeBinary, nullable=False, unique=True),
    Column("seeker_id", Id, ForeignKey("seeker.id"), nullable=False),
    Column("part", String(10), nullable=False),
    # Sealed, because who asks for a correction writes of the identity.
    Column("text_sealed", LargeBinary, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("state", String(15), nullable=False, server_default="open"),
    Column("answer_sealed", LargeBinary),
    Column("decided_at", Instant),
    Column("decided_by", Id, ForeignKey("account.id")),
    Column("decided_office", String(20)),
    one_of("part", ("identity", "data", "school", "range", "validity", "record", "other")),
    one_of("state", ("open", "corrected", "not_corrected")),
    CheckConstraint("(state = 'open') = (decided_at IS NULL)", name="decided"),
    CheckConstraint(
        "state <> 'open' OR (answer_sealed IS NULL AND decided_by IS NULL AND decided_office IS NULL)",
        name="open",
    ),
    CheckConstraint("state <> 'not_corrected' OR answer_sealed IS NOT NULL", name="reason"),
    Index(None, "seeker_id", "asked_at"),
    sqlite_autoincrement=True,
)
Index(
    "ix_correction_open",
    correction.c.asked_at,
    correction.c.seeker_id,
    postgresql_where=correction.c.state == "open",
    sqlite_where=correction.c.state == "open",
)
