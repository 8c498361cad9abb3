"""Registrations by file in a real browser: from the file on the clerk's machine to a seeker who opens an account."""

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pypdf
import pytest

from portal.domain.actor import Actor
from tests.browser.accessibility import assert_accessible, assert_fits
from tests.registration_files import cells, work, written
from tests.registrations import build_office_clerk, prepare
from tests.web.signing import sign_in_as

PASSWORD = "見本 の 長い 合い言葉 七つ"


@pytest.fixture
def clerk(database: Any, clock: Any) -> Actor:
    prepare(database, clock)
    return build_office_clerk(database)


@pytest.fixture
def open_desk(
    open_window: Callable[..., Any], client: Any, clerk: Actor, live_server: str
) -> Callable[..., Any]:
    """A window of a clerk who is signed in."""

    def open_one(size: str = "desktop", scripts: bool = True) -> Any:
        window = open_window(size, scripts)
        token = sign_in_as(client, clerk.account_id)
        window.context.add_cookies([{"name": "portal", "value": f"s.{token}", "url": live_server}])
        return window

    return open_one


def said(window: Any) -> str:
    return str(window.locator("main").inner_text())


def send(window: Any, path: Path) -> None:
    window.goto("/office/files")
    window.get_by_role("link", name="ファイルを送る").click()
    window.get_by_label("登録ファイル（CSV）").set_input_files(path)
    window.get_by_role("button", name="送って確認する").click()


@pytest.mark.parametrize(("size", "scripts"), [("desktop", True), ("phone", False)])
def test_from_a_file_with_two_wrong_lines_to_a_seeker_who_opens_an_account(
    open_desk: Callable[..., Any],
    open_window: Callable[..., Any],
    database: Any,
    clock: Any,
    tmp_path: Path,
    size: str,
    scripts: bool,
) -> None:
    window = open_desk(size, scripts)
    path = tmp_path / "registrations.csv"
    path.write_bytes(
        written(
            cells(registration_number="13999-00000101", birth_date="平成2年1月1日"),
            cells(registration_number="13999-00000102", birth_date="平成2年2月30日"),
            cells(registration_number="13999-00000103", occupation_1="56"),
            encoding="cp932",
        )
    )
    send(window, path)
    assert "まだ何も登録していません" in said(window)
    work(database, clock)
    window.get_by_role("link", name="今の様子を見る").click()
    assert "登録できない行 2件" in " ".join(said(window).split())
    assert "その日はありません" in said(window)
    if scripts:
        assert_fits(window)
        assert_accessible(window)

    with window.expect_download() as coming:
        window.get_by_role("link", name="登録できない行をダウンロード（CSV）").click()
    rows = list(csv.DictReader(io.StringIO(coming.value.path().read_text("utf-8-sig"), newline="")))
    assert [row["行番号"] for row in rows] == ["3", "4"]
    rows[0]["birth_date"], rows[1]["occupation_1"] = "平成2年2月28日", "056"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)

    window.get_by_role("button", name="この内容で登録する（1件）").click()
    work(database, clock)
    window.get_by_role("link", name="今の様子を見る").click()
    assert "1件を登録しました" in said(window)
    first = window.url

    send(window, path)
    work(database, clock)
    window.get_by_role("link", name="今の様子を見る").click()
    window.get_by_role("button", name="この内容で登録する（2件）").click()
    work(database, clock)
    window.get_by_role("link", name="今の様子を見る").click()
    assert "2件を登録しました" in said(window)

    window.goto(first)
    window.get_by_role("link", name="利用開始の用紙を印刷する").click()
    assert "印刷する用紙 1枚" in " ".join(said(window).split())
    assert window.get_by_role("button", name="用紙を出す（PDF、1枚）").is_visible()
    activate(open_window(size, scripts), code_on(printed(window)))


def printed(window: Any) -> bytes:
    """What the button gives; a browser does not hand out the bytes of a PDF that it shows itself."""
    form = window.locator("form[action$='/sheets/print']")
    fields = {one.get_attribute("name"): one.get_attribute("value") for one in form.locator("input").all()}
    answer = window.request.post(form.get_attribute("action"), form=fields)
    assert answer.headers["content-type"] == "application/pdf"
    return bytes(answer.body())


def code_on(paper: bytes) -> str:
    lines = pypdf.PdfReader(io.BytesIO(paper)).pages[0].extract_text().splitlines()
    return next(line.strip() for line in lines if line.strip().count("-") == 2 and len(line.strip()) == 14)


def activate(window: Any, code: str) -> None:
    window.goto("/activate")
    window.get_by_label("利用開始コード").fill(code)
    window.get_by_label("生年月日").fill("平成2年1月1日")
    window.get_by_role("button", name="次へ").click()
    window.get_by_label("ログイン名").fill("mihon.101")
    for field in window.locator("input[type=password]").all():
        field.fill(PASSWORD)
    window.get_by_role("button", name="決定して利用を始める").click()
    assert "/seeker" in window.url
    assert "ログアウト" in window.locator("body").inner_text()


LIMIT = 1_000_000


class TestASmallLimit:
    """On an installation that takes a million bytes."""

    @pytest.fixture
    def settings(self, settings: Any) -> Any:
        return replace(settings, file_bytes=LIMIT)

    @pytest.mark.parametrize("times", [2, 40])
    def test_a_file_that_is_too_large_gets_a_page_and_no_broken_connection(
        self, open_desk: Callable[..., Any], tmp_path: Path, times: int
    ) -> None:
        window = open_desk()
        path = tmp_path / "large.csv"
        path.write_bytes(b"x" * LIMIT * times)
        send(window, path)
        assert "送られた内容が大きすぎます" in window.title()
        assert "ファイルは1メガバイトまでです" in said(window)
