"""The Python API does a program no harm: it loads little, raises nothing and leaves no child."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.process.programs import notes_of, run_python, tasks_of
from tests.process.support import ended, run, wrapped

if TYPE_CHECKING:
    pass


def test_the_import_is_free() -> None:
    """`import sentinel_run` loads nothing, and a breadcrumb nothing heavy."""
    code = "import sys; before = set(sys.modules); import sentinel_run; print(len(set(sys.modules) - before)); sentinel_run.breadcrumb('x'); print(sorted({'json', 're', 'typing', 'sentry_sdk', 'logging', 'subprocess'} & set(sys.modules)))"

    count, heavy = (
        run(
            [
                sys.executable,
                "-I",
                "-S",
                "-c",
                f"import sys; sys.path.insert(0, {str(Path(__file__).parents[2])!r}); {code}",
            ]
        )
        .stdout.decode()
        .splitlines()
    )

    assert int(count) <= 2
    assert heavy == "[]"


HOSTILE = """
class Evil:
    def __str__(self): raise RuntimeError
    __repr__ = __str__
class Slotted(Exception):
    __slots__ = ()
    def __str__(self): raise RuntimeError
loop = {}; loop["a"] = loop
with sr.task(""):
    sr.breadcrumb(Evil(), level="loud", evil=Evil(), loop=loop, nan=float("nan"), big=10**400, keys={Evil: 1}, text="x" * 10**6)
    sr.tag("", None); sr.measure("n", float("inf")); sr.measure("n", "many"); sr.context("", a=1); sr.user(None)
    sr.capture_exception(Slotted(), task="slotted"); sr.capture_exception(); sr.capture_failure()
    with sr.span(""): pass
print("alive")
"""


@pytest.mark.parametrize("state", ["fine", "/proc/nowhere"])
def test_nothing_is_raised_into_the_program(state: str, state_directory: Path) -> None:
    """Whatever is given, and wherever it cannot be stored, the program goes on."""
    env = {**os.environ, "SENTINEL_RUN_STATE_DIR": str(state_directory) if state == "fine" else state}

    done = run_python(HOSTILE, env=env)

    assert (done.stdout, done.returncode) == (b"alive\n", 0)
    assert (len(ended(state_directory)) >= 2) == (state == "fine")


def test_the_program_gets_no_child(server_less_dsn: str) -> None:
    """Delivery in the background leaves no process that the program would have to wait for."""
    env = {**os.environ, "SENTRY_DSN": server_less_dsn, "SENTINEL_RUN_DELIVER": "background"}

    done = run_python(
        "import os\nsr.capture_failure('t', 'x')\ntry: os.waitpid(-1, os.WNOHANG)\nexcept ChildProcessError: print('none')",
        env=env,
    )

    assert done.stdout == b"none\n"


@pytest.fixture
def server_less_dsn() -> str:
    """A DSN at which nobody listens."""
    return "http://key@127.0.0.1:9/1"


def test_switched_off(state_directory: Path) -> None:
    """One variable turns off the API, `note` and the recording of runs; what runs is as it was."""
    env = {**os.environ, "SENTINEL_RUN_ENABLED": "0"}
    script = 'echo out; sentinel_run_note=1; test -z "$SENTINEL_RUN_NOTES" || exit 9; exit 5'

    assert (
        run_python("with sr.task('t'): sr.breadcrumb('x')\nsr.capture_failure('t')\nprint('ran')", env=env).stdout
        == b"ran\n"
    )
    done = run(wrapped("sh", "-c", script), env=env)
    timed_out = run(wrapped("sleep", "60", options=["--timeout", "200ms"]), env=env)
    noted = run([*wrapped()[:-1], "note", "tag", "a=b", "--strict"], env=env)

    assert (done.stdout, done.returncode, timed_out.returncode) == (b"out\n", 5, 124)
    assert (noted.returncode, noted.stderr) == (0, b"")
    assert not (state_directory / "journal").exists()


def test_odd_arguments(state_directory: Path) -> None:
    """What is no text becomes one, a level of another library its like; nothing is raised and nothing is lost."""
    run_python("""
with sr.task(5, data=[1]):
    sr.breadcrumb(1, level="WARN"); sr.breadcrumb(None, category=2, level="CRITICAL"); sr.breadcrumb("x", level=40)
    sr.context("person", name="Ada")
    from decimal import Decimal
    class Count:
        def __index__(self): return 5
    class Odd:
        def __eq__(self, other): raise RuntimeError
        def __str__(self): return "odd"
    sr.measure("count", Count()); sr.measure("price", Decimal("1.5")); sr.tag("odd", Odd())
sr.capture_failure(7, reason=6)
""")

    tasks = tasks_of(state_directory)
    failure = tasks["7"].failure
    assert tasks.keys() == {"5", "7"}
    assert failure is not None
    assert failure.message == "6"
    assert [(note["message"], note["level"]) for note in notes_of(tasks["5"], "breadcrumb")] == [
        ("1", "warning"), ("None", "fatal"), ("x", "info"),
    ]  # fmt: skip
    assert [note["value"] for note in notes_of(tasks["5"], "measure")] == [5, 1.5]
    assert notes_of(tasks["5"], "tag") == [{"key": "odd", "value": "odd"}]
    assert notes_of(tasks["5"], "context") == [
        {"name": "person", "data": {"name": "Ada"}},
        {"name": "task", "data": {"name": "5", "data": [1]}},
    ]
