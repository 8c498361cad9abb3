"""Nothing typed is lost, and nothing typed is seen by the next person at the same computer."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from portal.services.public_id import shown
from tests.browser.accessibility import assert_accessible, assert_fits
from tests.web.auth_world import PASSWORD, seeker
from tests.web.seeker_world import answered, sender, write_to

LONG = "事務の仕事を10年しました。" * 30
AN_HOUR = timedelta(minutes=61)


@pytest.fixture
def letter(app: Any, database: Any, clock: Any) -> str:
    """花子 and 太郎 have accounts; an organisation has written to 花子. Where its letter stands."""
    hanako = seeker(app, database, "hanako-7")
    seeker(app, database, "taro-8")
    of = sender(database, name="架空人材紹介")
    write_to(database, clock, hanako, of)
    return f"/seeker/inbox/{shown(of.unit.public_id)}"


def signs_in(window: Any, name: str) -> None:
    window.goto("/sign-in")
    window.get_by_label("ログイン名").fill(name)
    window.get_by_label("パスワード").fill(PASSWORD)
    window.locator("main").get_by_role("button", name="ログイン", exact=True).click()


def types_an_answer(window: Any, letter: str) -> None:
    window.goto(letter)
    window.get_by_label("質問：聞きたいことがある").check()
    window.get_by_label("伝えたいこと").fill(LONG)


def presses(window: Any, button: str) -> None:
    window.get_by_role("button", name=button, exact=True).click()


def look(window: Any, scripts: bool) -> None:
    assert_fits(window)
    if scripts:
        assert_accessible(window)


@pytest.mark.parametrize(("size", "scripts"), [("phone", False), ("desktop", True)])
def test_a_seeker_types_for_too_long_signs_in_again_finds_the_text_and_sends_it(
    open_window: Callable[..., Any], database: Any, clock: Any, letter: str, size: str, scripts: bool
) -> None:
    window = open_window(size, scripts)
    signs_in(window, "hanako-7")
    types_an_answer(window, letter)
    clock.advance(AN_HOUR)
    presses(window, "返事を送る")
    window.get_by_text("入力した内容は、お預かりしています").wait_for()
    look(window, scripts)
    assert answered(database) == []

    window.get_by_label("ログイン名").fill("hanako-7")
    window.get_by_label("パスワード").fill(PASSWORD)
    window.locator("main").get_by_role("button", name="ログイン", exact=True).click()
    window.get_by_text("下書き：まだ送信していません").wait_for()
    look(window, scripts)
    assert window.get_by_label("伝えたいこと").input_value() == LONG
    assert window.get_by_label("質問：聞きたいことがある").is_checked()
    presses(window, "返事を送る")
    window.get_by_text("返事を送りました。").wait_for()
    assert answered(database) == [("question", LONG)]
    assert window.get_by_label("伝えたいこと").input_value() == ""


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_another_person_at_the_same_computer_does_not_see_what_was_typed(
    open_window: Callable[..., Any], clock: Any, letter: str, scripts: bool
) -> None:
    window = open_window("desktop", scripts)
    signs_in(window, "hanako-7")
    types_an_answer(window, letter)
    clock.advance(AN_HOUR)
    presses(window, "返事を送る")
    window.get_by_text("入力した内容は、お預かりしています").wait_for()
    assert "事務の仕事" not in window.content()

    signs_in(window, "taro-8")
    window.get_by_role("heading", name="あなたのページ").wait_for()
    for address in ("/seeker", "/drafts", "/seeker/inbox"):
        window.goto(address)
        assert "事務の仕事" not in window.content()
    window.get_by_role("button", name="ログアウト").click()
    signs_in(window, "hanako-7")
    window.goto(letter)
    assert window.get_by_label("伝えたいこと").input_value() == ""


def test_a_seeker_without_scripts_keeps_a_draft_by_the_button_and_drops_it(
    open_window: Callable[..., Any], letter: str
) -> None:
    window = open_window("phone", False)
    signs_in(window, "hanako-7")
    types_an_answer(window, letter)
    presses(window, "下書きを保存")
    window.get_by_text("下書きを保存しました").wait_for()
    window.goto("/seeker")
    window.get_by_role("link", name="まだ送信していない下書きがあります").click()
    look(window, False)
    window.get_by_role("link", name="続きを書く").click()
    assert window.get_by_label("伝えたいこと").input_value() == LONG
    window.get_by_role("link", name="この下書きを消す").click()
    look(window, False)
    presses(window, "消す")
    window.get_by_text("下書きはありません").wait_for()


def test_a_wrong_click_loses_nothing_where_scripts_run(open_window: Callable[..., Any], letter: str) -> None:
    window = open_window()
    signs_in(window, "hanako-7")
    types_an_answer(window, letter)
    window.get_by_role("navigation", name="メニュー").get_by_role(
        "link", name="困ったとき", exact=True
    ).click()
    window.get_by_role("heading", name="困ったとき").wait_for()
    # The browser sends the draft while it already opens the next page; who comes first is its own affair.
    for _ in range(20):
        window.goto(letter)
        if window.get_by_text("下書き：まだ送信していません").count():
            break
    assert window.get_by_label("伝えたいこと").input_value() == LONG


def test_two_windows_of_one_letter_keep_both_texts_and_say_so(
    open_window: Callable[..., Any], letter: str
) -> None:
    older = open_window("phone")
    signs_in(older, "hanako-7")
    older.goto(letter)
    newer = older.context.new_page()
    types_an_answer(newer, letter)
    presses(newer, "下書きを保存")
    newer.get_by_text("下書きを保存しました（").wait_for()
    older.clock.install()
    older.get_by_label("伝えたいこと").fill("古い窓の文章")
    older.clock.fast_forward("00:21")
    older.get_by_text("別の画面の下書きとは別に、保存しました").wait_for()
    presses(older, "下書きを保存")
    older.get_by_text("どちらも消していません").wait_for()
    look(older, True)
    assert older.get_by_label("伝えたいこと").input_value() == "古い窓の文章"
    older.goto("/drafts")
    look(older, True)
    assert "古い窓の文章" in older.content()
    assert "事務の仕事を10年しました" in older.content()


def test_five_minutes_before_the_end_the_page_warns_and_one_click_goes_on(
    open_window: Callable[..., Any], clock: Any, letter: str
) -> None:
    window = open_window()
    window.clock.install()
    signs_in(window, "hanako-7")
    window.goto(letter)
    window.clock.fast_forward("54:00")
    assert not window.locator("#session-notice").is_visible()
    window.clock.fast_forward("01:30")
    window.get_by_text("まもなく自動でログアウトします").wait_for()
    look(window, True)
    clock.advance(timedelta(minutes=55, seconds=30))
    presses(window, "ログインを続ける")
    window.locator("#session-notice").wait_for(state="hidden")
    window.clock.fast_forward("54:00")
    assert not window.locator("#session-notice").is_visible()
    window.clock.fast_forward("07:00")
    window.get_by_text("ログアウトの時刻を過ぎました").wait_for()
