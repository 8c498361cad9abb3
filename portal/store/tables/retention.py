"""Retention (保存期間): what is announced to go, which texts have gone, and the runs that do it."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
)

from portal.store.tables.base import metadata, one_of
from portal.store.types import Id, Instant

# Told to the person beforehand; taken back when the period begins anew, removed when it has gone.
retention_notice = Table(
    "retention_notice",
    metadata,
    Column("kind", String(20), primary_key=True),
    Column("subject_id", Id, primary_key=True, autoincrement=False),
    Column("seeker_id", Id, ForeignKey("seeker.id"), nullable=False, index=True),
    Column("told_at", Instant, nullable=False),
    Column("goes_on", Date, nullable=False),
    one_of("kind", ("thread", "complaint", "identity")),
    Index(None, "kind", "goes_on"),
)

# The texts of a thread up to this message are at their end. For both sides from this moment, whether or not something
# still holds them: the delay must not tell one of them of a case that it knows nothing of.
thread_text_end = Table(
    "thread_text_end",
    metadata,
    Column("thread_id", Id, ForeignKey("thread.id"), primary_key=True, autoincrement=False),
    Column("upto_message_id", Id, nullable=False),
    Column("ended_at", Instant, nullable=False),
    # When they were really taken out of the messages; empty while a complaint holds them.
    Column("erased_at", Instant),
    CheckConstraint("erased_at IS NULL OR erased_at >= ended_at", name="erased"),
)
Index(
    "ix_thread_text_end_held",
    thread_text_end.c.thread_id,
    postgresql_where=thread_text_end.c.erased_at.is_(None),
    sqlite_where=thread_text_end.c.erased_at.is_(None),
)

# What remains of somebody whose identity has gone: that it has, and when.
seeker_erasure = Table(
    "seeker_erasure",
    metadata,
    Column("seeker_id", Id, ForeignKey("seeker.id"), primary_key=True, autoincrement=False),
    Column("erased_at", Instant, nullable=False),
)

retention_run = Table(
    "retention_run",
    metadata,
    Column("id", Id, primary_key=True),
    Column("started_at", Instant, nullable=False),
    # The last sign of life; after some minutes without one another worker goes on behind the last chunk.
    Column("seen_at", Instant, nullable=False),
    Column("worker", String(80), nullable=False),
    # By `portal retention run --really`, or by the clock where the settings have switched it on.
    Column("by_hand", Boolean, nullable=False),
    # Which step is at work, and behind which number it goes on.
    Column("step", String(20), nullable=False),
    Column("after_id", Id, nullable=False, server_default="0"),
    # JSON: how many of each kind.
    Column("counts", Text, nullable=False, server_default="{}"),
    Column("ended_at", Instant),
    # Always 1: what the index below counts.
    Column("slot", Integer, nullable=False, server_default="1"),
    CheckConstraint("slot = 1", name="slot"),
    CheckConstraint("after_id >= 0", name="after_id"),
    CheckConstraint("ended_at IS NULL OR ended_at >= started_at", name="ended"),
    sqlite_autoincrement=True,
)
# One at a time, whoever starts it.
Index(
    "uq_retention_run_open",
    retention_run.c.slot,
    unique=True,
    postgresql_where=retention_run.c.ended_at.is_(None),
    sqlite_where=retention_run.c.ended_at.is_(None),
)
