"""Searching for words: who is found, what is never found, and what is told when it takes too long."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import insert, text

from portal.calendar.clock import FixedClock
from portal.domain.narrowing import Narrowing
from portal.domain.refusal import Refusal
from portal.domain.search import PAGE_SIZE, Criteria
from portal.services import held_text, seeker
from portal.services import search as service
from portal.services.profile import change_data
from portal.services.search import SearchPage
from portal.store.database import Database
from portal.store.tables import profile_choice
from tests.build import (
    BuiltMember,
    BuiltSeeker,
    BuiltUnit,
    build_block,
    build_codes,
    build_member,
    build_seeker,
    build_unit,
)
from tests.registrations import FORM, build_office_clerk, prepare, register

TODAY = date(2026, 6, 15)
TELLING = "架空の接客です。電話は090-0000-0000です。"
FOR_EVER = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30000000) "
    "SELECT count(*) FROM n",
    "postgresql": "SELECT pg_sleep(10)",
}


@pytest.fixture
def acting_unit(database: Database) -> BuiltUnit:
    return build_unit(database)


@pytest.fixture
def member(database: Database, acting_unit: BuiltUnit) -> BuiltMember:
    return build_member(database, acting_unit)


def find(database: Database, clock: FixedClock, of: BuiltMember, *words: str, **more: Any) -> SearchPage:
    with database.read() as session:
        return service.search(session, clock, of.actor, Criteria(words=words, **more))


def met(database: Database, clock: FixedClock, unit: BuiltUnit, of: BuiltMember, *words: str) -> set[str]:
    return {card.token for card in find(database, clock, of, *words).cards}


def test_words_find_those_whose_texts_hold_all_of_them(
    database: Database, clock: FixedClock, acting_unit: BuiltUnit, member: BuiltMember
) -> None:
    both = build_seeker(database, pr="ｾｯｷｬｸ と経理の架空の経験です。")
    one = build_seeker(database, pr="せっきゃくの架空の経験です。")
    build_seeker(database, pr="架空の介護です。")
    build_seeker(database)
    assert met(database, clock, acting_unit, member, "セッキャク") == {
        acting_unit.token(both),
        acting_unit.token(one),
    }
    assert met(database, clock, acting_unit, member, "経理", "セッキャク") == {acting_unit.token(both)}
    page = find(database, clock, member, "経理", "介護")
    assert page == SearchPage((), 0, many=False, after="")


def test_leafing_through_the_results_of_a_word_meets_everybody_once(
    database: Database, clock: FixedClock, acting_unit: BuiltUnit, member: BuiltMember
) -> None:
    people = [
        build_seeker(database, pr="架空の接客です。" if number % 2 else "架空の経理です。")
        for number in range(4 * PAGE_SIZE + 6)
    ]
    seen: list[str] = []
    after = ""
    while True:
        with database.read() as session:
            page = service.search(session, clock, member.actor, Criteria(words=("接客",)), after)
        seen += [card.token for card in page.cards]
        assert page.found == 2 * PAGE_SIZE + 3
        after = page.after
        if not after:
            break
    assert sorted(seen) == sorted(acting_unit.token(who) for who in people[1::2])


OUT_OF_REACH: dict[str, dict[str, Any]] = {
    "stopped": {"stopped": True},
    "expired": {"valid_until": date(2026, 6, 14)},
    "range": {"range_private": False},
    "school": {"never_eligible": True},
    "unpublished": {"published": False},
    "blocked": {},
}


@pytest.mark.parametrize("cause", OUT_OF_REACH)
def test_R5_a_word_finds_nobody_whom_the_unit_does_not_reach(
    database: Database, clock: FixedClock, acting_unit: BuiltUnit, member: BuiltMember, cause: str
) -> None:
    nobody = find(database, clock, member, "接客")
    who = build_seeker(database, pr="架空の接客です。", **OUT_OF_REACH[cause])
    if cause == "blocked":
        build_block(database, who, acting_unit)
    assert find(database, clock, member, "接客") == nobody


def test_R3_a_held_text_is_never_found_and_what_is_shown_always(
    database: Database, clock: FixedClock, acting_unit: BuiltUnit, member: BuiltMember
) -> None:
    prepare(database, clock)
    clerk = build_office_clerk(database)

    def change(office_id: str, pr: str) -> None:
        with database.write() as session:
            change_data(session, clock, clerk, office_id, {**FORM, "pr": pr})

    def decide(office_id: str, how: Callable[..., None], words: str) -> None:
        with database.write() as session:
            how(session, clock, clerk, office_id, "pr", words, seen=None)

    def count(*words: str) -> int:
        return find(database, clock, member, *words).found

    done = register(database, clock, clerk, pr=TELLING)
    assert (count("接客"), count("090-0000-0000"), count("電話")) == (0, 0, 0)
    change(done.office_id, "架空の販売です。")
    assert (count("接客"), count("販売")) == (0, 1)
    change(done.office_id, TELLING)
    assert (count("接客"), count("販売")) == (0, 1)
    decide(done.office_id, held_text.release, "見本の番号です。")
    assert (count("接客"), count("販売")) == (1, 0)
    change(done.office_id, "架空の経理です。090-0000-0000")
    decide(done.office_id, held_text.refuse, "見本の理由です。")
    assert (count("接客"), count("経理")) == (1, 0)
    change(done.office_id, "架空の経理です。090-0000-0000")
    decide(done.office_id, held_text.replace, "架空の経理です。")
    assert (count("接客"), count("経理")) == (0, 1)
    change(done.office_id, "")
    assert count("経理") == 0


def test_a_text_that_a_new_name_was_found_in_is_not_found_any_more(
    database: Database, clock: FixedClock, acting_unit: BuiltUnit, member: BuiltMember
) -> None:
    prepare(database, clock)
    clerk = build_office_clerk(database)
    done = register(database, clock, clerk, pr="架空の店で雛形太郎さんと接客しました。")
    before = find(database, clock, member, "接客").found
    with database.write() as session:
        seeker.change_identity(
            session, clock, clerk, done.office_id, {**FORM, "name": "雛形 太郎", "kana": "ヒナガタ タロウ"}
        )
    assert (before, find(database, clock, member, "接客").found) == (1, 0)


def _place(database: Database, who: BuiltSeeker, kind: str, code: str) -> None:
    with database.write() as session:
        session.execute(
            insert(profile_choice).values(seeker_id=who.id, role="place", position=1, kind=kind, code=code)
        )
        session.commit()


def test_a_municipality_finds_those_who_wish_for_the_whole_prefecture_and_says_so(
    database: Database, clock: FixedClock, acting_unit: BuiltUnit, member: BuiltMember
) -> None:
    build_codes(database, "prefecture", ["24"])
    build_codes(database, "municipality", ["24201"])
    whole = build_seeker(database, tokens=["place:24", "whole:24"])
    part = build_seeker(database, tokens=["place:24", "place:24201"])
    with database.write() as session:
        session.execute(text("UPDATE code SET parent = '24' WHERE kind = 'municipality'"))
        session.commit()
    _place(database, whole, "prefecture", "24")
    _place(database, part, "municipality", "24201")
    cards = find(database, clock, member, chosen={"municipality": ("24201",)}).cards
    assert {card.token: card.around for card in cards} == {
        acting_unit.token(whole): True,
        acting_unit.token(part): False,
    }
    cards = find(database, clock, member, chosen={"prefecture": ("24",)}).cards
    assert [card.around for card in cards] == [False, False]


@pytest.fixture
def slow(engine_kind: str, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Makes one step of a search take for ever."""

    def make(name: str) -> None:
        def wait(session: Any, *_: Any, **__: Any) -> Any:
            session.execute(text(FOR_EVER[engine_kind]))

        monkeypatch.setattr(service.store, name, wait)
        monkeypatch.setattr(service, "LONGEST", 0.3)

    return make


def test_a_search_that_takes_too_long_is_broken_off_and_says_so(
    database: Database, clock: FixedClock, member: BuiltMember, slow: Callable[[str], None]
) -> None:
    build_seeker(database, pr="架空の接客です。")
    slow("page")
    assert find(database, clock, member, "接客") == SearchPage((), 0, many=False, after="", limited=True)


def test_when_only_counting_takes_too_long_the_page_is_shown_all_the_same(
    database: Database, clock: FixedClock, member: BuiltMember, slow: Callable[[str], None]
) -> None:
    for _ in range(PAGE_SIZE + 1):
        build_seeker(database, pr="架空の接客です。")
    slow("count")
    page = find(database, clock, member, "接客")
    assert (len(page.cards), page.found, page.many, page.limited) == (PAGE_SIZE, PAGE_SIZE, True, True)
    assert page.after


def test_choosing_all_of_a_search_that_takes_too_long_is_refused(
    database: Database,
    clock: FixedClock,
    acting_unit: BuiltUnit,
    member: BuiltMember,
    slow: Callable[[str], None],
) -> None:
    slow("page")
    with database.write() as session:
        acting = service.require_acting(session, member.actor, TODAY)
        with pytest.raises(Refusal) as refused:
            service.first_found(
                session, acting, TODAY, Criteria(words=("接客",)), Narrowing(), 5, text("1 = 1")
            )
    assert refused.value.reason == "search_took_too_long"
