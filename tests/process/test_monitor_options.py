"""What is wrong with a monitor is told before anything runs; what can be put right is, with a note."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.process.support import PROGRAM, only, run, wrapped

WRONG = {
    "minute": (["--schedule", "61 * * * *"], b"--schedule: '61 * * * *' is not valid"),
    "reboot": (["--schedule", "@reboot"], b"--schedule: '@reboot' is not valid"),
    "interval": (["--schedule", "every 5 seconds"], b"units of an interval are minute, hour"),
    "zone": (["--timezone", "Mars/Base"], b"--timezone: 'Mars/Base' is not valid"),
    "margin": (["--check-in-margin", "0"], b"expected a whole number of minutes, 1 to 40320"),
    "runtime": (["--max-runtime", "1h"], b"expected a whole number of minutes, 1 to 40320"),
    "a month": (["--max-runtime", "44640"], b"'44640' is not valid"),
    "failures": (["--failure-issue-threshold", "721"], b"expected a whole number, 1 to 720"),
    "successes": (["--recovery-threshold", "0"], b"expected a whole number, 1 to 720"),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_usage_runs_nothing(case: str) -> None:
    """Status 125, one line that says what would be right."""
    options, message = WRONG[case]

    done = run(wrapped("echo", "ran", options=["--monitor", "x", *options]))

    assert (done.returncode, done.stdout) == (125, b"")
    assert message in done.stderr


def test_a_command_taken_for_a_slug_is_told() -> None:
    """Who forgets the `--` learns where the command went."""
    done = run([*PROGRAM, "--monitor", "./backup.sh"])

    assert done.returncode == 125
    assert b"--monitor took './backup.sh' as its slug; put -- before the command" in done.stderr


def test_a_bad_schedule_in_the_environment_costs_a_note(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command runs: only its own flags can be wrong usage."""
    monkeypatch.setenv("SENTINEL_RUN_SCHEDULE", "61 * * * *")

    done = run(wrapped("echo", "ran", options=["-v", "--monitor", "x"]))

    assert (done.returncode, done.stdout) == (0, b"ran\n")
    assert b"SENTINEL_RUN_SCHEDULE" in done.stderr


NOTES = {
    "slug": (["--monitor", "My Job"], b"Sentry takes no slug 'My Job'; it is 'my-job'"),
    "no schedule": (
        ["--monitor", "x", "--check-in-margin", "5"],
        b"--check-in-margin: has no effect without --schedule",
    ),
    "alone": (["--schedule", "@daily"], b"--schedule: has no effect without --monitor"),
}


@pytest.mark.parametrize("case", NOTES)
def test_notes(case: str, state_directory: Path) -> None:
    """What has no effect, or another one than written, is told to who asks, and kept with the run."""
    options, message = NOTES[case]

    done = run(wrapped("true", options=["-v", *options]))

    assert done.returncode == 0
    assert message in done.stderr
    assert [message in note.encode() for note in only(state_directory).notes] == [True]


def test_dry_run_shows_the_next_times() -> None:
    """Slug, zone and the next three moments, before anybody trusts the line."""
    options = ["--monitor", "--schedule", "30 2 * * *", "--timezone", "Asia/Tokyo", "--dry-run"]

    shown = run(wrapped("/opt/Back_Up.sh", options=options)).stdout.decode().splitlines()

    moments = [line for line in shown if line.startswith("next: ")]
    assert "checks in with: back_up-sh" in shown
    assert len(moments) == 3
    assert all(moment.endswith("02:30 JST (+0900)") for moment in moments)


def test_a_file_switches_monitors_on(work: Path, state_directory: Path) -> None:
    """`monitor = true` stands for the command's name."""
    (work / "sentinel-run.toml").write_text("monitor = true\n")

    run(wrapped("sh", "-c", "exec true"))

    monitor = only(state_directory).monitor
    assert monitor is not None
    assert monitor.slug == "true"
