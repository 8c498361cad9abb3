"""What to tell somebody whose search found nobody: how many other searches would find."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from portal.calendar.clock import Clock
from portal.calendar.day import jst_day
from portal.domain.actor import Actor
from portal.domain.narrowing import Narrowing
from portal.domain.permission import Permission, may
from portal.domain.rarity import Count, told
from portal.domain.refusal import Forbidden
from portal.domain.search import Criteria
from portal.domain.standing import standing
from portal.services.acting import require_acting
from portal.services.narrowing import wanted
from portal.services.profile import every
from portal.services.search import LONGEST
from portal.services.use_case import query
from portal.store import rarity
from portal.store.narrowing import counts
from portal.store.time_limit import TookTooLong, at_most

ADVICE_CAP = 100
"""Counting for advice stops here; more is shown as 100人以上."""


def require_search(session: Session, clock: Clock, actor: Actor) -> None:
    """Whether the unit may look for seekers at all now. Raises SearchClosed with the reason, Forbidden, NotFound."""
    with query(session):
        today = jst_day(clock.now())
        standing(require_acting(session, actor, today).facts, today).require_search()


def how_many(
    session: Session, clock: Clock, actor: Actor, searches: Sequence[tuple[Criteria, Narrowing]]
) -> tuple[Count, ...] | None:
    """How many each of a few searches finds, counted to 101 each; None when that takes too long. Few are not told
    exactly (portal.domain.rarity).

    The statements are the same for any number of searches. Raises Forbidden, NotFound, SearchClosed.
    """
    with query(session):
        today = jst_day(clock.now())
        if not may(actor, Permission.UNIT_SEEKER_SEARCH):
            raise Forbidden
        unit = require_acting(session, actor, today)
        standing(unit.facts, today).require_search()
        book = every(session)
        asked = [wanted(criteria, narrowing, book) for criteria, narrowing in searches]
        try:
            with at_most(session, LONGEST):
                numbers = counts(session, unit.unit_id, unit.unit_class, today, asked, ADVICE_CAP)
                least = rarity.in_force(session)
                return tuple(told(number, least) for number in numbers)
        except TookTooLong:
            return None
