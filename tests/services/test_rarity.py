"""Rare combinations as the portal applies them: at a change at once, at night for everybody, and taken back."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from portal.calendar.clock import FixedClock
from portal.domain.actor import Actor, ActorKind
from portal.domain.rarity import OFF
from portal.domain.refusal import Forbidden, Invalid, NotFound
from portal.domain.search import Criteria
from portal.services import change_sheet, clockwork, profile, rarity, search, seeker_file
from portal.services import seeker as seeker_service
from portal.store.database import Database
from portal.store.tables import audit, profile_choice, rarity_placing, seeker_choice
from portal.store.tables import profile as profile_table
from tests.build import BuiltMember, build_account, build_member, build_unit
from tests.registrations import FORM, build_office_clerk, prepare, register

WORKER = Actor(ActorKind.WORKER)
# Like many others, but for a licence (and a municipality) that nobody else has.
EXTRA = {"registration_number": "13999-00099999", "licences": ["L001", "L039", "L041"]}
RARE = {"registration_number": "13999-00099999", "licences": ["L001", "L039", "L041"], "place_2": "01101"}


@pytest.fixture
def clerk(database: Database, clock: FixedClock) -> Actor:
    prepare(database, clock)
    return build_office_clerk(database)


def operator(database: Database) -> Actor:
    return Actor(ActorKind.OPERATOR, account_id=build_account(database, kind="operator"))


def crowd(database: Database, clock: FixedClock, clerk: Actor, number: int = 4) -> None:
    """So many people alike."""
    for each in range(number):
        register(database, clock, clerk, registration_number=f"13999-0000{each:04}", name=f"見本 {each}")


def run(database: Database, clock: FixedClock, threshold: int | None = None) -> rarity.Plan:
    with database.write() as session:
        if threshold is not None:
            rarity.set_threshold(session, clock, Actor(ActorKind.OPERATOR), threshold)
        planned = rarity.plan(session, clock)
        for part in planned.parts():
            rarity.apply(session, clock, WORKER, planned, part)
        rarity.finish(session, clock, WORKER, planned)
    return planned


def number_of(database: Database, office_id: str) -> int:
    with database.read() as session:
        rows = session.execute(select(profile_table.c.seeker_id).order_by(profile_table.c.seeker_id.desc()))
        return int(rows.scalars().first() or 0)


def view(database: Database, seeker_id: int) -> Any:
    with database.read() as session:
        return profile.profile_view(session, seeker_id, alias="")


def codes(named: Any) -> list[str]:
    return [one.code for one in named]


def tokens(database: Database, seeker_id: int) -> set[str]:
    with database.read() as session:
        found = select(profile_table.c.tokens).where(profile_table.c.seeker_id == seeker_id)
        return set(session.execute(found).scalar_one())


def found(database: Database, clock: FixedClock, member: BuiltMember, **chosen: tuple[str, ...]) -> int:
    with database.read() as session:
        return search.search(session, clock, member.actor, Criteria(chosen)).found


def rows(database: Database, table: Any) -> int:
    with database.read() as session:
        return len(session.execute(select(table)).all())


def test_until_a_threshold_is_set_and_run_everything_is_shown(
    database: Database, clock: FixedClock, clerk: Actor
) -> None:
    crowd(database, clock, clerk)
    done = register(database, clock, clerk, **RARE)
    rare = number_of(database, done.office_id)
    with database.write() as session:
        assert not rarity.is_due(session, clock)
        rarity.set_threshold(session, clock, operator(database), 5)
        assert rarity.is_due(session, clock)
    assert codes(view(database, rare).licences) == ["L001", "L039", "L041"]
    assert rows(database, rarity_placing) == 0


def test_a_run_leaves_out_what_nobody_else_has_in_list_profile_and_filters_alike(
    database: Database, clock: FixedClock, clerk: Actor
) -> None:
    crowd(database, clock, clerk)
    done = register(database, clock, clerk, **RARE)
    rare = number_of(database, done.office_id)
    member = build_member(database, build_unit(database))
    assert found(database, clock, member, licence=("L041",)) == 1
    run(database, clock, 5)
    shown = view(database, rare)
    assert codes(shown.licences) == ["L001", "L039"]
    assert codes(shown.places) == ["13"]
    # The filters know nothing that the profile does not show.
    assert found(database, clock, member, licence=("L041",)) == 0
    assert found(database, clock, member, municipality=("01101",)) == 0
    assert found(database, clock, member, prefecture=("01",)) == 0
    assert found(database, clock, member, licence=("L039",)) == 5
    assert not {"licence:L041", "place:01101", "place:01"} & tokens(database, rare)
    with database.read() as session:
        everybody = session.execute(select(profile_table.c.tokens, profile_table.c.shuffle)).all()
    assert len({(frozenset(row.tokens), row.shuffle) for row in everybody}) == 1


def test_the_office_and_the_persons_own_sheet_keep_everything_that_was_chosen(
    database: Database, clock: FixedClock, clerk: Actor
) -> None:
    crowd(database, clock, clerk)
    done = register(database, clock, clerk, **RARE)
    rare = number_of(database, done.office_id)
    run(database, clock, 5)
    with database.write() as session:
        read = seeker_file.open_file(session, clock, clerk, done.office_id)
        assert {one.code for one in read.choices if one.role == "licence"} == {"L001", "L039", "L041"}
        sheet = change_sheet.office_change_sheet(session, clock, clerk, done.office_id)
        assert codes(sheet.view.licences) == ["L001", "L039", "L041"]
        own = Actor(ActorKind.SEEKER, seeker_id=rare)
        assert rarity.own_less(session, own) == ("place", "licence")
        assert rarity.office_less(session, clerk, done.office_id) == ("place", "licence")
        with pytest.raises(NotFound):
            rarity.own_less(session, clerk)


def test_a_second_run_on_the_same_people_changes_nothing(
    database: Database, clock: FixedClock, clerk: Actor
) -> None:
    crowd(database, clock, clerk)
    register(database, clock, clerk, **RARE)
    assert sum(map(len, run(database, clock, 5).parts())) == 5
    assert run(database, clock).parts() == []
    with database.read() as session:
        last = rarity.state(session, Actor(ActorKind.OPERATOR)).last
        kinds = (
            session.execute(select(audit.c.kind).where(audit.c.kind.startswith("rarity."))).scalars().all()
        )
    assert last is not None
    assert (last.threshold, last.people, last.generalised, last.bare) == (5, 5, 5, 0)
    assert sorted(kinds) == ["rarity.apply", "rarity.run", "rarity.run", "rarity.set"]


def test_whoever_registers_while_the_rule_holds_is_shown_as_others_are(
    database: Database, clock: FixedClock, clerk: Actor
) -> None:
    crowd(database, clock, clerk, 5)
    run(database, clock, 5)
    done = register(database, clock, clerk, **EXTRA)
    rare = number_of(database, done.office_id)
    assert codes(view(database, rare).licences) == ["L001", "L039"]
    assert "licence:L041" not in tokens(database, rare)
    with database.read() as session:
        shuffles = session.execute(select(profile_table.c.shuffle)).scalars().all()
    assert len(set(shuffles)) == 1


def test_whoever_is_like_nobody_is_shown_without_facts_until_they_are_not_alone(
    database: Database, clock: FixedClock, clerk: Actor
) -> None:
    crowd(database, clock, clerk, 5)
    run(database, clock, 5)
    other = {
        "occupation_1": "031",
        "occupation_2": "",
        "place_1": "24",
        "place_2": "",
        "employment": ["dispatch"],
    }
    other |= {"experience_1": "", "experience_years_1": "", "licences": [], "education": "", "wage_month": ""}
    done = register(database, clock, clerk, registration_number="13999-00088888", times=[], **other)
    alone = number_of(database, done.office_id)
    assert view(database, alone).occupations == ()
    assert tokens(database, alone) == set()
    for each in range(4):
        register(database, clock, clerk, registration_number=f"13999-0007{each:04}", times=[], **other)
    clock.advance(timedelta(days=1))
    run(database, clock)
    assert codes(view(database, alone).occupations) == ["031"]


def test_a_change_at_the_office_is_placed_at_once(
    database: Database, clock: FixedClock, clerk: Actor
) -> None:
    crowd(database, clock, clerk, 5)
    done = register(database, clock, clerk, **EXTRA)
    rare = number_of(database, done.office_id)
    run(database, clock, 5)
    with database.write() as session:
        assert rarity.office_less(session, clerk, done.office_id) == ("licence",)
        profile.change_data(session, clock, clerk, done.office_id, dict(FORM))
        assert rarity.office_less(session, clerk, done.office_id) == ()
    assert codes(view(database, rare).licences) == ["L001", "L039"]
    with database.write() as session:
        profile.change_data(session, clock, clerk, done.office_id, {**FORM, **EXTRA})
    assert codes(view(database, rare).licences) == ["L001", "L039"]


def test_when_others_leave_the_rest_is_shown_less_on_the_next_night(
    database: Database, clock: FixedClock, clerk: Actor
) -> None:
    crowd(database, clock, clerk, 4)
    tokyo = {"place_1": "13", "place_2": "", "licences": ["L001"]}
    leaving = [
        register(database, clock, clerk, registration_number=f"13999-0006{n:04}", **tokyo) for n in range(4)
    ]
    run(database, clock, 4)
    last = number_of(database, leaving[-1].office_id)
    assert codes(view(database, last).places) == ["13"]
    with database.write() as session:
        stops = session.execute(
            select(profile_table.c.seeker_id).order_by(profile_table.c.seeker_id.desc()).offset(1).limit(1)
        ).scalar_one()
        seeker_service.stop(session, clock, Actor(ActorKind.SEEKER, seeker_id=stops))
    clock.advance(timedelta(days=1))
    planned = run(database, clock)
    assert not planned.anew
    with database.read() as session:
        alike = (
            session.execute(select(profile_table.c.tokens).where(~profile_table.c.stopped)).scalars().all()
        )
    counts = [sum(one == other for other in alike) for one in alike]
    # Seven are left: nobody is shown alike with fewer than four, or nothing is shown of them.
    assert all(count >= 4 or not tokens for count, tokens in zip(counts, alike, strict=True))


def test_a_change_between_reading_and_applying_stays_as_it_was_placed(
    database: Database, clock: FixedClock, clerk: Actor
) -> None:
    crowd(database, clock, clerk, 4)
    done = register(database, clock, clerk, **RARE)
    rare = number_of(database, done.office_id)
    with database.write() as session:
        rarity.set_threshold(session, clock, operator(database), 5)
        planned = rarity.plan(session, clock)
        profile.change_data(session, clock, clerk, done.office_id, {**FORM, "place_2": ""})
        applied = sum(rarity.apply(session, clock, WORKER, planned, part) for part in planned.parts())
    assert applied == 4
    assert codes(view(database, rare).places) == ["13"]


def test_switched_off_everything_is_shown_again(database: Database, clock: FixedClock, clerk: Actor) -> None:
    crowd(database, clock, clerk)
    done = register(database, clock, clerk, **RARE)
    rare = number_of(database, done.office_id)
    before = view(database, rare), tokens(database, rare)
    run(database, clock, 5)
    assert (view(database, rare), tokens(database, rare)) != before
    run(database, clock, OFF)
    assert (view(database, rare), tokens(database, rare)) == before
    assert rows(database, seeker_choice) == rows(database, rarity_placing) == 0
    with database.read() as session:
        assert not rarity.is_due(session, clock)


def test_a_run_is_due_once_a_day_and_arranges_everybody_anew_once_a_month(
    database: Database, clock: FixedClock, clerk: Actor
) -> None:
    crowd(database, clock, clerk)
    assert run(database, clock, 4).anew
    with database.read() as session:
        assert not rarity.is_due(session, clock)
        clock.advance(timedelta(days=1))
        assert rarity.is_due(session, clock)
    assert not run(database, clock).anew
    clock.advance(timedelta(days=16))
    assert run(database, clock).anew


def test_R5_the_redraw_and_a_restart_leave_people_shown_alike_together(
    database: Database, clock: FixedClock, clerk: Actor
) -> None:
    crowd(database, clock, clerk, 4)
    done = register(database, clock, clerk, **EXTRA)
    run(database, clock, 5)
    own = Actor(ActorKind.SEEKER, seeker_id=number_of(database, done.office_id))
    drawn = []
    with database.write() as session:
        clock.advance(timedelta(days=30))
        clockwork.redraw_order(session, clock, WORKER)
        drawn.append(session.execute(select(profile_table.c.shuffle)).scalars().all())
        seeker_service.stop(session, clock, own)
        seeker_service.restart(session, clock, clerk, done.office_id)
        drawn.append(session.execute(select(profile_table.c.shuffle)).scalars().all())
    assert [len(set(places)) for places in drawn] == [1, 1]
    assert drawn[0] == drawn[1]


def test_only_the_operator_sets_the_threshold(database: Database, clock: FixedClock, clerk: Actor) -> None:
    with database.write() as session:
        with pytest.raises(Forbidden):
            rarity.set_threshold(session, clock, clerk, 5)
        with pytest.raises(Forbidden):
            rarity.state(session, clerk)
        with pytest.raises(Invalid):
            rarity.set_threshold(session, clock, operator(database), 1)
    assert rows(database, profile_choice) == 0
