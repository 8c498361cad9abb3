"""Accounts, posts, sessions, sign-in attempts, one-time codes, and what offices record about seekers.

Safety: creates empty tables only.
"""

import sqlalchemy as sa
from alembic import op

from portal.store.types import Id, Instant

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("id", Id, primary_key=True),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("sign_in_name_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("sign_in_key", sa.String(64), nullable=False),
        sa.Column("display_name_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("password_hash", sa.Text()),
        sa.Column("password_changed_at", Instant()),
        sa.Column("totp_sealed", sa.LargeBinary()),
        sa.Column("totp_last_step", Id),
        sa.Column("mail_sealed", sa.LargeBinary()),
        sa.Column("mail_notice", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("language", sa.String(2), nullable=False, server_default="ja"),
        sa.Column("seeker_id", Id),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("closed_at", Instant()),
        sa.CheckConstraint(
            "(kind = 'seeker') = (seeker_id IS NOT NULL)", name=op.f("ck_account_seeker_account")
        ),
        sa.CheckConstraint("kind IN ('seeker', 'member', 'staff', 'operator')", name=op.f("ck_account_kind")),
        sa.CheckConstraint("language IN ('ja', 'en')", name=op.f("ck_account_language")),
        sa.ForeignKeyConstraint(["seeker_id"], ["seeker.id"], name="fk_account_seeker_id"),
        sa.PrimaryKeyConstraint("id", name="pk_account"),
        sa.UniqueConstraint("seeker_id", name="uq_account_seeker_id"),
        sa.UniqueConstraint("sign_in_key", name="uq_account_sign_in_key"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "post",
        sa.Column("id", Id, primary_key=True),
        sa.Column("account_id", Id, nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("office_code", sa.String(20)),
        sa.Column("bureau_code", sa.String(20)),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date()),
        sa.CheckConstraint(
            "role IN ('office_clerk', 'office_desk', 'bureau_clerk')", name=op.f("ck_post_role")
        ),
        sa.CheckConstraint("(office_code IS NULL) <> (bureau_code IS NULL)", name=op.f("ck_post_one_place")),
        sa.CheckConstraint("until IS NULL OR until >= since", name=op.f("ck_post_days")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_post_account_id"),
        sa.PrimaryKeyConstraint("id", name="pk_post"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_post_account_id", "post", ["account_id"])
    op.create_table(
        "session",
        sa.Column("id_hash", sa.LargeBinary(), primary_key=True),
        sa.Column("account_id", Id, nullable=False),
        sa.Column("stage", sa.String(15), nullable=False),
        sa.Column("membership_id", Id),
        sa.Column("data", sa.Text(), nullable=False, server_default="{}"),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("seen_at", Instant(), nullable=False),
        sa.Column("ends_at", Instant(), nullable=False),
        sa.CheckConstraint("ends_at > created_at", name=op.f("ck_session_end")),
        sa.CheckConstraint("stage IN ('second_factor', 'enrol', 'signed_in')", name=op.f("ck_session_stage")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_session_account_id"),
        sa.PrimaryKeyConstraint("id_hash", name="pk_session"),
    )
    op.create_index("ix_session_account_id", "session", ["account_id"])
    op.create_index("ix_session_ends_at", "session", ["ends_at"])
    op.create_table(
        "signin_attempt",
        sa.Column("id", Id, primary_key=True),
        sa.Column("name_key", sa.LargeBinary(), nullable=False),
        sa.Column("address_key", sa.LargeBinary(), nullable=False),
        sa.Column("purpose", sa.String(20), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("outcome", sa.String(10), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('open', 'failed', 'halfway', 'passed', 'refused')",
            name=op.f("ck_signin_attempt_outcome"),
        ),
        sa.CheckConstraint(
            "purpose IN ('password', 'second_factor', 'code')", name=op.f("ck_signin_attempt_purpose")
        ),
        sa.PrimaryKeyConstraint("id", name="pk_signin_attempt"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_signin_attempt_address_key_at", "signin_attempt", ["address_key", "at"])
    op.create_index("ix_signin_attempt_at", "signin_attempt", ["at"])
    op.create_index("ix_signin_attempt_name_key_at", "signin_attempt", ["name_key", "at"])
    op.create_table(
        "access_code",
        sa.Column("id", Id, primary_key=True),
        sa.Column("purpose", sa.String(20), nullable=False),
        sa.Column("seeker_id", Id),
        sa.Column("account_id", Id),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("link_hash", sa.LargeBinary()),
        sa.Column("issued_by", Id),
        sa.Column("issued_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("used_at", Instant()),
        sa.Column("revoked_at", Instant()),
        sa.CheckConstraint(
            "(purpose = 'activation') <> (account_id IS NOT NULL)", name=op.f("ck_access_code_code_account")
        ),
        sa.CheckConstraint(
            "(purpose = 'activation') = (seeker_id IS NOT NULL)",
            name=op.f("ck_access_code_activation_seeker"),
        ),
        sa.CheckConstraint(
            "purpose IN ('activation', 'invitation', 'password', 'second_factor')",
            name=op.f("ck_access_code_purpose"),
        ),
        sa.CheckConstraint("expires_at > issued_at", name=op.f("ck_access_code_expiry")),
        sa.CheckConstraint("failures >= 0", name=op.f("ck_access_code_failures")),
        sa.CheckConstraint(
            "used_at IS NULL OR revoked_at IS NULL", name=op.f("ck_access_code_used_or_revoked")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_access_code_account_id"),
        sa.ForeignKeyConstraint(["issued_by"], ["account.id"], name="fk_access_code_issued_by"),
        sa.ForeignKeyConstraint(["seeker_id"], ["seeker.id"], name="fk_access_code_seeker_id"),
        sa.PrimaryKeyConstraint("id", name="pk_access_code"),
        sa.UniqueConstraint("code_hash", name="uq_access_code_code_hash"),
        sa.UniqueConstraint("link_hash", name="uq_access_code_link_hash"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_access_code_account_id", "access_code", ["account_id"])
    op.create_index("ix_access_code_seeker_id", "access_code", ["seeker_id"])
    op.create_table(
        "recovery_code",
        sa.Column("account_id", Id, primary_key=True),
        sa.Column("code_hash", sa.LargeBinary(), primary_key=True),
        sa.Column("used_at", Instant()),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_recovery_code_account_id"),
        sa.PrimaryKeyConstraint("account_id", "code_hash", name="pk_recovery_code"),
    )
    op.create_table(
        "held_text",
        sa.Column("id", Id, primary_key=True),
        sa.Column("seeker_id", Id, nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("findings", sa.Text(), nullable=False),
        sa.Column("held_at", Instant(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("decided_at", Instant()),
        sa.Column("decided_by", Id),
        sa.CheckConstraint("(state = 'held') = (decided_at IS NULL)", name=op.f("ck_held_text_decided")),
        sa.CheckConstraint("kind IN ('pr', 'experience')", name=op.f("ck_held_text_kind")),
        sa.CheckConstraint(
            "state IN ('held', 'released', 'replaced', 'refused')", name=op.f("ck_held_text_state")
        ),
        sa.ForeignKeyConstraint(["decided_by"], ["account.id"], name="fk_held_text_decided_by"),
        sa.ForeignKeyConstraint(["seeker_id"], ["seeker.id"], name="fk_held_text_seeker_id"),
        sa.PrimaryKeyConstraint("id", name="pk_held_text"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_held_text_seeker_id", "held_text", ["seeker_id"])
    op.create_index(
        "uq_held_text_open",
        "held_text",
        ["seeker_id", "kind"],
        unique=True,
        postgresql_where=sa.text("state = 'held'"),
        sqlite_where=sa.text("state = 'held'"),
    )
    op.create_table(
        "seeker_change",
        sa.Column("id", Id, primary_key=True),
        sa.Column("seeker_id", Id, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("account_id", Id),
        sa.Column("office_code", sa.String(20)),
        sa.Column("detail_sealed", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('registered', 'identity', 'data', 'school', 'range', "
            "'validity', 'terms', 'stopped', 'restarted', 'text')",
            name=op.f("ck_seeker_change_kind"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_seeker_change_account_id"),
        sa.ForeignKeyConstraint(["seeker_id"], ["seeker.id"], name="fk_seeker_change_seeker_id"),
        sa.PrimaryKeyConstraint("id", name="pk_seeker_change"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_seeker_change_seeker_id", "seeker_change", ["seeker_id"])
    op.create_table(
        "consent",
        sa.Column("id", Id, primary_key=True),
        sa.Column("seeker_id", Id, nullable=False),
        sa.Column("document", sa.String(20), nullable=False),
        sa.Column("version", sa.String(20), nullable=False),
        sa.Column("text_hash", sa.String(64), nullable=False),
        sa.Column("given", sa.Boolean(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("channel", sa.String(10), nullable=False),
        sa.Column("recorded_by", Id),
        sa.CheckConstraint("channel IN ('office', 'site', 'file')", name=op.f("ck_consent_channel")),
        sa.CheckConstraint("document IN ('terms')", name=op.f("ck_consent_document")),
        sa.ForeignKeyConstraint(["recorded_by"], ["account.id"], name="fk_consent_recorded_by"),
        sa.ForeignKeyConstraint(["seeker_id"], ["seeker.id"], name="fk_consent_seeker_id"),
        sa.PrimaryKeyConstraint("id", name="pk_consent"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_consent_seeker_id", "consent", ["seeker_id"])


def downgrade() -> None:
    op.drop_table("consent")
    op.drop_table("seeker_change")
    op.drop_table("held_text")
    op.drop_table("recovery_code")
    op.drop_table("access_code")
    op.drop_table("signin_attempt")
    op.drop_table("session")
    op.drop_table("post")
    op.drop_table("account")
