"""Drafts (下書き): what somebody has typed and not sent, sealed; and forms that arrived after their session's end."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, LargeBinary, Table

from portal.store.tables.base import metadata
from portal.store.types import Id, Instant

draft = Table(
    "draft",
    metadata,
    Column("account_id", Id, ForeignKey("account.id"), primary_key=True),
    # Keyed hash of the form and of as whom it was filled in: one draft for each, the latest.
    Column("place_key", LargeBinary, primary_key=True),
    # Keyed hash of as whom (unit, office): who changes the office leaves the drafts of the old one unreadable.
    Column("scope_key", LargeBinary, nullable=False),
    Column("content_sealed", LargeBinary, nullable=False),
    Column("saved_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False, index=True),
    CheckConstraint("expires_at > saved_at", name="expiry"),
)

late_form = Table(
    "late_form",
    metadata,
    # Keyed hash of the id of the session that had ended: one form for each, the latest.
    Column("session_key", LargeBinary, primary_key=True),
    # SHA-256 of the random id in the browser's cookie; only that browser can ask for the form.
    Column("cookie_hash", LargeBinary, nullable=False, unique=True),
    # Keyed hash of whose session it was; nobody else gets the form. No reference: it tells nothing by itself.
    Column("account_key", LargeBinary, nullable=False, index=True),
    Column("scope_key", LargeBinary, nullable=False),
    Column("content_sealed", LargeBinary, nullable=False),
    Column("kept_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False, index=True),
    CheckConstraint("expires_at > kept_at", name="expiry"),
)
