"""Annotations by each vendor's own rules: whatever is in a sentence, it stays one command and comes back whole."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel_run.epilogue import styles
from sentinel_run.epilogue.story import Story
from sentinel_run.epilogue.summary import markdown

NASTY = "50% done::error::a,b;c]d|e'f[g\nnext\rline \u20ac \U0001f600"


def _story(sentence: str, name: str = "job", file: str = "src/a,b:c.py", line: int = 7) -> Story:
    return Story(name, True, sentence, 1.5, file, line, ("one", "```", "three"))


def test_github() -> None:
    """Properties and data are escaped as the runner unescapes them; without a file there is only a title."""
    assert styles.github(_story(NASTY, "a:b,c"), 0) == (
        "::error file=src/a%2Cb%3Ac.py,line=7,title=a%3Ab%2Cc::50%25 done::error::a,b;c]d|e'f[g%0Anext%0Dline \u20ac \U0001f600\n"
    )
    assert styles.github(_story("x", file="", line=0), 0) == "::error title=job::x\n"


def test_azure() -> None:
    """Brackets and semicolons of properties, percent signs and line breaks everywhere."""
    assert styles.azure(_story(NASTY, file="a;b]c%.py"), 0) == (
        "##vso[task.logissue type=error;sourcepath=a%3Bb%5Dc%AZP25.py;linenumber=7;]"
        "50%AZP25 done::error::a,b;c]d|e'f[g%0Anext%0Dline \u20ac \U0001f600\n"
    )


def test_teamcity() -> None:
    """Its own escape character, and letters beyond ASCII as UTF-16 units."""
    assert styles.teamcity(_story(NASTY, file=""), 0) == (
        "##teamcity[buildProblem description='50% done::error::a,b;c|]d||e|'f|[g|nnext|rline |0x20ac |0xd83d|0xde00']\n"
    )


def test_gitlab() -> None:
    """The sentence stands open, the last lines in a section that is folded."""
    shown = styles.gitlab(_story("why"), 1700000000)

    assert shown.startswith("\x1b[31;1mwhy (src/a,b:c.py:7)\x1b[0m\n")
    assert (
        "\x1b[0Ksection_start:1700000000:sentinel_run[collapsed=true]\r\x1b[0Klast lines of job\none\n```\nthree\n"
        in shown
    )
    assert shown.endswith("\x1b[0Ksection_end:1700000000:sentinel_run\r\x1b[0K\n")


@pytest.mark.parametrize("write", [styles.github, styles.azure, styles.teamcity])
@given(sentence=st.text(), name=st.text())
def test_one_line_whatever_is_said(write: object, sentence: str, name: str) -> None:
    """No text can begin a command of its own."""
    shown = write(_story(sentence, name, file=name), 0)  # type: ignore[operator]

    assert re.fullmatch(r"[^\n\r]*\n", shown)


def test_summary_of_a_failure() -> None:
    """What failed, why, where, the last lines in a block that they cannot end, the slowest steps."""
    assert markdown(_story("a <b> `c`"), [("quick", 0.1), ("slow|ly", 9.0)]) == (
        "\u274c **job** 1.5 s\n\na \\<b\\> \\`c\\`\n\nat `src/a,b:c.py:7`\n\n````text\none\n```\nthree\n````\n"
        "\n| slowest steps | |\n| --- | ---: |\n| slow\\|ly | 9.0 s |\n| quick | 0.1 s |\n\n"
    )


def test_summary_of_a_success() -> None:
    """One line."""
    assert markdown(_story("x")._replace(failed=False), []) == "\u2705 **job** 1.5 s\n\n"
