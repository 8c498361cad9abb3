"""The search statement against a plain scan in Python with the rules themselves, on both engines."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, event, insert, select

from portal.domain.reach import ReachFacts, UnitClass, reachable
from portal.domain.search import PAGE_SIZE
from portal.store import search
from portal.store.database import Database
from portal.store.tables import letterhead, profile_view, thread
from tests.build import LONG_AGO, BuiltSeeker, BuiltUnit, build_block, build_seeker, build_unit

TODAY = date(2026, 6, 15)
WORDS = ["place:24", "place:24201", "place:23", "employment:regular", "licence:L001", "licence:L002"]


@dataclass(frozen=True)
class Somebody:
    built: BuiltSeeker
    facts: ReachFacts
    tokens: frozenset[str]
    month: date


def crowd(
    database: Database, unit: BuiltUnit, unit_class: UnitClass, number: int, seed: int
) -> list[Somebody]:
    """Seekers with every cause of being out of reach, several at once, and on both sides of each day."""
    chance = random.Random(seed)
    people = []
    for _ in range(number):
        around = [TODAY + timedelta(days=days) for days in (-40, -1, 0, 1, 40)]
        valid_from = chance.choice(around[:3] * 3 + around)
        narrow = chance.choice(["both"] * 4 + ["private", "municipal"])
        plain = {
            "valid_from": valid_from,
            "valid_until": max(valid_from, chance.choice(around[2:] * 3 + around)),
            "eligible_from": chance.choice([None, None, None, *around]),
            "never_eligible": chance.random() < 0.05,
            "range_private": narrow != "municipal",
            "range_municipal": narrow != "private",
            "stopped": chance.random() < 0.08,
            "terms_until": chance.choice([None, None, None, *around]),
            "published": chance.random() < 0.95,
        }
        tokens = frozenset(chance.sample(WORDS, chance.randrange(len(WORDS))))
        month = date(2026, chance.choice([4, 5, 6]), 1)
        built = build_seeker(database, tokens=tokens, month=month, **plain)
        blocked = chance.random() < 0.1
        if blocked:
            build_block(database, built, unit)
        facts = ReachFacts(**plain, blocked=blocked, unit_class=unit_class)
        people.append(Somebody(built, facts, tokens, month))
    return people


def demands_of(chance: random.Random) -> list[frozenset[str]]:
    return [frozenset(chance.sample(WORDS, chance.choice([1, 1, 2, 3]))) for _ in range(chance.randrange(4))]


def pages(
    database: Database, unit: BuiltUnit, unit_class: UnitClass, demands: list[frozenset[str]], size: int = 7
):
    """All pages one after the other, as somebody leafs through them."""
    after, read = None, []
    while True:
        with database.read() as session:
            found = search.page(session, unit.id, unit_class, TODAY, demands, after, size)
        read.append(found[:size])
        if len(found) <= size:
            return read
        after = found[size - 1].cursor


@contextmanager
def counted_statements(engine: Engine) -> Iterator[list[str]]:
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


@pytest.mark.parametrize("unit_class", list(UnitClass))
def test_the_statement_finds_exactly_whom_the_rules_find(database: Database, unit_class: UnitClass) -> None:
    unit = build_unit(database, unit_class=unit_class.value)
    people = crowd(database, unit, unit_class, 90, seed=11)
    within = [each for each in people if reachable(each.facts, TODAY)]
    assert 15 < len(within) < 75, "the crowd tries out both sides"
    chance = random.Random(3)
    for demands in [[], *(demands_of(chance) for _ in range(40))]:
        wanted = {each.built.id for each in within if all(each.tokens & group for group in demands)}
        with database.read() as session:
            found = search.page(session, unit.id, unit_class, TODAY, demands, None, 200)
            number = search.count(session, unit.id, unit_class, TODAY, demands, 1000)
        assert {one.seeker_id for one in found} == wanted, demands
        assert number == len(wanted)


def test_opening_one_asks_the_same_rule_as_finding_many(database: Database) -> None:
    unit = build_unit(database)
    people = crowd(database, unit, UnitClass.PRIVATE, 60, seed=5)
    with database.read() as session:
        for each in people:
            found = search.one(session, unit.id, UnitClass.PRIVATE, TODAY, each.built.alias_key)
            assert found == (each.built.id if reachable(each.facts, TODAY) else None)
        assert search.one(session, unit.id, UnitClass.PRIVATE, TODAY, bytes(16)) is None


def test_leafing_through_all_pages_meets_everybody_once_and_newest_month_first(database: Database) -> None:
    unit = build_unit(database)
    people = crowd(database, unit, UnitClass.PRIVATE, 80, seed=23)
    read = pages(database, unit, UnitClass.PRIVATE, [])
    met = [one.seeker_id for page in read for one in page]
    assert len(met) == len(set(met))
    assert set(met) == {each.built.id for each in people if reachable(each.facts, TODAY)}
    months = [one.cursor.month for page in read for one in page]
    assert months == sorted(months, reverse=True)
    assert all(len(page) == 7 for page in read[:-1])


def test_somebody_who_appears_or_leaves_between_two_pages_moves_nobody_else(database: Database) -> None:
    unit = build_unit(database)
    for _ in range(12):
        build_seeker(database, month=date(2026, 5, 1))
    with database.read() as session:
        first = search.page(session, unit.id, UnitClass.PRIVATE, TODAY, [], None, 5)
    build_seeker(database, month=date(2026, 6, 1))
    build_block(database, BuiltSeeker(first[0].seeker_id, b"", b"", None), unit)
    rest = []
    after = first[4].cursor
    while after is not None:
        with database.read() as session:
            found = search.page(session, unit.id, UnitClass.PRIVATE, TODAY, [], after, 5)
        rest += [one.seeker_id for one in found[:5]]
        after = found[4].cursor if len(found) > 5 else None
    assert len(rest) == 7
    assert not {one.seeker_id for one in first[:5]} & set(rest)


def test_counting_stops_at_the_cap(database: Database) -> None:
    unit = build_unit(database)
    for _ in range(9):
        build_seeker(database)
    with database.read() as session:
        assert search.count(session, unit.id, UnitClass.PRIVATE, TODAY, [], 8) == 9
        assert search.count(session, unit.id, UnitClass.PRIVATE, TODAY, [], 3) == 4


def test_a_token_is_found_as_a_whole_word_only(database: Database) -> None:
    unit = build_unit(database)
    long = build_seeker(database, tokens=["place:24201"])
    short = build_seeker(database, tokens=["place:24"])
    with database.read() as session:
        for token, wanted in (("place:24", short), ("place:24201", long)):
            found = search.page(session, unit.id, UnitClass.PRIVATE, TODAY, [{token}], None, 10)
            assert [one.seeker_id for one in found] == [wanted.id]
        assert search.page(session, unit.id, UnitClass.PRIVATE, TODAY, [{"place:2"}], None, 10) == []
        assert search.page(session, unit.id, UnitClass.PRIVATE, TODAY, [{"%"}], None, 10) == []
        assert search.page(session, unit.id, UnitClass.PRIVATE, TODAY, [{"'; --"}], None, 10) == []


def test_opening_a_profile_is_counted_once_for_each_day_and_time(database: Database) -> None:
    unit, person = build_unit(database), build_seeker(database)
    with database.write() as session:
        for on in (TODAY, TODAY, TODAY + timedelta(days=1)):
            search.note_view(session, unit.id, person.id, on)
        session.commit()
        noted = session.execute(
            select(profile_view.c.jst_day, profile_view.c.n).order_by(profile_view.c.jst_day)
        )
        assert [tuple(row) for row in noted] == [(TODAY, 2), (TODAY + timedelta(days=1), 1)]


def test_contacts_are_those_of_the_asking_unit_only(database: Database) -> None:
    mine, other = build_unit(database), build_unit(database)
    known, unknown = build_seeker(database), build_seeker(database)
    with database.write() as session:
        for unit, answer in ((mine, "use"), (other, None)):
            session.execute(
                insert(letterhead).values(
                    unit_id=unit.id, digest=str(unit.id), content="{}", created_at=LONG_AGO
                )
            )
            session.execute(
                insert(thread).values(
                    unit_id=unit.id,
                    seeker_id=known.id,
                    opened_at=LONG_AGO,
                    last_at=LONG_AGO,
                    letterhead_id=select(letterhead.c.id)
                    .where(letterhead.c.unit_id == unit.id)
                    .scalar_subquery(),
                    answer=answer,
                )
            )
        session.commit()
        found = search.contacts(session, mine.id, [known.id, unknown.id])
        assert found == {known.id: search.Contact(None, None, "use", "none")}
        theirs = search.contacts(session, other.id, [known.id, unknown.id])
        assert theirs == {known.id: search.Contact(None, None, None, "none")}
        assert search.contacts(session, mine.id, []) == {}


@pytest.mark.parametrize("people", [0, 1, PAGE_SIZE + 5])
def test_a_page_is_one_statement_however_many_fit(database: Database, people: int) -> None:
    unit = build_unit(database)
    for _ in range(people):
        build_seeker(database, tokens=["place:24"])
    with database.read() as session, counted_statements(session.get_bind()) as sent:
        search.page(session, unit.id, UnitClass.PRIVATE, TODAY, [{"place:24"}], None, PAGE_SIZE)
    assert len([text for text in sent if "profile" in text]) == 1
