"""Units of use and what hangs below them.

Safety: creates empty tables only.
"""

import sqlalchemy as sa
from alembic import op

from portal.store.types import Id, Instant

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "unit",
        sa.Column("id", Id, primary_key=True),
        sa.Column("public_id", sa.LargeBinary(), nullable=False),
        sa.Column("unit_class", sa.String(10), nullable=False),
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column("bureau_code", sa.String(20), nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("daily_limit", sa.Integer(), nullable=False, server_default="1000"),
        sa.Column("reserve", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("suspended_from", sa.Date()),
        sa.Column("suspended_until", sa.Date()),
        sa.Column("suspension_reason", sa.Text()),
        sa.Column("token_key_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("created_at", Instant(), nullable=False),
        sa.CheckConstraint("status IN ('approved', 'ended')", name=op.f("ck_unit_status")),
        sa.CheckConstraint("unit_class IN ('private', 'municipal')", name=op.f("ck_unit_unit_class")),
        sa.CheckConstraint(
            "(suspended_from IS NULL) = (suspension_reason IS NULL)", name=op.f("ck_unit_suspension_reason")
        ),
        sa.CheckConstraint("daily_limit BETWEEN 0 AND 1000", name=op.f("ck_unit_daily_limit")),
        sa.CheckConstraint("reserve BETWEEN 0 AND 1000", name=op.f("ck_unit_reserve")),
        sa.CheckConstraint(
            "suspended_until IS NULL OR suspended_until >= suspended_from",
            name=op.f("ck_unit_suspension_days"),
        ),
        sa.CheckConstraint("valid_until >= valid_from", name=op.f("ck_unit_days")),
        sa.PrimaryKeyConstraint("id", name="pk_unit"),
        sa.UniqueConstraint("public_id", name="uq_unit_public_id"),
        sa.UniqueConstraint("unit_class", "number", name="uq_unit_unit_class_number"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "unit_record",
        sa.Column("id", Id, primary_key=True),
        sa.Column("unit_id", Id, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kana", sa.Text(), nullable=False, server_default=""),
        sa.Column("search_key", sa.Text(), nullable=False, server_default=""),
        sa.Column("corporation_number", sa.String(13)),
        sa.Column("number_shown", sa.Text(), nullable=False),
        sa.Column("officer_name", sa.Text()),
        sa.Column("officer_contact", sa.Text()),
        sa.Column("contact_name", sa.Text()),
        sa.Column("contact_contact", sa.Text()),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("recorded_by", Id),
        sa.CheckConstraint(
            "(officer_name IS NULL) = (officer_contact IS NULL)", name=op.f("ck_unit_record_officer")
        ),
        sa.CheckConstraint("version >= 1", name=op.f("ck_unit_record_version")),
        sa.ForeignKeyConstraint(["recorded_by"], ["account.id"], name="fk_unit_record_recorded_by"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_unit_record_unit_id"),
        sa.PrimaryKeyConstraint("id", name="pk_unit_record"),
        sa.UniqueConstraint("unit_id", "version", name="uq_unit_record_unit_id_version"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "branch",
        sa.Column("id", Id, primary_key=True),
        sa.Column("unit_id", Id, nullable=False),
        sa.Column("branch_number", sa.String(10), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_branch_unit_id"),
        sa.PrimaryKeyConstraint("id", name="pk_branch"),
        sa.UniqueConstraint("unit_id", "branch_number", name="uq_branch_unit_id_branch_number"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "department",
        sa.Column("id", Id, primary_key=True),
        sa.Column("unit_id", Id, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date()),
        sa.CheckConstraint("until IS NULL OR until >= since", name=op.f("ck_department_days")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_department_unit_id"),
        sa.PrimaryKeyConstraint("id", name="pk_department"),
        sa.UniqueConstraint("unit_id", "name", name="uq_department_unit_id_name"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "contractor",
        sa.Column("id", Id, primary_key=True),
        sa.Column("unit_id", Id, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("search_key", sa.Text(), nullable=False, server_default=""),
        sa.Column("corporation_number", sa.String(13)),
        sa.Column("licence_number", sa.String(40), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.CheckConstraint("until >= since", name=op.f("ck_contractor_days")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_contractor_unit_id"),
        sa.PrimaryKeyConstraint("id", name="pk_contractor"),
        sa.UniqueConstraint("unit_id", "licence_number", name="uq_contractor_unit_id_licence_number"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "membership",
        sa.Column("id", Id, primary_key=True),
        sa.Column("account_id", Id, nullable=False),
        sa.Column("unit_id", Id, nullable=False),
        sa.Column("department_id", Id),
        sa.Column("contractor_id", Id),
        sa.Column("role", sa.String(10), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date()),
        sa.Column("ended_by", Id),
        sa.CheckConstraint("role IN ('member', 'contact', 'officer')", name=op.f("ck_membership_role")),
        sa.CheckConstraint(
            "department_id IS NULL OR contractor_id IS NULL", name=op.f("ck_membership_one_place")
        ),
        sa.CheckConstraint("until IS NULL OR until >= since", name=op.f("ck_membership_days")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_membership_account_id"),
        sa.ForeignKeyConstraint(["contractor_id"], ["contractor.id"], name="fk_membership_contractor_id"),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name="fk_membership_department_id"),
        sa.ForeignKeyConstraint(["ended_by"], ["account.id"], name="fk_membership_ended_by"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_membership_unit_id"),
        sa.PrimaryKeyConstraint("id", name="pk_membership"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_membership_account_id", "membership", ["account_id"])
    op.create_index("ix_membership_unit_id", "membership", ["unit_id"])
    op.create_index(
        "uq_membership_open",
        "membership",
        ["account_id", "unit_id"],
        unique=True,
        postgresql_where=sa.text("until IS NULL"),
        sqlite_where=sa.text("until IS NULL"),
    )
    op.create_table(
        "letterhead",
        sa.Column("id", Id, primary_key=True),
        sa.Column("unit_id", Id, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_letterhead_unit_id"),
        sa.PrimaryKeyConstraint("id", name="pk_letterhead"),
        sa.UniqueConstraint("unit_id", "digest", name="uq_letterhead_unit_id_digest"),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    op.drop_table("letterhead")
    op.drop_table("membership")
    op.drop_table("contractor")
    op.drop_table("department")
    op.drop_table("branch")
    op.drop_table("unit_record")
    op.drop_table("unit")
