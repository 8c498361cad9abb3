"""Inviting people into a unit: who may invite whom, for how long, and whether an invitation is still good.

Officer (個人情報管理・苦情処理責任者) and contact (連絡責任者) are approved data (seed 004 P-Q11, M-Q8; ruling 44): an
invitation for them comes only of the bureau's entry. They themselves invite ordinary members.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from portal.domain.entry import Gathered, Typed, line, narrow, one
from portal.domain.refusal import Invalid

ROLES = ("member", "contact", "officer")
MANAGERS = frozenset({"officer", "contact"})

MOST_DAYS = 14
"""An officer or contact lets an invitation be good for so many days at most. Our decision."""

DAYS = 7
"""Days an invitation is good for unless something else is said. Our decision."""

KEPT = timedelta(days=90)
"""So long after it ended an invitation is kept with the name in it. Our decision."""

MOST_OPEN = 100
"""Invitations of one unit that are open at the same time. Our decision."""

LONGEST_NAME = 100
"""Letters of a person's name: as many as the approved record has for its officer."""


class InvitationState(StrEnum):
    """Where an invitation stands."""

    OPEN = "open"
    USED = "used"
    REVOKED = "revoked"  # taken back, or replaced by a newer one
    EXPIRED = "expired"


@dataclass(frozen=True)
class InvitationEntry:
    """What an officer or contact types: the name shown to colleagues, a ref of a place ("" = the unit), days."""

    display_name: str
    place: str
    days: int


def state(
    expires_at: datetime, used_at: datetime | None, revoked_at: datetime | None, now: datetime
) -> InvitationState:
    """Where an invitation stands at a moment; only an open one lets anybody in."""
    if used_at is not None:
        return InvitationState.USED
    if revoked_at is not None:
        return InvitationState.REVOKED
    return InvitationState.OPEN if now < expires_at else InvitationState.EXPIRED


def may_invite(by: str | None, role: str) -> bool:
    """Whether somebody of a unit in the role ``by`` invites people in ``role``: managers invite members, only them."""
    return by in MANAGERS and role == "member"


def role_after(present: str | None, invited: str) -> str:
    """The role of somebody who takes an invitation while they hold ``present`` in the unit (None = not yet in it).

    An officer who is named contact too stays officer: nobody loses a role by being given one.
    """
    weight = {role: place for place, role in enumerate(ROLES)}
    return invited if present is None or weight[invited] > weight[present] else present


def read_name(typed: Typed, field: str = "display_name") -> str:
    """The name of a person. Raises Invalid as `portal.domain.entry.line`."""
    return line(typed, field, LONGEST_NAME, needed=True)


def read_invitation(typed: Typed) -> InvitationEntry:
    """An invitation from a form; raises Invalid with everything wrong at once ("days": "missing", "not_a_number",
    "invitation_days")."""
    faults = Gathered()
    entry = InvitationEntry(
        display_name=faults.read("", read_name, typed),
        place=one(typed, "place").strip(),
        days=faults.read(DAYS, read_days, typed, "days"),
    )
    faults.settle()
    return entry


def read_days(typed: Typed, field: str) -> int:
    """Days an invitation is good for, 1 to 14. Raises Invalid: "missing", "not_a_number", "invitation_days"."""
    text = narrow(one(typed, field)[:20])
    if not text:
        raise Invalid({field: ["missing"]})
    if not text.isascii() or not text.isdigit():
        raise Invalid({field: ["not_a_number"]})
    if not 1 <= int(text) <= MOST_DAYS:
        raise Invalid({field: ["invitation_days"]}, most=MOST_DAYS)
    return int(text)
