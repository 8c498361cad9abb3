"""What free text is searched by: apart from the profile, whose every change would else write all pairs anew.

Each engine finds pairs of letters in its own way, both without an extension that has to be installed: PostgreSQL by
a GIN index over an array, SQLite by full-text tables. Those of SQLite keep nothing but the index: the pairs to take
out again are made from the stored key, the tokens are read from the profile by triggers.
"""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Connection,
    ForeignKey,
    Index,
    Table,
    Text,
    column,
    event,
    table,
)

from portal.store.tables.base import metadata
from portal.store.types import Id, PairSet

profile_words = Table(
    "profile_words",
    metadata,
    Column("seeker_id", Id, ForeignKey("profile.seeker_id"), primary_key=True, autoincrement=False),
    # The search key of all published texts (portal.domain.words); a profile without text has no row.
    Column("key", Text, nullable=False),
    # On PostgreSQL only; SQLite keeps them in profile_pair.
    Column("pairs", PairSet),
    CheckConstraint("pairs IS NOT NULL", name="pairs").ddl_if(dialect="postgresql"),
)
# What is new waits in a list that every search reads through; a short one (kB), so that searches stay quick.
Index(
    "ix_profile_words_pairs",
    profile_words.c.pairs,
    postgresql_using="gin",
    postgresql_with={"gin_pending_list_limit": 256},
).ddl_if(dialect="postgresql")

# SQLite's full-text tables: the column named like the table is how they are asked and told.
profile_pair = table("profile_pair", column("rowid"), column("pairs", PairSet), column("profile_pair"))
profile_token = table("profile_token", column("rowid"), column("tokens"), column("profile_token"))

_ASCII = "tokenize=\"ascii tokenchars ':_-'\""
_KEPT = f"content='profile', content_rowid='seeker_id', detail=none, columnsize=0, {_ASCII}"
_IN = "INSERT INTO profile_token (rowid, tokens) VALUES (new.seeker_id, new.tokens);"
_OUT = (
    "INSERT INTO profile_token (profile_token, rowid, tokens) VALUES ('delete', old.seeker_id, old.tokens);"
)

SQLITE = (
    "CREATE VIRTUAL TABLE profile_pair USING fts5(pairs, content='', detail=none, columnsize=0, tokenize='ascii')",
    f"CREATE VIRTUAL TABLE profile_token USING fts5(tokens, {_KEPT})",
    f"CREATE TRIGGER profile_token_in AFTER INSERT ON profile BEGIN {_IN} END",
    f"CREATE TRIGGER profile_token_out AFTER DELETE ON profile BEGIN {_OUT} END",
    f"CREATE TRIGGER profile_token_change AFTER UPDATE OF tokens ON profile BEGIN {_OUT} {_IN} END",
)
"""The statements that make them, in this order."""


@event.listens_for(metadata, "after_create")
def _after_create(_target: object, connection: Connection, **_named: object) -> None:
    if connection.dialect.name == "sqlite":
        for statement in SQLITE:
            connection.exec_driver_sql(statement)
