"""argv is cut in two by getopt's rules: our options, and the command's words, untouched."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel_run import options
from sentinel_run.errors import UsageError

READINGS = {
    "x -v": ({}, ["x", "-v"]),
    "-- x --help": ({}, ["x", "--help"]),
    "-- -x": ({}, ["-x"]),
    "-- -- x": ({}, ["--", "x"]),
    "--": ({}, []),
    "": ({}, []),
    "- x": ({}, ["-", "x"]),
    "-q x": ({"quiet": ["1"]}, ["x"]),
    "-qv x": ({"quiet": ["1"], "verbose": ["1"]}, ["x"]),
    "-e prod x": ({"environment": ["prod"]}, ["x"]),
    "-eprod x": ({"environment": ["prod"]}, ["x"]),
    "-qeprod x": ({"quiet": ["1"], "environment": ["prod"]}, ["x"]),
    "-qve prod x": ({"quiet": ["1"], "verbose": ["1"], "environment": ["prod"]}, ["x"]),
    "-e=prod x": ({"environment": ["=prod"]}, ["x"]),
    "--name y x": ({"name": ["y"]}, ["x"]),
    "--name=y x": ({"name": ["y"]}, ["x"]),
    "--name= x": ({"name": [""]}, ["x"]),
    "--name=a=b x": ({"name": ["a=b"]}, ["x"]),
    "--name -- x": ({"name": ["--"]}, ["x"]),
    "--name -q x": ({"name": ["-q"]}, ["x"]),
    "--tag a=b --tag c=d x --tag e=f": ({"tag": ["a=b", "c=d"]}, ["x", "--tag", "e=f"]),
    "--no-capture x": ({"capture": ["0"]}, ["x"]),
    "--capture --no-capture x": ({"capture": ["1", "0"]}, ["x"]),
    "--monitor nightly x": ({"monitor": ["nightly"]}, ["x"]),
    "--monitor -- x": ({"monitor": ["auto"]}, ["x"]),
    "--monitor -q x": ({"monitor": ["auto"], "quiet": ["1"]}, ["x"]),
    "--monitor= -- x": ({"monitor": [""]}, ["x"]),
    "--monitor": ({"monitor": ["auto"]}, []),
    "--timeout 5m -- x": ({"timeout": ["5m"]}, ["x"]),
}
ERRORS = {
    "--nmae y x": "no such option: --nmae; did you mean --name",
    "--no-captur x": "did you mean --no-capture",
    "--no-name x": "no such option: --no-name",
    "--qqqqqqqq x": "no such option: --qqqqqqqq; try: sentinel-run --help",
    "--=x": "no such option: --",
    "---": "no such option: ---",
    "-z x": "no such option: -z",
    "-qz x": "no such option: -z",
    "--name": "option --name needs a value",
    "-e": "option -e needs a value",
    "-qe": "option -e needs a value",
    "--quiet=1 x": "option --quiet does not take a value",
    "--no-capture=0 x": "option --no-capture does not take a value",
}


@pytest.mark.parametrize(("line", "reading"), READINGS.items())
def test_getopt_rules(line: str, reading: tuple[dict[str, list[str]], list[str]]) -> None:
    """Options end at the first word that is none; `--` ends them too."""
    read = options.read(line.split())

    assert (read.given, list(read.command)) == reading


@pytest.mark.parametrize(("line", "message"), ERRORS.items())
def test_errors_name_the_option_and_what_would_be_right(line: str, message: str) -> None:
    """One sentence that names the option and helps on."""
    with pytest.raises(UsageError) as caught:
        options.read(line.split())

    assert message in str(caught.value)
    assert caught.value.exit_status == 125


@pytest.mark.parametrize(
    ("line", "separated"), [("-- history", True), ("history", False), ("-q -- x", True), ("x -- y", False)]
)
def test_separator_is_remembered(line: str, separated: bool) -> None:
    """After `--` a word is never a subcommand."""
    assert options.read(line.split()).separated is separated


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("--help", (True, False)),
        ("-h", (True, False)),
        ("-q --version x", (False, True)),
        ("x --help", (False, False)),
        ("-- --version", (False, False)),
    ],
)
def test_help_and_version(line: str, wanted: tuple[bool, bool]) -> None:
    """They count before the command only."""
    reading = options.read(line.split())

    assert (reading.help, reading.version) == wanted


@pytest.mark.parametrize(
    ("line", "subcommand", "is_ours"),
    [
        ("history", "history", True),
        ("-q note", "note", True),
        ("--help note", "", True),
        ("--version", "", True),
        ("-- history", "", False),
        ("x history", "", False),
        ("", "", False),
    ],
)
def test_what_we_answer_ourselves(line: str, subcommand: str, is_ours: bool) -> None:
    """A subcommand, unless `--` says that it is a command, and questions about ourselves before one."""
    reading = options.read(line.split())

    assert (reading.subcommand, reading.is_ours) == (subcommand, is_ours)


WORDS = st.one_of(
    st.text(max_size=8),
    st.sampled_from(
        ["--", "-", "-q", "-qv", "-e", "--name", "--name=x", "--no-capture", "--tag", "a=b", "x", "--version"]
    ),
    st.sampled_from(sorted(options.BY_NAME)).map(lambda name: f"--{name}"),
    st.text("qveh-=", max_size=5).map(lambda letters: f"-{letters}"),
)


@given(st.lists(WORDS, max_size=8))
def test_any_argv_is_read_or_refused(argv: list[str]) -> None:
    """Nothing but a usage error is raised, and the command is always the untouched end of argv."""
    try:
        reading = options.read(argv)
    except UsageError:
        return

    assert list(reading.command) == argv[len(argv) - len(reading.command) :]
    assert reading.given.keys() <= options.BY_NAME.keys()


@given(st.lists(st.text(max_size=8), max_size=6))
def test_words_after_the_separator_are_untouched(command: list[str]) -> None:
    """Whatever stands after `--` is the command."""
    assert options.read(["-q", "--", *command]).command == tuple(command)


def test_reading_leaves_argv_alone() -> None:
    """The caller's list is not changed."""
    argv = ["-q", "--name", "x", "y"]

    options.read(argv)

    assert argv == ["-q", "--name", "x", "y"]


@pytest.mark.parametrize("option", options.TABLE, ids=lambda option: option.name)
def test_every_option_is_complete(option: options.Option) -> None:
    """Each row has help, a metavar unless it is a flag, and a variable that follows the rule."""
    assert option.help.endswith(".")
    assert option.flag or option.metavar
    assert option.variable == "SENTINEL_RUN_" + option.name.upper().replace("-", "_")
