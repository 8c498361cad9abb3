"""Job seekers: identity sealed and apart, the searchable profile a narrow whitelist.

Safety: creates empty tables only.
"""

import sqlalchemy as sa
from alembic import op

from portal.store.types import Id, Instant, TokenSet

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "seeker",
        sa.Column("id", Id, primary_key=True),
        sa.Column("office_id", sa.LargeBinary(), nullable=False),
        sa.Column("registration_key", sa.LargeBinary(), nullable=False),
        sa.Column("office_code", sa.String(20), nullable=False),
        sa.Column("registered_on", sa.Date(), nullable=False),
        sa.Column("school_kind", sa.String(20)),
        sa.Column("school_status", sa.String(10), nullable=False),
        sa.Column("graduated_on", sa.Date()),
        sa.Column("stopped_at", Instant()),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False, server_default="1"),
        sa.CheckConstraint(
            "graduated_on IS NULL OR school_status = 'graduated'", name=op.f("ck_seeker_graduated_on")
        ),
        sa.CheckConstraint(
            "(school_status = 'none') = (school_kind IS NULL)", name=op.f("ck_seeker_school_kind")
        ),
        sa.CheckConstraint(
            "school_status IN ('none', 'student', 'graduated', 'left')", name=op.f("ck_seeker_school_status")
        ),
        sa.PrimaryKeyConstraint("id", name="pk_seeker"),
        sa.UniqueConstraint("office_id", name="uq_seeker_office_id"),
        sa.UniqueConstraint("registration_key", name="uq_seeker_registration_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_seeker_office_code", "seeker", ["office_code"])
    op.create_table(
        "seeker_identity",
        sa.Column("seeker_id", Id, primary_key=True),
        sa.Column("name_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("kana_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("birth_date_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("sex_sealed", sa.LargeBinary()),
        sa.Column("phone_sealed", sa.LargeBinary()),
        sa.Column("mail_sealed", sa.LargeBinary()),
        sa.Column("residence_sealed", sa.LargeBinary()),
        sa.Column("employer_sealed", sa.LargeBinary()),
        sa.Column("school_sealed", sa.LargeBinary()),
        sa.Column("registration_number_sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["seeker_id"], ["seeker.id"], name="fk_seeker_identity_seeker_id"),
        sa.PrimaryKeyConstraint("seeker_id", name="pk_seeker_identity"),
    )
    op.create_table(
        "profile",
        sa.Column("seeker_id", Id, primary_key=True, autoincrement=False),
        sa.Column("alias_key", sa.LargeBinary(), nullable=False),
        sa.Column("published", sa.Boolean(), nullable=False),
        sa.Column("stopped", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("never_eligible", sa.Boolean(), nullable=False),
        sa.Column("eligible_from", sa.Date()),
        sa.Column("range_private", sa.Boolean(), nullable=False),
        sa.Column("range_municipal", sa.Boolean(), nullable=False),
        sa.Column("terms_until", sa.Date()),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("shuffle", sa.Integer(), nullable=False),
        sa.Column("tokens", TokenSet(), nullable=False),
        sa.CheckConstraint("range_private OR range_municipal", name=op.f("ck_profile_range")),
        sa.CheckConstraint("valid_until >= valid_from", name=op.f("ck_profile_days")),
        sa.ForeignKeyConstraint(["seeker_id"], ["seeker.id"], name="fk_profile_seeker_id"),
        sa.PrimaryKeyConstraint("seeker_id", name="pk_profile"),
        sa.UniqueConstraint("alias_key", name="uq_profile_alias_key"),
    )
    op.create_index(
        "ix_profile_municipal",
        "profile",
        [sa.text("month DESC"), "shuffle", "seeker_id"],
        postgresql_where=sa.text("range_municipal"),
        sqlite_where=sa.text("range_municipal = 1"),
    )
    op.create_index(
        "ix_profile_private",
        "profile",
        [sa.text("month DESC"), "shuffle", "seeker_id"],
        postgresql_where=sa.text("range_private"),
        sqlite_where=sa.text("range_private = 1"),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.create_index("ix_profile_tokens", "profile", ["tokens"], postgresql_using="gin")
    op.create_table(
        "profile_choice",
        sa.Column("seeker_id", Id, primary_key=True),
        sa.Column("role", sa.String(20), primary_key=True),
        sa.Column("position", sa.Integer(), primary_key=True),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("code", sa.String(20), nullable=False),
        sa.Column("band", sa.String(20)),
        sa.CheckConstraint("(role = 'experience') = (band IS NOT NULL)", name=op.f("ck_profile_choice_band")),
        sa.CheckConstraint(
            "role IN ('occupation', 'place', 'employment', 'time', 'wage', 'licence', 'experience', 'education')",
            name=op.f("ck_profile_choice_role"),
        ),
        sa.CheckConstraint("position BETWEEN 1 AND 10", name=op.f("ck_profile_choice_position")),
        sa.ForeignKeyConstraint(
            ["kind", "code"], ["code.kind", "code.code"], name="fk_profile_choice_kind_code"
        ),
        sa.ForeignKeyConstraint(["seeker_id"], ["seeker.id"], name="fk_profile_choice_seeker_id"),
        sa.PrimaryKeyConstraint("seeker_id", "role", "position", name="pk_profile_choice"),
        sa.UniqueConstraint(
            "seeker_id", "role", "kind", "code", name="uq_profile_choice_seeker_id_role_kind_code"
        ),
    )
    op.create_table(
        "profile_text",
        sa.Column("seeker_id", Id, primary_key=True),
        sa.Column("kind", sa.String(10), primary_key=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("published_at", Instant(), nullable=False),
        sa.CheckConstraint("kind IN ('pr', 'experience')", name=op.f("ck_profile_text_kind")),
        sa.ForeignKeyConstraint(["seeker_id"], ["seeker.id"], name="fk_profile_text_seeker_id"),
        sa.PrimaryKeyConstraint("seeker_id", "kind", name="pk_profile_text"),
    )
    op.create_table(
        "terms_version",
        sa.Column("code", sa.String(20), primary_key=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("agree_by", sa.Date(), nullable=False),
        sa.Column("title_ja", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=False),
        sa.Column("text_ja", sa.Text(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("text_hash", sa.String(64), nullable=False),
        sa.Column("loaded_at", Instant(), nullable=False),
        sa.CheckConstraint("agree_by >= valid_from", name=op.f("ck_terms_version_days")),
        sa.PrimaryKeyConstraint("code", name="pk_terms_version"),
        sa.UniqueConstraint("valid_from", name="uq_terms_version_valid_from"),
    )


def downgrade() -> None:
    op.drop_table("terms_version")
    op.drop_table("profile_text")
    op.drop_table("profile_choice")
    op.drop_table("profile")
    op.drop_table("seeker_identity")
    op.drop_table("seeker")
