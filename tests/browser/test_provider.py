"""An organisation in a real browser: it searches, writes to several at once, answers, and records what came of it."""

from collections.abc import Callable
from typing import Any

import pytest

from portal.domain.answer import AnswerKind
from portal.web.auth.session import COOKIE
from tests.browser.accessibility import assert_accessible, assert_fits
from tests.build import build_member, build_unit
from tests.web.provider_world import World
from tests.web.provider_world import world as build_world
from tests.web.signing import sign_in_as

TEXT = "架空の案内です。\n一度お話ししませんか。"


@pytest.fixture
def world(database: Any, clock: Any, client: Any) -> World:
    return build_world(database, clock, client, name="架空人材紹介サービス株式会社 見本中央センター")


@pytest.fixture
def open_desk(
    open_window: Callable[..., Any], client: Any, world: World, live_server: str
) -> Callable[..., Any]:
    """A window of the member, who is signed in."""

    def open_one(size: str = "desktop", scripts: bool = True) -> Any:
        window = open_window(size, scripts)
        token = sign_in_as(client, world.member.account_id)
        window.context.add_cookies([{"name": COOKIE, "value": f"s.{token}", "url": live_server}])
        return window

    return open_one


def check(window: Any, scripts: bool) -> None:
    """The automatic check of access runs in the page and needs scripts; the pages are the same without."""
    assert_fits(window)
    if scripts:
        assert_accessible(window)


@pytest.mark.parametrize(("size", "scripts"), [("desktop", True), ("phone", False)])
def test_a_member_searches_and_writes_to_several(
    open_desk: Callable[..., Any], world: World, size: str, scripts: bool
) -> None:
    for _ in range(3):
        world.seeker(with_account=True)
    window = open_desk(size, scripts)
    window.goto("/provider")
    window.get_by_role("navigation").get_by_role("link", name="求職者を探す").click()
    window.get_by_label("希望する勤務地（都道府県）", exact=True).select_option("24")
    window.get_by_role("button", name="選んだ都道府県の市区町村を表示する").click()
    window.get_by_label("津市", exact=True).check()
    check(window, scripts)
    window.get_by_role("button", name="この条件で探す").click()
    assert "該当 3人" in window.locator("main").inner_text()
    check(window, scripts)
    for box in window.locator("input[name=to]").all()[:2]:
        box.check()
    window.get_by_role("button", name="チェックした人にすぐ案内を書く").click()
    window.get_by_role("button", name="送る前に確認する").click()
    assert "まだ何も保存・送信されていません" in window.locator("main").inner_text()
    check(window, scripts)
    window.get_by_label("案内の文章").fill(TEXT)
    window.get_by_role("button", name="送る前に確認する").click()
    assert "個人情報管理・苦情処理責任者" in window.locator("main").inner_text()
    check(window, scripts)
    window.get_by_role("button", name="文章を直す").click()
    assert window.get_by_label("案内の文章").input_value() == TEXT
    window.get_by_role("button", name="送る前に確認する").click()
    window.get_by_role("button", name="この内容で送信する").click()
    assert window.locator("h1").inner_text() == "送信しました"
    assert "998件" in window.locator("main").inner_text()
    check(window, scripts)
    window.goto("/provider/write/preview")
    assert window.locator("h1").inner_text() == "求職者を探す"


@pytest.mark.parametrize(("size", "scripts"), [("desktop", False), ("phone", True)])
def test_a_member_answers_and_records_what_came_of_it(
    open_desk: Callable[..., Any], world: World, size: str, scripts: bool
) -> None:
    who = world.seeker(with_account=True)
    world.send([who])
    world.answer(who, AnswerKind.USE, "")
    window = open_desk(size, scripts)
    window.goto("/provider")
    window.locator(".thread-line__who").first.click()
    window.get_by_label("返事の文章").fill("ありがとうございます。")
    window.get_by_role("button", name="送信する").click()
    assert "送信しました。" in window.locator("main").inner_text()
    window.get_by_label("求職受理").check()
    window.get_by_role("button", name="結果を記録する").click()
    assert "結果を記録しました。" in window.locator("main").inner_text()
    window.get_by_role("radio", name="就職").or_(window.get_by_role("radio", name="紹介")).first.check()
    window.get_by_label("その結果になった日").fill("きのう")
    window.get_by_role("button", name="結果を記録する").click()
    assert "日付として読み取れません" in window.locator("main").inner_text()
    check(window, scripts)


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_somebody_of_two_units_chooses_for_which_to_act(
    open_desk: Callable[..., Any], world: World, size: str
) -> None:
    town = build_unit(world.database, unit_class="municipal", number="24999", name="架空見本市")
    build_member(world.database, town, account_id=world.member.account_id)
    window = open_desk(size)
    window.goto("/choose-unit")
    check(window, True)
    window.get_by_label("架空見本市").check()
    window.locator("main").get_by_role("button").first.click()
    assert "架空見本市" in window.locator("header").inner_text()
    window.goto("/provider")
    window.get_by_role("link", name="切り替える").click()
    assert window.url.endswith("/choose-unit")
