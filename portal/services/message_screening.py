"""A text of an organisation looked at before it is sent: what stands in it by the rules of today.

The relay asks again when it goes (`portal.services.relay.require_text`); this only tells, and keeps nothing.
"""

from sqlalchemy.orm import Session

from portal.calendar.clock import Clock
from portal.calendar.day import jst_day
from portal.domain.actor import Actor
from portal.domain.message_screening import Finding, judge, screen
from portal.services.acting import require_acting
from portal.services.use_case import query


def looked(session: Session, clock: Clock, actor: Actor, text: str) -> tuple[Finding, ...]:
    """What the acting unit would be told about a text if it sent it now. Raises Forbidden, NotFound."""
    found = screen(text)
    if not found:
        return ()
    with query(session):
        today = jst_day(clock.now())
        return judge(found, require_acting(session, actor, today).unit_class, today)
