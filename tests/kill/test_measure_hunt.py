"""Measures against units that send batches from several processes: nothing after a suspension, never above a limit."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from portal.calendar.clock import FixedClock
from portal.services import public_id
from portal.store.database import Database
from tests.build import build_bureau_clerk, open_database
from tests.kill.hunt import stored
from tests.kill.run import storm
from tests.kill.world import Sender, left, many_seekers, sender

PROCESSES = 6
EACH = 60
BATCH = 10
PEOPLE = 60
SEED = 20260615


@pytest.fixture
def durable(durable_database_url: str) -> Iterator[Database]:
    opened = open_database(durable_database_url)
    yield opened
    opened.dispose()


def hunted_by_batches(
    database: Database, url: str, clock: FixedClock, folder: Path, kinds: list[dict[str, Any]]
) -> tuple[list[Sender], list[dict[str, Any]], Any]:
    """Every process writes to ten people at a time for every unit, while a bureau takes one measure on each."""
    _ids, keys = many_seekers(database, PEOPLE)
    units = [sender(database, keys) for _ in kinds]
    clerk = build_bureau_clerk(database)
    database.dispose()
    acts = [
        {**kind, "unit": each.unit.id, "ref": public_id.shown(each.unit.public_id), "clerk": clerk.account_id}
        for kind, each in zip(kinds, units, strict=True)
    ]
    workers = [
        [
            {
                "number": n,
                "sender": n % len(units),
                "to": [(n * 7 + process * BATCH + place) % PEOPLE for place in range(BATCH)],
                "key": f"key-{process}-{n}",
            }
            for n in range(EACH)
        ]
        for process in range(PROCESSES)
    ]
    plan = {"url": url, "moment": clock.now().isoformat(), "seed": SEED, "note_refusals": True}
    plan |= {"senders": [each.told() for each in units], "workers": workers}
    told = storm(folder / "storm", plan | {"hunt": acts, "hunt_every": PROCESSES * EACH // (len(acts) + 1)})
    lines = [line for line in told.lines if "hunted" in line]
    assert len(lines) == len(acts)
    assert told.refused("conflict") == 0
    return units, lines, told


def test_nothing_of_a_batch_is_stored_after_a_confirmed_suspension_by_a_bureau(
    durable: Database, durable_database_url: str, clock: FixedClock, tmp_path: Path
) -> None:
    kinds: list[dict[str, Any]] = [{"act": "bureau suspends"}] * 3
    units, lines, told = hunted_by_batches(durable, durable_database_url, clock, tmp_path, kinds)
    for line in lines:
        assert stored(durable, line["hunted"]) == line["stored"]
    # They did meet: batches went before, and were refused after.
    assert sum(line["stored"] for line in lines) >= 3 * BATCH
    assert told.refused("suspended") > 10
    assert all(left(durable, each.unit).messages % BATCH == 0 for each in units)


def test_P_Q6_a_limit_that_is_lowered_while_batches_go_is_never_passed(
    durable: Database, durable_database_url: str, clock: FixedClock, tmp_path: Path
) -> None:
    limits = [0, 205, 300]
    kinds: list[dict[str, Any]] = [{"act": "bureau lowers", "limit": str(limit)} for limit in limits]
    units, lines, told = hunted_by_batches(durable, durable_database_url, clock, tmp_path, kinds)
    before = {line["hunted"]["unit"]: line["stored"] for line in lines}
    for each, limit in zip(units, limits, strict=True):
        found = left(durable, each.unit).messages
        at_confirmation = before[each.unit.id]
        # Every process has more to send than fits; a batch goes whole or not at all.
        assert found == max(at_confirmation, limit // BATCH * BATCH), (limit, at_confirmation)
    assert told.refused("limit_reached") > 10
