"""A batch through the services in messages a second, against one bare INSERT after another through the same engine."""

import os
import random
import time

from bench.line import Line
from bench.relay_world import RelayWorld
from bench.send_single import bare_insert
from portal.calendar.clock import SystemClock
from portal.services import relay
from portal.store import alias
from tests.build import open_database

FLOOR = 6.0
ROUNDS = 5
RECIPIENTS = 1_000


def measure(world: RelayWorld) -> Line:
    """Messages a second of batches of a thousand against bare inserts a second, one connection."""
    database = open_database(world.url)
    clock, chance = SystemClock(), random.Random(1)
    insert = bare_insert(world, database, chance)
    people = list(world.alias_keys.values())
    rates = []
    # From behind: the other benches draw units by chance, these must have the whole day left.
    for unit, member in [*zip(world.fresh_units, world.fresh_members, strict=True)][:ROUNDS]:
        began = time.perf_counter()
        for _ in range(RECIPIENTS):
            insert()
        bare = RECIPIENTS / (time.perf_counter() - began)
        tokens = [alias.token(unit.key, relay.SEEKER_TOKEN, key) for key in chance.sample(people, RECIPIENTS)]
        began = time.perf_counter()
        with database.write() as session:
            done = relay.send(session, clock, member.actor, tokens, "架空の案内です。", os.urandom(8).hex())
        rates.append((RECIPIENTS / (time.perf_counter() - began), bare))
        assert done.sent == RECIPIENTS
    database.dispose()
    return Line("send_batch", "a loop of bare INSERTs through the same engine, 1 process", rates, floor=FLOOR)
