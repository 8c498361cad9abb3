"""Where a case goes when nobody is at a desk any more, and how often it may be handed on."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from portal.domain.actor import Actor, ActorKind
from portal.domain.refusal import Conflict, Forbidden, Invalid
from portal.services import account as accounts
from portal.services import complaint, complaint_case, complaint_desk, public_id
from portal.store.account import by_id
from portal.store.database import Database
from portal.store.tables import account, post
from tests.services.complaint_world import OFFICE, OTHER_OFFICE, THIRD_OFFICE, Desks

OPERATOR = Actor(ActorKind.OPERATOR)


@pytest.fixture
def desks(database: Database, clock: Any) -> Desks:
    return Desks(database, clock)


def close(desks: Desks, who: Actor) -> None:
    """The operator closes somebody's account."""
    with desks.database.read() as session:
        found = by_id(session, who.account_id or 0)
        assert found is not None
    desks.act(accounts.close, OPERATOR, sign_in_name=found.sign_in_name)


def change(desks: Desks, who: Actor, **values: Any) -> None:
    with desks.database.write() as session:
        session.execute(update(account).where(account.c.id == who.account_id).values(**values))
        session.commit()


def test_whose_account_is_closed_has_no_post_any_more(desks: Desks) -> None:
    close(desks, desks.desk)
    with desks.database.read() as session:
        until = session.execute(select(post.c.until).where(post.c.account_id == desks.desk.account_id))
        assert until.scalars().all() == [desks.clock.now().date()]


@pytest.mark.parametrize("gone", ["closed", "no_password"])
def test_where_the_person_of_the_desk_cannot_sign_in_the_clerks_stand_in(desks: Desks, gone: str) -> None:
    ref = desks.opens()
    with pytest.raises(Forbidden):
        desks.case(desks.clerk, ref)
    # The post stands as it was before closing an account ended it.
    values = {"closed_at": desks.clock.now()} if gone == "closed" else {"password_hash": None}
    change(desks, desks.desk, **values)
    assert desks.case(desks.clerk, ref).line.ref == ref
    assert desks.look(complaint_case.counts, desks.clerk).live == 1


def test_notices_go_to_the_clerks_once_the_person_of_the_desk_has_gone(desks: Desks) -> None:
    desks.wants_mail(desks.desk.account_id, desks.clerk.account_id)
    desks.opens()
    assert desks.mails() == {desks.desk.account_id}
    close(desks, desks.desk)
    desks.opens()
    assert desks.mails() == {desks.clerk.account_id}


def test_a_case_goes_only_to_offices_where_somebody_works_and_to_the_one_of_the_registration(
    desks: Desks,
) -> None:
    offer = desks.look(complaint.offer, desks.seeker.actor, public_id.shown(desks.unit.public_id))
    assert offer.offices.codes == {OFFICE, OTHER_OFFICE}
    with pytest.raises(Invalid):
        desks.consults(office=THIRD_OFFICE)
    ref = desks.opens(office=OTHER_OFFICE)
    for who in (desks.desk, desks.clerk):
        close(desks, who)
    # Nobody is left at the office of the registration; the seeker and the desk may still turn to it.
    offer = desks.look(complaint.offer, desks.seeker.actor, public_id.shown(desks.unit.public_id))
    assert offer.offices.codes == {OFFICE, OTHER_OFFICE}
    found = desks.look(complaint_desk.targets, desks.other_desk, ref)
    assert [target.ref for target in found] == ["bureau", OFFICE]
    # The organisation cannot learn from its choice where somebody is registered.
    with pytest.raises(Invalid):
        desks.consults(office=OFFICE)


def test_one_case_is_handed_over_five_times_a_day_and_again_after_midnight(desks: Desks) -> None:
    ref = desks.opens()
    here, there = (desks.desk, OFFICE), (desks.other_desk, OTHER_OFFICE)
    for _ in range(complaint_desk.MOST_HAND_OVERS):
        desks.hands_over(here[0], ref, there[1])
        here, there = there, here
    with pytest.raises(Conflict) as refused:
        desks.hands_over(here[0], ref, there[1])
    assert (refused.value.reason, refused.value.facts) == ("too_many_case_moves", {"most": 5})
    desks.clock.advance(timedelta(hours=13, minutes=59))
    with pytest.raises(Conflict):
        desks.hands_over(here[0], ref, there[1])
    desks.clock.advance(timedelta(minutes=1))
    desks.hands_over(here[0], ref, there[1])
