"""Handing a thread over is no way to write to somebody: how often a day, and by whom not at all."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import func, select, update

from portal.calendar.clock import FixedClock
from portal.domain.refusal import Conflict, NotFound, SendingClosed
from portal.domain.thread import MOST_HAND_OVERS_A_DAY, Belonging
from portal.services import place, thread
from portal.store import message
from portal.store.database import Database
from portal.store.tables import hand_over, unit
from tests.build import (
    BuiltMember,
    build_block,
    build_contractor,
    build_department,
    build_member,
    build_seeker,
    build_unit,
)
from tests.services.relay_world import audited, send, threads

YESTERDAY, TODAY = date(2026, 6, 14), date(2026, 6, 15)


class Body:
    """A municipality with a contractor whose contract ended yesterday, a department, two seekers, one who blocked."""

    def __init__(self, database: Database, clock: FixedClock) -> None:
        self.database, self.clock = database, clock
        self.unit = build_unit(database, unit_class="municipal", name="架空市")
        build_department(database, self.unit, "見本一課")
        self.old = build_contractor(
            database, self.unit, name="架空旧受託社", number="99-ユ-900001", until=YESTERDAY
        )
        self.before = build_member(database, self.unit, contractor_id=self.old)
        self.officer = build_member(database, self.unit, role="officer")
        self.contact = build_member(database, self.unit, role="contact")
        self.seeker, self.other = (build_seeker(database, with_account=True) for _ in range(2))
        clock.set(datetime(2026, 6, 14, 1, tzinfo=UTC))
        send(database, clock, self.unit, self.before, [self.seeker, self.other])
        build_block(database, self.other, self.unit)
        clock.set(datetime(2026, 6, 15, 14, 59, 58, tzinfo=UTC))

    def gives(self, ref: str, by: BuiltMember | None = None, *, other: bool = False) -> None:
        token = self.unit.token(self.other if other else self.seeker, "thread")
        self.do(thread.hand_over, by or self.officer, token, ref)

    def do(self, act: Any, who: BuiltMember, *given: Any) -> Any:
        with self.database.write() as session:
            return act(session, self.clock, who.actor, *given)

    def is_now(self, **values: Any) -> None:
        with self.database.write() as session:
            session.execute(update(unit).values(**values))
            session.commit()

    def lines(self) -> int:
        with self.database.read() as session:
            return int(session.scalar(select(func.count()).select_from(hand_over)) or 0)


@pytest.fixture
def body(database: Database, clock: FixedClock) -> Body:
    return Body(database, clock)


def test_a_thread_changes_hands_three_times_a_japanese_day_whoever_gives_it(body: Body) -> None:
    for ref, by in (("unit", body.officer), ("department-1", body.contact), ("unit", body.officer)):
        body.gives(ref, by)
    for by in (body.officer, body.contact):
        with pytest.raises(Conflict, match="too_many_hand_overs") as refused:
            body.gives("department-1", by)
        assert refused.value.facts == {"most": 3}
    assert audited(body.database, "thread.hand_over")[-1] == ("refused", "too_many_hand_overs")
    # Another thread has three of its own, also that of somebody who blocked: the same answers.
    for ref in ("unit", "department-1", "unit"):
        body.gives(ref, other=True)
    with pytest.raises(Conflict, match="too_many_hand_overs"):
        body.gives("department-1", other=True)
    body.clock.set(datetime(2026, 6, 15, 15, tzinfo=UTC))  # midnight in Japan
    body.gives("department-1")
    assert body.lines() == 2 * MOST_HAND_OVERS_A_DAY + 1


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"suspended_from": TODAY, "suspension_reason": "other"}, "suspended"),
        ({"status": "ended"}, "application_ended"),
        ({"valid_until": YESTERDAY}, "validity_ended"),
    ],
)
def test_a_unit_that_may_not_write_puts_no_line_in_front_of_a_seeker(
    body: Body, values: dict[str, Any], reason: str
) -> None:
    body.is_now(**values)
    for other in (False, True):
        with pytest.raises(SendingClosed, match=reason):
            body.gives("department-1", other=other)
    with pytest.raises(SendingClosed, match=reason):
        body.do(thread.hand_over, body.officer, "x" * 43, "department-1")
    assert body.do(thread.places, body.officer) == ()
    assert body.lines() == 0


@pytest.mark.parametrize("reason", ["", "suspended"])
def test_R13_threads_of_an_ended_contractor_pass_on_in_a_suspended_unit_and_over_the_limit(
    body: Body, reason: str
) -> None:
    if reason:
        body.is_now(suspended_from=TODAY, suspension_reason="other")
    old = Belonging(contractor_id=body.old)
    with body.database.write() as session:
        for row in threads(body.database):
            for _ in range(MOST_HAND_OVERS_A_DAY):
                message.add_hand_over(session, row.id, old, old, body.officer.membership_id, body.clock.now())
        session.commit()
    assert body.do(place.hand_over_all, body.officer, "contractor-1", "department-1") == 2


def test_without_an_officer_in_place_the_contact_still_hands_over(body: Body) -> None:
    body.is_now(officer_left_on=TODAY)
    body.gives("department-1", body.contact)
    assert body.lines() == 1


def test_an_unknown_thread_of_a_unit_in_order_is_not_there(body: Body) -> None:
    with pytest.raises(NotFound):
        body.do(thread.hand_over, body.officer, "x" * 43, "department-1")
