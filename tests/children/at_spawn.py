"""Runs the wrapper's entry up to the instant of spawn, and prints what has been imported by then."""

import sys

bare = set(sys.modules)


def _spawn(*_: object, **__: object) -> int:
    print(*sorted(set(sys.modules) - bare), flush=True)
    os._exit(0)


import os  # noqa: E402  (What Python itself imports at its start is no cost of ours; os is among it.)

os.posix_spawnp = _spawn
from sentinel_run.entry import main  # noqa: E402

main()
