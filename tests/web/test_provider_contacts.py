"""A telephone number or a mail address in a first guidance is pointed out and goes (ruling R7)."""

from typing import Any

import pytest

from tests.web.provider_world import World
from tests.web.provider_world import world as build_world
from tests.web.test_provider_write import press_send, stored, write


@pytest.fixture
def world(database: Any, clock: Any, client: Any) -> World:
    return build_world(database, clock, client, tables=False)


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("お電話ください。00-0000-0000", "電話番号"),
        ("お返事は mihon@example.jp へ", "メールアドレス"),
        ("００－００００－００００ か mihon＠example.jp へ", "電話番号、メールアドレス"),
    ],
)
def test_R7_a_contact_in_a_first_guidance_is_pointed_out_and_goes(
    world: World, words: str, named: str
) -> None:
    who = world.seeker()
    previewed = write(world, who, text=words)
    assert previewed.status_code == 200
    assert f"文章に、{named}と思われるところがあります。" in previewed.text
    assert "このまま送信することもできます" in previewed.text
    assert press_send(world, previewed).status_code == 303
    assert stored(world) == [words]


def test_R7_without_a_contact_or_after_the_first_guidance_nothing_is_pointed_out(world: World) -> None:
    known = world.seeker()
    world.send([known])
    assert "と思われるところがあります" not in write(world, world.seeker()).text
    assert "と思われるところがあります" not in write(world, known, text="00-0000-0000 へどうぞ").text
