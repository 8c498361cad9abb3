"""The people of a unit on its pages: the list, inviting, moving, ending; departments; signing everybody out."""

import re
from datetime import timedelta
from typing import Any

import pytest

from tests.build import (
    BuiltMember,
    build_contractor,
    build_department,
    build_member,
    build_seeker,
    build_unit,
)
from tests.services.people_world import TODAY
from tests.web.page_client import page_of
from tests.web.provider_world import World
from tests.web.provider_world import world as build_world
from tests.web.signing import sign_in_as

PEOPLE, INVITE, SESSIONS = "/provider/people", "/provider/people/invite", "/provider/sessions"
CODE = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}")


@pytest.fixture
def world(database: Any, clock: Any, client: Any) -> World:
    return build_world(database, clock, client, tables=False, name="架空市", unit_class="municipal")


@pytest.fixture
def officer(world: World) -> BuiltMember:
    return build_member(world.database, world.unit, role="officer", name="責任者")


@pytest.fixture
def contact(world: World) -> BuiltMember:
    return build_member(world.database, world.unit, role="contact", name="連絡者")


def link_to(client: Any, name: str, address: str = PEOPLE) -> str:
    """Where the link with this text leads."""
    return next(link.get("href") for link in client.page(address).root.all("a") if link.text == name)


def ending(client: Any, name: str) -> str:
    """The address of the page that asks before somebody's membership ends."""
    return link_to(client, "所属を終える", link_to(client, name))


def end(client: Any, address: str) -> Any:
    return client.submit(address, form=client.page(address).forms[-1])


def invite(client: Any, **typed: str) -> Any:
    return client.submit(INVITE, {"display_name": "架空 花子", **typed})


# Who opens them


@pytest.mark.parametrize("address", [PEOPLE, INVITE, SESSIONS, f"{PEOPLE}/departments"])
def test_only_officer_and_contact_find_these_pages(
    world: World, officer: BuiltMember, contact: BuiltMember, address: str
) -> None:
    assert world.client.get(address).status_code == 404
    seeker = world.client.application.test_client()
    sign_in_as(seeker, build_seeker(world.database, with_account=True).account_id or 0)
    assert seeker.get(address).status_code == 404
    for manager in (officer, contact):
        assert world.sign_in(manager).get(address).status_code in (200, 303)
    assert "利用する人" not in [link.text for link in world.client.page("/provider").root.all("a")]


def test_a_member_presses_no_button_of_theirs(world: World, officer: BuiltMember) -> None:
    browser = world.sign_in(officer)
    ref = link_to(browser, "架空 責任者")
    for address in (f"{ref}/end", f"{ref}/place", INVITE, SESSIONS, f"{PEOPLE}/departments"):
        assert world.client.post(address).status_code in (400, 404)
    assert "架空 責任者" in browser.page(PEOPLE).text


# The list


def test_the_list_says_who_as_what_where_and_since_when(
    world: World, officer: BuiltMember, contact: BuiltMember
) -> None:
    place = build_department(world.database, world.unit, "就労支援課")
    build_member(world.database, world.unit, department_id=place, name="課員")
    build_member(world.database, world.unit, until=TODAY, name="前任")
    text = world.sign_in(contact).page(PEOPLE).text
    for words in ("架空 責任者", "架空 連絡者", "架空 課員", "就労支援課", "2026年4月1日", "架空 前任"):
        assert words in text
    assert "労働局が記録するまでは、前の人が責任者のままです" in text


def test_P_Q11_M_Q8_officer_and_contact_change_by_an_application_and_not_here(
    world: World, officer: BuiltMember
) -> None:
    browser = world.sign_in(officer)
    assert link_to(browser, "申請のページへ") == "/provider/applications"
    form = browser.page(INVITE).form_with("display_name")
    assert "role" not in form.names
    page = browser.page(link_to(browser, "架空 責任者"))
    assert "利用申請の変更を労働局に出してください" in page.text


def test_somebody_whose_department_ended_is_marked_and_can_be_moved(
    world: World, officer: BuiltMember, clock: Any
) -> None:
    place = build_department(world.database, world.unit, "一課")
    build_department(world.database, world.unit, "二課")
    build_member(world.database, world.unit, department_id=place, name="課員")
    browser = world.sign_in(officer)
    browser.submit(link_to(browser, "一課の利用を終える"), {"last_day": "2026-06-15"})
    clock.advance(timedelta(days=1))
    browser = world.sign_in(officer)
    assert "操作できません" in browser.page(PEOPLE).text
    page = browser.page(link_to(browser, "架空 課員"))
    assert "部署の利用の期間の外なので、この方は操作できません" in page.text
    form = page.form_with("place")
    ref = next(one.get("value") for one in page.root.all("option") if one.text == "二課")
    assert browser.submit("", {"place": ref}, form=form).status_code == 303
    assert "操作できません" not in browser.page(PEOPLE).text


# Inviting


def test_an_invitation_shows_code_and_link_once_and_then_only_that_it_is_open(
    world: World, contact: BuiltMember
) -> None:
    browser = world.sign_in(contact)
    answer = invite(browser, days="3")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    page = page_of(answer)
    code = CODE.search(page.text)
    assert code is not None
    assert "/invitation/" in page.text
    assert "2026年6月18日" in page.text
    listed = browser.page(PEOPLE).text
    assert "架空 花子" in listed
    assert "架空 連絡者さんが" in listed
    assert code[0] not in listed


def test_what_is_wrong_with_an_invitation_is_said_and_what_was_typed_stays(
    world: World, officer: BuiltMember
) -> None:
    browser = world.sign_in(officer)
    page = browser.page(INVITE)
    form = page.form_with("display_name")
    answer = browser.submit("", {"display_name": "", "days": "99", "place": "x"}, form=form)
    assert answer.status_code == 422
    assert "招待の期限" in page_of(answer).text
    answer = browser.submit("", {"display_name": "架空 花子", "days": "7", "place": "x"}, form=form)
    assert answer.status_code == 422
    assert "一覧にあるものから選んでください" in page_of(answer).text
    assert 'value="架空 花子"' in answer.text


def test_renewing_shows_a_new_code_and_taking_back_empties_the_list(
    world: World, officer: BuiltMember
) -> None:
    browser = world.sign_in(officer)
    old = CODE.search(invite(browser).text)
    forms = [form for form in browser.page(PEOPLE).forms if "/invitations/" in form.action]
    renewed = browser.submit("", form=next(form for form in forms if form.action.endswith("/renew")))
    new = CODE.search(renewed.text)
    assert renewed.status_code == 200
    assert old is not None
    assert new is not None
    assert old[0] != new[0]
    revoke = next(form for form in browser.page(PEOPLE).forms if form.action.endswith("/revoke"))
    assert browser.submit("", form=revoke).status_code == 303
    assert "架空 花子さんへの招待を取り消しました" in browser.page(PEOPLE).text
    again = browser.submit("", form=revoke)
    assert again.status_code == 303
    assert "もう使われたか、取り消されています" in browser.page(PEOPLE).text


# Ending


def test_ending_asks_first_and_ends_at_once(world: World, officer: BuiltMember, contact: BuiltMember) -> None:
    plain = build_member(world.database, world.unit, name="課員")
    theirs, browser = world.sign_in(plain), world.sign_in(contact)
    assert theirs.get("/provider").status_code == 200
    address = ending(browser, "架空 課員")
    assert "所属を終えますか" in browser.page(address).text
    assert theirs.get("/provider").status_code == 200
    assert end(browser, address).status_code == 303
    assert "架空 課員さんの所属を終えました" in browser.page(PEOPLE).text
    answer = theirs.get("/provider")
    assert answer.headers["Location"] == "/sign-in"
    assert browser.get(address).status_code == 404


def test_S_Q4_ending_the_officer_says_beforehand_and_afterwards_that_nothing_can_be_sent(
    world: World, officer: BuiltMember, contact: BuiltMember
) -> None:
    browser = world.sign_in(contact)
    address = ending(browser, "架空 責任者")
    assert "団体全体で送信が止まります" in browser.page(address).text
    end(browser, address)
    page = browser.page("/provider")
    assert (
        "個人情報管理・苦情処理責任者がいなくなり、次の責任者が記録されていないため、送信できません"
        in page.text
    )
    assert "利用申請の変更を届け出てください" in page.text


def test_leaving_oneself_signs_out_and_the_last_manager_cannot(
    world: World, officer: BuiltMember, contact: BuiltMember
) -> None:
    browser = world.sign_in(contact)
    answer = end(browser, ending(browser, "架空 連絡者"))
    assert answer.headers["Location"] == "/sign-in?after=left"
    assert "所属を終え、ログアウトしました" in browser.page("/sign-in?after=left").text
    browser = world.sign_in(officer)
    page = browser.page(link_to(browser, "架空 責任者"))
    assert "終えられません" in page.text
    address = f"{link_to(browser, '架空 責任者')}/end"
    assert [form.action for form in browser.page(address).forms] == ["/sign-out"]
    forced = browser.page(f"{PEOPLE}/invite").form_with("display_name").fields
    told = browser.post(address, data={name: forced[name] for name in ("csrf_token", "acting")})
    assert told.status_code == 303
    assert "ほかに責任者も連絡責任者もいないため" in browser.page(PEOPLE).text


# Departments


def test_M_Q5_departments_are_added_and_ended_by_the_unit_itself(world: World, officer: BuiltMember) -> None:
    browser = world.sign_in(officer)
    assert browser.submit(PEOPLE, {"name": "就労支援課"}).status_code == 303
    again = browser.submit(PEOPLE, {"name": "就労支援課"})
    assert again.status_code == 422
    assert "同じ名前の部署が、もうあります" in page_of(again).text
    for name, told in (
        ("見本課 mihon@example.jp", "部署の名前に、電話番号、メールアドレス、"),
        ("面接対策講座 5万円", "部署の名前に、案内で送れない言葉は"),
        ("課" * 41, "40文字以内で入力してください（今は41文字です）"),
    ):
        refused = browser.submit(PEOPLE, {"name": name})
        assert refused.status_code == 422
        assert told in page_of(refused).text
    address = link_to(browser, "就労支援課の利用を終える")
    assert "2026年6月15日" in browser.get(address).text
    wrong = browser.submit(address, {"last_day": "2026-06-14"})
    assert wrong.status_code == 422
    assert "今日か、今日より後の日" in page_of(wrong).text
    assert browser.submit(address, {"last_day": "令和8年6月30日"}).status_code == 303
    text = browser.page(PEOPLE).text
    assert "2026年6月30日 まで" in text
    assert "申請先の労働局にも見えます" in text


def test_somebody_who_cannot_act_reads_why_and_whom_to_ask(
    world: World, officer: BuiltMember, clock: Any
) -> None:
    place = build_department(world.database, world.unit, "一課")
    helper = build_contractor(world.database, world.unit, name="架空受託社", until=TODAY)
    one = build_member(world.database, world.unit, department_id=place)
    two = build_member(world.database, world.unit, contractor_id=helper)
    three = build_member(world.database, world.unit, until=TODAY)
    browser = world.sign_in(officer)
    browser.submit(link_to(browser, "一課の利用を終える"), {"last_day": "2026-06-15"})
    clock.advance(timedelta(days=1))
    for member, words in (
        (one, "あなたの部署（一課）の利用の期間の外です"),
        (two, "受託団体（架空受託社）としての契約の期間の外です"),
        (three, "所属は2026年6月15日に終わりました"),
    ):
        page = world.sign_in(member).page("/choose-unit")
        assert words in page.text
        assert "架空市の利用者としては、今は操作できません" in page.text
    clock.advance(timedelta(days=91))
    assert "架空市" not in world.sign_in(three).page("/choose-unit").text


# Signing everybody out


def test_P_Q10_M_Q7_everybody_is_signed_out_by_one_press_with_a_record(
    world: World, officer: BuiltMember, contact: BuiltMember
) -> None:
    browser, theirs = world.sign_in(officer), world.sign_in(contact)
    page = browser.page(SESSIONS)
    assert "届け出や報告を求めていません" in page.text
    assert link_to(browser, "感染したおそれがあるときにすること", SESSIONS) == "/infection"
    unchosen = browser.submit("", form=page.form_with("whom"))
    assert unchosen.status_code == 422
    assert theirs.get("/provider").status_code == 200
    answer = browser.submit(SESSIONS, {"whom": "others"})
    assert answer.status_code == 303
    assert theirs.get("/provider").headers["Location"] == "/sign-in"
    page = browser.page(SESSIONS)
    assert "2人、2か所のログインを終わらせました" in page.text
    assert "架空 責任者" in page.text
    assert "（操作した人のブラウザーを除く）" in page.text


def test_including_oneself_ends_on_the_sign_in_page_with_what_to_do(
    world: World, contact: BuiltMember
) -> None:
    browser = world.sign_in(contact)
    answer = browser.submit(SESSIONS, {"whom": "all"})
    assert answer.headers["Location"] == "/sign-in?after=cut"
    page = browser.page("/sign-in?after=cut")
    assert "感染したおそれがある端末では、まだログインしないでください" in page.text
    assert browser.get("/provider").headers["Location"] == "/sign-in"


def test_a_form_that_was_opened_for_another_unit_does_nothing(world: World, officer: BuiltMember) -> None:
    other = build_unit(world.database, name="架空町", unit_class="municipal")
    build_member(world.database, other, role="officer", account_id=officer.account_id)
    browser = world.client.application.test_client()
    sign_in_as(browser, officer.account_id)

    def choose(name: str) -> None:
        page = browser.page("/choose-unit")
        label = next(label for label in page.root.all("label") if name in label.text)
        radio = next(one for one in page.root.all("input") if one.get("id") == label.get("for"))
        browser.submit("", {"unit": radio.get("value")}, form=page.form_with("unit"))

    choose("架空町")
    forms = {
        PEOPLE: ({"name": "課"}, browser.page(PEOPLE).form_with("name")),
        INVITE: ({"display_name": "架空"}, browser.page(INVITE).form_with("display_name")),
        SESSIONS: ({"whom": "all"}, browser.page(SESSIONS).form_with("whom")),
    }
    choose("架空市")
    for typed, form in forms.values():
        assert browser.submit("", typed, form=form).status_code == 409
    assert browser.get(PEOPLE).status_code == 200


# The page on what to do


def test_S_Q6_P_Q10_M_Q7_the_page_for_everybody_says_what_the_service_says_and_invents_no_duty(
    client: Any,
) -> None:
    text = client.page("/infection").text
    assert "アンチウイルスソフトウェアなどを使って、必要な対応をしてください" in text
    assert "貴団体のセキュリティポリシーに基づき、必要な対応をしてください" in text
    assert "委託先のパソコンのときも同じです" in text
    assert "ウイルス対策ソフトの定義ファイルが最新で、自動検査が有効である" in text
    assert "このサイトは、感染したことの届け出や報告を求めていません" in text
