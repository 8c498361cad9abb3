"""What a labour bureau (労働局) looks for among its units: states, filters as they stand in an address, days ahead.

No length of validity and no time of a reminder is in the seed: the days ahead are our decision, said on the pages.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from portal.domain.entry import Gathered, Typed, choice, line, narrow, one
from portal.domain.folding import compact
from portal.domain.reach import UnitClass
from portal.domain.refusal import Invalid
from portal.domain.seeker import read_day
from portal.domain.standing import Standing
from portal.domain.unit import LONGEST_NAME, read_number

DUE_DAYS = 60
"""So many days before the last day of a validity or of a contract it is on the desk."""
LATELY_DAYS = 60
"""So many days after its end a unit is still on the desk."""


class UnitState(StrEnum):
    """A group of units a clerk asks for; a unit may be in several, as one that is suspended and ends soon."""

    IN_USE = "in_use"  # may send today
    DUE = "due"  # its validity ends soon
    OVER = "over"  # its validity has ended, nobody asked for 利用停止
    OVER_LATELY = "over_lately"  # of these, or of those that ended, the last two months
    NOT_YET = "not_yet"
    SUSPENDED = "suspended"  # a measure of the bureau
    LIMITED = "limited"  # a measure of the bureau: fewer than 1,000 a day
    NO_OFFICER = "no_officer"  # none recorded, or the recorded one has left
    ENDED = "ended"  # 利用停止


class Order(StrEnum):
    """How the list of units is sorted."""

    NAME = "name"
    END = "end"


@dataclass(frozen=True)
class UnitFilter:
    """Which units are wanted; text is folded (name or reading), number in its one spelling or part of one."""

    text: str = ""
    number: str = ""
    state: UnitState | None = None
    unit_class: UnitClass | None = None
    ending_until: date | None = None
    order: Order = Order.NAME


def read_unit_filter(typed: Typed) -> UnitFilter:
    """The filter as it was typed into the address. Raises Invalid with everything wrong at once."""
    faults = Gathered()
    text = faults.read("", line, typed, "text", LONGEST_NAME)
    state = faults.read("", choice, typed, "state", [each.value for each in UnitState])
    of_class = faults.read("", choice, typed, "unit_class", [each.value for each in UnitClass])
    order = faults.read("", choice, typed, "order", [each.value for each in Order])
    until = faults.read(None, read_day, typed, "ending_until") if one(typed, "ending_until").strip() else None
    faults.settle()
    return UnitFilter(
        text=compact(text),
        number=number_wanted(text),
        state=UnitState(state) if state else None,
        unit_class=UnitClass(of_class) if of_class else None,
        ending_until=until,
        order=Order(order) if order else Order.NAME,
    )


def number_wanted(text: str) -> str:
    """A text as the number of a unit: full-width, without hyphens and with 枝番 as well; else what may be part of one."""
    try:
        return read_number({"number": text}, "number", UnitClass.PRIVATE).number
    except Invalid:
        return narrow(text).upper()


def shown_state(standing: Standing, valid_until: date, on: date) -> str:
    """The one word for a unit in a list: the weightiest reason why something is closed, "due", or "in_use"."""
    if standing.reasons:
        return standing.reasons[0]
    return "due" if ends_soon(valid_until, on) else "in_use"


def ends_soon(last: date, on: date) -> bool:
    """Whether a last day lies within the days ahead."""
    return timedelta() <= last - on < timedelta(days=DUE_DAYS)


def ended_lately(last: date, on: date) -> bool:
    """Whether a last day lies within the days past."""
    return timedelta() < on - last <= timedelta(days=LATELY_DAYS)
