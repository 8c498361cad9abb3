"""The books that the year of a bureau keeps beside the portal, in plain sums, to hold the desk against.

Nothing of the portal is imported: what a state means stands here once more, so that desk and books check each other.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

NEAR = timedelta(days=60)
IN_HAND = ("received", "returned")


@dataclass
class Entry:
    """One unit as it stands in the books. All days are included ones; contracts: by licence number, as they came."""

    number: str
    name: str
    valid_from: date
    valid_until: date
    last_day: date | None = None
    officer_left_on: date | None = None
    suspended: tuple[date, date | None] | None = None
    lowered: tuple[int, date | None] | None = None
    contracts: dict[str, list[tuple[date, date]]] = field(default_factory=dict)

    def states(self, on: date) -> Iterator[str]:
        """Every group it belongs to on a day."""
        over, begun, near = self.valid_until < on, self.valid_from <= on, self.valid_until - on < NEAR
        if over and on - self.valid_until <= NEAR:
            yield "over_lately"
        if self.ended(on):
            yield "ended"
            return
        suspended = self.suspended is not None and _holds(*self.suspended, on)
        headless = self.officer_left_on is not None and self.officer_left_on <= on
        if not begun:
            yield "not_yet"
        if over:
            yield "over"
        elif near:
            yield "due"
        if suspended:
            yield "suspended"
        if self.lowered is not None and _holds(date.min, self.lowered[1], on):
            yield "limited"
        if headless and not over:
            yield "no_officer"
        if begun and not over and not suspended and not headless:
            yield "in_use"

    def ended(self, on: date) -> bool:
        """Whether its last day of use is over."""
        return self.last_day is not None and self.last_day < on

    def contracts_near(self, on: date) -> int:
        """How many contractors' newest period ends soon or ended lately; none of a unit that has ended."""
        if self.ended(on):
            return 0
        newest = [max(periods) for periods in self.contracts.values()]
        return sum(on - NEAR <= until < on + NEAR for _, until in newest)


def _holds(first: date, last: date | None, on: date) -> bool:
    return first <= on and (last is None or on <= last)


@dataclass
class Books:
    """Everything that has happened so far. cases: where each application stands; done: how often what was done."""

    entries: dict[str, Entry] = field(default_factory=dict)
    cases: dict[str, str] = field(default_factory=dict)
    done: Counter[str] = field(default_factory=Counter)

    def units_in(self, on: date) -> dict[str, set[str]]:
        """The numbers of the units of each state on a day; a state without any is missing."""
        found: dict[str, set[str]] = {}
        for entry in self.entries.values():
            for state in entry.states(on):
                found.setdefault(state, set()).add(entry.number)
        return found

    def in_hand(self) -> dict[str, int]:
        """How many applications wait for the bureau, and for the applicant."""
        counts = Counter(self.cases.values())
        return {state: counts[state] for state in IN_HAND}

    def contracts_near(self, on: date) -> int:
        """How many contractors the desk names."""
        return sum(entry.contracts_near(on) for entry in self.entries.values())
