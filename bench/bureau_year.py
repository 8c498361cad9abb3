"""The year of one labour bureau (都道府県労働局) with 400 units, through the services, on a clock that is moved.

Applications, changes, contractors over a 31 March, a refusal, what was asked back, second applications, renewals,
measures and ends of use. Books are kept beside it in plain sums; at the turn of each month, and around 31 March, the
desk must show what the books say.

    python -m bench.bureau_year [--organisations 445] [--seed 1] [--database URL]
"""

import argparse
import heapq
import itertools
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from bench.bureau_cast import BUREAU
from bench.bureau_lives import FIRST_DAY, LAST_DAY, YEAR_END, Life, lives
from bench.bureau_play import Play
from portal.calendar.clock import FixedClock
from portal.calendar.day import day_start
from portal.domain.actor import Actor, ActorKind
from portal.domain.application import State
from portal.domain.bureau_desk import UnitFilter, UnitState
from portal.domain.code import read_tables
from portal.services import bureau_desk, code
from portal.store.database import Database
from portal.store.migrate import upgrade
from tests.build import build_bureau_clerk, build_installation, open_database

ORGANISATIONS = 445
"""So many apply, and 400 of them become units."""
_TABLES = ("prefecture", "bureau", "unit_class", "registration_class", "legal_basis", "application_check")


class Differs(Exception):
    """The desk shows something else than the books say."""


@dataclass(frozen=True)
class Year:
    """What has been. looked: on which days desk and books were compared."""

    play: Play
    looked: tuple[date, ...]


def live_through(
    database: Database,
    *,
    organisations: int = ORGANISATIONS,
    seed: int = 1,
    until: date = LAST_DAY,
    compare: bool = True,
) -> Year:
    """Let the year happen in a migrated, empty database. Raises Differs on the first day desk and books differ."""
    clock = FixedClock(day_start(FIRST_DAY))
    _prepare(database, clock)
    clerks = tuple(build_bureau_clerk(database, bureau_code=BUREAU) for _ in range(2))
    stranger = build_bureau_clerk(database, bureau_code="13")
    play = Play(database, clock, clerks, stranger)
    with database.read() as session:
        bases = {
            each: _first(code.choices(session, "legal_basis", FIRST_DAY, parent=each)) for each in _CLASSES
        }
    order = itertools.count()
    waiting: list[tuple[date, int, Life]] = []
    for begin in lives(organisations, seed, bases):
        _go_on(waiting, order, begin(play))
    looks = iter([day for day in _days_to_look() if day <= until]) if compare else iter(())
    look, looked = next(looks, None), []
    while waiting or look:
        day = min(found for found in (waiting[0][0] if waiting else None, look) if found)
        if day > until:
            break
        play.day_begins(day)
        while waiting and waiting[0][0] == day:
            _go_on(waiting, order, heapq.heappop(waiting)[2])
        if look == day:
            compare_with_books(play)
            looked.append(day)
            look = next(looks, None)
    return Year(play, tuple(looked))


_CLASSES = ("private", "municipal")


def _first(choices: Sequence[code.Choice]) -> str:
    return choices[0].code


def _go_on(waiting: list[tuple[date, int, Life]], order: Iterator[int], life: Life) -> None:
    day = next(life, None)
    if day is not None:
        heapq.heappush(waiting, (day, next(order), life))


def _days_to_look() -> Iterator[date]:
    """The first of each month and the day before, and every day around 31 March."""
    near = [YEAR_END + timedelta(days=n) for n in (-2, -1, 0, 1, 2)]
    firsts = [date(2026 + month // 12, month % 12 + 1, 1) for month in range(4, 16)]
    before = [day - timedelta(days=1) for day in firsts]
    yield from sorted({*near, *firsts, *before, LAST_DAY})


def compare_with_books(play: Play) -> None:
    """Hold the desk, its lists and its counts against the books; a stranger's desk is empty. Raises Differs."""
    books, today, clerk = play.books, play.today, play.clerks[0]
    expected = books.units_in(today)
    with play.database.read() as session:
        desk = bureau_desk.desk(session, play.clock, clerk)
        for state in UnitState:
            listed = bureau_desk.every_unit(session, play.clock, clerk, UnitFilter(state=state))
            _same(play, f"units {state}", {line.number for line in listed}, expected.get(state.value, set()))
            _same(play, f"count {state}", desk.counts[state], len(expected.get(state.value, ())))
        every = bureau_desk.every_unit(session, play.clock, clerk, UnitFilter())
        days = {line.number: (line.name, line.valid_from, line.valid_until) for line in every}
        told = {one.number: (one.name, one.valid_from, one.valid_until) for one in books.entries.values()}
        _same(play, "days of validity", days, told)
        hand = {state.value: desk.work_counts.get(state, 0) for state in (State.RECEIVED, State.RETURNED)}
        _same(play, "applications in hand", hand, books.in_hand())
        _same(play, "contractors", desk.contractor_count, books.contracts_near(today))
        empty = bureau_desk.desk(session, play.clock, play.stranger)
        _same(play, "another bureau", sum(empty.counts.values()) + sum(empty.work_counts.values()), 0)


def _same(play: Play, what: str, shown: object, expected: object) -> None:
    if shown == expected:
        return
    if isinstance(shown, set) and isinstance(expected, set):
        shown, expected = sorted(shown - expected), sorted(expected - shown)
    elif isinstance(shown, dict) and isinstance(expected, dict):
        differing = [key for key in {*shown, *expected} if shown.get(key) != expected.get(key)]
        shown, expected = ({key: found.get(key) for key in differing} for found in (shown, expected))
    raise Differs(f"{play.today} {what}: the desk shows {shown}, the books say {expected}")


def _prepare(database: Database, clock: FixedClock) -> None:
    build_installation(database, demo=True)
    folder = Path(__file__).resolve().parent.parent / "config" / "tables"
    tables = read_tables((folder / "tables.toml").read_bytes())
    files = [code.TableFile(tables[kind], (folder / f"{kind}.csv").read_bytes()) for kind in _TABLES]
    with database.write() as session:
        code.load_tables(session, clock, Actor(ActorKind.OPERATOR), files)


def main(arguments: Sequence[str]) -> int:
    """The command: lives through the year and tells what was."""
    parser = argparse.ArgumentParser(prog="python -m bench.bureau_year", description=__doc__)
    parser.add_argument("--organisations", type=int, default=ORGANISATIONS)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", help="an empty one; without it a SQLite file that is thrown away")
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as folder:
        url = asked.database or f"sqlite:///{folder}/year.sqlite"
        upgrade(url)
        database = open_database(url)
        try:
            year = live_through(database, organisations=asked.organisations, seed=asked.seed)
        except Differs as differs:
            print(differs, file=sys.stderr)
            return 1
        finally:
            database.dispose()
    done = ", ".join(f"{word} {count}" for word, count in sorted(year.play.books.done.items()))
    print(
        f"{len(year.play.books.entries)} units, {year.play.acts} acts, desk and books agree on {len(year.looked)} days"
    )
    print(done)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
