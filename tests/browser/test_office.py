"""The office in a real browser: a clerk registers somebody, looks after the registration, prints the papers."""

from collections.abc import Callable
from typing import Any

import pytest

from portal.domain.actor import Actor
from tests.browser.accessibility import assert_accessible, assert_fits
from tests.browser.printing import printed
from tests.registrations import build_office_clerk, prepare, register
from tests.web.signing import sign_in_as

TELLING = "見本花子と申します。電話は090-0000-0000です。"


@pytest.fixture
def clerk(database: Any, clock: Any) -> Actor:
    prepare(database, clock)
    return build_office_clerk(database)


@pytest.fixture
def open_desk(
    open_window: Callable[..., Any], client: Any, clerk: Actor, live_server: str
) -> Callable[..., Any]:
    """A window of a clerk who is signed in."""

    def open_one(size: str = "desktop", scripts: bool = True) -> Any:
        window = open_window(size, scripts)
        token = sign_in_as(client, clerk.account_id)
        window.context.add_cookies([{"name": "portal", "value": f"s.{token}", "url": live_server}])
        return window

    return open_one


def check(window: Any) -> None:
    assert_fits(window)
    assert_accessible(window)


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_a_clerk_can_read_every_page(
    open_desk: Callable[..., Any], database: Any, clock: Any, clerk: Actor, size: str
) -> None:
    done = register(database, clock, clerk, pr=TELLING, school_status="student", school_kind="high")
    file = f"/office/seekers/{done.office_id}"
    window = open_desk(size)
    for address in (
        "/office/",
        "/office/seekers",
        "/office/seekers/new",
        "/office/texts",
        file,
        *(f"{file}/{name}" for name in ("history", "preview", "identity", "data", "school", "range")),
        *(f"{file}/{name}" for name in ("validity", "terms", "stop", "sheet", "texts/pr")),
    ):
        answer = window.goto(address)
        assert answer.status == 200, address
        check(window)


@pytest.mark.parametrize("scripts", [True, False])
def test_a_clerk_registers_somebody_and_corrects_what_was_wrong(
    open_desk: Callable[..., Any], scripts: bool
) -> None:
    window = open_desk("desktop", scripts)
    window.goto("/office/")
    window.get_by_role("navigation").get_by_role("link", name="新しく登録する").click()
    window.get_by_label("求職番号").fill("１３９９９－００００００７７")
    window.get_by_label("氏名").fill("架空　花子")
    window.get_by_label("フリガナ").fill("かくう　はなこ")
    window.get_by_label("生年月日").fill("平成2年2月30日")
    window.get_by_label("学校には通っておらず、最近の卒業でもない").check()
    window.get_by_label("希望する職業 1").select_option("056")
    window.get_by_label("希望する勤務地 1").fill("三重県津市")
    window.get_by_label("正社員", exact=True).check()
    window.get_by_label("民間職業紹介事業者等").check()
    window.get_by_label("ご本人が利用規約に同意した").check()
    window.get_by_role("button", name="登録する").click()

    assert "エラー" in window.title()
    summary = window.get_by_role("alert")
    assert "その日はありません" in summary.inner_text()
    summary.get_by_role("link").click()
    assert window.evaluate("document.activeElement.id") == "birth_date" if scripts else True
    assert window.get_by_label("希望する勤務地 1").input_value() == "三重県津市"
    assert window.get_by_label("民間職業紹介事業者等").is_checked()
    if scripts:
        check(window)

    window.get_by_label("生年月日").fill("平成2年2月28日")
    window.get_by_role("button", name="登録する").click()
    assert window.locator("h1").inner_text() == "求職者の登録の内容"
    text = window.locator("main").inner_text()
    assert "登録しました" in text
    assert "架空　花子" in text
    assert "提供する範囲に入っていません" in text


def test_a_clerk_reads_a_waiting_text_and_publishes_a_corrected_one(
    open_desk: Callable[..., Any], database: Any, clock: Any, clerk: Actor
) -> None:
    register(database, clock, clerk, pr=TELLING)
    window = open_desk()
    window.goto("/office/")
    window.get_by_role("link", name="自己PRを確認する").click()
    assert "090-0000-0000" in window.locator("mark").all_inner_texts()
    window.get_by_label("公開する文章").fill("接客が得意です。")
    window.get_by_role("button", name="直した文章を公開する").click()
    assert "新しい文章を公開しました" in window.locator("main").inner_text()
    window.get_by_role("link", name="団体からの見え方").click()
    shown = window.locator("main").inner_text()
    assert "接客が得意です。" in shown
    assert "花子" not in shown


def test_a_clerk_changes_the_range_and_sees_who_sees_the_seeker(
    open_desk: Callable[..., Any], database: Any, clock: Any, clerk: Actor
) -> None:
    register(database, clock, clerk)
    window = open_desk("phone")
    window.goto("/office/")
    window.get_by_label("求職番号").fill("13999-00012345")
    window.get_by_role("button", name="探す").click()
    window.get_by_role("link", name="提供する範囲を変える").click()
    window.get_by_label("地方自治体等").uncheck()
    window.get_by_role("button", name="保存する").click()
    assert "地方自治体等：見えません 提供する範囲に入っていません" in " ".join(
        window.locator(".standing").inner_text().split()
    )
    check(window)


def test_a_clerk_prints_the_sheet(
    open_desk: Callable[..., Any], database: Any, clock: Any, clerk: Actor
) -> None:
    done = register(database, clock, clerk)
    window = open_desk()
    window.goto(f"/office/seekers/{done.office_id}/sheet")
    kind, paper = printed(window, "用紙を出す（PDF）")
    assert kind == "application/pdf"
    assert paper.startswith(b"%PDF-")
    assert "用紙を出す（PDF）" in window.locator("main").inner_text()
