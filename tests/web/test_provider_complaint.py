"""The officer's pages of complaints: what was brought to the officer, what a desk asks, what is taken to an office.

And what is not there: a complaint at an office leaves every page of the organisation as it is, byte for byte.
"""

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.engine import Engine

from portal.domain.complaint import Act
from portal.store.tables import complaint, complaint_reading, unit
from tests.build import BuiltMember, build_member, build_unit
from tests.services.complaint_sides import OWN_OFFICE, TEXT, Sides
from tests.services.relay_world import rows_of
from tests.web.page_client import page_of
from tests.web.signing import sign_in_as

LIST = "/provider/complaints"


@pytest.fixture
def world(client: Any, database: Any, clock: Any) -> Sides:
    made = Sides(database, clock)
    sign_in_as(client, made.officer.account_id)
    return made


def _every_page(world: Sides) -> list[str]:
    thread = world.unit.token(world.seeker, "thread")
    return [
        "/provider",
        LIST,
        "/provider/threads",
        f"/provider/threads/{thread}",
        "/provider/search",
        "/provider/results",
        "/provider/quota",
        "/provider/sends",
        "/provider/announcements",
        "/provider/unit",
        "/provider/people",
        f"/provider/profiles/{world.unit.token(world.seeker)}",
        f"/provider/consultation?thread={thread}",
    ]


def _bare(html: str) -> str:
    """Without what is drawn anew for each answer."""
    for pattern in (
        r'(name="(?:csrf_token|key|window)"[^>]*value=")[^"]*',
        r'(id="(?:csrf_token|key)"[^>]*value=")[^"]*',
        r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}",
        r'nonce="[^"]*"',
    ):
        html = re.sub(pattern, r"\1" if "(" in pattern[:3] or pattern.startswith("(") else "", html)
    return html


def _looked_at(client: Any, world: Sides) -> tuple[list[tuple[int, str]], list[str]]:
    """Every page of the organisation, and every statement that was made for it."""
    statements: list[str] = []

    def note(*given: Any) -> None:
        statements.append(given[2])

    event.listen(Engine, "before_cursor_execute", note)
    try:
        pages = []
        for address in _every_page(world):
            response = client.get(address)
            pages.append((response.status_code, _bare(response.get_data(as_text=True))))
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    return pages, statements


@pytest.mark.parametrize("role", ["officer", "contact", "writer"])
def test_R64_a_complaint_at_an_office_leaves_every_page_of_the_organisation_as_it_was(
    client: Any, world: Sides, role: str
) -> None:
    who: BuiltMember = getattr(world, role)
    sign_in_as(client, who.account_id)
    _looked_at(client, world)  # what the first look itself changes, such as views and read marks
    pages, statements = _looked_at(client, world)
    assert [status for status, _ in pages].count(200) >= len(pages) - 4
    opened = world.open()
    world.act(world.seeker, opened.ref, Act.REPLY, "まだ届きます。")
    world.say(world.desk, opened.ref, Act.WRITE, "見本: くわしく教えてください。")
    again, statements_again = _looked_at(client, world)
    assert again == pages
    assert statements_again == statements
    assert client.get(f"{LIST}/{opened.ref}").status_code == 404


def test_R64_once_the_desk_asks_the_officer_reads_the_question_and_never_the_complaint(
    client: Any, world: Sides
) -> None:
    opened = world.open()
    world.say(world.desk, opened.ref, Act.ASK, "見本: 送信の経緯を教えてください。")
    menu = next(nav for nav in client.page("/provider").root.all("nav") if nav.get("class") == "site-nav")
    assert "苦情・相談 1" in " ".join(menu.text.split())
    page = client.page(f"{LIST}/{opened.ref}")
    assert "見本: 送信の経緯を教えてください。" in page.text
    assert TEXT not in page.text
    form = page.form_at(f"{LIST}/{opened.ref}/say")
    assert client.submit(form.action, {"text": "見本: 経緯です。"}, form=form).status_code == 303
    assert "見本: 経緯です。" in client.page(f"{LIST}/{opened.ref}").text
    # Nothing to open, nothing to note, nothing to end: that is the desk's.
    assert {one.action.rpartition("/")[2] for one in page.forms if one.action.startswith(LIST)} == {"say"}
    for act in ("copy", "note", "end"):
        token = page.form_at(f"{LIST}/{opened.ref}/say").fields
        values = {
            "csrf_token": token["csrf_token"],
            "acting": token["acting"],
            "note-text": "x",
            "how": "settle",
        }
        response = client.post(f"{LIST}/{opened.ref}/{act}", data=values)
        assert response.status_code in (303, 403, 409), act
    assert rows_of(world.database, complaint_reading) == 0
    with world.database.read() as session:
        assert session.scalars(select(complaint.c.state)).all() == ["examined"]


def test_R64_what_seeker_and_desk_write_after_the_question_changes_nothing_on_the_officer_s_pages(
    client: Any, world: Sides
) -> None:
    opened = world.open()
    world.say(world.desk, opened.ref, Act.ASK, "見本: 経緯を教えてください。")
    world.act(world.officer, opened.ref, Act.REPLY, "見本: 経緯です。")
    _looked_at(client, world)
    own = client.get(f"{LIST}/{opened.ref}").get_data(as_text=True)
    pages, _ = _looked_at(client, world)
    world.clock.advance(timedelta(minutes=3))
    world.act(world.seeker, opened.ref, Act.REPLY, "まだ届きます。")
    world.say(world.desk, opened.ref, Act.ANSWER, "見本: こう聞いています。")
    again, _ = _looked_at(client, world)
    assert _timeless(client.get(f"{LIST}/{opened.ref}").get_data(as_text=True)) == _timeless(own)
    assert [_timeless(text) for _, text in again] == [_timeless(text) for _, text in pages]


def _timeless(html: str) -> str:
    """Without when one is signed out."""
    return re.sub(r'操作がないと [0-9:]+ に|data-(?:now|ends)="[^"]*"', "", _bare(html))


def test_R64_the_people_who_wrote_find_no_complaint_at_all(client: Any, world: Sides) -> None:
    opened = world.open("officer")
    for who in (world.writer, world.contact):
        sign_in_as(client, who.account_id)
        assert "苦情・相談" not in client.page("/provider").text
        for address in (LIST, f"{LIST}/{opened.ref}"):
            assert client.get(address).status_code == 404


def test_the_officer_answers_notes_and_ends_a_complaint_that_was_brought_to_the_officer(
    client: Any, world: Sides
) -> None:
    opened = world.open("officer")
    address = f"{LIST}/{opened.ref}"
    page = client.page(address)
    assert TEXT in page.text
    said = page.form_at(f"{address}/say")
    assert client.submit(address, {"text": "見本"}, form=said).status_code == 422
    assert (
        client.submit(address, {"how": "answer", "text": "今後お送りしません。"}, form=said).status_code
        == 303
    )
    noted = client.page(address).form_at(f"{address}/note")
    assert client.submit(address, {"note-text": " "}, form=noted).status_code == 422
    assert client.submit(address, {"note-text": "見本の覚え書き"}, form=noted).status_code == 303
    page = client.page(address)
    assert "見本の覚え書き" in page.text
    assert "見本の覚え書き" not in repr(world.of_seeker(opened.ref))
    assert [line.text for line in world.of_seeker(opened.ref).lines] == [TEXT, "今後お送りしません。"]
    end = page.form_at(f"{address}/say")
    client.submit(address, {"how": "settle", "text": ""}, form=end)
    assert world.of_seeker(opened.ref).line.state == "settled"


def test_an_offer_in_an_answer_comes_back_with_its_words_and_nothing_to_declare(
    client: Any, world: Sides
) -> None:
    opened = world.open("officer")
    address = f"{LIST}/{opened.ref}"
    form = client.page(address).form_at(f"{address}/say")
    offer = "見本の回答です。\n" * 250 + "面接対策講座のご案内です。受講料は33,000円です。"
    response = client.submit(address, {"how": "answer", "text": offer}, form=form)
    assert response.status_code == 422
    page = page_of(response)
    assert "見つかったところ" in page.text
    assert "回答に、勧誘は書けません" in page.text
    again = page.form_at(f"{address}/say")
    assert again.fields["text"][0].splitlines() == offer.splitlines()
    assert not {"fee", "lawful"} & set(again.fields)
    assert len(world.of_seeker(opened.ref).lines) == 1
    assert client.submit(address, {"text": "今後お送りしません。"}, form=again).status_code == 303


def test_an_officer_who_looked_at_an_older_case_is_told_and_keeps_the_words(
    client: Any, world: Sides
) -> None:
    opened = world.open("officer")
    address = f"{LIST}/{opened.ref}"
    form = client.page(address).form_at(f"{address}/say")
    world.act(world.seeker, opened.ref, Act.REPLY, "もう一つあります。")
    response = client.submit(address, {"how": "answer", "text": "見本の回答"}, form=form)
    assert response.status_code == 409
    page = page_of(response)
    assert "もう一つあります。" in page.text
    again = page.form_at(f"{address}/say")
    assert again.fields["text"] == ["見本の回答"]
    assert client.submit(address, {"how": "answer"}, form=again).status_code == 303


def test_opening_the_copy_takes_a_button_and_is_shown_to_the_seeker(client: Any, world: Sides) -> None:
    opened = world.open("officer")
    address = f"{LIST}/{opened.ref}"
    assert client.get(f"{address}/copy").status_code == 303
    assert rows_of(world.database, complaint_reading) == 0
    form = client.page(address).form_at(f"{address}/copy")
    response = client.submit(address, {}, form=form)
    assert "見本の案内です。" in page_of(response).text
    assert len(world.of_seeker(opened.ref).readings) == 1


def test_R46_a_suspended_organisation_still_answers(client: Any, world: Sides) -> None:
    opened = world.open("officer")
    with world.database.write() as session:
        session.execute(
            unit.update().values(suspended_from=world.clock.now().date(), suspension_reason="order")
        )
        session.commit()
    address = f"{LIST}/{opened.ref}"
    form = client.page(address).form_at(f"{address}/say")
    assert client.submit(address, {"how": "answer", "text": "改めます。"}, form=form).status_code == 303


def test_P_Q9_M_Q6_the_officer_takes_a_trouble_to_an_office_from_the_thread(
    client: Any, world: Sides
) -> None:
    """責任者がきちんと対応するとともに、必要であれば最寄りのハローワークの苦情申出等受付担当者あてにご相談ください。"""
    thread = client.page(f"/provider/threads/{world.unit.token(world.seeker, 'thread')}")
    address = thread.links["この求職者とのことをハローワークに相談する"]
    response = client.submit(address, {"kind": "trouble", "office": OWN_OFFICE, "text": "話が合いません。"})
    assert response.status_code == 303
    assert "話が合いません。" in client.page(response.location).text
    with world.database.read() as session:
        row = session.execute(select(complaint)).one()
    assert (row.opened_by, row.desk, row.office_code, row.seeker_since) == (
        "unit",
        "office",
        OWN_OFFICE,
        None,
    )


def test_P_Q9_a_complaint_to_the_officer_can_be_taken_further(client: Any, world: Sides) -> None:
    opened = world.open("officer")
    page = client.page(f"{LIST}/{opened.ref}")
    address = page.links["この件をハローワークに相談する"]
    response = client.submit(address, {"kind": "other", "office": OWN_OFFICE, "text": "困っています。"})
    assert response.status_code == 303
    assert rows_of(world.database, complaint) == 2


def test_a_case_of_another_organisation_is_not_there(client: Any, world: Sides) -> None:
    opened = world.open("officer")
    stranger = build_member(world.database, build_unit(world.database), role="officer")
    sign_in_as(client, stranger.account_id)
    foreign = client.get(f"{LIST}/{opened.ref}")
    nothing = client.get(f"{LIST}/AAAAAAAAAAAAAAAAAAAAAA")
    assert foreign.status_code == nothing.status_code == 404
    assert client.get(f"/provider/consultation?earlier={opened.ref}").status_code == 404
    assert client.get("/provider/consultation").status_code == 404
