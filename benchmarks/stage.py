"""Where the measurements take place: a directory of their own, a clean environment, servers, the stamp program."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Mapping

_PROGRAMS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "programs")
_KEPT = ("PATH", "HOME", "LANG", "TZ", "TMPDIR")
_FOREVER_S, _SLOW_S = "3600", "0.1"


class Stage:
    """Inside `with Stage() as stage:`. `good`, `slow` and `hanging` are DSNs of local servers."""

    def __enter__(self) -> Self:
        self._open = ExitStack()
        self.folder = self._open.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True))
        self._states = 0
        self._primed = os.path.join(self.folder, "primed")
        for name in ("journal", "outbox"):
            os.makedirs(os.path.join(self._primed, name), 0o700)
        self.good, self.slow = self._serve("0"), self._serve(_SLOW_S)
        self.hanging = self._serve(_FOREVER_S)
        self.stamp = self._compile("stamp")
        self.config = self._configure()
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def path(self, name: str) -> str:
        """A path in the stage's own directory, which goes when the stage does."""
        return os.path.join(self.folder, name)

    def state(self) -> str:
        """A fresh state directory, as a run before would have left it."""
        self._states += 1
        return shutil.copytree(self._primed, self.path(f"state-{self._states}"))

    def environ(self, dsn: str = "", state: str = "", config: str = "") -> dict[str, str]:
        """Nothing of this shell's Sentry, CI or config; `config` is a folder with a user's config file.

        Compiled modules are cached here: where Python may not write them, imports from source would count.
        """
        kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
        ours: Mapping[str, str] = {
            "PYTHONPYCACHEPREFIX": self.path("pycache"),
            "SENTINEL_RUN_STATE_DIR": state or self.path("state"),
            "XDG_CONFIG_HOME": config or self.path("no-config"),
        }
        return {**kept, **ours, **({"SENTRY_DSN": dsn} if dsn else {})}

    def python(self, name: str, *arguments: str) -> tuple[str, ...]:
        """The command line of one of the Python programs here."""
        return (sys.executable, "-S", os.path.join(_PROGRAMS, f"{name}.py"), *arguments)

    def _configure(self) -> str:
        folder = self.path("config")
        os.makedirs(folder)
        with open(os.path.join(folder, "sentinel-run.toml"), "w", encoding="utf-8") as file:
            file.write('environment = "staging"\n[command."backup.sh"]\ntimeout = "2h"\n')
        return folder

    def _compile(self, name: str) -> str:
        """The path of a C program, or an empty text without a compiler. Static, since a loader takes 0.5 ms."""
        compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
        source, target = os.path.join(_PROGRAMS, f"{name}.c"), self.path(name)
        for flags in ("-static",), ():
            command = [compiler or "cc", "-O2", *flags, "-o", target, source]
            if compiler and subprocess.run(command, capture_output=True, check=False).returncode == 0:
                return target
        return ""

    def _serve(self, delay_s: str) -> str:
        """The DSN of the test suite's ingest server, answering after `delay_s`."""
        command = [sys.executable, "-m", "tests.servers.ingest", "--delay", delay_s]
        server = subprocess.Popen(
            command, stdout=subprocess.PIPE, text=True, cwd=os.path.dirname(os.path.dirname(_PROGRAMS))
        )
        self._open.callback(_stop, server)
        assert server.stdout is not None
        return server.stdout.readline().strip()


def _stop(server: subprocess.Popen[str]) -> None:
    server.terminate()
    server.communicate()
