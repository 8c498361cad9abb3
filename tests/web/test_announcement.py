"""Announcements on the pages: the number in the menu, reading, marking all, writing by a bureau, and plain words."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from portal.domain.actor import Actor, ActorKind
from portal.domain.announcement import NEEDED, Kind
from portal.services import announcement, announcement_desk, maintenance, public_id
from portal.services.use_case import use_case
from portal.store.tables import unit
from tests.web.foreign_town import Town

OPERATOR = Actor(ActorKind.OPERATOR)
HOMES = {"first": "/provider", "seeker": "/seeker", "clerk": "/office/", "bureau": "/bureau/"}
LISTS = {who: home.rstrip("/") + "/announcements" for who, home in HOMES.items()}


@pytest.fixture
def town(app: Any, database: Any, clock: Any) -> Town:
    return Town(app, database, clock)


def everybody(town: Town, title: str = "架空の全員あて", text: str = "見本の本文です。") -> str:
    with town.database.write() as session:
        key = public_id.shown(title.encode()[:16].ljust(16))
        typed = {"to": "everybody", "title": title, "text": text}
        return announcement_desk.write(session, town.clock, OPERATOR, typed, key)


def tell(town: Town, kind: Kind, **facts: Any) -> None:
    with (
        town.database.write() as session,
        use_case(session, town.clock, town.officer.actor, "unit.remind") as trail,
    ):
        announcement.tell_unit(session, trail, town.agency.id, kind, **facts)


def in_menu(page: Any) -> str:
    """What the menu calls the announcements."""
    return str(next(text for text in page.links if text.startswith("お知らせ")))


@pytest.mark.parametrize("who", HOMES)
def test_the_menu_counts_what_is_new_and_opening_it_counts_it_off(town: Town, who: str) -> None:
    browser = town.browsers[who]
    assert in_menu(browser.page(HOMES[who])) == "お知らせ"
    ref = everybody(town, text="一行目\n<b>二行目</b>")
    everybody(town, title="架空のもう一つ")
    assert in_menu(browser.page(HOMES[who])) == "お知らせ 2"
    one = browser.page(f"{LISTS[who]}/{ref}")
    assert one.h1 == "架空の全員あて"
    assert "一行目 <b>二行目</b>" in one.text
    assert in_menu(one) == "お知らせ 1"
    listed = browser.page(LISTS[who])
    assert "まだ読んでいないお知らせが1件あります。" in listed.text
    assert browser.submit(LISTS[who], form=listed.form_at(f"{LISTS[who]}/read")).status_code == 303
    assert in_menu(browser.page(HOMES[who])) == "お知らせ"
    assert "まだ読んでいないお知らせは、ありません。" in browser.page(LISTS[who]).text


def test_it_is_said_that_nobody_learns_who_has_read_what(town: Town) -> None:
    assert "誰がいつ読んだかは、記録していません。" in town.browsers["first"].page(LISTS["first"]).text
    assert (
        "いつ読んだかは記録せず、ほかの人には表示しません。"
        in town.browsers["seeker"].page(LISTS["seeker"]).text
    )


def test_in_maintenance_it_is_read_and_stays_new(town: Town) -> None:
    ref = everybody(town)
    with town.database.write() as session:
        ends = town.clock.now() + timedelta(hours=1)
        maintenance.plan(session, town.clock, OPERATOR, starts_at=None, ends_at=ends)
    town.clock.advance(maintenance.READ_EVERY)
    page = town.browsers["first"].page(f"{LISTS['first']}/{ref}")
    assert page.h1 == "架空の全員あて"
    assert in_menu(page) == "お知らせ 1"
    listed = town.browsers["first"].page(LISTS["first"])
    assert f"{LISTS['first']}/read" not in [form.action for form in listed.forms]


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.TEXT])
def test_whatever_the_portal_tells_is_a_sentence_in_either_language(town: Town, kind: Kind) -> None:
    values = {
        "days": 30,
        "last_day": town.clock.now().date(),
        "since": town.clock.now().date(),
        "until": town.clock.now().date(),
        "contractor": "架空受託社",
        "limit": 500,
        "number": "R08-13-00001-7",
    }
    needed = NEEDED[kind]
    tell(town, kind, **{name: values[name] for name in needed})
    browser = town.browsers["first"]
    address = next(
        x for x in browser.page(LISTS["first"]).links.values() if x.startswith(LISTS["first"] + "/")
    )
    page = browser.page(address)
    assert page.h1
    for name in needed - {"days"}:
        told = {
            "last_day": "2026年6月15日",
            "since": "2026年6月15日",
            "limit": "500件",
            "contractor": "架空受託社",
            "number": "R08-13-00001-7",
        }[name]
        assert told in page.text, name
    assert "%(" not in page.text
    browser.get(f"{address}?lang=en")
    assert "%(" not in browser.page(address).text


def test_a_reminder_says_what_will_happen_what_to_do_and_that_its_days_are_our_own(town: Town) -> None:
    tell(town, Kind.VALIDITY_ENDS, days=30, last_day=town.clock.now().date() + timedelta(days=30))
    browser = town.browsers["officer"]
    page = browser.page(LISTS["first"])
    page = browser.page(page.links["利用できる期間は、2026年7月15日までです"])
    assert "申請先の労働局で更新の手続きをしてください。" in page.text
    assert "これまでのやり取りは、今までどおり読めます。" in page.text
    assert (
        "このサイト独自の決まり このお知らせは、期間が終わる60日前、30日前、7日前と、終わったあとに出します。"
        in page.text
    )


def test_after_the_validity_the_home_says_that_only_reading_is_left(town: Town) -> None:
    with town.database.write() as session:
        yesterday = town.clock.now().date() - timedelta(days=1)
        session.execute(update(unit).where(unit.c.id == town.agency.id).values(valid_until=yesterday))
        session.commit()
    browser = town.browsers["first"]
    home = browser.page("/provider").text
    assert "利用の期間が終わっています。" in home
    assert "申請先の労働局で、更新の手続きをしてください。" in home
    assert browser.get("/provider/threads").status_code == 200


NEW = "/bureau/announcements/new"
TYPED = {"to": "units", "title": "架空の年末の受付", "text": "見本の本文です。"}


def test_a_clerk_writes_looks_changes_and_withdraws(town: Town) -> None:
    clerk, member = town.browsers["bureau"], town.browsers["first"]
    form = clerk.page(NEW)
    assert "この労働局のすべての団体（2団体）" in form.text
    made = clerk.submit(NEW, TYPED)
    assert made.status_code == 303
    shown = clerk.page(made.location)
    assert "2団体のうち0団体" in shown.text
    assert "お知らせを載せました。" in shown.text
    assert in_menu(member.page("/provider")) == "お知らせ 1"
    address = next(
        x for x in member.page(LISTS["first"]).links.values() if x.startswith(LISTS["first"] + "/")
    )
    assert "東京労働局" in member.page(address).text
    assert "2団体のうち1団体" in clerk.page(made.location).text
    assert clerk.submit(f"{made.location}/change", {"title": "架空の直した題"}).status_code == 303
    assert "2団体のうち0団体" in clerk.page(made.location).text
    assert in_menu(member.page("/provider")) == "お知らせ 1"
    asked = clerk.page(f"{made.location}/withdraw")
    assert "元には戻せません。" in asked.text
    assert clerk.submit(made.location, form=asked.form_at(f"{made.location}/withdraw")).status_code == 303
    assert in_menu(member.page("/provider")) == "お知らせ"
    assert member.get(address).status_code == 404
    assert "取り下げ済み" in clerk.page("/bureau/announcements/written").text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({**TYPED, "title": ""}, "入力または選択してください。"),
        ({**TYPED, "to": "unit", "number": "99-ユ-999999"}, "この番号の団体は、この労働局にはありません。"),
        ({**TYPED, "shown_from": "2026-06-01"}, "今日か、今日より後の日を入力してください。"),
    ],
)
def test_what_cannot_be_taken_is_shown_again_with_what_was_typed(
    town: Town, typed: dict[str, str], said: str
) -> None:
    answer = town.browsers["bureau"].submit(NEW, typed)
    assert answer.status_code == 422
    assert said in answer.text
    assert "見本の本文です。" in answer.text
    assert in_menu(town.browsers["first"].page("/provider")) == "お知らせ"


def test_a_change_in_two_windows_is_told_and_nothing_is_lost(town: Town) -> None:
    clerk = town.browsers["bureau"]
    made = clerk.submit(NEW, TYPED).location
    first, second = (clerk.page(f"{made}/change").form_with("title") for _ in range(2))
    assert clerk.submit(made, {"title": "架空の一つ目"}, form=first).status_code == 303
    answer = clerk.submit(made, {"title": "架空の二つ目"}, form=second)
    assert answer.status_code == 409
    assert "架空の二つ目" in answer.text
    assert clerk.page(made).h1 == "架空の一つ目"
