"""Requests for a correction with another office's in their place, and where somebody goes on after the terms."""

from collections.abc import Iterator

from portal.services import correction, public_id
from tests.build import BuiltSeeker
from tests.web.foreign_town import Case, Town

RULE = "/office/corrections/<ref>"


def asked(town: Town, who: BuiltSeeker) -> str:
    """A seeker has asked for a correction; its ref, as their office has it."""
    clerk = town.other_clerk if who == town.theirs else town.clerk
    with town.database.write() as session:
        correction.ask(session, town.clock, who.actor, "other", "見本の申出です。")
    with town.database.read() as session:
        return correction.desk(session, town.clock, clerk).open[-1].ref


def cases(town: Town, rule: str, method: str) -> list[Case]:
    """Of others: another office's, a seeker's own address. Never given out: made up."""
    foreign = (asked(town, town.theirs), public_id.shown(town.own.office_id))
    unknown = (public_id.shown(b"never given out!"), "A" * 22)
    data = town.data("clerk", decision="corrected", text="") if method == "POST" else None
    return [Case("clerk", rule.replace("<ref>", "{}"), foreign, unknown, data=data)]


def ids_elsewhere(town: Town) -> Iterator[Case]:
    """Whose thread one would go back to: of a unit that never wrote, and of one that does not exist."""
    ids = (public_id.shown(town.city.public_id),), (public_id.shown(b"never given out!"),)
    yield Case("seeker", "/seeker/new-terms?then={}", *ids)
    data = town.data("seeker", version="2026-04", then="{}")
    yield Case("seeker", "/seeker/terms", *ids, data=data)
