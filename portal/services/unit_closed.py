"""Why somebody cannot act for a unit they belong or belonged to: to be told to themselves."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from portal.calendar.clock import Clock
from portal.calendar.day import jst_day
from portal.domain.actor import Actor, ActorKind
from portal.domain.membership import acting_refusal
from portal.services.use_case import query
from portal.store import unit_people as store

TOLD_DAYS = 90
"""So long after its end a membership is still told about. Our decision."""


@dataclass(frozen=True)
class ClosedUnit:
    """reason: "membership_ended", "department_ended", "contractor_ended"; place: the department or contractor.

    last_day: the day on which the membership was ended.
    """

    name: str
    reason: str
    place: str
    last_day: date | None


def closed_units(session: Session, clock: Clock, actor: Actor) -> tuple[ClosedUnit, ...]:
    """The units for which somebody cannot act today although they belong to them, or did until lately."""
    with query(session):
        if actor.kind is not ActorKind.MEMBER or actor.account_id is None:
            return ()
        today = jst_day(clock.now())
        rows = store.of_account(session, actor.account_id)
        acting = {row.unit_id for row in rows if acting_refusal(row.facts, today) is None}
        found: dict[int, ClosedUnit] = {}
        for row in rows:
            refusal = acting_refusal(row.facts, today)
            forgotten = row.until is not None and row.until + timedelta(days=TOLD_DAYS) < today
            if refusal is not None and row.unit_id not in acting and not forgotten:
                found[row.unit_id] = ClosedUnit(row.unit_name, refusal.reason, row.place, row.until)
        return tuple(found.values())
