"""Many rows at once are the rows that single inserts leave, and are refused by the same errors."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, StatementError

from portal.store import bulk
from portal.store.tables import profile, seeker
from tests.build import FIRST_DAY, LAST_DAY, LONG_AGO

MANY = bulk.FEW + 5


def person(number: int) -> dict[str, Any]:
    return {
        "office_id": b"\\\t\n\0" + number.to_bytes(12, "big"),
        "registration_key": number.to_bytes(32, "big"),
        "office_code": "\\N\t見本\n",
        "registered_on": FIRST_DAY,
        "school_status": "none",
        "created_at": LONG_AGO,
        "updated_at": LONG_AGO,
    }


def shown(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "seeker_id": number,
        "alias_key": number.to_bytes(16, "big"),
        "published": True,
        "valid_from": FIRST_DAY,
        "valid_until": LAST_DAY,
        "never_eligible": False,
        "eligible_from": date(2027, 1, 1) if number % 2 else None,
        "range_private": True,
        "range_municipal": number % 2 == 0,
        "month": FIRST_DAY,
        "shuffle": number,
        "tokens": frozenset({"place:24", f'licence:"{number}'}),
        **changes,
    }


@pytest.mark.parametrize("number", [0, 1, bulk.FEW, MANY])
def test_every_kind_of_value_comes_back_as_it_was(database: Any, number: int) -> None:
    with database.write() as session:
        bulk.insert_all(session, seeker, [person(one) for one in range(1, number + 1)])
        bulk.insert_all(session, profile, [shown(one) for one in range(1, number + 1)])
        session.commit()
    with database.read() as session:
        people = session.execute(select(seeker).order_by(seeker.c.id)).mappings().all()
        profiles = session.execute(select(profile).order_by(profile.c.seeker_id)).mappings().all()
    assert [{name: row[name] for name in person(1)} for row in people] == [
        person(one) for one in range(1, number + 1)
    ]
    assert [{name: row[name] for name in shown(1)} for row in profiles] == [
        shown(one) for one in range(1, number + 1)
    ]
    assert all(row["stopped"] is False and row["terms_until"] is None for row in profiles)
    assert all(row["version"] == 1 for row in people)


@pytest.mark.parametrize("number", [1, MANY])
def test_what_the_table_refuses_is_refused_by_one_kind_of_error_and_leaves_nothing(
    database: Any, number: int
) -> None:
    people = [person(one) for one in range(1, number + 1)]
    with database.write() as session:
        bulk.insert_all(session, seeker, people)
        with pytest.raises(IntegrityError):
            bulk.insert_all(session, seeker, people)
        session.rollback()
        assert session.scalar(select(seeker.c.id)) is None


@pytest.mark.parametrize("number", [1, MANY])
def test_an_instant_without_a_time_zone_never_gets_in(database: Any, number: int) -> None:
    naive = LONG_AGO.replace(tzinfo=None)
    people = [person(one) | {"created_at": naive} for one in range(1, number + 1)]
    with database.write() as session, pytest.raises((StatementError, ValueError), match="time zone"):
        bulk.insert_all(session, seeker, people)
