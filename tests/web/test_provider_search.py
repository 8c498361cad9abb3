"""Searching by the pages: the form, the address, the results, and everything that can be typed into them."""

import re
from datetime import date
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select, update

from portal.domain.profile import Choice
from portal.domain.search import PAGE_SIZE
from portal.services import search as service
from portal.services.profile import every
from portal.store import alias
from portal.store.tables import profile, profile_view
from portal.web.provider import search as pages
from tests.build import build_block, build_department, build_member, build_seeker, build_unit
from tests.web.page_client import page_of
from tests.web.provider_world import World
from tests.web.provider_world import world as build_world
from tests.web.signing import sign_in_as

NURSE = (
    Choice("occupation", "occupation", "021"),
    Choice("place", "municipality", "13104"),
    Choice("employment", "employment_type", "part_time"),
    Choice("licence", "licence", "L001"),
    Choice("experience", "occupation", "056", "3_to_5"),
)


@pytest.fixture
def world(database: Any, clock: Any, client: Any) -> World:
    """With the code tables."""
    return build_world(database, clock, client)


@pytest.fixture
def plain(database: Any, clock: Any, client: Any) -> World:
    """Without them, where nothing depends on them."""
    return build_world(database, clock, client, tables=False)


def codes(page: Any) -> list[str]:
    return [link for link in page.links if re.fullmatch(r"[2-9A-Z]{4}-[2-9A-Z]{4}", link)]


def tokens(page: Any) -> list[str]:
    return [box.get("value") for box in page.root.all("input") if box.get("name") == "to"]


def test_a_search_by_the_form_finds_who_fits(world: World) -> None:
    nurse, other = world.seeker(*NURSE), world.seeker()
    found = world.client.submit(
        "/provider/search",
        {"occupation": ["021"], "prefecture": ["13"], "employment": ["part_time"], "licence": ["L001"]},
        follow=True,
    )
    page = page_of(found)
    assert tokens(page) == [world.unit.token(nurse)]
    assert world.unit.token(other) not in page.html
    assert "該当 1人" in page.text


def test_the_address_of_the_results_is_the_search_and_nothing_else(world: World) -> None:
    found = world.client.submit(
        "/provider/search", {"occupation": ["05", "021"], "wage": ["M20"]}, follow=True
    )
    address = urlsplit(found.request.path + "?" + found.request.query_string.decode())
    assert address.path == "/provider/results"
    assert parse_qs(address.query) == {"occupation": ["05", "021"], "wage": ["M20"]}
    back = world.client.page(page_of(found).links["条件を変える"])
    form = back.form_with("occupation", "wage")
    assert [value for value in form.fields["occupation"] if value] == ["05", "021"]
    assert form.fields["wage"] == ["M20"]


def test_a_whole_major_group_is_chosen_in_the_same_list_as_its_parts(world: World) -> None:
    sales = world.seeker()
    major = "05"
    page = world.client.page(f"/provider/results?occupation={major}")
    wanted = world.client.page("/provider/search").html
    assert "（全体）" in wanted
    assert (world.unit.token(sales) in tokens(page)) is ("056" in _middle_of(world, major))


def _middle_of(world: World, major: str) -> set[str]:
    with world.database.read() as session:
        return {code for code, row in every(session)["occupation"].items() if row.parent == major}


def test_municipalities_appear_for_the_chosen_prefecture_without_a_script(world: World) -> None:
    first = world.client.page("/provider/search")
    assert "municipality" not in first.form_with("prefecture").fields
    assert "津市" not in first.text
    form = first.form_with("prefecture")
    (step,) = [button for button in form.buttons if button.get("formaction")]
    second = page_of(
        world.client.get(
            step.get("formaction"), query_string={"prefecture": ["24", "", ""], "employment": "regular"}
        )
    )
    assert "三重県の市区町村" in second.text
    labels = [label.text for label in second.root.all("label")]
    assert "津市" in labels
    filled = second.form_with("municipality")
    assert filled.fields["prefecture"] == ["24", "", ""]
    assert filled.fields["employment"] == ["regular"]
    here, there = world.seeker(), world.seeker(*NURSE)
    found = world.client.submit("/provider/search?prefecture=24", {"municipality": ["24201"]}, follow=True)
    assert tokens(page_of(found)) == [world.unit.token(here)]
    assert world.unit.token(there) not in found.text


def test_leafing_by_the_pager_meets_everybody_once(plain: World) -> None:
    people = [plain.seeker(month=date(2026, 4 + each % 3, 1)) for each in range(2 * PAGE_SIZE + 3)]
    met, address = [], "/provider/results"
    while address:
        page = plain.client.page(address)
        met += tokens(page)
        assert f"該当 {len(people)}人" in page.text
        address = page.links.get("次へ", "")
    assert sorted(met) == sorted(plain.unit.token(who) for who in people)


def test_a_next_page_of_which_nobody_is_left_leads_back_to_the_first(plain: World) -> None:
    for _ in range(PAGE_SIZE + 1):
        plain.seeker()
    first = plain.client.page("/provider/results")
    shown = set(tokens(first))
    with plain.database.write() as session:
        for row in session.execute(select(profile.c.seeker_id, profile.c.alias_key)).all():
            if alias.token(plain.unit.key, "seeker", row.alias_key) not in shown:
                session.execute(
                    update(profile).where(profile.c.seeker_id == row.seeker_id).values(stopped=True)
                )
        session.commit()
    assert plain.client.get(first.links["次へ"]).location == "/provider/results"


@pytest.mark.parametrize("place", ["x", "架空", "A" * 300, "%2e%2e", "AAAA"])
def test_a_place_that_cannot_be_read_begins_again_and_says_so(plain: World, place: str) -> None:
    who = plain.seeker()
    page = plain.client.page(f"/provider/results?after={place}")
    assert "最初から表示しています" in page.text
    assert tokens(page) == [plain.unit.token(who)]


def test_a_place_of_another_unit_or_of_the_threads_is_no_place(plain: World) -> None:
    people = [plain.seeker() for _ in range(PAGE_SIZE + 1)]
    other = plain.client.application.test_client()
    sign_in_as(other, build_member(plain.database, build_unit(plain.database)).account_id)
    foreign = other.page("/provider/results").links["次へ"]
    assert "最初から表示しています" in plain.client.page(foreign).text
    plain.send(people)
    threads = plain.client.page("/provider/threads").links["次へ"]
    place = parse_qs(urlsplit(threads).query)["after"][0]
    assert "最初から表示しています" in plain.client.page(f"/provider/results?after={place}").text


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("licence=L999", "一覧にあるものから選んでください。"),
        ("employment=zzz&wage=M20", "一覧にあるものから選んでください。"),
        ("municipality=99999", "一覧にあるものから選んでください。"),
        ("municipality=24201&municipality=99999", "一覧にあるものから選んでください。"),
        ("occupation=05&occupation=06&occupation=07&occupation=08", "希望する職業"),
        ("&".join(f"wage={code}" for code in "M00 M15 M18 M20 M22 M25 M30 M35 M40 M50 H00".split()), "賃金"),
        ("occupation=%F0%9F%98%80", "一覧にあるものから選んでください。"),
        ("education=" + "x" * 3000, "一覧にあるものから選んでください。"),
        ("prefecture=&prefecture=%E3%80%80&time=;--", "一覧にあるものから選んでください。"),
    ],
)
def test_what_cannot_be_asked_is_told_beside_its_field(world: World, query: str, told: str) -> None:
    page = world.client.page(f"/provider/results?{query}", 422)
    assert page.h1 == "求職者を探す"
    assert told in page.text
    assert page.title.startswith("エラー：")
    if "wage=M20" in query:
        assert "M20" in page.form_with("wage").fields["wage"]


@pytest.mark.parametrize("query", ["occupation=%00", "occupation=%ED%A0%80", "%00=1"])
def test_an_address_that_is_no_text_is_a_clear_page(world: World, query: str) -> None:
    assert world.client.get(f"/provider/results?{query}").status_code in (303, 400, 422)


def test_full_width_codes_are_read_as_codes(world: World) -> None:
    who = world.seeker()
    page = page_of(world.client.get("/provider/results?occupation=０５６", follow_redirects=True))
    assert tokens(page) == [world.unit.token(who)]


def test_of_very_many_the_page_says_that_there_are_more(
    plain: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "COUNT_CAP", 2)
    for _ in range(3):
        plain.seeker()
    assert pages.COUNT_CAP == 1000
    assert "該当 1,000人以上" in plain.client.page("/provider/results").text


def test_R13_whom_another_department_writes_to_cannot_be_chosen(plain: World) -> None:
    theirs = build_department(plain.database, plain.unit, "見本二課")
    colleague = build_member(plain.database, plain.unit, department_id=theirs)
    known, unknown = plain.seeker(), plain.seeker()
    plain.send([known], member=colleague)
    page = plain.client.page("/provider/results")
    assert tokens(page) == [plain.unit.token(unknown)]
    assert "ほかの部署が連絡済み" in page.text
    opened = plain.client.page(plain.profile_url(known))
    assert "この人に案内を書く" not in opened.links
    assert "ほかの部署がやり取りしています" in opened.text


def test_own_contacts_are_marked_and_lead_to_the_thread(plain: World) -> None:
    who = plain.seeker(with_account=True)
    plain.send([who])
    page = plain.client.page("/provider/results")
    assert "送信済み" in page.text
    assert plain.client.page(page.links["やり取りを開く"]).h1.endswith("とのやり取り")
    plain.answer(who)
    assert "返事あり（質問）" in plain.client.page("/provider/results").text


def test_a_suspended_unit_is_told_why_it_cannot_search(database: Any, clock: Any, client: Any) -> None:
    world = build_world(database, clock, client, tables=False, suspended_from=date(2026, 6, 1))
    who = world.seeker()
    for address in ("/provider/search", "/provider/results", world.profile_url(who)):
        page = world.client.page(address, 403)
        assert page.h1 == "今は求職者を探せません"
        assert "利用が止められているため" in page.text
        assert world.unit.token(who) not in page.html


def test_a_profile_shows_what_is_shown_and_is_counted_as_opened(world: World) -> None:
    who = world.seeker(*NURSE, pr="落ち着いて話を聞きます。", experience="病棟で五年働きました。")
    page = world.client.page(world.profile_url(who))
    for shown in (
        "東京都新宿区",
        "パート",
        "3年以上5年未満",
        "落ち着いて話を聞きます。",
        "病棟で五年働きました。",
        "2026年4月",
    ):
        assert shown in page.text
    with world.database.read() as session:
        assert [
            tuple(row) for row in session.execute(select(profile_view.c.seeker_id, profile_view.c.n))
        ] == [(who.id, 1)]


def test_the_profile_is_the_same_as_what_the_seeker_sees_of_it(world: World) -> None:
    who = world.seeker(*NURSE, pr="落ち着いて話を聞きます。", with_account=True)
    mine = world.client.application.test_client()
    sign_in_as(mine, who.account_id or 0)

    def facts(page: Any) -> list[tuple[str, str]]:
        return [
            (row.text.split(" ", 1)[0], row.text.split(" ", 1)[-1])
            for row in page.root.all("div")
            if row.get("class") == "facts__row" and next(row.all("dt")).text in LABELS
        ]

    assert facts(world.client.page(world.profile_url(who))) == facts(mine.page("/seeker/profile"))


LABELS = {"希望する職業", "希望する勤務地", "希望する雇用形態", "経験した職業", "免許・資格", "自己PR"}


def masked(response: Any, token: str) -> tuple[int, str, tuple[tuple[str, str], ...]]:
    text = response.text.replace(token, "TOKEN") if len(token) > 9 else response.text
    text = re.sub(r"[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}", "REQUEST", text)
    text = re.sub(r'name="csrf_token" value="[^"]*"', "CSRF", text)
    headers = {k: v for k, v in response.headers.items() if k not in ("X-Request-ID", "Date")}
    return response.status_code, text, tuple(sorted(headers.items()))


def test_S_Q5_a_profile_out_of_reach_is_the_page_of_one_that_never_was(plain: World) -> None:
    blocked, stopped = plain.seeker(), plain.seeker(stopped=True)
    expired = plain.seeker(valid_until=date(2026, 6, 14))
    narrowed = plain.seeker(range_private=False)
    build_block(plain.database, blocked, plain.unit)
    there = build_unit(plain.database)
    addresses = [
        plain.unit.token(blocked),
        plain.unit.token(stopped),
        plain.unit.token(expired),
        plain.unit.token(narrowed),
        there.token(build_seeker(plain.database)),
        plain.unit.token(build_seeker(plain.database), "thread"),
        "A" * 43,
        "x",
    ]
    answers = {masked(plain.client.get(f"/provider/seekers/{token}"), token) for token in addresses}
    assert len(answers) == 1
    assert next(iter(answers))[0] == 404


def test_two_units_share_nothing_by_which_a_list_could_be_joined(plain: World) -> None:
    for _ in range(PAGE_SIZE + 1):
        plain.seeker(month=date(2026, 5, 1))
    other = plain.client.application.test_client()
    sign_in_as(other, build_member(plain.database, build_unit(plain.database)).account_id)

    def words(client: Any) -> set[str]:
        return set(re.findall(r"[A-Za-z0-9_-]{9,}", client.page("/provider/results").html))

    shared = words(plain.client) & words(other)
    assert not {word for word in shared if len(word) >= 40}
    assert not {word for word in shared if re.fullmatch(r"[2-9A-Z]{4}-[2-9A-Z]{4}", word)}
