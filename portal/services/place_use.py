"""What a unit has sent and got back, by department and contractor, today and in one month.

A contractor's people see the figures of their own contractor, the unit's own people those of all (ruling R13, our
decision): a contractor (受託団体) is another company, and several may act for one municipality.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from portal.calendar.clock import Clock
from portal.calendar.day import add_months, jst_day, month_end, month_start
from portal.domain.actor import Actor
from portal.domain.permission import Permission, may
from portal.domain.place import month_of
from portal.domain.refusal import Forbidden
from portal.domain.thread import Belonging
from portal.services.acting import require_acting
from portal.services.use_case import query
from portal.store import place as store
from portal.store.place import Answers, PlaceRow, Sent


@dataclass(frozen=True)
class PlaceUse:
    """One line. ref: for addresses, "" = the unit itself, that is people without department; name: "" likewise.

    today, month: messages, answers to seekers included. people: written to in the month. answers: messages from
    seekers in the month, in threads that are this place's now; answered: how many people wrote them. limit: messages a
    day that the unit gives it, None = not set. current: its people may act today.
    """

    ref: str
    name: str
    today: int
    month: int
    people: int
    answers: int
    answered: int
    limit: int | None
    current: bool


@dataclass(frozen=True)
class MonthUse:
    """A month of the unit, or of one contractor. month: its first day. before, after: neighbours that can be shown.

    total: everything together; its people are counted once, whoever wrote to them. own_only: somebody of a contractor,
    who sees nothing of the others. may_limit: may set what places may send.
    """

    month: date
    before: date | None
    after: date | None
    lines: tuple[PlaceUse, ...]
    total: PlaceUse
    own_only: bool
    may_limit: bool


def month_use(session: Session, clock: Clock, actor: Actor, month: str = "") -> MonthUse:
    """The month that an address names, or the present one; as many statements for one place as for fifty.

    Raises Forbidden, NotFound.
    """
    with query(session):
        if not may(actor, Permission.UNIT_QUOTA_READ):
            raise Forbidden
        today = jst_day(clock.now())
        unit = require_acting(session, actor, today)
        first = month_of(month, today)
        last = month_end(first)
        own = unit.member.belongs
        only = own if own.contractor_id is not None and not unit.member.sees_all else None
        places = [
            row for row in store.every(session, unit.unit_id, today) if only is None or row.belongs == only
        ]
        sent = store.sent(session, unit.unit_id, first, last, today, only)
        people, together = store.written_to(session, unit.unit_id, first, last, only)
        answers = store.answers(session, unit.unit_id, first, last, only)
        begun = store.first_day(session, unit.unit_id)
        lines = tuple(_lines(places, sent, people, answers, beside=only is None))
        return MonthUse(
            month=first,
            before=add_months(first, -1) if begun is not None and month_start(begun) < first else None,
            after=add_months(first, 1) if first < month_start(today) else None,
            lines=lines,
            total=_total(lines, together),
            own_only=only is not None,
            may_limit=may(actor, Permission.UNIT_QUOTA_PLACE) and unit.member.sees_all,
        )


def _lines(
    places: list[PlaceRow],
    sent: dict[Belonging, Sent],
    people: dict[Belonging, int],
    answers: dict[Belonging, Answers],
    *,
    beside: bool,
) -> Iterator[PlaceUse]:
    """Places in force, those of old with anything to tell, and the unit itself beside them."""
    nothing = Sent(0, 0), Answers(0, 0)
    itself = [PlaceRow("", Belonging(), "", None, None, current=True)] if beside else []
    for row in [*places, *itself]:
        gone, came = sent.get(row.belongs, nothing[0]), answers.get(row.belongs, nothing[1])
        if row.current or gone != nothing[0] or came != nothing[1]:
            yield PlaceUse(
                ref=row.ref,
                name=row.name,
                today=gone.today,
                month=gone.month,
                people=people.get(row.belongs, 0),
                answers=came.messages,
                answered=came.people,
                limit=row.limit,
                current=row.current,
            )


def _total(lines: tuple[PlaceUse, ...], people: int) -> PlaceUse:
    return PlaceUse(
        ref="",
        name="",
        today=sum(line.today for line in lines),
        month=sum(line.month for line in lines),
        people=people,
        answers=sum(line.answers for line in lines),
        # A thread belongs to one place, so nobody is counted twice.
        answered=sum(line.answered for line in lines),
        limit=None,
        current=True,
    )
