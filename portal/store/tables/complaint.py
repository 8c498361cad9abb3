"""Complaints (苦情・相談の申出): the case, its history, notes of the desk, frozen threads and who read them.

Texts are sealed. History, notes, frozen threads and readings only grow (triggers); they leave with the whole case,
once its ``retired_at`` is set.
"""

from sqlalchemy import (
    Boolean,
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

from portal.store.tables.base import metadata, one_of
from portal.store.types import Id, Instant

STATES = ("open", "examined", "asked", "answered", "settled", "closed")
KINDS = (
    "unwanted",
    "not_about_work",
    "identifying",
    "personal_data",
    "paid_service",
    "false",
    "conduct",
    "harassment",
    "telework",
    "home_work",
    "trouble",
    "other",
)
ACTS = ("open", "examine", "write", "ask", "answer", "reply", "hand_over", "settle", "close", "reopen")
_PLACE = "(desk = 'office') = (office_code IS NOT NULL) AND (desk = 'bureau') = (bureau_code IS NOT NULL)"

# A thread as it was when a case was opened: messages of both sides, sealed under `key`. It outlives the thread.
complaint_transcript = Table(
    "complaint_transcript",
    metadata,
    Column("id", Id, primary_key=True),
    Column("key", LargeBinary, nullable=False, unique=True),
    Column("unit_id", Id, ForeignKey("unit.id"), nullable=False),
    Column("seeker_id", Id, ForeignKey("seeker.id"), nullable=False),
    Column("frozen_at", Instant, nullable=False),
    Column("messages", Integer, nullable=False),
    Column("content_sealed", LargeBinary, nullable=False),
    CheckConstraint("messages >= 0", name="messages"),
    sqlite_autoincrement=True,
)

complaint = Table(
    "complaint",
    metadata,
    Column("id", Id, primary_key=True),
    Column("public_id", LargeBinary, nullable=False, unique=True),
    # 受付番号: year and random digits, because a running number would tell how many others there are.
    Column("number", String(14), nullable=False, unique=True),
    Column("opened_by", String(10), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("state", String(10), nullable=False),
    Column("desk", String(10), nullable=False),
    Column("office_code", String(20)),
    Column("bureau_code", String(20)),
    Column("seeker_id", Id, ForeignKey("seeker.id"), nullable=False),
    Column("unit_id", Id, ForeignKey("unit.id"), nullable=False),
    # NULL = the two had never written to each other.
    Column("transcript_id", Id, ForeignKey("complaint_transcript.id")),
    # The case after which this one was opened, with another desk for instance.
    Column("earlier_id", Id, ForeignKey("complaint.id")),
    # Since when each side sees it; NULL = the case is not there for it (ruling 64).
    Column("seeker_since", Instant),
    Column("unit_since", Instant),
    Column("new_to_seeker", Boolean, nullable=False),
    Column("new_to_unit", Boolean, nullable=False),
    Column("new_to_desk", Boolean, nullable=False),
    # Of the form it was opened with: a second click opens no second case.
    Column("form_key", String(64), nullable=False),
    # Counts the lines of the history; whoever acts on an older one is told that somebody was faster.
    Column("revision", Integer, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("touched_at", Instant, nullable=False),
    # The desk's own reminder; nobody else sees it (ruling 66).
    Column("remind_on", Date),
    # Set when the period for which it is kept is over: only then can its history be deleted.
    Column("retired_at", Instant),
    one_of("opened_by", ("seeker", "unit")),
    one_of("kind", KINDS),
    one_of("state", STATES),
    one_of("desk", ("officer", "office", "bureau")),
    CheckConstraint(_PLACE, name="place"),
    CheckConstraint("opened_by = 'seeker' OR desk <> 'officer'", name="desk_of_unit"),
    CheckConstraint("opened_by <> 'seeker' OR seeker_since IS NOT NULL", name="own_seeker"),
    CheckConstraint("opened_by <> 'unit' OR unit_since IS NOT NULL", name="own_unit"),
    CheckConstraint("desk <> 'officer' OR unit_since IS NOT NULL", name="officer_sees"),
    # What is not there for a side cannot be new to it either: no counter speaks of it.
    CheckConstraint("seeker_since IS NOT NULL OR NOT new_to_seeker", name="new_to_seeker"),
    CheckConstraint("unit_since IS NOT NULL OR NOT new_to_unit", name="new_to_unit"),
    CheckConstraint("retired_at IS NULL OR state IN ('settled', 'closed')", name="retired"),
    CheckConstraint("revision >= 1", name="revision"),
    UniqueConstraint("seeker_id", "unit_id", "opened_by", "form_key"),
    Index(None, "seeker_id", "touched_at"),
    Index(None, "unit_id", "touched_at"),
    Index(None, "office_code", "state", "touched_at"),
    Index(None, "bureau_code", "state", "touched_at"),
    sqlite_autoincrement=True,
)

complaint_event = Table(
    "complaint_event",
    metadata,
    Column("id", Id, primary_key=True),
    Column("complaint_id", Id, ForeignKey("complaint.id"), nullable=False),
    Column("serial", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    Column("act", String(10), nullable=False),
    Column("side", String(10), nullable=False),
    Column("account_id", Id, ForeignKey("account.id")),
    Column("state_after", String(10), nullable=False),
    # The desk that handles it after this line.
    Column("desk", String(10), nullable=False),
    Column("office_code", String(20)),
    Column("bureau_code", String(20)),
    Column("for_seeker", Boolean, nullable=False),
    Column("for_unit", Boolean, nullable=False),
    Column("form_key", String(64)),
    Column("text_sealed", LargeBinary),
    one_of("act", ACTS),
    one_of("side", ("opener", "other", "desk")),
    one_of("state_after", STATES),
    one_of("desk", ("officer", "office", "bureau")),
    CheckConstraint(_PLACE, name="place"),
    CheckConstraint("serial >= 1", name="serial"),
    UniqueConstraint("complaint_id", "serial"),
    UniqueConstraint("complaint_id", "form_key"),
    sqlite_autoincrement=True,
)

# What a desk notes for itself; nobody but a desk of the same sort ever reads it.
complaint_note = Table(
    "complaint_note",
    metadata,
    Column("id", Id, primary_key=True),
    Column("key", LargeBinary, nullable=False, unique=True),
    Column("complaint_id", Id, ForeignKey("complaint.id"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("account_id", Id, ForeignKey("account.id")),
    Column("desk", String(10), nullable=False),
    Column("office_code", String(20)),
    Column("bureau_code", String(20)),
    Column("text_sealed", LargeBinary, nullable=False),
    one_of("desk", ("officer", "office", "bureau")),
    CheckConstraint(_PLACE, name="place"),
    Index(None, "complaint_id", "id"),
    sqlite_autoincrement=True,
)

# Every reading of a frozen thread; the person it is about sees them all.
complaint_reading = Table(
    "complaint_reading",
    metadata,
    Column("id", Id, primary_key=True),
    Column("complaint_id", Id, ForeignKey("complaint.id"), nullable=False),
    Column("transcript_id", Id, ForeignKey("complaint_transcript.id"), nullable=False),
    Column("seeker_id", Id, ForeignKey("seeker.id"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("account_id", Id, ForeignKey("account.id")),
    Column("desk", String(10), nullable=False),
    Column("office_code", String(20)),
    Column("bureau_code", String(20)),
    one_of("desk", ("officer", "office", "bureau")),
    CheckConstraint(_PLACE, name="place"),
    Index(None, "complaint_id", "id"),
    Index(None, "seeker_id", "at"),
    sqlite_autoincrement=True,
)
