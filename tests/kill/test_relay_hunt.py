"""After a confirmed block, stop or narrowing, after a measure and an ended membership, nothing is stored (R14)."""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from portal.calendar.clock import FixedClock
from portal.domain.account import AccountKind
from portal.services import public_id, scope
from portal.store import account as accounts
from portal.store.database import Database
from portal.store.tables import seeker, unit
from tests.build import build_clerk, open_database
from tests.kill.hunt import stored
from tests.kill.run import storm
from tests.kill.world import left, many_seekers, sender

SENDERS = 6
EACH = 170
SEED = 20260615


@pytest.fixture
def durable(durable_database_url: str) -> Iterator[Database]:
    opened = open_database(durable_database_url)
    yield opened
    opened.dispose()


def test_S_Q5_S_Q3_nothing_is_stored_after_a_confirmed_block_stop_or_narrowing(
    durable: Database, durable_database_url: str, clock: FixedClock, tmp_path: Path
) -> None:
    ids, keys = many_seekers(durable, 24)
    units = [sender(durable, keys) for _ in range(SENDERS)]
    clerk = build_clerk(durable)
    with durable.read() as session:
        office_ids = dict(session.execute(select(seeker.c.id, seeker.c.office_id)).all())
    durable.dispose()
    refs = [public_id.shown(each.unit.public_id) for each in units]
    kinds: list[dict[str, Any]] = [{"act": "block", "refs": refs}, {"act": "stop"}]
    kinds.append({"act": "narrow", "clerk": clerk.account_id})
    acts = [
        {**kinds[n % 3], "seeker": number, "office_id": scope.public_id(office_ids[number])}
        for n, number in enumerate(ids)
    ]
    chance = random.Random(SEED)
    # Everybody writes to the few who are hunted next, so that sends and acts really meet.
    workers = [
        [
            {
                "number": n,
                "sender": number,
                "to": sorted({min(23, n * 24 // EACH + chance.randrange(-1, 3)) % 24 for _ in range(2)}),
                "key": f"key-{n}",
            }
            for n in range(EACH)
        ]
        for number in range(SENDERS)
    ]
    plan = {"url": durable_database_url, "moment": clock.now().isoformat(), "seed": SEED}
    plan |= {"senders": [each.told() for each in units], "workers": workers, "note_refusals": True}

    told = storm(tmp_path / "storm", plan | {"hunt": acts, "hunt_every": SENDERS * EACH // len(acts)})

    hunted = [line for line in told.lines if "hunted" in line]
    assert len(hunted) == len(acts)
    for line in hunted:
        assert stored(durable, line["hunted"]) == line["stored"], line["hunted"]["act"]
    # They did meet: messages came before, refusals after.
    assert sum(line["stored"] for line in hunted) > 100
    assert told.refused("unreachable") + sum(line.get("sent") == 1 for line in told.lines) > 50
    for each in units:
        left(durable, each.unit)


def test_nothing_is_stored_after_a_confirmed_suspension_or_an_ended_membership(
    durable: Database, durable_database_url: str, clock: FixedClock, tmp_path: Path
) -> None:
    _ids, keys = many_seekers(durable, 60)
    units = [sender(durable, keys) for _ in range(SENDERS)]
    with durable.read() as session:
        numbers = dict(session.execute(select(unit.c.id, unit.c.number)).all())
        names = {each.id: each.sign_in_name for each in accounts.everybody(session, AccountKind)}
    durable.dispose()
    acts = [
        {
            "act": "suspend" if n % 2 else "end member",
            "unit": each.unit.id,
            "number": numbers[each.unit.id],
            "name": names[each.member.account_id],
        }
        for n, each in enumerate(units)
    ]
    # Every unit is served by all processes, so that there are always open sends of the one that is hunted.
    workers = [
        [
            {"number": n, "sender": n % SENDERS, "to": [(n + process) % 60], "key": f"key-{process}-{n}"}
            for n in range(EACH)
        ]
        for process in range(SENDERS)
    ]
    plan = {"url": durable_database_url, "moment": clock.now().isoformat(), "seed": SEED}
    plan |= {"senders": [each.told() for each in units], "workers": workers, "note_refusals": True}

    told = storm(tmp_path / "storm", plan | {"hunt": acts, "hunt_every": SENDERS * EACH // (len(acts) + 1)})

    hunted = [line for line in told.lines if "hunted" in line]
    assert len(hunted) == len(acts)
    for line in hunted:
        assert stored(durable, line["hunted"]) == line["stored"], line["hunted"]["act"]
    assert told.refused("suspended") > 10
    assert told.refused("membership_ended") > 10
    assert told.refused("conflict") == 0
    for each in units:
        left(durable, each.unit)
