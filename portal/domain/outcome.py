"""What comes of a thread: 利用希望 -> 求職受理 -> 紹介 -> 就職, or the end of it (ruling R8).

The seeker's 利用希望 (wish to use the organisation's service) opens it; the unit keeps the rest, for its own
view and for the periodical report (seed 004 P-Q12, M-Q9). A unit records what happened even after the seeker
can no longer be reached: who found work often stops using the service.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from portal.domain.actor import ActorKind
from portal.domain.refusal import Forbidden, Refusal


class Outcome(StrEnum):
    """Where a thread stands."""

    NONE = "none"
    USE_WISHED = "use_wished"  # 利用希望
    ACCEPTED = "accepted"  # 求職受理
    REFERRED = "referred"  # 紹介
    EMPLOYED = "employed"  # 就職
    ENDED = "ended"


_BY_UNIT = frozenset({ActorKind.MEMBER})
_BY_SEEKER = frozenset({ActorKind.SEEKER})
_BY_BOTH = _BY_UNIT | _BY_SEEKER

TRANSITIONS: dict[tuple[Outcome, Outcome], frozenset[ActorKind]] = {
    (Outcome.NONE, Outcome.USE_WISHED): _BY_SEEKER,
    (Outcome.USE_WISHED, Outcome.ACCEPTED): _BY_UNIT,
    (Outcome.USE_WISHED, Outcome.ENDED): _BY_BOTH,
    (Outcome.ACCEPTED, Outcome.REFERRED): _BY_UNIT,
    (Outcome.ACCEPTED, Outcome.ENDED): _BY_UNIT,
    (Outcome.REFERRED, Outcome.REFERRED): _BY_UNIT,
    (Outcome.REFERRED, Outcome.EMPLOYED): _BY_UNIT,
    (Outcome.REFERRED, Outcome.ENDED): _BY_UNIT,
    (Outcome.EMPLOYED, Outcome.USE_WISHED): _BY_SEEKER,
    (Outcome.ENDED, Outcome.USE_WISHED): _BY_SEEKER,
}
"""From and to, and who takes the step. A further referral is a step of its own, because reports count
referrals; a new wish after the end opens a new round. Both are our decisions: the seed names no states."""


@dataclass(frozen=True)
class OutcomeStep:
    """A step taken, with the day it happened (not the day it was typed)."""

    outcome: Outcome
    happened_on: date


def next_outcomes(current: Outcome, kind: ActorKind) -> tuple[Outcome, ...]:
    """What this side may record next, in the order of the story."""
    return tuple(to for (since, to), who in TRANSITIONS.items() if since is current and kind in who)


def step(
    current: Outcome, previous_on: date | None, to: Outcome, happened_on: date, kind: ActorKind, on: date
) -> OutcomeStep:
    """Take one step.

    previous_on: day of the step before, if any; on: today. Raises Forbidden "outcome_of_other_side" when the
    other side takes this step, Refusal "outcome_not_next" (also when another window was faster),
    "outcome_before_previous" (facts: previous_on) and "outcome_in_future" (facts: today).
    """
    who = TRANSITIONS.get((current, to))
    if who is None:
        raise Refusal("outcome_not_next")
    if kind not in who:
        raise Forbidden("outcome_of_other_side")
    if happened_on > on:
        raise Refusal("outcome_in_future", today=on)
    if previous_on is not None and happened_on < previous_on:
        raise Refusal("outcome_before_previous", previous_on=previous_on)
    return OutcomeStep(to, happened_on)
