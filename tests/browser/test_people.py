"""An officer invites, the invited person joins, somebody leaves, everybody is signed out: in a real browser."""

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from portal.web.auth.session import COOKIE
from tests.browser.accessibility import assert_accessible, assert_fits
from tests.browser.conftest import SIZES
from tests.browser.town import Town, build_town, session_of
from tests.build import build_contractor, build_member

CODE = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}")
PASSWORD = "あかるい 見本の 合言葉 ひとつ"


@pytest.fixture
def town(database: Any, clock: Any) -> Town:
    return build_town(database, clock)


def look(window: Any, name: str) -> None:
    """Fits and is usable at both widths; kept as a picture where pictures are asked for."""
    for size, measures in SIZES.items():
        window.set_viewport_size(measures)
        assert_fits(window)
        assert_accessible(window)
        folder = os.environ.get("SCREENSHOTS")
        if folder and os.environ.get("SCREENSHOTS_OF") == "all":
            Path(folder).mkdir(parents=True, exist_ok=True)
            window.screenshot(path=str(Path(folder) / f"people-{name}-{size}.png"), full_page=True)
    window.set_viewport_size(SIZES["desktop"])


def entered(app: Any, window: Any, live_server: str, account_id: int) -> Any:
    """Somebody is signed in, in this window."""
    token = session_of(app, account_id)
    window.context.add_cookies([{"name": COOKIE, "value": f"s.{token}", "url": live_server}])
    return window


def invite(window: Any, name: str) -> tuple[str, str]:
    """Make an invitation; its code and the path of its link."""
    window.goto("/provider/people/invite")
    window.get_by_label("氏名").fill(name)
    look(window, "invite")
    window.get_by_role("button", name="招待を作る").click()
    look(window, "invited")
    text = window.locator("main").inner_text()
    code = CODE.search(text)
    assert code is not None
    return code[0], re.search(r"/invitation/\S+", text)[0]


def test_an_officer_invites_somebody_who_joins_by_the_link(
    app: Any, town: Town, live_server: str, open_window: Callable[..., Any]
) -> None:
    officer = entered(app, open_window(), live_server, town.account("company"))
    _, link = invite(officer, "架空 花子")
    guest = open_window()
    guest.goto(link)
    look(guest, "link")
    guest.get_by_role("button", name="招待の内容を見る").click()
    look(guest, "offer")
    guest.get_by_label("ログイン名").fill("kakuu.hanako")
    guest.get_by_label("パスワード", exact=False).first.fill("short")
    guest.get_by_role("button", name="決定して団体に加わる").click()
    look(guest, "account-refused")
    for field in guest.locator("input[type=password]").all():
        field.fill(PASSWORD)
    guest.get_by_role("button", name="決定して団体に加わる").click()
    assert "二段階認証" in guest.title()
    officer.goto("/provider/people")
    assert "架空 花子" in officer.locator("main").inner_text()
    look(officer, "people")


def test_somebody_of_another_unit_signs_in_on_the_way_by_code(
    app: Any, town: Town, live_server: str, open_window: Callable[..., Any]
) -> None:
    officer = entered(app, open_window(), live_server, town.account("company"))
    code, _ = invite(officer, "架空 次郎")
    guest = entered(app, open_window(), live_server, town.account("city"))
    guest.goto("/account")
    guest.get_by_role("link", name="招待コードを入力して、ほかの団体にも加わる").click()
    look(guest, "code")
    guest.get_by_label("招待コード").fill(code)
    guest.get_by_role("button", name="次へ").click()
    look(guest, "offer-signed-in")
    guest.get_by_role("button", name="この団体に加わる").click()
    assert "架空人材紹介株式会社" in guest.locator("body").inner_text()
    assert guest.url.endswith("/provider")


def test_a_refused_code_says_what_to_do(open_window: Callable[..., Any], town: Town) -> None:
    window = open_window()
    window.goto("/invitation")
    window.get_by_label("招待コード").fill("0000-0000-0000")
    window.get_by_role("button", name="次へ").click()
    assert "この招待は使えません" in window.locator("main").inner_text()
    look(window, "code-refused")


def test_the_officer_leaves_and_everybody_reads_why_nothing_can_be_sent(
    app: Any, database: Any, town: Town, live_server: str, open_window: Callable[..., Any]
) -> None:
    build_contractor(database, town.city.unit, name="架空受託サービス")
    officer = build_member(database, town.city.unit, role="officer", name="責任 花子")
    contact = build_member(database, town.city.unit, role="contact", name="連絡 次郎")
    window = entered(app, open_window(), live_server, contact.account_id)
    invite(window, "架空 三郎")
    window.goto("/provider/people")
    look(window, "people-city")
    window.get_by_role("link", name="責任 花子").click()
    look(window, "person")
    window.get_by_role("link", name="所属を終える").click()
    look(window, "person-end")
    window.get_by_role("button", name="所属を終える").click()
    assert "送れません" in window.locator("main").inner_text()
    look(window, "people-closed")
    window.get_by_role("link", name="連絡 次郎").click()
    assert "終えられません" in window.locator("main").inner_text()
    look(window, "person-last")
    assert officer


def test_a_department_ends_with_a_day(
    app: Any, database: Any, town: Town, live_server: str, open_window: Callable[..., Any]
) -> None:
    contact = build_member(database, town.city.unit, role="contact", name="連絡 次郎")
    window = entered(app, open_window(), live_server, contact.account_id)
    window.goto("/provider/people")
    window.get_by_role("link", name="しごと支援課の利用を終える").click()
    look(window, "department-end")
    window.get_by_role("button", name="この日までにする").click()
    assert "までにしました" in window.locator("main").inner_text()


def test_everybody_is_signed_out_and_reads_what_to_do(
    app: Any, town: Town, live_server: str, open_window: Callable[..., Any]
) -> None:
    window = entered(app, open_window(), live_server, town.account("company"))
    window.goto("/provider/people")
    window.get_by_role("link", name="全員をログアウトさせる").click()
    look(window, "sessions")
    window.get_by_label("このブラウザーだけ", exact=False).check()
    window.get_by_role("button", name="全員をログアウトさせる").click()
    look(window, "sessions-done")
    window.get_by_label("あなたもログアウトする", exact=False).check()
    window.get_by_role("button", name="全員をログアウトさせる").click()
    look(window, "sign-in-cut")
    window.get_by_role("link", name="感染したおそれがあるときにすること").click()
    look(window, "infection")
    assert "あわてずに" in window.locator("main").inner_text()


def test_somebody_whose_membership_ended_reads_so(
    app: Any, database: Any, clock: Any, town: Town, live_server: str, open_window: Callable[..., Any]
) -> None:
    from datetime import date

    former = build_member(database, town.city.unit, until=date(2026, 6, 15), name="前任 花子")
    window = entered(app, open_window(), live_server, former.account_id)
    window.goto("/choose-unit")
    assert "所属は2026年6月15日" in window.locator("main").inner_text()
    look(window, "choose-unit-closed")
