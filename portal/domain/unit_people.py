"""Who may leave a unit, and what follows: pure rules about officers, contacts and members.

Officer (個人情報管理・苦情処理責任者) and contact (連絡責任者) manage the people of their unit. Somebody always does: the last
of them cannot be taken away. Where the officer goes without a successor, nothing is sent any more, because every first
message names an officer who answers (seed 004 S-Q4, ruling 44); where the contact goes, sending goes on.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from portal.domain.refusal import Conflict
from portal.domain.unit_invitation import MANAGERS


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
