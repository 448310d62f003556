"""`sentinel-run crontab` shows what it will do, asks, and touches nothing else."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pexpect
import pytest

from sentinel_run.errors import SentinelError
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
COMMANDS = [
    "echo a  b 'c  d' \"e  f\"",
    "echo $HOME \"$HOME\" '$HOME' $((1 + 2))",
    "A=1 B='2 3' sh -c 'echo $A $B'",
    "A=\"x y\" B=2 sh -c 'echo $A $B'",
    "A=1 B=x\\ y C=${C:-z} sh -c 'echo $A $B $C'",
    'PATH="$PATH:/opt" printenv PATH',
    "\\cd / && pwd; 'cd' /",
    "printf '[%s]' a\\ ",
    "echo one; echo two >&2; exit 3",
    "false || echo no && echo yes",
    "echo a | tr a b",
    "cd / && pwd",
    "for x in 1 2 3; do echo $x; done",
    "printf '%s.' *",
    "echo it\\'s \"it's\" 'it'\\''s'",
    "cat < /etc/hostname > /dev/null; echo done",
    "echo err >&2 2>&1",
    "(exit 7)",
    "kill -0 $$ && echo alive",
    "kill -l 15",
    "echo -e 'a\\tb'",
    "echo 'a\\tb'",
    "printf '%b\\n' 'a\\tb'",
    "test 1 -eq 2",
    "break",
    "echo `echo inner` $(echo other)",
    "echo a\\ b # a comment",
    "{ echo x; echo y; } | sort -r",
    "test -d / && exit 5",
    "sh -c 'echo inner; exit 4'",
    "no-such-program-anywhere",
]


@pytest.mark.parametrize("command", COMMANDS)
def test_the_wrapped_line_does_the_same(command: str, tmp_path: Path) -> None:
    """Same output on both streams, same status, in the shell that cron would start."""
    table = tmp_path / "table"
    table.write_text(f"* * * * * {command}".replace("%", "\\%") + "\n")
    said("crontab", "--yes", str(table))
    wrapped = table.read_text().partition("* * * * * ")[2].rstrip("\n").replace("\\%", "%")

    bare, ran = (
        subprocess.run(["/bin/sh", "-c", line], capture_output=True, check=False) for line in (command, wrapped)
    )

    assert "sentinel-run" in wrapped
    assert ran.stdout == bare.stdout
    assert ran.returncode == bare.returncode
    if b"not found" not in bare.stderr:
        assert ran.stderr == bare.stderr


def test_a_function_of_the_shells_own_file(tmp_path: Path) -> None:
    """bash reads what BASH_ENV names before each job, and no program has the name of a function in it."""
    table, env = tmp_path / "table", tmp_path / "jobs.bash"
    env.write_text("nightly() { echo nightly $1; return 4; }\n")
    table.write_text(f"SHELL=/bin/bash\nBASH_ENV={env}\n* * * * * nightly full\n")
    said("crontab", "--yes", str(table))
    wrapped = table.read_text().partition("* * * * * ")[2].rstrip("\n")

    ran = subprocess.run(
        ["/bin/bash", "-c", wrapped], env={**os.environ, "BASH_ENV": str(env)}, capture_output=True, check=False
    )

    assert (ran.returncode, ran.stdout) == (4, b"nightly full\n")


SERVICE = "[Service]\nType=oneshot\nExecStart=-/opt/backup.sh \\\n  --full\n"


def _drop_in(folder: Path, unit: str = "backup.service", **files: str) -> str:
    """The drop-in for a unit, from files named `backup_timer` for backup.timer."""
    from sentinel_run.crontabs import units

    for name, text in {"backup_service": SERVICE, **files}.items():
        path = folder / re.sub(r"_(?=service|timer)", ".", name).replace("__", ".d/")
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return units.drop_in(unit, "/usr/bin/sentinel-run", "UTC", [str(folder)])


def test_a_drop_in_for_systemd(tmp_path: Path) -> None:
    """The service's own command behind us, with the times of its timer and how late it may be."""
    made = _drop_in(tmp_path, backup_timer="[Timer]\nOnCalendar=*-*-* 03:05\nRandomizedDelaySec=1h\n")

    assert made.splitlines() == [
        "# /etc/systemd/system/backup.service.d/sentinel-run.conf",
        "[Service]",
        "ExecStart=",
        "ExecStart=-/usr/bin/sentinel-run --monitor backup --schedule '5 3 * * *' --timezone UTC"
        " --check-in-margin 62 -- /opt/backup.sh  --full",
    ]


def test_a_timer_whose_times_sentry_does_not_know(tmp_path: Path) -> None:
    """The drop-in says why it has no monitor."""
    made = _drop_in(tmp_path, backup_timer="[Timer]\nOnBootSec=5min\n")

    assert "# No monitor, because Sentry knows no such times" in made
    assert "ExecStart=-/usr/bin/sentinel-run -- /opt/backup.sh" in made


def test_what_was_edited_of_a_unit_counts(tmp_path: Path) -> None:
    """`systemctl edit` makes drop-ins; ours, from an earlier time, is none of the service's own."""
    made = _drop_in(
        tmp_path,
        backup_timer="[Timer]\nOnCalendar=daily\n",
        **{
            "backup_timer__override.conf": "[Timer]\nOnCalendar=\nOnCalendar=*-*-* 04:00 Europe/Berlin\n",
            "backup_service__10-args.conf": "[Service]\nExecStart=\nExecStart=/opt/backup.sh --quick",
            "backup_service__sentinel-run.conf": "[Service]\nExecStart=\nExecStart=sentinel-run -- /opt/backup.sh\n",
        },
    )

    assert (
        "--schedule '0 4 * * *' --timezone Europe/Berlin --check-in-margin 2 -- /opt/backup.sh --quick\n" in made
    )


def test_a_service_of_several_commands(tmp_path: Path) -> None:
    """They run one after the other; checking in with one monitor each would be a run too many."""
    made = _drop_in(
        tmp_path,
        backup_service="[Service]\nType=oneshot\nExecStart=+/opt/a\nExecStart=/opt/b\nExecStart=/opt/c\n",
        backup_timer="[Timer]\nOnCalendar=daily\n",
    )

    found = re.findall(r"(?m)^ExecStart=\+?\S+ --monitor (\S+) .* (/opt/\w)$", made)
    assert found == [("backup", "/opt/a"), ("backup-2", "/opt/b"), ("backup-3", "/opt/c")]


@pytest.mark.parametrize(
    ("start", "complaint"),
    [
        ("-", "ExecStart=- has no command"), ("@/opt/x y", "gives its program another name"),
        ('-"/usr/bin/sentinel-run" -- x', "runs under sentinel-run already"), ("", "has no ExecStart"),
    ],
)  # fmt: skip
def test_a_service_that_cannot_be_wrapped(start: str, complaint: str, tmp_path: Path) -> None:
    """One line says why, and nothing is printed that systemd would refuse."""
    with pytest.raises(SentinelError, match=complaint):
        _drop_in(tmp_path, backup_service=f"[Service]\nExecStart={start}\n")


def test_a_program_with_a_name_like_ours(tmp_path: Path) -> None:
    """It is none of ours."""
    made = _drop_in(tmp_path, backup_service="[Service]\nExecStart=/opt/sentinel-run-cleanup.sh\n")

    assert made.endswith("sentinel-run -- /opt/sentinel-run-cleanup.sh\n")


def test_a_timer_that_starts_another_service(tmp_path: Path) -> None:
    """Its `Unit=` says which; a service of the timer's own name is not the one it starts."""
    timer = "[Timer]\nOnCalendar=hourly\nUnit=backup.service\n"

    made = _drop_in(
        tmp_path, "nightly.timer", nightly_timer=timer, nightly_service="[Service]\nExecStart=/opt/n\n"
    )
    other = _drop_in(tmp_path, "nightly.service")

    assert made.startswith("# /etc/systemd/system/backup.service.d/")
    assert "--monitor backup --schedule '@hourly'" in made
    assert "ExecStart=/usr/bin/sentinel-run -- /opt/n\n" in other


def test_an_instance_of_a_template(tmp_path: Path) -> None:
    """Its text is the template's, and the drop-in its own."""
    made = _drop_in(
        tmp_path,
        "dump@shop.timer",
        **{
            "dump@_service": "[Service]\nExecStart=/opt/dump %i\n",
            "dump@_timer": "[Timer]\nOnCalendar=daily\n",
            "dump@shop_timer__x.conf": "[Timer]\nAccuracySec=5min 20s\n",
        },
    )

    assert made.startswith("# /etc/systemd/system/dump@shop.service.d/")
    assert "--monitor dump-shop --schedule '@daily' --timezone UTC --check-in-margin 7 -- /opt/dump %i\n" in made


@pytest.mark.parametrize(
    ("service", "access"),
    [
        ("Type=notify", True), ("Type=notify\nNotifyAccess=main", True), ("Type=notify\nNotifyAccess=all", False),
        ("Type=notify-reload", True), ("Type=oneshot", False),
    ],
)  # fmt: skip
def test_a_service_that_says_when_it_is_ready(service: str, access: bool, tmp_path: Path) -> None:
    """We are its main process, and it is our child: systemd would not listen to it, and give the start up."""
    from sentinel_run.crontabs import units

    (tmp_path / "x.service").write_text(f"[Service]\n{service}\nExecStart=/opt/x\n")

    made = units.drop_in("x.service", "/usr/bin/sentinel-run", "UTC", [str(tmp_path)])

    assert ("\nNotifyAccess=all\n" in made) == access


def test_a_comment_between_the_lines_of_a_command(tmp_path: Path) -> None:
    """systemd takes it out, and goes on with the next line."""
    from sentinel_run.crontabs import units

    text = "[Service]\n# ExecStart=/opt/old\nExecStart=/opt/x \\\n  --a \\\n  # why\n; and\n  --b\n"
    (tmp_path / "x.service").write_text(text)

    made = units.drop_in("x.service", "/usr/bin/sentinel-run", "UTC", [str(tmp_path)])

    assert re.search(r"sentinel-run -- /opt/x +--a +--b\n$", made)


def test_a_unit_that_is_not_there() -> None:
    """One line that says where it was looked for."""
    assert "there is no nothing.service in /etc/systemd/system" in complaint(
        "crontab", "--systemd", "nothing", status=1
    )
