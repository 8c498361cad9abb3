"""The desk of complaints at a ハローワーク or 労働局: what its lists ask for, and when a case is called to mind.

No time limit was found anywhere: the days of the reminders are internal and our decision, and the pages call them so
(ruling 66).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from portal.domain.complaint import Kind, Opener, State, remind_on
from portal.domain.entry import Gathered, Typed, choice, line, narrow

LONGEST_NUMBER = 14
REMIND_AFTER: Mapping[State, int] = {
    State.OPEN: 3,
    State.EXAMINED: 7,
    State.ASKED: 14,
    State.ANSWERED: 30,
}
"""Japanese days without any line of a history after which the lists call a case to mind."""


class Wanted(StrEnum):
    """Which cases a list holds; beside these each state by itself."""

    LIVE = "live"
    NEW = "new"  # live ones in which somebody wrote and the desk has not looked since
    DUE = "due"  # live ones whose internal reminder has come
    ALL = "all"


@dataclass(frozen=True)
class DeskFilter:
    """What a list asks for. state: one state alone, stronger than wanted. number: a whole 受付番号 or a part of one."""

    wanted: Wanted = Wanted.LIVE
    state: State | None = None
    kind: Kind | None = None
    opened_by: Opener | None = None
    number: str = ""


def reminder_on(state: State, touched_on: date) -> date | None:
    """From which day on a case is called to mind; None for one that is over. touched_on: day of its last line."""
    days = REMIND_AFTER.get(state)
    return None if days is None else remind_on(touched_on, days)


def is_due(state: State, touched_on: date, on: date) -> bool:
    """Whether a case is called to mind on a day."""
    day = reminder_on(state, touched_on)
    return day is not None and day <= on


def read_filter(typed: Typed) -> DeskFilter:
    """The filter as it stands in an address. Raises Invalid with everything wrong at once."""
    faults = Gathered()
    states = [each.value for each in State]
    shown = faults.read("", choice, typed, "shown", [*(each.value for each in Wanted), *states])
    kind = faults.read("", choice, typed, "kind", [each.value for each in Kind])
    opened_by = faults.read("", choice, typed, "opened_by", [each.value for each in Opener])
    number = faults.read("", line, typed, "number", LONGEST_NUMBER)
    faults.settle()
    of_state = State(shown) if shown in states else None
    return DeskFilter(
        Wanted(shown) if shown and of_state is None else Wanted.ALL if of_state else Wanted.LIVE,
        of_state,
        Kind(kind) if kind else None,
        Opener(opened_by) if opened_by else None,
        narrow(number),
    )
