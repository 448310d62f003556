"""Where values come from: flag, our variable, Sentry's, project, user and system file, default, in this order."""

from __future__ import annotations

from pathlib import Path

import pytest

from sentinel_run import config_files, config_mistakes, options, settings
from sentinel_run.errors import UsageError


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory of its own, and a system file that can be written."""
    folder = tmp_path / "project"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setattr(config_files, "SYSTEM", str(tmp_path / "system.toml"))
    return folder


def resolve(line: str = "-- x", **environ: str) -> settings.Resolved:
    """The settings of a command line in this environment."""
    return settings.resolve(
        options.read(line.split()), {"PATH": "", "XDG_CONFIG_HOME": str(Path.cwd().parent), **environ}
    )


LAYERS = [
    ("--environment", "flag"),
    ("SENTINEL_RUN_ENVIRONMENT", "own"),
    ("SENTRY_ENVIRONMENT", "sentry"),
    ("project/sentinel-run.toml", "project"),
    ("sentinel-run/config.toml", "user"),
    ("system.toml", "system"),
]


@pytest.mark.parametrize("strongest", range(len(LAYERS)), ids=[name for _, name in LAYERS])
def test_order_of_sources(strongest: int, tmp_path: Path) -> None:
    """Of all sources that name a value the strongest wins, and says so."""
    line, environ = "-- x", {}
    for where, value in LAYERS[strongest:]:
        if where.startswith("--"):
            line = f"{where} {value} -- x"
        elif where.startswith("SENT"):
            environ[where] = value
        else:
            (tmp_path / where).parent.mkdir(exist_ok=True)
            (tmp_path / where).write_text(f'environment = "{value}"')

    setting = resolve(line, **environ).settings["environment"]

    assert setting.value == LAYERS[strongest][1]
    assert LAYERS[strongest][0] in setting.source


def test_default() -> None:
    """Without any source the table's default counts."""
    assert resolve().settings["kill-after"] == (10.0, "default")


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


SECTIONS = """
timeout = 1
kill-after = 1
breadcrumbs = 1
[environment.staging]
timeout = 2
kill-after = 2
[command."backup.sh"]
timeout = 3
[command.nightly]
timeout = 4
"""


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("-- x", (1, 1, 1)),
        ("-e staging -- x", (2, 2, 1)),
        ("-- nice ./backup.sh", (3, 1, 1)),
        ("-e staging -- /opt/backup.sh", (3, 2, 1)),
        ("--name nightly -- backup.sh", (4, 1, 1)),
        ("--timeout 9 -- backup.sh", (9, 1, 1)),
    ],
)
def test_sections(line: str, expected: tuple[int, int, int], project: Path) -> None:
    """A section for the command outweighs one for the environment, and that the top of the file."""
    (project / "sentinel-run.toml").write_text(SECTIONS)

    found = resolve(line).settings

    assert tuple(found[name].value for name in ("timeout", "kill-after", "breadcrumbs")) == expected


def test_section_of_the_environment_that_a_commands_section_names(project: Path) -> None:
    """What is reported as `qa` has the settings of `qa`, and none of the environment that it would have been in."""
    sections = (
        '[command.x]\nenvironment = "qa"\n[environment.qa]\ntimeout = 5\n[environment.production]\nuser = "p"\n'
    )
    (project / "sentinel-run.toml").write_text(sections)

    found, flagged = resolve("-- x").settings, resolve("-e production -- x").settings

    assert tuple(found[name].value for name in ("environment", "timeout", "user")) == ("qa", 5, None)
    assert tuple(flagged[name].value for name in ("environment", "timeout", "user")) == ("production", None, "p")


def test_section_for_the_default_environment(project: Path) -> None:
    """The environment that is found without being given selects a section too."""
    (project / "sentinel-run.toml").write_text("[environment.ci]\ntimeout = 5")

    assert resolve(CI="true").settings["timeout"].value == 5


@pytest.mark.parametrize(
    ("folder", "environment"),
    [("target/debug", "development"), ("target/release", "production"), ("dist", "production"), ("bin", "ci")],
)
def test_default_environment(folder: str, environment: str, project: Path) -> None:
    """The path of the executable tells a build under development; a CI is `ci`."""
    (project / folder).mkdir(parents=True)
    (project / folder / "x").touch(0o755)

    found = resolve(f"-- {folder}/x", CI="true").settings["environment"]

    path = "CI" if folder == "bin" else f"path of the executable {project / folder}/x"
    assert (found.value, found.source) == (environment, path)


@pytest.mark.parametrize(
    ("word", "found"), [("x", True), ("y", False), ("folder", False), ("./bin/x", True), ("plain", False)]
)
def test_executable_is_found_as_execvp_does(word: str, found: bool, project: Path) -> None:
    """Only executable files count; a word with a slash is a path."""
    (project / "bin" / "folder").mkdir(parents=True)
    (project / "bin" / "x").touch(0o755)
    (project / "bin" / "plain").touch(0o644)

    path = settings.find_executable(word, {"PATH": f"/nowhere::{project}/bin"})

    assert path == (f"{project}/bin/x" if found else "")


def test_one_bad_tag_costs_only_itself() -> None:
    """The others of the same variable count."""
    found = resolve(SENTINEL_RUN_TAG="a,b=c")

    assert found.settings["tag"].value == (("b", "c"),)
    assert found.notes == ("SENTINEL_RUN_TAG: 'a' is not valid, expected KEY=VALUE, such as team=infra; ignored",)


def test_bad_values_in_sections_of_other_runs(project: Path) -> None:
    """Whoever checks the set-up is told of a section that does not count here and now."""
    (project / "sentinel-run.toml").write_text(
        '[command.y]\ntimeout = "bad"\n[environment.staging]\nbreadcrumbs = "x"\n'
    )
    found = resolve()

    (file,) = found.files
    faults = config_mistakes.in_all(file)

    assert found.notes == ()
    assert [(fault.line, fault.what.partition(",")[0]) for fault in faults] == [
        (2, "timeout: 'bad' is not valid"),
        (4, "breadcrumbs: 'x' is not valid"),
    ]


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
