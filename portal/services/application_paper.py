"""An application as a clerk types it from paper: everything that stands on it, at once."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from portal.calendar.day import add_months
from portal.domain.application import Kind, Step, steps_of
from portal.domain.application_content import Content
from portal.domain.application_reading import FARTHEST_MONTHS, Reading, mentions, with_step
from portal.domain.entry import Gathered, Typed, choice, one
from portal.domain.refusal import Conflict, Invalid, NotFound
from portal.domain.seeker import read_day
from portal.services import public_id
from portal.services.application import of_record, plain_of, require_same_number
from portal.services.application_offer import offered
from portal.services.unit import find as find_unit
from portal.store import unit as units
from portal.store.unit import UnitRow


@dataclass(frozen=True)
class Paper:
    """What was read. plain: what stands in clear beside it."""

    kind: Kind
    content: Content
    received_on: date
    unit_id: int | None
    plain: dict[str, str | None]


def read_paper(session: Session, typed: Typed, bureau: str, on: date) -> Paper:
    """The whole paper. Steps that are not mentioned stay open, but who and organisation of a 利用申請 are needed.

    Raises Invalid with everything wrong at once: on kind, unit ("missing", "unknown_unit"), received_on, and fields of
    the steps.
    """
    faults = Gathered()
    word = faults.read("", choice, typed, "kind", list(Kind), needed=True)
    day = faults.read(on, received_on, typed, on)
    if not word:
        faults.settle()
    kind = Kind(word)
    unit = None if kind is Kind.USE else faults.read(None, _unit, session, typed, bureau)
    unit_class = unit.unit_class if unit else None
    reading = Reading(kind, unit_class, offered(session, on), on)
    content = _steps(faults, {**typed, "bureau_code": bureau}, reading)
    if unit is not None:
        faults.read(None, require_same_number, content, unit.number)
    faults.settle()
    plain = plain_of(content) if unit is None else of_record(unit)
    return Paper(kind, content, day, unit.id if unit else None, plain)


def _steps(faults: Gathered, typed: Typed, reading: Reading) -> Content:
    """Each step as soon as it is known to belong to this application: a change says itself what it is about."""
    needed = (Step.APPLICANT, Step.ORGANISATION) if reading.kind is Kind.USE else ()
    content, done = Content(), set[Step]()
    while True:
        unit_class = content.applicant.unit_class if content.applicant else reading.unit_class
        left = [step for step in steps_of(reading.kind, unit_class, content.parts) if step not in done]
        if not left:
            return content
        step = left[0]
        done.add(step)
        reading = Reading(reading.kind, unit_class, reading.offered, reading.on)
        if step is Step.ORGANISATION and unit_class is None:
            continue  # What is wrong with the class has been said already.
        if step in needed or mentions(step, typed):
            content = faults.read(content, with_step, content, step, typed, reading)


def _unit(session: Session, typed: Typed, bureau: str) -> UnitRow:
    """The unit the paper is about, by ref or number; only one of the own bureau (ruling R15)."""
    text = one(typed, "unit").strip()
    if not text:
        raise Invalid({"unit": ["missing"]})
    raw = public_id.read(text)
    row = None if raw is None else units.by_ref(session, raw, bureau)
    if row is None:
        try:
            row = find_unit(session, text)
        except (NotFound, Conflict) as refused:
            raise Invalid({"unit": [refused.reason]}) from None
    if row.bureau_code != bureau:
        raise Invalid({"unit": ["unknown_unit"]})
    return row


def received_on(typed: Typed, on: date) -> date:
    """The day on which the paper came; today when none was typed. Raises "in_future", "too_long_ago", and as
    ``read_day``."""
    if not one(typed, "received_on").strip():
        return on
    day = read_day(typed, "received_on")
    if day > on:
        raise Invalid({"received_on": ["in_future"]})
    if day < add_months(on, -FARTHEST_MONTHS):
        raise Invalid({"received_on": ["too_long_ago"]})
    return day
