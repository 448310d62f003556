"""A real Bugsink server: first `python -m tests.servers.bugsink install DIR`, then `with Bugsink(...)`."""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import urllib.request
from contextlib import closing, suppress
from itertools import count
from pathlib import Path
from typing import Any, Self

from tests.servers.bugsink_install import install, python_of
from tests.servers.bugsink_project import Issue, Project, Refusal

START_TIMEOUT_S = 120
STOP_TIMEOUT_S = 10


class Bugsink:
    """Answers from `__enter__` on; its processes are gone after `__exit__`, or when ours die by SIGKILL.

    `folder` is what `install` returned. The server lives in `home`, a new folder made from the template.
    """

    def __init__(self, folder: Path, home: Path) -> None:
        self.home = home.resolve()
        self._folder = folder
        self._numbers = count(1)

    def __enter__(self) -> Self:
        shutil.copytree(self._folder / "home", self.home)
        # We open the socket and hand it down: no port is guessed, and an early client waits in its queue.
        with socket.create_server(("127.0.0.1", 0), backlog=128) as listener:
            self._port = listener.getsockname()[1]
            self._process = self._start(listener.fileno())
        try:
            self._answers()
        except BaseException:
            self.__exit__()
            raise
        self._first = self.project()
        return self

    def __exit__(self, *_: object) -> None:
        # SIGINT is the quick stop: what was answered is stored, and idle connections are not worth a wait.
        assert self._process.stdin
        self._process.stdin.close()
        self._process.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(STOP_TIMEOUT_S)
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def project(self) -> Project:
        """A project that nobody has used yet, so that tests can share one server; there are 500."""
        number = next(self._numbers)
        with closing(sqlite3.connect(self.home / "db.sqlite3")) as database:
            ((key,),) = database.execute("select sentry_key from projects_project where id = ?", (number,))
        return Project(self.home, number, f"http://{key}@127.0.0.1:{self._port}/{number}")

    @property
    def dsn(self) -> str:
        """The first project's; the four methods below are its too."""
        return self._first.dsn

    def issues(self) -> list[Issue]:
        return self._first.issues()

    def events(self, issue: Issue | None = None) -> list[dict[str, Any]]:
        return self._first.events(issue)

    def problems(self) -> list[Refusal]:
        return self._first.problems()

    def log(self) -> str:
        """All that the server wrote."""
        return (self.home / "server.log").read_text(errors="replace")

    def _start(self, listener: int) -> subprocess.Popen[bytes]:
        gunicorn = (python_of(self._folder), "-m", "gunicorn", "--bind", f"fd://{listener}", "bugsink.wsgi")
        with (self.home / "server.log").open("wb") as log:
            return subprocess.Popen(
                gunicorn,
                cwd=self.home,
                env={"PATH": os.environ["PATH"], "HOME": str(self.home), "PORT": str(self._port)},
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                pass_fds=(listener,),
                start_new_session=True,
            )

    def _answers(self) -> None:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        url = f"http://127.0.0.1:{self._port}/health/ready"
        try:
            with opener.open(url, timeout=START_TIMEOUT_S) as answer:
                assert answer.status == 200
        except OSError as error:
            raise RuntimeError(f"Bugsink does not answer ({error}); it wrote:\n{self.log()}") from error


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.servers.bugsink", description=__doc__)
    parser.add_argument("action", choices=["install"])
    parser.add_argument("folder", type=Path, metavar="DIR")
    print(install(parser.parse_args().folder))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
