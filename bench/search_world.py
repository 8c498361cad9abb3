"""A hundred thousand invented seekers in a database, on either engine, in a few minutes.

`fill` fills a database of the caller, `search_world` makes one on PostgreSQL and fills it. Nothing is sealed and nobody
can sign in as one of these seekers, because searching reads neither identity nor accounts.
"""

import os
import random
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import Table, func, select, text
from sqlalchemy.orm import Session

from bench.search_people import Invented, invented
from bench.search_vocabulary import vocabulary
from portal.calendar.clock import SystemClock
from portal.calendar.day import jst_day
from portal.domain.actor import Actor, ActorKind
from portal.domain.code import read_tables
from portal.domain.profile import Book, shuffle, tokens
from portal.domain.reach import UnitClass
from portal.domain.words import pairs, search_key
from portal.services.code import TableFile, load_tables
from portal.services.profile import every
from portal.settings import config_dir
from portal.store import words
from portal.store.alias import new_alias_key
from portal.store.database import Database
from portal.store.migrate import upgrade
from portal.store.tables import (
    block,
    code_table,
    letterhead,
    profile,
    profile_choice,
    profile_text,
    profile_words,
    seeker,
    thread,
)
from tests.build import (
    LONG_AGO,
    BuiltMember,
    BuiltUnit,
    build_installation,
    build_member,
    build_unit,
    open_database,
)
from tests.real_services.postgresql import own_cluster

SEEKERS = 100_000
# What a busy unit carries along: those who blocked it, and those it has written to.
BLOCKS, THREADS = 2_000, 20_000
_AT_ONCE = 5_000


@dataclass(frozen=True)
class SearchWorld:
    """What `fill` made. ``unit`` searches; it is blocked by some and has written to many.

    ``words`` are all words of the texts from the most frequent to the rarest; ``alias_keys`` by seeker; ``on`` is
    the day around which the data are of use.
    """

    unit: BuiltUnit
    member: BuiltMember
    unit_class: UnitClass
    on: date
    book: Book
    words: Sequence[str]
    alias_keys: dict[int, bytes]


def fill(database: Database, number: int = SEEKERS, *, seed: int = 1) -> SearchWorld:
    """Put so many seekers into a migrated database, with a unit to search for them.

    Loads the installation and the code tables if they are not there. The same seed gives the same choices and texts;
    keys are always new. Commits, and tells PostgreSQL to look at its tables (ANALYZE).
    """
    on = jst_day(SystemClock().now())
    book = _book(database)
    unit = build_unit(database, valid_until=on + timedelta(days=365))
    member = build_member(database, unit)
    spoken = vocabulary(seed)
    with database.write() as session:
        # Made anew at the end: an index that grows row by row takes several times as long.
        later = profile_words.indexes if session.get_bind().dialect.name == "postgresql" else ()
        for index in later:
            index.drop(session.connection())
        keys = _people(session, invented(book, spoken, on, number, seed), book)
        for index in later:
            index.create(session.connection())
        _busy(session, unit, list(keys), random.Random(seed))
        session.commit()
        session.execute(text("ANALYZE"))
        session.commit()
    return SearchWorld(unit, member, UnitClass.PRIVATE, on, book, spoken.words, keys)


@contextmanager
def search_world(number: int = SEEKERS, *, seed: int = 1) -> Iterator[tuple[Database, SearchWorld]]:
    """A PostgreSQL of its own with so many seekers; gone at the end of the block."""
    with own_cluster(durable=True) as cluster:
        url = cluster.url(cluster.create())
        upgrade(url)
        database = open_database(url)
        yield database, fill(database, number, seed=seed)
        database.dispose()


def _book(database: Database) -> Book:
    with database.read() as session:
        loaded = session.execute(select(func.count()).select_from(code_table)).scalar_one()
    if not loaded:
        build_installation(database)
        folder = config_dir() / "tables"
        described = read_tables((folder / "tables.toml").read_bytes())
        files = [TableFile(table, (folder / f"{kind}.csv").read_bytes()) for kind, table in described.items()]
        with database.write() as session:
            load_tables(session, SystemClock(), Actor(ActorKind.OPERATOR), files)
    with database.read() as session:
        return every(session)


def _people(session: Session, people: Iterator[Invented], book: Book) -> dict[int, bytes]:
    first = (session.execute(select(func.max(seeker.c.id))).scalar_one() or 0) + 1
    keys: dict[int, bytes] = {}
    while some := list(islice(people, _AT_ONCE)):
        numbered = list(enumerate(some, first + len(keys)))
        made = {seeker_id: new_alias_key() for seeker_id, _ in numbered}
        keys |= made
        put_rows(session, seeker, (_seeker(seeker_id, one) for seeker_id, one in numbered))
        put_rows(session, profile, (_profile(n, made[n], one, book) for n, one in numbered))
        put_rows(session, profile_choice, (row for n, one in numbered for row in _choices(n, one)))
        put_rows(session, profile_text, (row for n, one in numbered for row in _texts(n, one)))
        _words(session, ((n, search_key(one.texts.values())) for n, one in numbered))
    if session.get_bind().dialect.name == "postgresql":
        session.execute(
            text("SELECT setval(pg_get_serial_sequence('seeker', 'id'), :last)"), {"last": max(keys)}
        )
    return keys


def _words(session: Session, keys: Iterable[tuple[int, str]]) -> None:
    if session.get_bind().dialect.name == "sqlite":
        words.add(session, dict(keys))
    else:
        rows = ({"seeker_id": number, "key": key, "pairs": pairs(key)} for number, key in keys if key)
        put_rows(session, profile_words, rows)


def _seeker(seeker_id: int, one: Invented) -> dict[str, Any]:
    return {
        "id": seeker_id,
        "office_id": os.urandom(16),
        "registration_key": os.urandom(32),
        "office_code": "9901",
        "registered_on": one.valid_from,
        "school_status": "none",
        "created_at": LONG_AGO,
        "updated_at": LONG_AGO,
    }


def _profile(seeker_id: int, alias_key: bytes, one: Invented, book: Book) -> dict[str, Any]:
    return {
        "seeker_id": seeker_id,
        "alias_key": alias_key,
        "published": one.published,
        "stopped": one.stopped,
        "valid_from": one.valid_from,
        "valid_until": one.valid_until,
        "never_eligible": False,
        "eligible_from": one.eligible_from,
        "range_private": one.range_private,
        "range_municipal": one.range_municipal,
        "terms_until": None,
        "month": one.month,
        "shuffle": shuffle(alias_key, one.month),
        "tokens": tokens(one.choices, book),
    }


def _choices(seeker_id: int, one: Invented) -> Iterator[dict[str, Any]]:
    positions: dict[str, int] = {}
    for choice in one.choices:
        positions[choice.role] = positions.get(choice.role, 0) + 1
        yield {
            "seeker_id": seeker_id,
            "role": choice.role,
            "position": positions[choice.role],
            "kind": choice.kind,
            "code": choice.code,
            "band": choice.band,
        }


def _texts(seeker_id: int, one: Invented) -> Iterator[dict[str, Any]]:
    for kind, written in one.texts.items():
        yield {"seeker_id": seeker_id, "kind": kind, "text": written, "published_at": LONG_AGO}


def _busy(session: Session, unit: BuiltUnit, people: list[int], chance: random.Random) -> None:
    put_rows(
        session,
        block,
        (
            {"seeker_id": who, "unit_id": unit.id, "since": LONG_AGO}
            for who in chance.sample(people, min(BLOCKS, len(people) // 50))
        ),
    )
    head = session.execute(
        letterhead.insert()
        .values(unit_id=unit.id, digest="0" * 64, content="{}", created_at=LONG_AGO)
        .returning(letterhead.c.id)
    ).scalar_one()
    put_rows(
        session,
        thread,
        (
            {
                "unit_id": unit.id,
                "seeker_id": who,
                "letterhead_id": head,
                "opened_at": LONG_AGO,
                "last_at": LONG_AGO,
            }
            for who in chance.sample(people, min(THREADS, len(people) // 5))
        ),
    )


def put_rows(session: Session, table: Table, rows: Iterable[dict[str, Any]]) -> None:
    """Put rows into a table as fast as the engine takes them: COPY on PostgreSQL. All rows name the same columns."""
    rows = iter(rows)
    first = next(rows, None)
    if first is None:
        return
    dialect = session.get_bind().dialect
    columns = [table.c[name] for name in first]
    adapt = [
        column.type.dialect_impl(dialect).bind_processor(dialect) or (lambda value: value)
        for column in columns
    ]
    names = ", ".join(column.name for column in columns)

    def adapted() -> Iterator[tuple[Any, ...]]:
        for row in (first, *rows):
            yield tuple(make(value) for make, value in zip(adapt, row.values(), strict=True))

    cursor = session.connection().connection.cursor()
    if dialect.name == "postgresql":
        with cursor.copy(f"COPY {table.name} ({names}) FROM STDIN") as copy:
            for values in adapted():
                copy.write_row(values)
    else:
        marks = ", ".join("?" * len(columns))
        cursor.executemany(f"INSERT INTO {table.name} ({names}) VALUES ({marks})", adapted())
