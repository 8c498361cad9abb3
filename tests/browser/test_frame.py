"""The frame and the components in a real browser: every public page, an error page, and all components at once."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.accessibility import assert_accessible, assert_fits
from tests.web.gallery import add_gallery

PAGES = [
    "/for-seekers",
    "/for-organisations",
    "/protection",
    "/retention",
    "/accessibility",
    "/privacy",
    "/contact",
    "/no-such-page",
]


@pytest.mark.parametrize("size", ["desktop", "phone"])
@pytest.mark.parametrize("language", ["ja", "en"])
def test_everybody_can_read_every_public_page(
    open_window: Callable[..., Any], size: str, language: str
) -> None:
    window = open_window(size)
    window.goto(f"/?lang={language}")

    for address in PAGES:
        window.goto(address)
        assert window.locator("h1").inner_text() in window.title()
        assert_fits(window)
        assert_accessible(window)


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_every_component_can_be_read_also_when_a_form_was_refused(
    app: Any, open_window: Callable[..., Any], size: str
) -> None:
    add_gallery(app)
    window = open_window(size)
    window.goto("/gallery")
    assert_fits(window)
    assert_accessible(window)

    window.get_by_label("自己PR").fill("夜勤はできますが、週に一回までが希望です。")
    window.get_by_role("button", name="確認へ進む").click()

    assert window.title().startswith("エラー：")
    assert window.get_by_label("自己PR").input_value() == "夜勤はできますが、週に一回までが希望です。"
    assert_fits(window)
    assert_accessible(window)


def test_after_a_refused_form_the_summary_is_in_focus_and_leads_to_each_field(
    app: Any, open_window: Callable[..., Any]
) -> None:
    add_gallery(app)
    window = open_window()
    window.goto("/gallery")
    window.get_by_role("button", name="確認へ進む").click()

    assert window.evaluate("document.activeElement.className") == "error-summary"

    window.get_by_role("link", name="氏名を入力してください。").click()
    assert window.evaluate("document.activeElement.id") == "name"
    window.get_by_role("link", name="返事を選んでください。").click()
    assert window.evaluate("document.activeElement.id") == "answer-0"


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_the_keyboard_reaches_the_text_first_and_shows_where_it_is(
    open_window: Callable[..., Any], scripts: bool
) -> None:
    window = open_window(scripts=scripts)
    window.goto("/for-seekers")

    window.keyboard.press("Tab")
    link = window.get_by_role("link", name="本文へ移動")

    assert link.bounding_box()["y"] >= 0
    assert link.evaluate("e => getComputedStyle(e).outlineWidth") == "4px"
    window.keyboard.press("Enter")
    assert window.url.endswith("#main")


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_what_one_presses_is_large_enough_for_a_thumb(
    app: Any, open_window: Callable[..., Any], size: str
) -> None:
    add_gallery(app)
    window = open_window(size)
    window.goto("/gallery")

    for control in window.locator("button:visible, a.button:visible, select:visible, nav a:visible").all():
        assert control.bounding_box()["height"] >= 44, control.inner_text()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_the_language_is_switched_by_a_link_and_stays(open_window: Callable[..., Any], scripts: bool) -> None:
    window = open_window(scripts=scripts)
    window.goto("/privacy")

    window.get_by_role("link", name="English").click()
    assert window.locator("html").get_attribute("lang") == "en"
    assert window.url.endswith("/privacy")

    window.goto("/contact")
    assert window.locator("html").get_attribute("lang") == "en"
    window.get_by_role("link", name="日本語").click()
    assert window.locator("html").get_attribute("lang") == "ja"
