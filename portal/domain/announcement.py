"""Announcements (お知らせ): what is told to units or to everybody, for whom, and from which day to which.

The seeds name none: all of it is our decision. Those that the portal makes by itself are kept as what has happened
(a kind with its facts); the words are made where they are read.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from portal.domain.answer import check_text
from portal.domain.entry import Gathered, Typed, choice, line, one
from portal.domain.reach import UnitClass
from portal.domain.refusal import Invalid
from portal.domain.seeker import read_day
from portal.domain.unit import read_number

LONGEST_TITLE = 80
LONGEST_TEXT = 4000
"""Code points."""
SHOWN_DAYS = 365
"""So long an announcement that the portal made is shown."""
FARTHEST = timedelta(days=5 * 366)
"""No day of an announcement lies farther ahead: a guard against typing slips."""


class Kind(StrEnum):
    """What an announcement is about; TEXT was written by somebody, the others the portal makes by itself."""

    TEXT = "text"
    VALIDITY_ENDS = "validity_ends"
    VALIDITY_ENDED = "validity_ended"
    CONTRACTOR_ENDS = "contractor_ends"
    CONTRACTOR_ENDED = "contractor_ended"
    SUSPENDED = "suspended"
    SUSPENSION_LIFTED = "suspension_lifted"
    LIMIT_LOWERED = "limit_lowered"
    LIMIT_LIFTED = "limit_lifted"
    APPLICATION_RECEIVED = "application_received"
    APPLICATION_RETURNED = "application_returned"
    APPLICATION_APPROVED = "application_approved"
    APPLICATION_REFUSED = "application_refused"
    APPLICATION_WITHDRAWN = "application_withdrawn"
    PAID_NOTICE_RECEIVED = "paid_notice_received"
    PAID_NOTICE_ASKED_BACK = "paid_notice_asked_back"
    PAID_NOTICE_ACCEPTED = "paid_notice_accepted"


FactValue = int | str | date | None

# The facts without which no sentence can be made of a kind. What else is given is kept, and shown where the words of
# the kind have room for it.
NEEDED: Mapping[Kind, frozenset[str]] = {
    Kind.VALIDITY_ENDS: frozenset({"last_day", "days"}),
    Kind.VALIDITY_ENDED: frozenset({"last_day"}),
    Kind.CONTRACTOR_ENDS: frozenset({"contractor", "last_day", "days"}),
    Kind.CONTRACTOR_ENDED: frozenset({"contractor", "last_day"}),
    Kind.SUSPENDED: frozenset({"since"}),
    Kind.SUSPENSION_LIFTED: frozenset(),
    Kind.LIMIT_LOWERED: frozenset({"limit"}),
    Kind.LIMIT_LIFTED: frozenset({"limit"}),
    Kind.APPLICATION_RECEIVED: frozenset({"number"}),
    Kind.APPLICATION_RETURNED: frozenset({"number"}),
    Kind.APPLICATION_APPROVED: frozenset({"number"}),
    Kind.APPLICATION_REFUSED: frozenset({"number"}),
    Kind.APPLICATION_WITHDRAWN: frozenset({"number"}),
    Kind.PAID_NOTICE_RECEIVED: frozenset({"number"}),
    Kind.PAID_NOTICE_ASKED_BACK: frozenset({"number"}),
    Kind.PAID_NOTICE_ACCEPTED: frozenset({"number"}),
}


class To(StrEnum):
    """To whom somebody writes, as a form offers it."""

    UNIT = "unit"
    UNITS = "units"
    PRIVATE = "private"
    MUNICIPAL = "municipal"
    EVERYBODY = "everybody"


CLASS_OF: Mapping[To, UnitClass | None] = {
    To.UNITS: None,
    To.PRIVATE: UnitClass.PRIVATE,
    To.MUNICIPAL: UnitClass.MUNICIPAL,
}

BUREAU_MAY = (To.UNIT, To.UNITS, To.PRIVATE, To.MUNICIPAL)
"""A bureau speaks to its own units only (ruling R15)."""
OPERATOR_MAY = tuple(To)


def check_facts(kind: Kind, facts: Mapping[str, FactValue]) -> None:
    """Raise ValueError for a kind that is written by somebody, or one with a fact missing."""
    if kind is Kind.TEXT or not facts.keys() >= NEEDED[kind]:
        raise ValueError(f"an announcement of the kind {kind} needs {sorted(NEEDED.get(kind, ()))}")


def shown(shown_from: date, shown_until: date | None, on: date, *, withdrawn: bool = False) -> bool:
    """Whether an announcement is shown on a day; both days are included ones."""
    return not withdrawn and shown_from <= on and (shown_until is None or on <= shown_until)


@dataclass(frozen=True)
class Content:
    """What somebody wrote. shown_until: None = until it is withdrawn."""

    title: str
    text: str
    shown_from: date
    shown_until: date | None


def read_content(typed: Typed, on: date, *, began: date | None = None) -> Content:
    """Title, plain text and days of a form; without a first day from today on.

    began: the first day of one that is shown already; it may stay as it is. Raises Invalid with everything wrong at
    once; on the days "in_past", "before_start", "too_far" and the codes of a day.
    """
    faults = Gathered()
    title = faults.read("", line, typed, "title", LONGEST_TITLE, needed=True)
    text = faults.read("", _text, typed)
    first = faults.read(on, _first, typed, on, began)
    last = faults.read(None, _last, typed, first, on)
    faults.settle()
    return Content(title, text, first, last)


def _text(typed: Typed) -> str:
    return check_text(one(typed, "text"), longest=LONGEST_TEXT)


def _first(typed: Typed, on: date, began: date | None) -> date:
    first = read_day(typed, "shown_from") if one(typed, "shown_from").strip() else began or on
    if first < on and first != began:
        raise Invalid({"shown_from": ["in_past"]})
    if first > on + FARTHEST:
        raise Invalid({"shown_from": ["too_far"]})
    return first


def _last(typed: Typed, first: date, on: date) -> date | None:
    if not one(typed, "shown_until").strip():
        return None
    last = read_day(typed, "shown_until")
    if last < first:
        raise Invalid({"shown_until": ["before_start"]})
    if last < on:
        raise Invalid({"shown_until": ["in_past"]})
    if last > on + FARTHEST:
        raise Invalid({"shown_until": ["too_far"]})
    return last


def read_to(typed: Typed, offered: tuple[To, ...]) -> To:
    """To whom it goes. Raises Invalid: "missing", "unknown_code"."""
    return To(choice(typed, "to", [each.value for each in offered], needed=True))


def read_unit_numbers(typed: Typed, field: str = "number") -> dict[UnitClass, str]:
    """The number of the one unit meant, as it may be read in each class. Raises Invalid: "missing", "bad_number"."""
    found: dict[UnitClass, str] = {}
    refused: Invalid | None = None
    for unit_class in UnitClass:
        try:
            found[unit_class] = read_number(typed, field, unit_class).number
        except Invalid as invalid:
            refused = invalid
    if not found and refused is not None:
        raise refused
    return found
