"""`sentinel-run crontab` shows what it will do, asks, and touches nothing else."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pexpect
import pytest

from tests.cli.support import complaint, ours, said, uncoloured
from tests.process.support import PATIENCE_S, PROGRAM

TABLE = "# mine\nMAILTO=me\n\n*/5 * * * *  /opt/sync.sh >/dev/null\n0 3 * * * cd /srv && ./dump | gzip > x-$(date +\\%F)\n"
FAKE_CRONTAB = """#!/bin/sh
# A crontab(1) with its table beside it.
table=$0.table
[ "$1" != -u ] || { table=$0.$2; shift 2; }
case $1 in
-l) cat "$table" 2>/dev/null || { echo "no crontab for me" >&2; exit 1; } ;;
-) cat > "$table" ;;
esac
"""


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """A crontab in a file."""
    path = tmp_path / "table"
    path.write_text(TABLE)
    return path


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's own crontab, behind a crontab program."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "crontab").write_text(FAKE_CRONTAB)
    (folder / "crontab").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    path = folder / "crontab.table"
    path.write_text(TABLE)
    return path


def test_wraps_and_undoes_a_file(table: Path) -> None:
    """Each job once, mode kept, and the same bytes again after undo."""
    table.chmod(0o640)

    shown = said("crontab", "--yes", str(table))
    wrapped = table.read_text()
    again = said("crontab", "--yes", str(table))
    said("crontab", "--undo", "--yes", str(table))

    assert "2 jobs changed" in shown
    assert wrapped.count("sentinel-run --monitor") == 2
    assert f"{PROGRAM[0]} --monitor sync-sh --schedule '*/5 * * * *'" in wrapped
    assert "nothing to change" in again
    assert table.read_text() == TABLE
    assert table.stat().st_mode & 0o777 == 0o640


def test_a_second_time_after_an_edit(table: Path) -> None:
    """Somebody has given a wrapped job other times: its monitor learns of them, and of nothing else."""
    said("crontab", "--yes", str(table))
    table.write_text(table.read_text().replace("*/5 * * * *  ", "*/10 * * * *  "))

    shown = said("crontab", "--yes", str(table))

    assert "1 job changed" in shown
    assert "*/10 * * * *  " in table.read_text()
    assert "--monitor sync-sh --schedule '*/10 * * * *'" in table.read_text()


def test_the_users_own_goes_through_crontab(own: Path) -> None:
    """Read by `crontab -l`, written by `crontab -`."""
    said("crontab", "--yes")
    wrapped = own.read_text()
    said("crontab", "--undo", "--yes")

    assert wrapped.count("sentinel-run --monitor") == 2
    assert own.read_text() == TABLE


def test_the_crontab_of_another_user(own: Path) -> None:
    """Read and written by `crontab -u`, and nobody else's."""
    theirs = own.with_suffix(".root")
    theirs.write_text("0 4 * * * /opt/theirs\n")

    shown = said("crontab", "-u", "root", "--yes")

    assert "the crontab of root: 1 job changed" in shown
    assert "--monitor theirs " in theirs.read_text()
    assert own.read_text() == TABLE
    assert "no crontab for me" in complaint("crontab", "--user", "bin", status=1)
    assert "--user is for a crontab without FILE" in complaint("crontab", "--user", "bin", str(own), status=125)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become nobody")
def test_another_user_who_cannot_run_us(own: Path, tmp_path: Path) -> None:
    """The job would end with 126 before it began."""
    theirs = own.with_suffix(".nobody")
    theirs.write_text("0 4 * * * /opt/theirs\n")
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    (closed / "sentinel-run").symlink_to(PROGRAM[0])

    done = subprocess.run(
        [closed / "sentinel-run", "crontab", "-u", "nobody", "--yes"], capture_output=True, check=False
    )

    assert b"left as it is, because nobody cannot run " in done.stderr
    assert theirs.read_text() == "0 4 * * * /opt/theirs\n"


def test_without_anybody_to_ask_nothing_changes(table: Path) -> None:
    """The difference is shown; the status tells that it was not made."""
    done = ours("crontab", str(table))

    assert done.returncode == 1
    assert b"+*/5 * * * *  " in done.stdout
    assert b"try --yes" in done.stderr
    assert table.read_text() == TABLE


@pytest.mark.parametrize(("answer", "status"), [("y", 0), ("n", 1)])
def test_asks_at_a_terminal_and_shows_colours(answer: str, status: int, table: Path) -> None:
    """Red and green first, then the question; no is no."""
    child = pexpect.spawn(
        str(PROGRAM[0]),
        [*PROGRAM[1:], "crontab", str(table)],
        timeout=PATIENCE_S,
        encoding="utf-8",
        dimensions=(40, 250),
    )
    child.expect(r"Change 2 jobs of .*\? \[y/N\]: ")
    before = child.before or ""
    child.sendline(answer)
    child.expect(pexpect.EOF)
    child.close()

    assert child.exitstatus == status
    assert "\x1b[32m+" in before
    assert "\x1b[31m-" in before
    assert "sentinel-run --monitor" in uncoloured(before)
    assert ("sentinel-run" in table.read_text()) == (answer == "y")


def test_what_changes_while_we_ask_is_not_lost(table: Path) -> None:
    """Somebody else edits the crontab before the answer comes."""
    child = pexpect.spawn(
        str(PROGRAM[0]), [*PROGRAM[1:], "crontab", str(table)], timeout=PATIENCE_S, encoding="utf-8"
    )
    child.expect(r"Change 2 jobs")
    edited = TABLE + "0 4 * * * /opt/new.sh\n"
    table.write_text(edited)
    child.sendline("y")
    child.expect("has changed in the meantime")
    child.expect(pexpect.EOF)
    child.close()

    assert child.exitstatus == 1
    assert table.read_text() == edited


def test_the_zone_of_this_shell_is_not_crons(table: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """cron was started without it; a note says which one counts."""
    monkeypatch.setenv("TZ", "Asia/Kathmandu")

    done = ours("crontab", "--write", "-", str(table))

    assert b"Kathmandu -- " not in done.stdout
    assert b"as cron has them: TZ=Asia/Kathmandu is this shell's alone" in done.stderr


@pytest.mark.skipif(
    os.geteuid() != 0 or not shutil.which("unshare"), reason="only root has a process 1 of its own"
)
def test_the_zone_of_a_whole_container_is_crons(table: Path) -> None:
    """There TZ is given to process 1, and cron has it from there."""
    inside = ["sh", "-c", f"env -u TZ {' '.join(PROGRAM)} crontab --write - {table}; true"]

    done = subprocess.run(
        ["unshare", "--pid", "--fork", "--mount-proc", *inside],
        env={**os.environ, "TZ": "/usr/share/zoneinfo/Asia/Kathmandu"},
        capture_output=True,
        check=True,
    )

    assert done.stdout.count(b" --timezone Asia/Kathmandu -- ") == 2
    assert b"zone" not in done.stderr


def test_write_leaves_the_original_alone(table: Path, tmp_path: Path) -> None:
    """To another file, or to stdout, without a question."""
    printed = said("crontab", "--write", "-", str(table))
    said("crontab", "--write", str(tmp_path / "new"), str(table))

    assert printed.count("sentinel-run --monitor") == 2
    assert (tmp_path / "new").read_text() == printed
    assert table.read_text() == TABLE


def test_system_tables_have_a_user_column(table: Path) -> None:
    """After the times comes the user, who stays where he is."""
    table.write_text("17 * * * * root cd / && run-parts /etc/cron.hourly\n")

    printed = said("crontab", "--user-column", "--write", "-", str(table))

    assert re.match(
        r"17 \* \* \* \* root \S+sentinel-run --monitor run-parts .* -- sh -c 'cd / && run-parts", printed
    )


def test_a_table_that_is_written_like_the_systems(table: Path) -> None:
    """A file of a package or an image has the column too; taken for a command, a user would be started."""
    system = "# of an image\n17 * * * * root cd / && x\n@daily\tnosuchuser\t/opt/y\n"
    table.write_text(system)

    said("crontab", "--yes", str(table))
    wrapped = table.read_text()
    said("crontab", "--undo", "--yes", str(table))

    assert re.search(r"\* root \S+sentinel-run .* -- sh -c 'cd / && x'\n", wrapped)
    assert re.search(r"@daily\tnosuchuser\t\S+sentinel-run ", wrapped)
    assert table.read_text() == system


@pytest.mark.parametrize("command", ["env root", "root", "sh -c x"])
def test_a_table_of_a_user_without_users(command: str, table: Path) -> None:
    """One command that is none of a user's says that there is no such column."""
    table.write_text(f"0 1 * * * root /opt/x\n0 2 * * * {command}\n")

    printed = said("crontab", "--write", "-", str(table))

    assert f" -- {command}\n" in printed
    assert "0 1 * * * root" not in printed


def test_jobs_of_two_tables_have_two_monitors(table: Path, tmp_path: Path) -> None:
    """Jobs of one name in one call would overwrite each other's schedule, also what is wrapped already."""
    other = tmp_path / "other"
    table.write_text("0 1 * * * /opt/a/backup.sh\n")
    other.write_text("0 2 * * * /opt/b/backup.sh\n")
    said("crontab", "--yes", str(other))

    said("crontab", "--yes", str(table), str(other))

    assert "--monitor backup-sh-2 --schedule '0 1 * * *'" in table.read_text()
    assert "--monitor backup-sh --schedule '0 2 * * *'" in other.read_text()


def test_bytes_that_are_no_text_stay(table: Path) -> None:
    """A crontab may be in any encoding."""
    content = b"# caf\xe9\r\n0 1 * * * echo \xff\xfe\r\n"
    table.write_bytes(content)

    said("crontab", "--yes", str(table))
    wrapped = table.read_bytes()
    said("crontab", "--undo", "--yes", str(table))

    assert b"# caf\xe9\r\n" in wrapped
    assert table.read_bytes() == content


def test_what_is_shown_cannot_play_with_the_terminal(table: Path) -> None:
    """Root decides by the difference: a user's crontab must not hide a job in it."""
    table.write_text("0 1 * * *\t/opt/evil\x1b[2K\x1b[1A\r\n\x1b[31mH * * * * x\n")

    done = ours("crontab", str(table))

    assert b"\x1b" not in done.stdout + done.stderr
    assert b"-0 1 * * *\t/opt/evil\\x1b[2K\\x1b[1A\\r\n" in done.stdout
    assert b"\\x1b[31mH * * * * x" in done.stderr


def test_only_on_failure_is_put_into_the_lines(table: Path) -> None:
    """For those whose cron mails every word."""
    said("crontab", "--only-on-failure", "--yes", str(table))
    wrapped = table.read_text()
    said("crontab", "--undo", "--yes", str(table))

    assert wrapped.count(" --only-on-failure -- ") == 2
    assert table.read_text() == TABLE


def test_a_dsn_of_this_shell_is_told(table: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cron does not know it, so the jobs would report to nobody."""
    monkeypatch.setenv("SENTRY_DSN", "https://key@sentry.example.com/42")

    done = ours("crontab", "--yes", str(table))

    assert b"SENTRY_DSN is known to this shell only" in done.stderr


def test_what_cannot_be_read_is_one_line(tmp_path: Path, own: Path) -> None:
    """A missing file, a user without a crontab."""
    own.unlink()

    assert "No such file" in complaint("crontab", str(tmp_path / "none"), status=1)
    assert "no crontab for me" in complaint("crontab", status=1)


# Each prints something that a changed word, quote, variable or percent sign would change.
