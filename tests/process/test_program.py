"""What a Python program says of itself: tasks, notes, spans and captures, alone and under sentinel-run."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.process.support import ended, line, only, run, running, start, wait_until, wrapped

if TYPE_CHECKING:
    from sentinel_run.facts import Facts


def _python(code: str, *, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[bytes]:
    done = run([sys.executable, "-c", f"import sentinel_run as sr\n{code}"], env=env)
    assert b"sentinel-run:" not in done.stderr
    return done


def _tasks(state: Path) -> dict[str, Facts]:
    return {facts.command.name: facts for facts in ended(state)}


def _notes(facts: Facts, kind: str) -> list[dict[str, Any]]:
    return [dict(note.content) for note in facts.noted if note.kind == kind]


def _messages(facts: Facts) -> list[str]:
    return [note["message"] for note in _notes(facts, "breadcrumb")]


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


def test_a_task_is_a_run(state_directory: Path) -> None:
    """Name, time, notes and success of a task are in the journal like those of a command."""
    _python("""
with sr.task("ping", data={"host": "a", "odd": object}):
    sr.breadcrumb("calling", category="net", level="debug", tries=1)
    sr.tag("region", "US"); sr.context("net", mtu=1500); sr.measure("ms", 3.5, "millisecond"); sr.user(42)
""")

    facts = only(state_directory)
    assert (facts.command.name, facts.command.kind, facts.failure) == ("ping", "task", None)
    assert facts.ending is not None
    assert (facts.ending.exit_status, facts.ending.signal, facts.ending.lost) == (None, None, False)
    assert _notes(facts, "breadcrumb") == [
        {"message": "calling", "category": "net", "level": "debug", "data": {"tries": 1}}
    ]
    assert _notes(facts, "tag") == [{"key": "region", "value": "US"}]
    assert _notes(facts, "context") == [
        {"name": "net", "data": {"mtu": 1500}},
        {"name": "task", "data": {"name": "ping", "host": "a", "odd": "<class 'object'>"}},
    ]
    assert _notes(facts, "measure") == [{"name": "ms", "value": 3.5, "unit": "millisecond"}]
    assert _notes(facts, "user") == [{"id": 42}]


ENDINGS = {
    "raise ValueError('bad')": ("ValueError", "bad", False),
    "raise SystemExit(3)": ("SystemExit", "3", False),
    "raise KeyboardInterrupt": ("KeyboardInterrupt", "", True),
    "sr.capture_failure(reason='no reply')": ("task_failure", "no reply", False),
    "sr.capture_exception(OSError('gone'))": ("OSError", "gone", False),
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_how_a_task_fails(ending: str, state_directory: Path) -> None:
    """What leaves a task is its failure, and goes on; what is captured in it is its failure too."""
    done = _python(f"""
try:
    with sr.task("t"):
        {ending}
    print("went on")
except BaseException as error: print(type(error).__name__)
""")

    failure = only(state_directory).failure
    assert failure is not None
    assert (failure.cause, failure.message, failure.is_cancelled) == ENDINGS[ending]
    assert done.stdout.decode().strip() == (
        ending[6:].partition("(")[0] if ending.startswith("raise") else "went on"
    )


def test_a_program_that_ends_well_inside_a_task(state_directory: Path) -> None:
    """`sys.exit(0)` is a success."""
    _python("import sys\nwith sr.task('t'): sys.exit(0)")

    assert only(state_directory).failure is None


def test_captures_outside_of_a_task(state_directory: Path) -> None:
    """Each is a failed run of its own, with what was noted before it; the same exception is reported once."""
    _python("""
sr.breadcrumb("before")
try: 1 / 0
except ZeroDivisionError as error:
    sr.capture_exception(error, task="divide", data={"by": 0})
    sr.capture_exception(error, task="again")
sr.capture_failure("disk", "no room")
""")

    tasks = _tasks(state_directory)
    divide, disk = tasks["divide"], tasks["disk"]
    assert tasks.keys() == {"divide", "disk"}
    assert divide.failure is not None
    assert (divide.failure.cause, divide.failure.is_handled) == ("ZeroDivisionError", True)
    assert "1 / 0" in divide.failure.traceback or "<string>" in divide.failure.traceback
    assert _messages(divide) == ["before"]
    assert {"name": "task", "data": {"name": "divide", "by": 0}} in _notes(divide, "context")
    assert disk.failure is not None
    assert (disk.failure.cause, disk.failure.message, _messages(disk)) == ("task_failure", "no room", [])


def test_tasks_nest(state_directory: Path) -> None:
    """A task inside a task is its child in one trace; an exception through both has one report."""
    _python("""
try:
    with sr.task("outer"):
        sr.breadcrumb("in outer")
        with sr.task("inner"):
            sr.breadcrumb("in inner")
            raise ValueError
except ValueError: pass
""")

    tasks = _tasks(state_directory)
    inner, outer = tasks["inner"].identity, tasks["outer"].identity
    assert (inner.trace_id, inner.parent_span_id, inner.parent_run_id) == (
        outer.trace_id,
        outer.span_id,
        outer.run_id,
    )
    assert (_messages(tasks["inner"]), _messages(tasks["outer"])) == (["in inner"], ["in outer"])
    assert [task.failure.is_reported for task in (tasks["inner"], tasks["outer"]) if task.failure] == [False, True]


def test_threads_and_asyncio(state_directory: Path) -> None:
    """Notes go to the task in whose context they were made, however tasks interleave; a plain thread's to the only one."""
    _python("""
import asyncio, threading
async def work(name, mine, theirs):
    with sr.task(name):
        mine.set(); await theirs.wait()
        with sr.span("step"):
            sr.breadcrumb(name)
async def main():
    one, two = asyncio.Event(), asyncio.Event()
    await asyncio.gather(work("a", one, two), work("b", two, one))
asyncio.run(main())
with sr.task("c"):
    thread = threading.Thread(target=sr.breadcrumb, args=["from a thread"])
    thread.start(); thread.join()
""")

    tasks = _tasks(state_directory)
    assert {name: _messages(facts) for name, facts in tasks.items()} == {
        "a": ["a"],
        "b": ["b"],
        "c": ["from a thread"],
    }
    assert [span["state"] for span in _notes(tasks["a"], "span")] == ["start", "end"]


def test_spans(state_directory: Path) -> None:
    """Spans have ids and parents of their own, a status by how they were left, and data."""
    _python("""
@sr.span("decorated", op="work")
def decorated(): pass
with sr.task("t"):
    with sr.span("above", op="db", rows=1) as above:
        above.tag("more", 2)
        try:
            with sr.span("below"): raise ValueError
        except ValueError: pass
        decorated(); decorated()
""")

    spans = _notes(only(state_directory), "span")
    starts = {span["id"]: span for span in spans if span["state"] == "start"}
    ends = [(span["name"], span["status"], span.get("data")) for span in spans if span["state"] == "end"]
    above, *below = starts.values()
    assert above["parent"] is None
    assert {span["parent"] for span in below} == {above["id"]}
    assert [span["name"] for span in below] == ["below", "decorated", "decorated"]
    assert ends == [
        ("below", "internal_error", None),
        ("decorated", "ok", None),
        ("decorated", "ok", None),
        ("above", "ok", {"rows": 1, "more": 2}),
    ]


def test_notes_join_the_run_around(state_directory: Path) -> None:
    """Under sentinel-run what is noted outside of a task is the run's own."""
    run(
        wrapped(
            sys.executable, "-c", "import sentinel_run as sr\nsr.breadcrumb('hello', n=1)\nwith sr.span('s'): pass"
        )
    )

    facts = only(state_directory)
    assert _messages(facts) == ["hello"]
    assert [span["state"] for span in _notes(facts, "span")] == ["start", "end"]


def test_logging(state_directory: Path) -> None:
    """Records at INFO and above become breadcrumbs, never failures; one that cannot be formatted harms nobody."""
    _python("""
import logging
log = logging.getLogger("jobs"); log.setLevel(logging.DEBUG); log.addHandler(sr.LoggingHandler()); logging.raiseExceptions = False
with sr.task("t"):
    log.debug("quiet"); log.info("one %d", 1); log.warning("two"); log.error("three"); log.critical("four"); log.info("%d", "x")
""")

    facts = only(state_directory)
    assert facts.failure is None
    assert [(note["message"], note["level"], note["category"]) for note in _notes(facts, "breadcrumb")] == [
        ("one 1", "info", "jobs"), ("two", "warning", "jobs"), ("three", "error", "jobs"), ("four", "fatal", "jobs"),
    ]  # fmt: skip


def test_secrets(state_directory: Path) -> None:
    """Notes, data and the failure of a task are redacted before they reach the disk."""
    _python("""
try:
    with sr.task("t", data={"api_key": "abc123def", "note": "tell-nobody-2"}):
        sr.breadcrumb("password=hunter22")
        raise ValueError("token=abcdef0123456789")
except ValueError: pass
""", env={**os.environ, "DB_PASSWORD": "tell-nobody-2"})  # fmt: skip

    kept = b"".join(path.read_bytes() for path in state_directory.rglob("*") if path.is_file())
    assert b"[Filtered]" in kept
    assert [
        secret for secret in (b"abc123def", b"tell-nobody-2", b"hunter22", b"abcdef0123456789") if secret in kept
    ] == []


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

    done = _python(HOSTILE, env=env)

    assert (done.stdout, done.returncode) == (b"alive\n", 0)
    assert (len(ended(state_directory)) >= 2) == (state == "fine")


def test_the_program_gets_no_child(server_less_dsn: str) -> None:
    """Delivery in the background leaves no process that the program would have to wait for."""
    env = {**os.environ, "SENTRY_DSN": server_less_dsn, "SENTINEL_RUN_DELIVER": "background"}

    done = _python(
        "import os\nsr.capture_failure('t', 'x')\ntry: os.waitpid(-1, os.WNOHANG)\nexcept ChildProcessError: print('none')",
        env=env,
    )

    assert done.stdout == b"none\n"


@pytest.fixture
def server_less_dsn() -> str:
    """A DSN at which nobody listens."""
    return "http://key@127.0.0.1:9/1"


def test_a_killed_program_leaves_a_lost_run(state_directory: Path) -> None:
    """The journal knows of a task from its start."""
    code = "import sentinel_run as sr, time\nwith sr.task('t'): print('ready', flush=True); time.sleep(60)"
    program = start([sys.executable, "-c", code])
    assert line(program) == "ready\n"

    assert [facts.command.name for facts in running(state_directory)] == ["t"]
    program.kill()
    program.communicate()

    assert wait_until(lambda: not running(state_directory))


def test_switched_off(state_directory: Path) -> None:
    """One variable turns off the API, `note` and the recording of runs; what runs is as it was."""
    env = {**os.environ, "SENTINEL_RUN_ENABLED": "0"}
    script = 'echo out; sentinel_run_note=1; test -z "$SENTINEL_RUN_NOTES" || exit 9; exit 5'

    assert (
        _python("with sr.task('t'): sr.breadcrumb('x')\nsr.capture_failure('t')\nprint('ran')", env=env).stdout
        == b"ran\n"
    )
    done = run(wrapped("sh", "-c", script), env=env)
    timed_out = run(wrapped("sleep", "60", options=["--timeout", "200ms"]), env=env)
    noted = run([*wrapped()[:-1], "note", "tag", "a=b", "--strict"], env=env)

    assert (done.stdout, done.returncode, timed_out.returncode) == (b"out\n", 5, 124)
    assert (noted.returncode, noted.stderr) == (0, b"")
    assert not (state_directory / "journal").exists()


def test_decorated_functions_of_every_kind(state_directory: Path) -> None:
    """A coroutine, a generator and an asynchronous generator are in their task and span until their last statement."""
    _python("""
import asyncio
@sr.task("coroutine")
async def coroutine():
    await asyncio.sleep(0); sr.tag("in", "coroutine"); raise ValueError
@sr.task("generator")
@sr.span("part")
def generator():
    yield 1
    sr.tag("in", "generator")
    yield 2
@sr.task("both")
async def both():
    yield 1
    sr.tag("in", "both"); raise KeyError
async def collect(): return [item async for item in both()]
for run in coroutine, collect:
    try: asyncio.run(run())
    except (ValueError, KeyError): pass
assert list(generator()) == [1, 2]
assert coroutine.__name__ == "coroutine"
""")

    tasks = _tasks(state_directory)
    assert {name: facts.failure and facts.failure.cause for name, facts in tasks.items()} == {
        "coroutine": "ValueError",
        "generator": None,
        "both": "KeyError",
    }
    assert all({"key": "in", "value": name} in _notes(facts, "tag") for name, facts in tasks.items())
    assert [note["state"] for note in _notes(tasks["generator"], "span")] == ["start", "end"]


def test_odd_arguments(state_directory: Path) -> None:
    """What is no text becomes one, a level of another library its like; nothing is raised and nothing is lost."""
    _python("""
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

    tasks = _tasks(state_directory)
    failure = tasks["7"].failure
    assert tasks.keys() == {"5", "7"}
    assert failure is not None
    assert failure.message == "6"
    assert [(note["message"], note["level"]) for note in _notes(tasks["5"], "breadcrumb")] == [
        ("1", "warning"), ("None", "fatal"), ("x", "info"),
    ]  # fmt: skip
    assert [note["value"] for note in _notes(tasks["5"], "measure")] == [5, 1.5]
    assert _notes(tasks["5"], "tag") == [{"key": "odd", "value": "odd"}]
    assert _notes(tasks["5"], "context") == [
        {"name": "person", "data": {"name": "Ada"}},
        {"name": "task", "data": {"name": "5", "data": [1]}},
    ]


def test_a_task_that_is_used_twice(state_directory: Path) -> None:
    """Each time is a run of its own: notes and failure of the first are not told of the second."""
    _python("""
again = sr.task("again")
with again: sr.breadcrumb("first"); sr.capture_failure(reason="no")
with again: sr.breadcrumb("second")
""")

    first, second = sorted(ended(state_directory), key=lambda facts: facts.started_at)
    assert (first.failure is None, second.failure is None) == (False, True)
    assert (_messages(first), _messages(second)) == (["first"], ["second"])


def test_forks_of_a_task(state_directory: Path) -> None:
    """What a fork reports is a run inside the task, and its way out of the block is not the task's end."""
    _python("""
import os, sys
with sr.task("outer"):
    if os.fork() == 0:
        sr.breadcrumb("in the fork")
        sr.capture_failure(reason="in the fork")
        sys.exit(0)
    os.wait()
    sr.breadcrumb("after the fork")
    sr.capture_failure(reason="in the parent")
""")

    inner, outer = sorted(
        ended(state_directory), key=lambda facts: len(facts.identity.parent_run_id), reverse=True
    )
    assert inner.identity.parent_run_id == outer.identity.run_id
    assert [facts.failure and facts.failure.message for facts in (inner, outer)] == [
        "in the fork",
        "in the parent",
    ]
    assert _messages(inner) == ["in the fork"]
    assert _messages(outer) == ["after the fork"]
