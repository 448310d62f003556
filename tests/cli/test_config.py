"""`sentinel-run config`: write, show and check settings."""

from __future__ import annotations

import json
import os
import re
import stat
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import sentinel_run
from sentinel_run import options
from sentinel_run.cli import schema, starter
from tests.cli.support import complaint, ours, said, seen, told
from tests.process.support import PROGRAM, run, wrapped

PACKAGE = Path(sentinel_run.__file__).parent
WRONG = """\
# a comment
timout = "5m"
timeout = "soon"
deliver = "wiat"
dsn = "https://hush-hush:secret@"

[command."backup.sh"]
breadcrumbs = [1, "x"]
user = { a = 1 }
[environment]
production = 5
"""
NAMED = [
    (2, "unknown key 'timout', did you mean 'timeout'?"),
    (3, "timeout: 'soon' is not valid, expected a duration such as 90, 90s, 5m, 1h30m or 500ms"),
    (4, "deliver: 'wiat' is not valid (did you mean wait?), expected one of auto, background, wait, later"),
    (5, "dsn: "),
    (8, "'breadcrumbs' takes one value, not a list; the last one counts"),
    (8, "breadcrumbs: 'x' is not valid, expected a whole number, 0 or more"),
    (9, "'user' takes no table; ignored"),
    (11, "'production' in [environment] is no section"),
]


def test_a_new_file_is_valid_and_sets_nothing(work: Path) -> None:
    """All lines are comments, for every option of the table; everybody may read it."""
    assert said("config", "init") == f"{work}/sentinel-run.toml is written; nothing is set in it yet\n"

    text = (work / "sentinel-run.toml").read_text()
    assert [line for line in text.splitlines() if not line.startswith("#")] == [""] * text.count("\n\n")
    assert all(
        f"\n# {option.name} = " in text for option in options.TABLE if option.name not in ("name", "dry-run")
    )
    assert stat.S_IMODE((work / "sentinel-run.toml").stat().st_mode) == 0o644
    assert said("config", "check") == f"{work}/sentinel-run.toml: no mistakes\n"


def test_each_line_of_a_new_file_is_right(work: Path) -> None:
    """With the # taken off every setting there is no mistake, and the schema agrees."""
    text = re.sub(r"^# ([a-z\[][^ ]* ?=|\[)", r"\1", starter.text(), flags=re.MULTILINE)
    text = re.sub(r"^environment = .*\n", "", text, flags=re.MULTILINE)  # There is a section of that name below.
    (work / "all.toml").write_text(text)

    assert said("config", "check", "all.toml") == "all.toml: no mistakes\n"
    content = tomllib.loads(text)
    assert set(content) == {o.name for o in options.TABLE} - {"name", "dry-run"} | {"command"}
    jsonschema.Draft7Validator(schema.schema()).validate(content)


def test_a_file_that_is_there_stays(work: Path) -> None:
    """Until somebody insists; a link is followed then."""
    (work / "real.toml").write_text("timeout = 5\n")
    (work / "sentinel-run.toml").symlink_to("real.toml")

    assert "is there already" in complaint("config", "init", status=125)
    assert (work / "real.toml").read_text() == "timeout = 5\n"
    said("config", "init", "--force")

    assert (work / "real.toml").read_text() == starter.text()
    assert sorted(os.listdir(work)) == ["real.toml", "sentinel-run.toml"]


def test_the_users_file(tmp_path: Path) -> None:
    """It is for the user only, and a run finds it."""
    said("config", "init", "--user")

    path = tmp_path / "config" / "sentinel-run" / "config.toml"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert {"whose": "user", "path": str(path), "exists": True, "used": True} in told("config", "path")


def test_a_file_that_cannot_be_written(work: Path) -> None:
    """One line says which and why."""
    (work / "x").touch()

    assert "x/y.toml cannot be written: " in complaint("config", "init", "x/y.toml", status=125)
    assert "exclude each other" in complaint("config", "init", "x.toml", "--user", status=125)


def test_every_mistake_has_its_line(work: Path) -> None:
    """In the order of the lines, without the secrets of a broken DSN; nothing else is printed."""
    (work / "sentinel-run.toml").write_text(WRONG)
    done = ours("config", "check")

    assert (done.returncode, done.stderr) == (1, b"")
    lines = done.stdout.decode().splitlines()
    assert len(lines) == len(NAMED)
    for line, (number, words) in zip(lines, NAMED, strict=True):
        assert line.startswith(f"{work}/sentinel-run.toml:{number}: {words}")
    assert b"secret" not in done.stdout
    assert json.loads(ours("config", "check", "--json").stdout)[0] == {
        "path": f"{work}/sentinel-run.toml", "line": 2, "what": NAMED[0][1],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("x = \n", "broken.toml:1: cannot be read: Invalid value (at line 1, column 5)"),
        (None, "broken.toml: cannot be read: [Errno 2] No such file or directory"),
        ("a = \x1b[31m", "broken.toml:1: cannot be read"),
    ],
)
def test_a_file_that_is_no_toml(work: Path, content: str | None, words: str) -> None:
    """The line where the reader stumbled."""
    if content is not None:
        (work / "broken.toml").write_text(content)
    done = ours("config", "check", "broken.toml")

    assert done.returncode == 1
    assert done.stdout.decode().startswith(words)
    assert b"\x1b" not in done.stdout


def test_lines_of_a_pyproject(work: Path) -> None:
    """Our table only; the rest is other people's."""
    (work / "pyproject.toml").write_text("[tool.other]\nx = 1\n\n[tool.sentinel-run]\ntimout = 5\n")
    done = ours("config", "check")

    assert done.stdout.decode() == f"{work}/pyproject.toml:5: unknown key 'timout', did you mean 'timeout'?\n"


def test_no_file_at_all() -> None:
    """Nothing is wrong then."""
    assert said("config", "check") == "no config file; to write one: sentinel-run config init\n"


def test_a_run_and_doctor_name_the_line_too(work: Path) -> None:
    """As a note of a run that asks for notes, and as a problem of the set-up; the command runs."""
    (work / "sentinel-run.toml").write_text('\ntimout = 5\n[command.true]\ntimeout = "soon"\n')
    done = run(wrapped("true", options=["--verbose"]))
    problems = json.loads(ours("doctor", "--json").stdout)["problems"]

    assert done.returncode == 0
    notes = done.stderr.decode()
    assert f"{work}/sentinel-run.toml:2: unknown key 'timout', did you mean 'timeout'?\n" in notes
    assert f"{work}/sentinel-run.toml:4: timeout: 'soon' is not valid, expected" in notes
    assert [problem.split(": ")[0] for problem in problems] == [
        f"{work}/sentinel-run.toml:{line}" for line in (2, 4)
    ]


def test_every_setting_is_shown(monkeypatch: pytest.MonkeyPatch, work: Path) -> None:
    """With value and source, and no secret; a command's own section counts where the command is named."""
    (work / "sentinel-run.toml").write_text('[command."a.sh"]\ntimeout = "2h"\n')
    monkeypatch.setenv("SENTRY_DSN", "https://hush@sentry.invalid/1")
    rows = {row["option"]: row for row in told_for("a.sh", "--json")}

    assert list(rows) == [option.name for option in options.TABLE]
    assert rows["timeout"]["value"] == 7200.0
    assert rows["timeout"]["source"].endswith("sentinel-run.toml")
    assert rows["dsn"] == {"option": "dsn", "value": "https://***@sentry.invalid/1", "source": "SENTRY_DSN"}
    assert told("config", "show")[0]["option"] == "name"
    assert {row["option"]: row for row in told("config", "show")}["timeout"]["value"] is None


def test_a_dry_run_has_the_same_words(work: Path) -> None:
    """What is not set, a switch, a number, a list: written alike in both places."""
    (work / "sentinel-run.toml").write_text(
        'header = ["A: b"]\nok-exit = [3, 4]\ntag = { team = "infra" }\nuser = ""\n'
    )
    plan = ours("--dry-run", "--", "true").stdout.decode()

    shown = [line.split(maxsplit=1) for line in said("config", "show", "--", "true").splitlines()]

    for name, rest in shown:
        value = rest.rpartition("  ")[0].strip()
        # A run has a name, and its working directory a commit.
        if name not in ("name", "release", "dry-run"):
            assert f"\n{name}: {value} (" in plan
    assert "\ndsn: - (default)\n" in plan


def test_a_dry_run_in_letters_that_the_locale_lacks() -> None:
    """What was given is printed byte for byte, whatever Python thinks of its stdout."""
    words = ["sh", "-c", 'PYTHONIOENCODING=ascii exec "$@"', "sh", *PROGRAM, "--dry-run", "-e", "Prüfung", "true"]

    assert "environment: Prüfung (--environment)" in run(words).stdout.decode().splitlines()


def told_for(*command: str) -> Any:
    """`config show` for a command that has words like our options."""
    return json.loads(said("config", "show", "--json", "--", *command))


def test_settings_on_a_terminal(work: Path) -> None:
    """One line each, in the width that there is."""
    shown = seen("config", "show", columns=60)

    assert re.search(r"^ +breadcrumbs +100 +default *$", re.sub(r"\x1b\[[0-9;]*m", "", shown), re.MULTILINE)


def test_places(work: Path) -> None:
    """From the working directory upwards, then the user's, then the system's."""
    (work.parent / "sentinel-run.toml").touch()
    (work / "pyproject.toml").touch()
    lines = [line.split(maxsplit=2) for line in said("config", "path").replace("not ", "not-").splitlines()]

    assert lines[:3] == [
        ["project", "not-there", f"{work}/sentinel-run.toml"],
        ["project", "not-used", f"{work}/pyproject.toml"],
        ["project", "used", f"{work.parent}/sentinel-run.toml"],
    ]
    assert lines[-1] == ["system", "not-there", "/etc/sentinel-run.toml"]
    assert any(whose == "user" for whose, *_ in lines)


def test_the_schema_is_one_and_is_committed() -> None:
    """What is printed, what is packaged and what the table gives are the same (`make schema`)."""
    jsonschema.Draft7Validator.check_schema(schema.schema())

    assert told_schema() == schema.schema() == json.loads((PACKAGE / "sentinel-run.schema.json").read_text())


def told_schema() -> Any:
    """What `config schema` prints."""
    return json.loads(said("config", "schema"))


VALUES: list[tuple[str, bool]] = [
    ('timeout = "2h"', True),
    ("timeout = 90", True),
    ('timeout = "soon"', False),
    ("breadcrumbs = -1", False),
    ("breadcrumbs = 7", True),
    ("traces-sample-rate = 1.5", False),
    ('tag = { team = "infra", n = 1 }', True),
    ('tag = ["team=infra"]', True),
    ('tag = ["team"]', False),
    ("ok-exit = [3, 24]", True),
    ("ok-exit = 300", False),
    ('deliver = "never"', False),
    ("no-capture = true", True),
    ("capture = 7", False),
    ("slow-factor = 1", False),
    ("check-in-margin = 0", False),
    ("timout = 1", False),
    ('[command."x.sh"]\ntimeout = "2h"', True),
    ('[command."x.sh"]\ntimout = "2h"', False),
    ("[environment.staging]\nbreadcrumbs = 5", True),
    ('environment = "staging"', True),
    ("command = 5", False),
    ("monitor = true", True),
]


@pytest.mark.parametrize(("content", "is_right"), VALUES)
def test_the_schema_agrees_with_a_run(work: Path, content: str, is_right: bool) -> None:
    """An editor marks what a run would ignore, and nothing that a run takes."""
    from sentinel_run.settings import config_files, config_mistakes

    (work / "x.toml").write_text(content)
    file = config_files.read(str(work / "x.toml"))
    assert isinstance(file, config_files.ConfigFile)

    assert jsonschema.Draft7Validator(schema.schema()).is_valid(file.content) == is_right
    assert (config_mistakes.in_all(file) == []) == is_right


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["config"], "config needs one of init, show, check, path, schema; try: sentinel-run config --help"),
        (
            ["config", "chekc"],
            "config needs one of init, show, check, path, schema, not 'chekc'; did you mean check?",
        ),
        (["config", "check", "--jsno"], "no such option: --jsno; did you mean --json?"),
    ],
)
def test_wrong_words(arguments: list[str], words: str) -> None:
    """All that there is, and the nearest."""
    assert complaint(*arguments, status=125) == f"sentinel-run: {words}"
