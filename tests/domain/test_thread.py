"""Who of a unit sees a thread, and who may write in it."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.reach import Cause
from portal.domain.refusal import Unreachable
from portal.domain.standing import Standing, UnitFacts, UnitStatus, standing
from portal.domain.thread import (
    Belonging,
    MemberFacts,
    belonging_of_new,
    seeker_write_refusal,
    sees,
    unit_write_refusal,
)

OPEN = Standing(search=True, send=True, read=True, limit=1000)
SUSPENDED = Standing(search=False, send=False, read=True, limit=1000, reasons=("suspended",))
NO_OFFICER = Standing(search=True, send=False, read=True, limit=1000, reasons=("officer_missing",))

UNIT = Belonging()
WELFARE, LABOUR = Belonging(department_id=1), Belonging(department_id=2)
CONTRACTOR, OTHER = Belonging(contractor_id=7), Belonging(contractor_id=8)
CONTRACTOR_FOR_WELFARE = Belonging(department_id=1, contractor_id=7)
BELONGINGS = st.builds(Belonging, st.none() | st.integers(1, 3), st.none() | st.integers(7, 9))


@pytest.mark.parametrize(
    ("member", "thread", "seen"),
    [
        (UNIT, UNIT, True),
        (UNIT, WELFARE, False),
        (UNIT, CONTRACTOR, False),
        (WELFARE, WELFARE, True),
        (WELFARE, LABOUR, False),
        (WELFARE, UNIT, False),
        (WELFARE, CONTRACTOR, False),
        (WELFARE, CONTRACTOR_FOR_WELFARE, False),
        (CONTRACTOR, CONTRACTOR, True),
        (CONTRACTOR, OTHER, False),
        (CONTRACTOR, UNIT, False),
        (CONTRACTOR, WELFARE, False),
        (CONTRACTOR, CONTRACTOR_FOR_WELFARE, True),
        (CONTRACTOR_FOR_WELFARE, WELFARE, False),
        (CONTRACTOR_FOR_WELFARE, CONTRACTOR, True),
    ],
)
def test_R13_members_see_the_threads_of_their_own_department_or_contractor(
    member: Belonging, thread: Belonging, seen: bool
) -> None:
    assert sees(MemberFacts(member), thread) is seen


@given(BELONGINGS, BELONGINGS)
def test_M_Q5_the_officer_and_the_contact_see_every_thread_of_the_unit(
    member: Belonging, thread: Belonging
) -> None:
    assert sees(MemberFacts(member, sees_all=True), thread)


@given(BELONGINGS)
def test_R13_whoever_opens_a_thread_sees_it(member: Belonging) -> None:
    assert sees(MemberFacts(member), belonging_of_new(MemberFacts(member)))


@given(BELONGINGS, BELONGINGS)
def test_R13_contractors_and_the_unit_s_own_people_never_see_each_other_s_threads(
    member: Belonging, thread: Belonging
) -> None:
    if (member.contractor_id is None) != (thread.contractor_id is None):
        assert not sees(MemberFacts(member), thread)


def test_a_unit_in_good_standing_writes_to_a_seeker_it_reaches() -> None:
    assert unit_write_refusal(OPEN, reachable=True) is None


def test_R3_a_unit_that_does_not_reach_the_seeker_gets_one_neutral_answer() -> None:
    refused = unit_write_refusal(OPEN, reachable=False)
    assert isinstance(refused, Unreachable)
    assert (refused.reason, refused.facts) == ("unreachable", {})


@pytest.mark.parametrize(("unit", "reason"), [(SUSPENDED, "suspended"), (NO_OFFICER, "officer_missing")])
def test_R3_a_unit_s_own_reason_is_told_first_whether_the_seeker_is_reached_or_not(
    unit: Standing, reason: str
) -> None:
    told = [unit_write_refusal(unit, reachable=reached) for reached in (True, False)]
    assert [refused and refused.reason for refused in told] == [reason, reason]


def test_a_seeker_answers_in_an_open_thread() -> None:
    assert seeker_write_refusal(frozenset(), OPEN) is None


@pytest.mark.parametrize(
    ("cause", "reason"),
    [
        (Cause.STOPPED, "stopped"),
        (Cause.REGISTRATION, "registration_not_in_force"),
        (Cause.SCHOOL, "school_rule"),
        (Cause.TERMS, "terms_not_agreed"),
        (Cause.NO_PROFILE, "no_profile"),
        (Cause.RANGE, "out_of_range"),
        (Cause.BLOCKED, "blocked_by_you"),
    ],
)
def test_a_seeker_is_told_why_a_thread_is_closed(cause: Cause, reason: str) -> None:
    refused = seeker_write_refusal(frozenset({cause}), OPEN)
    assert refused is not None
    assert refused.reason == reason


@given(st.sets(st.sampled_from(Cause), min_size=1))
def test_S_Q5_every_cause_closes_a_thread_for_the_seeker_as_well(found: set[Cause]) -> None:
    assert seeker_write_refusal(frozenset(found), OPEN) is not None


def test_a_stop_is_told_before_a_block_because_it_must_be_lifted_first() -> None:
    refused = seeker_write_refusal(frozenset({Cause.BLOCKED, Cause.STOPPED}), OPEN)
    assert refused is not None
    assert refused.reason == "stopped"


def test_to_a_suspended_unit_the_seeker_sees_a_neutral_line() -> None:
    refused = seeker_write_refusal(frozenset(), SUSPENDED)
    assert refused is not None
    assert (refused.reason, refused.facts) == ("unit_closed", {})


def test_the_seeker_sees_the_same_line_whatever_closed_the_unit() -> None:
    on = date(2026, 6, 15)
    ended = standing(UnitFacts(UnitStatus.ENDED), on)
    expired = standing(UnitFacts(UnitStatus.APPROVED, valid_until=date(2026, 6, 14)), on)
    told = [seeker_write_refusal(frozenset(), unit) for unit in (ended, expired, SUSPENDED)]
    assert [refused and (refused.reason, refused.facts) for refused in told] == [("unit_closed", {})] * 3


def test_a_unit_that_only_lacks_its_officer_can_still_be_answered() -> None:
    assert seeker_write_refusal(frozenset(), NO_OFFICER) is None
