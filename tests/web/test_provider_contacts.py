"""A telephone number or a mail address in a guidance is pointed out and goes (ruling R7)."""

from typing import Any

import pytest

from tests.web.provider_world import World
from tests.web.provider_world import world as build_world
from tests.web.test_provider_write import press_send, stored, write


@pytest.fixture
def world(database: Any, clock: Any, client: Any) -> World:
    return build_world(database, clock, client, tables=False)


POINTED_OUT = "サイトの外の連絡先"


@pytest.mark.parametrize(
    "words",
    [
        "お電話ください。00-0000-0000",
        "お返事は mihon@example.jp へ",
        "００－００００－００００ か mihon＠example.jp へ",
    ],
)
def test_R7_a_contact_in_a_guidance_is_pointed_out_and_goes(world: World, words: str) -> None:
    who = world.seeker()
    previewed = write(world, who, text=words)
    assert previewed.status_code == 200
    assert POINTED_OUT in previewed.text
    assert "このままでも送れます" in previewed.text
    assert press_send(world, previewed).status_code == 303
    assert stored(world) == [words]


def test_R7_it_is_pointed_out_in_every_message_and_nothing_is_without_a_contact(world: World) -> None:
    known = world.seeker()
    world.send([known])
    assert POINTED_OUT not in write(world, world.seeker()).text
    assert POINTED_OUT in write(world, known, text="00-0000-0000 へどうぞ").text
