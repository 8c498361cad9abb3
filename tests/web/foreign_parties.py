"""Addresses of a seeker's and an officer's cases with another's case, or one not shown yet, in their place."""

from functools import cache
from typing import Any

from portal.services import public_id, scope
from portal.services.thread import THREAD_TOKEN
from tests.build import build_member
from tests.registrations import OFFICE
from tests.web.complaint_parties import taken_to_office, to_officer
from tests.web.complaint_town import complained
from tests.web.foreign_town import Case, Town

RULES = ("/seeker/complaints/<ref>", "/provider/complaints/<ref>")
NEW = "/seeker/organisations/<ref>/complaint"
FORMS: dict[str, dict[str, Any]] = {
    "reply": {"text": "架空の文です。", "key": "key-of-a-party-0001"},
    "say": {"how": "answer", "text": "架空の文です。", "key": "key-of-a-party-0001", "revision": "1"},
    "end": {"how": "settle", "key": "key-of-a-party-0001"},
    "note": {"note-text": "架空の覚え書きです。"},
    "copy": {},
    "complaint": {
        "kind": "unwanted",
        "desk": "office",
        "office": OFFICE,
        "text": "架空の文です。",
        "key": "key-of-a-party-0003",
    },
}


@cache
def refs(town: Town, who: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Of others: of somebody else, and one that the other side has opened and that is not shown yet; a unit."""
    database, clock = town.database, town.clock
    if who == "seeker":
        theirs = complained(database, clock, town.other, town.agency, OFFICE)
        hidden = taken_to_office(database, clock, town.officer.actor, town.agency, town.own, OFFICE)
    else:
        build_member(database, town.city, role="officer")
        theirs = to_officer(database, clock, town.other, town.city)
        hidden = complained(database, clock, town.own, town.agency, OFFICE)
    foreign = (theirs, hidden, public_id.shown(town.city.public_id))
    return foreign, (public_id.shown(b"never given out!"), "A" * 22)


def cases(town: Town, rule: str, method: str) -> list[Case]:
    """Every address below a case."""
    who = "seeker" if rule.startswith("/seeker") else "officer"
    address = rule.replace("<ref>", "{}")
    # Every seeker may complain about every organisation: foreign is here what names no organisation.
    ids = refs(town, who) if rule != NEW else ((scope.public_id(town.own.office_id),), ("A" * 22,))
    form = FORMS.get(address.rpartition("/")[2], {})
    return [Case(who, address, *ids, data=None if method == "GET" else town.data(who, **form))]


def ids_elsewhere(town: Town) -> list[Case]:
    """About whom an office is consulted: an earlier case, a thread."""
    cases_of_others = refs(town, "officer")
    threads = (town.city.token(town.other, THREAD_TOKEN), town.agency.token(town.own))
    nobody = (town.agency.token(town.theirs, THREAD_TOKEN), "A" * 43)
    typed = {"kind": "trouble", "office": OFFICE, "text": "架空の文です。", "key": "key-of-a-party-0002"}
    return [
        Case("officer", f"/provider/consultation?{name}={{}}", foreign, unknown, data=data)
        for name, (foreign, unknown) in (("earlier", cases_of_others), ("thread", (threads, nobody)))
        for data in (None, town.data("officer", **typed, **{name: "{}"}))
    ]
