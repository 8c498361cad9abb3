"""What free text is searched by, kept in step with the published texts in the same transaction.

A word is looked for in two steps: the index gives everybody who has all its pairs of letters, the search key decides.
Held and removed texts have no row here, so no search can tell that they exist.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import islice

from sqlalchemy import ColumnElement, Select, and_, delete, exists, func, insert, literal, select
from sqlalchemy.orm import Session

from portal.domain.words import pairs, search_key
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
        session.execute(insert(profile_words), found)
        return
    session.execute(
        insert(profile_words), [{"seeker_id": row["seeker_id"], "key": row["key"]} for row in found]
    )
    session.execute(
        insert(profile_pair), [{"rowid": row["seeker_id"], "pairs": row["pairs"]} for row in found]
    )


# Finding


def holding(session: Session, keys: Sequence[str], *, few: bool) -> ColumnElement[bool]:
    """Whether the published texts of a row of `profile` hold each of these keys of words.

    few: begin with the index and not with the profile; the answer is the same.
    """
    if not keys:
        return literal(True)
    at = func.instr if session.get_bind().dialect.name == "sqlite" else func.strpos
    held = and_(*(at(profile_words.c.key, key) > 0 for key in keys))
    if not few:
        return exists().where(profile_words.c.seeker_id == profile.c.seeker_id, held)
    if session.get_bind().dialect.name == "postgresql":
        found = select(profile_words.c.seeker_id).where(_has_pairs(keys), held).cte()
        return profile.c.seeker_id.in_(select(found.prefix_with("MATERIALIZED").c.seeker_id))
    return profile.c.seeker_id.in_(
        select(profile_words.c.seeker_id).where(profile_words.c.seeker_id.in_(_with_pairs(keys)), held)
    )


def are_few(session: Session, demands: Sequence[Collection[str]], keys: Sequence[str]) -> bool:
    """Whether so few fit that the index is the shorter way; told from the index alone, by at most one statement."""
    return are_few_each(session, [(demands, keys)])[0]


def are_few_each(
    session: Session, searches: Sequence[tuple[Sequence[Collection[str]], Sequence[str]]]
) -> list[bool]:
    """As `are_few` for several searches, still by at most one statement."""
    known = [_candidates(session, demands, keys) for demands, keys in searches]
    asked = [wanted for wanted in known if not isinstance(wanted, bool)]
    counted = iter(
        session.execute(
            select(
                *(
                    select(func.count()).select_from(wanted.limit(MANY + 1).subquery()).scalar_subquery()
                    for wanted in asked
                )
            )
        ).one()
        if asked
        else ()
    )
    return [wanted if isinstance(wanted, bool) else next(counted) <= MANY for wanted in known]


def _candidates(
    session: Session, demands: Sequence[Collection[str]], keys: Sequence[str]
) -> Select[tuple[int]] | bool:
    """What to count in the index, or what is known without."""
    if session.get_bind().dialect.name == "postgresql":
        # Of tokens PostgreSQL knows by itself how frequent they are.
        return select(profile_words.c.seeker_id).where(_has_pairs(keys)) if keys else False
    parts = [
        *([_with_tokens(demands)] if demands and _can_be_asked(demands) else []),
        *([_with_pairs(keys)] if keys else []),
    ]
    if not parts:
        return False
    return parts[0] if len(parts) == 1 else select(parts[0].intersect(parts[1]).subquery().c[0])


def carrying(demands: Sequence[Collection[str]]) -> ColumnElement[bool]:
    """On SQLite: whether the index of tokens has a row of `profile` for these; those that it cannot be asked for
    are left to the profile itself."""
    if not demands or not _can_be_asked(demands):
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
