"""Second factor, one-time codes and one's own account by the pages."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from portal.domain.actor import Actor, ActorKind
from portal.services import access_code
from portal.services.access_code import IssuedCode, Purpose
from portal.store import account as accounts
from portal.store.tables import account, notice_care
from portal.store.tables import session as web_session
from portal.web.auth.link import signed_link, token_of
from tests import build
from tests.web.auth_world import NEW, PASSWORD, member, seeker, sign_in, totp
from tests.web.page_client import page_of
from tests.web.signing import sign_in_as

OPERATOR = Actor(ActorKind.OPERATOR)
RECOVERY = re.compile(r"\b[0-9A-Z]{5}-[0-9A-Z]{5}\b")


def issue(database: Any, clock: Any, purpose: Purpose, account_id: int | None) -> IssuedCode:
    with database.write() as session:
        return access_code.issue(session, clock, OPERATOR, purpose, days=3, account_id=account_id)


# The second factor


def shown_secret(page: Any) -> str:
    """The secret to type into the app, whatever its groups."""
    groups = [element.text for element in page.root.all("span") if element.get("class") == "code"]
    secret = "".join("".join(groups).split())
    assert len(secret) == 32
    return secret


def set_up(app: Any, client: Any, database: Any, clock: Any) -> tuple[str, list[str]]:
    """Somebody of an organisation signs in for the first time; the secret and the recovery codes."""
    member(app, database, build.build_unit(database))
    assert sign_in(client, "kakuu-1").headers["Location"] == "/second-factor/enrol"
    page = client.page("/second-factor/enrol")
    secret = shown_secret(page)
    response = client.submit("/second-factor/enrol", {"code": totp(secret, clock)})
    assert response.status_code == 200
    codes = RECOVERY.findall(page_of(response).text)
    clock.advance(timedelta(minutes=5))
    return secret, codes


def test_outside_the_demo_people_of_organisations_set_a_second_factor_up_first(
    app: Any, client: Any, database: Any, clock: Any
) -> None:
    _secret, codes = set_up(app, client, database, clock)
    assert len(set(codes)) == 10
    assert client.get("/account").status_code == 200
    assert "残っている予備コードは10個" in client.page("/account").text
    assert client.get("/second-factor/enrol").status_code == 303


def test_before_it_is_set_up_no_page_opens_and_the_picture_is_for_nobody_else(
    app: Any, client: Any, database: Any
) -> None:
    member(app, database, build.build_unit(database))
    sign_in(client, "kakuu-1")
    assert client.get("/account").headers["Location"] == "/sign-in"
    picture = client.get("/second-factor/qr.svg")
    assert (picture.status_code, picture.mimetype) == (200, "image/svg+xml")
    assert picture.headers["Cache-Control"] == "no-store"
    assert b"<script" not in picture.data
    assert app.test_client().get("/second-factor/qr.svg").status_code == 303


@pytest.mark.parametrize("typed", ["", "1", "000000", "🐈🐈🐈", "x" * 10_000, "ＡＢＣ"])
def test_a_wrong_first_code_keeps_the_page_and_the_secret(
    app: Any, client: Any, database: Any, typed: str
) -> None:
    member(app, database, build.build_unit(database))
    sign_in(client, "kakuu-1")
    before = client.page("/second-factor/enrol")
    response = client.submit("/second-factor/enrol", {"code": typed})
    assert response.status_code == 422
    after = page_of(response)
    assert shown_secret(before) == shown_secret(after)


def test_a_code_is_asked_at_the_next_sign_in_and_works_once(
    app: Any, client: Any, database: Any, clock: Any
) -> None:
    secret, codes = set_up(app, client, database, clock)
    client.delete_cookie("portal")
    assert sign_in(client, "kakuu-1").headers["Location"] == "/second-factor"
    assert client.get("/account").status_code == 303
    code = totp(secret, clock)
    assert client.submit("/second-factor", {"code": code}).status_code == 303
    assert client.get("/account").status_code == 200

    client.delete_cookie("portal")
    sign_in(client, "kakuu-1")
    again = client.submit("/second-factor", {"code": code})
    assert again.status_code == 422
    assert "もう使われています" in again.text
    assert client.submit("/second-factor", {"code": codes[0].lower()}).status_code == 303
    assert "残っている予備コードは9個" in client.page("/account").text


def test_without_the_first_step_there_is_no_second_one(client: Any) -> None:
    for address in ("/second-factor", "/second-factor/enrol"):
        assert client.get(address).headers["Location"] == "/sign-in"


def test_the_second_step_too_late_begins_anew(app: Any, client: Any, database: Any, clock: Any) -> None:
    set_up(app, client, database, clock)
    client.delete_cookie("portal")
    sign_in(client, "kakuu-1")
    form = client.page("/second-factor").form_with("code")
    clock.advance(timedelta(minutes=11))
    response = client.submit("/second-factor", {"code": "123456"}, form=form)
    assert response.headers["Location"] == "/sign-in"


def test_new_recovery_codes_are_shown_after_the_password(
    app: Any, client: Any, database: Any, clock: Any
) -> None:
    _secret, codes = set_up(app, client, database, clock)
    wrong = client.submit("/account/recovery-codes", {"password": "wrong-wrong-wrong"})
    assert (wrong.status_code, "今のパスワードが違います" in wrong.text) == (422, True)
    right = client.submit("/account/recovery-codes", {"password": PASSWORD})
    assert right.status_code == 200
    assert set(RECOVERY.findall(page_of(right).text)).isdisjoint(codes)
    assert right.headers["Cache-Control"] == "no-store"


# One-time codes


def test_a_forgotten_password_is_chosen_anew_by_a_code(
    app: Any, client: Any, database: Any, clock: Any
) -> None:
    built = seeker(app, database)
    elsewhere = app.test_client()
    sign_in_as(elsewhere, "hana-7")
    issued = issue(database, clock, Purpose.PASSWORD, built.account_id)

    second = client.submit("/access", {"code": issued.code.lower(), "birth_date": "平成2年1月1日"})
    assert second.status_code == 200
    assert "hana-7" in second.text
    form = page_of(second).form_with("password", "again")
    short = client.submit("/access", {"password": "k", "again": "k"}, form=form)
    assert (short.status_code, "12文字以上にしてください" in short.text) == (422, True)
    form = page_of(short).form_with("password", "again")
    differ = client.submit("/access", {"password": NEW, "again": NEW + "x"}, form=form)
    assert (differ.status_code, "二つのパスワードが違います" in differ.text) == (422, True)
    done = client.submit("/access", {"password": NEW, "again": NEW}, form=form, follow=True)
    assert "新しいパスワードでログインしてください" in done.text
    assert issued.code not in done.request.url

    assert elsewhere.get("/account").status_code == 303
    assert sign_in(client, password=PASSWORD).status_code == 422
    assert sign_in(client, password=NEW).status_code == 303
    used = client.submit("/access", {"password": NEW, "again": NEW}, form=form)
    assert used.status_code in (400, 422)


@pytest.mark.parametrize("born", ["", "1990年1月2日"])
def test_without_the_birth_date_a_seeker_s_code_is_unknown(
    app: Any, client: Any, database: Any, clock: Any, born: str
) -> None:
    built = seeker(app, database)
    issued = issue(database, clock, Purpose.PASSWORD, built.account_id)
    wrong = client.submit("/access", {"code": issued.code, "birth_date": born})
    unknown = client.submit("/access", {"code": "0000-0000-0000", "birth_date": born})
    assert (wrong.status_code, unknown.status_code) == (422, 422)
    assert "コードと生年月日が合いません" in wrong.text
    assert page_of(wrong).text == page_of(unknown).text


@pytest.mark.parametrize(
    ("code", "born", "text"),
    [
        ("", "", "入力または選択してください"),
        ("ABCD", "", "文字数が違います"),
        ("!!!!!!!!!!!!", "", "コードにない文字"),
        ("🐈" * 12, "", "コードにない文字"),
        ("x" * 10_000, "", "文字数が違います"),
        ("0000-0000-0000", "きのう", "日付として読み取れません"),
        ("0000-0000-0000", "2000年2月30日", "その日はありません"),
    ],
)
def test_what_cannot_be_right_is_said_beside_the_field(client: Any, code: str, born: str, text: str) -> None:
    response = client.submit("/access", {"code": code, "birth_date": born})
    assert response.status_code == 422
    assert text in response.text


def test_an_expired_code_says_so_to_whoever_has_it(app: Any, client: Any, database: Any, clock: Any) -> None:
    account_id = member(app, database, build.build_unit(database))
    issued = issue(database, clock, Purpose.PASSWORD, account_id)
    clock.advance(timedelta(days=4))
    response = client.submit("/access", {"code": issued.code})
    assert (response.status_code, "期限が過ぎています" in response.text) == (422, True)


def test_a_lost_second_factor_is_taken_away_by_a_code(
    app: Any, client: Any, database: Any, clock: Any
) -> None:
    set_up(app, client, database, clock)
    with database.read() as session:
        account_id = session.execute(select(account.c.id)).scalar_one()
    issued = issue(database, clock, Purpose.SECOND_FACTOR, account_id)
    client.delete_cookie("portal")
    confirm = client.submit("/access", {"code": issued.code})
    assert page_of(confirm).h1 == "二段階認証を外す"
    form = page_of(confirm).form_with("code")
    done = client.submit("/access", form=form, follow=True)
    assert "二段階認証を外しました" in done.text
    assert sign_in(client, "kakuu-1").headers["Location"] == "/second-factor/enrol"


def test_a_code_for_beginning_is_sent_to_its_own_page(client: Any, database: Any, clock: Any) -> None:
    built = build.build_seeker(database, birth_date=date(1990, 1, 1))
    with database.write() as session:
        issued = access_code.issue(session, clock, OPERATOR, Purpose.ACTIVATION, days=3, seeker_id=built.id)
    response = client.submit("/access", {"code": issued.code, "birth_date": "1990-01-01"})
    assert (response.status_code, "利用を始めるためのコード" in response.text) == (422, True)


@pytest.mark.parametrize("address", ["/access/password", "/access/second-factor"])
def test_the_second_page_of_a_code_begins_with_the_first(client: Any, address: str) -> None:
    assert client.get(address).headers["Location"] == "/access"


# One's own account


@pytest.fixture
def signed_in(app: Any, client: Any, database: Any) -> Any:
    seeker(app, database)
    sign_in_as(client, "hana-7")
    return client


def test_the_account_page_is_closed_to_visitors(client: Any) -> None:
    for address in ("/account", "/account/password", "/account/notice", "/account/recovery-codes"):
        assert client.get(address).headers["Location"] == "/sign-in"


def test_changing_the_password_by_the_page(signed_in: Any, app: Any, database: Any) -> None:
    elsewhere = app.test_client()
    sign_in_as(elsewhere, "hana-7")
    typed = {"current": PASSWORD, "password": NEW, "again": NEW}
    response = signed_in.submit("/account/password", typed, follow=True)
    assert "パスワードを変えました。" in response.text
    assert signed_in.get("/account").status_code == 200
    assert elsewhere.get("/account").status_code == 303
    with database.read() as session:
        assert session.execute(select(func.count()).select_from(web_session)).scalar_one() == 1


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ({"current": "", "password": NEW, "again": NEW}, "入力または選択してください"),
        ({"current": "wrong-wrong-wrong", "password": NEW, "again": NEW}, "今のパスワードが違います"),
        ({"current": PASSWORD, "password": "k", "again": "k"}, "12文字以上にしてください"),
        ({"current": PASSWORD, "password": "x7" * 70, "again": "x7" * 70}, "128文字以内にしてください"),
        ({"current": PASSWORD, "password": "🐈" * 11, "again": "🐈" * 11}, "12文字以上にしてください"),
        ({"current": PASSWORD, "password": "password2026!", "again": "password2026!"}, "よく使われる"),
        ({"current": PASSWORD, "password": "hana-7-hana-7", "again": "hana-7-hana-7"}, "ほぼ同じ"),
        ({"current": PASSWORD, "password": PASSWORD, "again": PASSWORD}, "今のパスワードと同じです"),
        ({"current": PASSWORD, "password": "\u0007" * 12, "again": "\u0007" * 12}, "使えない文字"),
    ],
)
def test_a_password_that_is_not_taken_says_why_beside_its_field(
    signed_in: Any, typed: dict[str, str], text: str
) -> None:
    response = signed_in.submit("/account/password", typed)
    assert response.status_code == 422
    assert text in response.text
    assert typed["password"] not in response.text or typed["password"] == "k"


def test_an_emoji_password_is_a_password(signed_in: Any) -> None:
    emoji = "🐈🌊🚲🍙🎺🏔🪁🦔🍄🧦🥁🛶"
    typed = {"current": PASSWORD, "password": emoji, "again": emoji}
    assert signed_in.submit("/account/password", typed).status_code == 303
    signed_in.delete_cookie("portal")
    assert sign_in(signed_in, password=emoji).status_code == 303


NOTICE = {"rhythm": "each", "mail": "mihon@example.jp", "quiet": "standard"}


def test_notices_are_switched_on_and_off(signed_in: Any, database: Any) -> None:
    missing = signed_in.submit("/account/notice", NOTICE | {"mail": ""})
    assert (missing.status_code, "入力または選択してください" in missing.text) == (422, True)
    wrong = signed_in.submit("/account/notice", NOTICE | {"mail": "mihon"})
    assert (wrong.status_code, 'value="mihon"' in wrong.text) == (422, True)
    signed_in.submit("/account/notice", NOTICE)
    assert "お知らせを受け取る設定です。 mihon@example.jp" in signed_in.page("/account").text
    form = signed_in.page("/account/notice").form_with("mail")
    assert (form.fields["rhythm"], form.fields["quiet"]) == (["each"], ["standard"])
    signed_in.submit("/account/notice", NOTICE | {"rhythm": "none", "mail": ""})
    with database.read() as session:
        found = accounts.by_name(session, "hana-7")
        assert found is not None
        assert (found.mail_notice, accounts.mail(session, found.id)) == (False, None)


def test_quiet_hours_of_one_s_own_are_kept_and_a_whole_day_is_refused(signed_in: Any) -> None:
    own = NOTICE | {"rhythm": "daily", "quiet": "own", "quiet_from": "23", "quiet_until": "5"}
    assert signed_in.submit("/account/notice", own).status_code == 303
    page = signed_in.page("/account/notice")
    assert {name: page.form_with("mail").fields[name] for name in own} == {
        name: [value] for name, value in own.items()
    }
    refused = signed_in.submit("/account/notice", own | {"quiet_until": "23"})
    assert (refused.status_code, "違う時刻にしてください" in refused.text) == (422, True)
    assert "21時から7時まで" in page.text
    assert "このサイト独自の決まり" in page.text


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"rhythm": "hourly"},
        {"quiet": "\x00"},
        {"quiet": "own", "quiet_from": "24", "quiet_until": "x" * 9000},
        {"mail": "\x00@example.jp"},
        {"mail": "🐈@example.jp"},
    ],
)
def test_a_bad_choice_is_shown_again_and_changes_nothing(signed_in: Any, typed: dict[str, str]) -> None:
    token = signed_in.page("/account/notice").form_with("mail").fields["csrf_token"][0]
    typed = (NOTICE | typed if typed else {}) | {"csrf_token": token}
    assert signed_in.post("/account/notice", data=typed).status_code in (400, 422)
    assert "お知らせを受け取らない設定です。" in signed_in.page("/account").text


def test_mail_that_comes_back_is_told_with_what_to_do_until_the_choice_is_saved_again(
    signed_in: Any, database: Any, clock: Any
) -> None:
    signed_in.submit("/account/notice", NOTICE)
    with database.write() as session:
        session.execute(update(notice_care).values(undeliverable_at=clock.now(), undeliverable_code="5.1.1"))
        session.commit()
    assert "届きませんでした" in signed_in.page("/account").text
    told = signed_in.page("/account/notice").text
    assert "お知らせのメールが届きませんでした" in told
    assert "同じアドレスのまま保存してください" in told
    signed_in.submit("/account/notice", NOTICE)
    assert "届きませんでした" not in signed_in.page("/account").text


def test_the_language_is_kept_and_spoken(signed_in: Any, database: Any) -> None:
    form = signed_in.page("/account").form_with("language")
    signed_in.submit("/account", {"language": "en"}, form=form)
    assert '<html lang="en">' in signed_in.get("/account").text
    with database.read() as session:
        assert session.execute(select(account.c.language)).scalar_one() == "en"
    assert signed_in.submit("/account", {"language": "fr"}, form=form).status_code == 303


def test_signing_out_everywhere_else(signed_in: Any, app: Any) -> None:
    elsewhere = app.test_client()
    sign_in_as(elsewhere, "hana-7")
    form = next(f for f in signed_in.page("/account").forms if f.action == "/account/end-others")
    signed_in.submit("/account", form=form)
    assert elsewhere.get("/account").status_code == 303
    assert signed_in.get("/account").status_code == 200


# The address in a QR code


def test_a_link_is_taken_only_with_our_signature(app: Any) -> None:
    with app.app_context():
        link = signed_link("a-random-token")
        assert token_of(link) == "a-random-token"
        for forged in ("", "x", link[:-1], link + "x", link.replace(".", ""), "é", "\0", "x" * 10_000):
            assert token_of(forged) is None
