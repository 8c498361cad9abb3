"""What organisations can ask for about saved searches; registered with the others."""

from typing import Any

from tests.leak.rounds import CLOSED, MEMBERS, lost, marker, open_post, round_of, took
from tests.leak.world import World

ASKED = "words=介護&occupation=056&unwritten=y"


def kept(world: World, who: str) -> str:
    """The address of a saved search of this person; saved if there is none yet."""
    client = world.browser(who)
    while True:
        page = client.page("/provider/saved")
        found = [link for name, link in page.links.items() if link.count("/") == 3 and "saved/" in link]
        if found:
            return str(found[0])
        took(client.submit(f"/provider/saved/new?{ASKED}", {"name": "見本の検索"}), 303)


@round_of("provider.saved_new")
def _new(world: World) -> None:
    for who in ("first", "helper"):
        client = world.browser(who)
        client.page(f"/provider/saved/new?{ASKED}&since=2026-05")
        for name, status in (("見本の検索", 303), ("見本の検索", 303), ("", 422), ("あ" * 41, 422)):
            took(client.submit(f"/provider/saved/new?{ASKED}", {"name": name, "shared": "y"}), status)
        took(client.submit("/provider/saved/new?prefecture=24", {"name": "見本の検索"}), 422)
    client = world.browser("officer")
    took(client.get("/provider/saved/new?occupation=no-such-code"), 303)
    took(client.post("/provider/saved/new", data={"name": "x"}), 400)


@round_of("provider.saved")
def _saved(world: World) -> None:
    for who in (*MEMBERS, *CLOSED, "sister"):
        world.browser(who).page("/provider/saved")


@round_of("provider.saved_one")
def _one(world: World) -> None:
    address = kept(world, "first")
    client = world.browser("first")
    client.page(address)
    for name, status in (("見本の検索その2", 303), ("", 422)):
        took(client.submit(address, {"name": name}), status)
    for who in ("second", "officer", "helper"):
        world.browser(who).page(address, 404)
    client.page("/provider/saved/no-such-search", 404)
    took(_post(world, "officer", address), 404)
    took(client.put(address), 405)


@round_of("provider.saved_open")
def _open(world: World) -> None:
    address = kept(world, "first")
    for query in ("", "?only=new"):
        got = world.browser("first").get(f"{address}/open{query}")
        took(got, 303)
        world.browser("first").page(got.location)
    took(world.browser("suspended").get(f"{kept(world, 'suspended')}/open"), 403)
    world.browser("second").page(f"{address}/open", 404)


@round_of("provider.saved_remove")
def _remove(world: World) -> None:
    address = kept(world, "first")
    took(_post(world, "second", f"{address}/remove"), 404)
    for _ in range(2):
        took(_post(world, "first", f"{address}/remove"), 303)
    world.browser("first").page("/provider/saved")
    lost(world, f"{address}/remove")


@round_of("provider.saved_restore")
def _restore(world: World) -> None:
    address = kept(world, "first")
    took(_post(world, "first", f"{address}/remove"), 303)
    took(_post(world, "second", f"{address}/restore"), 303)
    for _ in range(2):
        took(_post(world, "first", f"{address}/restore"), 303)
    world.browser("first").page("/provider/saved")
    lost(world, f"{address}/restore")


def _post(world: World, who: str, address: str) -> Any:
    return open_post(world, who, address, {"acting": marker(world, who)})
