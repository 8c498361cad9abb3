"""Files of registrations on their way in: the job, the sealed file, its refused lines, whom each line became."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text

from portal.store.tables.base import metadata, one_of
from portal.store.types import Id, Instant

registration_job = Table(
    "registration_job",
    metadata,
    Column("id", Id, primary_key=True),
    # What the office's pages show in addresses.
    Column("public_id", LargeBinary, nullable=False, unique=True),
    Column("office_code", String(20), nullable=False, index=True),
    # On whose behalf the worker acts; stands in the audit line of every registration.
    Column("actor_kind", String(10), nullable=False),
    Column("account_id", Id, ForeignKey("account.id")),
    Column("state", String(20), nullable=False),
    # What a waiting job waits for.
    Column("wanted", String(10), nullable=False),
    Column("encoding", String(10), nullable=False),
    # JSON: the names of the columns as they were written.
    Column("head", Text, nullable=False),
    Column("bytes", Integer, nullable=False),
    Column("lines", Integer, nullable=False),
    # First byte and number of the first line after the head.
    Column("body_at", Integer, nullable=False),
    Column("body_line", Integer, nullable=False),
    # Where the next chunk begins; moves in the transaction that stores the chunk before it.
    Column("next_at", Integer, nullable=False),
    Column("next_line", Integer, nullable=False),
    Column("done", Integer, nullable=False, server_default="0"),
    Column("accepted", Integer, nullable=False, server_default="0"),
    Column("known", Integer, nullable=False, server_default="0"),
    Column("refused", Integer, nullable=False, server_default="0"),
    Column("held", Integer, nullable=False, server_default="0"),
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("reason", String(60)),
    Column("created_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("claimed_by", String(80)),
    Column("claimed_at", Instant),
    Column("settled_at", Instant),
    # The file and the refused lines have been removed.
    Column("emptied_at", Instant),
    one_of("actor_kind", ("office", "operator")),
    one_of(
        "state",
        ("waiting", "checking", "checked", "registering", "finished", "cancelled", "failed"),
    ),
    one_of("wanted", ("check", "register")),
    one_of("encoding", ("utf-8", "cp932")),
    CheckConstraint("done = accepted + known + refused AND done <= lines", name="counts"),
    CheckConstraint("next_at BETWEEN body_at AND bytes", name="next_at"),
    CheckConstraint("(claimed_by IS NULL) = (claimed_at IS NULL)", name="claimed"),
    CheckConstraint(
        "(state IN ('finished', 'cancelled', 'failed')) = (settled_at IS NOT NULL)", name="settled"
    ),
    CheckConstraint("(state = 'failed') = (reason IS NOT NULL)", name="reason"),
    sqlite_autoincrement=True,
)
Index(
    "ix_registration_job_open",
    registration_job.c.id,
    postgresql_where=registration_job.c.settled_at.is_(None),
    sqlite_where=registration_job.c.settled_at.is_(None),
)

registration_piece = Table(
    "registration_piece",
    metadata,
    Column("job_id", Id, ForeignKey("registration_job.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("data_sealed", LargeBinary, nullable=False),
)

registration_refusal = Table(
    "registration_refusal",
    metadata,
    Column("job_id", Id, ForeignKey("registration_job.id"), primary_key=True),
    Column("line", Integer, primary_key=True),
    # The cells as they were read, and what is wrong with them.
    Column("detail_sealed", LargeBinary, nullable=False),
)

# Kept for good, because it says where a registration came from.
registration_origin = Table(
    "registration_origin",
    metadata,
    Column("job_id", Id, ForeignKey("registration_job.id"), primary_key=True),
    Column("line", Integer, primary_key=True),
    Column("seeker_id", Id, ForeignKey("seeker.id"), nullable=False, unique=True),
)
