"""Addresses of a bureau's applications with another bureau's, and with one that was never given out, in their place."""

from typing import Any

from portal.domain.actor import Actor
from portal.services import application_desk, public_id
from portal.store.database import Database
from tests.web.foreign_town import Case, Town

RULE = "/bureau/applications/<ref>"

HEAD = {
    "kind": "use",
    "unit_class": "private",
    "registration_class": "paid",
    "name": "架空の申請者",
    "kana": "かくうのしんせいしゃ",
    "basis": "art30",
    "address": "見本町1番地",
    "representative": "見本 代表",
}
# What a form of the bureau sends, by the last part of its address.
FORMS: dict[str, dict[str, Any]] = {
    "approve": {
        "valid_from": "2026-07-01",
        "valid_until": "2027-03-31",
        "open_reason": "見本",
        "confirmed": "1",
    },
    "ask-back": {"more": "見本の理由です。"},
    "checks": {"item-0": "papers", "subject-0": "", "result-0": "ok", "note-0": ""},
    "people": {"officer_name": "見本 責任", "officer_phone": "00-0000-0000", "same": "1"},
    "receive": {"received_on": "2026-06-15"},
    "refuse": {"reason": "見本の理由です。", "confirmed": "1"},
    "withdraw": {"reason": "見本の理由です。", "confirmed": "1"},
}


def taken_in(database: Database, clock: Any, clerk: Actor, number: str) -> str:
    """An application from paper at the bureau of this clerk; its ref."""
    with database.write() as session:
        return application_desk.take_in(session, clock, clerk, {**HEAD, "number": number})


def refs_of_applications(town: Town) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Of others: another bureau's, a unit. Never given out: made up."""
    theirs = taken_in(town.database, town.clock, town.other_bureau, "27-ユ-300001")
    foreign = (theirs, public_id.shown(town.city.public_id))
    return foreign, (public_id.shown(b"never given out!"), "A" * 22)


def cases(town: Town, rule: str, method: str) -> list[Case]:
    """Every address below an application."""
    ids = refs_of_applications(town)
    steps = ("people", "no-such-step") if "<step>" in rule else ("",)
    found = []
    for step in steps:
        address = rule.replace("<ref>", "{}").replace("<step>", step)
        form = {"seen": "1", **FORMS.get(address.rpartition("/")[2], {})}
        found.append(
            Case("bureau", address, *ids, data=None if method == "GET" else town.data("bureau", **form))
        )
    return found
