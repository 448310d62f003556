"""Where there is no /proc or no /dev, as in a bare chroot: the command runs, and its report is made and delivered."""

from __future__ import annotations

import shlex
import shutil
import subprocess
from collections.abc import Sequence

import pytest

from tests.delivery.conftest import Report
from tests.process.support import run, wrapped
from tests.servers.ingest import Ingest


def _without(folder: str) -> list[str]:
    namespaces = ["unshare", "--user", "--map-root-user", "--mount"]
    return [*namespaces, "sh", "-c", f'mount -t tmpfs tmpfs {folder} && exec "$@"', "sh"]


WITHOUT_PROC = _without("/proc")


def _is_possible() -> bool:
    if shutil.which("unshare") is None:
        return False
    return subprocess.run([*WITHOUT_PROC, "true"], capture_output=True, check=False).returncode == 0


IS_POSSIBLE = _is_possible()
pytestmark = pytest.mark.skipif(not IS_POSSIBLE, reason="no namespaces of our own here")


@pytest.mark.parametrize(
    ("options", "command", "status", "cause"),
    [
        ((), ("sh", "-c", "sleep 0.4; exit 3"), 3, "exit status 3"),
        (("--timeout", "0.2"), ("sleep", "20"), 124, "timeout"),
        (("--overlap", "skip"), ("sh", "-c", "kill -SEGV $$"), -11, "SIGSEGV"),
    ],
)
def test_reported(
    options: Sequence[str], command: Sequence[str], status: int, cause: str, report: Report, server: Ingest
) -> None:
    """A run that was looked at, one that was stopped, and one that took a lock."""
    done = run([*WITHOUT_PROC, *wrapped(*command, options=options)])

    (event,) = server.events
    assert (done.returncode, done.stderr) == (status, b"")
    assert event["contexts"]["run"]["cause"] == cause


def test_on_a_terminal(report: Report, server: Ingest) -> None:
    """The command has a terminal of its own, whose keeper closes what it does not need."""
    words = shlex.join(wrapped("sh", "-c", "test -t 1 && echo said; exit 4"))

    done = run([*WITHOUT_PROC, "script", "-qec", words, "/dev/null"])

    (event,) = server.events
    assert (done.returncode, b"said" in done.stdout) == (4, True)
    assert event["contexts"]["run"]["exit_status"] == 4


def test_without_devices(report: Report, server: Ingest) -> None:
    """`deliver` is started without a /dev/null to start it with."""
    done = run([*_without("/dev"), *wrapped("sh", "-c", "echo said; exit 5")])

    (event,) = server.events
    assert (done.returncode, done.stdout, done.stderr) == (5, b"said\n", b"")
    assert event["contexts"]["run"]["exit_status"] == 5
