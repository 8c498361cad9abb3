"""Signing in and out by the pages: one answer for every cause, fresh ids, and nothing that outlives its end."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, func, select, update

from portal.app import create_app
from portal.domain.account import Busy
from portal.store import account as accounts
from portal.store.database import Use
from portal.store.tables import account, membership
from portal.store.tables import session as web_session
from tests import build
from tests.web.auth_world import NEW, PASSWORD, cookie, masked, member, seeker, sign_in
from tests.web.page_client import page_of
from tests.web.signing import sign_in_as


def rows(database: Any) -> int:
    with database.read() as session:
        return int(session.execute(select(func.count()).select_from(web_session)).scalar_one())


def test_signing_in_leads_on_and_the_cookie_holds_a_random_id_only(
    app: Any, client: Any, database: Any
) -> None:
    seeker(app, database)
    response = sign_in(client)
    assert response.status_code == 303
    header = response.headers["Set-Cookie"]
    assert re.fullmatch(r"portal=s\.[A-Za-z0-9_-]{43}; HttpOnly; Path=/; SameSite=Lax", header)
    page = client.page("/account")
    assert "hana-7" in page.text


def test_over_tls_the_cookie_belongs_to_this_host_alone(settings: Any, clock: Any, database: Any) -> None:
    secure = replace(settings, public_url="https://localhost")
    app = create_app(secure, clock)
    header = app.test_client().get("/sign-in", base_url="https://localhost").headers["Set-Cookie"]
    app.extensions["portal"].database.dispose()
    assert header.startswith("__Host-portal=v.")
    assert header.endswith("; Secure; HttpOnly; Path=/; SameSite=Lax")


@pytest.mark.parametrize("kind", ["v", "s"])
def test_an_id_put_into_the_browser_beforehand_is_never_used(
    app: Any, client: Any, database: Any, kind: str
) -> None:
    seeker(app, database)
    planted = f"{kind}.{'A' * 43}"
    client.set_cookie("portal", planted)
    sign_in(client)
    assert cookie(client).value != planted
    other = app.test_client()
    other.set_cookie("portal", planted)
    assert other.get("/account").status_code == 303


def test_signing_in_again_gives_another_id(app: Any, client: Any, database: Any) -> None:
    seeker(app, database)
    ids = set()
    for _ in range(2):
        sign_in(client)
        ids.add(cookie(client).value)
        client.delete_cookie("portal")
    assert len(ids) == 2


def test_signing_in_again_in_one_browser_ends_the_session_before(
    app: Any, client: Any, database: Any
) -> None:
    seeker(app, database, "hana-7")
    seeker(app, database, "yuki-8")
    sign_in(client, "hana-7")
    before = cookie(client).value
    token = client.page("/account").form_with("language").fields["csrf_token"][0]
    wrong = {"csrf_token": token, "sign_in_name": "yuki-8", "password": "wrong-wrong-wrong"}
    assert client.post("/sign-in", data=wrong).status_code == 422
    assert rows(database) == 1
    assert client.post("/sign-in", data=wrong | {"password": PASSWORD}).status_code == 303
    assert rows(database) == 1
    assert "yuki-8" in client.page("/account").text
    other = app.test_client()
    other.set_cookie("portal", before)
    assert other.get("/account").status_code == 303


@pytest.mark.parametrize("address", ["/sign-in", "/access", "/activate"])
def test_asking_for_the_head_of_a_form_is_like_asking_for_the_form(client: Any, address: str) -> None:
    asked, head = client.get(address), client.head(address)
    assert (head.status_code, head.text) == (asked.status_code, "")
    assert head.headers["Content-Type"] == asked.headers["Content-Type"]


@pytest.mark.parametrize("planted", ["", "s.", "s.x", "x" * 3000, "s." + "é" * 43, "\x01", "s." + "A" * 44])
def test_a_broken_cookie_is_a_visitor_s(client: Any, planted: str) -> None:
    client.set_cookie("portal", planted)
    assert client.get("/account").status_code == 303
    client.page("/sign-in")


def test_an_unknown_name_and_a_wrong_password_get_the_same_bytes(
    app: Any, client: Any, database: Any
) -> None:
    seeker(app, database, "hana-7")
    wrong = sign_in(client, "hana-7", "wrong-wrong-wrong")
    unknown = sign_in(client, "hana-8", PASSWORD)
    assert (wrong.status_code, unknown.status_code) == (422, 422)
    assert masked(wrong, "hana-7") == masked(unknown, "hana-8")
    assert list(wrong.headers.keys()) == list(unknown.headers.keys())
    assert "hana-7" in wrong.text
    assert "wrong-wrong-wrong" not in wrong.text
    assert "のどれかが違います" in wrong.text


def test_whoever_has_to_wait_is_told_until_when(app: Any, client: Any, database: Any, clock: Any) -> None:
    seeker(app, database)
    for _ in range(5):
        sign_in(client, password="wrong-wrong-wrong")
    response = sign_in(client)
    assert response.status_code == 429
    assert response.headers["Retry-After"] == "31"
    assert "2026年6月15日 10:01 を過ぎてから" in response.text
    clock.advance(timedelta(seconds=31))
    assert sign_in(client).status_code == 303


def test_a_full_house_is_a_clear_message_and_not_an_error(
    app: Any, client: Any, database: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    seeker(app, database)

    def busy(*_: Any) -> None:
        raise Busy

    monkeypatch.setattr(app.extensions["portal.passwords"], "verify", busy)
    response = sign_in(client)
    assert (response.status_code, response.headers["Retry-After"]) == (503, "10")
    assert "ただいま混み合っています" in response.text
    assert 'value="hana-7"' in response.text


@pytest.mark.parametrize(
    ("name", "password", "status"),
    [
        ("", "", 422),
        ("hana-7", "", 422),
        ("", PASSWORD, 422),
        ("hana-7", "k", 422),
        ("hana-7", "x" * 129, 422),
        ("hana-7", "x" * 100_000, 422),
        ("x" * 100_000, PASSWORD, 422),
        ("hana-7", "🐈", 422),
        ("🐈", PASSWORD, 422),
        ("はな'--", PASSWORD, 422),
        ("hana-7", "\0", 400),
        ("ha\0na", PASSWORD, 400),
    ],
)
def test_whatever_is_typed_is_answered_in_place(
    app: Any, client: Any, database: Any, name: str, password: str, status: int
) -> None:
    seeker(app, database)
    response = sign_in(client, name, password)
    assert response.status_code == status
    assert page_of(response).h1


def test_half_of_a_character_is_answered_in_place(client: Any) -> None:
    form = client.page("/sign-in").form_with("sign_in_name")
    sent = f"csrf_token={form.fields['csrf_token'][0]}&sign_in_name=ab%ED%A0%80&password=%ED%A0%80%FF"
    response = client.post("/sign-in", data=sent, content_type="application/x-www-form-urlencoded")
    assert response.status_code in (400, 422)


def test_a_form_from_another_site_or_without_its_token_is_refused(
    app: Any, client: Any, database: Any
) -> None:
    seeker(app, database)
    sent = {"sign_in_name": "hana-7", "password": PASSWORD}
    assert client.post("/sign-in", data=sent).status_code == 400
    token = client.page("/sign-in").form_with("password").fields["csrf_token"][0]
    sent["csrf_token"] = token
    for headers in ({"Origin": "https://other.example"}, {"Sec-Fetch-Site": "cross-site"}):
        assert client.post("/sign-in", data=sent, headers=headers).status_code == 403
    other = app.test_client()
    other.page("/sign-in")
    assert other.post("/sign-in", data=sent).status_code == 400
    assert rows(database) == 0


def test_signed_in_the_sign_in_page_leads_home(app: Any, client: Any, database: Any) -> None:
    seeker(app, database)
    sign_in(client)
    assert client.get("/sign-in").status_code == 303


# Ends


def test_signing_out_ends_the_session_for_good_and_says_so(app: Any, client: Any, database: Any) -> None:
    seeker(app, database)
    sign_in(client)
    stolen = cookie(client).value
    page = client.page("/account")
    form = next(form for form in page.forms if form.action == "/sign-out")
    response = client.submit("/account", form=form, follow=True)
    assert "ログアウトしました。" in response.text
    assert rows(database) == 0
    assert client.get("/account").status_code == 303
    client.set_cookie("portal", stolen)
    assert client.get("/account").status_code == 303


def test_the_form_of_a_page_left_open_after_signing_out_is_refused(
    app: Any, client: Any, database: Any
) -> None:
    seeker(app, database)
    sign_in(client)
    left_open = client.page("/account").form_with("language")
    client.submit("/account", form=next(f for f in client.page("/account").forms if f.action == "/sign-out"))
    response = client.submit("/account", {"language": "en"}, form=left_open)
    assert response.status_code in (303, 400)
    with database.read() as session:
        assert session.execute(select(account.c.language)).scalar_one() == "ja"


def test_a_session_that_ended_by_itself_is_told_once(
    app: Any, client: Any, database: Any, clock: Any
) -> None:
    seeker(app, database)
    sign_in(client)
    clock.advance(timedelta(minutes=60))
    assert client.get("/account").headers["Location"] == "/sign-in"
    assert "ログインしていた状態は終わりました" in client.page("/sign-in").text
    assert "ログインしていた状態は終わりました" not in client.page("/sign-in").text
    assert sign_in(client).status_code == 303


def test_a_visitor_is_told_nothing_about_an_end(client: Any) -> None:
    assert "終わりました" not in client.page("/sign-in").text


def test_a_page_that_finishes_after_signing_out_elsewhere_writes_nothing_back(
    app: Any, client: Any, database: Any
) -> None:
    from portal.services import web_session as service

    seeker(app, database)
    token = sign_in_as(client, "hana-7")
    kept = service.keep

    def slow(session: Any, *arguments: Any) -> bool:
        with database.write() as other:
            service.store.end(other, service.id_hash(token))
            other.commit()
        return kept(session, *arguments)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(service, "keep", slow)
        response = client.submit(
            "/account", {"language": "en"}, form=client.page("/account").form_with("language")
        )
    assert response.status_code == 303
    assert rows(database) == 0
    assert client.get("/account").status_code == 303


def test_a_message_for_the_next_page_is_shown_once(app: Any, client: Any, database: Any) -> None:
    seeker(app, database)
    sign_in_as(client, "hana-7")
    form = client.page("/account").form_with("language")
    client.submit("/account", {"language": "ja"}, form=form)
    assert "表示する言語を変えました。" in client.page("/account").text
    assert "表示する言語を変えました。" not in client.page("/account").text


# Rights, read anew


def test_the_language_of_the_account_is_spoken_after_signing_in(app: Any, client: Any, database: Any) -> None:
    built = seeker(app, database)
    with database.write() as session:
        assert built.account_id is not None
        accounts.set_language(session, built.account_id, "en")
        session.commit()
    sign_in(client)
    assert '<html lang="en">' in client.get("/account").text


def test_whoever_belongs_to_two_units_chooses_first_and_sees_both(
    app: Any, client: Any, database: Any
) -> None:
    first = build.build_unit(database, name="架空人材 あ社")
    second = build.build_unit(database, name="架空人材 い社", unit_class="municipal")
    member(app, database, first, second)
    sign_in_as(client, "kakuu-1")
    page = client.page("/choose-unit")
    assert "架空人材 あ社" in page.text
    assert "架空人材 い社" in page.text
    form = page.form_with("unit")
    before = form.fields["csrf_token"]
    assert client.submit("/choose-unit", form=form).status_code == 422
    response = client.submit("/choose-unit", {"unit": second.public_id.hex()}, form=form)
    assert response.status_code == 303
    assert client.page("/choose-unit").form_with("unit").fields["csrf_token"] != before


def test_a_form_opened_for_one_unit_cannot_be_sent_for_another(app: Any, client: Any, database: Any) -> None:
    first, second = build.build_unit(database), build.build_unit(database)
    member(app, database, first, second)
    sign_in_as(client, "kakuu-1")
    client.submit("/choose-unit", {"unit": first.public_id.hex()})
    for_first = client.page("/account").form_with("language")
    client.submit("/choose-unit", {"unit": second.public_id.hex()})
    assert client.submit("/account", {"language": "en"}, form=for_first).status_code == 400


@pytest.mark.parametrize("key", ["", "00", "ff" * 16, "🐈", "1"])
def test_a_unit_that_is_not_one_s_own_cannot_be_chosen(
    app: Any, client: Any, database: Any, key: str
) -> None:
    member(app, database, build.build_unit(database))
    build.build_unit(database)
    sign_in_as(client, "kakuu-1")
    form = client.page("/choose-unit").form_with("unit")
    assert client.submit("/choose-unit", {"unit": key}, form=form).status_code == 422


def test_a_membership_that_ends_leads_to_a_page_that_says_so_at_the_next_request(
    app: Any, client: Any, database: Any, clock: Any
) -> None:
    member(app, database, build.build_unit(database))
    sign_in_as(client, "kakuu-1")
    with database.write() as session:
        session.execute(update(membership).values(until=clock.now().date()))
        session.commit()
    page = client.page("/choose-unit")
    assert "所属は2026年6月15日に終わりました" in page.text
    assert "今、利用できる団体はありません" in page.text


def test_a_closed_account_is_out_at_the_next_request(
    app: Any, client: Any, database: Any, clock: Any
) -> None:
    built = seeker(app, database)
    sign_in_as(client, "hana-7")
    assert client.get("/account").status_code == 200
    with database.write() as session:
        assert built.account_id is not None
        accounts.close(session, built.account_id, clock.now())
        session.commit()
    assert client.get("/account").status_code == 303


def test_a_foreign_remember_cookie_changes_nothing(app: Any, client: Any, database: Any) -> None:
    seeker(app, database)
    client.set_cookie("remember_token", "1|00")
    assert client.get("/account").status_code == 303
    sign_in_as(client, "hana-7")
    assert client.get("/account").status_code == 200


def test_visitors_ask_the_database_for_nothing_but_maintenance_and_files_not_even_that(
    app: Any, client: Any, database: Any
) -> None:
    said: list[str] = []
    runtime = app.extensions["portal"]
    for engine in (runtime.database.engine("account", use) for use in Use):
        event.listen(engine, "before_cursor_execute", lambda *a: said.append(a[2]))
    client.get("/static/portal.css").close()
    assert said == []
    for address in ("/", "/sign-in", "/forgotten", "/access", "/account"):
        client.get(address)
    # Once, and then not for some seconds.
    asked = [sql for sql in said if sql != "BEGIN"]
    assert len(asked) == 1
    assert "FROM maintenance" in asked[0]
    assert rows(database) == 0


def test_whoever_cannot_sign_in_is_told_whom_to_ask(client: Any) -> None:
    page = client.page("/forgotten")
    for whom in ("ハローワークの窓口", "個人情報管理・苦情処理責任者", "運用者"):
        assert whom in page.text
    assert "/access" in page.links.values()
    assert NEW not in page.text


def test_the_demo_turns_away_whoever_comes_over_the_network(settings: Any, clock: Any, database: Any) -> None:
    app = create_app(replace(settings, environment="demo"), clock)
    client = app.test_client()
    assert client.get("/sign-in").status_code == 200
    answers = [
        client.get(address, environ_overrides={"REMOTE_ADDR": "192.0.2.7"}).status_code
        for address in ("/", "/sign-in", "/static/portal.css", "/health/live")
    ]
    app.extensions["portal"].database.dispose()
    assert answers == [403, 403, 403, 403]
