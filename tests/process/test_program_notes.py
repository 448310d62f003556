"""What a Python program notes: spans, captures and logs, in a task, in a run around, and alone."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tests.process.programs import messages_of, notes_of, run_python, tasks_of
from tests.process.support import only, run, wrapped

if TYPE_CHECKING:
    pass


def test_captures_outside_of_a_task(state_directory: Path) -> None:
    """Each is a failed run of its own, with what was noted before it; the same exception is reported once."""
    run_python("""
sr.breadcrumb("before")
try: 1 / 0
except ZeroDivisionError as error:
    sr.capture_exception(error, task="divide", data={"by": 0})
    sr.capture_exception(error, task="again")
sr.capture_failure("disk", "no room")
""")

    tasks = tasks_of(state_directory)
    divide, disk = tasks["divide"], tasks["disk"]
    assert tasks.keys() == {"divide", "disk"}
    assert divide.failure is not None
    assert (divide.failure.cause, divide.failure.is_handled) == ("ZeroDivisionError", True)
    assert "1 / 0" in divide.failure.traceback or "<string>" in divide.failure.traceback
    assert messages_of(divide) == ["before"]
    assert {"name": "task", "data": {"name": "divide", "by": 0}} in notes_of(divide, "context")
    assert disk.failure is not None
    assert (disk.failure.cause, disk.failure.message, messages_of(disk)) == ("task_failure", "no room", [])


def test_spans(state_directory: Path) -> None:
    """Spans have ids and parents of their own, a status by how they were left, and data."""
    run_python("""
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

    spans = notes_of(only(state_directory), "span")
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
    assert messages_of(facts) == ["hello"]
    assert [span["state"] for span in notes_of(facts, "span")] == ["start", "end"]


def test_logging(state_directory: Path) -> None:
    """Records at INFO and above become breadcrumbs, never failures; one that cannot be formatted harms nobody."""
    run_python("""
import logging
log = logging.getLogger("jobs"); log.setLevel(logging.DEBUG); log.addHandler(sr.LoggingHandler()); logging.raiseExceptions = False
with sr.task("t"):
    log.debug("quiet"); log.info("one %d", 1); log.warning("two"); log.error("three"); log.critical("four"); log.info("%d", "x")
""")

    facts = only(state_directory)
    assert facts.failure is None
    assert [(note["message"], note["level"], note["category"]) for note in notes_of(facts, "breadcrumb")] == [
        ("one 1", "info", "jobs"), ("two", "warning", "jobs"), ("three", "error", "jobs"), ("four", "fatal", "jobs"),
    ]  # fmt: skip


def test_secrets(state_directory: Path) -> None:
    """Notes, data and the failure of a task are redacted before they reach the disk."""
    run_python("""
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
