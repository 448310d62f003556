"""Runs of one name and user, several at once: each policy of --overlap, and nobody forgotten."""

from __future__ import annotations

import os
import signal
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from sentinel_run.diagnose.cause import diagnose
from tests.process.support import ended, line, marked, open_files, rest, run, running, start, wait_until, wrapped

# Takes a folder that nobody else may have meanwhile; tells when it was not alone.
ALONE = "mkdir busy || { echo collision; exit 9; }; sleep 0.02; rmdir busy; echo done"
# The same, but cleans up whenever it is stopped: between the folder and the trap nothing may come.
STOPPABLE = "trap 'rmdir busy; exit 143' TERM; mkdir busy || { echo collision; exit 9; }; sleep 0.5 & wait; rmdir busy; echo done"


def _twenty(script: str, policy: str) -> list[tuple[int, str]]:
    processes = [
        start(wrapped("sh", "-c", script, options=["--name", "job", "--overlap", policy])) for _ in range(20)
    ]
    outputs = [rest(process) for process in processes]
    return [(process.returncode, output) for process, output in zip(processes, outputs, strict=True)]


def _statuses(state: Path) -> Counter[str]:
    return Counter(diagnose(facts).status for facts in ended(state))


def test_skip_lets_one_run(work: Path, state_directory: Path) -> None:
    """Twenty at once: never two together, the others end with status 0, and all are in the history."""
    results = _twenty(ALONE.replace("0.02", "2"), "skip")

    statuses = _statuses(state_directory)
    assert {output for _, output in results} <= {"done\n", ""}
    assert all(status == 0 for status, _ in results)
    assert sum(output == "done\n" for _, output in results) == statuses["ok"] >= 1
    assert statuses["skipped"] == 20 - statuses["ok"] >= 1


def test_wait_lets_all_run_one_by_one(work: Path, state_directory: Path) -> None:
    """Twenty at once: each runs, none beside another."""
    results = _twenty(ALONE, "wait")

    assert results == [(0, "done\n")] * 20
    assert _statuses(state_directory) == {"ok": 20}


def test_stop_older_lets_the_newest_win(work: Path, state_directory: Path) -> None:
    """Twenty at once: never two together, at least one ends well, and each is accounted for."""
    results = _twenty(STOPPABLE, "stop-older")

    assert "collision\n" not in [output for _, output in results]
    assert any(output == "done\n" for _, output in results)
    assert sum(_statuses(state_directory).values()) == 20


@pytest.mark.parametrize("trap", ["", "trap 'exit 5' TERM; "])
def test_a_stopped_run_knows_which_one_took_its_place(trap: str, state_directory: Path) -> None:
    """Also where the command makes an exit status of the signal."""
    options = ["--name", "job", "--overlap", "stop-older"]
    older = start(wrapped("sh", "-c", f"{trap}echo ready; while :; do sleep 0.1; done", options=options))
    assert line(older) == "ready\n"

    run(wrapped("true", options=options))

    rest(older)
    stopped, newer = sorted(ended(state_directory), key=lambda facts: facts.started_at)
    assert diagnose(stopped).reason == f"run {newer.identity.run_id[:8]} of that name took its place"
    assert diagnose(stopped).sentence.endswith(diagnose(stopped).reason)


def test_allow_is_the_default(work: Path) -> None:
    """Without the option nobody looks for others."""
    first = start(wrapped("sh", "-c", "echo ready; read x", options=["--name", "job"]), stdin=subprocess.PIPE)
    assert line(first) == "ready\n"

    assert run(wrapped("echo", "too", options=["--name", "job"])).stdout == b"too\n"

    rest(first)


@pytest.fixture
def holder(state_directory: Path) -> subprocess.Popen[bytes]:
    """A run that has the turn."""
    process = start(
        wrapped("sh", "-c", "echo ready; read x; exit 0", options=["--name", "job", "--overlap", "skip"]),
        stdin=subprocess.PIPE,
    )
    assert line(process) == "ready\n"
    return process


def test_skipped_says_why(holder: subprocess.Popen[bytes], state_directory: Path) -> None:
    """The pid of the one that is going, on stderr for who asks, and in the history."""
    done = run(wrapped("echo", "no", options=["-v", "--name", "job", "--overlap", "skip"]))

    (facts,) = ended(state_directory)
    assert (done.returncode, done.stdout) == (0, b"")
    assert f"pid {holder.pid}".encode() in done.stderr
    assert diagnose(facts).sentence == f"job was skipped: a run of that name is still going (pid {holder.pid})"
    rest(holder)


def test_another_name_does_not_wait(holder: subprocess.Popen[bytes]) -> None:
    """The turn is a name's."""
    assert run(wrapped("echo", "yes", options=["--name", "other", "--overlap", "skip"])).stdout == b"yes\n"
    rest(holder)


@pytest.fixture
def careless(state_directory: Path) -> subprocess.Popen[bytes]:
    """A run of the same name that was started without the option, as by hand."""
    process = start(
        wrapped("sh", "-c", "echo ready; read x; exit 0", options=["--name", "job"]), stdin=subprocess.PIPE
    )
    assert line(process) == "ready\n"
    wait_until(lambda: running(state_directory))
    return process


def test_skip_looks_for_all_runs(careless: subprocess.Popen[bytes]) -> None:
    """Also for one that regards no other; afterwards there is none."""
    again = wrapped("echo", "no", options=["-v", "--name", "job", "--overlap", "skip"])

    done = run(again)
    rest(careless)

    assert (done.returncode, done.stdout) == (0, b"")
    assert f"still going (pid {careless.pid})".encode() in done.stderr
    assert run(again).stdout == b"no\n"


def test_wait_waits_for_all_runs(careless: subprocess.Popen[bytes]) -> None:
    """Also for one that regards no other."""
    waiting = start(wrapped("echo", "then", options=["--name", "job", "--overlap", "wait"]))
    wait_until(lambda: "pidfd" in open_files(waiting.pid))
    assert waiting.poll() is None

    rest(careless)

    assert rest(waiting) == "then\n"


def test_stop_older_stops_all_runs(careless: subprocess.Popen[bytes]) -> None:
    """Also one that regards no other."""
    done = run(wrapped("echo", "newer", options=["--name", "job", "--overlap", "stop-older"]))

    rest(careless)
    assert done.stdout == b"newer\n"
    assert careless.returncode == -signal.SIGTERM


def test_a_run_that_stopped_others_is_not_its_own_successor(
    careless: subprocess.Popen[bytes], state_directory: Path
) -> None:
    """When it is stopped itself, by somebody outside, nobody has taken its place."""
    script = "echo ready; while :; do sleep 0.1; done"
    newer = start(wrapped("sh", "-c", script, options=["--name", "job", "--overlap", "stop-older"]))
    assert line(newer) == "ready\n"
    rest(careless)

    newer.send_signal(signal.SIGTERM)
    rest(newer)

    assert [facts.ending.successor for facts in ended(state_directory) if facts.ending] == ["", ""]


@pytest.mark.parametrize("policy", ["skip", "wait", "stop-older"])
@pytest.mark.parametrize("outer", [["--overlap", "allow"], None], ids=["allow", "same"])
def test_a_run_inside_one_of_its_name(policy: str, outer: list[str] | None) -> None:
    """As with the option in a config file: the inner one waits for no end that can only come after its own."""
    own = ["--overlap", policy]
    inner = wrapped("echo", "inside", options=[*own, "--name", "job"])

    done = run(wrapped(*inner, options=[*(outer or own), "--name", "job"]))

    assert (done.returncode, done.stdout) == (0, b"inside\n")


def test_runs_inside_one_of_their_name_regard_each_other() -> None:
    """Two of them at once within a third: one does its work, the other is skipped."""
    inner = " ".join(
        map(str, wrapped("sh", "-c", "'echo once; sleep 2'", options=["--name", "job", "--overlap", "skip"]))
    )

    done = run(wrapped("sh", "-c", f"{inner} & {inner}; wait", options=["--name", "job", "--overlap", "skip"]))

    assert done.stdout == b"once\n"


def test_a_killed_wrapper_frees_the_turn(holder: subprocess.Popen[bytes], state_directory: Path) -> None:
    """`kill -9` of us while we hold it: the kernel frees it, whatever the command does."""
    wait_until(lambda: running(state_directory))
    (facts,) = running(state_directory)
    holder.kill()
    holder.wait()

    done = run(wrapped("echo", "next", options=["--name", "job", "--overlap", "skip"]))

    assert done.stdout == b"next\n"
    for pid in marked(f"SENTINEL_RUN_ID={facts.identity.run_id}"):
        os.kill(pid, signal.SIGKILL)


def test_what_the_command_leaves_behind_holds_nothing(state_directory: Path) -> None:
    """A daemon started by the job lives on; the next run begins all the same."""
    options = ["--name", "job", "--overlap", "skip"]
    first = run(wrapped("sh", "-c", "setsid sleep 30 >/dev/null 2>&1 & echo $!", options=options))

    second = run(wrapped("echo", "next", options=options))

    assert second.stdout == b"next\n"
    os.kill(int(first.stdout), signal.SIGKILL)


def test_waiting_can_be_interrupted(holder: subprocess.Popen[bytes], state_directory: Path) -> None:
    """A run that waits dies of the signal, without having started, and that is in the history."""
    waiting = start(wrapped("echo", "never", options=["--name", "job", "--overlap", "wait"]))
    # It has the lock's file in hand once it waits.
    wait_until(lambda: "pipe:" in open_files(waiting.pid))
    wait_until(lambda: "pidfd" in open_files(waiting.pid))

    waiting.send_signal(signal.SIGTERM)
    output = rest(waiting)

    (facts,) = ended(state_directory)
    assert (waiting.returncode, output) == (-signal.SIGTERM, "")
    assert facts.ending is not None
    assert (facts.ending.interrupted_by, diagnose(facts).status) == ("SIGTERM", "skipped")
    rest(holder)


def test_an_older_run_that_ignores_term_is_killed(state_directory: Path) -> None:
    """After --kill-after its processes are; its sentinel-run lives to tell of it."""
    script = "trap '' TERM; echo ready; while :; do sleep 1; done"
    older = start(wrapped("sh", "-c", script, options=["--name", "job", "--overlap", "stop-older"]))
    assert line(older) == "ready\n"

    options = ["--name", "job", "--overlap", "stop-older", "--kill-after", "300ms"]
    done = run(wrapped("echo", "newer", options=options))

    rest(older)
    assert done.stdout == b"newer\n"
    assert older.returncode == -signal.SIGKILL
    assert sorted(diagnose(facts).status for facts in ended(state_directory)) == ["failed", "ok"]


def test_an_unusable_state_directory_lets_the_command_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No lock can be had, and no job is lost for it; who asks is told."""
    (tmp_path / "file").write_text("no directory")
    monkeypatch.setenv("SENTINEL_RUN_STATE_DIR", str(tmp_path / "file" / "state"))

    done = run(wrapped("echo", "ran", options=["-v", "--overlap", "skip"]))

    assert (done.returncode, done.stdout) == (0, b"ran\n")
    assert b"without regard to other runs" in done.stderr


def test_splay_is_the_same_each_time(work: Path) -> None:
    """A part of the time, by host, user and command; it does not count as the command's own."""
    from sentinel_run import options, planning, turn

    def share(*command: str) -> float:
        plan = planning.make(options.read(["--splay", "1h", "--", *command]), dict(os.environ))
        return turn.splay_s(plan)

    shares = [share("job", str(number)) for number in range(50)]
    assert shares == [share("job", str(number)) for number in range(50)]
    assert all(0 <= each < 3600 for each in shares)
    assert max(shares) - min(shares) > 1800


def test_splay_can_be_interrupted(state_directory: Path) -> None:
    """TERM while we wait ends us before the command has begun."""
    process = start(wrapped("echo", "never", options=["--splay", "300d"]))
    # Once signals are caught, the pipe that wakes us is there.
    wait_until(lambda: "pipe:" in open_files(process.pid))

    process.send_signal(signal.SIGTERM)

    assert rest(process) == ""
    assert process.returncode == -signal.SIGTERM


def test_splay_then_the_command(work: Path) -> None:
    """It does start."""
    assert run(wrapped("echo", "ran", options=["--splay", "50ms"])).stdout == b"ran\n"
