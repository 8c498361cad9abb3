"""What the database itself holds of P-Q8: the order is in the keys, and nothing can be changed or taken out."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import DBAPIError

from portal.calendar.clock import FixedClock
from portal.services import paid_service as service
from portal.store import paid_ledger as ledger
from portal.store.database import Database
from portal.store.migrate import downgrade, upgrade
from portal.store.tables import paid_ledger, paid_service, paid_service_version, profile, seeker
from tests.build import build_seeker, open_database
from tests.services.paid_world import PaidWorld


@pytest.fixture
def world(database: Database, clock: FixedClock) -> PaidWorld:
    return PaidWorld(database, clock)


def row_of(world: PaidWorld, step: str) -> dict[str, Any]:
    """An entry of the ledger as it could be inserted again."""
    with world.database.read() as session:
        found = session.execute(select(paid_ledger).where(paid_ledger.c.step == step)).mappings().first()
    assert found is not None
    return {name: value for name, value in found.items() if name not in ("id", "public_id")}


def impossible(world: PaidWorld, **values: Any) -> None:
    with world.database.write() as session, pytest.raises(DBAPIError):
        session.execute(insert(paid_ledger).values(public_id=b"another entry...", **values))


def test_P_Q8_an_asking_without_a_record_of_the_notice_cannot_be_stored(world: PaidWorld) -> None:
    world.consented()
    other = world.another()
    asked = row_of(world, "asked") | {"seeker_id": other.id}
    impossible(world, **asked | {"notice_event_id": None})
    impossible(world, **asked | {"notice_event_id": 999_999})


def test_P_Q8_an_answer_without_an_asking_cannot_be_stored(world: PaidWorld) -> None:
    world.consented()
    other = world.another()
    impossible(world, **row_of(world, "consented") | {"seeker_id": other.id})
    impossible(world, **row_of(world, "consented") | {"seeker_id": other.id, "ground_id": None})


def test_P_Q8_a_service_without_a_ground_cannot_be_stored(world: PaidWorld) -> None:
    ref = world.consented()
    world.gives(ref)
    impossible(world, **row_of(world, "given") | {"ground_id": None})


def test_nobody_is_asked_or_answers_twice_about_a_version(world: PaidWorld) -> None:
    world.consented()
    impossible(world, **row_of(world, "asked"))
    impossible(world, **row_of(world, "consented") | {"step": "refused"})
    world.withdraws()
    impossible(world, **row_of(world, "withdrawn"))


def test_an_entry_names_a_version_of_its_own_unit(world: PaidWorld) -> None:
    world.consented()
    other = PaidWorld(world.database, world.clock)
    theirs = other.registers()
    with world.database.read() as session:
        version = session.execute(
            select(paid_service_version.c.id).where(paid_service_version.c.unit_id == other.unit.id)
        ).scalar_one()
    assert theirs
    impossible(world, **row_of(world, "asked") | {"version_id": version})


@pytest.mark.parametrize("table", ["paid_ledger", "paid_service_version", "paid_notice_event"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET at = at", "DELETE FROM {}"])
def test_the_ledger_the_versions_and_the_notices_only_grow(
    world: PaidWorld, table: str, statement: str
) -> None:
    world.consented()
    with world.database.write() as session, pytest.raises(DBAPIError, match="append only"):
        session.execute(text(statement.format(table)))


def test_a_seekers_wish_of_another_unit_is_none_here(world: PaidWorld) -> None:
    world.wishes()
    other = PaidWorld(world.database, world.clock)
    with world.database.read() as session:
        assert ledger.wished(session, world.unit.id, world.seeker.id)
        assert not ledger.wished(session, other.unit.id, world.seeker.id)


def test_the_download_names_terms_and_days_and_no_inside_number(world: PaidWorld) -> None:
    ref = world.consented()
    world.gives(ref)
    with world.database.read() as session:
        rows = ledger.for_download(session, world.seeker.id)
    assert [row["step"] for row in rows] == ["asked", "consented", "given"]
    assert set(rows[0]) == {
        "organisation",
        "step",
        "kind",
        "on_day",
        "at",
        "way",
        "version",
        "notice_number",
        "type",
        "description",
        "amount_yen",
        "charge",
        "cancellation",
    }


def test_services_of_a_unit_come_with_their_newest_version_ended_ones_last(world: PaidWorld) -> None:
    first, second = world.registers("support"), world.registers("support", type="二つ目（見本）")
    world.changes(first, amount="1")
    world.ends(first)
    found = world.look(service.services, world.clock, world.officer.actor).services
    assert [(each.ref, each.version) for each in found] == [(second, 1), (first, 2)]
    with world.database.read() as session:
        assert len(session.execute(select(paid_service.c.id)).all()) == 2


@pytest.mark.parametrize(
    ("status", "graduated_on", "until"),
    [
        ("student", None, date(9999, 12, 31)),
        ("graduated", date(2026, 3, 20), date(2026, 6, 30)),
        ("graduated", date(2026, 9, 20), date(2026, 9, 20)),
        ("graduated", None, date(9999, 12, 31)),
        ("left", None, None),
    ],
)
def test_the_migration_reckons_the_last_day_as_the_rule_does(
    database_url: str, status: str, graduated_on: date | None, until: date | None
) -> None:
    database = open_database(database_url)
    people = [build_seeker(database) for _ in range(2)]
    with database.write() as session:
        for person, kind in zip(people, ("university", "high"), strict=True):
            session.execute(
                update(seeker)
                .where(seeker.c.id == person.id)
                .values(school_kind=kind, school_status=status, graduated_on=graduated_on)
            )
        session.commit()
    database.dispose()
    downgrade(database_url, "0017")
    upgrade(database_url)
    database = open_database(database_url)
    with database.read() as session:
        days = session.execute(select(profile.c.graduate_until).order_by(profile.c.seeker_id)).scalars().all()
    database.dispose()
    assert days == [until, None]
