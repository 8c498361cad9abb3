"""What organisations can ask for about their departments and contractors: use by month, limits, threads left behind."""

from datetime import date

from sqlalchemy import select, update

from portal.store.tables import thread
from tests import build
from tests.leak.rounds import MEMBERS, in_english, open_post, round_of, took
from tests.leak.world import World
from tests.web.page_client import page_of

LIMIT = "/provider/quota/places/department-1"
ENDED = "/provider/contractors/contractor-2/hand-over"


@round_of("provider.quota_file")
def _file(world: World) -> None:
    for who in (*MEMBERS, "small"):
        for query in ("", "?month=2026-05", "?month=2026-06&as=csv", "?month=x&as=y"):
            world.browser(who).page(f"/provider/quota{query}")
            took(world.browser(who).get(f"/provider/quota/file{query}"), 200)
    took(in_english(world, "officer").get("/provider/quota/file?as=csv"), 200)


@round_of("provider.place_limit")
def _limit(world: World) -> None:
    client = world.browser("officer")
    for typed, status in (("500", 303), ("x", 422), ("1001", 422), ("", 303)):
        took(client.submit(LIMIT, {"limit": typed}), status)
        client.page("/provider/quota")
    world.browser("contact").page("/provider/quota/places/contractor-1")
    for ref in ("department-9", "contractor-1", "unit", world.token("officer", "heron")):
        client.page(f"/provider/quota/places/{ref}", 404)
    world.browser("first").page(LIMIT, 404)
    took(open_post(world, "first", LIMIT, {"limit": "5"}), 404)
    took(open_post(world, "officer", LIMIT, {"limit": "5", "acting": "another"}), 409)


@round_of("provider.thread_hand_over_all")
def _hand_over_all(world: World) -> None:
    """The threads of the city's contractor are given to one that has ended, and go back from there."""
    ended = build.build_contractor(
        world.database,
        world.units["city"],
        name="架空旧受託社",
        number="99-ユ-900009",
        until=date(2026, 6, 10),
    )
    with world.database.write() as session:
        helpers = world.members["helper"].contractor_id
        whose = select(thread.c.id).where(thread.c.contractor_id == helpers)
        session.execute(update(thread).where(thread.c.id.in_(whose)).values(contractor_id=ended))
        session.commit()
    client = world.browser("contact")
    for address in ("/provider/threads", "/provider/unit", ENDED):
        client.page(address)
    in_english(world, "contact").page(ENDED)
    form = client.page(ENDED).form_with("to")
    for values, status in (
        ({"to": "contractor-1"}, 422),
        ({"to": "contractor-2", "sure": "y"}, 422),
        ({"to": "contractor-1", "sure": "y", "acting": "another"}, 409),
        ({"to": "contractor-1", "sure": "y"}, 303),
        ({"to": "contractor-1", "sure": "y"}, 409),
    ):
        answer = client.post(ENDED, data={**form.fields, **values})
        took(answer, status)
        if status != 303:
            page_of(answer)
    client.page(ENDED)
    for whom in ("heron", "wren"):
        client.page(f"/provider/threads/{world.thread('contact', whom)}")
    for address in (ENDED, "/provider/contractors/x/hand-over"):
        world.browser("officer").page(address, 404)
    world.browser("helper").page(ENDED, 404)
    took(open_post(world, "helper", ENDED, {"to": "unit", "sure": "y"}), 404)
