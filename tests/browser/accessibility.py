"""The automatic part of checking a page for everybody: axe with the WCAG 2.0 to 2.2 rules of levels A and AA."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe

_OPTIONS = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    "resultTypes": ["violations"],
}


def assert_accessible(page: Any) -> None:
    """Fail with the rules that the page breaks and where. Needs a window with scripts: axe is one."""
    page.locator("h1").first.wait_for()
    page.wait_for_load_state()
    found = Axe().run(page, options=_OPTIONS).response["violations"]
    told = [
        f"{each['id']} ({each['impact']}): {each['help']} at {[node['target'] for node in each['nodes']]}"
        for each in found
    ]
    assert told == [], f"{page.url}: " + "; ".join(told)


def assert_fits(page: Any) -> None:
    """Fail when the page is wider than its window: nobody should have to scroll sideways to read."""
    # Right after a click the next document may have begun and be empty still.
    page.locator("h1").first.wait_for()
    page.wait_for_load_state()
    wide = page.locator("html").evaluate("page => page.scrollWidth - page.clientWidth")
    assert wide <= 0, f"{page.url} is {wide} pixels wider than the window"
