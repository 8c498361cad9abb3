"""One row that says what this database is, and the signs of life of the clock worker."""

from sqlalchemy import Boolean, CheckConstraint, Column, Integer, String, Table, Text, false

from portal.store.tables.base import metadata
from portal.store.types import Instant

installation = Table(
    "installation",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("demo", Boolean, nullable=False, server_default=false()),
    Column("created_at", Instant, nullable=False),
    # After a restore the day's sending stays closed until the operator reopens it (ruling R11).
    Column("sending_closed_at", Instant),
    Column("sending_closed_reason", Text),
    CheckConstraint("id = 1", name="single_row"),
    CheckConstraint("(sending_closed_at IS NULL) = (sending_closed_reason IS NULL)", name="sending_closed"),
)

worker_beat = Table(
    "worker_beat",
    metadata,
    Column("name", String(80), primary_key=True),
    Column("at", Instant, nullable=False),
)
