"""Applications of organisations (利用申請, 変更, 更新, 利用停止), their history, their checklist and their numbers."""

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

from portal.store.tables.base import metadata, one_of
from portal.store.types import Id, Instant

STATES = ("draft", "ready", "received", "returned", "approved", "refused", "withdrawn")
_DECIDED = "state IN ('approved', 'refused', 'withdrawn')"

application = Table(
    "application",
    metadata,
    Column("id", Id, primary_key=True),
    Column("public_id", LargeBinary, nullable=False),
    # SHA-256 of the key in the address of somebody who has no account; the key itself is kept nowhere.
    Column("key_hash", LargeBinary),
    Column("kind", String(10), nullable=False),
    Column("state", String(10), nullable=False),
    Column("source", String(10), nullable=False),
    # The unit it is about; for a first application the one that its approval made, or that it was admitted to.
    Column("unit_id", Id, ForeignKey("unit.id")),
    Column("bureau_code", String(20)),
    Column("case_number", String(30)),
    # Plain only what lists and the search for second applications ask for (ruling R2); the rest is sealed.
    Column("unit_class", String(10)),
    Column("unit_number", String(40)),
    Column("corporation_number", String(13)),
    Column("name", Text, nullable=False, server_default=""),
    Column("search_key", Text, nullable=False, server_default=""),
    Column("content_sealed", LargeBinary, nullable=False),
    Column("decision_sealed", LargeBinary),
    # Raised by every act; whoever acts on an older one is told that somebody was faster.
    Column("revision", Integer, nullable=False, server_default="1"),
    Column("made_at", Instant, nullable=False),
    Column("touched_at", Instant, nullable=False),
    Column("made_by", Id, ForeignKey("account.id")),
    # The applicant has said that the correction is complete; the bureau still has to receive it.
    Column("corrected_at", Instant),
    Column("received_on", Date),
    Column("decided_on", Date),
    # From this day an approved change or end holds; applied_at: the unit says so.
    Column("effective_on", Date),
    Column("applied_at", Instant),
    one_of("kind", ("use", "change", "renewal", "end")),
    one_of("state", STATES),
    one_of("source", ("portal", "paper")),
    UniqueConstraint("public_id"),
    UniqueConstraint("key_hash"),
    UniqueConstraint("case_number"),
    CheckConstraint("unit_class IS NULL OR unit_class IN ('private', 'municipal')", name="unit_class"),
    CheckConstraint("kind = 'use' OR unit_id IS NOT NULL", name="unit"),
    CheckConstraint(
        "state = 'draft' OR (case_number IS NOT NULL AND bureau_code IS NOT NULL AND unit_class IS NOT NULL"
        " AND unit_number IS NOT NULL)",
        name="numbered",
    ),
    CheckConstraint("(state IN ('draft', 'ready')) = (received_on IS NULL)", name="received"),
    CheckConstraint(f"({_DECIDED}) = (decided_on IS NOT NULL)", name="decided"),
    CheckConstraint("(decided_on IS NULL) = (decision_sealed IS NULL)", name="decision"),
    CheckConstraint("decided_on IS NULL OR decided_on >= received_on", name="days"),
    CheckConstraint(
        "state <> 'approved' OR (unit_id IS NOT NULL AND effective_on IS NOT NULL)", name="approved"
    ),
    CheckConstraint("applied_at IS NULL OR state = 'approved'", name="applied"),
    CheckConstraint("corrected_at IS NULL OR state = 'returned'", name="corrected"),
    CheckConstraint("revision >= 1", name="revision"),
    Index(None, "bureau_code", "state", "received_on"),
    Index(None, "unit_class", "unit_number"),
    Index(None, "corporation_number"),
    Index(None, "unit_id"),
    Index(None, "state", "touched_at"),
    sqlite_autoincrement=True,
)

application_event = Table(
    "application_event",
    metadata,
    Column("id", Id, primary_key=True),
    Column("application_id", Id, ForeignKey("application.id"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("act", String(10), nullable=False),
    Column("party", String(12), nullable=False),
    Column("account_id", Id, ForeignKey("account.id")),
    Column("state_after", String(10), nullable=False),
    # What both sides read, such as what is to be corrected; and what only the bureau reads.
    Column("told_sealed", LargeBinary),
    Column("noted_sealed", LargeBinary),
    one_of(
        "act",
        (
            "start",
            "finish",
            "reopen",
            "take_in",
            "amend",
            "receive",
            "ask_back",
            "approve",
            "refuse",
            "withdraw",
            "apply",
        ),
    ),
    one_of("party", ("applicant", "bureau", "clock")),
    one_of("state_after", STATES),
    Index(None, "application_id", "id"),
    sqlite_autoincrement=True,
)

application_check = Table(
    "application_check",
    metadata,
    Column("application_id", Id, ForeignKey("application.id"), primary_key=True),
    # Code of the table application_check; subject: licence number of the contractor it is about, or "".
    Column("item", String(20), primary_key=True),
    Column("subject", String(40), primary_key=True),
    Column("result", String(20), nullable=False),
    Column("note_sealed", LargeBinary),
    Column("account_id", Id, ForeignKey("account.id")),
    Column("at", Instant, nullable=False),
    one_of("result", ("ok", "missing", "not_applicable")),
)

application_counter = Table(
    "application_counter",
    metadata,
    Column("bureau_code", String(20), primary_key=True),
    # The year in which the 年度 (1 April to 31 March) begins.
    Column("fiscal_year", Integer, primary_key=True),
    Column("last", Integer, nullable=False),
    CheckConstraint("last >= 1", name="last"),
)
