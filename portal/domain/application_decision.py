"""What the bureau enters when it decides: days, reasons, and what the letter says.

Open items of the checklist do not forbid an approval, and the condition of the last three months is never a gate
(ruling 49); going on in spite of them needs a reason. So does admitting a second application (ruling R2).
"""

import json
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from enum import StrEnum

from portal.domain.application import Kind
from portal.domain.entry import Gathered, Typed, line, several
from portal.domain.refusal import Invalid
from portal.domain.unit import LONGEST_REASON, read_days

MOST_LINES = 20


class Way(StrEnum):
    """What approving would do to the units there are."""

    NEW = "new"  # no unit has this class and number
    CONTINUES = (
        "continues"  # its unit has ended or run out, and goes on: blocks, pseudonyms, today's count stay
    )
    JOINS = "joins"  # its unit is in force: it is admitted into that unit, with a reason (ruling R2)
    ELSEWHERE = "elsewhere"  # another bureau holds the unit: the operator has to move it first
    KNOWN = "known"  # a change, renewal or end of a unit there is


NEAR, FAR = timedelta(days=366), timedelta(days=3660)
"""A validity begins at most a year ago and ends within ten years: anything else is a slip of the pen. Our decision."""


@dataclass(frozen=True)
class Decision:
    """What was decided. reason: told to the applicant. The other reasons stay at the bureau; "" = none.

    valid_from, valid_until: validity given by a use or renewal.
    """

    reason: str = ""
    valid_from: date | None = None
    valid_until: date | None = None
    way: Way | None = None
    join_reason: str = ""
    open_reason: str = ""


def way_of(kind: Kind, *, known: bool, ours: bool, in_force: bool) -> Way:
    """What approving would do. known: a unit with this class and number exists; ours: at the same bureau."""
    if kind is not Kind.USE:
        return Way.KNOWN
    if not known:
        return Way.NEW
    if not ours:
        return Way.ELSEWHERE
    return Way.JOINS if in_force else Way.CONTINUES


def renewed(since: date, until: date, first: date, last: date, on: date) -> tuple[date, date]:
    """First and last day of use after a renewal for first to last, decided on a day.

    Where the new period follows the present one without a gap, the first day stays. What is valid still is neither cut
    off nor shortened: Invalid "renewal_gap" on valid_from, "renewal_shorter" on valid_until. After the end there is a
    gap already, and nothing is valid in it.
    """
    if on <= until:
        faults = Gathered()
        if first > until + timedelta(days=1):
            faults.add("valid_from", "renewal_gap")
        if last <= until:
            faults.add("valid_until", "renewal_shorter")
        faults.settle()
    return (since if first <= until + timedelta(days=1) else first), last


def read_approval(typed: Typed, kind: Kind, way: Way, *, open_items: int, on: date) -> Decision:
    """The entry of an approval. Raises Invalid with everything wrong at once.

    "missing" on join_reason or open_reason where one is needed; "validity_over" for a last day in the past.
    """
    faults = Gathered()
    days: tuple[date | None, date | None] = (None, None)
    if kind is Kind.RENEWAL or way in (Way.NEW, Way.CONTINUES):
        days = faults.read(days, _validity, typed, on)
    decision = Decision(
        reason=faults.read("", paragraphs, typed, "reason"),
        valid_from=days[0],
        valid_until=days[1],
        way=way,
        join_reason=faults.read("", _reason_if, typed, "join_reason", way is Way.JOINS),
        open_reason=faults.read("", _reason_if, typed, "open_reason", open_items > 0),
    )
    faults.settle()
    return decision


def _validity(typed: Typed, on: date) -> tuple[date, date]:
    first, last = read_days(typed)
    faults = Gathered()
    if first < on - NEAR:
        faults.add("valid_from", "too_long_ago")
    if last < on:
        faults.add("valid_until", "validity_over")
    elif last > on + FAR:
        faults.add("valid_until", "too_far")
    faults.settle()
    return first, last


def _reason_if(typed: Typed, field: str, needed: bool) -> str:
    return paragraphs(typed, field, needed=True) if needed else ""


def read_reason(typed: Typed) -> Decision:
    """The reason of a refusal or a withdrawal, which the applicant reads. Raises Invalid."""
    return Decision(reason=paragraphs(typed, "reason", needed=True))


def paragraphs(typed: Typed, field: str, *, needed: bool = False) -> str:
    """Several lines, such as what is to be corrected; blank ones dropped, each read as ``line``.

    Raises Invalid: "missing", "too_many_lines", and as ``line``.
    """
    texts = [text for value in several(typed, field) for text in value.splitlines() if text.strip()]
    if len(texts) > MOST_LINES:
        raise Invalid({field: ["too_many_lines"]}, most=MOST_LINES)
    if needed and not texts:
        raise Invalid({field: ["missing"]})
    return "\n".join(line({field: text}, field, LONGEST_REASON) for text in texts)


def pack(decision: Decision) -> str:
    """As it is sealed."""
    return json.dumps(asdict(decision), default=date.isoformat, ensure_ascii=False, sort_keys=True)


def unpack(text: str) -> Decision:
    """The decision again; the text is one that ``pack`` wrote."""
    told = json.loads(text)
    days = {name: date.fromisoformat(told[name]) for name in ("valid_from", "valid_until") if told[name]}
    return Decision(**{**told, **days, "way": Way(told["way"]) if told["way"] else None})
