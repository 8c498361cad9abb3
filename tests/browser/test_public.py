"""The public pages in a real browser."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.accessibility import assert_accessible, assert_fits


@pytest.mark.parametrize("size", ["desktop", "phone"])
@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_everybody_can_read_the_first_page(open_window: Callable[..., Any], size: str, scripts: bool) -> None:
    window = open_window(size, scripts)

    window.goto("/")

    assert window.locator("h1").inner_text() in window.title()
    assert_fits(window)
    if scripts:
        assert_accessible(window)
