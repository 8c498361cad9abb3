"""Addresses and forms about the people of a unit with another unit's people, places and invitations in their place."""

from collections.abc import Iterator
from itertools import count
from typing import Any

from sqlalchemy import select

from portal.services import public_id, unit_invitation
from portal.store.tables import unit_invitation as invited
from tests.build import build_department, build_member
from tests.web.foreign_town import Case, Town

RULE = "/provider/people/"
_numbers = count(1)
# What a form sends, by the last part of its address.
FORMS: dict[str, dict[str, Any]] = {"place": {"place": ""}, "end": {"last_day": "2026-06-30"}}


def _department(town: Town) -> int:
    """Another unit's department."""
    return build_department(town.database, town.city, f"架空の{next(_numbers)}課")


def refs(town: Town, kind: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Of others: another unit's. Never given out: of nobody, of another kind, made up."""
    theirs = {
        "member": town.helper.membership_id,
        "department": _department(town),
    }[kind]
    other_kind = {"member": "department", "department": "member"}[kind]
    unknown = (town.agency.ref(kind, 10**9), town.agency.ref(other_kind, 10**9), "A" * 43)
    return (town.city.ref(kind, theirs),), unknown


def refs_of_invitations(town: Town) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Of others: another unit's, a unit. Never given out: made up."""
    officer = build_member(town.database, town.city, role="officer")
    typed = {"display_name": "架空 招待", "place": "", "days": "3"}
    with town.database.write() as session:
        unit_invitation.invite(session, town.clock, officer.actor, typed)
    with town.database.read() as session:
        theirs = session.scalars(select(invited.c.public_id).where(invited.c.unit_id == town.city.id)).first()
    foreign = (public_id.shown(theirs or b""), public_id.shown(town.city.public_id))
    return foreign, (public_id.shown(b"never given out!"), "A" * 22)


def cases(town: Town, rule: str, method: str) -> list[Case]:
    """Every address below the list of people."""
    if "/invitations/" in rule:
        ids = refs_of_invitations(town)
    else:
        ids = refs(town, "department" if "/departments/" in rule else "member")
    form = FORMS.get(rule.rpartition("/")[2], {})
    data = None if method == "GET" else town.data("officer", **form)
    return [Case("officer", rule.replace("<ref>", "{}"), *ids, data=data)]


def ids_elsewhere(town: Town) -> Iterator[Case]:
    """A place in a form."""
    typed = town.data("officer", display_name="架空 花子", days="3", place="{}")
    yield Case("officer", "/provider/people/invite", *refs(town, "department"), data=typed)
    somebody = town.agency.ref("member", town.first.membership_id)
    foreign = (town.city.ref("department", _department(town)),)
    address = f"/provider/people/{somebody}/place"
    yield Case("officer", address, foreign, ("A" * 43,), data=town.data("officer", place="{}"))
