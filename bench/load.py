"""Load from outside by wrk: the same program and the same connections, whatever page is asked."""

import re
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.real_services.child import find_program

CONNECTIONS = 16
_PLAIN = 'request = function() return wrk.format("GET", "/") end\n'
# The response is not looked at request by request: that would cost the client more than the page costs the server.
_DONE = """
done = function(summary)
  local e = summary.errors
  io.write(string.format("did %d in %d us, refused %d, broken %d\\n", summary.requests, summary.duration,
    e.status, e.connect + e.read + e.write + e.timeout))
end
"""


@dataclass(frozen=True)
class Load:
    """What one round did. ``refused``: answers of 400 and above."""

    requests: int
    seconds: float
    refused: int

    @property
    def rate(self) -> float:
        """Requests a second."""
        return self.requests / self.seconds


@dataclass(frozen=True)
class Seat:
    """A signed-in browser. ``form``: the encoded fields of a message without recipient and key; ``pages``: addresses
    to look at; ``tokens``: whom it can write to."""

    cookie: str
    form: str
    tokens: Sequence[str]
    pages: Sequence[str]


def plain(address: str, seconds: int) -> Load:
    """Ask for the first page, again and again."""
    return _run(address, _PLAIN, seconds)


def sends(
    address: str, path: str, seats: Sequence[Seat], seconds: int, seed: int, *, share: int = 100
) -> Load:
    """Send one message after another, each from any of the seats to any of its people, under a key of its own.

    ``share``: of a hundred requests so many send; the others look at one of the pages.
    """
    people = ",\n".join(_spelled(seat) for seat in seats)
    script = f"""
local seats = {{ {people} }}
local number = 0
setup = function(thread) number = number + 1; thread:set("number", number) end
init = function() math.randomseed({seed} * 100 + number); made = 0 end
request = function()
  local seat = seats[math.random(#seats)]
  local headers = {{ ["Cookie"] = seat.cookie }}
  if math.random(100) > {share} then
    return wrk.format("GET", seat.pages[math.random(#seat.pages)], headers)
  end
  made = made + 1
  headers["Content-Type"] = "application/x-www-form-urlencoded"
  local key = string.format("bench-%06d-%02d-%08d", {seed}, number, made)
  local body = seat.form .. "&to=" .. seat.tokens[math.random(#seat.tokens)] .. "&key=" .. key
  return wrk.format("POST", "{path}", headers, body)
end
"""
    return _run(address, script, seconds)


def _spelled(seat: Seat) -> str:
    tokens = ",".join(f'"{token}"' for token in seat.tokens)
    pages = ",".join(f'"{page}"' for page in seat.pages)
    return f'{{ cookie="{seat.cookie}", form="{seat.form}", tokens={{ {tokens} }}, pages={{ {pages} }} }}'


def _run(address: str, script: str, seconds: int) -> Load:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "load.lua")
        path.write_text(script + _DONE, encoding="utf-8")
        done = subprocess.run(
            [str(find_program("wrk")), "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", f"-s{path}", address],
            capture_output=True,
            text=True,
            check=False,
        )
    found = re.search(r"did (\d+) in (\d+) us, refused (\d+), broken (\d+)", done.stdout)
    if found is None or int(found[4]):
        raise RuntimeError(f"the load did not run well: {done.stdout[-1000:]} {done.stderr[-1000:]}")
    return Load(int(found[1]), int(found[2]) / 1e6, int(found[3]))
