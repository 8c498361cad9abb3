"""Run the benches named (all without a name) and print their lines. Exit code 1 when a bound does not hold."""

import sys

from bench import send_batch, send_single, send_sql
from bench.line import Line
from bench.relay_world import relay_world

BENCHES = {"send_sql": send_sql.measure, "send_single": send_single.measure, "send_batch": send_batch.measure}


def main(names: list[str]) -> int:
    """Names of benches to run."""
    unknown = set(names) - set(BENCHES)
    if unknown:
        print(
            f"There is no bench {', '.join(sorted(unknown))}; there are {', '.join(BENCHES)}.",
            file=sys.stderr,
        )
        return 2
    lines: list[Line] = []
    with relay_world() as world:
        for name in names or BENCHES:
            line = BENCHES[name](world)
            print(line.json(), flush=True)
            lines.append(line)
    return 0 if all(line.holds for line in lines) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
