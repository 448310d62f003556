"""The command finds our caller's environment, and the documented additions."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.process.support import PATIENCE_S, run, wrapped

if TYPE_CHECKING:
    from tests.process.conftest import Launch

ADDED = {b"SENTRY_TRACE", b"SENTRY_BAGGAGE", b"TRACEPARENT", b"SENTINEL_RUN_ID", b"SENTINEL_RUN_NOTES"}
SHOW = ("cat", "/proc/self/environ")
TRACE_ID, SPAN_ID = "771a43a4192642f0b136d5159a501700", "7a1cbbdcd1e4a5c6"


def _environ(content: bytes) -> dict[bytes, bytes]:
    return dict(entry.partition(b"=")[::2] for entry in content.split(b"\0") if entry)


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"LC_ALL": "C"},
        {"LANG": "C"},
        {"LC_CTYPE": "C.UTF-8"},
        {"LC_CTYPE": "C"},
        {"LC_ALL": "POSIX", "PYTHONUTF8": "0"},
        {"PYTHONCOERCECLOCALE": "0"},
        {"BASH_FUNC_f%%": "() { echo x; }", "with space": "v", "EMPTY": "", "NL": "a\nb"},
        {"SENTRY_DSN": "http://key@127.0.0.1:9/1", "SENTRY_ENVIRONMENT": "staging", "SENTINEL_RUN_NAME": "x"},
    ],
    ids=str,
)
def test_only_the_documented_names_are_added(given: dict[str, str], state_directory: object) -> None:
    """Nothing is removed, nothing changed (Python's locale coercion included), five names are new."""
    environ = {"SENTINEL_RUN_STATE_DIR": str(state_directory), "SENTINEL_RUN_DELIVER": "later", **given}

    done = subprocess.run(
        wrapped(*("/bin/cat", SHOW[1])), env=environ, capture_output=True, timeout=PATIENCE_S, check=False
    )

    found = _environ(done.stdout)
    expected = {os.fsencode(name): os.fsencode(value) for name, value in environ.items()}
    assert {name: value for name, value in found.items() if name not in ADDED} == expected
    assert set(found) - set(expected) == ADDED


def test_bytes_that_are_no_text() -> None:
    """A value that is no UTF-8 stays as it is."""
    done = subprocess.run(
        wrapped(*SHOW), env={**os.environb, b"RAW": b"\xff\xc3"}, capture_output=True, check=False
    )

    assert _environ(done.stdout)[b"RAW"] == b"\xff\xc3"


def test_empty_environment(launch: Launch) -> None:
    """`env -i` and no HOME: the command runs, and finds no HOME and no PATH."""
    done = subprocess.run(launch("/bin/sh", "-c", "echo ${HOME-none}"), env={}, capture_output=True, check=False)

    assert (done.returncode, done.stdout, done.stderr) == (0, b"none\n", b"")


@pytest.mark.parametrize("path", [None, "", "/nowhere", "/nowhere:/bin:/usr/bin", ":/bin"])
def test_program_is_found_as_by_env(path: str | None) -> None:
    """PATH is searched as execvp does, also where there is none or an empty one."""
    environ = {name: value for name, value in os.environ.items() if name != "PATH"}
    if path is not None:
        environ["PATH"] = path

    bare = run(["/usr/bin/env", "ls", "/"], env=environ)

    assert run(wrapped("ls", "/"), env=environ).returncode == bare.returncode


@pytest.mark.parametrize(
    ("given", "flag"),
    [
        ({"SENTRY_TRACE": f"{TRACE_ID}-{SPAN_ID}-1"}, "1"),
        ({"SENTRY_TRACE": f"{TRACE_ID}-{SPAN_ID}-0"}, "0"),
        ({"SENTRY_TRACE": f"{TRACE_ID}-{SPAN_ID}"}, "1"),
        ({"TRACEPARENT": f"00-{TRACE_ID}-{SPAN_ID}-01"}, "1"),
        ({"TRACEPARENT": f"00-{TRACE_ID}-{SPAN_ID}-00"}, "0"),
    ],
    ids=str,
)
def test_incoming_trace_is_continued(given: dict[str, str], flag: str) -> None:
    """The trace id and the sampling stay, the span is ours, and both headers agree."""
    found = _environ(run(wrapped(*SHOW), env={**os.environ, **given}).stdout)

    trace_id, span_id, sampled = found[b"SENTRY_TRACE"].decode().split("-")
    assert (trace_id, sampled) == (TRACE_ID, flag)
    assert span_id != SPAN_ID
    assert found[b"TRACEPARENT"].decode() == f"00-{TRACE_ID}-{span_id}-0{flag}"


@pytest.mark.parametrize(
    "value", ["", "nonsense", f"{TRACE_ID}", "0" * 32 + "-" + SPAN_ID, "x" * 5000, f"{TRACE_ID}-{SPAN_ID}-1-2"]
)
def test_broken_trace_is_replaced(value: str) -> None:
    """A value that is no trace starts a new one."""
    done = run(wrapped(*SHOW), env={**os.environ, "SENTRY_TRACE": value})

    trace_id = _environ(done.stdout)[b"SENTRY_TRACE"].decode().split("-")[0]
    assert len(trace_id) == 32
    assert trace_id != TRACE_ID


def test_foreign_baggage_is_kept() -> None:
    """Members of other vendors travel on; the head of the trace keeps Sentry's."""
    given = {
        "SENTRY_TRACE": f"{TRACE_ID}-{SPAN_ID}-1",
        "SENTRY_BAGGAGE": f"other=1,sentry-trace_id={TRACE_ID},third=a%20b",
    }

    members = _environ(run(wrapped(*SHOW), env={**os.environ, **given}).stdout)[b"SENTRY_BAGGAGE"].split(b",")

    assert {b"other=1", b"third=a%20b", f"sentry-trace_id={TRACE_ID}".encode()} <= set(members)
    assert sum(member.startswith(b"sentry-trace_id=") for member in members) == 1


def test_two_runs_are_two_traces() -> None:
    """Without an incoming trace each run begins one of its own, and has an id of its own."""
    first, second = (_environ(run(wrapped(*SHOW)).stdout) for _ in range(2))

    assert first[b"SENTRY_TRACE"].split(b"-")[0] != second[b"SENTRY_TRACE"].split(b"-")[0]
    assert first[b"SENTINEL_RUN_ID"] != second[b"SENTINEL_RUN_ID"]


def test_nested_runs_form_one_trace() -> None:
    """The inner run continues the trace of the outer."""
    script = 'echo $SENTRY_TRACE; exec "$@"'

    done = run(wrapped("sh", "-c", script, "sh", *wrapped("sh", "-c", "echo $SENTRY_TRACE")))

    outer, inner = (row.split("-") for row in done.stdout.decode().split())
    assert outer[0] == inner[0]
    assert outer[1] != inner[1]
