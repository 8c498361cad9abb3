"""What somebody typed to open a case: what it is about, with whom it is left, and in their own words."""

from collections.abc import Collection
from dataclasses import dataclass

from portal.domain.answer import check_text
from portal.domain.complaint import KINDS, LONGEST_TEXT, Desk, DeskPlace, Kind, Opener
from portal.domain.entry import Gathered, Typed, choice, one


@dataclass(frozen=True)
class Entry:
    """A complaint as it was typed and found good."""

    kind: Kind
    place: DeskPlace
    text: str


def read_entry(typed: Typed, opener: Opener, offices: Collection[str], officer_refused: str = "") -> Entry:
    """The form of a new case: kind, desk, office and text. Raises Invalid with everything wrong at once.

    offices: codes that can be chosen today. officer_refused: why the officer cannot be chosen (`officer_refusal`),
    which is then the code at the field. An organisation always goes to an office (seed 004 P-Q9, M-Q6).
    """
    faults = Gathered()
    kind = faults.read("", choice, typed, "kind", [each.value for each in KINDS[opener]], needed=True)
    place = faults.read(None, _place, typed, opener, offices, officer_refused)
    text = faults.read("", check_text, one(typed, "text"), longest=LONGEST_TEXT)
    faults.settle()
    assert place is not None  # noqa: S101 -- settled: nothing was wrong with it
    return Entry(Kind(kind), place, text)


def _place(typed: Typed, opener: Opener, offices: Collection[str], officer_refused: str) -> DeskPlace:
    faults = Gathered()
    if opener is Opener.SEEKER:
        desk = faults.read("", choice, typed, "desk", (Desk.OFFICER, Desk.OFFICE), needed=True)
        if desk == Desk.OFFICER and officer_refused:
            faults.add("desk", officer_refused)
        faults.settle()
        if desk == Desk.OFFICER:
            return DeskPlace(Desk.OFFICER)
    code = faults.read("", choice, typed, "office", offices, needed=True)
    faults.settle()
    return DeskPlace(Desk.OFFICE, code)
