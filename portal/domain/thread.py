"""Who of a unit sees a thread, and who may write in it.

Inside a unit a thread belongs to the department or contractor (連名申請者) that opened it; the officer and
the contact see all, as the officer must know and answer for the use by all departments (seed 004 M-Q5; ruling
R13, our decision).
"""

from dataclasses import dataclass

from portal.domain.reach import Cause
from portal.domain.refusal import Conflict, Refusal, SendingClosed, Unreachable
from portal.domain.standing import Standing

MOST_HAND_OVERS_A_DAY = 3
"""Hand-overs of one thread on a Japanese day: enough to put a mistake right. Each is a line in front of the seeker that
counts against nothing. Our decision."""


@dataclass(frozen=True)
class Belonging:
    """Department and contractor of a member or of a thread; None = neither, that is the unit itself."""

    department_id: int | None = None
    contractor_id: int | None = None


@dataclass(frozen=True)
class MemberFacts:
    """One person in one unit. sees_all: officer (個人情報管理・苦情処理責任者) or contact (連絡責任者)."""

    belongs: Belonging
    sees_all: bool = False


def sees(member: MemberFacts, thread: Belonging) -> bool:
    """Whether a member sees and writes a thread of the own unit.

    A contractor's thread is seen by the people of that contractor, whatever their department. A department's
    thread is seen by that department, never by a contractor. A thread without both is seen by members without
    both: who has no department does not thereby see every department's threads (our decision; the officer
    sees them).
    """
    if member.sees_all:
        return True
    if thread.contractor_id is not None:
        return member.belongs.contractor_id == thread.contractor_id
    return member.belongs.contractor_id is None and member.belongs.department_id == thread.department_id


def belonging_of_new(member: MemberFacts) -> Belonging:
    """What a thread opened by a member is stamped with: the member's own department and contractor."""
    return member.belongs


def unit_write_refusal(standing: Standing, reachable: bool) -> Refusal | None:
    """Why the unit cannot write, or None when it may.

    The unit's own standing is told first and in full; about the seeker there is one neutral answer (ruling
    R3). The first does not depend on the seeker, so that their order tells nothing.
    """
    try:
        standing.require_send()
    except Refusal as refusal:
        return refusal
    return None if reachable else Unreachable()


def require_hand_over(standing: Standing) -> None:
    """Whether a unit hands single threads over today: raise SendingClosed while it may not even search.

    A suspended or ended unit puts no line in front of a seeker. The threads of a contractor whose contract has ended
    pass on all the same, because they stay with the body (ruling R13).
    """
    if not standing.search:
        raise SendingClosed(standing.reasons[0])


def require_another_hand_over(so_far: int) -> None:
    """so_far: of this thread on this Japanese day. Raises Conflict "too_many_hand_overs" (most)."""
    if so_far >= MOST_HAND_OVERS_A_DAY:
        raise Conflict("too_many_hand_overs", most=MOST_HAND_OVERS_A_DAY)


_SEEKER_REASONS: tuple[tuple[Cause, str], ...] = (
    (Cause.STOPPED, "stopped"),
    (Cause.REGISTRATION, "registration_not_in_force"),
    (Cause.SCHOOL, "school_rule"),
    (Cause.TERMS, "terms_not_agreed"),
    (Cause.NO_PROFILE, "no_profile"),
    (Cause.RANGE, "out_of_range"),
    (Cause.BLOCKED, "blocked_by_you"),
)


def seeker_write_refusal(found: frozenset[Cause], unit: Standing) -> Refusal | None:
    """Why the seeker cannot answer, or None when the answer goes.

    found: the causes of `portal.domain.reach.causes`, told to the seeker alone. A thread that is closed for
    the unit is closed for the seeker too, so that nobody writes to one who cannot answer; unblocking opens it
    again. A unit that is suspended, ended or no longer valid takes no answers: the seeker sees the neutral
    "unit_closed". A unit that only lacks its officer can still be written to. Reading stays open on both
    sides.
    """
    for cause, reason in _SEEKER_REASONS:
        if cause in found:
            return Refusal(reason)
    return None if unit.search else Refusal("unit_closed")
