"""The list of people to write to, by the pages: filled over several pages of results, written to, refused, emptied."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, insert, select

from portal.domain.search import PAGE_SIZE
from portal.store import alias
from portal.store.tables import message, profile, quota_use, selection, send
from tests.build import BuiltSeeker, build_block, build_member, build_unit
from tests.web.page_client import page_of
from tests.web.provider_world import TEXT, World
from tests.web.provider_world import world as build_world
from tests.web.signing import sign_in_as

LIST = "/provider/selection"


@pytest.fixture
def world(database: Any, clock: Any, client: Any) -> World:
    return build_world(database, clock, client, tables=False)


def tokens_on(page: Any) -> list[str]:
    return [
        box.get("value")
        for box in page.root.all("input")
        if box.get("type") == "checkbox" and box.get("name") == "to"
    ]


def add(world: World, address: str, tokens: list[str], **pressed: str) -> Any:
    form = world.client.page(address).form_with("to")
    return world.client.post(form.action, data={**form.fields, "to": tokens, **pressed})


def put(world: World, *people: BuiltSeeker) -> Any:
    """On the list past the ticking."""
    return add(world, "/provider/results", [world.unit.token(who) for who in people])


def chosen(world: World) -> int:
    with world.database.read() as session:
        return int(session.scalar(select(func.count()).select_from(selection)) or 0)


def stored(world: World) -> list[str]:
    with world.database.read() as session:
        return list(session.scalars(select(message.c.body)))


def use_up(world: World, n: int) -> None:
    with world.database.write() as session:
        session.execute(insert(quota_use).values(unit_id=world.unit.id, jst_day=date(2026, 6, 15), n=n))
        session.commit()


def preview(world: World, text: str = TEXT) -> Any:
    return world.client.submit("/provider/write?listed=1", {"text": text})


def press_send(world: World, previewed: Any) -> Any:
    form = page_of(previewed).form_with("seen")
    return world.client.post(form.action, data=form.fields)


def test_people_are_gathered_over_three_pages_and_written_to_together(world: World) -> None:
    people = [world.seeker() for _ in range(2 * PAGE_SIZE + 5)]
    address, picked = "/provider/results", []
    for number in range(3):
        ticked = tokens_on(world.client.page(address))[:2]
        picked += ticked
        done = add(world, address, ticked, onwards="1") if number < 2 else add(world, address, ticked)
        assert done.status_code == 303
        address = done.headers["Location"]
    page = world.client.page(LIST)
    codes = sorted(
        alias.code(world.unit.key, who.alias_key) for who in people if world.unit.token(who) in picked
    )
    assert [item.text for item in page.root.all("label")] == codes
    assert "選んだ人数 6人" in page.text
    assert "今、送信できる人数 6人" in page.text
    sent = press_send(world, preview(world))
    assert "送信した人数 6人" in world.client.page(sent.headers["Location"]).text
    assert len(stored(world)) == 6
    assert "まだ誰もいません" in world.client.page(LIST).text


def test_after_adding_one_is_back_on_the_page_or_on_the_next(world: World) -> None:
    for _ in range(PAGE_SIZE + 1):
        world.seeker()
    first = world.client.page("/provider/results")
    token = tokens_on(first)[0]
    back = add(world, "/provider/results", [token]).headers["Location"]
    assert back.endswith("/provider/results")
    page = world.client.page(back)
    assert "1人を送信リストに加えました（全部で1人）。" in page.text
    assert page.text.count("送信リストにあります") == 1
    on = add(world, "/provider/results", [token], onwards="1").headers["Location"]
    assert len(tokens_on(world.client.page(on))) == 1


def test_nobody_ticked_is_told(world: World) -> None:
    world.seeker()
    done = add(world, "/provider/results", [])
    assert "チェックを付けてください" in world.client.page(done.headers["Location"]).text


def test_the_same_person_twice_is_told_and_on_the_list_once(world: World) -> None:
    who = world.seeker()
    put(world, who)
    again = put(world, who)
    assert "もう送信リストにあります" in world.client.page(again.headers["Location"]).text
    assert chosen(world) == 1


def test_all_found_are_put_on_the_list_but_for_those_written_to(world: World) -> None:
    people = [world.seeker() for _ in range(PAGE_SIZE + 3)]
    world.send(people[:2])
    form = world.client.page("/provider/results").form_at("/provider/selection/found")
    done = world.client.post(form.action, data=form.fields)
    page = world.client.page(done.headers["Location"])
    assert f"{PAGE_SIZE + 1}人を送信リストに加えました" in page.text
    assert f"選んだ人数 {PAGE_SIZE + 1}人" in page.text


def test_P_Q6_of_all_found_no_more_than_can_be_sent_today(world: World) -> None:
    for _ in range(5):
        world.seeker()
    use_up(world, 997)
    form = world.client.page("/provider/results").form_at("/provider/selection/found")
    page = world.client.page(world.client.post(form.action, data=form.fields).headers["Location"])
    assert "3人を送信リストに加えました" in page.text
    assert "今日送れる件数までにしました" in page.text
    again = world.client.post(form.action, data=form.fields)
    assert "もう加えられません" in world.client.page(again.headers["Location"]).text
    assert chosen(world) == 3


def test_P_Q6_a_list_that_does_not_fit_is_refused_whole_with_how_many_would(
    database: Any, clock: Any, client: Any
) -> None:
    world = build_world(database, clock, client, tables=False, reserve=50)
    people = [world.seeker() for _ in range(5)]
    use_up(world, 947)
    put(world, *people)
    page = world.client.page(LIST)
    assert "今日送れる件数に、2件足りません。" in page.text
    assert "ほかに50件を、返事のために取ってあります。" in page.text
    refused = preview(world)
    assert refused.status_code == 409
    text = page_of(refused).text
    for told in (
        "1件も送信していません",
        "今送れるのは3件です",
        "ほかに50件を、返事のために",
        "送信リストの人数を減らす",
    ):
        assert told in text
    assert stored(world) == []
    assert chosen(world) == 5
    form = world.client.page(LIST).form_with("to")
    world.client.post(form.action, data={**form.fields, "to": [world.unit.token(who) for who in people[:2]]})
    assert press_send(world, preview(world)).status_code == 303
    assert len(stored(world)) == 3


def test_S_Q5_those_out_of_reach_are_a_number_on_the_list_and_after_sending(world: World) -> None:
    blocked, stopped, fine = world.seeker(), world.seeker(), world.seeker()
    put(world, blocked, stopped, fine)
    before = world.client.page(LIST)
    build_block(world.database, blocked, world.unit)
    with world.database.write() as session:
        session.execute(profile.update().where(profile.c.seeker_id == stopped.id).values(stopped=True))
        session.commit()
    page = world.client.page(LIST)
    assert "今、送信できる人数 1人" in page.text
    # Everybody is still listed, and nothing else of the page is about any of them.
    assert tokens_on(page) == tokens_on(before)
    done = world.client.page(press_send(world, preview(world)).headers["Location"])
    assert "現在送信できない方が2人いました。" in done.text
    assert chosen(world) == 0


def test_a_double_click_on_sending_the_list_sends_once_and_empties_it_once(world: World) -> None:
    people = [world.seeker() for _ in range(3)]
    put(world, *people)
    previewed = preview(world)
    first, second = press_send(world, previewed), press_send(world, previewed)
    assert first.headers["Location"] == second.headers["Location"]
    with world.database.read() as session:
        assert session.scalar(select(func.count()).select_from(send)) == 1
    assert len(stored(world)) == 3


def test_what_is_added_after_the_preview_is_neither_written_to_nor_lost(world: World) -> None:
    first, later = world.seeker(), world.seeker()
    put(world, first)
    previewed = preview(world)
    put(world, later)
    press_send(world, previewed)
    assert len(stored(world)) == 1
    assert tokens_on(world.client.page(LIST)) == [world.unit.token(later)]


def test_writing_to_somebody_else_leaves_the_list_alone(world: World) -> None:
    kept, other = world.seeker(), world.seeker()
    put(world, kept)
    press_send(world, world.client.submit(world.write_url(other), {"text": TEXT}))
    assert chosen(world) == 1


def test_the_list_is_emptied_after_asking_once(world: World) -> None:
    put(world, world.seeker(), world.seeker())
    asked = world.client.page(LIST + "/empty")
    assert "2人をリストから外しますか。" in asked.text
    assert chosen(world) == 2
    done = world.client.submit(LIST + "/empty", {}, form=asked.form_at(LIST + "/empty"))
    assert "送信リストを空にしました" in world.client.page(done.headers["Location"]).text
    assert chosen(world) == 0
    assert world.client.get(LIST + "/empty").status_code == 303


def test_an_empty_list_leads_to_searching_and_writes_to_nobody(world: World) -> None:
    assert "求職者を探す" in world.client.page(LIST).links
    assert world.client.get("/provider/write?listed=1").status_code == 422


def test_the_list_is_the_persons_own(world: World) -> None:
    who = world.seeker()
    put(world, who)
    colleague = world.sign_in(build_member(world.database, world.unit))
    assert "まだ誰もいません" in colleague.page(LIST).text
    other = world.client.application.test_client()
    sign_in_as(other, build_member(world.database, build_unit(world.database)).account_id)
    assert "まだ誰もいません" in other.page(LIST).text


@pytest.mark.parametrize("address", ["add", "found", "remove", "empty"])
def test_a_form_of_the_list_opened_under_another_unit_does_nothing(world: World, address: str) -> None:
    who = world.seeker()
    put(world, who)
    form = world.client.page("/provider/results").form_with("to")
    data = {**form.fields, "to": world.unit.token(who), "acting": "0" * 32}
    assert world.client.post(f"{LIST}/{address}", data=data).status_code == 409
    assert chosen(world) == 1


@pytest.mark.parametrize("address", ["add", "found", "remove"])
def test_the_address_of_a_step_without_its_form_leads_on(world: World, address: str) -> None:
    assert world.client.get(f"{LIST}/{address}").status_code == 303


@pytest.mark.parametrize("page", ["0", "-1", "x", "99999999999", "２", "1e3", ""])
def test_an_odd_page_number_shows_the_list(world: World, page: str) -> None:
    put(world, world.seeker())
    assert "選んだ人数 1人" in world.client.page(f"{LIST}?page={page}").text


@pytest.mark.parametrize("token", ["x", "架空" * 30, "A" * 43, "%00"])
def test_tokens_nobody_gave_out_add_and_remove_nobody(world: World, token: str) -> None:
    who = world.seeker()
    put(world, who)
    for address in ("/provider/results", LIST):
        form = world.client.page(address).form_with("to")
        assert world.client.post(form.action, data={**form.fields, "to": token}).status_code == 303
    assert chosen(world) == 1
