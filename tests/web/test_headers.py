"""The exact header set, spelled out, and the checks of Host and Origin."""

import dataclasses
from typing import Any

import pytest

CSP = (
    "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
PERMISSIONS = (
    "accelerometer=(), autoplay=(), camera=(), display-capture=(), encrypted-media=(), fullscreen=(), "
    "geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), picture-in-picture=(), "
    "publickey-credentials-get=(), screen-wake-lock=(), usb=(), xr-spatial-tracking=()"
)
EVERYWHERE = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": PERMISSIONS,
    "X-Robots-Tag": "noindex, nofollow",
}


def _without_the_number(response: Any) -> dict[str, str]:
    headers = dict(response.headers)
    assert len(headers.pop("X-Request-ID")) == 14
    return headers


def test_a_public_page_has_exactly_these_headers(client: Any) -> None:
    response = client.get("/")
    headers = _without_the_number(response)
    assert headers.pop("Content-Length") == str(len(response.data))
    assert headers == EVERYWHERE | {
        "Content-Type": "text/html; charset=utf-8",
        "Cache-Control": "no-cache",
        "Vary": "Cookie",
    }


def test_an_error_page_has_exactly_these_headers(client: Any) -> None:
    response = client.get("/no-such-page")
    headers = _without_the_number(response)
    assert headers.pop("Content-Length") == str(len(response.data))
    assert headers == EVERYWHERE | {
        "Content-Type": "text/html; charset=utf-8",
        "Cache-Control": "no-store",
        "Vary": "Cookie",
    }


def test_the_style_sheet_may_be_kept_because_its_address_changes_with_its_content(client: Any) -> None:
    page = client.page("/")
    address = next(link.get("href") for link in page.root.all("link") if link.get("rel") == "stylesheet")
    response = client.get(address)
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert {name: response.headers[name] for name in EVERYWHERE} == EVERYWHERE
    assert "Set-Cookie" not in response.headers
    response.close()


def test_a_page_with_a_form_is_never_kept(app: Any) -> None:
    from tests.web.gallery import add_gallery

    add_gallery(app)
    assert app.test_client().get("/gallery").headers["Cache-Control"] == "no-store"


def test_behind_tls_the_browser_is_told_to_stay_there(settings: Any, clock: Any) -> None:
    from portal.app import create_app

    app = create_app(dataclasses.replace(settings, public_url="https://localhost"), clock)
    response = app.test_client().get("/")
    assert response.headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains"


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "local host", "", "a" * 300, "'\"<x>"]
)
def test_a_host_that_is_not_ours_gets_the_page_400_on_every_address(client: Any, host: str) -> None:
    for address in ("/", "/no-such-page", "/health/live", "/privacy?lang=en"):
        response = client.get(address, headers={"Host": host})
        assert response.status_code == 400
        assert "Location" not in response.headers
        assert not host or host not in response.text


@pytest.mark.parametrize("host", ["localhost", "localhost:8000", "127.0.0.1:8000"])
def test_a_host_of_ours_is_served_on_any_port(client: Any, host: str) -> None:
    assert client.get("/", headers={"Host": host}).status_code == 200


@pytest.fixture
def forms(app: Any) -> Any:
    from tests.web.gallery import add_gallery

    add_gallery(app)
    return app.test_client()


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
        {"Origin": "http://evil.example"},
        {"Origin": "http://localhost.evil.example"},
        {"Origin": "http://localhost:81"},
    ],
)
def test_a_form_sent_by_another_site_is_refused_even_with_a_good_token(
    forms: Any, headers: dict[str, str]
) -> None:
    token = forms.page("/gallery").form_with("name").fields["csrf_token"][0]
    response = forms.post("/gallery", data={"csrf_token": token, "text": "よそで書かれた文"}, headers=headers)
    assert response.status_code == 403
    assert "よそで書かれた文" not in response.text


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "null"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "null"},
        {"Origin": "http://localhost"},
    ],
)
def test_our_own_form_is_taken_with_what_browsers_send(forms: Any, headers: dict[str, str]) -> None:
    token = forms.page("/gallery").form_with("name").fields["csrf_token"][0]
    assert forms.post("/gallery", data={"csrf_token": token}, headers=headers).status_code == 422
