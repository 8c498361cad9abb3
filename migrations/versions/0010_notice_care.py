"""Notices: preferences, undeliverable addresses, the key by which a bounce finds its notice; consents only grow.

Safety: creates an empty table, adds a nullable column with an index, and a trigger; nothing is rewritten. Whoever
builds the deletion of a seeker's records by age replaces the trigger on consent knowingly, in a migration of its own.
"""

import sqlalchemy as sa
from alembic import op

from portal.store.types import Id, Instant

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Tables, indexes and constraints."""
    op.create_table(
        "notice_care",
        sa.Column("account_id", Id, autoincrement=False),
        sa.Column("rhythm", sa.String(10), nullable=False, server_default="each"),
        sa.Column("quiet", sa.String(10), nullable=False, server_default="standard"),
        sa.Column("quiet_from", sa.Integer()),
        sa.Column("quiet_until", sa.Integer()),
        sa.Column("address_since", Instant()),
        sa.Column("undeliverable_at", Instant()),
        sa.Column("undeliverable_code", sa.String(11)),
        sa.CheckConstraint("rhythm IN ('each', 'daily')", name=op.f("ck_notice_care_rhythm")),
        sa.CheckConstraint("quiet IN ('standard', 'own', 'off')", name=op.f("ck_notice_care_quiet")),
        sa.CheckConstraint(
            "(quiet = 'own') = (quiet_from IS NOT NULL) AND (quiet = 'own') = (quiet_until IS NOT NULL)",
            name=op.f("ck_notice_care_own_hours"),
        ),
        sa.CheckConstraint(
            "quiet_from BETWEEN 0 AND 23 AND quiet_until BETWEEN 0 AND 23 AND quiet_from <> quiet_until",
            name=op.f("ck_notice_care_hours"),
        ),
        sa.CheckConstraint(
            "(undeliverable_at IS NULL) = (undeliverable_code IS NULL)",
            name=op.f("ck_notice_care_undeliverable"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_notice_care_account_id"),
        sa.PrimaryKeyConstraint("account_id", name="pk_notice_care"),
    )
    op.add_column("outbox", sa.Column("mail_key", sa.String(32)))
    op.create_index("uq_outbox_mail_key", "outbox", ["mail_key"], unique=True)
    _consents_only_grow()


def _consents_only_grow() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION consent_append_only() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'consent is append only'; END $$"
        )
        op.execute(
            "CREATE TRIGGER consent_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON consent "
            "FOR EACH STATEMENT EXECUTE FUNCTION consent_append_only()"
        )
        return
    for act in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER consent_no_{act.lower()} BEFORE {act} ON consent "
            "BEGIN SELECT RAISE(ABORT, 'consent is append only'); END"
        )


def downgrade() -> None:
    """Away again."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER consent_append_only ON consent")
        op.execute("DROP FUNCTION consent_append_only()")
    else:
        for act in ("update", "delete"):
            op.execute(f"DROP TRIGGER consent_no_{act}")
    op.drop_index("uq_outbox_mail_key", "outbox")
    op.drop_column("outbox", "mail_key")
    op.drop_table("notice_care")
