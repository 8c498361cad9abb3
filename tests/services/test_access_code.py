"""One-time codes: single use, expiring, throttled, asked together with the birth date, never readable again."""

import threading
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from portal.domain.account import AccountKind, SignInFailed, Stage, TooManyAttempts
from portal.domain.actor import Actor, ActorKind
from portal.domain.refusal import Conflict, Forbidden, Invalid, Refusal
from portal.services import access_code as service
from portal.services.access_code import IssuedCode, Purpose
from portal.store import account as accounts
from portal.store.tables import access_code
from tests import build
from tests.services.signing_world import HOME, NOBODY, PASSWORD, SignInWorld

OPERATOR = Actor(ActorKind.OPERATOR)
BORN = date(1990, 1, 1)
NEW = "kaki-no-ki-to-suzume"


@pytest.fixture
def world(database: Any, clock: Any) -> SignInWorld:
    return SignInWorld(database, clock)


def issue(
    world: SignInWorld,
    purpose: Purpose,
    *,
    days: int = 14,
    seeker_id: int | None = None,
    account_id: int | None = None,
    with_link: bool = False,
) -> IssuedCode:
    with world.database.write() as session:
        return service.issue(
            session,
            world.clock,
            OPERATOR,
            purpose,
            days=days,
            seeker_id=seeker_id,
            account_id=account_id,
            with_link=with_link,
        )


def activate(
    world: SignInWorld,
    code: str,
    *,
    link: str | None = None,
    born: date | None = BORN,
    name: str = "hana-7",
    password: str = NEW,
) -> int:
    with world.database.write() as session:
        return service.activate(
            session,
            world.clock,
            NOBODY,
            world.passwords,
            code=code,
            link=link,
            birth_date=born,
            sign_in_name=name,
            password=password,
            address=HOME,
        )


def choose(world: SignInWorld, code: str, *, born: date | None = None, password: str = NEW) -> str:
    with world.database.write() as session:
        return service.choose_password(
            session,
            world.clock,
            NOBODY,
            world.passwords,
            code=code,
            birth_date=born,
            password=password,
            address=HOME,
        )


def look(world: SignInWorld, code: str, born: date | None = None, address: str = HOME) -> service.Usable:
    with world.database.write() as session:
        return service.look(session, world.clock, NOBODY, code=code, birth_date=born, address=address)


# Opening a seeker's account


def test_a_seeker_opens_an_account_with_code_and_birth_date_and_signs_in(world: SignInWorld) -> None:
    seeker = build.build_seeker(world.database, birth_date=BORN)
    issued = issue(world, Purpose.ACTIVATION, seeker_id=seeker.id)

    account_id = activate(world, issued.code.lower().replace("-", "　"))

    opened = world.sign_in("hana-7", NEW)
    assert (opened.stage, opened.kind) == (Stage.SIGNED_IN, AccountKind.SEEKER)
    visit = world.visit(opened.token)
    assert visit is not None
    assert (visit.actor.seeker_id, visit.account_id) == (seeker.id, account_id)
    assert world.trail("account.activate") == [("done", None, seeker.id)]


def test_the_link_works_as_the_code_does_and_both_only_once(world: SignInWorld) -> None:
    seeker = build.build_seeker(world.database, birth_date=BORN)
    issued = issue(world, Purpose.ACTIVATION, seeker_id=seeker.id, with_link=True)
    activate(world, "", link=issued.link)
    with pytest.raises(Refusal, match="code_used"):
        activate(world, issued.code, name="hana-8")


def test_neither_code_nor_link_can_be_read_back(world: SignInWorld) -> None:
    seeker = build.build_seeker(world.database)
    issued = issue(world, Purpose.ACTIVATION, seeker_id=seeker.id, with_link=True)
    with world.database.read() as session:
        kept = session.execute(select(access_code)).one()
    assert issued.link is not None
    assert issued.link not in str(kept)
    assert issued.code.replace("-", "") not in str(kept)
    assert len(issued.link) == 32


@pytest.mark.parametrize("born", [None, date(1990, 1, 2)])
def test_without_the_birth_date_the_code_is_like_one_that_never_was(
    world: SignInWorld, born: date | None
) -> None:
    seeker = build.build_seeker(world.database, birth_date=BORN)
    issued = issue(world, Purpose.ACTIVATION, seeker_id=seeker.id)
    with pytest.raises(SignInFailed, match="code_failed"):
        activate(world, issued.code, born=born)
    with pytest.raises(SignInFailed, match="code_failed"):
        activate(world, "0000-0000-0000", born=BORN)
    activate(world, issued.code)


def test_five_wrong_birth_dates_make_the_code_void(world: SignInWorld) -> None:
    seeker = build.build_seeker(world.database, birth_date=BORN)
    issued = issue(world, Purpose.ACTIVATION, seeker_id=seeker.id)
    for day in range(2, 7):
        with pytest.raises(SignInFailed, match="code_failed"):
            look(world, issued.code, date(1990, 1, day))
    world.clock.advance(timedelta(days=2))
    with pytest.raises(Refusal, match="code_locked"):
        activate(world, issued.code)
    with pytest.raises(SignInFailed, match="code_failed"):
        activate(world, issued.code, born=date(1990, 1, 2))


def test_a_code_ends_after_its_last_day_in_japan(world: SignInWorld) -> None:
    seeker = build.build_seeker(world.database, birth_date=BORN)
    issued = issue(world, Purpose.ACTIVATION, seeker_id=seeker.id, days=14)
    assert issued.last_day == date(2026, 6, 29)
    # 29 June 23:59:59 in Japan, then midnight.
    world.clock.advance(timedelta(days=14, hours=13, minutes=59, seconds=59))
    assert look(world, issued.code, BORN).purpose is Purpose.ACTIVATION
    world.clock.advance(timedelta(seconds=1))
    with pytest.raises(Refusal, match="code_expired"):
        look(world, issued.code, BORN)


def test_a_new_code_makes_the_earlier_one_void(world: SignInWorld) -> None:
    seeker = build.build_seeker(world.database, birth_date=BORN)
    first = issue(world, Purpose.ACTIVATION, seeker_id=seeker.id)
    second = issue(world, Purpose.ACTIVATION, seeker_id=seeker.id)
    with pytest.raises(Refusal, match="code_replaced"):
        activate(world, first.code)
    activate(world, second.code)


def test_a_name_that_is_taken_or_a_bad_password_leaves_the_code_unused(world: SignInWorld) -> None:
    build.build_account(world.database, name="hana-7")
    seeker = build.build_seeker(world.database, birth_date=BORN)
    issued = issue(world, Purpose.ACTIVATION, seeker_id=seeker.id)
    with pytest.raises(Invalid) as both:
        activate(world, issued.code, name="花子", password="k")
    assert both.value.errors == {"sign_in_name": ["name_character"], "password": ["password_short"]}
    with pytest.raises(Invalid) as taken:
        activate(world, issued.code, name="ＨＡＮＡ-7")
    assert taken.value.errors == {"sign_in_name": ["name_taken"]}
    activate(world, issued.code, name="hana-8")


def test_whoever_has_an_account_does_not_open_a_second_one(world: SignInWorld) -> None:
    seeker = build.build_seeker(world.database, birth_date=BORN, with_account=True)
    issued = issue(world, Purpose.ACTIVATION, seeker_id=seeker.id)
    with pytest.raises(Conflict, match="already_activated"):
        activate(world, issued.code)


def test_of_two_windows_with_one_code_one_wins(world: SignInWorld) -> None:
    seeker = build.build_seeker(world.database, birth_date=BORN)
    issued = issue(world, Purpose.ACTIVATION, seeker_id=seeker.id)
    start = threading.Barrier(4)
    ends: list[str] = []

    def use(number: int) -> None:
        start.wait()
        try:
            activate(world, issued.code, name=f"hana-{number}")
            ends.append("opened")
        except Refusal as refused:
            ends.append(refused.reason)

    threads = [threading.Thread(target=use, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ends) == ["code_used", "code_used", "code_used", "opened"]
    with world.database.read() as session:
        assert len(accounts.everybody(session, [AccountKind.SEEKER])) == 1


# Choosing a password


def test_an_invitation_lets_somebody_choose_their_first_password(world: SignInWorld) -> None:
    account_id = build.build_account(world.database, name="kakuu-1")
    issued = issue(world, Purpose.INVITATION, account_id=account_id)
    assert look(world, issued.code).sign_in_name == "kakuu-1"
    assert choose(world, issued.code) == "kakuu-1"
    assert world.sign_in("kakuu-1", NEW).stage is Stage.SIGNED_IN


def test_a_new_password_ends_every_session(world: SignInWorld) -> None:
    account_id = world.account()
    before = world.sign_in()
    issued = issue(world, Purpose.PASSWORD, account_id=account_id)
    choose(world, issued.code)
    assert world.visit(before.token) is None
    with pytest.raises(SignInFailed):
        world.sign_in(password=PASSWORD)
    assert world.sign_in(password=NEW).stage is Stage.SIGNED_IN


def test_a_seeker_s_new_password_is_asked_together_with_the_birth_date(world: SignInWorld) -> None:
    seeker = build.build_seeker(world.database, birth_date=BORN, with_account=True, sign_in_name="hana-7")
    issued = issue(world, Purpose.PASSWORD, account_id=seeker.account_id)
    with pytest.raises(SignInFailed, match="code_failed"):
        choose(world, issued.code)
    assert choose(world, issued.code, born=BORN) == "hana-7"


@pytest.mark.parametrize("password", ["", "k", "x" * 129, "nul\0nul\0nul\0n", "\ud800" * 12, "password2026"])
def test_a_bad_password_leaves_the_code_unused(world: SignInWorld, password: str) -> None:
    account_id = world.account()
    issued = issue(world, Purpose.PASSWORD, account_id=account_id)
    with pytest.raises(Invalid) as refused:
        choose(world, issued.code, password=password)
    assert list(refused.value.errors) == ["password"]
    choose(world, issued.code)


def test_one_s_own_sign_in_name_is_no_password(world: SignInWorld) -> None:
    account_id = build.build_account(world.database, name="yamabuki-hana")
    issued = issue(world, Purpose.INVITATION, account_id=account_id)
    with pytest.raises(Invalid) as refused:
        choose(world, issued.code, password="yamabuki-hana-1")
    assert refused.value.errors == {"password": ["password_own_word"]}


def test_a_code_is_good_for_its_purpose_only(world: SignInWorld) -> None:
    account_id = world.account()
    issued = issue(world, Purpose.PASSWORD, account_id=account_id)
    with pytest.raises(SignInFailed, match="code_failed"), world.database.write() as session:
        service.reset(session, world.clock, NOBODY, code=issued.code, address=HOME)
    with pytest.raises(SignInFailed, match="code_failed"):
        activate(world, issued.code)
    choose(world, issued.code)


def test_the_codes_of_a_closed_account_are_like_ones_that_never_were(world: SignInWorld) -> None:
    account_id = world.account()
    issued = issue(world, Purpose.PASSWORD, account_id=account_id)
    with world.database.write() as session:
        accounts.close(session, account_id, world.clock.now())
        session.commit()
    with pytest.raises(SignInFailed, match="code_failed"):
        choose(world, issued.code)


# A lost second factor


def test_a_lost_second_factor_is_taken_away_and_set_up_anew(world: SignInWorld) -> None:
    world.second_factor_required = True
    account_id = world.account()
    _secret, done = world.enrol(world.sign_in().token)
    issued = issue(world, Purpose.SECOND_FACTOR, account_id=account_id)

    with world.database.write() as session:
        assert service.reset(session, world.clock, NOBODY, code=issued.code, address=HOME) == "kakuu-1"

    assert world.visit(done.opened.token) is None
    assert world.sign_in().stage is Stage.ENROL
    assert world.trail("account.reset_second_factor") == [("done", None, account_id)]


# Typing and guessing


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "missing"),
        ("ABCD", "code_length"),
        ("あいうえおかきくけこさし", "code_character"),
        ("\0" * 12, "code_character"),
        ("\ud800" * 12, "code_character"),
        ("🐈" * 12, "code_character"),
        ("A" * 101, "code_length"),
    ],
)
def test_what_cannot_be_a_code_says_so_and_counts_as_no_attempt(
    world: SignInWorld, typed: str, code: str
) -> None:
    with pytest.raises(Invalid) as refused:
        look(world, typed)
    assert refused.value.errors == {"code": [code]}
    assert world.outcomes() == []


def test_guessing_codes_from_one_address_has_to_wait(world: SignInWorld) -> None:
    for number in range(50):
        with pytest.raises(SignInFailed):
            look(world, f"{number:012}")
    with pytest.raises(TooManyAttempts):
        look(world, "999999999999")
    assert set(world.outcomes()) == {"failed", "refused"}


def test_only_the_operator_issues_without_a_use_case_of_its_own(world: SignInWorld) -> None:
    account_id = world.account()
    for kind in (ActorKind.MEMBER, ActorKind.OFFICE, ActorKind.SEEKER, ActorKind.PUBLIC):
        with world.database.write() as session, pytest.raises(Forbidden):
            service.issue(session, world.clock, Actor(kind), Purpose.PASSWORD, days=3, account_id=account_id)
    assert [line[0] for line in world.trail("access_code.issue")] == ["refused"] * 4
