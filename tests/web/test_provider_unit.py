"""Where a unit's people begin, the messages of the day, the approved record, and for whom they act."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import insert, select

from portal.store.tables import branch, quota_use, unit
from tests.build import (
    build_contractor,
    build_department,
    build_installation,
    build_member,
    build_seeker,
    build_unit,
)
from tests.web.page_client import page_of
from tests.web.provider_world import World
from tests.web.provider_world import world as build_world
from tests.web.signing import sign_in_as

PAGES = (
    "/provider",
    "/provider/search",
    "/provider/results",
    "/provider/threads",
    "/provider/quota",
    "/provider/unit",
)


@pytest.fixture
def world(database: Any, clock: Any, client: Any) -> World:
    return build_world(database, clock, client, tables=False, name="架空人材紹介 見本本店")


def officer_of(world: World) -> Any:
    return world.sign_in(build_member(world.database, world.unit, role="officer"))


def reserve_of(world: World) -> int:
    with world.database.read() as session:
        return int(session.scalar(select(unit.c.reserve).where(unit.c.id == world.unit.id)) or 0)


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("address", PAGES)
def test_every_page_opens_and_names_the_acting_unit(world: World, address: str, language: str) -> None:
    world.client.set_cookie("lang", language)
    page = world.client.page(address)
    assert "架空人材紹介 見本本店" in page.text
    assert [html.get("lang") for html in page.root.all("html")] == [language]


@pytest.mark.parametrize("address", [*PAGES, "/provider/write", "/provider/sent/x", "/provider/threads/x"])
def test_nobody_else_opens_them(world: World, address: str) -> None:
    seeker = world.client.application.test_client()
    sign_in_as(seeker, build_seeker(world.database, with_account=True).account_id or 0)
    assert seeker.get(address).status_code == 404
    stranger = world.client.application.test_client()
    assert stranger.get(address).headers["Location"] == "/sign-in"


def test_P_Q4_somebody_of_two_units_sees_for_which_they_act_on_every_page(world: World) -> None:
    town = build_unit(world.database, unit_class="municipal", number="24999", name="架空見本市")
    contractor = build_contractor(world.database, town, name="架空受託社")
    build_member(world.database, town, account_id=world.member.account_id, contractor_id=contractor)
    choosing = world.client.page("/choose-unit")
    assert "架空見本市の受託団体として：架空受託社（地方自治体等、" in choosing.text
    form = choosing.form_with("unit")
    for choice in [radio.get("value") for radio in form.element.all("input") if radio.get("name") == "unit"]:
        world.client.submit("/choose-unit", {"unit": choice})
        shown = {
            ("架空見本市（地方自治体等）の受託団体 架空受託社" in world.client.page(address).text)
            for address in PAGES
        }
        own = {("架空人材紹介 見本本店（民間職業紹介事業者等）" in world.client.page(a).text) for a in PAGES}
        assert (shown, own) in (({True}, {False}), ({False}, {True}))
        assert "切り替える" in world.client.page("/provider").links


def test_whoever_belongs_to_one_unit_is_offered_no_other(world: World) -> None:
    assert "切り替える" not in world.client.page("/provider").links
    over = build_unit(world.database, unit_class="municipal", number="24998")
    build_member(world.database, over, account_id=world.member.account_id, until=world.clock.now().date())
    assert "切り替える" not in world.client.page("/provider").links


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"officer": False}, "個人情報管理・苦情処理責任者が登録されていないため、送信できません。"),
        ({"suspended_from": date(2026, 6, 1)}, "労働局の措置により利用が止められているため"),
        ({"valid_until": date(2026, 6, 14)}, "利用の期間が終わっています。"),
        ({"valid_from": date(2026, 6, 16)}, "利用を始められる日の前です。"),
        ({"status": "ended"}, "利用が終了しています。"),
    ],
)
def test_the_first_page_says_plainly_what_is_closed_and_promises_no_number(
    database: Any, clock: Any, client: Any, values: dict[str, Any], told: str
) -> None:
    world = build_world(database, clock, client, tables=False, **values)
    page = world.client.page("/provider")
    assert told in page.text
    assert "送信できます（1日" not in page.text


def test_sending_held_closed_by_the_operator_is_said_too(world: World) -> None:
    build_installation(world.database, sending_closed=True)
    assert "現在、送信を止めています。" in world.client.page("/provider").text


def test_a_unit_near_its_end_is_reminded_of_the_renewal(database: Any, clock: Any, client: Any) -> None:
    world = build_world(database, clock, client, tables=False, valid_until=date(2026, 7, 31))
    reminded = world.client.page("/provider").text
    assert "利用できる期間は、2026年7月31日までです。" in reminded
    assert "このサイト独自の決まり このお知らせは、期間が終わる60日前から出します。" in reminded
    later = world.sign_in(build_member(world.database, build_unit(world.database)))
    assert "利用できる期間は" not in later.page("/provider").text


def test_P_Q6_the_page_of_the_day_shows_all_departments_together(world: World) -> None:
    for name in ("見本一課", "見本二課"):
        department = build_department(world.database, world.unit, name)
        colleague = build_member(world.database, world.unit, department_id=department)
        world.send([world.seeker() for _ in range(2 if name == "見本一課" else 1)], member=colleague)
    world.send([world.seeker()])
    page = world.client.page("/provider/quota")
    assert "1日の上限 1,000件" in page.text
    assert "今日送った件数 4件" in page.text
    assert "今日あと送れる件数 996件" in page.text
    for line in ("見本一課 2", "見本二課 1", "部署なし 1"):
        assert line in page.text
    assert "2026年6月16日 0:00" in page.text
    assert "返事も1件と数えます。" in page.text
    assert "このサイト独自の決まり" in page.text


def test_another_units_messages_are_not_counted_here(world: World) -> None:
    other = build_world(world.database, world.clock, world.client.application.test_client(), tables=False)
    other.send([other.seeker()])
    assert "今日送った件数 0件" in world.client.page("/provider/quota").text


def test_the_officer_keeps_some_messages_for_answers(world: World) -> None:
    officer = officer_of(world)
    saved = officer.submit("/provider/quota", {"reserve": "５０"})
    assert saved.status_code == 303
    assert reserve_of(world) == 50
    page = officer.page("/provider/quota")
    assert "取っておく件数を変えました" in page.text
    assert "このうち50件は返事のために取ってあり、新しい案内に使えるのは950件です。" in page.text
    assert "ほかに50件を、返事のために取ってあります。" in world.client.page("/provider").text


@pytest.mark.parametrize("typed", ["", "x", "-1", "1001", "1e3", "😀", "1.5", "9" * 400, "五十"])
def test_a_reserve_that_is_no_number_of_messages_is_told_and_kept(world: World, typed: str) -> None:
    refused = officer_of(world).submit("/provider/quota", {"reserve": typed})
    assert refused.status_code == 422
    assert page_of(refused).form_with("reserve").fields["reserve"] == [typed]
    assert reserve_of(world) == 0


def test_a_member_cannot_set_the_reserve(world: World) -> None:
    page = world.client.page("/provider/quota")
    assert not [form for form in page.forms if "reserve" in form.names]
    token = page.forms[0].fields["csrf_token"]
    assert (
        world.client.post("/provider/quota/reserve", data={"csrf_token": token, "reserve": "5"}).status_code
        == 404
    )
    assert reserve_of(world) == 0


def test_a_lowered_limit_is_shown_as_what_it_is(database: Any, clock: Any, client: Any) -> None:
    world = build_world(database, clock, client, tables=False, daily_limit=200)
    page = world.client.page("/provider/quota")
    assert "1日の上限 200件" in page.text
    assert "サービスの決まりは1日1,000件です。" in page.text


def test_the_day_of_the_count_turns_in_japan(world: World, clock: Any) -> None:
    with world.database.write() as session:
        session.execute(insert(quota_use).values(unit_id=world.unit.id, jst_day=date(2026, 6, 15), n=1000))
        session.commit()
    clock.set(datetime(2026, 6, 15, 14, 59, 59, tzinfo=UTC))
    sign_in_as(world.client, world.member.account_id)
    assert "今日の送信は上限の1,000件に達しました" in world.client.page("/provider").text
    clock.set(datetime(2026, 6, 15, 15, 0, tzinfo=UTC))
    assert "今日あと 1,000件" in world.client.page("/provider").text


def test_P_Q11_M_Q8_the_approved_record_is_read_only_and_says_where_it_is_changed(world: World) -> None:
    build_department(world.database, world.unit, "見本一課")
    with world.database.write() as session:
        session.execute(insert(branch).values(unit_id=world.unit.id, branch_number="01", name="見本支店"))
        session.commit()
    page = world.client.page("/provider/unit")
    for line in (
        "個人情報管理・苦情処理責任者 見本 責任",
        "責任者の連絡先 00-0000-0000",
        "連絡責任者 見本 連絡",
        "利用できる期間 2026年4月1日 から 2027年3月31日 まで",
        "見本一課",
        "見本支店",
        "「ハローワーク求職情報の提供サービス利用・変更・更新申請書」を、申請先の労働局に提出してください。",
    ):
        assert line in page.text
    assert [form.action for form in page.forms] == ["/sign-out"]


def test_M_Q3_a_municipality_sees_its_contractors_with_their_period(
    database: Any, clock: Any, client: Any
) -> None:
    world = build_world(database, clock, client, tables=False, unit_class="municipal", number="24999")
    build_contractor(world.database, world.unit, name="架空受託社")
    build_contractor(
        world.database, world.unit, name="架空旧受託社", number="99-ユ-900001", until=date(2026, 5, 31)
    )
    text = world.client.page("/provider/unit").text
    assert "架空受託社 99-ユ-900000 2026年4月1日 から 2027年3月31日 まで" in text
    assert "2026年5月31日 まで（今日は期間の外です）" in text


def test_only_officer_and_contact_see_who_belongs_to_the_unit(world: World) -> None:
    build_member(world.database, world.unit, name="見本-元職員", until=date(2026, 6, 15))
    shown = officer_of(world).page("/provider/unit").text
    assert "個人情報管理・苦情処理責任者 部署なし" in shown
    assert "見本-元職員" not in shown
    assert "利用する人" not in world.client.page("/provider/unit").text


def test_the_record_names_the_bureau(database: Any, clock: Any, client: Any) -> None:
    world = build_world(database, clock, client, bureau_code="24")
    assert "申請先の労働局 三重労働局" in world.client.page("/provider/unit").text
