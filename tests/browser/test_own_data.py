"""New terms and one's own copy in a real browser: asked for calmly, saved as a file that everybody can read."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.browser.accessibility import assert_accessible, assert_fits
from tests.browser.conftest import SIZES
from tests.services.own_data_world import OwnDataWorld
from tests.web.auth_world import PASSWORD, give_password
from tests.web.test_terms_pages import NEW, offer


@pytest.fixture
def world(app: Any, database: Any, clock: Any) -> OwnDataWorld:
    made = OwnDataWorld(database, clock)
    made.fill(made.hana)
    give_password(app, database, made.hana.account_id)
    return made


@pytest.mark.parametrize(("size", "scripts"), [("phone", False), ("desktop", True)])
def test_somebody_signs_in_leaves_the_terms_for_later_and_takes_a_copy(
    open_window: Callable[..., Any],
    database: Any,
    world: OwnDataWorld,
    tmp_path: Path,
    size: str,
    scripts: bool,
) -> None:
    offer(database, world.hana, NEW, agreed=False)
    window = open_window(size, scripts)
    window.goto("/sign-in")
    window.get_by_label("ログイン名").fill("hana-own")
    window.locator("#password").fill(PASSWORD)
    window.get_by_role("button", name="ログイン").click()
    window.get_by_role("heading", name="利用規約が新しくなりました").wait_for()
    assert_fits(window)
    window.get_by_role("link", name="あとで決める").click()
    window.get_by_role("link", name="あなたの情報の取扱い記録を見る").click()
    window.get_by_role("link", name="この記録と、あなたの情報すべてをファイルで受け取る").click()
    window.get_by_label("読むため、印刷するためのファイル").check()
    window.get_by_label("今のパスワード").fill(PASSWORD)
    with window.expect_download() as saving:
        window.get_by_role("button", name="ファイルを受け取る").click()
    assert saving.value.suggested_filename == "my-data-2026-06-15.html"
    file = tmp_path / "my-data.html"
    saving.value.save_as(file)
    if scripts:
        window.goto("/seeker/new-terms")
        assert_accessible(window)
    _read(window, file, scripts)


def _read(window: Any, file: Path, scripts: bool) -> None:
    """The file by itself, away from the site."""
    asked: list[str] = []
    window.on("request", lambda request: asked.append(request.url))
    window.goto(f"file://{file}")
    for view in SIZES.values():
        window.set_viewport_size(view)
        assert_fits(window)
        if scripts:
            assert_accessible(window)
    assert asked == [f"file://{file}"]
    assert window.get_by_text("案内：花子だけの言葉。").count() == 1
