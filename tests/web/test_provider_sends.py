"""The history of sends by the pages: what is listed, for whom, and how it is narrowed and leafed through."""

from typing import Any

import pytest

from portal.domain.answer import AnswerKind
from portal.services.send_history import PAGE
from tests.build import build_block, build_department, build_member, build_unit
from tests.web.provider_world import TEXT, World
from tests.web.provider_world import world as build_world
from tests.web.signing import sign_in_as

LIST = "/provider/sends"


@pytest.fixture
def world(database: Any, clock: Any, client: Any) -> World:
    return build_world(database, clock, client, tables=False)


def rows(page: Any) -> list[list[str]]:
    """The numbers of each row."""
    bodies = list(page.root.all("tbody"))
    lines = bodies[0].all("tr") if bodies else []
    return [[cell.text for cell in line.all("td")][1:] for line in lines]


def test_sends_are_listed_with_their_results_and_each_has_its_page(world: World) -> None:
    asks, wishes, blocked = (world.seeker(with_account=True) for _ in range(3))
    build_block(world.database, blocked, world.unit)
    world.send([asks, wishes, blocked])
    world.answer(asks)
    world.answer(wishes, AnswerKind.USE, "")
    page = world.client.page(LIST)
    assert rows(page) == [["3", "2", "1", "2", "1"]]
    assert "架空の案内です。 一度お話ししませんか。" in page.text
    one = world.client.page(page.links["2026年6月15日 10:00"])
    for told in (
        "選んだ人数 3人",
        "送信した人数 2人",
        "送信できなかった人数 1人",
        "返事をした人数 2人",
        "利用希望の人数 1人",
    ):
        assert told in one.text


def test_nothing_sent_is_said(world: World) -> None:
    assert "まだありません" in world.client.page(LIST).text


def test_the_officer_narrows_by_sender_and_department(world: World) -> None:
    theirs = build_department(world.database, world.unit, "見本二課")
    colleague = build_member(world.database, world.unit, department_id=theirs)
    world.send([world.seeker()])
    world.send([world.seeker() for _ in range(2)], member=colleague)
    assert "見本二課" not in world.client.page(LIST).text
    officer = world.sign_in(build_member(world.database, world.unit, role="officer"))
    page = officer.page(LIST)
    assert [row[0] for row in rows(page)] == ["2", "1"]
    form = page.form_with("place", "sender")
    options = {option.text: option.get("value") for option in form.element.all("option")}
    narrowed = officer.get(form.action, query_string={"place": options["見本二課"]})
    assert [row[0] for row in rows_of(narrowed)] == ["2"]


def rows_of(response: Any) -> list[list[str]]:
    from tests.web.page_client import page_of

    return rows(page_of(response))


def test_a_long_history_is_leafed_through(world: World) -> None:
    who = world.seeker()
    for _ in range(PAGE + 1):
        world.send([who])
    first = world.client.page(LIST)
    assert len(rows(first)) == PAGE
    assert len(rows(world.client.page(first.links["次へ"]))) == 1


def test_answers_are_listed_when_they_are_asked_for(world: World) -> None:
    who = world.seeker(with_account=True)
    world.send([who])
    world.answer(who)
    world.client.submit(world.thread_url(who), {"text": "見本の返事です。"})
    assert len(rows(world.client.page(LIST))) == 1
    assert "（返事）" in world.client.page(f"{LIST}?kind=all").text


def test_another_units_send_is_the_page_of_one_that_never_was(world: World) -> None:
    world.send([world.seeker()])
    address = world.client.page(LIST).links["2026年6月15日 10:00"]
    other = world.client.application.test_client()
    sign_in_as(other, build_member(world.database, build_unit(world.database), role="officer").account_id)
    assert other.get(address).status_code == 404
    assert TEXT.splitlines()[0] not in other.page(LIST).text


@pytest.mark.parametrize("query", ["after=x", "sender=x&place=y", "kind=x", "place=place-99", "after=架空"])
def test_an_address_nobody_gave_out_shows_the_list(world: World, query: str) -> None:
    world.send([world.seeker()])
    assert len(rows(world.client.page(f"{LIST}?{query}"))) == 1


@pytest.mark.parametrize("ref", ["x", "A" * 40, "架空"])
def test_a_send_that_never_was_is_not_found(world: World, ref: str) -> None:
    assert world.client.get(f"{LIST}/{ref}").status_code == 404
