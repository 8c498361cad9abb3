"""Use inside the unit by month, limits of departments and contractors, threads of an ended contractor."""

import io
from datetime import UTC, date, datetime
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from portal.store.tables import department, thread
from tests.build import build_contractor, build_department, build_member, build_unit
from tests.web.page_client import page_of
from tests.web.provider_world import World
from tests.web.provider_world import world as build_world

LAST_OF_MAY = date(2026, 5, 31)


@pytest.fixture
def world(database: Any, clock: Any, client: Any) -> World:
    return build_world(
        database, clock, client, tables=False, name="架空市", unit_class="municipal", number="24999"
    )


def signed_in(world: World, **values: Any) -> Any:
    return world.sign_in(build_member(world.database, world.unit, **values))


def officer_of(world: World) -> Any:
    return signed_in(world, role="officer")


def limits(world: World) -> list[int | None]:
    with world.database.read() as session:
        return list(session.scalars(select(department.c.daily_limit).order_by(department.c.id)))


def with_ended_contractor(world: World, letters: int = 2) -> int:
    """A contractor that wrote so many letters in May, and has ended with it; the next one stands ready."""
    ended = build_contractor(
        world.database, world.unit, name="架空旧受託社", number="99-ユ-900001", until=LAST_OF_MAY
    )
    build_contractor(world.database, world.unit, name="架空新受託社", number="99-ユ-900002")
    now = world.clock.now()
    world.clock.set(datetime(2026, 5, 20, 1, 0, tzinfo=UTC))
    before = build_member(world.database, world.unit, contractor_id=ended)
    world.send([world.seeker() for _ in range(letters)], member=before)
    world.clock.set(now)
    return ended


def whose(world: World) -> set[int | None]:
    with world.database.read() as session:
        return set(session.scalars(select(thread.c.contractor_id)))


# Use


def test_P_Q6_a_unit_without_places_sees_its_month_in_one_line(world: World) -> None:
    world.send([world.seeker(), world.seeker()])
    page = world.client.page("/provider/quota")
    assert "団体全体 2件 2件 2人 0通（0人）" in page.text
    assert "合計" not in page.text


def test_M_Q5_every_place_stands_in_the_table_with_the_whole_below(world: World) -> None:
    for name, letters in (("見本一課", 2), ("見本二課", 1)):
        colleague = build_member(
            world.database, world.unit, department_id=build_department(world.database, world.unit, name)
        )
        world.send([world.seeker() for _ in range(letters)], member=colleague)
    page = world.client.page("/provider/quota")
    for line in ("見本一課 2件 2件 2人", "見本二課 1件 1件 1人", "部署なし 0件 0件 0人", "合計 3件 3件 3人"):
        assert line in page.text
    assert "団体が自分で決めるものです。" in page.text


def test_the_month_is_in_the_address(world: World) -> None:
    with_ended_contractor(world)
    now = world.client.page("/provider/quota")
    assert "2026年6月" in now.text
    assert "架空旧受託社" not in now.text
    assert "次の月" not in now.links
    may = world.client.page(now.links["前の月"].split("#")[0])
    assert "架空旧受託社（終了） 0件 2件 2人" in may.text
    assert "前の月" not in may.links
    assert may.links["次の月"].startswith("/provider/quota?month=2026-06")
    for nonsense in ("x", "2027-01", "2026-6", "架空"):
        assert "2026年6月" in world.client.page(f"/provider/quota?month={nonsense}").text


def test_R13_a_contractors_people_see_nothing_of_the_others(world: World) -> None:
    contractor = build_contractor(world.database, world.unit, name="架空受託社一号")
    build_contractor(world.database, world.unit, name="架空受託社二号", number="99-ユ-900003")
    build_department(world.database, world.unit, "見本一課")
    client = signed_in(world, contractor_id=contractor)
    shown = client.page("/provider/quota")
    assert "架空受託社一号 0件" in shown.text
    for hidden in ("架空受託社二号", "見本一課", "部署なし", "合計"):
        assert hidden not in shown.text
    file = client.get(shown.links["この表をCSVで保存"]).get_data(as_text=True)
    assert "架空受託社一号" in file
    assert "架空受託社二号" not in file


def test_the_table_is_saved_as_a_file_safe_to_open(world: World) -> None:
    evil = build_department(world.database, world.unit, '=HYPERLINK("見本")')
    world.send([world.seeker()], member=build_member(world.database, world.unit, department_id=evil))
    page = world.client.page("/provider/quota")
    as_csv = world.client.get(page.links["この表をCSVで保存"])
    assert as_csv.mimetype == "text/csv"
    assert as_csv.data.startswith("\ufeff部署・受託団体,送った件数".encode())
    assert "'=HYPERLINK" in as_csv.get_data(as_text=True)
    as_xlsx = world.client.get(page.links["この表をExcelで保存"])
    rows = CalamineWorkbook.from_filelike(io.BytesIO(as_xlsx.data)).get_sheet_by_index(0).to_python()
    assert [row[1:5] for row in rows[1:]] == [[1, 1, 0, 0], [0, 0, 0, 0], [1, 1, 0, 0]]
    assert "messages-202606-" in as_xlsx.headers["Content-Disposition"]


# Limits


def test_M_Q5_the_officer_gives_a_department_so_many_messages_and_its_people_see_it(world: World) -> None:
    ours = build_department(world.database, world.unit, "見本一課")
    officer, clerk = officer_of(world), signed_in(world, department_id=ours)
    link = officer.page("/provider/quota").links["決める （見本一課）"]
    assert officer.page(link).text.count("なし（団体の上限まで）") == 1
    saved = officer.submit(link, {"limit": "２０"})
    assert saved.status_code == 303
    assert limits(world) == [20]
    page = officer.page("/provider/quota")
    assert "見本一課 の1日の上限を20件にしました。" in page.text
    assert "今日あと送れる件数 1,000件" in page.text
    shown = clerk.page("/provider/quota").text
    assert "あなたの部署（受託団体）の1日の上限 20件" in shown
    assert "今日あと送れる件数 20件" in shown
    assert "今日あと 20件 送信できます（1日20件まで）" in clerk.page("/provider").text
    cleared = officer.submit(link, {"limit": ""})
    assert cleared.status_code == 303
    assert limits(world) == [None]


def test_a_send_above_the_limit_of_the_place_is_told_and_the_text_is_kept(world: World) -> None:
    ours = build_department(world.database, world.unit, "見本一課")
    officer, clerk = officer_of(world), signed_in(world, department_id=ours)
    officer.submit(officer.page("/provider/quota").links["決める （見本一課）"], {"limit": "1"})
    to = "&".join(f"to={world.unit.token(world.seeker())}" for _ in range(2))
    refused = clerk.submit(f"/provider/write?{to}", {"text": "架空の案内です。"})
    assert refused.status_code == 409
    page = page_of(refused)
    assert (
        "あなたの部署（受託団体）が今日送信できる件数（1日1件）を超えるため、1件も送信していません。"
        in page.text
    )
    assert "今送れるのは1件です。" in page.text
    assert page.form_with("text").fields["text"] == ["架空の案内です。"]


@pytest.mark.parametrize("typed", ["x", "-1", "1001", "1e3", "😀", "1.5", "9" * 400, "五十"])
def test_a_limit_that_is_no_number_of_messages_is_told_and_kept(world: World, typed: str) -> None:
    build_department(world.database, world.unit, "見本一課")
    refused = officer_of(world).submit("/provider/quota/places/department-1", {"limit": typed})
    assert refused.status_code == 422
    assert page_of(refused).form_with("limit").fields["limit"] == [typed]
    assert limits(world) == [None]


def test_a_limit_above_the_units_is_refused_with_the_units(database: Any, clock: Any, client: Any) -> None:
    world = build_world(database, clock, client, tables=False, daily_limit=200)
    build_department(world.database, world.unit, "見本一課")
    refused = officer_of(world).submit("/provider/quota/places/department-1", {"limit": "201"})
    assert "団体の1日の上限（200件）以下の数にしてください。" in page_of(refused).text


def test_members_see_limits_but_do_not_set_them(world: World) -> None:
    build_department(world.database, world.unit, "見本一課")
    assert not [name for name in world.client.page("/provider/quota").links if name.startswith("決める")]
    world.client.page("/provider/quota/places/department-1", 404)


# Threads of an ended contractor


def test_R13_the_officer_is_told_of_threads_nobody_has_taken_over_and_hands_them_over(world: World) -> None:
    with_ended_contractor(world)
    officer = officer_of(world)
    for address in ("/provider/unit", "/provider/threads"):
        page = officer.page(address)
        assert "架空旧受託社 のやり取り2件が、引き継がれていません" in page.text
        link = page.links["引継ぎに進む"]
    page = officer.page(link)
    assert "契約期間の最後の日 2026年5月31日" in page.text
    done = officer.submit(link, {"to": "contractor-2", "sure": "y"})
    assert done.status_code == 303
    assert "2件のやり取りを引き継ぎました。" in officer.page(done.location).text
    assert "引継ぎに進む" not in officer.page("/provider/unit").links
    assert "引き継ぐやり取りはありません。" in officer.page(link).text


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"to": "contractor-2"}, "すべてのやり取りを引き継ぎます"),
        ({"to": "", "sure": "y"}, "引き継ぐ先：入力または選択してください。"),
        ({"to": "contractor-1", "sure": "y"}, "一覧にあるものから選んでください。"),
        ({"to": "架空", "sure": "y"}, "一覧にあるものから選んでください。"),
        ({}, "引き継ぐ先"),
    ],
)
def test_without_a_place_and_a_yes_nothing_is_handed_over(
    world: World, values: dict[str, str], told: str
) -> None:
    ended = with_ended_contractor(world)
    form = officer_of(world)
    address = "/provider/contractors/contractor-1/hand-over"
    refused = form.submit(address, values, form=form.page(address).form_with("to"))
    assert refused.status_code == 422
    assert told in page_of(refused).text
    assert whose(world) == {ended}


def test_a_second_press_tells_that_nothing_is_left(world: World) -> None:
    with_ended_contractor(world)
    officer = officer_of(world)
    address = "/provider/contractors/contractor-1/hand-over"
    form = officer.page(address).form_with("to")
    assert officer.submit(address, {"to": "unit", "sure": "y"}, form=form).status_code == 303
    again = officer.submit(address, {"to": "contractor-2", "sure": "y"}, form=form)
    assert again.status_code == 409
    assert "引き継ぐやり取りは、もうありません。" in page_of(again).text
    assert whose(world) == {None}


def test_nobody_else_hands_over_and_no_contractor_in_force_loses_threads(world: World) -> None:
    with_ended_contractor(world)
    world.client.page("/provider/contractors/contractor-1/hand-over", 404)
    assert "引継ぎに進む" not in world.client.page("/provider/unit").links
    officer = officer_of(world)
    for ref in ("contractor-2", "contractor-9", "department-1", "x"):
        officer.page(f"/provider/contractors/{ref}/hand-over", 404)
    other = world.sign_in(build_member(world.database, build_unit(world.database), role="officer"))
    other.page("/provider/contractors/contractor-1/hand-over", 404)


def test_M_Q3_the_record_shows_every_period_of_a_contractor(world: World) -> None:
    from portal.domain.contract_period import Period
    from portal.store import contractor

    built = build_contractor(world.database, world.unit, name="架空受託社")
    with world.database.write() as session:
        contractor.record(session, built, Period(date(2027, 6, 1), date(2028, 3, 31)))
        session.commit()
    assert (
        "2026年4月1日 から 2027年3月31日 まで、2027年6月1日 から 2028年3月31日 まで"
        in world.client.page("/provider/unit").text
    )
