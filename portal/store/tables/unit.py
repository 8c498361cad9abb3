"""The unit of use (利用申請の単位) and what hangs below it."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from portal.store.tables.base import metadata, one_of
from portal.store.types import Id, Instant

unit = Table(
    "unit",
    metadata,
    Column("id", Id, primary_key=True),
    Column("public_id", LargeBinary, nullable=False, unique=True),
    Column("unit_class", String(10), nullable=False),
    # Number without branch number (枝番); for public bodies the code of the body (ruling R2).
    Column("number", String(40), nullable=False),
    Column("bureau_code", String(20), nullable=False),
    Column("status", String(10), nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_until", Date, nullable=False),
    Column("daily_limit", Integer, nullable=False, server_default="1000"),
    Column("reserve", Integer, nullable=False, server_default="0"),
    Column("suspended_from", Date),
    Column("suspended_until", Date),
    # The ready reason in one word; what the unit is told and what is noted stands in `measure`.
    Column("suspension_reason", Text),
    # Last day of a lowered limit; afterwards the 1,000 are back by themselves.
    Column(
        "limit_until",
        Date,
        CheckConstraint("limit_until IS NULL OR daily_limit < 1000", name="limit_until"),
    ),
    # From this day on there is no officer although the record still names one; empty again with a successor.
    Column("officer_left_on", Date),
    Column("token_key_sealed", LargeBinary, nullable=False),
    # Raised by every change to the unit or to what hangs below it; a send is stored only while the
    # revision is the one it was decided on.
    Column("revision", Integer, nullable=False, server_default="0"),
    Column("created_at", Instant, nullable=False),
    one_of("unit_class", ("private", "municipal")),
    one_of("status", ("approved", "ended")),
    UniqueConstraint("unit_class", "number"),
    CheckConstraint("valid_until >= valid_from", name="days"),
    # 1,000 a day is the ceiling of seed 004 P-Q6; a bureau may lower it, nobody can raise it.
    CheckConstraint("daily_limit BETWEEN 0 AND 1000", name="daily_limit"),
    CheckConstraint("reserve BETWEEN 0 AND 1000", name="reserve"),
    CheckConstraint("suspended_until IS NULL OR suspended_until >= suspended_from", name="suspension_days"),
    CheckConstraint("(suspended_from IS NULL) = (suspension_reason IS NULL)", name="suspension_reason"),
    sqlite_autoincrement=True,
)

unit_record = Table(
    "unit_record",
    metadata,
    Column("id", Id, primary_key=True),
    Column("unit_id", Id, ForeignKey("unit.id"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("kana", Text, nullable=False, server_default=""),
    # Name and kana folded, for the directory in which seekers look a unit up.
    Column("search_key", Text, nullable=False, server_default=""),
    Column("corporation_number", String(13)),
    Column("number_shown", Text, nullable=False),
    # The officer (個人情報管理・苦情処理責任者) may be missing: then nothing can be sent.
    Column("officer_name", Text),
    Column("officer_contact", Text),
    Column("contact_name", Text),
    Column("contact_contact", Text),
    Column("recorded_at", Instant, nullable=False),
    Column("recorded_by", Id, ForeignKey("account.id")),
    UniqueConstraint("unit_id", "version"),
    CheckConstraint("(officer_name IS NULL) = (officer_contact IS NULL)", name="officer"),
    CheckConstraint("version >= 1", name="version"),
    sqlite_autoincrement=True,
)

branch = Table(
    "branch",
    metadata,
    Column("id", Id, primary_key=True),
    Column("unit_id", Id, ForeignKey("unit.id"), nullable=False),
    Column("branch_number", String(10), nullable=False),
    Column("name", Text, nullable=False),
    # Both included; without a first day it came with the unit's first record.
    Column("since", Date),
    Column("until", Date),
    UniqueConstraint("unit_id", "branch_number"),
    sqlite_autoincrement=True,
)


def _daily_limit() -> Column[int]:
    """The unit's own limit for one of its places, in messages a day; NULL = none but the unit's."""
    return Column(
        "daily_limit", Integer, CheckConstraint("daily_limit BETWEEN 0 AND 1000", name="daily_limit")
    )


department = Table(
    "department",
    metadata,
    Column("id", Id, primary_key=True),
    Column("unit_id", Id, ForeignKey("unit.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("since", Date, nullable=False),
    Column("until", Date),
    _daily_limit(),
    UniqueConstraint("unit_id", "name"),
    CheckConstraint("until IS NULL OR until >= since", name="days"),
    sqlite_autoincrement=True,
)

contractor = Table(
    "contractor",
    metadata,
    Column("id", Id, primary_key=True),
    Column("unit_id", Id, ForeignKey("unit.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("search_key", Text, nullable=False, server_default=""),
    Column("corporation_number", String(13)),
    Column("licence_number", String(40), nullable=False),
    Column("since", Date, nullable=False),
    Column("until", Date, nullable=False),
    _daily_limit(),
    UniqueConstraint("unit_id", "licence_number"),
    CheckConstraint("until >= since", name="days"),
    sqlite_autoincrement=True,
)

# The other contract periods of a contractor; the one that begins last stands in its own row. Both days as they were
# recorded; last_day: until when the period counts, NULL = not at all, another was recorded in its place.
contractor_period = Table(
    "contractor_period",
    metadata,
    Column("id", Id, primary_key=True),
    Column("contractor_id", Id, ForeignKey("contractor.id"), nullable=False, index=True),
    Column("since", Date, nullable=False),
    Column("until", Date, nullable=False),
    Column("last_day", Date),
    CheckConstraint("until >= since", name="days"),
    CheckConstraint("last_day IS NULL OR last_day BETWEEN since AND until", name="last_day"),
    sqlite_autoincrement=True,
)

membership = Table(
    "membership",
    metadata,
    Column("id", Id, primary_key=True),
    Column("account_id", Id, ForeignKey("account.id"), nullable=False, index=True),
    Column("unit_id", Id, ForeignKey("unit.id"), nullable=False, index=True),
    Column("department_id", Id, ForeignKey("department.id")),
    Column("contractor_id", Id, ForeignKey("contractor.id")),
    Column("role", String(10), nullable=False),
    Column("since", Date, nullable=False),
    Column("until", Date),
    Column("ended_by", Id, ForeignKey("account.id")),
    one_of("role", ("member", "contact", "officer")),
    CheckConstraint("department_id IS NULL OR contractor_id IS NULL", name="one_place"),
    CheckConstraint("until IS NULL OR until >= since", name="days"),
    sqlite_autoincrement=True,
)
# One membership in force for each person and unit; ended ones stay as history.
Index(
    "uq_membership_open",
    membership.c.account_id,
    membership.c.unit_id,
    unique=True,
    postgresql_where=membership.c.until.is_(None),
    sqlite_where=membership.c.until.is_(None),
)

letterhead = Table(
    "letterhead",
    metadata,
    Column("id", Id, primary_key=True),
    Column("unit_id", Id, ForeignKey("unit.id"), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("content", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("unit_id", "digest"),
    sqlite_autoincrement=True,
)
