"""Commands that lie with status 0: reported as failed, their own status returned unless --strict."""

from __future__ import annotations

from pathlib import Path

import pytest

from sentinel_run.diagnose.cause import diagnose
from tests.process.support import only, run, wrapped

LIES = {
    "fast": (["--fail-if-faster", "1h"], "true", "too fast", "took only"),
    "stderr": (["--fail-on-stderr"], "echo oops >&2", "output on stderr", "wrote to stderr: oops"),
    "match": (["--fail-on-match", "ERR.*full"], "echo fine; echo 'ERR disk full'", "unwanted output", "printed 'ERR disk full'"),
    "match on stderr": (["--fail-on-match", "^ERR"], "echo ERR >&2", "unwanted output", "printed 'ERR'"),
    "match without a line break": (["--fail-on-match", "bad$"], "printf 'so bad'", "unwanted output", "printed 'so bad'"),
    "a class of letters": (["--fail-on-match", "^[éè]$"], "echo é", "unwanted output", "printed 'é'"),
    "no byte of a letter": (["--fail-on-match", "^..$"], "echo é; echo ab", "unwanted output", "printed 'ab'"),
    "a line after two that only match together": (["--fail-on-match", "a[^x]*c"], "echo a; echo c; echo abc", "unwanted output", "printed 'abc'"),
    "in red": (["--fail-on-match", "^ERR"], r"printf 'a\n\033[1;31mERR\033[0m\033[K no rows\n'", "unwanted output", "printed 'ERR no rows'"),
    "no match": (["--fail-without-match", "^done"], "echo almost done", "output missing", "nothing that matches '^done'"),
    "no output": (["--fail-without-match", "."], "true", "output missing", "nothing that matches '.'"),
}  # fmt: skip
TRUTHS = {
    "slow enough": (["--fail-if-faster", "1ms"], "sleep 0.05"),
    "stdout only": (["--fail-on-stderr"], "echo fine"),
    "no such line": (["--fail-on-match", "ERR"], "echo fine"),
    "not across lines": (["--fail-on-match", "a.b"], "echo a; echo b"),
    "not across lines by a class": (["--fail-on-match", "a[^x]c"], "echo a; echo c"),
    "not across lines by blanks": (["--fail-on-match", r"errors:\s*[1-9]"], "echo errors:; echo 17 files"),
    "no line after the last": (["--fail-on-match", "^$"], "echo a"),
    "line breaks of Windows": (["--fail-without-match", "^done$"], r"printf 'done\r\nx\r\n'"),
    "a line in green": (["--fail-without-match", "^done$"], r"printf '\033[32mdone\033[0m\n'"),
    "an escape that is asked for": (["--fail-without-match", r"\x1b\[32m"], r"printf '\033[32mdone\033[0m\n'"),
    "a line that matches": (["--fail-without-match", "^done"], "echo x; echo done; echo y"),
}


@pytest.mark.parametrize("case", LIES)
def test_a_lie_is_a_failure(case: str, state_directory: Path) -> None:
    """Cause and sentence say what was wrong; the command's status stays."""
    options, script, cause, sentence = LIES[case]

    done = run(wrapped("sh", "-c", script, options=options))

    found = diagnose(only(state_directory))
    assert done.returncode == 0
    assert (found.status, found.cause) == ("failed", cause)
    assert sentence in found.sentence


def test_the_line_that_matched_is_the_reason(state_directory: Path) -> None:
    """Not what the command said last, nor where so much came after it that it is not kept."""
    script = "echo 'ERROR: no rows'; seq 300000; echo all done"

    run(wrapped("sh", "-c", script, options=["--fail-on-match", "ERROR", "--name", "job"]))

    found = diagnose(only(state_directory))
    assert found.reason == "ERROR: no rows"
    assert found.sentence == "job ended with exit status 0 but printed 'ERROR: no rows'"


@pytest.mark.parametrize("case", LIES)
def test_strict_ends_with_status_one(case: str) -> None:
    """For callers who only look at the status."""
    options, script, *_ = LIES[case]

    assert run(wrapped("sh", "-c", script, options=[*options, "--strict"])).returncode == 1


@pytest.mark.parametrize("case", TRUTHS)
def test_the_truth_is_believed(case: str, state_directory: Path) -> None:
    """A success stays one, also with --strict."""
    options, script = TRUTHS[case]

    done = run(wrapped("sh", "-c", script, options=[*options, "--strict"]))

    assert done.returncode == 0
    assert diagnose(only(state_directory)).status == "ok"


@pytest.mark.parametrize("case", LIES)
def test_a_failure_is_told_as_itself(case: str, state_directory: Path) -> None:
    """A status that says so already comes first, and strict leaves it alone."""
    options, script, *_ = LIES[case]

    done = run(wrapped("sh", "-c", f"{script}; exit 7", options=[*options, "--strict"]))

    assert done.returncode == 7
    assert diagnose(only(state_directory)).cause == "exit status 7"


def test_stderr_is_told_apart_where_both_are_one_pipe(state_directory: Path) -> None:
    """As under cron, where both streams are the same pipe."""
    done = run(
        [
            "sh",
            "-c",
            '"$@" 2>&1',
            "sh",
            *wrapped("sh", "-c", "echo out; echo err >&2", options=["--fail-on-stderr"]),
        ]
    )

    assert sorted(done.stdout.split()) == [b"err", b"out"]
    assert diagnose(only(state_directory)).cause == "output on stderr"


def test_every_line_is_looked_at(state_directory: Path) -> None:
    """Also those in the middle of much output, which are not kept."""
    script = "seq 100000; echo needle; seq 100000 300000"

    run(wrapped("sh", "-c", script, options=["--fail-on-match", "needle"]))

    facts = only(state_directory)
    assert diagnose(facts).cause == "unwanted output"
    assert not any("needle" in passage.text for passage in facts.output.passages)


def test_a_secret_in_the_line_stays_here(state_directory: Path) -> None:
    """The line that matched is redacted as all output is."""
    run(wrapped("sh", "-c", "echo ERR password=hunter2-hunter2", options=["--fail-on-match", "ERR"]))

    assert "hunter2" not in diagnose(only(state_directory)).sentence


def test_each_attempt_is_judged_alone(work: Path) -> None:
    """What the first one printed is not held against the second."""
    script = "if [ -e second ]; then echo fine; else touch second; echo ERR; fi"

    done = run(
        wrapped(
            "sh",
            "-c",
            script,
            options=["--fail-on-match", "ERR", "--strict", "--retries", "1", "--retry-delay", "0"],
        )
    )

    assert (done.returncode, done.stdout) == (0, b"ERR\nfine\n")


def test_a_bad_pattern_runs_nothing() -> None:
    """Told before the start, with the reason of the engine."""
    done = run(wrapped("echo", "ran", options=["--fail-on-match", "a(b"]))

    assert (done.returncode, done.stdout) == (125, b"")
    assert b"--fail-on-match: 'a(b' is not valid, expected a regular expression (missing )" in done.stderr
