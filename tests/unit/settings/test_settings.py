"""Where values come from: flag, our variable, Sentry's, project, user and system file, default, in this order."""

from __future__ import annotations

from pathlib import Path

import pytest

from sentinel_run import settings
from sentinel_run.settings import config_mistakes
from tests.unit.samples import resolve

pytestmark = pytest.mark.usefixtures("project")

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
