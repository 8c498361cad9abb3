"""Who acts: a plain value that travels from the edge into a use case and into the audit line.

It carries no names and no live rows, so it may be kept, compared and logged. An actor acts for exactly one
unit (利用申請の単位), post or seeker at a time; whoever belongs to two units is two actors (seed 004 P-Q4).
"""

from dataclasses import dataclass
from enum import StrEnum


class ActorKind(StrEnum):
    """The audiences of the portal, the clock's own hands, and somebody not signed in."""

    SEEKER = "seeker"  # 求職者
    MEMBER = "member"  # a person of a unit
    OFFICE = "office"  # a post at a ハローワーク
    BUREAU = "bureau"  # a post at a 都道府県労働局
    OPERATOR = "operator"  # 運用者, at the command line
    WORKER = "worker"  # clockwork without a person
    PUBLIC = "public"  # nobody signed in


@dataclass(frozen=True)
class Actor:
    """Person, unit or post, and role. Ids are the inside ones and never leave the portal."""

    kind: ActorKind
    account_id: int | None = None
    seeker_id: int | None = None
    unit_id: int | None = None
    membership_id: int | None = None
    department_id: int | None = None
    contractor_id: int | None = None
    role: str | None = None
    office_code: str | None = None
    bureau_code: str | None = None
    request_id: str = ""
