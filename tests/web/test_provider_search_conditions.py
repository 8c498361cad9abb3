"""The conditions of a search: words, what the unit has done, dropping one, and what to relax when nobody fits."""

from datetime import date
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from portal.domain.answer import AnswerKind
from portal.domain.profile import Choice
from portal.services import outcome
from portal.services import search as service
from portal.services.profile import every
from portal.services.thread import THREAD_TOKEN
from portal.web.provider import search as pages
from tests.web.alike import statements
from tests.web.page_client import page_of
from tests.web.provider_world import World
from tests.web.provider_world import world as build_world

NURSE = (
    Choice("occupation", "occupation", "021"),
    Choice("place", "municipality", "13104"),
    Choice("employment", "employment_type", "part_time"),
    Choice("licence", "licence", "L001"),
    Choice("experience", "occupation", "056", "3_to_5"),
)


@pytest.fixture
def world(database: Any, clock: Any, client: Any) -> World:
    """With the code tables."""
    return build_world(database, clock, client)


@pytest.fixture
def plain(database: Any, clock: Any, client: Any) -> World:
    """Without them, where nothing depends on them."""
    return build_world(database, clock, client, tables=False)


def tokens(page: Any) -> list[str]:
    return [box.get("value") for box in page.root.all("input") if box.get("name") == "to"]


def test_nothing_found_says_what_to_relax(world: World) -> None:
    world.seeker()
    page = world.client.page("/provider/results?occupation=056&prefecture=24&licence=L001")
    assert "見つかりませんでした" in page.text
    assert "「免許・資格」の条件を外す （1人）" in page.text
    assert "「希望する職業」の条件を外す" not in page.text
    relaxed = world.client.page(page.links["「免許・資格」の条件を外す"])
    assert len(tokens(relaxed)) == 1


def test_when_no_single_condition_helps_the_page_says_so(world: World) -> None:
    world.seeker()
    page = world.client.page("/provider/results?occupation=021&licence=L001")
    assert "どの条件も、一つ外すだけでは見つかりません" in page.text
    assert page.links["条件を変える"] == "/provider/search?occupation=021&licence=L001"


def test_a_municipality_nobody_wants_can_be_widened_to_its_prefecture(world: World) -> None:
    who = world.seeker()
    page = world.client.page("/provider/results?municipality=24202")
    wider = world.client.page(page.links["勤務地を都道府県まで広げる"])
    assert tokens(wider) == [world.unit.token(who)]


def test_who_wants_a_whole_prefecture_is_found_for_its_municipality_and_marked(world: World) -> None:
    whole = world.seeker(
        Choice("occupation", "occupation", "056"),
        Choice("place", "prefecture", "24"),
        Choice("employment", "employment_type", "regular"),
    )
    exact = world.seeker()
    page = world.client.page("/provider/results?municipality=24201")
    assert set(tokens(page)) == {world.unit.token(whole), world.unit.token(exact)}
    marked = [row for row in page.root.all("tr") if "市区町村は指定していません" in row.text]
    assert [tokens_in(row) for row in marked] == [[world.unit.token(whole)]]


def tokens_in(element: Any) -> list[str]:
    return [box.get("value") for box in element.all("input") if box.get("name") == "to"]


def test_the_advice_is_one_statement_however_many_conditions_there_are(world: World) -> None:
    world.seeker()
    address = "/provider/results?occupation=021"
    few = f"{address}&licence=L001"
    many = f"{address}&employment=part_time&wage=M20&education=university&licence=L001&unwritten=y"
    world.client.page(few)
    with statements(world.client.application) as of_few:
        world.client.page(few)
    many = world.client.get(many).location
    with statements(world.client.application) as of_many:
        world.client.page(many)
    assert len(of_few) == len(of_many)


def test_each_condition_can_be_dropped_alone(world: World) -> None:
    page = world.client.page("/provider/results?words=介護+夜勤&occupation=05&occupation=021&licence=L001")
    assert "言葉 介護 外す と 夜勤 外す" in page.text
    drop = {link.get("aria-label"): parse_qs(urlsplit(link.get("href")).query) for link in page.root.all("a")}
    assert drop["「夜勤」を外す"] == {"words": ["介護"], "occupation": ["05", "021"], "licence": ["L001"]}
    assert drop["「普通自動車第一種運転免許」を外す"] == {
        "words": ["介護 夜勤"],
        "occupation": ["05", "021"],
    }
    left = [asked["occupation"] for asked in drop.values() if len(asked.get("occupation", [])) == 1]
    assert left == [["021"], ["05"]]


def test_a_word_that_cannot_be_searched_is_told_beside_its_field_and_kept(world: World) -> None:
    page = world.client.page("/provider/results?words=%E4%BB%8B&occupation=021", 422)
    assert "言葉は、それぞれ2文字以上で入力してください。" in page.text
    form = page.form_with("words", "occupation")
    assert form.fields["words"] == ["介"]
    assert "021" in form.fields["occupation"]


def test_words_are_found_however_they_are_written_and_shown_as_they_were(world: World) -> None:
    who = world.seeker(pr="カイゴの<b>夜勤</b>を続けました。")
    other = world.seeker(pr="介護の仕事を続けました。")
    found = world.client.submit("/provider/search", {"words": "ｶｲｺﾞ　夜勤"}, follow=True)
    page = page_of(found)
    assert tokens(page) == [world.unit.token(who)]
    assert world.unit.token(other) not in page.html
    assert [mark.text for mark in page.root.all("mark")] == ["カイゴ", "夜勤"]
    assert "カイゴ</mark>の&lt;b&gt;<mark>夜勤</mark>&lt;/b&gt;を続けました。" in page.html
    assert parse_qs(found.request.query_string.decode()) == {"words": ["ｶｲｺﾞ 夜勤"]}


def test_words_of_the_experience_are_found_and_shown_too(world: World) -> None:
    who = world.seeker(pr="よろしくお願いします。", experience="特別養護老人ホームで介護をしました。")
    page = world.client.page("/provider/results?words=介護")
    assert tokens(page) == [world.unit.token(who)]
    (row,) = [row for row in page.root.all("tr") if row.get("class") == "results__excerpt"]
    assert row.text.startswith("経験 特別養護老人ホームで 介護")


def test_a_search_that_takes_too_long_says_so_and_gives_no_number(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    limited = service.SearchPage((), 0, False, "", limited=True)
    monkeypatch.setattr(service, "search", lambda *_a, **_k: limited)
    page = world.client.page("/provider/results?words=介護")
    assert "条件をしぼってください。" in page.text
    assert "該当" not in page.text
    assert "外してさがす" not in page.text
    assert page.links["条件を変える"] == "/provider/search?words=%E4%BB%8B%E8%AD%B7"


def test_what_was_broken_off_is_said_to_be_the_least_there_are(app: Any) -> None:
    with app.test_request_context():
        assert pages.counted(service.SearchPage((), 20, True, "x", limited=True)) == "20人以上"
        assert pages.counted(service.SearchPage((), 1000, True, "x")) == "1,000人以上"


def test_closed_threads_are_marked_in_words(plain: World) -> None:
    who = plain.seeker(with_account=True)
    plain.send([who])
    plain.answer(who, AnswerKind.USE, "")
    with plain.database.write() as session:
        token = plain.unit.token(who, THREAD_TOKEN)
        typed = {"outcome": "ended", "happened_on": "2026-06-15"}
        outcome.record(session, plain.clock, plain.member.actor, token, typed)
    page = plain.client.page("/provider/results")
    (mark,) = [each for each in page.root.all("span") if each.text == "終了"]
    assert mark.get("class") == "tag tag--neutral"


def test_who_was_written_to_or_opened_can_be_left_out(plain: World) -> None:
    written, opened, fresh = (plain.seeker() for _ in range(3))
    plain.send([written])
    plain.client.page(plain.profile_url(opened))
    left = {
        "unwritten=y": {opened, fresh},
        "unopened=y": {written, fresh},
        "unwritten=y&unopened=y": {fresh},
    }
    for query, people in left.items():
        page = plain.client.page(f"/provider/results?{query}")
        assert set(tokens(page)) == {plain.unit.token(who) for who in people}, query
    form = plain.client.page("/provider/search?unwritten=y").form_with("unwritten")
    assert form.fields["unwritten"] == ["y"]


def test_a_search_can_begin_with_a_month_of_publication(plain: World) -> None:
    plain.seeker(month=date(2026, 4, 1))
    young = plain.seeker(month=date(2026, 5, 1))
    found = plain.client.submit("/provider/search", {"since": "2026-05"}, follow=True)
    assert tokens(page_of(found)) == [plain.unit.token(young)]
    assert "2026年5月以降に提供を始めた人" in page_of(found).text


@pytest.mark.parametrize("month", ["2026-13", "2026-05-01", "x", "9999-01"])
def test_a_month_that_is_none_is_told_beside_its_field(plain: World, month: str) -> None:
    assert "一覧にあるものから" in plain.client.page(f"/provider/results?since={month}", 422).text


def test_years_are_those_of_the_occupation_asked_for(world: World) -> None:
    nurse = world.seeker(*NURSE)
    world.seeker(
        Choice("occupation", "occupation", "056"),
        Choice("experience", "occupation", "056", "under_1"),
        Choice("experience", "occupation", "021", "3_to_5"),
    )
    page = world.client.page("/provider/results?experience=056&years=3_to_5")
    assert tokens(page) == [world.unit.token(nurse)]
    major = _major_of(world, "056")
    page = world.client.page(f"/provider/results?experience={major}&years=3_to_5")
    assert tokens(page) == [world.unit.token(nurse)]
    assert len(tokens(world.client.page("/provider/results?years=3_to_5"))) == 2


def _major_of(world: World, code: str) -> str:
    with world.database.read() as session:
        return str(every(session)["occupation"][code].parent)
