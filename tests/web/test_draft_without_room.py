"""A draft that cannot be kept: the words come back, and nothing was sent."""

from typing import Any

from tests.web.page_client import page_of
from tests.web.provider_world import World
from tests.web.provider_world import world as build_world

TEXT = "架空の案内です。 一度お話ししませんか。"


def test_a_draft_for_more_people_than_it_can_hold_gives_the_words_back(
    database: Any, clock: Any, client: Any
) -> None:
    world: World = build_world(database, clock, client)
    form = client.page(world.write_url(world.seeker())).form_with("text", "keep_draft")
    tokens = [f"{number:043}" for number in range(101)]
    values = {**form.fields, "to": tokens, "text": TEXT, "keep_draft": "1"}
    answer = client.post("/provider/write/preview", data=values)
    page = page_of(answer)
    assert answer.status_code == 422
    assert "下書きを保存できませんでした" in page.h1
    assert "一度お話ししませんか" in page.text
    assert "下書きはありません" in client.page("/drafts").text
