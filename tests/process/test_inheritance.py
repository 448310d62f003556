"""The command lives in our caller's world: the same descriptors, directory, limits, signals, group and session."""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
from typing import TYPE_CHECKING

import pytest

from sentinel_run.store.paths import VARIABLE
from tests.process.support import PATIENCE_S, PROGRAM, run, wrapped

if TYPE_CHECKING:
    from pathlib import Path

    from tests.process.conftest import Launch


def _words(command: list[str | bytes]) -> str:
    return shlex.join(os.fsdecode(word) for word in command)


SAME = {
    "process group and session": "cut -d' ' -f5,6 /proc/self/stat",
    "nice": "cut -d' ' -f19 /proc/self/stat",
    "umask": "umask",
    "working directory": "pwd -P",
    "limits": "cat /proc/self/limits",
    "user and groups": "id",
    "signal dispositions": "grep -E '^Sig(Ign|Cgt|Blk):' /proc/self/status",
    "descriptors": "ls /proc/self/fd",
    "scheduling": "grep -E '^(Cpus_allowed|NoNewPrivs|Seccomp|CapEff|CapPrm):' /proc/self/status",
    "namespaces": "readlink /proc/self/ns/*",
    "oom score": "cat /proc/self/oom_score_adj",
    "timer slack": "cat /proc/self/timerslack_ns",
}
AROUND = {
    "plain": "",
    "nice": "nice -n 7 ",
    "umask": "umask 027; ",
    "ulimit": "ulimit -n 99; ulimit -c 0; ulimit -s 4096; ",
    "session": "setsid -w ",
    "ignored": "trap '' HUP INT QUIT USR1 TSTP; ",
    "nohup": "nohup ",
}


@pytest.mark.parametrize("around", AROUND)
def test_world_is_the_same(around: str) -> None:
    """Whatever our caller arranged, the command sees what it would have seen without us."""
    for what, script in SAME.items():
        if around == "session" and "session" in what:
            continue  # A new one for each.
        command = ["sh", "-c", f"exec {script}" if what != "umask" and "*" not in script else script]

        bare = run(["sh", "-c", AROUND[around] + _words(list(command))])
        ours = run(["sh", "-c", AROUND[around] + _words(wrapped(*command))])

        assert (_seen(ours.stdout), ours.stderr) == (_seen(bare.stdout), bare.stderr), what


def _seen(output: bytes) -> bytes:
    """Signals 32 and 33 are glibc's own; its posix_spawn(3) leaves them ignored in what it starts."""
    return re.sub(rb"(?<=:\t)[0-9a-f]{16}", lambda mask: b"%x" % (int(mask[0], 16) & ~0x1_8000_0000), output)


@pytest.mark.parametrize(
    "blocked", [(signal.SIGUSR1,), (signal.SIGTERM, signal.SIGHUP), (signal.SIGCHLD,)], ids=str
)
def test_signal_mask_is_inherited(blocked: tuple[signal.Signals, ...]) -> None:
    """Signals that our caller blocks are blocked for the command, and no others."""
    show = ("grep", "SigBlk", "/proc/self/status")
    outputs = []

    for command in (list(show), wrapped(*show)):
        before = signal.pthread_sigmask(signal.SIG_BLOCK, blocked)
        try:
            process = subprocess.Popen(command, stdout=subprocess.PIPE)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        outputs.append(process.communicate(timeout=PATIENCE_S)[0])

    assert outputs[0] == outputs[1]


@pytest.mark.parametrize("name", ["PIPE", "XFSZ"])
def test_signals_that_python_ignores_are_restored(name: str) -> None:
    """A program gets SIGPIPE and SIGXFSZ with their default action, as from a shell."""
    done = run(wrapped("sh", "-c", f"kill -{name} $$; echo survived"))

    assert (done.returncode, done.stdout) == (-getattr(signal, f"SIG{name}"), b"")


def test_background_job_of_a_script_ignores_interrupts(launch: Launch) -> None:
    """A shell starts `command &` with INT and QUIT ignored; so are they for the command."""
    done = run(["sh", "-c", f"{_words(launch('grep', 'SigIgn', '/proc/self/status'))} & wait"])

    ignored = int(done.stdout.split()[1], 16)
    assert all(ignored >> (number - 1) & 1 for number in (signal.SIGINT, signal.SIGQUIT))


def test_extra_descriptors(launch: Launch) -> None:
    """Descriptor 3 and above are the command's to read and to write."""
    done = run(
        ["sh", "-c", f"{_words(launch('sh', '-c', 'read x <&3; echo $x >&4; echo $x'))} 3<<X 4>copy\nhere\nX\n"]
    )

    assert done.stdout == b"here\n"
    assert open("copy").read() == "here\n"


def test_lock_is_held_by_the_command(launch: Launch) -> None:
    """`flock 9` around us locks for as long as the command lives, and no longer."""
    inner = _words(launch("sh", "-c", "flock -n 8 8>lock && echo free || echo taken"))

    done = run(["bash", "-c", f"( flock 9; {inner} ) 9>lock; flock -n lock echo free"])

    assert done.stdout == b"taken\nfree\n"


def test_lock_is_not_kept_by_what_we_leave_behind(launch: Launch) -> None:
    """A forwarder of ours for a background process that closed the lock does not hold it."""
    closed = "while [ -e /proc/$!/fd/9 ]; do :; done"  # It does so after the fork.
    inner = _words(launch("sh", "-c", f"sleep 50 9>&- & {closed}; echo $!"))

    done = run(["bash", "-c", f"( flock 9; {inner} > out ) 9>lock; flock -n lock echo free; kill $(cat out)"])

    assert done.stdout == b"free\n"


def test_jobserver_of_make(launch: Launch) -> None:
    """A make below us takes its tokens from the make above us."""
    with open("Makefile", "w") as file:
        file.write(f"all:\n\t+@{_words(launch('make', '--no-print-directory', '-f', 'Inner'))}\n")
    with open("Inner", "w") as file:
        file.write("all: a b\na b:\n\t@echo $@\n")

    done = run(["make", "-j2"])

    assert sorted(done.stdout.split()) == [b"a", b"b"]
    assert done.stderr == b""


def test_deleted_working_directory(launch: Launch) -> None:
    """A directory that is gone keeps nobody from working."""
    done = run(
        ["sh", "-c", f"mkdir gone; cd gone; rmdir ../gone; {_words(launch('sh', '-c', 'echo fine; exit 2'))}"]
    )

    assert (done.returncode, done.stdout) == (2, b"fine\n")


def test_user_without_a_name(tmp_path: Path) -> None:
    """A uid that no passwd file knows, as in containers, and no HOME."""
    unnamed = ["setpriv", "--reuid=54321", "--regid=54321", "--clear-groups", "env", "-u", "HOME", "-u", VARIABLE]
    if os.geteuid() or run([*unnamed, *PROGRAM, "--", "true"]).returncode:
        pytest.skip("needs root, and a Python that others may run")

    done = run([*unnamed, *wrapped("sh", "-c", "id -u; exit 5")])

    assert (done.returncode, done.stdout, done.stderr) == (5, b"54321\n", b"")
