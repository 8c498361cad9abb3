"""Cutting all sessions of a unit: whose, by whom, and what is kept about it."""

from datetime import timedelta
from typing import Any

import pytest

from portal.domain.actor import Actor, ActorKind
from portal.domain.refusal import Forbidden, NotFound
from portal.services import session_cut as service
from tests import build
from tests.services.signing_world import NOBODY, SignInWorld


@pytest.fixture
def world(database: Any, clock: Any) -> SignInWorld:
    return SignInWorld(database, clock)


def joined(world: SignInWorld, unit: build.BuiltUnit, name: str, **more: Any) -> build.BuiltMember:
    return build.build_member(world.database, unit, account_id=world.account(name), **more)


def cut(
    world: SignInWorld, actor: Actor, unit_id: int | None = None, spare: str | None = None
) -> service.Cut:
    with world.database.write() as session:
        return service.cut_unit(session, world.clock, actor, unit_id, spare=spare)


@pytest.mark.parametrize("role", ["officer", "contact"])
def test_P_Q10_M_Q7_a_manager_cuts_every_session_of_the_own_unit_and_of_no_other(
    world: SignInWorld, role: str
) -> None:
    own, other = build.build_unit(world.database), build.build_unit(world.database)
    manager = joined(world, own, "kakuu-o", role=role)
    joined(world, own, "kakuu-a")
    joined(world, other, "kakuu-b")
    tokens = {name: world.sign_in(name).token for name in ("kakuu-o", "kakuu-a", "kakuu-b")}

    done = cut(world, manager.actor)

    assert (done.sessions, done.people) == (2, 2)
    assert [name for name, token in tokens.items() if world.visit(token)] == ["kakuu-b"]


def test_the_own_session_can_be_spared_and_only_that_one(world: SignInWorld) -> None:
    unit = build.build_unit(world.database)
    officer = joined(world, unit, "kakuu-o", role="officer")
    joined(world, unit, "kakuu-a")
    here, elsewhere, other = (world.sign_in(name).token for name in ("kakuu-o", "kakuu-o", "kakuu-a"))

    done = cut(world, officer.actor, spare=here)

    assert (done.sessions, done.people, done.spared_own) == (2, 2, True)
    assert [world.visit(token) is not None for token in (here, elsewhere, other)] == [True, False, False]


def test_a_person_of_two_units_is_signed_out_whatever_they_act_for(world: SignInWorld) -> None:
    """It is the machine that may be infected, not the membership."""
    own, other = build.build_unit(world.database), build.build_unit(world.database)
    officer = joined(world, own, "kakuu-o", role="officer")
    both = joined(world, own, "kakuu-a")
    build.build_member(world.database, other, account_id=both.account_id)
    token = world.sign_in("kakuu-a").token
    assert cut(world, officer.actor).sessions == 1
    assert world.visit(token) is None


def test_somebody_whose_membership_ended_belongs_to_others_now_and_is_not_cut(world: SignInWorld) -> None:
    own, other = build.build_unit(world.database), build.build_unit(world.database)
    officer = joined(world, own, "kakuu-o", role="officer")
    former = joined(world, own, "kakuu-a", until=world.clock.now().date())
    build.build_member(world.database, other, account_id=former.account_id)
    token = world.sign_in("kakuu-a").token
    assert cut(world, officer.actor).sessions == 0
    assert world.visit(token) is not None


def test_nobody_else_cuts_sessions(world: SignInWorld) -> None:
    own, other = build.build_unit(world.database), build.build_unit(world.database)
    officer = build.build_member(world.database, own, role="officer")
    member = build.build_member(world.database, own)
    ended = build.build_member(world.database, own, role="officer", until=world.clock.now().date())
    forged = Actor(ActorKind.MEMBER, member.account_id, None, own.id, member.membership_id, role="officer")
    for actor, unit_id in (
        (member.actor, None),
        (officer.actor, other.id),
        (NOBODY, own.id),
        (ended.actor, None),
        (forged, None),
    ):
        with pytest.raises(Forbidden):
            cut(world, actor, unit_id)
    assert cut(world, Actor(ActorKind.OPERATOR), own.id).sessions == 0
    with pytest.raises(NotFound):
        cut(world, Actor(ActorKind.OPERATOR))


def test_who_cut_when_and_how_many_is_kept_for_the_unit_and_for_no_other(world: SignInWorld) -> None:
    own, other = build.build_unit(world.database), build.build_unit(world.database)
    officer = joined(world, own, "kakuu-o", role="officer")
    stranger = build.build_member(world.database, other, role="officer")
    world.sign_in("kakuu-o")
    world.sign_in("kakuu-o")
    first = world.clock.now()
    cut(world, officer.actor)
    world.clock.advance(timedelta(hours=1))
    cut(world, Actor(ActorKind.OPERATOR), own.id)

    with world.database.read() as session:
        found = service.cuts(session, world.clock, officer.actor)
        assert service.cuts(session, world.clock, stranger.actor) == ()
    assert [(one.at, one.by, one.sessions, one.people) for one in found] == [
        (first + timedelta(hours=1), "", 0, 0),
        (first, "架空 kakuu-o", 2, 1),
    ]
    assert world.trail("unit.cut_sessions") == [("done", None, own.id)] * 2


def test_a_member_does_not_read_the_record(world: SignInWorld) -> None:
    member = build.build_member(world.database, build.build_unit(world.database))
    with world.database.read() as session, pytest.raises(Forbidden):
        service.cuts(session, world.clock, member.actor)


def test_the_operator_names_the_unit_by_its_number_and_nobody_else_does(world: SignInWorld) -> None:
    unit = build.build_unit(world.database, number="13-ユ-300001")
    officer = joined(world, unit, "kakuu-o", role="officer")
    world.sign_in("kakuu-o")
    with world.database.write() as session:
        for actor in (officer.actor, build.build_clerk(world.database), NOBODY):
            with pytest.raises(Forbidden):
                service.cut_named(session, world.clock, actor, "13-ユ-300001")
        with pytest.raises(NotFound):
            service.cut_named(session, world.clock, Actor(ActorKind.OPERATOR), "13-ユ-300002")
        assert (
            service.cut_named(session, world.clock, Actor(ActorKind.OPERATOR), "13-ユ-300001").sessions == 1
        )
