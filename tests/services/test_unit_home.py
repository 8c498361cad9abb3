"""What a unit's own people see of it."""

from datetime import date
from typing import Any

import pytest

from portal.calendar.clock import FixedClock
from portal.domain.actor import Actor, ActorKind
from portal.domain.refusal import Forbidden, NotFound
from portal.services import unit_home as service
from portal.store.database import Database
from tests.build import (
    build_contractor,
    build_department,
    build_installation,
    build_member,
    build_seeker,
    build_unit,
)


def home_of(database: Database, clock: FixedClock, actor: Actor) -> Any:
    with database.read() as session:
        return service.unit_home(session, clock, actor)


def test_the_unit_is_named_with_the_part_the_person_belongs_to(database: Database, clock: FixedClock) -> None:
    town = build_unit(database, unit_class="municipal", name="架空見本市")
    contractor = build_member(database, town, contractor_id=build_contractor(database, town))
    clerk = build_member(database, town, department_id=build_department(database, town, "雇用対策課"))
    told = [home_of(database, clock, who.actor) for who in (contractor, clerk, build_member(database, town))]
    assert {home.name for home in told} == {"架空見本市"}
    assert [(home.department, home.contractor) for home in told] == [
        ("", "架空受託社"),
        ("雇用対策課", ""),
        ("", ""),
    ]


@pytest.mark.parametrize(
    ("values", "reasons"),
    [
        ({}, ()),
        ({"officer": False}, ("officer_missing",)),
        ({"suspended_from": date(2026, 6, 15), "officer": False}, ("suspended", "officer_missing")),
    ],
)
def test_what_is_closed_is_told_the_weightiest_first(
    database: Database, clock: FixedClock, values: dict[str, Any], reasons: tuple[str, ...]
) -> None:
    home = home_of(database, clock, build_member(database, build_unit(database, **values)).actor)
    assert home.reasons == reasons
    assert home.may_send is not bool(reasons)


def test_sending_held_closed_by_the_operator_is_a_reason_too(database: Database, clock: FixedClock) -> None:
    build_installation(database, sending_closed=True)
    home = home_of(database, clock, build_member(database, build_unit(database)).actor)
    assert (home.may_send, home.reasons) == (False, ("sending_closed",))


@pytest.mark.parametrize(
    ("last", "soon"),
    [
        (date(2026, 6, 14), False),
        (date(2026, 6, 15), True),
        (date(2026, 8, 14), True),
        (date(2026, 8, 15), False),
    ],
)
def test_the_reminder_of_renewal_comes_sixty_days_before(
    database: Database, clock: FixedClock, last: date, soon: bool
) -> None:
    member = build_member(database, build_unit(database, valid_until=last))
    assert home_of(database, clock, member.actor).ends_soon is soon


@pytest.mark.parametrize(
    ("until", "told", "tomorrow"),
    [
        (date(2026, 6, 15), True, 0),
        (date(2026, 6, 16), True, 1000),
        (date(2026, 8, 14), True, 1000),
        (date(2026, 8, 15), False, 1000),
    ],
)
def test_M_Q3_people_of_a_contractor_are_told_how_long_their_contract_goes(
    database: Database, clock: FixedClock, until: date, told: bool, tomorrow: int
) -> None:
    town = build_unit(database, unit_class="municipal")
    theirs = build_member(database, town, contractor_id=build_contractor(database, town, until=until))
    home = home_of(database, clock, theirs.actor)
    assert (home.contract_until, home.quota.next_limit) == (until if told else None, tomorrow)
    assert home_of(database, clock, build_member(database, town).actor).contract_until is None


def test_members_in_force_are_told_to_officer_and_contact_only(database: Database, clock: FixedClock) -> None:
    unit = build_unit(database)
    build_member(database, unit, name="見本さん", department_id=build_department(database, unit, "見本課"))
    build_member(database, unit, name="去った人", until=date(2026, 6, 15))
    for role, told in (("officer", True), ("contact", True), ("member", False)):
        somebody = build_member(database, unit, role=role)
        with database.read() as session:
            members = service.unit_record(session, clock, somebody.actor).members
        if told:
            assert members is not None
            assert ("架空 見本さん", "member", "見本課") in [(m.name, m.role, m.part) for m in members]
            assert "架空 去った人" not in {m.name for m in members}
        else:
            assert members is None


def test_nobody_but_its_own_people_sees_a_unit(database: Database, clock: FixedClock) -> None:
    unit = build_unit(database)
    who = build_seeker(database, with_account=True).actor
    left = build_member(database, unit, until=date(2026, 6, 15)).actor
    for actor in (who, left, Actor(ActorKind.PUBLIC)):
        with database.read() as session:
            for act in (service.unit_home, service.unit_record):
                with pytest.raises((Forbidden, NotFound)):
                    act(session, clock, actor)
