"""Applications of organisations (利用申請, 変更, 更新, 利用停止) and their history.

Safety: creates empty tables and adds empty columns that may stay empty; nothing is rewritten.
"""

import sqlalchemy as sa
from alembic import op

from portal.store.types import Id, Instant

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_STATES = "'draft', 'ready', 'received', 'returned', 'approved', 'refused', 'withdrawn'"
_ACTS = (
    "'start', 'finish', 'reopen', 'take_in', 'amend', 'receive', 'ask_back', 'approve', 'refuse', 'withdraw',"
    " 'apply'"
)


def upgrade() -> None:
    """Tables, indexes and constraints."""
    op.add_column("branch", sa.Column("since", sa.Date()))
    op.add_column("branch", sa.Column("until", sa.Date()))
    _application()
    _event()
    _check()
    op.create_table(
        "application_counter",
        sa.Column("bureau_code", sa.String(20), nullable=False),
        sa.Column("fiscal_year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.CheckConstraint("last >= 1", name=op.f("ck_application_counter_last")),
        sa.PrimaryKeyConstraint("bureau_code", "fiscal_year", name="pk_application_counter"),
    )


def _application() -> None:
    op.create_table(
        "application",
        sa.Column("id", Id, nullable=False),
        sa.Column("public_id", sa.LargeBinary(), nullable=False),
        sa.Column("key_hash", sa.LargeBinary()),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("source", sa.String(10), nullable=False),
        sa.Column("unit_id", Id),
        sa.Column("bureau_code", sa.String(20)),
        sa.Column("case_number", sa.String(30)),
        sa.Column("unit_class", sa.String(10)),
        sa.Column("unit_number", sa.String(40)),
        sa.Column("corporation_number", sa.String(13)),
        sa.Column("name", sa.Text(), nullable=False, server_default=""),
        sa.Column("search_key", sa.Text(), nullable=False, server_default=""),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("decision_sealed", sa.LargeBinary()),
        sa.Column("revision", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("touched_at", Instant(), nullable=False),
        sa.Column("made_by", Id),
        sa.Column("corrected_at", Instant()),
        sa.Column("received_on", sa.Date()),
        sa.Column("decided_on", sa.Date()),
        sa.Column("effective_on", sa.Date()),
        sa.Column("applied_at", Instant()),
        sa.CheckConstraint("kind IN ('use', 'change', 'renewal', 'end')", name=op.f("ck_application_kind")),
        sa.CheckConstraint(f"state IN ({_STATES})", name=op.f("ck_application_state")),
        sa.CheckConstraint("source IN ('portal', 'paper')", name=op.f("ck_application_source")),
        sa.CheckConstraint(
            "unit_class IS NULL OR unit_class IN ('private', 'municipal')",
            name=op.f("ck_application_unit_class"),
        ),
        sa.CheckConstraint("kind = 'use' OR unit_id IS NOT NULL", name=op.f("ck_application_unit")),
        sa.CheckConstraint(
            "state = 'draft' OR (case_number IS NOT NULL AND bureau_code IS NOT NULL AND unit_class IS NOT NULL"
            " AND unit_number IS NOT NULL)",
            name=op.f("ck_application_numbered"),
        ),
        sa.CheckConstraint(
            "(state IN ('draft', 'ready')) = (received_on IS NULL)", name=op.f("ck_application_received")
        ),
        sa.CheckConstraint(
            "(state IN ('approved', 'refused', 'withdrawn')) = (decided_on IS NOT NULL)",
            name=op.f("ck_application_decided"),
        ),
        sa.CheckConstraint(
            "(decided_on IS NULL) = (decision_sealed IS NULL)", name=op.f("ck_application_decision")
        ),
        sa.CheckConstraint(
            "decided_on IS NULL OR decided_on >= received_on", name=op.f("ck_application_days")
        ),
        sa.CheckConstraint(
            "state <> 'approved' OR (unit_id IS NOT NULL AND effective_on IS NOT NULL)",
            name=op.f("ck_application_approved"),
        ),
        sa.CheckConstraint("applied_at IS NULL OR state = 'approved'", name=op.f("ck_application_applied")),
        sa.CheckConstraint(
            "corrected_at IS NULL OR state = 'returned'", name=op.f("ck_application_corrected")
        ),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_application_revision")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_application_unit_id"),
        sa.ForeignKeyConstraint(["made_by"], ["account.id"], name="fk_application_made_by"),
        sa.PrimaryKeyConstraint("id", name="pk_application"),
        sa.UniqueConstraint("public_id", name="uq_application_public_id"),
        sa.UniqueConstraint("key_hash", name="uq_application_key_hash"),
        sa.UniqueConstraint("case_number", name="uq_application_case_number"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_application_bureau_code_state_received_on", "application", ["bureau_code", "state", "received_on"]
    )
    op.create_index("ix_application_unit_class_unit_number", "application", ["unit_class", "unit_number"])
    op.create_index("ix_application_corporation_number", "application", ["corporation_number"])
    op.create_index("ix_application_unit_id", "application", ["unit_id"])
    op.create_index("ix_application_state_touched_at", "application", ["state", "touched_at"])


def _event() -> None:
    op.create_table(
        "application_event",
        sa.Column("id", Id, nullable=False),
        sa.Column("application_id", Id, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("act", sa.String(10), nullable=False),
        sa.Column("party", sa.String(12), nullable=False),
        sa.Column("account_id", Id),
        sa.Column("state_after", sa.String(10), nullable=False),
        sa.Column("told_sealed", sa.LargeBinary()),
        sa.Column("noted_sealed", sa.LargeBinary()),
        sa.CheckConstraint(f"act IN ({_ACTS})", name=op.f("ck_application_event_act")),
        sa.CheckConstraint(
            "party IN ('applicant', 'bureau', 'clock')", name=op.f("ck_application_event_party")
        ),
        sa.CheckConstraint(f"state_after IN ({_STATES})", name=op.f("ck_application_event_state_after")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name="fk_application_event_application_id"
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_application_event_account_id"),
        sa.PrimaryKeyConstraint("id", name="pk_application_event"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_application_event_application_id_id", "application_event", ["application_id", "id"])


def _check() -> None:
    op.create_table(
        "application_check",
        sa.Column("application_id", Id, nullable=False),
        sa.Column("item", sa.String(20), nullable=False),
        sa.Column("subject", sa.String(40), nullable=False),
        sa.Column("result", sa.String(20), nullable=False),
        sa.Column("note_sealed", sa.LargeBinary()),
        sa.Column("account_id", Id),
        sa.Column("at", Instant(), nullable=False),
        sa.CheckConstraint(
            "result IN ('ok', 'missing', 'not_applicable')", name=op.f("ck_application_check_result")
        ),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name="fk_application_check_application_id"
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_application_check_account_id"),
        sa.PrimaryKeyConstraint("application_id", "item", "subject", name="pk_application_check"),
    )


def downgrade() -> None:
    """Back to the revision before."""
    for table in ("application_counter", "application_check", "application_event", "application"):
        op.drop_table(table)
    op.drop_column("branch", "until")
    op.drop_column("branch", "since")
