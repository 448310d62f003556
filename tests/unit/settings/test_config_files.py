"""Which config files are found, and that one that cannot be used costs only a note."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

import pytest

from sentinel_run.settings import config_mistakes, config_places

if TYPE_CHECKING:
    from pathlib import Path

    from sentinel_run.settings.config_files import ConfigFile


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory two folders deep, and no system file."""
    folder = tmp_path / "project"
    (folder / "a" / "b").mkdir(parents=True)
    monkeypatch.chdir(folder / "a" / "b")
    monkeypatch.setattr(config_places, "SYSTEM", str(tmp_path / "none.toml"))
    return folder


def read(**environ: str) -> tuple[list[ConfigFile], list[str]]:
    """The files that count, and the notes that were made."""
    notes: list[str] = []
    places = config_places.chosen({"HOME": "/nonexistent", **environ})
    return config_mistakes.read_all(places, notes), notes


def find(**environ: str) -> tuple[list[str], list[str]]:
    """The paths that were found and the notes that were made."""
    files, notes = read(**environ)
    return [file.path for file in files], notes


def only() -> tuple[ConfigFile, list[str]]:
    """The one file that there is, and the notes on it."""
    (file,), notes = read()
    return file, notes


def test_project_file_is_looked_for_upwards(project: Path) -> None:
    """From any folder of the project."""
    (project / "sentinel-run.toml").touch()

    assert find() == ([str(project / "sentinel-run.toml")], [])


def test_nearest_project_file_wins(project: Path) -> None:
    """One file of a kind, not a mixture."""
    (project / "sentinel-run.toml").touch()
    (project / "a" / "sentinel-run.toml").touch()

    assert find()[0] == [str(project / "a" / "sentinel-run.toml")]


def test_pyproject_counts_with_our_table_only(project: Path) -> None:
    """A pyproject.toml of somebody else's is passed by."""
    (project / "a" / "pyproject.toml").write_text("[tool.other]\nx = 1")
    (project / "pyproject.toml").write_text("[tool.sentinel-run]\ntimeout = 5\n[tool.other]\nx = 1")

    file, notes = only()

    assert file.texts() == {"timeout": ["5"]}
    assert notes == []


@pytest.mark.parametrize(
    "content",
    ["# tool.sentinel-run", "[tool]\nsentinel-run = 5  # tool.sentinel-run", "tool = 'tool.sentinel-run'"],
)
def test_odd_pyproject_says_nothing(content: str, project: Path) -> None:
    """A mention is no table."""
    (project / "pyproject.toml").write_text(content)

    assert find()[1] == []


@pytest.mark.parametrize(
    "name",
    ["config/sentinel-run/config.toml", "config/sentinel-run/sentinel-run.toml", "config/sentinel-run.toml"],
)
def test_user_file(name: str, tmp_path: Path) -> None:
    """By the XDG base directory specification."""
    (tmp_path / name).parent.mkdir(parents=True)
    (tmp_path / name).touch()

    assert find(XDG_CONFIG_HOME=str(tmp_path / "config"))[0] == [str(tmp_path / name)]


@pytest.mark.parametrize("variables", [{}, {"XDG_CONFIG_HOME": ""}, {"XDG_CONFIG_HOME": "relative"}])
def test_user_file_below_home(variables: dict[str, str], tmp_path: Path) -> None:
    """A relative XDG_CONFIG_HOME is ignored, as the specification says."""
    path = tmp_path / ".config" / "sentinel-run.toml"
    path.parent.mkdir()
    path.touch()

    assert find(HOME=str(tmp_path), **variables)[0] == [str(path)]


def test_no_home_is_no_user_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without HOME and without an entry in the user database nothing is looked for."""
    monkeypatch.delenv("HOME", raising=False)
    monkeypatch.setattr(os.path, "expanduser", lambda path: path)

    assert config_places.chosen({}) == []


BROKEN = ["x", "a = ", b"\xff", "[a]\n[a]", "x = " + "[" * 5000 + "]" * 5000, "timeout = " + "9" * 5000]


@pytest.mark.parametrize("content", BROKEN, ids=lambda content: repr(content[:8]))
def test_broken_file_is_a_note(content: str | bytes, project: Path) -> None:
    """The note names the file."""
    (project / "sentinel-run.toml").write_bytes(content if isinstance(content, bytes) else content.encode())

    found, notes = find()

    assert found == []
    assert re.search(r"sentinel-run\.toml(:\d+)?: cannot be read: ", notes[0])


def test_foreign_file_is_a_note(project: Path, as_root: None) -> None:
    """Somebody else must not choose where reports go."""
    (project / "sentinel-run.toml").touch()
    os.chown(project / "sentinel-run.toml", 12345, -1)

    assert find() == ([], [f"{project}/sentinel-run.toml: belongs to another user; ignored"])


def test_folder_of_that_name_is_no_file(project: Path) -> None:
    """Nor is a pipe, which would never end."""
    (project / "sentinel-run.toml").mkdir()
    os.mkfifo(project / "a" / "sentinel-run.toml")

    assert find() == ([], [])


def test_deleted_working_directory(project: Path) -> None:
    """Then there is no project."""
    (project / "a" / "b").rmdir()

    assert find() == ([], [])


@pytest.mark.parametrize(("content", "note"), [
    ("timout = 5", "unknown key 'timout', did you mean 'timeout'?"),
    ("zzzzzz = 5", "unknown key 'zzzzzz'"),
    ("[environment.prod]\nbreadcrumb = 5", "unknown key 'breadcrumb', did you mean 'breadcrumbs'?"),
    ("[command.x]\nno-name = true", "unknown key 'no-name', did you mean 'name'?"),
])  # fmt: skip
def test_unknown_key_is_named_with_the_nearest(content: str, note: str, project: Path) -> None:
    """A slip of the fingers is not swallowed."""
    (project / "sentinel-run.toml").write_text(content)

    assert find()[1] == [f"{project}/sentinel-run.toml:{len(content.splitlines())}: {note}"]


@pytest.mark.parametrize("head", ["[tool.sentinel-run]", '[tool."sentinel-run"]', "[tool.'sentinel-run']"])
def test_table_of_a_pyproject(head: str, project: Path) -> None:
    """However the table's name is quoted, it is found."""
    (project / "pyproject.toml").write_text(f"{head}\ntimeout = 5\n")

    file, notes = only()

    assert (file.texts(), notes) == ({"timeout": ["5"]}, [])


@pytest.mark.parametrize(
    ("content", "note", "texts"),
    [
        ("command = 5", "'command' is no option, it begins a section such as [command.\"NAME\"]", {}),
        ("user = {a = 1}", "'user' takes no table; ignored", {}),
        (
            "timeout = [1, 2]",
            "'timeout' takes one value, not a list; the last one counts",
            {"timeout": ["1", "2"]},
        ),
    ],
)
def test_values_of_a_wrong_kind(content: str, note: str, texts: dict[str, list[str]], project: Path) -> None:
    """What no option could take is told, also in sections."""
    (project / "sentinel-run.toml").write_text(
        f"{content}\n[environment.x]\n{content.replace('command', 'name')}\n"
    )

    file, notes = only()

    assert notes[0] == f"{project}/sentinel-run.toml:1: {note}"
    assert file.texts() == texts


def test_switch_for_a_text(project: Path) -> None:
    """`name = true` is a name, if an odd one; for a switch it is on."""
    (project / "sentinel-run.toml").write_text("name = true\nquiet = true\n")

    assert only()[0].texts() == {"name": ["true"], "quiet": ["1"]}
