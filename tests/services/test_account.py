"""Accounts: the operator makes, re-issues and closes; everybody looks after their own."""

from datetime import timedelta
from typing import Any

import pytest

from portal.domain.account import AccountKind, SignInFailed, Stage, TooManyAttempts
from portal.domain.actor import Actor, ActorKind
from portal.domain.refusal import Conflict, Forbidden, Invalid, NotFound
from portal.services import access_code
from portal.services import account as service
from portal.services.access_code import Purpose
from tests import build
from tests.services.signing_world import ELSEWHERE, HOME, NOBODY, PASSWORD, SignInWorld

OPERATOR = Actor(ActorKind.OPERATOR)
NEW = "kaki-no-ki-to-suzume"


@pytest.fixture
def world(database: Any, clock: Any) -> SignInWorld:
    return SignInWorld(database, clock)


def first_operator(world: SignInWorld, name: str = "unyou-1", *, another: bool = False) -> Actor:
    with world.database.write() as session:
        made = service.create_operator(
            session, world.clock, OPERATOR, sign_in_name=name, display_name="見本 運用", another=another
        )
    return Actor(ActorKind.OPERATOR, account_id=made.account_id)


# The operator


def test_the_first_operator_is_made_once_and_another_only_when_that_is_said(world: SignInWorld) -> None:
    first_operator(world)
    with pytest.raises(Conflict, match="operator_exists"):
        first_operator(world, "unyou-2")
    first_operator(world, "unyou-2", another=True)
    assert [line[0] for line in world.trail("account.create_operator")] == ["done", "refused", "done"]


def test_the_only_operator_acts_and_of_several_one_must_be_named(world: SignInWorld) -> None:
    with world.database.read() as session, pytest.raises(NotFound, match="no_operator"):
        service.operator(session)
    first = first_operator(world)
    with world.database.read() as session:
        assert service.operator(session) == first
    second = first_operator(world, "unyou-2", another=True)
    build.build_account(world.database, name="kakuu-1")
    with world.database.read() as session:
        with pytest.raises(Conflict, match="name_an_operator"):
            service.operator(session)
        assert service.operator(session, "UNYOU-2") == second
        for name in ("kakuu-1", "nobody"):
            with pytest.raises(NotFound, match="unknown_operator"):
                service.operator(session, name)


def test_operators_sign_in_nowhere(world: SignInWorld) -> None:
    operator = first_operator(world)
    assert operator.account_id is not None
    world.set_password(operator.account_id)
    with pytest.raises(SignInFailed):
        world.sign_in("unyou-1")
    with world.database.write() as session, pytest.raises(Conflict, match="signs_in_nowhere"):
        service.reissue(session, world.clock, operator, sign_in_name="unyou-1", purpose=Purpose.PASSWORD)


@pytest.mark.parametrize(
    ("role", "place"), [("office_clerk", "office"), ("office_desk", "office"), ("bureau_clerk", "bureau")]
)
def test_staff_get_a_post_and_a_code(world: SignInWorld, role: str, place: str) -> None:
    build.build_codes(world.database, place, ["9901"])
    operator = first_operator(world)
    with world.database.write() as session:
        made = service.create_staff(
            session,
            world.clock,
            operator,
            sign_in_name="madoguchi-1",
            display_name="見本 窓口",
            role=role,
            office_code="9901" if place == "office" else None,
            bureau_code="9901" if place == "bureau" else None,
            days=14,
        )
        assert made.invitation is not None
        access_code.choose_password(
            session,
            world.clock,
            NOBODY,
            world.passwords,
            code=made.invitation.code,
            password=NEW,
            address=HOME,
        )
    opened = world.sign_in("madoguchi-1", NEW)
    visit = world.visit(opened.token)
    assert visit is not None
    assert (visit.actor.role, visit.actor.office_code or visit.actor.bureau_code) == (role, "9901")


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"office_code": "0000"}, {"office_code": ["unknown"]}),
        ({"office_code": None, "bureau_code": "00", "role": "bureau_clerk"}, {"bureau_code": ["unknown"]}),
        ({"office_code": None}, {"office_code": ["one_place"]}),
        ({"bureau_code": "13"}, {"office_code": ["one_place"]}),
        ({"role": "bureau_clerk"}, {"role": ["unknown"]}),
        ({"sign_in_name": "窓口"}, {"sign_in_name": ["name_character"]}),
        ({"sign_in_name": "TAKEN"}, {"sign_in_name": ["name_taken"]}),
        ({"display_name": "　"}, {"display_name": ["missing"]}),
        ({"display_name": "見" * 61}, {"display_name": ["too_long"]}),
        ({"display_name": "見\0本"}, {"display_name": ["bad_character"]}),
        ({"display_name": "見\ud800本"}, {"display_name": ["bad_character"]}),
    ],
)
def test_a_post_that_cannot_be_is_refused_on_its_field(
    world: SignInWorld, changes: dict[str, Any], errors: dict[str, list[str]]
) -> None:
    build.build_codes(world.database, "office", ["9901"])
    build.build_account(world.database, name="taken")
    given = {
        "sign_in_name": "madoguchi-1",
        "display_name": "見本 窓口",
        "role": "office_clerk",
        "office_code": "9901",
        "bureau_code": None,
    }
    with world.database.write() as session, pytest.raises(Invalid) as refused:
        service.create_staff(session, world.clock, OPERATOR, days=14, **{**given, **changes})
    assert refused.value.errors == errors


def test_a_person_of_an_organisation_gets_an_account_without_any_right(world: SignInWorld) -> None:
    with world.database.write() as session:
        made = service.create_member(
            session,
            world.clock,
            first_operator(world),
            sign_in_name="kakuu-1",
            display_name="架空 社員",
            days=14,
        )
    world.set_password(made.account_id)
    visit = world.visit(world.sign_in().token)
    assert visit is not None
    assert (visit.actor.kind, visit.actor.unit_id, visit.actor.role) == (ActorKind.MEMBER, None, None)


def test_everything_of_the_operator_is_refused_to_everybody_else(world: SignInWorld) -> None:
    world.account()
    for kind in (ActorKind.MEMBER, ActorKind.OFFICE, ActorKind.BUREAU, ActorKind.SEEKER, ActorKind.PUBLIC):
        actor = Actor(kind, account_id=1)
        with world.database.write() as session:
            named = {"sign_in_name": "kakuu-9", "display_name": "見本"}
            for act in (
                lambda s, a=actor, n=named: service.create_operator(s, world.clock, a, **n),
                lambda s, a=actor, n=named: service.create_member(s, world.clock, a, days=1, **n),
                lambda s, a=actor, n=named: service.create_staff(s, world.clock, a, role="x", days=1, **n),
                lambda s, a=actor: service.close(s, world.clock, a, sign_in_name="kakuu-1"),
                lambda s, a=actor: service.reissue(
                    s, world.clock, a, sign_in_name="kakuu-1", purpose=Purpose.PASSWORD
                ),
                lambda s, a=actor: service.give_password(
                    s, world.clock, a, world.passwords, account_id=1, password=NEW
                ),
            ):
                with pytest.raises(Forbidden):
                    act(session)
    assert world.sign_in().stage is Stage.SIGNED_IN


def test_a_closed_account_ends_at_once_and_its_name_stays_taken(world: SignInWorld) -> None:
    operator = first_operator(world)
    world.account()
    token = world.sign_in().token
    with world.database.write() as session:
        service.close(session, world.clock, operator, sign_in_name="KAKUU-1")
        assert world.visit(token) is None
        with pytest.raises(Conflict, match="account_closed"):
            service.close(session, world.clock, operator, sign_in_name="kakuu-1")
        with pytest.raises(Conflict, match="account_closed"):
            service.reissue(session, world.clock, operator, sign_in_name="kakuu-1", purpose=Purpose.PASSWORD)
        with pytest.raises(Invalid):
            service.create_member(
                session, world.clock, operator, sign_in_name="kakuu-1", display_name="見本", days=1
            )
        with pytest.raises(NotFound, match="unknown_account"):
            service.close(session, world.clock, operator, sign_in_name="nobody")
        lines = service.everybody(session, AccountKind.MEMBER)
    assert [(line.sign_in_name, line.closed_at is not None, line.has_password) for line in lines] == [
        ("kakuu-1", True, False)
    ]


def test_the_last_operator_stays(world: SignInWorld) -> None:
    operator = first_operator(world)
    with world.database.write() as session, pytest.raises(Conflict, match="last_operator"):
        service.close(session, world.clock, operator, sign_in_name="unyou-1")
    second = first_operator(world, "unyou-2", another=True)
    with world.database.write() as session:
        service.close(session, world.clock, second, sign_in_name="unyou-1")
        assert service.operator(session) == second


def test_a_lost_second_factor_that_never_was_is_not_reissued(world: SignInWorld) -> None:
    operator = first_operator(world)
    world.account()
    with world.database.write() as session, pytest.raises(Conflict, match="no_second_factor"):
        service.reissue(session, world.clock, operator, sign_in_name="kakuu-1", purpose=Purpose.SECOND_FACTOR)


# One's own


def own(world: SignInWorld, token: str) -> Actor:
    visit = world.visit(token)
    assert visit is not None
    return visit.actor


def change(world: SignInWorld, token: str, current: str, new: str, address: str = HOME) -> int:
    with world.database.write() as session:
        return service.change_password(
            session,
            world.clock,
            own(world, token),
            world.passwords,
            token=token,
            current=current,
            new=new,
            address=address,
        )


def test_changing_the_password_ends_all_other_sessions(world: SignInWorld) -> None:
    account_id = world.account()
    here, there, elsewhere = (world.sign_in().token for _ in range(3))
    assert change(world, here, PASSWORD, NEW) == 2
    assert [world.visit(token) is not None for token in (here, there, elsewhere)] == [True, False, False]
    with pytest.raises(SignInFailed):
        world.sign_in()
    assert world.sign_in(password=NEW).stage is Stage.SIGNED_IN
    assert world.trail("account.change_password") == [("done", None, account_id)]


@pytest.mark.parametrize(
    ("current", "new", "errors"),
    [
        ("", NEW, {"current": ["missing"]}),
        ("wrong-wrong-wrong", NEW, {"current": ["password_wrong"]}),
        ("\ud800", NEW, {"current": ["password_wrong"]}),
        (PASSWORD, PASSWORD, {"password": ["password_unchanged"]}),
        (PASSWORD, "k", {"password": ["password_short"]}),
        (PASSWORD, "kakuu-1-kakuu", {"password": ["password_own_word"]}),
    ],
)
def test_a_password_that_cannot_be_changed_says_why(
    world: SignInWorld, current: str, new: str, errors: dict[str, list[str]]
) -> None:
    world.account()
    token = world.sign_in().token
    with pytest.raises(Invalid) as refused:
        change(world, token, current, new)
    assert refused.value.errors == errors
    assert world.sign_in().stage is Stage.SIGNED_IN


def test_a_stolen_session_cannot_guess_the_password_without_waiting(world: SignInWorld) -> None:
    world.account()
    token = world.sign_in().token
    for _ in range(5):
        with pytest.raises(Invalid):
            change(world, token, "wrong-wrong-wrong", NEW, ELSEWHERE)
    with pytest.raises(TooManyAttempts):
        change(world, token, PASSWORD, NEW, ELSEWHERE)


def test_a_password_changed_elsewhere_meanwhile_is_not_overwritten(world: SignInWorld) -> None:
    account_id = world.account()
    token = world.sign_in().token
    original = world.passwords.hash_new

    def slow(*arguments: Any, **named: Any) -> str:
        world.passwords.hash_new = original
        world.set_password(account_id, "suzume-no-oyado-3")
        return original(*arguments, **named)

    world.passwords.hash_new = slow
    with pytest.raises(Conflict):
        change(world, token, PASSWORD, NEW)
    assert world.sign_in(password="suzume-no-oyado-3").stage is Stage.SIGNED_IN


def test_signing_out_everywhere_else_keeps_this_session(world: SignInWorld) -> None:
    world.account()
    here, there = world.sign_in().token, world.sign_in().token
    with world.database.write() as session:
        assert service.end_other_sessions(session, world.clock, own(world, here), token=here) == 1
    assert (world.visit(here) is not None, world.visit(there)) == (True, None)


def test_the_language_is_one_of_two(world: SignInWorld) -> None:
    world.account()
    actor = own(world, world.sign_in().token)
    with world.database.write() as session:
        service.set_language(session, world.clock, actor, language="en")
        with pytest.raises(Invalid):
            service.set_language(session, world.clock, actor, language="fr")
    assert world.sign_in().language == "en"


def test_without_signing_in_nothing_is_one_s_own(world: SignInWorld) -> None:
    with world.database.write() as session:
        for act in (
            lambda s: service.own(s, NOBODY),
            lambda s: service.set_language(s, world.clock, NOBODY, language="en"),
            lambda s: service.end_other_sessions(s, world.clock, NOBODY, token="x"),
        ):
            with pytest.raises(Forbidden):
                act(session)


def test_the_demo_gives_passwords_that_keep_the_rules(world: SignInWorld) -> None:
    account_id = build.build_account(world.database, name="kakuu-1")
    with world.database.write() as session:
        service.give_password(
            session, world.clock, OPERATOR, world.passwords, account_id=account_id, password=NEW
        )
        with pytest.raises(Invalid):
            service.give_password(
                session, world.clock, OPERATOR, world.passwords, account_id=account_id, password="k"
            )
    world.clock.advance(timedelta(minutes=1))
    assert world.sign_in(password=NEW).stage is Stage.SIGNED_IN
