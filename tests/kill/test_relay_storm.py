"""Never a 1,001st message: eight real processes on one unit, killed at any point, on both engines with fsync on."""

import random
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from portal.calendar.clock import FixedClock
from portal.calendar.day import day_start, jst_day
from portal.domain.refusal import Conflict
from portal.services import relay
from portal.store.database import Database
from tests.build import open_database
from tests.kill.run import storm
from tests.kill.storm import TEXT
from tests.kill.world import left, many_seekers, sender

PROCESSES = 8
SEED = 20260615


@pytest.fixture
def durable(durable_database_url: str) -> Iterator[Database]:
    opened = open_database(durable_database_url)
    yield opened
    opened.dispose()


def person_of(number: int, people: int) -> int:
    """To whom an attempt goes."""
    return number * 7 % people


def attempts_of(total: int, people: int, **more: Any) -> list[list[dict[str, Any]]]:
    """So many attempts to one person each, dealt out to the processes."""
    every = [
        {
            "number": n,
            "sender": 0,
            "to": [person_of(n, people)],
            "key": f"key-{n}",
            **{k: f(n) for k, f in more.items()},
        }
        for n in range(total)
    ]
    return [every[process::PROCESSES] for process in range(PROCESSES)]


def test_P_Q6_five_thousand_attempts_with_kills_store_exactly_one_thousand(
    durable: Database, durable_database_url: str, clock: FixedClock, tmp_path: Path
) -> None:
    _ids, keys = many_seekers(durable, 500)
    unit = sender(durable, keys)
    durable.dispose()
    chance = random.Random(SEED)
    # Most strikes fall while messages are still accepted, some after.
    strikes = chance.sample(range(50, 1100), 28) + chance.sample(range(1100, 5000), 7)
    stops = [chance.randrange(n, n + 40) for n in (60, 200, 350, 500, 650)]
    plan = {"url": durable_database_url, "moment": clock.now().isoformat(), "seed": SEED}
    plan |= {"senders": [unit.told()], "workers": attempts_of(5000, len(keys))}

    told = storm(tmp_path / "storm", plan | {"kill_after": strikes, "stop_at": stops})

    found = left(durable, unit.unit)
    assert told.attempts == 5000
    assert told.stopped == 5
    assert told.killed >= 30
    assert found.days == ((1000, 1000, 1000),)
    # Every acceptance a caller saw is stored; what is stored beyond that was accepted by a process that died.
    assert set(told.accepted) <= found.keys
    assert len(found.keys - set(told.accepted)) <= told.killed
    assert set(told.accepted.values()) == {1}

    # Sending every key again tells the first result and changes nothing; with another text it is no repetition.
    for key in sorted(found.keys):
        to = [unit.tokens[person_of(int(key.removeprefix("key-")), len(keys))]]
        with durable.write() as session:
            again = relay.send(session, clock, unit.member.actor, to, TEXT, key)
        assert (again.repeated, again.sent, again.quota.left) == (True, 1, 0)
        with durable.write() as session, pytest.raises(Conflict):
            relay.send(session, clock, unit.member.actor, to, "別の文", key)
    assert left(durable, unit.unit) == found


def test_a_limit_of_ten_lets_exactly_ten_of_three_hundred_through(
    durable: Database, durable_database_url: str, clock: FixedClock, tmp_path: Path
) -> None:
    _ids, keys = many_seekers(durable, 300)
    unit = sender(durable, keys, limit=10)
    durable.dispose()
    plan = {"url": durable_database_url, "moment": clock.now().isoformat(), "seed": SEED}
    plan |= {"senders": [unit.told()], "workers": attempts_of(300, len(keys)), "note_refusals": True}

    told = storm(tmp_path / "storm", plan)

    assert left(durable, unit.unit).days == ((10, 10, 10),)
    assert (told.attempts, len(told.accepted), told.refused("limit_reached")) == (300, 10, 290)


def test_the_same_key_from_all_processes_at_once_is_one_send(
    durable: Database, durable_database_url: str, clock: FixedClock, tmp_path: Path
) -> None:
    _ids, keys = many_seekers(durable, 100)
    unit = sender(durable, keys)
    durable.dispose()
    # The same person for even keys, another one in each process for odd ones: then no lock brings them in a row.
    workers = [
        [
            {"number": n, "sender": 0, "to": [n % 90 + (process if n % 2 else 0)], "key": f"key-{n}"}
            for n in range(80)
        ]
        for process in range(PROCESSES)
    ]
    plan = {"url": durable_database_url, "moment": clock.now().isoformat(), "seed": SEED}

    plan |= {"senders": [unit.told()], "workers": workers, "note_refusals": True}

    told = storm(tmp_path / "storm", plan)

    found = left(durable, unit.unit)
    assert found.days == ((80, 80, 80),)
    assert len(found.keys) == 80
    accepted = [line for line in told.lines if "refused" not in line]
    assert sum(not line["repeated"] for line in accepted) == 80
    # Those who were later with a key for somebody else are not told that theirs was sent.
    assert told.refused("key_taken") == 40 * (PROCESSES - 1)
    assert len(accepted) == 40 * PROCESSES + 40


def test_the_day_turns_at_midnight_in_japan_while_all_are_sending(
    durable: Database, durable_database_url: str, clock: FixedClock, tmp_path: Path
) -> None:
    _ids, keys = many_seekers(durable, 200)
    unit = sender(durable, keys, limit=60)
    durable.dispose()
    midnight = day_start(jst_day(clock.now()) + timedelta(days=1))
    # Attempt by attempt a millisecond later; number 200 is the first one of the new day.
    workers = attempts_of(400, len(keys), clock=lambda n: (n - 200) / 1000)
    plan = {"url": durable_database_url, "moment": midnight.isoformat(), "seed": SEED}

    told = storm(tmp_path / "storm", plan | {"senders": [unit.told()], "workers": workers})

    assert left(durable, unit.unit).days == ((60, 60, 60), (60, 60, 60))
    assert sum(line["attempt"] < 200 for line in told.lines) == 60


def test_single_sends_and_batches_to_the_same_people_never_deadlock(
    durable: Database, durable_database_url: str, clock: FixedClock, tmp_path: Path
) -> None:
    _ids, keys = many_seekers(durable, 40)
    units = [sender(durable, keys) for _ in range(4)]
    durable.dispose()
    chance = random.Random(SEED)
    workers: list[list[dict[str, Any]]] = []
    for number in range(4):
        everybody = [
            {"number": n, "sender": number, "to": chance.sample(range(40), 40), "key": f"batch-{n}"}
            for n in range(20)
        ]
        singles = [
            {"number": n, "sender": number, "to": [chance.randrange(40)], "key": f"single-{n}"}
            for n in range(200)
        ]
        workers += [everybody, singles]
    plan = {"url": durable_database_url, "moment": clock.now().isoformat(), "seed": SEED}

    # A deadlock or a time-out would be an error of a worker.
    told = storm(tmp_path / "storm", plan | {"senders": [unit.told() for unit in units], "workers": workers})

    assert told.attempts == len(told.lines) == 4 * 220
    for unit in units:
        assert left(durable, unit.unit).days == ((1000, 1000, 1000),)
