"""Finding seekers and opening a profile: what a unit gets, and what two units can never lay side by side."""

import dataclasses
import random
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from enum import Enum
from typing import Any

import pytest
from sqlalchemy import Engine, event, insert, select, update

from portal.calendar.clock import FixedClock
from portal.domain.actor import Actor, ActorKind
from portal.domain.outcome import Outcome
from portal.domain.refusal import Forbidden, Invalid, NotFound, Refusal, SearchClosed
from portal.domain.search import PAGE_SIZE, Criteria
from portal.services import search as service
from portal.services.search import ContactMark, ContactState
from portal.store import alias
from portal.store.database import Database, Use
from portal.store.tables import audit, code, letterhead, profile_choice, profile_view, thread, unit
from tests import build
from tests.build import (
    LONG_AGO,
    BuiltMember,
    BuiltSeeker,
    BuiltUnit,
    build_block,
    build_codes,
    build_department,
    build_member,
    build_seeker,
    build_unit,
)

TODAY = date(2026, 6, 15)
ALL = Criteria()


@pytest.fixture
def acting_unit(database: Database) -> BuiltUnit:
    return build_unit(database)


@pytest.fixture
def member(database: Database, acting_unit: BuiltUnit) -> BuiltMember:
    return build_member(database, acting_unit)


def find(database: Database, clock: FixedClock, actor: Actor, asked: Criteria = ALL, after: str = "") -> Any:
    with database.read() as session:
        return service.search(session, clock, actor, asked, after)


def opened(database: Database, clock: FixedClock, actor: Actor, token: str) -> Any:
    with database.write() as session:
        return service.open_profile(session, clock, actor, token)


def leafed(database: Database, clock: FixedClock, actor: Actor) -> list[Any]:
    pages, after = [], ""
    while True:
        pages.append(find(database, clock, actor, after=after))
        after = pages[-1].after
        if not after:
            return pages


def build_thread(
    database: Database,
    where: BuiltUnit,
    who: BuiltSeeker,
    *,
    department_id: int | None = None,
    answer: str | None = None,
    outcome: str = "none",
) -> None:
    """A thread as a send leaves it behind, without its messages."""
    with database.write() as session:
        head = session.execute(
            insert(letterhead)
            .values(unit_id=where.id, digest=f"見本{who.id}", content="{}", created_at=LONG_AGO)
            .returning(letterhead.c.id)
        ).scalar_one()
        session.execute(
            insert(thread).values(
                unit_id=where.id,
                seeker_id=who.id,
                department_id=department_id,
                opened_at=LONG_AGO,
                last_at=LONG_AGO,
                letterhead_id=head,
                answer=answer,
                outcome=outcome,
            )
        )
        session.commit()


@contextmanager
def statements(engine: Engine) -> Iterator[list[str]]:
    """What is sent to the database, without the number of values in a list."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(re.sub(r"IN \([^)]*\)", "IN (...)", statement))

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_a_card_shows_the_token_the_code_and_what_the_profile_shows(
    database: Database, clock: FixedClock, acting_unit: BuiltUnit, member: BuiltMember
) -> None:
    build_codes(database, "occupation", ["031"])
    who = build_seeker(database, tokens=["occupation:031"], pr="架空の自己PRです。", month=date(2026, 5, 1))
    with database.write() as session:
        session.execute(
            insert(profile_choice).values(
                seeker_id=who.id, role="occupation", position=1, kind="occupation", code="031"
            )
        )
        session.commit()
    page = find(database, clock, member.actor)
    (card,) = page.cards
    assert card.token == acting_unit.token(who)
    assert card.profile.alias == alias.code(acting_unit.key, who.alias_key)
    assert [one.code for one in card.profile.occupations] == ["031"]
    assert (card.profile.pr, card.profile.month) == ("架空の自己PRです。", date(2026, 5, 1))
    assert card.contact == ContactMark()
    assert (page.found, page.many, page.after) == (1, False, "")


def values_of(shown: Any) -> Iterator[Any]:
    if dataclasses.is_dataclass(shown):
        for field in dataclasses.fields(shown):
            yield from values_of(getattr(shown, field.name))
    elif isinstance(shown, tuple):
        for one in shown:
            yield from values_of(one)
    else:
        yield shown


def test_what_is_given_holds_no_number_of_anybody(
    database: Database, clock: FixedClock, acting_unit: BuiltUnit, member: BuiltMember
) -> None:
    for _ in range(PAGE_SIZE + 2):
        who = build_seeker(database, pr="見本")
    build_thread(database, acting_unit, who)
    page = find(database, clock, member.actor)
    plain = list(values_of(page))
    numbers = [one for one in plain if isinstance(one, int) and not isinstance(one, bool)]
    assert numbers == [page.found]
    allowed = (str, date, bool, int, Enum, type(None))
    assert all(isinstance(one, allowed) for one in plain)


def test_leafing_through_meets_everybody_once_and_counts_them(
    database: Database, clock: FixedClock, acting_unit: BuiltUnit, member: BuiltMember
) -> None:
    chance = random.Random(4)
    people = [
        build_seeker(database, month=date(2026, chance.choice([4, 5, 6]), 1))
        for _ in range(2 * PAGE_SIZE + 7)
    ]
    pages = leafed(database, clock, member.actor)
    assert [len(page.cards) for page in pages] == [PAGE_SIZE, PAGE_SIZE, 7]
    met = [card.token for page in pages for card in page.cards]
    assert sorted(met) == sorted(acting_unit.token(who) for who in people)
    assert {page.found for page in pages} == {len(people)}
    months = [card.profile.month for page in pages for card in page.cards]
    assert months == sorted(months, reverse=True)


def test_of_very_many_only_the_cap_is_told(
    database: Database, clock: FixedClock, member: BuiltMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "COUNT_CAP", 3)
    for number, told in ((3, (3, False)), (4, (3, True))):
        while True:
            page = find(database, clock, member.actor)
            if len(page.cards) == number:
                break
            build_seeker(database)
        assert (page.found, page.many) == told


def test_two_units_cannot_lay_their_lists_side_by_side(database: Database, clock: FixedClock) -> None:
    for _ in range(PAGE_SIZE + 5):
        build_seeker(database)
    lists = []
    for _ in range(2):
        where = build_unit(database)
        pages = leafed(database, clock, build_member(database, where).actor)
        lists.append((where, pages))
    (one, one_pages), (two, two_pages) = lists
    for told in (
        lambda pages: {card.token for page in pages for card in page.cards},
        lambda pages: {card.profile.alias for page in pages for card in page.cards},
        lambda pages: {page.after for page in pages if page.after},
    ):
        assert not told(one_pages) & told(two_pages)
    order = [
        [alias.open_token(where.key, "seeker", card.token) for card in pages[0].cards]
        for where, pages in ((one, one_pages), (two, two_pages))
    ]
    assert set(order[0]) == set(order[1])
    assert order[0] != order[1]


def test_the_order_inside_a_page_stays_as_it_was(
    database: Database, clock: FixedClock, member: BuiltMember
) -> None:
    for _ in range(6):
        build_seeker(database)
    assert find(database, clock, member.actor) == find(database, clock, member.actor)


@pytest.mark.parametrize("spoil", ["foreign", "cut", "letters", "nul", "long", "token"])
def test_a_place_that_was_not_given_out_is_refused(
    database: Database, clock: FixedClock, acting_unit: BuiltUnit, member: BuiltMember, spoil: str
) -> None:
    for _ in range(PAGE_SIZE + 1):
        who = build_seeker(database)
    place = find(database, clock, member.actor).after
    other = find(database, clock, build_member(database, build_unit(database)).actor).after
    spoilt = {
        "foreign": other,
        "cut": place[:-2],
        "letters": "えびす" * 5,
        "nul": "\x00" + place,
        "long": place * 100,
        "token": acting_unit.token(who),
    }[spoil]
    with pytest.raises(Invalid) as refused:
        find(database, clock, member.actor, after=spoilt)
    assert refused.value.errors == {"cursor": ["unknown"]}


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"suspended_from": TODAY}, "suspended"),
        ({"valid_until": TODAY - timedelta(days=1)}, "validity_ended"),
        ({"valid_from": TODAY + timedelta(days=1)}, "not_yet_valid"),
        ({"status": "ended"}, "application_ended"),
    ],
)
def test_a_unit_that_may_not_search_is_told_why(
    database: Database, clock: FixedClock, values: dict[str, Any], reason: str
) -> None:
    where, who = build_unit(database, **values), build_seeker(database)
    somebody = build_member(database, where)
    for act in (
        lambda: find(database, clock, somebody.actor),
        lambda: opened(database, clock, somebody.actor, where.token(who)),
    ):
        with pytest.raises(SearchClosed) as refused:
            act()
        assert refused.value.reason == reason


def test_without_an_officer_a_unit_still_searches(database: Database, clock: FixedClock) -> None:
    build_seeker(database)
    somebody = build_member(database, build_unit(database, officer=False))
    assert len(find(database, clock, somebody.actor).cards) == 1


def test_who_does_not_act_for_a_unit_finds_nothing(
    database: Database, clock: FixedClock, acting_unit: BuiltUnit
) -> None:
    who = build_seeker(database, with_account=True)
    left = build_member(database, acting_unit, until=TODAY).actor
    elsewhere = dataclasses.replace(left, unit_id=build_unit(database).id)
    undecided = Actor(ActorKind.MEMBER, account_id=left.account_id)
    for actor in (left, elsewhere, undecided, who.actor, Actor(ActorKind.PUBLIC)):
        with pytest.raises((Forbidden, NotFound)):
            find(database, clock, actor)
        with pytest.raises((Forbidden, NotFound)):
            opened(database, clock, actor, acting_unit.token(who))


@pytest.mark.parametrize("asked", [ALL, Criteria(words=("見本",)), Criteria(words=("見本", "架空"))])
def test_a_search_sends_as_many_statements_for_many_as_for_nobody(
    database: Database, clock: FixedClock, acting_unit: BuiltUnit, member: BuiltMember, asked: Criteria
) -> None:
    sent_for = []
    for people in (0, 1, PAGE_SIZE):
        for _ in range(people):
            build_thread(database, acting_unit, build_seeker(database, pr="見本"))
        with statements(database.engine(use=Use.READ)) as sent:
            find(database, clock, member.actor, asked)
        sent_for.append(
            [
                text
                for text in sent
                if " code" not in text
                and "set_config" not in text
                and "timeout" not in text
                and text != "BEGIN"
            ]
        )
    # Unit, page, count, contacts; months and texts; with words which way is shorter. What the tables of codes are
    # asked depends on them alone.
    number = 7 if asked.words else 6
    assert [len(sent) for sent in sent_for] == [number, number, number]


def test_opening_shows_the_profile_and_keeps_that_it_was_opened(
    database: Database, clock: FixedClock, acting_unit: BuiltUnit, member: BuiltMember
) -> None:
    who = build_seeker(database, pr="見本の自己PR")
    card = opened(database, clock, member.actor, acting_unit.token(who))
    assert card == find(database, clock, member.actor).cards[0]
    opened(database, clock, member.actor, acting_unit.token(who))
    clock.advance(timedelta(days=1))
    opened(database, clock, member.actor, acting_unit.token(who))
    with database.read() as session:
        noted = session.execute(select(profile_view).order_by(profile_view.c.jst_day)).all()
        kept = session.execute(select(audit.c.kind, audit.c.subject_kind, audit.c.subject_id)).all()
    assert [tuple(row) for row in noted] == [
        (acting_unit.id, who.id, TODAY, 2),
        (acting_unit.id, who.id, TODAY + timedelta(days=1), 1),
    ]
    assert [tuple(row) for row in kept] == [("profile.open", "seeker", who.id)] * 3


OUT_OF_REACH: dict[str, dict[str, Any]] = {
    "stopped": {"stopped": True},
    "expired": {"valid_until": TODAY - timedelta(days=1)},
    "not yet registered": {"valid_from": TODAY + timedelta(days=1)},
    "narrowed": {"range_private": False},
    "school": {"never_eligible": True},
    "new graduate": {"eligible_from": TODAY + timedelta(days=1)},
    "terms": {"terms_until": TODAY - timedelta(days=1)},
    "unpublished": {"published": False},
    "blocked": {},
}


def strangers(database: Database, where: BuiltUnit) -> dict[str, str]:
    """A token for every reason not to be found."""
    who = build_seeker(database)
    tokens = {
        "never existed": alias.token(where.key, "seeker", alias.new_alias_key()),
        "another unit's": build_unit(database).token(who),
        "of a thread": where.token(who, "thread"),
        "cut": where.token(who)[:-1],
        "empty": "",
        "unreadable": "架空" * 20,
        "longer": where.token(who) + "A",
    }
    for cause, values in OUT_OF_REACH.items():
        built = build_seeker(database, **values)
        tokens[cause] = where.token(built)
        if cause == "blocked":
            build_block(database, built, where)
    return tokens


def test_S_Q5_whoever_is_not_to_be_found_is_not_found_in_one_and_the_same_way(
    database: Database, clock: FixedClock, acting_unit: BuiltUnit, member: BuiltMember
) -> None:
    told: dict[str, Any] = {}
    for cause, token in strangers(database, acting_unit).items():
        with statements(database.engine()) as sent, pytest.raises(Refusal) as refused:
            opened(database, clock, member.actor, token)
        told[cause] = (type(refused.value), refused.value.reason, refused.value.facts, sent)
    first = next(iter(told.values()))
    assert first[0] is NotFound
    assert {cause for cause, one in told.items() if one != first} == set()
    with database.read() as session:
        assert session.execute(select(profile_view)).all() == []
        kept = session.execute(
            select(audit.c.kind, audit.c.subject_kind, audit.c.subject_id, audit.c.reason, audit.c.facts)
        ).all()
    assert len(kept) == len(told)
    assert len({repr(tuple(row)) for row in kept}) == 1


def test_R13_a_mark_tells_of_another_department_only_that_it_has_written(
    database: Database, clock: FixedClock, acting_unit: BuiltUnit
) -> None:
    mine, theirs = (build_department(database, acting_unit, name) for name in ("見本一課", "見本二課"))
    for department, answer, outcome in (
        (mine, None, "none"),
        (mine, "question", "none"),
        (mine, "use", "accepted"),
        (theirs, "use", "employed"),
    ):
        who = build_seeker(database)
        build_thread(database, acting_unit, who, department_id=department, answer=answer, outcome=outcome)
    build_seeker(database)
    somebody = build_member(database, acting_unit, department_id=mine)
    officer = build_member(database, acting_unit, role="officer")

    def marks(of: BuiltMember) -> set[tuple[ContactState, bool, str | None, Outcome, bool]]:
        cards = find(database, clock, of.actor).cards
        return {
            (c.contact.state, c.contact.own, c.contact.answer, c.contact.outcome, bool(c.contact.thread))
            for c in cards
        }

    shared = {
        (ContactState.NONE, True, None, Outcome.NONE, False),
        (ContactState.WRITTEN, True, None, Outcome.NONE, True),
        (ContactState.ANSWERED, True, "question", Outcome.NONE, True),
        (ContactState.OUTCOME, True, "use", Outcome.ACCEPTED, True),
    }
    assert marks(somebody) == shared | {(ContactState.WRITTEN, False, None, Outcome.NONE, False)}
    assert marks(officer) == shared | {(ContactState.OUTCOME, True, "use", Outcome.EMPLOYED, True)}


def test_a_unit_never_sees_what_another_unit_has_written(database: Database, clock: FixedClock) -> None:
    who, here, there = build_seeker(database), build_unit(database), build_unit(database)
    build_thread(database, there, who, answer="use", outcome="use_wished")
    (card,) = find(database, clock, build_member(database, here).actor).cards
    assert card.contact == ContactMark()


def test_a_measure_of_the_bureau_binds_in_the_middle_of_leafing(
    database: Database, clock: FixedClock, acting_unit: BuiltUnit, member: BuiltMember
) -> None:
    for _ in range(PAGE_SIZE + 1):
        build_seeker(database)
    place = find(database, clock, member.actor).after
    with database.write() as session:
        session.execute(
            update(unit)
            .where(unit.c.id == acting_unit.id)
            .values(suspended_from=TODAY, suspension_reason="見本")
        )
        session.commit()
    with pytest.raises(SearchClosed):
        find(database, clock, member.actor, after=place)


def test_the_tables_offer_what_is_in_force_and_know_what_has_ended(
    database: Database, clock: FixedClock
) -> None:
    build_codes(database, "occupation", ["031", "032"])
    with database.write() as session:
        session.execute(
            update(code).where(code.c.code == "032").values(valid_until=TODAY - timedelta(days=1))
        )
        session.commit()
    with database.read() as session:
        tables = service.tables(session, clock)
    assert set(tables.offered["occupation"]) == {"031"}
    assert set(tables.every["occupation"]) == {"031", "032"}


def test_an_ended_code_still_finds_whoever_carries_it(
    database: Database, clock: FixedClock, member: BuiltMember
) -> None:
    build_codes(database, "occupation", ["032"])
    who = build_seeker(database, tokens=["occupation:032"])
    build_seeker(database, tokens=["occupation:031"])
    page = find(database, clock, member.actor, Criteria({"occupation": ("032",)}))
    assert [alias.open_token(_key(database, member), "seeker", card.token) for card in page.cards] == [
        who.alias_key
    ]


def _key(database: Database, of: BuiltMember) -> bytes:
    with database.read() as session:
        sealed = session.execute(select(unit.c.token_key_sealed).where(unit.c.id == of.unit_id)).scalar_one()
    return build.KEYRING.open_bytes("unit.token_key", of.unit_id, sealed)
