"""Measures (措置) of a 都道府県労働局 (labour bureau) on a unit: a suspension, or fewer messages a day.

That a bureau can do so is not in the seeds: our decision, said on its pages. Nothing happens by itself on a complaint:
a measure is what a clerk entered, with a reason, from one day to another.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from portal.domain.answer import check_text
from portal.domain.entry import Gathered, Typed, choice, one, ticked
from portal.domain.quota import LIMIT_PER_DAY
from portal.domain.refusal import Conflict, Invalid
from portal.domain.seeker import read_day
from portal.domain.standing import UnitFacts, covers
from portal.domain.unit import LONGEST_REASON, read_limit

FARTHEST = timedelta(days=5 * 366)
"""No day of a measure lies farther ahead: our guard against typing slips."""


class MeasureKind(StrEnum):
    """What was entered. A suspension or limit entered again is a change of the one there is."""

    SUSPENSION = "suspension"
    LIFT = "lift"
    LIMIT = "limit"
    LIMIT_LIFTED = "limit_lifted"


class Reason(StrEnum):
    """Ready reasons; which breach or report it is, the clerk writes beside it."""

    ORDER = "order"  # an order against the agency itself: 事業停止命令, 許可の取消し
    BREACH = "breach"  # of the 利用規約
    REPORT_OVERDUE = "report_overdue"
    SAFETY = "safety"  # 情報の安全, an infected computer for instance
    OWN_WISH = "own_wish"  # the organisation asked for it
    OTHER = "other"


@dataclass(frozen=True)
class Words:
    """Why. tells_reason: whether the unit reads the ready reason. told: words to the unit. note: the bureau's own."""

    reason: Reason
    tells_reason: bool = False
    told: str = ""
    note: str = ""


@dataclass(frozen=True)
class Suspension:
    """Days without search and sending, both included; until: None = until it is lifted."""

    since: date
    until: date | None = None

    def holds(self, on: date) -> bool:
        """Whether the unit neither searches nor sends on a day."""
        return covers(self.since, self.until, on)


@dataclass(frozen=True)
class Lowered:
    """Messages a day below the 1,000 of seed 004 P-Q6, from today; until: None = until it is lifted."""

    limit: int
    until: date | None = None


def suspension_of(facts: UnitFacts, on: date) -> Suspension | None:
    """The suspension that holds on a day or later; None for one that is over."""
    if facts.suspended_from is None:
        return None
    found = Suspension(facts.suspended_from, facts.suspended_until)
    return None if found.until is not None and found.until < on else found


def lowered_of(facts: UnitFacts, on: date) -> Lowered | None:
    """The lowered limit that binds on a day; None for the 1,000 of everybody."""
    limit = facts.lowered_limit
    if limit is None or limit >= LIMIT_PER_DAY or not covers(None, facts.limit_until, on):
        return None
    return Lowered(limit, facts.limit_until)


def read_suspension(typed: Typed, current: Suspension | None, on: date) -> tuple[Suspension, Words]:
    """A suspension from a form: from today or a later day, and to a day or until it is lifted.

    One that has begun keeps its first day; everything else of it can be changed. Raises Invalid with everything wrong
    at once; on the days "in_past", "before_start", "too_far", "already_began", and the codes of a day.
    """
    faults = Gathered()
    began = current.since if current is not None and current.since <= on else None
    since = faults.read(on, _since, typed, began, on)
    until = faults.read(None, _until, typed, "suspended_until", max(since, on), on)
    words = faults.read(Words(Reason.OTHER), read_words, typed)
    faults.settle()
    return Suspension(since, until), words


def _since(typed: Typed, began: date | None, on: date) -> date:
    first = read_day(typed, "suspended_from") if one(typed, "suspended_from").strip() else began or on
    if began is not None and first != began:
        raise Invalid({"suspended_from": ["already_began"]})
    if began is None and first < on:
        raise Invalid({"suspended_from": ["in_past"]})
    if first > on + FARTHEST:
        raise Invalid({"suspended_from": ["too_far"]})
    return first


def _until(typed: Typed, field: str, since: date, on: date) -> date | None:
    if not one(typed, field).strip():
        return None
    last = read_day(typed, field)
    if last < since:
        raise Invalid({field: ["in_past" if last < on else "before_start"]})
    if last > on + FARTHEST:
        raise Invalid({field: ["too_far"]})
    return last


def read_lowered(typed: Typed, on: date) -> tuple[Lowered, Words]:
    """A lowered limit from a form, from today on. Raises Invalid with everything wrong at once.

    "not_lower": 1,000 is the limit of everybody, to which one goes back by lifting. 0 sends nothing.
    """
    faults = Gathered()
    limit = faults.read(0, read_limit, typed, "limit")
    if limit == LIMIT_PER_DAY:
        faults.add("limit", "not_lower")
    until = faults.read(None, _until, typed, "limit_until", on, on)
    words = faults.read(Words(Reason.OTHER), read_words, typed)
    faults.settle()
    return Lowered(limit, until), words


def read_words(typed: Typed) -> Words:
    """Why, from a form. Raises Invalid with everything wrong at once; "missing" on the note when the reason is
    "other" and neither told nor noted."""
    faults = Gathered()
    reason = faults.read("", choice, typed, "reason", [each.value for each in Reason], needed=True)
    tells = faults.read(False, ticked, typed, "tells_reason")
    told = faults.read("?", _text, typed, "told")
    note = faults.read("?", _text, typed, "note")
    if reason == Reason.OTHER and not told and not note:
        faults.add("note", "missing")
    faults.settle()
    return Words(Reason(reason), tells, told, note)


def read_note(typed: Typed) -> str:
    """The bureau's own note beside a lifting; "" for none."""
    return _text(typed, "note")


def _text(typed: Typed, field: str) -> str:
    return check_text(one(typed, field), longest=LONGEST_REASON, field=field, may_be_empty=True)


def lifted(current: Suspension | None, on: date) -> Suspension | None:
    """What remains of a suspension that is lifted today: the days up to yesterday, or nothing.

    Raises Conflict "not_suspended" when none holds or is to come.
    """
    if current is None:
        raise Conflict("not_suspended")
    return Suspension(current.since, on - timedelta(days=1)) if current.since < on else None
