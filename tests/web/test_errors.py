"""Error pages: the right status, plain words, a number, nothing about the inside, and typed text kept."""

import dataclasses
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Blueprint, abort
from sqlalchemy import create_engine, event, text
from sqlalchemy.exc import OperationalError

from portal.app import create_app
from portal.domain import refusal
from portal.web.access import public_page
from tests.web.page_client import PageClient, page_of

NUMBER = re.compile(r"[2-9A-HJKMNP-Z]{4}-[2-9A-HJKMNP-Z]{4}-[2-9A-HJKMNP-Z]{4}")
CODES = (400, 403, 404, 405, 413, 429, 500, 503)


def _with_view(app: Any, view: Callable[[], Any]) -> Any:
    """A client of an application that has one more page, as it runs outside of tests."""
    blueprint = Blueprint("broken", __name__)
    public_page(blueprint, "/broken", methods=["GET", "POST"], endpoint="view")(lambda: view())
    app.register_blueprint(blueprint)
    app.testing = False
    return app.test_client()


def _token(client: Any, app: Any) -> str:
    from tests.web.gallery import add_gallery

    if "gallery" not in app.blueprints:
        add_gallery(app)
    return str(client.page("/gallery").form_with("name").fields["csrf_token"][0])


@pytest.mark.parametrize("code", CODES)
def test_each_error_has_its_page_with_a_number_and_a_way_on(app: Any, code: int) -> None:
    client = _with_view(app, lambda: abort(code))
    response = client.get("/broken")
    page = page_of(response)
    assert response.status_code == code
    assert NUMBER.search(page.text) is not None
    assert NUMBER.search(page.text).group() == response.headers["X-Request-ID"]
    assert "最初のページへ" in page.links
    assert response.headers["Cache-Control"] == "no-store"


def test_error_pages_are_in_english_for_whoever_chose_english(app: Any) -> None:
    client = _with_view(app, lambda: abort(404))
    client.set_cookie("lang", "en")
    assert '<html lang="en">' in client.get("/broken").text


@pytest.mark.parametrize(("code", "shown"), [(401, 400), (409, 400), (418, 400), (501, 500), (504, 500)])
def test_a_status_without_a_page_of_its_own_gets_the_nearest_one(app: Any, code: int, shown: int) -> None:
    assert _with_view(app, lambda: abort(code)).get("/broken").status_code == shown


def test_the_visitors_own_request_id_is_not_taken_over(client: Any) -> None:
    response = client.get("/no-such-page", headers={"X-Request-ID": "AAAA-AAAA-AAAA"})
    assert "AAAA-AAAA-AAAA" not in response.text
    assert response.headers["X-Request-ID"] != "AAAA-AAAA-AAAA"


def test_two_unknown_addresses_give_the_same_bytes_but_for_the_number(client: Any) -> None:
    one, other = client.get("/no-such-page"), client.get("/seeker-that-is-not/x?y=z")
    assert NUMBER.sub("", one.text) == NUMBER.sub("", other.text)


def test_a_broken_page_says_nothing_about_the_inside_and_logs_no_values(
    app: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    def view() -> None:
        raise RuntimeError("見本 太郎 was not found in /secret/place")

    response = _with_view(app, view).get("/broken?q=見本")
    captured = capsys.readouterr()
    assert response.status_code == 500
    for word in ("RuntimeError", "Traceback", "見本 太郎", "secret"):
        assert word not in response.text
    assert "見本" not in captured.err
    lines = [json.loads(line) for line in captured.err.splitlines()]
    failed = next(line for line in lines if line["event"] == "page_failed")
    assert failed["exception"] == "RuntimeError"
    assert failed["request_id"] == response.headers["X-Request-ID"]
    assert any("test_errors.py" in place for place in failed["where"])


def test_a_wrong_method_names_the_right_ones(client: Any) -> None:
    response = client.delete("/")
    assert response.status_code == 405
    assert set(response.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


def test_a_form_that_is_too_large_gets_the_page_413(app: Any) -> None:
    client = app.test_client()
    token = _token(client, app)
    response = client.post("/gallery", data={"csrf_token": token, "text": "あ" * 400_000})
    assert response.status_code == 413


def test_a_form_with_too_many_parts_gets_the_page_413(app: Any) -> None:
    client = app.test_client()
    data = {f"field{n}": "x" for n in range(3_001)}
    _token(client, app)
    assert client.post("/gallery", data=data, content_type="multipart/form-data").status_code == 413


def test_a_form_of_a_thousand_and_one_recipients_is_still_read(app: Any) -> None:
    client = app.test_client()
    token = _token(client, app)
    response = client.post("/gallery", data={"csrf_token": token, "to": ["x" * 120] * 1001})
    assert response.status_code == 422


@pytest.mark.parametrize(
    "address",
    ["/?q=%00", "/?%00=q", "/privacy%00", "/?q=a%00b&lang=en", "/no-such-page?q=%00"],
)
def test_a_nul_byte_in_an_address_gets_a_clear_page(client: Any, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 400
    assert "使えない文字" in response.text


@pytest.mark.parametrize(
    "query", ["q=%ED%A0%80", "q=%FF%FE", "q=%F0%9F%98%80", "q=%EF%BF%BF", "q=" + "%E3%81%82" * 500]
)
def test_no_bytes_in_an_address_break_a_page(client: Any, query: str) -> None:
    assert client.get("/?" + query).status_code in (200, 400)


def test_raw_bytes_that_are_no_text_get_a_clear_page(client: Any) -> None:
    response = client.get("/", environ_overrides={"QUERY_STRING": "q=\xff\xfe"})
    assert response.status_code == 400


def test_a_nul_byte_in_a_form_gets_a_clear_page_and_the_text_is_kept(app: Any) -> None:
    client = app.test_client()
    token = _token(client, app)
    response = client.post(
        "/gallery", data={"csrf_token": token, "text": "夜勤は\x00できます", "secret": "ひみつ\x00"}
    )
    assert response.status_code == 400
    kept = [area.text for area in page_of(response).root.all("textarea")]
    assert kept == ["夜勤はできます"]


def test_a_form_that_was_open_too_long_keeps_what_was_typed_but_no_secrets(app: Any) -> None:
    from tests.web.gallery import add_gallery

    add_gallery(app)
    client = app.test_client()
    response = client.post(
        "/gallery",
        data={
            "csrf_token": "old",
            "text": "一行目\n<b>二行目</b>",
            "name": "two words",
            "place": "04",
            "secret": "pass phrase of mine",
            "password_again": "pass phrase of mine",
            "code": "ABCD EFGH IJKL",
            "birth_date": "1960 01 02",
        },
    )
    page = page_of(response)
    assert response.status_code == 400
    assert "有効期限が切れました" in page.h1
    assert [area.text for area in page.root.all("textarea")] == ["一行目 <b>二行目</b>", "two words"]
    assert all("readonly" in area.attributes for area in page.root.all("textarea"))


def test_a_database_that_is_locked_gets_the_page_503_with_the_text_kept(app: Any, tmp_path: Path) -> None:
    path = f"sqlite:///{tmp_path / 'locked.sqlite'}"
    holder, waiter = create_engine(path), create_engine(path, connect_args={"timeout": 0})
    for engine in (holder, waiter):
        event.listen(engine, "connect", lambda connection, _: setattr(connection, "isolation_level", None))
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))

    def view() -> str:
        with waiter.begin() as connection:
            connection.execute(text("select 1"))
        return "never"

    client = _with_view(app, view)
    token = _token(client, app)
    with holder.begin():
        response = client.post("/broken", data={"csrf_token": token, "text": "消えては困る文章"})
    holder.dispose()
    waiter.dispose()
    page = page_of(response)
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "10"
    assert "混み合っています" in page.h1
    assert [area.text for area in page.root.all("textarea")] == ["消えては困る文章"]


def test_a_database_that_fails_while_the_session_is_read_gets_the_page_503(
    app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OperationalError("select", {}, Exception("away"))

    monkeypatch.setattr(app.session_interface, "open_session", fail)
    app.testing = False
    response = app.test_client().get("/")
    assert response.status_code == 503
    assert "混み合っています" in page_of(response).h1


@pytest.mark.parametrize(
    ("raised", "status"),
    [
        (refusal.NotFound(), 404),
        (refusal.Forbidden(), 403),
        (refusal.Unreachable(), 409),
        (refusal.Conflict(), 409),
        (refusal.SendingClosed("officer_missing"), 409),
        (refusal.Refusal("a_code_nobody_worded"), 409),
    ],
)
def test_a_refusal_the_view_did_not_show_becomes_a_page_in_words(
    app: Any, raised: refusal.Refusal, status: int
) -> None:
    def view() -> None:
        raise raised

    response = _with_view(app, view).get("/broken")
    assert response.status_code == status
    assert raised.reason not in response.text


def test_not_found_in_a_service_is_the_same_page_as_an_unknown_address(app: Any) -> None:
    def view() -> None:
        raise refusal.NotFound

    client = _with_view(app, view)
    assert NUMBER.sub("", client.get("/broken").text) == NUMBER.sub("", client.get("/unknown").text)


def test_a_reached_limit_says_how_many_and_when_it_resets(app: Any, clock: Any) -> None:
    def view() -> None:
        raise refusal.LimitReached(1000, 990, 11, clock.now(), fits=10)

    page = page_of(_with_view(app, view).get("/broken"))
    assert "1日1,000件" in page.text
    assert "2026年6月15日 10:00" in page.text


def test_while_the_database_is_away_whoever_is_signed_in_gets_the_page_503_and_visitors_are_served(
    settings: Any, clock: Any, tmp_path: Path
) -> None:
    away = {"owner": f"sqlite:///{tmp_path}/no/such/folder/portal.db"}
    app = create_app(dataclasses.replace(settings, database_urls=away), clock)
    client = PageClient(app, app.response_class)
    assert client.get("/").status_code == 200

    client.set_cookie("portal", "s." + "a" * 43)
    for address in ("/", "/account", "/sign-in", "/no-such-page"):
        response = client.get(address)
        assert response.status_code == 503, address
        assert page_of(response).h1 == "ただいま混み合っています"
        assert "ログアウト" not in response.text
    assert client.get("/health/live").status_code == 200
    app.extensions["portal"].database.dispose()
