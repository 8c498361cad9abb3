"""Real processes at the last message of a department or contractor: never one more than the unit gave it, whoever
else sends, whoever is killed, on both engines with fsync on."""

import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from portal.calendar.clock import FixedClock
from portal.store.database import Database
from portal.store.tables import contractor, department, message, send
from tests.build import build_contractor, build_department, build_member, open_database
from tests.kill.run import storm
from tests.kill.world import Sender, left, many_seekers, sender

PROCESSES = 8
SEED = 20260615
UNIT, DEPARTMENT, CONTRACTOR = 120, 40, 25


@pytest.fixture
def durable(durable_database_url: str) -> Iterator[Database]:
    opened = open_database(durable_database_url)
    yield opened
    opened.dispose()


def people_of(database: Database, unit: Sender) -> list[Sender]:
    """Somebody of the department, somebody of the contractor, and somebody of neither."""
    ours, theirs = build_department(database, unit.unit), build_contractor(database, unit.unit)
    with database.write() as session:
        session.execute(update(department).values(daily_limit=DEPARTMENT))
        session.execute(update(contractor).values(daily_limit=CONTRACTOR))
        session.commit()
    clerk = build_member(database, unit.unit, department_id=ours)
    outside = build_member(database, unit.unit, contractor_id=theirs)
    return [replace(unit, member=clerk), replace(unit, member=outside), unit]


def stored_by_place(database: Database) -> list[int]:
    """Stored messages of the department, of the contractor, and of neither."""
    with database.read() as session:
        rows = session.execute(
            select(send.c.department_id, send.c.contractor_id, func.count())
            .join(message, message.c.send_id == send.c.id)
            .group_by(send.c.department_id, send.c.contractor_id)
        ).all()
    found = {"department" if ours else "contractor" if theirs else "unit": n for ours, theirs, n in rows}
    return [found.get(place, 0) for place in ("department", "contractor", "unit")]


@pytest.mark.parametrize("killing", [False, True])
def test_M_Q5_places_race_for_their_last_messages_and_for_the_units(
    durable: Database, durable_database_url: str, clock: FixedClock, tmp_path: Path, killing: bool
) -> None:
    _ids, keys = many_seekers(durable, 600)
    unit = sender(durable, keys, limit=UNIT)
    senders = people_of(durable, unit)
    durable.dispose()
    chance = random.Random(SEED)
    # Places in turn, to people of their own; now and then several at once.
    attempts = []
    for n in range(360):
        size = chance.choice([1, 1, 1, 2, 3])
        to = [(n % 3) * 200 + (n * 3 + one) % 200 for one in range(size)]
        attempts.append({"number": n, "sender": n % 3, "to": to, "key": f"key-{n}"})
    # At the end one at a time, so that every limit is reached exactly.
    attempts += [
        {"number": n, "sender": n % 3, "to": [(n % 3) * 200 + n % 200], "key": f"key-{n}"}
        for n in range(360, 900)
    ]
    plan = {"url": durable_database_url, "moment": clock.now().isoformat(), "seed": SEED}
    plan |= {"senders": [each.told() for each in senders], "note_refusals": True}
    plan |= {"workers": [attempts[process::PROCESSES] for process in range(PROCESSES)]}
    if killing:
        plan |= {"kill_after": chance.sample(range(10, 150), 12), "stop_at": [20, 40, 60]}

    told = storm(tmp_path / "storm", plan)

    found = left(durable, unit.unit)
    assert found.days == ((UNIT, UNIT, UNIT),)
    by_place = stored_by_place(durable)
    assert by_place[0] <= DEPARTMENT
    assert by_place[1] <= CONTRACTOR
    assert sum(by_place) == UNIT
    assert set(told.accepted) <= found.keys
    assert told.refused("limit_reached") > 0
    if not killing:
        assert (told.killed, set(told.accepted)) == (0, set(found.keys))


def test_M_Q5_at_the_last_message_of_a_place_exactly_one_of_eight_gets_it(
    durable: Database, durable_database_url: str, clock: FixedClock, tmp_path: Path
) -> None:
    _ids, keys = many_seekers(durable, 320)
    unit = sender(durable, keys)
    senders = people_of(durable, unit)
    durable.dispose()
    workers = [
        [
            {"number": n, "sender": (n + process) % 2, "to": [process * 40 + n], "key": f"{process}-{n}"}
            for n in range(40)
        ]
        for process in range(PROCESSES)
    ]
    plan = {"url": durable_database_url, "moment": clock.now().isoformat(), "seed": SEED}
    plan |= {"senders": [each.told() for each in senders], "workers": workers, "note_refusals": True}

    told = storm(tmp_path / "storm", plan)

    assert stored_by_place(durable) == [DEPARTMENT, CONTRACTOR, 0]
    assert left(durable, unit.unit).days == ((DEPARTMENT + CONTRACTOR,) * 3,)
    assert len(told.accepted) == DEPARTMENT + CONTRACTOR
    assert told.refused("place_limit_reached") == PROCESSES * 40 - DEPARTMENT - CONTRACTOR
