"""Texts that are used again, by the pages: made, used, changed, removed and put back; and letters one by one."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from portal.domain.answer_rate import ENOUGH, MANY
from portal.store import alias
from portal.store.tables import message
from tests.build import build_department, build_member
from tests.web.page_client import page_of
from tests.web.provider_world import World
from tests.web.provider_world import world as build_world
from tests.web.signing import sign_in_as

LIST, NEW = "/provider/templates", "/provider/templates/new"
WORDS = "{コード} 様\n{希望する職業}のご案内です。"


@pytest.fixture
def world(database: Any, clock: Any, client: Any) -> World:
    return build_world(database, clock, client, tables=False)


@pytest.fixture
def furnished(database: Any, clock: Any, client: Any) -> World:
    return build_world(database, clock, client)


def make(world: World, title: str = "見本の文例", text: str = WORDS) -> Any:
    return world.client.submit(NEW, {"title": title, "text": text})


def address_of(world: World, title: str = "見本の文例") -> str:
    return str(world.client.page(LIST).links[title])


def kept(page: Any) -> str:
    box = next(iter(page.root.all("textarea")))
    return "".join(str(child) for child in box.children).replace("\r\n", "\n").removeprefix("\n")


def test_a_text_is_made_listed_changed_removed_and_put_back(world: World) -> None:
    assert "まだありません" in world.client.page(LIST).text
    assert make(world).status_code == 303
    address = address_of(world)
    assert kept(world.client.page(address)) == WORDS
    world.client.submit(address, {"title": "新しい題名", "text": "新しい文章"})
    page = world.client.page(LIST)
    assert ("新しい題名" in page.links, "新しい文章" in page.text) == (True, True)
    removed = world.client.submit(address, {}, form=world.client.page(address).form_at(address + "/remove"))
    page = world.client.page(removed.headers["Location"])
    assert "24時間以内は" in page.text
    assert world.client.get(address).status_code == 404
    back = world.client.submit(LIST, {}, form=page.form_at(address + "/restore"))
    assert "新しい題名" in world.client.page(back.headers["Location"]).links


def test_a_field_that_does_not_exist_is_named_and_the_text_kept(world: World) -> None:
    refused = make(world, text="{氏名} 様、{希望する職業}、｛年齢｝")
    assert refused.status_code == 422
    page = page_of(refused)
    assert "使えない差し込みがあります：{氏名}、｛年齢｝" in page.text
    assert kept(page) == "{氏名} 様、{希望する職業}、｛年齢｝"


@pytest.mark.parametrize(
    ("title", "text", "told"),
    [
        ("", WORDS, "入力または選択してください。"),
        ("題名", " ", "入力または選択してください。"),
        ("題" * 61, WORDS, "60文字以内"),
        ("題\n名", WORDS, "1行で"),
        ("題名", "案" * 2001, "2,000文字以内"),
        ("題名", "{コード}" * 21, "差し込みは20か所まで"),
        ("😀", WORDS, "絵文字"),
    ],
)
def test_what_cannot_be_kept_is_told_beside_the_field_and_stays(
    world: World, title: str, text: str, told: str
) -> None:
    refused = make(world, title, text)
    assert refused.status_code == 422
    assert told in refused.text
    assert kept(page_of(refused)) == text


def test_the_same_title_twice_is_refused(world: World) -> None:
    make(world)
    assert "同じ題名の文例があります" in make(world, text="別の文章").text


def test_a_change_over_somebody_elses_shows_both_and_loses_nothing(world: World) -> None:
    make(world)
    address = address_of(world)
    form = world.client.page(address).form_with("title", "text")
    world.client.submit(address, {"text": "先に直した文章"})
    refused = world.client.post(address, data={**form.fields, "text": "後から直した文章"})
    assert refused.status_code == 409
    page = page_of(refused)
    assert "まだ保存していません" in page.text
    assert "先に直した文章" in page.text
    assert kept(page) == "後から直した文章"
    again = page.form_with("title", "text")
    assert world.client.post(address, data=again.fields).status_code == 303
    assert kept(world.client.page(address)) == "後から直した文章"


def test_R13_another_departments_text_is_the_page_of_one_that_never_was(world: World) -> None:
    theirs = build_department(world.database, world.unit, "見本二課")
    colleague = world.sign_in(build_member(world.database, world.unit, department_id=theirs))
    colleague.submit(NEW, {"title": "二課の文例", "text": WORDS})
    address = colleague.page(LIST).links["二課の文例"]
    assert "二課の文例" not in world.client.page(LIST).text
    assert world.client.get(address).status_code == 404
    officer = world.sign_in(build_member(world.database, world.unit, role="officer"))
    assert "見本二課" in officer.page(LIST).text


def test_a_text_is_put_behind_what_was_typed(world: World) -> None:
    make(world)
    form = world.client.page(world.write_url(world.seeker())).form_with("text", "template")
    ref = address_of(world).rsplit("/", 1)[1]
    asked = {**form.fields, "template": ref, "use_template": "1"}
    assert kept(page_of(world.client.post("/provider/write", data=asked))) == WORDS
    both = page_of(world.client.post("/provider/write", data={**asked, "text": "書きかけの文章"}))
    assert kept(both) == f"書きかけの文章\n\n{WORDS}"
    assert both.form_with("text").fields["key"] == form.fields["key"]
    for wrong in ("", "x", "A" * 22):
        page = page_of(
            world.client.post("/provider/write", data={**asked, "template": wrong, "text": "残る文章"})
        )
        assert kept(page) == "残る文章"


def test_each_recipient_gets_their_own_letter_and_the_preview_shows_one(furnished: World) -> None:
    world = furnished
    people = [world.seeker() for _ in range(2)]
    previewed = page_of(world.client.submit(world.write_url(*people), {"text": WORDS}))
    codes = sorted(alias.code(world.unit.key, who.alias_key) for who in people)
    assert f"次は、{codes[0]} の方に届くものです。" in previewed.text
    assert f"{codes[0]} 様 接客・給仕の職業のご案内です。" in previewed.text
    form = previewed.form_with("seen")
    # What travels on is the text as it was typed.
    assert form.fields["text"][0].replace("\r\n", "\n") == WORDS
    assert world.client.post(form.action, data=form.fields).status_code == 303
    with world.database.read() as session:
        bodies = sorted(session.scalars(select(message.c.body)))
    assert bodies == [f"{code} 様\n接客・給仕の職業のご案内です。" for code in codes]


def test_R7_what_looks_like_a_field_and_is_none_is_pointed_out_and_goes(world: World) -> None:
    who = world.seeker()
    previewed = world.client.submit(world.write_url(who), {"text": "{氏名} 様"})
    assert "置き換わらないところがあります：{氏名}" in previewed.text
    form = page_of(previewed).form_with("seen")
    world.client.post(form.action, data=form.fields)
    with world.database.read() as session:
        assert list(session.scalars(select(message.c.body))) == ["{氏名} 様"]


def test_one_text_to_many_is_warned_of_without_made_up_figures(world: World, clock: Any) -> None:
    people = [world.seeker() for _ in range(MANY)]
    few = world.client.submit(world.write_url(*people[1:]), {"text": "案内"})
    assert "送ろうとしています" not in few.text
    first = page_of(world.client.submit(world.write_url(*people), {"text": "案内"}))
    assert f"同じ案内を{MANY}人に送ろうとしています。" in first.text
    assert first.text.count("返事の割合は分かりません") == 2
    assert "%" not in first.text


def test_one_text_to_many_is_warned_of_with_the_units_own_figures(world: World, clock: Any) -> None:
    rounds = ENOUGH // MANY
    for _ in range(rounds):
        people = [world.seeker(with_account=True) for _ in range(MANY)]
        world.send(people)
        world.answer(people[0])
    clock.advance(timedelta(days=4))
    sign_in_as(world.client, world.member.account_id)
    looked = page_of(
        world.client.submit(world.write_url(*[world.seeker() for _ in range(MANY)]), {"text": "案内"})
    )
    assert f"送った{ENOUGH}件のうち、返事があったのは{rounds}件（10%）です。" in looked.text
