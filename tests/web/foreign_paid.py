"""Addresses of paid services with another's, and with one that was never given out, in their place."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from portal.domain.answer import AnswerKind
from portal.services import public_id
from portal.services.thread import THREAD_TOKEN
from tests.build import build_member, build_seeker
from tests.services.paid_world import TERMS, PaidWorld
from tests.services.relay_world import send
from tests.web.foreign_town import Case, Town

SERVICE, NOTICE, ASKING = (
    "/provider/paid-services/<ref>",
    "/bureau/paid-notices/<number>",
    "/seeker/consents/<ref>",
)
THREAD, OF_UNIT = "/provider/threads/<token>/paid", "/bureau/units/<ref>/paid-notices"
WITH_UNIT = "/seeker/inbox/<ref>/paid"
RULES = (SERVICE, NOTICE, ASKING, THREAD, OF_UNIT, WITH_UNIT)
UNKNOWN = (public_id.shown(b"never given out!"), "A" * 22)
FORMS: dict[str, dict[str, Any]] = {
    "change": {**TERMS, "seen": "1"},
    "end": {"seen": "1"},
    "receive": {"received_on": "2026-06-15"},
    "ask-back": {"told": "見本の文です。"},
    "ask": {"seen": "1", "key": "key-of-an-asking-0001"},
    "given": {"happened_on": "2026-06-15"},
}


@cache
def worlds(town: Town) -> tuple[PaidWorld, PaidWorld, str, str]:
    """The agency with somebody else it has asked, a unit of another bureau; a service of each, received."""
    agency = PaidWorld.around(town.database, town.clock, town.agency, town.officer, town.bureau, town.other)
    agency.says(AnswerKind.USE, town.other)
    mine = agency.ready()
    agency.asks(mine)
    officer = build_member(town.database, town.far, role="officer")
    stranger = build_seeker(town.database, with_account=True)
    send(town.database, town.clock, town.far, officer, [stranger])
    far = PaidWorld.around(town.database, town.clock, town.far, officer, town.other_bureau, stranger)
    return agency, far, mine, far.ready()


def cases(town: Town, rule: str, method: str) -> list[Case]:
    """Every address of paid services with an id in it."""
    agency, far, mine, theirs = worlds(town)
    who, foreign, unknown = {
        SERVICE: ("officer", (theirs, public_id.shown(town.own.alias_key)), UNKNOWN),
        NOTICE: ("bureau", (far.number(theirs),), ("P-2222-2222", "P-ZZZZ-ZZZZ")),
        ASKING: ("seeker", (agency.requests()[-1].ref,), UNKNOWN),
        THREAD: (
            "first",
            (town.city.token(town.other, THREAD_TOKEN), town.agency.token(town.other, THREAD_TOKEN)),
            (town.agency.token(town.theirs, THREAD_TOKEN), "A" * 43),
        ),
        OF_UNIT: ("bureau", (public_id.shown(town.far.public_id),), UNKNOWN),
        WITH_UNIT: ("seeker", (public_id.shown(town.city.public_id),), UNKNOWN),
    }[next(start for start in RULES if rule.startswith(start))]
    address = rule.replace("<ref>", "{}").replace("<number>", "{}").replace("<token>", "{}")
    form = dict(FORMS.get(address.rpartition("/")[2], {}))
    if rule.startswith(ASKING):
        form["decision"] = "consent"
    if rule.startswith(THREAD):
        form["service"] = f"{mine}:1" if address.endswith("given") else mine
    data = None if method == "GET" else town.data(who, **form)
    # Where only a POST does something, a GET leads on to the page, which answers for itself.
    return [Case(who, address, foreign, unknown, data=data)]


def ids_elsewhere(town: Town) -> Iterator[Case]:
    """A service in the forms of a thread, the number of a notice behind a question mark."""
    _, far, _, theirs = worlds(town)
    thread = f"/provider/threads/{town.agency.token(town.own, THREAD_TOKEN)}"
    data = town.data("first", service="{}", seen="1", key="key-of-an-asking-0002")
    yield Case("first", f"{thread}/paid/ask", (theirs,), UNKNOWN, data=data)
    data = town.data("first", service="{}:1", happened_on="2026-06-15")
    yield Case("first", f"{thread}/paid/given", (theirs,), UNKNOWN, data=data)
    data = town.data("first", outcome="accepted", happened_on="2026-06-15", paid="{}", way="phone")
    yield Case("first", f"{thread}/outcome", (theirs,), UNKNOWN, data=data)
    numbers = (far.number(theirs),), ("P-2222-2222",)
    yield Case("bureau", "/bureau/paid-notices/find?number={}", *numbers)
    yield Case("bureau", "/bureau/paid-notices?after={}", *numbers)
