"""What was typed survives: the end of a session, an expired form, a flood, a busy database, a button; and never turns
up in front of anybody else."""

import dataclasses
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from portal.app import create_app
from portal.services import inbox as inbox_service
from portal.services.public_id import shown
from portal.store import account as accounts
from portal.store.tables import draft, late_form
from portal.web import draft as drafts
from portal.web.auth.session import COOKIE
from tests.build import BuiltSeeker, build_member, build_seeker, build_unit
from tests.registrations import FORM, build_office_clerk, prepare
from tests.web.auth_world import give_password, seeker, sign_in
from tests.web.page_client import PageClient, page_of
from tests.web.seeker_world import Sender, answered, sender, write_to
from tests.web.signing import sign_in_as

LONG = "駅から近い職場を希望しています。\n" + "通勤の時間について教えてください。" * 20
ENDED = timedelta(minutes=61)


@pytest.fixture
def who(app: Any, client: Any, database: Any) -> BuiltSeeker:
    built = seeker(app, database, "hana-7")
    assert built.account_id is not None
    sign_in_as(client, built.account_id)
    return built


@pytest.fixture
def other(app: Any, database: Any) -> BuiltSeeker:
    return seeker(app, database, "taro-8")


@pytest.fixture
def address(database: Any, clock: Any, who: BuiltSeeker) -> str:
    of = sender(database, name="架空人材紹介")
    write_to(database, clock, who, of)
    return f"/seeker/inbox/{shown(of.unit.public_id)}"


def opened(client: Any, address: str) -> Any:
    """The form of the answer, as it stands open in somebody's browser."""
    return client.page(address).form_with("text", "kind")


def typed(client: Any, form: Any, text: str = LONG, **more: Any) -> Any:
    return client.submit("", {"kind": "question", "text": text}, form=form, **more)


def late(client: Any, clock: Any, address: str, text: str = LONG) -> Any:
    """Somebody types for so long that the session has ended when they press the button."""
    form = opened(client, address)
    clock.advance(ENDED)
    return typed(client, form, text)


def rows(database: Any) -> tuple[int, int]:
    with database.read() as session:
        return len(session.execute(select(draft)).all()), len(session.execute(select(late_form)).all())


def text_in(page: Any) -> str:
    return str(page.form_with("text", "kind").fields["text"][0])


# The session ends while somebody types


def test_a_long_answer_survives_the_end_of_the_session_and_is_sent_after_signing_in_again(
    client: Any, database: Any, clock: Any, who: BuiltSeeker, address: str
) -> None:
    answer = late(client, clock, address)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in")
    assert LONG not in answer.text
    assert "まだ送信していません" in client.page("/sign-in").text

    answer = sign_in(client)
    assert answer.headers["Location"] == f"{address}#answer"
    page = client.page(address)
    assert text_in(page).split() == LONG.split()
    assert "まだ送信していません" in page.text
    assert answered(database) == []

    assert client.submit(address, {"kind": "question"}, form=None).status_code == 303
    assert [kind for kind, _ in answered(database)] == ["question"]
    assert rows(database) == (0, 0)
    assert text_in(client.page(address)) == ""


def test_another_person_who_signs_in_next_sees_nothing_and_the_text_is_gone_for_good(
    client: Any, database: Any, clock: Any, who: BuiltSeeker, other: BuiltSeeker, address: str
) -> None:
    late(client, clock, address)
    assert rows(database) == (0, 1)
    assert sign_in(client, "taro-8").headers["Location"] == "/seeker"
    assert rows(database) == (0, 0)
    for page in ("/seeker", "/drafts", "/seeker/inbox"):
        assert "駅から近い" not in client.page(page).text
    assert client.get(address).status_code == 404
    client.submit("/seeker", {}, form=client.page("/seeker").form_with("csrf_token"))
    sign_in(client)
    assert text_in(client.page(address)) == ""
    assert "下書きはありません" in client.page("/drafts").text


def test_the_text_waits_while_the_second_factor_is_asked_and_not_for_a_stranger_with_half_a_sign_in(
    app: Any, client: Any, database: Any, clock: Any, who: BuiltSeeker, address: str
) -> None:
    late(client, clock, address)
    stranger = build_member(database, build_unit(database), name="kakuu-5")
    give_password(app, database, stranger.account_id)
    with database.write() as session:
        accounts.set_totp(session, stranger.account_id, "JBSWY3DPEHPK3PXP", 1)
        session.commit()
    assert sign_in(client, "kakuu-5").headers["Location"] == "/second-factor"
    assert rows(database) == (0, 0)


def test_another_browser_gets_nothing(
    app: Any, client: Any, database: Any, clock: Any, who: BuiltSeeker, address: str
) -> None:
    late(client, clock, address)
    elsewhere = app.test_client()
    assert sign_in(elsewhere).headers["Location"] == "/seeker"
    assert text_in(elsewhere.page(address)) == ""
    assert rows(database) == (0, 1)


def test_nobody_plants_a_text_for_another_person(
    app: Any, client: Any, database: Any, clock: Any, who: BuiltSeeker, other: BuiltSeeker, address: str
) -> None:
    mine = opened(client, address).fields
    attacker = app.test_client()
    assert other.account_id is not None
    sign_in_as(attacker, other.account_id)
    write_to(database, clock, other, sender(database, name="見本社"))
    own = attacker.page("/seeker/inbox").links.values()
    theirs = opened(attacker, next(link for link in own if "/seeker/inbox/" in link)).fields
    clock.advance(ENDED)
    planted = {"kind": "question", "text": "植え付けた文章です。"}
    for keeper in (mine["keeper"], theirs["keeper"], ["A" * 88], [""]):
        strange = app.test_client()
        # A form of somebody else's, or none: sent from a browser that never had that session.
        for cookie in (None, "s." + "A" * 43, "v." + "A" * 43):
            if cookie:
                strange.set_cookie(COOKIE, cookie)
            answer = strange.post(f"{address}/answer", data={**planted, "keeper": keeper})
            assert answer.status_code == 403
            assert "植え付けた文章" in answer.text
    assert rows(database) == (0, 0)
    # The attacker's own form, sent by the browser in which the other one's session has just ended.
    answer = client.post(f"{address}/answer", data={**planted, "keeper": theirs["keeper"]})
    assert answer.status_code == 403
    assert rows(database) == (0, 0)


def test_whoever_signed_out_on_purpose_is_shown_the_text_once_and_it_is_kept_nowhere(
    client: Any, database: Any, who: BuiltSeeker, address: str
) -> None:
    form = opened(client, address)
    client.submit(address, {}, form=client.page(address).form_with("csrf_token"))
    answer = typed(client, form)
    assert answer.status_code == 403
    assert "駅から近い" in answer.text
    assert rows(database) == (0, 0)


def test_a_short_form_without_words_leads_to_the_sign_in_page_as_ever(
    client: Any, clock: Any, who: BuiltSeeker
) -> None:
    form = client.page("/account").form_with("language")
    clock.advance(ENDED)
    answer = client.submit("", {"language": "en"}, form=form)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in")


# A form that is no longer accepted


def test_a_form_of_the_session_before_is_kept_when_the_same_person_has_signed_in_meanwhile(
    client: Any, database: Any, who: BuiltSeeker, address: str
) -> None:
    form = opened(client, address)
    assert who.account_id is not None
    sign_in_as(client, who.account_id)
    answer = typed(client, form)
    assert answer.status_code == 400
    assert "下書きとして残してあります" in answer.text
    assert f"{address}#answer" in answer.text
    assert text_in(client.page(address)).split() == LONG.split()
    assert answered(database) == []


def test_a_form_left_open_by_somebody_else_gives_nothing_back_and_keeps_nothing(
    client: Any, database: Any, who: BuiltSeeker, other: BuiltSeeker, address: str
) -> None:
    form = opened(client, address)
    assert other.account_id is not None
    sign_in_as(client, other.account_id)
    answer = typed(client, form)
    assert answer.status_code == 400
    assert "駅から近い" not in answer.text
    assert "今ログインしている方のものではありません" in answer.text
    assert rows(database) == (0, 0)


def test_in_a_flood_the_text_is_kept(settings: Any, clock: Any, database: Any) -> None:
    app = create_app(dataclasses.replace(settings, requests_per_minute=1), clock)
    app.test_client_class = PageClient
    built = seeker(app, database, "hana-7")
    assert built.account_id is not None
    of = sender(database)
    write_to(database, clock, built, of)
    client = app.test_client()
    sign_in_as(client, built.account_id)
    address = f"/seeker/inbox/{shown(of.unit.public_id)}"
    form = opened(client, address)
    other = seeker(app, database, "taro-8")
    strange = app.test_client()
    assert other.account_id is not None
    sign_in_as(strange, other.account_id)
    answer = typed(strange, form)
    assert answer.status_code == 429
    assert "駅から近い" not in answer.text
    assert rows(database) == (0, 0)
    answer = typed(client, form)
    assert answer.status_code == 429
    assert "下書きとして残してあります" in answer.text
    assert answered(database) == []
    assert rows(database) == (1, 0)


def test_a_busy_database_gives_the_whole_form_back_with_a_button_that_sends_it_once(
    client: Any, database: Any, who: BuiltSeeker, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = opened(client, address)

    def busy(*_: Any, **__: Any) -> None:
        raise OperationalError("", {}, Exception("database is locked"))

    with monkeypatch.context() as patch:
        patch.setattr(inbox_service, "answer", busy)
        answer = typed(client, form)
    assert answer.status_code == 503
    again = page_of(answer).form_with("text", "key", "csrf_token", "keeper")
    assert client.submit("", {}, form=again).status_code == 303
    assert client.submit("", {}, form=again).status_code == 303
    assert len(answered(database)) == 1


def test_a_form_from_another_site_is_not_given_back_by_a_busy_database(
    client: Any, who: BuiltSeeker, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: Any, **__: Any) -> None:
        raise OperationalError("", {}, Exception("database is locked"))

    monkeypatch.setattr("portal.services.web_session.find", busy)
    data = {"text": "植え付けた文章です。", "kind": "text"}
    answer = client.post(f"{address}/answer", data=data, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 503
    assert "もう一度送る" not in answer.text


# The button


def test_the_button_keeps_without_sending_and_the_draft_is_found_dropped_and_sent(
    client: Any, database: Any, who: BuiltSeeker, address: str
) -> None:
    answer = client.submit(address, {"kind": "use", "text": LONG}, press="keep_draft")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{address}#answer")
    page = client.page(address)
    assert "下書きを保存しました（2026年6月15日 10:00）" in page.text
    assert page.form_with("text", "kind").fields["kind"] == ["use"]
    assert answered(database) == []
    assert "まだ送信していない下書きがあります（1件）" in client.page("/seeker").text
    listed = client.page("/drafts")
    assert "団体への返事：架空人材紹介" in listed.text
    link = next(one for one in listed.links.values() if one.startswith("/drafts/"))
    looked = client.page(link)
    assert "駅から近い" in looked.text
    answer = client.submit("", {}, form=next(f for f in looked.forms if f.action.endswith("/forget")))
    assert answer.headers["Location"] == "/drafts"
    assert rows(database) == (0, 0)
    assert client.get(link).status_code == 404


def test_the_script_keeps_quietly_and_learns_when_the_session_ends(
    client: Any, database: Any, clock: Any, who: BuiltSeeker, address: str
) -> None:
    form = opened(client, address)
    clock.advance(timedelta(minutes=10))
    fields = {**form.fields, "text": [LONG], "keep_draft": ["quietly"]}
    answer = client.post(f"{address}/answer", data=fields)
    assert (answer.status_code, answer.data) == (204, b"")
    assert answer.headers["X-Session-Ends"] == "2026-06-15T02:10:00+00:00"
    assert text_in(client.page(address)).split() == LONG.split()


def test_a_refused_form_keeps_its_draft_until_it_is_accepted(
    client: Any, database: Any, who: BuiltSeeker, address: str
) -> None:
    client.submit(address, {"kind": "question", "text": LONG}, press="keep_draft")
    refused = client.submit(address, {"text": "あ" * 5000})
    assert refused.status_code == 422
    assert rows(database) == (1, 0)
    again = page_of(refused).form_with("text", "kind")
    assert typed(client, again, "駅から近いですか。").status_code == 303
    assert rows(database) == (0, 0)


# Organisations and offices


def test_a_message_of_an_organisation_is_kept_and_not_seen_under_another_unit(
    app: Any, client: Any, database: Any, clock: Any
) -> None:
    unit = build_unit(database, name="架空甲社")
    of = Sender(unit, build_member(database, unit))
    built = seeker(app, database)
    write_to(database, clock, built, of)
    sign_in_as(client, of.member.account_id)
    thread = next(
        link for link in client.page("/provider/threads").links.values() if "/provider/threads/" in link
    )
    answer = client.submit(thread, {"text": LONG}, press="keep_draft")
    assert answer.status_code == 303
    assert client.page(thread).form_with("text", "acting").fields["text"][0].split() == LONG.split()
    second = build_unit(database, name="架空乙社")
    build_member(database, second, account_id=of.member.account_id)
    client.submit("/choose-unit", {"unit": second.public_id.hex()})
    assert "下書きはありません" in client.page("/drafts").text


def test_a_message_begun_for_one_person_waits_for_that_person_and_is_gone_once_it_was_sent(
    client: Any, database: Any, clock: Any
) -> None:
    unit = build_unit(database)
    member = build_member(database, unit)
    one, two = (build_seeker(database, with_account=True) for _ in range(2))
    sign_in_as(client, member.account_id)
    address = f"/provider/write?to={unit.token(one)}"
    answer = client.submit(address, {"text": LONG}, press="keep_draft")
    assert (answer.status_code, answer.headers["Location"]) == (303, address)
    assert client.page(f"/provider/write?to={unit.token(two)}").form_with("text").fields["text"] == [""]
    page = client.page(address)
    assert "まだ送信していません" in page.text
    looked = page_of(client.submit("", {}, form=page.form_with("text", "acting", "keeper")))
    sent = client.submit("", {}, form=looked.form_with("text", "seen", "keeper"))
    assert sent.headers["Location"].startswith("/provider/sent/")
    assert rows(database) == (0, 0)
    assert "下書きはありません" in client.page("/drafts").text


def test_a_registration_half_typed_comes_back_with_every_short_field(
    app: Any, client: Any, database: Any, clock: Any
) -> None:
    prepare(database, clock)
    clerk = build_office_clerk(database)
    assert clerk.account_id is not None
    sign_in_as(client, clerk.account_id)
    filled = {
        name: value for name, value in {**FORM, "phone": "00-0000-0000", "sex": "female"}.items() if value
    }
    form = client.page("/office/seekers/new").form_with("name", "birth_date")
    clock.advance(ENDED)
    answer = client.submit("", filled, form=form)
    assert answer.headers["Location"] == "/sign-in"
    assert "見本" not in answer.text
    with database.read() as session:
        kept = session.execute(select(late_form)).mappings().one()
    assert kept["expires_at"] - kept["kept_at"] == timedelta(hours=24)
    # Signed in again by the second factor or without; what counts is who it is.
    sign_in_as(client, clerk.account_id)
    page = client.page("/office/seekers/new")
    fields = page.form_with("name", "birth_date").fields
    for name in ("name", "kana", "birth_date", "phone", "sex", "registration_number", "occupation_1"):
        assert fields[name] == [filled[name]], name
    assert "まだ送信していません" in page.text
    clock.advance(timedelta(hours=24))
    sign_in_as(client, clerk.account_id)
    assert client.page("/office/seekers/new").form_with("name", "birth_date").fields["name"] == [""]


def test_every_form_with_drafts_stands_on_a_page_that_shows_them(app: Any) -> None:
    for endpoint, place in drafts.PLACES.items():
        assert endpoint in app.view_functions
        assert place.page in app.view_functions


# When the session ends


def test_every_page_says_when_the_session_ends_and_use_puts_it_off(
    client: Any, clock: Any, who: BuiltSeeker
) -> None:
    assert "操作がないと 11:00 に自動でログアウトします" in client.page("/seeker").text
    clock.advance(timedelta(minutes=20))
    assert "操作がないと 11:20 に自動でログアウトします" in client.page("/seeker").text
    token = client.page("/seeker").form_with("csrf_token").fields["csrf_token"]
    clock.advance(timedelta(minutes=20))
    answer = client.post("/account/stay", data={"csrf_token": token})
    assert answer.text == "2026-06-15T02:40:00+00:00"


def test_the_last_minutes_that_nothing_puts_off_are_told(client: Any, clock: Any, who: BuiltSeeker) -> None:
    for _ in range(46):
        clock.advance(timedelta(minutes=15))
        text = client.page("/seeker").text
        assert "この時刻は延ばせません。長い文章" not in text
    clock.advance(timedelta(minutes=15))
    assert "22:00 にログアウトします" in client.page("/seeker").text
