"""What Sentry learns beyond the cause: the tool's page, the sender of a signal, the proofs, a native backtrace."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.cli.test_explained import _GREEDY, _core_is_a_file, _in_group, crash, group  # noqa: F401
from tests.delivery.conftest import Report
from tests.process.support import wrapped
from tests.servers.ingest import Ingest


def test_an_exit_status_and_a_detail(report: Report, server: Ingest) -> None:
    """In the context `run`, and what proves it in `evidence`; the fingerprint stays the contract's."""
    report(
        "sh",
        "-c",
        "tar() { echo 'tar: x: Cannot open: Too many open files' >&2; return 2; }; ulimit -n 20; tar xf x",
        options=["--name", "job"],
    )

    (event,) = server.events
    run, evidence = event["contexts"]["run"], event["contexts"]["evidence"]
    assert run["exit_status_meaning"] == "tar 2: fatal error"
    assert run["details"] == ["too many open files"]
    assert evidence["too_many_open_files"] == "ulimit -n: 20 files"
    assert event["fingerprint"] == ["job", "exit status 2"]
    assert event["exception"]["values"][-1]["value"].startswith(
        "job failed with exit status 2 (tar: fatal error): tar: x: "
    )


def test_out_of_memory(report: Report, server: Ingest, group: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    """Type, level and status of the transaction are those of the contract."""
    monkeypatch.setenv("SENTINEL_RUN_NAME", "greedy")

    _in_group(group, "python3", "-c", _GREEDY)

    (event,), (transaction,) = server.events, server.transactions
    assert (event["exception"]["values"][-1]["type"], event["level"]) == ("OutOfMemory", "fatal")
    assert event["fingerprint"] == ["greedy", "out of memory"]
    assert transaction["contexts"]["trace"]["status"] == "resource_exhausted"


@pytest.mark.skipif(
    None in (shutil.which("gcc"), shutil.which("gdb")) or not _core_is_a_file(),
    reason="needs gcc, gdb and core files in place",
)
def test_a_native_backtrace(crash: Path, report: Report, server: Ingest, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    """Asked for, the frames of the core file are those of the event, and no argument's value leaves."""
    monkeypatch.chdir(crash.parent)
    limits = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)

    subprocess.run(
        wrapped(str(crash), "--password=hunter2hunter", options=["--core-backtrace"]), capture_output=True, check=False, timeout=60,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CORE, limits), env={**os.environ},
    )  # fmt: skip

    (event,) = server.events
    value = event["exception"]["values"][-1]
    assert [(frame["function"], frame["lineno"]) for frame in value["stacktrace"]["frames"][-3:]] == [
        ("main", 4),
        ("outer", 3),
        ("inner", 2),
    ]
    assert event["fingerprint"] == ["crash", "SIGSEGV"]
    assert event["contexts"]["run"]["core"].startswith("core file ")
    assert b"hunter2" not in b"".join(received.body for received in server.requests)
