"""Searching as the store does it, at 100,000 profiles on PostgreSQL, one connection, milliseconds."""

import random
import time
from collections.abc import Callable
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from bench.line import Line
from bench.search_world import SearchWorld
from portal.domain.search import COUNT_CAP, PAGE_SIZE, Cursor
from portal.domain.words import word_key
from portal.store import search
from portal.store.database import Database
from portal.store.tables import profile_words
from portal.store.words import Way, way

DEEP_CEILING = 2.0
WORD_CEILING = 0.25
ROUNDS = 15
PAGE = 500
# What counts as an ordinary word: in so many of a hundred texts.
_OFTEN = (0.4, 1.5)


def deep(database: Database, world: SearchWorld) -> Line:
    """Page 500 against page 1, without any condition."""
    with database.read() as session:
        far = _page(session, world, None, (PAGE - 1) * PAGE_SIZE)[-1].cursor
        rates = []
        for _ in range(3 * ROUNDS):
            first = _timed(lambda: _page(session, world, None))
            rates.append((_timed(lambda: _page(session, world, far)), first))
    return Line("search_deep", "page 1 of the same search", rates[ROUNDS:], ceiling=DEEP_CEILING, unit="ms")


def word(database: Database, world: SearchWorld) -> Line:
    """Page and count for a word of two characters by the way the store chooses, against reading one text after the
    other in the order of the results."""
    chance = random.Random(1)
    with database.read() as session:
        words = _ordinary(session, world)
        rates = []
        for _ in range(ROUNDS + 2):
            key = chance.choice(words)
            scan = _timed(partial(_found, session, world, key, Way.WALK))
            rates.append((_timed(partial(_found, session, world, key, None)), scan))
    against = "the same without the index, walking in the order of the results"
    return Line("search_text_2ch", against, rates[2:], ceiling=WORD_CEILING, unit="ms")


def _ordinary(session: Session, world: SearchWorld) -> list[str]:
    some = session.scalars(select(profile_words.c.key).limit(4_000)).all()
    keys = [key for key in map(word_key, world.words) if len(key) == 2]
    share = {key: 100 * sum(key in text for text in some) / len(some) for key in keys[:600]}
    return [key for key, often in share.items() if _OFTEN[0] < often < _OFTEN[1]]


def _found(session: Session, world: SearchWorld, key: str, how: Way | None) -> None:
    chosen = way(session, (), [key]) if how is None else how
    whose = (session, world.unit.id, world.unit_class, world.on, ())
    search.page(*whose, None, PAGE_SIZE, keys=[key], way=chosen)
    search.count(*whose, COUNT_CAP, keys=[key], way=chosen)


def _page(
    session: Session, world: SearchWorld, after: Cursor | None, size: int = PAGE_SIZE
) -> list[search.Found]:
    return search.page(session, world.unit.id, world.unit_class, world.on, (), after, size)


def _timed(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000
