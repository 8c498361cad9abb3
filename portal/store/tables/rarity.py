"""Rare combinations (珍しい組合せ): what the operator set, what is shown of whom, and the combinations there are."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from portal.store.tables.base import metadata, one_of
from portal.store.types import Id, Instant

# The smallest number of people who may be shown alike; 0 = everything is shown. Append only; acts with the next run.
rarity_threshold = Table(
    "rarity_threshold",
    metadata,
    Column("id", Id, primary_key=True),
    Column("threshold", Integer, nullable=False),
    Column("set_at", Instant, nullable=False),
    Column("set_by", Id, ForeignKey("account.id")),
    CheckConstraint("threshold = 0 OR threshold BETWEEN 2 AND 1000", name="threshold"),
    sqlite_autoincrement=True,
)

# Each time all profiles were looked through; the last one's threshold is in force. Append only.
rarity_run = Table(
    "rarity_run",
    metadata,
    Column("id", Id, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("threshold", Integer, nullable=False),
    Column("people", Integer, nullable=False),
    Column("generalised", Integer, nullable=False),
    Column("bare", Integer, nullable=False),
    CheckConstraint("threshold = 0 OR threshold BETWEEN 2 AND 1000", name="threshold"),
    CheckConstraint("people >= generalised AND generalised >= bare AND bare >= 0", name="people"),
    sqlite_autoincrement=True,
)

# Combinations as the last run left them, and those on the way to them (size 0). Keyed by a digest of what is shown.
rarity_node = Table(
    "rarity_node",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("size", Integer, nullable=False),
    CheckConstraint("size >= 0", name="size"),
)

# Which facts of a person are shown, by the words of portal.domain.rarity; without a row all of them.
rarity_placing = Table(
    "rarity_placing",
    metadata,
    Column("seeker_id", Id, ForeignKey("seeker.id"), primary_key=True, autoincrement=False),
    Column("shown", Text, nullable=False),
)

# Everything somebody has chosen, where profile_choice holds only what organisations see of it. As profile_choice.
seeker_choice = Table(
    "seeker_choice",
    metadata,
    Column("seeker_id", Id, ForeignKey("seeker.id"), primary_key=True),
    Column("role", String(20), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("kind", String(40), nullable=False),
    Column("code", String(20), nullable=False),
    Column("band", String(20)),
    ForeignKeyConstraint(["kind", "code"], ["code.kind", "code.code"]),
    UniqueConstraint("seeker_id", "role", "kind", "code"),
    one_of(
        "role", ("occupation", "place", "employment", "time", "wage", "licence", "experience", "education")
    ),
    CheckConstraint("position BETWEEN 1 AND 10", name="position"),
    CheckConstraint("(role = 'experience') = (band IS NOT NULL)", name="band"),
)
