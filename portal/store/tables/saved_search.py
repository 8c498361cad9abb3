"""Saved searches: the conditions that people of a unit look with again and again."""

from sqlalchemy import Boolean, CheckConstraint, Column, Date, ForeignKey, Index, LargeBinary, Table

from portal.store.tables.base import metadata
from portal.store.types import Id, Instant

saved_search = Table(
    "saved_search",
    metadata,
    Column("id", Id, primary_key=True),
    # What stands for it in addresses.
    Column("public_id", LargeBinary, nullable=False, unique=True),
    Column("unit_id", Id, ForeignKey("unit.id"), nullable=False),
    # Whose it is, and where that person worked when it was shared (ruling R13).
    Column("membership_id", Id, ForeignKey("membership.id"), nullable=False),
    Column("department_id", Id, ForeignKey("department.id")),
    Column("contractor_id", Id, ForeignKey("contractor.id")),
    Column("shared", Boolean, nullable=False),
    # Name, words and codes: what a unit looks for is its own business, also for whoever holds a backup.
    Column("content_sealed", LargeBinary, nullable=False),
    # First days of months: the month of the last look, and the month of the look before that one.
    Column("looked_in", Date, nullable=False),
    Column("new_from", Date, nullable=False),
    Column("saved_at", Instant, nullable=False),
    Column("removed_at", Instant),
    CheckConstraint("new_from <= looked_in", name="months"),
    Index(None, "membership_id"),
    Index(None, "unit_id", "department_id", "contractor_id"),
    sqlite_autoincrement=True,
)
