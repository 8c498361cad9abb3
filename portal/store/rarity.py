"""Rare combinations: the threshold, the runs, and what is shown of whom. The rule itself is portal.domain.rarity."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, delete, exists, insert, or_, select, union_all
from sqlalchemy.orm import Session

from portal.domain.graduate import is_graduate
from portal.domain.profile import Choice
from portal.store.bulk import insert_all
from portal.store.tables import (
    installation,
    profile,
    profile_choice,
    rarity_node,
    rarity_placing,
    rarity_run,
    rarity_threshold,
    seeker_choice,
)

_AT_ONCE = 400


@dataclass(frozen=True)
class Run:
    """A look through all profiles. generalised: of whom less is shown than they chose; bare: of whom nothing is."""

    at: datetime
    threshold: int
    people: int
    generalised: int
    bare: int


def lock(session: Session) -> None:
    """Let one operator at a time set the threshold."""
    session.execute(select(installation.c.id).with_for_update())


def threshold(session: Session) -> tuple[int, datetime] | None:
    """The last one set, and when; None when none was ever set."""
    row = session.execute(
        select(rarity_threshold.c.threshold, rarity_threshold.c.set_at)
        .order_by(rarity_threshold.c.id.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else (row.threshold, row.set_at)


def set_threshold(session: Session, number: int, at: datetime, by: int | None) -> None:
    """Put down another one."""
    session.execute(insert(rarity_threshold).values(threshold=number, set_at=at, set_by=by))


def last_run(session: Session) -> Run | None:
    """The one whose threshold is in force; None when there was never one."""
    columns = [rarity_run.c[name] for name in ("at", "threshold", "people", "generalised", "bare")]
    row = session.execute(select(*columns).order_by(rarity_run.c.id.desc()).limit(1)).one_or_none()
    return None if row is None else Run(*row)


def in_force(session: Session) -> int:
    """The threshold of the last run; 0 when there was none."""
    return session.scalar(select(rarity_run.c.threshold).order_by(rarity_run.c.id.desc()).limit(1)) or 0


def add_run(session: Session, run: Run) -> None:
    """Put down a run that has ended."""
    session.execute(insert(rarity_run).values(**vars(run)))


# Combinations


def sizes(session: Session, digests: Collection[bytes]) -> dict[bytes, int]:
    """Of these combinations those that exist, with how many people were shown so at the last run."""
    rows = session.execute(
        select(rarity_node.c.digest, rarity_node.c.size).where(rarity_node.c.digest.in_(digests))
    )
    return {row.digest: row.size for row in rows}


def all_sizes(session: Session) -> dict[bytes, int]:
    """Every combination; for whoever places many people at once."""
    return {row.digest: row.size for row in session.execute(select(rarity_node.c.digest, rarity_node.c.size))}


def put_sizes(session: Session, new: Mapping[bytes, int]) -> None:
    """Replace the combinations; rows that stay as they are are not touched."""
    present = all_sizes(session)
    changed = [each for each, size in present.items() if new.get(each) != size]
    for start in range(0, len(changed), _AT_ONCE):
        some = changed[start : start + _AT_ONCE]
        session.execute(delete(rarity_node).where(rarity_node.c.digest.in_(some)))
    rows = [{"digest": each, "size": size} for each, size in new.items() if present.get(each) != size]
    insert_all(session, rarity_node, rows)


# People


@dataclass(frozen=True)
class Row:
    """One profile that could be shown on a day. shown: the names of the facts that are, None = not looked at yet."""

    seeker_id: int
    key: tuple[bool, bool, bool]
    choices: tuple[Choice, ...]
    shown: frozenset[str] | None


def shown_on(on: date) -> ColumnElement[bool]:
    """Whether a profile can be found by anybody on a day: reach without range and block."""
    return and_(
        profile.c.published,
        ~profile.c.stopped,
        profile.c.valid_from <= on,
        profile.c.valid_until >= on,
        ~profile.c.never_eligible,
        or_(profile.c.eligible_from.is_(None), profile.c.eligible_from <= on),
        or_(profile.c.terms_until.is_(None), profile.c.terms_until >= on),
    )


def rows(session: Session, on: date, after: int, size: int) -> list[Row]:
    """The next profiles by number that can be found on a day, each with everything its person chose."""
    found = session.execute(_rows().where(shown_on(on), profile.c.seeker_id > after).limit(size)).all()
    return _with_choices(session, found, on)


def some_rows(session: Session, on: date, seeker_ids: Collection[int]) -> list[Row]:
    """Of these people those who can be found on a day."""
    found = session.execute(_rows().where(shown_on(on), profile.c.seeker_id.in_(seeker_ids))).all()
    return _with_choices(session, found, on)


def key(session: Session, seeker_id: int, on: date) -> tuple[bool, bool, bool]:
    """What is shown or filtered of somebody whatever the rule says."""
    row = session.execute(
        select(profile.c.range_private, profile.c.range_municipal, profile.c.graduate_until).where(
            profile.c.seeker_id == seeker_id
        )
    ).one()
    return (row.range_private, row.range_municipal, is_graduate(row.graduate_until, on))


def _rows() -> Select[Any]:
    return (
        select(
            profile.c.seeker_id,
            profile.c.range_private,
            profile.c.range_municipal,
            profile.c.graduate_until,
            rarity_placing.c.shown,
        )
        .outerjoin(rarity_placing, rarity_placing.c.seeker_id == profile.c.seeker_id)
        .order_by(profile.c.seeker_id)
    )


def _with_choices(session: Session, found: Sequence[Any], on: date) -> list[Row]:
    chosen = whole_choices(session, [row.seeker_id for row in found])
    return [
        Row(
            row.seeker_id,
            (row.range_private, row.range_municipal, is_graduate(row.graduate_until, on)),
            chosen.get(row.seeker_id, ()),
            None if row.shown is None else frozenset(row.shown.split()),
        )
        for row in found
    ]


def whole_choices(session: Session, seeker_ids: Collection[int]) -> dict[int, tuple[Choice, ...]]:
    """Everything these people chose, role by role in the order chosen, whatever is shown of it."""
    both = whole(seeker_ids).subquery()
    rows = session.execute(select(both).order_by(both.c.seeker_id, both.c.role, both.c.position))
    return {
        seeker_id: tuple(Choice(row.role, row.kind, row.code, row.band) for row in some)
        for seeker_id, some in groupby(rows, key=lambda row: int(row.seeker_id))
    }


def whole(seeker_ids: Collection[int]) -> Any:
    """Rows as in profile_choice of everything these people chose."""
    names = ("seeker_id", "role", "position", "kind", "code", "band")
    kept = exists().where(seeker_choice.c.seeker_id == profile_choice.c.seeker_id)
    return union_all(
        select(*(seeker_choice.c[name] for name in names)).where(seeker_choice.c.seeker_id.in_(seeker_ids)),
        select(*(profile_choice.c[name] for name in names)).where(
            profile_choice.c.seeker_id.in_(seeker_ids), ~kept
        ),
    )


def shown_choices(session: Session, seeker_id: int) -> list[Choice]:
    """What organisations are shown of these choices."""
    names = ("role", "kind", "code", "band")
    rows = session.execute(
        select(*(profile_choice.c[name] for name in names)).where(profile_choice.c.seeker_id == seeker_id)
    )
    return [Choice(*row) for row in rows]


def is_placed(session: Session, seeker_id: int) -> bool:
    """Whether somebody was looked at while the rule was in force."""
    found = select(rarity_placing.c.seeker_id).where(rarity_placing.c.seeker_id == seeker_id)
    return session.execute(found).first() is not None


def is_generalised(session: Session, seeker_id: int) -> bool:
    """Whether less is shown of somebody than they chose."""
    found = select(seeker_choice.c.role).where(seeker_choice.c.seeker_id == seeker_id).limit(1)
    return session.execute(found).first() is not None


def put_placings(session: Session, new: Mapping[int, Iterable[str] | None]) -> None:
    """Put down which facts are shown of these people; None = they were not looked at."""
    session.execute(delete(rarity_placing).where(rarity_placing.c.seeker_id.in_(list(new))))
    add_placings(session, new)


def add_placings(session: Session, new: Mapping[int, Iterable[str] | None]) -> None:
    """As `put_placings` for people nothing was put down about yet."""
    insert_all(
        session,
        rarity_placing,
        [
            {"seeker_id": seeker_id, "shown": " ".join(names)}
            for seeker_id, names in new.items()
            if names is not None
        ],
    )
