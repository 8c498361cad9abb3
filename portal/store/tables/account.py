"""Who signs in: accounts, posts of staff, sessions, attempts and one-time codes."""

from sqlalchemy import (
    Boolean,
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
    false,
)

from portal.store.tables.base import metadata, one_of, row_lock
from portal.store.types import Id, Instant

account = Table(
    "account",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", String(10), nullable=False),
    # People put their own names into these; sealed under the account's sign_in_key.
    Column("sign_in_name_sealed", LargeBinary, nullable=False),
    # Keyed hash, in hex, of the folded form under which names are compared, so that "Ａbc" and "abc" are one name.
    Column("sign_in_key", String(64), nullable=False, unique=True),
    Column("display_name_sealed", LargeBinary, nullable=False),
    Column("password_hash", Text),
    Column("password_changed_at", Instant),
    Column("totp_sealed", LargeBinary),
    Column("totp_last_step", Id),
    Column("mail_sealed", LargeBinary),
    Column("mail_notice", Boolean, nullable=False, server_default=false()),
    Column("language", String(2), nullable=False, server_default="ja"),
    Column("seeker_id", Id, ForeignKey("seeker.id"), unique=True),
    Column("created_at", Instant, nullable=False),
    Column("closed_at", Instant),
    row_lock(),
    one_of("kind", ("seeker", "member", "staff", "operator")),
    one_of("language", ("ja", "en")),
    CheckConstraint("(kind = 'seeker') = (seeker_id IS NOT NULL)", name="seeker_account"),
    sqlite_autoincrement=True,
)

post = Table(
    "post",
    metadata,
    Column("id", Id, primary_key=True),
    Column("account_id", Id, ForeignKey("account.id"), nullable=False, index=True),
    Column("role", String(20), nullable=False),
    Column("office_code", String(20)),
    Column("bureau_code", String(20)),
    Column("since", Date, nullable=False),
    Column("until", Date),
    one_of("role", ("office_clerk", "office_desk", "bureau_clerk")),
    CheckConstraint("(office_code IS NULL) <> (bureau_code IS NULL)", name="one_place"),
    CheckConstraint("until IS NULL OR until >= since", name="days"),
    sqlite_autoincrement=True,
)

session = Table(
    "session",
    metadata,
    # SHA-256 of the random id in the cookie: a stolen table opens no session.
    Column("id_hash", LargeBinary, primary_key=True),
    Column("account_id", Id, ForeignKey("account.id"), nullable=False, index=True),
    # How far signing in has come; only "signed_in" opens pages.
    Column("stage", String(15), nullable=False),
    # The membership a person of two units acts under; read together with the account, so it needs no reference.
    Column("membership_id", Id),
    Column("data", Text, nullable=False, server_default="{}"),
    Column("created_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False, index=True),
    one_of("stage", ("second_factor", "enrol", "signed_in")),
    CheckConstraint("ends_at > created_at", name="end"),
)

signin_attempt = Table(
    "signin_attempt",
    metadata,
    Column("id", Id, primary_key=True),
    # Keyed hashes: neither names nor addresses are kept.
    Column("name_key", LargeBinary, nullable=False),
    Column("address_key", LargeBinary, nullable=False),
    Column("purpose", String(20), nullable=False),
    Column("at", Instant, nullable=False),
    Column("outcome", String(10), nullable=False),
    one_of("purpose", ("password", "second_factor", "code")),
    # "halfway": the password was right, the second factor is still asked. "refused": not looked at, too soon.
    one_of("outcome", ("open", "failed", "halfway", "passed", "refused")),
    Index(None, "name_key", "at"),
    Index(None, "address_key", "at"),
    Index(None, "at"),
    sqlite_autoincrement=True,
)

access_code = Table(
    "access_code",
    metadata,
    Column("id", Id, primary_key=True),
    Column("purpose", String(20), nullable=False),
    Column("seeker_id", Id, ForeignKey("seeker.id"), index=True),
    Column("account_id", Id, ForeignKey("account.id"), index=True),
    Column("code_hash", LargeBinary, nullable=False, unique=True),
    Column("link_hash", LargeBinary, unique=True),
    Column("issued_by", Id, ForeignKey("account.id")),
    Column("issued_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("used_at", Instant),
    Column("revoked_at", Instant),
    one_of("purpose", ("activation", "invitation", "password", "second_factor")),
    CheckConstraint("(purpose = 'activation') = (seeker_id IS NOT NULL)", name="activation_seeker"),
    CheckConstraint("(purpose = 'activation') <> (account_id IS NOT NULL)", name="code_account"),
    CheckConstraint("expires_at > issued_at", name="expiry"),
    CheckConstraint("used_at IS NULL OR revoked_at IS NULL", name="used_or_revoked"),
    CheckConstraint("failures >= 0", name="failures"),
    sqlite_autoincrement=True,
)

recovery_code = Table(
    "recovery_code",
    metadata,
    Column("account_id", Id, ForeignKey("account.id"), primary_key=True),
    Column("code_hash", LargeBinary, primary_key=True),
    Column("used_at", Instant),
)
