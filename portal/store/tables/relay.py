"""The relay: sends, threads, messages, the day's count, blocks, views."""

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
    Text,
    UniqueConstraint,
)

from portal.store.tables.base import japanese_day, metadata, one_of
from portal.store.types import Id, Instant

# What a unit has used of its 1,000 a day (seed 004 P-Q6, M-Q5): one row, one conditional update.
quota_use = Table(
    "quota_use",
    metadata,
    Column("unit_id", Id, ForeignKey("unit.id"), primary_key=True),
    Column("jst_day", Date, primary_key=True),
    Column("n", Integer, nullable=False),
    CheckConstraint("n BETWEEN 0 AND 1000", name="limit"),
    postgresql_with={"fillfactor": "50"},
)

send = Table(
    "send",
    metadata,
    Column("id", Id, primary_key=True),
    Column("unit_id", Id, ForeignKey("unit.id"), nullable=False),
    Column("key", String(64), nullable=False),
    Column("membership_id", Id, ForeignKey("membership.id"), nullable=False),
    Column("department_id", Id, ForeignKey("department.id")),
    Column("contractor_id", Id, ForeignKey("contractor.id")),
    Column("kind", String(10), nullable=False),
    Column("requested", Integer, nullable=False),
    Column("sent", Integer, nullable=False),
    Column("unreachable", Integer, nullable=False),
    # Recipients whose thread belongs to another department or contractor of the same unit (ruling R13).
    Column("elsewhere", Integer, nullable=False),
    # Keyed hash of text and recipients: the same key with another content is another message, never sent already.
    Column("fingerprint", LargeBinary),
    Column("sent_at", Instant, nullable=False),
    Column("jst_day", Date, nullable=False),
    UniqueConstraint("unit_id", "key"),
    Index(None, "unit_id", "jst_day"),
    one_of("kind", ("single", "batch", "answer")),
    CheckConstraint("requested = sent + unreachable + elsewhere", name="adds_up"),
    CheckConstraint("sent BETWEEN 0 AND 1000 AND unreachable >= 0 AND elsewhere >= 0", name="counts"),
    *japanese_day("jst_day", "sent_at"),
    sqlite_autoincrement=True,
)

thread = Table(
    "thread",
    metadata,
    Column("id", Id, primary_key=True),
    Column("unit_id", Id, ForeignKey("unit.id"), nullable=False),
    Column("seeker_id", Id, ForeignKey("seeker.id"), nullable=False),
    Column("department_id", Id, ForeignKey("department.id")),
    Column("contractor_id", Id, ForeignKey("contractor.id")),
    Column("opened_at", Instant, nullable=False),
    Column("last_at", Instant, nullable=False),
    Column("letterhead_id", Id, ForeignKey("letterhead.id"), nullable=False),
    Column("unread_unit", Integer, nullable=False, server_default="0"),
    Column("unread_seeker", Integer, nullable=False, server_default="0"),
    Column("answer", String(10)),
    Column("outcome", String(10), nullable=False, server_default="none"),
    UniqueConstraint("unit_id", "seeker_id"),
    one_of("answer", ("use", "question", "later", "text")),
    one_of("outcome", ("none", "use_wished", "accepted", "referred", "employed", "ended")),
    CheckConstraint("unread_unit >= 0 AND unread_seeker >= 0", name="unread"),
    sqlite_autoincrement=True,
)
Index("ix_thread_unit", thread.c.unit_id, thread.c.last_at.desc(), thread.c.id.desc())
Index("ix_thread_seeker", thread.c.seeker_id, thread.c.last_at.desc(), thread.c.id.desc())
# For handing over all threads of a contractor whose contract has ended; others pay nothing for it.
Index(
    "ix_thread_contractor",
    thread.c.contractor_id,
    thread.c.seeker_id,
    postgresql_where=thread.c.contractor_id.is_not(None),
    sqlite_where=thread.c.contractor_id.is_not(None),
)
Index(
    "ix_thread_unread_unit",
    thread.c.unit_id,
    postgresql_where=thread.c.unread_unit > 0,
    sqlite_where=thread.c.unread_unit > 0,
)
Index(
    "ix_thread_unread_seeker",
    thread.c.seeker_id,
    postgresql_where=thread.c.unread_seeker > 0,
    sqlite_where=thread.c.unread_seeker > 0,
)

message = Table(
    "message",
    metadata,
    Column("id", Id, primary_key=True),
    Column("thread_id", Id, ForeignKey("thread.id"), nullable=False),
    Column("unit_id", Id, ForeignKey("unit.id"), nullable=False),
    Column("seeker_id", Id, ForeignKey("seeker.id"), nullable=False),
    Column("direction", String(10), nullable=False),
    Column("body", Text, nullable=False),
    Column("sent_at", Instant, nullable=False),
    Column("jst_day", Date, nullable=False),
    # From a unit: the send it belongs to, its number of the day, and the letterhead where it is due.
    Column("send_id", Id, ForeignKey("send.id")),
    Column("day_number", Integer),
    Column("letterhead_id", Id, ForeignKey("letterhead.id")),
    # From a seeker: the kind of answer (ruling R8) and the key that makes a second click harmless.
    Column("answer", String(10)),
    Column("answer_key", String(64)),
    one_of("answer", ("use", "question", "later", "text")),
    # One check, because every row pays for each.
    CheckConstraint(
        "CASE direction WHEN 'unit' THEN send_id IS NOT NULL AND day_number IS NOT NULL"
        " AND answer IS NULL AND answer_key IS NULL"
        " WHEN 'seeker' THEN send_id IS NULL AND day_number IS NULL AND letterhead_id IS NULL"
        " AND answer IS NOT NULL AND answer_key IS NOT NULL ELSE false END",
        name="direction",
    ),
    # With the unique key below, a 1,001st message of a unit in a Japanese day cannot be stored at all.
    CheckConstraint("day_number BETWEEN 1 AND 1000", name="day_number"),
    UniqueConstraint("unit_id", "jst_day", "day_number"),
    *japanese_day("jst_day", "sent_at"),
    sqlite_autoincrement=True,
)
Index("ix_message_thread", message.c.thread_id, message.c.id)
Index(
    "uq_message_answer_key",
    message.c.thread_id,
    message.c.answer_key,
    unique=True,
    postgresql_where=message.c.answer_key.is_not(None),
    sqlite_where=message.c.answer_key.is_not(None),
)

outcome_event = Table(
    "outcome_event",
    metadata,
    Column("id", Id, primary_key=True),
    Column("thread_id", Id, ForeignKey("thread.id"), nullable=False, index=True),
    Column("unit_id", Id, ForeignKey("unit.id"), nullable=False),
    Column("outcome", String(10), nullable=False),
    Column("on_day", Date, nullable=False),
    Column("at", Instant, nullable=False),
    Column("membership_id", Id, ForeignKey("membership.id")),
    one_of("outcome", ("use_wished", "accepted", "referred", "employed", "ended")),
    sqlite_autoincrement=True,
)

# A thread that went from one department or contractor of a unit to another (ruling R13); the seeker sees it.
hand_over = Table(
    "hand_over",
    metadata,
    Column("id", Id, primary_key=True),
    Column("thread_id", Id, ForeignKey("thread.id"), nullable=False, index=True),
    Column("from_department_id", Id, ForeignKey("department.id")),
    Column("from_contractor_id", Id, ForeignKey("contractor.id")),
    Column("to_department_id", Id, ForeignKey("department.id")),
    Column("to_contractor_id", Id, ForeignKey("contractor.id")),
    Column("membership_id", Id, ForeignKey("membership.id"), nullable=False),
    Column("at", Instant, nullable=False),
    CheckConstraint("from_department_id IS NULL OR from_contractor_id IS NULL", name="from_one_place"),
    CheckConstraint("to_department_id IS NULL OR to_contractor_id IS NULL", name="to_one_place"),
    sqlite_autoincrement=True,
)

block = Table(
    "block",
    metadata,
    Column("seeker_id", Id, ForeignKey("seeker.id"), primary_key=True),
    Column("unit_id", Id, ForeignKey("unit.id"), primary_key=True),
    Column("since", Instant, nullable=False),
    Index(None, "unit_id", "seeker_id"),
)

# What remains of a block when a seeker's rows are deleted: it binds again on a new registration.
block_tombstone = Table(
    "block_tombstone",
    metadata,
    Column("registration_key", LargeBinary, primary_key=True),
    Column("unit_id", Id, ForeignKey("unit.id"), primary_key=True),
    Column("since", Instant, nullable=False),
)

profile_view = Table(
    "profile_view",
    metadata,
    Column("unit_id", Id, ForeignKey("unit.id"), primary_key=True),
    Column("seeker_id", Id, ForeignKey("seeker.id"), primary_key=True),
    Column("jst_day", Date, primary_key=True),
    Column("n", Integer, nullable=False),
    CheckConstraint("n >= 1", name="n"),
    Index(None, "seeker_id", "jst_day"),
)
