"""What organisations and bureaus ask for about paid services: of a seeker one word, a pseudonym, the own answer."""

from typing import Any

from tests.leak.rounds import MEMBERS, in_english, open_post, round_of, took
from tests.leak.world import World
from tests.services.paid_world import TERMS, PaidWorld

TYPED = {**TERMS, "kind": "graduate"}
LIST, NEW = "/provider/paid-services", "/provider/paid-services/new"
WHO, HIDDEN = "heron", ("wren", "owl")
"""One who has answered the agency and can be reached; two who cannot."""


def _paid(world: World) -> PaidWorld:
    """Around the agency's officer and one seeker, who is still a student as far as anybody knows."""
    assert world.bureau is not None
    agency, officer = world.units["agency"], world.members["officer"]
    return PaidWorld.around(
        world.database,
        world.clock,
        agency,
        officer,
        world.bureau,
        world.person(WHO),
        first=world.serial() * 1000,
    )


def _one(ref: str, act: str = "") -> str:
    return f"{LIST}/{ref}{act}"


def _thread(world: World, who: str = WHO, act: str = "", member: str = "officer") -> str:
    return f"/provider/threads/{world.thread(member, who)}/paid{act}"


@round_of("provider.paid_services")
def _services(world: World) -> None:
    for who in (*MEMBERS, "suspended", "over"):
        world.browser(who).page(LIST)
    ref = _paid(world).ready()
    world.browser("officer").page(LIST)
    in_english(world, "officer").page(LIST)
    took(world.browser("officer").get(_one(ref)), 200)


@round_of("provider.paid_service_new")
def _new(world: World) -> None:
    client = world.browser("officer")
    took(client.submit(NEW, {**TYPED, "amount": "x", "type": ""}), 422)
    took(client.submit(NEW, TYPED), 303)
    took(open_post(world, "officer", NEW, {**TYPED, "acting": "another"}), 409)
    took(world.browser("contact").get(NEW), 303)
    world.browser("first").page(NEW, 404)


@round_of("provider.paid_service")
def _service(world: World) -> None:
    ref = _paid(world).ready()
    for who in ("officer", "first", "second"):
        world.browser(who).page(_one(ref))
    for who in ("sister", "contact"):
        world.browser(who).page(_one(ref), 404)
    world.browser("officer").page(_one("x"), 404)


@round_of("provider.paid_service_change")
def _change(world: World) -> None:
    client, ref = world.browser("officer"), _paid(world).registers()
    took(client.submit(_one(ref, "/change"), {"amount": "0"}), 422)
    took(client.submit(_one(ref, "/change"), {"amount": "7,000"}), 303)
    took(client.submit(_one(ref, "/change"), {"seen": "1", "amount": "8,000"}), 409)
    client.page(_one(ref))


@round_of("provider.paid_service_end")
def _end(world: World) -> None:
    client, ref = world.browser("officer"), _paid(world).registers()
    took(client.submit(_one(ref, "/end"), {"seen": "9"}), 409)
    took(client.submit(_one(ref, "/end"), {"seen": "1"}), 303)
    took(client.get(_one(ref, "/end")), 303)


@round_of("provider.paid_notice_pdf")
def _notice_paper(world: World) -> None:
    paid = _paid(world)
    took(world.browser("officer").get(_one(paid.registers(), "/notice")), 200)
    took(world.browser("officer").get(_one(paid.registers("support"), "/notice")), 404)


@round_of("provider.thread_paid")
def _in_thread(world: World) -> None:
    for who in (WHO, *HIDDEN):
        world.browser("officer").page(_thread(world, who))
        # Whose the thread is by now, rounds before this one have decided.
        for member in ("first", "second"):
            took(world.browser(member).get(_thread(world, who, member=member)), 200, 404)
    world.browser("contact").page(_thread(world, "heron", member="contact"))


@round_of("provider.thread_paid_ask")
def _ask(world: World) -> None:
    paid, client = _paid(world), world.browser("officer")
    ref = paid.ready()
    form = {"service": ref, "seen": "1"}
    for who, status in ((WHO, 303), ("owl", 409), ("wren", 409)):
        key = f"key-of-a-leak-{world.serial():06}"
        took(open_post(world, "officer", _thread(world, who, "/ask"), {**form, "key": key}), status)
    took(open_post(world, "officer", _thread(world, WHO, "/ask"), {**form, "key": "again-of-a-leak-1"}), 409)
    took(client.get(_thread(world, WHO, "/ask")), 303)
    for decision in ("consent",):
        asking = paid.requests()[-1].ref
        took(world.browser(WHO).submit(f"/seeker/consents/{asking}", {"decision": decision}), 303)
    client.page(_thread(world))
    client.page(f"/provider/threads/{world.thread('officer', WHO)}")


@round_of("provider.thread_paid_give")
def _give(world: World) -> None:
    paid, client = _paid(world), world.browser("officer")
    address = _thread(world)
    took(client.submit(address, {"happened_on": "2019-03-01"}), 422)
    took(client.submit(address, {"happened_on": "2026-06-15"}), 303)
    took(client.get(_thread(world, WHO, "/given")), 303)
    asking = paid.requests()[-1].ref
    page = world.browser(WHO).page(f"/seeker/consents/{asking}")
    took(world.browser(WHO).submit(f"/seeker/consents/{asking}", form=page.forms[-1]), 303)
    world.browser(WHO).page("/seeker/consents")
    client.page(address)
    client.page(_one(paid.ready()))


def _notice(world: World, ref: str, act: str = "") -> str:
    return f"/bureau/paid-notices/{_paid(world).number(ref)}{act}"


@round_of("bureau.paid_notices")
def _notices(world: World) -> None:
    for query in ("", "?state=prepared", "?state=accepted", "?state=x", "?after=P-2222-2222", "?after=x"):
        world.browser("bureau").page(f"/bureau/paid-notices{query}")


@round_of("bureau.paid_notice_find")
def _find(world: World) -> None:
    client, ref = world.browser("bureau"), _paid(world).registers()
    number = _paid(world).number(ref)
    for typed, status in ((number, 303), ("P-2222-2222", 422), ("", 422)):
        took(client.get("/bureau/paid-notices/find", query_string={"number": typed}), status)


@round_of("bureau.paid_notices_of")
def _of_unit(world: World) -> None:
    for unit in ("agency", "city"):
        world.browser("bureau").page(f"/bureau/units/{world.ref(unit)}/paid-notices")
    world.browser("bureau").page("/bureau/units/no-such-unit/paid-notices", 404)


@round_of("bureau.paid_notice")
def _one_notice(world: World) -> None:
    world.browser("bureau").page(_notice(world, _paid(world).registers()))
    world.browser("bureau").page("/bureau/paid-notices/P-2222-2222", 404)


def _recorded(client: Any, address: str, act: str, values: dict[str, str], status: int) -> None:
    form = next(form for form in client.page(address).forms if form.action.endswith(act))
    took(client.submit(address, values, form=form), status)
    took(client.get(f"{address}{act}"), 303)


@round_of("bureau.paid_notice_receive")
def _receive(world: World) -> None:
    client, address = world.browser("bureau"), _notice(world, _paid(world).registers())
    form = next(form for form in client.page(address).forms if form.action.endswith("/receive"))
    _recorded(client, address, "/receive", {"received_on": "いつか"}, 422)
    _recorded(client, address, "/receive", {"received_on": ""}, 303)
    took(client.submit(address, form=form), 409)


@round_of("bureau.paid_notice_ask_back")
def _ask_back(world: World) -> None:
    client, address = world.browser("bureau"), _notice(world, _paid(world).ready())
    _recorded(client, address, "/ask-back", {"told": ""}, 422)
    _recorded(client, address, "/ask-back", {"told": "見本の文です。"}, 303)


@round_of("bureau.paid_notice_accept")
def _accept(world: World) -> None:
    client, address = world.browser("bureau"), _notice(world, _paid(world).ready())
    _recorded(client, address, "/accept", {}, 303)
    world.browser("officer").page("/provider/announcements")
