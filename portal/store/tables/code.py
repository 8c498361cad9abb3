"""Code tables: prefectures, occupations, licences, offices … each row with its source and its days."""

from sqlalchemy import CheckConstraint, Column, Date, ForeignKey, Integer, String, Table, Text

from portal.store.tables.base import metadata, one_of
from portal.store.types import Instant

code_table = Table(
    "code_table",
    metadata,
    Column("kind", String(40), primary_key=True),
    Column("title_ja", Text, nullable=False),
    Column("title_en", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("licence", Text, nullable=False),
    Column("verified_on", Date),
    Column("checksum", String(64), nullable=False),
    Column("loaded_at", Instant, nullable=False),
)

code = Table(
    "code",
    metadata,
    Column("kind", String(40), ForeignKey("code_table.kind"), primary_key=True),
    Column("code", String(20), primary_key=True),
    Column("name_ja", Text, nullable=False),
    Column("name_en", Text, nullable=False, server_default=""),
    Column("kana", Text, nullable=False, server_default=""),
    Column("parent", String(20)),
    Column("valid_from", Date, nullable=False),
    Column("valid_until", Date),
    Column("source", Text, nullable=False),
    Column("confidence", String(20), nullable=False),
    Column("facts", Text, nullable=False, server_default=""),
    Column("sort", Integer, nullable=False),
    CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name="days"),
    one_of("confidence", ("official", "secondary", "unverified", "own_decision", "fictional")),
)
