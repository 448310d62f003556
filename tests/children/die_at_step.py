"""Runs sentinel-run's own command line and kills it with SIGKILL at its n-th step that the world can see.

A step is an event of Python's auditing: a file of the state directory opened, renamed or removed, a request sent.
Each line of stdin is `N<tab>ARGUMENT<tab>ARGUMENT...` (0: let it live), answered by a line with the exit status. Every
one is a fork of this process, which has imported everything already: importing takes longer than all steps.
"""

import os
import signal
import sys

from sentinel_run import entry, output, recorder, run  # noqa: F401
from sentinel_run.child import passthrough  # noqa: F401
from sentinel_run.cli import deliver, main  # noqa: F401
from sentinel_run.deliver import drain, sender, takeover  # noqa: F401
from sentinel_run.report import envelopes  # noqa: F401
from sentinel_run.store import last_words  # noqa: F401

PREFIX = os.environ["SENTINEL_RUN_STATE_DIR"]
FILES = ("open", "os.rename", "os.remove", "os.mkdir", "sqlite3.connect", "os.listdir")
REQUESTS = ("http.client.connect", "http.client.send")


def die_at(number: int) -> None:
    """Before that step is done (sys.addaudithook)."""
    steps = 0

    def count(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal steps
        if event in REQUESTS or (event in FILES and str(arguments[0]).startswith(PREFIX)):
            steps += 1
            if steps == number:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(count)


def live(number: int, arguments: list[str]) -> None:
    """The life of one fork."""
    null = os.open(os.devnull, os.O_RDWR)
    for fd in (0, 1):
        os.dup2(null, fd)
    sys.argv = ["sentinel-run", *arguments]
    if number:
        die_at(number)
    os._exit(entry.main())


print("ready", flush=True)
for line in sys.stdin:
    number, *arguments = line.rstrip("\n").split("\t")
    pid = os.fork()
    if pid == 0:
        live(int(number), arguments)
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
