"""A thousand messages in one submission of the form, against one submission after another."""

import random
import time
import urllib.request
from urllib.parse import urlencode

from bench.http_send import rate
from bench.http_world import SEND, HttpWorld
from bench.line import Line
from bench.send_batch import ROUNDS as TAKEN

FLOOR = 50.0
ROUNDS = 5
RECIPIENTS = 1_000


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args: object, **_more: object) -> None:
        """The page after the send is not part of it."""


def measure(world: HttpWorld) -> Line:
    """Messages a second in one request, against messages a second in many."""
    relay = world.world
    chance, keys = random.Random(2), list(relay.alias_keys.values())
    opener = urllib.request.build_opener(_Stay)
    rates = []
    # Behind those that send_batch has used up.
    for number, place in enumerate(range(TAKEN, TAKEN + ROUNDS)):
        seat = world.seat_at(
            relay.fresh_units[place], relay.fresh_members[place], chance.sample(keys, RECIPIENTS)
        )
        single = rate(world, 100 + number)
        body = seat.form + "&" + urlencode([("to", token) for token in seat.tokens])
        request = urllib.request.Request(  # noqa: S310 -- our own server on this machine
            world.portal.address + SEND,
            f"{body}&key=bench-batch-{number:012}".encode(),
            {"Cookie": seat.cookie, "Content-Type": "application/x-www-form-urlencoded"},
        )
        began = time.perf_counter()
        try:
            status = opener.open(request, timeout=60).status
        except urllib.error.HTTPError as answer:
            status = answer.code
        seconds = time.perf_counter() - began
        assert status == 303, status
        rates.append((RECIPIENTS / seconds, single))
    return Line("http_batch", "the same messages in a request each, 16 connections", rates, floor=FLOOR)
