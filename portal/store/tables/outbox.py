"""Notices by mail that wait to go out. No content, no address, no counterpart is kept here."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, String, Table

from portal.store.tables.base import metadata, one_of
from portal.store.types import Id, Instant

outbox = Table(
    "outbox",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("account_id", Id, ForeignKey("account.id"), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("state", String(10), nullable=False, server_default="waiting"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("claimed_at", Instant),
    Column("claimed_by", String(80)),
    Column("settled_at", Instant),
    # The random part of the mail's Message-ID, the only thing by which what comes back finds its notice.
    Column("mail_key", String(32)),
    one_of("kind", ("message_notice", "announcement_notice", "account_notice")),
    # "unknown": the worker died between handing the mail over and noting it; never sent again.
    one_of("state", ("waiting", "sending", "sent", "dropped", "unknown")),
    CheckConstraint("(state = 'waiting') = (claimed_at IS NULL)", name="claimed"),
    CheckConstraint("(state IN ('sent', 'dropped', 'unknown')) = (settled_at IS NOT NULL)", name="settled"),
    CheckConstraint("attempts >= 0", name="attempts"),
    sqlite_autoincrement=True,
)
Index(
    "ix_outbox_waiting",
    outbox.c.due_at,
    outbox.c.id,
    postgresql_where=outbox.c.state == "waiting",
    sqlite_where=outbox.c.state == "waiting",
)
# One waiting notice for each person is enough: "you have a message" does not get truer twice.
Index(
    "uq_outbox_waiting",
    outbox.c.account_id,
    outbox.c.kind,
    unique=True,
    postgresql_where=outbox.c.state == "waiting",
    sqlite_where=outbox.c.state == "waiting",
)
Index("uq_outbox_mail_key", outbox.c.mail_key, unique=True)
