"""Runs the wrapper's entry, and sends itself INT when its first argument, a module of ours, is about to be imported."""

import os
import signal
import sys

_AT = sys.argv.pop(1)


class _Interrupts:
    @staticmethod
    def find_spec(name: str, *_: object) -> None:
        if name == _AT:
            os.kill(os.getpid(), signal.SIGINT)


sys.meta_path.insert(0, _Interrupts)  # type: ignore[arg-type]
from sentinel_run.entry import main  # noqa: E402

sys.exit(main())
