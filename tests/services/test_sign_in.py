"""Signing in: one answer for every cause, attempts counted before they are looked at, waits that end."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, func, select, update

from portal.domain.account import AccountKind, Busy, SignInFailed, Stage, TooManyAttempts
from portal.domain.actor import Actor, ActorKind
from portal.services import web_session
from portal.settings import Hashing
from portal.store import account as accounts
from portal.store import sign_in as attempts
from portal.store.tables import account, post, signin_attempt
from portal.store.tables import session as web_session_table
from tests import build
from tests.services.signing_world import (
    ELSEWHERE,
    HASHING,
    HOME,
    LIFETIME,
    PASSWORD,
    CountingPasswords,
    SignInWorld,
)


@pytest.fixture
def world(database: Any, clock: Any) -> SignInWorld:
    return SignInWorld(database, clock)


def fail(world: SignInWorld, times: int, *, name: str = "kakuu-1", address: str = HOME) -> None:
    for _ in range(times):
        with pytest.raises(SignInFailed):
            world.sign_in(name, "wrong-wrong-wrong", address)


def test_the_right_password_opens_a_session_and_leaves_one_audit_line(world: SignInWorld) -> None:
    account_id = world.account()

    opened = world.sign_in(" ＫＡＫＵＵ－１ ")

    assert opened.stage is Stage.SIGNED_IN
    visit = world.visit(opened.token)
    assert visit is not None
    assert (visit.account_id, visit.signed_in) == (account_id, True)
    assert world.trail("account.sign_in") == [("done", None, account_id)]
    assert world.outcomes() == ["passed"]


def test_the_database_knows_neither_the_cookie_nor_name_nor_address_of_an_attempt(world: SignInWorld) -> None:
    world.account()
    token = world.sign_in().token
    with world.database.read() as session:
        kept = session.execute(select(web_session_table)).one()
        attempt = session.execute(select(signin_attempt)).one()
    assert token not in str(kept)
    assert kept.id_hash == web_session.id_hash(token)
    assert b"kakuu" not in attempt.name_key + attempt.address_key
    assert HOME.encode() not in attempt.address_key


def test_every_reason_to_refuse_gives_the_same_answer_after_one_comparison_each(world: SignInWorld) -> None:
    world.account("kakuu-1")
    world.account("kakuu-closed")
    world.account("kakuu-operator", AccountKind.OPERATOR)
    build.build_account(world.database, name="kakuu-no-password")
    world.account("kakuu-no-post", AccountKind.STAFF)
    with world.database.write() as session:
        # Not accounts.close, which takes the hash away: the account alone must decide.
        session.execute(
            update(account)
            .where(account.c.sign_in_key == accounts.name_key(build.KEYRING, "kakuu-closed"))
            .values(closed_at=world.clock.now())
        )
        session.commit()
    statements: dict[str, list[str]] = {}
    for name, password in [
        ("kakuu-1", "wrong-wrong-wrong"),
        ("nobody-at-all", PASSWORD),
        ("kakuu-closed", PASSWORD),
        ("kakuu-operator", PASSWORD),
        ("kakuu-no-password", PASSWORD),
        ("kakuu-no-post", PASSWORD),
        ("bad name", PASSWORD),
        ("", PASSWORD),
        ("nul\0name", PASSWORD),
        ("\ud800\ud800\ud800", PASSWORD),
        ("kakuu-1", ""),
        ("kakuu-1", "\0"),
        ("kakuu-1", "\ud800"),
        ("kakuu-1", "x" * 129),
        ("kakuu-1", "🐈" * 100_000),
    ]:
        world.passwords.compared = 0
        said = statements.setdefault(f"{name}/{password[:12]}", [])
        engine = world.database.engine()

        def note(_c: Any, _u: Any, statement: str, *_: Any, said: list[str] = said) -> None:
            said.append(statement.split("WHERE")[0][:60])

        event.listen(engine, "before_cursor_execute", note)
        world.clock.advance(timedelta(days=2))
        with pytest.raises(SignInFailed) as refused:
            world.sign_in(name, password)
        event.remove(engine, "before_cursor_execute", note)
        assert (refused.value.reason, refused.value.facts) == ("sign_in_failed", {})
        assert world.passwords.compared == 1
    assert len({tuple(said) for said in statements.values()}) == 1
    assert set(world.outcomes()) == {"failed"}


def test_staff_sign_in_while_their_post_is_in_force(world: SignInWorld) -> None:
    build.build_clerk(world.database, name="kakuu-clerk")
    with world.database.write() as session:
        found = accounts.by_name(session, "kakuu-clerk")
    assert found is not None
    world.set_password(found.id)
    assert world.sign_in("kakuu-clerk").kind is AccountKind.STAFF

    with world.database.write() as session:
        session.execute(update(post).values(until=world.clock.now().date()))
        session.commit()
    with pytest.raises(SignInFailed):
        world.sign_in("kakuu-clerk")


# The throttle


def test_the_attempt_is_committed_before_the_password_is_looked_at(world: SignInWorld) -> None:
    world.account()
    seen: list[int] = []

    class Looking(CountingPasswords):
        def _compare(self, hashed: str, typed: str | bytes) -> bool:
            with world.database.read() as other:
                seen.append(other.execute(select(func.count()).select_from(signin_attempt)).scalar_one())
            raise RuntimeError("the process dies here")

    world.passwords = Looking()
    with pytest.raises(RuntimeError, match="dies"):
        world.sign_in()
    assert seen == [1]
    assert world.outcomes() == ["open"]


def test_attempts_of_processes_that_died_count_like_failures(world: SignInWorld) -> None:
    world.account()
    with world.database.write() as session:
        for _ in range(5):
            attempts.record(
                session,
                attempts.name_key(session, "kakuu-1"),
                attempts.address_key(session, ELSEWHERE),
                "password",
                world.clock.now(),
            )
        session.commit()
    with pytest.raises(TooManyAttempts):
        world.sign_in()


def test_after_five_failures_the_wait_grows_and_ends_by_itself(world: SignInWorld) -> None:
    world.account()
    fail(world, 5)
    for seconds in (30, 60, 120, 240, 480, 900, 900):
        world.passwords.compared = 0
        with pytest.raises(TooManyAttempts) as refused:
            world.sign_in()
        assert refused.value.retry_at == world.clock.now() + timedelta(seconds=seconds)
        assert world.passwords.compared == 0
        world.clock.advance(timedelta(seconds=seconds))
        fail(world, 1)
    world.clock.advance(timedelta(seconds=900))
    assert world.sign_in().stage is Stage.SIGNED_IN


def test_attempts_that_came_too_soon_do_not_make_the_wait_longer_and_leave_no_audit_line(
    world: SignInWorld,
) -> None:
    world.account()
    fail(world, 5)
    for _ in range(40):
        with pytest.raises(TooManyAttempts):
            world.sign_in()
    world.clock.advance(timedelta(seconds=30))
    assert world.sign_in().stage is Stage.SIGNED_IN
    assert len(world.trail("account.sign_in")) == 6
    assert world.outcomes().count("refused") == 40


def test_an_unknown_name_is_made_to_wait_just_the_same(world: SignInWorld) -> None:
    fail(world, 5, name="nobody-at-all")
    with pytest.raises(TooManyAttempts):
        world.sign_in("nobody-at-all")


def test_signing_in_completely_makes_earlier_failures_forgotten(world: SignInWorld) -> None:
    world.account()
    for _ in range(4):
        fail(world, 4)
        world.sign_in()
    fail(world, 4)


def test_failures_of_a_day_ago_are_forgotten(world: SignInWorld) -> None:
    world.account()
    fail(world, 12 - 7)
    world.clock.advance(timedelta(hours=24, seconds=1))
    fail(world, 5)


def test_a_stranger_s_failures_do_not_keep_the_owner_out_at_home(world: SignInWorld) -> None:
    world.account()
    world.sign_in(address=HOME)
    fail(world, 5, address=ELSEWHERE)
    with pytest.raises(TooManyAttempts):
        world.sign_in(address=ELSEWHERE)
    assert world.sign_in(address=HOME).stage is Stage.SIGNED_IN


def test_at_home_the_own_failures_count_too(world: SignInWorld) -> None:
    world.account()
    world.sign_in(address=HOME)
    fail(world, 5, address=HOME)
    with pytest.raises(TooManyAttempts):
        world.sign_in(address=HOME)


def test_one_address_that_tries_many_names_has_to_wait(world: SignInWorld) -> None:
    world.account()
    for number in range(50):
        fail(world, 1, name=f"kakuu-{number + 100}", address=ELSEWHERE)
    with pytest.raises(TooManyAttempts):
        world.sign_in(address=ELSEWHERE)
    assert world.sign_in(address=HOME).stage is Stage.SIGNED_IN


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("", "not an address", True),
    ],
)
def test_which_addresses_count_as_one(world: SignInWorld, first: str, second: str, same: bool) -> None:
    with world.database.read() as session:
        keys = [attempts.address_key(session, each) for each in (first, second)]
    assert (keys[0] == keys[1]) is same


def test_of_many_attempts_at_once_no_more_than_the_free_ones_are_looked_at(world: SignInWorld) -> None:
    world.account()
    world.passwords = CountingPasswords(Hashing(1, 8, 1, 8))
    start = threading.Barrier(12)
    ends: list[str] = []

    def attempt() -> None:
        start.wait()
        try:
            world.sign_in(password="wrong-wrong-wrong")
        except (SignInFailed, TooManyAttempts) as refused:
            ends.append(refused.reason)

    threads = [threading.Thread(target=attempt) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ends) == 12
    assert world.passwords.compared == ends.count("sign_in_failed") <= 5
    assert world.outcomes().count("failed") == world.passwords.compared


# Hashing


def test_a_hash_made_with_other_parameters_is_made_anew_at_sign_in(world: SignInWorld) -> None:
    account_id = world.account()
    with world.database.read() as session:
        before = accounts.password_hash(session, account_id)
    world.passwords = CountingPasswords(Hashing(time_cost=2, memory_kib=16, parallelism=1, concurrent=2))
    world.sign_in()
    with world.database.read() as session:
        after = accounts.password_hash(session, account_id)
    assert before is not None
    assert after is not None
    assert before.startswith("$argon2id$")
    assert "m=8,t=1" in before
    assert "m=16,t=2" in after
    assert world.sign_in().stage is Stage.SIGNED_IN


def test_a_full_house_is_told_to_come_again_and_the_attempt_does_not_count(world: SignInWorld) -> None:
    world.account()
    world.passwords = CountingPasswords(HASHING)
    world.passwords._wait = 0.01
    for _ in range(HASHING.concurrent):
        world.passwords._places.acquire()
    for _ in range(7):
        with pytest.raises(Busy):
            world.sign_in()
    for _ in range(HASHING.concurrent):
        world.passwords._places.release()
    assert set(world.outcomes()) == {"refused"}
    assert world.sign_in().stage is Stage.SIGNED_IN


def test_a_password_changed_while_the_old_one_is_checked_lets_nobody_in(world: SignInWorld) -> None:
    account_id = world.account()

    class Slow(CountingPasswords):
        def _compare(self, hashed: str, typed: str | bytes) -> bool:
            right = super()._compare(hashed, typed)
            world.set_password(account_id, "another-long-password")
            return right

    slow = Slow()
    world.passwords, quick = slow, world.passwords
    with pytest.raises(SignInFailed):
        world.sign_in()
    world.passwords = quick
    with world.database.read() as session:
        assert session.execute(select(func.count()).select_from(web_session_table)).scalar_one() == 0


def test_full_width_typing_is_the_same_password(world: SignInWorld) -> None:
    world.account(password="ｍｕｒａｓａｋｉ　ノ　クモ　７")
    assert world.sign_in(password="murasaki ノ クモ 7").stage is Stage.SIGNED_IN


def test_old_attempts_and_ended_sessions_are_deleted_by_the_clock(world: SignInWorld) -> None:
    world.account()
    world.sign_in()
    world.clock.advance(timedelta(days=29))
    living = world.sign_in().token
    world.clock.advance(timedelta(days=1, seconds=1))
    world.clock.advance(timedelta(hours=-24))
    world.sign_in()
    world.clock.advance(timedelta(hours=24))
    with world.database.write() as session:
        worker = Actor(ActorKind.WORKER)
        assert web_session.forget_ended(session, world.clock, worker, LIFETIME) == (3, 1)
        assert web_session.forget_ended(session, world.clock, worker, LIFETIME) == (0, 0)
    assert world.visit(living) is None


def test_nothing_holds_a_lock_while_a_password_is_hashed(world: SignInWorld) -> None:
    account_id = world.account()

    class Writing(CountingPasswords):
        def _compare(self, hashed: str, typed: str | bytes) -> bool:
            # On SQLite a second writer would wait for the first one here, and never get its turn.
            with world.database.write() as other:
                accounts.set_language(other, account_id, "en")
                other.commit()
            return super()._compare(hashed, typed)

    world.passwords = Writing()
    assert world.sign_in().language == "ja"
