"""What a unit says of paid services with placement (kind A) when it records 求職受理: which, when and how explained.

Inside the use case that records the outcome (seed 004 P-Q8, first sentence): one is not stored without the other.
"""

from datetime import date

from sqlalchemy.orm import Session

from portal.domain.entry import Typed, choice, several
from portal.domain.outcome import Outcome
from portal.domain.paid_service import LedgerStep, PaidKind, Way, may_register, require_explained
from portal.domain.refusal import Invalid
from portal.domain.seeker import read_day
from portal.services import public_id
from portal.services.use_case import Trail
from portal.store import paid_ledger as ledger
from portal.store import paid_service as store
from portal.store.acting import Acting
from portal.store.paid_service import VersionRow
from portal.store.thread import ThreadRow

NONE = "none"
"""Stands for "no paid service comes with the placement" in the form of 求職受理."""


def read_explaining(
    session: Session, unit: Acting, typed: Typed, wanted: Outcome, accepted_on: date, today: date
) -> list[tuple[VersionRow, date, Way]]:
    """What was explained, and when and how.

    Asked only with 求職受理, of a unit that has registered a service with placement: then it says which of them comes
    with this placement (field paid: refs, or "none"), the day explained_on and the way. Raises Invalid on paid
    ("missing", "none_and_some", "unknown_code"), explained_on ("in_future", "after_acceptance"), way.
    """
    if wanted is not Outcome.ACCEPTED or not may_register(unit.unit_class):
        return []
    known = {
        public_id.shown(each.ref): each
        for each in store.services(session, unit.unit_id, [PaidKind.PLACEMENT])
        if each.ended_on is None
    }
    said = several(typed, "paid")
    if not known and not said:
        return []
    if not said:
        raise Invalid({"paid": ["missing"]})
    if NONE in said:
        if len(set(said)) > 1:
            raise Invalid({"paid": ["none_and_some"]})
        return []
    if not set(said) <= set(known):
        raise Invalid({"paid": ["unknown_code"]})
    errors: dict[str, list[str]] = {}
    day, way = today, ""
    try:
        day = read_day(typed, "explained_on")
        require_explained(day, accepted_on, today)
    except Invalid as invalid:
        errors |= invalid.errors
    try:
        way = choice(typed, "way", list(Way), needed=True)
    except Invalid as invalid:
        errors |= invalid.errors
    if errors:
        raise Invalid(errors, accepted_on=accepted_on)
    return [(known[ref], day, Way(way)) for ref in dict.fromkeys(said)]


def record_explained(
    session: Session,
    trail: Trail,
    unit: Acting,
    row: ThreadRow,
    explained: list[tuple[VersionRow, date, Way]],
    outcome_event_id: int,
) -> None:
    """Hang the explanations on the 求職受理 that was just recorded."""
    for version, day, way in explained:
        ledger.add(
            session,
            LedgerStep.EXPLAINED,
            unit_id=unit.unit_id,
            seeker_id=row.seeker_id,
            thread_id=row.id,
            on_day=day,
            at=trail.now,
            version=(version.id, version.kind),
            outcome_event_id=outcome_event_id,
            way=way,
            membership_id=unit.membership_id,
        )
    if explained:
        trail.fact(explained=len(explained))
