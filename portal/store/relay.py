"""Storing a send: threads, the day's count, messages, notices. One recipient and a thousand go the same way.

PostgreSQL does all of it in one statement, because round trips and the time for which a unit's counter is locked
decide how many sends a second there can be. SQLite, which has no round trips and one writer at a time, takes the same
parts one after the other.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.reach import UnitClass
from portal.domain.thread import MemberFacts
from portal.store.acting import Earlier
from portal.store.relay_parts import Shape
from portal.store.relay_postgresql import one_statement
from portal.store.relay_sqlite import Steps, store_messages
from portal.store.tables import send


@dataclass(frozen=True)
class Order:
    """What is to be stored, decided but for what only the database knows.

    revision: the unit's, when it was decided that it may send. ceiling: how many messages the unit may have sent this
    day after this send. seekers: those whose profiles are locked, ascending. requested: all that were asked for.
    bodies: the text for each of the seekers; None = all get ``body``.
    """

    unit_id: int
    unit_class: UnitClass
    revision: int
    member: MemberFacts
    membership_id: int
    kind: str
    key: str
    requested: int
    seekers: list[int]
    body: str
    fingerprint: bytes
    digest: str
    letterhead: str
    ceiling: int
    now: datetime
    today: date
    bodies: dict[int, str] | None = None

    def parameters(self) -> dict[str, Any]:
        """As the statements name them."""
        return {
            "o_unit_id": self.unit_id,
            "o_revision": self.revision,
            "o_department_id": self.member.belongs.department_id,
            "o_contractor_id": self.member.belongs.contractor_id,
            "o_membership_id": self.membership_id,
            "o_kind": self.kind,
            "o_key": self.key,
            "o_requested": self.requested,
            # Nobody has the number 0; an empty list would be another statement (ruling R3).
            "o_seekers": self.seekers or [0],
            "o_body": self.body,
            "o_fingerprint": self.fingerprint,
            "o_digest": self.digest,
            "o_letterhead": self.letterhead,
            "o_ceiling": self.ceiling,
            "o_now": self.now,
            "o_today": self.today,
        }


@dataclass(frozen=True)
class Stored:
    """What came of an order. Unless ``complete`` the transaction has to be rolled back.

    current: the unit had still the revision of the order. reached: recipients within reach; own: of these, in threads
    the member writes in. number: the unit's last number of the day. send_id: None when the key was taken meanwhile.
    """

    current: bool
    reached: int
    own: int
    number: int | None
    send_id: int | None

    @property
    def complete(self) -> bool:
        """Whether everything is stored."""
        return self.current and self.send_id is not None and (self.own == 0 or self.number is not None)


def store(session: Session, order: Order) -> Stored:
    """Store what of the order is within reach, or nothing. The recipients' profiles are locked already.

    The order of locks is the same for everybody: profiles, the unit (shared), threads by seeker, the day's counter.
    """
    member = order.member
    shape = Shape(
        order.unit_class,
        member.sees_all,
        member.belongs.contractor_id is not None,
        each_its_own=order.bodies is not None,
    )
    if session.get_bind().dialect.name != "postgresql":
        return _step_by_step(session, order, shape)
    named = order.parameters()
    if order.bodies is not None:
        named["o_bodies"] = [order.bodies.get(number, order.body) for number in named["o_seekers"]]
    row = session.execute(one_statement(shape), named).one()
    return Stored(row.current > 0, row.reached, row.own, row.number, row.send_id)


def _step_by_step(session: Session, order: Order, shape: Shape) -> Stored:
    """As the one statement, in the one write transaction that SQLite has at a time."""
    steps, named = Steps.of(shape), order.parameters()
    current = session.execute(steps.current, named).first() is not None
    reached = int(session.execute(steps.reached, named).scalar_one())
    own = session.execute(steps.own, named).all()
    if not current:
        return Stored(False, reached, len(own), None, None)
    number = None
    if own:
        number = session.execute(steps.counted, named | {"o_amount": len(own)}).scalar_one_or_none()
        if number is None:
            return Stored(True, reached, len(own), None, None)
    counts = {
        "o_amount": len(own),
        "o_unreachable": order.requested - reached,
        "o_elsewhere": reached - len(own),
    }
    send_id = session.execute(steps.sent, named | counts).scalar_one_or_none()
    if own and number is not None and send_id is not None:
        first = number - len(own) + 1
        store_messages(session, steps, named, own, order.bodies, first=first, send_id=send_id)
    return Stored(True, reached, len(own), number, send_id)


def accepted(session: Session, unit_id: int, key: str) -> Earlier | None:
    """The send that was accepted under a key of a unit."""
    row = session.execute(
        select(
            send.c.id,
            send.c.kind,
            send.c.requested,
            send.c.sent,
            send.c.unreachable,
            send.c.elsewhere,
            send.c.sent_at,
            send.c.jst_day.label("day"),
            send.c.fingerprint,
        ).where(send.c.unit_id == unit_id, send.c.key == key)
    ).one_or_none()
    return None if row is None else Earlier(**row._asdict())
