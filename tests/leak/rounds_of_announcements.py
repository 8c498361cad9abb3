"""What organisations and bureaus can ask for about announcements: nothing of any job seeker stands in them."""

from portal.domain.actor import Actor, ActorKind
from portal.domain.announcement import Kind
from portal.services import announcement_desk, public_id
from portal.services.announcement import tell_unit
from portal.services.use_case import use_case
from tests.leak.rounds import CLOSED, MEMBERS, in_english, open_post, round_of, took
from tests.leak.world import World

WRITTEN, NEW = "/bureau/announcements/written", "/bureau/announcements/new"
TYPED = {"to": "units", "title": "架空のお知らせ", "text": "見本の本文です。"}


def told(world: World) -> str:
    """The address of something that a unit was told by itself."""
    officer = world.members["officer"]
    with (
        world.database.write() as session,
        use_case(session, world.clock, officer.actor, "unit.remind") as trail,
    ):
        tell_unit(session, trail, officer.unit_id, Kind.VALIDITY_ENDED, last_day=trail.today)
    links = world.browser("officer").page("/provider/announcements").links.values()
    return str(next(link for link in links if link.count("/") == 3 and "announcements/" in link))


def written(world: World) -> str:
    """The address of something that the bureau wrote."""
    answer = world.browser("bureau").submit(NEW, TYPED)
    took(answer, 303)
    return str(answer.location)


@round_of("provider.announcements")
def _announcements(world: World) -> None:
    written(world)
    for who in (*MEMBERS, *CLOSED, "sister"):
        world.browser(who).page("/provider/announcements")
    world.browser("officer").page("/provider/announcements?page=99999")
    in_english(world, "officer").page("/provider/announcements?page=2")


@round_of("provider.announcement")
def _announcement(world: World) -> None:
    address = told(world)
    for who in ("officer", "first"):
        world.browser(who).page(address)
    world.browser("helper").page(address, 404)
    in_english(world, "officer").page(address)
    world.browser("officer").page("/provider/announcements/no-such-thing", 404)


@round_of("provider.announcements_read")
def _read(world: World) -> None:
    told(world)
    took(open_post(world, "officer", "/provider/announcements/read", {}), 303)
    took(world.browser("officer").post("/provider/announcements/read", data={}), 400)


@round_of("bureau.announcements")
def _of_bureau(world: World) -> None:
    world.browser("bureau").page("/bureau/announcements")


@round_of("bureau.announcement")
def _one_of_bureau(world: World) -> None:
    everybody = {"to": "everybody", "title": "架空のお知らせ", "text": "見本の本文です。"}
    key = public_id.shown(b"told everybody !")
    with world.database.write() as session:
        ref = announcement_desk.write(session, world.clock, Actor(ActorKind.OPERATOR), everybody, key)
    world.browser("bureau").page(f"/bureau/announcements/{ref}")
    world.browser("bureau").page("/bureau/announcements/no-such-thing", 404)


@round_of("bureau.announcements_read")
def _read_by_bureau(world: World) -> None:
    client = world.browser("bureau")
    token = client.page("/account").form_with("csrf_token").fields["csrf_token"]
    took(client.post("/bureau/announcements/read", data={"csrf_token": token}), 303)


@round_of("bureau.announcements_written")
def _written(world: World) -> None:
    written(world)
    world.browser("bureau").page(WRITTEN)


@round_of("bureau.announcement_new")
def _new(world: World) -> None:
    client = world.browser("bureau")
    client.page(f"{NEW}?number=13-ユ-300001")
    for more, status in (
        ({}, 303),
        ({"title": ""}, 422),
        ({"to": "unit", "number": "99-ユ-999999"}, 422),
        ({"shown_from": "いつか"}, 422),
    ):
        took(client.submit(NEW, {**TYPED, **more}), status)


@round_of("bureau.announcement_written")
def _one(world: World) -> None:
    world.browser("bureau").page(written(world))
    world.browser("bureau").page(f"{WRITTEN}/no-such-thing", 404)


@round_of("bureau.announcement_change")
def _change(world: World) -> None:
    address, client = written(world), world.browser("bureau")
    for more, status in (({"title": "架空の直し"}, 303), ({"text": ""}, 422), ({"seen": "0"}, 409)):
        took(client.submit(f"{address}/change", more), status)


@round_of("bureau.announcement_withdraw")
def _withdraw(world: World) -> None:
    address, client = written(world), world.browser("bureau")
    took(client.submit(f"{address}/withdraw", {}, form=_form(world, address)), 303)


def _form(world: World, address: str) -> object:
    page = world.browser("bureau").page(f"{address}/withdraw")
    return next(form for form in page.forms if form.action.endswith("/withdraw"))
