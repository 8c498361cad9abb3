"""Every address of a unit's applications with another unit's in its place."""

from portal.services import public_id
from tests.web.foreign_town import Case, Town

RULE = "/provider/applications/<ref>"
STEPS = ("change", "people", "no-such-step")


def refs(town: Town) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Of others: another unit's, a unit. Never given out: made up."""
    foreign = (town.application, public_id.shown(town.city.public_id))
    return foreign, (public_id.shown(b"never given out!"), "A" * 22)


def cases(town: Town, rule: str, method: str) -> list[Case]:
    """Every address below an application."""
    found = []
    for step in STEPS if "<step>" in rule else ("",):
        address = rule.replace("<ref>", "{}").replace("<step>", step)
        typed = town.data("officer", seen="1", day="2026-07-01", parts="people")
        found.append(Case("officer", address, *refs(town), data=None if method == "GET" else typed))
    return found
