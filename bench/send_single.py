"""A send through the services, against a bare INSERT through the same engine and the same eight processes."""

import multiprocessing
import os
import random
import time
from collections.abc import Callable
from datetime import UTC, datetime
from multiprocessing.connection import Connection

from sqlalchemy import TextClause, text

from bench.line import Line
from bench.relay_world import RelayWorld
from portal.calendar.clock import SystemClock
from portal.calendar.day import jst_day
from portal.domain.refusal import Refusal
from portal.services import relay
from portal.store import alias
from portal.store.database import Database
from tests.build import open_database

FLOOR = 0.18
ROUNDS = 5
SECONDS = 2.0
PROCESSES = 8
_BODY = "架空の求人のご案内です。" + "あ" * 150
_BARE: TextClause = text(
    "INSERT INTO bare (thread_id, unit_id, seeker_id, direction, body, sent_at, jst_day) "
    "VALUES (:thread_id, :unit_id, :seeker_id, 'unit', :body, :sent_at, :jst_day)"
)


def measure(world: RelayWorld) -> Line:
    """Sends a second against bare inserts a second, all processes together."""
    context = multiprocessing.get_context("spawn")
    children = []
    for number in range(PROCESSES):
        ours, theirs = context.Pipe()
        child = context.Process(target=_work, args=(world, number, theirs), daemon=True)
        child.start()
        children.append((child, ours))
    for _, pipe in children:
        pipe.recv()
    rates = []
    for _ in range(ROUNDS):
        other = _together(children, "bare")
        rates.append((_together(children, "send"), other))
    for child, pipe in children:
        pipe.send(None)
        child.join(30)
    return Line("send_single", "bare INSERT through the same engine, 8 processes", rates, floor=FLOOR)


def _together(children: list[tuple[multiprocessing.context.SpawnProcess, Connection]], what: str) -> float:
    for _, pipe in children:
        pipe.send(what)
    return float(sum(pipe.recv() for _, pipe in children))


def _work(world: RelayWorld, number: int, pipe: Connection) -> None:
    database = open_database(world.url)
    chance = random.Random(number)
    acts = {"bare": bare_insert(world, database, chance), "send": _send(world, database, chance, number)}
    for act in acts.values():
        for _ in range(20):
            act()
    pipe.send("ready")
    while (what := pipe.recv()) is not None:
        pipe.send(_rate(acts[what]))
    database.dispose()


def _rate(act: Callable[[], bool]) -> float:
    began, done = time.perf_counter(), 0
    while (passed := time.perf_counter() - began) < SECONDS:
        done += act()
    return done / passed


def bare_insert(world: RelayWorld, database: Database, chance: random.Random) -> Callable[[], bool]:
    """One INSERT and its COMMIT, through the engine and the session that a send uses."""
    people = list(world.alias_keys)

    def act() -> bool:
        now = datetime.now(UTC)
        with database.write() as session:
            session.execute(
                _BARE,
                {
                    "thread_id": chance.choice(people),
                    "unit_id": chance.choice(world.units).id,
                    "seeker_id": chance.choice(people),
                    "body": _BODY,
                    "sent_at": now,
                    "jst_day": jst_day(now),
                },
            )
            session.commit()
        return True

    return act


def _send(world: RelayWorld, database: Database, chance: random.Random, number: int) -> Callable[[], bool]:
    clock, people = SystemClock(), list(world.alias_keys.values())
    pairs = list(zip(world.units, world.members, strict=True))

    def act() -> bool:
        unit, member = chance.choice(pairs)
        token = alias.token(unit.key, relay.SEEKER_TOKEN, chance.choice(people))
        with database.write() as session:
            try:
                relay.send(session, clock, member.actor, [token], _BODY, f"{number}-{os.urandom(8).hex()}")
            except Refusal:
                return False
        return True

    return act
