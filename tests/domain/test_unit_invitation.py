"""Invitations into a unit: who invites whom, for how long, and what becomes of somebody's role."""

from datetime import UTC, datetime, timedelta

import pytest

from portal.domain.refusal import Invalid
from portal.domain.unit_invitation import (
    MOST_DAYS,
    ROLES,
    InvitationState,
    may_invite,
    read_invitation,
    role_after,
    state,
)

NOW = datetime(2026, 6, 15, 1, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("expires", "used", "revoked", "expected"),
    [
        (NOW + HOUR, None, None, InvitationState.OPEN),
        (NOW, None, None, InvitationState.EXPIRED),
        (NOW - HOUR, None, None, InvitationState.EXPIRED),
        (NOW + HOUR, NOW, None, InvitationState.USED),
        (NOW - HOUR, NOW, None, InvitationState.USED),
        (NOW + HOUR, None, NOW, InvitationState.REVOKED),
        (NOW - HOUR, None, NOW, InvitationState.REVOKED),
    ],
)
def test_only_an_invitation_that_is_neither_used_nor_taken_back_nor_over_is_open(
    expires: datetime, used: datetime | None, revoked: datetime | None, expected: InvitationState
) -> None:
    assert state(expires, used, revoked, NOW) is expected


def test_P_Q11_M_Q8_officer_and_contact_invite_members_and_nobody_invites_officers_or_contacts() -> None:
    pairs = {(by, role) for by in (*ROLES, None, "owner") for role in ROLES if may_invite(by, role)}
    assert pairs == {("officer", "member"), ("contact", "member")}


@pytest.mark.parametrize(
    ("present", "invited", "after"),
    [
        (None, "member", "member"),
        (None, "contact", "contact"),
        (None, "officer", "officer"),
        ("member", "contact", "contact"),
        ("member", "officer", "officer"),
        ("contact", "officer", "officer"),
        ("officer", "contact", "officer"),
        ("contact", "contact", "contact"),
        ("officer", "officer", "officer"),
    ],
)
def test_an_invitation_raises_a_role_and_never_lowers_it(
    present: str | None, invited: str, after: str
) -> None:
    assert role_after(present, invited) == after


def test_days_are_read_however_they_are_typed() -> None:
    entry = read_invitation({"display_name": " 架空　花子 ", "days": "１４"})
    assert (entry.display_name, entry.place, entry.days) == ("架空　花子", "", MOST_DAYS)


@pytest.mark.parametrize(
    ("days", "code"),
    [
        ("", "missing"),
        ("0", "invitation_days"),
        ("15", "invitation_days"),
        ("三", "not_a_number"),
        ("-1", "not_a_number"),
        ("७", "not_a_number"),
        ("9" * 19, "invitation_days"),
    ],
)
def test_everything_that_is_wrong_is_told_at_once(days: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_invitation({"display_name": "", "days": days})
    assert refused.value.errors == {"display_name": ["missing"], "days": [code]}
