"""A text is held back and goes with its reason; the seeker sees a quiet hint and reports it. No script is needed."""

from collections.abc import Callable
from typing import Any

import pytest

from portal.services.public_id import shown
from portal.web.auth.session import COOKIE
from tests.browser.accessibility import assert_accessible, assert_fits
from tests.build import build_bureau_clerk, build_seeker
from tests.web.provider_world import world as build_world
from tests.web.signing import sign_in_as

PAID = (
    "はじめまして。架空人材紹介サービスの見本と申します。\n"
    "面接が不安な方に、面接対策講座をご案内しています。受講料は33,000円で、全4回です。\n"
    "お電話は00-0000-0000までお願いします。"
)
REASON = "架空の理由です。受講料は就職先の会社が全額を払います。"
BOTH = pytest.mark.parametrize(("size", "scripts"), [("desktop", True), ("phone", False)])


@BOTH
def test_R7_a_text_that_is_held_back_goes_with_a_reason_and_is_reported(
    database: Any,
    clock: Any,
    client: Any,
    app: Any,
    open_window: Callable[..., Any],
    live_server: str,
    size: str,
    scripts: bool,
) -> None:
    world = build_world(database, clock, client, name="架空人材紹介サービス株式会社")
    who = build_seeker(database, with_account=True)

    def opened(account: int | None) -> Any:
        assert account is not None
        window = open_window(size, scripts)
        value = sign_in_as(app.test_client(), account)
        window.context.add_cookies([{"name": COOKIE, "value": f"s.{value}", "url": live_server}])
        return window

    def looks(window: Any, *told: str) -> None:
        assert_fits(window)
        if scripts:
            assert_accessible(window)
        text = window.locator("main").inner_text()
        assert [words for words in told if words not in text] == []

    window = opened(world.member.account_id)
    window.goto(world.write_url(who))
    window.get_by_label("案内の文章").fill(PAID)
    window.get_by_role("button", name="送る前に確認する").click()
    looks(window, "まだ送信していません", "有料サービスの案内", "問8", "サイトの外の連絡先")
    window.get_by_label("この文章が適法である理由").fill(REASON)
    window.get_by_role("button", name="送る前に確認する").click()
    looks(window, "理由と印を記録して送信します")
    window.get_by_role("button", name="この内容で送信する").click()
    looks(window)

    seeker = opened(who.account_id)
    seeker.goto(f"/seeker/inbox/{shown(world.unit.public_id)}")
    looks(seeker, "有料のサービスについて書かれているようです", "このメッセージを通報する")
    seeker.get_by_role("link", name="このメッセージを通報する").click()
    looks(seeker)
    seeker.get_by_label("有料のサービスをすすめられた").check()
    seeker.get_by_role("button", name="通報する", exact=True).click()
    looks(seeker, "団体には知らされません", "相談（苦情）")

    clerk = build_bureau_clerk(database)
    bureau = opened(clerk.account_id)
    bureau.goto("/bureau/reports")
    looks(bureau, "有料のサービスをすすめられた", REASON)
