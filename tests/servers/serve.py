"""The ingest server as a command: `python -m tests.servers.ingest` prints its DSN and serves until killed."""

from __future__ import annotations

import argparse
import signal
from collections.abc import Callable
from itertools import count
from pathlib import Path

from tests.servers.ingest import Answer, Ingest, Received


def main() -> int:
    options = _options()
    with Ingest(_answers(Answer(status=options.status, delay_s=options.delay), options.out)) as ingest:
        print(ingest.dsn, flush=True)
        signal.sigwait({signal.SIGINT, signal.SIGTERM})
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.servers.ingest", description=__doc__)
    parser.add_argument("--delay", type=float, default=0.0, metavar="SECONDS", help="wait before each answer")
    parser.add_argument("--status", type=int, default=200, help="answer every request with this status")
    parser.add_argument("--out", type=Path, metavar="DIR", help="write each envelope into a file of its own")
    # Blocked before any thread starts, so that the signals reach sigwait and nobody else.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    return parser.parse_args()


def _answers(answer: Answer, out: Path | None) -> Answer | Callable[[Received], Answer]:
    if out is None:
        return answer
    out.mkdir(parents=True, exist_ok=True)
    numbers = count(1)

    def keep(seen: Received) -> Answer:
        (out / f"{next(numbers):06}.envelope").write_bytes(seen.body)
        return answer

    return keep
