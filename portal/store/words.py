"""What free text is searched by, kept in step with the published texts in the same transaction.

A word is looked for in two steps: the index gives everybody who has all its pairs of letters, the search key decides.
Held and removed texts have no row here, so no search can tell that they exist.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from enum import IntEnum
from itertools import islice

from sqlalchemy import ColumnElement, Select, and_, case, delete, exists, func, insert, literal, select
from sqlalchemy.orm import Session

from portal.domain.words import pairs, search_key
from portal.store.bulk import insert_all
from portal.store.tables import profile, profile_text, profile_words
from portal.store.tables.words import profile_pair, profile_token
from portal.store.types import PairSet, sqlite_words

MANY = 5_000
"""From here on the index is the longer way: walking in the order of the results meets those who fit soon."""

_AT_ONCE = 500
_PLAIN = re.compile(r"[A-Za-z0-9:_-]+")


def put(session: Session, seeker_ids: Iterable[int]) -> None:
    """Make what these seekers are found by anew from the texts they show now."""
    rest = iter(sorted(set(seeker_ids)))
    while some := list(islice(rest, _AT_ONCE)):
        _put(session, some)


def _put(session: Session, seeker_ids: list[int]) -> None:
    shown = session.execute(
        select(profile_text.c.seeker_id, profile_text.c.text)
        .where(profile_text.c.seeker_id.in_(seeker_ids))
        .order_by(profile_text.c.seeker_id, profile_text.c.kind)
    )
    texts: dict[int, list[str]] = {}
    for row in shown:
        texts.setdefault(row.seeker_id, []).append(row.text)
    _take_out(session, seeker_ids)
    add(session, {seeker_id: search_key(written) for seeker_id, written in texts.items()})


def _take_out(session: Session, seeker_ids: list[int]) -> None:
    there = profile_words.c.seeker_id.in_(seeker_ids)
    if session.get_bind().dialect.name == "sqlite":
        stored = session.execute(select(profile_words.c.seeker_id, profile_words.c.key).where(there)).all()
        if stored:
            session.execute(
                insert(profile_pair),
                [
                    {"profile_pair": "delete", "rowid": row.seeker_id, "pairs": pairs(row.key)}
                    for row in stored
                ],
            )
    session.execute(delete(profile_words).where(there))


def add(session: Session, keys: Mapping[int, str]) -> None:
    """Put the search keys of seekers who have none."""
    found = [
        {"seeker_id": seeker_id, "key": key, "pairs": pairs(key)} for seeker_id, key in keys.items() if key
    ]
    if not found:
        return
    if session.get_bind().dialect.name == "postgresql":
        insert_all(session, profile_words, found)
        return
    session.execute(
        insert(profile_words), [{"seeker_id": row["seeker_id"], "key": row["key"]} for row in found]
    )
    session.execute(
        insert(profile_pair), [{"rowid": row["seeker_id"], "pairs": row["pairs"]} for row in found]
    )


# Finding


class Way(IntEnum):
    """How a search goes; the answer is the same. WALK: in the order of the results, until the page is full."""

    WALK = 0
    BY_WORDS = 1
    BY_TOKENS = 2
    BY_BOTH = 3


def way(session: Session, demands: Sequence[Collection[str]], keys: Sequence[str]) -> Way:
    """The shorter way; told from the indexes alone, by at most one statement."""
    return ways(session, [(demands, keys)])[0]


def ways(session: Session, searches: Sequence[tuple[Sequence[Collection[str]], Sequence[str]]]) -> list[Way]:
    """As `way` for several searches, still by at most one statement."""
    chosen = [_way(session, demands, keys) for demands, keys in searches]
    asked = [each for each in chosen if each is not None]
    told = iter(session.execute(select(*asked)).one() if asked else ())
    return [Way.WALK if each is None else Way(next(told)) for each in chosen]


def _way(
    session: Session, demands: Sequence[Collection[str]], keys: Sequence[str]
) -> ColumnElement[int] | None:
    """The way as the database tells it; the later cases are only looked at when the earlier do not hold."""
    if session.get_bind().dialect.name == "postgresql":
        # Of tokens PostgreSQL knows by itself how frequent they are.
        by_words = select(profile_words.c.seeker_id).where(_has_pairs(keys))
        return case((_are_few(by_words), Way.BY_WORDS), else_=Way.WALK) if keys else None
    tokens = _with_tokens(demands) if demands and _can_be_asked(demands) else None
    whens: list[tuple[ColumnElement[bool], Way]] = []
    if keys:
        whens.append((_are_few(_with_pairs(keys)), Way.BY_WORDS))
    if tokens is not None:
        whens.append((_are_few(tokens), Way.BY_TOKENS))
    if keys and tokens is not None:
        both = _with_pairs(keys).intersect(tokens).subquery()
        whens.append((_are_few(select(both.c[0])), Way.BY_BOTH))
    return case(*whens, else_=Way.WALK) if whens else None


def _are_few(found: Select[tuple[int]]) -> ColumnElement[bool]:
    some = found.limit(MANY + 1).subquery()
    return select(func.count()).select_from(some).scalar_subquery() <= MANY


def holding(session: Session, keys: Sequence[str], chosen: Way) -> ColumnElement[bool]:
    """Whether the published texts of a row of `profile` hold each of these keys of words."""
    if not keys:
        return literal(True)
    on_sqlite = session.get_bind().dialect.name == "sqlite"
    at = func.instr if on_sqlite else func.strpos
    held = and_(*(at(profile_words.c.key, key) > 0 for key in keys))
    if chosen not in (Way.BY_WORDS, Way.BY_BOTH):
        return exists().where(profile_words.c.seeker_id == profile.c.seeker_id, held)
    if not on_sqlite:
        found = select(profile_words.c.seeker_id).where(_has_pairs(keys), held).cte()
        return profile.c.seeker_id.in_(select(found.prefix_with("MATERIALIZED").c.seeker_id))
    return profile.c.seeker_id.in_(
        select(profile_words.c.seeker_id).where(profile_words.c.seeker_id.in_(_with_pairs(keys)), held)
    )


def indexed(demands: Sequence[Collection[str]], chosen: Way) -> ColumnElement[bool]:
    """On SQLite, where the way begins with the index of tokens: whether that has a row of `profile` for these.

    The profile itself decides all the same, because the index knows no capitals.
    """
    if chosen not in (Way.BY_TOKENS, Way.BY_BOTH):
        return literal(True)
    return profile.c.seeker_id.in_(_with_tokens(demands))


def _has_pairs(keys: Sequence[str]) -> ColumnElement[bool]:
    wanted = frozenset().union(*map(pairs, keys))
    return profile_words.c.pairs.bool_op("@>")(literal(wanted, PairSet))


def _with_pairs(keys: Sequence[str]) -> Select[tuple[int]]:
    asked = " ".join(f'"{word}"' for word in sqlite_words(frozenset().union(*map(pairs, keys))))
    return select(profile_pair.c.rowid).where(profile_pair.c.profile_pair.op("MATCH")(asked))


def _with_tokens(demands: Sequence[Collection[str]]) -> Select[tuple[int]]:
    groups = (" OR ".join(f'"{token}"' for token in sorted(group)) for group in demands)
    asked = " AND ".join(f"({group})" for group in groups)
    return select(profile_token.c.rowid).where(profile_token.c.profile_token.op("MATCH")(asked))


def _can_be_asked(demands: Sequence[Collection[str]]) -> bool:
    return all(_PLAIN.fullmatch(token) for group in demands for token in group)
