"""What a labour bureau reads of the cases it was handed: pseudonyms, and what people wrote there by themselves."""

from typing import Any

from tests.leak.rounds import round_of, took
from tests.leak.world import World
from tests.registrations import OFFICE
from tests.web.complaint_town import complained, handed_over, worked_on

LISTS = ("", "?shown=all", "?shown=new", "?shown=due", "?kind=conduct", "?opened_by=unit", "?number=2026")


def _case(world: World) -> str:
    """A case of the first seeker about the agency that an office has worked on and handed to the agency's bureau."""
    who, unit = world.person("heron"), world.units["agency"]
    assert world.clerk is not None
    ref = complained(world.database, world.clock, who, unit, OFFICE)
    worked_on(world.database, world.clock, world.clerk, ref)
    handed_over(world.database, world.clock, world.clerk, ref)
    return f"/bureau/complaints/{ref}"


def _form(client: Any, address: str, tail: str) -> Any:
    return next(form for form in client.page(address).forms if form.action.endswith(tail))


@round_of("bureau.complaints")
def _complaints(world: World) -> None:
    _case(world)
    client = world.browser("bureau")
    for query in LISTS:
        client.page(f"/bureau/complaints{query}")
    client.page("/bureau/complaints?kind=no-such-kind", 422)
    client.page("/bureau/complaints?after=no-such-place")


@round_of("bureau.complaint")
def _complaint(world: World) -> None:
    client = world.browser("bureau")
    client.page(_case(world))
    client.page("/bureau/complaints/no-such-case", 404)


@round_of("bureau.complaint_take_up")
def _take_up(world: World) -> None:
    client, address = world.browser("bureau"), _case(world)
    form = _form(client, address, "/take-up")
    took(client.submit(address, form=form), 303)
    took(client.submit(address, form=form), 409)
    took(client.get(f"{address}/take-up"), 303)


@round_of("bureau.complaint_note")
def _note(world: World) -> None:
    client, address = world.browser("bureau"), _case(world)
    form = _form(client, address, "/note")
    took(client.submit(address, {"text": ""}, form=form), 422)
    took(client.submit(address, {"text": "架空の控えです。"}, form=form), 303)
    took(client.get(f"{address}/note"), 303)
    client.page(address)


@round_of("bureau.complaint_reminder")
def _reminder(world: World) -> None:
    client, address = world.browser("bureau"), _case(world)
    form = _form(client, address, "/reminder")
    for typed, status in (("いつか", 422), ("2026-12-01", 303), ("", 303)):
        took(client.submit(address, {"remind_on": typed}, form=form), status)
    took(client.get(f"{address}/reminder"), 303)


@round_of("bureau.complaint_say")
def _say(world: World) -> None:
    client, address = world.browser("bureau"), _case(world)
    took(client.submit(f"{address}/say/answer", {"text": ""}), 422)
    for act in ("write", "ask", "answer", "settle", "reopen", "close"):
        took(client.submit(f"{address}/say/{act}", {"text": "架空の文です。"}), 303)
    took(client.get(f"{address}/say/answer"), 303)
    client.page(f"{address}/say/no-such-act", 404)
    client.page(address)


@round_of("bureau.complaint_hand_over")
def _hand_over(world: World) -> None:
    client, address = world.browser("bureau"), _case(world)
    took(client.submit(f"{address}/hand-over", {"text": ""}), 422)
    took(client.submit(f"{address}/hand-over", {"to": OFFICE, "text": "架空の文です。"}), 303)
    client.page(f"{address}/hand-over", 404)


@round_of("bureau.complaint_transcript")
def _transcript(world: World) -> None:
    client, address = world.browser("bureau"), f"{_case(world)}/transcript"
    form = next(form for form in client.page(address).forms if form.action == "")
    took(client.submit(address, form=form), 200)
    client.page("/bureau/complaints/no-such-case/transcript", 404)
