"""What the clock does by itself and when it is due: signs of life, the order of results, reminders, cleaning.

Every act may be run twice, and on two machines at once.
"""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from portal.calendar.clock import Clock
from portal.calendar.day import jst_day, month_start
from portal.domain.actor import Actor
from portal.domain.profile import shuffle
from portal.domain.rarity import order_key
from portal.services.use_case import query, use_case
from portal.store import outbox, search

ORDER = "profile-order"
CLEANING = "session-cleaning"
DRAFTS = "draft-cleaning"
REMINDERS = "reminders"
_DRAFTS_EVERY = timedelta(hours=1)
_CHUNK = 2_000


def beat(session: Session, clock: Clock, worker: str) -> None:
    """Leave a sign of life; too frequent and too dull for the audit trail."""
    outbox.beat(session, worker, clock.now())
    session.commit()


def seen(session: Session, worker: str = "worker") -> datetime | None:
    """The last sign of life; None when there was never one."""
    with query(session):
        return outbox.last_beat(session, worker)


def order_is_due(session: Session, clock: Clock) -> bool:
    """Whether the order of results was last redrawn in an earlier month (ruling R5)."""
    with query(session):
        last = outbox.last_beat(session, ORDER)
    return last is None or month_start(jst_day(last)) < month_start(jst_day(clock.now()))


def redraw_order(session: Session, clock: Clock, actor: Actor, after: int = 0) -> int | None:
    """Draw the places of the next profiles for this month; the last seeker done, or None when all are.

    One call, one transaction, some thousand profiles: nobody waits long for a lock.
    """
    with use_case(session, clock, actor, "profile.redraw") as trail:
        keys = search.order_keys(session, after, _CHUNK)
        month = month_start(trail.today)
        if keys:
            search.put_order(session, [(each.seeker_id, shuffle(_drawn_from(each), month)) for each in keys])
        trail.fact(profiles=len(keys))
        if len(keys) < _CHUNK:
            outbox.beat(session, ORDER, trail.now)
            return None
        return keys[-1].seeker_id


def _drawn_from(one: search.OrderKey) -> bytes:
    return one.alias_key if one.tokens is None else order_key(one.tokens)


def cleaning_is_due(session: Session, clock: Clock) -> bool:
    """Whether ended sessions were last forgotten on an earlier Japanese day."""
    with query(session):
        last = outbox.last_beat(session, CLEANING)
    return last is None or jst_day(last) < jst_day(clock.now())


def drafts_are_due(session: Session, clock: Clock) -> bool:
    """Whether drafts past their time were last forgotten an hour ago; no page shows them any more by then."""
    with query(session):
        last = outbox.last_beat(session, DRAFTS)
    return last is None or last <= clock.now() - _DRAFTS_EVERY


def reminders_are_due(session: Session, clock: Clock) -> bool:
    """Whether units were last reminded on an earlier Japanese day."""
    with query(session):
        last = outbox.last_beat(session, REMINDERS)
    return last is None or jst_day(last) < jst_day(clock.now())
