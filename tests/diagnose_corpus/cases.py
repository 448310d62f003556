"""The cases of the corpus, and how each is run."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from sentinel_run.diagnose.cause import Diagnosis, diagnose
from sentinel_run.facts import Command, Ending, Facts, Output, Passage
from sentinel_run.naming import command_name
from tests.unit import samples

HERE = Path(__file__).parent
_LIMIT_S = 100
_CAPTURED_DIR = "/work"
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


def can_run(case: Case) -> bool:
    """Whether its language is on this machine."""
    run = case.given.get("run", "")
    needs = case.given.get("needs", run.split()[:1])
    return bool(run) and all(map(shutil.which, needs))


def can_be_looked_at(case: Case) -> bool:
    """Whether it can be run here, or else was captured."""
    return can_run(case) or "stdout" in case.given or "stderr" in case.given


def ended(case: Case, folder: Path) -> Ended:
    """The program's last words: really run in `folder` where that is possible, captured elsewhere."""
    if can_run(case):
        return _really(case, folder)
    given = case.given
    status = -signal.Signals[given["signal"]].value if "signal" in given else given.get("exit_status", 1)
    return Ended(
        given.get("stdout", ""),
        given.get("stderr", ""),
        status,
        _CAPTURED_DIR,
        given.get("command", given.get("run", "captured")),
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


def _really(case: Case, folder: Path) -> Ended:
    for name, text in case.given.get("files", {}).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    if "build" in case.given:
        built = _sh(case.given["build"], folder)
        assert built.returncode == 0, built.stderr.decode()
    done = _sh(case.given["run"], folder)
    return Ended(
        done.stdout.decode("utf-8", "replace"),
        done.stderr.decode("utf-8", "replace"),
        done.returncode,
        str(folder),
        case.given["run"],
    )


def _sh(command: str, folder: Path) -> subprocess.CompletedProcess[bytes]:
    environ = {**os.environ, "LC_ALL": "C.UTF-8", "NO_COLOR": "1"}
    for name in ("RUST_BACKTRACE", "PYTHONFAULTHANDLER", "JAVA_TOOL_OPTIONS", "GOTRACEBACK"):
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
