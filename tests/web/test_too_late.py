"""Buttons that put something back, pressed too late: the true reason stands on the page, and nothing is changed."""

from datetime import timedelta
from typing import Any

import pytest

from portal.domain.saved_search import Asked
from portal.domain.search import Criteria
from portal.services import saved_search, template
from tests.registrations import build_office_clerk, prepare, register
from tests.web.page_client import page_of
from tests.web.provider_world import World
from tests.web.provider_world import world as built
from tests.web.signing import sign_in_as


@pytest.fixture
def world(database: Any, clock: Any, client: Any) -> World:
    return built(database, clock, client, tables=False)


def test_an_undo_on_another_day_says_that_the_day_is_over(client: Any, database: Any, clock: Any) -> None:
    prepare(database, clock)
    clerk = build_office_clerk(database)
    sign_in_as(client, clerk.account_id)
    address = f"/office/seekers/{register(database, clock, clerk, range_municipal='y').office_id}"
    client.submit(f"{address}/range", {"range_municipal": []})
    undo = client.page(address).form_at(f"{address}/range/undo")
    clock.advance(timedelta(hours=25))
    sign_in_as(client, clerk.account_id)
    token = client.page(address).form_at("/sign-out").fields["csrf_token"]

    late = client.post(undo.action, data={**undo.fields, "csrf_token": token}, follow_redirects=True)

    assert "元に戻せるのは、変更した日のうちだけです" in page_of(late).text
    assert "ほかの変更がありました" not in page_of(late).text


def removed(world: World, address: str) -> Any:
    """The button that puts it back, on the page after removing."""
    gone = world.client.submit(address, {}, form=world.client.page(address).form_at(f"{address}/remove"))
    return world.client.page(gone.location).form_at(f"{address}/restore")


def make(world: World, text: str = "文章") -> str:
    world.client.submit("/provider/templates/new", {"title": "一", "text": text})
    return str(world.client.page("/provider/templates").links["一"])


@pytest.mark.parametrize("swept", [False, True])
def test_a_text_put_back_after_a_day_is_told_to_be_gone(world: World, clock: Any, swept: bool) -> None:
    button = removed(world, make(world))
    clock.advance(timedelta(hours=24, seconds=1))
    sign_in_as(world.client, world.member.account_id)
    if swept:
        with world.database.write() as session:
            template.forget_removed(session, clock, world.member.actor)
    token = world.client.page("/provider/templates").form_at("/sign-out").fields["csrf_token"]

    late = world.client.post(button.action, data={**button.fields, "csrf_token": token})

    assert (late.status_code, late.location) == (303, "/provider/templates")
    assert "元に戻せるのは、削除してから24時間以内です" in world.client.page(late.location).text


def save(world: World, words: str) -> str:
    with world.database.write() as session:
        asked = Asked(Criteria(words=(words,)))
        ref = saved_search.save(session, world.clock, world.member.actor, {"name": "見本の検索"}, asked)
    return f"/provider/saved/{ref}"


@pytest.mark.parametrize("swept", [False, True])
def test_a_search_put_back_after_a_day_is_told_to_be_gone(world: World, clock: Any, swept: bool) -> None:
    button = removed(world, save(world, "介護"))
    clock.advance(timedelta(hours=24, seconds=1))
    sign_in_as(world.client, world.member.account_id)
    if swept:
        with world.database.write() as session:
            saved_search.forget_removed(session, clock, world.member.actor)
    token = world.client.page("/provider/saved").form_at("/sign-out").fields["csrf_token"]

    late = world.client.post(button.action, data={**button.fields, "csrf_token": token})

    assert (late.status_code, late.location) == (303, "/provider/saved")
    assert "元に戻せるのは、削除してから24時間以内です" in world.client.page(late.location).text


def test_a_text_is_not_put_back_beside_another_of_its_title(world: World) -> None:
    button = removed(world, make(world))
    make(world, "別の文章")

    refused = world.client.submit("/provider/templates", {}, form=button)
    page = world.client.page(refused.location)

    assert "同じ題名の文例があるため、元に戻していません" in page.text
    assert sum(link.text == "一" for link in page.root.all("a")) == 1
    world.client.submit(page.links["一"], {"title": "二", "text": "別の文章"})
    world.client.submit("/provider/templates", {}, form=button)
    assert {"一", "二"} <= set(world.client.page("/provider/templates").links)


def test_a_search_is_not_put_back_beside_another_of_its_name(world: World) -> None:
    button = removed(world, save(world, "介護"))
    save(world, "看護")

    refused = world.client.submit("/provider/saved", {}, form=button)
    page = world.client.page(refused.location)

    assert "同じ名前で保存した検索があるため、元に戻していません" in page.text
    assert sum(link.text == "見本の検索" for link in page.root.all("a")) == 1
