"""Run the benches named (all without a name) and print their lines. Exit code 1 when a bound does not hold.

Usage: python -m bench [--report FOLDER/PAGE] [NAME ...]    the report: PAGE.md gets the figures, PAGE.svg the chart
"""

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TypeVar

from bench import (
    bureau_desk,
    http_batch,
    http_send,
    import_file,
    message_screening,
    report,
    search_app,
    search_store,
    send_batch,
    send_batch_sqlite,
    send_single,
    send_sql,
    worker_memory,
)
from bench.http_world import HttpWorld, http_world
from bench.line import Line
from bench.relay_world import RelayWorld, relay_world
from bench.search_world import SearchWorld, search_world
from portal.store.database import Database

Bench = TypeVar("Bench")
# By what they run on; the lines that one of them prints are its names.
ALONE: dict[tuple[str, ...], Callable[[], Line]] = {
    ("send_batch_sqlite",): send_batch_sqlite.measure,
    ("import",): import_file.measure,
    ("bureau_desk",): bureau_desk.measure,
    ("message_screening",): message_screening.measure,
}
ON_RELAY: dict[tuple[str, ...], Callable[[RelayWorld], Line]] = {
    ("send_sql",): send_sql.measure,
    ("send_single",): send_single.measure,
    ("send_batch",): send_batch.measure,
}
ON_HTTP: dict[tuple[str, ...], Callable[[HttpWorld], Line | list[Line]]] = {
    ("http_send", "http_send_cpu"): http_send.measure,
    ("http_batch",): http_batch.measure,
    ("worker_memory",): worker_memory.measure,
}
ON_SEARCH: dict[tuple[str, ...], Callable[[Database, SearchWorld], Line]] = {
    ("search_app",): search_app.measure,
    ("search_deep",): search_store.deep,
    ("search_text_2ch",): search_store.word,
}
NAMES = [name for group in (ALONE, ON_SEARCH, ON_RELAY, ON_HTTP) for names in group for name in names]


def run(wanted: set[str]) -> Iterator[Line]:
    """The lines of the benches wanted; each world is built only when somebody needs it."""

    def chosen(group: dict[tuple[str, ...], Bench]) -> list[Bench]:
        return [bench for names, bench in group.items() if wanted & set(names)]

    for alone in chosen(ALONE):
        yield alone()
    if found := chosen(ON_SEARCH):
        with search_world() as (database, people):
            for look in found:
                yield look(database, people)
    with ExitStack() as worlds:
        if not (chosen(ON_RELAY) or chosen(ON_HTTP)):
            return
        world = worlds.enter_context(relay_world())
        for bench in chosen(ON_RELAY):
            yield bench(world)
        if chosen(ON_HTTP):
            http = worlds.enter_context(http_world(world))
            for page in chosen(ON_HTTP):
                lines = page(http)
                yield from lines if isinstance(lines, list) else [lines]


def main(words: list[str]) -> int:
    """Names of benches to run, and where to report."""
    asked = argparse.ArgumentParser(prog="python -m bench")
    asked.add_argument("--report", type=Path)
    asked.add_argument("names", nargs="*", metavar="NAME", help=", ".join(NAMES))
    given = asked.parse_args(words)
    if unknown := set(given.names) - set(NAMES):
        asked.error(f"there is no bench {', '.join(sorted(unknown))}; there are {', '.join(NAMES)}")
    lines = []
    for line in run(set(given.names or NAMES)):
        print(line.json(), flush=True)
        lines.append(line)
    if given.report:
        report.write(lines, given.report.with_suffix(".md"), given.report.with_suffix(".svg"))
    return 0 if all(line.holds for line in lines) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
