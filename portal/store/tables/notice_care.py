"""What somebody chose about notices by mail, and whether mail to their address comes back."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Integer, String, Table

from portal.store.tables.base import metadata, one_of
from portal.store.types import Id, Instant

# Whether notices are wanted at all stands in account.mail_notice; without a row the standard holds.
notice_care = Table(
    "notice_care",
    metadata,
    Column("account_id", Id, ForeignKey("account.id"), primary_key=True, autoincrement=False),
    Column("rhythm", String(10), nullable=False, server_default="each"),
    Column("quiet", String(10), nullable=False, server_default="standard"),
    # Full hours of the Japanese day.
    Column("quiet_from", Integer),
    Column("quiet_until", Integer),
    # Since when the present address is kept: what comes back of earlier mail says nothing about it.
    Column("address_since", Instant),
    Column("undeliverable_at", Instant),
    # An enhanced code such as 5.1.1, or a plain one such as 550; never the words of a server, they quote addresses.
    Column("undeliverable_code", String(11)),
    one_of("rhythm", ("each", "daily")),
    one_of("quiet", ("standard", "own", "off")),
    CheckConstraint(
        "(quiet = 'own') = (quiet_from IS NOT NULL) AND (quiet = 'own') = (quiet_until IS NOT NULL)",
        name="own_hours",
    ),
    CheckConstraint(
        "quiet_from BETWEEN 0 AND 23 AND quiet_until BETWEEN 0 AND 23 AND quiet_from <> quiet_until",
        name="hours",
    ),
    CheckConstraint("(undeliverable_at IS NULL) = (undeliverable_code IS NULL)", name="undeliverable"),
)
