"""Sessions: two ways to end by themselves, rights read anew each time, nothing written back after the end."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import event, select, update

from portal.domain.account import AccountKind
from portal.domain.actor import Actor, ActorKind
from portal.domain.refusal import Conflict, NotFound
from portal.services import web_session as service
from portal.store import account as accounts
from portal.store.database import Use
from portal.store.tables import contractor, membership, post
from portal.store.tables import session as web_session
from tests import build
from tests.services.signing_world import NOBODY, SignInWorld

TODAY = date(2026, 6, 15)


@pytest.fixture
def world(database: Any, clock: Any) -> SignInWorld:
    return SignInWorld(database, clock)


def member_of(world: SignInWorld, *units: build.BuiltUnit, role: str = "member") -> list[build.BuiltMember]:
    account_id = world.account()
    return [build.build_member(world.database, unit, account_id=account_id, role=role) for unit in units]


def end_membership(world: SignInWorld, membership_id: int, until: date = TODAY) -> None:
    with world.database.write() as session:
        session.execute(update(membership).where(membership.c.id == membership_id).values(until=until))
        session.commit()


def actor_of(world: SignInWorld, token: str) -> Actor:
    visit = world.visit(token)
    assert visit is not None
    return visit.actor


def touch(world: SignInWorld, token: str) -> None:
    with world.database.write() as session:
        service.touch(session, world.clock, token)


# Ending


def test_an_unused_session_ends_and_use_keeps_it_alive(world: SignInWorld) -> None:
    world.account()
    used, unused = world.sign_in().token, world.sign_in().token
    world.clock.advance(timedelta(minutes=29))
    touch(world, used)
    world.clock.advance(timedelta(minutes=1))
    assert world.visit(used) is not None
    assert world.visit(unused) is None


def test_every_session_ends_after_twelve_hours_however_much_it_is_used(world: SignInWorld) -> None:
    world.account()
    token = world.sign_in().token
    for _ in range(12 * 6 - 1):
        world.clock.advance(timedelta(minutes=10))
        touch(world, token)
    assert world.visit(token) is not None
    world.clock.advance(timedelta(minutes=10))
    assert world.visit(token) is None


def test_use_is_noted_once_a_minute(world: SignInWorld) -> None:
    world.account()
    token = world.sign_in().token
    started = world.clock.now()

    def seen() -> Any:
        with world.database.read() as session:
            return session.execute(select(web_session.c.seen_at)).scalar_one()

    world.clock.advance(timedelta(seconds=59))
    visit = world.visit(token)
    assert visit is not None
    assert not visit.stale
    touch(world, token)
    assert seen() == started
    world.clock.advance(timedelta(seconds=2))
    visit = world.visit(token)
    assert visit is not None
    assert visit.stale
    touch(world, token)
    assert seen() == world.clock.now()


def test_signing_out_deletes_the_row_and_doing_it_twice_changes_nothing(world: SignInWorld) -> None:
    account_id = world.account()
    token = world.sign_in().token
    for _ in range(2):
        with world.database.write() as session:
            service.end(session, world.clock, NOBODY, token)
    assert world.visit(token) is None
    assert world.trail("account.sign_out") == [("done", None, account_id)]


def test_a_session_that_ended_is_not_written_back_by_a_slower_request(world: SignInWorld) -> None:
    world.account()
    token = world.sign_in().token
    with world.database.write() as slow, world.database.write() as quick:
        assert world.visit(token) is not None
        service.end(quick, world.clock, NOBODY, token)
        assert service.keep(slow, token, {"_flashes": [["success", "見本"]]}) is False
        service.touch(slow, world.clock, token)
        with pytest.raises(NotFound):
            service.choose_unit(slow, world.clock, NOBODY, token, "00")
    with world.database.read() as session:
        assert session.execute(select(web_session)).all() == []


def test_what_pages_keep_comes_back(world: SignInWorld) -> None:
    world.account()
    token = world.sign_in().token
    with world.database.write() as session:
        assert service.keep(session, token, {"_flashes": [("success", "保存しました。")]})
    visit = world.visit(token)
    assert visit is not None
    assert visit.data == {"_flashes": [["success", "保存しました。"]]}


def test_a_closed_account_has_no_session(world: SignInWorld) -> None:
    account_id = world.account()
    token = world.sign_in().token
    with world.database.write() as session:
        accounts.close(session, account_id, world.clock.now())
        session.commit()
    assert world.visit(token) is None


@pytest.mark.parametrize("token", ["", "x", "\0", "\ud800", "x" * 100_000])
def test_a_cookie_that_was_never_given_is_nobody_s(world: SignInWorld, token: str) -> None:
    assert world.visit(token) is None


# Rights, read anew


def test_all_that_is_asked_is_one_statement(world: SignInWorld) -> None:
    unit = build.build_unit(world.database)
    member_of(world, unit)
    token = world.sign_in().token
    said: list[str] = []
    engine = world.database.engine(use=Use.GLANCE)

    def note(_c: Any, _u: Any, statement: str, *_: Any) -> None:
        said.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    world.visit(token)
    event.remove(engine, "before_cursor_execute", note)
    assert len([statement for statement in said if not statement.startswith("BEGIN")]) == 1


def test_whoever_belongs_to_one_unit_acts_for_it(world: SignInWorld) -> None:
    unit = build.build_unit(world.database)
    department = build.build_department(world.database, unit)
    account_id = world.account()
    member = build.build_member(
        world.database, unit, account_id=account_id, role="contact", department_id=department
    )
    assert actor_of(world, world.sign_in().token) == member.actor


def test_whoever_belongs_to_two_units_acts_for_none_until_one_is_chosen(world: SignInWorld) -> None:
    first, second = build.build_unit(world.database), build.build_unit(world.database, unit_class="municipal")
    members = member_of(world, first, second)
    token = world.sign_in().token
    actor = actor_of(world, token)
    assert (actor.kind, actor.unit_id, actor.role) == (ActorKind.MEMBER, None, None)

    with world.database.write() as session:
        choices = service.unit_choices(session, world.clock, actor)
        assert [choice.unit_class for choice in choices] == ["private", "municipal"]
        service.choose_unit(session, world.clock, actor, token, choices[1].key)

    assert actor_of(world, token) == members[1].actor
    assert world.trail("account.choose_unit") == [("done", None, members[1].membership_id)]


def test_nobody_chooses_a_unit_that_is_not_theirs(world: SignInWorld) -> None:
    own, foreign = build.build_unit(world.database), build.build_unit(world.database)
    member_of(world, own)
    token = world.sign_in().token
    for key in (foreign.public_id.hex(), "", "00", "\0", "\ud800"):
        with world.database.write() as session, pytest.raises(NotFound):
            service.choose_unit(session, world.clock, actor_of(world, token), token, key)
    assert actor_of(world, token).unit_id == own.id


def test_a_session_that_ended_meanwhile_chooses_nothing(world: SignInWorld) -> None:
    unit = build.build_unit(world.database)
    member_of(world, unit)
    token = world.sign_in().token
    actor = actor_of(world, token)
    with world.database.write() as session:
        service.end(session, world.clock, NOBODY, token)
        with pytest.raises(Conflict):
            service.choose_unit(session, world.clock, actor, token, unit.public_id.hex())


def test_an_ended_membership_ends_the_right_at_the_next_request(world: SignInWorld) -> None:
    member = member_of(world, build.build_unit(world.database))[0]
    token = world.sign_in().token
    assert actor_of(world, token).unit_id == member.unit_id

    end_membership(world, member.membership_id)

    visit = world.visit(token)
    assert visit is not None
    assert (visit.actor.unit_id, visit.actor.role, visit.unit_lost) == (None, None, True)
    with world.database.read() as session:
        assert service.unit_choices(session, world.clock, visit.actor) == ()


def test_losing_one_unit_never_makes_somebody_act_for_the_other_by_itself(world: SignInWorld) -> None:
    first, second = build.build_unit(world.database), build.build_unit(world.database)
    members = member_of(world, first, second)
    token = world.sign_in().token
    with world.database.write() as session:
        service.choose_unit(session, world.clock, actor_of(world, token), token, first.public_id.hex())
    end_membership(world, members[0].membership_id)
    assert actor_of(world, token).unit_id is None


def test_a_contractor_s_period_ends_the_right_too(world: SignInWorld) -> None:
    unit = build.build_unit(world.database, unit_class="municipal")
    contractor_id = build.build_contractor(world.database, unit)
    account_id = world.account()
    build.build_member(world.database, unit, account_id=account_id, contractor_id=contractor_id)
    token = world.sign_in().token
    assert actor_of(world, token).contractor_id == contractor_id
    with world.database.write() as session:
        session.execute(update(contractor).values(until=TODAY - timedelta(days=1)))
        session.commit()
    assert actor_of(world, token).unit_id is None


def test_staff_act_at_their_post_and_are_signed_out_when_it_ends(world: SignInWorld) -> None:
    clerk = build.build_clerk(world.database, name="kakuu-clerk")
    assert clerk.account_id is not None
    world.set_password(clerk.account_id)
    token = world.sign_in("kakuu-clerk").token
    assert actor_of(world, token) == clerk
    with world.database.write() as session:
        session.execute(update(post).values(until=TODAY))
        session.commit()
    assert world.visit(token) is None


def test_staff_of_a_bureau_act_for_the_bureau(world: SignInWorld) -> None:
    account_id = world.account(kind=AccountKind.STAFF)
    with world.database.write() as session:
        accounts.add_post(session, account_id, "bureau_clerk", TODAY, bureau_code="13")
        session.commit()
    actor = actor_of(world, world.sign_in().token)
    assert (actor.kind, actor.bureau_code, actor.role) == (ActorKind.BUREAU, "13", "bureau_clerk")
