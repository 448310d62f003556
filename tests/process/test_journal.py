"""The journal has the run from its start to its end, for the eyes of its owner only, without secrets."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pytest

from sentinel_run.store import journal
from tests.process.support import (
    PATIENCE_S,
    child,
    ended,
    line,
    only,
    rest,
    run,
    running,
    start,
    text,
    wait_until,
    wrapped,
)

SECRET = "hunter2-very-secret"


def _shelf(state: Path) -> list[str]:
    return sorted(path.name for path in (state / "journal").glob("*"))


def test_running_then_ended(state_directory: Path) -> None:
    """While the command runs there is a locked `.running`, afterwards only an `.ended` of the same run."""
    process = start(wrapped(*child("echo_lines")), stdin=subprocess.PIPE)
    assert line(process) == "ready\n"

    (facts,) = wait_until(lambda: running(state_directory))
    names_before = _shelf(state_directory)
    rest(process)

    run_id = facts.identity.run_id
    assert facts.ending is None
    assert facts.place.wrapper_pid == process.pid
    assert names_before == [f"{run_id}.running"]
    assert _shelf(state_directory) == [f"{run_id}.ended"]
    assert running(state_directory) == []
    assert only(state_directory).identity == facts.identity


def test_busy_command_is_noted_too(state_directory: Path) -> None:
    """A command that never stops writing has its entry as well."""
    process = start(wrapped("yes"))
    assert process.stdout is not None

    def has_entry() -> bool:
        assert process.stdout is not None
        os.read(process.stdout.fileno(), 1 << 20)
        return bool(running(state_directory))

    wait_until(has_entry)

    process.stdout.close()
    assert process.wait(PATIENCE_S) == -signal.SIGPIPE


def test_killed_wrapper_leaves_an_entry_that_nobody_locks(state_directory: Path) -> None:
    """After `kill -9` of us the next one to look finds a run without an end."""
    process = start(wrapped("sh", "-c", "echo $$; exec sleep 60"))
    command = int(line(process))
    wait_until(lambda: running(state_directory))

    process.kill()
    process.wait(PATIENCE_S)
    (found,) = wait_until(lambda: list(journal.found(str(state_directory))))

    assert not found.ended
    facts = journal.read(found)
    assert facts.ending is None
    assert facts.place.pid == command
    assert running(state_directory) == []
    rest(process)


def test_killed_before_its_entry_was_there(state_directory: Path) -> None:
    """The process beside us notes the run in our place; a command that floods us keeps us from doing so at once."""
    process, command = wait_until(lambda: _without_entry_yet(state_directory))

    process.kill()
    process.wait(PATIENCE_S)
    (found,) = wait_until(lambda: list(journal.found(str(state_directory))))

    facts = journal.read(found)
    assert (found.ended, facts.ending, facts.place.pid) == (False, None, command)
    assert (facts.place.parent_pid, facts.command.name) == (os.getpid(), "yes")
    wait_until(lambda: not os.path.exists(f"/proc/{command}"))


def _without_entry_yet(state_directory: Path) -> tuple[subprocess.Popen[bytes], int] | None:
    """A stopped wrapper that has its command and its canary, and nothing in the journal; None if we came too late."""
    process = subprocess.Popen(wrapped("yes"), stdout=subprocess.DEVNULL)
    children = wait_until(lambda: _children(process.pid) if len(_children(process.pid)) == 2 else None)
    process.send_signal(signal.SIGSTOP)
    os.waitid(os.P_PID, process.pid, os.WSTOPPED | os.WNOWAIT)
    if not _shelf(state_directory):
        return process, children[0]
    process.kill()
    process.wait(PATIENCE_S)
    for path in (state_directory / "journal").glob("*"):
        path.unlink()
    return None


def _children(pid: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@pytest.mark.parametrize("umask", ["000", "022", "077", "0777"])
def test_modes_whatever_the_umask(umask: str, state_directory: Path) -> None:
    """Directories are 0700 and files 0600."""
    done = run(["sh", "-c", f'umask {umask}; "$@"', "sh", *wrapped("true")])

    assert done.returncode == 0
    paths = [state_directory, *state_directory.rglob("*")]
    modes = {path.name: path.stat().st_mode & 0o777 for path in paths}
    assert len(ended(state_directory)) == 1
    assert modes == {path.name: 0o700 if path.is_dir() else 0o600 for path in paths}


def test_secrets_are_not_written(state_directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not from argv, not from the output, not the values of secret variables: in no file of ours."""
    monkeypatch.setenv("DB_PASSWORD", SECRET)
    script = f"echo password={SECRET}-2; echo $DB_PASSWORD; echo https://me:{SECRET}-3@host/ >&2"

    done = run(wrapped("sh", "-c", script, "sh", "--token", f"{SECRET}-4", f"--api-key={SECRET}-5"))

    assert done.stdout.count(SECRET.encode()) == 2
    files = [path for path in state_directory.rglob("*") if path.is_file()]
    assert not any(SECRET.encode() in path.read_bytes() for path in files)
    assert "[Filtered]" in text(only(state_directory), "stdout")


def test_secrets_are_not_written_while_it_runs(state_directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor in the entry of a run that is going."""
    monkeypatch.setenv("API_TOKEN", SECRET)
    process = start(wrapped("sh", "-c", f"echo ready; read x; : {SECRET}"), stdin=subprocess.PIPE)
    assert line(process) == "ready\n"
    wait_until(lambda: running(state_directory))

    written = b"".join(path.read_bytes() for path in state_directory.rglob("*") if path.is_file())

    assert SECRET.encode() not in written
    rest(process)


def test_secret_that_comes_in_pieces(state_directory: Path) -> None:
    """Two writes of one line are one line."""
    run(wrapped("sh", "-c", f"printf pass; printf word=; printf {SECRET[:5]}; echo {SECRET[5:]}"))

    assert text(only(state_directory), "stdout") == "password=[Filtered]\n"


def test_many_at_once(state_directory: Path) -> None:
    """Thirty runs at the same time leave thirty entries."""
    processes = [start(wrapped("sh", "-c", f"exit {number}")) for number in range(30)]

    for process in processes:
        rest(process)

    statuses = [facts.ending.exit_status for facts in ended(state_directory) if facts.ending]
    assert sorted(statuses, key=str) == sorted(range(30), key=str)


def test_facts_of_output(state_directory: Path) -> None:
    """Lines, bytes and text by stream, and a time for each read that never goes back."""
    process = start(wrapped(*child("echo_lines")), stdin=subprocess.PIPE)
    assert process.stdin is not None
    assert line(process) == "ready\n"
    for word in ("eins", "zwei"):
        process.stdin.write(f"{word}\n".encode())
        process.stdin.flush()
        line(process)
    rest(process)

    facts = only(state_directory)
    (passage,) = facts.output.passages
    assert (passage.part, passage.stream, passage.text) == ("whole", "stdout", "ready\neins\nzwei\n")
    assert (facts.output.lines, facts.output.bytes, facts.output.dropped) == ({"stdout": 3}, {"stdout": 16}, {})
    times = [at for _, at in passage.marks]
    assert [number for number, _ in passage.marks] == [0, 1, 2]
    assert facts.ending is not None
    assert 0 < times[0] < times[1] < times[2] <= facts.ending.duration_s


def test_facts_of_much_output(state_directory: Path) -> None:
    """Head and tail are kept, the gap is counted, and the two together with it are everything."""
    run(wrapped("seq", "500000"))

    output = only(state_directory).output
    head, tail = output.passages
    assert (head.part, tail.part) == ("head", "tail")
    assert head.text.startswith("1\n2\n3\n")
    assert tail.text.endswith("\n499999\n500000\n")
    assert output.lines == {"stdout": 500000}
    assert output.dropped["stdout"] > 2_000_000
    assert len(head.text) + len(tail.text) < 512 * 1024


def test_facts_of_the_run(state_directory: Path, work: Path) -> None:
    """What ran, where, for how long, and what it used."""
    run(wrapped("sh", "-c", "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done", options=["--name", "counter"]))

    facts = only(state_directory)
    assert facts.command.name == "counter"
    assert facts.command.argv[:2] == ("sh", "-c")
    assert facts.command.cwd == str(work)
    assert facts.usage.user_s > 0
    assert facts.usage.max_rss_bytes > 500_000
    assert facts.ending is not None
    assert facts.ending.duration_s >= facts.usage.user_s * 0.5
    assert abs(facts.ending.at - facts.started_at - facts.ending.duration_s) < 0.001
