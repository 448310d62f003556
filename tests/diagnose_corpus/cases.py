"""The cases of the corpus, and how each is run."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from sentinel_run.diagnose.cause import diagnose
from sentinel_run.diagnose.diagnosis import Diagnosis
from sentinel_run.facts import Command, Ending, Facts, Output, Passage
from sentinel_run.naming import command_name
from tests.unit import samples

HERE = Path(__file__).parent
# A compiler on the JVM takes a minute on a machine that has other work.
_LIMIT_S = 300
_CAPTURED_DIR = "/jobs"
# Stands for the Python that runs the tests, which has their libraries.
_PYTHON = "{python}"
_ROOT = "{root}"
# Needs that no package has: these two, and a file that must not be there.
SPECIAL = (_PYTHON, _ROOT, "!/")
_KEYS = frozenset(
    {
        "run", "needs", "build", "captured", "stdout", "stderr", "exit_status", "signal", "cause", "type", "module",
        "value", "chain", "frame", "frames", "reason", "others", "files", "status", "meaning", "details",
        "command",
    }
)  # fmt: skip


class Case(NamedTuple):
    """One case: `name` is `language/case`."""

    name: str
    given: dict[str, Any]

    @property
    def language(self) -> str:
        """The folder it is in."""
        return self.name.partition("/")[0]


class Ended(NamedTuple):
    """What a program said and how it ended; `status` is negative for a signal, as subprocess has it."""

    stdout: str
    stderr: str
    status: int
    folder: str
    run: str = ""


def cases() -> Iterator[Case]:
    """All cases, by name. A misspelled key is an error, so that no expectation is silently left out."""
    for path in sorted(HERE.glob("*/*.toml")):
        given = tomllib.loads(path.read_text())
        assert given.keys() <= _KEYS, f"{path}: unknown keys {sorted(given.keys() - _KEYS)}"
        yield Case(f"{path.parent.name}/{path.stem}", given)


def needs(case: Case) -> list[str]:
    """The programs, and the files of libraries, that must be there for its run; none for a case without one."""
    run = case.given.get("run", "")
    return list(case.given.get("needs", run.split()[:1])) if run else []


def can_run(case: Case) -> bool:
    """Whether its language is on this machine."""
    return "run" in case.given and all(map(is_here, needs(case)))


def is_real(case: Case) -> bool:
    """Whether a program of the world made its output, here or elsewhere; we wrote the others' ourselves."""
    return "run" in case.given or not case.given["captured"].startswith("written ")


def is_captured(case: Case) -> bool:
    """Whether its output is in its file."""
    return "stdout" in case.given or "stderr" in case.given


def can_be_looked_at(case: Case) -> bool:
    """Whether it can be run here, or else was captured."""
    return can_run(case) or is_captured(case)


def ended(case: Case, folder: Path) -> Ended:
    """The program's last words: really run in `folder` where that is possible, captured elsewhere."""
    return _really(case, folder) if can_run(case) else captured(case)


def captured(case: Case) -> Ended:
    """The program's last words as its file has them."""
    given = case.given
    status = -signal.Signals[given["signal"]].value if "signal" in given else given.get("exit_status", 1)
    return Ended(
        given.get("stdout", ""),
        given.get("stderr", ""),
        status,
        _CAPTURED_DIR,
        given.get("command", given.get("run", "captured")).replace(_PYTHON, "python3"),
    )


def diagnosis(done: Ended) -> Diagnosis:
    """What is made of it."""
    return diagnose(facts(done))


def facts(done: Ended) -> Facts:
    """The facts as the wrapper would note them."""
    spoken = {"stdout": done.stdout, "stderr": done.stderr}
    passages = tuple(Passage("whole", name, text, ((0, 0.1),)) for name, text in spoken.items() if text)
    number = -done.status if done.status < 0 else None
    ending = Ending(
        at=2.0,
        duration_s=0.5,
        exit_status=done.status if number is None else None,
        signal=number,
        signal_name=signal.Signals(number).name if number else "",
    )
    argv = tuple(shlex.split(done.run))
    command = Command(command_name(argv, {}), argv, done.folder)
    return samples.facts()._replace(ending=ending, output=Output(passages), command=command)


def is_here(need: str) -> bool:
    """Whether it can be relied on: a program, a file, what must not be there (`!/run/x`), Python's or root's mark."""
    if need.startswith("!"):
        return not os.path.exists(need[1:])
    if need == _ROOT:
        return os.geteuid() == 0
    if need == _PYTHON or need.startswith("/"):
        return need == _PYTHON or os.path.exists(need)
    found = shutil.which(need)
    return found is not None and not ("/shims/" in found and _leads_nowhere(found))


@cache
def _leads_nowhere(shim: str) -> bool:
    """Whether a version manager's stand-in is for a program of versions that are not in use (127)."""
    return subprocess.run((shim, "--version"), capture_output=True, stdin=subprocess.DEVNULL).returncode == 127


def _really(case: Case, folder: Path) -> Ended:
    for name, text in case.given.get("files", {}).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    if "build" in case.given:
        built = _sh(case.given["build"], folder)
        assert built.returncode == 0, built.stderr.decode()
    run = case.given["run"].replace(_PYTHON, sys.executable)
    done = _sh(run, folder)
    return Ended(
        done.stdout.decode("utf-8", "replace"),
        done.stderr.decode("utf-8", "replace"),
        done.returncode,
        str(folder),
        case.given.get("command", run),
    )


def _sh(command: str, folder: Path) -> subprocess.CompletedProcess[bytes]:
    environ = {**os.environ, "LC_ALL": "C.UTF-8", "NO_COLOR": "1"}
    for name in ("RUST_BACKTRACE", "PYTHONFAULTHANDLER", "JAVA_TOOL_OPTIONS", "GOTRACEBACK", "PYTEST_ADDOPTS"):
        environ.pop(name, None)
    # `exec` lets the program itself die of its signal, and not a shell between it and us.
    return subprocess.run(
        ("sh", "-c", f"exec {command}"),
        cwd=folder,
        env=environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=_LIMIT_S,
    )
