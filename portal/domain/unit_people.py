"""Who may leave a unit, and what follows: pure rules about officers, contacts and members.

Officer (個人情報管理・苦情処理責任者) and contact (連絡責任者) manage the people of their unit. Somebody always does: the last
of them cannot be taken away. Where the officer goes without a successor, nothing is sent any more, because every first
message names an officer who answers (seed 004 S-Q4, ruling 44); where the contact goes, sending goes on.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from portal.domain import message_screening, screening
from portal.domain.message_screening import Force
from portal.domain.reach import UnitClass
from portal.domain.refusal import Conflict, Invalid
from portal.domain.screening import FindingKind
from portal.domain.unit_invitation import MANAGERS

LONGEST_DEPARTMENT = 40
"""Code points of a department's name that a unit makes itself; room for a name and none for a letter. Our decision."""

_WAYS_OUT = frozenset({FindingKind.PHONE, FindingKind.MAIL, FindingKind.URL, FindingKind.HANDLE})


def check_department(name: str, field: str, unit_class: UnitClass, on: date) -> None:
    """Whether a unit may call a department so: seekers read the name above messages, where nobody counts it.

    Raises Invalid on the field: "too_long" (length, longest), "name_with_contact" (a telephone number, an address of
    mail or of a page, a name elsewhere), "name_with_offer" (what a message of the unit is refused for on that day).
    """
    if len(name) > LONGEST_DEPARTMENT:
        raise Invalid({field: ["too_long"]}, length=len(name), longest=LONGEST_DEPARTMENT)
    if any(found.kind in _WAYS_OUT for found in screening.screen(name)):
        raise Invalid({field: ["name_with_contact"]})
    judged = message_screening.judge(message_screening.screen(name), unit_class, on)
    if any(found.force is Force.REFUSED for found in judged):
        raise Invalid({field: ["name_with_offer"]})


@dataclass(frozen=True)
class Seat:
    """A membership in force. able: its person can act today (account open, department and contractor not ended)."""

    membership_id: int
    role: str
    able: bool


def leave_refusal(leaving: Seat, seats: Iterable[Seat]) -> Conflict | None:
    """Why a membership cannot be ended, or None: "last_manager" when nobody else could manage the unit's people.

    Somebody who cannot act themselves takes nothing away by going.
    """
    if leaving.role not in MANAGERS or not leaving.able or _others(leaving, seats, MANAGERS):
        return None
    return Conflict("last_manager")


def closes_sending(leaving: Seat, seats: Iterable[Seat], *, successor_named: bool) -> bool:
    """Whether nothing can be sent once this membership has ended.

    successor_named: the bureau has recorded a new officer, who was invited and has not come yet.
    """
    if leaving.role != "officer" or successor_named:
        return False
    return not _others(leaving, seats, {"officer"})


def _others(leaving: Seat, seats: Iterable[Seat], roles: Iterable[str]) -> list[Seat]:
    wanted = frozenset(roles)
    return [
        seat
        for seat in seats
        if seat.membership_id != leaving.membership_id and seat.role in wanted and seat.able
    ]
