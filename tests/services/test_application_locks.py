"""Two at once on one application, or on one unit: from two sessions, with the first one standing before its COMMIT."""

import threading
from collections.abc import Callable

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from portal.calendar.clock import FixedClock
from portal.domain.actor import Actor
from portal.domain.application import State, Step
from portal.domain.refusal import Conflict, Refusal
from portal.services import application
from portal.services import application_desk as desk
from portal.store.database import Database
from portal.store.tables import application_counter, unit, unit_record
from tests.application_forms import PRIVATE
from tests.applications import (
    PUBLIC,
    VALIDITY,
    build_bureau_clerk,
    case,
    load_application_tables,
    printed,
    received,
)
from tests.build import open_database
from tests.services.test_relay_locks import (
    impatient,
    standing_before_commit,
    wait_until_somebody_waits,
)

__all__ = ["impatient"]
Act = Callable[[Session], object]
DECISION = {**VALIDITY, "open_reason": "見本", "reason": "見本"}


class Desk:
    """An application in hand and two clerks who both have its page open."""

    def __init__(self, database: Database, clock: FixedClock) -> None:
        load_application_tables(database, clock)
        self.database, self.clock = database, clock
        self.first, self.second = build_bureau_clerk(database), build_bureau_clerk(database)
        self.ref = received(database, clock, self.first)
        self.revision = case(database, clock, self.first, self.ref).revision

    def act(self, name: str, clerk: Actor) -> Act:
        clock, ref, seen = self.clock, self.ref, self.revision
        acts: dict[str, Act] = {
            "approve": lambda s: desk.approve(s, clock, clerk, ref, seen, DECISION),
            "refuse": lambda s: desk.refuse(s, clock, clerk, ref, seen, DECISION),
            "withdraw": lambda s: desk.withdraw(s, clock, clerk, ref, DECISION, seen=seen),
            "ask back": lambda s: desk.ask_back(s, clock, clerk, ref, {"reasons": "見本"}, seen=seen),
            "check": lambda s: desk.check(s, clock, clerk, ref, [desk.Finding("papers", "ok")], seen=seen),
        }
        return acts[name]


@pytest.fixture
def both(database: Database, clock: FixedClock) -> Desk:
    return Desk(database, clock)


@pytest.mark.parametrize("name", ["approve", "refuse", "withdraw", "ask back", "check"])
def test_an_act_is_one_transaction_from_its_first_lock_to_its_end(both: Desk, name: str) -> None:
    ends: list[str] = []
    engine = both.database.engine()
    for kind in ("commit", "rollback"):
        event.listen(engine, kind, lambda _, kind=kind: ends.append(kind))
    with both.database.write() as session:
        both.act(name, both.first)(session)
        assert ends == ["commit"]


@pytest.mark.parametrize("second", ["approve", "refuse", "withdraw", "ask back", "check"])
@pytest.mark.parametrize("first", ["approve", "refuse"])
def test_of_two_clerks_who_decide_at_once_the_second_is_told_that_something_changed(
    both: Desk, database_url: str, impatient: Database, first: str, second: str
) -> None:
    with (
        standing_before_commit(database_url, both.act(first, both.first)),
        impatient.write() as session,
        pytest.raises(OperationalError),
    ):
        both.act(second, both.second)(session)
    with impatient.write() as session, pytest.raises(Conflict, match="changed_meanwhile"):
        both.act(second, both.second)(session)
    state = State.APPROVED if first == "approve" else State.REFUSED
    page = case(both.database, both.clock, both.first, both.ref)
    assert page.line.state is state
    with both.database.read() as session:
        made = session.execute(select(func.count()).select_from(unit_record)).scalar_one()
    assert made == (1 if first == "approve" else 0)


def test_a_clerk_who_waited_for_the_other_sees_what_was_decided(both: Desk, database_url: str) -> None:
    patient, refused = open_database(database_url), list[Refusal]()

    def run() -> None:
        try:
            with patient.write() as session:
                both.act("approve", both.second)(session)
        except Refusal as refusal:
            refused.append(refusal)

    waiting = threading.Thread(target=run)
    with standing_before_commit(database_url, both.act("refuse", both.first)):
        waiting.start()
        wait_until_somebody_waits(both.database)
    waiting.join(30)
    patient.dispose()
    assert [refusal.reason for refusal in refused] == ["changed_meanwhile"]
    with both.database.read() as session:
        assert session.execute(select(unit.c.id)).all() == []


def test_R2_two_applications_for_one_number_approved_at_once_make_one_unit(
    both: Desk, database_url: str
) -> None:
    other = received(both.database, both.clock, both.second)
    seen = case(both.database, both.clock, both.second, other).revision
    patient, refused = open_database(database_url), list[Refusal]()

    def run() -> None:
        try:
            with patient.write() as session:
                desk.approve(session, both.clock, both.second, other, seen, DECISION)
        except Refusal as refusal:
            refused.append(refusal)

    waiting = threading.Thread(target=run)
    with standing_before_commit(database_url, both.act("approve", both.first)):
        waiting.start()
        wait_until_somebody_waits(both.database)
    waiting.join(30)
    patient.dispose()
    # PostgreSQL meets the other's unit at its own INSERT; SQLite waits before it looks, and asks for a reason.
    assert [refusal.reason for refusal in refused] in (["changed_meanwhile"], ["invalid"])
    with both.database.read() as session:
        assert session.execute(select(func.count()).select_from(unit)).scalar_one() == 1
    page = case(both.database, both.clock, both.second, other)
    assert (page.line.state, page.way) == (State.RECEIVED, "joins")


def test_the_applicant_does_not_write_on_while_the_paper_is_being_received(
    both: Desk, database_url: str, impatient: Database
) -> None:
    key, number = printed(both.database, both.clock)
    with both.database.read() as session:
        ref = desk.find(session, both.first, number)

    def reopen(session: Session) -> None:
        application.reopen(session, both.clock, PUBLIC, key)

    def receive(session: Session) -> None:
        desk.receive(session, both.clock, both.first, ref)

    with (
        standing_before_commit(database_url, receive),
        impatient.write() as session,
        pytest.raises(OperationalError),
    ):
        reopen(session)
    with impatient.write() as session, pytest.raises(Conflict, match="wrong_state"):
        reopen(session)


def test_nobody_gets_the_number_of_somebody_else(both: Desk, database_url: str) -> None:
    drafts = []
    for _ in range(2):
        with both.database.write() as session:
            key = application.start(session, both.clock, PUBLIC, PRIVATE[Step.APPLICANT]).key
        for step in list(PRIVATE)[1:]:
            with both.database.write() as session:
                application.save_step(session, both.clock, PUBLIC, key, step, PRIVATE[step])
        drafts.append(key)
    patient, numbers = open_database(database_url), list[str]()

    def finish(session: Session, key: str) -> None:
        numbers.append(application.finish(session, both.clock, PUBLIC, key).line.case_number)

    def run() -> None:
        with patient.write() as session:
            finish(session, drafts[1])

    waiting = threading.Thread(target=run)
    with standing_before_commit(database_url, lambda session: finish(session, drafts[0])):
        waiting.start()
        wait_until_somebody_waits(both.database)
    waiting.join(30)
    patient.dispose()
    assert len(set(numbers)) == 2
    with both.database.read() as session:
        assert session.execute(select(application_counter.c.last)).scalar_one() == 3
