"""Asking for a correction (訂正の申出): what may be asked, and how the office answers.

Changes of a registration are made at the office (seed 004 S-Q3). A request from home with a state and an answer is our
decision, said on the pages; the office still checks who asks before it changes anything.
"""

from enum import StrEnum

from portal.domain.answer import check_text
from portal.domain.refusal import Conflict, Invalid, Refusal

LONGEST = 1000
"""Code points of a request and of an answer: our decision."""

MOST_OPEN = 5
"""Requests of one seeker that may wait at the same time: our decision, against floods."""


class Part(StrEnum):
    """What is said to be wrong."""

    IDENTITY = "identity"  # name, birth date, address, contact
    DATA = "data"  # 求職情報
    SCHOOL = "school"
    RANGE = "range"  # 提供範囲
    VALIDITY = "validity"
    RECORD = "record"  # the record of what was done
    OTHER = "other"


class State(StrEnum):
    """Where a request stands. Both answers are final; the seeker may always ask anew."""

    OPEN = "open"
    CORRECTED = "corrected"
    NOT_CORRECTED = "not_corrected"


def check_request(part: str, text: str, *, waiting: int) -> tuple[Part, str]:
    """A request as it is kept; ``waiting``: how many of the seeker's are open.

    Raises Invalid (part: "missing", "unknown_code"; text: as portal.domain.answer.check_text) and Refusal
    "corrections_full" (most).
    """
    errors: dict[str, list[str]] = {}
    facts: dict[str, int] = {}
    if part not in list(Part):
        errors["part"] = ["unknown_code" if part else "missing"]
    try:
        checked = check_text(text, longest=LONGEST)
    except Invalid as invalid:
        errors |= invalid.errors
        facts = {name: value for name, value in invalid.facts.items() if isinstance(value, int)}
    if errors:
        raise Invalid(errors, **facts)
    if waiting >= MOST_OPEN:
        raise Refusal("corrections_full", most=MOST_OPEN)
    return Part(part), checked


def check_answer(current: State, decision: str, text: str) -> tuple[State, str]:
    """The office's answer to an open request: what was done needs no words, what was not done needs its reason.

    Raises Conflict when it was answered already, Invalid (decision: "missing", "unknown_code"; text).
    """
    if current is not State.OPEN:
        raise Conflict
    if decision not in (State.CORRECTED, State.NOT_CORRECTED):
        raise Invalid({"decision": ["unknown_code" if decision else "missing"]})
    chosen = State(decision)
    return chosen, check_text(text, longest=LONGEST, may_be_empty=chosen is State.CORRECTED)
