"""Which role includes which act; nobody has a right by default."""

import re

import pytest

from portal.domain.actor import Actor, ActorKind
from portal.domain.permission import Permission, may, permissions_of

ROLES = [
    (ActorKind.SEEKER, None),
    (ActorKind.MEMBER, None),
    (ActorKind.MEMBER, "member"),
    (ActorKind.MEMBER, "contact"),
    (ActorKind.MEMBER, "officer"),
    (ActorKind.OFFICE, "office_clerk"),
    (ActorKind.OFFICE, "office_desk"),
    (ActorKind.BUREAU, "bureau_clerk"),
]
SCOPE = {
    ActorKind.SEEKER: "seeker",
    ActorKind.MEMBER: "unit",
    ActorKind.OFFICE: "office",
    ActorKind.BUREAU: "bureau",
}


def test_every_permission_is_named_scope_resource_action() -> None:
    assert all(re.fullmatch(r"[a-z]+:[a-z_]+:[a-z_]+", permission) for permission in Permission)


def test_every_permission_belongs_to_some_role() -> None:
    assert {permission for role in ROLES for permission in permissions_of(*role)} == set(Permission)


@pytest.mark.parametrize(("kind", "role"), ROLES)
def test_no_role_reaches_into_the_scope_of_another_audience(kind: ActorKind, role: str | None) -> None:
    assert {permission.split(":")[0] for permission in permissions_of(kind, role)} <= {SCOPE[kind], "own"}


@pytest.mark.parametrize(
    ("kind", "role"),
    [
        (ActorKind.PUBLIC, None),
        (ActorKind.PUBLIC, "officer"),
        (ActorKind.OPERATOR, None),
        (ActorKind.WORKER, None),
        (ActorKind.MEMBER, "owner"),
        (ActorKind.OFFICE, None),
        (ActorKind.BUREAU, "office_clerk"),
        (ActorKind.SEEKER, "officer"),
    ],
)
def test_an_unknown_pair_of_audience_and_role_has_no_right_at_all(kind: ActorKind, role: str | None) -> None:
    assert permissions_of(kind, role) == frozenset()


def test_R13_only_officer_and_contact_read_all_threads_of_the_unit() -> None:
    readers = [role for kind, role in ROLES if Permission.UNIT_THREAD_READ_ALL in permissions_of(kind, role)]
    assert readers == ["contact", "officer"]


def test_a_role_includes_what_the_role_below_it_includes() -> None:
    member, contact, officer = (permissions_of(ActorKind.MEMBER, r) for r in ("member", "contact", "officer"))
    assert member < contact < officer


def test_R64_complaints_are_all_that_the_officer_has_before_the_contact() -> None:
    contact, officer = (permissions_of(ActorKind.MEMBER, role) for role in ("contact", "officer"))
    assert officer - contact == {Permission.UNIT_COMPLAINT_HANDLE}


def test_may_asks_the_role_somebody_acts_in_now() -> None:
    assert may(Actor(ActorKind.MEMBER, role="member"), Permission.UNIT_MESSAGE_SEND)
    assert not may(Actor(ActorKind.MEMBER), Permission.UNIT_MESSAGE_SEND)
