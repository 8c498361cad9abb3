"""What a labour bureau can ask for about applications: nothing of any job seeker stands in them."""

from typing import Any

from tests.leak.rounds import round_of, took
from tests.leak.world import World
from tests.web.foreign_bureau import FORMS, HEAD, taken_in
from tests.web.page_client import page_of


def number(world: World) -> str:
    """A licence number of nobody yet."""
    return f"13-ユ-{300_000 + world.serial()}"


def case(world: World) -> str:
    """The address of a fresh application in the clerk's hands."""
    assert world.bureau is not None
    ref = taken_in(world.database, world.clock, world.bureau, number(world))
    return f"/bureau/applications/{ref}"


def complete(world: World) -> str:
    """One in which every step is filled in."""
    address, client = case(world), world.browser("bureau")
    people = {name: value for name, value in FORMS["people"].items() if name != "same"}
    steps: dict[str, dict[str, Any]] = {
        "people": {**people, "same": ["1"]},
        "places": {},
        "undertakings": {"antivirus": ["1"], "terms": ["1"], "correctness": ["1"]},
    }
    for step, typed in steps.items():
        form = client.page(f"{address}/steps/{step}").form_with("seen")
        took(client.submit(f"{address}/steps/{step}", typed, form=form), 303)
    return address


def decide(world: World, address: str, typed: dict[str, str]) -> None:
    """What was typed wrong, then right, shown once more, recorded; and once more, when it is too late."""
    client = world.browser("bureau")
    client.page(address)
    took(client.submit(address, dict.fromkeys(typed, "")), 422)
    asked = client.submit(address, typed)
    took(asked, 200)
    last = page_of(asked).form_with("confirmed")
    took(client.submit(address, form=last), 303)
    took(client.submit(address, form=last), 409)
    took(client.get(address), 303)


@round_of("bureau.applications")
def _applications(world: World) -> None:
    case(world)
    client = world.browser("bureau")
    for query in ("", "?state=received&kind=use", "?text=架空&unit_class=private&received_from=R8.4.1"):
        client.page(f"/bureau/applications{query}")
    client.page("/bureau/applications?received_from=いつか", 422)
    client.page("/bureau/applications?state=ready", 422)


@round_of("bureau.applications_file")
def _applications_file(world: World) -> None:
    for query in ("", "?as=csv", "?as=csv&state=received"):
        took(world.browser("bureau").get(f"/bureau/applications/file{query}"), 200)
    took(world.browser("bureau").get("/bureau/applications/file?kind=no-such-kind"), 303)


@round_of("bureau.find")
def _find(world: World) -> None:
    client = world.browser("bureau")
    serial = client.page(case(world)).text.partition("R08-13-")[2][:7]
    for typed in ("", f"R08-13-{serial}", "架空", "13999-00000000"):
        took(client.get("/bureau/applications/find", query_string={"number": typed}), 303)
    took(client.get("/bureau/applications/find?number=R08-13-99999-0"), 303, 404)


@round_of("bureau.take_in")
def _take_in(world: World) -> None:
    client = world.browser("bureau")
    client.page("/bureau/applications/new")
    client.page("/bureau/applications/new?paper=no-such-paper", 422)
    for paper in ("use_private", "use_municipal", "change", "renewal", "end"):
        client.page(f"/bureau/applications/new?paper={paper}")
    typed = {name: value for name, value in HEAD.items() if name not in ("kind", "unit_class")}
    address = "/bureau/applications/new?paper=use_private"
    took(client.submit(address, {**typed, "number": "x"}), 422)
    typed["number"] = number(world)
    for status in (303, 409):
        took(client.submit(address, typed), status)
    address = f"/bureau/applications/new?paper=change&unit={world.ref('agency')}"
    took(client.submit(address, {"received_on": ""}), 303)
    took(client.submit(address, {"unit": "99-ユ-999999"}), 422)


@round_of("bureau.application")
def _application(world: World) -> None:
    client = world.browser("bureau")
    client.page(case(world))
    client.page("/bureau/applications/no-such-application", 404)


@round_of("bureau.application_step")
def _application_step(world: World) -> None:
    address, client = case(world), world.browser("bureau")
    for step in ("applicant", "organisation", "people", "places", "undertakings"):
        client.page(f"{address}/steps/{step}")
    old = client.page(f"{address}/steps/people").form_with("officer_name")
    took(client.submit(f"{address}/steps/people", {"officer_name": ""}, form=old), 422)
    typed = {"officer_name": "見本 責任", "officer_phone": "00-0000-0000", "same": ["1"]}
    took(client.submit(f"{address}/steps/people", typed, form=old), 303)
    took(client.submit(f"{address}/steps/people", typed, form=old), 409)
    client.page(f"{address}/steps/no-such-step", 404)


@round_of("bureau.receive")
def _receive(world: World) -> None:
    address, client = case(world), world.browser("bureau")
    took(client.get(f"{address}/receive"), 303)
    took(client.submit(f"{address}/ask-back", {"more": "見本の理由です。"}), 303)
    button = next(form for form in client.page(address).forms if form.action.endswith("/receive"))
    took(client.submit(address, form=button), 303)
    took(client.submit(address, form=button), 409)


@round_of("bureau.checks")
def _checks(world: World) -> None:
    address, client = case(world), world.browser("bureau")
    took(client.get(f"{address}/checks"), 303)
    old = client.page(address).form_with("note-0")
    took(client.submit(address, {"note-0": "見本のメモ"}, form=old), 422)
    took(client.submit(address, {"note-0": "見本のメモ", "result-0": "ok"}, form=old), 303)
    took(client.submit(address, {"note-0": "別のメモ", "result-0": "missing"}, form=old), 409)


@round_of("bureau.ask_back")
def _ask_back(world: World) -> None:
    address, client = case(world), world.browser("bureau")
    old = client.page(f"{address}/ask-back").form_with("more")
    took(client.submit(f"{address}/ask-back", {"more": ""}, form=old), 422)
    took(client.submit(f"{address}/ask-back", {"more": "見本の理由です。"}, form=old), 303)
    took(client.submit(f"{address}/ask-back", {"more": "見本の理由です。"}, form=old), 409)
    took(client.get(f"{address}/ask-back"), 303)


@round_of("bureau.approve")
def _approve(world: World) -> None:
    took(world.browser("bureau").get(f"{case(world)}/approve"), 303)
    typed = {"valid_from": "2026-07-01", "valid_until": "2027-03-31", "open_reason": "見本"}
    decide(world, f"{complete(world)}/approve", typed)


@round_of("bureau.refuse")
def _refuse(world: World) -> None:
    decide(world, f"{case(world)}/refuse", {"reason": "見本の理由です。"})


@round_of("bureau.withdraw")
def _withdraw(world: World) -> None:
    decide(world, f"{case(world)}/withdraw", {"reason": "見本の理由です。"})


@round_of("bureau.paper")
def _paper(world: World) -> None:
    took(world.browser("bureau").get(f"{case(world)}/paper"), 200)
    world.browser("bureau").page("/bureau/applications/no-such-application/paper", 404)


@round_of("bureau.letter")
def _letter(world: World) -> None:
    address, client = case(world), world.browser("bureau")
    client.page(f"{address}/letter", 404)
    took(client.submit(f"{address}/ask-back", {"more": "見本の理由です。"}), 303)
    took(client.get(f"{address}/letter"), 200)


@round_of("bureau.start_sheet_of")
def _start_sheet_of(world: World) -> None:
    world.browser("bureau").page(f"/bureau/units/{world.ref('agency')}/start-sheet")
    world.browser("bureau").page("/bureau/units/no-such-unit/start-sheet", 404)


@round_of("bureau.print_start_sheet")
def _print_start_sheet(world: World) -> None:
    address, client = complete(world), world.browser("bureau")
    typed = {"valid_from": "2026-07-01", "valid_until": "2027-03-31", "open_reason": "見本"}
    asked = client.submit(f"{address}/approve", typed)
    took(client.submit(address, form=page_of(asked).form_with("confirmed")), 303)
    sheet = client.page(address).links["利用開始の用紙を印刷する"]
    form = next(form for form in client.page(sheet).forms if form.action.endswith("/print"))
    took(client.submit(sheet, form=form), 200)
    nobody = f"/bureau/units/{world.ref('agency')}/start-sheet/print"
    took(client.submit(sheet, form=form), 200)
    took(client.post(nobody, data={"csrf_token": form.fields["csrf_token"]}), 404)
