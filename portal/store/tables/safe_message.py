"""Safe messages: what was found in a text that went, why its sender holds it lawful, what seekers report.

Append only.
"""

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
    UniqueConstraint,
)

from portal.store.tables.base import japanese_day, metadata, one_of
from portal.store.types import Id, Instant

# One row for each kind of thing found in the text of a send that went; most sends have none. Never where in the text.
message_mark = Table(
    "message_mark",
    metadata,
    Column("id", Id, primary_key=True),
    Column("send_id", Id, ForeignKey("send.id"), nullable=False),
    Column("unit_id", Id, ForeignKey("unit.id"), nullable=False),
    Column("kind", String(20), nullable=False),
    # Code of the source that gave it its force that day (portal.domain.message_screening.source).
    Column("source", String(40), nullable=False),
    Column("force", String(10), nullable=False),
    # Why a text went that would have been refused: the sender declared the fee of placement, or stated a reason.
    Column("passed", String(10)),
    # Places in the text.
    Column("places", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    one_of("kind", ("paid_service", "sham_side_job", "gift_money", "leaving")),
    one_of("force", ("refused", "warned", "hint")),
    one_of("passed", ("declared", "stated")),
    CheckConstraint("(force = 'refused') = (passed IS NOT NULL)", name="went"),
    CheckConstraint("passed IS NULL OR passed <> 'declared' OR kind = 'paid_service'", name="declared"),
    CheckConstraint("places >= 1", name="places"),
    UniqueConstraint("send_id", "kind"),
    Index(None, "unit_id"),
    sqlite_autoincrement=True,
)

# 適法である理由: what the sender answered to a refusal, at most one for a send (ruling R7).
lawfulness = Table(
    "lawfulness",
    metadata,
    Column("id", Id, primary_key=True),
    Column("send_id", Id, ForeignKey("send.id"), nullable=False, unique=True),
    Column("unit_id", Id, ForeignKey("unit.id"), nullable=False),
    Column("membership_id", Id, ForeignKey("membership.id"), nullable=False),
    Column("statement_sealed", LargeBinary, nullable=False),
    Column("at", Instant, nullable=False),
    Index(None, "unit_id"),
    sqlite_autoincrement=True,
)

# A seeker's word that something is wrong with one message; no complaint yet, and never shown to the organisation.
message_report = Table(
    "message_report",
    metadata,
    Column("id", Id, primary_key=True),
    Column("public_id", LargeBinary, nullable=False, unique=True),
    Column("message_id", Id, ForeignKey("message.id"), nullable=False, unique=True),
    Column("seeker_id", Id, ForeignKey("seeker.id"), nullable=False),
    Column("unit_id", Id, ForeignKey("unit.id"), nullable=False),
    # The office of the registration on that day.
    Column("office_code", String(20), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("note_sealed", LargeBinary),
    Column("at", Instant, nullable=False),
    Column("jst_day", Date, nullable=False),
    one_of("kind", ("paid_service", "sham_side_job", "gift_money", "leaving", "not_a_job", "rude", "other")),
    *japanese_day("jst_day", "at"),
    Index(None, "seeker_id"),
    Index(None, "office_code", "id"),
    Index(None, "unit_id", "id"),
    sqlite_autoincrement=True,
)
