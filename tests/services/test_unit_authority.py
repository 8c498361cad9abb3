"""Who may administer which unit: the operator the nation, a bureau the units whose application it holds (R15)."""

import os

import pytest
from sqlalchemy import select

from portal.calendar.clock import FixedClock
from portal.domain.actor import Actor, ActorKind
from portal.domain.refusal import Forbidden, NotFound, Refusal
from portal.services import public_id
from portal.services import unit as service
from portal.store.database import Database
from portal.store.tables import audit, unit
from tests.build import BuiltUnit, build_member, build_unit

CLERK = Actor(ActorKind.BUREAU, role="bureau_clerk", bureau_code="13")
OPERATOR = Actor(ActorKind.OPERATOR)
DAYS = {"valid_from": "2026-01-01", "valid_until": "2027-03-31"}


def ref(built: BuiltUnit) -> str:
    return public_id.shown(built.public_id)


def number_of(database: Database, built: BuiltUnit) -> str:
    with database.read() as session:
        return str(session.execute(select(unit.c.number).where(unit.c.id == built.id)).scalar_one())


def refused(database: Database, clock: FixedClock, actor: Actor, name: str) -> Refusal:
    with database.write() as session, pytest.raises(Refusal) as caught:
        service.set_validity(session, clock, actor, name, DAYS)
    return caught.value


def test_a_clerk_changes_a_unit_of_the_own_bureau_by_its_ref(database: Database, clock: FixedClock) -> None:
    own = build_unit(database)
    with database.write() as session:
        service.set_validity(session, clock, CLERK, ref(own), DAYS)
    with database.read() as session:
        assert service.page(session, CLERK, ref(own)).line.valid_until.isoformat() == "2027-03-31"
        line = session.execute(select(audit).order_by(audit.c.id.desc())).first()
    assert line is not None
    assert (line.actor_kind, line.bureau_code, line.subject_id) == ("bureau", "13", own.id)


def test_a_unit_of_another_bureau_is_one_that_never_existed(database: Database, clock: FixedClock) -> None:
    foreign = build_unit(database, bureau_code="27")
    names = [ref(foreign), public_id.shown(os.urandom(16)), "", "?" * 22, number_of(database, foreign)]
    refusals = [refused(database, clock, CLERK, name) for name in names]
    assert {(type(each), each.reason, *each.facts) for each in refusals} == {(NotFound, "unknown_unit")}
    with database.read() as session:
        traces = session.execute(select(audit.c.outcome, audit.c.reason, audit.c.subject_id)).all()
        assert set(map(tuple, traces)) == {("refused", "unknown_unit", None)}
        for name in names:
            with pytest.raises(NotFound, match="unknown_unit"):
                service.page(session, CLERK, name)


def test_a_clerk_names_no_unit_by_its_number(database: Database, clock: FixedClock) -> None:
    own = build_unit(database)
    assert isinstance(refused(database, clock, CLERK, number_of(database, own)), NotFound)


def test_the_operator_names_every_unit_by_its_number(database: Database, clock: FixedClock) -> None:
    for bureau in ("13", "27"):
        built = build_unit(database, bureau_code=bureau)
        with database.write() as session:
            service.set_validity(session, clock, OPERATOR, number_of(database, built), DAYS)


def test_a_clerk_lists_the_own_bureaus_units_and_the_operator_all(database: Database) -> None:
    own, foreign = build_unit(database), build_unit(database, bureau_code="27")
    with database.read() as session:
        assert [line.ref for line in service.units(session, CLERK)] == [ref(own)]
        assert {line.ref for line in service.units(session, OPERATOR)} == {ref(own), ref(foreign)}


def test_nobody_else_administers_a_unit(database: Database, clock: FixedClock) -> None:
    own = build_unit(database)
    others = [
        Actor(ActorKind.OFFICE, role="office_clerk", office_code="13010"),
        Actor(ActorKind.BUREAU, role="bureau_clerk"),
        Actor(ActorKind.SEEKER, seeker_id=1),
        Actor(ActorKind.WORKER),
        Actor(ActorKind.PUBLIC),
        build_member(database, own, role="officer").actor,
    ]
    for actor in others:
        for name in (ref(own), number_of(database, own)):
            assert type(refused(database, clock, actor, name)) is Forbidden, actor.kind
        with database.read() as session, pytest.raises(Forbidden):
            service.page(session, actor, ref(own))
    with database.read() as session:
        for actor in others:
            with pytest.raises(Forbidden):
                service.units(session, actor)
