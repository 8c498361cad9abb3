"""Open sends and acts against them wait for each other (R14): what is confirmed binds all that is stored after it.

One side stands right before its COMMIT; the other must not come to an end meanwhile, and does so afterwards.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from portal.calendar.clock import FixedClock
from portal.domain.actor import Actor, ActorKind
from portal.domain.answer import AnswerKind
from portal.domain.refusal import Conflict, Refusal
from portal.services import (
    block,
    inbox,
    measure,
    membership,
    public_id,
    registration,
    relay,
    scope,
    seeker,
    thread,
    unit_people,
)
from portal.store import database as database_module
from portal.store import unit as unit_store
from portal.store.database import Database
from tests.build import (
    BuiltMember,
    BuiltSeeker,
    BuiltUnit,
    build_clerk,
    build_department,
    build_member,
    build_seeker,
    build_unit,
    open_database,
)
from tests.services.relay_world import send, stored

OPERATOR = Actor(ActorKind.OPERATOR)
BUREAU = Actor(ActorKind.BUREAU, role="bureau_clerk", bureau_code="13")
Act = Callable[[Session], object]


class World:
    """A unit with a thread to one seeker, and everything that can be done against the next send."""

    def __init__(self, database: Database, clock: FixedClock) -> None:
        self.database, self.clock = database, clock
        self.unit: BuiltUnit = build_unit(database)
        self.department = build_department(database, self.unit)
        self.member: BuiltMember = build_member(database, self.unit, role="officer", name="kakuu-1")
        # The last one who manages the unit cannot be removed.
        self.contact = build_member(database, self.unit, role="contact")
        self.seeker: BuiltSeeker = build_seeker(database, with_account=True)
        self.clerk = build_clerk(database)
        send(database, clock, self.unit, self.member, [self.seeker])
        with database.read() as session:
            self.number = unit_store.by_id(session, self.unit.id).number

    def send(self, session: Session) -> object:
        tokens = [self.unit.token(self.seeker)]
        return relay.send(session, self.clock, self.member.actor, tokens, "見本", "key-race")

    def act(self, name: str) -> Act:
        ref, himself = public_id.shown(self.unit.public_id), self.seeker.actor
        office_id, token = scope.public_id(self.seeker.office_id), self.unit.token(self.seeker, "thread")
        person = self.unit.ref("member", self.member.membership_id)
        clock = self.clock
        acts: dict[str, Act] = {
            "block": lambda s: block.block(s, clock, himself, [ref]),
            "unblock": lambda s: block.unblock(s, clock, himself, [ref]),
            "stop": lambda s: seeker.stop(s, clock, himself),
            "narrow": lambda s: registration.change_range(
                s, clock, self.clerk, office_id, {"range_municipal": "1"}
            ),
            "answer": lambda s: inbox.answer(s, clock, himself, ref, AnswerKind.USE, "", "a"),
            "hand over": lambda s: thread.hand_over(s, clock, self.member.actor, token, "department-1"),
            "suspend": lambda s: measure.suspend(s, clock, BUREAU, ref, {"reason": "breach"}),
            # One message is used: a limit of one leaves none.
            "lower": lambda s: measure.lower(s, clock, BUREAU, ref, {"reason": "breach", "limit": "1"}),
            "end member": lambda s: membership.end(s, clock, OPERATOR, self.number, "kakuu-1"),
            "contact ends officer": lambda s: unit_people.end(s, clock, self.contact.actor, person),
        }
        return acts[name]


ACTS = [
    "block",
    "stop",
    "narrow",
    "answer",
    "hand over",
    "suspend",
    "lower",
    "end member",
    "contact ends officer",
]


@pytest.fixture
def world(database: Database, clock: FixedClock) -> World:
    return World(database, clock)


@pytest.fixture
def impatient(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """The same database through an engine that gives up waiting for a lock at once."""
    monkeypatch.setattr(database_module, "LOCK_TIMEOUT", "150ms")
    monkeypatch.setattr(database_module, "BUSY_MILLISECONDS", 150)
    opened = open_database(database_url)
    opened.engine()
    yield opened
    opened.dispose()


@contextmanager
def standing_before_commit(url: str, act: Act) -> Iterator[None]:
    """The act has done everything but its COMMIT for the time of the block; then it ends well."""
    own = open_database(url)
    reached, go_on = threading.Event(), threading.Event()
    wrong: list[BaseException] = []

    def wait(_connection: Any) -> None:
        reached.set()
        go_on.wait(30)

    def run() -> None:
        try:
            with own.write() as session:
                act(session)
        except BaseException as error:
            wrong.append(error)
        finally:
            reached.set()

    event.listen(own.engine(), "commit", wait)
    thread = threading.Thread(target=run)
    thread.start()
    assert reached.wait(30)
    try:
        yield
    finally:
        go_on.set()
        thread.join(30)
        own.dispose()
    assert wrong == []


@pytest.mark.parametrize("name", ACTS)
def test_S_Q5_nothing_is_confirmed_while_a_send_is_open(
    world: World, database_url: str, impatient: Database, name: str
) -> None:
    with standing_before_commit(database_url, world.send):
        with impatient.write() as session, pytest.raises(OperationalError):
            world.act(name)(session)
        assert len(stored(world.database)) == 1
    with impatient.write() as session:
        world.act(name)(session)
    assert sum(row.direction == "unit" for row in stored(world.database)) == 2


@pytest.mark.parametrize("name", ACTS)
def test_S_Q5_no_send_is_stored_beside_an_open_act_and_after_it_only_what_it_allows(
    world: World, database_url: str, impatient: Database, name: str
) -> None:
    open_act = standing_before_commit(database_url, world.act(name))
    with open_act, impatient.write() as session, pytest.raises(OperationalError):
        world.send(session)
    allowed = name in ("answer", "hand over")
    with impatient.write() as session:
        if allowed:
            world.send(session)
        else:
            with pytest.raises(Refusal):
                world.send(session)
    assert sum(row.direction == "unit" for row in stored(world.database)) == 1 + allowed


@pytest.mark.parametrize(
    "name", ["block", "stop", "narrow", "suspend", "lower", "end member", "contact ends officer"]
)
def test_R14_a_send_that_waited_for_an_act_sees_it(world: World, database_url: str, name: str) -> None:
    patient = open_database(database_url)
    refused: list[Refusal] = []

    def run() -> None:
        try:
            with patient.write() as session:
                world.send(session)
        except Refusal as refusal:
            refused.append(refusal)

    sending = threading.Thread(target=run)
    with standing_before_commit(database_url, world.act(name)):
        sending.start()
        wait_until_somebody_waits(world.database)
    sending.join(30)
    patient.dispose()
    assert len(refused) == 1
    assert len(stored(world.database)) == 1


def test_of_two_clerks_at_once_the_second_is_told_that_something_changed(
    world: World, database_url: str, impatient: Database
) -> None:
    ref = public_id.shown(world.unit.public_id)
    typed = {"reason": "breach", "limit": "1"}

    def first(session: Session) -> None:
        measure.suspend(session, world.clock, BUREAU, ref, typed, seen=0)

    def second(session: Session) -> None:
        measure.lower(
            session, world.clock, replace(BUREAU, account_id=world.clerk.account_id), ref, typed, seen=0
        )

    open_act = standing_before_commit(database_url, first)
    with open_act, impatient.write() as session, pytest.raises(OperationalError):
        second(session)
    with impatient.write() as session, pytest.raises(Conflict, match="changed_meanwhile"):
        second(session)
    with world.database.read() as session:
        page = measure.page(session, world.clock, BUREAU, ref)
    assert (page.holds, page.lowered, page.seen) == (True, None, 1)


def wait_until_somebody_waits(database: Database) -> None:
    """On SQLite whoever begins to write waits already; PostgreSQL is asked."""
    if database.engine().dialect.name == "sqlite":
        return
    for _ in range(20_000):
        with database.read() as session:
            if session.execute(text("SELECT count(*) FROM pg_locks WHERE NOT granted")).scalar_one():
                return
    pytest.fail("nobody waits for a lock")


def test_two_units_writing_to_one_person_wait_for_each_other(
    world: World, database_url: str, impatient: Database, clock: FixedClock
) -> None:
    other = build_unit(world.database)
    member = build_member(world.database, other)
    open_send = standing_before_commit(database_url, world.send)
    with open_send, impatient.write() as session, pytest.raises(OperationalError):
        relay.send(session, clock, member.actor, [other.token(world.seeker)], "見本", "other")


def test_a_send_waits_for_nobody_who_writes_to_other_people(
    world: World, database_url: str, impatient: Database, clock: FixedClock, engine_kind: str
) -> None:
    other, somebody = build_unit(world.database), build_seeker(world.database)
    member = build_member(world.database, other)
    waited = False
    with standing_before_commit(database_url, world.send), impatient.write() as session:
        try:
            relay.send(session, clock, member.actor, [other.token(somebody)], "見本", "other")
        except OperationalError:
            waited = True
    # SQLite has one writer at a time.
    assert waited == (engine_kind == "sqlite")


def test_who_waited_sees_what_the_other_did_whatever_the_default_of_the_server(
    database_url: str, impatient: Database, engine_kind: str
) -> None:
    database = open_database(database_url)
    if engine_kind == "postgresql":
        with database.write() as session:
            name = session.execute(text("SELECT current_database()")).scalar_one()
            session.execute(text(f"ALTER DATABASE {name} SET default_transaction_isolation = 'serializable'"))
            session.commit()
        database.dispose()
        with database.write() as session:
            assert session.execute(text("SHOW transaction_isolation")).scalar_one() == "read committed"
    else:
        # There is one writer at a time, from its first statement on.
        with database.write() as session, impatient.write() as second:
            session.execute(text("SELECT 1"))
            with pytest.raises(OperationalError):
                second.execute(text("SELECT 1"))
    database.dispose()
