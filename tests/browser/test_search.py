"""Searching in a real browser: words, conditions dropped one by one, a search kept, what is new in it, and undo."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from portal.web.auth.session import COOKIE
from tests.browser.accessibility import assert_accessible, assert_fits
from tests.web.provider_world import World
from tests.web.provider_world import world as build_world
from tests.web.signing import sign_in_as


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


def said(window: Any) -> str:
    return str(window.locator("main").inner_text())


def check(window: Any, scripts: bool) -> None:
    """The automatic check of access runs in the page and needs scripts; the pages are the same without."""
    assert_fits(window)
    if scripts:
        assert_accessible(window)


@pytest.mark.parametrize(("size", "scripts"), [("desktop", True), ("phone", False)])
def test_a_member_finds_people_by_words_and_keeps_the_search(
    open_desk: Callable[..., Any], world: World, size: str, scripts: bool
) -> None:
    carer = world.seeker(pr="介護の現場でヤキンを五年続けました。", month=date(2026, 6, 1))
    world.seeker(pr="介護の仕事を始めたいです。", month=date(2026, 6, 1))
    world.seeker(pr="事務の経験があります。", month=date(2026, 6, 1))
    window = open_desk(size, scripts)
    window.goto("/provider")
    window.get_by_role("navigation").get_by_role("link", name="求職者を探す").click()
    window.get_by_label("言葉で探す").fill("介護　ﾔｷﾝ")
    window.get_by_label("言葉で探す").press("Enter")
    assert window.locator("h1").inner_text() == "検索結果"
    assert "該当 1人" in said(window)
    assert window.locator("mark").all_inner_texts() == ["介護", "ヤキン"]
    check(window, scripts)
    window.get_by_role("link", name="「ﾔｷﾝ」を外す").click()
    assert "該当 2人" in said(window)
    window.get_by_role("link", name="条件を変える").first.click()
    assert window.get_by_label("言葉で探す").input_value() == "介護"
    window.get_by_label("まだ案内していない人だけ").check()
    window.get_by_role("button", name="この条件で探す").click()
    window.get_by_role("link", name="この条件を保存する").click()
    assert window.get_by_label("名前").input_value() == "介護"
    check(window, scripts)
    window.get_by_label("名前").fill("")
    window.get_by_role("button", name="保存する").click()
    assert "入力または選択してください。" in said(window)
    window.get_by_label("名前").fill("介護の人")
    window.get_by_role("button", name="保存する").click()
    assert "検索を保存しました。" in said(window)
    check(window, scripts)
    window.get_by_role("link", name="新着 2人").click()
    assert "該当 2人" in said(window)
    window.goto(world.profile_url(carer))
    window.goto("/provider/saved")
    assert "新着 1人" in said(window)
    window.get_by_role("link", name="名前を変える").click()
    check(window, scripts)
    window.get_by_role("button", name="この検索を削除する").click()
    assert "保存した検索は、まだありません。" in said(window)
    check(window, scripts)
    window.get_by_role("button", name="「介護の人」を元に戻す").click()
    assert "元に戻しました。" in said(window)
    assert window.get_by_role("link", name="介護の人", exact=True).is_visible()


@pytest.mark.parametrize(("size", "scripts"), [("desktop", False), ("phone", True)])
def test_when_nobody_fits_the_page_offers_what_to_drop(
    open_desk: Callable[..., Any], world: World, size: str, scripts: bool
) -> None:
    world.seeker(pr="介護の仕事を始めたいです。")
    window = open_desk(size, scripts)
    window.goto("/provider/search?words=介護&occupation=056&licence=L001")
    window.get_by_role("button", name="この条件で探す").click()
    assert "見つかりませんでした" in said(window)
    check(window, scripts)
    window.get_by_role("link", name="「免許・資格」の条件を外す").click()
    assert "該当 1人" in said(window)


def test_a_profile_prints_on_one_sheet(open_desk: Callable[..., Any], world: World) -> None:
    who = world.seeker(pr="落ち着いて話を聞きます。" * 20, experience="特別養護老人ホームで働きました。" * 10)
    window = open_desk()
    window.goto(world.profile_url(who))
    window.emulate_media(media="print")
    assert not window.get_by_role("button", name="ログアウト").is_visible()
    printed = window.pdf(format="A4")
    assert printed.count(b"/Type /Page\n") + printed.count(b"/Type /Page ") == 1
