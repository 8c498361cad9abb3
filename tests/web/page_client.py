"""A test client that holds every page it gets against the rules of the house, and fills in forms as people do."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.web.page import Form, Page
from tests.web.page_rules import broken_rules


def page_of(response: TestResponse) -> Page:
    """The page inside an answer."""
    assert response.mimetype == "text/html", f"not a page but {response.mimetype}"
    return Page(response.get_data(as_text=True))


class PageClient(FlaskClient):
    """As Flask's, but a page that breaks a rule of the house fails the test that asked for it."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        response = super().open(*args, **kwargs)
        saved = response.headers.get("Content-Disposition", "").startswith(
            "attachment"
        )  # no page of the site
        shown = response.mimetype == "text/html" and not saved
        if shown and not 300 <= response.status_code < 400 and response.data:
            broken = broken_rules(response.get_data(as_text=True))
            assert not broken, f"{response.request.path}: " + "; ".join(broken)
        return response

    def page(self, address: str, status: int = 200) -> Page:
        """Get a page that answers with `status`."""
        response = self.get(address)
        assert response.status_code == status, f"{address} answered {response.status_code}, not {status}"
        return page_of(response)

    def submit(
        self,
        address: str,
        values: Mapping[str, str | Sequence[str]] | None = None,
        *,
        press: str | tuple[str, str] | None = None,
        form: Form | None = None,
        follow: bool = False,
    ) -> TestResponse:
        """Open the page, fill the form that holds the named fields and send it as a browser would.

        Everything else in the form goes along as it stands, the CSRF token included. `press` is the button
        pressed: its name, or name and value; without it the first button's go along. `form` is one already read."""
        filled = dict(values or {})
        name, value = (press, None) if isinstance(press, str) else press or (None, None)
        if form is None:
            form = self.page(address).form_with(*filled, *([name] if name else []))
        unknown = set(filled) - form.names
        assert not unknown, f"the form on {address} has no {sorted(unknown)}"
        sent: dict[str, list[str]] = form.fields
        for field, given in filled.items():
            sent[field] = [given] if isinstance(given, str) else list(given)
        for button in form.buttons:
            if name in (None, button.get("name")) and value in (None, button.get("value")):
                if button.get("name"):
                    sent[button.get("name")] = [button.get("value")]
                break
        else:
            assert press is None, f"the form on {address} has no button {press}"
        target = form.action or address
        if form.method == "GET":
            return self.get(target, query_string=sent, follow_redirects=follow)
        return self.post(target, data=sent, follow_redirects=follow)
