"""The relay: sends, threads, messages, the day's count, blocks, views.

Safety: creates empty tables only.
"""

import sqlalchemy as sa
from alembic import op

from portal.store.types import Id, Instant

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def japanese_day(table: str, day: str, instant: str) -> sa.CheckConstraint:
    """The day column is the calendar day in Japan of the instant; the two engines spell it differently."""
    if op.get_bind().dialect.name == "postgresql":
        return sa.CheckConstraint(
            f"{day} = (({instant} AT TIME ZONE 'Asia/Tokyo')::date)", name=op.f(f"ck_{table}_{day}")
        )
    return sa.CheckConstraint(
        f"{day} = date(substr({instant}, 1, 19), '+9 hours')", name=op.f(f"ck_{table}_{day}")
    )


def upgrade() -> None:
    op.create_table(
        "quota_use",
        sa.Column("unit_id", Id, primary_key=True),
        sa.Column("jst_day", sa.Date(), primary_key=True),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.CheckConstraint("n BETWEEN 0 AND 1000", name=op.f("ck_quota_use_limit")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_quota_use_unit_id"),
        sa.PrimaryKeyConstraint("unit_id", "jst_day", name="pk_quota_use"),
        postgresql_with={"fillfactor": "50"},
    )
    op.create_table(
        "send",
        sa.Column("id", Id, primary_key=True),
        sa.Column("unit_id", Id, nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("membership_id", Id, nullable=False),
        sa.Column("department_id", Id),
        sa.Column("contractor_id", Id),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("requested", sa.Integer(), nullable=False),
        sa.Column("sent", sa.Integer(), nullable=False),
        sa.Column("unreachable", sa.Integer(), nullable=False),
        sa.Column("elsewhere", sa.Integer(), nullable=False),
        sa.Column("sent_at", Instant(), nullable=False),
        sa.Column("jst_day", sa.Date(), nullable=False),
        japanese_day("send", "jst_day", "sent_at"),
        sa.CheckConstraint("kind IN ('single', 'batch', 'answer')", name=op.f("ck_send_kind")),
        sa.CheckConstraint("requested = sent + unreachable + elsewhere", name=op.f("ck_send_adds_up")),
        sa.CheckConstraint(
            "sent BETWEEN 0 AND 1000 AND unreachable >= 0 AND elsewhere >= 0", name=op.f("ck_send_counts")
        ),
        sa.ForeignKeyConstraint(["contractor_id"], ["contractor.id"], name="fk_send_contractor_id"),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name="fk_send_department_id"),
        sa.ForeignKeyConstraint(["membership_id"], ["membership.id"], name="fk_send_membership_id"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_send_unit_id"),
        sa.PrimaryKeyConstraint("id", name="pk_send"),
        sa.UniqueConstraint("unit_id", "key", name="uq_send_unit_id_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_send_unit_id_jst_day", "send", ["unit_id", "jst_day"])
    op.create_table(
        "thread",
        sa.Column("id", Id, primary_key=True),
        sa.Column("unit_id", Id, nullable=False),
        sa.Column("seeker_id", Id, nullable=False),
        sa.Column("department_id", Id),
        sa.Column("contractor_id", Id),
        sa.Column("opened_at", Instant(), nullable=False),
        sa.Column("last_at", Instant(), nullable=False),
        sa.Column("letterhead_id", Id, nullable=False),
        sa.Column("unread_unit", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("unread_seeker", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("answer", sa.String(10)),
        sa.Column("outcome", sa.String(10), nullable=False, server_default="none"),
        sa.CheckConstraint("answer IN ('use', 'question', 'later', 'text')", name=op.f("ck_thread_answer")),
        sa.CheckConstraint(
            "outcome IN ('none', 'use_wished', 'accepted', 'referred', 'employed', 'ended')",
            name=op.f("ck_thread_outcome"),
        ),
        sa.CheckConstraint("unread_unit >= 0 AND unread_seeker >= 0", name=op.f("ck_thread_unread")),
        sa.ForeignKeyConstraint(["contractor_id"], ["contractor.id"], name="fk_thread_contractor_id"),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name="fk_thread_department_id"),
        sa.ForeignKeyConstraint(["letterhead_id"], ["letterhead.id"], name="fk_thread_letterhead_id"),
        sa.ForeignKeyConstraint(["seeker_id"], ["seeker.id"], name="fk_thread_seeker_id"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_thread_unit_id"),
        sa.PrimaryKeyConstraint("id", name="pk_thread"),
        sa.UniqueConstraint("unit_id", "seeker_id", name="uq_thread_unit_id_seeker_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_thread_seeker", "thread", ["seeker_id", sa.text("last_at DESC"), sa.text("id DESC")])
    op.create_index("ix_thread_unit", "thread", ["unit_id", sa.text("last_at DESC"), sa.text("id DESC")])
    op.create_index(
        "ix_thread_unread_seeker",
        "thread",
        ["seeker_id"],
        postgresql_where=sa.text("unread_seeker > 0"),
        sqlite_where=sa.text("unread_seeker > 0"),
    )
    op.create_index(
        "ix_thread_unread_unit",
        "thread",
        ["unit_id"],
        postgresql_where=sa.text("unread_unit > 0"),
        sqlite_where=sa.text("unread_unit > 0"),
    )
    op.create_table(
        "message",
        sa.Column("id", Id, primary_key=True),
        sa.Column("thread_id", Id, nullable=False),
        sa.Column("unit_id", Id, nullable=False),
        sa.Column("seeker_id", Id, nullable=False),
        sa.Column("direction", sa.String(10), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("sent_at", Instant(), nullable=False),
        sa.Column("jst_day", sa.Date(), nullable=False),
        sa.Column("send_id", Id),
        sa.Column("day_number", sa.Integer()),
        sa.Column("letterhead_id", Id),
        sa.Column("answer", sa.String(10)),
        sa.Column("answer_key", sa.String(64)),
        japanese_day("message", "jst_day", "sent_at"),
        sa.CheckConstraint("answer IN ('use', 'question', 'later', 'text')", name=op.f("ck_message_answer")),
        sa.CheckConstraint(
            "CASE direction WHEN 'unit' THEN send_id IS NOT NULL AND day_number IS NOT NULL"
            " AND answer IS NULL AND answer_key IS NULL"
            " WHEN 'seeker' THEN send_id IS NULL AND day_number IS NULL AND letterhead_id IS NULL"
            " AND answer IS NOT NULL AND answer_key IS NOT NULL ELSE false END",
            name=op.f("ck_message_direction"),
        ),
        sa.CheckConstraint("day_number BETWEEN 1 AND 1000", name=op.f("ck_message_day_number")),
        sa.ForeignKeyConstraint(["letterhead_id"], ["letterhead.id"], name="fk_message_letterhead_id"),
        sa.ForeignKeyConstraint(["seeker_id"], ["seeker.id"], name="fk_message_seeker_id"),
        sa.ForeignKeyConstraint(["send_id"], ["send.id"], name="fk_message_send_id"),
        sa.ForeignKeyConstraint(["thread_id"], ["thread.id"], name="fk_message_thread_id"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_message_unit_id"),
        sa.PrimaryKeyConstraint("id", name="pk_message"),
        sa.UniqueConstraint("unit_id", "jst_day", "day_number", name="uq_message_unit_id_jst_day_day_number"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_message_thread", "message", ["thread_id", "id"])
    op.create_index(
        "uq_message_answer_key",
        "message",
        ["thread_id", "answer_key"],
        unique=True,
        postgresql_where=sa.text("answer_key IS NOT NULL"),
        sqlite_where=sa.text("answer_key IS NOT NULL"),
    )
    op.create_table(
        "outcome_event",
        sa.Column("id", Id, primary_key=True),
        sa.Column("thread_id", Id, nullable=False),
        sa.Column("unit_id", Id, nullable=False),
        sa.Column("outcome", sa.String(10), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("membership_id", Id),
        sa.CheckConstraint(
            "outcome IN ('use_wished', 'accepted', 'referred', 'employed', 'ended')",
            name=op.f("ck_outcome_event_outcome"),
        ),
        sa.ForeignKeyConstraint(["membership_id"], ["membership.id"], name="fk_outcome_event_membership_id"),
        sa.ForeignKeyConstraint(["thread_id"], ["thread.id"], name="fk_outcome_event_thread_id"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_outcome_event_unit_id"),
        sa.PrimaryKeyConstraint("id", name="pk_outcome_event"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_outcome_event_thread_id", "outcome_event", ["thread_id"])
    op.create_table(
        "hand_over",
        sa.Column("id", Id, primary_key=True),
        sa.Column("thread_id", Id, nullable=False),
        sa.Column("from_department_id", Id),
        sa.Column("from_contractor_id", Id),
        sa.Column("to_department_id", Id),
        sa.Column("to_contractor_id", Id),
        sa.Column("membership_id", Id, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.CheckConstraint(
            "from_department_id IS NULL OR from_contractor_id IS NULL",
            name=op.f("ck_hand_over_from_one_place"),
        ),
        sa.CheckConstraint(
            "to_department_id IS NULL OR to_contractor_id IS NULL", name=op.f("ck_hand_over_to_one_place")
        ),
        sa.ForeignKeyConstraint(
            ["from_contractor_id"], ["contractor.id"], name="fk_hand_over_from_contractor_id"
        ),
        sa.ForeignKeyConstraint(
            ["from_department_id"], ["department.id"], name="fk_hand_over_from_department_id"
        ),
        sa.ForeignKeyConstraint(["membership_id"], ["membership.id"], name="fk_hand_over_membership_id"),
        sa.ForeignKeyConstraint(["thread_id"], ["thread.id"], name="fk_hand_over_thread_id"),
        sa.ForeignKeyConstraint(
            ["to_contractor_id"], ["contractor.id"], name="fk_hand_over_to_contractor_id"
        ),
        sa.ForeignKeyConstraint(
            ["to_department_id"], ["department.id"], name="fk_hand_over_to_department_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_hand_over"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_hand_over_thread_id", "hand_over", ["thread_id"])
    op.create_table(
        "block",
        sa.Column("seeker_id", Id, primary_key=True),
        sa.Column("unit_id", Id, primary_key=True),
        sa.Column("since", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["seeker_id"], ["seeker.id"], name="fk_block_seeker_id"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_block_unit_id"),
        sa.PrimaryKeyConstraint("seeker_id", "unit_id", name="pk_block"),
    )
    op.create_index("ix_block_unit_id_seeker_id", "block", ["unit_id", "seeker_id"])
    op.create_table(
        "block_tombstone",
        sa.Column("registration_key", sa.LargeBinary(), primary_key=True),
        sa.Column("unit_id", Id, primary_key=True),
        sa.Column("since", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_block_tombstone_unit_id"),
        sa.PrimaryKeyConstraint("registration_key", "unit_id", name="pk_block_tombstone"),
    )
    op.create_table(
        "profile_view",
        sa.Column("unit_id", Id, primary_key=True),
        sa.Column("seeker_id", Id, primary_key=True),
        sa.Column("jst_day", sa.Date(), primary_key=True),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.CheckConstraint("n >= 1", name=op.f("ck_profile_view_n")),
        sa.ForeignKeyConstraint(["seeker_id"], ["seeker.id"], name="fk_profile_view_seeker_id"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_profile_view_unit_id"),
        sa.PrimaryKeyConstraint("unit_id", "seeker_id", "jst_day", name="pk_profile_view"),
    )
    op.create_index("ix_profile_view_seeker_id_jst_day", "profile_view", ["seeker_id", "jst_day"])


def downgrade() -> None:
    op.drop_table("profile_view")
    op.drop_table("block_tombstone")
    op.drop_table("block")
    op.drop_table("hand_over")
    op.drop_table("outcome_event")
    op.drop_table("message")
    op.drop_table("thread")
    op.drop_table("send")
    op.drop_table("quota_use")
