"""Taking back: the newest change of a range or a period, on its day, once, and never over somebody else's change."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from portal.domain.actor import Actor
from portal.domain.refusal import Conflict, Forbidden, NotFound
from portal.services import history, registration, seeker_file, undo
from portal.store.tables import profile as profile_table
from tests.build import build_clerk
from tests.registrations import OTHER_OFFICE, build_office_clerk, prepare, register


@pytest.fixture
def clerk(database: Any, clock: Any) -> Actor:
    prepare(database, clock)
    return build_office_clerk(database)


@pytest.fixture
def office_id(database: Any, clock: Any, clerk: Actor) -> str:
    return register(database, clock, clerk, range_municipal="y").office_id


def narrow(database: Any, clock: Any, clerk: Actor, office_id: str) -> None:
    with database.write() as session:
        registration.change_range(session, clock, clerk, office_id, {"range_private": ["y"]})


def days(database: Any, clock: Any, clerk: Actor, office_id: str, until: str) -> None:
    typed = {"valid_from": ["2026-06-15"], "valid_until": [until]}
    with database.write() as session:
        registration.change_validity(session, clock, clerk, office_id, typed)


def take_back(database: Any, clock: Any, clerk: Actor, office_id: str, kind: str, **more: Any) -> None:
    with database.write() as session:
        undo.undo(session, clock, clerk, office_id, kind, **more)


def offered(database: Any, clock: Any, clerk: Actor, office_id: str) -> list[str]:
    with database.read() as session:
        return sorted(undo.undoable(session, clock, clerk, office_id))


def row(database: Any) -> Any:
    with database.read() as session:
        return session.execute(select(profile_table)).mappings().one()


def told(database: Any, clock: Any, clerk: Actor, office_id: str) -> list[tuple[str, Any]]:
    with database.write() as session:
        return [(one.kind, one.after.get("act")) for one in history.history(session, clock, clerk, office_id)]


def test_a_range_that_was_narrowed_by_mistake_is_as_before_and_history_tells_both(
    database: Any, clock: Any, clerk: Actor, office_id: str
) -> None:
    assert offered(database, clock, clerk, office_id) == []
    narrow(database, clock, clerk, office_id)
    assert row(database)["range_municipal"] is False
    assert offered(database, clock, clerk, office_id) == ["range"]
    take_back(database, clock, clerk, office_id, "range")
    assert (row(database)["range_private"], row(database)["range_municipal"]) == (True, True)
    assert told(database, clock, clerk, office_id)[:2] == [("range", "undone"), ("range", None)]


def test_days_are_as_before_even_when_the_wrong_ones_had_ended_the_registration(
    database: Any, clock: Any, clerk: Actor, office_id: str
) -> None:
    before = row(database)["valid_from"], row(database)["valid_until"]
    days(database, clock, clerk, office_id, "2026-06-15")
    take_back(database, clock, clerk, office_id, "validity")
    assert (row(database)["valid_from"], row(database)["valid_until"]) == before
    assert told(database, clock, clerk, office_id)[0] == ("validity", "undone")


def test_only_the_newest_change_of_its_kind_is_taken_back(
    database: Any, clock: Any, clerk: Actor, office_id: str
) -> None:
    days(database, clock, clerk, office_id, "2026-07-31")
    days(database, clock, clerk, office_id, "2026-06-30")
    narrow(database, clock, clerk, office_id)
    take_back(database, clock, clerk, office_id, "validity")
    assert row(database)["valid_until"] == date(2026, 7, 31)
    assert row(database)["range_municipal"] is False


def test_a_taking_back_is_not_taken_back_and_nothing_happens_twice(
    database: Any, clock: Any, clerk: Actor, office_id: str
) -> None:
    narrow(database, clock, clerk, office_id)
    take_back(database, clock, clerk, office_id, "range")
    assert offered(database, clock, clerk, office_id) == []
    with pytest.raises(Conflict, match="nothing_to_undo"):
        take_back(database, clock, clerk, office_id, "range")
    assert row(database)["range_municipal"] is True
    assert len(told(database, clock, clerk, office_id)) == 3


def test_on_the_next_day_a_change_is_no_longer_taken_back(
    database: Any, clock: Any, clerk: Actor, office_id: str
) -> None:
    narrow(database, clock, clerk, office_id)
    clock.advance(timedelta(hours=13, minutes=59))
    assert offered(database, clock, clerk, office_id) == ["range"]
    clock.advance(timedelta(minutes=1))
    assert offered(database, clock, clerk, office_id) == []
    with pytest.raises(Conflict, match="undo_day_over"):
        take_back(database, clock, clerk, office_id, "range")
    with pytest.raises(Conflict, match="nothing_to_undo"):
        take_back(database, clock, clerk, office_id, "validity")
    assert row(database)["range_municipal"] is False


def test_what_somebody_else_changed_meanwhile_is_not_taken_back_unseen(
    database: Any, clock: Any, clerk: Actor, office_id: str
) -> None:
    narrow(database, clock, clerk, office_id)
    with database.write() as session:
        seen = seeker_file.open_file(session, clock, clerk, office_id).version
    days(database, clock, clerk, office_id, "2026-07-31")
    with pytest.raises(Conflict):
        take_back(database, clock, clerk, office_id, "range", seen=seen)
    assert row(database)["range_municipal"] is False


def test_another_office_and_the_complaint_desk_take_nothing_back(
    database: Any, clock: Any, clerk: Actor, office_id: str
) -> None:
    narrow(database, clock, clerk, office_id)
    other = build_office_clerk(database, OTHER_OFFICE)
    with pytest.raises(NotFound):
        take_back(database, clock, other, office_id, "range")
    desk = build_clerk(database, role="office_desk", office_code=clerk.office_code or "")
    with pytest.raises((Forbidden, NotFound)):
        take_back(database, clock, desk, office_id, "range")
    with pytest.raises(ValueError, match="data"):
        take_back(database, clock, clerk, office_id, "data")
    assert row(database)["range_municipal"] is False
