"""Crontabs keep every byte that is not ours, a second time changes nothing, and undo is exact."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from sentinel_run.crontabs import form, lines, reach, rewriting
from sentinel_run.crontabs.lines import Job, Line
from sentinel_run.crontabs.rewriting import Wrapper

COLLECTION = Path(__file__).with_name("collection.crontab").read_text()
WRAPPER = Wrapper("/usr/bin/sentinel-run", "Europe/Berlin")


def _wrapped(text: str, *, column: bool = False, wrapper: Wrapper = WRAPPER) -> str:
    return rewriting.wrap(text, wrapper, has_user_column=column).text


def _undone(text: str, *, column: bool = False) -> str:
    return rewriting.undo(text, has_user_column=column).text


def _with_users(text: str) -> str:
    """The collection as a system crontab: a user in front of each command."""
    return "".join(
        line.head + "root\t" + line.command + line.tail if isinstance(line, Job) else line.text
        for line in lines.read(text, has_user_column=False)
    )


def test_the_collection_is_large() -> None:
    """At least forty jobs, of every kind."""
    jobs = [line for line in lines.read(COLLECTION, has_user_column=False) if isinstance(line, Job)]

    assert len(jobs) >= 60


@pytest.mark.parametrize("column", [False, True])
def test_the_collection_round_trips(column: bool) -> None:
    """Each job is wrapped once, everything else stays, and undo gives the file back."""
    text = _with_users(COLLECTION) if column else COLLECTION
    made = _wrapped(text, column=column)

    before = list(lines.read(text, has_user_column=column))
    after = list(lines.read(made, has_user_column=column))
    assert [line for line in before if isinstance(line, Line)] == [
        line for line in after if isinstance(line, Line)
    ]
    assert all("sentinel-run" in line.text for line in after if isinstance(line, Job))
    assert [line.head for line in before if isinstance(line, Job)] == [
        line.head for line in after if isinstance(line, Job)
    ]
    assert _wrapped(made, column=column) == made
    assert _undone(made, column=column) == text


def test_every_monitor_has_a_slug_of_its_own() -> None:
    """Two jobs of one name would overwrite each other's schedule."""
    slugs = [word for line in _wrapped(COLLECTION).splitlines() for word in form._SLUG.findall(line)]

    assert len(slugs) == len(set(slugs)) > 50


LINES = {
    "0 3 * * * /opt/backup.sh --full": "0 3 * * * {} --monitor backup-sh --schedule '0 3 * * *' --timezone Europe/Berlin -- /opt/backup.sh --full",
    "@daily x > /dev/null 2>&1": "@daily {} --monitor x --schedule @daily --timezone Europe/Berlin -- x > /dev/null 2>&1",
    "0  3\t* * mon-fri A=b make": "0  3\t* * mon-fri A=b {} --monitor make --schedule '0 3 * * mon-fri' --timezone Europe/Berlin -- make",
    "* * * * * cd /x && ./y | z": "* * * * * {} --monitor y --schedule '* * * * *' --timezone Europe/Berlin -- sh -c 'cd /x && ./y | z'",
    "* * * * * mail joe%hi": "* * * * * {} --monitor mail --schedule '* * * * *' --timezone Europe/Berlin -- mail joe%hi",
    "* * * * * echo 'a' | b%hi": "* * * * * {} --monitor b --schedule '* * * * *' --timezone Europe/Berlin -- sh -c 'echo '\\''a'\\'' | b'%hi",
    "@reboot /opt/x": "@reboot {} -- /opt/x",
    "@every  5m /opt/x": "@every  5m {} --monitor x --schedule '@every 5m' -- /opt/x",
    "@every 30s /opt/x": "@every 30s {} -- /opt/x",
}  # fmt: skip


@pytest.mark.parametrize("line", LINES)
def test_what_a_line_becomes(line: str) -> None:
    """A simple command is seen by us with its redirections outside; shell syntax goes through the shell."""
    made = _wrapped(line)

    assert made == LINES[line].replace("{}", "/usr/bin/sentinel-run", 1)


def test_the_crontabs_own_shell_and_zone_count() -> None:
    """SHELL and CRON_TZ are cron's own variables, from their line on."""
    text = "0 1 * * * a | b\nSHELL=/bin/bash\nCRON_TZ='Asia/Tokyo'\n0 2 * * * a | b\n"

    first, *_, last = _wrapped(text).splitlines()

    assert "--timezone Europe/Berlin -- sh -c" in first
    assert "--timezone Asia/Tokyo -- /bin/bash -c" in last


def test_undo_takes_back_only_what_was_made_here() -> None:
    """What a person has written or changed stays, and is told."""
    text = "0 1 * * * sentinel-run --timeout 2h -- x\n0 1 * * * /usr/bin/sentinel-run -- x\n"

    made = rewriting.undo(text, has_user_column=False)

    assert (made.text, made.changed, len(made.remarks)) == (text, 0, 2)


@pytest.mark.parametrize(
    ("times", "schedule"),
    [
        ("@every 5m", "'@every 5m'"),
        ("30  4 * * mon", "'30 4 * * mon'"),
        ("@weekly", "@weekly"),
        ("00 3 * * *", None),
        ("@daily", None),
    ],
)
def test_times_that_somebody_has_changed(times: str, schedule: str | None) -> None:
    """The monitor would go on to expect the job at the times before; all else of the line stays."""
    before = "0 3 * * *" if times != "@daily" else "0 0 * * *"
    old = _wrapped(f"{before} A=b /opt/x --full # all\n").replace(before, times, 1)

    made = rewriting.wrap(old, WRAPPER._replace(timezone="UTC"), has_user_column=False)

    assert made.text == (old.replace(f"'{before}'", schedule) if schedule else old)
    assert (made.changed, made.remarks) == (int(schedule is not None), ())
    assert _wrapped(made.text) == made.text
    assert _undone(made.text) == f"{times} A=b /opt/x --full # all\n"


@pytest.mark.parametrize("line", ["H 3 * * * /opt/x", "0 3 * * /opt/x", "* * * * *", "@daily", "/opt/x --daily"])
def test_a_line_that_is_no_job_to_cron(line: str) -> None:
    """Somebody believes in it, and a monitor would never have told that it does not run."""
    made = rewriting.wrap(f"# H 3 * * * x\nA=b\n\n{line}\n0 1 * * * /opt/y\n", WRAPPER, has_user_column=False)

    assert made.changed == 1
    assert made.remarks == (f"left as it is, because it is neither a job nor a variable to cron: {line}",)


@pytest.mark.parametrize(
    ("options", "is_told"),
    [
        ("--monitor x --schedule '0 3 * * *' --timeout 2h", True), ('--monitor=x --schedule="@hourly" -v', True),
        ("--monitor x --schedule '30 4 * * *'", False), ("--monitor x --schedule 'every 2 hours'", False),
        ("--monitor x --schedule 'CRON_TZ=Asia/Tokyo 30 13 * * *'", False), ("--timeout 2h", False),
        ("--monitor x --schedule 'no such'", False), ("-- /opt/own --schedule '0 3 * * *'", False),
    ],
)  # fmt: skip
def test_another_schedule_than_the_lines_own(options: str, is_told: bool) -> None:
    """What was written by hand stays; that its monitor expects it at other times is told."""
    text = f"30 4 * * * sentinel-run {options} -- /opt/x\n"

    made = rewriting.wrap(text, WRAPPER, has_user_column=False)

    assert made.text == text
    assert [remark.startswith("its --schedule is ") for remark in made.remarks] == [True] * is_told


def test_a_line_that_would_be_too_long_stays() -> None:
    """Debian's cron would refuse the whole table for it."""
    line = f"0 1 * * * /opt/x {'y' * 950}\n"

    made = rewriting.wrap(line, WRAPPER, has_user_column=False)

    assert (made.text, made.changed) == (line, 0)
    assert "no longer line" in made.remarks[0]


@pytest.mark.parametrize(
    "line", ["0 0 3 * * * /opt/x\n", "0 3 * * * 2027-2030 /opt/x\n", "0 0 3 * * */2 * /opt/x\n"]
)
@pytest.mark.parametrize("column", [False, True])
def test_times_with_seconds_or_years_stay(line: str, column: bool) -> None:
    """Behind five of the fields we would take the next one for the command."""
    made = rewriting.wrap(line, WRAPPER, has_user_column=column)

    assert (made.text, made.changed) == (line, 0)
    assert "more than five fields" in made.remarks[0]


def test_a_job_that_sentry_cli_checks_in_for_stays() -> None:
    """A second monitor for it would be none that anybody has asked for."""
    line = "0 1 * * * cd /x && /usr/bin/sentry-cli --url x monitors run nightly -- ./y.sh\n"

    made = rewriting.wrap(line, WRAPPER, has_user_column=False)

    assert (made.text, made.changed) == (line, 0)
    assert "sentry-cli checks in for it" in made.remarks[0]


def test_a_user_who_cannot_run_us_keeps_the_job() -> None:
    """As with a sentinel-run in root's own home: the job would end with 126 before it began."""
    text = "0 1 * * * root /opt/x\n0 1 * * * nobody /opt/y\n"
    wrapper = WRAPPER._replace(locked_out=lambda user: user == "nobody")

    made = rewriting.wrap(text, wrapper, has_user_column=True)

    assert made.changed == 1
    assert "nobody /opt/y\n" in made.text
    assert made.remarks == (
        "left as it is, because nobody cannot run /usr/bin/sentinel-run: 0 1 * * * nobody /opt/y",
    )


@pytest.mark.parametrize(
    ("command", "is_held"),
    [
        ("/opt/x", True), ("/opt/x >/dev/null 2>&1", True), ("/opt/x 2> /dev/null", True), ("/opt/x '> log'", True),
        ("/opt/x >&2", True), ("a | b >>log", True),
        ("/opt/x >>/var/log/x 2>&1", False), ("/opt/x > 'a b'", False), ("/opt/x 2>err", False),
        ("/opt/x >>/dev/nullify", False),
    ],
)  # fmt: skip
def test_a_file_goes_on_to_get_all_output(command: str, is_held: bool) -> None:
    """What is held back, and never printed, would be missing in a log. In a script the redirection is the shell's."""
    made = rewriting.wrap(f"0 1 * * * {command}\n", WRAPPER._replace(only_on_failure=True), has_user_column=False)

    assert (" --only-on-failure -- " in made.text) == is_held
    assert (made.remarks == ()) == is_held


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become nobody")
def test_who_can_run_a_program(tmp_path: Path) -> None:
    """A folder that is closed to others, as root's own is."""
    program = tmp_path / "sentinel-run"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)

    assert reach.is_locked_out(str(program), "nobody")
    assert not reach.is_locked_out(str(program), "root")
    assert not reach.is_locked_out(str(program), "no such user")
    assert not reach.is_locked_out("/bin/true", "nobody")


def test_a_path_with_odd_letters_is_quoted() -> None:
    """Blanks, quotes and percent signs mean something to the shell and to cron."""
    wrapper = Wrapper("/opt/it's 100% mine/sentinel-run")

    made = _wrapped("@reboot /opt/x\n", wrapper=wrapper)

    assert made == "@reboot '/opt/it'\\''s 100\\% mine/sentinel-run' -- /opt/x\n"
    assert _wrapped(made, wrapper=wrapper) == made
    assert _undone(made) == "@reboot /opt/x\n"


@pytest.mark.parametrize(
    "path", ["/bin/odd%shell", "/usr/bin/fish", "/bin/csh", "/usr/bin/python3", "/my shell/sh"]
)
def test_a_shell_that_may_read_us_otherwise(path: str) -> None:
    """To python our words are no program, fish takes backslashes out of a quoted script: their jobs stay."""
    text = f"SHELL={path}\n0 1 * * * a | b\nSHELL=/bin/ksh\n0 2 * * * c | d\n"

    made = rewriting.wrap(text, WRAPPER, has_user_column=False)

    assert made.changed == 1
    assert made.text.startswith(f"SHELL={path}\n0 1 * * * a | b\nSHELL=/bin/ksh\n0 2 * * * /usr/bin/sentinel-run ")
    assert made.remarks == (
        f"left as it is, because its SHELL, {path}, is none that is known here: 0 1 * * * a | b",
    )
    assert _undone(made.text) == text


@pytest.mark.parametrize(
    ("variables", "is_simple"),
    [
        ("SHELL=/bin/bash\nBASH_ENV=/etc/jobs.bash", False), ("BASH_ENV=/x\nSHELL=/bin/bash", False),
        ("SHELL=/bin/zsh", False), ("BASH_ENV=/x", True), ("BASH_ENV=/x\nSHELL=/bin/bash\nBASH_ENV=", True),
        ("SHELL=/bin/zsh\nSHELL=/bin/sh", True),
    ],
)  # fmt: skip
def test_a_shell_with_functions(variables: str, is_simple: bool) -> None:
    """Where it reads a file first, each word may be a function of that file."""
    text = f"{variables}\n0 1 * * * nightly --all\n"

    made = _wrapped(text)

    assert (" -- nightly --all\n" in made) == is_simple
    assert ("sh -c 'nightly --all'\n" in made) != is_simple
    assert _undone(made) == text


LETTERS = st.text(st.sampled_from(list("ab /.'\"\\%|&;<>$(){}=#`*\t é\udcff-")), max_size=24)
TEXTS = st.lists(
    st.one_of(
        LETTERS,
        st.tuples(st.sampled_from(["* * * * * ", "@daily\t", "@reboot ", "1 2 3 4 5  ", "~ * * * * "]), LETTERS).map("".join),
        st.sampled_from(COLLECTION.splitlines()),
    ),
    max_size=5,
).map("\n".join)  # fmt: skip


@given(TEXTS, st.booleans(), st.booleans())
def test_any_text_round_trips(text: str, column: bool, held: bool) -> None:
    """Whatever is in a file: lines make the text again, wrapping twice is wrapping once, undo is exact."""
    wrapper = WRAPPER._replace(only_on_failure=held)
    assume(_undone(text, column=column) == text)
    made = _wrapped(text, column=column, wrapper=wrapper)

    assert "".join(line.text for line in lines.read(text, has_user_column=column)) == text
    assert _wrapped(made, column=column, wrapper=wrapper) == made
    assert _undone(made, column=column) == text


@given(st.text(st.characters(blacklist_characters="\n\0", blacklist_categories=("Cs",)), min_size=1, max_size=30))
def test_a_script_is_one_word_to_the_shell(script: str) -> None:
    """shlex and we agree on what the quotes say."""
    from sentinel_run.crontabs import shell

    assert shlex.split(shell.quoted(script)) == [script]
    assert shell.unquoted(shell.quoted(script)) == script


def _as_cron_reads(command: str) -> tuple[str, str | None]:
    """What the shell gets, and its standard input: the loop of do_command.c in Debian's cron and in cronie."""
    made, is_escaped = "", False
    for at, letter in enumerate(command):
        if is_escaped:
            made, is_escaped = (made[:-1] if letter in "%\\" else made) + letter, False
        elif letter == "%":
            return made, command[at + 1 :]
        else:
            made, is_escaped = made + letter, letter == "\\"
    return made, None


@given(st.text(st.sampled_from(list("ab;|'\"\\\\%% ")), min_size=1, max_size=12))
@example("a \\\\%b")
@example("a \\\\\\;b")
@example("a 'b\\%c\\\\' | d%e")
def test_backslashes_and_percent_signs_are_crons(command: str) -> None:
    """The shell gets the same command, or the same script in one word, and the same input."""
    (job,) = lines.read(f"@reboot x{command}", has_user_column=False)
    (line,) = _wrapped(f"@reboot x{command}").splitlines()
    assert isinstance(job, Job)
    wanted, wanted_input = _as_cron_reads(f"x{command}")

    made, its_input = _as_cron_reads(line.partition("@reboot /usr/bin/sentinel-run -- ")[2])

    assert its_input == wanted_input
    assert job.script == (wanted if wanted_input is not None else wanted[: len(job.script)])
    assert made == wanted or shlex.split(made) == ["sh", "-c", job.script]
