"""A text that is held back, on the pages: what was found, the ways on, nothing lost; the seeker's hint and report."""

from typing import Any

import pytest
from sqlalchemy import func, select

from portal.services.public_id import shown
from portal.store.tables import lawfulness, message, message_mark, message_report
from tests.build import BuiltSeeker, build_bureau_clerk, build_seeker
from tests.web.page_client import page_of
from tests.web.provider_world import World
from tests.web.provider_world import world as build_world
from tests.web.seeker_world import Sender, sender, signed_in, write_to
from tests.web.signing import sign_in_as

PAID = "面接対策講座のご案内です。受講料は33,000円です。"
OUTSIDE = "お電話は00-0000-0000までお願いします。"
REASON = "架空の理由です。受講料は就職先の会社が払います。"
SEND = "この内容で送信する"


@pytest.fixture
def world(database: Any, clock: Any, client: Any) -> World:
    return build_world(database, clock, client, tables=False)


def rows(database: Any, table: Any) -> int:
    with database.read() as session:
        return int(session.scalar(select(func.count()).select_from(table)) or 0)


def marks(response: Any) -> list[str]:
    return [mark.text for mark in page_of(response).root.all("mark")]


def test_P_Q8_the_page_shows_the_marked_words_the_source_and_the_ways_on(world: World) -> None:
    who = build_seeker(world.database)
    held = world.client.submit(world.write_url(who), {"text": PAID})
    assert held.status_code == 422
    text = page_of(held).root.text
    assert any("受講料" in mark for mark in marks(held))
    assert "問8" in text
    assert "適法である理由" in text
    assert rows(world.database, message) == 0
    form = page_of(held).form_with("lawful")
    assert form.fields["text"] == [PAID]

    looked = world.client.post(form.action, data={**form.fields, "lawful": REASON})
    assert looked.status_code == 200
    assert rows(world.database, message) == 0
    ready = page_of(looked).form_with("seen")
    assert world.client.post(ready.action, data=ready.fields).status_code == 303
    assert rows(world.database, message) == rows(world.database, lawfulness) == 1


def test_P_Q8_the_fee_of_placement_is_declared_with_one_tick(world: World) -> None:
    who = build_seeker(world.database)
    held = world.client.submit(world.write_url(who), {"text": PAID})
    form = page_of(held).form_with("lawful")
    looked = world.client.post(form.action, data={**form.fields, "fee": "y"})
    ready = page_of(looked).form_with("seen")
    assert world.client.post(ready.action, data=ready.fields).status_code == 303
    assert rows(world.database, message_mark) == 1
    assert rows(world.database, lawfulness) == 0


def test_a_reason_of_three_letters_is_none(world: World) -> None:
    who = build_seeker(world.database)
    held = world.client.submit(world.write_url(who), {"text": PAID})
    form = page_of(held).form_with("lawful")
    again = world.client.post(form.action, data={**form.fields, "lawful": "適法"})
    assert again.status_code == 422
    assert "10文字以上" in page_of(again).root.text


def test_whoever_skips_the_preview_is_held_back_all_the_same(world: World) -> None:
    who = build_seeker(world.database)
    looked = world.client.submit(world.write_url(who), {"text": "見本の案内です。"})
    ready = page_of(looked).form_with("seen")
    held = world.client.post(ready.action, data={**ready.fields, "text": PAID})
    assert held.status_code == 422
    assert marks(held)
    assert rows(world.database, message) == 0


def test_R7_a_way_round_the_portal_is_pointed_out_and_goes(world: World) -> None:
    who = build_seeker(world.database)
    looked = world.client.submit(world.write_url(who), {"text": OUTSIDE})
    assert looked.status_code == 200
    assert "サイトの外の連絡先" in page_of(looked).root.text
    ready = page_of(looked).form_with("seen")
    assert world.client.post(ready.action, data=ready.fields).status_code == 303
    assert rows(world.database, message) == 1


def test_an_answer_that_is_held_back_keeps_its_text_and_goes_with_a_reason(world: World) -> None:
    who = build_seeker(world.database)
    world.send([who])
    held = world.client.submit(world.thread_url(who), {"text": PAID})
    assert held.status_code == 422
    assert marks(held)
    form = page_of(held).form_with("lawful")
    assert form.fields["text"] == [PAID]
    assert world.client.post(form.action, data={**form.fields, "lawful": REASON}).status_code == 303
    assert rows(world.database, lawfulness) == 1


def test_a_kept_text_is_saved_and_says_what_will_be_told(world: World) -> None:
    saved = world.client.submit("/provider/templates/new", {"title": "見本", "text": PAID})
    assert saved.status_code == 303
    shown_again = world.client.get(saved.location)
    assert marks(shown_again)
    assert "このままでは送れません" in page_of(shown_again).root.text
    plain = world.client.submit("/provider/templates/new", {"title": "見本2", "text": "見本の案内です。"})
    assert plain.location.endswith("/provider/templates")


# The seeker's side


@pytest.fixture
def who(client: Any, database: Any) -> BuiltSeeker:
    return signed_in(client, database)


@pytest.fixture
def of(database: Any, clock: Any, who: BuiltSeeker) -> Sender:
    found = sender(database, name="架空人材紹介")
    write_to(database, clock, who, found, OUTSIDE)
    return found


def report_page(client: Any, of: Sender) -> str:
    thread = client.get(f"/seeker/inbox/{shown(of.unit.public_id)}")
    (link,) = [a.get("href") for a in page_of(thread).root.all("a") if "通報" in a.text]
    return str(link)


def test_R7_the_seeker_sees_a_quiet_hint_and_reports_once(client: Any, database: Any, of: Sender) -> None:
    thread = client.get(f"/seeker/inbox/{shown(of.unit.public_id)}")
    assert "サイトの外の連絡先が書かれているようです" in page_of(thread).root.text
    address = report_page(client, of)
    assert client.submit(address, {"note": "見本です。"}).status_code == 422
    done = client.submit(address, {"kind": "leaving", "note": "見本です。"})
    assert done.status_code == 303
    after = client.get(done.location)
    assert "団体には知らされません" in page_of(after).root.text
    links = [a.get("href") for a in page_of(after).root.all("a")]
    assert any("complaint" in link for link in links)
    assert client.post(address, data={"kind": "rude"}).status_code in (303, 400)
    assert rows(database, message_report) == 1


def test_an_ordinary_message_has_no_hint(client: Any, database: Any, clock: Any, who: BuiltSeeker) -> None:
    plain = sender(database, name="架空人材紹介")
    write_to(database, clock, who, plain)
    thread = client.get(f"/seeker/inbox/{shown(plain.unit.public_id)}")
    assert not [p for p in page_of(thread).root.all("p") if "message__hint" in p.get("class").split()]


def test_a_bureau_reads_the_report_without_the_text(client: Any, database: Any, of: Sender) -> None:
    client.submit(report_page(client, of), {"kind": "leaving", "note": "見本の通報です。"})
    clerk = build_bureau_clerk(database)
    assert clerk.account_id is not None
    other = client.application.test_client()
    sign_in_as(other, clerk.account_id)
    text = page_of(other.get("/bureau/reports")).root.text
    assert "見本の通報です。" in text
    assert "00-0000-0000" not in text
