"""The most memory that a web process ever held after ten thousand mixed requests."""

from bench import load
from bench.http_world import SEND, HttpWorld
from bench.line import Line
from bench.server import serving

# What a worker of the nearest peer holds at its peak, in MB (measured the same way, on the same kind of machine).
PEER = 189.0
CEILING = 1.0
REQUESTS = 10_000
SECONDS = 5
# Of a hundred requests so many send a message; the others look at pages.
SENDS = 25


def measure(world: HttpWorld) -> Line:
    """The peak in MB, against the peer's."""
    with serving("wsgi:app", world.environment, world.folder, workers=1) as alone:
        done, refused, seed = 0, 0, 1000
        while done < REQUESTS:
            seed += 1
            passed = load.sends(alone.address, SEND, world.seats, SECONDS, seed, share=SENDS)
            done, refused = done + passed.requests, refused + passed.refused
        peak = alone.peak_megabytes()
    assert refused < done / 100, (refused, done)
    against = f"{PEER:.0f} MB, the peak of a worker of the nearest peer"
    return Line("worker_memory", against, [(peak, PEER)], ceiling=CEILING, unit="megabytes")
