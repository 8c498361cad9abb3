"""Safe messages.

Safety: creates three tables that only grow; nothing that is there is touched. Of a row nothing can be changed but
what is sealed, because a new key has to seal it again; who can do that holds the key.
"""

import sqlalchemy as sa
from alembic import op

from portal.store.types import Id, Instant

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_FIXED = {
    "message_mark": "id, send_id, unit_id, kind, source, force, passed, places, at",
    "lawfulness": "id, send_id, unit_id, membership_id, at",
    "message_report": "id, public_id, message_id, seeker_id, unit_id, office_code, kind, at, jst_day",
}
"""The columns of each table that nobody changes."""
_DAYS = {
    "postgresql": "jst_day = ((at AT TIME ZONE 'Asia/Tokyo')::date)",
    "sqlite": "jst_day = date(substr(at, 1, 19), '+9 hours')",
}


def upgrade() -> None:
    """Tables, indexes and constraints."""
    _marks()
    _statements()
    _reports()
    for table, fixed in _FIXED.items():
        _only_grows(table, fixed)


def _marks() -> None:
    op.create_table(
        "message_mark",
        sa.Column("id", Id, nullable=False),
        sa.Column("send_id", Id, nullable=False),
        sa.Column("unit_id", Id, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("source", sa.String(40), nullable=False),
        sa.Column("force", sa.String(10), nullable=False),
        sa.Column("passed", sa.String(10)),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('paid_service', 'sham_side_job', 'gift_money', 'leaving')",
            name=op.f("ck_message_mark_kind"),
        ),
        sa.CheckConstraint("force IN ('refused', 'warned', 'hint')", name=op.f("ck_message_mark_force")),
        sa.CheckConstraint("passed IN ('declared', 'stated')", name=op.f("ck_message_mark_passed")),
        sa.CheckConstraint("(force = 'refused') = (passed IS NOT NULL)", name=op.f("ck_message_mark_went")),
        sa.CheckConstraint(
            "passed IS NULL OR passed <> 'declared' OR kind = 'paid_service'",
            name=op.f("ck_message_mark_declared"),
        ),
        sa.CheckConstraint("places >= 1", name=op.f("ck_message_mark_places")),
        sa.ForeignKeyConstraint(["send_id"], ["send.id"], name="fk_message_mark_send_id"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_message_mark_unit_id"),
        sa.PrimaryKeyConstraint("id", name="pk_message_mark"),
        sa.UniqueConstraint("send_id", "kind", name="uq_message_mark_send_id_kind"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_message_mark_unit_id", "message_mark", ["unit_id"])


def _statements() -> None:
    op.create_table(
        "lawfulness",
        sa.Column("id", Id, nullable=False),
        sa.Column("send_id", Id, nullable=False),
        sa.Column("unit_id", Id, nullable=False),
        sa.Column("membership_id", Id, nullable=False),
        sa.Column("statement_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["send_id"], ["send.id"], name="fk_lawfulness_send_id"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_lawfulness_unit_id"),
        sa.ForeignKeyConstraint(["membership_id"], ["membership.id"], name="fk_lawfulness_membership_id"),
        sa.PrimaryKeyConstraint("id", name="pk_lawfulness"),
        sa.UniqueConstraint("send_id", name="uq_lawfulness_send_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_lawfulness_unit_id", "lawfulness", ["unit_id"])


def _reports() -> None:
    op.create_table(
        "message_report",
        sa.Column("id", Id, nullable=False),
        sa.Column("public_id", sa.LargeBinary(), nullable=False),
        sa.Column("message_id", Id, nullable=False),
        sa.Column("seeker_id", Id, nullable=False),
        sa.Column("unit_id", Id, nullable=False),
        sa.Column("office_code", sa.String(20), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("note_sealed", sa.LargeBinary()),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("jst_day", sa.Date(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('paid_service', 'sham_side_job', 'gift_money', 'leaving', 'not_a_job', 'rude', 'other')",
            name=op.f("ck_message_report_kind"),
        ),
        sa.CheckConstraint(_DAYS[op.get_bind().dialect.name], name=op.f("ck_message_report_jst_day")),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name="fk_message_report_message_id"),
        sa.ForeignKeyConstraint(["seeker_id"], ["seeker.id"], name="fk_message_report_seeker_id"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_message_report_unit_id"),
        sa.PrimaryKeyConstraint("id", name="pk_message_report"),
        sa.UniqueConstraint("public_id", name="uq_message_report_public_id"),
        sa.UniqueConstraint("message_id", name="uq_message_report_message_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_message_report_seeker_id", "message_report", ["seeker_id"])
    op.create_index("ix_message_report_office_code_id", "message_report", ["office_code", "id"])
    op.create_index("ix_message_report_unit_id_id", "message_report", ["unit_id", "id"])


def _only_grows(table: str, fixed: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{table} is append only'; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OF {fixed} OR DELETE OR TRUNCATE ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_append_only()"
        )
        return
    for name, act in (("update", f"UPDATE OF {fixed}"), ("delete", "DELETE")):
        op.execute(
            f"CREATE TRIGGER {table}_no_{name} BEFORE {act} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append only'); END"
        )


def downgrade() -> None:
    """Away again."""
    for table in reversed(_FIXED):
        op.drop_table(table)
        if op.get_bind().dialect.name == "postgresql":
            op.execute(f"DROP FUNCTION {table}_append_only()")
