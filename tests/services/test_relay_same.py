"""From outside all causes of "cannot be reached" are one: same answer, same number and kind of statements (R3)."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from portal.calendar.clock import FixedClock
from portal.domain.refusal import Refusal
from portal.store import alias
from portal.store.database import Database
from tests.build import BuiltSeeker, BuiltUnit, build_block, build_member, build_seeker, build_unit
from tests.services.relay_world import counter, send

TODAY = date(2026, 6, 15)
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)


def blocked(database: Database, unit: BuiltUnit) -> BuiltSeeker:
    seeker = build_seeker(database)
    build_block(database, seeker, unit)
    return seeker


def unknown(database: Database, unit: BuiltUnit) -> BuiltSeeker:
    """Somebody whose rows are gone, or who never was."""
    seeker = build_seeker(database)
    return BuiltSeeker(10**9, alias.new_alias_key(), seeker.office_id, None)


CAUSES: dict[str, Callable[[Database, BuiltUnit], BuiltSeeker]] = {
    "block": blocked,
    "stop": lambda database, _: build_seeker(database, stopped=True),
    "expiry": lambda database, _: build_seeker(database, valid_until=YESTERDAY),
    "not yet in force": lambda database, _: build_seeker(database, valid_from=TOMORROW),
    "narrowed range": lambda database, _: build_seeker(database, range_private=False),
    "pupil": lambda database, _: build_seeker(database, never_eligible=True),
    "new graduate": lambda database, _: build_seeker(database, eligible_from=TOMORROW),
    "terms": lambda database, _: build_seeker(database, terms_until=YESTERDAY),
    "unpublished": lambda database, _: build_seeker(database, published=False),
    "unknown": unknown,
}


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    """Every statement of the block as the driver gets it, with blanks made alike."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(re.sub(r"\s+", " ", statement))

    engine = database.engine()
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


def attempt(
    database: Database, clock: FixedClock, cause: str, *, companions: int, before: bool = False
) -> tuple[list[str], Any]:
    """One send to somebody out of reach, alone or with others; the statements, and what came of it."""
    unit = build_unit(database)
    member = build_member(database, unit)
    others = [build_seeker(database) for _ in range(companions)]
    seeker = CAUSES[cause](database, unit)
    with statements(database) as seen:
        try:
            result = send(database, clock, unit, member, [*others, seeker])
        except Refusal as refusal:
            return list(seen), (type(refusal), refusal.reason, refusal.facts, counter(database, unit, TODAY))
    told = (result.requested, result.sent, result.unreachable, result.elsewhere, result.quota)
    return list(seen), told


@pytest.mark.parametrize("companions", [0, 1, 3])
def test_S_Q5_every_cause_gives_the_same_answer_by_the_same_statements(
    database: Database, clock: FixedClock, companions: int
) -> None:
    # The first round may write the letterhead or prepare a statement; all later ones are alike.
    attempt(database, clock, "stop", companions=companions)
    tried = {cause: attempt(database, clock, cause, companions=companions) for cause in CAUSES}

    sql, told = tried["block"]
    assert len(sql) > 3
    for cause, (its_sql, its_told) in tried.items():
        assert its_told == told, cause
        if cause != "unknown" or companions == 0:
            assert its_sql == sql, cause
    assert len(tried["unknown"][0]) == len(sql)


def test_a_token_that_nobody_made_gives_the_same_answer_by_the_same_statements(
    database: Database, clock: FixedClock
) -> None:
    unit = build_unit(database)
    member = build_member(database, unit)
    seeker = build_seeker(database, stopped=True)
    seen = []
    for token in (unit.token(seeker), "a" * 43, "短い"):
        with statements(database) as sql, pytest.raises(Refusal) as refused:
            send(database, clock, unit, member, [token])
        seen.append((list(sql), refused.value.reason, refused.value.facts))
    assert seen[0] == seen[1] == seen[2]
