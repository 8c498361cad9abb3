"""English pages say once that names of municipalities stay Japanese; Japanese pages do not."""

from typing import Any

import pytest

from tests.web.provider_world import World
from tests.web.provider_world import world as build_world


@pytest.fixture
def world(database: Any, clock: Any, client: Any) -> World:
    return build_world(database, clock, client)


def note(app: Any) -> str:
    """The note as an English page has it, translated or not."""
    with app.test_request_context("/", headers={"Cookie": "lang=en"}):
        module = app.jinja_env.get_template("japanese_names.html").module
        return str(module.japanese_names("en"))


@pytest.mark.parametrize(
    "address", ["/provider/search?prefecture=24", "/provider/results?prefecture=24", "profile"]
)
def test_a_page_with_names_of_municipalities_says_so_once_in_english_only(world: World, address: str) -> None:
    who = world.seeker()
    place = world.profile_url(who) if address == "profile" else address
    japanese = world.client.page(place)
    assert "津市" in japanese.text
    assert "市区町村の名前は、日本語でだけ" not in japanese.text
    world.client.set_cookie("lang", "en")
    english = world.client.page(place)
    assert "津市" in english.text
    assert english.html.count(note(world.client.application)) == 1
