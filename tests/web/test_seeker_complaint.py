"""The seeker's pages of complaints: from a thread, from the blocks, after a stop; no step comes before another."""

from typing import Any

import pytest
from sqlalchemy import select

from portal.domain.complaint import Act
from portal.services import block, complaint_case
from portal.services import seeker as seekers
from portal.store.tables import complaint, complaint_event
from tests.build import build_seeker
from tests.services.complaint_sides import OTHER_OFFICE, OWN_OFFICE, TEXT, Sides
from tests.web.page_client import page_of
from tests.web.signing import sign_in_as


@pytest.fixture
def world(client: Any, database: Any, clock: Any) -> Sides:
    made = Sides(database, clock)
    assert made.seeker.account_id is not None
    sign_in_as(client, made.seeker.account_id)
    return made


def new(client: Any, world: Sides, **values: str) -> Any:
    address = f"/seeker/organisations/{world.ref}/complaint"
    return client.submit(address, {"kind": "unwanted", "desk": "office", "text": TEXT, **values})


def stored(world: Sides) -> list[Any]:
    with world.database.read() as session:
        return list(session.execute(select(complaint).order_by(complaint.c.id)))


def test_S_Q4_from_a_thread_to_an_office_without_a_word_to_the_organisation_first(
    client: Any, world: Sides
) -> None:
    """責任者に連絡がしにくい場合は、最寄りのハローワークの苦情申出等受付担当者あてにご相談ください。"""
    thread = client.page(f"/seeker/inbox/{world.ref}")
    page = client.page(thread.links["この団体のことを相談する（苦情）"])
    assert "どちらを先に選んでもかまいません" in page.text
    # What it is about is asked first; the registering office is the first of the list, and any other is there too.
    names = [one.get("name") for one in page.root.all("input", "select", "textarea")]
    assert names.index("kind") < names.index("desk") < names.index("office") < names.index("text")
    offices = [one.get("value") for one in page.root.all("option")]
    assert offices == [OWN_OFFICE, OTHER_OFFICE]
    response = new(client, world)
    assert response.status_code == 303
    (row,) = stored(world)
    assert (row.desk, row.office_code, row.unit_since) == ("office", OWN_OFFICE, None)
    case = client.page(response.location)
    assert row.number in case.text
    assert "見えません。窓口が団体に確認するときに、はじめて見えます。" in case.text


def test_S_Q4_any_other_office_and_the_officer_can_be_chosen(client: Any, world: Sides) -> None:
    new(client, world, office=OTHER_OFFICE)
    new(client, world, desk="officer")
    assert [(row.desk, row.office_code) for row in stored(world)] == [
        ("office", OTHER_OFFICE),
        ("officer", None),
    ]


def test_S_Q4_the_officer_s_contact_stands_on_the_page_too(client: Any, world: Sides) -> None:
    page = client.page(f"/seeker/organisations/{world.ref}/complaint")
    assert "見本 責任" in page.text
    assert "00-0000-0000" in page.text


def test_S_Q5_from_the_blocks_and_after_a_stop_a_complaint_goes_on(client: Any, world: Sides) -> None:
    """不必要な案内: ブロックする設定。また、どこに相談すればよいでしょうか。"""
    with world.database.write() as session:
        block.block(session, world.clock, world.seeker.actor, [world.ref])
    for listed in ("/seeker/blocks", "/seeker/organisations"):
        links = client.page(listed).links.values()
        assert f"/seeker/organisations/{world.ref}/complaint" in links, listed
    assert new(client, world).status_code == 303
    with world.database.write() as session:
        seekers.stop(session, world.clock, world.seeker.actor)
    assert "/seeker/complaints" in client.page("/seeker/stop").links.values()
    assert new(client, world, desk="officer").status_code == 303
    assert len(stored(world)) == 2


def test_a_refused_form_keeps_what_was_typed(client: Any, world: Sides) -> None:
    address = f"/seeker/organisations/{world.ref}/complaint"
    response = client.submit(address, {"kind": "", "desk": "office", "text": TEXT})
    assert response.status_code == 422
    assert TEXT in response.get_data(as_text=True)
    assert stored(world) == []


def test_S_Q2_words_to_the_officer_that_tell_who_wrote_are_shown_once_more(client: Any, world: Sides) -> None:
    telling = "見本花子です。電話は 090-0000-0000 です。"
    response = new(client, world, desk="officer", text=telling)
    assert response.status_code == 200
    assert "あなたがだれかが分かりそうなところがあります" in response.get_data(as_text=True)
    assert stored(world) == []
    # An office may know: nothing is held up there.
    assert new(client, world, text=telling).status_code == 303
    response = new(client, world, desk="officer", text=telling)
    page = page_of(response)
    form = page.form_at(f"/seeker/organisations/{world.ref}/complaint")
    assert form.fields["text"] == [telling]
    assert client.submit(form.action, {}, form=form).status_code == 303


def test_answers_are_read_and_written_and_the_menu_counts_what_is_new(client: Any, world: Sides) -> None:
    opened = world.open("officer")
    world.act(world.officer, opened.ref, Act.ANSWER, "見本: 今後お送りしません。")
    home = client.page("/seeker")
    menu = next(nav for nav in home.root.all("nav") if nav.get("class") == "site-nav")
    assert "苦情・相談 1" in " ".join(menu.text.split())
    case = client.page(f"/seeker/complaints/{opened.ref}")
    assert "見本: 今後お送りしません。" in case.text
    assert "窓口から回答がありました" in case.text
    menu = next(nav for nav in client.page("/seeker").root.all("nav") if nav.get("class") == "site-nav")
    assert "苦情・相談 1" not in " ".join(menu.text.split())
    form = case.form_at(f"/seeker/complaints/{opened.ref}/reply")
    replied = client.submit(form.action, {"text": "わかりました。"}, form=form)
    assert replied.status_code == 303
    with world.database.read() as session:
        acts = list(session.scalars(select(complaint_event.c.act).order_by(complaint_event.c.id)))
    assert acts == ["open", "answer", "reply"]


def test_a_case_is_settled_or_taken_back_by_one_button(client: Any, world: Sides) -> None:
    first, second = world.open(), world.open()
    for opened, how in ((first, "settle"), (second, "withdraw")):
        page = client.page(f"/seeker/complaints/{opened.ref}")
        form = next(one for one in page.forms if one.fields.get("how") == [how])
        assert client.submit(form.action, {}, form=form).status_code == 303
    assert [row.state for row in stored(world)] == ["settled", "closed"]
    # What was settled can go on; what was taken back is over.
    again = client.page(f"/seeker/complaints/{first.ref}")
    form = next(one for one in again.forms if one.action.endswith("/reply"))
    client.submit(form.action, {"text": "また届きました。"}, form=form)
    assert stored(world)[0].state == "examined"
    over = client.page(f"/seeker/complaints/{second.ref}")
    assert not [one for one in over.forms if one.action.endswith("/reply")]


def test_every_reading_of_the_copy_is_shown_to_the_person(client: Any, world: Sides) -> None:
    opened = world.open()
    page = client.page(f"/seeker/complaints/{opened.ref}")
    assert "写しは、まだだれも読んでいません。" in page.text
    with world.database.write() as session:
        complaint_case.read_transcript(session, world.clock, world.desk, opened.ref)
    page = client.page(f"/seeker/complaints/{opened.ref}")
    assert "2026年6月15日10:00、office9901が写しを読みました。" in page.text.replace(" ", "")
    assert "見本の案内です。" in client.page(f"/seeker/complaints/{opened.ref}/copy").text


def test_somebody_else_s_case_is_not_there(client: Any, world: Sides) -> None:
    other = build_seeker(world.database, office_code=OWN_OFFICE, with_account=True)
    theirs = world.open(who=other)
    for address in (f"/seeker/complaints/{theirs.ref}", f"/seeker/complaints/{theirs.ref}/copy"):
        assert client.get(address).status_code == 404
    assert client.get("/seeker/complaints/nothing-like-it").status_code == 404
