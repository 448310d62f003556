"""The tasks of a Python program: each is a run, however it ends and wherever it goes on."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.process.programs import messages_of, notes_of, run_python, tasks_of
from tests.process.support import ended, line, only, running, start, wait_until

if TYPE_CHECKING:
    pass


def test_a_task_is_a_run(state_directory: Path) -> None:
    """Name, time, notes and success of a task are in the journal like those of a command."""
    run_python("""
with sr.task("ping", data={"host": "a", "odd": object}):
    sr.breadcrumb("calling", category="net", level="debug", tries=1)
    sr.tag("region", "US"); sr.context("net", mtu=1500); sr.measure("ms", 3.5, "millisecond"); sr.user(42)
""")

    facts = only(state_directory)
    assert (facts.command.name, facts.command.kind, facts.failure) == ("ping", "task", None)
    assert facts.ending is not None
    assert (facts.ending.exit_status, facts.ending.signal, facts.ending.lost) == (None, None, False)
    assert notes_of(facts, "breadcrumb") == [
        {"message": "calling", "category": "net", "level": "debug", "data": {"tries": 1}}
    ]
    assert notes_of(facts, "tag") == [{"key": "region", "value": "US"}]
    assert notes_of(facts, "context") == [
        {"name": "net", "data": {"mtu": 1500}},
        {"name": "task", "data": {"name": "ping", "host": "a", "odd": "<class 'object'>"}},
    ]
    assert notes_of(facts, "measure") == [{"name": "ms", "value": 3.5, "unit": "millisecond"}]
    assert notes_of(facts, "user") == [{"id": 42}]


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
    done = run_python(f"""
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
    run_python("import sys\nwith sr.task('t'): sys.exit(0)")

    assert only(state_directory).failure is None


def test_tasks_nest(state_directory: Path) -> None:
    """A task inside a task is its child in one trace; an exception through both has one report."""
    run_python("""
try:
    with sr.task("outer"):
        sr.breadcrumb("in outer")
        with sr.task("inner"):
            sr.breadcrumb("in inner")
            raise ValueError
except ValueError: pass
""")

    tasks = tasks_of(state_directory)
    inner, outer = tasks["inner"].identity, tasks["outer"].identity
    assert (inner.trace_id, inner.parent_span_id, inner.parent_run_id) == (
        outer.trace_id,
        outer.span_id,
        outer.run_id,
    )
    assert (messages_of(tasks["inner"]), messages_of(tasks["outer"])) == (["in inner"], ["in outer"])
    assert [task.failure.is_reported for task in (tasks["inner"], tasks["outer"]) if task.failure] == [False, True]


def test_threads_and_asyncio(state_directory: Path) -> None:
    """Notes go to the task in whose context they were made, however tasks interleave; a plain thread's to the only one."""
    run_python("""
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

    tasks = tasks_of(state_directory)
    assert {name: messages_of(facts) for name, facts in tasks.items()} == {
        "a": ["a"],
        "b": ["b"],
        "c": ["from a thread"],
    }
    assert [span["state"] for span in notes_of(tasks["a"], "span")] == ["start", "end"]


def test_a_killed_program_leaves_a_lost_run(state_directory: Path) -> None:
    """The journal knows of a task from its start."""
    code = "import sentinel_run as sr, time\nwith sr.task('t'): print('ready', flush=True); time.sleep(60)"
    program = start([sys.executable, "-c", code])
    assert line(program) == "ready\n"

    assert [facts.command.name for facts in running(state_directory)] == ["t"]
    program.kill()
    program.communicate()

    assert wait_until(lambda: not running(state_directory))


def test_decorated_functions_of_every_kind(state_directory: Path) -> None:
    """A coroutine, a generator and an asynchronous generator are in their task and span until their last statement."""
    run_python("""
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

    tasks = tasks_of(state_directory)
    assert {name: facts.failure and facts.failure.cause for name, facts in tasks.items()} == {
        "coroutine": "ValueError",
        "generator": None,
        "both": "KeyError",
    }
    assert all({"key": "in", "value": name} in notes_of(facts, "tag") for name, facts in tasks.items())
    assert [note["state"] for note in notes_of(tasks["generator"], "span")] == ["start", "end"]


def test_a_task_that_is_used_twice(state_directory: Path) -> None:
    """Each time is a run of its own: notes and failure of the first are not told of the second."""
    run_python("""
again = sr.task("again")
with again: sr.breadcrumb("first"); sr.capture_failure(reason="no")
with again: sr.breadcrumb("second")
""")

    first, second = sorted(ended(state_directory), key=lambda facts: facts.started_at)
    assert (first.failure is None, second.failure is None) == (False, True)
    assert (messages_of(first), messages_of(second)) == (["first"], ["second"])


def test_forks_of_a_task(state_directory: Path) -> None:
    """What a fork reports is a run inside the task, and its way out of the block is not the task's end."""
    run_python("""
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
    assert messages_of(inner) == ["in the fork"]
    assert messages_of(outer) == ["after the fork"]
