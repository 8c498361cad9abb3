"""Complaints: cases, their history, notes of the desk, frozen threads, and who read them.

Safety: creates empty tables; nothing that is there is touched. History, notes, frozen threads and readings only grow;
they can be deleted once the case is marked as kept long enough.
"""

import sqlalchemy as sa
from alembic import op

from portal.store.types import Id, Instant

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_STATES = "'open', 'examined', 'asked', 'answered', 'settled', 'closed'"
_DESKS = "desk IN ('officer', 'office', 'bureau')"
_KINDS = (
    "'unwanted', 'not_about_work', 'identifying', 'personal_data', 'paid_service', 'false', 'conduct',"
    " 'harassment', 'telework', 'home_work', 'trouble', 'other'"
)
_ACTS = "'open', 'examine', 'write', 'ask', 'answer', 'reply', 'hand_over', 'settle', 'close', 'reopen'"
_PLACE = "(desk = 'office') = (office_code IS NOT NULL) AND (desk = 'bureau') = (bureau_code IS NOT NULL)"
_GROWING = ("complaint_event", "complaint_note", "complaint_reading")


def upgrade() -> None:
    """Tables, indexes and constraints."""
    _transcript()
    _complaint()
    _event()
    _note()
    _reading()
    for table in _GROWING:
        _only_grows(table, "SELECT 1 FROM complaint WHERE id = OLD.complaint_id AND retired_at IS NULL")
    _only_grows(
        "complaint_transcript",
        "SELECT 1 FROM complaint WHERE transcript_id = OLD.id AND retired_at IS NULL",
    )


def _place() -> tuple[sa.Column[str], sa.Column[str], sa.Column[str]]:
    return (
        sa.Column("desk", sa.String(10), nullable=False),
        sa.Column("office_code", sa.String(20)),
        sa.Column("bureau_code", sa.String(20)),
    )


def _place_checks(table: str) -> tuple[sa.CheckConstraint, sa.CheckConstraint]:
    return (
        sa.CheckConstraint(_DESKS, name=op.f(f"ck_{table}_desk")),
        sa.CheckConstraint(_PLACE, name=op.f(f"ck_{table}_place")),
    )


def _reference(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=f"fk_{table}_{column}")


def _transcript() -> None:
    table = "complaint_transcript"
    op.create_table(
        table,
        sa.Column("id", Id, nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("unit_id", Id, nullable=False),
        sa.Column("seeker_id", Id, nullable=False),
        sa.Column("frozen_at", Instant(), nullable=False),
        sa.Column("messages", sa.Integer(), nullable=False),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("messages >= 0", name=op.f(f"ck_{table}_messages")),
        _reference(table, "unit_id", "unit"),
        _reference(table, "seeker_id", "seeker"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.UniqueConstraint("key", name=f"uq_{table}_key"),
        sqlite_autoincrement=True,
    )


def _complaint() -> None:
    table = "complaint"
    op.create_table(
        table,
        sa.Column("id", Id, nullable=False),
        sa.Column("public_id", sa.LargeBinary(), nullable=False),
        sa.Column("number", sa.String(14), nullable=False),
        sa.Column("opened_by", sa.String(10), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        *_place(),
        sa.Column("seeker_id", Id, nullable=False),
        sa.Column("unit_id", Id, nullable=False),
        sa.Column("transcript_id", Id),
        sa.Column("earlier_id", Id),
        sa.Column("seeker_since", Instant()),
        sa.Column("unit_since", Instant()),
        sa.Column("new_to_seeker", sa.Boolean(), nullable=False),
        sa.Column("new_to_unit", sa.Boolean(), nullable=False),
        sa.Column("new_to_desk", sa.Boolean(), nullable=False),
        sa.Column("form_key", sa.String(64), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("opened_at", Instant(), nullable=False),
        sa.Column("touched_at", Instant(), nullable=False),
        sa.Column("remind_on", sa.Date()),
        sa.Column("retired_at", Instant()),
        sa.CheckConstraint("opened_by IN ('seeker', 'unit')", name=op.f(f"ck_{table}_opened_by")),
        sa.CheckConstraint(f"kind IN ({_KINDS})", name=op.f(f"ck_{table}_kind")),
        sa.CheckConstraint(f"state IN ({_STATES})", name=op.f(f"ck_{table}_state")),
        *_place_checks(table),
        sa.CheckConstraint(
            "opened_by = 'seeker' OR desk <> 'officer'", name=op.f(f"ck_{table}_desk_of_unit")
        ),
        sa.CheckConstraint(
            "opened_by <> 'seeker' OR seeker_since IS NOT NULL", name=op.f(f"ck_{table}_own_seeker")
        ),
        sa.CheckConstraint(
            "opened_by <> 'unit' OR unit_since IS NOT NULL", name=op.f(f"ck_{table}_own_unit")
        ),
        sa.CheckConstraint(
            "desk <> 'officer' OR unit_since IS NOT NULL", name=op.f(f"ck_{table}_officer_sees")
        ),
        sa.CheckConstraint(
            "seeker_since IS NOT NULL OR NOT new_to_seeker", name=op.f(f"ck_{table}_new_to_seeker")
        ),
        sa.CheckConstraint("unit_since IS NOT NULL OR NOT new_to_unit", name=op.f(f"ck_{table}_new_to_unit")),
        sa.CheckConstraint(
            "retired_at IS NULL OR state IN ('settled', 'closed')", name=op.f(f"ck_{table}_retired")
        ),
        sa.CheckConstraint("revision >= 1", name=op.f(f"ck_{table}_revision")),
        _reference(table, "seeker_id", "seeker"),
        _reference(table, "unit_id", "unit"),
        _reference(table, "transcript_id", "complaint_transcript"),
        _reference(table, "earlier_id", "complaint"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.UniqueConstraint("public_id", name=f"uq_{table}_public_id"),
        sa.UniqueConstraint("number", name=f"uq_{table}_number"),
        sa.UniqueConstraint(
            "seeker_id",
            "unit_id",
            "opened_by",
            "form_key",
            name=f"uq_{table}_seeker_id_unit_id_opened_by_form_key",
        ),
        sqlite_autoincrement=True,
    )
    for columns in (
        ("seeker_id", "touched_at"),
        ("unit_id", "touched_at"),
        ("office_code", "state", "touched_at"),
        ("bureau_code", "state", "touched_at"),
    ):
        op.create_index(f"ix_{table}_{'_'.join(columns)}", table, list(columns))


def _event() -> None:
    table = "complaint_event"
    op.create_table(
        table,
        sa.Column("id", Id, nullable=False),
        sa.Column("complaint_id", Id, nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("act", sa.String(10), nullable=False),
        sa.Column("side", sa.String(10), nullable=False),
        sa.Column("account_id", Id),
        sa.Column("state_after", sa.String(10), nullable=False),
        *_place(),
        sa.Column("for_seeker", sa.Boolean(), nullable=False),
        sa.Column("for_unit", sa.Boolean(), nullable=False),
        sa.Column("form_key", sa.String(64)),
        sa.Column("text_sealed", sa.LargeBinary()),
        sa.CheckConstraint(f"act IN ({_ACTS})", name=op.f(f"ck_{table}_act")),
        sa.CheckConstraint("side IN ('opener', 'other', 'desk')", name=op.f(f"ck_{table}_side")),
        sa.CheckConstraint(f"state_after IN ({_STATES})", name=op.f(f"ck_{table}_state_after")),
        *_place_checks(table),
        sa.CheckConstraint("serial >= 1", name=op.f(f"ck_{table}_serial")),
        _reference(table, "complaint_id", "complaint"),
        _reference(table, "account_id", "account"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.UniqueConstraint("complaint_id", "serial", name=f"uq_{table}_complaint_id_serial"),
        sa.UniqueConstraint("complaint_id", "form_key", name=f"uq_{table}_complaint_id_form_key"),
        sqlite_autoincrement=True,
    )


def _note() -> None:
    table = "complaint_note"
    op.create_table(
        table,
        sa.Column("id", Id, nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("complaint_id", Id, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("account_id", Id),
        *_place(),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=False),
        *_place_checks(table),
        _reference(table, "complaint_id", "complaint"),
        _reference(table, "account_id", "account"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.UniqueConstraint("key", name=f"uq_{table}_key"),
        sqlite_autoincrement=True,
    )
    op.create_index(f"ix_{table}_complaint_id_id", table, ["complaint_id", "id"])


def _reading() -> None:
    table = "complaint_reading"
    op.create_table(
        table,
        sa.Column("id", Id, nullable=False),
        sa.Column("complaint_id", Id, nullable=False),
        sa.Column("transcript_id", Id, nullable=False),
        sa.Column("seeker_id", Id, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("account_id", Id),
        *_place(),
        *_place_checks(table),
        _reference(table, "complaint_id", "complaint"),
        _reference(table, "transcript_id", "complaint_transcript"),
        _reference(table, "seeker_id", "seeker"),
        _reference(table, "account_id", "account"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sqlite_autoincrement=True,
    )
    op.create_index(f"ix_{table}_complaint_id_id", table, ["complaint_id", "id"])
    op.create_index(f"ix_{table}_seeker_id_at", table, ["seeker_id", "at"])


def _only_grows(table: str, still_kept: str) -> None:
    """No line is ever changed; one leaves only when its case has been kept long enough."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE FUNCTION {table}_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF TG_OP = 'DELETE' THEN IF NOT EXISTS ({still_kept}) THEN RETURN OLD; END IF; END IF; "
            f"RAISE EXCEPTION '{table} is append only'; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {table}_only_grows BEFORE UPDATE OR DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {table}_only_grows()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_only_grows()"
        )
        return
    op.execute(
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append only'); END"
    )
    op.execute(
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} WHEN EXISTS ({still_kept}) "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append only'); END"
    )


def downgrade() -> None:
    """Away again."""
    for table in (*_GROWING, "complaint", "complaint_transcript"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        for table in (*_GROWING, "complaint_transcript"):
            op.execute(f"DROP FUNCTION {table}_only_grows()")
