"""The second factor: required where it must be, a code works once, and a lost one is no dead end."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from portal.domain.account import AccountKind, SignInFailed, Stage, TooManyAttempts
from portal.domain.actor import Actor, ActorKind
from portal.domain.refusal import Conflict, Forbidden, Invalid
from portal.services import second_factor as service
from portal.store import web_session as sessions
from portal.store.tables import account, recovery_code
from tests import build
from tests.services.signing_world import ELSEWHERE, HOME, LIFETIME, NOBODY, PASSWORD, SignInWorld


@pytest.fixture
def world(database: Any, clock: Any) -> SignInWorld:
    return SignInWorld(database, clock, second_factor_required=True)


@pytest.fixture
def enrolled(world: SignInWorld) -> tuple[str, tuple[str, ...]]:
    """An account with a second factor: its secret and recovery codes."""
    world.account()
    secret, done = world.enrol(world.sign_in().token)
    world.clock.advance(timedelta(minutes=5))
    return secret, done.recovery_codes


@pytest.mark.parametrize(
    ("kind", "required", "stage"),
    [
        (AccountKind.MEMBER, True, Stage.ENROL),
        (AccountKind.MEMBER, False, Stage.SIGNED_IN),
        (AccountKind.SEEKER, True, Stage.SIGNED_IN),
    ],
)
def test_who_has_to_set_one_up(
    world: SignInWorld, kind: AccountKind, *, required: bool, stage: Stage
) -> None:
    world.account(kind=kind)
    world.second_factor_required = required
    assert world.sign_in().stage is stage


def test_staff_have_to_set_one_up(world: SignInWorld) -> None:
    clerk = build.build_clerk(world.database, name="kakuu-clerk")
    assert clerk.account_id is not None
    world.set_password(clerk.account_id)
    assert world.sign_in("kakuu-clerk").stage is Stage.ENROL


def test_until_it_is_set_up_no_page_opens(world: SignInWorld) -> None:
    world.account()
    opened = world.sign_in()
    visit = world.visit(opened.token)
    assert visit is not None
    assert (visit.signed_in, visit.actor.kind, visit.actor.account_id) == (False, ActorKind.PUBLIC, None)


def test_setting_it_up_gives_ten_codes_a_fresh_session_and_ends_all_others(world: SignInWorld) -> None:
    unit = build.build_unit(world.database)
    account_id = world.account()
    build.build_member(world.database, unit, account_id=account_id)
    first, other = world.sign_in(), world.sign_in()

    _secret, done = world.enrol(first.token)

    assert len(set(done.recovery_codes)) == 10
    assert all(len(code) == 11 for code in done.recovery_codes)
    assert (world.visit(first.token), world.visit(other.token)) == (None, None)
    visit = world.visit(done.opened.token)
    assert visit is not None
    assert visit.signed_in
    assert visit.actor.unit_id == unit.id
    assert world.trail("account.enrol_second_factor") == [("done", None, account_id)]


def test_the_secret_is_the_same_until_it_is_confirmed_and_kept_sealed(world: SignInWorld) -> None:
    world.account()
    token = world.sign_in().token
    with world.database.write() as session:
        first = service.begin(session, world.clock, token, LIFETIME)
        again = service.begin(session, world.clock, token, LIFETIME)
    assert first == again
    assert first.uri.startswith("otpauth://totp/")
    assert f"secret={first.secret}" in first.uri
    visit = world.visit(token)
    assert visit is not None
    assert first.secret not in str(visit.data)
    world.enrol(token)
    with world.database.read() as session:
        assert first.secret.encode() not in session.execute(select(account.c.totp_sealed)).scalar_one()


@pytest.mark.parametrize(
    ("typed", "code"), [("", "missing"), ("123", "totp_wrong"), ("000000", "totp_wrong")]
)
def test_a_wrong_first_code_sets_nothing_up(world: SignInWorld, typed: str, code: str) -> None:
    world.account()
    token = world.sign_in().token
    with world.database.write() as session:
        service.begin(session, world.clock, token, LIFETIME)
        with pytest.raises(Invalid) as refused:
            service.confirm(session, world.clock, NOBODY, token=token, typed=typed, lifetime=LIFETIME)
    assert refused.value.errors == {"code": [code]}
    assert world.sign_in().stage is Stage.ENROL


def test_nobody_sets_up_a_second_one_nor_one_that_is_not_theirs_to_have(
    world: SignInWorld, enrolled: tuple[str, tuple[str, ...]]
) -> None:
    token = world.give_code(world.sign_in().token, world.code(enrolled[0])).token
    world.account("kakuu-seeker", AccountKind.SEEKER)
    seeker = world.sign_in("kakuu-seeker").token
    with world.database.write() as session:
        with pytest.raises(Conflict):
            service.begin(session, world.clock, token, LIFETIME)
        with pytest.raises(Conflict):
            service.confirm(session, world.clock, NOBODY, token=token, typed="123456", lifetime=LIFETIME)
        with pytest.raises(Forbidden):
            service.begin(session, world.clock, seeker, LIFETIME)
        with pytest.raises(SignInFailed, match="session_ended"):
            service.begin(session, world.clock, "no such session", LIFETIME)


def test_the_code_opens_a_session_under_a_fresh_id(
    world: SignInWorld, enrolled: tuple[str, tuple[str, ...]]
) -> None:
    waiting = world.sign_in()
    assert waiting.stage is Stage.SECOND_FACTOR

    opened = world.give_code(waiting.token, f" {world.code(enrolled[0])[:3]} {world.code(enrolled[0])[3:]}")

    assert opened.token != waiting.token
    assert world.visit(waiting.token) is None
    visit = world.visit(opened.token)
    assert visit is not None
    assert visit.signed_in


def test_a_code_works_once_even_in_two_windows(
    world: SignInWorld, enrolled: tuple[str, tuple[str, ...]]
) -> None:
    code = world.code(enrolled[0])
    first, second = world.sign_in(), world.sign_in()
    world.give_code(first.token, code)
    with pytest.raises(SignInFailed, match="second_factor_failed"):
        world.give_code(second.token, code)
    world.clock.advance(timedelta(seconds=30))
    world.give_code(second.token, world.code(enrolled[0]))


def test_of_two_windows_at_the_same_moment_one_wins(
    world: SignInWorld, enrolled: tuple[str, tuple[str, ...]]
) -> None:
    code = world.code(enrolled[0])
    waiting = [world.sign_in().token, world.sign_in().token]
    start = threading.Barrier(2)
    ends: list[str] = []

    def give(token: str) -> None:
        start.wait()
        try:
            world.give_code(token, code)
            ends.append("in")
        except SignInFailed as refused:
            ends.append(refused.reason)

    threads = [threading.Thread(target=give, args=(token,)) for token in waiting]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ends) == ["in", "second_factor_failed"]


def test_wrong_codes_count_together_with_wrong_passwords_and_the_right_password_forgives_none(
    world: SignInWorld, enrolled: tuple[str, tuple[str, ...]]
) -> None:
    for number in range(5):
        waiting = world.sign_in(address=ELSEWHERE)
        with pytest.raises(SignInFailed, match="second_factor_failed"):
            world.give_code(waiting.token, f"00000{number}", ELSEWHERE)
    with pytest.raises(TooManyAttempts):
        world.sign_in(address=ELSEWHERE)
    world.clock.advance(timedelta(seconds=30))
    waiting = world.sign_in(address=ELSEWHERE)
    with pytest.raises(SignInFailed):
        world.give_code(waiting.token, "000009", ELSEWHERE)
    with pytest.raises(TooManyAttempts):
        world.give_code(waiting.token, "000009", ELSEWHERE)


def test_the_first_step_is_forgotten_after_ten_minutes(
    world: SignInWorld, enrolled: tuple[str, tuple[str, ...]]
) -> None:
    waiting = world.sign_in()
    world.clock.advance(timedelta(minutes=10))
    with pytest.raises(SignInFailed, match="session_ended"):
        world.give_code(waiting.token, world.code(enrolled[0]))


def test_a_session_that_is_signed_in_cannot_be_used_as_a_first_step(
    world: SignInWorld, enrolled: tuple[str, tuple[str, ...]]
) -> None:
    opened = world.give_code(world.sign_in().token, world.code(enrolled[0]))
    world.clock.advance(timedelta(seconds=30))
    with pytest.raises(SignInFailed, match="session_ended"):
        world.give_code(opened.token, world.code(enrolled[0]))


def test_a_recovery_code_works_once(world: SignInWorld, enrolled: tuple[str, tuple[str, ...]]) -> None:
    spare = enrolled[1][3]
    world.give_code(world.sign_in().token, spare.lower())
    with pytest.raises(SignInFailed, match="second_factor_failed"):
        world.give_code(world.sign_in().token, spare)
    world.give_code(world.sign_in().token, enrolled[1][4])


def test_another_person_s_recovery_code_opens_nothing(
    world: SignInWorld, enrolled: tuple[str, tuple[str, ...]]
) -> None:
    world.account("kakuu-2")
    _secret, done = world.enrol(world.sign_in("kakuu-2").token)
    with pytest.raises(SignInFailed, match="second_factor_failed"):
        world.give_code(world.sign_in().token, done.recovery_codes[0])


def test_recovery_codes_are_kept_as_hashes(world: SignInWorld, enrolled: tuple[str, tuple[str, ...]]) -> None:
    with world.database.read() as session:
        kept = session.execute(select(recovery_code.c.code_hash)).scalars().all()
    assert len(kept) == 10
    assert all(code.replace("-", "").encode() not in b"".join(kept) for code in enrolled[1])


def test_new_recovery_codes_want_the_password_and_void_the_old_ones(
    world: SignInWorld, enrolled: tuple[str, tuple[str, ...]]
) -> None:
    opened = world.give_code(world.sign_in().token, world.code(enrolled[0]))
    visit = world.visit(opened.token)
    assert visit is not None

    def renew(password: str) -> tuple[str, ...]:
        assert visit is not None
        with world.database.write() as session:
            return service.renew_recovery_codes(
                session, world.clock, visit.actor, world.passwords, password=password, address=HOME
            )

    with pytest.raises(Invalid) as refused:
        renew("wrong-wrong-wrong")
    assert refused.value.errors == {"password": ["password_wrong"]}
    fresh = renew(PASSWORD)
    with pytest.raises(SignInFailed):
        world.give_code(world.sign_in().token, enrolled[1][0])
    world.give_code(world.sign_in().token, fresh[0])


def test_without_a_second_factor_there_are_no_recovery_codes(world: SignInWorld) -> None:
    account_id = world.account("kakuu-seeker", AccountKind.SEEKER)
    actor = Actor(ActorKind.SEEKER, account_id=account_id)
    with world.database.write() as session, pytest.raises(Forbidden):
        service.renew_recovery_codes(
            session, world.clock, actor, world.passwords, password=PASSWORD, address=HOME
        )
    with world.database.write() as session, pytest.raises(Forbidden):
        service.renew_recovery_codes(
            session, world.clock, NOBODY, world.passwords, password=PASSWORD, address=HOME
        )


def test_a_session_ended_meanwhile_is_not_opened_by_a_right_code(
    world: SignInWorld, enrolled: tuple[str, tuple[str, ...]]
) -> None:
    waiting = world.sign_in()
    visit = world.visit(waiting.token)
    assert visit is not None
    original = service._accepted

    def accepted(*arguments: Any) -> bool:
        # The password is changed elsewhere, which ends every session, just before this one is opened.
        sessions.end_of_account(arguments[0], visit.account_id)
        return original(*arguments)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(service, "_accepted", accepted)
        with pytest.raises(SignInFailed, match="session_ended"):
            world.give_code(waiting.token, world.code(enrolled[0]))
