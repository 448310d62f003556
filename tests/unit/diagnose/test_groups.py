"""Group markers in the output, each vendor's, as starts and ends of spans."""

from __future__ import annotations

import pytest

from sentinel_run.diagnose import groups
from sentinel_run.facts import Output, Passage

CASES = {
    "github": "::group::Build it\nwork\n::endgroup::\nrest\n",
    "azure": "##[group]Build it\nwork\n##[endgroup]\nrest\n",
    "gitlab": "\x1b[0Ksection_start:1700000000:Build_it[collapsed=true]\r\x1b[0KHeader\nwork\n\x1b[0Ksection_end:1700000009:Build_it\r\x1b[0K\n",
    "teamcity": "##teamcity[blockOpened name='Build|'it' description='x']\nwork\n##teamcity[blockClosed name='Build|'it']\n",
}


def _notes(text: str) -> list[tuple[float, str, str]]:
    marks = tuple((number, float(number)) for number in range(text.count("\n")))
    found = groups.notes(Output((Passage("whole", "stdout", text, marks),)))
    return [(note.at_s, note.content["state"], note.content["name"]) for note in found]


@pytest.mark.parametrize("vendor", CASES)
def test_a_group(vendor: str) -> None:
    """From the line that opens it to the one that closes it."""
    name = {"gitlab": "Build_it", "teamcity": "Build'it"}.get(vendor, "Build it")

    assert _notes(CASES[vendor]) == [(0.0, "start", name), (2.0, "end", name)]


def test_flat_groups_end_each_other() -> None:
    """GitHub's do not nest; a last one that is never closed ends with the run."""
    assert _notes("::group::a\n::group::b\n") == [(0.0, "start", "a"), (1.0, "end", "a"), (1.0, "start", "b")]


def test_sections_nest() -> None:
    """GitLab's and TeamCity's are closed by their names."""
    text = "section_start:1:a\r\nsection_start:2:b\r\nsection_end:3:b\r\nsection_end:4:a\r\n"

    assert [(state, name) for _, state, name in _notes(text)] == [
        ("start", "a"),
        ("start", "b"),
        ("end", "b"),
        ("end", "a"),
    ]


def test_an_end_without_a_start() -> None:
    """Is nothing."""
    assert _notes("::endgroup::\nsection_end:3:b\r\n") == []
