"""Windows of a real browser, as people have them: wide and narrow, with and without scripts."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

SIZES = {"desktop": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}
SECONDS_TO_WAIT = 15


@pytest.fixture
def engine_kind() -> str:
    return "sqlite"


@pytest.fixture
def open_window(browser: Any, live_server: str) -> Iterator[Callable[..., Any]]:
    """`open_window(size="desktop", scripts=True)` gives a new window of somebody who has never been here.

    Addresses may be written without the host. What the browser complains about (a blocked script, a missing
    file, an error in a script) fails the test at its end."""
    contexts: list[Any] = []
    complaints: list[str] = []

    def note(message: Any) -> None:
        # A refused form answers 422 and a page that is not there 404; the browser calls both a failed resource.
        if (
            message.type in ("error", "warning")
            and "the server responded with a status of" not in message.text
        ):
            complaints.append(f"{message.type}: {message.text}")

    def open_one(size: str = "desktop", scripts: bool = True) -> Any:
        context = browser.new_context(
            base_url=live_server,
            viewport=SIZES[size],
            java_script_enabled=scripts,
            locale="ja-JP",
            timezone_id="Asia/Tokyo",
        )
        context.set_default_timeout(SECONDS_TO_WAIT * 1000)
        contexts.append(context)
        page = context.new_page()
        page.on("console", note)
        page.on("pageerror", lambda error: complaints.append(f"script: {error}"))
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert complaints == []
