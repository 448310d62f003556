"""`python -m benchmarks`: measure, print the table, write it as JSON if asked."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from benchmarks import ends, idle, jotting, latency, looking, reading, storm, table, throughput, tree
from benchmarks.stage import Stage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmarks.record import Row


def main() -> int:
    options = _options()
    with Stage() as stage:
        rows = list(_measured(stage, options))
    if options.json:
        table.write_json(options.json, rows)
    return int(options.check and any(row.holds is False for row in rows))


def _measured(stage: Stage, options: argparse.Namespace) -> Iterator[Row]:
    for name, measure in _figures(stage, options).items():
        if not options.only or name in options.only:
            rows = measure()
            table.show(rows)
            yield from rows


def _figures(stage: Stage, options: argparse.Namespace) -> dict[str, Callable[[], list[Row]]]:
    few = options.quick
    rounds = options.rounds or (5 if few else 21)
    megabytes = options.megabytes or (64 if few else 512)
    return {
        "ends": lambda: ends.measure(stage, rounds),
        "throughput": lambda: throughput.measure(stage, max(rounds // 3, 3), megabytes),
        "latency": lambda: latency.measure(stage, max(rounds // 3, 3), 200 if few else 1000),
        "idle": lambda: idle.measure(stage, 2.0 if few else 10.0, 64 if few else 256),
        "tree": lambda: tree.measure(stage, rounds * 5, 5.0 if few else 20.0),
        "note": lambda: jotting.measure(stage, rounds),
        "history": lambda: looking.measure(stage, rounds, 100_000),
        "diagnosis": lambda: reading.measure(1 if few else 3),
        "storm": lambda: storm.measure(stage, options.runs or (50 if few else 200)),
    }


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer and smaller runs: a look, not a measurement")
    figures = ("ends", "throughput", "latency", "idle", "tree", "note", "history", "diagnosis", "storm")
    parser.add_argument("--only", action="append", choices=figures, help="repeatable")
    parser.add_argument("--rounds", type=int, metavar="N", help="runs of each contender, taken in turns (21)")
    parser.add_argument("--megabytes", type=int, metavar="N", help="size of the stream (512)")
    parser.add_argument("--runs", type=int, metavar="N", help="runs of the storm (200)")
    parser.add_argument("--json", metavar="FILE", help="write the rows there too")
    parser.add_argument("--check", action="store_true", help="exit status 1 if a goal is missed")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
