"""Named details: what many programs' failures have in common, and what they are about."""

from __future__ import annotations

import pytest

from sentinel_run.diagnose.details import Detail, details
from sentinel_run.diagnose.native import crash
from sentinel_run.facts import Ending, Facts, Usage
from tests.unit.samples import facts

_LIMITS = """\
Limit                     Soft Limit           Hard Limit           Units     
Max cpu time              unlimited            unlimited            seconds   
Max open files            1024                 524288               files     
Max realtime priority     0                    0                    
"""  # noqa: W291


def _failed(signal: str = "", **evidence: str) -> Facts:
    number = 11 if signal else None
    ending = Ending(2.0, 0.5, None if signal else 1, number, signal, core_dumped=bool(signal))
    return facts()._replace(ending=ending, usage=Usage(after={"limits": _LIMITS}), evidence=evidence)


def _details(*told: str, **evidence: str) -> list[tuple[str, str]]:
    return [(found.name, found.subject) for found in details(_failed(**evidence), told)]


@pytest.mark.parametrize(
    ("text", "name", "subject"),
    [
        ("cp: error writing '/mnt/x/file': No space left on device", "disk full", "/mnt/x/file"),
        ("OSError: [Errno 28] No space left on device: 'out.bin'", "disk full", "out.bin"),
        ("sh: 1: cannot create /srv/x: Read-only file system", "read-only file system", "/srv/x"),
        ("tar: backup.tar: Cannot write: No space left on device", "disk full", "backup.tar"),
        ("sh: 1: cannot create state: Read-only file system", "read-only file system", "state"),
        ("seq: write error: No space left on device", "disk full", ""),
        ("gzip: stdout: No space left on device", "disk full", ""),
        ("dd: writing to 'standard output': No space left on device", "disk full", ""),
        ("pg_dump: error: could not write to output file: No space left on device", "disk full", ""),
        ("IOException: No space left on device", "disk full", ""),
        ("Caused by: java.io.IOException: No space left on device", "disk full", ""),
        ("Error: ENOSPC: no space left on device, write", "disk full", ""),
        ("bash: ./job.sh: Permission denied", "permission denied", "./job.sh"),
        ("cat: secrets: Permission denied", "permission denied", "secrets"),
        ("git@github.com: Permission denied (publickey).", "login refused", ""),
        ("curl: (6) Could not resolve host: nosuch.invalid", "no such host", ""),
        ("ssh: connect to host db1 port 22: Connection refused", "connection refused", ""),
        ("Error: connect ECONNREFUSED 127.0.0.1:5432", "connection refused", ""),
        ("java.net.UnknownHostException: db1", "no such host", ""),
        ("bash: fork: retry: Resource temporarily unavailable", "too many processes", ""),
        ("ssl.SSLCertVerificationError: certificate verify failed: self-signed certificate", "certificate refused", ""),
        ("FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory", "no memory to be had", ""),
        ("terminate called after throwing an instance of 'std::bad_alloc'", "no memory to be had", ""),
        ("read error on /dev/sdb1: Input/output error", "input/output error", ""),
    ],
)  # fmt: skip
def test_a_detail(text: str, name: str, subject: str) -> None:
    """Its name, and the file where it is one."""
    assert _details(text) == [(name, subject)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "3 connections, all refused to answer politely",
        "no space for a comma",
        "permissions: ok",
        "disk is 80 % used",
    ],
)
def test_no_detail(text: str) -> None:
    """Words alone are none."""
    assert _details(text) == []


def test_each_detail_once() -> None:
    """The reason and its root cause often say the same."""
    assert _details("x: Connection refused", "ConnectionRefusedError: [Errno 111] Connection refused") == [
        ("connection refused", "")
    ]


def test_proofs() -> None:
    """From the limits that the command had, and from what this machine showed afterwards."""
    run = _failed(mount="/mnt (ext4): 0 B of 1 GB free")

    assert details(run, ["Too many open files"]) == (Detail("too many open files", "ulimit -n: 1,024 files"),)
    assert details(run, ["Cannot allocate memory"]) == (
        Detail("no memory to be had", "no limit was set from outside (ulimit -v)"),
    )
    assert details(run, ["x: No space left on device"])[0].proof == "/mnt (ext4): 0 B of 1 GB free"


def test_a_native_backtrace_becomes_frames() -> None:
    """As Sentry orders them, the innermost last; what has no source or is the C library's is not the user's."""
    text = (
        "#0  __pthread_kill_implementation (threadid=..., signo=...) at ./nptl/pthread_kill.c:44\n"
        "#1  0x00007f1 in __GI_abort () at ./stdlib/abort.c:79\n"
        "#2  0x00007f2 in ?? () from /lib/x86_64-linux-gnu/libstdc++.so.6\n"
        "#3  0x000055a in inner (secret=...) at crash.c:2\n"
        "#4  0x000055b in std::vector<int, std::allocator<int> >::at (this=...) at /usr/include/c++/12/bits/stl_vector.h:1154\n"
        "#5  0x000055c in main (c=..., v=...) at crash.c:4\n"
    )
    run = _failed("SIGSEGV", backtrace=text)
    assert run.ending is not None

    (thrown,) = crash(run, run.ending)

    assert (thrown.type, thrown.value) == ("SIGSEGV", "segmentation fault")
    assert [(frame.function, frame.line, frame.in_app) for frame in thrown.frames] == [
        ("main", 4, True),
        ("std::vector<int, std::allocator<int> >::at", 1154, False),
        ("inner", 2, True),
        ("??", 0, False),
        ("__GI_abort", 79, False),
        ("__pthread_kill_implementation", 44, False),
    ]
