"""What `--help` teaches, and what is said of a slip of the fingers."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from sentinel_run import options
from sentinel_run.cli import grammar, teaching
from sentinel_run.errors import UsageError
from tests.cli.support import complaint, ours, said

SNAPSHOTS = Path(__file__).parent / "snapshots"
PATHS = [verb.path for verb in grammar.program().walk()]
LINES = [line for _, lines in teaching.BY_TASK for line in lines] + [
    line for lines in teaching.OF_SUBCOMMAND.values() for line in lines
]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path or "sentinel-run")
def test_help_is_as_it_was(path: str, request: pytest.FixtureRequest) -> None:
    """A change of a help text is a change of a file: `pytest tests/cli/test_help.py --update-snapshots`."""
    shown = said(*path.split(), "--help")
    file = SNAPSHOTS / f"{path.replace(' ', '-') or 'sentinel-run'}.txt"
    if request.config.getoption("--update-snapshots"):
        file.write_text(shown)

    assert shown == file.read_text()
    assert [line for line in shown.splitlines() if len(line) > 80] == []


def test_no_snapshot_is_left_over() -> None:
    """Each belongs to something that has a help."""
    names = {path.replace(" ", "-") or "sentinel-run" for path in PATHS}

    assert {file.stem for file in SNAPSHOTS.iterdir()} == names


@pytest.mark.parametrize("name", [name for name in options.SUBCOMMANDS if name != "note"])
def test_every_subcommand_has_examples(name: str) -> None:
    """In its help and in the man page; `note` has them in its text."""
    assert all(f"  {line}\n" in said(name, "--help") for line in teaching.OF_SUBCOMMAND[name])


@pytest.mark.parametrize("line", LINES)
def test_examples_are_right(line: str) -> None:
    """Each names options and subcommands that there are."""
    words = shlex.split(line.partition("sentinel-run ")[2].partition(">")[0].partition("|")[0].rstrip(") "))
    reading = options.read(words)

    if reading.subcommand:
        verb = next(
            verb
            for verb in reversed(VERBS)
            if reading.command[: len(verb.path.split())] == tuple(verb.path.split())
        )
        flags = {name for flag in verb.flags for name in flag.names}
        own = reading.command[: reading.command.index("--")] if "--" in reading.command else reading.command
        assert {word for word in own if word.startswith("-")} <= flags
    else:
        assert reading.command


VERBS = list(grammar.program().walk())


@pytest.mark.parametrize("option", [option for option in options.TABLE if option.choices], ids=lambda o: o.name)
def test_choices_are_what_an_option_takes(option: options.Option) -> None:
    """What help, completion and schema offer is right, and the default is one of them."""
    assert [option.parse(choice) for choice in option.choices] == list(option.choices)
    assert option.default in option.choices


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("--enviroment x", "no such option: --enviroment; did you mean --environment?"),
        ("--no-captur", "no such option: --no-captur; did you mean --no-capture?"),
        ("-timeout 5m true", "no such option: -t; did you mean --timeout?"),
        ("--deliver wiat true", "--deliver: 'wiat' is not valid (did you mean wait?), expected one of auto, background, wait, later"),
        ("history --jsno", "no such option: --jsno; did you mean --json?"),
        ("history --xyz", "no such option: --xyz; try: sentinel-run history --help"),
        ("history --status fialed", "--status: 'fialed' is not one of 'ok', 'failed', 'interrupted', 'skipped', 'running'; did you mean failed?"),
        ("history --since soon", "--since: 'soon' is not valid, expected a duration such as 90, 90s, 5m, 1h30m or 500ms; try: sentinel-run history --help"),
        ("history --limit -1", "--limit: '-1' is not valid, expected a whole number, 0 or more; try: sentinel-run history --help"),
        ("history prnue", "history takes prune or nothing, not 'prnue'; did you mean prune?"),
        ("note", "note needs one of breadcrumb, tag, context, measure, span, user; try: sentinel-run note --help"),
        ("history x", "history takes prune or nothing, not 'x'; try: sentinel-run history --help"),
        ("note tga a=b", "note needs one of breadcrumb, tag, context, measure, span, user, not 'tga'; did you mean tag?"),
        ("note breadcrumb x --levle info", "no such option: --levle; did you mean --level?"),
        ("note breadcrumb x --stritc", "no such option: --stritc; did you mean --strict?"),
        ("completion", "missing SHELL: one of bash, zsh, fish; try: sentinel-run completion --help"),
    ],
)  # fmt: skip
def test_the_nearest_right_word(words: str, sentence: str) -> None:
    """One line: what is wrong, and what was probably meant or where to read on; nothing runs."""
    assert complaint(*words.split(), status=125) == f"sentinel-run: {sentence}"


def test_the_version_is_one() -> None:
    """As the installed package has it."""
    from importlib.metadata import version

    assert said("--version") == f"sentinel-run, version {version('sentinel-run')}\n"


def test_help_on_a_wide_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines stay as long as one reads well."""
    monkeypatch.setenv("COLUMNS", "200")

    assert max(map(len, said("--help").splitlines())) <= 80


def test_a_subcommand_with_a_slip(work: Path) -> None:
    """No such program; what was meant is told, and the status is that of a program that is not there."""
    done = ours("histroy")

    assert (done.returncode, done.stdout) == (127, b"")
    assert done.stderr == b"sentinel-run: histroy: command not found; did you mean sentinel-run history?\n"
    assert (
        ours("version").stderr
        == b"sentinel-run: version: command not found; did you mean sentinel-run --version?\n"
    )
    assert ours("no-such-thing").stderr == b"sentinel-run: no-such-thing: command not found\n"


def test_a_wrong_word_is_a_usage_error() -> None:
    """The run path says the same as click."""
    with pytest.raises(UsageError, match="did you mean --timeout"):
        options.read(["-timeout", "5m", "x"])
