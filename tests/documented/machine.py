"""The reader's machine: a home, his jobs, and the few programs of a machine that no test may touch."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.process.support import PATIENCE_S, PROGRAM

_BIN = Path(__file__).with_name("bin")
# What the pages call the reader's own jobs, and the peers' programs, which need not be installed here.
_JOBS = ("backup.sh", "nightly.sh", "dump.sh", "fetch.sh", "load", "serve.sh", "x", "app/worker", "app/serve")
_PEERS = ("sentry-cli", "cron-sentry", "chronic")
_SYSTEM = re.compile(r"(?<![\w.$}\"/-])/(?=(?:opt|etc|srv|app|usr/local)/)")
_DSN = re.compile(r"https://key@(?:sentry|relay)\.example\.com/42")
_FILES = {
    "Makefile": "test deploy try:\n\t@echo $@ is done\n",
    "job.py": "print('reading')\n",
    "opt/jobs/sync.py": "print('in step')\n",
    "etc/crontab": "0 4 * * *  root  /opt/jobs/backup.sh\n",
    "etc/cron.d/backup": "0 5 * * *  root  /opt/jobs/backup.sh\n",
    "my.crontab": "0 3 * * *  /opt/jobs/backup.sh\n",
    "www-data.crontab": "0 3 * * *  /opt/jobs/backup.sh\n",
    "my.cron": "0 3 * * *  /opt/jobs/backup.sh\n",
}


class Machine:
    """Everything of it is below `home`; what a page has in /opt, /etc or /srv is there too."""

    def __init__(self, home: Path, dsn: str = "") -> None:
        self.home, self.dsn = home, dsn
        self.bin = home / "bin"
        for folder in ("bin", "opt/jobs", "etc/cron.d", "srv/app", "app", "usr/local/bin", ".zfunc", "jobs"):
            (home / folder).mkdir(parents=True, exist_ok=True)
        for name, text in _FILES.items():
            (home / name).write_text(self.here(text))
        for place in (home, home / "opt/jobs", home / "srv", home / "usr/local"):
            for job in _JOBS:
                self._put(place / job, "job")
        for name in ("sudo", "systemctl", "crontab", *_PEERS):
            if name not in _PEERS or not shutil.which(name):
                self._put(self.bin / name, "peer" if name in _PEERS else name)
        (home / "usr/local/bin/sentinel-run").symlink_to(PROGRAM[0])

    def put(self, name: str) -> None:
        """One more of the programs in bin/."""
        self._put(self.bin / name, name)

    @staticmethod
    def _put(place: Path, what: str) -> None:
        if place.parent.is_dir():
            place.symlink_to(_BIN / what)

    def here(self, text: str) -> str:
        """The text with the paths and the DSN of this machine in place of the reader's."""
        return _SYSTEM.sub(f"{self.home}/", _DSN.sub(self.dsn or "", text))

    def environ(self, **more: str) -> dict[str, str]:
        """What a login shell has; the tests' own state directory among it."""
        path = f"{self.bin}:{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin"
        own = {name: value for name, value in os.environ.items() if name.startswith(("SENTINEL_RUN_", "XDG_"))}
        return {"HOME": str(self.home), "LOGNAME": "reader", "LC_ALL": "C.UTF-8", "PATH": path, **own, **more}

    def run(self, *command: str, given: str = "", **more: str) -> subprocess.CompletedProcess[str]:
        """At home, to the end; who is asked anything by a program that sees a terminal says yes."""
        terminal, end = os.openpty()
        os.write(terminal, b"y\n" * 9)
        with open(terminal, "rb"), open(end, "rb") as keyboard:
            return subprocess.run(
                [self.here(word) for word in command], cwd=self.home, env=self.environ(**more), text=True,
                capture_output=True, timeout=PATIENCE_S, check=False, **({"input": given} if given else {"stdin": keyboard}),
            )  # fmt: skip
