"""Saved searches by the pages: keeping, opening, what is new, renaming, removing and putting back."""

import re
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import insert, select, update

from portal.domain.saved_search import MOST_OWN, Asked
from portal.services import saved_search as service
from portal.store.tables import code, code_table, membership, saved_search
from tests.build import build_contractor, build_department, build_member, build_unit
from tests.web.page_client import page_of
from tests.web.provider_world import World
from tests.web.provider_world import world as build_world

ASKED = "words=介護+夜勤&occupation=056&municipality=24201&years=3_to_5&licence=L001&unwritten=y"


@pytest.fixture
def world(database: Any, clock: Any, client: Any) -> World:
    """With the code tables."""
    return build_world(database, clock, client)


@pytest.fixture
def plain(database: Any, clock: Any, client: Any) -> World:
    """Without them, where nothing depends on them."""
    return build_world(database, clock, client, tables=False)


def save(world: World, name: str = "見本の検索", asked: str = "", **values: Any) -> Any:
    address = f"/provider/saved/new?{asked}" if asked else "/provider/saved/new"
    return world.client.submit(address, {"name": name, **values})


def ref_of(page: Any) -> str:
    """The first of the list."""
    links = [link.get("href") for link in page.root.all("a")]
    found = [re.fullmatch(r"/provider/saved/([\w-]{22})", link) for link in links]
    return next(each[1] for each in found if each)


def test_a_search_is_kept_with_its_conditions_and_opened_again(world: World) -> None:
    results = world.client.page(f"/provider/results?{ASKED}")
    form = world.client.page(results.links["この条件を保存する"])
    assert form.form_with("name").fields["name"] == ["介護・夜勤・接客・給仕の職業"]
    kept = page_of(world.client.submit(results.links["この条件を保存する"], {"name": "夜勤"}, follow=True))
    assert "検索を保存しました。" in kept.text
    for shown in (
        "言葉：介護 と 夜勤",
        "希望する勤務地：三重県津市",
        "経験した年数：3年以上5年未満",
        "まだ案内していない人だけ",
    ):
        assert shown in kept.text
    opened = world.client.get(kept.links["夜勤"])
    assert parse_qs(urlsplit(opened.location).query) == {
        "words": ["介護 夜勤"],
        "occupation": ["056"],
        "municipality": ["24201"],
        "years": ["3_to_5"],
        "licence": ["L001"],
        "unwritten": ["y"],
    }


def test_who_is_new_is_counted_and_shown_alone(plain: World) -> None:
    plain.seeker(month=date(2026, 5, 1))
    young, read = (plain.seeker(month=date(2026, 6, 1)) for _ in range(2))
    save(plain)
    assert "新着 2人" in plain.client.page("/provider/saved").links
    plain.client.page(plain.profile_url(read))
    page = plain.client.page("/provider/saved")
    newly = plain.client.get(page.links["新着 1人"]).location
    assert parse_qs(urlsplit(newly).query) == {"unwritten": ["y"], "unopened": ["y"], "since": ["2026-06"]}
    shown = plain.client.page(newly)
    assert [box.get("value") for box in shown.root.all("input") if box.get("name") == "to"] == [
        plain.unit.token(young)
    ]
    plain.client.page(plain.profile_url(young))
    assert "新着 0人" in plain.client.page("/provider/saved").text


def test_R5_no_page_says_a_day_on_which_somebody_appeared(plain: World, clock: Any) -> None:
    save(plain)
    pages = []
    for day in (16, 17):
        clock.set(datetime(2026, 6, day, 3, 0, tzinfo=UTC))
        plain.seeker(month=date(2026, 6, 1))
        plain = World(
            plain.database, clock, plain.sign_in(plain.member), plain.unit, plain.member, tables=False
        )
        pages.append(plain.client.page("/provider/saved"))
    days = re.compile(r"2026年6月\d|6月\d+日")
    for page in pages:
        main = next(page.root.all("main")).text
        assert not days.search(main)
        assert "（2026年6月から）" in main
    assert "日ごとの新着はありません" in pages[0].text


def test_a_month_that_was_chosen_is_not_kept_and_the_page_says_so(plain: World) -> None:
    page = plain.client.page("/provider/saved/new?since=2026-05")
    assert "「情報の提供を始めた月」は保存しません。" in page.text
    kept = page_of(plain.client.submit("/provider/saved/new?since=2026-05", {"name": "見本"}, follow=True))
    assert "条件なし（すべての求職者）" in kept.text


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("", "入力または選択してください。"),
        ("　", "入力または選択してください。"),
        ("あ" * 41, "40文字以内で入力してください"),
        ("一\n二", "改行を入れずに"),
        ("😀", "絵文字は使えません。"),
    ],
)
def test_a_name_that_cannot_be_taken_is_told_and_what_was_chosen_stays(
    plain: World, name: str, told: str
) -> None:
    refused = save(plain, name, "unopened=y", shared="y")
    assert refused.status_code == 422
    page = page_of(refused)
    assert told in page.text
    form = page.form_with("name", "shared")
    assert form.fields["name"] == [name.replace("\n", "")] or form.fields["name"] == [name]
    assert form.fields["shared"] == ["y"]
    assert "まだ開いていない人だけ" in page.text
    assert form.action == "/provider/saved/new?unopened=y"


def test_one_name_stands_for_one_search_and_twice_the_same_is_one(plain: World) -> None:
    for _ in range(2):
        assert save(plain, "同じ名前").status_code == 303
    refused = save(plain, "同じ名前", "unopened=y")
    assert refused.status_code == 422
    assert "同じ名前で保存した検索があります" in page_of(refused).text


def test_there_is_an_end_to_saving_and_the_page_says_what_to_do(plain: World) -> None:
    for number in range(MOST_OWN):
        with plain.database.write() as session:
            typed = {"name": f"見本{number}"}
            service.save(session, plain.clock, plain.member.actor, typed, Asked())
    refused = save(plain, "もう一つ")
    assert refused.status_code == 422
    assert "一人20件までです。使っていないものを削除して" in page_of(refused).text


def test_a_search_is_renamed_removed_and_put_back(plain: World) -> None:
    save(plain)
    page = plain.client.page("/provider/saved")
    address = f"/provider/saved/{ref_of(page)}"
    renamed = page_of(plain.client.submit(address, {"name": "新しい名前"}, follow=True))
    assert "変更を保存しました。" in renamed.text
    assert "新しい名前" in renamed.links
    remove = next(
        form for form in plain.client.page(address).forms if form.action and form.action.endswith("/remove")
    )
    gone = page_of(plain.client.submit("", {}, form=remove, follow=True))
    assert "24時間以内なら" in gone.text
    assert "新しい名前" not in gone.links
    assert plain.client.get(f"{address}/open").status_code == 404
    restore = next(form for form in gone.forms if form.action and form.action.endswith("/restore"))
    back = page_of(plain.client.submit("", {}, form=restore, follow=True))
    assert "元に戻しました。" in back.text
    assert "新しい名前" in back.links


def test_the_steps_loaded_anew_lead_to_where_they_begin(plain: World) -> None:
    save(plain)
    address = f"/provider/saved/{ref_of(plain.client.page('/provider/saved'))}"
    assert plain.client.get(f"{address}/remove").location == address
    assert plain.client.get(f"{address}/restore").location == "/provider/saved"


def test_a_condition_that_ended_is_named_and_left_out(world: World) -> None:
    with world.database.write() as session:
        session.execute(
            insert(code).values(
                kind="licence",
                code="L998",
                name_ja="架空の免許",
                valid_from=date(2000, 1, 1),
                source="見本",
                confidence="fictional",
                facts="field=office",
                sort=998,
            )
        )
        session.execute(update(code_table).where(code_table.c.kind == "licence").values(checksum="one"))
        session.commit()
    save(world, asked="licence=L998&unopened=y")
    with world.database.write() as session:
        session.execute(update(code).where(code.c.code == "L998").values(valid_until=date(2026, 6, 14)))
        session.execute(update(code_table).where(code_table.c.kind == "licence").values(checksum="two"))
        session.commit()
    page = world.client.page("/provider/saved")
    assert "外して探します：免許・資格：架空の免許" in page.text
    opened = world.client.get(page.links["見本の検索"]).location
    assert parse_qs(urlsplit(opened).query) == {"unopened": ["y"]}


def test_R13_a_colleague_of_the_department_opens_and_renames_what_is_shared(
    database: Any, clock: Any, client: Any
) -> None:
    plain = build_world(database, clock, client, tables=False)
    here, there = (build_department(database, plain.unit, name) for name in ("見本一課", "見本二課"))
    with database.write() as session:
        session.execute(update(membership).values(department_id=here))
        session.commit()
    colleague = plain.sign_in(build_member(database, plain.unit, department_id=here))
    stranger = plain.sign_in(build_member(database, plain.unit, department_id=there))
    helper = plain.sign_in(
        build_member(database, plain.unit, contractor_id=build_contractor(database, plain.unit))
    )
    assert "同じ部署の人と共有する" in plain.client.page("/provider/saved/new").text
    assert "同じ受託団体の人と共有する" in helper.page("/provider/saved/new").text
    save(plain, shared="y")
    page = colleague.page("/provider/saved")
    assert "ほかの人が共有" in page.text
    address = f"/provider/saved/{ref_of(page)}"
    assert "shared" not in colleague.page(address).form_with("name").names
    assert colleague.submit(address, {"name": "みんなの検索"}).status_code == 303
    assert "みんなの検索" in plain.client.page("/provider/saved").links
    for other in (stranger, helper):
        assert "みんなの検索" not in other.page("/provider/saved").text
        other.page(address, 404)


def test_a_form_of_another_unit_saves_and_removes_nothing(plain: World) -> None:
    save(plain)
    address = f"/provider/saved/{ref_of(plain.client.page('/provider/saved'))}"
    other = build_unit(plain.database)
    build_member(plain.database, other, account_id=plain.member.account_id)
    form = plain.client.page("/provider/saved/new").form_with("name")
    renaming = plain.client.page(address).form_with("name")
    removing = next(
        form for form in plain.client.page(address).forms if form.action and form.action.endswith("/remove")
    )
    plain.client.submit("/choose-unit", {"unit": other.public_id.hex()})
    for each, values in ((form, {"name": "x"}), (renaming, {"name": "x"}), (removing, {})):
        assert plain.client.submit(address, values, form=each).status_code == 409
    with plain.database.read() as session:
        rows = session.execute(select(saved_search.c.unit_id, saved_search.c.removed_at)).all()
    assert [tuple(row) for row in rows] == [(plain.unit.id, None)]


def test_a_suspended_unit_keeps_its_list_and_opens_nothing(database: Any, clock: Any, client: Any) -> None:
    world = build_world(database, clock, client, tables=False, suspended_from=date(2026, 6, 1))
    save(world)
    page = world.client.page("/provider/saved")
    assert "利用が止められているため" in page.text
    assert "新着" not in next(page.root.all("main")).text.split("このサイト独自の決まり")[0]
    assert world.client.page(f"/provider/saved/{ref_of(page)}/open", 403).h1 == "今は求職者を探せません"


def test_an_address_that_asks_what_cannot_be_asked_is_corrected_first(world: World) -> None:
    got = world.client.get("/provider/saved/new?licence=no-such-code&words=介護")
    assert got.status_code == 303
    assert world.client.page(got.location, 422).h1 == "求職者を探す"
