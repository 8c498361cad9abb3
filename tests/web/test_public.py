"""The public pages: there, in both languages, calm, and honest."""

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest

PAGES = ("/", "/for-seekers", "/for-organisations", "/protection", "/accessibility", "/privacy", "/contact")


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_public_page_opens_in_both_languages(client: Any, address: str, language: str) -> None:
    client.set_cookie("lang", language)
    page = client.page(address)
    assert [html.get("lang") for html in page.root.all("html")] == [language]
    assert page.h1


@pytest.mark.parametrize("address", PAGES)
def test_public_pages_set_no_cookie_and_hold_no_form(client: Any, address: str) -> None:
    response = client.get(address)
    assert "Set-Cookie" not in response.headers
    assert "<form" not in response.text
    assert "<script" not in response.text


def test_the_front_page_leads_to_three_entrances_and_names_the_two_promises(client: Any) -> None:
    page = client.page("/")
    assert {"/for-seekers", "/for-organisations", "/sign-in"} <= set(page.links.values())
    assert "1日1,000件" in page.text
    assert "あなたが伝えない限り" in page.text


def test_japanese_is_shown_even_to_a_browser_that_prefers_english(client: Any) -> None:
    assert '<html lang="ja">' in client.get("/", headers={"Accept-Language": "en-GB,en"}).text


def test_choosing_a_language_keeps_the_page_and_is_remembered(client: Any) -> None:
    response = client.get("/privacy?lang=en&from=sheet")
    assert response.status_code == 303
    assert response.headers["Location"] == "/privacy?from=sheet"
    assert "HttpOnly" in response.headers["Set-Cookie"]
    assert "SameSite=Lax" in response.headers["Set-Cookie"]
    assert '<html lang="en">' in client.get("/privacy").text
    assert client.get("/privacy?lang=ja").headers["Location"] == "/privacy"
    assert '<html lang="ja">' in client.get("/privacy").text


def test_an_unknown_language_changes_nothing(client: Any) -> None:
    assert client.get("/?lang=xx").status_code == 200
    client.set_cookie("lang", "../../etc")
    assert '<html lang="ja">' in client.get("/").text


@pytest.mark.parametrize(
    "address", ["//evil.example/?lang=en", "/%2F/evil.example?lang=en", "/\\evil.example?lang=en"]
)
def test_choosing_a_language_never_leads_to_another_site(client: Any, address: str) -> None:
    response = client.get(address)
    location = response.headers.get("Location", "/")
    assert location.startswith(("/", "http://localhost/"))
    assert not location.startswith(("//", "/\\"))


def test_S_Q1_the_page_for_seekers_says_who_cannot_use_the_service(client: Any) -> None:
    assert "卒業した年の6月末まで" in client.page("/for-seekers").text


def test_S_Q3_registration_and_changes_are_at_the_office_and_stopping_is_here(client: Any) -> None:
    text = client.page("/for-seekers").text
    assert "利用の登録は、ハローワークの窓口で行います" in text
    assert "利用をやめる" in text


def test_S_Q4_the_page_for_seekers_names_both_desks(client: Any) -> None:
    text = client.page("/for-seekers").text
    assert "個人情報管理・苦情処理責任者" in text
    assert "最寄りのハローワークの苦情申出等受付担当者" in text


def test_P_Q2_the_page_for_organisations_says_that_applications_are_on_paper(client: Any) -> None:
    assert "労働局に書類を出して行います" in client.page("/for-organisations").text


def test_P_Q7_the_page_for_organisations_says_that_a_contractor_has_two_limits(client: Any) -> None:
    assert "それぞれ1,000件" in client.page("/for-organisations").text


def test_P_Q5_the_page_for_organisations_says_that_there_are_no_sending_hours(client: Any) -> None:
    assert "送る時間帯に決まりはありません" in client.page("/for-organisations").text


def test_the_demo_says_on_every_page_that_it_is_one(client: Any, settings: Any, clock: Any) -> None:
    from portal.app import create_app

    demo = create_app(dataclasses.replace(settings, environment="demo"), clock).test_client()
    for address in (*PAGES, "/no-such-page"):
        assert "これは見本です" in demo.get(address).text
        assert "これは見本です" not in client.get(address).text
    assert "実在の窓口はありません" in demo.get("/contact").text


def test_search_engines_are_sent_away(client: Any) -> None:
    response = client.get("/robots.txt")
    assert response.mimetype == "text/plain"
    assert response.text == "User-agent: *\nDisallow: /\n"
    assert 'name="robots" content="noindex, nofollow"' in client.get("/").text


def test_ready_means_a_database_at_the_newest_migration(client: Any) -> None:
    assert (client.get("/health/ready").status_code, client.get("/health/ready").text) == (200, "ok\n")


@pytest.mark.parametrize("where", ["missing", "empty"])
def test_alive_needs_no_database_and_ready_says_only_no(
    settings: Any, clock: Any, tmp_path: Path, where: str
) -> None:
    from portal.app import create_app

    url = (
        f"sqlite:///{tmp_path / 'empty.sqlite'}"
        if where == "empty"
        else f"sqlite:///{tmp_path}/no/such/folder.db"
    )
    app = create_app(dataclasses.replace(settings, database_urls={"owner": url}), clock)
    client = app.test_client()
    assert (client.get("/health/live").status_code, client.get("/health/live").text) == (200, "ok\n")
    assert (client.get("/health/ready").status_code, client.get("/health/ready").text) == (503, "not ok\n")
    assert client.get("/").status_code == 200
    app.extensions["portal"].database.dispose()


def test_each_request_is_one_line_of_json_without_anything_that_was_asked(
    client: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    response = client.get(
        "/privacy?q=見本太郎", headers={"User-Agent": "somebody", "Referer": "http://x.example"}
    )
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    line = json.loads(lines[0])
    assert line.pop("time").endswith("Z")
    assert line.pop("ms") >= 0
    assert line == {
        "level": "info",
        "event": "request",
        "request_id": response.headers["X-Request-ID"],
        "method": "GET",
        "rule": "/privacy",
        "status": 200,
        "audience": "public",
    }


def test_an_unknown_address_is_logged_without_the_address(
    client: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    client.get("/seeker/mihon-taro")
    captured = capsys.readouterr().err
    assert "mihon" not in captured
    assert json.loads(captured)["rule"] == "none"


def test_every_component_keeps_the_page_rules_in_every_state(app: Any) -> None:
    from tests.web.gallery import add_gallery

    add_gallery(app)
    client = app.test_client()
    client.page("/gallery")
    response = client.submit("/gallery", {"text": "とても長い自己PRの文章です。"})
    assert response.status_code == 422
    assert "とても長い自己PRの文章です。" in response.text
    assert "自己PRは10文字以内で入力してください。" in response.text
    assert 'href="#answer-0"' in response.text
    assert "maxlength" not in response.text
