"""What each source may say, and what all of them together make of an option."""

from __future__ import annotations

from pathlib import Path

import pytest

from sentinel_run.errors import UsageError
from tests.unit.samples import resolve

pytestmark = pytest.mark.usefixtures("project")


@pytest.mark.parametrize(
    ("variables", "value"),
    [
        ({"SENTINEL_RUN_ENVIRONMENT": "", "SENTRY_ENVIRONMENT": "b"}, ("b", "SENTRY_ENVIRONMENT")),
        ({"SENTRY_ENVIRONMENT": ""}, ("production", "default")),
    ],
)
def test_empty_variable_is_unset(variables: dict[str, str], value: tuple[str, str]) -> None:
    """An empty variable says nothing."""
    assert resolve(**variables).settings["environment"] == value


def test_empty_dsn_switches_reporting_off(project: Path) -> None:
    """`SENTRY_DSN=` is how programs with an SDK are silenced."""
    (project / "sentinel-run.toml").write_text('dsn = "https://key@host/1"')

    assert resolve(SENTRY_DSN="").settings["dsn"] == ("", "SENTRY_DSN")


def test_bad_variable_is_a_note_and_the_next_source_counts() -> None:
    """A bad value from outside the command line never stops the command."""
    resolved = resolve(SENTINEL_RUN_TRACES_SAMPLE_RATE="nan", SENTRY_TRACES_SAMPLE_RATE="0.5")

    assert resolved.settings["traces-sample-rate"] == (0.5, "SENTRY_TRACES_SAMPLE_RATE")
    assert resolved.notes == (
        "SENTINEL_RUN_TRACES_SAMPLE_RATE: 'nan' is not valid, expected a number from 0 to 1; ignored",
    )


BAD_FLAGS = [
    "--timeout 5x",
    "--traces-sample-rate 2",
    "--tag x",
    "--ok-exit 256",
    "--deliver never",
    "--breadcrumbs -1",
    "--kill-after=",
]


@pytest.mark.parametrize("flag", BAD_FLAGS)
def test_bad_flag_is_a_usage_error_that_names_it(flag: str) -> None:
    """What was typed is told before anything runs."""
    with pytest.raises(UsageError, match=flag.partition(" ")[0].rstrip("=")):
        resolve(f"{flag} -- x")


@pytest.mark.parametrize(
    "content",
    [
        "timeout = '5x'",
        "timeout = []",
        "tag = ['x']",
        "capture = 'maybe'",
        "breadcrumbs = -1",
        "timeout = {a=1}",
        "ok-exit = [256]",
        "traces-sample-rate = nan",
        "no-capture = 'maybe'",
        "timeout = 2024-01-01",
        "name = [[[]]]\ntimeout = 'x'",
    ],
)
def test_bad_value_in_a_file_is_a_note(content: str, project: Path) -> None:
    """The note names the file; the default counts."""
    (project / "sentinel-run.toml").write_text(content)

    resolved = resolve()

    assert any("sentinel-run.toml" in note and "ignored" in note for note in resolved.notes)
    assert resolved.settings["timeout"].value is None


VALUES = [
    ("timeout = 90", "timeout", 90.0),
    ("timeout = 1.5", "timeout", 1.5),
    ("timeout = '2h'", "timeout", 7200.0),
    ("capture = false", "capture", False),
    ("no-capture = true", "capture", False),
    ("no_capture = 'no'", "capture", True),
    ("attach_output = false", "attach-output", False),
    ("ok-exit = 3", "ok-exit", (3,)),
    ("ok-exit = [24, 3, 24]", "ok-exit", (3, 24)),
    ("ok-exit = '3,24'", "ok-exit", (3, 24)),
    ("tag = {team='infra', nightly=true}", "tag", (("team", "infra"), ("nightly", "true"))),
    ("[tag]\nteam = 'infra'", "tag", (("team", "infra"),)),
    ("tag = ['a=b', 'c=d']", "tag", (("a", "b"), ("c", "d"))),
    ("fingerprint = ['a', 'b']", "fingerprint", ("a", "b")),
]


@pytest.mark.parametrize(("content", "option", "value"), VALUES)
def test_toml_values(content: str, option: str, value: object, project: Path) -> None:
    """Numbers, booleans, lists and tables mean what they say."""
    (project / "sentinel-run.toml").write_text(content)

    resolved = resolve()

    assert resolved.settings[option].value == value
    assert resolved.notes == ()


def test_tags_of_all_sources_come_together(project: Path) -> None:
    """A key that two sources name has the stronger one's value."""
    (project / "sentinel-run.toml").write_text("[tag]\na = 'file'\nb = 'file'\nc = 'file'")

    tags = resolve("--tag a=flag -- x", SENTINEL_RUN_TAG="b=variable").settings["tag"].value

    assert dict(tags) == {"a": "flag", "b": "variable", "c": "file"}


@pytest.mark.parametrize(
    ("variables", "value"),
    [
        ({"SENTINEL_RUN_NO_CAPTURE": "1"}, False),
        ({"SENTINEL_RUN_NO_CAPTURE": "0"}, True),
        ({"SENTINEL_RUN_CAPTURE": "1", "SENTINEL_RUN_NO_CAPTURE": "1"}, True),
        ({"SENTINEL_RUN_CAPTURE": "off"}, False),
    ],
)
def test_negated_variable(variables: dict[str, str], value: bool) -> None:
    """`SENTINEL_RUN_NO_CAPTURE=1` is `--no-capture`."""
    assert resolve(**variables).settings["capture"].value is value


def test_last_of_repeated_flags_counts() -> None:
    """As with every other program."""
    assert resolve("--name a --name b -- x").settings["name"] == ("b", "--name")


def test_one_bad_tag_costs_only_itself() -> None:
    """The others of the same variable count."""
    found = resolve(SENTINEL_RUN_TAG="a,b=c")

    assert found.settings["tag"].value == (("b", "c"),)
    assert found.notes == ("SENTINEL_RUN_TAG: 'a' is not valid, expected KEY=VALUE, such as team=infra; ignored",)


def test_headers_of_all_sources(project: Path, tmp_path: Path) -> None:
    """They add up; of one name, in any case of its letters, the strongest source counts."""
    (project / "sentinel-run.toml").write_text('header = ["A: file", "b: file", "C: file"]')
    (tmp_path / "system.toml").write_text('header = ["D: system", "C: system"]')

    found = resolve("--header=a:flag -- x", SENTINEL_RUN_HEADER="B: variable")

    assert dict(found.settings["header"].value) == {"a": "flag", "B": "variable", "C": "file", "D": "system"}
    assert found.settings["header"].source.startswith("--header, SENTINEL_RUN_HEADER, header in /")


OURS, OTHERS = "http://k@ours.example/1", "http://k@others.example/1"


@pytest.mark.parametrize(
    ("line", "environ", "file", "names"),
    [
        # What stands alone goes with the DSN in force, wherever that comes from.
        (f"--dsn={OTHERS} --header=A:1 -- x", {}, "", ["A"]),
        (f"--dsn={OTHERS} -- x", {"SENTINEL_RUN_HEADER": "A:1"}, "header = ['B:2']", ["B", "A"]),
        # What stands beside a DSN is for that one's server, another project of it included.
        (f"--dsn={OTHERS} -- x", {"SENTRY_DSN": OURS, "SENTINEL_RUN_HEADER": "A:1"}, "", []),
        (f"--dsn={OURS}2 -- x", {"SENTRY_DSN": OURS, "SENTINEL_RUN_HEADER": "A:1"}, "", ["A"]),
        ("-- x", {"SENTRY_DSN": OTHERS}, f"dsn = '{OURS}'\nheader = ['A:1']", []),
        ("-- x", {"SENTRY_DSN": f"{OURS}2"}, f"dsn = '{OURS}'\nheader = ['A:1']", ["A"]),
        ("-- x", {"SENTRY_DSN": OTHERS}, "dsn = 'nonsense'\nheader = ['A:1']", []),
        # A section counts as a place of its own, and what stands above it without a DSN is for all.
        ("-- x", {}, f"dsn = '{OURS}'\nheader = ['A:1']\n[command.x]\ndsn = '{OTHERS}'", []),
        ("-- x", {}, f"dsn = '{OURS}'\nheader = ['A:1']\n[command.x]\ndsn = '{OTHERS}'\nheader = ['B:2']", ["B"]),
        ("-- x", {}, f"dsn = '{OURS}'\nheader = ['A:1']\n[command.x]\ndsn = '{OURS}2'\nheader = ['B:2']", ["A", "B"]),
        ("-- x", {}, f"header = ['A:1']\n[command.x]\ndsn = '{OTHERS}'", ["A"]),
    ],
)  # fmt: skip
def test_headers_are_for_one_server(
    line: str, environ: dict[str, str], file: str, names: list[str], project: Path
) -> None:
    """A secret for one server does not go to another one because a stronger source names that."""
    (project / "sentinel-run.toml").write_text(file)

    assert [name for name, _ in resolve(line, **environ).settings["header"].value] == names


def test_headers_for_another_server_are_told() -> None:
    """Whoever wonders where they are finds the place that has them."""
    found = resolve(f"--dsn={OTHERS} -- x", SENTRY_DSN=OURS, SENTINEL_RUN_HEADER="A:1")

    assert found.settings["header"] == ((), "for another server: SENTINEL_RUN_HEADER")
