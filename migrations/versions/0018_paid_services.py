"""Paid services: services, versions, notices to the bureau, the ledger; who is a 新規大学卒業者等.

Safety: creates empty tables, and adds an empty column to the profiles, which is filled once from what the offices have
recorded of the school: one UPDATE over the profiles of those whose kind of school is one of three. The way back
forgets services and ledger, which is why it needs a backup first; the column can be reckoned again.
"""

import sqlalchemy as sa
from alembic import op

from portal.store.types import Id, Instant

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_GROWING = ("paid_service_version", "paid_notice_event", "paid_ledger")
_KIND = "kind IN ('placement', 'support', 'graduate')"

# The rule of portal.domain.graduate as it stood when this was written.
_COVERED = "SELECT id FROM seeker WHERE school_kind IN ('university', 'technical_college', 'specialised')"
_OPEN = (
    f"UPDATE profile SET graduate_until = '9999-12-31' WHERE seeker_id IN ({_COVERED}"  # noqa: S608 -- words above
    " AND (school_status = 'student' OR (school_status = 'graduated' AND graduated_on IS NULL)))"
)
_ENDED = {
    "sqlite": "max(graduated_on, strftime('%Y', graduated_on) || '-06-30')",
    "postgresql": "greatest(graduated_on, make_date(extract(year FROM graduated_on)::int, 6, 30))",
}


def upgrade() -> None:
    """Tables, indexes and constraints."""
    op.add_column("profile", sa.Column("graduate_until", sa.Date()))
    op.execute(_OPEN)
    day = _ENDED[op.get_bind().dialect.name]
    own = f"SELECT {day} FROM seeker WHERE seeker.id = profile.seeker_id"  # noqa: S608 -- words above
    dated = f"{_COVERED} AND school_status = 'graduated' AND graduated_on IS NOT NULL"
    op.execute(f"UPDATE profile SET graduate_until = ({own}) WHERE seeker_id IN ({dated})")  # noqa: S608 -- as above
    _services()
    _notices()
    _ledger()
    for table in _GROWING:
        _only_grows(table)


def _services() -> None:
    op.create_table(
        "paid_service",
        sa.Column("id", Id, nullable=False),
        sa.Column("public_id", sa.LargeBinary(), nullable=False),
        sa.Column("unit_id", Id, nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("ended_on", sa.Date()),
        sa.Column("created_at", Instant(), nullable=False),
        sa.CheckConstraint(_KIND, name=op.f("ck_paid_service_kind")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_paid_service_unit_id"),
        sa.PrimaryKeyConstraint("id", name="pk_paid_service"),
        sa.UniqueConstraint("public_id", name="uq_paid_service_public_id"),
        sa.UniqueConstraint("id", "unit_id", "kind", name="uq_paid_service_id_unit_id_kind"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_paid_service_unit_id", "paid_service", ["unit_id"])
    op.create_table(
        "paid_service_version",
        sa.Column("id", Id, nullable=False),
        sa.Column("service_id", Id, nullable=False),
        sa.Column("unit_id", Id, nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(12)),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("charge", sa.Text(), nullable=False),
        sa.Column("cancellation", sa.Text(), nullable=False),
        sa.Column("membership_id", Id, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.CheckConstraint("version >= 1", name=op.f("ck_paid_service_version_version")),
        sa.CheckConstraint("amount BETWEEN 1 AND 9999999", name=op.f("ck_paid_service_version_amount")),
        sa.CheckConstraint(
            "(kind = 'graduate') = (number IS NOT NULL)", name=op.f("ck_paid_service_version_number")
        ),
        sa.ForeignKeyConstraint(
            ["service_id", "unit_id", "kind"],
            ["paid_service.id", "paid_service.unit_id", "paid_service.kind"],
            name="fk_paid_service_version_service_id_unit_id_kind",
        ),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["membership.id"], name="fk_paid_service_version_membership_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_paid_service_version"),
        sa.UniqueConstraint("number", name="uq_paid_service_version_number"),
        sa.UniqueConstraint("service_id", "version", name="uq_paid_service_version_service_id_version"),
        sa.UniqueConstraint("id", "unit_id", "kind", name="uq_paid_service_version_id_unit_id_kind"),
        sqlite_autoincrement=True,
    )


def _notices() -> None:
    op.create_table(
        "paid_notice_event",
        sa.Column("id", Id, nullable=False),
        sa.Column("version_id", Id, nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(10), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("told", sa.Text(), nullable=False, server_default=""),
        sa.Column("bureau_code", sa.String(20), nullable=False),
        sa.Column("account_id", Id, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.CheckConstraint(
            "act IN ('received', 'asked_back', 'accepted')", name=op.f("ck_paid_notice_event_act")
        ),
        sa.CheckConstraint("serial >= 1", name=op.f("ck_paid_notice_event_serial")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["paid_service_version.id"], name="fk_paid_notice_event_version_id"
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_paid_notice_event_account_id"),
        sa.PrimaryKeyConstraint("id", name="pk_paid_notice_event"),
        sa.UniqueConstraint("version_id", "serial", name="uq_paid_notice_event_version_id_serial"),
        sa.UniqueConstraint("id", "version_id", name="uq_paid_notice_event_id_version_id"),
        sqlite_autoincrement=True,
    )


def _ledger() -> None:
    op.create_table(
        "paid_ledger",
        sa.Column("id", Id, nullable=False),
        sa.Column("public_id", sa.LargeBinary(), nullable=False),
        sa.Column("unit_id", Id, nullable=False),
        sa.Column("seeker_id", Id, nullable=False),
        sa.Column("thread_id", Id, nullable=False),
        sa.Column("version_id", Id),
        sa.Column("kind", sa.String(10)),
        sa.Column("step", sa.String(10), nullable=False),
        sa.Column("ground_id", Id),
        sa.Column("notice_event_id", Id),
        sa.Column("outcome_event_id", Id),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("way", sa.String(10)),
        sa.Column("membership_id", Id),
        sa.Column("at", Instant(), nullable=False),
        sa.CheckConstraint(
            "step IN ('explained', 'wished', 'wish_ended', 'asked', 'consented', 'refused', 'withdrawn', 'given')",
            name=op.f("ck_paid_ledger_step"),
        ),
        sa.CheckConstraint(
            "way IN ('meeting', 'phone', 'online', 'paper', 'message')", name=op.f("ck_paid_ledger_way")
        ),
        sa.CheckConstraint("(version_id IS NULL) = (kind IS NULL)", name=op.f("ck_paid_ledger_version")),
        sa.CheckConstraint(
            "(step IN ('explained', 'asked', 'given')) = (membership_id IS NOT NULL)",
            name=op.f("ck_paid_ledger_who"),
        ),
        sa.CheckConstraint(
            "(step = 'explained') = (outcome_event_id IS NOT NULL) AND (step = 'explained') = (way IS NOT NULL)",
            name=op.f("ck_paid_ledger_explained"),
        ),
        sa.CheckConstraint(
            "(step = 'asked') = (notice_event_id IS NOT NULL)", name=op.f("ck_paid_ledger_notice")
        ),
        sa.CheckConstraint(
            "(step IN ('explained', 'wished', 'asked')) = (ground_id IS NULL)",
            name=op.f("ck_paid_ledger_ground"),
        ),
        sa.CheckConstraint(
            "CASE WHEN step IN ('wished', 'wish_ended') THEN kind IS NULL WHEN kind IS NULL THEN false"
            " WHEN step = 'explained' THEN kind = 'placement' WHEN step = 'given' THEN kind <> 'placement'"
            " ELSE kind = 'graduate' END",
            name=op.f("ck_paid_ledger_step_kind"),
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_paid_ledger_unit_id"),
        sa.ForeignKeyConstraint(["seeker_id"], ["seeker.id"], name="fk_paid_ledger_seeker_id"),
        sa.ForeignKeyConstraint(["thread_id"], ["thread.id"], name="fk_paid_ledger_thread_id"),
        sa.ForeignKeyConstraint(["membership_id"], ["membership.id"], name="fk_paid_ledger_membership_id"),
        sa.ForeignKeyConstraint(
            ["outcome_event_id"], ["outcome_event.id"], name="fk_paid_ledger_outcome_event_id"
        ),
        sa.ForeignKeyConstraint(
            ["version_id", "unit_id", "kind"],
            ["paid_service_version.id", "paid_service_version.unit_id", "paid_service_version.kind"],
            name="fk_paid_ledger_version_id_unit_id_kind",
        ),
        sa.ForeignKeyConstraint(
            ["notice_event_id", "version_id"],
            ["paid_notice_event.id", "paid_notice_event.version_id"],
            name="fk_paid_ledger_notice_event_id_version_id",
        ),
        sa.ForeignKeyConstraint(
            ["ground_id", "unit_id", "seeker_id"],
            ["paid_ledger.id", "paid_ledger.unit_id", "paid_ledger.seeker_id"],
            name="fk_paid_ledger_ground_id_unit_id_seeker_id",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_paid_ledger"),
        sa.UniqueConstraint("public_id", name="uq_paid_ledger_public_id"),
        sa.UniqueConstraint("id", "unit_id", "seeker_id", name="uq_paid_ledger_id_unit_id_seeker_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_paid_ledger_seeker", "paid_ledger", ["seeker_id", "unit_id"])
    op.create_index("ix_paid_ledger_unit", "paid_ledger", ["unit_id", "version_id"])
    for name, column, steps in (
        ("asked", "version_id", "'asked'"),
        ("answered", "version_id", "'consented', 'refused'"),
        ("taken_back", "ground_id", "'withdrawn', 'wish_ended'"),
    ):
        condition = sa.text(f"step IN ({steps})")
        op.create_index(
            f"uq_paid_ledger_{name}",
            "paid_ledger",
            ["seeker_id", column],
            unique=True,
            postgresql_where=condition,
            sqlite_where=condition,
        )


def _only_grows(table: str) -> None:
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
    """Away again."""
    for table in reversed(_GROWING):
        op.drop_table(table)
        if op.get_bind().dialect.name == "postgresql":
            op.execute(f"DROP FUNCTION {table}_append_only()")
    op.drop_table("paid_service")
    op.drop_column("profile", "graduate_until")
