"""Announcements of the fictional town: to everybody, to the units of a bureau, and what a unit is told by itself."""

from typing import Any

from portal.domain.actor import Actor, ActorKind
from portal.domain.announcement import Kind
from portal.services import announcement_desk, public_id
from portal.services.announcement import tell_unit
from portal.services.use_case import use_case
from tests.build import LAST_DAY, BuiltUnit

OPERATOR = Actor(ActorKind.OPERATOR)
TEXT = (
    "窓口の受付は、12月28日までと、1月5日からです。\nこのサイトは、休みの間も使えます。\n\n（架空の内容です）"
)


def build_announcements(database: Any, clock: Any, bureau: Actor, unit: BuiltUnit) -> None:
    """One of each kind of author."""
    for number, (author, to, title) in enumerate(
        ((OPERATOR, "everybody", "年末年始の受付について"), (bureau, "units", "架空の説明会のご案内"))
    ):
        with database.write() as session:
            typed = {"to": to, "title": title, "text": TEXT}
            key = public_id.shown(number.to_bytes(16))
            announcement_desk.write(session, clock, author, typed, key)
    with database.write() as session, use_case(session, clock, OPERATOR, "unit.remind") as trail:
        tell_unit(session, trail, unit.id, Kind.VALIDITY_ENDS, last_day=LAST_DAY, days=30)
