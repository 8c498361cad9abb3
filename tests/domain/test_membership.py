"""Rights end with the membership, the department, the contractor's period: on which day exactly."""

from datetime import date, timedelta

import pytest

from portal.domain.membership import MembershipFacts, acting_refusal, in_force

ON = date(2026, 6, 15)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("since", "until", "holds"),
    [(ON, None, True), (ON + DAY, None, False), (ON - DAY, ON, False), (ON, ON + DAY, True), (ON, ON, False)],
)
def test_a_membership_does_not_count_on_the_day_it_was_ended(
    since: date, until: date | None, holds: bool
) -> None:
    assert in_force(since, until, ON) is holds


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({}, None),
        ({"account_closed": True}, "membership_ended"),
        ({"until": ON}, "membership_ended"),
        ({"department_since": ON + DAY}, "department_ended"),
        ({"department_until": ON - DAY}, "department_ended"),
        ({"department_until": ON}, None),
        ({"contractor_since": ON + DAY, "contractor_until": ON + DAY}, "contractor_ended"),
        ({"contractor_since": ON - DAY, "contractor_until": ON - DAY}, "contractor_ended"),
        ({"contractor_since": ON, "contractor_until": ON}, None),
    ],
)
def test_M_Q3_who_may_act_on_a_day(facts: dict[str, object], reason: str | None) -> None:
    refusal = acting_refusal(MembershipFacts(since=ON - DAY, **facts), ON)  # type: ignore[arg-type]  # fields above
    assert (refusal.reason if refusal else None) == reason
