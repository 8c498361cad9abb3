"""Signing in, in a real browser: the first time with a second factor, later with a code, and after forgetting."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from portal.domain.actor import Actor, ActorKind
from portal.services import access_code
from portal.services.access_code import Purpose
from portal.store.tables import account
from tests import build
from tests.browser.accessibility import assert_accessible, assert_fits
from tests.web.auth_world import NEW, PASSWORD, member, seeker, totp


def look(window: Any, scripts: bool, title: str) -> None:
    assert window.locator("h1").inner_text() == title
    assert_fits(window)
    if scripts:
        assert_accessible(window)


def type_in(window: Any, label: str, text: str) -> None:
    window.get_by_label(label, exact=False).first.fill(text)


def press(window: Any, name: str) -> None:
    window.locator("main").get_by_role("button", name=name, exact=True).click()


def sign_in(window: Any, name: str, password: str) -> None:
    window.goto("/sign-in")
    type_in(window, "ログイン名", name)
    type_in(window, "パスワード", password)
    press(window, "ログイン")


def shown_secret(window: Any) -> str:
    return "".join("".join(window.locator(".code").all_inner_texts()).split())


@pytest.mark.parametrize("size", ["desktop", "phone"])
@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_somebody_of_an_organisation_sets_a_second_factor_up_and_signs_in_with_it(
    app: Any, database: Any, clock: Any, open_window: Callable[..., Any], size: str, scripts: bool
) -> None:
    member(app, database, build.build_unit(database))
    window = open_window(size, scripts)

    sign_in(window, "kakuu-1", "wrong-wrong-wrong")
    assert "のどれかが違います" in window.locator(".error-summary").inner_text()
    look(window, scripts, "ログイン")
    assert window.get_by_label("ログイン名").input_value() == "kakuu-1"

    sign_in(window, "kakuu-1", PASSWORD)
    look(window, scripts, "二段階認証の設定")
    picture = window.get_by_role("img")
    assert picture.bounding_box()["width"] > 100
    if scripts:
        assert picture.evaluate("one => one.complete && one.naturalWidth > 0")
    secret = shown_secret(window)
    type_in(window, "確認コード", totp(secret, clock))
    press(window, "設定する")
    look(window, scripts, "予備コード")
    spare = window.locator(".code").first.inner_text()
    window.get_by_role("link", name="保管したので次へ").click()

    window.get_by_role("button", name="ログアウト").click()
    look(window, scripts, "ログイン")
    sign_in(window, "kakuu-1", PASSWORD)
    look(window, scripts, "確認コードの入力")
    type_in(window, "確認コード", spare)
    press(window, "ログイン")
    window.goto("/account")
    assert "残っている予備コードは9個" in window.locator("main").inner_text()


@pytest.mark.parametrize("size", ["desktop", "phone"])
@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_seeker_who_forgot_the_password_chooses_a_new_one_with_the_paper_from_the_office(
    app: Any, database: Any, clock: Any, open_window: Callable[..., Any], size: str, scripts: bool
) -> None:
    built = seeker(app, database)
    with database.write() as session:
        issued = access_code.issue(
            session, clock, Actor(ActorKind.OPERATOR), Purpose.PASSWORD, days=3, account_id=built.account_id
        )
    window = open_window(size, scripts)
    window.goto("/sign-in")
    window.get_by_role("link", name="ログインできないとき").click()
    look(window, scripts, "ログインできないとき")
    window.get_by_role("link", name="コードを受け取った方").click()
    look(window, scripts, "コードの入力")
    type_in(window, "コード", issued.code)
    type_in(window, "生年月日", "平成2年1月1日")
    press(window, "次へ")
    look(window, scripts, "新しいパスワードを決める")
    window.locator("#password").fill("k")
    window.locator("#again").fill("k")
    press(window, "このパスワードにする")
    assert "12文字以上にしてください" in window.locator("main").inner_text()
    look(window, scripts, "新しいパスワードを決める")
    window.locator("#password").fill(NEW)
    window.locator("#again").fill(NEW)
    press(window, "このパスワードにする")
    assert "新しいパスワードでログインしてください" in window.locator("main").inner_text()
    assert issued.code not in window.url

    sign_in(window, "hana-7", NEW)
    window.goto("/account")
    look(window, scripts, "アカウント")


def test_a_lost_app_is_taken_away_by_a_code(
    app: Any, database: Any, clock: Any, open_window: Callable[..., Any]
) -> None:
    member(app, database, build.build_unit(database))
    window = open_window("phone")
    sign_in(window, "kakuu-1", PASSWORD)
    type_in(window, "確認コード", totp(shown_secret(window), clock))
    press(window, "設定する")
    with database.write() as session:
        issued = access_code.issue(
            session,
            clock,
            Actor(ActorKind.OPERATOR),
            Purpose.SECOND_FACTOR,
            days=3,
            account_id=session.execute(select(account.c.id)).scalar_one(),
        )
    other = open_window("desktop")
    other.goto("/access")
    type_in(other, "コード", issued.code)
    press(other, "次へ")
    look(other, True, "二段階認証を外す")
    press(other, "外す")
    assert "二段階認証を外しました" in other.locator("main").inner_text()

    window.goto("/account")
    look(window, True, "ログイン")
    assert "ログインしていた状態は終わりました" in window.locator("main").inner_text()
