"""Regular expressions mean the same in every Python that we run on."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import sentinel_run

PACKAGE = Path(sentinel_run.__file__).parent
SYSTEM_PYTHON = Path("/usr/bin/python3")
# CPython before 3.11.5 goes on where the last, failed try of a possessive group has stopped, instead of where it
# began (https://github.com/python/cpython/issues/106052); Debian 12 has 3.11.2. A last alternative that never
# matches, `|(?!)`, takes it back to the beginning.
_UNSAFE = re.compile(r"(?<!\\)(?<!\|\(\?!\))\)(?:[*+?]|\{[0-9,]+\})\+")
_SHOW = """
from sentinel_run import redact
from sentinel_run.naming import shell_words
from sentinel_run.diagnose.tracebacks import python
print([redact.text(text) for text in (
    "Authorization: Bearer abc.def-ghi", "postgres://bob:pw@db/x", "password=abc;x=1", 'password="a b" next',
)])
print([found.chain[-1].type for found in python.read(
    ["Traceback (most recent call last):", '  File "x.py", line 1, in <module>', "ZeroDivisionError: division by zero"]
)])
"""


@pytest.mark.parametrize(
    "path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: path.relative_to(PACKAGE).as_posix()
)
def test_a_possessive_group_takes_its_failed_try_back(path: Path) -> None:
    """Without that a secret stays and a `ZeroDivisionError` is an `eroDivisionError` on some Pythons."""
    assert _UNSAFE.findall(path.read_text()) == []


@pytest.mark.skipif(not SYSTEM_PYTHON.exists(), reason="no other Python is here")
def test_the_system_has_the_same_answers() -> None:
    """Whichever version that is."""
    ours, theirs = (
        subprocess.run([python, "-B", "-c", _SHOW], cwd=PACKAGE.parent, capture_output=True, check=True).stdout
        for python in (sys.executable, SYSTEM_PYTHON)
    )

    assert b"Bearer [Filtered]" in ours
    assert b"'ZeroDivisionError'" in ours
    assert theirs == ours
