"""Job seekers (求職者): identity apart and sealed, the searchable profile a narrow whitelist."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

from portal.store.tables.base import metadata, one_of, row_lock
from portal.store.types import Id, Instant, TokenSet

seeker = Table(
    "seeker",
    metadata,
    Column("id", Id, primary_key=True),
    # What the office's pages show in addresses; never given to a unit.
    Column("office_id", LargeBinary, nullable=False, unique=True),
    # Keyed hash of the registration number (求職番号): finds a person without storing the number in clear.
    Column("registration_key", LargeBinary, nullable=False, unique=True),
    Column("office_code", String(20), nullable=False, index=True),
    Column("registered_on", Date, nullable=False),
    Column("school_kind", String(20)),
    Column("school_status", String(10), nullable=False),
    Column("graduated_on", Date),
    Column("stopped_at", Instant),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    # Counts the changes, so that a form opened before somebody else's change is not saved over it.
    Column("version", Integer, nullable=False, server_default="1"),
    one_of("school_status", ("none", "student", "graduated", "left")),
    CheckConstraint("(school_status = 'none') = (school_kind IS NULL)", name="school_kind"),
    CheckConstraint("graduated_on IS NULL OR school_status = 'graduated'", name="graduated_on"),
    sqlite_autoincrement=True,
)

seeker_identity = Table(
    "seeker_identity",
    metadata,
    Column("seeker_id", Id, ForeignKey("seeker.id"), primary_key=True),
    Column("name_sealed", LargeBinary, nullable=False),
    Column("kana_sealed", LargeBinary, nullable=False),
    Column("birth_date_sealed", LargeBinary, nullable=False),
    Column("sex_sealed", LargeBinary),
    Column("phone_sealed", LargeBinary),
    Column("mail_sealed", LargeBinary),
    Column("residence_sealed", LargeBinary),
    Column("employer_sealed", LargeBinary),
    Column("school_sealed", LargeBinary),
    Column("registration_number_sealed", LargeBinary, nullable=False),
)

# The whitelist a unit may search. The reach columns live only here; this row is the one that
# block, stop, narrowing and every send lock first (ruling R14).
profile = Table(
    "profile",
    metadata,
    Column("seeker_id", Id, ForeignKey("seeker.id"), primary_key=True, autoincrement=False),
    # Random; every token a unit sees is made from it under the unit's own key (ruling R4).
    Column("alias_key", LargeBinary, nullable=False, unique=True),
    Column("published", Boolean, nullable=False),
    Column("stopped", Boolean, nullable=False, server_default=false()),
    Column("valid_from", Date, nullable=False),
    Column("valid_until", Date, nullable=False),
    Column("never_eligible", Boolean, nullable=False),
    Column("eligible_from", Date),
    # Last day as a 新規大学卒業者等 (portal.domain.graduate); NULL = none, 9999-12-31 = no end is known.
    Column("graduate_until", Date),
    Column("range_private", Boolean, nullable=False),
    Column("range_municipal", Boolean, nullable=False),
    Column("terms_until", Date),
    # Result order (ruling R5): month of publication, then a shuffle value redrawn monthly.
    Column("month", Date, nullable=False),
    Column("shuffle", Integer, nullable=False),
    Column("tokens", TokenSet, nullable=False),
    row_lock(),
    CheckConstraint("valid_until >= valid_from", name="days"),
    CheckConstraint("range_private OR range_municipal", name="range"),
)
# SQLite takes a partial index only for a query that repeats its condition, which SQLAlchemy writes as "= 1".
Index(
    "ix_profile_private",
    profile.c.month.desc(),
    profile.c.shuffle,
    profile.c.seeker_id,
    postgresql_where=profile.c.range_private,
    sqlite_where=text("range_private = 1"),
)
Index(
    "ix_profile_municipal",
    profile.c.month.desc(),
    profile.c.shuffle,
    profile.c.seeker_id,
    postgresql_where=profile.c.range_municipal,
    sqlite_where=text("range_municipal = 1"),
)
Index("ix_profile_tokens", profile.c.tokens, postgresql_using="gin").ddl_if(dialect="postgresql")

profile_choice = Table(
    "profile_choice",
    metadata,
    Column("seeker_id", Id, ForeignKey("seeker.id"), primary_key=True),
    Column("role", String(20), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("kind", String(40), nullable=False),
    Column("code", String(20), nullable=False),
    # Length of experience; only for role "experience".
    Column("band", String(20)),
    ForeignKeyConstraint(["kind", "code"], ["code.kind", "code.code"]),
    UniqueConstraint("seeker_id", "role", "kind", "code"),
    one_of(
        "role", ("occupation", "place", "employment", "time", "wage", "licence", "experience", "education")
    ),
    CheckConstraint("position BETWEEN 1 AND 10", name="position"),
    CheckConstraint("(role = 'experience') = (band IS NOT NULL)", name="band"),
)

profile_text = Table(
    "profile_text",
    metadata,
    Column("seeker_id", Id, ForeignKey("seeker.id"), primary_key=True),
    Column("kind", String(10), primary_key=True),
    Column("text", Text, nullable=False),
    Column("published_at", Instant, nullable=False),
    one_of("kind", ("pr", "experience")),
)

# A text with a finding waits here, sealed, for the office; the last approved text stays visible (ruling R3).
held_text = Table(
    "held_text",
    metadata,
    Column("id", Id, primary_key=True),
    Column("seeker_id", Id, ForeignKey("seeker.id"), nullable=False, index=True),
    Column("kind", String(10), nullable=False),
    Column("text_sealed", LargeBinary, nullable=False),
    Column("findings", Text, nullable=False),
    Column("held_at", Instant, nullable=False),
    Column("state", String(10), nullable=False),
    Column("decided_at", Instant),
    Column("decided_by", Id, ForeignKey("account.id")),
    one_of("kind", ("pr", "experience")),
    one_of("state", ("held", "released", "replaced", "refused")),
    CheckConstraint("(state = 'held') = (decided_at IS NULL)", name="decided"),
    sqlite_autoincrement=True,
)
Index(
    "uq_held_text_open",
    held_text.c.seeker_id,
    held_text.c.kind,
    unique=True,
    postgresql_where=held_text.c.state == "held",
    sqlite_where=held_text.c.state == "held",
)

seeker_change = Table(
    "seeker_change",
    metadata,
    Column("id", Id, primary_key=True),
    Column("seeker_id", Id, ForeignKey("seeker.id"), nullable=False, index=True),
    Column("kind", String(20), nullable=False),
    Column("at", Instant, nullable=False),
    Column("account_id", Id, ForeignKey("account.id")),
    Column("office_code", String(20)),
    # Before and after as sealed JSON: history may hold identity.
    Column("detail_sealed", LargeBinary, nullable=False),
    one_of(
        "kind",
        (
            "registered",
            "identity",
            "data",
            "school",
            "range",
            "validity",
            "terms",
            "stopped",
            "restarted",
            "text",
        ),
    ),
    sqlite_autoincrement=True,
)

# The 利用規約 (terms of use), each version with the day it is offered from and the day to agree by (ruling R10).
terms_version = Table(
    "terms_version",
    metadata,
    Column("code", String(20), primary_key=True),
    Column("valid_from", Date, nullable=False, unique=True),
    Column("agree_by", Date, nullable=False),
    Column("title_ja", Text, nullable=False),
    Column("title_en", Text, nullable=False),
    Column("text_ja", Text, nullable=False),
    Column("text_en", Text, nullable=False),
    Column("text_hash", String(64), nullable=False),
    Column("loaded_at", Instant, nullable=False),
    # What changed since the version before, for people to read; no part of what is agreed to.
    Column("changes_ja", Text, nullable=False, server_default=""),
    Column("changes_en", Text, nullable=False, server_default=""),
    CheckConstraint("agree_by >= valid_from", name="days"),
)

consent = Table(
    "consent",
    metadata,
    Column("id", Id, primary_key=True),
    Column("seeker_id", Id, ForeignKey("seeker.id"), nullable=False, index=True),
    Column("document", String(20), nullable=False),
    Column("version", String(20), nullable=False),
    Column("text_hash", String(64), nullable=False),
    Column("given", Boolean, nullable=False),
    Column("on_day", Date, nullable=False),
    Column("at", Instant, nullable=False),
    Column("channel", String(10), nullable=False),
    Column("recorded_by", Id, ForeignKey("account.id")),
    one_of("document", ("terms",)),
    one_of("channel", ("office", "site", "file")),
    sqlite_autoincrement=True,
)
