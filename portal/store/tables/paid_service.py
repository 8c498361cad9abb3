"""Paid services (有料サービス, seed 004 P-Q8): services, their versions, the notices, the ledger. The last three only grow.

The order that the seed asks for is in the keys: an asking names the record of the notice it rests on, an answer the
asking, a service given the consent or the wish, an explanation the 求職受理 it hangs on.
"""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from portal.store.tables.base import metadata, one_of, row_lock
from portal.store.types import Id, Instant

_KINDS = ("placement", "support", "graduate")

paid_service = Table(
    "paid_service",
    metadata,
    Column("id", Id, primary_key=True),
    Column("public_id", LargeBinary, nullable=False, unique=True),
    Column("unit_id", Id, ForeignKey("unit.id"), nullable=False, index=True),
    Column("kind", String(10), nullable=False),
    # Not offered any more; what was recorded stays.
    Column("ended_on", Date),
    Column("created_at", Instant, nullable=False),
    row_lock(),
    one_of("kind", _KINDS),
    UniqueConstraint("id", "unit_id", "kind"),
    sqlite_autoincrement=True,
)

# Append only (trigger): other terms are another version.
paid_service_version = Table(
    "paid_service_version",
    metadata,
    Column("id", Id, primary_key=True),
    Column("service_id", Id, nullable=False),
    Column("unit_id", Id, nullable=False),
    Column("kind", String(10), nullable=False),
    Column("version", Integer, nullable=False),
    # Under which the notice is known on paper; only kind C has one.
    Column("number", String(12), unique=True),
    Column("type", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("amount", Integer, nullable=False),
    Column("charge", Text, nullable=False),
    Column("cancellation", Text, nullable=False),
    Column("membership_id", Id, ForeignKey("membership.id"), nullable=False),
    Column("at", Instant, nullable=False),
    ForeignKeyConstraint(
        ["service_id", "unit_id", "kind"], ["paid_service.id", "paid_service.unit_id", "paid_service.kind"]
    ),
    UniqueConstraint("service_id", "version"),
    UniqueConstraint("id", "unit_id", "kind"),
    CheckConstraint("version >= 1", name="version"),
    CheckConstraint("amount BETWEEN 1 AND 9999999", name="amount"),
    CheckConstraint("(kind = 'graduate') = (number IS NOT NULL)", name="number"),
    sqlite_autoincrement=True,
)

# What the bureau of the application has recorded of a notice. Append only (trigger).
paid_notice_event = Table(
    "paid_notice_event",
    metadata,
    Column("id", Id, primary_key=True),
    Column("version_id", Id, ForeignKey("paid_service_version.id"), nullable=False),
    Column("serial", Integer, nullable=False),
    Column("act", String(10), nullable=False),
    # Of a receipt the day on which the paper came; of everything else the day of the record.
    Column("on_day", Date, nullable=False),
    # Words for the unit.
    Column("told", Text, nullable=False, server_default=""),
    Column("bureau_code", String(20), nullable=False),
    Column("account_id", Id, ForeignKey("account.id"), nullable=False),
    Column("at", Instant, nullable=False),
    one_of("act", ("received", "asked_back", "accepted")),
    CheckConstraint("serial >= 1", name="serial"),
    UniqueConstraint("version_id", "serial"),
    UniqueConstraint("id", "version_id"),
    sqlite_autoincrement=True,
)

# Append only (trigger).
paid_ledger = Table(
    "paid_ledger",
    metadata,
    Column("id", Id, primary_key=True),
    Column("public_id", LargeBinary, nullable=False, unique=True),
    Column("unit_id", Id, ForeignKey("unit.id"), nullable=False),
    Column("seeker_id", Id, ForeignKey("seeker.id"), nullable=False),
    Column("thread_id", Id, ForeignKey("thread.id"), nullable=False),
    # A wish is for no version: the seeker cannot know one yet.
    Column("version_id", Id),
    Column("kind", String(10)),
    Column("step", String(10), nullable=False),
    # What the entry rests on: the asking, the consent, the wish.
    Column("ground_id", Id),
    Column("notice_event_id", Id),
    Column("outcome_event_id", Id, ForeignKey("outcome_event.id")),
    Column("on_day", Date, nullable=False),
    Column("way", String(10)),
    # Who of the unit; empty where the seeker acted.
    Column("membership_id", Id, ForeignKey("membership.id")),
    Column("at", Instant, nullable=False),
    ForeignKeyConstraint(
        ["version_id", "unit_id", "kind"],
        ["paid_service_version.id", "paid_service_version.unit_id", "paid_service_version.kind"],
    ),
    ForeignKeyConstraint(
        ["notice_event_id", "version_id"], ["paid_notice_event.id", "paid_notice_event.version_id"]
    ),
    UniqueConstraint("id", "unit_id", "seeker_id"),
    ForeignKeyConstraint(
        ["ground_id", "unit_id", "seeker_id"],
        ["paid_ledger.id", "paid_ledger.unit_id", "paid_ledger.seeker_id"],
    ),
    one_of(
        "step",
        ("explained", "wished", "wish_ended", "asked", "consented", "refused", "withdrawn", "given"),
    ),
    one_of("way", ("meeting", "phone", "online", "paper", "message")),
    CheckConstraint("(version_id IS NULL) = (kind IS NULL)", name="version"),
    CheckConstraint(
        "(step IN ('explained', 'asked', 'given')) = (membership_id IS NOT NULL)",
        name="who",
    ),
    CheckConstraint(
        "(step = 'explained') = (outcome_event_id IS NOT NULL) AND (step = 'explained') = (way IS NOT NULL)",
        name="explained",
    ),
    CheckConstraint("(step = 'asked') = (notice_event_id IS NOT NULL)", name="notice"),
    CheckConstraint("(step IN ('explained', 'wished', 'asked')) = (ground_id IS NULL)", name="ground"),
    CheckConstraint(
        "CASE WHEN step IN ('wished', 'wish_ended') THEN kind IS NULL WHEN kind IS NULL THEN false"
        " WHEN step = 'explained' THEN kind = 'placement' WHEN step = 'given' THEN kind <> 'placement'"
        " ELSE kind = 'graduate' END",
        name="step_kind",
    ),
    sqlite_autoincrement=True,
)
Index("ix_paid_ledger_seeker", paid_ledger.c.seeker_id, paid_ledger.c.unit_id)
Index("ix_paid_ledger_unit", paid_ledger.c.unit_id, paid_ledger.c.version_id)


def _once(name: str, column: str, steps: str) -> None:
    condition = text(f"step IN ({steps})")
    Index(
        f"uq_paid_ledger_{name}",
        paid_ledger.c.seeker_id,
        paid_ledger.c[column],
        unique=True,
        postgresql_where=condition,
        sqlite_where=condition,
    )


# Asked once, answered once, taken back once: for each seeker and version, and each wish.
_once("asked", "version_id", "'asked'")
_once("answered", "version_id", "'consented', 'refused'")
_once("taken_back", "ground_id", "'withdrawn', 'wish_ended'")
