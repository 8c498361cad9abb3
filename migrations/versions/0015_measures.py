"""Measures of the labour bureau and their history.

Safety: creates a table that only grows, with the suspensions and lowered limits there are as its first rows, and adds
an empty column that may stay empty. What was written down as the reason of a suspension becomes the bureau's own note,
because it was never meant to be read by the organisation; the way back restores it.
"""

import sqlalchemy as sa
from alembic import op

from portal.store.types import Id, Instant

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_LIMIT_UNTIL = (
    "ALTER TABLE unit ADD COLUMN limit_until DATE "
    "CONSTRAINT ck_unit_limit_until CHECK (limit_until IS NULL OR daily_limit < 1000)"
)
# Their day is not known any more; the day the unit was entered is the earliest it can have been.
_SUSPENDED = """
INSERT INTO measure (unit_id, serial, kind, since, until, reason, tells_reason, note, actor_kind, at)
SELECT id, 1, 'suspension', suspended_from, suspended_until, 'other', false, suspension_reason, 'operator', created_at
FROM unit WHERE suspended_from IS NOT NULL
"""
_LOWERED = """
INSERT INTO measure (unit_id, serial, kind, since, daily_limit, reason, tells_reason, actor_kind, at)
SELECT id, CASE WHEN suspended_from IS NULL THEN 1 ELSE 2 END, 'limit', valid_from, daily_limit, 'other', false,
    'operator', created_at
FROM unit WHERE daily_limit < 1000
"""
_NOTES_BACK = """
UPDATE unit SET suspension_reason = coalesce((
    SELECT CASE WHEN m.note <> '' THEN m.note WHEN m.told <> '' THEN m.told ELSE m.reason END FROM measure AS m
    WHERE m.unit_id = unit.id AND m.kind = 'suspension' ORDER BY m.serial DESC LIMIT 1), suspension_reason)
WHERE suspended_from IS NOT NULL
"""


def upgrade() -> None:
    """Tables, indexes and constraints."""
    op.create_table(
        "measure",
        sa.Column("id", Id, nullable=False),
        sa.Column("unit_id", Id, nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(15), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date()),
        sa.Column("daily_limit", sa.Integer()),
        sa.Column("reason", sa.String(20)),
        sa.Column("tells_reason", sa.Boolean(), nullable=False),
        sa.Column("told", sa.Text(), nullable=False, server_default=""),
        sa.Column("note", sa.Text(), nullable=False, server_default=""),
        sa.Column("actor_kind", sa.String(10), nullable=False),
        sa.Column("account_id", Id),
        sa.Column("at", Instant(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('suspension', 'lift', 'limit', 'limit_lifted')", name=op.f("ck_measure_kind")
        ),
        sa.CheckConstraint(
            "reason IN ('order', 'breach', 'report_overdue', 'safety', 'own_wish', 'other')",
            name=op.f("ck_measure_reason"),
        ),
        sa.CheckConstraint("actor_kind IN ('bureau', 'operator')", name=op.f("ck_measure_actor_kind")),
        sa.CheckConstraint("serial >= 1", name=op.f("ck_measure_serial")),
        sa.CheckConstraint(
            "until IS NULL OR (until >= since AND reason IS NOT NULL)", name=op.f("ck_measure_days")
        ),
        sa.CheckConstraint("(kind = 'limit') = (daily_limit IS NOT NULL)", name=op.f("ck_measure_limit")),
        sa.CheckConstraint("daily_limit BETWEEN 0 AND 999", name=op.f("ck_measure_daily_limit")),
        sa.CheckConstraint(
            "(kind IN ('suspension', 'limit')) = (reason IS NOT NULL)", name=op.f("ck_measure_why")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_measure_unit_id"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_measure_account_id"),
        sa.PrimaryKeyConstraint("id", name="pk_measure"),
        sa.UniqueConstraint("unit_id", "serial", name="uq_measure_unit_id_serial"),
        sqlite_autoincrement=True,
    )
    op.execute(_LIMIT_UNTIL)
    op.execute(_SUSPENDED)
    op.execute(_LOWERED)
    op.execute("UPDATE unit SET suspension_reason = 'other' WHERE suspended_from IS NOT NULL")
    _measures_only_grow()


def _measures_only_grow() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION measure_append_only() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'measure is append only'; END $$"
        )
        op.execute(
            "CREATE TRIGGER measure_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON measure "
            "FOR EACH STATEMENT EXECUTE FUNCTION measure_append_only()"
        )
        return
    for act in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER measure_no_{act.lower()} BEFORE {act} ON measure "
            "BEGIN SELECT RAISE(ABORT, 'measure is append only'); END"
        )


def downgrade() -> None:
    """Away again."""
    op.execute(_NOTES_BACK)
    op.drop_table("measure")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION measure_append_only()")
    op.execute("ALTER TABLE unit DROP COLUMN limit_until")
