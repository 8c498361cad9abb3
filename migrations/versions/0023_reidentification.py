"""Rare combinations: the threshold, the runs, what is shown of whom, and the whole choices where less is shown.

Safety: creates empty tables only; until the operator sets a threshold nothing is shown otherwise than before. Going
down shows everybody's whole choices again, as it was before, and forgets the threshold.
"""

import sqlalchemy as sa
from alembic import op

from portal.store.types import Id, Instant

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_ONLY_GROW = ("rarity_threshold", "rarity_run")
_ROLES = "'occupation', 'place', 'employment', 'time', 'wage', 'licence', 'experience', 'education'"
_COLUMNS = "seeker_id, role, position, kind, code, band"


def upgrade() -> None:
    """Tables, indexes and constraints."""
    _rule()
    for table in _ONLY_GROW:
        _append_only(table)
    op.create_table(
        "rarity_node",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.CheckConstraint("size >= 0", name=op.f("ck_rarity_node_size")),
        sa.PrimaryKeyConstraint("digest", name="pk_rarity_node"),
    )
    op.create_table(
        "rarity_placing",
        sa.Column("seeker_id", Id, autoincrement=False, nullable=False),
        sa.Column("shown", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["seeker_id"], ["seeker.id"], name="fk_rarity_placing_seeker_id"),
        sa.PrimaryKeyConstraint("seeker_id", name="pk_rarity_placing"),
    )
    op.create_table(
        "seeker_choice",
        sa.Column("seeker_id", Id, nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("code", sa.String(20), nullable=False),
        sa.Column("band", sa.String(20)),
        sa.CheckConstraint(f"role IN ({_ROLES})", name=op.f("ck_seeker_choice_role")),
        sa.CheckConstraint("position BETWEEN 1 AND 10", name=op.f("ck_seeker_choice_position")),
        sa.CheckConstraint("(role = 'experience') = (band IS NOT NULL)", name=op.f("ck_seeker_choice_band")),
        sa.ForeignKeyConstraint(["seeker_id"], ["seeker.id"], name="fk_seeker_choice_seeker_id"),
        sa.ForeignKeyConstraint(
            ["kind", "code"], ["code.kind", "code.code"], name="fk_seeker_choice_kind_code"
        ),
        sa.PrimaryKeyConstraint("seeker_id", "role", "position", name="pk_seeker_choice"),
        sa.UniqueConstraint(
            "seeker_id", "role", "kind", "code", name="uq_seeker_choice_seeker_id_role_kind_code"
        ),
    )


def _rule() -> None:
    op.create_table(
        "rarity_threshold",
        sa.Column("id", Id, nullable=False),
        sa.Column("threshold", sa.Integer(), nullable=False),
        sa.Column("set_at", Instant(), nullable=False),
        sa.Column("set_by", Id),
        sa.CheckConstraint(
            "threshold = 0 OR threshold BETWEEN 2 AND 1000", name=op.f("ck_rarity_threshold_threshold")
        ),
        sa.ForeignKeyConstraint(["set_by"], ["account.id"], name="fk_rarity_threshold_set_by"),
        sa.PrimaryKeyConstraint("id", name="pk_rarity_threshold"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "rarity_run",
        sa.Column("id", Id, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("threshold", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("generalised", sa.Integer(), nullable=False),
        sa.Column("bare", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "threshold = 0 OR threshold BETWEEN 2 AND 1000", name=op.f("ck_rarity_run_threshold")
        ),
        sa.CheckConstraint(
            "people >= generalised AND generalised >= bare AND bare >= 0", name=op.f("ck_rarity_run_people")
        ),
        sa.PrimaryKeyConstraint("id", name="pk_rarity_run"),
        sqlite_autoincrement=True,
    )


def _append_only(table: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{table} is append only'; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_append_only()"
        )
        return
    for act in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append only'); END"
        )


def downgrade() -> None:
    """Away again. What people are found by (profile.tokens) stays narrow until their data are changed."""
    op.execute("DELETE FROM profile_choice WHERE seeker_id IN (SELECT seeker_id FROM seeker_choice)")
    put_back = f"INSERT INTO profile_choice ({_COLUMNS}) SELECT {_COLUMNS} FROM seeker_choice"  # noqa: S608 -- ours
    op.execute(put_back)
    for table in ("seeker_choice", "rarity_placing", "rarity_node", *_ONLY_GROW):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        for table in _ONLY_GROW:
            op.execute(f"DROP FUNCTION {table}_append_only()")
