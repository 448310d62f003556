"""The only fork in the road: a command to run, or one of our own subcommands."""

from __future__ import annotations

import gc
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    import signal

    from sentinel_run.options import Reading
else:
    import _signal as signal  # See child/signals.

_HELP = frozenset(("--help", "-h"))


def main() -> int:
    """Run what the command line asks for; returns the exit status (the run path does not return)."""
    # Python's own answer to INT is a traceback, from whichever of our imports it meets. Until we watch for signals
    # each of them ends us as it would end the command.
    is_pythons = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if is_pythons:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    _prefer_pythons_own()
    _spare_bytecode()
    from sentinel_run import notes, options
    from sentinel_run.errors import SentinelError

    try:
        reading = options.read(sys.argv[1:])
        if reading.is_ours:
            if is_pythons:
                signal.signal(signal.SIGINT, signal.default_int_handler)
            return _answer(reading)
        return _run(reading)
    except SentinelError as error:
        notes.say(str(error))
        return error.exit_status


def _prefer_pythons_own() -> None:
    """Modules of the job's, by PYTHONPATH or beside our script, must not stand in for those that we import."""
    given = os.environ.get("PYTHONPATH")
    strange = {
        *(() if sys.flags.safe_path else sys.path[:1]),
        *map(os.path.abspath, given.split(":") if given else ()),
    }
    if os.path.dirname(os.path.dirname(os.path.abspath(__file__))) not in strange:
        sys.path.sort(key=strange.__contains__)


def _spare_bytecode() -> None:
    """Below a limit (ulimit -f) Python 3.11 leaves half a .pyc, and each later import of it fails (gh-126606)."""
    import resource

    limit = resource.getrlimit(resource.RLIMIT_FSIZE)[0]
    if limit == resource.RLIM_INFINITY:
        return
    sys.dont_write_bytecode = True
    for name in (__package__, __name__):  # These two were written already.
        cached = getattr(sys.modules[name], "__cached__", None) or ""
        if os.path.isfile(cached) and os.path.getsize(cached) == limit:
            os.unlink(cached)


def _run(reading: Reading) -> int:
    gc.disable()  # Nothing there makes cycles, and to look for some takes time at both ends of a run.
    try:
        from sentinel_run import run
    # Not even our own files can be opened (ulimit -n), or one is damaged: the command has our place.
    except (ImportError, OSError, EOFError, ValueError):
        os.execvp(reading.command[0], reading.command)  # noqa: S606
    return run.run(reading, os.environ)


def _answer(reading: Reading) -> int:
    name = reading.subcommand
    if reading.given and name:
        from sentinel_run.errors import UsageError

        option = next(iter(reading.given))
        raise UsageError(
            f"--{option} belongs to a run, not to `{name}`", f"to run a program called {name} put -- before it"
        )
    if name == "note" and _HELP.isdisjoint(_before_dashes(reading.command)):
        from sentinel_run.notebook import note

        return note.main(reading.command[1:])
    from sentinel_run.cli.main import main as click_main

    return click_main(sys.argv[1:])


def _before_dashes(words: tuple[str, ...]) -> tuple[str, ...]:
    return words[: words.index("--")] if "--" in words else words
