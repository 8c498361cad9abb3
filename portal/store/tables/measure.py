"""Measures of a 労働局 (labour bureau) on a unit: suspensions and lowered limits, append only (trigger)."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from portal.store.tables.base import metadata, one_of
from portal.store.types import Id, Instant

# The history. What binds today stands in the row of the unit, where every send and every search reads it.
measure = Table(
    "measure",
    metadata,
    Column("id", Id, primary_key=True),
    Column("unit_id", Id, ForeignKey("unit.id"), nullable=False),
    # Counts the measures of a unit from 1: of two clerks who saw the same one, the second is told.
    Column("serial", Integer, nullable=False),
    Column("kind", String(15), nullable=False),
    Column("since", Date, nullable=False),
    Column("until", Date),
    Column("daily_limit", Integer),
    Column("reason", String(20)),
    # Whether the unit is told the ready reason; told: words for the unit; note: for the bureau alone.
    Column("tells_reason", Boolean, nullable=False),
    Column("told", Text, nullable=False, server_default=""),
    Column("note", Text, nullable=False, server_default=""),
    Column("actor_kind", String(10), nullable=False),
    Column("account_id", Id, ForeignKey("account.id")),
    Column("at", Instant, nullable=False),
    one_of("kind", ("suspension", "lift", "limit", "limit_lifted")),
    one_of("reason", ("order", "breach", "report_overdue", "safety", "own_wish", "other")),
    one_of("actor_kind", ("bureau", "operator")),
    UniqueConstraint("unit_id", "serial"),
    CheckConstraint("serial >= 1", name="serial"),
    CheckConstraint("until IS NULL OR (until >= since AND reason IS NOT NULL)", name="days"),
    CheckConstraint("(kind = 'limit') = (daily_limit IS NOT NULL)", name="limit"),
    CheckConstraint("daily_limit BETWEEN 0 AND 999", name="daily_limit"),
    CheckConstraint("(kind IN ('suspension', 'limit')) = (reason IS NOT NULL)", name="why"),
    sqlite_autoincrement=True,
)
