"""The job seeker's story in a real browser: on a phone and a desktop, with and without scripts."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from portal.domain.actor import Actor, ActorKind
from portal.services import access_code
from portal.services.access_code import Purpose
from portal.services.public_id import shown
from tests.browser.accessibility import assert_accessible, assert_fits
from tests.build import BuiltSeeker, build_seeker
from tests.web.seeker_world import Sender, answered, sender, write_to

LONG_NAME = "架空キャリアサポート株式会社 東日本統括本部 首都圏第二営業部 見本センター"
PASSWORD = "あかるい 見本の 合言葉 ひとつ"
PAGES = [
    "/seeker",
    "/seeker/inbox",
    "/seeker/profile",
    "/seeker/blocks",
    "/seeker/organisations",
    "/seeker/log",
    "/seeker/terms",
    "/seeker/help",
    "/seeker/stop",
]


@pytest.fixture
def who(database: Any) -> BuiltSeeker:
    return build_seeker(database, name="架空坂 見本子", pr="接客が得意です。" * 20)


@pytest.fixture
def letters(database: Any, clock: Any, who: BuiltSeeker) -> list[Sender]:
    found = [
        sender(database, name=LONG_NAME if n % 2 else f"架空{n}社", corporation_number="9990000000012")
        for n in range(4)
    ]
    for of in found:
        write_to(database, clock, who, of, text="はじめまして。\n\n" + "見本の長いご案内です。" * 30)
        clock.advance(timedelta(minutes=1))
    return found


@pytest.fixture
def code(database: Any, clock: Any, who: BuiltSeeker) -> str:
    with database.write() as session:
        operator = Actor(ActorKind.OPERATOR)
        return access_code.issue(session, clock, operator, Purpose.ACTIVATION, days=14, seeker_id=who.id).code


def _begin(window: Any, code: str) -> None:
    window.goto("/activate")
    window.get_by_label("利用開始コード").fill(code.lower())
    window.get_by_label("生年月日").fill("平成2年1月1日")
    window.get_by_role("button", name="次へ").click()
    window.get_by_label("ログイン名").fill("mihonko")
    window.locator("#password").fill(PASSWORD)
    window.locator("#again").fill(PASSWORD)
    window.get_by_role("button", name="決定して利用を始める").click()
    window.get_by_role("heading", name="あなたのページ").wait_for()


@pytest.mark.parametrize(("size", "scripts"), [("phone", False), ("desktop", True)])
def test_a_seeker_begins_reads_answers_blocks_and_stops(
    open_window: Callable[..., Any],
    database: Any,
    code: str,
    letters: list[Sender],
    size: str,
    scripts: bool,
) -> None:
    window = open_window(size, scripts=scripts)
    _begin(window, code)
    window.get_by_role("link", name=LONG_NAME).first.click()
    window.get_by_label("質問：聞きたいことがある").check()
    window.get_by_label("伝えたいこと").fill("架空坂と申します。駅から近いですか。")
    window.get_by_role("button", name="返事を送る").click()
    assert window.locator("mark").count() == 1
    window.get_by_role("button", name="書き直す").click()
    window.get_by_label("伝えたいこと").fill("駅から近いですか。")
    window.get_by_role("button", name="返事を送る").click()
    window.get_by_text("返事を送りました。").wait_for()
    assert answered(database) == [("question", "駅から近いですか。")]

    window.get_by_role("link", name="この団体をブロックする").first.click()
    window.get_by_role("button", name="ブロックする", exact=True).click()
    window.get_by_text("この団体をブロックしています").wait_for()
    window.get_by_role("button", name="ブロックをやめる").click()
    window.get_by_role("heading", name="返事をする").wait_for()

    window.goto("/seeker")
    window.get_by_role("link", name="利用をやめる").click()
    window.get_by_role("button", name="利用をやめる", exact=True).click()
    window.get_by_role("heading", name="利用をやめています").wait_for()
    window.go_back()
    window.goto("/seeker")
    window.get_by_text("公開されていません").wait_for()


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_every_page_of_a_seeker_can_be_read_by_everybody(
    open_window: Callable[..., Any], code: str, letters: list[Sender], size: str
) -> None:
    window = open_window(size)
    window.goto("/activate")
    window.get_by_label("生年月日").fill("きのう")
    window.get_by_role("button", name="次へ").click()
    _check(window)
    _begin(window, code)
    own = shown(letters[1].unit.public_id)
    for address in [
        *PAGES,
        f"/seeker/inbox/{own}",
        f"/seeker/organisations/{own}/block?from=thread",
        "/seeker/organisations?name=ない名前",
    ]:
        window.goto(address)
        assert window.locator("h1").inner_text() in window.title()
        _check(window)
    window.goto(f"/seeker/inbox/{own}")
    window.get_by_role("button", name="返事を送る").click()
    _check(window)
    window.get_by_label("質問：聞きたいことがある").check()
    window.get_by_label("伝えたいこと").fill("架空坂と申します。" + "あ" * 300)
    window.get_by_role("button", name="返事を送る").click()
    window.get_by_role("heading", name="送る前に、ご確認ください").wait_for()
    _check(window)


def _check(window: Any) -> None:
    assert_fits(window)
    assert_accessible(window)
