"""Who acts for a unit: asked of the database in each use case, never taken from the session."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from portal.domain.actor import Actor, ActorKind
from portal.domain.membership import acting_refusal
from portal.domain.quota import PlaceDecision, QuotaDecision, decide_place, decide_quota, require_both
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
class PlaceView:
    """The messages a department or contractor may send on a Japanese day, by the unit's own setting."""

    limit: int
    used: int
    left: int


@dataclass(frozen=True)
class QuotaView:
    """The messages of a unit on a Japanese day. limit, used: of the whole unit.

    left: what the person may still send as answers; left_for_new: as new messages, without the unit's own reserve;
    both never above what the person's department or contractor has left. place: None where it has no limit.
    next_limit: what the person may send from resets_at on, 0 where nothing goes that day.
    """

    limit: int
    used: int
    left: int
    left_for_new: int
    reserve: int
    resets_at: datetime
    next_limit: int
    place: PlaceView | None = None

    @property
    def unit_left(self) -> int:
        """What the whole unit has left."""
        return max(0, self.limit - self.used)

    @property
    def binding_limit(self) -> int:
        """The limit that ``left`` is measured by: the place's where it is what binds."""
        return self.place.limit if self.place is not None and self.place.left < self.unit_left else self.limit


def quota_view(session: Session, unit: Acting, on: date) -> QuotaView:
    """How the unit, and the person's department or contractor, stand on a day."""
    now = quota.use(session, unit.unit_id, on)
    return _view(unit, now.limit, now.used, now.reserve, _used_by_place(session, unit, on), on)


def quota_after(unit: Acting, used: int, of_place: int, on: date) -> QuotaView:
    """How they stand on a day of which ``used`` messages are gone, ``of_place`` of them by the person's place."""
    return _view(unit, standing(unit.facts, on).limit, used, unit.reserve, of_place, on)


def require_room(session: Session, unit: Acting, asked: int, on: date, *, is_answer: bool) -> QuotaView:
    """How they stand before so many more messages. Raises LimitReached, PlaceLimitReached."""
    now, of_place = quota.use(session, unit.unit_id, on), _used_by_place(session, unit, on)
    require_both(
        decide_quota(now.limit, now.used, now.reserve, asked, is_answer=is_answer, on=on),
        _of_place(unit, now.limit, of_place, asked, on),
    )
    return _view(unit, now.limit, now.used, now.reserve, of_place, on)


def _used_by_place(session: Session, unit: Acting, on: date) -> int:
    """Asked only where there is a limit to compare it with."""
    if unit.place_limit is None:
        return 0
    return quota.used_by_place(session, unit.unit_id, unit.member.belongs, on)


def _of_place(unit: Acting, limit: int, used: int, asked: int, on: date) -> PlaceDecision | None:
    return None if unit.place_limit is None else decide_place(unit.place_limit, limit, used, asked, on)


def _view(unit: Acting, limit: int, used: int, reserve: int, of_place: int, on: date) -> QuotaView:
    asked: QuotaDecision = decide_quota(limit, used, reserve, 0, is_answer=False, on=on)
    place = _of_place(unit, asked.limit, of_place, 0, on)
    most = asked.left if place is None else place.left
    tomorrow = on + timedelta(days=1)
    acts = acting_refusal(unit.membership, tomorrow) is None
    next_limit = standing(unit.facts, tomorrow).messages if acts else 0
    return QuotaView(
        asked.limit,
        asked.used,
        min(asked.left, most),
        min(asked.fits, most),
        reserve,
        asked.resets_at,
        next_limit if unit.place_limit is None else min(next_limit, unit.place_limit),
        None if place is None else PlaceView(place.limit, place.used, place.left),
    )
