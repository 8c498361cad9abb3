"""Addresses of the desks of complaints with another desk's case, and with one never given out, in their place."""

from functools import cache
from typing import Any

from portal.services import public_id
from tests.registrations import OFFICE, OTHER_OFFICE
from tests.web.complaint_town import complained, handed_over
from tests.web.foreign_town import Case, Town

RULES = ("/office/complaints/<ref>", "/bureau/complaints/<ref>")
FORMS: dict[str, dict[str, Any]] = {
    "take-up": {"seen": "1"},
    "note": {"text": "架空のメモです。"},
    "reminder": {"seen": "1", "remind_on": "2026-07-01"},
    "answer": {"seen": "1", "key": "key-of-a-desk-0001", "text": "架空の文です。"},
    "ask": {"seen": "1", "key": "key-of-a-desk-0001", "text": "架空の文です。"},
    "no-such-act": {"seen": "1", "key": "key-of-a-desk-0001", "text": "架空の文です。"},
    "hand-over": {"seen": "1", "key": "key-of-a-desk-0001", "to": OTHER_OFFICE, "text": "架空の文です。"},
    "transcript": {},
}


@cache
def refs(town: Town) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Of others: another office's, one that was handed over to another bureau, a unit. Never given out: made up."""
    theirs = complained(town.database, town.clock, town.other, town.agency, OTHER_OFFICE)
    away = complained(town.database, town.clock, town.other, town.far, OFFICE)
    handed_over(town.database, town.clock, town.clerk, away)
    foreign = (theirs, away, public_id.shown(town.city.public_id))
    return foreign, (public_id.shown(b"never given out!"), "A" * 22)


def cases(town: Town, rule: str, method: str) -> list[Case]:
    """Every address below a case."""
    who = "clerk" if rule.startswith("/office") else "bureau"
    ids = refs(town)
    found = []
    for act in ("answer", "ask", "no-such-act") if "<act>" in rule else ("",):
        address = rule.replace("<ref>", "{}").replace("<act>", act)
        form = FORMS.get(address.rpartition("/")[2], {})
        found.append(Case(who, address, *ids, data=None if method == "GET" else town.data(who, **form)))
    return found


def ids_elsewhere(town: Town) -> list[Case]:
    """Where a page of a list begins, and to whom a case goes."""
    foreign, unknown = refs(town)
    lists = [
        Case(who, f"/{room}/complaints?after=1781488800000000.{{}}", foreign, unknown)
        for who, room in (("clerk", "office"), ("bureau", "bureau"))
    ]
    own = complained(town.database, town.clock, town.other, town.agency, OFFICE)
    data = town.data("clerk", seen="1", key="key-of-a-desk-0002", text="架空の文です。", to="{}")
    itself = Case("clerk", f"/office/complaints/{own}/hand-over", (OFFICE,), ("X9999",), data=data)
    return [*lists, itself]
