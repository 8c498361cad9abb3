"""Applications without an account and from inside a unit: nothing of any job seeker stands in them."""

from tests.leak.rounds import CLOSED, MEMBERS, in_english, round_of, took
from tests.leak.world import World
from tests.web.application_world import (
    APPLICANT,
    ORGANISATION,
    PEOPLE,
    UNDERTAKINGS,
    Bureau,
    begin,
    fill,
    finished,
    number_on,
    press,
)

LIST = "/provider/applications"
NOBODYS = ("/apply/" + "A" * 22, f"{LIST}/{'A' * 22}")


def _nowhere(world: World, place: str) -> None:
    """A key or ref that was never given out."""
    world.browser("").page(f"{NOBODYS[0]}{place}", 404)
    world.browser("officer").page(f"{NOBODYS[1]}{place}", 404)


def started(world: World, kind: str = "change") -> str:
    """The address of the unit's draft of this kind; begun if there is none yet."""
    client = world.browser("officer")
    page = client.page(LIST)
    for form in page.forms:
        if form.fields.get("kind") == [kind]:
            return str(client.submit(LIST, form=form).location)
    return page.links[{"change": "利用申請の変更", "renewal": "更新", "end": "利用停止"}[kind]]


# Without an account


@round_of("public.papers")
def _papers(world: World) -> None:
    world.browser("").page("/for-organisations/papers")


@round_of("public.blank_paper")
def _blank_paper(world: World) -> None:
    took(world.browser("").get("/for-organisations/papers/private/end"), 200)
    took(world.browser("").get("/for-organisations/papers/nobody/end"), 404)


@round_of("public.bring_paper")
def _bring_paper(world: World) -> None:
    took(world.browser("").get("/for-organisations/bring/contractor/use/paper"), 200)
    took(world.browser("").get("/for-organisations/bring/nobody/use/paper"), 404)


@round_of("public.application_start")
def _start(world: World) -> None:
    for who in ("", "officer"):
        begin(world.browser(who))
    took(world.browser("").submit("/apply", {**APPLICANT["private"], "registration_class": ""}), 422)
    took(world.browser("").post("/apply", data=APPLICANT["private"]), 400)


@round_of("public.application")
def _overview(world: World) -> None:
    client = world.browser("")
    for unit_class in ("private", "municipal"):
        address = begin(client, unit_class)
        client.page(f"{address}?fresh=1")
        client.page(fill(client, address, unit_class))
    _nowhere(world, "")


@round_of("public.application_step")
def _step(world: World) -> None:
    client = world.browser("")
    address = begin(client, "municipal")
    for step in ("applicant", "organisation", "people", "places", "contractors", "undertakings"):
        client.page(f"{address}/steps/{step}")
    here = f"{address}/steps/organisation"
    left = client.page(here).form_with("name")
    took(client.submit(here, {**ORGANISATION["municipal"], "number": "?"}), 422)
    took(client.submit(here, ORGANISATION["municipal"]), 303)
    took(client.submit(here, ORGANISATION["municipal"], form=left), 409)
    took(client.submit(f"{address}/steps/places", press=("add_row", "departments")), 200)
    client.page(f"{address}/steps/no-such-step", 404)
    _nowhere(world, "/steps/people")


@round_of("public.application_finish")
def _finish(world: World) -> None:
    client = world.browser("")
    address = finished(client)
    client.page(address)
    took(client.get(f"{address}/finish"), 303)
    fields = client.page(address).form_at(f"{address}/reopen").fields
    took(client.post(f"{address}/finish", data=fields), 409)
    _nowhere(world, "/finish")


@round_of("public.application_reopen")
def _reopen(world: World) -> None:
    client = world.browser("")
    address = finished(client)
    took(press(client, address, "reopen"), 303)
    took(client.get(f"{address}/reopen"), 303)
    _nowhere(world, "/reopen")


@round_of("public.application_discard")
def _discard(world: World) -> None:
    client = world.browser("")
    address = begin(client)
    page = client.page(f"{address}/discard")
    took(client.submit(f"{address}/discard", form=page.form_with("seen")), 303)
    client.page(address, 404)
    _nowhere(world, "/discard")


@round_of("public.application_paper")
def _paper(world: World) -> None:
    client = world.browser("")
    took(client.get(f"{finished(client, 'municipal')}/paper"), 200)
    _nowhere(world, "/paper")


@round_of("public.application_letter")
def _letter(world: World) -> None:
    client, bureau = world.browser(""), Bureau(world.database, world.clock)
    for number, act in enumerate(("ask_back", "refuse", "approve", "withdraw")):
        address = begin(client)
        values = {**ORGANISATION["private"], "number": f"13-ユ-31000{number}"}
        client.submit(f"{address}/steps/organisation", values)
        client.submit(f"{address}/steps/people", PEOPLE)
        client.submit(f"{address}/steps/places", press="then")
        client.submit(f"{address}/steps/undertakings", UNDERTAKINGS)
        took(press(client, address, "finish"), 303)
        case = number_on(client.page(address))
        bureau.receive(case)
        client.page(address)
        if act == "approve":
            bureau.approve(case, valid_from="2026-07-01", valid_until="2027-06-30")
        else:
            getattr(bureau, act)(case, "架空の理由です。")
        client.page(address)
        took(client.get(f"{address}/letter"), 404 if act == "withdraw" else 200)
    _nowhere(world, "/letter")


# From inside a unit


@round_of("provider.applications")
def _list(world: World) -> None:
    for who in (*MEMBERS, *CLOSED):
        world.browser(who).page(LIST)
    in_english(world, "officer").page(LIST)


@round_of("provider.application_start")
def _unit_start(world: World) -> None:
    client = world.browser("officer")
    left = next(form for form in client.page(LIST).forms if form.fields.get("kind") == ["end"])
    address = started(world, "end")
    client.page(address)
    took(client.submit(LIST, form=left), 409)
    took(client.get(f"{LIST}/start"), 303)
    took(client.post(f"{LIST}/start", data={**left.fields, "kind": "use"}), 404)
    took(client.post(f"{LIST}/start", data={**left.fields, "acting": "another"}), 409)
    world.browser("first").page(address, 404)
    world.browser("helper").page(address, 404)


@round_of("provider.application")
def _unit_overview(world: World) -> None:
    for kind in ("change", "end"):
        world.browser("officer").page(started(world, kind))
    _nowhere(world, "")


@round_of("provider.application_step")
def _unit_step(world: World) -> None:
    client, address = world.browser("officer"), started(world)
    here = f"{address}/steps/change"
    left = client.page(here).form_with("day")
    took(client.submit(here, {"day": "いつか", "parts": ["people"]}), 422)
    took(client.submit(here, {"day": "2026-07-01", "parts": ["people", "places"]}), 303)
    took(client.submit(here, {"day": "2026-07-02", "parts": ["people"]}, form=left), 409)
    took(client.post(here, data={**left.fields, "acting": "another", "remark": "架空の 補足"}), 409)
    for step in ("people", "places", "undertakings"):
        client.page(f"{address}/steps/{step}")
    took(client.submit(f"{address}/steps/people", PEOPLE), 303)
    took(client.submit(f"{address}/steps/places", press="then"), 303)
    took(client.submit(f"{address}/steps/undertakings", {"correctness": "y"}), 303)


def _complete(world: World) -> str:
    """The unit's end, ready to be printed."""
    client, address = world.browser("officer"), started(world, "end")
    if any(form.action.endswith("/reopen") for form in client.page(address).forms):
        return address
    values = {"last_day": "2026-12-31", "reason": "架空の理由"}
    took(client.submit(f"{address}/steps/ending", values), 303)
    took(press(client, address, "finish"), 303)
    return address


@round_of("provider.application_finish")
def _unit_finish(world: World) -> None:
    address = _complete(world)
    took(world.browser("officer").get(f"{address}/finish"), 303)
    world.browser("officer").page(address)


@round_of("provider.application_reopen")
def _unit_reopen(world: World) -> None:
    address = _complete(world)
    took(press(world.browser("officer"), address, "reopen"), 303)
    took(world.browser("officer").get(f"{address}/reopen"), 303)


@round_of("provider.application_paper")
def _unit_paper(world: World) -> None:
    took(world.browser("officer").get(f"{_complete(world)}/paper"), 200)


@round_of("provider.application_letter")
def _unit_letter(world: World) -> None:
    client, address = world.browser("officer"), _complete(world)
    took(client.get(f"{address}/letter"), 404)
    case, bureau = number_on(client.page(address)), Bureau(world.database, world.clock)
    bureau.receive(case)
    bureau.refuse(case, "架空の理由です。")
    client.page(address)
    took(client.get(f"{address}/letter"), 200)


@round_of("provider.application_discard")
def _unit_discard(world: World) -> None:
    client, address = world.browser("officer"), started(world, "renewal")
    form = client.page(f"{address}/discard").form_with("seen")
    took(client.post(f"{address}/discard", data={**form.fields, "acting": "another"}), 409)
    took(client.submit(f"{address}/discard", form=form), 303)
    client.page(address, 404)
