"""Column types that refuse what must never be stored."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, Text, TypeDecorator
from sqlalchemy.dialects.postgresql import ARRAY

# SQLite only auto-numbers a column that is declared exactly INTEGER.
Id = BigInteger().with_variant(Integer(), "sqlite")


class Instant(TypeDecorator[datetime]):
    """A point in time: aware in Python, UTC in the database, naive values refused.

    PostgreSQL keeps a timestamptz; SQLite keeps ISO text in UTC, which sorts correctly
    and which its ``date()`` understands (the Japanese-day checks rely on that).
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class TokenSet(TypeDecorator[frozenset[str]]):
    """A set of short search tokens such as ``place:24`` (no spaces inside a token).

    PostgreSQL keeps text[] under a GIN index; SQLite keeps " a b c " so that one ``instr``
    per wanted token decides.
    """

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(ARRAY(Text()))
        return dialect.type_descriptor(Text())

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        if value is None:
            return None
        tokens = sorted(set(value))
        for token in tokens:
            if token.split() != [token]:
                raise ValueError("a search token is a word without spaces")
        return tokens if dialect.name == "postgresql" else f" {' '.join(tokens)} "

    def process_result_value(self, value: Any, dialect: Dialect) -> frozenset[str] | None:
        if value is None:
            return None
        return frozenset(value if dialect.name == "postgresql" else value.split())


class PairSet(TypeDecorator[frozenset[str]]):
    """Pairs of letters (portal.domain.words.pairs), written and asked for, never read back.

    PostgreSQL keeps numbers that stand for exactly one pair each, in bigint[], whose operators are PostgreSQL's own
    even where the extension intarray is installed. SQLite keeps words for the tokenizer "ascii", which parts words at
    ASCII signs: they are moved to where none are; whatever else is meant by those letters is found by the recheck.
    """

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(ARRAY(BigInteger()))
        return dialect.type_descriptor(Text())

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        if value is None:
            return None
        if dialect.name == "postgresql":
            return sorted(ord(one) << 21 | ord(other) for one, other in value)
        return " ".join(sqlite_words(value))


def sqlite_words(pairs: Iterable[str]) -> list[str]:
    """Pairs of letters as SQLite's index knows them."""
    return sorted(pair.translate(_OUT_OF_ASCII) for pair in pairs)


_OUT_OF_ASCII = {point: 0x2800 + point for point in range(128)}
