"""What narrows a search further, as a condition on a row of `profile`; goes into the same statement as the rest."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import ColumnElement, and_, exists, func, literal, or_, select, true
from sqlalchemy.orm import Session

from portal.domain.narrowing import Narrowing
from portal.domain.reach import UnitClass
from portal.store.reach import reachable
from portal.store.search import by_index, fits
from portal.store.tables import profile, profile_choice, profile_view, thread
from portal.store.words import ways


def narrowed(
    unit_id: int, narrowing: Narrowing, occupations: Collection[tuple[str, str]] = ()
) -> ColumnElement[bool]:
    """Whether a profile stays. occupations: table and code in which the years must have been worked, () = any."""
    parts: list[ColumnElement[bool]] = [literal(True)]
    if narrowing.since is not None:
        parts.append(profile.c.month >= narrowing.since)
    if narrowing.years:
        parts.append(_worked(narrowing.years, occupations))
    if narrowing.unwritten:
        parts.append(~exists().where(thread.c.unit_id == unit_id, thread.c.seeker_id == profile.c.seeker_id))
    if narrowing.unopened:
        parts.append(
            ~exists().where(
                profile_view.c.unit_id == unit_id, profile_view.c.seeker_id == profile.c.seeker_id
            )
        )
    return and_(*parts)


def _worked(years: Sequence[str], occupations: Collection[tuple[str, str]]) -> ColumnElement[bool]:
    codes: dict[str, list[str]] = {}
    for kind, code in sorted(occupations):
        codes.setdefault(kind, []).append(code)
    where = [
        and_(profile_choice.c.kind == kind, profile_choice.c.code.in_(wanted))
        for kind, wanted in codes.items()
    ]
    return exists().where(
        profile_choice.c.seeker_id == profile.c.seeker_id,
        profile_choice.c.role == "experience",
        profile_choice.c.band.in_(years),
        or_(*where) if where else true(),
    )


@dataclass(frozen=True)
class Wanted:
    """Everything that is asked of a profile. keys: of the words that its texts must hold. occupations: those in which
    the years must have been worked, () = any."""

    demands: Sequence[Collection[str]]
    keys: Sequence[str] = ()
    narrowing: Narrowing = field(default_factory=Narrowing)
    occupations: Collection[tuple[str, str]] = ()


def counts(
    session: Session,
    unit_id: int,
    unit_class: UnitClass,
    on: date,
    wanted: Sequence[Wanted],
    cap: int,
) -> list[int]:
    """How many within reach fulfil each of several searches, counted to ``cap`` + 1 each; one statement for all, and
    one before it that asks the indexes which way is shorter."""
    if not wanted:
        return []
    shortest = ways(session, [(each.demands, each.keys) for each in wanted])
    numbers = [
        select(func.count())
        .select_from(
            by_index(select(profile.c.seeker_id), way)
            .where(
                reachable(unit_id, unit_class, on),
                fits(session, each.demands, each.keys, way),
                narrowed(unit_id, each.narrowing, each.occupations),
            )
            .limit(cap + 1)
            .subquery()
        )
        .scalar_subquery()
        for each, way in zip(wanted, shortest, strict=True)
    ]
    return [int(number) for number in session.execute(select(*numbers)).one()]
