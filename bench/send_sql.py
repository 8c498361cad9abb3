"""A send as the database sees it: the one statement of `portal.store.relay`, against a bare prepared INSERT.

Both by pgbench with eight connections, prepared, autocommit, spread over all units. The bare INSERT puts one message
of a unit into the very table `message`, whose checks, indexes and references a send pays for too. For whoever wants to
know what those cost, ``plain`` is the ratio against a copy of that table without any of them.
"""

import re
import statistics
import subprocess
import tempfile
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from sqlalchemy.dialects.postgresql import psycopg

from bench.line import Line
from bench.relay_world import RelayWorld
from portal.domain.reach import UnitClass
from portal.store.relay_parts import Shape
from portal.store.relay_postgresql import one_statement

FLOOR = 0.30
ROUNDS = 5
SECONDS = 3
CONNECTIONS = 8
_COLUMNS = "(thread_id, unit_id, seeker_id, direction, body, sent_at, jst_day)"
_FULL_COLUMNS = "(thread_id, unit_id, seeker_id, direction, body, sent_at, jst_day, send_id, day_number)"
_TODAY = "(now() AT TIME ZONE 'Asia/Tokyo')::date"
_BODY = "'架空の求人のご案内です。' || repeat('あ', 150)"


def measure(world: RelayWorld) -> Line:
    """Sends a second against bare inserts a second."""
    with tempfile.TemporaryDirectory() as folder:
        scripts = {"bare": _bare(world), "plain": _plain(), "send": _send()}
        paths = {name: Path(folder, f"{name}.sql") for name in scripts}
        for name, script in scripts.items():
            paths[name].write_text(_pick(world) + script, encoding="utf-8")
        for path in paths.values():
            _run(world, path, 1, 0)
        rates, plain = [], []
        for number in range(1, ROUNDS + 1):
            other = _run(world, paths["bare"], SECONDS, number)
            ours = _run(world, paths["send"], SECONDS, number)
            rates.append((ours, other))
            plain.append(ours / _run(world, paths["plain"], SECONDS, number))
    against = "bare prepared INSERT into the same table by pgbench, 8 connections"
    return Line("send_sql", against, rates, floor=FLOOR, more={"plain": round(statistics.median(plain), 3)})


def _pick(world: RelayWorld) -> str:
    first_unit, first_seeker = world.units[0].id, min(world.alias_keys)
    return (
        f"\\set unit random({first_unit}, {first_unit + len(world.units) - 1})\n"
        f"\\set seeker random({first_seeker}, {first_seeker + len(world.alias_keys) - 1})\n"
    )


def _bare(world: RelayWorld) -> str:
    # Past days, counted on by each client for itself: every unit, day and number stands once.
    day = "(DATE '1960-01-01' + :day::int)"
    moment = f"{day}::timestamp AT TIME ZONE 'Asia/Tokyo'"
    values = f"(:thread, :unit, :first, 'unit', {_BODY}, {moment}, {day}, :sent, :number)"
    return (
        "\\set n :n + 1\n"
        f"\\set day (:round * {CONNECTIONS} + :client_id) * 100 + :n / 1000\n"
        "\\set number 1 + :n % 1000\n"
        f"\\set thread :unit + {world.first_thread - world.units[0].id}\n"
        f"\\set first :unit + {min(world.alias_keys) - world.units[0].id}\n"
        f"\\set sent :unit + {world.first_send - world.units[0].id}\n"
        f"INSERT INTO message {_FULL_COLUMNS} VALUES {values};\n"
    )


def _plain() -> str:
    values = f"(:seeker, :unit, :seeker, 'unit', {_BODY}, now(), {_TODAY});"
    return f"INSERT INTO bare {_COLUMNS} VALUES {values}\n"


def _send() -> str:
    statement = one_statement(Shape(UnitClass.PRIVATE, sees_all=False, by_contractor=False))
    given = {
        # Unit and membership were made in pairs, so that their numbers run alike.
        "o_unit_id": ":unit",
        "o_membership_id": ":unit",
        "o_revision": "0",
        "o_department_id": "NULL",
        "o_contractor_id": "NULL",
        "o_kind": "'single'",
        "o_key": "gen_random_uuid()::text",
        "o_requested": "1",
        "o_seekers": "ARRAY[:seeker]::bigint[]",
        "o_body": _BODY,
        "o_fingerprint": "decode('00', 'hex')",
        "o_digest": "repeat('0', 64)",
        "o_letterhead": "'{}'",
        "o_ceiling": "1000",
        "o_now": "now()",
        "o_today": _TODAY,
    }
    compiled = statement.compile(dialect=psycopg.dialect(paramstyle="named"))
    assert {name for name in compiled.params if name.startswith("o_")} <= set(given), "a value nobody gives"
    values = {
        name: f"'{value}'" if isinstance(value, str) else str(value)
        for name, value in compiled.params.items()
    }
    filled = re.sub(r"(?<!:):(\w+)", lambda found: (values | given)[found[1]], str(compiled))
    return " ".join(filled.split()) + ";\n"


def _run(world: RelayWorld, script: Path, seconds: int, number: int) -> float:
    parts = urlsplit(world.url)
    done = subprocess.run(
        [
            str(world.programs / "pgbench"),
            *("-h", parse_qs(parts.query)["host"][0], "-U", parts.username or "postgres"),
            *("-n", "-M", "prepared", "-c", str(CONNECTIONS), "-j", "2", "-T", str(seconds)),
            *("-D", f"round={number}", "-D", "n=0", "-f", str(script)),
            parts.path.lstrip("/"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    found = re.search(r"tps = ([\d.]+)", done.stdout)
    if done.returncode or found is None:
        raise RuntimeError(f"pgbench failed: {done.stderr[-2000:]}")
    return float(found[1])
