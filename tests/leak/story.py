"""The life of the three seekers up to the day on which the organisations are looked at, by the pages people use."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from portal.services import scope, sheet
from portal.services.sheet import Purpose
from tests.leak.world import World
from tests.registration_files import FOR_OFFICE, cells, hand_in, work, written
from tests.registrations import FORM
from tests.web.page_client import page_of

SHOWN = "落ち着いて話を聞くことが得意です。"
"""The free text that units may see."""
ANSWER = "仕事の時間を教えてください。"
FIRST_SENT, SECOND_SENT, ANSWERED = date(2026, 6, 2), date(2026, 6, 3), date(2026, 6, 4)


def live(world: World) -> None:
    """Register, activate, correct, block, stop and restart; be written to and answer; block and stop again."""
    people = world.people
    register(world, "heron")
    activate(world, "heron")
    world.at(people["heron"].days["blocked"])
    for unit in ("sister", "city"):
        block(world, "heron", unit)
    world.at(people["heron"].days["unblocked"])
    press(world.browser("heron"), "/seeker/blocks", f"{world.ref('city')}/unblock")
    world.at(people["heron"].days["corrected"])
    correct(world, "heron")
    world.at(people["heron"].days["stopped"])
    press(world.browser("heron"), "/seeker/stop", "/stop")
    world.at(people["heron"].days["restarted"])
    press(world.browser("office"), f"{file_of(world, 'heron')}/restart", "")
    for who in ("wren", "owl"):
        register(world, who)
        correct(world, who)
    file_with_all(world)
    for who in ("wren", "owl"):
        activate(world, who)
    world.at(FIRST_SENT)
    world.send("first", ["heron", "wren", "owl", *world.crowd[:22]], "架空の案内です。一度お話ししませんか。")
    world.at(SECOND_SENT)
    world.send("helper", ["heron", "wren", *world.crowd[10:14]], "架空市の見本の案内です。")
    world.at(ANSWERED)
    answer(world, "heron", "agency", "question", ANSWER)
    answer(world, "heron", "agency", "use")
    answer(world, "owl", "agency", "later")
    world.at(ANSWERED, 15)
    answer(world, "heron", "city", "question", "市役所の近くですか。")
    world.at(people["wren"].days["blocked"])
    block(world, "wren", "agency")
    world.at(people["owl"].days["stopped"])
    press(world.browser("owl"), "/seeker/stop", "/stop")


def press(
    client: Any, address: str, action: str, values: Mapping[str, str | Sequence[str]] | None = None
) -> Any:
    """Open a page and send the form that goes to an address with this end; it must be taken."""
    page = client.page(address)
    form = next(
        form
        for form in page.forms
        if form.method == "POST" and form.action.endswith(action) and not form.action.endswith("sign-out")
    )
    answer = client.submit(address, values, form=form)
    assert answer.status_code == 303, f"{address} answered {answer.status_code}: {answer.text}"
    return answer


def register(world: World, who: str) -> None:
    """At the office, with the former employer and a text that is replaced later."""
    person = world.people[who]
    world.at(person.days["registered"])
    typed = {
        **{name: value for name, value in FORM.items() if value},
        **person.identity,
        "employer": person.former,
        "pr": person.earlier,
        "experience_text": f"売場の仕事をしました（{len(who)}年）。",
        "school_status": "graduated",
        "school_kind": "university",
        "graduated_on": person.days["graduated"].isoformat(),
        "registered_on": person.days["registered"].isoformat(),
        "valid_until": person.days["valid until"].isoformat(),
    }
    office = world.browser("office")
    taken = office.submit("/office/seekers/new", typed)
    assert taken.status_code == 303, taken.text
    office.page(taken.location)
    world.seekers[who] = world.found(person.number)


def correct(world: World, who: str) -> None:
    """The employer is corrected, the text replaced, and another one held because it tells who it is."""
    person, office = world.people[who], world.browser("office")
    address = file_of(world, who)
    press(office, f"{address}/identity", "", {"employer": person.employer})
    press(office, f"{address}/data", "", {"pr": SHOWN})
    press(office, f"{address}/data", "", {"pr": person.held})
    assert person.held in office.page(f"{address}/texts/pr").html
    for shown in ("", "/history", "/preview"):
        office.page(f"{address}{shown}")


def file_with_all(world: World) -> None:
    """The office hands in a file in which all three stand, one of them twice; it is checked and kept."""
    lines = [cells(**person.identity) for person in world.people.values()]
    hand_in(world.database, world.clock, written(*lines, lines[0]), actor=world.clerk or FOR_OFFICE)
    job = work(world.database, world.clock)
    assert job is not None
    assert (job.state, job.known, job.refused) == ("checked", 3, 1)


def file_of(world: World, who: str) -> str:
    """The office's address of somebody."""
    return f"/office/seekers/{scope.public_id(world.seekers[who].office_id)}"


def activate(world: World, who: str) -> None:
    """With the code from the paper: a sign-in name, a password, notices by mail."""
    person = world.people[who]
    world.at(person.days["activated"])
    assert world.clerk is not None
    with world.database.write() as session:
        issued = sheet.issue(
            session,
            world.clock,
            world.clerk,
            scope.public_id(world.seekers[who].office_id),
            Purpose.ACTIVATION,
            activation_days=14,
        )
    client = world.new_browser(who)
    asked = client.submit("/activate", {"code": issued.code.code, "birth_date": person.born.isoformat()})
    assert asked.status_code == 200, asked.text
    chosen = {"sign_in_name": person.sign_in_name, "password": person.password, "again": person.password}
    opened = client.submit("/activate/account", chosen, form=page_of(asked).form_with(*chosen))
    assert opened.status_code == 303, opened.text
    world.seekers[who] = replace(world.seekers[who], account_id=world.found(person.number).account_id)
    press(
        client,
        "/account/notice",
        "",
        {"rhythm": "each", "quiet": "standard", "mail": person.notice_mail},
    )
    for address in ("/seeker", "/seeker/profile", "/seeker/log", "/account", "/seeker/terms"):
        client.page(address)


def block(world: World, who: str, unit: str) -> None:
    """In two steps; the company's other registrations are left out."""
    client, address = world.browser(who), f"/seeker/organisations/{world.ref(unit)}/block"
    offered = any(form.names >= {"also"} for form in client.page(address).forms)
    press(client, address, "/block", {"also": []} if offered else {})


def answer(world: World, who: str, unit: str, kind: str, words: str = "") -> None:
    """Answer a unit; a warning is confirmed."""
    client, address = world.browser(who), f"/seeker/inbox/{world.ref(unit)}"
    client.page("/seeker/inbox")
    press(client, address, "/answer", {"kind": kind, "text": words})
