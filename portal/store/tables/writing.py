"""Writing to many: the people a member has chosen, and the texts a unit keeps for using again (文例)."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    UniqueConstraint,
)

from portal.store.tables.base import metadata
from portal.store.types import Id, Instant

# Chosen from pages of results, until they are written to, 90 days at most.
# Whose it is, is the membership: a person in one unit.
selection = Table(
    "selection",
    metadata,
    Column("membership_id", Id, ForeignKey("membership.id"), primary_key=True),
    Column("seeker_id", Id, ForeignKey("seeker.id"), primary_key=True),
    Column("unit_id", Id, ForeignKey("unit.id"), nullable=False),
    Column("added_at", Instant, nullable=False),
    Index(None, "seeker_id"),
)

template = Table(
    "template",
    metadata,
    Column("id", Id, primary_key=True),
    Column("public_id", LargeBinary, nullable=False),
    Column("unit_id", Id, ForeignKey("unit.id"), nullable=False),
    # Whose it is inside the unit, as with threads (ruling R13).
    Column("department_id", Id, ForeignKey("department.id")),
    Column("contractor_id", Id, ForeignKey("contractor.id")),
    Column("membership_id", Id, ForeignKey("membership.id"), nullable=False),
    Column("title_sealed", LargeBinary, nullable=False),
    Column("text_sealed", LargeBinary, nullable=False),
    # Counts the changes, so that two people at one text do not overwrite each other.
    Column("revision", Integer, nullable=False, server_default="1"),
    Column("changed_at", Instant, nullable=False),
    # Kept for a while after it was removed, so that it can be taken back.
    Column("removed_at", Instant),
    UniqueConstraint("public_id"),
    Index(None, "unit_id"),
    CheckConstraint("department_id IS NULL OR contractor_id IS NULL", name="one_place"),
    CheckConstraint("revision >= 1", name="revision"),
    sqlite_autoincrement=True,
)
