"""A field whose brace was forgotten, and a text that shows nothing: pointed out before anybody gets it."""

from typing import Any

import pytest
from sqlalchemy import select

from portal.store.tables import message, template
from tests.web.page_client import page_of
from tests.web.provider_world import TEXT, World
from tests.web.provider_world import world as built

WORDS = "そろっていないか、中に何もありません"


@pytest.fixture
def world(database: Any, clock: Any, client: Any) -> World:
    return built(database, clock, client, tables=False)


def rows(world: World, table: Any) -> int:
    with world.database.read() as session:
        return len(session.execute(select(table.c.id)).all())


@pytest.mark.parametrize("typed", ["{コード 様", "コード} 様", "{} 様"])
def test_a_brace_without_its_other_one_is_pointed_out_at_keeping_and_before_sending(
    world: World, typed: str
) -> None:
    text = f"架空の案内です。\n{typed}"
    address = world.write_url(world.seeker(), world.seeker())

    for refused in (
        world.client.submit(address, {"text": text}),
        world.client.submit("/provider/templates/new", {"title": "一", "text": text}),
    ):
        page = page_of(refused)
        assert refused.status_code == 422
        assert f"2行目の {{ と }} が{WORDS}" in page.text
        assert page.form_with("text").fields["text"] == [text]

    looked = page_of(world.client.submit(address, {"text": TEXT})).form_with("seen")
    sent = world.client.post(looked.action, data={**looked.fields, "text": text})
    assert (sent.status_code, rows(world, message), rows(world, template)) == (422, 0, 0)


@pytest.mark.parametrize("typed", ["{コード 様", "コード} 様", "{} 様"])
def test_an_answer_in_a_thread_with_a_stray_brace_is_not_sent(world: World, typed: str) -> None:
    who = world.seeker(with_account=True)
    world.send([who])
    world.answer(who)
    address = world.client.page("/provider/threads").root
    link = next(a.get("href") for a in address.all("a") if a.get("href").startswith("/provider/threads/"))

    refused = world.client.submit(link, {"text": typed})

    assert WORDS in page_of(refused).text
    assert page_of(refused).form_with("text").fields["text"] == [typed]
    assert rows(world, message) == 2


@pytest.mark.parametrize("text", ["\u3164\u3164", "\u2800", "\u3000\u3164\n\u2800"])
def test_letters_that_show_nothing_are_not_sent(world: World, text: str) -> None:
    refused = world.client.submit(world.write_url(world.seeker()), {"text": text})
    assert refused.status_code == 422
    assert rows(world, message) == 0
