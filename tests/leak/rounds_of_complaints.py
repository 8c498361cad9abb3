"""What an officer reads of cases: the pseudonym, what people wrote there by themselves, and nothing until it is due."""

from typing import Any

from portal.domain.complaint import Act
from tests.leak.rounds import MEMBERS, in_english, round_of, took
from tests.leak.world import World
from tests.registrations import OFFICE
from tests.web.complaint_parties import taken_to_office, to_officer
from tests.web.complaint_town import complained, said

LIST = "/provider/complaints"


def _to_officer(world: World) -> str:
    return f"{LIST}/{to_officer(world.database, world.clock, world.person('heron'), world.units['agency'])}"


def _asked(world: World) -> str:
    """A case at an office about which the agency has been asked."""
    assert world.clerk is not None
    ref = complained(world.database, world.clock, world.person("heron"), world.units["agency"], OFFICE)
    said(world.database, world.clock, world.clerk, ref, Act.ASK)
    return f"{LIST}/{ref}"


def _own(world: World) -> str:
    officer, unit = world.members["officer"].actor, world.units["agency"]
    ref = taken_to_office(world.database, world.clock, officer, unit, world.person("heron"), OFFICE)
    return f"{LIST}/{ref}"


def _form(client: Any, address: str, tail: str) -> Any:
    return client.page(address).form_at(f"{address}/{tail}")


@round_of("provider.complaints")
def _list(world: World) -> None:
    complained(world.database, world.clock, world.person("heron"), world.units["agency"], OFFICE)
    for who in MEMBERS:
        world.browser(who).page(LIST, 200 if who == "officer" else 404)
    _to_officer(world), _asked(world), _own(world)
    world.browser("officer").page(LIST)
    world.browser("officer").page(f"{LIST}?page=99")
    in_english(world, "officer").page(LIST)


@round_of("provider.complaint")
def _case(world: World) -> None:
    hidden = complained(world.database, world.clock, world.person("heron"), world.units["agency"], OFFICE)
    world.browser("officer").page(f"{LIST}/{hidden}", 404)
    for address in (_to_officer(world), _asked(world), _own(world)):
        world.browser("officer").page(address)
        in_english(world, "officer").page(address)
        world.browser("contact").page(address, 404)


@round_of("provider.complaint_say")
def _say(world: World) -> None:
    client = world.browser("officer")
    address = _to_officer(world)
    for values, status in (
        ({"text": "架空の文です。"}, 422),
        ({"how": "answer", "text": ""}, 422),
        ({"how": "answer", "text": "架空の文です。"}, 303),
        ({"how": "answer", "text": "架空の文です。", "revision": "1"}, 409),
        ({"how": "close", "text": ""}, 303),
    ):
        form = _form(client, address, "say")
        took(client.submit(address, values, form=form), status)
    for own in (_asked(world), _own(world)):
        took(client.submit(own, {"text": "架空の文です。"}, form=_form(client, own, "say")), 303)
        took(client.get(f"{own}/say"), 303)


@round_of("provider.complaint_note")
def _note(world: World) -> None:
    client, address = world.browser("officer"), _to_officer(world)
    form = _form(client, address, "note")
    took(client.submit(address, {"note-text": ""}, form=form), 422)
    took(client.submit(address, {"note-text": "架空の覚え書きです。"}, form=form), 303)
    took(client.get(f"{address}/note"), 303)


@round_of("provider.complaint_end")
def _end(world: World) -> None:
    client = world.browser("officer")
    for how in ("settle", "withdraw"):
        address = _own(world)
        forms = [each for each in client.page(address).forms if each.fields.get("how") == [how]]
        took(client.submit(address, form=forms[0]), 303)
        took(client.get(f"{address}/end"), 303)
        client.page(address)


@round_of("provider.complaint_copy")
def _copy(world: World) -> None:
    client, address = world.browser("officer"), _to_officer(world)
    form = _form(client, address, "copy")
    took(client.submit(address, form=form), 200)
    took(client.get(f"{address}/copy"), 303)
    took(client.post(f"{_asked(world)}/copy", data=form.fields), 409)


@round_of("provider.complaint_consult")
def _consult(world: World) -> None:
    client = world.browser("officer")
    address = f"/provider/consultation?thread={world.thread('officer', 'heron')}"
    earlier = _to_officer(world).rpartition("/")[2]
    for opened in (address, f"/provider/consultation?earlier={earlier}"):
        took(client.submit(opened, {"kind": "trouble", "office": OFFICE, "text": ""}), 422)
        took(client.submit(opened, {"kind": "trouble", "office": OFFICE, "text": "架空の文です。"}), 303)
    in_english(world, "officer").page(address)
    for wrong in ("", f"?thread={world.token('officer', 'heron')}", "?earlier=x"):
        client.page(f"/provider/consultation{wrong}", 404)
    world.browser("contact").page(address, 404)
