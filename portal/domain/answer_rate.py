"""How many answers a text may expect, by what came of earlier ones: counted, or not said at all.

No figure is made up: with too few earlier messages nothing is told. From what number on it is told, and how long an
answer is waited for, is our decision.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

MANY = 10
"""From so many recipients on a text counts as one to many."""
ENOUGH = 20
"""So many earlier messages are needed to tell a rate."""
TIME_TO_ANSWER = timedelta(days=3)
"""Younger sends are left out: their answers are still to come."""
LOOKS_BACK = timedelta(days=90)


@dataclass(frozen=True)
class AnswerRate:
    """Earlier messages of one kind, and how many were answered."""

    sent: int
    answered: int

    @property
    def known(self) -> bool:
        """Whether there are enough to tell anything."""
        return self.sent >= ENOUGH

    @property
    def percent(self) -> int:
        """Answers in a hundred, rounded down: what is expected is not made larger."""
        return self.answered * 100 // self.sent if self.sent else 0


def rate(sends: Iterable[tuple[int, int]]) -> AnswerRate:
    """Of sends with how many went out and how many were answered."""
    counted = list(sends)
    return AnswerRate(sum(sent for sent, _ in counted), sum(answered for _, answered in counted))
