"""A message sent by a browser, against the plainest page under the same server command, and what it costs.

Both sides are asked by the same program over the same number of connections, round by round. After each round the
messages in the database are counted: an answer without a message would be a page that only looks like a send.
"""

from sqlalchemy import func, select

from bench import load
from bench.http_world import SEND, HttpWorld
from bench.line import Line
from portal.store.tables import message
from tests.build import open_database

FLOOR = 0.06
CPU_CEILING = 16.0
ROUNDS = 7
SECONDS = 3


def measure(world: HttpWorld) -> list[Line]:
    """http_send and http_send_cpu, from the same rounds."""
    load.sends(world.portal.address, SEND, world.seats, 1, 1)
    load.plain(world.hello.address, 1)
    rates, cpu = [], []
    for number in range(ROUNDS):
        before = world.hello.cpu_seconds()
        hello = load.plain(world.hello.address, SECONDS)
        hello_cpu = (world.hello.cpu_seconds() - before) / hello.requests
        stored, before = _stored(world), world.portal.cpu_seconds()
        sent = load.sends(world.portal.address, SEND, world.seats, SECONDS, 10 + number)
        send_cpu = (world.portal.cpu_seconds() - before) / sent.requests
        made = _stored(world) - stored
        assert sent.requests <= made <= sent.requests + load.CONNECTIONS, (sent, made)
        rates.append((sent.rate, hello.rate))
        cpu.append((send_cpu * 1000, hello_cpu * 1000))
    against = f"one-route Flask page under the same server command, {load.CONNECTIONS} connections"
    return [
        Line("http_send", against, rates, floor=FLOOR),
        Line("http_send_cpu", against, cpu, ceiling=CPU_CEILING, unit="cpu_ms"),
    ]


def rate(world: HttpWorld, seed: int) -> float:
    """Messages a second, one by one."""
    return load.sends(world.portal.address, SEND, world.seats, SECONDS, seed).rate


def _stored(world: HttpWorld) -> int:
    database = open_database(world.world.url)
    with database.read() as session:
        found = session.execute(select(func.count()).select_from(message)).scalar_one()
    database.dispose()
    return int(found)
