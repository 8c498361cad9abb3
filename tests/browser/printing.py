"""Papers in a real browser: what a button prints, without leaving the page it stands on."""

from typing import Any


def printed(window: Any, button: str) -> tuple[str, bytes]:
    """Press the first button of this name; the kind and the bytes of the paper it gave.

    The browser gets an empty answer in the paper's place: a window that turns into a viewer or into a download while
    somebody listens to it may never come to rest.
    """
    papers: list[tuple[str, bytes]] = []

    def keep(route: Any) -> None:
        answer = route.fetch()
        papers.append((answer.headers["content-type"], answer.body()))
        route.fulfill(status=204)

    window.route("**/print", keep)
    with window.expect_response("**/print"):
        window.get_by_role("button", name=button).first.click(no_wait_after=True)
    window.unroute("**/print", keep)
    return papers[0]
