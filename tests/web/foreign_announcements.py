"""Addresses of announcements with one to another unit, or by another bureau, in their place."""

from collections.abc import Iterator
from typing import Any

from portal.domain.actor import Actor
from portal.services import announcement_desk, public_id
from portal.store import unit as units
from tests.build import BuiltUnit
from tests.web.foreign_town import Case, Town

READERS = {
    "/provider/announcements/<ref>": "first",
    "/seeker/announcements/<ref>": "seeker",
    "/office/announcements/<ref>": "clerk",
    "/bureau/announcements/<ref>": "bureau",
}
WRITTEN = "/bureau/announcements/written/<ref>"


def announced(town: Town, clerk: Actor, unit: BuiltUnit, **typed: Any) -> str:
    """Something that a bureau tells one of its units; its ref."""
    with town.database.read() as session:
        number = units.by_id(session, unit.id).number
    filled = {"to": "unit", "number": number, "title": "架空のお知らせ", "text": "見本の本文です。", **typed}
    with town.database.write() as session:
        key = public_id.shown(number.encode().ljust(16, b"-")[-16:])
        return announcement_desk.write(session, town.clock, clerk, filled, key)


def unknown() -> tuple[str, ...]:
    """Never given out."""
    return public_id.shown(b"never given out!"), "A" * 22


def readers(town: Town, rule: str) -> list[Case]:
    """To another unit; not shown yet."""
    foreign = [
        announced(town, town.bureau, town.city),
        announced(town, town.bureau, town.agency, shown_from="2026-06-16"),
    ]
    return [Case(READERS[rule], rule.replace("<ref>", "{}"), tuple(foreign), unknown())]


def writers(town: Town, rule: str, method: str) -> list[Case]:
    """By another bureau; to a unit, but of whom it is the reader."""
    foreign = (announced(town, town.other_bureau, town.far), public_id.shown(town.city.public_id))
    typed = {"seen": "1", "title": "別の題", "text": "別の本文"}
    data = town.data("bureau", **typed) if method == "POST" else None
    return [Case("bureau", rule.replace("<ref>", "{}"), foreign, unknown(), data=data)]


def ids_elsewhere(town: Town) -> Iterator[Case]:
    """The number of a unit to which a bureau would write: another bureau's, and one that nobody has."""
    with town.database.read() as session:
        number = units.by_id(session, town.far.id).number
    typed = {"to": "unit", "number": "{}", "title": "架空のお知らせ", "text": "見本の本文です。"}
    data = town.data("bureau", key=public_id.shown(b"key of a new one"), **typed)
    yield Case("bureau", "/bureau/announcements/new", (number,), ("99-ユ-999999",), data=data)
