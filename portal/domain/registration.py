"""Who is a 有効求職者: the registration of a seeker at a ハローワーク is in force (seed 004 S-Q1).

The length is not in the seed. The ministry's pages say "in principle to the end of the second month after the
month of application (翌々月末)", extended month by month after counselling, a referral or a direct
application in its last month. The default of two months is kept as data and handed in; it is labelled as our
decision where it is shown.
"""

from dataclasses import dataclass
from datetime import date

from portal.calendar.day import month_start
from portal.calendar.period import end_of_month_after
from portal.domain.refusal import Invalid, Refusal


@dataclass(frozen=True)
class Validity:
    """First and last day in force, both included. revalidated: a gap lies before the first day."""

    valid_from: date
    valid_until: date
    revalidated: bool = False


def first_validity(applied_on: date, default_months: int = 2) -> Validity:
    """The validity of a new registration: from the day of application to the end of the n-th month after its
    month.

    default_months is the operator's setting in months (2 = 翌々月末). Raises ValueError when negative.
    """
    if default_months < 0:
        raise ValueError("a registration cannot end before it begins")
    return Validity(applied_on, end_of_month_after(applied_on, default_months))


def check_validity(valid_from: date, valid_until: date) -> None:
    """Raise Invalid (valid_until: "before_start") for a validity that ends before it begins."""
    if valid_until < valid_from:
        raise Invalid({"valid_until": ["before_start"]})


def in_force(valid_from: date, valid_until: date, on: date) -> bool:
    """Whether the registration is in force on a day; first and last day are included."""
    return valid_from <= on <= valid_until


def extend(valid_from: date, valid_until: date, on: date) -> Validity:
    """One more month, granted by the office on a day.

    In its last month a registration is extended to the end of the next month. One that has lapsed may be put
    in force again by the office: it begins anew on that day, so the gap stays visible, and ends at the end of
    the next month (our decision; the source only says that one can switch back for a limited time). Raises
    Refusal "extension_too_early" (facts: opens_on, first day on which it can be extended) and
    "registration_not_started".
    """
    if on < valid_from:
        raise Refusal("registration_not_started", valid_from=valid_from)
    last_month = month_start(valid_until)
    if on < last_month:
        raise Refusal("extension_too_early", opens_on=max(last_month, valid_from))
    until = end_of_month_after(on, 1)
    if on > valid_until:
        return Validity(on, until, revalidated=True)
    return Validity(valid_from, until)


def why_not_taken_back(changed_on: date | None, today: date, *, stands: bool, taken_back: bool) -> str:
    """Why the newest change of a kind may not be taken back with one button; "" = it may. changed_on: None = none.

    It may on the Japanese day it was made, while what it made still stands, and not when it was itself a taking back;
    later it is an ordinary change. Our own decision. "nothing_to_undo", "changed_since", "undo_day_over".
    """
    if changed_on is None or taken_back:
        return "nothing_to_undo"
    if not stands:
        return "changed_since"
    return "" if changed_on == today else "undo_day_over"
