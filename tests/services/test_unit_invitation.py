"""Invitations into a unit: who hands them out, what they are good for, and that each lets one person in, once."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from portal.domain.account import SignInFailed, TooManyAttempts
from portal.domain.actor import Actor, ActorKind
from portal.domain.refusal import Conflict, Forbidden, Invalid, NotFound, Refusal
from portal.services import joining, public_id, unit_invitation
from portal.store.tables import account, membership
from portal.store.tables import unit_invitation as invited
from tests import build
from tests.services.people_world import TODAY, PeopleWorld
from tests.services.signing_world import ELSEWHERE, HOME, NOBODY, PASSWORD

OPERATOR = Actor(ActorKind.OPERATOR)


@pytest.fixture
def world(database: Any, clock: Any) -> PeopleWorld:
    return PeopleWorld(database, clock)


def reason_of(act: Any, *arguments: Any, **more: Any) -> str:
    """ "" when it goes through."""
    try:
        act(*arguments, **more)
    except Refusal as refused:
        return refused.reason
    return ""


# Handing out


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("officer", ""),
        ("contact", ""),
        ("member", "forbidden"),
        ("ended officer", "membership_ended"),
        ("nobody", "forbidden"),
        ("bureau", "forbidden"),
        ("forged", "forbidden"),
    ],
)
def test_officer_and_contact_invite_and_nobody_else_does(world: PeopleWorld, by: str, expected: str) -> None:
    plain = world.member()
    forged = Actor(
        ActorKind.MEMBER, plain.account_id, None, world.unit.id, plain.membership_id, role="officer"
    )
    actors = {
        "officer": world.officer.actor,
        "contact": world.contact.actor,
        "member": plain.actor,
        "ended officer": world.member(role="officer", until=TODAY).actor,
        "nobody": Actor(ActorKind.PUBLIC),
        "bureau": build.build_bureau_clerk(world.database),
        "forged": forged,
    }
    assert reason_of(world.invite, actors[by]) == expected
    assert len(world.invitations()) == (expected == "")


def test_P_Q11_M_Q8_whoever_is_invited_by_an_officer_becomes_an_ordinary_member_whatever_is_typed(
    world: PeopleWorld,
) -> None:
    code = world.invite(role="officer").code
    world.join_new(code)
    assert sorted(world.roles().values()) == ["contact", "member", "officer"]


def test_open_invitations_are_listed_with_who_by_whom_and_until_when(world: PeopleWorld) -> None:
    build.build_department(world.database, world.unit, "見本課")
    ref = next(one.ref for one in world.people().departments)
    world.invite(world.contact.actor, display_name="架空 一子", place=ref, days="3")
    world.recorded("officer", "架空 後任")
    found = world.invitations()
    assert [(one.name, one.role, one.place, one.by, one.own, one.open) for one in found] == [
        ("架空 後任", "officer", "", "", False, True),
        ("架空 一子", "member", "見本課", "架空 連絡者", True, True),
    ]
    assert found[1].last_day == TODAY + timedelta(days=3)
    world.clock.advance(timedelta(days=4))
    assert [one.open for one in world.invitations()] == [True, False]


def test_code_and_link_are_kept_as_keyed_hashes_and_the_name_sealed(world: PeopleWorld) -> None:
    issued = world.invite(display_name="架空 秘子")
    with world.database.read() as session:
        row = session.execute(select(invited)).mappings().one()
    kept = b"".join(value for value in row.values() if isinstance(value, bytes))
    for secret in (issued.code, issued.code.replace("-", ""), issued.link_token, "架空 秘子"):
        assert secret.encode() not in kept


def test_there_is_an_end_to_the_number_of_open_invitations(
    world: PeopleWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unit_invitation, "MOST_OPEN", 2)
    world.invite()
    world.invite()
    with pytest.raises(Invalid) as refused:
        world.invite()
    assert refused.value.errors == {"": ["invitations_full"]}
    world.revoke(world.invitations()[0].ref)
    world.invite()


# What lets nobody in


def test_used_expired_revoked_renewed_and_unknown_codes_get_the_same_answer(world: PeopleWorld) -> None:
    used, revoked, renewed, expired = (world.invite(display_name=f"架空 {n}", days="14") for n in range(4))
    world.join_new(used.code)
    refs = {one.name: one.ref for one in world.invitations()}
    world.revoke(refs["架空 1"])
    world.renew(refs["架空 2"])
    with world.database.write() as session:
        session.execute(
            update(invited)
            .where(
                invited.c.code_hash == unit_invitation.store.code_hash(session, expired.code.replace("-", ""))
            )
            .values(issued_at=world.clock.now() - timedelta(days=1), expires_at=world.clock.now())
        )
        session.commit()
    unknown = "0000-0000-0000"
    told = []
    for n, code in enumerate([used.code, revoked.code, renewed.code, expired.code, unknown]):
        for act in (
            lambda code=code, n=n: world.look(code, address=f"192.0.2.{n + 1}"),
            lambda code=code: world.join(world.contact.actor, code),
            lambda code=code, n=n: world.join_new(code, f"kakuu-x{n}"),
        ):
            world.clock.advance(timedelta(hours=1))
            with pytest.raises(SignInFailed) as refused:
                act()
            told.append((refused.value.reason, refused.value.facts))
    assert told == [("invitation_failed", {})] * 15


def test_links_work_like_codes_and_not_for_each_other(world: PeopleWorld) -> None:
    issued = world.invite()
    assert world.look(link=issued.link_token).display_name == "架空 招待"
    with pytest.raises(SignInFailed):
        world.look(link=issued.code.replace("-", ""))
    with pytest.raises(Invalid):
        world.look(issued.link_token)


def test_guessing_is_slowed_down_as_with_passwords(world: PeopleWorld) -> None:
    issued = world.invite()
    refusals = set()
    for n in range(101):
        refusals.add(reason_of(world.look, f"0000-0000-{n:04}"))
    assert "too_many_attempts" in refusals
    with pytest.raises(TooManyAttempts):
        world.look(issued.code)
    assert world.look(issued.code, address=ELSEWHERE).display_name == "架空 招待"


def test_an_invitation_is_good_to_the_end_of_its_last_day_in_japan(world: PeopleWorld) -> None:
    issued = world.invite(days="1")
    assert issued.last_day == TODAY + timedelta(days=1)
    world.clock.advance(timedelta(hours=37, minutes=59, seconds=59))
    assert world.look(issued.code).last_day == issued.last_day
    world.clock.advance(timedelta(seconds=1))
    with pytest.raises(SignInFailed):
        world.look(issued.code)


# Joining


def test_a_new_person_chooses_name_and_password_and_is_a_member(world: PeopleWorld) -> None:
    build.build_department(world.database, world.unit, "見本課")
    ref = next(one.ref for one in world.people().departments)
    code = world.invite(display_name="架空 花子", place=ref).code
    assert world.look(code).place == "見本課"
    joined = world.join_new(code)
    visit = world.visit(world.sign_in("kakuu-new").token)
    assert visit is not None
    assert (visit.display_name, visit.actor.unit_id, visit.actor.role) == (
        "架空 花子",
        world.unit.id,
        "member",
    )
    assert joined.unit_key == world.unit.public_id.hex()
    assert world.invitations() == ()


def test_somebody_of_another_unit_keeps_the_account_and_has_two_units_to_choose_from(
    world: PeopleWorld,
) -> None:
    """Seed 004 P-Q4: the same person may act for a city and for their own agency, one at a time."""
    other = build.build_unit(world.database)
    person = build.build_member(world.database, other, account_id=world.account("kakuu-p"))
    world.join(person.actor, world.invite().code)
    visit = world.visit(world.sign_in("kakuu-p").token)
    assert visit is not None
    assert (visit.actor.unit_id, world.roles()[person.account_id]) == (None, "member")


def test_a_seeker_or_a_clerk_does_not_join_with_their_account_and_the_invitation_stays_good(
    world: PeopleWorld,
) -> None:
    issued = world.invite()
    seeker = build.build_seeker(world.database, with_account=True)
    for actor in (
        seeker.actor,
        build.build_clerk(world.database),
        build.build_bureau_clerk(world.database),
        NOBODY,
    ):
        with pytest.raises(Forbidden):
            world.join(actor, issued.code)
    closed = Actor(ActorKind.MEMBER, account_id=world.account("kakuu-c"))
    with world.database.write() as session:
        session.execute(
            update(account).where(account.c.id == closed.account_id).values(closed_at=world.clock.now())
        )
        session.commit()
    with pytest.raises(Forbidden):
        world.join(closed, issued.code)
    world.join_new(issued.code)


def test_somebody_who_is_in_the_unit_already_uses_nothing_up(world: PeopleWorld) -> None:
    issued = world.invite()
    with pytest.raises(Conflict) as refused:
        world.join(world.contact.actor, issued.code)
    assert refused.value.reason == "already_member"
    assert len(world.invitations()) == 1


def test_a_bad_name_or_password_uses_nothing_up_and_makes_no_account(world: PeopleWorld) -> None:
    world.account("kakuu-taken")
    code = world.invite().code
    for name, password in (("a", PASSWORD), ("kakuu-ok", "short"), ("kakuu-taken", PASSWORD)):
        with pytest.raises(Invalid):
            world.join_new(code, name, password)
    with world.database.read() as session:
        before = len(session.scalars(select(account.c.id)).all())
    world.join_new(code, "kakuu-ok")
    with world.database.read() as session:
        assert len(session.scalars(select(account.c.id)).all()) == before + 1
    assert world.outcomes()[-4:] == ["halfway", "halfway", "halfway", "passed"]


class Together:
    """Passwords that are hashed once everybody is there: all have then found the invitation good."""

    def __init__(self, passwords: Any, start: threading.Barrier) -> None:
        self._passwords = passwords
        self._start = start

    def hash_new(self, password: str, own_words: Any = ()) -> str:
        self._start.wait(timeout=60)
        return str(self._passwords.hash_new(password, own_words))


@pytest.mark.parametrize("how", ["new", "known"])
def test_an_invitation_used_twice_at_once_lets_one_person_in(world: PeopleWorld, how: str) -> None:
    code = world.invite().code
    actors = [Actor(ActorKind.MEMBER, account_id=build.build_account(world.database)) for _ in range(2)]
    start, found = threading.Barrier(2), []
    passwords: Any = Together(world.passwords, start)

    def run(n: int) -> None:
        address = f"192.0.2.{n + 10}"
        with world.database.write() as session:
            try:
                if how == "known":
                    start.wait(timeout=60)
                    joining.join(session, world.clock, actors[n], code=code, address=address)
                else:
                    joining.join_new(
                        session,
                        world.clock,
                        NOBODY,
                        passwords,
                        code=code,
                        sign_in_name=f"kakuu-t{n}",
                        password=PASSWORD,
                        address=address,
                    )
            except Refusal as refused:
                found.append(refused.reason)
            else:
                found.append("")

    threads = [threading.Thread(target=run, args=(n,)) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == ["", "invitation_failed"]
    assert sorted(world.roles().values()) == ["contact", "member", "officer"]
    with world.database.read() as session:
        everybody = len(session.scalars(select(account.c.id).where(account.c.kind == "member")).all())
    assert everybody == (4 if how == "known" else 5)


# Taking back and renewing


def test_renewing_makes_the_old_code_and_link_useless(world: PeopleWorld) -> None:
    old = world.invite()
    world.clock.advance(timedelta(days=20))
    new = world.renew(world.invitations()[0].ref)
    for given in ({"code": old.code}, {"link": old.link_token}):
        with pytest.raises(SignInFailed):
            world.look(**given)
    assert world.look(new.code, address=ELSEWHERE).display_name == "架空 招待"
    assert len(world.invitations()) == 1


def test_foreign_and_unknown_invitations_are_not_found_and_used_ones_are_gone(world: PeopleWorld) -> None:
    other = PeopleWorld(world.database, world.clock)
    world.invite()
    ref = world.invitations()[0].ref
    for wrong in (ref[:-1] + ("A" if ref[-1] != "A" else "Q"), "", "x" * 22):
        for act in (world.renew, world.revoke):
            assert reason_of(act, wrong) == "not_found"
    for act in (other.renew, other.revoke):
        assert reason_of(act, ref) == "not_found"
    assert reason_of(world.revoke, ref, world.member().actor) == "forbidden"
    world.revoke(ref)
    for act in (world.renew, world.revoke):
        assert reason_of(act, ref) == "invitation_gone"


def test_M_Q8_managers_do_not_renew_or_take_back_what_came_with_the_bureaus_entry(world: PeopleWorld) -> None:
    """Otherwise a contact could make themselves the officer."""
    world.recorded("officer")
    ref = world.invitations()[0].ref
    for act in (world.renew, world.revoke):
        assert reason_of(act, ref, world.contact.actor) == "not_found"


# Officer and contact


def test_M_Q8_the_old_officer_stays_in_force_until_the_recorded_one_has_come(world: PeopleWorld) -> None:
    code = world.recorded("officer", "架空 後任").code
    assert world.roles()[world.officer.account_id] == "officer"
    world.join_new(code, "kakuu-n")
    roles = world.roles()
    assert roles[world.officer.account_id] == "member"
    assert roles[world.contact.account_id] == "contact"
    assert sorted(roles.values()) == ["contact", "member", "officer"]


def test_a_member_who_is_recorded_as_contact_is_raised_and_keeps_the_department(world: PeopleWorld) -> None:
    place = build.build_department(world.database, world.unit)
    plain = world.member(department_id=place)
    world.join(plain.actor, world.recorded("contact").code)
    assert world.roles() == {
        world.officer.account_id: "officer",
        world.contact.account_id: "member",
        plain.account_id: "contact",
    }
    with world.database.read() as session:
        kept = session.scalars(
            select(membership.c.department_id).where(membership.c.id == plain.membership_id)
        ).one()
    assert kept == place


def test_an_officer_who_is_contact_too_stays_officer(world: PeopleWorld) -> None:
    world.join(world.officer.actor, world.recorded("contact").code)
    assert world.roles() == {world.officer.account_id: "officer", world.contact.account_id: "member"}


def test_a_new_officer_opens_sending_again(world: PeopleWorld) -> None:
    world.end(world.officer, world.contact.actor)
    assert world.officer_left_on() == TODAY
    world.join_new(world.recorded("officer").code)
    assert world.officer_left_on() is None


def test_a_second_entry_of_the_bureau_makes_the_first_invitation_void(world: PeopleWorld) -> None:
    first = world.recorded("officer", "架空 一号")
    world.recorded("contact", "架空 三号")
    second = world.recorded("officer", "架空 二号")
    with pytest.raises(SignInFailed):
        world.look(first.code)
    assert world.look(second.code).display_name == "架空 二号"
    assert [one.name for one in world.invitations()] == ["架空 二号", "架空 三号"]


def test_R15_the_bureau_hands_out_a_new_code_for_its_own_units_only(world: PeopleWorld) -> None:
    old = world.recorded("officer", days=1)
    world.clock.advance(timedelta(days=5))
    ref = public_id.shown(world.unit.public_id)
    own, foreign = (build.build_bureau_clerk(world.database, bureau_code=code) for code in ("13", "27"))

    def reissue(actor: Actor, role: str = "officer") -> Any:
        with world.database.write() as session:
            return unit_invitation.reissue(session, world.clock, actor, ref, role, days=14)

    for actor, role in ((foreign, "officer"), (own, "contact"), (own, "member")):
        with pytest.raises(NotFound):
            reissue(actor, role)
    for actor in (world.contact.actor, NOBODY, build.build_clerk(world.database)):
        with pytest.raises(Forbidden):
            reissue(actor)
    new = reissue(own)
    with pytest.raises(SignInFailed):
        world.look(old.code)
    assert world.look(new.code, address=HOME).role == "officer"


# Forgetting


def test_names_of_people_who_were_invited_are_forgotten_after_ninety_days(world: PeopleWorld) -> None:
    joined = world.invite(display_name="架空 来た人", days="1")
    world.join_new(joined.code)
    world.invite(display_name="架空 来ない人", days="14")
    world.invite(display_name="架空 取消", days="14")
    world.revoke(world.invitations()[0].ref)
    world.recorded("officer", "架空 後任")

    def left(days: int) -> list[str]:
        world.clock.advance(timedelta(days=days))
        with world.database.write() as session:
            unit_invitation.forget_old(session, world.clock, Actor(ActorKind.WORKER))
        with world.database.read() as session:
            return list(session.scalars(select(invited.c.role).order_by(invited.c.id)))

    assert left(90) == ["member", "member", "member", "officer"]
    assert left(1) == ["member", "officer"]
    assert left(14) == ["officer"]
    assert left(1000) == ["officer"]
