"""The audit trail: append only (triggers in the migration), no names, no text.

No foreign keys: a line outlives its subject.
"""

from sqlalchemy import CheckConstraint, Column, Index, String, Table, Text

from portal.store.tables.base import metadata, one_of
from portal.store.types import Id, Instant

audit = Table(
    "audit",
    metadata,
    Column("id", Id, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("actor_kind", String(10), nullable=False),
    Column("account_id", Id),
    Column("unit_id", Id),
    Column("membership_id", Id),
    Column("office_code", String(20)),
    Column("bureau_code", String(20)),
    Column("kind", String(60), nullable=False),
    Column("subject_kind", String(20)),
    Column("subject_id", Id),
    Column("outcome", String(10), nullable=False),
    Column("reason", String(60)),
    Column("facts", Text, nullable=False, server_default="{}"),
    Column("request_id", String(40), nullable=False, server_default=""),
    one_of("actor_kind", ("seeker", "member", "office", "bureau", "operator", "worker", "public")),
    one_of("outcome", ("done", "refused")),
    # Seals begin at 1. SQLite, which cannot add a constraint to a table, has a trigger for it.
    CheckConstraint("id >= 1", name="id").ddl_if(dialect="postgresql"),
    CheckConstraint("(outcome = 'refused') = (reason IS NOT NULL)", name="reason"),
    Index(None, "subject_kind", "subject_id", "at"),
    Index(None, "unit_id", "at"),
    sqlite_autoincrement=True,
)
