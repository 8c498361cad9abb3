"""Who acts for a unit: asked of the database in each use case, never taken from the session."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from portal.domain.actor import Actor, ActorKind
from portal.domain.membership import acting_refusal
from portal.domain.quota import decide_quota
from portal.domain.refusal import Forbidden, NotFound
from portal.domain.standing import standing
from portal.store import acting as stored_acting
from portal.store import quota
from portal.store.acting import Acting


def find_acting(session: Session, actor: Actor, key: str = "") -> Acting:
    """The unit and the person the actor says; NotFound unless the database says so too, Forbidden for others."""
    if actor.kind is not ActorKind.MEMBER or actor.unit_id is None or actor.membership_id is None:
        raise Forbidden
    found = stored_acting.acting(session, actor.unit_id, actor.membership_id, key)
    if found is None:
        raise NotFound
    return found


def require_acting(session: Session, actor: Actor, on: date, key: str = "") -> Acting:
    """As ``find_acting``; Forbidden "membership_ended", "department_ended", "contractor_ended" on that day."""
    found = find_acting(session, actor, key)
    refusal = acting_refusal(found.membership, on)
    if refusal is not None:
        raise refusal
    return found


@dataclass(frozen=True)
class QuotaView:
    """The messages of a unit on a Japanese day. left: for answers; left_for_new: without the unit's own reserve."""

    limit: int
    used: int
    left: int
    left_for_new: int
    reserve: int
    resets_at: datetime


def quota_view(session: Session, unit_id: int, on: date) -> QuotaView:
    """How the unit stands on a day."""
    now = quota.use(session, unit_id, on)
    return _view(now.limit, now.used, now.reserve, on)


def quota_after(unit: Acting, used: int, on: date) -> QuotaView:
    """How the unit stands on a day of which ``used`` messages are gone."""
    return _view(standing(unit.facts, on).limit, used, unit.reserve, on)


def _view(limit: int, used: int, reserve: int, on: date) -> QuotaView:
    asked = decide_quota(limit, used, reserve, 0, is_answer=False, on=on)
    return QuotaView(asked.limit, asked.used, asked.left, asked.fits, reserve, asked.resets_at)
