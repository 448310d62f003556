"""`python -m tests.soak`: run the soak, print the books, end with status 1 if anything was lost or doubled."""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

from sentinel_run.store import journal
from tests.process.support import PROGRAM, is_served
from tests.servers.ingest import Ingest
from tests.soak.job import Done, Job
from tests.soak.ledger import Ledger, balance
from tests.soak.mischief import Mischief
from tests.soak.weather import FULL, Weather, small_disk

_AT_ONCE = 5
_MOST_ROUNDS = 30
_PATIENCE_S = 20.0


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--runs", type=int, default=2000, metavar="N", help="how many runs (2000)")
    parser.add_argument("--seed", type=int, default=random.randrange(2**32), metavar="N", help="of the chance")
    options = parser.parse_args()
    print(f"seed               {options.seed}", flush=True)
    with TemporaryDirectory() as folder:
        ledger = soak(Path(folder), options.runs, options.seed)
    print(ledger)
    return 1 if ledger.lost or ledger.doubled else 0


def soak(disk: Path, runs: int, seed: int) -> Ledger:
    """Make the runs in bad weather, deliver all that waits in fair weather, and balance the books."""
    chance = random.Random(seed)
    state = disk / "state"
    with Ingest() as server, small_disk(disk) as may_fill:
        os.environ.update(SENTINEL_RUN_STATE_DIR=str(state), SENTRY_DSN=server.dsn)
        weather_, mischief_ = Weather(server, disk, chance, may_fill=may_fill), Mischief(state, chance)
        with weather_ as weather, mischief_ as mischief:
            done = _run_all(runs, state, weather, chance)
        _deliver_all(state)
        killed = {f"{pid}\n" for pid in mischief.killed}
        return balance(
            done, server, lambda at: weather.senders.get(at) in killed, weather.faults + mischief.faults
        )


def _run_all(runs: int, state: Path, weather: Weather, chance: random.Random) -> list[Done]:
    def run(number: int) -> Done:
        # With nowhere to note it, a killed run leaves nothing that anybody could owe.
        return Job.make(number, chance, may_be_killed=weather.now != FULL).run(state)

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return list(pool.map(run, range(runs)))


def _deliver_all(state: Path) -> None:
    """By hand, as often as a server that was in trouble a moment ago needs.

    The last one in the background may end first: taken over in the middle of a step it would send that again.
    """
    deadline = time.monotonic() + _PATIENCE_S
    while is_served(state) and time.monotonic() < deadline:
        time.sleep(0.05)
    for _ in range(_MOST_ROUNDS):
        done = subprocess.run([*PROGRAM, "deliver"], capture_output=True, check=False)
        if done.returncode == 0 and not list(journal.found(str(state))):
            return
    sys.exit(f"after {_MOST_ROUNDS} rounds there is still something to deliver: {done.stdout!r} {done.stderr!r}")


if __name__ == "__main__":
    raise SystemExit(main())
